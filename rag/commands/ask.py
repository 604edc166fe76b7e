"""`hoibao ask`, `hoibao search` and `hoibao read`: for a person, or line by line for a program."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, TypedDict

import click

from rag.commands.conditions import Conditions, conditions_from, conditions_of, conditions_options
from rag.commands.generating import Writer, generator_options, opened_writer
from rag.commands.options import library_option, settings_from, settings_options, unused_library_option
from rag.contract import answer_to_json, error_to_json, reading_to_json, search_to_json, to_line
from rag.datatypes import Answer, Filters
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.engine import Engine

MAX_LINE_BYTES = 10_000_000
_LINE = "{id, question, history?, answers?, from?, to?, outlet?, today?, as_typed?}"


class BadLine(Exception):
    """A line of input that cannot be asked; the run goes on."""

    def __init__(self, record_id: Any, message: str) -> None:
        self.record_id = record_id
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Request:
    """One line of standard input. `id` is echoed as it came; None where the line has none.

    `answers` are the short answers to the questions of `history`, None for one without.
    """

    id: Any
    question: str
    history: tuple[str, ...]
    answers: tuple[str | None, ...]
    passage: str | None
    conditions: Conditions


def requests_of(
    stream: IO[bytes], *, needs_passage: bool = False, default: Conditions | None = None
) -> Iterator[Request | BadLine]:
    """The lines of a stream; blank ones are passed over, bad ones come as `BadLine`.

    `default` are the conditions of lines that state none; without it, none are looked for.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield BadLine(None, f"line {number} is longer than {MAX_LINE_BYTES:,} bytes; shorten it")
        elif line.strip():
            try:
                yield _request(line, number, needs_passage, default)
            except BadLine as bad:
                yield bad


def _request(line: bytes, number: int, needs_passage: bool, default: Conditions | None) -> Request:
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadLine(None, f"line {number} is not valid JSON in UTF-8 ({error}); give one object a line") from error
    if not isinstance(record, dict):
        raise BadLine(None, f"line {number} is not a JSON object; give one object a line")
    record_id = record.get("id")
    if not _is_id(record_id):
        raise BadLine(None, f'line {number}: "id" is not a string or a number')
    question, passage = record.get("question"), record.get("passage")
    if not isinstance(question, str):
        raise BadLine(record_id, f'line {number} has no "question" that is a string')
    history, answers = ([] if record.get(name) is None else record[name] for name in ("history", "answers"))
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise BadLine(record_id, f'line {number}: "history" is not a list of earlier questions')
    if not isinstance(answers, list) or not all(answer is None or isinstance(answer, str) for answer in answers):
        raise BadLine(record_id, f'line {number}: "answers" is not a list of the short answers to earlier questions')
    if len(answers) > len(history):
        raise BadLine(record_id, f'line {number}: "answers" has more entries than "history"')
    if needs_passage and not isinstance(passage, str):
        raise BadLine(record_id, f'line {number} has no "passage" that is a string')
    try:
        conditions = conditions_of(record, default) if default else Conditions()
    except ValueError as error:
        raise BadLine(record_id, f"line {number}: {error}") from error
    return Request(record_id, question, tuple(history), tuple(answers), passage, conditions)


def _no_number(name: str) -> NoReturn:
    """NaN and the infinities are no JSON; an id that holds one could not be printed again."""
    raise ValueError(f"{name} is no JSON value")


