"""``ipse genome`` as typed."""

from __future__ import annotations

import hashlib
import http.server
import threading
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

run = partial(CliRunner().invoke, app)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IPSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.fa"
    path.write_text(">chr1\nACGTACGT\n")
    return path


def test_add_list_remove(small: Path) -> None:
    added = run(["genome", "add", "mine", str(small), "--pam", "none"])
    assert added.exit_code == 0
    assert "installed mine: assembly not known, 1 contigs, 8 bp" in added.stdout
    assert "only parts of the genome" in added.stdout
    listed = run(["genome", "list"]).stdout
    assert "embedded" in listed and "mine" in listed
    assert run(["genome", "remove", "mine"]).exit_code == 0
    assert "mine" not in run(["genome", "list"]).stdout


def listed(name: str) -> list[str]:
    lines = run(["genome", "list"]).stdout.splitlines()
    return next(line.split() for line in lines if line.startswith(name))


def test_add_builds_the_site_index_and_remove_removes_it(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "g.fa"
    path.write_text(">chr1\n" + "GATTACAGATTACAGATTACAGG" * 4 + "\n")
    added = run(["genome", "add", "mine", str(path)])
    assert added.exit_code == 0, added.stderr
    assert "site index of mine: 7 sites of NGG" in added.stdout
    assert listed("mine")[-1] == "NGG"
    cut = run(["genome", "index", "mine", "--pam", "TTTV"])
    assert "0 sites of TTTV" in cut.stdout
    assert listed("mine")[-2:] == ["NGG,", "TTTV"]
    # The same sequence under another name has the index already, and keeps it.
    assert run(["genome", "add", "other", str(path)]).exit_code == 0
    assert run(["genome", "remove", "mine"]).exit_code == 0
    assert listed("other")[-2:] == ["NGG,", "TTTV"]
    assert run(["genome", "remove", "other"]).exit_code == 0
    assert list((home / "sites").iterdir()) == []


def test_an_index_that_stopped_is_gone_on_with(
    small: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipse.genome.sites import build

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, "_write_orders", stop)
        stopped = run(["genome", "add", "mine", str(small)])
    assert stopped.exit_code == 130
    assert "installed mine" in stopped.stdout
    assert "ipse genome index mine --pam NGG goes on with it" in stopped.stderr
    assert listed("mine")[-1] == "-"
    assert [path.suffix for path in (home / "sites").iterdir()] == [".building"]

    def never(*_: object) -> None:
        raise AssertionError("its part was written before")

    monkeypatch.setattr(build, "_write_part", never)
    assert run(["genome", "index", "mine"]).exit_code == 0
    assert listed("mine")[-1] == "NGG"
    assert run(["genome", "remove", "mine"]).exit_code == 0
    assert list((home / "sites").iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [
        ["add", "mine"],
        ["add", "mine", "none.fa"],
        ["add", "mine", "x.fa", "--url", "http://a/b"],
        ["add", "mine", "x.fa", "--download"],
        ["add", "mine", "--download"],
        ["add", "mine", "--download", "--url", "http://a/b"],
        ["add", "mine", "--download", "--url", "ftp://a/b", "--sha256", "0" * 64],
        ["add", "embedded", "--download"],
        ["add", "mine", "x.fa", "--pam", "N?G"],
        ["index", "mine"],
        ["remove", "mine"],
    ],
)
def test_bad_input_ends_with_status_2(options: list[str]) -> None:
    answer = run(["genome", *options])
    assert answer.exit_code == 2
    assert "Error:" in answer.stderr
    assert "next step:" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_download(small: Path, home: Path) -> None:
    digest = hashlib.sha256(small.read_bytes()).hexdigest()
    handler = partial(Quiet, directory=str(small.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/small.fa"
        answer = run(["genome", "add", "far", "--download", "--url", url, "--sha256", digest,
                      "--pam", "none"])  # fmt: skip
        server.shutdown()
        thread.join()
    assert answer.exit_code == 0, answer.stderr
    assert "installed far" in answer.stdout
    assert list((home / "downloads").iterdir()) == []  # used up
