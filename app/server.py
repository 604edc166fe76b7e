"""Serves the page on one socket: says the address once the page answers, and ends without leaving anything behind."""

from __future__ import annotations

import http.client
import ipaddress
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rag.errors import RagError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0

# Gradio needs inline scripts and styles and compiles templates; nothing needs another machine.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI layer around the page: answers only to this machine's own names, and forbids the browser any other machine.

    The first keeps a foreign site from reaching the page under a name of its own that points to this machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not is_loopback(_host_of(scope)):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"Only reachable as localhost or 127.0.0.1\n"})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_guarded)


def _host_of(scope: Scope) -> str:
    """The host that the browser believes it talks to, without the port."""
    named = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.rpartition(":")[0] if ":" in named else named


@contextmanager
def running(app: ASGIApp, host: str, port: int) -> Iterator[str]:
    """The address at which the app answers, for as long as the context is open. Port 0 takes a free one.

    Raises RagError where the port cannot be had or the page does not start.
    """
    import uvicorn

    listening = _listen(host, port)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1, timeout_keep_alive=30
    )
    server = uvicorn.Server(config)

    def serve() -> None:
        # A page that cannot start ends in SystemExit, which is for a program's main thread; it is told below.
        with suppress(SystemExit):
            server.run(sockets=[listening])

    thread = threading.Thread(target=serve, name="chat-server", daemon=True)
    thread.start()
    try:
        port = listening.getsockname()[1]
        _wait_until_it_answers(thread, server, host, port)
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        # Browsers still connected are cut off; what the server says of each of them is of no use to anybody.
        log = logging.getLogger("uvicorn.error")
        silent, log.disabled = log.disabled, True
        server.should_exit = True
        thread.join(_STOP_SECONDS)
        log.disabled = silent
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise RagError(
            f"cannot listen there ({os.strerror(error.errno) if error.errno else error})",
            where=f"{host}:{port}",
            remedy="Stop the program that uses the port, or choose another with --port (0 takes a free one)",
        ) from error


def _wait_until_it_answers(thread: threading.Thread, server: object, host: str, port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and thread.is_alive():
        if getattr(server, "started", False) and _answers(host, port):
            return
        time.sleep(0.02)
    raise RagError("the page did not start", where=f"{host}:{port}", remedy="Run with `hoibao -v chat` to see why")


def _answers(host: str, port: int) -> bool:
    # Not through any proxy named in the environment, as urllib or httpx would.
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.BAD_REQUEST
    except OSError:
        return False
    finally:
        connection.close()
