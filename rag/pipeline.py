"""The straight line from files to a library, and from a question to an answer. Everything that asks, asks here."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rag import vietnamese
from rag.abbreviations import Abbreviations
from rag.compose import EMPTY_QUESTION, NOTHING_INDEXED, compose, not_found
from rag.config import Settings
from rag.copies import Copies
from rag.datatypes import Answer, Article, Filters, Hit, PassageReading, SearchResult
from rag.dense import DenseIndex
from rag.embed import Embedder, open_embedder
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.question import Question, is_accented, understand
from rag.reader import Reader, SentenceReader, SpanReader, make_reader
from rag.restore import Restorer
from rag.retrieve import Retrieved, retrieve
from rag.store.selection import why_none_passes
from rag.understanding import Understanding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.indexing import IndexReport, Progress

NO_FILTERS = Filters()

_ARTICLES_KEPT = 512


class Engine(AbstractContextManager["Engine"]):
    """An open library with what is needed to ask it: holds the parts, adds nothing to them.

    Safe to use from several threads: questions are answered one after the other.
    """

    def __init__(
        self,
        library: Library,
        dense: DenseIndex,
        lexical: LexicalIndex,
        embedder: Embedder,
        reader: Reader,
        settings: Settings,
    ) -> None:
        self.library = library
        self.dense = dense
        self.lexical = lexical
        self.embedder = embedder
        self.reader = reader
        self.settings = settings
        self.lock = threading.RLock()
        self.article: Callable[[str], Article] = lru_cache(_ARTICLES_KEPT)(library.article)
        self.abbreviations, self.copies, self.understanding = self._facts_of(library, lexical)
        self._keys: tuple[Filters, int, NDArray[np.int64]] | None = None

    def refresh(self) -> None:
        """See what another process has committed since. Raises LibraryError if the library is not there any more."""
        if self.library.was_replaced():
            self._reopen()
        if self.library.refresh():
            self.article = lru_cache(_ARTICLES_KEPT)(self.library.article)
        # Also where nothing is new: an earlier attempt may have failed.
        self.dense.catch_up()
        self.lexical.catch_up()
        self.abbreviations.catch_up()
        self.copies.catch_up()

    def _facts_of(self, library: Library, lexical: LexicalIndex) -> tuple[Abbreviations, Copies, Understanding]:
        """What a library's articles say of names and of each other, and what questions mean over it."""
        abbreviations, copies = Abbreviations.open(library), Copies.open(library)
        understanding = Understanding(
            library,
            lexical,
            abbreviations,
            self.settings.retrieve,
            article_of=lambda article_id: self.article(article_id),  # noqa: PLW0108 (it is replaced)
        )
        return abbreviations, copies, understanding

    def keys_of(self, filters: Filters) -> NDArray[np.int64] | None:
        """Keys of the passages that pass; None where all do."""
        if not filters:
            return None
        if self._keys is None or self._keys[:2] != (filters, self.library.generation):
            self._keys = (filters, self.library.generation, self.library.keys_of(filters))
        return self._keys[2]

    def _reopen(self) -> None:
        """Go over to the library that has taken the place of the one that was opened."""
        library = Library.open(self.library.folder)
        try:
            library.require_model(self.embedder.identity)
            dense, lexical = _open_indexes(library, self.settings)
            facts = self._facts_of(library, lexical)
        except BaseException:
            library.close()
            raise
        self.library.close()
        self.abbreviations, self.copies, self.understanding = facts
        self.library, self.dense, self.lexical, self._keys = library, dense, lexical, None
        self.article = lru_cache(_ARTICLES_KEPT)(library.article)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One question's turn: what others have committed is seen, and then nothing changes until it is answered."""
        with self.lock:
            self.refresh()
            with self.library.snapshot():
                yield

    def close(self) -> None:
        self.library.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_engine(
    library_dir: str | Path, settings: Settings | None = None, *, embedder: Embedder | None = None
) -> Engine:
    """Open a library for questions. Raises LibraryError or ModelError with the remedy."""
    settings = settings or Settings()
    library = Library.open(Path(library_dir))
    try:
        embedder = embedder or open_embedder(settings.embed)
        library.require_model(embedder.identity)
        dense, lexical = _open_indexes(library, settings)
        reader = SentenceReader(embedder, passages=settings.answer.passages)
        return Engine(library, dense, lexical, embedder, reader, settings)
    except BaseException:
        library.close()
        raise


def _open_indexes(library: Library, settings: Settings) -> tuple[DenseIndex, LexicalIndex]:
    return DenseIndex.open(library), LexicalIndex.open(library, title_boost=settings.retrieve.title_boost)


