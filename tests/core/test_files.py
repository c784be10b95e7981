"""Files are whole or absent, whatever happens while they are written."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from ipse.core.errors import InputError, IpseError
from ipse.core.files import check_regular, sha256, sha256_text, write_text, writing


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "plan.json"
    write_text(path, "é\nb\n")
    assert path.read_bytes() == "é\nb\n".encode()
    write_text(path, "second")
    assert path.read_text(encoding="utf-8") == "second"
    assert list(path.parent.iterdir()) == [path]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
@pytest.mark.parametrize("before", [None, "kept"])
def test_an_interruption_leaves_the_old_file_or_none(
    tmp_path: Path, wrong: type[BaseException], before: str | None
) -> None:
    path = tmp_path / "plan.json"
    if before is not None:
        write_text(path, before)
    with pytest.raises(wrong), writing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise wrong
    assert [p.name for p in tmp_path.iterdir()] == ([] if before is None else ["plan.json"])
    assert before is None or path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("step", ["write_text", "replace", "chmod"])
def test_full_disk_at_any_step(tmp_path: Path, monkeypatch, step: str) -> None:
    path = tmp_path / "plan.json"
    write_text(path, "kept")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(IpseError) as caught:
        write_text(path, "new")
    monkeypatch.undo()
    assert "No space left" in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.next_step
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    assert path.read_text(encoding="utf-8") == "kept"


def test_full_disk_before_the_first_byte(tmp_path: Path, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(IpseError, match="cannot write"):
        write_text(tmp_path / "plan.json", "new")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A file system of 64 kB, where the system lets us mount one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root and mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system does not allow mounting a small file system")
    yield folder
    subprocess.run([umount, str(folder)], check=True)


def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    path = tiny_disk / "plan.json"
    write_text(path, "kept")
    with pytest.raises(IpseError, match="cannot write"):
        write_text(path, "x" * 1_000_000)
    assert [p.name for p in tiny_disk.iterdir()] == ["plan.json"]
    assert path.read_text(encoding="utf-8") == "kept"
    write_text(path, "room again")
    assert path.read_text(encoding="utf-8") == "room again"


def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder(tmp_path: Path) -> None:
    write_text(tmp_path / "file", "x")
    with pytest.raises(IpseError, match="cannot write"):
        write_text(tmp_path / "file" / "inside", "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IpseError, match="cannot write"):
        write_text(tmp_path / "folder", "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_only_regular_files_are_opened_for_reading(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, kind in ((pipe, "a named pipe"), (Path("/dev/zero"), "a device or socket")):
        with pytest.raises(InputError, match="regular file") as caught:
            check_regular(path, "a FASTA")
        assert caught.value.value == kind
    (tmp_path / "link").symlink_to(Path(__file__))
    for path in (tmp_path / "link", tmp_path, tmp_path / "absent"):
        check_regular(path, "a FASTA")


def test_digests(tmp_path: Path) -> None:
    # FIPS 180-2, appendix B.1: SHA-256 of "abc"
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    write_text(tmp_path / "abc", "abc")
    assert sha256(tmp_path / "abc") == sha256_text("abc") == abc
