"""Articles into passages that end at sentence ends, each an exact slice of the article's text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.config import ChunkSettings
from rag.datatypes import Article, Chunk, Span
from rag.errors import SettingsError
from rag.vietnamese import sentences

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

# Where a sentence longer than a whole passage may be cut, best first. "" is the last resort: anywhere.
_CLAUSE_ENDS = ["\n", "; ", ": ", " – ", ", ", " ", ""]


@lru_cache(maxsize=8)
def _clause_splitter(max_chars: int) -> RecursiveCharacterTextSplitter:
    # Imported here: it takes a third of a second, and asking a question splits nothing.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    # Nothing stripped, nothing overlapping: the pieces put together are the sentence, so offsets are sums of lengths.
    return RecursiveCharacterTextSplitter(
        separators=_CLAUSE_ENDS, keep_separator="end", chunk_size=max_chars, chunk_overlap=0, strip_whitespace=False
    )


def _units(text: str, max_chars: int) -> list[Span]:
    """Sentences, and the pieces of sentences that are longer than a passage may be."""
    units: list[Span] = []
    for sentence in sentences(text):
        if sentence.end - sentence.start <= max_chars:
            units.append(sentence)
            continue
        start = sentence.start
        for piece in _clause_splitter(max_chars).split_text(sentence.of(text)):
            stripped = piece.strip()
            if stripped:
                begin = start + len(piece) - len(piece.lstrip())
                units.append(Span(begin, begin + len(stripped)))
            start += len(piece)
    return units


def _pack(units: Sequence[Span], settings: ChunkSettings) -> list[Span]:
    """Runs of units near the target length, each but the first beginning with the last units of the one before."""
    spans: list[Span] = []
    first = 0
    taken = 0
    while taken < len(units):
        start = units[first].start
        last = taken
        while last + 1 < len(units):
            now, then = units[last].end - start, units[last + 1].end - start
            if then > settings.max_chars or abs(then - settings.target_chars) > abs(now - settings.target_chars):
                break
            last += 1
        spans.append(Span(start, units[last].end))
        taken = last + 1
        first = max(first + 1, taken - settings.overlap_sentences)
        while taken < len(units) and first < taken and units[taken].end - units[first].start > settings.max_chars:
            first += 1
    return spans


def chunk_article(article: Article, settings: ChunkSettings) -> tuple[Chunk, ...]:
    """The passages of an article in order; together they cover all its text but white space between sentences."""
    if settings.target_chars > settings.max_chars:
        raise SettingsError(
            f"chunk.target_chars {settings.target_chars} is more than chunk.max_chars {settings.max_chars}",
            remedy="Lower the one or raise the other",
        )
    spans = _pack(_units(article.text, settings.max_chars), settings)
    return tuple(
        Chunk(f"{article.id}:{ordinal:04d}", article.id, ordinal, span.start, span.end)
        for ordinal, span in enumerate(spans)
    )


def passage_text(article: Article, chunk: Chunk) -> str:
    """What is embedded for a chunk: title and date where stated, a line each, then the passage."""
    head = [article.title] if article.title_stated else []
    if article.published_on is not None:
        head.append(f"{article.published_on:%d/%m/%Y}")
    return "\n".join([*head, article.text[chunk.start : chunk.end]])
