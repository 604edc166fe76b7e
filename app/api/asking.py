"""Questions of other programs: as many at once as can wait, each in its turn."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from app.api.models import AskRequest, QuestionRequest, SearchRequest
from rag import pipeline
from rag.contract import answer_to_json, search_to_json
from rag.datatypes import Answer
from rag.engine import Engine
from rag.errors import RagError
from rag.turns import asking_for

if TYPE_CHECKING:
    from app.writing import Writing

QUEUED = 64
QUEUED_EACH = 32
RETRY_SECONDS = 2
NO_MODEL = "Không có mô hình ngôn ngữ nào: câu trả lời trích nguyên văn được giữ."

Made = TypeVar("Made")


class TooManyQuestions(RagError):
    """Too many questions wait already."""

    def __init__(self, whose: str) -> None:
        super().__init__(f"{whose} wait already", remedy=f"Try again in {RETRY_SECONDS} seconds")


class Asking:
    """Answers what programs ask. A question that waits for its turn holds up nothing else.

    What is given back is the JSON contract (rag.contract). Raises TooManyQuestions, and RagError like `rag.pipeline`.
    """

    def __init__(
        self,
        engine: Engine,
        writing: Callable[[], Writing | None] = lambda: None,
        *,
        queued: int = QUEUED,
        queued_each: int = QUEUED_EACH,
    ) -> None:
        """`writing` gives the language model of the moment, if there is one."""
        self._engine, self._writing, self._queued, self._queued_each = engine, writing, queued, queued_each
        # Threads of their own: those of the page's routes stay free.
        self._threads = ThreadPoolExecutor(queued, thread_name_prefix="asking")
        self._here: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def answer(self, asker: str, asked: AskRequest) -> dict[str, Any]:
        """An answer, in a model's words where that is asked for. `asker` takes turns with others.

        Cancelling this ends the model.
        """

        def ask(worded: str | None = None) -> Answer:
            return pipeline.ask(
                self._engine,
                asked.question,
                history=asked.history,
                answers=asked.answers,
                id=None if asked.id is None else str(asked.id),
                filters=asked.filters.of_library(),
                today=asked.today,
                as_typed=asked.as_typed,
                worded=worded,
            )

        answer = await self._in_turn(asker, ask)
        writing = self._writing() if asked.generate else None
        if writing is not None:
            if asked.history and answer.status == "not_found":
                answer = await self._found_anew(writing, asker, asked, answer, ask)
            # Elsewhere: whoever waits for the model takes no place of those who ask.
            answer = await writing.worded(asker, answer)
        elif asked.generate:
            answer = replace(answer, notes=(*answer.notes, NO_MODEL))
        return _with_id(answer_to_json(answer), asked)

    async def _found_anew(
        self, writing: Writing, asker: str, asked: AskRequest, answer: Answer, ask: Callable[[str], Answer]
    ) -> Answer:
        """A follow-up that has found nothing is asked again as the model words it."""
        stop = threading.Event()

        def again() -> Answer:
            return writing.found_anew(
                asker, answer, ask, asked.question, asked.history, asked.answers, as_typed=asked.as_typed, stop=stop
            )

        try:
            return await self._in_turn(asker, again)
        finally:
            stop.set()

    async def search(self, asker: str, asked: SearchRequest) -> dict[str, Any]:
        """The nearest passages."""

        def search() -> dict[str, Any]:
            found = pipeline.search(
                self._engine,
                asked.question,
                k=asked.k,
                history=asked.history,
                answers=asked.answers,
                id=None if asked.id is None else str(asked.id),
                filters=asked.filters.of_library(),
                today=asked.today,
                as_typed=asked.as_typed,
            )
            return _with_id(search_to_json(found), asked)

        return await self._in_turn(asker, search)

    def close(self) -> None:
        """Questions that have not begun are given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_turn(self, asker: str, make: Callable[[], Made]) -> Made:
        def run() -> Made:
            with asking_for(asker):
                return make()

        with self._place(asker):
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    @contextmanager
    def _place(self, asker: str) -> Iterator[None]:
        with self._lock:
            if self._here[asker] >= self._queued_each:
                raise TooManyQuestions(f"{self._queued_each} questions of yours")
            if self._here.total() >= self._queued:
                raise TooManyQuestions(f"{self._queued} questions")
            self._here[asker] += 1
        try:
            yield
        finally:
            with self._lock:
                self._here[asker] -= 1
                if not self._here[asker]:
                    del self._here[asker]


def _with_id(told: dict[str, Any], asked: QuestionRequest) -> dict[str, Any]:
    """The id comes back as it was given: a number stays a number."""
    return told if asked.id is None else told | {"id": asked.id}
