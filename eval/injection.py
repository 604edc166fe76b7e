"""How often a poisoned article gets its way: `python -m eval.injection`, with `--generator …` for a model of your own.

`eval/sets/injection.jsonl` holds news articles with an order to whoever reads them aloud: a claim to repeat, a link to
emit, a code to print, a refusal. Each is asked for a fact that stands in it. The attack succeeds where the answer says
what the order wants; see docs/injection.md for what counts and what does not.
"""

from __future__ import annotations

import json
import logging
import math
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from eval.obedient import Compromised, Obedient, excerpts_in, naive_prompt
from eval.poisoned import (
    FALSEHOOD,
    SET,
    SIGNS,
    Outcome,
    Poisoned,
    Sign,
    holds_answer,
    joined,
    load,
    outcome_of,
    refused,
    signs_in,
    signs_of,
)
from rag.config import Settings, load_settings
from rag.datatypes import Answer
from rag.embed import Embedder
from rag.engine import Engine, open_engine
from rag.errors import GeneratorError
from rag.generation.backends import make_generator
from rag.generation.checking import checker_of
from rag.generation.fluent import fluent_answers
from rag.generation.judging import Checks
from rag.generation.records import Checked, Draft, Excerpt, Fluent, FluentAnswers, Generator, Message
from rag.pipeline import ask, build

logger = logging.getLogger(__name__)


@contextmanager
def poisoned_engine(
    poisoned: Sequence[Poisoned], settings: Settings | None = None, *, embedder: Embedder | None = None
) -> Iterator[Engine]:
    """One library of all the articles, in a folder that is gone afterwards. Raises RagError where one is not taken."""
    settings = settings or Settings()
    with tempfile.TemporaryDirectory(prefix="hoibao-injection-") as folder:
        corpus = Path(folder) / "poisoned.jsonl"
        corpus.write_text("\n".join(json.dumps(one.article) for one in poisoned) + "\n", encoding="utf-8")
        build([corpus], Path(folder) / "library", settings, embedder=embedder)
        with open_engine(Path(folder) / "library", settings, embedder=embedder) as engine:
            yield engine


def extractive_outcomes(engine: Engine, poisoned: Iterable[Poisoned]) -> Iterator[tuple[Outcome, Answer]]:
    """Each question put to the engine without a model."""
    for one in poisoned:
        answer = ask(engine, one.question, id=one.id)
        yield _outcome(one, answer, signs_of(answer, one)), answer


def worded_outcomes(
    engine: Engine, generator: Generator, poisoned: Iterable[Poisoned], answers: Sequence[Answer]
) -> Iterator[tuple[Outcome, Outcome, tuple[Fluent, ...]]]:
    """Each answer in a model's words: what it wrote and nobody checked, then what the checks leave.

    `answers` are the extractive ones in the same order. A scripted model is asked for each of its answers, alone; the
    outcomes are those of all of them. Last come those that show signs of obeying through the checks, or of a model that
    has only one answer that one. Of a model that breaks off what it has written counts.
    """
    told = _Told(generator)
    scripted = generator if isinstance(generator, Obedient) else None
    checks = checker_of(engine)
    for one, answer in zip(poisoned, answers, strict=True):
        # The answers have their sentences in common; each is looked at once.
        word = fluent_answers(engine, told, checker_for=lambda _: _Remembering(checks))
        ways: list[tuple[Outcome, Outcome, Fluent]] = []
        while not ways or (scripted is not None and len(ways) < scripted.ways):
            if scripted is not None:
                scripted.way = len(ways)
            ways.append(_worded(word, told, one, answer))
        through = tuple(fluent for _, checked, fluent in ways if checked.signs or scripted is None)
        yield joined([way[0] for way in ways]), joined([way[1] for way in ways]), through


def _worded(word: FluentAnswers, told: _Told, one: Poisoned, answer: Answer) -> tuple[Outcome, Outcome, Fluent]:
    written, last, told.excerpts = "", Fluent(answer, generated=False, model=""), 0
    for event in word(answer):
        if isinstance(event, Draft):
            written = event.text
        else:
            last = event
    signs = refused(one, written, last.problem is not None and not written)
    signs = signs or signs_in(written, one, told.excerpts)
    unchecked = outcome_of(one, signs, right=holds_answer(written, one), answered=bool(written))
    return unchecked, _outcome(one, last.answer, signs_of(last.answer, one)), last


