"""The straight line from files to a library, and from a question to an answer. Everything that asks, asks here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rag import vietnamese
from rag.abbreviations import Abbreviations
from rag.answering import Turn, answered, beside_each_other, in_parts, retrieved
from rag.asking.length import end_of
from rag.clock import Clock
from rag.compose import (
    EMPTY_QUESTION,
    NO_SUBJECT,
    NOTHING_INDEXED,
    not_found,
    parts_of,
    side_by_side,
)
from rag.composing.combining import PERHAPS_ONE
from rag.composing.overview import OVERVIEWS
from rag.composing.parts import asks_again
from rag.config import Settings
from rag.copies import Copies
from rag.datatypes import Answer, Filters, Hit, PassageReading, SearchResult
from rag.dense import DenseIndex
from rag.embed import Embedder, open_embedder
from rag.engine import Engine, open_engine
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.question import Question, is_accented, understand
from rag.reader import SpanReader, make_reader
from rag.restore import Restorer
from rag.store.selection import why_none_passes

if TYPE_CHECKING:
    from rag.indexing import IndexReport, Progress

__all__ = ["Engine", "ask", "build", "derived_id", "open_engine", "open_reader", "search"]

NO_FILTERS = Filters()


def build(
    paths: Sequence[str | Path],
    library_dir: str | Path,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    rebuild: bool = False,
    readmit: bool = False,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Create or update a library from files, folders and globs; see `rag.indexing.index_paths`.

    Raises LibraryError or ModelError with the remedy; files that cannot be read are in the report.
    """
    from rag.indexing import index_paths  # brings the text splitters, which asking does not need

    settings = settings or Settings()
    embedder = embedder or open_embedder(settings.embed)
    with Library.open(Path(library_dir), create=True) as library:
        return index_paths(
            paths,
            library,
            embedder,
            settings,
            prune=prune,
            rebuild=rebuild,
            readmit=readmit,
            progress=progress,
            caches=(DenseIndex, LexicalIndex, Abbreviations, Copies),
        )


def ask(
    engine: Engine,
    question: str,
    *,
    history: Sequence[str] = (),
    answers: Sequence[str | None] = (),
    id: str | None = None,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
    as_typed: bool = False,
    restore_history: bool = True,
    worded: str | None = None,
) -> Answer:
    """Answer a question from the library. An empty question, or one the library is silent on, is `not_found`.

    `history` holds the earlier questions of the conversation, oldest first, and `answers` their short answers, None
    where there was none or it is not known. `id` is echoed; without one it is derived from the questions. `filters` say
    which articles may be looked at. `today` is what "hôm qua" in a question counts from; without it, the day on this
    machine's clock. With `as_typed` nothing in the question is restored or mended. Without `restore_history` the
    earlier questions are taken as they are: for those given as their answers' `read_as`. `worded` is a follow-up worded
    as a question of its own, see `rag.generation.rewriting`; without it, rules do that.
    Raises LibraryError for a library that is damaged.
    """
    clock = Clock()
    with engine.turn():
        asked, notes = understood(engine, question, history, answers, as_typed, restore_history, worded)
        answer_id = id if id is not None else derived_id(question, history)
        clock.lap("question")
        asks = bool(vietnamese.syllables(asked.text))
        empty = not engine.library.manifest().chunks
        if not asks or empty or not asked.complete:
            reason = EMPTY_QUESTION if not asks else NOTHING_INDEXED if empty else NO_SUBJECT
            return _finished(not_found(answer_id=answer_id, question=asked, reason=reason), question, clock)
        keys = engine.keys_of(filters)
        if keys is not None and not len(keys):
            reason = why_none_passes(engine.library, filters)
            return _finished(not_found(answer_id=answer_id, question=asked, reason=reason), question, clock)
        turn = Turn(engine, keys, today or date.today(), clock)
        # The question that a follow-up leans on has been answered.
        alone = asked.vietnamese and asked.asked not in OVERVIEWS and not asked.joined
        parts = parts_of(asked.standalone) if alone else ()
        if len(parts) > 1:
            return _finished(in_parts(turn, asked, parts, answer_id, notes), question, clock)
        whole = answered(turn, asked, answer_id, notes)
        beside = side_by_side(asked.standalone) if alone else None
        if beside is not None:
            whole = beside_each_other(turn, asked, beside, answer_id, notes, whole)
        elif alone and whole.status == "answered" and asks_again(asked.standalone):
            whole = replace(whole, notes=(*whole.notes, PERHAPS_ONE))
        return _finished(whole, question, clock)


