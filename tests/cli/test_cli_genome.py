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
    added = run(["genome", "add", "mine", str(small)])
    assert added.exit_code == 0
    assert "installed mine: assembly not known, 1 contigs, 8 bp" in added.stdout
    assert "only parts of the genome" in added.stdout
    listed = run(["genome", "list"]).stdout
    assert "embedded" in listed and "mine" in listed
    assert run(["genome", "remove", "mine"]).exit_code == 0
    assert "mine" not in run(["genome", "list"]).stdout


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
        answer = run(["genome", "add", "far", "--download", "--url", url, "--sha256", digest])
        server.shutdown()
        thread.join()
    assert answer.exit_code == 0, answer.stderr
    assert "installed far" in answer.stdout
    assert list((home / "downloads").iterdir()) == []  # used up
