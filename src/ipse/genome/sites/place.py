"""Where the site indices of genomes lie."""

from __future__ import annotations

from pathlib import Path

from ipse.genome import home
from ipse.genome.reference import Reference
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.store import META


def index_folder(reference: Reference, pam: Pam) -> Path:
    """Folder of a reference's own index of a PAM; by its identity, so that none is another's."""
    return home.home() / "sites" / f"{reference.identity[:24]}-{pam.side}-{pam}"


def built_index(reference: Reference, pam: Pam) -> SiteIndex | None:
    """Open a reference's own index that holds all sites of a PAM, None if none was built.

    Raises
    ------
    InputError
        If it is there but damaged or of another version.
    """
    folder = home.home() / "sites"
    if not folder.is_dir():
        return None
    exact = index_folder(reference, pam)
    found = sorted(folder.glob(f"{reference.identity[:24]}-*"), key=lambda path: path != exact)
    for path in found:
        if path.suffix in (".building", ".old") or not (path / META).exists():
            continue
        index = SiteIndex.open(path, reference)
        if index.pam.contains(pam):
            return index
    return None
