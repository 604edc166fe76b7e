"""Looks for example questions in the background: neither the start nor a page load waits for a large library.

Asking them also reads the tables and compiles the networks and rules that the first question would wait for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence

from app.suggest import examples
from rag.datatypes import Answer, Article
from rag.errors import RagError
from rag.pipeline import Engine, ask
from rag.turns import asking_for

logger = logging.getLogger(__name__)

SEARCH_SECONDS = 8.0
WAIT_SECONDS = 3.0
NEXT_SECONDS = 3.0
NEXT_ARTICLES = 4
# What the examples do not touch: questions typed without diacritics, in another language, and on several articles.
WARMING = ("ai noi gi ve viec nay", "Who said what about it?", "Tóm tắt tin mới nhất")


class Suggestions:
    """Example questions of a library, found once for each of its generations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._generation: int | None = None
        self._found: list[str] = []
        self._done = threading.Event()
        self._looking = threading.Lock()
        self._warm = False
        self._start()

    def empty(self) -> bool:
        """Whether the library holds nothing to ask about."""
        with self._engine.glance():
            return not self._engine.library.manifest().chunks

    def wait(self, seconds: float = WAIT_SECONDS) -> list[str]:
        """The questions found so far; waits a little for the search to end."""
        self._start()
        self._done.wait(seconds)
        with self._lock:
            return list(self._found)

    def after(self, answer: Answer, asked: Sequence[str], *, count: int = 3) -> list[str]:
        """Questions to ask after an answer, each answered by the library: from the articles cited, then from those that
        came nearest, then the examples. None of them was asked already. While people wait, nothing is looked for, and
        never for two answers at once: whoever looks waits until nobody asks."""
        known = {question.casefold().strip(" ?.") for question in asked}
        found: list[str] = []
        if self._looking.acquire(blocking=False):
            try:
                found += self._near(answer, known, count)
            except RagError as error:
                logger.warning("no questions to ask next: %s", error)
            finally:
                self._looking.release()
        more = (question for question in self.wait(0) if question.casefold().strip(" ?.") not in known)
        return [*found, *more][:count]

    def _near(self, answer: Answer, known: set[str], count: int) -> Iterator[str]:
        """Questions from the articles of an answer, each added to those known."""
        ids = dict.fromkeys(
            [citation.article_id for citation in answer.citations] + [hit.chunk.article_id for hit in answer.hits]
        )
        end = time.monotonic() + NEXT_SECONDS
        for id in list(ids)[:NEXT_ARTICLES]:
            try:
                with self._engine.lock:
                    article = self._engine.article(id)
            except RagError:
                # An older answer may cite what has left the library.
                continue
            for question in examples(
                [article],
                self._ask,
                count=1,
                skip=known,
                stop=lambda: self._stopped.is_set() or time.monotonic() > end or self._engine.turns.waiting() > 0,
            ):
                known.add(question.casefold().strip(" ?."))
                yield question
                count -= 1
            if not count:
                return

    def stop(self) -> None:
        """Give up searching, and wait for the question at hand: the model must not run while the program ends."""
        self._stopped.set()
        self._done.set()
        self._thread.join(SEARCH_SECONDS)

    def _start(self) -> None:
        with self._engine.lock:
            generation = self._engine.library.generation
        with self._lock:
            if generation == self._generation:
                return
            self._generation = generation
            self._found, self._done = [], threading.Event()
            self._thread = threading.Thread(
                target=self._search, args=(self._found, self._done), name="suggestions", daemon=True
            )
            self._thread.start()

    def _search(self, found: list[str], done: threading.Event) -> None:
        end = time.monotonic() + SEARCH_SECONDS
        try:
            for question in examples(
                self._articles(),
                self._ask,
                stop=lambda: self._stopped.is_set() or time.monotonic() > end,
            ):
                with self._lock:
                    found.append(question)
            done.set()
            self._warm_up()
        except RagError as error:
            logger.warning("no example questions: %s", error)
        finally:
            done.set()

    def _warm_up(self) -> None:
        for question in () if self._warm else WARMING:
            if self._stopped.is_set():
                return
            self._ask(question)
        self._warm = True

    def _ask(self, question: str) -> Answer:
        with asking_for(background=True):
            return ask(self._engine, question)

    def _articles(self) -> Iterator[Article]:
        for row in self._engine.library.articles():
            with self._engine.lock:
                article = self._engine.article(row.id)
            yield article
