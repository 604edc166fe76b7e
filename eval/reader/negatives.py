"""Passages that the product's own search finds for a question and that do not answer it: what a reader meets most."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eval.asked import read_text
from eval.reader.pairs import Pair, digest, read_squad, train_file
from rag import vietnamese
from rag.config import load_settings
from rag.errors import LoadError, SettingsError
from rag.pipeline import Engine, build, open_engine, search

ASKED: Final = ("viquad1_vi", "news_vi", "wiki_vi", "law_vi", "regulation_vi")
POOLED: Final = (*ASKED, "viquad2_unanswerable_vi")
DISTRACTORS: Final = 600
HITS: Final = 12
KEPT: Final = 6
_RECORDS_SEED, _QUESTIONS_SEED = 3, 5
_TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class Mined:
    """A question and passages that were found for it, best first; never empty."""

    text: str
    passages: tuple[str, ...]


def mine_training(data: Path, out: Path, work: Path, say: Callable[[str], None]) -> None:
    """Search for every answerable Vietnamese training question among all training passages and 600 news articles.

    Writes `out` when all is done; the library is built in `work`. Raises RagError.
    """
    asked = [pair for name in ASKED for pair in read_squad(train_file(data, name)) if pair.kind == "answer"]
    pooled = [pair.passage for name in POOLED for pair in read_squad(train_file(data, name))]
    random.Random(_QUESTIONS_SEED).shuffle(asked)  # noqa: S311 (an order, no secret)
    with open_pool(pooled, data, work, say) as engine:
        write_mined(mine(engine, asked, say), out)


def open_pool(passages: Iterable[str], data: Path, work: Path, say: Callable[[str], None]) -> Engine:
    """A library of the passages, each an article, among other news. Raises RagError."""
    work.mkdir(parents=True, exist_ok=True)
    # Only searched: the reader that is trained on what is found need not be there yet.
    settings = load_settings(None, {"load.min_article_chars": 0, "answer.reader": "sentences"})
    corpus = work / "pool.jsonl"
    with corpus.open("w", encoding="utf-8") as file:
        for text in dict.fromkeys(passages):
            file.write(json.dumps({"id": digest(text), "text": text}, ensure_ascii=False) + "\n")
        for record in _distractors(data):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    say("indexing the passages")
    build([corpus], work / "library", settings, prune=True)
    return open_engine(work / "library", settings)


def mine(engine: Engine, asked: Sequence[Pair], say: Callable[[str], None]) -> Iterator[Mined]:
    """The best passages for each question, without those of its own passage and those that hold its answer's words."""
    started = time.monotonic()
    for number, pair in enumerate(asked, 1):
        answer = _folded(pair.passage[slice(*pair.answer)]) if pair.answer else pair.passage
        hits = search(engine, pair.question, k=HITS, as_typed=True).hits
        own = f"#{digest(pair.passage)}"
        others = [hit.text for hit in hits if not hit.source.endswith(own) and answer not in _folded(hit.text)]
        if others:
            yield Mined(pair.question, tuple(others[:KEPT]))
        if number % _TOLD_EVERY == 0:
            say(f"{number} of {len(asked)} questions searched, {number / (time.monotonic() - started):.0f} a second")


def write_mined(mined: Iterable[Mined], path: Path) -> None:
    """One JSON object a line. The file is whole or not there."""
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        for one in mined:
            file.write(json.dumps({"question": one.text, "passages": one.passages}, ensure_ascii=False) + "\n")
    draft.replace(path)


def read_mined(path: Path) -> list[Mined]:
    """The questions of a file, in its order. Raises SettingsError where it is missing, LoadError for another format."""
    if not path.is_file():
        raise SettingsError("no such file", where=str(path), remedy="Make it with: python -m eval.reader negatives")
    try:
        records = [json.loads(line) for line in read_text(path).splitlines()]
        return [Mined(record["question"], tuple(record["passages"])) for record in records]
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError(f"not mined passages ({error!r})", where=str(path), remedy="Mine them again") from error


def _distractors(data: Path) -> list[dict[str, str]]:
    path = data / "news/large.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
    except OSError as error:
        raise SettingsError(
            f"cannot be read ({error.strerror or error})", where=str(path), remedy="Name the data folder with --data"
        ) from error
    random.Random(_RECORDS_SEED).shuffle(records)  # noqa: S311
    return [
        {"id": f"large-{record['id']}", "title": record["title"], "text": f"{record['sapo']}\n{record['text']}"}
        for record in records[:DISTRACTORS]
    ]


def _folded(text: str) -> str:
    return " ".join(vietnamese.fold(text).split())
