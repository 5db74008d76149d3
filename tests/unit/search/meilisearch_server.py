"""A server that speaks as much of Meilisearch's HTTP API as the shop uses, and remembers requests, index and settings.

After https://www.meilisearch.com/docs/reference/api: writes answer 202 with a task, and clients poll the task until it
is done.
"""

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_NOW = "2026-01-02T03:04:05.678Z"
KEY = "a-key-that-must-not-leak"


@dataclass
class Told:
    """One request as it came in."""

    method: str
    path: str
    body: Any


@dataclass
class Script:
    """What the server answers: the state of each task by its number, the answer of searches, and a failure of all."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: {"hits": [], "estimatedTotalHits": 0})
    failure: tuple[int, bytes] | None = None
    polls_until_done: int = 2
    told: list[Told] = field(default_factory=list)
    exists: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    # What the key may not do: the server refuses these with 403.
    lacking: frozenset[str] = frozenset()
    silent: threading.Event | None = None
    hangs_up: bool = False


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        script = self.script
        if script.silent is not None:
            script.silent.wait(10)
            return None
        if script.hangs_up:
            return None
        if script.failure is not None:
            return self._send(*script.failure)
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._json(403, {"message": "bad key", "code": "invalid_api_key", "type": "auth", "link": ""})
        if self._right() in script.lacking:
            return self._json(403, {"message": "no", "code": "invalid_api_key", "type": "auth", "link": ""})
        if self.command in ("POST", "PATCH") and self.headers.get("Content-Type") != "application/json":
            return self._json(415, {"message": "no", "code": "invalid_content_type", "type": "invalid_request"})
        script.told.append(Told(self.command, self.path.split("?")[0], json.loads(data) if data else None))
        return self._answer(script, self.path.split("?")[0])

    def _right(self) -> str:
        """The right that the request needs."""
        path = self.path.split("?")[0]
        if path.startswith("/tasks/"):
            return "tasks.get"
        if path.endswith("/search"):
            return "search"
        if path.endswith("/settings"):
            return "settings.get" if self.command == "GET" else "settings.update"
        if "/documents" in path:
            return "documents.delete" if path.endswith("/delete") or self.command == "DELETE" else "documents.add"
        return "indexes.get" if self.command == "GET" else "indexes.create"

    def _answer(self, script: Script, path: str) -> None:
        if path.startswith("/tasks/"):
            return self._json(200, self._task(script, int(path.removeprefix("/tasks/"))))
        if path.endswith("/search"):
            return self._json(200, script.answer)
        if not script.exists and path != "/indexes":
            return self._json(404, {"message": "no", "code": "index_not_found", "type": "invalid_request", "link": ""})
        if path == "/indexes":
            script.exists = True
        if path.endswith("/settings"):
            if self.command == "GET":
                return self._json(200, _as_stored(script.settings))
            script.settings |= script.told[-1].body
        elif self.command == "GET":
            return self._json(200, {"uid": path.rsplit("/", 1)[1], "primaryKey": "id", "createdAt": _NOW})
        number = sum(told.method != "GET" and not told.path.endswith("/search") for told in script.told) - 1
        accepted = {"taskUid": number, "indexUid": "x", "status": "enqueued", "type": "any", "enqueuedAt": _NOW}
        return self._json(202, accepted)

    def _task(self, script: Script, number: int) -> dict[str, Any]:
        asked = sum(told.path == f"/tasks/{number}" for told in script.told)
        done = {"status": "succeeded", "error": None} | (script.tasks[number] if number < len(script.tasks) else {})
        state = done if asked >= script.polls_until_done else {"status": "processing", "error": None}
        return {"uid": number, "indexUid": "x", "type": "any", "enqueuedAt": _NOW, **state}

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _as_stored(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as a real server answers them: some lists sorted, with what it adds by itself."""
    typos = {"disableOnWords": [], "disableOnAttributes": [], **settings.get("typoTolerance", {})}
    lists = {name: sorted(value) for name, value in settings.items() if name.endswith("ableAttributes")}
    searched = {name: settings[name] for name in ("searchableAttributes",) if name in settings}
    return {"stopWords": [], "synonyms": {}, **settings, **lists, **searched, "typoTolerance": typos}


class Server:
    """The server on a free port of loopback, in a thread."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.script = Script()
        handler = type("Handler", (_Handler,), {"script": self.script})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
