"""Programs that leave while a language model writes for them: over real sockets, from both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CancelledNotification, CancelledNotificationParams, ClientNotification

from app.api.cancelling import Calls, cancelled
from app.server import running
from app.suggestions import Suggestions
from app.writing import Writing
from rag.config import GenerateSettings
from rag.engine import Engine
from rag.errors import RagError
from rag.generation.backends import make_generator
from tests.scripted_server import Handler, ScriptedServer, serving
from tests.sites import QUESTION, made, news_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


def silent(handler: Handler) -> None:
    """A model that says a word, and then nothing for as long as anybody listens."""
    handler.begin()
    handler.say("Ở Huế, hơn ")
    handler.wait_until_left(60)


@contextmanager
def site(engine: Engine) -> Iterator[tuple[str, ScriptedServer]]:
    """The address of a site, and the server of the model behind it."""
    with serving(ScriptedServer([silent])) as server:
        generator = make_generator(GenerateSettings(generator=server.address, retries=0))
        writing, suggestions = Writing(engine, generator), Suggestions(engine)
        try:
            with running(made(engine, suggestions, writing=writing), "127.0.0.1", 0) as address:
                yield address, server
        finally:
            suggestions.stop()
            writing.close()
            generator.close()


async def until_it_writes(server: ScriptedServer) -> None:
    for _ in range(600):
        if server.chats:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the model was not asked")


def test_a_program_that_closes_the_connection_ends_the_model(engine: Engine) -> None:
    async def leave(address: str, server: ScriptedServer) -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            asked = {"question": QUESTION, "generate": True}
            task = asyncio.ensure_future(client.post(f"{address}/api/v1/ask", json=asked))
            await until_it_writes(server)
            assert not server.left.is_set()
            task.cancel()
        assert await asyncio.to_thread(server.left.wait, 20)

    with site(engine) as (address, server):
        asyncio.run(leave(address, server))


@pytest.mark.parametrize("how", ["closes", "cancels"])
def test_an_assistant_that_leaves_or_cancels_ends_the_model(engine: Engine, how: str) -> None:
    async def leave(address: str, server: ScriptedServer) -> None:
        async with (
            httpx.AsyncClient(timeout=60, follow_redirects=True) as client,
            streamable_http_client(f"{address}/mcp", http_client=client) as (read, write, *_),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            given: dict[str, Any] = {"question": QUESTION, "generate": True}
            task = asyncio.ensure_future(session.call_tool("ask", given))
            await until_it_writes(server)
            assert not server.left.is_set()
            if how == "cancels":
                params = CancelledNotificationParams(requestId=session._request_id - 1, reason="enough")
                notification = CancelledNotification(method="notifications/cancelled", params=params)
                await session.send_notification(ClientNotification(notification))
                assert await asyncio.to_thread(server.left.wait, 20)
            task.cancel()
        assert await asyncio.to_thread(server.left.wait, 20)

    with site(engine) as (address, server):
        asyncio.run(leave(address, server))


def test_nobody_ends_what_another_asks_or_what_cannot_be_told_apart() -> None:
    async def several() -> list[object]:
        calls, go_on = Calls(), asyncio.Event()

        async def answer() -> str:
            await go_on.wait()
            return "answered"

        under_way = [
            asyncio.ensure_future(calls.one(asker, id, answer()))
            for asker, id in (("lan", 1), ("minh", 1), ("minh", 2), ("minh", 2), ("minh", None))
        ]
        await asyncio.sleep(0)
        for asker, id in (("lan", 1), ("lan", 2), ("minh", 2), ("minh", "1")):
            calls.cancel(asker, id)
        await asyncio.sleep(0)
        go_on.set()
        return list(await asyncio.gather(*under_way, return_exceptions=True))

    first, *others = asyncio.run(several())
    assert isinstance(first, RagError)
    assert others == ["answered"] * 4


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"method": "notifications/cancelled"}',
     b'{"method": "tools/call", "params": {"requestId": 1}}',
     b'{"method": "notifications/cancelled", "params": {"requestId": true}}', b"[" * 4_000],
)  # fmt: skip
def test_what_is_no_cancellation_goes_on_whole(body: bytes) -> None:
    async def seen() -> tuple[object, bytes]:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body}

        length = str(len(body)).encode()
        id, again = await cancelled({"method": "POST", "headers": [(b"content-length", length)]}, receive)
        return id, (await again())["body"]

    assert asyncio.run(seen()) == (None, body)
