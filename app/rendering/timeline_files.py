"""A timeline as a file to take along: Markdown to read, CSV to reckon with."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from app.keeping.document import Block, Bullets, Heading, Line, Paragraph, Piece
from app.keeping.export import disposition, file_name
from app.keeping.markdown import markdown_of
from app.rendering.escaping import one_line, visible
from app.rendering.filters import conditions
from app.rendering.plain import footnote
from app.rendering.timeline import day_of, sections, summary, tag_of
from app.words import Words
from app.words.phrases import said
from app.words.timeline import TimelineWords
from rag.datatypes import Filters, Timeline, TimelineEntry

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
# Spreadsheets tell by it that the file is in UTF-8.
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class File:
    """A file: what is in it, its type, and the header that gives a download its name."""

    content: bytes
    media_type: str
    disposition: str


def markdown_file(timeline: Timeline, words: Words, *, filters: Filters, as_typed: bool) -> File:
    """The sentences by day with their numbers, and the sources in full."""
    content = markdown_of(_blocks(timeline, words, filters=filters, as_typed=as_typed)).encode()
    return File(content, "text/markdown; charset=utf-8", _disposition(timeline, "md", words))


def csv_file(timeline: Timeline, words: Words, *, filters: Filters, as_typed: bool) -> File:
    """A row a sentence (RFC 4180, UTF-8), days in ISO 8601. No cell is taken for a formula."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, quoting=csv.QUOTE_ALL)
    rows.writerow(words.timeline.columns)
    for entry in timeline.entries:
        rows.writerow([inert(cell) for cell in _cells(entry, words.timeline)])
    return File((_MARK + written.getvalue()).encode(), "text/csv; charset=utf-8", _disposition(timeline, "csv", words))


def inert(cell: str) -> str:
    """A cell that a spreadsheet shows as it stands: behind an apostrophe where it would be a formula."""
    shown = "".join(visible(character) for character in one_line(cell))
    return f"'{shown}" if shown[:1] in _FORMULA or cell.strip()[:1] in _FORMULA else shown


def _cells(entry: TimelineEntry, words: TimelineWords) -> list[str]:
    citation = entry.citation
    known = entry.dating != "year_unknown"
    return [
        str(citation.number),
        day_of(entry, words),
        entry.first_day.isoformat() if entry.first_day and known else "",
        entry.last_day.isoformat() if entry.last_day and known else "",
        _dating(entry, words),
        entry.text,
        citation.quote,
        citation.title,
        citation.outlet or "",
        citation.published_on.isoformat() if citation.published_on else "",
        citation.source,
        str(citation.start),
        str(citation.end),
        "; ".join(citation.copies),
    ]


def _dating(entry: TimelineEntry, words: TimelineWords) -> str:
    return {
        "named": words.named,
        "year_inferred": words.inferred,
        "year_unknown": words.unknown_year,
        "published": words.published,
        "undated": words.undated,
    }[entry.dating]


def _blocks(timeline: Timeline, words: Words, *, filters: Filters, as_typed: bool) -> list[Block]:
    told = words.timeline
    blocks: list[Block] = [Heading(f"{told.heading}: {one_line(timeline.topic)}", 1)]
    about = [f"{words.chat.understood} {timeline.understood_as}"] if timeline.understood_as else []
    if as_typed:
        about.append(told.searched_as_typed)
    if filters:
        about.append(f"{words.filters.active} {', '.join(conditions(filters, words.filters))}")
    if timeline.entries:
        about.append(summary(timeline.entries, told))
    if about:
        blocks.append(Paragraph(tuple((Piece(line, faint=True),) for line in about)))
    if timeline.reason:
        blocks.append(_plain(said(timeline.reason, words.language)))
    for heading, note, entries in sections(timeline.entries, told):
        if heading:
            blocks += [Heading(heading, 2), _plain(note)]
        blocks.append(Bullets(tuple((_entry(entry, told),) for entry in entries)))
    blocks += [_plain(said(note, words.language)) for note in timeline.notes]
    if timeline.entries:
        sources = (footnote(entry.citation) for entry in timeline.entries)
        blocks += [Heading(told.sources, 2), Bullets(tuple(((Piece(line),),) for line in sources))]
    return blocks


def _entry(entry: TimelineEntry, words: TimelineWords) -> Line:
    day, tag = day_of(entry, words), tag_of(entry, words)
    front = (Piece(day, strong=True), Piece(f" ({tag}): " if tag else ": ")) if day else ()
    return (*front, Piece(f"{one_line(entry.text)} [{entry.citation.number}]"))


def _plain(text: str) -> Paragraph:
    return Paragraph(((Piece(text),),))


def _disposition(timeline: Timeline, kind: str, words: Words) -> str:
    told = words.timeline
    return disposition(file_name(f"{told.heading} {one_line(timeline.topic)}", kind, told.heading))
