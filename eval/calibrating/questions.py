"""The development questions that are asked, and the pool of passages and other news they are asked of."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.reader.pairs import WRITTEN_ENGLISH, digest
from eval.reader.written import HELD_APART, HELD_APART_FILE, read_written
from eval.sets_io import load_squad
from rag import vietnamese

SEED = 20221021
DISTRACTORS = 200
# (set, answerable questions, unanswerable questions). The unanswerable ones are adversarial: they keep the words of
# their passage, which is in the pool, and change what matters.
POOLED = (
    ("reader_dev/news_vi", 150, 150),
    ("reader_dev/viquad1_vi", 90, 0),
    ("reader_dev/viquad2_unanswerable_vi", 0, 52),
    (HELD_APART, 110, 80),
)
# Asked of their own passage alone. Mailong's unanswerable questions came with passages that a search engine found.
ALONE = (
    ("reader_dev/news_vi", 160, 160),
    ("reader_dev/viquad1_vi", 160, 0),
    ("reader_dev/viquad2_unanswerable_vi", 0, 52),
    ("reader_dev/mailong_vi", 141, 337),
    (HELD_APART, 150, 150),
)
# So many of the answerable ones are asked without diacritics as well.
UNACCENTED = 50

# A span that shares so much with an accepted answer, or holds all of one, is right.
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A development question. `passage` is the source of its passage in the pool, `text` that passage; `answers` are
    the accepted forms, none where the passage does not say."""

    id: str
    origin: str
    question: str
    passage: str
    text: str
    answers: tuple[str, ...]


def load_questions(data: Path, sources: Sequence[tuple[str, int, int]], scale: float) -> list[Question]:
    """A fixed sample of each set, in the order of the sets. Raises SettingsError or LoadError for unreadable sets."""
    chosen: list[Question] = []
    for name, answerable, unanswerable in sources:
        found = _held_apart(data) if name == HELD_APART else _squad(data, name)
        random.Random(SEED).shuffle(found)  # noqa: S311 (a sample, no secret)
        for wanted, most in ((True, answerable), (False, unanswerable)):
            chosen += [one for one in found if bool(one.answers) is wanted][: round(most * scale)]
    return chosen


def _squad(data: Path, name: str) -> list[Question]:
    passages, questions = load_squad(data / f"{name}.json.gz")
    texts = {passage.id: passage.text for passage in passages}
    place = _places(data / f"{name}.json.gz", {text: id_ for id_, text in texts.items()})
    return [
        Question(
            f"{name}/{question.id}",
            name.rpartition("/")[2],
            question.question,
            f"{name}/{place[question.id]}",
            texts[place[question.id]],
            question.answers[0] if question.answers else (),
        )
        for question in questions
        if question.id in place
    ]


def _held_apart(data: Path) -> list[Question]:
    """The written questions that nothing was trained on; those in English have an origin of their own."""
    pairs = read_written(data, HELD_APART_FILE)
    return [
        Question(
            f"{HELD_APART}/{number}",
            f"{HELD_APART}_en" if pair.origin == WRITTEN_ENGLISH else HELD_APART,
            pair.question,
            f"{HELD_APART}/{digest(pair.passage)}",
            pair.passage,
            (pair.passage[slice(*pair.answer)],) if pair.answer else (),
        )
        for number, pair in enumerate(pairs)
    ]


def write_pool(data: Path, corpus: Path) -> None:
    """The passages of all sets that are asked of the pool, and a sample of other news, once."""
    if corpus.exists():
        return
    draft = corpus.with_suffix(".draft")
    written: set[str] = set()
    with draft.open("w", encoding="utf-8") as out:
        for name, _, _ in POOLED:
            if name == HELD_APART:
                for id_, text in {one.passage: one.text for one in _held_apart(data)}.items():
                    out.write(json.dumps({"id": id_, "text": text}, ensure_ascii=False) + "\n")
                continue
            passages, _ = load_squad(data / f"{name}.json.gz")
            for passage in passages:
                record = {"id": f"{name}/{passage.id}", "text": passage.text}
                if " " in passage.title:
                    record["title"] = passage.title
                if passage.text not in written:
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
                written.add(passage.text)
        with gzip.open(data / "news/large.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        for record in random.Random(SEED).sample(records, min(DISTRACTORS, len(records))):  # noqa: S311
            kept = {"id": f"large/{record['id']}", "title": record["title"], "text": record["text"]}
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    draft.rename(corpus)


def is_right(said: str, answers: Sequence[str]) -> bool:
    """Whether a span gives one of the accepted answers: holds all of it, or shares half of the words with it."""
    mine = vietnamese.syllables(said)
    for answer in answers:
        wanted = vietnamese.syllables(answer)
        common = sum((Counter(mine) & Counter(wanted)).values())
        if common and (
            2 * common / (len(mine) + len(wanted)) >= _ALIKE or f" {' '.join(wanted)} " in f" {' '.join(mine)} "
        ):
            return True
    return False


def _places(path: Path, id_of: Mapping[str, str]) -> dict[str, str]:
    """Which passage each question is about, also where it has no answer; ids as `load_squad` makes them unique."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        topics = json.load(file)["data"]
    place: dict[str, str] = {}
    for topic in topics:
        for paragraph in topic["paragraphs"]:
            for asked in paragraph["qas"]:
                place.setdefault(asked["id"], id_of[vietnamese.nfc(paragraph["context"])])
    return place
