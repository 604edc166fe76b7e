"""The HTTP API under /api: version 1, its description as OpenAPI, and a page that shows it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.api import models
from app.api.asking import RETRY_SECONDS, Asking, TooManyQuestions
from app.api.description import described
from app.login.access import address_of
from app.rendering.api import api_html
from app.routes.common import asker_of, owner_of
from rag.commands.conditions import checked
from rag.contract import article_to_json, error_to_json, to_line
from rag.datatypes import Filters
from rag.errors import RagError
from rag.listing import Asked, Order

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from app.site import Site
    from rag.store.rows import ArticleRow

logger = logging.getLogger(__name__)

_ANY_ERROR: dict[int | str, dict[str, Any]] = {
    401: {"model": models.Error, "description": "Not logged in (where the page is served with `--auth`)."},
    413: {"model": models.Error, "description": "The request is larger than 2 MB."},
    422: {"model": models.Error, "description": "The request is not as it should be; the error names the place."},
    429: {"model": models.Error, "description": "Too many wrong passwords; `Retry-After` says when to try again."},
    500: {"model": models.Error, "description": "The library or the program failed."},
    503: {
        "model": models.Error,
        "description": "Too many questions wait already; `Retry-After` says when to try again.",
    },
}
# As servers log a request whose client has closed the connection.
_LEFT = 499
_LOOK_SECONDS = 0.5
# What the framework says by itself.
_MEANT = {
    "Not Found": "there is nothing at {place}; GET /api describes what there is",
    "Method Not Allowed": "{place} is not asked for in this way; GET /api describes how",
}
_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": models.Error, "description": "No such article."}}


def service(site: Site, asking: Asking) -> FastAPI:
    """The API as an application to be mounted at /api."""
    # Its page and its description are ours: none is fetched from anywhere.
    api = FastAPI(title="Hỏi Báo", openapi_url=None, docs_url=None, redoc_url=None, responses=_ANY_ERROR)
    _add_questions(api, asking)
    _add_library(api, site)
    for kind in (RequestValidationError, HTTPException, RagError, Exception):
        api.add_exception_handler(kind, _failed)
    description = described(api)
    page = api_html(description)

    @api.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(description, headers={"cache-control": "no-cache"})

    @api.get("/", include_in_schema=False)
    def read() -> HTMLResponse:
        return HTMLResponse(page, headers={"cache-control": "no-cache"})

    return api


def _asker(request: Request) -> str:
    return asker_of(owner_of(request), f"program {address_of(request.scope)}")


def _add_questions(api: FastAPI, asking: Asking) -> None:
    @api.post("/v1/ask", summary="Ask a question", tags=["questions"], response_model=models.Answer)
    async def ask(asked: models.AskRequest, request: Request) -> Response:
        """A short answer from the articles, with quotations that were checked against them; or `not_found`."""
        request.state.question_id = asked.id
        if not asked.generate:
            return _json(await asking.answer(_asker(request), asked))
        told = await _unless_left(request, asking.answer(_asker(request), asked))
        # Nobody hears it: whoever asked has gone.
        return _json(told) if told is not None else Response(status_code=_LEFT)

    @api.post("/v1/search", summary="Find passages", tags=["questions"], response_model=models.SearchResult)
    async def search(asked: models.SearchRequest, request: Request) -> Response:
        """The passages nearest to a question, best first, without an answer."""
        request.state.question_id = asked.id
        return _json(await asking.search(_asker(request), asked))


async def _unless_left(request: Request, making: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any] | None:
    """What is made, or None where whoever asked leaves before: then it is cancelled."""
    task = asyncio.create_task(making)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_SECONDS)
            if not task.done() and await request.is_disconnected():
                return None
        return task.result()
    finally:
        task.cancel()


def _add_library(api: FastAPI, site: Site) -> None:
    @api.get("/v1/articles", summary="List articles", tags=["library"], response_model=models.Articles)
    def articles(
        words: Annotated[
            str,
            Query(max_length=500, description="All of these words stand in the article; in quotation marks, in a row."),
        ] = "",
        from_: Annotated[models.Day | None, Query(alias="from", description="Published on this day or later.")] = None,
        to: Annotated[models.Day | None, Query(description="Published on this day or earlier.")] = None,
        outlet: Annotated[
            list[str] | None,
            Query(max_length=models.OUTLETS, description="Of this newspaper, as in the filters of a question; may be "
            "repeated."),
        ] = None,
        order: Annotated[Order, Query(description="`best` is for words; `added` has the latest first.")] = "newest",
        offset: Annotated[int, Query(ge=0, le=100_000_000, description="So many are passed over.")] = 0,
        limit: Annotated[int, Query(ge=1, le=models.MOST_LISTED, description="So many at most.")] = 50,
    ) -> Response:  # fmt: skip
        """The articles of the library without their texts, a part at a time. Reprints follow their original."""
        try:
            filters = checked(Filters(from_, to, tuple(outlet or ())))
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        listing = site.shelf.listing(Asked(words, filters, order))
        ids = [id for group in listing.groups for id in group]
        original = {id: group[0] for group in listing.groups for id in group[1:]}
        rows = site.shelf.rows(ids[offset : offset + limit])
        return _json({"total": listing.articles, "offset": offset, "articles": _listed(rows, original)})

    @api.get(
        "/v1/articles/{id}", summary="Read an article", tags=["library"], response_model=models.Article,
        responses=_NOT_THERE,
    )  # fmt: skip
    def article(id: str) -> Response:
        """An article with its cleaned text, which the citations' `start` and `end` count in, and what was set aside."""
        found = site.shelf.article(id)
        if found is None:
            raise HTTPException(404, f"no article {id[: models.NAME_CHARS]!r}; `GET /v1/articles` lists them")
        return _json({"id": found.id, "url": found.url, **article_to_json(found)})

    @api.get("/v1/library", summary="What the library holds", tags=["library"], response_model=models.Library)
    async def library() -> Response:
        """Counts, the first and the last day, and the newspapers by the names that the filters take."""
        return _json(await run_in_threadpool(_holdings, site))