def build(
    paths: Sequence[str | Path],
    library_dir: str | Path,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    rebuild: bool = False,
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
            progress=progress,
            caches=(DenseIndex, LexicalIndex, Abbreviations, Copies),
        )


def ask(
    engine: Engine,
    question: str,
    *,
    history: Sequence[str] = (),
    id: str | None = None,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
    as_typed: bool = False,
    restore_history: bool = True,
) -> Answer:
    """Answer a question from the library. An empty question, or one the library is silent on, is `not_found`.

    `history` holds the earlier questions of the conversation, oldest first. `id` is echoed; without one it is derived
    from the question. `filters` say which articles may be looked at. `today` is what "hôm qua" in a question counts
    from; without it, the day on this machine's clock. With `as_typed` nothing in the question is restored or mended.
    Without `restore_history` the earlier questions are taken as they are: for those given as their answers' `read_as`.
    Raises LibraryError for a library that is damaged.
    """
    clock = Clock()
    with engine.turn():
        asked, notes = _understand(engine, question, history, as_typed=as_typed, restore_history=restore_history)
        answer_id = id if id is not None else derived_id(question, history)
        clock.lap("question")
        if not asked.text or not engine.library.manifest().chunks:
            reason = NOTHING_INDEXED if asked.text else EMPTY_QUESTION
            return _finished(not_found(answer_id=answer_id, question=asked, reason=reason), question, clock)
        keys = engine.keys_of(filters)
        if keys is not None and not len(keys):
            reason = why_none_passes(engine.library, filters)
            return _finished(not_found(answer_id=answer_id, question=asked, reason=reason), question, clock)
        found = _retrieve(engine, asked, engine.settings.retrieve.hits, keys=keys, today=today)
        clock.add(found.timings_ms)
        reading = engine.reader.read(asked, found.hits, engine.article)
        clock.lap("read")
        answer = compose(
            answer_id=answer_id,
            question=asked,
            reading=reading,
            hits=found.hits,
            article_of=engine.article,
            settings=engine.settings.answer,
            copies_of=engine.copies.group_of if engine.settings.retrieve.fold_copies else None,
            notes=(*notes, *found.notes),
        )
        clock.lap("compose")
        return _finished(answer, question, clock)


def search(
    engine: Engine,
    question: str,
    *,
    k: int | None = None,
    history: Sequence[str] = (),
    id: str | None = None,
    filters: Filters = NO_FILTERS,
    today: date | None = None,
    as_typed: bool = False,
) -> SearchResult:
    """Retrieval alone: the `k` best passages, best first. The other arguments are those of `ask`."""
    clock = Clock()
    with engine.turn():
        asked, notes = _understand(engine, question, history, as_typed=as_typed)
        clock.lap("question")
        hits: tuple[Hit, ...] = ()
        if asked.text and engine.library.manifest().chunks:
            keys = engine.keys_of(filters)
            if keys is not None and not len(keys):
                notes = (*notes, why_none_passes(engine.library, filters))
            else:
                found = _retrieve(engine, asked, k or engine.settings.retrieve.hits, keys=keys, today=today)
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

        asked = understand(question[: settings.answer.max_question_chars], restore=restore)
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


@dataclass(slots=True)
class Clock:
    """Milliseconds by stage."""

    started: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = (now - self.last) * 1000
        self.last = now

    def add(self, stages: dict[str, float]) -> None:
        """Take over the stages that a part has timed itself."""
        self.laps |= stages
        self.last = time.perf_counter()

    def total(self) -> dict[str, float]:
        return self.laps | {"total": (time.perf_counter() - self.started) * 1000}


def _understand(
    engine: Engine, question: str, history: Sequence[str], *, as_typed: bool, restore_history: bool = True
) -> tuple[Question, tuple[str, ...]]:
    limit = engine.settings.answer.max_question_chars
    notes: tuple[str, ...] = ()
    if len(question) > limit:
        shown = f"{limit:,}".replace(",", ".")
        notes = (f"Câu hỏi quá dài: chỉ {shown} ký tự đầu được dùng.",)
    earlier = [previous[:limit] for previous in history]
    understanding = engine.understanding
    asked = understanding.question(question[:limit], earlier, as_typed=as_typed, restore_history=restore_history)
    return asked, notes


def _retrieve(
    engine: Engine, asked: Question, hits: int, *, keys: NDArray[np.int64] | None, today: date | None
) -> Retrieved:
    settings = engine.settings.retrieve
    started = time.perf_counter()
    query = engine.understanding.query(asked, keys=keys, today=today or date.today())
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
    return replace(found, notes=notes, timings_ms={"wordings": analysed, **found.timings_ms})


def _finished(answer: Answer, question: str, clock: Clock) -> Answer:
    return replace(answer, question=question, timings_ms=clock.total())
