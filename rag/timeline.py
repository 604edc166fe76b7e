"""The timeline of a topic: dated and cited sentences in order, as a chart or a list shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from rag import vietnamese
from rag.answering import retrieved
from rag.clock import Clock
from rag.compose import NO_SUBJECT, NOT_FOUND, NOTHING_INDEXED
from rag.composing.chronology import Dated, chronology
from rag.composing.citing import cited
from rag.composing.grouping import CopiesOf
from rag.composing.overview import statement_of
from rag.composing.pieces import Draft
from rag.datatypes import Article, Filters, Timeline, TimelineEntry
from rag.engine import Engine
from rag.pipeline import NO_FILTERS, understood
from rag.question import understand
from rag.store.selection import why_none_passes

EMPTY_TOPIC = "Chủ đề trống: hãy gõ một chủ đề hay một câu hỏi."
NOTHING_TOLD = "Không có câu nào nói về chủ đề này."
AT_MOST = "Dòng thời gian nêu nhiều nhất {count} câu."

MOST = 40
# An answer reads ten.
_PASSAGES = 80


def timeline(
    engine: Engine,
    topic: str,
    *,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
    most: int = MOST,
    as_typed: bool = False,
) -> Timeline:
    """The sentences of the library about a topic or question, at most so many, each with the day that it tells of.

    None repeats another, and reprints count once. The other arguments are those of `ask`. Without entries, as for an
    empty topic or one that the library is silent on, `reason` says why. Raises LibraryError for a damaged library.
    """
    clock = Clock()
    with engine.turn():
        asked, notes = understood(engine, topic, (), (), as_typed)
        clock.lap("question")
        entries: tuple[TimelineEntry, ...] = ()
        keys = engine.keys_of(filters)
        if not vietnamese.syllables(asked.text):
            reason = EMPTY_TOPIC
        elif not engine.library.manifest().chunks:
            reason = NOTHING_INDEXED
        elif not asked.complete:
            reason = NO_SUBJECT
        elif keys is not None and not len(keys):
            reason = why_none_passes(engine.library, filters)
        else:
            query, found = retrieved(engine, asked, _PASSAGES, keys=keys, today=today or date.today())
            clock.add(found.timings_ms)
            copies_of = engine.copies.group_of if engine.settings.retrieve.fold_copies else _alone
            # The articles are Vietnamese: what a topic in another language is about is told by its translation.
            about = asked if asked.vietnamese or query.terms is None else understand(query.terms)
            dated = chronology(about, found.hits, engine.article, copies_of=copies_of, most=most)
            entries = entries_of(dated, engine.article, copies_of)
            reason, notes = f"{NOT_FOUND} {NOTHING_TOLD}", (*notes, *found.notes)
            if len(entries) == most:
                notes = (*notes, AT_MOST.format(count=most))
            clock.lap("compose")
        return Timeline(
            topic=topic,
            understood_as=asked.understood_as,
            read_as=asked.read_as,
            entries=entries,
            reason=None if entries else reason,
            timings_ms=clock.total(),
            notes=notes,
        )


def entries_of(
    dated: Sequence[Dated], article_of: Callable[[str], Article], copies_of: CopiesOf
) -> tuple[TimelineEntry, ...]:
    """The sentences with their citations, numbered from 1 in this order.

    Raises QuotationError when a quotation does not stand in its article (a damaged library).
    """
    draft = Draft(None, tuple(statement_of(each.candidate) for each in dated))
    claims, citations, _ = cited(draft, article_of, copies_of)
    of_number = {citation.number: citation for citation in citations}
    return tuple(
        TimelineEntry(
            dating=_dating(each),
            first_day=each.told.first if each.told else None,
            last_day=(each.told.last or each.told.first) if each.told else None,
            written=each.told.written if each.told else "",
            text=claim.text,
            citation=of_number[claim.citations[0]],
        )
        for each, claim in zip(dated, claims, strict=True)
    )


def _dating(sentence: Dated) -> Literal["named", "year_inferred", "year_unknown", "published", "undated"]:
    if sentence.told is None:
        return "undated"
    if not sentence.named:
        return "published"
    if not sentence.told.settled:
        return "year_unknown"
    return "named" if str(sentence.told.first.year) in sentence.told.written else "year_inferred"


def _alone(article_id: str) -> tuple[str, ...]:
    return (article_id,)
