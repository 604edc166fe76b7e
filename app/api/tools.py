"""The library as tools for assistants: MCP over HTTP (streamable), by Gradio."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse

from app.api.asking import Asking
from app.api.cancelling import Calls, cancelled
from app.api.models import AskRequest, QuestionRequest, SearchRequest
from app.login.access import address_of
from app.routes.common import asker_of
from rag import __version__
from rag.contract import article_to_json, to_line
from rag.errors import LibraryError, RagError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from app.shelf import Shelf

MCP = "/mcp"
_INSIDE = "/tools"
_ENDPOINT = f"{_INSIDE}/gradio_api/mcp/"
_INSTRUCTIONS = (
    "A library of Vietnamese news articles that is asked in Vietnamese or other languages. `ask` answers with checked "
    "quotations: give them, with outlet, title and date, when you pass an answer on. With status `not_found` the "
    "library is silent: say so, and add nothing of your own. `search` finds passages, `article` reads a whole article."
)


RequestOf = TypeVar("RequestOf", bound=QuestionRequest)


class Tools:
    """An ASGI endpoint for MCP. Gradio's pages and everything else it serves stay inside."""

    def __init__(self, asking: Asking, shelf: Shelf) -> None:
        self._calls = Calls()
        blocks = _blocks(asking, shelf, self._calls)
        self._inner = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        gr.mount_gradio_app(
            self._inner,
            blocks,
            path=_INSIDE,
            mcp_server=True,
            run_history=False,
            show_error=True,
            max_file_size="1kb",
            enable_monitoring=False,
            pwa=False,
            ssr_mode=False,
            footer_links=[],
        )
        server = blocks.mcp_server_obj
        if server is None:
            raise RagError(f"MCP cannot be served ({blocks.mcp_error})", remedy="Install the program again")
        server.mcp_server.version, server.mcp_server.instructions = __version__, _INSTRUCTIONS

    def running(self) -> AbstractAsyncContextManager[Any]:
        """To be entered for as long as it serves."""
        return self._inner.router.lifespan_context(self._inner)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET" and "text/event-stream" not in HTTPConnection(scope).headers.get("accept", ""):
            # Somebody looks at the address in a browser.
            await RedirectResponse("/api/#mcp", 303)(scope, receive, send)
            return
        id, receive = await cancelled(scope, receive)
        if id is not None:
            self._calls.cancel(_asker_of(Request(scope)), id)
        inside = {**scope, "path": _ENDPOINT, "raw_path": _ENDPOINT.encode(), "root_path": ""}
        await self._inner(inside, receive, send)


def _blocks(asking: Asking, shelf: Shelf, calls: Calls) -> gr.Blocks:
    async def ask(
        question: str,
        history: list[str] | None = None,
        published_from: str | None = None,
        published_to: str | None = None,
        outlets: list[str] | None = None,
        as_typed: bool = False,
        generate: bool = False,
        request: gr.Request | None = None,
    ) -> str:
        """
        Answer a question from the library of Vietnamese news, with quotations that were checked against the articles.

        Args:
            question: The question, in Vietnamese with or without diacritics, or in another language.
            history: The earlier questions of the conversation, oldest first, if the question leans on them.
            published_from: Only articles published on this day or later, YYYY-MM-DD.
            published_to: Only articles published on this day or earlier, YYYY-MM-DD.
            outlets: Only articles of these newspapers, each a part of the name or of the address's host.
            as_typed: Search for exactly what was typed, without restoring diacritics or mending typos.
            generate: Let the language model that the server was started with word the answer, checked sentence by
                sentence; slower, and without one no different but for a note.

        Returns:
            An object in JSON: status (answered or not_found), answer, short_answer, claims with citation numbers,
            citations (number, title, outlet, published_on, quote, source, article_id, start, end), conflicts between
            sources, hits, notes.
        """
        asked = _checked(
            AskRequest, question, history, published_from, published_to, outlets, as_typed=as_typed, generate=generate
        )
        asker = _asker_of(request)
        return to_line(await calls.one(asker, _call_of(blocks), asking.answer(asker, asked)))

    async def search(
        question: str,
        k: int = 10,
        published_from: str | None = None,
        published_to: str | None = None,
        outlets: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> str:
        """
        Find the passages of the library that are nearest to a question or topic, without composing an answer.

        Args:
            question: The question or topic.
            k: How many passages, 1 to 100.
            published_from: Only articles published on this day or later, YYYY-MM-DD.
            published_to: Only articles published on this day or earlier, YYYY-MM-DD.
            outlets: Only articles of these newspapers, each a part of the name or of the address's host.

        Returns:
            An object in JSON with hits, best first: article_id, source, start, end, score, text.
        """
        asked = _checked(SearchRequest, question, None, published_from, published_to, outlets, k=k)
        return to_line(await asking.search(_asker_of(request), asked))

    def article(article_id: str) -> str:
        """
        Read one article of the library: its title, newspaper, day, address and cleaned text.

        Args:
            article_id: As citations and hits name it.

        Returns:
            An object in JSON: id, url, source, title, title_stated, published_on, outlet, text, removed (what cleaning
            has set aside).
        """
        found = shelf.article(article_id)
        if found is None:
            raise LibraryError(f"no article {article_id[:80]!r}", remedy="Take an article_id of a citation or a hit")
        return to_line({"id": found.id, "url": found.url, **article_to_json(found)})

    blocks = gr.Blocks(title="Hỏi Báo", analytics_enabled=False)
    with blocks:
        for tool in (ask, search, article):
            # Not through Gradio's queue: it would call the server over the network, from itself.
            gr.api(tool, queue=False)  # type: ignore[attr-defined]
    return blocks


def _checked(
    kind: type[RequestOf],
    question: str,
    history: list[str] | None,
    published_from: str | None,
    published_to: str | None,
    outlets: list[str] | None,
    **more: object,
) -> RequestOf:
    """What is asked, within the bounds of the HTTP API. Raises RagError that says what is out of them."""
    filters = {"from": published_from or None, "to": published_to or None, "outlets": outlets or []}
    try:
        return kind.model_validate({"question": question, "history": history or [], "filters": filters, **more})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RagError(f"{place}: {str(first['msg']).removeprefix('Value error, ')}") from None


def _call_of(blocks: gr.Blocks) -> str | int | None:
    """What the assistant calls the request that this is done for."""
    server = blocks.mcp_server_obj
    try:
        return server.mcp_server.request_context.request_id if server is not None else None
    except LookupError:
        return None


def _asker_of(request: gr.Request | Request | None) -> str:
    """Who takes turns with others, as for the HTTP API."""
    plain: Any = getattr(request, "request", request)
    user = getattr(getattr(plain, "state", None), "user", "")
    return asker_of(user, f"program {address_of(plain.scope) if plain is not None else ''}")
