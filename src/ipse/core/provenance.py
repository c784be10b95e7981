"""What an output was made from, so that it can be made again."""

from __future__ import annotations

from datetime import date

from ipse.core.model import Model


class InputFile(Model):
    """An input under its name in the case, which tells nothing of the person.

    Attributes
    ----------
    path
        ``case.json``, ``facts.tsv``, or its place in the phenopacket (``files[0]``).
    """

    path: str
    sha256: str


class Provenance(Model):
    """Enough to recompute an output and to see what changed when it differs.

    Attributes
    ----------
    ipse
        Version of Ipse.
    verb
        Normalised command.
    options
        Options that change the content (never ``--out``, ``--force``, ``--format``).
    inputs
        Every input file with its SHA-256.
    reference
        Name and identity of the reference and of the annotation.
    tables
        SHA-256 of every cited table that was shipped.
    packages
        Versions of the libraries the result depends on.
    seed
        Seed of random choices.
    as_of
        Date the plan speaks for; never the clock.
    """

    ipse: str
    verb: str
    options: dict[str, str | int | list[str] | None]
    inputs: tuple[InputFile, ...]
    reference: dict[str, str]
    tables: dict[str, str]
    packages: dict[str, str]
    seed: int
    as_of: date
