"""Fits the sentence reader, the baseline: `python -m eval.calibrate_sentences --data DIR` writes
rag/data/sentence_reader.json.

Development questions are asked of a library that holds their passages among other news. Two logistic regressions come
out for questions with diacritics, and two for those without: one ranks the sentences of a question (fitted on the
differences between right and wrong sentences of the same question), one tells whether the best sentence answers at all.
For the latter every answerable question is also asked with its own article left out, so that the nearest passages of
another story stand for what a reader meets most: a question that the library is silent on. Adversarial questions, which
keep a passage's words and change one decisive thing, are only reported: whole sentences cannot tell them apart.

The operating point is where refusing has the best F1 if a quarter of the questions has no answer; the intercept is
shifted so that it lies at probability one half.
"""

from __future__ import annotations

import gzip
import json
import logging
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.sets_io import EvalQuestion, load_squad
from rag import vietnamese
from rag.commands.terminal import progress_bar
from rag.config import Settings, load_settings
from rag.pipeline import Engine, build, open_engine, search
from rag.reader import FEATURES, WEIGHTS_FILE, SentenceReader, sentences_of

logger = logging.getLogger(__name__)

SEED = 20221021
DISTRACTORS = 600
PASSAGES = 6
UNANSWERABLE_SHARE = 0.25
# (file, how many answerable questions, how many unanswerable ones). A set whose unanswerable questions are answered by
# another of its passages, as mailong's are, says nothing here: the library holds all passages.
FITTED = (("reader_train/news_vi", 300, 0), ("reader_train/viquad1_vi", 100, 0))
HELD_APART = (("reader_dev/news_vi", 125, 75), ("reader_dev/viquad1_vi", 75, 0))


@dataclass(frozen=True, slots=True)
class Example:
    """One question over one set of passages. `right` marks the sentences that state the answer; all False: silent."""

    origin: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    accented: bool

    def best(self, ranking: NDArray[np.float64]) -> int:
        return int(np.argmax(self.features @ ranking))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option("--work", type=click.Path(path_type=Path), default=Path("runs/calibrate"), show_default=True)
@click.option("--scale", type=float, default=1.0, show_default=True, help="Share of the questions, for a quick look.")
@click.option("--write/--no-write", default=True, show_default=True, help=f"Write {WEIGHTS_FILE.name}.")
def main(data: Path, work: Path, scale: float, write: bool) -> None:
    """Fit the sentence reader and say how well it does on questions held apart."""
    work.mkdir(parents=True, exist_ok=True)
    settings = load_settings(
        None, {"load.min_article_chars": 0, "answer.reader": "sentences", "answer.passages": PASSAGES}
    )
    corpus = work / "pool.jsonl"
    _write_pool(data, corpus)
    build([corpus], work / "library", settings)
    with open_engine(work / "library", settings) as engine:
        fitted = list(_examples(engine, settings, data, corpus, FITTED, scale))
        held = list(_examples(engine, settings, data, corpus, HELD_APART, scale))
    weights = {}
    for name, accented in (("accented", True), ("unaccented", False)):
        mine = [example for example in fitted if example.accented is accented]
        ranking = _fit_ranking(mine)
        answerable = _fit_answerable(mine, ranking)
        weights[name] = {"ranking": ranking.tolist(), "answerable": answerable.tolist()}
        _report(name, [example for example in held if example.accented is accented], ranking, answerable)
    if write:
        WEIGHTS_FILE.write_text(
            json.dumps({"features": FEATURES, **weights}, indent=1) + "\n",
            encoding="utf-8",
        )
        click.echo(f"written: {WEIGHTS_FILE}")


