"""Whole documents beside the chat page: made on the server, without a script."""

from __future__ import annotations

from app.rendering.escaping import escape
from app.static_files import static_address

STYLES = ("fonts.css", "documents.css")


def document_html(title: str, body: str, *, language: str) -> str:
    """A document around a body that is HTML already."""
    styles = "".join(f'<link rel="stylesheet" href="{static_address(name)}">' for name in STYLES)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme"'
        f' content="light dark"><link rel="icon" href="{static_address("icon.svg")}">{styles}</head>'
        f"<body>{body}</body></html>"
    )
