"""A dataset repository of the Hugging Face Hub on loopback: as much of the protocol as the real client speaks here."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40
REPO = "org/results"


class Hub(ThreadingHTTPServer):
    """Files of one repository by path; `proposed`: those of the last pull request, `asked`: every request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.proposed: dict[str, bytes] = {}
        self.asked: list[str] = []

    @property
    def endpoint(self) -> str:
        """For HF_ENDPOINT."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        api, resolve = f"/api/datasets/{REPO}", f"/datasets/{REPO}/resolve/{COMMIT}/"
        path = self.path.partition("?")[0]
        names = sorted(self.server.files)
        if path.startswith(f"{api}/revision/"):
            siblings = [{"rfilename": name} for name in names]
            self.answer(json.dumps({"id": REPO, "sha": COMMIT, "siblings": siblings}).encode())
        elif path.startswith(f"{api}/tree/"):
            files = [{"type": "file", "path": n, "size": len(self.server.files[n]), "oid": "0" * 40} for n in names]
            self.answer(json.dumps(files).encode())
        elif path.startswith(resolve) and path.removeprefix(resolve) in self.server.files:
            name = path.removeprefix(resolve)
            self.answer(self.server.files[name], etag=f"{names.index(name):040x}")
        else:
            self.answer(b'{"error": "Repository not found"}', status=404, error="RepoNotFound")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "/preupload/" in self.path:
            modes = [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in json.loads(body)["files"]
            ]
            self.answer(json.dumps({"files": modes}).encode())
        elif "/commit/" in self.path:
            lines = [json.loads(line) for line in body.splitlines()]
            files = {x["value"]["path"]: base64.b64decode(x["value"]["content"]) for x in lines if x["key"] == "file"}
            target = self.server.proposed if "create_pr=1" in self.path else self.server.files
            target.clear()
            target.update(files)
            here = f"{self.server.endpoint}/datasets/{REPO}"
            said = {"success": True, "commitUrl": f"{here}/commit/{COMMIT}", "commitOid": COMMIT}
            self.answer(json.dumps(said | {"pullRequestUrl": f"{here}/discussions/1"}).encode())
        else:
            self.answer(b"{}", status=404)

    def answer(self, body: bytes, *, status: int = 200, etag: str = "1" * 40, error: str = "") -> None:
        self.send_response(status)
        headers = {"Content-Length": str(len(body)), "Content-Type": "application/json", "ETag": f'"{etag}"'}
        headers |= {"X-Repo-Commit": COMMIT} | ({"X-Error-Code": error} if error else {})
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that answers until the block ends."""
    with Hub() as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        yield hub
        hub.shutdown()
