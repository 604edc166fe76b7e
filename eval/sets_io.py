"""Reading question sets: the project's own format (eval/sets/README.md) and SQuAD 1.1 / 2.0."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from rag.errors import LoadError, SettingsError
from rag.vietnamese import sentences

FIELDS = ("id", "kind", "question", "history", "answerable", "answers", "evidence")
OPTIONAL_FIELDS = ("today", "history_answers", "note", "draft", "wording", "fluent")
SPAN_FIELDS = ("start", "end", "sha256")
FORMAT_HINT = "See eval/sets/README.md for the format"
SQUAD_HINT = "A SQuAD file holds data[].paragraphs[].{context, qas[].{id, question, answers}}"


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """The place of a quote that the set does not hold.

    Characters [start, end) of the article as loading reads it, before cleaning, and the SHA-256 of these characters in
    UTF-8 (64 hexadecimal digits).
    """

    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A verbatim quote of a file (or of a record: then `file` is its id) that states the part `part` of the answer.

    With a `span` the quote is empty until `eval.spans.resolve_spans` has taken it from the article.
    """

    file: str
    quote: str
    part: int = 0
    span: EvidenceSpan | None = None


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One question of a set.

    `answers` holds one tuple for each part that an answer must give, in it the accepted forms; it is empty exactly when
    the question is not answerable. `history` holds the previous questions, oldest first, and `history_answers` the
    short answer to each, None where there was none; it is empty where none is known. `today` is the day that "hôm qua"
    and "mới nhất" of the question are told from.
    """

    id: str
    kind: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[EvidenceItem, ...]
    today: date | None = None
    history_answers: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a SQuAD file. The id (`p0001`, in file order) is what its questions' evidence names."""

    id: str
    title: str
    text: str


def load_set(path: str | Path, *, on_error: Callable[[LoadError], None] | None = None) -> list[EvalQuestion]:
    """Questions of a JSONL set, in file order; blank lines and drafts are skipped, texts are NFC.

    Raises SettingsError when the file is missing or unreadable, LoadError for a bad line (`file:line`), a repeated id,
    or a file without questions. With `on_error`, that is told of bad lines and repeated ids, and they are left out.
    """
    path = Path(path)
    questions: list[EvalQuestion] = []
    lines_by_id: dict[str, int] = {}
    drafts = 0
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _parse_json(line, f"{path}:{number}")
            if _is_draft(record, f"{path}:{number}"):
                drafts += 1
                continue
            question = _line_of_set(record, f"{path}:{number}", lines_by_id)
        except LoadError as error:
            if on_error is None:
                raise
            on_error(error)
            continue
        lines_by_id[question.id] = number
        questions.append(question)
    if not questions:
        if drafts:
            _fail(f"only drafts in this file ({drafts})", str(path), "Fill in their answers, then take out `draft`")
        _fail("no questions in this file", str(path), FORMAT_HINT)
    return questions


def _is_draft(record: object, where: str) -> bool:
    """Whether the answer of a line is still to be filled in."""
    draft = record.get("draft", False) if isinstance(record, dict) else False
    if not isinstance(draft, bool):
        _fail("draft must be true or false", where, FORMAT_HINT)
    return draft


def _line_of_set(record: object, where: str, lines_by_id: Mapping[str, int]) -> EvalQuestion:
    question = _question(record, where)
    if question.id in lines_by_id:
        _fail(f"id {question.id!r} was used on line {lines_by_id[question.id]}", where, "Give each question its own id")
    return question


