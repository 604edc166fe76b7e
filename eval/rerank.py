"""Fits the second look at the best candidates: `python -m eval.rerank --data DIR` writes rag/data/rerank.json.

Development questions are asked of libraries that hold their passages among other news, with diacritics and without. A
softmax regression over the features of each question's candidates puts the right passage first (list-wise maximum
likelihood with a small ridge). Weights for two kinds of text are also fitted apart and tried on
each other, to show that they are not a habit of one set.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from eval.asked import Asked, read_asked
from eval.forms import in_form
from eval.pool_library import LIBRARY_NAME, Gold, Pool, PoolSpec, make_pool
from eval.vector_cache import CachedEmbedder, default_folder
from rag.config import Settings
from rag.datatypes import Scored
from rag.embed import open_embedder
from rag.fuse import completed, fuse_standardised, standard_scores
from rag.pipeline import Engine, open_engine
from rag.rerank import FEATURES, WEIGHTS_FILE, features, sought

SETS = {
    "wikipedia": ("reader_train/viquad1_vi", "reader_dev/viquad1_vi"),
    "news": ("reader_train/news_vi", "reader_dev/news_vi"),
}
DISTRACTORS = "news/large.jsonl.gz"
MANNERS = {"accented": "accented", "unaccented": "unaccented"}
RIDGE = 1e-3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one question: `features` (n, len(FEATURES)), `right` (n,), not all of them False."""

    set: str
    features: Matrix
    right: NDArray[np.bool_]


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option("--vectors", type=click.Path(path_type=Path), help="Where vectors are kept; the user's cache by default.")
@click.option("--distractors", type=click.IntRange(min=0), default=2000, show_default=True, help="News articles added.")
@click.option("--limit", type=click.IntRange(min=1), help="Questions of each set, for a quick look.")
@click.option("--write/--no-write", default=True, show_default=True, help=f"Write {WEIGHTS_FILE.name}.")
def main(data: Path, vectors: Path | None, distractors: int, limit: int | None, write: bool) -> None:
    """Fit the weights of the second look and say what they do on questions held apart."""
    settings = Settings()
    weights: dict[str, Matrix] = {}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedder = stack.enter_context(CachedEmbedder(open_embedder(settings.embed), vectors or default_folder()))
        examples: dict[str, dict[str, list[Example]]] = {manner: {} for manner in MANNERS}
        for name, files in SETS.items():
            sets = [read_asked(data / f"{file}.json.gz", file) for file in files]
            spec = PoolSpec(name, (data / DISTRACTORS,), distractors)
            pool = make_pool(spec, sets, work, settings, embedder)
            with open_engine(pool.folder / LIBRARY_NAME, settings, embedder=embedder) as engine:
                for manner, form in MANNERS.items():
                    examples[manner][name] = list(_examples(engine, pool, form, limit))
    for manner, of_pool in examples.items():
        fitted = {name: [e for e in found if "train" in e.set] for name, found in of_pool.items()}
        weights[manner] = fit([example for found in fitted.values() for example in found])
        _report(manner, of_pool, weights[manner], {name: fit(found) for name, found in fitted.items()})
    if write:
        _write(weights)
        click.echo(f"written: {WEIGHTS_FILE}")


def fit(examples: Sequence[Example], *, ridge: float = RIDGE, steps: int = 50) -> Matrix:
    """(len(FEATURES),): weights under which a softmax over the candidates makes the right ones likeliest.

    Features are scaled to unit deviation for the ridge; a question with all candidates right, or none, says nothing.
    """
    useful = [example for example in examples if example.right.any() and not example.right.all()]
    if not useful:
        raise ValueError("no question has both right and wrong candidates")
    scale = np.concatenate([example.features for example in useful]).std(axis=0)
    scale[scale == 0.0] = 1.0
    rows = [example.features / scale for example in useful]

    def loss(weights: Matrix) -> float:
        told = [-np.log(_softmax(row @ weights)[one.right].sum()) for row, one in zip(rows, useful, strict=True)]
        return float(np.mean(told) + ridge * weights @ weights)

    weights = np.zeros(len(scale))
    now = loss(weights)
    for _ in range(steps):
        gradient, curvature = 2 * ridge * weights, 2 * ridge * np.eye(len(scale))
        for row, example in zip(rows, useful, strict=True):
            likely = _softmax(row @ weights)
            right = np.where(example.right, likely, 0.0) / likely[example.right].sum()
            gradient += (likely - right) @ row / len(useful)
            # Without the covariance of the right ones, which is small and would make this indefinite.
            curvature += _covariance(row, likely) / len(useful)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while (after := loss(weights - size * step)) > now and size > 1e-6:
            size /= 2
        if now - after < 1e-9:
            break
        weights, now = weights - size * step, after
    return np.asarray(weights / scale)


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def _covariance(rows: Matrix, share: Matrix) -> Matrix:
    mean = share @ rows
    return np.asarray((rows * share[:, None]).T @ rows - np.outer(mean, mean))


