"""Measure the search legs and their fusion on one pool of passages: `python -m eval.retrieval_pool`.

The pool holds the passages of SQuAD-format question sets, cut, embedded and indexed as the product does it, among the
first passages of unrelated news. A passage is right if it holds the whole answer. Questions are asked as written and
without diacritics.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.pools import read_distractors, read_set
from rag.chunk import chunk_article, passage_text
from rag.config import ChunkSettings, EmbedSettings
from rag.datatypes import Article, Scored
from rag.dense import DenseIndex
from rag.embed import Embedder, open_embedder
from rag.fuse import fuse_standardised, reciprocal_rank_fusion
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.store.rows import Changes, Entry
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX, NORMALISER_VERSION, fold, nfc, sentences, syllables, terms

SETS = {
    "wikipedia": ("reader_train/viquad1_vi", "reader_dev/viquad1_vi"),
    "news": ("reader_train/news_vi",),
    "news dev": ("reader_dev/news_vi",),
}
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
BOOSTS = (0.0, 0.25, 0.5, 1.0, 2.0)
DEPTH = 50


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """A question and the keys of the chunks that hold its answer."""

    text: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall at 1, 5 and 10 and mean reciprocal rank at 10, averaged over questions."""

    r1: float
    r5: float
    r10: float
    mrr10: float


def syllable_terms(text: str) -> list[str]:
    """Syllables alone."""
    return syllables(text)


def accented_terms(text: str) -> list[str]:
    """Syllables and bigrams, without folded forms."""
    return [term for term in terms(text) if not term.startswith(FOLDED_PREFIX)]


def folded_terms(text: str) -> list[str]:
    """Folded syllables and bigrams alone."""
    return [term for term in terms(text) if term.startswith(FOLDED_PREFIX)]


def unigram_terms(text: str) -> list[str]:
    """Syllables and their folded forms, without bigrams."""
    return [term for term in terms(text) if BIGRAM_JOINT not in term]


VARIANTS: dict[str, Callable[[str], list[str]]] = {
    "syllables": syllable_terms,
    "syllables + folded": unigram_terms,
    "syllables + bigrams": accented_terms,
    "folded, with bigrams": folded_terms,
}


def figures(ranks: Sequence[int | None]) -> Figures:
    """Averages over the ranks (from 1) of the first right passage, None where none was found."""
    count = max(len(ranks), 1)

    def share(k: int) -> float:
        return sum(rank is not None and rank <= k for rank in ranks) / count

    reciprocal = sum(1 / rank for rank in ranks if rank is not None and rank <= 10)
    return Figures(share(1), share(5), share(10), reciprocal / count)


def first_right(results: Sequence[Scored], right: frozenset[int]) -> int | None:
    """The rank of the first right passage, from 1."""
    return next((rank for rank, item in enumerate(results, start=1) if item.key in right), None)


def as_article(source: str, title: str | None, text: str) -> Article:
    """An article as loading makes it: without a headline, its first sentence stands in."""
    first = sentences(text)[0].of(text) if text.strip() else ""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Article(digest[:16], source, nfc(title) if title else first, title is not None, text, digest)


class Pool(AbstractContextManager["Pool"]):
    """A library in a temporary folder with the questions asked of it; a context manager that removes it."""

    def __init__(self, data: Path, embedder: Embedder, vectors: Path | None, distractors: int) -> None:
        self.questions: dict[str, list[PoolQuestion]] = {}
        self._embedder, self._vectors = embedder, vectors
        self._folder = tempfile.TemporaryDirectory()
        self.library = Library.open(Path(self._folder.name), create=True)
        asked: dict[str, list[tuple[str, str, int, int]]] = {name: [] for name in SETS}
        articles: dict[str, Article] = {}
        for name, files in SETS.items():
            for file in files:
                for passage in read_set(data, file):
                    article = as_article(nfc(passage.text), passage.title, nfc(passage.text))
                    articles.setdefault(article.id, article)
                    asked[name] += [(text, article.id, start, end) for text, start, end in passage.asked]
        first_only = {
            article.id: article
            for title, text in read_distractors(data, distractors)
            if (article := as_article(nfc(text), title, nfc(text))).id not in articles
        }
        try:
            self._store([*articles.values()], [*first_only.values()])
        except BaseException:
            self.__exit__()
            raise
        keys = {article_id: self.library.chunk_keys(article_id) for article_id in articles}
        chunks = {article_id: self.library.chunks(of) for article_id, of in keys.items()}
        for name, of_set in asked.items():
            self.questions[name] = [
                PoolQuestion(
                    nfc(text),
                    frozenset(key for key, chunk in chunks[of].items() if chunk.start <= start and end <= chunk.end),
                )
                for text, of, start, end in of_set
            ]

    def __exit__(self, *_: object) -> None:
        self.library.close()
        self._folder.cleanup()

    def _store(self, whole: list[Article], first_only: list[Article]) -> None:
        entries = [(article, chunk_article(article, ChunkSettings())) for article in whole]
        entries += [(article, chunk_article(article, ChunkSettings())[:1]) for article in first_only]
        texts = [passage_text(article, chunk) for article, chunks in entries for chunk in chunks]
        vectors = self.embed(texts, "passages")
        at = 0
        with self.library.writer() as writer:
            writer.adopt(self._embedder.identity, NORMALISER_VERSION)
            stored = []
            for article, chunks in entries:
                stored.append(Entry(article, article.id, "pool", "", chunks, vectors[at : at + len(chunks)]))
                at += len(chunks)
            writer.apply(Changes(entries=stored))

    def embed(self, texts: list[str], kind: str) -> NDArray[np.float32]:
        """The vectors of passages or queries, from the cache folder if they were computed before."""
        identity = "\0".join([kind, self._embedder.identity.weights_sha256, *texts])
        name = f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}.npy"
        if self._vectors is not None and (self._vectors / name).exists():
            cached: NDArray[np.float32] = np.load(self._vectors / name)
            return cached
        embed = self._embedder.embed_passages if kind == "passages" else self._embedder.embed_queries
        vectors = np.concatenate([embed(texts[at : at + 64]) for at in range(0, len(texts), 64)])
        if self._vectors is not None:
            self._vectors.mkdir(parents=True, exist_ok=True)
            np.save(self._vectors / name, vectors)
        return vectors