def _is_id(value: Any) -> bool:
    """A string, a number (not one that overflows, such as 1e999), or none at all."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def _answer_lines(
    respond: Callable[[Request], dict[str, Any]], *, needs_passage: bool = False, default: Conditions | None = None
) -> None:
    """One line out for every line in, in order, flushed at once."""
    for request in requests_of(sys.stdin.buffer, needs_passage=needs_passage, default=default):
        if isinstance(request, BadLine):
            reply = error_to_json(request.record_id, str(request))
        else:
            try:
                reply = respond(request)
            except RagError as error:
                reply = error_to_json(request.id, str(error))
            else:
                # The id comes back as it was given: a number stays a number.
                reply = reply | {"id": request.id} if request.id is not None else reply
        click.echo(to_line(reply))
        sys.stdout.flush()


def _one_question(question: str | None, as_jsonl: bool) -> str:
    if as_jsonl:
        if question is not None:
            raise click.UsageError("--jsonl reads questions from standard input: give none on the command line")
        return ""
    if question is None:
        raise click.UsageError(
            "Missing the question. Give it in quotes, or use --jsonl to read questions from standard input"
        )
    return question


@click.command(short_help="Ask a question, get a cited answer.")
@click.argument("question", required=False)
@library_option
@click.option("--history", "-H", multiple=True, metavar="QUESTION", help="An earlier question; repeat, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help=f"Read {_LINE} lines, write an answer a line.")
@generator_options
@conditions_options
@settings_options
def ask(
    question: str | None,
    library_dir: Path,
    history: tuple[str, ...],
    as_json: bool,
    as_jsonl: bool,
    generator: str | None,
    model: str | None,
    unsupported: str | None,
    published_from: date | None,
    published_to: date | None,
    outlets: tuple[str, ...],
    today: date | None,
    as_typed: bool,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Ask the library QUESTION and print the answer with its quotations."""
    from rag import pipeline
    from rag.commands import terminal

    question = _one_question(question, as_jsonl)
    given = conditions_from(published_from, published_to, outlets, today, as_typed)
    flags = {"generate__generator": generator, "generate__model": model, "generate__unsupported": unsupported}
    settings = settings_from(config, assignments, **flags)
    with pipeline.open_engine(library_dir, settings) as engine, opened_writer(engine) as writer:
        engine.open_reader()  # what is wrong with it is said once, not for every line
        if as_jsonl:

            def respond(request: Request) -> dict[str, Any]:
                answer = _asked(engine, writer, request)
                return answer_to_json(writer.answer(answer) if writer else answer)

            _answer_lines(respond, default=given)
            return
        answer = _asked(engine, writer, Request(None, question, history, (), None, given), stoppable=True)
        if as_json:
            answer = writer.answer_until_stopped(answer) if writer else answer
            click.echo(to_line(answer_to_json(answer), indent=2))
        elif writer:
            writer.show(answer, terminal.console())
        else:
            terminal.print_answer(answer, terminal.console())


def _asked(engine: Engine, writer: Writer | None, request: Request, *, stoppable: bool = False) -> Answer:
    """The extractive answer; a follow-up that finds nothing is asked again as the model words it, if there is one."""
    from rag import pipeline

    def ask_as(worded: str | None) -> Answer:
        return pipeline.ask(
            engine,
            request.question,
            history=request.history,
            answers=request.answers,
            id=_text_id(request),
            worded=worded,
            **_keywords(request.conditions),
        )

    answer = ask_as(None)
    if writer is None:
        return answer
    return writer.found_anew(
        answer,
        ask_as,
        request.question,
        request.history,
        request.answers,
        as_typed=request.conditions.as_typed,
        stoppable=stoppable,
    )


@click.command(short_help="Find the nearest passages.")
@click.argument("question", required=False)
@library_option
@click.option("-k", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many passages.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help=f"Read {_LINE} lines, write a result a line.")
@conditions_options
@settings_options
def search(
    question: str | None,
    library_dir: Path,
    k: int,
    as_json: bool,
    as_jsonl: bool,
    published_from: date | None,
    published_to: date | None,
    outlets: tuple[str, ...],
    today: date | None,
    as_typed: bool,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Find the passages nearest to QUESTION, without composing an answer."""
    from rag import pipeline
    from rag.commands import terminal

    question = _one_question(question, as_jsonl)
    given = conditions_from(published_from, published_to, outlets, today, as_typed)
    with pipeline.open_engine(library_dir, settings_from(config, assignments)) as engine:
        if as_jsonl:
            _answer_lines(
                lambda r: search_to_json(
                    pipeline.search(
                        engine,
                        r.question,
                        k=k,
                        history=r.history,
                        answers=r.answers,
                        id=_text_id(r),
                        **_keywords(r.conditions),
                    )
                ),
                default=given,
            )
            return
        result = pipeline.search(engine, question, k=k, **_keywords(given))
    if as_json:
        click.echo(to_line(search_to_json(result), indent=2))
    else:
        terminal.print_search(result, terminal.console())


@click.command(short_help="Answer questions from passages given beside them.")
@click.option("--jsonl", "as_jsonl", is_flag=True, required=True, help="Read {id, question, passage} lines.")
@unused_library_option
@settings_options
def read(as_jsonl: bool, config: Path | None, assignments: tuple[str, ...]) -> None:
    """Answer each question from the passage given beside it; no library is needed."""
    from rag import pipeline

    reader = pipeline.open_reader(settings_from(config, assignments))
    _answer_lines(lambda r: reading_to_json(reader(r.question, r.passage or "", _text_id(r))), needs_passage=True)


class _Keywords(TypedDict):
    filters: Filters
    today: date | None
    as_typed: bool


def _keywords(conditions: Conditions) -> _Keywords:
    return {"filters": conditions.filters, "today": conditions.today, "as_typed": conditions.as_typed}


def _text_id(request: Request) -> str | None:
    return None if request.id is None else str(request.id)
