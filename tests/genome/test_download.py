"""Downloads from a local server that breaks off, refuses, or changes its file."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipse.core.errors import InputError, IpseError
from ipse.core.tables import shipped
from ipse.genome import download as module
from ipse.genome.download import Source, checked, download, known

CONTENT = b">chr1\n" + b"ACGTTGCA" * 200_000 + b"\n"


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; ``cuts`` are the bytes after which the next answers break off."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.tag = '"one"'
        self.cuts: list[int] = []
        self.ranges: list[str | None] = []
        self.status = 0
        self.honours_ranges = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/genome.fa"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        if self.server.status:
            self.send_error(self.server.status)
            return
        content, first = self.server.content, 0
        honoured = (
            wanted is not None
            and self.server.honours_ranges
            and self.headers.get("If-Range") == self.server.tag
        )
        if honoured and wanted is not None:
            first = int(wanted.removeprefix("bytes=").rstrip("-"))
            if first >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("ETag", self.server.tag)
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        cut = self.server.cuts.pop(0) if self.server.cuts else len(content)
        self.wfile.write(content[first : first + cut])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def source(server: Server, content: bytes = CONTENT) -> Source:
    return Source(server.url, f"sha256:{hashlib.sha256(content).hexdigest()}")


def left(home: Path) -> list[str]:
    return sorted(path.suffix for path in (home / "downloads").iterdir())


def test_whole_transfer(server: Server, own_home: Path) -> None:
    path = download(source(server))
    assert path.read_bytes() == CONTENT
    assert path.name.endswith("genome.fa")
    assert left(own_home) == [".fa"]
    assert server.ranges == [None]
    md5 = Source(server.url, f"md5:{hashlib.md5(CONTENT).hexdigest()}")
    assert download(md5).read_bytes() == CONTENT


def test_a_broken_transfer_is_taken_up(server: Server, own_home: Path) -> None:
    server.cuts = [300_000, 1, 500_000]
    assert download(source(server)).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=300000-", "bytes=300001-", "bytes=800001-"]


def test_a_later_run_goes_on(server: Server, own_home: Path) -> None:
    server.cuts = [300_000] + [0] * module._TRIES
    with pytest.raises(IpseError, match="broke off") as error:
        download(source(server))
    assert error.value.exit_status == 1
    assert "goes on where it stopped" in str(error.value)
    assert left(own_home) == [".json", ".part"]
    server.ranges.clear()
    assert download(source(server)).read_bytes() == CONTENT
    assert server.ranges == ["bytes=300000-"]


def test_a_file_that_changed_is_fetched_anew(server: Server, own_home: Path) -> None:
    server.cuts = [300_000] + [0] * module._TRIES
    with pytest.raises(IpseError):
        download(source(server))
    server.content, server.tag = CONTENT[::-1], '"two"'
    assert download(source(server, CONTENT[::-1])).read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges(server: Server, own_home: Path) -> None:
    server.honours_ranges = False
    server.cuts = [300_000]
    assert download(source(server)).read_bytes() == CONTENT
    server.tag = 'W/"weak"'
    server.cuts = [300_000]
    assert download(source(server)).read_bytes() == CONTENT


def test_a_part_that_is_whole_already(server: Server, own_home: Path) -> None:
    path = download(source(server))
    key = path.name.partition("-")[0]
    path.rename(path.with_name(f"{key}.part"))
    (path.parent / f"{key}.json").write_text('"\\"one\\""')
    assert download(source(server)).read_bytes() == CONTENT
    path.with_name(f"{key}.part").write_bytes(CONTENT + b"more")
    (path.parent / f"{key}.json").write_text('"\\"one\\""')
    with pytest.raises(InputError, match="HTTP 416"):
        download(source(server))
    assert download(source(server)).read_bytes() == CONTENT


def test_another_checksum_is_refused(server: Server, own_home: Path) -> None:
    with pytest.raises(InputError, match="another checksum") as error:
        download(source(server, b"something else"))
    assert hashlib.sha256(CONTENT).hexdigest() in str(error.value)
    assert left(own_home) == []


@pytest.mark.parametrize(
    ("status", "kind"), [(404, InputError), (403, InputError), (503, IpseError)]
)
def test_a_refusing_server(
    server: Server, own_home: Path, status: int, kind: type[IpseError]
) -> None:
    server.status = status
    with pytest.raises(kind, match=r"refuses|broke off"):
        download(source(server))
    assert len(server.ranges) == (1 if kind is InputError else module._TRIES)


def test_no_server(own_home: Path) -> None:
    with pytest.raises(IpseError, match="broke off"):
        download(Source("http://127.0.0.1:9/genome.fa", "sha256:" + "0" * 64))


@pytest.mark.parametrize("url", ["", "genome.fa", "file:///etc/passwd", "ftp://x/y", "http://"])
def test_only_http_addresses(url: str) -> None:
    with pytest.raises(InputError, match="not an address"):
        checked(url, "0" * 64)


def test_checksums_are_checked() -> None:
    assert checked("https://a/b", "A" * 64).checksum == "sha256:" + "a" * 64
    assert checked("https://a/b", "md5:" + "0" * 32).checksum == "md5:" + "0" * 32
    for bad in ("", "0" * 63, "0" * 32, "g" * 64, "sha1:" + "0" * 40):
        with pytest.raises(InputError, match="not a checksum"):
            checked("https://a/b", bad)


def test_known_genomes_can_be_fetched_by_name() -> None:
    for row in shipped("ipse.genome", "downloads"):
        assert checked(row["url"], row["checksum"]) == known(row["name"])
    with pytest.raises(InputError, match="no download is known") as error:
        known("hg99")
    assert "hg38" in (error.value.expected or "")