def _write_pool(data: Path, corpus: Path) -> None:
    if corpus.exists():
        return
    draft = corpus.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as out:
        for name in dict.fromkeys(name for name, _, _ in (*FITTED, *HELD_APART)):
            passages, _ = load_squad(data / f"{name}.json.gz")
            for passage in passages:
                out.write(json.dumps({"id": f"{name}/{passage.id}", "text": passage.text}, ensure_ascii=False) + "\n")
        with gzip.open(data / "news/large.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        for record in random.Random(SEED).sample(records, DISTRACTORS):  # noqa: S311 (a sample, no secret)
            kept = {"id": f"large/{record['id']}", "title": record["title"], "text": record["text"]}
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    draft.rename(corpus)


def _examples(
    engine: Engine,
    settings: Settings,
    data: Path,
    corpus: Path,
    sources: Sequence[tuple[str, int, int]],
    scale: float,
) -> Iterator[Example]:
    ids = {row.source: row.id for row in engine.library.articles()}
    for name, answerable, unanswerable in sources:
        _, questions = load_squad(data / f"{name}.json.gz")
        random.Random(SEED).shuffle(questions)  # noqa: S311
        positive = [question for question in questions if question.answerable][: round(answerable * scale)]
        negative = [question for question in questions if not question.answerable][: round(unanswerable * scale)]
        for question in _shown(name, [*positive, *negative]):
            gold = ids.get(f"{corpus}#{name}/{question.evidence[0].file}") if question.answerable else None
            if question.answerable and gold is None:
                continue
            for text in (question.question, vietnamese.fold(question.question)):
                yield from _asked(engine, settings, name, question, text, gold)


def _asked(
    engine: Engine, settings: Settings, name: str, question: EvalQuestion, text: str, gold: str | None
) -> Iterator[Example]:
    """The question as it is, and, where it has an answer, with its own article left out."""
    # Weights for questions without diacritics are for those that are asked as typed: others are restored.
    as_typed = text != question.question
    asked = engine.understanding.question(text, as_typed=as_typed)
    reader = engine.reader
    assert isinstance(reader, SentenceReader)  # noqa: S101 (the settings name it)
    passages = settings.answer.passages
    found = search(engine, text, k=passages * 3, as_typed=as_typed)
    without = tuple(hit for hit in found.hits if hit.chunk.article_id != gold)
    variants = [(name, found.hits)] if gold is None else [(name, found.hits), (f"{name} left out", without)]
    for origin, hits in variants:
        candidates = sentences_of(hits[:passages], engine.article)
        if not candidates:
            continue
        quotes = {evidence.quote for evidence in question.evidence}
        right = [
            c.article_id == gold and any(c.text in quote or quote in c.text for quote in quotes) for c in candidates
        ]
        if gold is not None and origin == name and not any(right):
            continue  # not retrieved: nothing to learn about sentences
        label = origin if gold is not None else f"{origin} unanswerable"
        yield Example(label, reader.features(asked, candidates), np.array(right), asked.accented)


def _shown(name: str, questions: Sequence[EvalQuestion]) -> Iterator[EvalQuestion]:
    with progress_bar() as bar:
        task = bar.add_task(name, total=len(questions)) if bar else None
        for question in questions:
            yield question
            if bar and task is not None:
                bar.advance(task)


def _fit_ranking(examples: Sequence[Example]) -> NDArray[np.float64]:
    """(len(FEATURES),): right sentences above wrong ones of the same question."""
    differences = []
    for example in examples:
        wrong = example.features[~example.right]
        differences += [right - wrong for right in example.features[example.right]]
    stacked = np.concatenate(differences)
    signs = np.where(np.arange(len(stacked)) % 2 == 0, 1.0, -1.0)
    scale = stacked.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000)
    model.fit(stacked / scale * signs[:, None], signs)
    return np.asarray(model.coef_[0] / scale)


def _fit_answerable(examples: Sequence[Example], ranking: NDArray[np.float64]) -> NDArray[np.float64]:
    """(len(FEATURES) + 1,): coefficients and, last, the intercept, 0 at the operating point."""
    rows = np.array([example.features[example.best(ranking)] for example in examples])
    labels = np.array([example.right.any() for example in examples])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.05, class_weight="balanced", max_iter=1000).fit((rows - mean) / scale, labels)
    coefficients = np.asarray(model.coef_[0] / scale)
    logits = rows @ coefficients
    return np.append(coefficients, -_operating_point(logits, labels))


def _operating_point(logits: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """The logit below which refusing has the best F1, with `UNANSWERABLE_SHARE` of the questions unanswerable."""
    weight = np.where(labels, (1 - UNANSWERABLE_SHARE) / labels.sum(), UNANSWERABLE_SHARE / (~labels).sum())

    def refusal_f1(point: float) -> float:
        refused = logits < point
        hit = weight[refused & ~labels].sum()
        return float(2 * hit / (weight[refused].sum() + weight[~labels].sum()))

    points: list[float] = sorted(logits.tolist())
    return max(points, key=refusal_f1)


def _report(
    name: str, examples: Sequence[Example], ranking: NDArray[np.float64], answerable: NDArray[np.float64]
) -> None:
    answered = [example for example in examples if example.right.any()]
    best: Callable[[Example], bool] = lambda e: bool(e.right[e.best(ranking)])  # noqa: E731
    click.echo(f"{name}: right sentence first {np.mean([best(e) for e in answered]):.3f} of {len(answered)} retrieved")
    logit = {id(e): float(e.features[e.best(ranking)] @ answerable[:-1] + answerable[-1]) for e in examples}
    positive = [logit[id(e)] for e in answered]
    click.echo(f"  answered of the answerable: {np.mean(np.array(positive) >= 0):.3f}")
    for origin in sorted({e.origin for e in examples if not e.right.any()}):
        negative = [logit[id(e)] for e in examples if e.origin == origin]
        area = roc_auc_score([1] * len(positive) + [0] * len(negative), positive + negative)
        refused = np.mean(np.array(negative) < 0)
        click.echo(f"  against {origin} ({len(negative)}): area under the curve {area:.3f}, refused {refused:.3f}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main()