def load_squad(path: str | Path) -> tuple[list[Passage], list[EvalQuestion]]:
    """Passages and questions of a SQuAD 1.1 or 2.0 file (.json or .json.gz), in file order, texts NFC.

    The evidence of a question is the sentence around each of its answers; a context met twice is one passage.
    Raises SettingsError when the file is missing or unreadable, LoadError naming the place in a wrong file.
    """
    path = Path(path)
    where = str(path)
    passages: dict[str, Passage] = {}
    questions: dict[str, EvalQuestion] = {}
    document = _mapping(_parse_json(_read_text(path), where), where, SQUAD_HINT)
    for i, topic in enumerate(_listed(document, "data", where)):
        topic_where = f"{where}: data[{i}]"
        title = _squad_text(_mapping(topic, topic_where, SQUAD_HINT), "title", topic_where, default="")
        for j, paragraph in enumerate(_listed(topic, "paragraphs", topic_where)):
            place = f"{topic_where}.paragraphs[{j}]"
            context = _squad_text(_mapping(paragraph, place, SQUAD_HINT), "context", place)
            text = unicodedata.normalize("NFC", context)
            passage = passages.setdefault(text, Passage(f"p{len(passages) + 1:04d}", title, text))
            for n, asked in enumerate(_listed(paragraph, "qas", place)):
                question = _squad_question(asked, context, passage, f"{place}.qas[{n}]")
                # Published files do repeat ids (the same question over two contexts): each keeps a row of its own.
                again = question.id
                for copy in itertools.count(2):
                    if again not in questions:
                        break
                    again = f"{question.id}~{copy}"
                questions[again] = replace(question, id=again)
    if not questions:
        _fail("no questions in this file", where, SQUAD_HINT)
    return list(passages.values()), list(questions.values())


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError("no such file", where=str(path), remedy="Name an existing set file") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SettingsError(f"not a whole gzip file ({error})", where=str(path), remedy="Fetch it again") from error
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise SettingsError(reason.lower(), where=str(path), remedy="Name a readable set file") from error
    except UnicodeDecodeError as error:
        remedy = "Save it as UTF-8"
        raise SettingsError(f"not UTF-8 at byte {error.start}", where=str(path), remedy=remedy) from error


def _parse_json(text: str, where: str) -> object:
    try:
        parsed: object = json.loads(text)
    except json.JSONDecodeError as error:
        _fail(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}", where, FORMAT_HINT)
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets in brackets without end
        _fail("not JSON of a sensible size or depth", where, FORMAT_HINT)
    return parsed


def _question(record: object, where: str) -> EvalQuestion:
    fields = _mapping(record, where, FORMAT_HINT)
    missing = [name for name in FIELDS if name not in fields]
    if missing:
        _fail(f"missing field{'s' * (len(missing) > 1)} {', '.join(missing)}", where, FORMAT_HINT)
    unknown = sorted(set(fields) - set(FIELDS) - set(OPTIONAL_FIELDS))
    if unknown:
        _fail(f"unknown field{'s' * (len(unknown) > 1)} {', '.join(unknown)}", where, FORMAT_HINT)
    answerable = fields["answerable"]
    if not isinstance(answerable, bool):
        _fail("answerable must be true or false", where, FORMAT_HINT)
    answers = _answers(fields["answers"], where)
    if answerable != bool(answers):
        _fail("answers must be given when answerable is true, and only then", where, FORMAT_HINT)
    evidence = tuple(_evidence(item, where) for item in _list(fields["evidence"], "evidence", where))
    if answerable and {item.part for item in evidence} != set(range(len(answers))):
        _fail(f"evidence must be given for each of the {len(answers)} parts, and for no other", where, FORMAT_HINT)
    if "note" in fields:
        _text(fields["note"], "note", where)
    history = tuple(_text(item, "history", where) for item in _list(fields["history"], "history", where))
    return EvalQuestion(
        id=_text(fields["id"], "id", where),
        kind=_text(fields["kind"], "kind", where),
        question=_text(fields["question"], "question", where),
        history=history,
        answerable=answerable,
        answers=answers,
        evidence=evidence,
        today=_day(fields["today"], where) if "today" in fields else None,
        history_answers=_history_answers(fields.get("history_answers", []), len(history), where),
    )


def _history_answers(value: object, questions: int, where: str) -> tuple[str | None, ...]:
    answers = tuple(
        None if item is None else _text(item, "history_answers", where)
        for item in _list(value, "history_answers", where)
    )
    if answers and len(answers) != questions:
        _fail("history_answers must have one entry, a text or null, for each of history", where, FORMAT_HINT)
    return answers


def _answers(value: object, where: str) -> tuple[tuple[str, ...], ...]:
    items = _list(value, "answers", where)
    if not items:
        return ()
    if not any(isinstance(item, list) for item in items):
        return (tuple(_text(item, "answers", where) for item in items),)
    parts = tuple(tuple(_text(item, "answers", where) for item in _list(part, "answers", where)) for part in items)
    if not all(parts):
        _fail("a part of answers is empty", where, FORMAT_HINT)
    return parts


