"""Downloads over https from this machine: verified, whole or not at all, and never away from https."""

from __future__ import annotations

import hashlib
import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmark.checkpoints.fetch import fetch
from benchmark.checkpoints.record import Checkpoint
from benchmark.core import progress
from benchmark.core.errors import MissingCheckpoint
from benchmark.prepare import command

TLS = Path(__file__).parents[2] / "golden" / "tls"
CONTENT = b"some weights" * 250_000


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    asked: list[str] = []
    elsewhere = ""
    """Where `/away` leads."""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        name = self.path.strip("/")
        if name == "gone":
            self.send_error(404)
        elif name == "away":
            self.send_response(302)
            self.send_header("Location", self.elsewhere)
            self.end_headers()
        else:
            body = b"a login page" if name == "other" else CONTENT
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if name == "broken" else body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "authority.pem"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Handler, "asked", [])
    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem")
    service.socket = context.wrap_socket(service.socket, server_side=True)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{service.server_address[1]}"
    service.shutdown()
    service.server_close()
    thread.join()


def record(address: str) -> Checkpoint:
    return Checkpoint(
        name="net/weights.bin", address=address, sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT),
        licence="MIT", belongs_to="a network",
    )  # fmt: skip


def test_a_download_is_verified_moved_and_not_repeated(server: str, tmp_path: Path) -> None:
    path = fetch(record(f"{server}/weights"), tmp_path)
    assert path == tmp_path / "net" / "weights.bin" and path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]
    (tmp_path / "plain").write_bytes(b"")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode, "others may read it as any other file"
    assert fetch(record(f"{server}/weights"), tmp_path) == path and Handler.asked == ["/weights"]


def test_what_lies_there_and_is_wrong_is_replaced_by_what_is_right(server: str, tmp_path: Path) -> None:
    path = tmp_path / "net" / "weights.bin"
    path.parent.mkdir()
    path.write_bytes(CONTENT[::-1])
    assert fetch(record(f"{server}/weights"), tmp_path).read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("other", "sent another file: SHA256 hash of downloaded file .* does not match"),
        ("broken", "could not be downloaded"),
        ("gone", "could not be downloaded: 404 Client Error"),
    ],
)
def test_what_goes_wrong_is_one_line_leaves_nothing_and_keeps_what_was_there(
    server: str, tmp_path: Path, page: str, message: str
) -> None:
    path = tmp_path / "net" / "weights.bin"
    path.parent.mkdir()
    path.write_bytes(b"an older file")
    with pytest.raises(MissingCheckpoint, match=message) as caught:
        fetch(record(f"{server}/{page}"), tmp_path)
    assert "\n" not in str(caught.value) and list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"an older file"


def test_a_redirection_away_from_https_is_refused(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as plain:
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        monkeypatch.setattr(Handler, "elsewhere", f"http://127.0.0.1:{plain.server_address[1]}/weights")
        with pytest.raises(MissingCheckpoint, match="leads away from https, to http://127.0.0.1"):
            fetch(record(f"{server}/away"), tmp_path)
        monkeypatch.setattr(Handler, "elsewhere", f"{server}/weights")
        assert fetch(record(f"{server}/away"), tmp_path).read_bytes() == CONTENT, "within https it may lead on"
        plain.shutdown()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    with pytest.raises(MissingCheckpoint, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(record(f"{server}/weights"), tmp_path)
    assert Handler.asked == []


@pytest.mark.parametrize("change", [{"address": "http://localhost/w"}, {"sha256": None}])
def test_what_can_t_be_verified_is_not_downloaded(tmp_path: Path, change: dict[str, str | None]) -> None:
    with pytest.raises(MissingCheckpoint, match="can't be downloaded by itself"):
        fetch(replace(record("https://localhost/w"), **change), tmp_path)
    assert not list(tmp_path.iterdir())


def test_progress_counts_megabytes(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY", 0.0)
    fetch(record(f"{server}/weights"), tmp_path)
    lines = [line.split(" (")[0] for line in capsys.readouterr().err.splitlines()]
    assert lines[0] == "weights.bin, MB 1/3" and lines[-1] == "weights.bin, MB 3/3"


def test_the_command_gets_one_by_its_name(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = record(f"{server}/weights"), replace(record(f"{server}/gone"), name="net/other.bin")
    monkeypatch.setattr(command, "known_checkpoints", lambda: {one.name: one for one in (good, bad)})
    assert command.main(["checkpoints", "--get", "all", "--folder", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == f"got      net/weights.bin  {tmp_path / 'net' / 'weights.bin'}\n"
    assert said.err.startswith("net/other.bin could not be downloaded: 404") and said.err.count("\n") == 1
    assert sorted(os.listdir(tmp_path / "net")) == ["weights.bin"]
