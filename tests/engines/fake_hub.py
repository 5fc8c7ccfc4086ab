"""A loopback server that answers as the Hugging Face hub does, for the calls that a pull makes."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


class FakeHub:
    """Serves folders as repositories; ``requests`` records what was asked, with headers."""

    def __init__(self) -> None:
        self.repos: dict[str, tuple[str, Path, str | None]] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.token: str | None = None
        self.break_after: dict[str, int] = {}  # file → bytes after which the connection breaks
        self.url = ""

    def add(self, id: str, folder: Path, *, sha: str = "", license: str | None = None) -> str:
        sha = sha or hashlib.sha1(id.encode()).hexdigest()
        self.repos[id] = (sha, folder, license)
        return sha

    def paths(self, method: str = "GET") -> list[str]:
        return [path for verb, path, _ in self.requests if verb == method]


@contextmanager
def hub_in_reach(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[FakeHub]:
    """Serve a hub and point huggingface_hub at it, whatever the environment says."""
    with serve() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(home))
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        for name in (
            "HF_TOKEN",
            "HF_HUB_CACHE",
            "HUGGINGFACE_HUB_CACHE",
            "HF_HUB_OFFLINE",
            "TRANSFORMERS_OFFLINE",
        ):
            monkeypatch.delenv(name, raising=False)
        # Read from the environment once, at import.
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
        yield hub


@contextmanager
def serve() -> Iterator[FakeHub]:
    hub = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.answer(body=True)

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def answer(self, *, body: bool) -> None:
            hub.requests.append((self.command, self.path, dict(self.headers)))
            if hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
                return self.refuse(401, "GatedRepo")
            if match := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", self.path):
                return self.info(match[1], match[2])
            if match := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.path):
                return self.file(match[1], match[2], match[3], body)
            self.refuse(404, "RepoNotFound")

        def repo(self, id: str, revision: str | None) -> tuple[str, Path, str | None] | None:
            found = hub.repos.get(id)
            if found is None:
                self.refuse(404, "RepoNotFound")
            elif revision not in (None, "main", found[0], found[0][:12]):
                self.refuse(404, "RevisionNotFound")
            else:
                return found
            return None

        def info(self, id: str, revision: str | None) -> None:
            if (found := self.repo(id, revision)) is None:
                return
            sha, folder, license = found
            names = sorted(p.name for p in folder.iterdir() if p.is_file())
            self.send(
                json.dumps(
                    {
                        "_id": "1",
                        "id": id,
                        "modelId": id,
                        "sha": sha,
                        "private": False,
                        "tags": [],
                        "downloads": 0,
                        "likes": 0,
                        "cardData": {"license": license} if license else None,
                        "siblings": [{"rfilename": n} for n in names],
                    }
                ).encode()
            )

        def file(self, id: str, revision: str, name: str, body: bool) -> None:
            if (found := self.repo(id, revision)) is None:
                return
            sha, folder, _ = found
            path = folder / name
            if not path.is_file():
                return self.refuse(404, "EntryNotFound")
            data = path.read_bytes()
            headers = {
                "ETag": f'"{hashlib.sha256(data).hexdigest()}"',
                "X-Repo-Commit": sha,
                "Accept-Ranges": "bytes",
            }
            start = 0
            if match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
                start = int(match[1])
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            limit = hub.break_after.pop(name, None) if body else None
            self.send(data[start:], headers, 206 if start else 200, body=body, limit=limit)

        def send(self, data, headers=None, status=200, *, body=True, limit=None) -> None:
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data[:limit])
            if limit is not None:
                self.close_connection = True

        def refuse(self, status: int, code: str) -> None:
            self.send(b"{}", {"X-Error-Code": code, "X-Error-Message": code}, status,
                      body=self.command == "GET")  # fmt: skip

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
