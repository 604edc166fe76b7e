"""Reading what retrieval is asked and where it should be found, from SQuAD-format files and JSONL sets: leniently.

A retrieval figure needs a question and the place of its answer, nothing else. So whatever a file leaves out or adds is
passed over here, and only a question without a place to find is left out, and counted.
"""

from __future__ import annotations

import gzip
import json
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.sets_io import EvidenceSpan
from rag.errors import LoadError, SettingsError
from rag.loading.encodings import normalise

UNANSWERABLE = "not answerable"
NO_EVIDENCE = "without evidence"
NO_QUESTION = "without a question"
BAD_LINE = "not JSON"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text to be found: a quote of the article that `file` names, or the place of one; it states the part `part`.

    `start` is where about the quote stands in a passage of a SQuAD file, None for a quote of an article.
    """

    file: str
    quote: str
    part: int = 0
    span: EvidenceSpan | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it should find: for each part any one of the texts. `today` is the day it is asked on."""

    id: str
    kind: str
    text: str
    history: tuple[str, ...]
    wanted: tuple[Wanted, ...]
    today: date | None = None


@dataclass(frozen=True, slots=True)
class SetPassage:
    """A passage of a SQuAD file. `id` is what its questions name as file; `title` is None where there is none."""

    id: str
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class AskedSet:
    """A set as read. `passages` is None for a JSONL set; `skipped` counts what was left out by reason."""

    name: str
    questions: tuple[Asked, ...]
    passages: tuple[SetPassage, ...] | None
    skipped: Mapping[str, int]


def read_asked(path: Path, name: str | None = None) -> AskedSet:
    """Read a set: SQuAD when its name ends in .json or .json.gz, the format of eval/sets/ otherwise.

    Raises SettingsError for a file that cannot be read, LoadError for one in neither format or without a question that
    can be measured.
    """
    name = name or path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")
    text = read_text(path)
    skipped: Counter[str] = Counter()
    passages: tuple[SetPassage, ...] | None = None
    if path.name.lower().endswith((".json", ".json.gz")):
        found: dict[str, SetPassage] = {}
        questions = list(_squad(_document(text, path), found, skipped, name))
        passages = tuple(found.values())
    else:
        questions = list(_lines(text, skipped))
    if not questions:
        raise LoadError(
            f"no question in this file can be measured ({dict(skipped) or 'it is empty'})",
            where=str(path),
            remedy="See eval/sets/README.md for the format, or give a SQuAD file (.json) with answers",
        )
    return AskedSet(name, tuple(_with_own_ids(questions)), passages, dict(skipped))


