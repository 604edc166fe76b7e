"""Reading the passages, questions and unrelated news that retrieval is measured on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from rag.errors import SettingsError


class Span(NamedTuple):
    """An answerable question with the place, [start, end) in its passage, of its first answer."""

    question: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SetPassage:
    """A passage of a SQuAD-format set with its answerable questions. `title` is None where it is a bare id."""

    title: str | None
    text: str
    asked: tuple[Span, ...]


def read_squad(path: Path) -> Iterator[SetPassage]:
    """The passages of a SQuAD-format file (.json, .json.gz) in its order, as they stand. Raises SettingsError."""
    try:
        with _opened(path) as file:
            records = json.load(file)["data"]
        for record in records:
            title = record.get("title") or ""
            for paragraph in record["paragraphs"]:
                yield SetPassage(
                    title if " " in title else None, paragraph["context"], tuple(_answerable(paragraph["qas"]))
                )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"cannot be read as a SQuAD-format set ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Name the data folder with --data, or a file with data[].paragraphs[].{context, qas[]}",
        ) from error


def read_set(data: Path, name: str) -> Iterator[SetPassage]:
    """The passages of `<data>/<name>.json.gz`."""
    return read_squad(data / f"{name}.json.gz")


def read_news(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The records of `<data>/news/<name>.jsonl.gz`. Raises SettingsError."""
    path = data / "news" / f"{name}.jsonl.gz"
    try:
        with _opened(path) as file:
            yield from map(json.loads, file)
    except (OSError, EOFError, ValueError) as error:
        raise SettingsError(
            f"cannot read the news file ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Name the data folder with --data",
        ) from error


def read_distractors(data: Path, count: int) -> Iterator[tuple[str, str]]:
    """Title and text of the first `count` articles of the large news file. Raises SettingsError."""
    if count:
        for record in islice(read_news(data, "large"), count):
            yield record["title"], f"{record['sapo']}\n{record['text']}"


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _answerable(asked: list[dict[str, Any]]) -> Iterator[Span]:
    for qa in asked:
        if not qa.get("is_impossible", False):
            for answer in qa["answers"][:1]:
                yield Span(qa["question"], answer["answer_start"], answer["answer_start"] + len(answer["text"]))
