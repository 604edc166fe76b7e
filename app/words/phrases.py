"""What the library says of itself in answers, in the page's language: its fixed phrases are Vietnamese."""

from __future__ import annotations

from app.words.languages import Language


def said(text: str, language: Language) -> str:
    """A fixed phrase of an answer in the page's language; what is none stays as it is."""
    return text
