"""Questions with the passages they are asked of, and where the answer stands, from SQuAD files."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from eval.asked import read_text
from rag.errors import LoadError, SettingsError

Kind: TypeAlias = Literal["answer", "adversarial", "other", "elsewhere"]
"""answer: the passage answers. adversarial: it shares the question's words but says not what is asked. other: it was
found for the question and is about something else. elsewhere: it answers, but not in this window of it."""

Span: TypeAlias = tuple[int, int]

SEARCH_RESULTS: Final = "mailong_vi"
_HASH_DIGITS: Final = 16
WRITTEN_ENGLISH: Final = "written_en"
ENGLISH: Final = frozenset({"squad11_en", "squad20_unanswerable_en", WRITTEN_ENGLISH})


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage. Offsets are characters of `passage`, the end excluded.

    `answer` is set for the kind "answer" alone. `plausible` is what a careless reader would take where there is none.
    `weight` is its share in the loss.
    """

    question: str
    passage: str
    kind: Kind
    answer: Span | None = None
    plausible: Span | None = None
    origin: str = ""
    weight: float = 1.0
    id: str = ""


def read_squad(path: Path, *, weight: float = 1.0) -> list[Pair]:
    """The pairs of a SQuAD 2.0 file, in file order; of several accepted answers the first.

    Raises SettingsError for a file that cannot be read, LoadError for one that is not SQuAD or whose answers do not
    stand where it says.
    """
    name = path.name.partition(".")[0]
    silent: Kind = "other" if name == SEARCH_RESULTS else "adversarial"
    remedy = "Give the data folder with reader_train and reader_dev"
    try:
        return [_pair(passage, asked, silent, name, weight) for passage, asked in squad_questions(path)]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise LoadError(f"not SQuAD 2.0 ({error})", where=str(path), remedy=remedy) from error


def squad_questions(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Passage and question record of each question. Raises SettingsError, ValueError, KeyError."""
    for article in json.loads(read_text(path))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                yield paragraph["context"], asked


def few_per_question(pairs: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many pairs of each question and kind, the first ones."""
    seen: Counter[tuple[str, Kind]] = Counter()
    kept = []
    for pair in pairs:
        seen[pair.question, pair.kind] += 1
        if seen[pair.question, pair.kind] <= most:
            kept.append(pair)
    return kept


def digest(passage: str) -> str:
    """The beginning of the passage's SHA-256, as 16 hexadecimal digits."""
    return hashlib.sha256(passage.encode("utf-8")).hexdigest()[:_HASH_DIGITS]


def train_file(data: Path, name: str) -> Path:
    """The training file of a set. Raises SettingsError where it is not there."""
    path = data / "reader_train" / f"{name}.json.gz"
    if not path.is_file():
        raise SettingsError("no such file", where=str(path), remedy="Name the data folder with --data")
    return path


def _pair(passage: str, asked: dict[str, Any], silent: Kind, name: str, weight: float) -> Pair:
    question, id_ = asked["question"], str(asked["id"])
    if asked["is_impossible"]:
        misleading = asked.get("plausible_answers") or []
        plausible = _span(passage, misleading[0]) if misleading else None
        return Pair(question, passage, silent, None, plausible, name, weight, id_)
    return Pair(question, passage, "answer", _span(passage, asked["answers"][0]), None, name, weight, id_)


def _span(passage: str, answer: dict[str, Any]) -> Span:
    start, text = answer["answer_start"], answer["text"]
    if passage[start : start + len(text)] != text:
        raise ValueError(f"{text!r} does not stand at character {start}")
    return start, start + len(text)
