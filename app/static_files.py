"""The page's own files: where they are, and the addresses under which a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Scope

STATIC = Path(__file__).parent / "static"
# In this order: of two rules that weigh the same the later one holds.
STYLES = (
    "fonts.css",
    "style.css",
    "conversation.css",
    "fluent.css",
    "sources.css",
    "widths.css",
    "filters.css",
    "timeline.css",
    "library.css",
    "access.css",
    "session.css",
    "print.css",
)
SCRIPTS = (
    "access.js",
    "chat.js",
    "conversations.js",
    "fluent.js",
    "model.js",
    "filters.js",
    "adding.js",
    "library.js",
    "timeline.js",
    "session.js",
)
# What the first words on the page are set in; other parts of the font are fetched when a letter needs them.
FONTS = ("fonts/source-serif-4-latin-wght-normal.woff2", "fonts/source-serif-4-vietnamese-wght-normal.woff2")
# What the scripts share, which a browser would only find out when it has read them.
SHARED = ("hb.js", "sources.js", "library_view.js", "jobs.js", "article.js", "taking_out.js")
ICON = "icon.svg"

_FOR_GOOD = "public, max-age=31536000, immutable"


def static_address(name: str) -> str:
    """The address of a file; it changes with any of them, for scripts import each other by name."""
    return f"/static/{_version()}/{name}"


def static_files() -> ASGIApp:
    """What serves them under `static_address("")`: compressed, and never asked for again by a browser that has them."""
    return GZipMiddleware(_Kept(directory=STATIC), minimum_size=1000)


class _Kept(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code < 400:
            answer.headers["cache-control"] = _FOR_GOOD
        return answer


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