def first_share(examples: Sequence[Example], weights: Matrix) -> tuple[float, float]:
    """Shares of the questions with a right candidate first, and among the first five."""
    ranks = []
    for example in examples:
        scores = example.features @ weights
        found = example.right.any()
        ranks.append(1 + (scores > scores[example.right].max()).sum() if found else math.inf)
    return float(np.mean([rank <= 1 for rank in ranks])), float(np.mean([rank <= 5 for rank in ranks]))


def _examples(engine: Engine, pool: Pool, form: str, limit: int | None) -> Iterator[Example]:
    settings = engine.settings.retrieve
    for asked in pool.sets:
        questions = in_form(asked.questions, form, {})[:limit]
        for question, gold in zip(questions, asked.gold, strict=False):
            yield _example(engine, asked.name, question, gold, settings.reranked)


def _example(engine: Engine, name: str, asked: Asked, gold: Gold, count: int) -> Example:
    settings = engine.settings.retrieve
    understood = engine.understanding.question(asked.text, asked.history, as_typed=True)
    query = engine.understanding.query(understood, keys=None, today=asked.today or date.today())
    (vector,) = engine.embedder.embed_queries([query.text])
    terms = query.text if query.terms is None else query.terms

    def by_meaning(keys: Sequence[int] | None) -> list[Scored]:
        chosen = None if keys is None else np.array(keys, dtype=np.int64)
        return engine.dense.search(vector, settings.depth if keys is None else len(keys), keys=chosen)

    def by_terms(keys: Sequence[int] | None) -> list[Scored]:
        chosen = None if keys is None else np.array(keys, dtype=np.int64)
        depth = settings.depth if keys is None else len(keys)
        return engine.lexical.search(terms, depth, alternatives=query.alternatives, keys=chosen)

    own = by_meaning(None), by_terms(None)
    dense, lexical = completed(own[0], own[1], by_meaning), completed(own[1], own[0], by_terms)
    weight = settings.dense_weight if query.dense_weight is None else query.dense_weight
    best = fuse_standardised(dense, lexical, weight)[:count]
    chunks = engine.library.chunks([item.key for item in best])
    texts = []
    for item in best:
        chunk = chunks[item.key]
        article = engine.article(chunk.article_id)
        texts.append((article.text[chunk.start : chunk.end], article.title if article.title_stated else ""))
    wanted = sought(
        terms,
        engine.lexical.frequency,
        len(engine.lexical),
        alternatives=query.alternatives,
        folded=query.typed == "unaccented",
    )
    rows = features(wanted, texts, [item.key for item in best], standard_scores(dense), standard_scores(lexical))
    right = np.array([bool(gold.parts.get(chunks[item.key].id)) for item in best])
    return Example(name, rows, right)


def _report(manner: str, of_pool: dict[str, list[Example]], weights: Matrix, apart: dict[str, Matrix]) -> None:
    click.echo(f"{manner}: {dict(zip(FEATURES, np.round(weights, 2).tolist(), strict=True))}")
    for name, examples in of_pool.items():
        others = [fitted for other, fitted in apart.items() if other != name]
        for set_name in dict.fromkeys(example.set for example in examples):
            mine = [example for example in examples if example.set == set_name]
            line = (
                f"  {set_name}: first {first_share(mine, weights)[0]:.4f}, in five {first_share(mine, weights)[1]:.4f}"
            )
            if others:
                line += f"; fitted on other texts alone: first {first_share(mine, others[0])[0]:.4f}"
            click.echo(line)


def _write(weights: dict[str, Matrix]) -> None:
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")) if WEIGHTS_FILE.exists() else {}
    stored |= {"features": FEATURES} | {name: np.round(values, 4).tolist() for name, values in weights.items()}
    WEIGHTS_FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main()
