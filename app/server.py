"""Serves the page on one socket: says the address once the page answers, and ends without leaving anything behind."""

from __future__ import annotations

import http.client
import ipaddress
import logging
import os
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

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
    # Other sites are told nothing. Our own are: without, a form would not say that it comes from here.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)
_NOT_SERVED = (
    b"This page is not served under that name, but as localhost or 127.0.0.1, and under the names that "
    b"`hoibao chat --allow-host NAME` was given\n"
)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Whether a host is an IP address, as no name is that somebody else could point to this machine."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Served:
    """The names under which a page is served, beside those of the loopback; with `addresses`, every IP address, too."""

    names: frozenset[str] = frozenset()
    addresses: bool = False

    @classmethod
    def on(cls, host: str, allowed: Collection[str] = ()) -> Self:
        """For a page that listens on `host`: that, what was allowed, and where others reach it, the machine's name."""
        names = {host, *allowed}
        if not is_loopback(host):
            own = socket.gethostname()
            names |= {own, f"{own.partition('.')[0]}.local"}
        return cls(frozenset(name.lower().rstrip(".") for name in names), not is_loopback(host))

    def __contains__(self, host: str) -> bool:
        return is_loopback(host) or host.lower().rstrip(".") in self.names or (self.addresses and is_address(host))


class Guard:
    """ASGI layer around the page: answers only to its own names, and forbids the browser any other machine.

    The first keeps a foreign site from reaching the page under a name of its own that points to this machine.
    """

    def __init__(self, app: ASGIApp, served: Served | None = None) -> None:
        self.app, self._served = app, served or Served()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if host_of(scope) not in self._served:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": _NOT_SERVED})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_guarded)


def host_of(scope: Scope) -> str:
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
        # Where one has to log in, that is the answer.
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
