"""From a question to passages: embed, search both legs, fuse, look the passages up."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.datatypes import Alternatives, Article, Hit, Scored
from rag.errors import LibraryError
from rag.fuse import fuse_standardised
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


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for. `dense_weight` overrides the setting's; with `keys`, only those passages are looked at."""

    text: str
    alternatives: tuple[Alternatives, ...] = ()
    dense_weight: float | None = None
    keys: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What retrieval found. `notes` are for the reader (Vietnamese); `timings_ms` has embed, dense, lexical, fuse."""

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

    The score is that of `fuse_standardised`: 0 is an average candidate of this question, a clear winner has 3 or more;
    it compares passages of one question only. Where one leg fails or finds nothing the other serves alone, with its own
    standard scores, and a note says so. `article_of` may cache what `library.article` returns. `copies_of` gives the
    ids of the articles that reprint one another, itself included; a passage and its reprints are one hit.

    Raises the dense leg's error if both legs fail, and LibraryDamaged for an article that is not as it was stored.
    """
    if not query.text.strip():
        return Retrieved()
    timings: dict[str, float] = {}
    notes = [*dense.notes, *lexical.notes]
    failure: Exception | None = None
    by_meaning: list[Scored] = []
    by_terms: list[Scored] = []

    try:
        with _timed(timings, "embed"):
            (vector,) = embedder.embed_queries([query.text])
        with _timed(timings, "dense"):
            by_meaning = dense.search(vector, settings.depth, keys=query.keys)
    except Exception as error:
        logger.exception("dense search failed")
        failure = error
        notes.append(DENSE_FAILED)
    try:
        with _timed(timings, "lexical"):
            by_terms = lexical.search(query.text, settings.depth, alternatives=query.alternatives, keys=query.keys)
    except Exception:
        if failure is not None:
            raise failure from None
        logger.exception("lexical search failed")
        notes.append(LEXICAL_FAILED)
    else:
        if by_meaning and not by_terms:
            notes.append(NO_TERM_FOUND)

    with _timed(timings, "fuse"):
        weight = settings.dense_weight if query.dense_weight is None else query.dense_weight
        if not (by_meaning and by_terms):
            # A leg that serves alone keeps the scale of its own standard scores.
            weight = float(bool(by_meaning))
        hits = _look_up(
            fuse_standardised(by_meaning, by_terms, weight),
            dense_ranks=_ranks(by_meaning),
            lexical_ranks=_ranks(by_terms),
            library=library,
            article_of=article_of or library.article,
            copies_of=copies_of,
            count=settings.hits,
        )
    return Retrieved(hits, tuple(notes), timings)


def _look_up(
    fused: Sequence[Scored],
    *,
    dense_ranks: dict[int, int],
    lexical_ranks: dict[int, int],
    library: Library,
    article_of: Callable[[str], Article],
    copies_of: Callable[[str], Sequence[str]] | None,
    count: int,
) -> tuple[Hit, ...]:
    chunks = library.chunks([candidate.key for candidate in fused])
    # A chunk that was removed after the search is not there any more.
    present = [candidate for candidate in fused if candidate.key in chunks]
    present.sort(key=lambda candidate: (-candidate.score, chunks[candidate.key].id))
    hits: list[Hit] = []
    for candidate in present:
        if len(hits) == count:
            break
        chunk = chunks[candidate.key]
        try:
            article = article_of(chunk.article_id)
        except LibraryError as error:
            if type(error) is not LibraryError:
                raise
            logger.info("an article was removed during a search: %s", error)
            continue
        text = article.text[chunk.start : chunk.end]
        copies = [id_ for id_ in copies_of(article.id) if id_ != article.id] if copies_of else []
        if copies and any(hit.chunk.article_id in copies and _same_words(hit.text, text) for hit in hits):
            continue
        hits.append(
            Hit(
                chunk=chunk,
                source=article.source,
                text=text,
                score=candidate.score,
                dense_rank=dense_ranks.get(candidate.key),
                lexical_rank=lexical_ranks.get(candidate.key),
                copies=tuple(library.sources(copies).values()) if copies else (),
            )
        )
    return tuple(hits)


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
