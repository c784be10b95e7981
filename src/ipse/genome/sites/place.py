"""A genome's own site indices: built and opened where all of Ipse looks for them."""

from __future__ import annotations

from pathlib import Path

from ipse.core.errors import InputError
from ipse.core.progress import Progress
from ipse.genome import index_folders
from ipse.genome.reference import Reference
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.pam import Pam


def index_folder(reference: Reference, pam: Pam) -> Path:
    """Folder of a reference's own index of a PAM."""
    return index_folders.folder(reference.identity, pam.side, str(pam))


def built_index(reference: Reference, pam: Pam) -> SiteIndex | None:
    """Open a reference's own index that holds all sites of a PAM, None if none was built.

    Raises
    ------
    InputError
        If it is there but damaged or of another version.
    """
    exact = index_folder(reference, pam)
    for path in sorted(index_folders.built(reference.identity), key=lambda path: path != exact):
        if not (path / index_folders.META).exists():
            continue
        index = SiteIndex.open(path, reference)
        if index.pam.contains(pam):
            return index
    return None


def build_own(reference: Reference, pam: Pam, progress: Progress) -> SiteIndex:
    """Build a reference's own index of a PAM, or finish one that was interrupted.

    One that holds the PAM's sites and is whole is taken as it is.
    """
    try:
        found = built_index(reference, pam)
    except InputError:  # damaged, or of another version
        found = None
    if found is not None:
        return found
    return SiteIndex.build(reference, index_folder(reference, pam), pam, progress=progress)
