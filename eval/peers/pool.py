"""The passages and questions that all peers are given, and which passages are right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval.forms import without_diacritics
from eval.pools import read_distractors, read_news, read_set, read_squad
from eval.sets_io import load_set
from eval.spans import resolve_spans
from rag.chunk import chunk_article
from rag.clean import clean
from rag.config import ChunkSettings
from rag.datatypes import Article
from rag.errors import SettingsError
from rag.loading.encodings import normalise
from rag.loading.stated import parse_date
from rag.vietnamese import nfc

SETS = {
    "viquad1": ("reader_train/viquad1_vi", "reader_dev/viquad1_vi"),
    "viquad1 dev": ("reader_dev/viquad1_vi",),
    "news dev": ("reader_dev/news_vi",),
}
# Questions as people type them, over dated news: names in other spellings, slips of the keyboard, other words.
DATED = "dated"
DATED_SET = Path(__file__).parents[1] / "sets" / "dated.jsonl"

FORMS: dict[str, Callable[[str], str]] = {"as written": str, "no diacritics": without_diacritics}


@dataclass(frozen=True, slots=True)
class PeerPassage:
    """A passage of the pool; `title` and `published_on` are those of its article, where it has them."""

    id: str
    title: str | None
    text: str
    published_on: date | None = None


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

    `names` are keys of `SETS`, `DATED`, or SQuAD-format files. A passage is right if it holds the whole answer (of
    `DATED`: a sentence that states it); the same text is taken once. `limit` is the number of questions of each file,
    taken at even distances. Raises SettingsError.
    """
    sets = {name: SETS.get(name, (name,)) for name in names}
    passages: dict[str, PeerPassage] = {}
    questions: list[PeerQuestion] = []
    for file in dict.fromkeys(file for files in sets.values() for file in files):
        asked = list(_asked(passages, data, file, titles=titles))
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


def _asked(
    passages: dict[str, PeerPassage], data: Path, file: str, *, titles: bool
) -> Iterator[tuple[str, frozenset[str]]]:
    """The questions of a file with the ids of the right passages; its passages are added."""
    if file == DATED:
        yield from _asked_of_dated(passages, data, titles=titles)
        return
    known = any(file in files for files in SETS.values())
    for passage in read_set(data, file) if known else read_squad(Path(file)):
        cut = _cut(passages, nfc(passage.text), passage.title if titles else None)
        for question, start, end in passage.asked:
            first, last = len(nfc(passage.text[:start])), len(nfc(passage.text[:end]))
            right = frozenset(one for one, (begin, stop) in cut.items() if begin <= first and last <= stop)
            yield nfc(question), right


def _asked_of_dated(
    passages: dict[str, PeerPassage], data: Path, *, titles: bool
) -> Iterator[tuple[str, frozenset[str]]]:
    """The questions that stand alone, over all passages of the articles that hold their evidence."""
    asked = [one for one in load_set(DATED_SET) if not one.history and one.today is None and len(one.answers) == 1]
    named = {item.file for question in asked for item in question.evidence}
    records = {record["id"]: record for record in read_news(data, "dated") if record["id"] in named}
    texts = {name: normalise(record["text"]) for name, record in records.items()}
    cut: dict[str, dict[str, tuple[int, int]]] = {}
    bodies: dict[str, str] = {}
    for name, record in records.items():
        title = nfc(record["title"])
        bodies[name] = clean(texts[name], stated_title=title).text
        cut[name] = _cut(passages, bodies[name], title if titles else None, day=parse_date(record["date"]))
    for question in resolve_spans(asked, {name: [text] for name, text in texts.items()}):
        right = frozenset(
            one
            for item in question.evidence
            for one, (begin, stop) in cut.get(item.file, {}).items()
            if item.quote and item.quote in bodies[item.file][begin:stop]
        )
        yield question.question, right


def write_pool(pool: PeerPool, folder: Path) -> tuple[Path, Path]:
    """passages.jsonl and questions.jsonl in a folder named by their content, so that equal pools share one."""
    passages = _as_lines(
        {
            "id": one.id,
            **({"title": one.title} if one.title else {}),
            **({"published_on": one.published_on.isoformat()} if one.published_on else {}),
            "text": one.text,
        }
        for one in pool.passages
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
    passages: dict[str, PeerPassage],
    text: str,
    title: str | None,
    *,
    most: int | None = None,
    day: date | None = None,
) -> dict[str, tuple[int, int]]:
    """Add a text's first `most` passages; their ids with the places they take in the text."""
    article = Article("", "", title or "", title is not None, text, "")
    places = {}
    for chunk in chunk_article(article, ChunkSettings())[:most]:
        piece = text[chunk.start : chunk.end]
        passage = passages.setdefault(piece, PeerPassage(f"p{len(passages):05d}", title, piece, day))
        places[passage.id] = chunk.start, chunk.end
    return places


def _spread(count: int, limit: int | None) -> list[int]:
    """At most `limit` of the numbers below `count`, at even distances."""
    if limit is None or limit >= count:
        return list(range(count))
    return [at * count // limit for at in range(limit)]


def _as_lines(records: Iterable[dict[str, str]]) -> str:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
