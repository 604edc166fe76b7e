"""The page's own files: where they are, and the addresses under which a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLES = ("fonts.css", "style.css", "filters.css")
SCRIPTS = ("chat.js", "conversations.js", "filters.js")
# What the first words on the page are set in; other parts of the font are fetched when a letter needs them.
FONTS = ("fonts/source-serif-4-latin-wght-normal.woff2", "fonts/source-serif-4-vietnamese-wght-normal.woff2")


def static_address(name: str) -> str:
    """The address of a file; it changes with any of them, for scripts import each other by name."""
    return f"/static/{_version()}/{name}"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
