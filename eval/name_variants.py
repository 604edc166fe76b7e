"""What other spellings of names do to retrieval: `python -m eval.name_variants`.

Two questions are asked of the pools of `eval.retrieval_pool`. Does looking for other spellings harm questions as they
stand? And does it help where a name of the question is replaced by a spelling that the right article does not hold?
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.retrieval_pool import DEPTH, Figures, Pool, PoolQuestion, figures, first_right
from eval.vector_cache import CachedEmbedder
from rag.abbreviations import Abbreviations
from rag.config import EmbedSettings, RetrieveSettings
from rag.datatypes import Scored
from rag.dense import DenseIndex
from rag.embed import open_embedder
from rag.fuse import fuse_standardised
from rag.lexical import LexicalIndex
from rag.names import Names
from rag.naming.lookup import NameLookup
from rag.naming.place import Place, Standing, standing_of
from rag.naming.table import Spelling, shipped_rows
from rag.naming.words import words_of
from rag.vietnamese import nfc, syllables

_EXCLUDED_KINDS = frozenset(("term", "unit", "guard"))
_LOOSE_MARKS = frozenset("<-?~*")


@dataclass(frozen=True, slots=True)
class Respelled:
    """A question in which one name is spelled otherwise than the article with the answer ever does."""

    question: PoolQuestion
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose right passage came to or left the first place, with what was looked for besides."""

    text: str
    before: int | None
    after: int | None
    wordings: str


class Searcher:
    """Both legs and their fusion over a pool, with and without other spellings."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.lexical = LexicalIndex.open(pool.library)
        self.dense = DenseIndex.open(pool.library)
        self.names = Names(self.lexical.frequency, abbreviations=Abbreviations.open(pool.library))
        self.weight = RetrieveSettings().dense_weight

    def ranks(self, texts: Sequence[str], right: Sequence[frozenset[int]], *, expand: bool) -> list[list[int | None]]:
        """The ranks of the first right passage by the lexical leg, the dense leg, and both."""
        asked = [self.names.worded(text) if expand else (text, ()) for text in texts]
        by_meaning = [
            self.dense.search(vector, DEPTH) for vector in self.pool.embed([text for text, _ in asked], "queries")
        ]
        by_terms = [self.lexical.search(text, DEPTH, alternatives=groups) for text, groups in asked]
        fused: list[list[Scored]] = [
            fuse_standardised(dense, lexical, self.weight) for dense, lexical in zip(by_meaning, by_terms, strict=True)
        ]
        return [
            [first_right(results, keys) for results, keys in zip(leg, right, strict=True)]
            for leg in (by_terms, by_meaning, fused)
        ]


def other_spelling(lookup: NameLookup, question: str, article: str) -> str | None:
    """The question with its first name in another strict spelling that the article lacks; None if there is none.

    The article must hold the name as the question has it. Which spelling is taken depends on the texts alone.
    """
    place = Place(words_of(question))
    held = f" {' '.join(syllables(article))} "
    at = 0
    while at < len(place.words):
        end, spellings = _recognised(lookup, place, at)
        typed = " ".join(word.syllable for word in place.words[at:end])
        if spellings and f" {typed} " in held:
            clean = [
                spelling.text
                for spelling in spellings
                if not _LOOSE_MARKS.intersection(spelling.marks)
                and f" {spelling.key} " not in held
                and typed not in spelling.key
                and spelling.key not in typed
            ]
            if clean:
                chosen = min(clean, key=lambda text: hashlib.sha256(f"{question}{text}".encode()).digest())
                last = place.words[end - 1]
                return nfc(question)[: place.words[at].start] + chosen + nfc(question)[last.start + len(last.surface) :]
        at = end
    return None


def _recognised(lookup: NameLookup, place: Place, at: int) -> tuple[int, list[Spelling]]:
    """Where the longest name at a place ends (or the next word begins), and its row's spellings if it stands alone."""
    for length in lookup.lengths(place.words[at].syllable):
        end = at + length
        key = " ".join(word.syllable for word in place.words[at:end])
        entries = [entry for entry in lookup.entries(key) if end <= len(place.words) and place.fits(entry, at, end)]
        if entries:
            alone = [
                entry
                for entry in entries
                if entry.row.kind not in _EXCLUDED_KINDS and standing_of(place, entry, at, end) is Standing.ALONE
            ]
            return end, [spelling for entry in alone for spelling in entry.row.spellings]
    return at + 1, []


