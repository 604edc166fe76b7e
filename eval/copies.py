"""Measure how reprints are recognised: `python -m eval.copies --data DIR`.

Three questions. Are edited articles recognised, and nothing else (one edit of every article of a half of the large news
file, all in one pool)? Are different reports of the same event left apart? What is merged in whole collections as they
are? Pairs that are merged there and do not have the very same words were judged by reading; the verdicts are in
`eval/sets/copies_judged.jsonl`, and a pair without one counts as wrong.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from eval.copies_edits import EDITS, Material, sentences_of
from rag.config import LoadSettings
from rag.copying.links import find_links, groups
from rag.copying.sketch import digest_of, sketch_bytes
from rag.copying.words import words_of
from rag.datatypes import RawArticle
from rag.errors import LoadError
from rag.load import to_article
from rag.vietnamese import nfc

JUDGED = Path(__file__).parent / "sets" / "copies_judged.jsonl"
COLLECTIONS = ("large", "dated", "same_event_clusters")
MIN_SYLLABLES = 60
SEED = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A text to be compared. `origin` is the id of the article it is or was made of."""

    id: str
    origin: str
    text: str


@dataclass(slots=True)
class Pool:
    """Texts put together with their copies: pairs of ids, smaller first, of one group."""

    same_words: set[tuple[str, str]] = field(default_factory=set)
    other: set[tuple[str, str]] = field(default_factory=set)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return self.same_words | self.other


@dataclass(frozen=True, slots=True)
class EditFigures:
    """Recall by edit as (recognised, made); pairs of the pool that are right, and those that are not."""

    recall: dict[str, tuple[int, int]]
    right: int
    wrong: list[tuple[str, str]]