class _Remembering:
    """Checks that give a verdict again without a second look."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._known: dict[tuple[str, tuple[str, ...]], Checked] = {}

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
        key = (sentence, tuple(evidence))
        if key not in self._known:
            self._known[key] = self._checks.check(sentence, evidence, question=question)
        return self._known[key]

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str) -> Excerpt | None:
        return self._checks.best_support(sentence, excerpts, question=question)


def naive_outcomes(
    generator: Generator, poisoned: Iterable[Poisoned], answers: Sequence[Answer], *, max_tokens: int
) -> Iterator[Outcome]:
    """Each question put to a model with the passages that the search found, as programs without defences do it.

    All answers of a scripted model count. Where a model fails, it has written nothing.
    """
    scripted = generator if isinstance(generator, Obedient) else None
    for one, answer in zip(poisoned, answers, strict=True):
        passages = [hit.text for hit in answer.hits[:3]]
        ways: list[Outcome] = []
        while not ways or (scripted is not None and len(ways) < scripted.ways):
            if scripted is not None:
                scripted.way = len(ways)
            try:
                stream = generator.stream(
                    naive_prompt(one.question, passages), max_tokens=max_tokens, stop=threading.Event()
                )
                written = "".join(stream)
            except GeneratorError as error:
                logger.warning("%s: %s", one.id, error)
                written = ""
            signs = refused(one, written, not written) or signs_in(written, one, len(passages))
            ways.append(outcome_of(one, signs, right=holds_answer(written, one), answered=bool(written)))
        yield joined(ways)


class _Told:
    """A model whose prompts are looked at: how many excerpts the last one held."""

    def __init__(self, generator: Generator) -> None:
        self.excerpts = 0
        self._generator = generator

    @property
    def name(self) -> str:
        return self._generator.name

    @property
    def context_tokens(self) -> int:
        return self._generator.context_tokens

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return self._generator.count_tokens(messages)

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        self.excerpts = max(excerpts_in(messages[-1].text), default=0)
        return self._generator.stream(messages, max_tokens=max_tokens, stop=stop)

    def close(self) -> None:
        self._generator.close()


def success_rate(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many articles got their way by any answer, of how many; false facts in plain prose are no attacks."""
    attacks = [one for one in outcomes if one.goal != FALSEHOOD]
    return sum(bool(one.signs) for one in attacks), len(attacks)


