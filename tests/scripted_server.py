"""A language model's server on a real socket that does what it was told, the bad things above all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler"], None]


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    at: float


@dataclass
class ScriptedServer:
    """`scripts` are played in order, one a chat request, the last one again and again."""

    scripts: list[Script]
    models: Any = field(default_factory=lambda: {"data": [{"id": "tiny", "owned_by": "somebody"}]})
    routes: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def chats(self) -> list[Asked]:
        return [each for each in self.asked if each.path.endswith("/chat/completions")]


class Handler(BaseHTTPRequestHandler):
    server: _Server
    body: Any = None
    close_connection = True

    def do_GET(self) -> None:
        self._noted(None)
        told = self.server.told
        if self.path == "/v1/models":
            self.json(told.models) if told.models is not None else self.status(404)
        elif route := told.routes.get(self.path):
            self.json(route(None))
        else:
            self.status(404)

    def do_POST(self) -> None:
        self.body = body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._noted(body)
        told = self.server.told
        if route := told.routes.get(self.path):
            self.json(route(body))
        elif self.path == "/v1/chat/completions":
            script = told.scripts.pop(0) if len(told.scripts) > 1 else told.scripts[0]
            try:
                script(self)
            except OSError:
                told.left.set()
        else:
            self.status(404)

    def json(self, content: Any, status: int = 200, **headers: str) -> None:
        self.raw(json.dumps(content).encode(), "application/json", status, **headers)

    def raw(self, body: bytes, content_type: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def status(self, status: int, message: str = "", **headers: str) -> None:
        self.json({"error": {"message": message}} if message else {}, status, **headers)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, chunk: Any) -> None:
        self.send(b"data: " + (chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode()) + b"\n\n")

    def say(self, words: str) -> None:
        self.event({"choices": [{"index": 0, "delta": {"content": words}}]})

    def done(self) -> None:
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.event(b"[DONE]")
        self.end()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def wait_until_left(self, seconds: float = 20.0) -> None:
        """Nothing is said until the other side closes; `left` is set when it does."""
        self.connection.settimeout(seconds)
        if self.connection.recv(1) == b"":
            self.server.told.left.set()

    def log_message(self, *args: object) -> None:
        pass

    def _noted(self, body: Any) -> None:
        asked = Asked(self.command, self.path, dict(self.headers), body, time.monotonic())
        self.server.told.asked.append(asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    told: ScriptedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving(told: ScriptedServer) -> Iterator[ScriptedServer]:
    server = _Server(("127.0.0.1", 0), Handler)
    server.told = told
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(*words: str, pause_s: float = 0.0) -> Script:
    """A model as it should be."""

    def script(handler: Handler) -> None:
        handler.begin()
        for each in words:
            handler.say(each)
            time.sleep(pause_s)
        handler.done()

    return script


def answers(status: int, message: str = "", **headers: str) -> Script:
    return lambda handler: handler.status(status, message, **headers)
