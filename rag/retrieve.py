"""From a question to passages: embed, search both legs, fuse, look the passages up."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from rag.datatypes import Alternatives, Article, Chunk, Hit, Scored
from rag.dates import Candidate, When, judge, notes_of
from rag.errors import LibraryError
from rag.fuse import completed, fuse_standardised, standard_scores
from rag.rerank import features, rescored, shipped_weights, sought
from rag.vietnamese import syllables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.config import RetrieveSettings
    from rag.dense import DenseIndex
    from rag.embed import Embedder
    from rag.lexical import LexicalIndex
    from rag.library import Library

logger = logging.getLogger(__name__)

DENSE_FAILED = "Tìm kiếm theo nghĩa gặp lỗi: lần này chỉ tìm theo từ khoá."
LEXICAL_FAILED = "Tìm kiếm theo từ khoá gặp lỗi: lần này chỉ tìm theo nghĩa."
NO_TERM_FOUND = "Không có từ nào của câu hỏi xuất hiện trong nguồn: chỉ tìm theo nghĩa."

# Of the shorter of two passages of reprints, the share of words that the other has as well.
_SAME_WORDS = 0.8
NO_TIME = When()

Typed = Literal["accented", "unaccented", "foreign"]
"""How a question is worded: with diacritics, typed or restored; without; in another language."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    `text` is embedded. `terms` is what the lexical leg searches for, `text` where it is None; `alternatives` count its
    syllables. `dense_weight` overrides the setting's, `typed` chooses the weights of the second look. With `keys`, only
    those passages are looked at. `when` is the time asked for: its passages are preferred. `near` are the keys of those
    published then, which are searched apart.
    """

    text: str
    terms: str | None = None
    alternatives: tuple[Alternatives, ...] = ()
    dense_weight: float | None = None
    typed: Typed = "accented"
    keys: NDArray[np.int64] | None = None
    when: When = NO_TIME
    near: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What retrieval found. `notes` are for the reader (Vietnamese).

    `timings_ms` has embed, dense, lexical, fuse and rerank.
    """

    hits: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


def retrieve(
    query: Query,
    *,
    library: Library,
    dense: DenseIndex,
    lexical: LexicalIndex,
    embedder: Embedder,
    settings: RetrieveSettings,
    article_of: Callable[[str], Article] | None = None,
    copies_of: Callable[[str], Sequence[str]] | None = None,
) -> Retrieved:
    """The `settings.hits` best passages for a question, sorted by (-score, chunk id).

    The score compares passages of one question only; 0 is an average candidate. Where one leg fails or finds nothing,
    the other serves alone, and a note says so. `article_of` may cache what `library.article` returns. `copies_of` gives
    the ids of the articles that reprint one another, itself included; a passage and its reprints are one hit.

    Raises the dense leg's error if both legs fail, and LibraryDamaged for an article that is not as it was stored.
    """
    if not query.text.strip():
        return Retrieved()
    search = _Search(query, dense, lexical, embedder, settings)
    search.run()
    with _timed(search.timings, "fuse"):
        found: Iterable[_Found] = _present(search.fused(), library=library, article_of=article_of or library.article)
    with _timed(search.timings, "rerank"):
        if settings.rerank and search.by_terms:
            found = search.looked_at_again(found)
        if query.when:
            found, told = _timely(found, query.when, settings)
            search.notes += told
        hits = _hits(
            found,
            dense_ranks=_ranks(search.by_meaning),
            lexical_ranks=_ranks(search.by_terms),
            library=library,
            copies_of=copies_of,
            count=settings.hits,
        )
    return Retrieved(hits, tuple(search.notes), search.timings)


