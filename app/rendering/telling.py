"""What the program says in its own words, with what it quotes marked as Vietnamese for those who hear the page."""

from __future__ import annotations

from collections.abc import Iterable

from app.rendering.escaping import escape
from app.words.languages import Language
from app.words.phrases import Piece, pieces


def told_html(text: str, language: Language) -> str:
    """Fixed phrases of the library in the page's language."""
    return pieces_html(pieces(text, language))


def pieces_html(told: Iterable[Piece]) -> str:
    """The pieces one after the other."""
    return "".join(
        f'<span lang="vi">{escape(piece.text)}</span>' if piece.quoted else escape(piece.text) for piece in told
    )
