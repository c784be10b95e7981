"""The index: the rows of the scan and of the plain reading, and whole files or clear errors."""

from __future__ import annotations

import json
import multiprocessing
import random
import resource
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from test_sites_twin import COLUMNS, Case, cases, expected, mutated, reference_of

from ipse.core.errors import InputError, IpseError
from ipse.core.sequence import reverse_complement
from ipse.genome.reference import SparseReference
from ipse.genome.sites import Limits, Pam, SiteIndex, build, search, store


@settings(max_examples=30)
@given(case=cases())
def test_index_gives_the_rows_of_the_plain_reading(
    case: Case, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("index") / "sites"
    index = SiteIndex.build(reference_of(case.contigs), folder, Pam.parse(case.pam, case.side))
    found = search(case.guides, index, limits=case.limits, spacer_only=True, threads=1)
    assert found.select(COLUMNS).rows() == expected(case)


def planted(length: int, seed: int = 1) -> tuple[SparseReference, list[str]]:
    """Contigs of 60 kb with N, lower case and near-copies of guides on both strands."""
    rng = random.Random(seed)
    guides = ["".join(rng.choice("ACGT") for _ in range(length)) for _ in range(12)]
    guides[0] = guides[0][:3] + "R" + guides[0][4:]
    contigs = {}
    for name in ("a", "b", "c"):
        letters = [rng.choice("ACGT") for _ in range(60_000)]
        for _ in range(200):
            copy = mutated(rng, rng.choice(guides), rng.randrange(9), rng.randrange(3)) + "AGG"
            if rng.random() < 0.5:
                copy = reverse_complement(copy)
            at = rng.randrange(len(letters) - 40)
            letters[at : at + len(copy)] = copy
        for _ in range(5):
            at = rng.randrange(len(letters))
            letters[at : at + rng.randrange(200)] = "N" * len(letters[at : at + rng.randrange(200)])
        contigs[name] = "".join(letters)
    contigs["tiny"] = guides[1] + "AGG"
    return reference_of(contigs), guides


@pytest.mark.parametrize(
    ("length", "limits"),
    [
        (20, Limits(5)), (20, Limits(8)), (25, Limits(4)), (17, Limits(3)), (20, Limits(0)),
        (20, Limits(3, 1, 1)), (20, Limits(2, 2, 2, mixed=True)), (25, Limits(1, 1, 1, mixed=True)),
        (23, Limits(2, 0, 2)),
    ],
)  # fmt: skip
def test_index_gives_the_rows_of_the_scan(length: int, limits: Limits, tmp_path: Path) -> None:
    reference, guides = planted(length)
    index = SiteIndex.build(reference, tmp_path / "sites")
    by_scan = search(guides, reference, limits=limits, spacer_only=True, threads=1)
    by_index = search(guides, index, limits=limits, spacer_only=True, threads=2)
    assert by_scan.height >= 3
    assert by_index.equals(by_scan)


def test_an_index_serves_a_narrower_pam(tmp_path: Path) -> None:
    reference, guides = planted(20)
    index = SiteIndex.build(reference, tmp_path / "sites", "NRG")
    for pam in ("NGG", "NAG", "NGG+NAG", "NRG"):
        assert search(guides, index, pam, Limits(6), threads=1).equals(
            search(guides, reference, pam, Limits(6), threads=1)
        )
    with pytest.raises(InputError, match="of another PAM"):
        search(guides, index, "NGA")


def small() -> SparseReference:
    return reference_of({"c1": "ACGTTGCA" * 40 + "AGG" + "TTGCAACG" * 40, "c2": "CCGG" * 30})


def test_a_truncated_file_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    SiteIndex.build(small(), folder)
    words = folder / "near_words"
    words.write_bytes(words.read_bytes()[:-4])
    with pytest.raises(InputError, match="damaged"):
        SiteIndex.open(folder)


@pytest.mark.parametrize("order", ["near", "far"])
def test_buckets_that_would_be_read_beyond_their_end_are_an_error(
    tmp_path: Path, order: str
) -> None:
    SiteIndex.build(reference_of({"c": "ACGTTGCAGG" * 30}), tmp_path / "sites")
    path = tmp_path / "sites" / f"{order}_offsets"
    offsets = np.fromfile(path, np.int64)
    offsets[len(offsets) // 2] += 1 << 40
    offsets.tofile(path)
    with pytest.raises(InputError, match="damaged"):
        SiteIndex.open(tmp_path / "sites")


def test_a_changed_file_is_found_by_its_digest(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    index = SiteIndex.build(small(), folder)
    index.verify()
    content = bytearray((folder / "far_words").read_bytes())
    content[0] ^= 1
    (folder / "far_words").write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        SiteIndex.open(folder).verify()


def test_an_index_of_another_reference_is_an_error(tmp_path: Path) -> None:
    SiteIndex.build(small(), tmp_path / "sites")
    with pytest.raises(InputError, match="of another reference"):
        SiteIndex.open(tmp_path / "sites", reference_of({"c1": "ACGT" * 30}))


def test_an_index_of_another_version_is_an_error(tmp_path: Path) -> None:
    SiteIndex.build(small(), tmp_path / "sites")
    path = tmp_path / "sites" / store.META
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 0}))
    with pytest.raises(InputError, match="another version"):
        SiteIndex.open(tmp_path / "sites")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_broken_description_is_an_error(tmp_path: Path, content: str) -> None:
    SiteIndex.build(small(), tmp_path / "sites")
    (tmp_path / "sites" / store.META).write_text(content)
    with pytest.raises(InputError, match="damaged"):
        SiteIndex.open(tmp_path / "sites")


def test_no_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no site index"):
        SiteIndex.open(tmp_path / "nothing")


def test_two_builders_do_not_meet(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    with store.building(folder), pytest.raises(IpseError, match="another process"):
        SiteIndex.build(small(), folder)
    SiteIndex.build(small(), folder)


def _build_with_little_room(folder: str, answer: multiprocessing.SimpleQueue[str]) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        SiteIndex.build(small(), Path(folder))
    except IpseError as error:
        answer.put(error.message)


def test_a_full_disk_is_an_error_and_the_build_goes_on_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.SimpleQueue[str] = context.SimpleQueue()
    process = context.Process(target=_build_with_little_room, args=(str(folder), answer))
    process.start()
    process.join()
    assert answer.get() == "cannot write a file"
    assert not folder.exists()
    assert SiteIndex.build(small(), folder).meta.sites > 0


def test_an_interrupted_build_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "PART", 100)
    folder = tmp_path / "sites"
    written: list[int] = []
    stops = [1]
    write_part = build._write_part

    def watched(work: Path, number: int, *rest: object) -> None:
        if number in stops:
            stops.remove(number)
            raise KeyboardInterrupt
        written.append(number)
        write_part(work, number, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "_write_part", watched)
    with pytest.raises(KeyboardInterrupt):
        SiteIndex.build(small(), folder)
    index = SiteIndex.build(small(), folder)
    assert written == [0, 1]
    monkeypatch.undo()
    assert index.meta.sha256 == SiteIndex.build(small(), tmp_path / "whole").meta.sha256


def test_a_rebuilt_index_replaces_the_old(tmp_path: Path) -> None:
    SiteIndex.build(small(), tmp_path / "sites")
    other = reference_of({"x": "ACGTAGG" * 30})
    assert SiteIndex.build(other, tmp_path / "sites").meta.contigs == ["x"]
    assert [path.name for path in tmp_path.iterdir()] == ["sites"]
