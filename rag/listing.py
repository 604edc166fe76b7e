"""The articles of a library as a list to look through: by words, day and newspaper, reprints folded together.

Reads no text: what words stand where is asked of the lexical index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from rag.datatypes import Filters
from rag.question import is_accented
from rag.store.rows import ArticleRow, date_of
from rag.store.selection import condition_of, placed_by_day
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX, fold, syllables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.copies import Copies
    from rag.lexical import LexicalIndex
    from rag.library import Library

Order = Literal["best", "newest", "oldest", "added"]

# Articles without a day come after all others, the last one stored first.
_ORDERS = {
    "newest": "published_on DESC, number DESC",
    "oldest": "published_on IS NULL, published_on, number DESC",
    "added": "generation DESC, number DESC",
}
_RANKED = 1_000
_QUOTED = re.compile(r'["“”«»]([^"“”«»]*)["“”«»]')


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is to hold. `words` must all stand in an article, and what is in quotation marks in a row.

    Typed with any diacritics they stand as typed, without any in whatever spelling. "best" is for words: what fits
    them best comes first.
    """

    words: str = ""
    filters: Filters = field(default_factory=Filters)
    order: Order = "newest"


@dataclass(frozen=True, slots=True)
class Listing:
    """The ids of `articles` articles in order; what reprints one of them stands in its group, the original first."""

    articles: int
    groups: tuple[tuple[str, ...], ...]
    numbers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """How many articles state this day, newspaper and host; None for what they do not state."""

    day: date | None
    outlet: str | None
    host: str | None
    articles: int


def list_articles(library: Library, lexical: LexicalIndex, copies: Copies, asked: Asked) -> Listing:
    """All that was asked for. Where the words hold no letter and no digit, they are taken for none."""
    order = asked.order if asked.order in _ORDERS else "newest"
    with library.snapshot():
        condition, values = condition_of(library, asked.filters)
        rows = library.select(
            f"SELECT number, id FROM articles WHERE {condition} ORDER BY {_ORDERS[order]}",  # noqa: S608
            values,
        )
        if wanted := _terms(asked.words):
            article_of = _articles_of_keys(library)
            holding = _holding(lexical, wanted, article_of)
            rows = [row for row in rows if row[0] in holding]
            if asked.order == "best":
                rows = _best_first(lexical, asked.words, rows, article_of)
    numbers = np.fromiter((number for number, _ in rows), dtype=np.int64, count=len(rows))
    return Listing(len(rows), _folded([id_ for _, id_ in rows], copies.group_of), numbers)


def rows_of(library: Library, article_ids: Sequence[str]) -> list[ArticleRow]:
    """These articles without their texts, in this order; ids that are not there are left out."""
    found = {
        row[0]: ArticleRow(row[0], row[1], row[2], bool(row[3]), date_of(row[4]), *row[5:])
        for row in library.select(
            "SELECT id, source, title, title_stated, published_on, outlet, url, chars, generation FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(article_ids)),),
        )
    }
    return [found[id_] for id_ in article_ids if id_ in found]


def places(library: Library, listing: Listing | None = None) -> list[Place]:
    """Where and when the articles appeared, of a list or of the whole library; in no order."""
    among = None if listing is None else listing.numbers.tolist()
    return [Place(date_of(day), outlet, host, count) for day, outlet, host, count in placed_by_day(library, among)]


# ---- words ----------------------------------------------------------------------------------------------------------


def _terms(words: str) -> list[list[str]]:
    """The terms of the lexical index that are wanted: each list must be held by one passage."""
    accented = is_accented(words)
    spell = (lambda syllable: syllable) if accented else fold
    prefix = "" if accented else FOLDED_PREFIX
    wanted: list[list[str]] = []
    for quoted in _QUOTED.findall(words):
        row = [spell(syllable) for syllable in syllables(quoted)]
        if len(row) > 1:
            wanted.append([prefix + BIGRAM_JOINT.join(pair) for pair in pairwise(row)])
    wanted += [[prefix + spell(syllable)] for syllable in dict.fromkeys(syllables(words))]
    return wanted


def _holding(
    lexical: LexicalIndex, wanted: Sequence[list[str]], article_of: Callable[[NDArray[np.int64]], NDArray[np.int64]]
) -> frozenset[int]:
    """The numbers of the articles that hold all that is wanted, the rarest first looked for."""
    held: frozenset[int] | None = None
    for terms in sorted(wanted, key=lambda terms: lexical.frequency(terms[0])):
        found = frozenset(np.unique(article_of(lexical.keys_with(terms))).tolist())
        held = found if held is None else held & found
        if not held:
            break
    return held or frozenset()


def _articles_of_keys(library: Library) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
    """From keys of passages to the numbers of their articles; keys of removed passages are left out."""
    ((keys, articles),) = library.select(
        "SELECT group_concat(key), group_concat(article) FROM (SELECT key, article FROM chunks ORDER BY key)"
    )
    known = np.fromstring(keys or "", dtype=np.int64, sep=",")
    numbers = np.fromstring(articles or "", dtype=np.int64, sep=",")

    def article_of(wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(known):
            return known
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        found: NDArray[np.int64] = numbers[at[known[at] == wanted]]
        return found

    return article_of


def _best_first(
    lexical: LexicalIndex,
    words: str,
    rows: list[tuple[int, str]],
    article_of: Callable[[NDArray[np.int64]], NDArray[np.int64]],
) -> list[tuple[int, str]]:
    """By the best passage of each; beyond those looked at, in the order that the rows have."""
    ranks: dict[int, int] = {}
    for scored in lexical.search(words, _RANKED):
        for number in article_of(np.array([scored.key])).tolist():
            ranks.setdefault(number, len(ranks))
    return sorted(rows, key=lambda row: ranks.get(row[0], len(ranks)))


def _folded(ids: Sequence[str], group_of: Callable[[str], tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Each group at the place of its first article."""
    passing = set(ids)
    seen: set[str] = set()
    groups = []
    for id_ in ids:
        if id_ not in seen:
            group = tuple(other for other in group_of(id_) if other in passing) or (id_,)
            seen.update(group)
            groups.append(group)
    return tuple(groups)