def measure(pool: Pool, *, limit: int | None = None) -> dict[str, dict[str, Figures]]:
    """Figures by question set and form, then by method."""
    dense = DenseIndex.open(pool.library)
    # Each variant replaces the files of the one before; one that is open stays readable.
    variants = {name: LexicalIndex.open(pool.library, analyse=analyse) for name, analyse in VARIANTS.items()}
    boosted = {boost: LexicalIndex.open(pool.library, title_boost=boost) for boost in BOOSTS}
    tables: dict[str, dict[str, Figures]] = {}
    for name, questions in pool.questions.items():
        chosen = questions[:limit]
        right = [question.right for question in chosen]
        for form, change in (("as written", str), ("no diacritics", fold)):
            asked = [change(question.text) for question in chosen]
            legs = [dense.search(vector, DEPTH) for vector in pool.embed(asked, "queries")]
            table: dict[str, Figures] = {}

            def add(
                method: str,
                results: Iterator[list[Scored]],
                into: dict[str, Figures] = table,
                right: list[frozenset[int]] = right,
            ) -> None:
                into[method] = figures([first_right(*pair) for pair in zip(results, right, strict=True)])

            add("dense", iter(legs))
            for variant, index in variants.items():
                add(f"BM25 {variant}", (index.search(text, DEPTH) for text in asked))
            for boost, index in boosted.items():
                lexical = [index.search(text, DEPTH) for text in asked]
                add(f"BM25 all, title ×{boost:g}", iter(lexical))
                for weight in WEIGHTS:
                    add(
                        f"title ×{boost:g}, z-scores, {weight:g} dense",
                        (fuse_standardised(*pair, weight) for pair in zip(legs, lexical, strict=True)),
                    )
                add(
                    f"title ×{boost:g}, reciprocal ranks",
                    (reciprocal_rank_fusion(pair) for pair in zip(legs, lexical, strict=True)),
                )
            tables[f"{name}, {form}"] = table
    return tables


def as_markdown(tables: dict[str, dict[str, Figures]]) -> str:
    """One table a question set and form."""
    lines: list[str] = []
    for name, table in tables.items():
        lines += [f"### {name}", "", "| | R@1 | R@5 | R@10 | MRR@10 |", "|---|---|---|---|---|"]
        lines += [
            f"| {method} | {f.r1:.3f} | {f.r5:.3f} | {f.r10:.3f} | {f.mrr10:.3f} |" for method, f in table.items()
        ]
        lines.append("")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.retrieval_pool", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with reader_* and news")
    parser.add_argument("--vectors", type=Path, help="folder in which vectors are kept from run to run")
    parser.add_argument("--distractors", type=int, default=1500, help="news articles added to the pool")
    parser.add_argument("--limit", type=int, help="questions of each set")
    parser.add_argument("--runtime", default="auto", help="how to embed, see `hoibao info`")
    parser.add_argument("--out", type=Path, help="write the tables there as well")
    options: Any = parser.parse_args(arguments)
    embedder = open_embedder(EmbedSettings(runtime=options.runtime))
    with Pool(options.data, embedder, options.vectors, options.distractors) as pool:
        report = as_markdown(measure(pool, limit=options.limit))
    print(report)  # noqa: T201
    if options.out is not None:
        options.out.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