def search(
    engine: Engine,
    question: str,
    *,
    k: int | None = None,
    history: Sequence[str] = (),
    answers: Sequence[str | None] = (),
    id: str | None = None,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
    as_typed: bool = False,
) -> SearchResult:
    """Retrieval alone: the `k` best passages, best first. The other arguments are those of `ask`."""
    clock = Clock()
    with engine.turn():
        asked, notes = understood(engine, question, history, answers, as_typed)
        clock.lap("question")
        hits: tuple[Hit, ...] = ()
        if vietnamese.syllables(asked.text) and engine.library.manifest().chunks:
            keys = engine.keys_of(filters)
            if keys is not None and not len(keys):
                notes = (*notes, why_none_passes(engine.library, filters))
            else:
                wanted = k or engine.settings.retrieve.hits
                _, found = retrieved(engine, asked, wanted, keys=keys, today=today or date.today())
                clock.add(found.timings_ms)
                hits, notes = found.hits, (*notes, *found.notes)
        return SearchResult(
            id=id if id is not None else derived_id(question, history),
            question=question,
            understood_as=asked.understood_as,
            hits=hits,
            timings_ms=clock.total(),
            notes=notes,
        )


def open_reader(settings: Settings | None = None) -> Callable[[str, str, str | None], PassageReading]:
    """A function (question, passage, id) -> what the passage says to the question. Needs no library.

    A question typed without diacritics gets those that the passage or Vietnamese at large would give it.
    """
    settings = settings or Settings()
    reader = make_reader(settings, lambda: open_embedder(settings.embed))
    threshold = settings.answer.read_threshold
    if threshold is None:
        threshold = reader.read_threshold if isinstance(reader, SpanReader) else settings.answer.threshold

    def read(question: str, passage: str, id: str | None = None) -> PassageReading:
        passage = vietnamese.nfc(passage)
        restorer = Restorer(passages=lambda _: [passage], typos=False)

        def restore(text: str) -> str:
            return text if is_accented(text) or not settings.retrieve.restore else restorer.restore(text).cased

        asked = understand(_end_of(question, settings.answer.max_question_chars), restore=restore)
        span, score = reader.read_passage(asked, passage) if asked.text else (None, 0.0)
        answered = span is not None and score >= threshold
        return PassageReading(
            id=id if id is not None else derived_id(question),
            short_answer=span.of(passage) if span and answered else None,
            start=span.start if span and answered else None,
            end=span.end if span and answered else None,
            score=score,
            no_answer_score=1.0 - score,
            status="answered" if answered else "not_found",
        )

    return read


def derived_id(question: str, history: Sequence[str] = ()) -> str:
    """The same question has the same id."""
    identity = "\0".join([*history, question]).encode("utf-8", "surrogatepass")
    return hashlib.sha256(identity).hexdigest()[:12]


def understood(
    engine: Engine,
    question: str,
    history: Sequence[str],
    answers: Sequence[str | None],
    as_typed: bool,
    restore_history: bool = True,
    worded: str | None = None,
) -> tuple[Question, tuple[str, ...]]:
    """What was asked, of a text that is too long its end; and notes that say so. The arguments are those of `ask`."""
    limit = engine.settings.answer.max_question_chars
    notes: tuple[str, ...] = ()
    if len(question) > limit:
        most = f"{limit:,}".replace(",", ".")
        notes = (f"Câu hỏi quá dài: chỉ phần cuối, không quá {most} ký tự, được dùng.",)
    asked = engine.understanding.question(
        _end_of(question, limit),
        [_end_of(earlier, limit) for earlier in history],
        answers=[answer and answer[:limit] for answer in answers],
        as_typed=as_typed,
        restore_history=restore_history,
        worded=worded,
    )
    return asked, notes


def _end_of(question: str, most: int) -> str:
    """The end of a question, where it is asked behind a long preamble; of a single word as much as fits."""
    return end_of(question, most) or question[-most:]


def _finished(answer: Answer, question: str, clock: Clock) -> Answer:
    return replace(answer, question=question, timings_ms=clock.total())
