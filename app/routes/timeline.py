"""The timeline of a topic: on the page, and as a file to take along."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from app.login.access import address_of
from app.rendering.timeline import failed_html, result_html
from app.rendering.timeline_files import csv_file, markdown_file
from app.routes.common import asker_of, fragment, owner_of
from app.words import Language, words_of
from rag.datatypes import Filters, Timeline
from rag.errors import RagError
from rag.timeline import timeline
from rag.turns import asking_for

if TYPE_CHECKING:
    from app.site import Site

logger = logging.getLogger(__name__)

# Of a longer topic the end is taken, as of a question; this much comes in at all.
_TOPIC_CHARS = 20_000
_MOST_OUTLETS = 50
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What a timeline is asked of."""

    topic: str
    filters: Filters
    as_typed: bool


def asked_for(
    q: Annotated[str, Query(max_length=_TOPIC_CHARS)] = "",
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    outlet: Annotated[list[str] | None, Query()] = None,
    typed: bool = False,
) -> Asked:
    """The topic, the filters, and whether it is searched for exactly as typed."""
    outlets = tuple(name[:300] for name in outlet or () if any(letter.isalnum() for letter in name))
    return Asked(q, Filters(first, last, outlets[:_MOST_OUTLETS]), typed)


def router(site: Site) -> APIRouter:
    """GET /ui/{language}/timeline, and the same with .md and .csv."""
    routes = APIRouter(prefix="/ui/{language}", include_in_schema=False)

    # Whoever waits for a turn takes a thread: not those of the server, in which everything else is answered.
    limiter = CapacityLimiter(AT_ONCE)

    def made(asked: Asked, request: Request) -> Timeline:
        with asking_for(asker_of(owner_of(request), f"timeline {address_of(request.scope)}")):
            return timeline(site.engine, asked.topic, filters=asked.filters, as_typed=asked.as_typed)

    @routes.get("/timeline")
    async def shown(language: Language, asked: Annotated[Asked, Depends(asked_for)], request: Request) -> HTMLResponse:
        words = words_of(language)

        def html() -> str:
            try:
                found = made(asked, request)
                return result_html(found, site.engine.article, words, filters=asked.filters, as_typed=asked.as_typed)
            except RagError as error:
                logger.warning("no timeline: %s", error)
                return failed_html(words.failures.told(error), str(error), words)

        return fragment(await run_sync(html, limiter=limiter))

    @routes.get("/timeline.{kind}")
    async def taken_along(
        language: Language,
        kind: Literal["md", "csv"],
        asked: Annotated[Asked, Depends(asked_for)],
        request: Request,
    ) -> Response:
        words = words_of(language)
        try:
            found = await run_sync(made, asked, request, limiter=limiter)
        except RagError as error:
            logger.warning("no timeline: %s", error)
            return Response(words.failures.told(error), status_code=503, media_type="text/plain; charset=utf-8")
        write = markdown_file if kind == "md" else csv_file
        file = write(found, words, filters=asked.filters, as_typed=asked.as_typed)
        headers = {"content-disposition": file.disposition, "cache-control": "no-store"}
        return Response(file.content, media_type=file.media_type, headers=headers)

    return routes
