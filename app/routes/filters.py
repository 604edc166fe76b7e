"""The form of the filters, with what the library holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.rendering.filters import form_html
from app.routes.common import fragment
from app.words import Language, words_of
from rag.store.holdings import holdings

if TYPE_CHECKING:
    from app.site import Site


def router(site: Site) -> APIRouter:
    """GET /ui/{language}/filters."""
    routes = APIRouter(prefix="/ui/{language}/filters", include_in_schema=False)

    @routes.get("")
    def form(language: Language) -> HTMLResponse:
        with site.engine.glance():
            held = holdings(site.engine.library)
        return fragment(form_html(held, words_of(language).filters))

    return routes