def _evidence(value: object, where: str) -> EvidenceItem:
    fields = _mapping(value, where, FORMAT_HINT)
    unknown = sorted(set(fields) - {"file", "quote", "part", *SPAN_FIELDS})
    if unknown:
        _fail(f"unknown field of evidence: {', '.join(unknown)}", where, FORMAT_HINT)
    part = _count(fields.get("part", 0), "part of evidence", where)
    file = _text(fields.get("file"), "file of evidence", where)
    if not set(fields) & set(SPAN_FIELDS):
        return EvidenceItem(file, _text(fields.get("quote"), "quote of evidence", where), part)
    if "quote" in fields:
        _fail("evidence has either a quote or start, end and sha256", where, FORMAT_HINT)
    return EvidenceItem(file, "", part, _span(fields, where))


def _span(fields: Mapping[str, Any], where: str) -> EvidenceSpan:
    start, end = (_count(fields.get(name), f"{name} of evidence", where) for name in ("start", "end"))
    if start >= end:
        _fail("end of evidence must be greater than its start", where, FORMAT_HINT)
    sha256 = fields.get("sha256")
    if not isinstance(sha256, str) or not re.fullmatch("[0-9a-f]{64}", sha256):
        _fail("sha256 of evidence must be 64 hexadecimal digits", where, FORMAT_HINT)
    return EvidenceSpan(start, end, sha256)


def _count(value: object, name: str, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _fail(f"{name} must be a number from 0", where, FORMAT_HINT)
    return value


def _day(value: object, where: str) -> date:
    try:
        return date.fromisoformat(_text(value, "today", where))
    except ValueError:
        _fail("today must be a day such as 2021-04-30", where, FORMAT_HINT)


def _squad_question(asked: object, context: str, passage: Passage, where: str) -> EvalQuestion:
    fields = _mapping(asked, where, SQUAD_HINT)
    question = unicodedata.normalize("NFC", _squad_text(fields, "question", where))
    identifier = _squad_text(fields, "id", where)
    if fields.get("is_impossible") is True:
        return EvalQuestion(identifier, "unanswerable", question, (), False, (), ())
    accepted: dict[str, None] = {}
    quotes: dict[str, None] = {}
    for number, answer in enumerate(_listed(fields, "answers", where)):
        place = f"{where}.answers[{number}]"
        text = _squad_text(_mapping(answer, place, SQUAD_HINT), "text", place)
        start = answer.get("answer_start")
        if not isinstance(start, int) or context[start : start + len(text)] != text:
            _fail("answer_start does not point at the answer's text", place, SQUAD_HINT)
        accepted[unicodedata.normalize("NFC", text)] = None
        # Offsets count in the text as it came; the passage is NFC and may be shorter.
        first = len(unicodedata.normalize("NFC", context[:start]))
        quotes.update(dict.fromkeys(_sentences_around(passage.text, first, len(unicodedata.normalize("NFC", text)))))
    if not accepted:
        _fail("no answers, and is_impossible is not true", where, SQUAD_HINT)
    evidence = tuple(EvidenceItem(passage.id, quote) for quote in quotes)
    return EvalQuestion(identifier, "squad", question, (), True, (tuple(accepted),), evidence)


def _sentences_around(text: str, start: int, length: int) -> Iterator[str]:
    for span in sentences(text):
        if span.start < start + length and start < span.end:
            yield span.of(text)


def _mapping(value: object, where: str, hint: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _fail("not a JSON object", where, hint)
    return value


def _list(value: object, name: str, where: str) -> list[object]:
    if not isinstance(value, list):
        _fail(f"{name} must be a list", where, FORMAT_HINT)
    return value


def _listed(fields: Mapping[str, Any], name: str, where: str) -> list[Any]:
    value = fields.get(name)
    if not isinstance(value, list):
        _fail(f"{name} is missing or not a list", where, SQUAD_HINT)
    return value


def _text(value: object, name: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _fail(f"{name} must be a text that is not empty", where, FORMAT_HINT)
    return unicodedata.normalize("NFC", value)


def _squad_text(fields: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        _fail(f"{name} is missing or empty", where, SQUAD_HINT)
    return value


def _fail(what: str, where: str, remedy: str) -> NoReturn:
    raise LoadError(what, where=where, remedy=remedy)