def respelled(pool: Pool, questions: Sequence[PoolQuestion]) -> Iterator[Respelled]:
    """The questions that can be asked with another spelling of their first name."""
    lookup = NameLookup(shipped_rows())
    for question in questions:
        if question.right:
            chunk = pool.library.chunks([min(question.right)])[min(question.right)]
            article = pool.library.article(chunk.article_id)
            text = other_spelling(lookup, question.text, f"{article.title}\n{article.text}")
            if text is not None:
                yield Respelled(question, text)


def measure(searcher: Searcher, questions: Sequence[PoolQuestion]) -> tuple[list[tuple[str, Figures]], list[Change]]:
    """Figures by way of asking and leg, and the questions as they stand whose first place changed."""
    rows: list[tuple[str, Figures]] = []

    def add(way: str, ranks: list[list[int | None]]) -> list[int | None]:
        rows.extend((f"{way}, {leg}", figures(of)) for leg, of in zip(("BM25", "dense", "both"), ranks, strict=True))
        return ranks[-1]

    texts, right = [question.text for question in questions], [question.right for question in questions]
    before = add("as written", searcher.ranks(texts, right, expand=False))
    after = add("as written, expanded", searcher.ranks(texts, right, expand=True))
    changes = [
        Change(text, old, new, _told(searcher.names, text))
        for text, old, new in zip(texts, before, after, strict=True)
        if (old == 1) != (new == 1)
    ]
    others = list(respelled(searcher.pool, questions))
    right = [other.question.right for other in others]
    name = f"respelled ({len(others)})"
    add(f"{name}, before respelling", searcher.ranks([o.question.text for o in others], right, expand=False))
    add(name, searcher.ranks([other.text for other in others], right, expand=False))
    add(f"{name}, expanded", searcher.ranks([other.text for other in others], right, expand=True))
    return rows, changes


def _told(names: Names, text: str) -> str:
    words = syllables(text)
    return "; ".join(
        f"{' '.join(words[group.start : group.end])}: {', '.join(wording.text for wording in group.wordings)}"
        for group in names.alternatives(text)
    )


def as_markdown(name: str, rows: Sequence[tuple[str, Figures]], changes: Sequence[Change]) -> str:
    """One table a set, and the changed questions."""
    lines = [f"### {name}", "", "| | R@1 | R@5 | R@10 | MRR@10 |", "|---|---|---|---|---|"]
    lines += [f"| {way} | {f.r1:.4f} | {f.r5:.4f} | {f.r10:.4f} | {f.mrr10:.4f} |" for way, f in rows]
    lines += [
        "",
        *(f"- {change.before} to {change.after}: {change.text} ({change.wordings})" for change in changes),
        "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.name_variants", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with reader_* and news")
    parser.add_argument("--vectors", type=Path, help="folder in which vectors are kept from run to run")
    parser.add_argument("--distractors", type=int, default=2000, help="news articles added to the pool")
    parser.add_argument("--out", type=Path, help="write the tables there as well")
    options: Any = parser.parse_args(arguments)
    with (
        CachedEmbedder(open_embedder(EmbedSettings()), options.vectors) as embedder,
        Pool(options.data, embedder, None, options.distractors) as pool,
    ):
        searcher = Searcher(pool)
        tables = [as_markdown(name, *measure(searcher, of)) for name, of in pool.questions.items()]
    report = "\n".join(tables)
    print(report)  # noqa: T201
    if options.out is not None:
        options.out.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
