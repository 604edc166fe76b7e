"""Where the words that somebody searches for stand in a text, and the text with them marked."""

from __future__ import annotations

import re

from app.rendering.escaping import escape
from rag.datatypes import Span
from rag.question import is_accented
from rag.vietnamese import fold, syllables

_WORD = re.compile(r"\w[\w\u0300-\u036f]*")
_EXCERPT_CHARS = 170
_BEFORE = 50
# Of a very long text only so much is looked through.
_LOOKED_AT = 200_000


def matches(text: str, words: str) -> list[Span]:
    """The places of the words, in order; compared as `rag.listing` does: exactly, or folded if typed without marks."""
    accented = is_accented(words)
    wanted = {syllable if accented else fold(syllable) for syllable in syllables(words)}
    if not wanted:
        return []
    known: dict[str, bool] = {}
    found = []
    for match in _WORD.finditer(text, 0, _LOOKED_AT):
        word = match.group()
        if (is_one := known.get(word)) is None:
            parts = syllables(word)
            is_one = known[word] = any((part if accented else fold(part)) in wanted for part in parts)
        if is_one:
            found.append(Span(*match.span()))
    return found


def marked(text: str, spans: list[Span]) -> str:
    """The text as HTML with these places marked; they must be in order and not overlap."""
    parts, at = [], 0
    for span in spans:
        parts.append(escape(text[at : span.start]))
        parts.append(f'<mark class="hb-found">{escape(span.of(text))}</mark>')
        at = span.end
    return "".join([*parts, escape(text[at:])])


def excerpt_html(text: str, words: str) -> str:
    """A line of the text, around the place where most of the words stand together; else its beginning."""
    spans = matches(text, words)
    start = _busiest(text, spans) if spans else 0
    line_start = 0 if start < _BEFORE else _word_start(text, start - _BEFORE)
    line_end = min(len(text), line_start + _EXCERPT_CHARS)
    if line_end < len(text):
        space = text.rfind(" ", line_start, line_end + 1)
        line_end = space if space > line_start else line_end
    inside = [Span(span.start - line_start, span.end - line_start) for span in spans if line_start <= span.start]
    line = text[line_start:line_end].replace("\n", " ")
    inside = [span for span in inside if span.end <= len(line)]
    return f"{'… ' if line_start else ''}{marked(line, inside)}{' …' if line_end < len(text) else ''}"


def _busiest(text: str, spans: list[Span]) -> int:
    """Where the window with the most different words begins."""
    best, best_start = 0, spans[0].start
    first = 0
    for last, span in enumerate(spans):
        while span.end - spans[first].start > _EXCERPT_CHARS - _BEFORE:
            first += 1
        different = len({fold(one.of(text)) for one in spans[max(first, last - 30) : last + 1]})
        if different > best:
            best, best_start = different, spans[first].start
    return best_start


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at
