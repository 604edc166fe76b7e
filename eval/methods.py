"""What is compared over a pool: legs, ways to fuse them, the product, and the product with one part switched off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import numpy as np

from eval import fusions, segmenters
from eval.asked import Asked
from eval.forms import ACCENTED, LANGUAGES
from eval.pool_library import LIBRARY_NAME, Pool
from rag.config import Settings
from rag.datatypes import Scored
from rag.embed import Embedder
from rag.fuse import fuse_standardised, reciprocal_rank_fusion
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.pipeline import Engine, open_engine, search
from rag.question import understand
from rag.retrieve import Query
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX, syllables, terms

DEPTH: Final = 50
GROUPS: Final = ("legs", "words", "fusions", "product", "ablations")
PRODUCT: Final = "Hỏi Báo"
DENSE: Final = "dense"
FUSED: Final = "z-scores 0.5 dense"
LEXICAL: Final = "BM25 + title ×0.25"
_EMBEDDED_FOR_TIME = 20

Leg = list[Scored]


def syllable_terms(text: str) -> list[str]:
    """Syllables alone."""
    return syllables(text)


def unigram_terms(text: str) -> list[str]:
    """Syllables and their folded forms, without bigrams."""
    return [term for term in terms(text) if BIGRAM_JOINT not in term]


def accented_terms(text: str) -> list[str]:
    """Syllables and bigrams, without folded forms."""
    return [term for term in terms(text) if not term.startswith(FOLDED_PREFIX)]


# Name, terms, weight of the title.
VARIANTS: Final[tuple[tuple[str, Callable[[str], list[str]], float], ...]] = (
    ("BM25 syllables", syllable_terms, 0.0),
    ("BM25 syllables + folded", unigram_terms, 0.0),
    ("BM25 syllables + pairs", accented_terms, 0.0),
    ("BM25 all kinds", terms, 0.0),
    (LEXICAL, terms, 0.25),
    ("BM25 + title ×0.5", terms, 0.5),
    ("BM25 + title ×1", terms, 1.0),
)
WORDS: Final = tuple((f"BM25 words by {name}", name) for name in segmenters.NAMES)

# Name, the setting that is switched off, the forms in which it could matter (None: all).
ABLATIONS: Final[tuple[tuple[str, str, frozenset[str] | None], ...]] = (
    ("without the second look", "rerank", None),
    ("without restored diacritics", "restore", frozenset({"unaccented", "lower", "partly", "typo"})),
    ("without mended typos", "mend_typos", frozenset({ACCENTED, "typo", "unaccented", "lower"})),
    ("without other names", "expand_names", None),
    ("without translated words", "translate", frozenset(LANGUAGES)),
    ("without dates", "use_dates", frozenset({ACCENTED, "unaccented"})),
    ("without folded copies", "fold_copies", frozenset({ACCENTED, "unaccented"})),
)


@dataclass(frozen=True, slots=True)
class Copied:
    """The sources of a passage's reprints, which were folded into it, and its own text."""

    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """Chunk ids, best first, the reprints of some by their place from 0, and how long it took."""

    chunk_ids: tuple[str, ...]
    copies: Mapping[int, Copied]
    ms: float


@dataclass(frozen=True, slots=True)
class Method:
    """A way to rank the pool's passages for a question. `forms` are those in which it is worth measuring."""

    name: str
    group: str
    rank: Callable[[Asked], Ranked]
    forms: frozenset[str] | None = None


@dataclass(slots=True)
class _Timed:
    leg: Leg
    ms: float


