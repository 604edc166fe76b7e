"""Kept conversations: listing, renaming, deleting, what people think of answers, and what to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from app.keeping.records import Wording
from app.keeping.store import SHOWN
from app.rendering.conversations import list_html, next_html
from app.routes.common import fragment, owner_of, require_script
from app.routes.refusing import kept_refusals
from app.words import Language, words_of

if TYPE_CHECKING:
    from app.site import Site

REASON_CHARS = 2_000
TITLE_CHARS = 200
MOST = 5_000


class Judgement(BaseModel):
    """What somebody thinks of an answer; no thumb takes it back."""

    turn: int = Field(ge=0)
    # Of the turn as it was shown.
    stamp: str | None = Field(default=None, max_length=64)
    thumb: Literal["up", "down"] | None = None
    reason: str | None = Field(default=None, max_length=REASON_CHARS)
    # The one that was shown.
    wording: Wording = "extractive"


class Title(BaseModel):
    """A title of one's own; an empty one gives back the first question."""

    title: str = Field(max_length=TITLE_CHARS)


def router(site: Site) -> APIRouter:
    """Routes under /ui/{language}/conversations."""
    routes = APIRouter(prefix="/ui/{language}/conversations", include_in_schema=False)
    kept = site.conversations

    @routes.get("")
    def listed(
        language: Language,
        request: Request,
        search: Annotated[str, Query(max_length=200)] = "",
        current: Annotated[str, Query(max_length=64)] = "",
        most: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    ) -> HTMLResponse:
        with kept_refusals(language):
            found = kept.listed(owner_of(request), search, most=most + 1)
        return fragment(
            list_html(
                found[:most],
                words_of(language),
                current=current,
                searched=bool(search.strip()),
                older=min(most + SHOWN, MOST) if len(found) > most and most < MOST else None,
                trouble=kept.trouble,
            )
        )

    @routes.post("/{id}/title", dependencies=[Depends(require_script)])
    def rename(language: Language, id: str, title: Title, request: Request) -> Response:
        with kept_refusals(language):
            kept.rename(owner_of(request), id, title.title)
        return Response(status_code=204)

    @routes.post("/{id}/delete", dependencies=[Depends(require_script)])
    def delete(language: Language, id: str, request: Request) -> Response:
        with kept_refusals(language):
            kept.delete(owner_of(request), id)
        return Response(status_code=204)

    @routes.post("/{id}/restore", dependencies=[Depends(require_script)])
    def restore(language: Language, id: str, request: Request) -> Response:
        with kept_refusals(language):
            kept.restore(owner_of(request), id)
        return Response(status_code=204)

    @routes.post("/{id}/judge", dependencies=[Depends(require_script)])
    def judge(language: Language, id: str, judgement: Judgement, request: Request) -> Response:
        with kept_refusals(language):
            done = kept.judge(
                owner_of(request),
                id,
                judgement.turn,
                judgement.thumb,
                judgement.reason,
                stamp=judgement.stamp,
                wording=judgement.wording,
            )
        if not done:
            raise HTTPException(409, {"told": words_of(language).chat.changed_elsewhere})
        return Response(status_code=204)

    @routes.get("/{id}/next")
    def next_questions(language: Language, id: str, turn: int, request: Request) -> HTMLResponse:
        with kept_refusals(language):
            turns = kept.turns(owner_of(request), id)
        answer = turns[turn].answer if 0 <= turn < len(turns) else None
        if answer is None:
            return fragment("")
        asked = [one.question for one in turns]
        found = site.suggestions.after(answer, asked)
        return fragment(next_html(found, words_of(language).chat, instead=answer.status == "not_found"))

    return routes
