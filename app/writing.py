"""The language model behind the page and the API: few answers at once, one a person, ended when nobody waits for it.

It works in threads of its own and takes a turn of the engine for each sentence that it checks, so that quotations for
others go on meanwhile. Nothing of `rag.generation` is imported before there is a model.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rag.errors import GeneratorError, RagError
from rag.turns import asking_for

if TYPE_CHECKING:
    from rag.datatypes import Answer
    from rag.engine import Engine
    from rag.generation.records import Draft, Fluent, FluentAnswers, Generator

logger = logging.getLogger(__name__)

QUEUED = 32
QUEUED_EACH = 4
RETRY_SECONDS = 10
# The newest words are shown so often; what came in between is in them.
_PAUSE_S = 0.1
_LOOK_S = 0.2


class TooMuchToWrite(RagError):
    """Too many answers wait for the model already."""

    def __init__(self, whose: str) -> None:
        super().__init__(f"{whose} wait for the language model", remedy=f"Try again in {RETRY_SECONDS} seconds")


class Writing:
    """Words answers by a language model, checked. One answer at a time for each asker, in the order they came."""

    def __init__(
        self,
        engine: Engine,
        generator: Generator,
        fluent: FluentAnswers | None = None,
        *,
        queued: int = QUEUED,
        queued_each: int = QUEUED_EACH,
    ) -> None:
        """`fluent` stands in for `fluent_answers(engine, generator)`. The caller closes the generator."""
        from rag.generation.fluent import fluent_answers

        self.generator = generator
        self._engine, self._fluent = engine, fluent or fluent_answers(engine, generator)
        self._queued, self._queued_each = queued, queued_each
        self._threads = ThreadPoolExecutor(queued, thread_name_prefix="writing")
        self._here: Counter[str] = Counter()
        self._at_work: set[str] = set()
        self._stops: set[threading.Event] = set()
        self._changed = threading.Condition()

    @property
    def model(self) -> str:
        """The model's name as it may be shown; a server may tell it only when it is asked for words."""
        from rag.generation.fluent import name_of

        return name_of(self.generator)

    async def events(self, asker: str, answer: Answer, stop: threading.Event) -> AsyncGenerator[Draft | Fluent]:
        """The newest drafts, then the checked answer; nothing more when `stop` is set, which every end does.

        Raises TooMuchToWrite.
        """
        from rag.generation.records import Draft, Fluent

        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Draft | Fluent | None] = asyncio.Queue()

        def put(event: Draft | Fluent | None) -> None:
            # Of a loop that has ended nobody listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(arrived.put_nowait, event)

        with self._place(asker, stop):
            self._threads.submit(self._write, asker, answer, stop, put)
            while True:
                event = await arrived.get()
                while isinstance(event, Draft) and not arrived.empty():
                    event = arrived.get_nowait()
                if event is None:
                    return
                yield event
                if isinstance(event, Fluent):
                    return
                await asyncio.sleep(_PAUSE_S)

    def found_anew(
        self,
        asker: str,
        answer: Answer,
        ask: Callable[[str], Answer],
        question: str,
        history: Sequence[str],
        answers: Sequence[str | None] = (),
        *,
        as_typed: bool = False,
        restore_history: bool = True,
        stop: threading.Event | None = None,
    ) -> Answer:
        """The answer; where a follow-up has found nothing, that to the model's wording of it, if there is one.

        The arguments are those of `rag.generation.rewriting.found_anew`. This thread waits, for `generate.rewrite_s` at
        most. Where too many wait for the model it is not asked.
        """
        from rag.generation.rewriting import found_anew

        stop = stop or threading.Event()
        try:
            with self._place(asker, stop):
                return found_anew(
                    self._engine,
                    self.generator,
                    answer,
                    ask,
                    question,
                    history,
                    answers,
                    as_typed=as_typed,
                    restore_history=restore_history,
                    stop=stop,
                )
        except TooMuchToWrite:
            return answer

    async def worded(self, asker: str, answer: Answer) -> Answer:
        """The answer in the model's words as far as they are supported, or as it is with the reason among its notes.

        Cancelling this ends the model. Raises TooMuchToWrite.
        """
        from rag.generation.fluent import as_answer
        from rag.generation.records import Fluent

        stop = threading.Event()
        try:
            async for event in self.events(asker, answer, stop):
                if isinstance(event, Fluent):
                    return as_answer(event)
        finally:
            stop.set()
        return answer

    def close(self) -> None:
        """The model is ended, wherever it is; answers that have not begun are given up."""
        with self._changed:
            for stop in self._stops:
                stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _write(
        self, asker: str, answer: Answer, stop: threading.Event, put: Callable[[Draft | Fluent | None], None]
    ) -> None:
        try:
            with asking_for(asker), self._alone(asker, stop) as mine:
                if mine:
                    for event in self._fluent(answer, stop=stop):
                        put(event)
        except Exception:
            # Whoever waits must hear the end of it.
            logger.exception("an answer was not worded")
        finally:
            put(None)

    @contextmanager
    def _alone(self, asker: str, stop: threading.Event) -> Iterator[bool]:
        """When nothing else is written for the asker; False where it is stopped before."""
        with self._changed:
            while asker in self._at_work and not stop.is_set():
                self._changed.wait(_LOOK_S)
            if stop.is_set():
                mine = False
            else:
                mine = True
                self._at_work.add(asker)
        try:
            yield mine
        finally:
            if mine:
                with self._changed:
                    self._at_work.discard(asker)
                    self._changed.notify_all()

    @contextmanager
    def _place(self, asker: str, stop: threading.Event) -> Iterator[None]:
        with self._changed:
            if self._here[asker] >= self._queued_each:
                raise TooMuchToWrite(f"{self._queued_each} answers of yours")
            if self._here.total() >= self._queued:
                raise TooMuchToWrite(f"{self._queued} answers")
            self._here[asker] += 1
            self._stops.add(stop)
        try:
            yield
        finally:
            stop.set()
            with self._changed:
                self._stops.discard(stop)
                self._here[asker] -= 1
                if not self._here[asker]:
                    del self._here[asker]


@contextmanager
def opened_writing(engine: Engine, report: Callable[[str], None]) -> Iterator[Writing | None]:
    """The model that the settings name; None where they name none, or it cannot be had.

    A server is asked, or a model loaded, beside everything else; `report` is told where that fails. A server may come
    up later: it is asked again for each answer. Raises SettingsError for a setting that cannot be right.
    """
    if not engine.settings.generate.generator.strip():
        yield None
        return
    from rag.generation.backends import generator_or_told, open_now

    generator = generator_or_told(engine.settings.generate, report)
    if generator is None:
        yield None
        return

    def look() -> None:
        try:
            open_now(generator)
        except GeneratorError as error:
            report(f"{error}. The page is open all the same: its answers are quotations until the model answers.")

    threading.Thread(target=look, name="language-model-opening", daemon=True).start()
    writing = Writing(engine, generator)
    try:
        yield writing
    finally:
        writing.close()
        generator.close()
