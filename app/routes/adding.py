"""Adding to the library: files that arrive one by one, pasted text, and the jobs that take them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from app.adding.intake import Intake
from app.adding.uploads import Pasted
from app.rendering.jobs import jobs_html, refusal_told
from app.routes.common import fragment, owner_of, require_script
from app.routes.refusing import refusals
from app.words import Language, words_of
from rag.commands.conditions import day_of
from rag.loading.stated import web_address

if TYPE_CHECKING:
    from app.adding.watching import Watcher

_NAME_CHARS = 2_000


class File(BaseModel):
    """A file that is going to arrive."""

    name: str = Field(max_length=_NAME_CHARS)
    size: int = Field(ge=0)


class Files(BaseModel):
    """Files that are going to arrive in one go."""

    files: list[File] = Field(min_length=1, max_length=10_000)


class Paste(BaseModel):
    """An article that somebody pasted."""

    text: str
    title: str = Field(default="", max_length=500)
    outlet: str = Field(default="", max_length=200)
    url: str = Field(default="", max_length=2_000)
    day: str = Field(default="", max_length=40)


def router(intake: Intake, watcher: Watcher) -> APIRouter:
    """Routes under /ui/{language}/adding. A change that is refused says why in the page's language."""
    routes = APIRouter(prefix="/ui/{language}/adding", include_in_schema=False)
    script = [Depends(require_script)]

    @routes.get("/jobs")
    def jobs(language: Language, request: Request) -> HTMLResponse:
        shown = intake.jobs(owner_of(request))
        answer = fragment(jobs_html(shown, watcher.watched, words_of(language), intake.limits))
        answer.headers["x-hb-busy"] = "1" if any(job.under_way for job in shown) else "0"
        return answer

    @routes.post("/files", dependencies=script)
    def announce(language: Language, files: Files, request: Request) -> JSONResponse:
        words = words_of(language)
        with refusals(language):
            job = intake.announce(owner_of(request), [(file.name, file.size) for file in files.files])
        refused = {
            index: refusal_told(item.refusal, words, intake.limits)
            for index, item in enumerate(job.items)
            if item.refusal
        }
        return JSONResponse({"job": job.id, "refused": refused})

    @routes.post("/{id}/files/{index}", dependencies=script)
    async def receive(language: Language, id: str, index: int, request: Request) -> Response:
        with refusals(language):
            await intake.receive(owner_of(request), id, index, request.stream())
        return Response(status_code=204)

    @routes.post("/{id}/start", dependencies=script)
    def start(language: Language, id: str, request: Request) -> Response:
        with refusals(language):
            intake.start(owner_of(request), id)
        return Response(status_code=204)

    @routes.post("/paste", dependencies=script)
    def paste(language: Language, paste: Paste, request: Request) -> JSONResponse:
        with refusals(language):
            return JSONResponse(
                {"job": intake.paste(owner_of(request), _pasted(paste, language, intake.least_chars)).id}
            )

    @routes.post("/{id}/{what}", dependencies=script)
    def do(language: Language, id: str, what: Literal["undo", "retry", "stop", "drop"], request: Request) -> Response:
        with refusals(language):
            {"undo": intake.undo, "retry": intake.retry, "stop": intake.stop, "drop": intake.drop}[what](
                owner_of(request), id
            )
        return Response(status_code=204)

    return routes


def _pasted(paste: Paste, language: Language, least_chars: int) -> Pasted:
    """What was pasted, checked. Raises HTTPException that names the field."""
    words = words_of(language).adding
    if not any(letter.isalnum() for letter in paste.text):
        raise HTTPException(422, {"field": "text", "told": words.paste_empty})
    if len(paste.text.strip()) < least_chars:
        # Told here, what was pasted stays in the form.
        raise HTTPException(422, {"field": "text", "told": words.paste_short.format(least=least_chars)})
    try:
        day = day_of(paste.day) if paste.day.strip() else None
    except ValueError as error:
        raise HTTPException(422, {"field": "day", "told": words.paste_day_wrong}) from error
    if paste.url.strip() and web_address(paste.url) is None:
        raise HTTPException(422, {"field": "url", "told": words.paste_url_wrong})
    title, outlet = (" ".join(text.split()) for text in (paste.title, paste.outlet))
    return Pasted(paste.text, title, outlet, web_address(paste.url) or "", day)
