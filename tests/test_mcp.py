"""MCP, by a real client over HTTP against the running site."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from app.login.users import new_token
from rag import __version__
from rag.contract import answer_to_json
from rag.engine import Engine
from rag.pipeline import ask
from tests.sites import PASSWORDS, QUESTION, news_engine, serving, users_file

Made = TypeVar("Made")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(engine: Engine) -> Iterator[str]:
    with serving(engine) as place:
        yield place


def in_session(address: str, act: Callable[[ClientSession], Awaitable[Made]], **headers: str) -> Made:
    """What `act` gives in a session of an assistant."""

    async def session() -> Made:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60, follow_redirects=True) as client,
            streamable_http_client(f"{address}/mcp", http_client=client) as (read, write, *_),
            ClientSession(read, write) as opened,
        ):
            started = await opened.initialize()
            assert (started.serverInfo.name, started.serverInfo.version) == ("Hỏi Báo", __version__)
            assert "not_found" in str(started.instructions)
            return await act(opened)

    return asyncio.run(session())


def called(address: str, tool: str, headers: dict[str, str] | None = None, **arguments: Any) -> CallToolResult:
    return in_session(address, lambda session: session.call_tool(tool, arguments), **(headers or {}))


def text_of(result: CallToolResult) -> str:
    (part,) = result.content
    assert isinstance(part, TextContent)
    return part.text


def test_an_assistant_sees_three_tools_with_what_they_take(address: str) -> None:
    listed = in_session(address, lambda session: session.list_tools())
    tools = {tool.name: tool for tool in listed.tools}
    assert set(tools) == {"ask", "search", "article"}
    asked = tools["ask"].inputSchema
    assert asked["required"] == ["question"]
    assert set(asked["properties"]) == {
        "question", "history", "published_from", "published_to", "outlets", "as_typed", "generate"
    }  # fmt: skip
    for tool in tools.values():
        assert tool.description
        assert all(field.get("description") for field in tool.inputSchema["properties"].values())


def test_a_question_is_answered_with_its_citations(address: str, engine: Engine) -> None:
    got = json.loads(text_of(called(address, "ask", question=QUESTION)))
    expected = json.loads(json.dumps(answer_to_json(ask(engine, QUESTION))))
    for told in (got, expected):
        del told["timings_ms"]
    assert got == expected
    assert got["citations"][0]["quote"] == "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."


def test_filters_and_history_are_heeded(address: str) -> None:
    got = json.loads(
        text_of(
            called(
                address,
                "ask",
                question="Vì sao?",
                history=["Nước sông Hương lên nhanh khi nào?"],
                published_from="2021-10-01",
                published_to="2021-10-31",
                outlets=["tuoitre"],
            )
        )
    )
    assert got["understood_as"] == "Vì sao nước sông Hương lên nhanh?"
    assert {hit["source"].rpartition("/")[2] for hit in got["hits"]} == {"lũ.md"}


def test_passages_are_found_and_articles_read(address: str) -> None:
    found = json.loads(text_of(called(address, "search", question="bóng đá Thái Lan", k=1)))
    (hit,) = found["hits"]
    article = json.loads(text_of(called(address, "article", article_id=hit["article_id"])))
    assert article["title"] == "Việt Nam thắng Thái Lan"
    assert article["text"][hit["start"] : hit["end"]] == hit["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {}, "question"),
        ("ask", {"question": "x" * 20_001}, "question: String should have at most 20000 characters"),
        ("ask", {"question": "x", "published_from": "gestern"}, "filters.from: 'gestern' is no day"),
        ("ask", {"question": "x", "published_from": "2022-01-01", "published_to": "2021-01-01"}, "the filter ends"),
        ("search", {"question": "x", "k": 1_000}, "k: Input should be less than or equal to 100"),
        ("article", {"article_id": "nothing"}, "no article 'nothing'"),
        ("rm", {}, "rm"),
    ],
)
def test_what_cannot_be_done_is_said_as_an_error(address: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    result = called(address, tool, **arguments)
    assert result.isError
    assert said in text_of(result)


def test_several_assistants_ask_at_once(address: str) -> None:
    async def many(session: ClientSession) -> list[CallToolResult]:
        return list(await asyncio.gather(*(session.call_tool("ask", {"question": QUESTION}) for _ in range(8))))

    assert [json.loads(text_of(result))["status"] for result in in_session(address, many)] == ["answered"] * 8


def test_nothing_else_of_gradio_is_served_there(address: str) -> None:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
    for path in ("/tools/", "/tools/gradio_api/mcp/", "/mcp/gradio_api/info", "/mcp/config", "/mcp/sse"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404, path
    connection.request("GET", "/mcp", headers={"accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    assert (answer.status, answer.headers["location"]) == (303, "/api/#mcp")
    connection.close()


def test_served_to_others_an_assistant_shows_its_token(engine: Engine, tmp_path: Path) -> None:
    users = users_file(tmp_path)
    token = new_token(users, "lan")
    with serving(engine, users) as address:
        for headers in ({"authorization": f"Bearer {token}"}, {"authorization": httpx.BasicAuth(
            "minh", PASSWORDS["minh"])._auth_header}):  # fmt: skip
            got = called(address, "ask", headers, question=QUESTION)
            assert json.loads(text_of(got))["status"] == "answered"
        with pytest.raises(BaseExceptionGroup) as caught:
            called(address, "ask", {"authorization": f"Bearer {token}x"}, question=QUESTION)
        assert caught.group_contains(httpx.HTTPStatusError, match="401")
