"""An answer of a kept conversation in a language model's words: they stream in, unchecked, and what is left is kept."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.keeping.records import KeptFluent, KeptTurn
from app.line import TooMuchToWrite, Waiting
from app.login.access import address_of
from app.rendering.conversations import not_kept_html
from app.rendering.escaping import visible
from app.rendering.wordings import fluent_html, problem_html
from app.routes.common import asker_of, owner_of, require_script
from app.words import Language, Words, words_of
from app.writing import Writing
from rag.errors import RagError
from rag.foreign import language_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from app.site import Site
    from rag.datatypes import Answer
    from rag.generation.records import Draft, Fluent

logger = logging.getLogger(__name__)


class Wanted(BaseModel):
    """Which answer of the conversation, with the stamp of its turn as it was shown."""

    turn: int = Field(ge=0)
    stamp: str | None = Field(default=None, max_length=64)


class _Stream(StreamingResponse):
    """Lines of JSON. However it ends, the model does."""

    def __init__(self, lines: AsyncIterator[str], stop: threading.Event) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(lines, media_type="application/x-ndjson", headers=headers)
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stop.set()


def router(site: Site) -> APIRouter:
    """POST /ui/{language}/conversations/{id}/fluent.

    Lines of JSON: {"ahead"} with how many answers are written before it; {"model", "draft", "lang"} with all of the
    model's words so far and their language, if it is known; then {"html"} with what is left of them, and "unjudged"
    where a thumb was about other words that it had written; or {"problem"} with why the quotations stand; or {"gone"}
    where the answer is not there any more. Status 409 where another turn stands in its place.
    """
    routes = APIRouter(prefix="/ui/{language}/conversations", include_in_schema=False)

    @routes.post("/{id}/fluent", dependencies=[Depends(require_script)])
    async def written(language: Language, id: str, wanted: Wanted, request: Request) -> StreamingResponse:
        owner, words = owner_of(request), words_of(language)
        writing = site.writing
        if writing is None:
            raise HTTPException(404, {"told": words.backend.none})
        turn = await run_in_threadpool(_turn, site, owner, id, wanted.turn)
        if turn is None or turn.answer is None or turn.answer.status != "answered":
            # What the sources do not say no model is asked.
            raise HTTPException(404, "no such answer")
        if wanted.stamp is not None and turn.stamp != wanted.stamp:
            raise HTTPException(409, {"told": words.chat.changed_elsewhere})
        asker = asker_of(owner, f"page {address_of(request.scope)}")
        stop = threading.Event()
        place = _Place(site, owner, id, wanted.turn, turn, turn.answer, words)
        if turn.fluent is not None:
            # Another window has had it written.
            return _Stream(_there(place, turn.fluent), stop)
        return _Stream(_lines(writing, asker, place, stop), stop)

    return routes


class _Place:
    """Where an answer stands, and where its wording is put."""

    def __init__(self, site: Site, owner: str, id: str, at: int, turn: KeptTurn, answer: Answer, words: Words) -> None:
        self._site, self._owner, self._id, self._at = site, owner, id, at
        self._turn, self.answer, self.words = turn, answer, words

    def keep(self, fluent: Fluent) -> dict[str, str | bool]:
        """Keep what a model has written, and what the page is told of it."""
        kept = KeptFluent(fluent.answer, fluent.model, fluent.dropped, fluent.repaired, fluent.struck, fluent.replaced)
        html = self.html(kept)
        unjudged = False
        try:
            unjudged = self._site.conversations.word(self._owner, self._id, self._at, self._turn, kept)
        except KeyError:
            # It was asked anew, taken back or deleted meanwhile.
            return {"gone": True}
        except RagError as error:
            logger.warning("a model's words could not be kept: %s", error)
            html += not_kept_html(self.words.keeping)
        return {"html": html} | ({"unjudged": True} if unjudged else {})

    def html(self, fluent: KeptFluent) -> str:
        return fluent_html(self.answer, fluent, self._site.engine.article, self.words)


async def _there(place: _Place, fluent: KeptFluent) -> AsyncIterator[str]:
    yield _line({"html": await run_in_threadpool(place.html, fluent)})


async def _lines(writing: Writing, asker: str, place: _Place, stop: threading.Event) -> AsyncIterator[str]:
    try:
        async with aclosing(writing.events(asker, place.answer, stop)) as events:
            async for event in events:
                yield _line(await _told(event, writing, place))
    except TooMuchToWrite:
        yield _line({"problem": problem_html(place.words.fluent.too_many, place.words)})


async def _told(event: Waiting | Draft | Fluent, writing: Writing, place: _Place) -> dict[str, Any]:
    from rag.generation.records import Fluent

    if isinstance(event, Waiting):
        return {"ahead": event.ahead}
    return await _ended(event, place) if isinstance(event, Fluent) else _drafted(event, writing)


def _drafted(draft: Draft, writing: Writing) -> dict[str, Any]:
    """As text, for a script that makes no markup of it; nothing in it is invisible or reorders what stands around."""
    language = language_of(draft.text)
    lang = {} if language == "other" else {"lang": language}
    return {"model": writing.model, "draft": "".join(map(visible, draft.text))} | lang


async def _ended(fluent: Fluent, place: _Place) -> dict[str, Any]:
    if fluent.generated:
        return await run_in_threadpool(place.keep, fluent)
    return {"problem": problem_html(fluent.problem or "", place.words)}


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told) + "\n"


def _turn(site: Site, owner: str, id: str, at: int) -> KeptTurn | None:
    try:
        turns = site.conversations.turns(owner, id)
    except KeyError:
        return None
    return turns[at] if at < len(turns) else None
