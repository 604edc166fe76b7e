"""What reading adds to the order of passages: how often the right one stands first, before it and after."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from eval.asked import read_asked
from eval.pool_library import LIBRARY_NAME, PoolSpec, make_pool
from eval.rerank import DISTRACTORS, SETS
from eval.vector_cache import CachedEmbedder, default_folder
from rag.answering import retrieved
from rag.config import Settings
from rag.embed import open_embedder
from rag.pipeline import Engine, open_engine, search
from rag.reading.wording import wordings_of

NEWS_ARTICLES: Final = 2000
_FUSED: Final = {"reranked": 1}


@dataclass(frozen=True, slots=True)
class FirstShares:
    """Shares, in 0..1, of so many questions whose right passage stands first: in the fused ranking of the two search
    legs, after the search's second look, and after reading."""

    questions: int
    fused: float
    searched: float
    read: float


def measure_reranking(data: Path, settings: Settings, say: Callable[[str], None]) -> dict[str, FirstShares]:
    """Ask the development questions of pools that hold all passages of their sets among 2,000 articles of other news.

    A passage is right if it holds the whole answer. Raises RagError.
    """
    found = {}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoibao-reranking-")))
        embedder = stack.enter_context(CachedEmbedder(open_embedder(settings.embed), default_folder()))
        for name, files in SETS.items():
            say(f"indexing {name}")
            sets = [read_asked(data / f"{file}.json.gz", file) for file in files]
            pool = make_pool(PoolSpec(name, (data / DISTRACTORS,), NEWS_ARTICLES), sets, work, settings, embedder)
            dev = pool.sets[-1]
            asked = [
                (one.text, frozenset(gold.parts))
                for one, gold in zip(dev.questions, dev.gold, strict=True)
                if gold.parts
            ]
            say(f"reading for {len(asked)} questions of {dev.name}")
            with open_engine(pool.folder / LIBRARY_NAME, settings, embedder=embedder) as engine:
                found[name] = _shares(engine, asked)
    return found


def reranking_as_markdown(found: Mapping[str, FirstShares]) -> str:
    """A table."""
    lines = ["| right passage first | | fused | second look | read |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {one.questions} | {one.fused:.3f} | {one.searched:.3f} | {one.read:.3f} |"
        for name, one in found.items()
    ]
    return "\n".join(lines)


def _shares(engine: Engine, asked: list[tuple[str, frozenset[str]]]) -> FirstShares:
    shipped = engine.settings
    fused_only = shipped.model_copy(update={"retrieve": shipped.retrieve.model_copy(update=_FUSED)})
    first = [0, 0, 0]
    for text, right in asked:
        engine.settings = fused_only
        fused = search(engine, text, k=1, as_typed=True).hits
        engine.settings = shipped
        with engine.turn():
            asked_for = engine.understanding.question(text, as_typed=True)
            query, found = retrieved(engine, asked_for, shipped.retrieve.hits, keys=None, today=date.today())
            put = wordings_of(asked_for, query).put_to
            read = engine.reader.read(asked_for, found.hits, engine.article, put).hits
        for place, ranking in enumerate((fused, found.hits, read)):
            first[place] += bool(ranking) and ranking[0].chunk.id in right
    count = len(asked)
    return FirstShares(count, *(share / count if count else 0.0 for share in first))
