"""The passages and questions that all peers are given, and which passages are right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.pools import read_distractors, read_set, read_squad
from rag.chunk import chunk_article
from rag.config import ChunkSettings
from rag.datatypes import Article
from rag.errors import SettingsError
from rag.vietnamese import fold, nfc

SETS = {
    "viquad1": ("reader_train/viquad1_vi", "reader_dev/viquad1_vi"),
    "viquad1 dev": ("reader_dev/viquad1_vi",),
    "news dev": ("reader_dev/news_vi",),
}
FORMS: dict[str, Callable[[str], str]] = {"as written": str, "no diacritics": fold}


@dataclass(frozen=True, slots=True)
class PeerPassage:
    """A passage of the pool; `title` is that of its article, where it has one."""

    id: str
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PeerQuestion:
    """A question in one of the `FORMS`, and the ids of the passages that hold its answer."""

    id: str
    file: str
    form: str
    text: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class PeerPool:
    """What is searched and asked. `sets` tells which files make up a set by its name."""

    passages: tuple[PeerPassage, ...]
    questions: tuple[PeerQuestion, ...]
    sets: dict[str, tuple[str, ...]]

    def asked(self, name: str, form: str) -> list[PeerQuestion]:
        """The questions of a set in one form."""
        return [question for question in self.questions if question.file in self.sets[name] and question.form == form]


def read_pool(
    data: Path, names: Sequence[str], *, distractors: int, titles: bool = True, limit: int | None = None
) -> PeerPool:
    """The sets' passages among the first passages of news articles, cut as the product cuts them.

    `names` are keys of `SETS` or SQuAD-format files. A passage is right if it holds the whole answer; the same text is
    taken once. `limit` is the number of questions of each file, taken at even distances. Raises SettingsError.
    """
    sets = {name: SETS.get(name, (name,)) for name in names}
    passages: dict[str, PeerPassage] = {}
    questions: list[PeerQuestion] = []
    for file in dict.fromkeys(file for files in sets.values() for file in files):
        known = any(file in files for files in SETS.values())
        asked: list[tuple[str, frozenset[str]]] = []
        for passage in read_set(data, file) if known else read_squad(Path(file)):
            cut = _cut(passages, nfc(passage.text), passage.title if titles else None)
            for question, start, end in passage.asked:
                first, last = len(nfc(passage.text[:start])), len(nfc(passage.text[:end]))
                right = frozenset(one for one, (begin, stop) in cut.items() if begin <= first and last <= stop)
                asked.append((nfc(question), right))
        for number in _spread(len(asked), limit):
            text, right = asked[number]
            questions += [
                PeerQuestion(f"{file}:{number}:{form}", file, form, change(text), right)
                for form, change in FORMS.items()
            ]
    if not questions:
        raise SettingsError("no questions with answers", where=", ".join(names), remedy="Name other sets with --set")
    for title, text in read_distractors(data, distractors):
        _cut(passages, nfc(text), nfc(title) if titles else None, most=1)
    return PeerPool(tuple(passages.values()), tuple(questions), sets)


def write_pool(pool: PeerPool, folder: Path) -> tuple[Path, Path]:
    """passages.jsonl and questions.jsonl in a folder named by their content, so that equal pools share one."""
    passages = _as_lines(
        {"id": one.id, **({"title": one.title} if one.title else {}), "text": one.text} for one in pool.passages
    )
    questions = _as_lines({"id": one.id, "text": one.text} for one in pool.questions)
    digest = hashlib.sha256(f"{passages}\0{questions}".encode()).hexdigest()[:16]
    target = folder / digest
    target.mkdir(parents=True, exist_ok=True)
    files = target / "passages.jsonl", target / "questions.jsonl"
    for path, content in zip(files, (passages, questions), strict=True):
        path.write_text(content, encoding="utf-8")
    return files


def _cut(
    passages: dict[str, PeerPassage], text: str, title: str | None, most: int | None = None
) -> dict[str, tuple[int, int]]:
    """Add a text's first `most` passages; their ids with the places they take in the text."""
    article = Article("", "", title or "", title is not None, text, "")
    places = {}
    for chunk in chunk_article(article, ChunkSettings())[:most]:
        piece = text[chunk.start : chunk.end]
        passage = passages.setdefault(piece, PeerPassage(f"p{len(passages):05d}", title, piece))
        places[passage.id] = chunk.start, chunk.end
    return places


def _spread(count: int, limit: int | None) -> list[int]:
    """At most `limit` of the numbers below `count`, at even distances."""
    if limit is None or limit >= count:
        return list(range(count))
    return [at * count // limit for at in range(limit)]


def _as_lines(records: Iterable[dict[str, str]]) -> str:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
