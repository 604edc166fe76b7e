"""Questions written by hand for this project, kept without their passages: those belong to others.

A line of written.jsonl names its passage by the file of the data folder it stands in and the beginning of its SHA-256;
a passage of the news also by record and place. The answer is a place in the passage, so nothing of it is repeated here.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eval.asked import read_text
from eval.reader.pairs import WRITTEN_ENGLISH, Pair, Span, digest, squad_questions
from rag.errors import LoadError, SettingsError
from rag.foreign import language_of
from rag.vietnamese import nfc

WRITTEN_FILE: Final = Path(__file__).with_name("written.jsonl")
HELD_APART: Final = "written_dev"
"""The name of the written questions that nothing is trained on."""
HELD_APART_FILE: Final = Path(__file__).with_name(f"{HELD_APART}.jsonl")
NEWS: Final = "news/large"
_NEWS_PLACE = re.compile(r"large#(?P<id>[^@]+)@(?P<start>\d+)-(?P<end>\d+)")
_PACK_SOURCES = {"viquad1": "reader_train/viquad1_vi", "viquad2": "reader_train/viquad2_unanswerable_vi"}


@dataclass(frozen=True, slots=True)
class Written:
    """A question and where its passage is: in `source`, and for news `record` and `place` in the record's text.

    The passage is in Unicode normal form C; `sha256` begins the hash of it. `answer` and `plausible` are characters of
    the passage, the end excluded; `answer` is None where the passage does not answer.
    """

    source: str
    record: str | None
    place: Span | None
    sha256: str
    question: str
    kind: str
    answer: Span | None
    plausible: Span | None

    def line(self) -> str:
        """The line of written.jsonl."""
        news = {} if self.place is None else {"id": self.record, "start": self.place[0], "end": self.place[1]}
        asked = {"sha256": self.sha256, "question": self.question, "kind": self.kind, "answer": self.answer}
        plausible = {} if self.plausible is None else {"plausible": self.plausible}
        return json.dumps({"source": self.source, **news, **asked, **plausible}, ensure_ascii=False)


def load_written(path: Path = WRITTEN_FILE) -> list[Written]:
    """The questions without their passages, in file order. Raises SettingsError or LoadError."""
    questions = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            questions.append(_parsed(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise LoadError(f"not a written question ({error!r})", where=f"{path}:{number}") from error
    return questions


def read_written(data: Path, path: Path = WRITTEN_FILE, *, but: Collection[str] = ()) -> list[Pair]:
    """The questions with their passages from the data folder, without those over news records whose ids are in `but`.

    Raises LoadError where a passage has changed.
    """
    questions = [question for question in load_written(path) if question.record not in but]
    passage_of = passages(questions, data)
    return [
        Pair(
            question.question,
            passage_of[question.source, question.sha256],
            "answer" if question.answer else "adversarial",
            question.answer,
            question.plausible,
            WRITTEN_ENGLISH if language_of(question.question) == "en" else "written",
        )
        for question in questions
    ]


def passages(questions: Iterable[Written], data: Path) -> dict[tuple[str, str], str]:
    """(source, hash) -> passage of every question. Raises SettingsError for a missing file, LoadError as above."""
    wanted = {(one.source, one.sha256): one for one in questions}
    found: dict[tuple[str, str], str] = {}
    for source in sorted({source for source, _ in wanted}):
        mine = [one for one in wanted.values() if one.source == source]
        for text in news_passages(_places(mine), data) if source == NEWS else _contexts(data / f"{source}.json.gz"):
            found[source, digest(text)] = text
    if missing := wanted.keys() - found.keys():
        source, sha256 = min(missing)
        raise LoadError(
            f"{len(missing)} passages are missing or not those that the questions were written on ({sha256} …)",
            where=str(data / source),
            remedy="Use the data folder that the questions were written on",
        )
    return found


def converted(folder: Path, refused: Callable[[str], None]) -> Iterator[Written]:
    """The questions of all packs in a folder: PACK.written.jsonl over the passages of PACK.passages.jsonl.

    A line that is no JSON, repeats a question, or whose answer does not stand in its passage is told to `refused` and
    left out. Raises SettingsError for a file that cannot be read.
    """
    packs = sorted(folder.glob("*.written.jsonl"))
    if not packs:
        raise SettingsError("no *.written.jsonl here", where=str(folder), remedy="Name the folder of the packs")
    seen: set[tuple[str, str]] = set()
    for pack in packs:
        places = pack.with_name(pack.name.replace(".written.", ".passages."))
        passage_of = {record["n"]: record for record in map(json.loads, read_text(places).splitlines())}
        for number, line in enumerate(read_text(pack).splitlines(), 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                written = _converted(record, passage_of[record["p"]])
            except (ValueError, KeyError, TypeError) as error:
                refused(f"{pack.name}:{number}: {error}")
                continue
            if (written.sha256, written.question) in seen:
                refused(f"{pack.name}:{number}: asked before")
                continue
            seen.add((written.sha256, written.question))
            yield written


def _converted(record: Mapping[str, Any], place: Mapping[str, Any]) -> Written:
    passage = nfc(place["passage"])
    answer = _found(passage, record["a"], record.get("nth", 1)) if record.get("a") else None
    misleading = None if answer else record.get("plausible")
    news = _NEWS_PLACE.fullmatch(place["ref"])
    return Written(
        source=NEWS if news else _PACK_SOURCES[place["ref"]],
        record=news["id"] if news else None,
        place=(int(news["start"]), int(news["end"])) if news else None,
        sha256=digest(passage),
        question=nfc(record["q"].strip()),
        kind=record["k"],
        answer=answer,
        plausible=_found(passage, misleading, record.get("nth", 1)) if misleading else None,
    )


def _found(passage: str, text: str, nth: int) -> Span:
    start = -1
    for _ in range(nth):
        start = passage.find(nfc(text), start + 1)
        if start < 0:
            raise ValueError(f"{text!r} does not stand in the passage {nth} times")
    return start, start + len(nfc(text))


def _parsed(record: Mapping[str, Any]) -> Written:
    def span(value: Any) -> Span | None:
        if value is None:
            return None
        start, end = value
        if not 0 <= start < end:
            raise ValueError(f"no place: {value}")
        return start, end

    return Written(
        record["source"],
        record.get("id"),
        span([record["start"], record["end"]]) if "id" in record else None,
        record["sha256"],
        record["question"],
        record["kind"],
        span(record["answer"]),
        span(record.get("plausible")),
    )


def _contexts(path: Path) -> Iterator[str]:
    for context in dict.fromkeys(passage for passage, _ in squad_questions(path)):
        yield nfc(context)


def _places(questions: Iterable[Written]) -> dict[str, list[Span]]:
    places: dict[str, list[Span]] = {}
    for question in questions:
        if question.record is not None and question.place is not None:
            places.setdefault(question.record, []).append(question.place)
    return places


def news_passages(places: Mapping[str, Sequence[Span]], data: Path) -> Iterator[str]:
    """The passages at these places of the news records of these ids, in file order. Raises SettingsError."""
    for record in news_records(data):
        for start, end in places.get(str(record["id"]), ()):
            yield nfc(record["text"][start:end])


def news_records(data: Path) -> Iterator[dict[str, Any]]:
    """The records of the news, with `id`, `title` and `text`, in file order. Raises SettingsError."""
    path = data / f"{NEWS}.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except OSError as error:
        raise SettingsError(
            f"cannot be read ({error.strerror or error})", where=str(path), remedy="Name the data folder with --data"
        ) from error
