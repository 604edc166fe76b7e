"""The language model behind the page: what it is, and another in its place where people on the page may choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from app.rendering.backend import form_html
from app.routes.common import fragment, require_script
from app.words import Language, words_of
from app.words.phrases import pieces
from rag.errors import GeneratorError, SettingsError

if TYPE_CHECKING:
    from app.site import Site


class Chosen(BaseModel):
    """A model as the setting `generate.generator` names it, and its name at a server."""

    generator: str = Field(min_length=1, max_length=500)
    model: str = Field(default="", max_length=200)


def router(site: Site) -> APIRouter:
    """Routes under /ui/{language}/model: the form, whether there is a model, another one, and none."""
    routes = APIRouter(prefix="/ui/{language}/model", include_in_schema=False)
    backend = site.backend

    def require_choosable() -> None:
        # Of a program that others use, its owner chooses where their questions go.
        if not backend.choosable:
            raise HTTPException(403, "the model is chosen by whoever runs the program")

    @routes.get("")
    def form(language: Language) -> HTMLResponse:
        return fragment(form_html(backend.look(), words_of(language), choosable=backend.choosable))

    @routes.get("/now")
    async def now(language: Language) -> dict[str, bool]:
        return {"there": backend.writing is not None}

    @routes.post("", dependencies=[Depends(require_script), Depends(require_choosable)])
    def choose(language: Language, chosen: Chosen) -> dict[str, bool | str]:
        words = words_of(language)
        try:
            others = backend.choose(chosen.generator, chosen.model)
        except SettingsError as error:
            raise HTTPException(422, {"told": words.backend.wrong}) from error
        except GeneratorError as error:
            from rag.generation.problems import problem_of

            told = "".join(piece.text for piece in pieces(problem_of(error), language))
            raise HTTPException(422, {"told": told}) from error
        if others:
            return {"there": True, "told": words.backend.others.format(models=", ".join(others))}
        return {"there": True}

    @routes.post("/drop", dependencies=[Depends(require_script), Depends(require_choosable)])
    def drop(language: Language) -> dict[str, bool]:
        backend.drop()
        return {"there": False}

    return routes
