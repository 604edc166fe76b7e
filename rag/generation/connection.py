"""Requests that can be given up at any moment: they run in an event loop, in one thread for each server."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any, TypeVar

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from pydantic import SecretStr

from rag import __version__
from rag.errors import GeneratorError, GeneratorProblem
from rag.generation.address import Address, hidden
from rag.generation.waiting import as_they_come
from rag.generation.wire import clean_line, detail_of, wait_asked_for

logger = logging.getLogger(__name__)
T = TypeVar("T")

_CONNECT_S = 10.0
_MAX_ERROR_BYTES = 65_536
_ABOUT_KEYS = frozenset({401, 403})


class Failed(GeneratorError):
    """A request that came to nothing. `again` says whether another may go better, `wait_s` when the server wants it."""

    def __init__(
        self,
        what: str,
        *,
        where: str,
        remedy: str = "",
        status: int = 0,
        detail: str = "",
        again: bool = False,
        wait_s: float | None = None,
        problem: GeneratorProblem = "",
    ) -> None:
        super().__init__(what, where=where, remedy=remedy, problem=problem)
        self.status = status
        self.detail = detail
        self.again = again
        self.wait_s = wait_s


class Connection:
    """One server. Safe to share between threads; connects with the first request."""

    def __init__(self, address: Address, key: SecretStr | None, timeout_s: float) -> None:
        self.address = address
        self._key = key
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._running: AbstractContextManager[BlockingPortal] | None = None
        self._portal: BlockingPortal | None = None
        self._client: httpx.AsyncClient | None = None
        self._closed = False

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, run in the loop. Raises GeneratorError, whatever goes wrong."""
        with self._errors_told():
            return self._started().call(work)

    def pieces(self, work: Callable[[Callable[[str], None]], Awaitable[None]], stop: threading.Event) -> Iterator[str]:
        """What `work` puts, as it comes. Once `stop` is set or the caller leaves, work and connection are given up.

        Raises GeneratorError, whatever goes wrong.
        """
        put: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with self._errors_told():
            future = self._started().start_task_soon(work, put.put)
        future.add_done_callback(lambda _: put.put(None))
        try:
            yield from as_they_come(put, stop)
            if not stop.is_set():
                with self._errors_told():
                    future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            running, portal, client = self._running, self._portal, self._client
            self._running = self._portal = self._client = None
        if running is not None and portal is not None:
            if client is not None:
                portal.call(client.aclose)
            portal.call(portal.stop, True)
            running.__exit__(None, None, None)

    @asynccontextmanager
    async def request(self, method: str, url: str, body: dict[str, Any] | None = None) -> AsyncIterator[httpx.Response]:
        """A response whose status is 200 and whose body is not read yet. Raises Failed."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers={"User-Agent": f"hoibao/{__version__}", "Accept-Encoding": "identity"},
                timeout=httpx.Timeout(None, connect=min(_CONNECT_S, self._timeout_s)),
                # A proxy of the environment is for the world, not for this machine.
                trust_env=not self.address.local,
                follow_redirects=False,
            )
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        try:
            async with self._client.stream(method, url, json=body, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise await self._refused(response)
                yield response
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Failed(
                f"the language model's server cannot be reached ({self.clean(str(error)) or type(error).__name__})",
                where=self.address.host,
                remedy="Start it, or check the address in generate.generator",
                again=True,
                problem="unreachable",
            ) from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise Failed(
                f"the connection to the language model's server broke ({type(error).__name__})",
                where=self.address.host,
                remedy="Ask again; if it goes on, look at the server's own log",
                again=True,
                problem="broke_off",
            ) from error

    async def json(self, method: str, url: str, body: dict[str, Any] | None = None) -> Any:
        """A small JSON document. Raises Failed."""
        with anyio.move_on_after(min(_CONNECT_S, self._timeout_s)):
            async with self.request(method, url, body) as response:
                content = await self._read(response, 16 * 1024 * 1024)
                try:
                    return httpx.Response(200, content=content).json()
                except (ValueError, RecursionError) as error:
                    raise Failed(
                        f"{url} answers with what is no JSON", where=self.address.host, problem="unreadable"
                    ) from error
        raise Failed(
            "the language model's server does not answer",
            where=self.address.host,
            remedy="Check that it is running and not overloaded",
            again=True,
            problem="no_reply",
        )

    def clean(self, text: str) -> str:
        """A server's or a library's words for a message, without the key, should they repeat it."""
        line = clean_line(text, len(text))
        return clean_line(hidden(line, self._key.get_secret_value()) if self._key else line)

    async def _refused(self, response: httpx.Response) -> Failed:
        body = b""
        # What is said of a wrong key repeats it, in whatever form; the status says enough.
        if response.status_code not in _ABOUT_KEYS:
            with anyio.move_on_after(_CONNECT_S):
                body = await self._read(response, _MAX_ERROR_BYTES)
        detail = self.clean(detail_of(body))
        return Failed(
            f"the language model's server answers {response.status_code}" + (f": {detail}" if detail else ""),
            where=self.address.host,
            status=response.status_code,
            detail=detail,
            wait_s=wait_asked_for(response.headers.get("Retry-After")),
        )

    async def _read(self, response: httpx.Response, max_bytes: int) -> bytes:
        body = bytearray()
        async for block in response.aiter_bytes():
            body += block
            if len(body) > max_bytes:
                break
        return bytes(body[:max_bytes])

    def _started(self) -> BlockingPortal:
        with self._lock:
            if self._closed:
                raise self._closed_error()
            if self._portal is None:
                self._running = start_blocking_portal(name="language-model")
                self._portal = self._running.__enter__()
            return self._portal

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Errors as GeneratorError: servers send what nobody has thought of. The log has the rest, without the key."""
        try:
            yield
        except GeneratorError:
            raise
        except Exception as error:
            if self._closed or isinstance(error, CancelledError):
                raise self._closed_error() from error
            kind, frames = type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
            logger.error("what the server sends was not foreseen: %s: %s\n%s", kind, self.clean(str(error)), frames)
            raise GeneratorError(
                f"what the language model's server sends cannot be handled ({kind})",
                where=self.address.host,
                remedy="Look at the program's log and at the server's own",
            ) from error

    def _closed_error(self) -> GeneratorError:
        return GeneratorError("the connection to the language model is closed", where=self.address.host)
