"""The library view: what there is, the list, charts, single articles, and what was taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Annotated, ParamSpec

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from app.rendering import library as view
from app.rendering.charts import charts_html
from app.rendering.jobs import failure_told
from app.routes.common import fragment, owner_of, require_script
from app.routes.refusing import refusals
from app.words import Language, words_of
from rag.datatypes import Filters
from rag.errors import LibraryLocked, RagError
from rag.listing import Asked, Order
from rag.store.holdings import name_of

if TYPE_CHECKING:
    from app.adding.intake import Intake
    from app.shelf import Shelf

PAGE = 50
CHOSEN = 500
Parameters = ParamSpec("Parameters")


class Chosen(BaseModel):
    """Some articles, by id."""

    ids: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=CHOSEN)


def asked_for(
    words: Annotated[str, Query(max_length=200)] = "",
    outlet: Annotated[str, Query(max_length=300)] = "",
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    order: Order = "newest",
) -> Asked:
    """What the view's form asks for."""
    outlets = (outlet,) if any(letter.isalnum() for letter in outlet) else ()
    return Asked(words.strip(), Filters(first, last, outlets), order)


def router(shelf: Shelf, intake: Intake) -> APIRouter:
    """Routes under /ui/{language}/library."""
    routes = APIRouter(prefix="/ui/{language}/library", include_in_schema=False)

    @routes.get("/summary")
    @_told
    def summary(language: Language) -> HTMLResponse:
        return fragment(view.summary_html(shelf.holdings(), len(shelf.dismissed()), words_of(language).library))

    @routes.get("/articles")
    @_told
    def articles(
        language: Language,
        asked: Annotated[Asked, Depends(asked_for)],
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> HTMLResponse:
        listing = shelf.listing(asked)
        shown = listing.groups[offset : offset + PAGE]
        rows = {row.id: row for row in shelf.rows([id for group in shown for id in group])}
        held = listing.articles or shelf.holdings().articles

        def text_of(id: str) -> str:
            article = shelf.article(id)
            return article.text if article else ""

        words = words_of(language).library
        return fragment(
            view.rows_html(listing, shown, rows.get, text_of, words, searched=asked.words, offset=offset, held=held)
        )

    @routes.get("/charts")
    @_told
    def charts(language: Language, asked: Annotated[Asked, Depends(asked_for)]) -> HTMLResponse:
        named = name_of(shelf.holdings().newspapers)
        return fragment(charts_html(shelf.places(asked), named, words_of(language).library))

    @routes.get("/articles/{id}")
    @_told
    def article(language: Language, id: str, words: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
        found, told = shelf.article(id), words_of(language)
        if found is None:
            return fragment(view.gone_html(told.library))
        return fragment(view.article_html(found, shelf.rows(shelf.group_of(id)), told, searched=words))

    @routes.get("/dismissed")
    @_told
    def dismissed(language: Language) -> HTMLResponse:
        return fragment(view.dismissed_html(shelf.dismissed(), words_of(language).library))

    @routes.post("/dismiss", dependencies=[Depends(require_script)])
    def dismiss(language: Language, chosen: Chosen, request: Request) -> JSONResponse:
        with refusals(language):
            return JSONResponse({"job": intake.dismiss(owner_of(request), chosen.ids).id})

    @routes.post("/return", dependencies=[Depends(require_script)])
    def bring_back(language: Language, chosen: Chosen, request: Request) -> JSONResponse:
        with refusals(language):
            return JSONResponse({"job": intake.bring_back(owner_of(request), chosen.ids).id})

    @routes.post("/forget", dependencies=[Depends(require_script)])
    def forget(language: Language, chosen: Chosen) -> Response:
        words = words_of(language)
        try:
            intake.forget(chosen.ids)
        except LibraryLocked as error:
            raise HTTPException(409, {"told": words.failures.told(error)}) from error
        except RagError as error:
            raise HTTPException(500, {"told": failure_told(error, words)}) from error
        return Response(status_code=204)

    return routes


def _told(handler: Callable[Parameters, HTMLResponse]) -> Callable[Parameters, HTMLResponse]:
    """What is wrong with the library is told in the place of what was asked for."""

    @wraps(handler)
    def told(*args: Parameters.args, **kwargs: Parameters.kwargs) -> HTMLResponse:
        try:
            return handler(*args, **kwargs)
        except RagError as error:
            words = words_of(kwargs["language"])  # type: ignore[arg-type]
            return fragment(view.failed_html(words.failures.told(error), str(error)))

    return told