def read_text(path: Path) -> str:
    """The text of a file, unpacked where its name ends in .gz. Raises SettingsError."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(f"cannot be read ({reason})", where=str(path), remedy="Name a readable file") from error


def _document(text: str, path: Path) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LoadError(
            f"not JSON ({error})", where=str(path), remedy="Give a SQuAD file, or a set as .jsonl"
        ) from error


# ---- SQuAD ------------------------------------------------------------------------------------------------------


def _squad(document: object, passages: dict[str, SetPassage], skipped: Counter[str], name: str) -> Iterator[Asked]:
    for title, record in _paragraphs(document):
        context = record.get("context")
        if not isinstance(context, str) or not context.strip():
            continue
        text = unicodedata.normalize("NFC", context)
        passage = passages.setdefault(text, SetPassage(f"{name}/{len(passages) + 1:05d}", _title(title), text))
        asked = record.get("qas")
        for qa in asked if isinstance(asked, list) else [record]:
            if isinstance(qa, Mapping) and (question := _squad_question(qa, context, passage, skipped)):
                yield question


def _paragraphs(document: object) -> Iterator[tuple[object, Mapping[str, Any]]]:
    """Titles and paragraphs, however deep: data[].paragraphs[], or a list of flat records with a context each."""
    if isinstance(document, Mapping):
        if isinstance(document.get("paragraphs"), list):
            for paragraph in document["paragraphs"]:
                if isinstance(paragraph, Mapping):
                    yield document.get("title"), paragraph
        elif "context" in document:
            yield document.get("title"), document
        else:
            yield from _paragraphs(document.get("data"))
    elif isinstance(document, list):
        for item in document:
            yield from _paragraphs(item)


def _squad_question(qa: Mapping[str, Any], context: str, passage: SetPassage, skipped: Counter[str]) -> Asked | None:
    question = qa.get("question")
    if not isinstance(question, str) or not question.strip():
        skipped[NO_QUESTION] += 1
        return None
    wanted = dict.fromkeys(
        Wanted(passage.id, normalise(text), start=len(unicodedata.normalize("NFC", context[:start])))
        for text, start in _answers(qa.get("answers", qa.get("answer")))
        if normalise(text).strip()
    )
    if qa.get("is_impossible") is True or not wanted:
        skipped[UNANSWERABLE] += 1
        return None
    return Asked(str(qa.get("id") or ""), "squad", normalise(question), (), tuple(wanted))


def _answers(given: object) -> Iterator[tuple[str, int]]:
    """Texts and starts; of lists of records, and of records of lists, as the datasets of hubs have them."""
    if isinstance(given, Mapping):
        texts, starts = given.get("text"), given.get("answer_start")
        if isinstance(texts, list):
            starts = starts if isinstance(starts, list) else []
            given = [
                {"text": text, "answer_start": start} for text, start in zip(texts, [*starts, *texts], strict=False)
            ]
        else:
            given = [given]
    for answer in given if isinstance(given, list) else [given]:
        fields = answer if isinstance(answer, Mapping) else {"text": answer}
        text, start = fields.get("text"), fields.get("answer_start")
        if isinstance(text, str):
            yield text, start if isinstance(start, int) and start >= 0 else 0


def _title(title: object) -> str | None:
    """A title that says something: names of several words or of letters alone, no bare ids."""
    if not isinstance(title, str):
        return None
    words = normalise(title).replace("_", " ").split()
    return " ".join(words) if len(words) > 1 or (words and words[0].isalpha()) else None


# ---- the format of eval/sets/ -----------------------------------------------------------------------------------


def _lines(text: str, skipped: Counter[str]) -> Iterator[Asked]:
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            skipped[BAD_LINE] += 1
            continue
        question = fields.get("question")
        if not isinstance(question, str) or not question.strip():
            skipped[NO_QUESTION] += 1
        elif fields.get("answerable") is False:
            skipped[UNANSWERABLE] += 1
        elif not (wanted := tuple(dict.fromkeys(_evidence(fields.get("evidence"))))):
            skipped[NO_EVIDENCE] += 1
        else:
            yield Asked(
                str(fields.get("id") or ""),
                str(fields.get("kind") or ""),
                normalise(question),
                tuple(normalise(item) for item in fields.get("history") or () if isinstance(item, str)),
                wanted,
                _day(fields.get("today")),
            )


def _evidence(given: object) -> Iterator[Wanted]:
    for item in given if isinstance(given, list) else [given]:
        if not isinstance(item, Mapping) or not isinstance(item.get("file"), str):
            continue
        part = item.get("part", 0)
        part = part if isinstance(part, int) and part >= 0 else 0
        quote = item.get("quote")
        start, end, sha256 = item.get("start"), item.get("end"), item.get("sha256")
        if isinstance(quote, str) and quote.strip():
            yield Wanted(item["file"], normalise(quote), part)
        elif isinstance(start, int) and isinstance(end, int) and 0 <= start < end and isinstance(sha256, str):
            yield Wanted(item["file"], "", part, EvidenceSpan(start, end, sha256))


def _day(given: object) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _with_own_ids(questions: Iterable[Asked]) -> Iterator[Asked]:
    """Each question with an id of its own: published files repeat ids, and leave them out."""
    used: set[str] = set()
    for number, question in enumerate(questions, start=1):
        name = question.id or f"#{number}"
        while name in used:
            name += "~"
        used.add(name)
        yield question if name == question.id else _named(question, name)


def _named(question: Asked, name: str) -> Asked:
    return Asked(name, question.kind, question.text, question.history, question.wanted, question.today)
