"""One question of a turn: retrieve, read, decide, compose; and a question of several parts, part by part."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from rag.clock import Clock
from rag.compose import NOT_STATED, combined, compose, not_found, readable
from rag.composing.coordination import SideBySide
from rag.datatypes import Answer, Evidence
from rag.decide import decide
from rag.engine import Engine
from rag.question import Asked, Question
from rag.reading.wording import wordings_of
from rag.retrieve import Query, Retrieved, retrieve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What has one value for each thing that it is asked of.
_OF_ONE_VALUE = frozenset((Asked.WHO, Asked.WHEN, Asked.WHERE, Asked.HOW_MANY))
_SEVERAL = re.compile(r";|,\s|\s(?:và|cùng|lần lượt)\s")


@dataclass(frozen=True, slots=True)
class Turn:
    """What all parts of one question share: `keys` of the passages that may be looked at, None for all."""

    engine: Engine
    keys: NDArray[np.int64] | None
    today: date
    clock: Clock


def in_parts(
    turn: Turn,
    asked: Question,
    parts: Sequence[str],
    answer_id: str,
    notes: tuple[str, ...],
    whole: Answer | None = None,
    *,
    otherwise: Answer | None = None,
    of: Sequence[str] = (),
) -> Answer:
    """Each part answered by itself, as one answer, with what is missing told; `of` names what each is asked of.

    Where no part is answered it is `otherwise`, the question as a whole, if that was answered already; where some are
    not, `whole`, if there is an answer that may be one about all parts.
    """
    each = [answered(turn, turn.engine.understanding.part(part), answer_id) for part in parts]
    found = [part.status == "answered" for part in each]
    if all(found) or (any(found) and whole is None):
        frame = not_found(answer_id=answer_id, question=asked, reason=NOT_STATED, notes=notes)
        return combined(frame, each, most_hits=turn.engine.settings.retrieve.hits, of=of)
    return whole or otherwise or answered(turn, asked, answer_id, notes)


def beside_each_other(
    turn: Turn, asked: Question, beside: SideBySide, answer_id: str, notes: tuple[str, ...], whole: Answer
) -> Answer:
    """The answer about things named side by side: `whole`, their answer together, or that of each.

    What speaks of one of them alone is no answer about all, and no better than that one's own.
    """
    named = [beside.spoken_of(readable(citation.quote)) for citation in whole.citations]
    if beside.members in named:
        return _told_apart(turn, asked, beside, answer_id, notes, whole) or whole
    shared = whole if whole.status == "answered" and not any(named) else None
    if shared and not beside.named:
        return shared
    return in_parts(turn, asked, beside.parts, answer_id, notes, shared, otherwise=whole, of=beside.members)


def _told_apart(
    turn: Turn, asked: Question, beside: SideBySide, answer_id: str, notes: tuple[str, ...], whole: Answer
) -> Answer | None:
    """The value of each, where the answer about all is that of one of them, and the others have another."""
    if asked.asked not in _OF_ONE_VALUE or not whole.short_answer or _SEVERAL.search(whole.short_answer):
        return None
    each = [answered(turn, turn.engine.understanding.part(part), answer_id) for part in beside.parts]
    values = [one.short_answer for one in each]
    if len({value for value in values if value}) < len(each) or whole.short_answer not in values:
        return None
    frame = not_found(answer_id=answer_id, question=asked, reason=NOT_STATED, notes=notes)
    return combined(frame, each, most_hits=turn.engine.settings.retrieve.hits, of=beside.members)


def answered(turn: Turn, asked: Question, answer_id: str, notes: tuple[str, ...] = ()) -> Answer:
    """Retrieve, read, decide, compose."""
    engine, settings = turn.engine, turn.engine.settings.answer
    copies_of = engine.copies.group_of if engine.settings.retrieve.fold_copies else None
    query, found = retrieved(engine, asked, engine.settings.retrieve.hits, keys=turn.keys, today=turn.today)
    turn.clock.add(found.timings_ms)
    reader, put = engine.reader, wordings_of(asked, query).put_to
    with engine.aside():
        reading = reader.read(asked, found.hits, engine.article, put)
    hits = reading.hits if settings.rerank and reading.hits else found.hits
    turn.clock.lap("read")
    contradicting: tuple[Evidence, ...] = ()
    outside, related, refused = False, None, False
    if settings.check:
        decision = decide(
            asked,
            query,
            reading,
            hits,
            engine.article,
            frequency=engine.lexical.frequency,
            passages=engine.library.manifest().chunks,
            threshold=settings.threshold,
            copies_of=copies_of,
        )
        reading = replace(reading, evidence=decision.evidence, confidence=decision.probability, signals=())
        contradicting = decision.contradicting if decision.reason == "premise_contradicted" else ()
        outside = decision.reason == "outside_dates"
        related, refused = decision.reason != "nothing_relevant", decision.reason != "answered"
        turn.clock.lap("decide")
    answer = compose(
        answer_id=answer_id,
        question=asked,
        reading=reading,
        hits=hits,
        article_of=engine.article,
        settings=settings,
        copies_of=copies_of,
        notes=(*notes, *found.notes),
        contradicting=contradicting,
        outside_dates=outside,
        related=related,
        refused=refused,
    )
    turn.clock.lap("compose")
    return answer


def retrieved(
    engine: Engine, asked: Question, hits: int, *, keys: NDArray[np.int64] | None, today: date
) -> tuple[Query, Retrieved]:
    """What is searched for, with the passages found; `timings_ms` tell the making of the query, too."""
    settings = engine.settings.retrieve
    started = time.perf_counter()
    query = engine.understanding.query(asked, keys=keys, today=today)
    analysed = (time.perf_counter() - started) * 1000
    found = retrieve(
        query,
        library=engine.library,
        dense=engine.dense,
        lexical=engine.lexical,
        embedder=engine.embedder,
        settings=settings.model_copy(update={"hits": hits}),
        article_of=engine.article,
        copies_of=engine.copies.group_of if settings.fold_copies else None,
    )
    notes = (*engine.understanding.notes, *engine.abbreviations.notes, *engine.copies.notes, *found.notes)
    return query, replace(found, notes=notes, timings_ms={"wordings": analysed, **found.timings_ms})
