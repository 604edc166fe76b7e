"""A language model behind `hoibao ask`, where one is named: opened, asked, told of, and stopped by Ctrl+C."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from rag.commands.options import report_problem
from rag.datatypes import Answer

if TYPE_CHECKING:
    from rich.console import Console

    from rag.engine import Engine
    from rag.generation.records import Fluent, Generator


def generator_options(command: Any) -> Any:
    """`--generator`, `--model` and `--unsupported`."""
    command = click.option(
        "--unsupported",
        type=click.Choice(["repair", "drop", "strike"]),
        default=None,
        help="What becomes of a model's sentence without support: a quotation, nothing, or it is struck out.",
    )(command)
    command = click.option(
        "--model", "model", metavar="NAME", default=None, help="The model's name at the server; the first it lists."
    )(command)
    return click.option(
        "--generator",
        "generator",
        metavar="ADDRESS|MODEL",
        default=None,
        help="Word answers by a language model, checked sentence by sentence: the address of an OpenAI-compatible "
        "server (http://…/v1), or a folder, hub id or .gguf file.",
    )(command)


@dataclass(frozen=True, slots=True)
class Writer:
    """A model over an open library."""

    engine: Engine
    generator: Generator

    def found_anew(
        self,
        answer: Answer,
        ask: Callable[[str], Answer],
        question: str,
        history: Sequence[str],
        answers: Sequence[str | None] = (),
        *,
        as_typed: bool = False,
        stoppable: bool = False,
    ) -> Answer:
        """The answer; where a follow-up has found nothing, that to the model's wording of it, if there is one.

        Where it is `stoppable` Ctrl+C stops the model, not the program, and the answer stands.
        """
        from rag.generation.rewriting import found_anew

        try:
            return found_anew(self.engine, self.generator, answer, ask, question, history, answers, as_typed=as_typed)
        except KeyboardInterrupt:
            if not stoppable:
                raise
            return answer

    def answer(self, answer: Answer) -> Answer:
        """The answer in the model's words as far as they are supported, or as it is with what went wrong noted."""
        from rag.generation.fluent import as_answer

        return as_answer(self._fluent(answer, None))

    def answer_until_stopped(self, answer: Answer) -> Answer:
        """The same; Ctrl+C stops the model, not the program."""
        from rag.generation.fluent import as_answer

        return as_answer(self._until_stopped(answer, None))

    def show(self, answer: Answer, out: Console) -> None:
        """The answer at once, then the model's words as they come, then what the checks leave of them.

        Where the output is no terminal, nothing is taken back there: the last of these alone.
        """
        from rag.commands import terminal
        from rag.generation.fluent import as_answer, name_of

        if not out.is_terminal or answer.status == "not_found":
            told = self.answer_until_stopped(answer)
            terminal.print_answer(told, out, quotes=told is not answer)
            return
        terminal.print_answer(answer, out)
        draft = terminal.DraftPrinter(out, lambda: name_of(self.generator))
        fluent = self._until_stopped(answer, draft)
        draft.end()
        if fluent.generated:
            terminal.print_answer(as_answer(fluent), out, quotes=True)
        elif fluent.problem:
            terminal.print_problem(fluent.problem, out)

    def _until_stopped(self, answer: Answer, draft: Any) -> Fluent:
        from rag.generation.fluent import STOPPED, name_of
        from rag.generation.records import Fluent

        try:
            return self._fluent(answer, draft)
        except KeyboardInterrupt:
            return Fluent(answer, generated=False, model=name_of(self.generator), problem=STOPPED)

    def _fluent(self, answer: Answer, draft: Any) -> Fluent:
        from rag.generation.fluent import fluent_answers
        from rag.generation.records import Draft, Fluent

        stop = threading.Event()
        last = Fluent(answer, generated=False, model="")
        events = fluent_answers(self.engine, self.generator)(answer, stop=stop)
        try:
            for event in events:
                if not isinstance(event, Draft):
                    last = event
                elif draft is not None:
                    draft.show(event.text)
        finally:
            stop.set()
        return last


@contextmanager
def opened_writer(engine: Engine) -> Iterator[Writer | None]:
    """The model that the settings name; None where they name none, or its package is missing, which is then said.

    Raises SettingsError for a setting that cannot be right. Without a model nothing of it is imported.
    """
    if not engine.settings.generate.generator.strip():
        yield None
        return
    from rag.generation.backends import generator_or_told

    generator = generator_or_told(engine.settings.generate, report_problem)
    if generator is None:
        yield None
        return
    try:
        yield Writer(engine, generator)
    finally:
        generator.close()
