"""Fixtures of the genome's tests: a home of their own, and the development data's 547 genes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ipse.genome.annotation import Annotation, read_annotation
from ipse.genome.reference import FastaReference


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing a test caches or installs lands in the tester's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPSE_HOME", str(tmp_path_factory.mktemp("ipse-home")))
        yield


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for one test."""
    home = tmp_path / "ipse-home"
    monkeypatch.setenv("IPSE_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def lrg_reference(shared_data: Path) -> FastaReference:
    """547 gene sequences on their sense strand."""
    return FastaReference.open(shared_data / "genes" / "lrg_genes.fa.gz")


@pytest.fixture(scope="session")
def lrg_annotation(shared_data: Path, lrg_reference: FastaReference) -> Annotation:
    """Their transcripts."""
    return read_annotation(shared_data / "genes" / "lrg_transcripts.gff3.gz", lrg_reference)
