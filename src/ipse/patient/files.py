"""Files a phenopacket names, found relative to the case's folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ipse.core.files import sha256
from ipse.core.finding import Severity
from ipse.core.provenance import InputFile
from ipse.patient.cursor import Node, Record
from ipse.patient.model import CaseFile


def read_file(node: Node, folder: Path, biosample: str = "") -> CaseFile:
    """A file of the phenopacket or of one of its biosamples; nothing is opened or fetched."""
    uri = node["uri"].text().strip()
    path, name = _place(uri, folder)
    place = role(node.place)
    exists = _exists(path)
    if uri and path is None:
        node.record.say(
            Severity.INFO, "file-not-local",
            f"The file {place} is a remote address; Ipse fetches nothing by itself.",
            "download it into the case's folder and name it there",
        )  # fmt: skip
    elif not exists:
        node.record.say(
            Severity.SERIOUS, "file-not-found",
            f"The file that the case names in {place} is not there.",
            "put it there, or correct files[].uri (relative to the case's folder)",
        )  # fmt: skip
    return CaseFile(
        uri=uri,
        name=name,
        path=path,
        samples=node["individualToFileIdentifiers"].mapping(),
        attributes=node["fileAttributes"].mapping(),
        biosample=biosample,
        exists=exists,
        role=place,
    )


def role(place: str) -> str:
    """A JSON pointer as people write it (``files[0]``): what a file is called in what is written.

    Names of files are often names of people, so they stay out of findings, plans and provenance.
    """
    return re.sub(r"/(\d+)(?=/|$)", r"[\1]", place).strip("/").replace("/", ".")


def input_file(path: Path, name: str) -> InputFile:
    """Digest of an input under its name in the case."""
    return InputFile(path=name, sha256=sha256(path))


def digests(files: tuple[CaseFile, ...], record: Record) -> tuple[InputFile, ...]:
    """Digests of the variant files that are here; other kinds are hashed by who reads them."""
    found = []
    for file in files:
        if file.exists and file.path is not None and file.format in ("vcf", "bcf", "gvcf"):
            try:
                found.append(input_file(file.path, file.role))
            except OSError as error:
                record.say(
                    Severity.SERIOUS, "file-not-readable",
                    f"The file {file.role} cannot be read: {error.strerror or error}.",
                    "give Ipse leave to read it",
                )  # fmt: skip
    return tuple(found)


def relative(path: Path, folder: Path) -> str:
    """Path relative to a folder, with forward slashes; the bare name if it is on another root."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.name


def _place(uri: str, folder: Path) -> tuple[Path | None, str]:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None, uri
    if parts.scheme == "file":
        # file:///absolute, and the file://relative/path that many phenopackets write
        text = unquote(parts.netloc + parts.path)
    elif len(parts.scheme) > 1:  # one letter is a drive
        return None, uri
    else:
        text = uri
    if not text:
        return folder / "", ""
    path = folder / text
    return path, relative(path, folder) if Path(text).is_absolute() else Path(text).as_posix()


def _exists(path: Path | None) -> bool:
    try:
        return path is not None and path.is_file()
    except (OSError, ValueError):
        return False