class Bench:
    """A pool opened for every method. Legs are searched once a question, whatever uses them."""

    def __init__(
        self, pool: Pool, settings: Settings, embedder: Embedder, stack: ExitStack, *, embed_ms: float
    ) -> None:
        self._pool = pool
        self._settings = _deep(settings)
        self._embedder = embedder
        self._stack = stack
        self._embed_ms = embed_ms
        self.engine = self._open(self._settings)
        self._lexical: dict[str, LexicalIndex] = {}
        # A handle of its own, on which other terms than the product's leave the pool's index alone.
        self._library = stack.enter_context(Library.open(pool.folder / LIBRARY_NAME))
        self._library.may_write_caches = False
        self._legs: dict[str, _Timed] = {}
        self._asked: Asked | None = None

    def methods(self, groups: Sequence[str]) -> Iterator[Method]:
        """The methods of the groups, in the order of the tables."""
        made: dict[str, Callable[[], Iterator[Method]]] = {
            "legs": self._leg_methods,
            "words": self._word_methods,
            "fusions": self._fusion_methods,
            "product": self._product_methods,
            "ablations": self._ablation_methods,
        }
        for group in GROUPS:
            if group in groups:
                yield from made[group]()

    # ---- groups -----------------------------------------------------------------------------------------------------

    def _leg_methods(self) -> Iterator[Method]:
        yield self._of_leg(DENSE, "legs", self._dense)
        for name, _, _ in VARIANTS:
            yield self._of_leg(name, "legs", partial(self._bm25, name))
        yield self._of_leg("dense understood", "legs", self._dense_understood)
        yield self._of_leg("BM25 understood", "legs", self._bm25_understood)

    def _word_methods(self) -> Iterator[Method]:
        for name, _ in WORDS:
            yield self._of_leg(name, "words", partial(self._bm25, name))
            yield self._fused(f"z-scores 0.5 dense with {name}", partial(_standardised, 0.5), name, "words")

    def _fusion_methods(self) -> Iterator[Method]:
        yield self._fused("reciprocal ranks", lambda d, b, _: reciprocal_rank_fusion([d, b]))
        yield self._fused("1 / rank", lambda d, b, _: fusions.rank_blend(d, b, 0.5))
        yield self._fused("min-max 0.5 dense", lambda d, b, _: fusions.min_max(d, b, 0.5))
        for weight in (0.1, 0.3, 0.4, 0.5, 0.6, 0.7):
            yield self._fused(f"z-scores {weight:g} dense", partial(_standardised, weight))
        yield self._fused("z-scores 0.5 dense over all candidates", self._over_all)
        for depth in (100, 200):
            name = f"z-scores 0.5 dense of {depth} each"
            yield self._fused(name, partial(_standardised, 0.5), depth=depth)
        for lexical in ("BM25 syllables", "BM25 syllables + folded", "BM25 syllables + pairs", "BM25 all kinds"):
            yield self._fused(f"z-scores 0.5 dense with {lexical}", partial(_standardised, 0.5), lexical)

    def _product_methods(self) -> Iterator[Method]:
        yield Method(PRODUCT, "product", partial(self._search, self.engine))

    def _ablation_methods(self) -> Iterator[Method]:
        for name, switch, forms in ABLATIONS:
            retrieve = self._settings.retrieve.model_copy(update={switch: False})
            engine = self._open(self._settings.model_copy(update={"retrieve": retrieve}))
            yield Method(name, "ablations", partial(self._search, engine), forms)

    # ---- legs -------------------------------------------------------------------------------------------------------

    def _of_leg(self, name: str, group: str, leg: Callable[[Asked], _Timed]) -> Method:
        def rank(asked: Asked) -> Ranked:
            found = leg(asked)
            return self._ranked(found.leg, found.ms)

        return Method(name, group, rank)

    def _fused(
        self,
        name: str,
        fuse: Callable[[Leg, Leg, Asked], Leg],
        lexical: str = LEXICAL,
        group: str = "fusions",
        depth: int = DEPTH,
    ) -> Method:
        def rank(asked: Asked) -> Ranked:
            dense, by_terms = self._dense(asked, depth), self._bm25(lexical, asked, depth)
            begun = time.perf_counter()
            fused = fuse(dense.leg, by_terms.leg, asked)
            return self._ranked(fused, dense.ms + by_terms.ms + (time.perf_counter() - begun) * 1000)

        return Method(name, group, rank)

    def _over_all(self, dense: Leg, by_terms: Leg, asked: Asked) -> Leg:
        text = self._text(asked)
        (vector,) = self._embedder.embed_queries([text])
        return fusions.standardised_over_all(
            dense,
            by_terms,
            0.5,
            lambda keys: self.engine.dense.search(vector, len(keys), keys=np.array(keys, dtype=np.int64)),
            lambda keys: self.engine.lexical.search(text, len(keys), keys=np.array(keys, dtype=np.int64)),
        )

    def _dense(self, asked: Asked, depth: int = DEPTH) -> _Timed:
        def run() -> Leg:
            (vector,) = self._embedder.embed_queries([self._text(asked)])
            return self.engine.dense.search(vector, depth)

        return self._once(f"{DENSE} {depth}", asked, run, self._embed_ms)

    def _bm25(self, name: str, asked: Asked, depth: int = DEPTH) -> _Timed:
        index = self._index(name)
        return self._once(f"{name} {depth}", asked, lambda: index.search(self._text(asked), depth))

    def _dense_understood(self, asked: Asked) -> _Timed:
        def run() -> Leg:
            query = self._query(asked)
            (vector,) = self._embedder.embed_queries([query.text])
            return self.engine.dense.search(vector, DEPTH)

        return self._once("dense understood", asked, run, self._embed_ms)

    def _bm25_understood(self, asked: Asked) -> _Timed:
        def run() -> Leg:
            query = self._query(asked)
            text = query.text if query.terms is None else query.terms
            return self.engine.lexical.search(text, DEPTH, alternatives=query.alternatives)

        return self._once("BM25 understood", asked, run)

    def _once(self, name: str, asked: Asked, run: Callable[[], Leg], more_ms: float = 0.0) -> _Timed:
        if self._asked is not asked:
            self._asked, self._legs = asked, {}
        found = self._legs.get(name)
        if found is None:
            begun = time.perf_counter()
            leg = run()
            found = self._legs[name] = _Timed(leg, (time.perf_counter() - begun) * 1000 + more_ms)
        return found

    # ---- helpers ----------------------------------------------------------------------------------------------------

    def _text(self, asked: Asked) -> str:
        return understand(asked.text, asked.history).standalone

    def _query(self, asked: Asked) -> Query:
        understanding = self.engine.understanding
        question = understanding.question(asked.text, asked.history)
        return understanding.query(question, keys=None, today=asked.today or date.today())

    def _index(self, name: str) -> LexicalIndex:
        if name == LEXICAL:
            return self.engine.lexical
        if name not in self._lexical:
            words = dict(WORDS)
            if name in words:
                analyse, boost = segmenters.analyser(words[name]), 0.0
            else:
                analyse, boost = next((a, b) for known, a, b in VARIANTS if known == name)
            self._lexical[name] = LexicalIndex.open(self._library, title_boost=boost, analyse=analyse)
        return self._lexical[name]

    def _ranked(self, leg: Sequence[Scored], ms: float) -> Ranked:
        return Ranked(tuple(self._pool.chunk_of[item.key].id for item in leg[:DEPTH]), {}, ms)

    def _search(self, engine: Engine, asked: Asked) -> Ranked:
        result = search(engine, asked.text, k=DEPTH, history=asked.history, id=asked.id, today=asked.today)
        copies = {place: Copied(hit.copies, hit.text) for place, hit in enumerate(result.hits) if hit.copies}
        # The question was embedded before, as a method may ask it again; what that takes is known.
        ms = result.timings_ms["total"] - result.timings_ms.get("embed", 0.0) + self._embed_ms
        return Ranked(tuple(hit.chunk.id for hit in result.hits), copies, ms)

    def _open(self, settings: Settings) -> Engine:
        folder = self._pool.folder / LIBRARY_NAME
        return self._stack.enter_context(open_engine(folder, settings, embedder=self._embedder))


def embed_ms(embedder: Embedder, texts: Sequence[str]) -> float:
    """Milliseconds to embed one question, on average, after a first one."""
    chosen = list(dict.fromkeys(texts))[: _EMBEDDED_FOR_TIME + 1]
    embedder.embed_queries(chosen[:1])
    begun = time.perf_counter()
    for text in chosen[1:]:
        embedder.embed_queries([text])
    return (time.perf_counter() - begun) * 1000 / max(len(chosen) - 1, 1)


def _standardised(weight: float, dense: Leg, by_terms: Leg, _: Asked) -> Leg:
    return fuse_standardised(dense, by_terms, weight)


def _deep(settings: Settings) -> Settings:
    depth = max(DEPTH, settings.retrieve.depth)
    return settings.model_copy(update={"retrieve": settings.retrieve.model_copy(update={"depth": depth})})