class _Search:
    """One query in both legs, and what they make of it together."""

    def __init__(
        self, query: Query, dense: DenseIndex, lexical: LexicalIndex, embedder: Embedder, settings: RetrieveSettings
    ) -> None:
        self._query = query
        self._terms = query.text if query.terms is None else query.terms
        self._dense, self._lexical, self._embedder, self._settings = dense, lexical, embedder, settings
        self._vector: NDArray[np.float32] | None = None
        self.by_meaning: list[Scored] = []
        self.by_terms: list[Scored] = []
        self._dense_scores: Sequence[Scored] = ()
        self._lexical_scores: Sequence[Scored] = ()
        self.notes = [*dense.notes, *lexical.notes]
        self.timings: dict[str, float] = {}

    def run(self) -> None:
        """Search both legs. Where one fails the other serves; raises the dense leg's error if both do."""
        failure: Exception | None = None
        try:
            with _timed(self.timings, "embed"):
                (self._vector,) = self._embedder.embed_queries([_as_a_question(self._query.text)])
            with _timed(self.timings, "dense"):
                self.by_meaning = self._among_all_and_near(self._in_dense)
        except Exception as error:
            logger.exception("dense search failed")
            failure = error
            self.notes.append(DENSE_FAILED)
        try:
            with _timed(self.timings, "lexical"):
                self.by_terms = self._among_all_and_near(self._in_lexical)
        except Exception:
            if failure is not None:
                raise failure from None
            logger.exception("lexical search failed")
            self.notes.append(LEXICAL_FAILED)
        else:
            if self.by_meaning and not self.by_terms:
                self.notes.append(NO_TERM_FOUND)

    def fused(self) -> list[Scored]:
        """The candidates of both legs, each scored by both where both serve."""
        settings = self._settings
        weight = settings.dense_weight if self._query.dense_weight is None else self._query.dense_weight
        self._dense_scores, self._lexical_scores = self.by_meaning, self.by_terms
        if self.by_meaning and self.by_terms:
            self._dense_scores = completed(
                self.by_meaning, self.by_terms, lambda keys: self._in_dense(len(keys), _array(keys))
            )
            self._lexical_scores = completed(
                self.by_terms, self.by_meaning, lambda keys: self._in_lexical(len(keys), _array(keys))
            )
        else:
            # A leg that serves alone keeps the scale of its own standard scores.
            weight = float(bool(self.by_meaning))
        return fuse_standardised(self._dense_scores, self._lexical_scores, weight)

    def looked_at_again(self, found: Iterable[_Found]) -> Iterable[_Found]:
        """The first candidates in the order of a second look at their words, then the others."""
        rest = iter(found)
        best = list(islice(rest, self._settings.reranked))
        try:
            again = self._in_new_order(best) if best else []
        except Exception:
            logger.exception("the second look failed")
            return chain(best, rest)
        shift = again[-1].score - best[-1].score if best else 0.0
        return chain(again, (replace(item, score=item.score + shift) for item in rest))

    def _in_new_order(self, best: Sequence[_Found]) -> list[_Found]:
        asked = sought(
            self._terms,
            self._lexical.frequency,
            len(self._lexical),
            alternatives=self._query.alternatives,
            folded=self._query.typed == "unaccented",
        )
        rows = features(
            asked,
            [(item.text, item.article.title if item.article.title_stated else "") for item in best],
            [item.key for item in best],
            standard_scores(self._dense_scores),
            standard_scores(self._lexical_scores),
        )
        scores = rescored(rows, shipped_weights()[self._query.typed]).tolist()
        again = [replace(item, score=score) for item, score in zip(best, scores, strict=True)]
        return sorted(again, key=lambda item: (-item.score, item.chunk.id))

    def _in_dense(self, depth: int, keys: NDArray[np.int64] | None) -> list[Scored]:
        if self._vector is None:
            raise ValueError("the question was not embedded")
        return self._dense.search(self._vector, depth, keys=keys)

    def _in_lexical(self, depth: int, keys: NDArray[np.int64] | None) -> list[Scored]:
        return self._lexical.search(self._terms, depth, alternatives=self._query.alternatives, keys=keys)

    def _among_all_and_near(self, search: Callable[[int, NDArray[np.int64] | None], list[Scored]]) -> list[Scored]:
        """What a leg finds, and what it finds among the passages of the time asked for."""
        found = search(self._settings.depth, self._query.keys)
        near = self._query.near
        if near is None or not len(near):
            return found
        known = {candidate.key for candidate in found}
        found = [*found, *(one for one in search(self._settings.depth, near) if one.key not in known)]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate that is still in the library."""

    key: int
    score: float
    chunk: Chunk
    article: Article

    @property
    def text(self) -> str:
        return self.article.text[self.chunk.start : self.chunk.end]


def _present(fused: Sequence[Scored], *, library: Library, article_of: Callable[[str], Article]) -> Iterator[_Found]:
    """The candidates with their articles, sorted by (-score, chunk id). One removed after the search is left out."""
    chunks = library.chunks([candidate.key for candidate in fused])
    present = [candidate for candidate in fused if candidate.key in chunks]
    present.sort(key=lambda candidate: (-candidate.score, chunks[candidate.key].id))
    for candidate in present:
        chunk = chunks[candidate.key]
        try:
            article = article_of(chunk.article_id)
        except LibraryError as error:
            if type(error) is not LibraryError:
                raise
            logger.info("an article was removed during a search: %s", error)
            continue
        yield _Found(candidate.key, candidate.score, chunk, article)


def _timely(found: Iterable[_Found], when: When, settings: RetrieveSettings) -> tuple[list[_Found], tuple[str, ...]]:
    """The best candidates, those of the time asked for raised, and what the reader should know of it."""
    best = list(islice(found, settings.depth))
    candidates = [Candidate(item.text, item.article.published_on) for item in best]
    judged = judge(candidates, when)
    raised = [
        replace(item, score=item.score + settings.date_weight * judgement.preference)
        for item, judgement in zip(best, judged, strict=True)
    ]
    order = sorted(range(len(raised)), key=lambda place: (-raised[place].score, raised[place].chunk.id))
    return [raised[place] for place in order], notes_of(when, [judgement.verdict for judgement in judged], candidates)


def _hits(
    found: Iterable[_Found],
    *,
    dense_ranks: dict[int, int],
    lexical_ranks: dict[int, int],
    library: Library,
    copies_of: Callable[[str], Sequence[str]] | None,
    count: int,
) -> tuple[Hit, ...]:
    hits: list[Hit] = []
    for item in found:
        group = list(copies_of(item.article.id)) if copies_of else [item.article.id]
        copies = [id_ for id_ in group if id_ != item.article.id]
        hit = Hit(
            chunk=item.chunk,
            source=item.article.source,
            text=item.text,
            score=item.score,
            dense_rank=dense_ranks.get(item.key),
            lexical_rank=lexical_ranks.get(item.key),
            copies=tuple(library.sources(copies).values()) if copies else (),
        )
        twin = next((at for at, other in enumerate(hits) if _reprint(other, hit, copies)), None)
        if twin is None:
            hits.append(hit)
        elif group[0] == item.article.id and hits[twin].chunk.article_id != item.article.id:
            # The original is quoted, whichever headline fits the question better.
            hits[twin] = replace(hit, score=hits[twin].score)
        if len(hits) == count:
            break
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id)))


def _array(keys: Sequence[int]) -> NDArray[np.int64]:
    import numpy as np

    return np.array(keys, dtype=np.int64)


def _as_a_question(text: str) -> str:
    """A question as encoders have seen them: with a capital and a mark at the end."""
    return text[:1].upper() + text[1:] + ("" if text.rstrip()[-1:] in ".?!…" else "?")


def _reprint(one: Hit, other: Hit, copies: Sequence[str]) -> bool:
    return one.chunk.article_id in copies and _same_words(one.text, other.text)


def _same_words(one: str, other: str) -> bool:
    """Whether most of the shorter text's words are in the longer one: reprints are often cut elsewhere."""
    first, second = frozenset(syllables(one)), frozenset(syllables(other))
    return len(first & second) >= _SAME_WORDS * min(len(first), len(second))


def _ranks(leg: Sequence[Scored]) -> dict[int, int]:
    return {candidate.key: rank for rank, candidate in enumerate(leg, start=1)}


@contextlib.contextmanager
def _timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings_ms[stage] = (time.perf_counter() - started) * 1000
