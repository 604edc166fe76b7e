"""An open library with everything that is needed to ask it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rag.abbreviations import Abbreviations
from rag.config import Settings
from rag.copies import Copies
from rag.datatypes import Article, Filters
from rag.dense import DenseIndex
from rag.embed import Embedder, open_embedder
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.reader import Reader, make_reader
from rag.turns import Turns
from rag.understanding import Understanding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ARTICLES_KEPT = 512
# While the network reads for one question, the next is got ready.
_AT_ONCE = 2


class Engine(AbstractContextManager["Engine"]):
    """An open library with what is needed to ask it: holds the parts, adds nothing to them.

    `make_reader` is called when the reader is first asked for: searching needs none, and its weights take a while.
    Safe to use from several threads: a question begins when it is its turn, and no two compute at the same time but for
    the network, which one keeps busy while the other is got ready. Whoever holds `lock` must not ask.
    """

    def __init__(
        self,
        library: Library,
        dense: DenseIndex,
        lexical: LexicalIndex,
        embedder: Embedder,
        make_reader: Callable[[], Reader],
        settings: Settings,
    ) -> None:
        self.library = library
        self.dense = dense
        self.lexical = lexical
        self.embedder = embedder
        self._make_reader = make_reader
        self._reader: Reader | None = None
        self.settings = settings
        self.lock = threading.RLock()
        self.turns = Turns(_AT_ONCE)
        self._under_way = 0
        self._ended = threading.Condition(self.lock)
        self._mine = threading.local()
        self.article: Callable[[str], Article] = lru_cache(_ARTICLES_KEPT)(library.article)
        self.abbreviations, self.copies, self.understanding = self._facts_of(library, lexical)
        self._keys: tuple[Filters, int, NDArray[np.int64]] | None = None

    @property
    def reader(self) -> Reader:
        """Marks answers in passages. Raises ModelError the first time, if its model is missing or altered."""
        # Under this lock alone: that of a cached property would be taken in the other order by who holds a turn.
        with self.lock:
            if self._reader is None:
                self._reader = self._make_reader()
            return self._reader

    @reader.setter
    def reader(self, reader: Reader) -> None:
        self._reader = reader

    def open_reader(self) -> Reader:
        """The reader, opened now rather than by the first question. Raises ModelError like `reader`."""
        return self.reader

    def refresh(self) -> None:
        """See what another process has committed since. Raises LibraryError if the library is not there any more.

        Where there is anything new, waits for questions of other threads to end: nothing changes under them.
        """
        with self.lock:
            if self._under_way > self._depth():
                if not self._is_behind():
                    return
                self._ended.wait_for(lambda: self._under_way == self._depth())
            if self.library.was_replaced():
                self._reopen()
            if self.library.refresh():
                self.article = lru_cache(_ARTICLES_KEPT)(self.library.article)
            # Also where nothing is new: an earlier attempt may have failed.
            self.dense.catch_up()
            self.lexical.catch_up()
            self.abbreviations.catch_up()
            self.copies.catch_up()

    def _is_behind(self) -> bool:
        return self.library.was_replaced() or self.library.is_behind()

    def _depth(self) -> int:
        """How many turns this thread is in: one, or none."""
        return int(getattr(self._mine, "depth", 0))

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
        if self._depth():
            yield
            return
        with self.turns.one(), self.lock:
            self.refresh()
            self._under_way += 1
            self._mine.depth = 1
            try:
                with self.library.snapshot():
                    yield
            finally:
                self._mine.depth = 0
                self._under_way -= 1
                self._ended.notify_all()

    @contextmanager
    def glance(self) -> Iterator[None]:
        """The library as it was committed last, for what is quickly looked up: it waits for no question's turn.

        While questions are under way the indexes may be behind the database.
        """
        with self.lock:
            if not self._under_way:
                self.refresh()
            with self.library.snapshot():
                yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """In a turn: others get theirs ready while this one waits for the network. `article` may be used inside."""
        if not self._depth():
            yield
            return
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def rest(self, seconds: float) -> None:
        """Wait until no question is under way, no longer than this; none begins any more. For a program that ends."""
        if self.lock.acquire(timeout=seconds):
            self._ended.wait_for(lambda: not self._under_way, timeout=seconds)

    def close(self) -> None:
        self.library.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_engine(
    library_dir: str | Path, settings: Settings | None = None, *, embedder: Embedder | None = None
) -> Engine:
    """Open a library for questions; the reader is left to the first, or to `Engine.open_reader`.

    Raises LibraryError or ModelError with the remedy.
    """
    settings = settings or Settings()
    library = Library.open(Path(library_dir))
    try:
        embedder = embedder or open_embedder(settings.embed)
        library.require_model(embedder.identity)
        dense, lexical = _open_indexes(library, settings)
        return Engine(library, dense, lexical, embedder, lambda: make_reader(settings, lambda: embedder), settings)
    except BaseException:
        library.close()
        raise


def _open_indexes(library: Library, settings: Settings) -> tuple[DenseIndex, LexicalIndex]:
    return DenseIndex.open(library), LexicalIndex.open(library, title_boost=settings.retrieve.title_boost)