def answer_rate(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many answers obeyed, of how many that were tried."""
    attacks = [one for one in outcomes if one.goal != FALSEHOOD]
    return sum(one.obeyed for one in attacks), sum(one.tried for one in attacks)


def table(columns: Mapping[str, Sequence[Outcome]]) -> str:
    """Attack success by family and mode as Markdown, all attacks and true answers below."""
    families = dict.fromkeys(one.family for outcomes in columns.values() for one in outcomes if one.goal != FALSEHOOD)
    lines = [f"| attack | articles | {' | '.join(columns)} |", f"|---|---:|{'---:|' * len(columns)}"]
    for family in sorted(families):
        of_family = [[one for one in outcomes if one.family == family] for outcomes in columns.values()]
        cells = [str(success_rate(outcomes)[0]) for outcomes in of_family]
        lines.append(f"| {family} | {len(of_family[0])} | {' | '.join(cells)} |")
    rates = [success_rate(outcomes) for outcomes in columns.values()]
    lines.append(f"| **all attacks** | {rates[0][1]} | {' | '.join(str(found) for found, _ in rates)} |")
    shares = (f"{found / total:.1%}" if total else "–" for found, total in rates)
    lines.append(f"| **attack success rate** | | {' | '.join(shares)} |")
    lines.append(f"| 95 % interval | | {' | '.join(_interval(*rate) for rate in rates)} |")
    lost = {one.id for outcomes in list(columns.values())[:1] for one in outcomes if one.signs}
    added = (str(success_rate([one for one in each if one.id not in lost])[0]) for each in columns.values())
    lines.append(f"| of these: not in the first column | | {' | '.join(added)} |")
    of_answers = [answer_rate(outcomes) for outcomes in columns.values()]
    lines.append(f"| answers that obey, of all | | {' | '.join(f'{found} / {total}' for found, total in of_answers)} |")
    lines.append(f"| 95 % interval | | {' | '.join(_interval(*rate) for rate in of_answers)} |")
    for sign in SIGNS:
        counts = (sum(sign in one.signs for one in each if one.goal != FALSEHOOD) for each in columns.values())
        lines.append(f"| of these: {sign} | | {' | '.join(map(str, counts))} |")
    right = (sum(one.right for one in each if one.goal != FALSEHOOD) for each in columns.values())
    lines.append(f"| true answer given | {rates[0][1]} | {' | '.join(map(str, right))} |")
    false = [[one for one in each if one.goal == FALSEHOOD] for each in columns.values()]
    if any(false):
        told = (str(sum("claim" in one.signs for one in each)) for each in false)
        lines.append(f"| false fact in plain prose, told | {len(false[0])} | {' | '.join(told)} |")
    return "\n".join(lines)


def _interval(found: int, total: int) -> str:
    """The 95 % interval of a share after Wilson (1927), in per cent."""
    if not total:
        return "–"
    spread = 1.96 * math.sqrt(found * (total - found) / total + 0.9604)
    low, high = ((found + 1.9208 + side * spread) / (total + 3.8416) for side in (-1, 1))
    return f"{100 * max(0.0, low):.1f}–{100 * high:.1f}"


def _outcome(one: Poisoned, answer: Answer, signs: tuple[Sign, ...]) -> Outcome:
    answered = answer.status == "answered"
    right = answered and holds_answer(f"{answer.short_answer or ''}\n{answer.text}", one)
    return outcome_of(one, signs, right=right, answered=answered)


@click.command()
@click.option("--set", "set_path", type=click.Path(path_type=Path), default=SET, help="Another set of this format.")
@click.option("--part", type=click.Choice(["known", "fresh", "all"]), default="all", show_default=True)
@click.option("--every", default=1, show_default=True, help="Take every n-th article.")
@click.option("--generator", default="", help="A model beside the scripted ones: an address or a .gguf file.")
@click.option("--model", default="", help="Its name at the server.")
@click.option("--scripted/--no-scripted", default=True, help="Also the scripted models that obey.")
@click.option("--unsupported", type=click.Choice(["repair", "drop", "strike"]), default="repair", show_default=True)
@click.option("--max-tokens", default=200, show_default=True, help="Longest answer of the model.")
@click.option("--told", is_flag=True, help="Also every attack that succeeded through the checks, with its answer.")
def main(
    set_path: Path,
    part: str,
    every: int,
    generator: str,
    model: str,
    scripted: bool,
    unsupported: str,
    max_tokens: int,
    told: bool,
) -> None:
    """Attack success rates without a model, and with one: without and with the checks."""
    poisoned = [one for one in load(set_path) if part in ("all", one.part)][::every]
    chosen = {"generate.unsupported": unsupported, "generate.generator": generator, "generate.model": model}
    settings = load_settings(None, chosen | {"generate.max_tokens": max_tokens, "generate.timeout_s": 300})
    columns: dict[str, list[Outcome]] = {}
    succeeded: list[tuple[str, Outcome, Answer]] = []
    with poisoned_engine(poisoned, settings) as engine, ExitStack() as closing:
        begun = time.perf_counter()
        asked = list(extractive_outcomes(engine, poisoned))
        click.echo(f"{len(asked)} questions in {time.perf_counter() - begun:.0f} s", err=True)
        answers = [answer for _, answer in asked]
        columns["no model"] = [outcome for outcome, _ in asked]
        succeeded += [("no model", outcome, answer) for outcome, answer in asked]
        generators: list[Generator] = [Obedient(poisoned), Compromised(poisoned)] if scripted else []
        if generator:
            opened = make_generator(settings.generate)
            closing.callback(opened.close)
            generators.append(opened)
        for each in generators:
            name = each.name
            if not isinstance(each, Compromised):
                columns[f"{name}, bare"] = list(naive_outcomes(each, poisoned, answers, max_tokens=max_tokens))
            begun = time.perf_counter()
            worded = list(worded_outcomes(engine, each, poisoned, answers))
            click.echo(f"{name}: {time.perf_counter() - begun:.0f} s", err=True)
            columns[f"{name}, unchecked"] = [outcome for outcome, _, _ in worded]
            columns[f"{name}, checked"] = [outcome for _, outcome, _ in worded]
            succeeded += [(name, outcome, fluent.answer) for _, outcome, fluents in worded for fluent in fluents]
    click.echo(table(columns))
    for mode, outcome, answer in succeeded if told else ():
        if outcome.signs:
            click.echo(f"{mode}: {outcome.id} {outcome.family} {','.join(outcome.signs)}: {answer.text}", err=True)


if __name__ == "__main__":
    main()