def _holdings(site: Site) -> dict[str, Any]:
    held = site.shelf.holdings()
    with site.engine.glance():
        manifest = site.engine.library.manifest()
    return {
        "articles": held.articles,
        "passages": manifest.chunks,
        "first_day": held.first_day and held.first_day.isoformat(),
        "last_day": held.last_day and held.last_day.isoformat(),
        "undated": held.undated,
        "newspapers": [{"name": paper.name, "articles": paper.articles} for paper in held.newspapers],
        "unnamed": held.unnamed,
        "generation": manifest.generation,
    }


def _listed(rows: Sequence[ArticleRow], original: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "source": row.source,
            "title": row.title,
            "title_stated": row.title_stated,
            "published_on": row.published_on and row.published_on.isoformat(),
            "outlet": row.outlet,
            "url": row.url,
            "chars": row.chars,
            "reprint_of": original.get(row.id),
        }
        for row in rows
    ]


def _json(value: dict[str, Any]) -> Response:
    """The contract's own way of writing: whatever a question holds can be sent."""
    return Response(to_line(value), media_type="application/json", headers={"cache-control": "no-store"})


# ---- errors ---------------------------------------------------------------------------------------------------------


def _error(request: Request, status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    told = error_to_json(getattr(request.state, "question_id", None), text)
    return Response(to_line(told), status, {"cache-control": "no-store", **(headers or {})}, "application/json")


def _failed(request: Request, error: Exception) -> Response:
    """Every failure in the one shape that is described."""
    match error:
        case RequestValidationError():
            if isinstance(error.body, dict) and isinstance(given := error.body.get("id"), str | int):
                request.state.question_id = given if not isinstance(given, bool) else None
            return _error(request, 422, _mistake(error))
        case HTTPException():
            told = _MEANT.get(error.detail, error.detail).format(place=request.url.path)
            return _error(request, error.status_code, told, dict(error.headers or {}))
        case TooManyQuestions():
            return _error(request, 503, str(error), {"retry-after": str(RETRY_SECONDS)})
        case RagError():
            logger.warning("not answered: %s", error)
            return _error(request, 500, str(error))
        case _:
            # What it was is logged by the server.
            return _error(request, 500, "the program failed unexpectedly; its log says more")


def _mistake(error: RequestValidationError) -> str:
    """Where in the request the first mistake stands, and what it is."""
    first = error.errors()[0]
    if first["type"] == "json_invalid" or (first["loc"] == ("body",) and first["type"] != "value_error"):
        return "the body is no JSON object, or is not sent as application/json"
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
