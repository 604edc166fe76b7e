"""The language model behind the page and the API: it writes one answer at a time for each person, and is ended when
nobody waits.

It works in threads of its own and takes a turn of the engine for each sentence that it checks, so that quotations for
others go on meanwhile. Nothing of `rag.generation` is imported before there is a model.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from app.line import Line, Place, TooMuchToWrite, Waiting
from app.words import words_of
from rag.errors import GeneratorError
from rag.turns import asking_for

if TYPE_CHECKING:
    from rag.datatypes import Answer
    from rag.engine import Engine
    from rag.generation.records import Draft, Fluent, FluentAnswers, Generator

logger = logging.getLogger(__name__)

QUEUED = 32
QUEUED_EACH = 4
# The newest words are shown so often; what came in between is in them.
_PAUSE_S = 0.1
# A question waits so long for the model to be free to word it.
_FREE_S = 2.0


class Writing:
    """Words answers by a language model, checked: see `app.line` for the order."""

    def __init__(
        self,
        engine: Engine,
        generator: Generator,
        fluent: FluentAnswers | None = None,
        *,
        queued: int = QUEUED,
        queued_each: int = QUEUED_EACH,
        at_once: int | None = None,
    ) -> None:
        """`fluent` stands in for `fluent_answers(engine, generator)`. The caller closes the generator.

        `at_once` answers are written at the same time; None: as many as the generator says.
        """
        from rag.generation.backends import answers_at_once
        from rag.generation.fluent import fluent_answers

        self.generator = generator
        self._engine, self._fluent = engine, fluent or fluent_answers(engine, generator)
        self._line = Line(at_once=at_once or answers_at_once(generator), queued=queued, queued_each=queued_each)
        # One for each place in the line: who has a place has a thread.
        self._threads = ThreadPoolExecutor(queued, thread_name_prefix="writing")

    @property
    def model(self) -> str:
        """The model's name as it may be shown; a server may tell it only when it is asked for words."""
        from rag.generation.fluent import name_of

        return name_of(self.generator)

    async def events(
        self, asker: str, answer: Answer, stop: threading.Event
    ) -> AsyncGenerator[Waiting | Draft | Fluent]:
        """How many are before it, the newest drafts, then the checked answer.

        Nothing more comes when `stop` is set, which every end does, or when this is closed. Raises TooMuchToWrite.
        """
        from rag.generation.records import Fluent

        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Waiting | Draft | Fluent | None] = asyncio.Queue()

        def put(event: Waiting | Draft | Fluent | None) -> None:
            # Of a loop that has ended nobody listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(arrived.put_nowait, event)

        place = self._line.enter(asker, stop)
        try:
            self._threads.submit(self._write, place, answer, put)
        except RuntimeError:
            # Another model has been put in the place of this one.
            self._line.leave(place)
            return
        try:
            while True:
                event = await arrived.get()
                while event is not None and not isinstance(event, Fluent) and not arrived.empty():
                    event = arrived.get_nowait()
                if event is None:
                    return
                yield event
                if isinstance(event, Fluent):
                    return
                await asyncio.sleep(_PAUSE_S)
        finally:
            stop.set()

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
        most when the model is free. Where that takes too long, or too many wait for it, it is not asked.
        """
        from rag.generation.rewriting import found_anew

        if answer.status == "answered" or not history or not self._engine.settings.generate.rewrite:
            return answer
        stop = stop or threading.Event()
        try:
            with self._entered(asker, stop) as place, self._line.turn(place, within_s=_FREE_S) as free:
                if not free:
                    return answer
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

        Of what the sources do not say no model is asked. Cancelling this ends the model.
        """
        from rag.generation.fluent import STANDS, as_answer
        from rag.generation.records import Fluent

        if answer.status == "not_found":
            return answer
        stop = threading.Event()
        try:
            async for event in self.events(asker, answer, stop):
                if isinstance(event, Fluent):
                    return as_answer(event)
        except TooMuchToWrite as error:
            logger.info("an answer is not worded: %s", error)
            return replace(answer, notes=(*answer.notes, f"{words_of('vi').fluent.too_many} {STANDS}"))
        finally:
            stop.set()
        return answer

    def close(self) -> None:
        """The model is ended, wherever it is; answers that have not begun are given up."""
        self._line.stop_all()
        self._threads.shutdown(wait=False)

    def _write(self, place: Place, answer: Answer, put: Callable[[Waiting | Draft | Fluent | None], None]) -> None:
        from rag.generation.records import Fluent

        done: Fluent | None = None
        try:
            with asking_for(place.asker), self._line.turn(place, lambda ahead: put(Waiting(ahead))) as mine:
                for event in self._fluent(answer, stop=place.stop) if mine else ():
                    if isinstance(event, Fluent):
                        done = event
                    else:
                        put(event)
        except Exception:
            # Whoever waits must hear the end of it.
            logger.exception("an answer was not worded")
        finally:
            # Who has heard the end finds the place free.
            self._line.leave(place)
            if done is not None:
                put(done)
            put(None)

    @contextmanager
    def _entered(self, asker: str, stop: threading.Event) -> Iterator[Place]:
        place = self._line.enter(asker, stop, beside=True)
        try:
            yield place
        finally:
            self._line.leave(place)


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
