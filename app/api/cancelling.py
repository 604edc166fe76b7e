"""Calls of tools that an assistant takes back.

MCP is served without sessions: a cancellation comes as a request of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from rag.errors import RagError

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

Made = TypeVar("Made")
# What an assistant calls a request: unique among its own.
RequestId = str | int

_METHOD = "notifications/cancelled"
# A cancellation is short; what is longer need not be looked at.
_MOST_BYTES = 4_096


class Calls:
    """The calls under way, by who has made them and as what."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, RequestId], list[asyncio.Task[Any]]] = {}

    async def one(self, asker: str, id: RequestId | None, making: Coroutine[Any, Any, Made]) -> Made:
        """What is made. Raises RagError where the call is cancelled meanwhile; then its making is, too."""
        task = asyncio.ensure_future(making)
        if id is None:
            return await task
        tasks = self._under_way.setdefault((asker, id), [])
        tasks.append(task)
        try:
            return await task
        except asyncio.CancelledError:
            if (own := asyncio.current_task()) is not None and own.cancelling():
                raise
            raise RagError("the call was cancelled") from None
        finally:
            tasks.remove(task)
            if not tasks:
                self._under_way.pop((asker, id), None)

    def cancel(self, asker: str, id: RequestId) -> None:
        """End the call. Of two that bear the same name, as those of two assistants may, neither is ended."""
        tasks = self._under_way.get((asker, id), [])
        if len(tasks) == 1:
            tasks[0].cancel()


async def cancelled(scope: Scope, receive: Receive) -> tuple[RequestId | None, Receive]:
    """The call that a request cancels, None where it does something else; and its body, to be read once more."""
    if scope["method"] != "POST" or not 0 < _length(scope) <= _MOST_BYTES:
        return None, receive
    messages: list[Message] = []
    body = b""
    more = True
    while more and len(body) <= _MOST_BYTES:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        more = message["type"] == "http.request" and bool(message.get("more_body"))

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return _named(body), again


def _length(scope: Scope) -> int:
    written = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(written) if written.isdigit() else 0


def _named(body: bytes) -> RequestId | None:
    try:
        told = json.loads(body)
        id = told["params"]["requestId"] if told["method"] == _METHOD else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return id if isinstance(id, str | int) and not isinstance(id, bool) else None
