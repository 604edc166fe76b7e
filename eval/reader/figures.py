"""How well the reader does on passages given beside the questions of `reader_dev`, read as `hoibao read` reads them."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from eval.calibrating.fitting import area
from eval.reader.negatives import Mined
from eval.reader.pairs import squad_questions
from eval.reader.written import HELD_APART, HELD_APART_FILE, read_written
from rag.datatypes import Span
from rag.errors import LoadError
from rag.question import Question, understand
from rag.vietnamese import nfc

Read: TypeAlias = Callable[[Question, str], tuple[Span | None, float]]
"""The best span of a passage, and how probable it is that it answers the question."""

ANSWERABLE: Final = ("viquad1_vi", "news_vi", "mailong_vi", HELD_APART)
REFUSING: Final = {
    "news, adversarial": ("news_vi", "news_vi"),
    "ViQuAD 2, adversarial": ("viquad1_vi", "viquad2_unanswerable_vi"),
    "search results": ("mailong_vi", "mailong_vi"),
    "written, adversarial": (HELD_APART, HELD_APART),
}
"""Name -> (set of the answerable questions, set of those that are not)."""
RETRIEVED: Final = "found for the question, of another passage"
KEPT_ANSWERS: Final = 0.9
_MARKS = frozenset(string.punctuation)


@dataclass(frozen=True, slots=True)
class Asked:
    """A development question. Without `answers` the passage does not answer it."""

    question: str
    passage: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read: the words of the best span, "" for none, and the probability that they answer."""

    asked: Asked
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Over the answerable questions of a set, the best span taken whatever its probability: means in 0..1."""

    questions: int
    f1: float
    exact: float


@dataclass(frozen=True, slots=True)
class Refusing:
    """How well the probability tells answerable from unanswerable: the area under the ROC curve, and the share of the
    unanswerable that is refused where 90 % of the answerable are still answered."""

    answerable: int
    unanswerable: int
    area: float
    refused: float


@dataclass(frozen=True, slots=True)
class Figures:
    """By the names of the sets."""

    reading: Mapping[str, Reading]
    refusing: Mapping[str, Refusing]

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries."""
        return asdict(self)


def read_dev(data: Path, name: str) -> list[Asked]:
    """A development set in file order. Raises SettingsError or LoadError."""
    if name == HELD_APART:
        return [
            Asked(pair.question, pair.passage, (pair.passage[slice(*pair.answer)],) if pair.answer else ())
            for pair in read_written(data, HELD_APART_FILE)
        ]
    path = data / "reader_dev" / f"{name}.json.gz"
    try:
        return [
            Asked(asked["question"], nfc(passage), tuple(answer["text"] for answer in asked["answers"]))
            for passage, asked in squad_questions(path)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError(f"not SQuAD 2.0 ({error})", where=str(path), remedy="Give the data folder") from error


def measure(data: Path, read: Read, mined: Sequence[Mined], say: Callable[[str], None]) -> Figures:
    """Read all development sets. `mined` are passages that were found for questions of theirs and do not answer them.

    Raises RagError.
    """
    outcomes: dict[str, list[Outcome]] = {}
    for name in dict.fromkeys((*ANSWERABLE, *(name for pair in REFUSING.values() for name in pair))):
        say(f"reading {name}")
        outcomes[name] = outcomes_of(read_dev(data, name), read)
    refusing = {
        label: refusing_of([one for one in outcomes[right] if one.asked.answers], _silent(outcomes[wrong]))
        for label, (right, wrong) in REFUSING.items()
    }
    if mined:
        say("reading what the search found")
        others = [Asked(one.text, passage, ()) for one in mined for passage in one.passages[:1]]
        asked = {one.text for one in mined}
        own = [
            one for name in ANSWERABLE for one in outcomes[name] if one.asked.answers and one.asked.question in asked
        ]
        refusing[RETRIEVED] = refusing_of(own, outcomes_of(others, read))
    return Figures({name: reading_of(outcomes[name]) for name in ANSWERABLE}, refusing)


def outcomes_of(asked: Iterable[Asked], read: Read) -> list[Outcome]:
    """Every question read, in order."""
    found = []
    for one in asked:
        span, probability = read(understand(one.question), one.passage)
        found.append(Outcome(one, span.of(one.passage) if span else "", probability))
    return found


def reading_of(outcomes: Sequence[Outcome]) -> Reading:
    """F1 and exact match as SQuAD counts them, against the best of the accepted answers."""
    answerable = [one for one in outcomes if one.asked.answers]
    if not answerable:
        return Reading(0, 0.0, 0.0)
    f1 = [max(word_f1(one.text, answer) for answer in one.asked.answers) for one in answerable]
    exact = [any(words(one.text) == words(answer) for answer in one.asked.answers) for one in answerable]
    return Reading(len(answerable), float(np.mean(f1)), float(np.mean(exact)))


def refusing_of(answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> Refusing:
    """The figures of telling two kinds of questions apart; 0 where one is missing."""
    if not answerable or not unanswerable:
        return Refusing(len(answerable), len(unanswerable), 0.0, 0.0)
    high = np.array([one.probability for one in answerable])
    low = np.array([one.probability for one in unanswerable])
    threshold = np.quantile(high, 1 - KEPT_ANSWERS)
    return Refusing(len(high), len(low), area(high, low), float(np.mean(low < threshold)))


def words(text: str) -> list[str]:
    """In small letters, without ASCII punctuation, cut at white space: the normal form of SQuAD's own evaluation, which
    the published figures were counted with, without its English articles."""
    return "".join(character for character in text.lower() if character not in _MARKS).split()


def word_f1(predicted: str, accepted: str) -> float:
    """The harmonic mean of precision and recall over words, 0 where none is shared."""
    found, wanted = words(predicted), words(accepted)
    shared = (Counter(found) & Counter(wanted)).total()
    return 2 * shared / (len(found) + len(wanted)) if shared else 0.0


def as_markdown(figures: Figures) -> str:
    """Two tables."""
    lines = ["| answerable questions | | F1 | EM |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {one.questions} | {_short(one.f1)} | {_short(one.exact)} |"
        for name, one in figures.reading.items()
    ]
    lines += [
        "",
        "| told from answerable ones | | area under the curve | refused, 90 % answered |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one.answerable} / {one.unanswerable} | {_short(one.area)} | {_short(one.refused)} |"
        for name, one in figures.refusing.items()
    ]
    return "\n".join(lines)


def _silent(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if not one.asked.answers]


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if value < 1 else f"{value:.3f}"
