"""Files to take along: a conversation, and the answers that were judged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.keeping.document import ArticleOf
from app.keeping.export import Exported, Kind, disposition, export
from app.keeping.judged import judged_file
from app.routes.common import owner_of
from app.routes.refusing import kept_refusals
from app.words import Language, words_of
from rag.datatypes import Article

if TYPE_CHECKING:
    from app.site import Site


def router(site: Site) -> APIRouter:
    """Routes under /ui/{language}: conversations/{id}/export.{md|docx|json}, and judged.jsonl."""
    routes = APIRouter(prefix="/ui/{language}", include_in_schema=False)

    @routes.get("/conversations/{id}/export.{kind}")
    def exported(language: Language, id: str, kind: Kind, request: Request) -> Response:
        owner = owner_of(request)
        with kept_refusals(language):
            conversation, turns = site.conversations.one(owner, id), site.conversations.turns(owner, id)
        return _download(export(kind, conversation, turns, _articles_of(site), words_of(language), datetime.now(UTC)))

    @routes.get("/judged.jsonl")
    def judged(language: Language, request: Request) -> Response:
        with kept_refusals(language):
            return _download(judged_file(site.conversations.judged(owner_of(request)), words_of(language)))

    return routes


def _articles_of(site: Site) -> ArticleOf:
    """Gives an article as the library holds it now; raises LibraryError where it is not there."""

    def article(id: str) -> Article:
        with site.engine.glance():
            return site.engine.article(id)

    return article


def _download(file: Exported) -> Response:
    headers = {"content-disposition": disposition(file.name), "cache-control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)