def read_news(data: Path, name: str) -> Iterator[Sample]:
    """The articles of a collection, cleaned as when they are indexed; of a cluster, `<cluster>/<id>`."""
    with gzip.open(data / "news" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            for id_, title, text in _articles(record):
                try:
                    raw = RawArticle(source=id_, raw_sha256="", text=nfc(text), title=title and nfc(title))
                    yield Sample(id_, id_, to_article(raw, LoadSettings()).text)
                except LoadError:
                    continue


def _articles(record: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    if "docs" in record:
        for doc in record["docs"]:
            title = re.search(r"TITLE: (.+)", doc["info"])
            yield f"{record['cluster']}/{doc['id']}", title and title[1].replace("_", " "), doc["text"]
    else:
        lead = f"{record['sapo']}\n" if "sapo" in record else ""
        yield record["id"], record["title"], f"{lead}{record['text']}"


def pool_of(samples: list[Sample]) -> Pool:
    """The pairs that the product would put into one group."""
    by_digest: dict[bytes, list[Sample]] = {}
    sketches: dict[bytes, bytes] = {}
    for sample in samples:
        data = sketch_bytes(words_of(sample.text))
        by_digest.setdefault(digest_of(data), []).append(sample)
        sketches[digest_of(data)] = data
    words = lru_cache(4096)(lambda digest: words_of(by_digest[digest][0].text))
    found = groups(find_links(sketches, list(sketches), words))
    pool = Pool()
    for same in by_digest.values():
        pool.same_words.update(_pairs([sample.id for sample in same]))
    for group in found:
        pool.other.update(_pairs([sample.id for digest in group for sample in by_digest[digest]]))
    pool.other -= pool.same_words
    return pool


def _pairs(ids: list[str]) -> Iterator[tuple[str, str]]:
    return combinations(sorted(ids), 2)


def in_part(id_: str, part: str) -> bool:
    """Thresholds are chosen on the development half and reported on the held-out one."""
    held_out = hashlib.sha256(id_.encode()).digest()[0] % 2 == 1
    return held_out == (part == "held-out")


def measure_edits(articles: list[Sample], judged: dict[tuple[str, str], bool]) -> EditFigures:
    """Make one edit of each article and look for copies among all of them."""
    chance = random.Random(SEED)  # noqa: S311
    words = [word for article in articles[:300] for word in article.text.split()]
    edited: list[Sample] = []
    edit_of: dict[str, str] = {}
    for at, article in enumerate(articles):
        if len(article.text.split()) < MIN_SYLLABLES:
            continue
        other = articles[(at + chance.randrange(1, max(len(articles), 2))) % len(articles)]
        name = list(EDITS)[at % len(EDITS)]
        lead = sentences_of(other.text)[0]
        text = EDITS[name](article.text, Material(lead[:80], lead, words), chance)
        edited.append(Sample(f"{article.id} edited", article.id, text))
        edit_of[edited[-1].id] = name
    pool = pool_of([*articles, *edited])
    origin = {sample.id: sample.origin for sample in (*articles, *edited)}
    made = Counter(edit_of.values())
    recognised = Counter(edit_of[sample.id] for sample in edited if (sample.origin, sample.id) in pool.pairs)
    wrong = []
    for pair in sorted(pool.pairs):
        first, second = sorted(origin[id_] for id_ in pair)
        if first != second and (first, second) not in pool.same_words and not judged.get((first, second), False):
            wrong.append(pair)
    recall = {name: (recognised[name], made[name]) for name in EDITS}
    return EditFigures(recall, len(pool.pairs) - len(wrong), wrong)


def read_judged(collection: str) -> dict[tuple[str, str], bool]:
    """Verdicts by pair of ids, smaller first."""
    with JUDGED.open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return {
        (min(record["pair"]), max(record["pair"])): record["copy"]
        for record in records
        if record["collection"] == collection
    }


def _share(part: int, whole: int) -> str:
    return f"{part:6,} of {whole:6,}  {part / whole:.4f}" if whole else f"{part:6,} of {whole:6,}"


def _print_edits(figures: EditFigures, out: Callable[[str], None]) -> None:
    for name, (recognised, made) in figures.recall.items():
        out(f"  {name:52}{_share(recognised, made)}")
    recognised, made = (sum(counts) for counts in zip(*figures.recall.values(), strict=True))
    out(f"  {'recall':52}{_share(recognised, made)}")
    out(f"  {'precision':52}{_share(figures.right, figures.right + len(figures.wrong))}")
    for one, other in figures.wrong:
        out(f"    not copies: {one} ~ {other}")


def _print_collection(name: str, samples: list[Sample], out: Callable[[str], None]) -> None:
    pool, judged = pool_of(samples), read_judged(name)
    copies = sum(judged.get(pair, False) for pair in pool.other)
    out(f"{name}: {len(samples):,} articles, {len(pool.pairs):,} pairs merged")
    if name == "same_event_clusters":
        clusters = Counter(sample.id.split("/")[0] for sample in samples)
        out(f"  pairs that tell of the same event: {sum(n * (n - 1) // 2 for n in clusters.values()):,}")
    out(f"  the very same words: {len(pool.same_words):,}; others: {len(pool.other):,}, judged copies: {copies:,}")
    for pair in sorted(pool.other):
        if not judged.get(pair, False):
            out(f"    {'not copies' if pair in judged else 'not judged'}: {pair[0]} ~ {pair[1]}")
    for pair, copy in sorted(judged.items()):
        if copy and pair not in pool.pairs:
            out(f"    judged copies, not merged: {pair[0]} ~ {pair[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.copies", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds news/")
    parser.add_argument("--part", choices=("held-out", "development"), default="held-out")
    parser.add_argument("--articles", type=int, default=None, help="edit only so many articles of the half")
    parser.add_argument("--edits-only", action="store_true", help="leave the whole collections out")
    arguments = parser.parse_args()
    large = list(read_news(arguments.data, "large"))
    half = [article for article in large if in_part(article.id, arguments.part)][: arguments.articles]
    print(f"one edit of each of {len(half):,} articles ({arguments.part} half), in one pool")  # noqa: T201
    _print_edits(measure_edits(half, read_judged("large")), print)
    if not arguments.edits_only:
        for name in COLLECTIONS:
            _print_collection(name, large if name == "large" else list(read_news(arguments.data, name)), print)


if __name__ == "__main__":
    main()
