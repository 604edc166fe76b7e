"""Sentences with a text that they follow from or not; those written by hand are kept without their texts.

A line of written.jsonl names the sentences of the news that it was written on by record, place and the beginning of
their SHA-256: they belong to others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eval.asked import read_text
from eval.reader.pairs import Span, digest
from eval.reader.written import news_passages
from rag.errors import LoadError, SettingsError
from rag.sentences import sentences
from rag.vietnamese import nfc

WRITTEN_FILE: Final = Path(__file__).with_name("written.jsonl")
_MOST_COPIED: Final = 20

WRITTEN: Final = "written"
TRAINING, DEVELOPMENT, TEST = "training", "development", "test"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, a text, and whether the one follows from the other. `kind` says how it came about."""

    sentence: str
    text: str
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence written by hand over sentences of the news at `place` of `record`; `sha256` begins their hash."""

    part: str
    record: str
    place: Span
    sha256: str
    sentence: str
    supported: bool
    kind: str


def load_written(path: Path = WRITTEN_FILE) -> list[Written]:
    """The sentences without their texts, in file order. Raises SettingsError or LoadError."""
    found = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            found.append(_parsed(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise LoadError(f"not a written sentence ({error!r})", where=f"{path}:{number}") from error
    return found


def read_written(data: Path, part: str, path: Path = WRITTEN_FILE) -> list[Example]:
    """The sentences of a part with their texts from the data folder. Raises LoadError where a text has changed."""
    written = [one for one in load_written(path) if one.part == part]
    text_of = _texts(written, data)
    return [Example(one.sentence, " ".join(text_of[one.sha256]), one.supported, WRITTEN) for one in written]


def evidence_of(data: Path, part: str, path: Path = WRITTEN_FILE) -> list[tuple[Written, tuple[str, ...]]]:
    """The sentences of a part, each with the single sentences of its text. Raises as `read_written` does."""
    written = [one for one in load_written(path) if one.part == part]
    text_of = _texts(written, data)
    return [(one, text_of[one.sha256]) for one in written]


def _texts(written: Iterable[Written], data: Path) -> dict[str, tuple[str, ...]]:
    places: dict[str, list[Span]] = {}
    wanted = {one.sha256: one for one in written}
    for one in wanted.values():
        places.setdefault(one.record, []).append(one.place)
    found = {
        digest(text): tuple(text[span.start : span.end] for span in sentences(text))
        for text in news_passages(places, data)
    }
    if missing := wanted.keys() - found.keys():
        raise LoadError(
            f"{len(missing)} texts are missing or not those that were written on ({min(missing)} …)",
            where=str(data),
            remedy="Use the data folder that the sentences were written on",
        )
    return found


def converted(packs: Path, parts: dict[str, str]) -> list[str]:
    """Lines of written.jsonl from packs: PACK.pairs.jsonl over PACK.passages.jsonl, each pack in the part named.

    Sentences that copy their text are left out: texts belong to others, and near copies are made anyway. Raises
    SettingsError where a pack is missing, LoadError for a line that is not of this form.
    """
    lines = []
    for pack, part in parts.items():
        passages = packs / f"{pack}.passages.jsonl"
        passage_of = {record["n"]: record for record in map(json.loads, read_text(passages).splitlines())}
        for number, line in enumerate(read_text(packs / f"{pack}.pairs.jsonl").splitlines(), 1):
            try:
                record = json.loads(line)
                place = passage_of[record["n"]]
                # The hash is that of the record's text at this place.
                fields = {
                    "part": part,
                    "id": place["id"],
                    "start": place["start"],
                    "end": place["end"],
                    "sha256": place["sha256"],
                    "sentence": nfc(record["s"].strip()),
                    "supported": record["ok"],
                    "kind": record["k"],
                }
                _parsed(fields)
                copied = _copies(fields["sentence"], " ".join(place["sentences"]))
            except (ValueError, KeyError, TypeError) as error:
                raise LoadError(f"not a pair ({error!r})", where=f"{pack}:{number}") from error
            if not copied:
                lines.append(json.dumps(fields, ensure_ascii=False))
    if not lines:
        raise SettingsError("no packs", where=str(packs), remedy="Name the folder of the packs")
    return lines


def _copies(sentence: str, text: str) -> bool:
    """Whether a sentence stands in the text as it is, or so many of its syllables in a row."""
    words, text = sentence.rstrip(".").lower().split(), text.lower()
    most = min(len(words), _MOST_COPIED)
    return any(" ".join(words[at : at + most]) in text for at in range(len(words) - most + 1))


def _parsed(record: dict[str, Any]) -> Written:
    start, end = record["start"], record["end"]
    if not 0 <= start < end or not isinstance(record["supported"], bool) or not record["sentence"]:
        raise ValueError("no place, verdict or sentence")
    if record["part"] not in (TRAINING, DEVELOPMENT, TEST):
        raise ValueError(f"no such part: {record['part']!r}")
    return Written(
        record["part"],
        str(record["id"]),
        (start, end),
        record["sha256"],
        record["sentence"],
        record["supported"],
        record["kind"],
    )
