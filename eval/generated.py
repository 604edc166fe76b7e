"""Each answer of an evaluation in a model's words: the model opened, asked and judged, what it said written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from eval.faithfulness import Faithfulness, Judge, faithfulness, worded
from eval.sets_io import EvalQuestion
from rag.contract import answer_to_json
from rag.datatypes import Answer
from rag.engine import Engine
from rag.generation.backends import make_generator
from rag.generation.checking import checker_of
from rag.generation.fluent import fluent_answers
from rag.generation.prompting import LANGUAGES
from rag.generation.records import Fluent, Generator
from rag.generation.translations import TranslationChecks
from rag.question import understand

Judged = tuple[Faithfulness, Answer]


@dataclass(frozen=True, slots=True)
class Wording:
    """A model that words answers, with its name as it is shown: `word` gives the figures and the worded answer."""

    name: Callable[[], str]
    word: Callable[[EvalQuestion, Answer], Judged]


@contextmanager
def opened_wording(engine: Engine, generator: Generator | None = None) -> Iterator[Wording]:
    """The model that the engine's settings name, or the one given. Raises GeneratorError where there is none."""
    opened = generator or make_generator(engine.settings.generate)
    try:
        yield wording_of(engine, opened)
    finally:
        opened.close()


def wording_of(engine: Engine, generator: Generator) -> Wording:
    """Answers of this engine in this model's words. A translation is judged by the checks of translations."""
    checker = checker_of(engine)
    words = fluent_answers(engine, generator, checker_for=lambda _: checker)

    def judge_of(answer: Answer, fluent: Fluent) -> Judge:
        language = understand(answer.understood_as or answer.question).language
        if fluent.shown and engine.settings.generate.translate and language in LANGUAGES:
            return TranslationChecks(engine.embedder, language)
        return checker

    def word(question: EvalQuestion, answer: Answer) -> Judged:
        draft, fluent = worded(words, answer)
        return faithfulness(question, answer, draft, fluent, judge_of(answer, fluent)), fluent.answer

    return Wording(lambda: generator.name, word)


def generated_to_json(found: Faithfulness, answer: Answer) -> dict[str, Any]:
    """A line of `generated.jsonl`: the figures, what the model wrote, and the answer as `hoibao ask --json` has it."""
    return asdict(found) | {"answer": answer_to_json(answer)}
