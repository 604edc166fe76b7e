"""Fits the decision to answer or refuse: `python -m eval.calibrate --data DIR`.

Development questions are asked of a library that holds their passages among other news, and read by the span reader.
Out come, in rag/data/reader.json, the reader's own order of pieces and its probabilities, and in rag/data/answer.json
two regressions over all that `rag.decide` knows of a piece: which leads, and whether it answers. Every answerable
question is also asked with its own article left out: the nearest passages of another story stand for what a reader
meets most, a question that the library is silent on. Adversarial questions, which keep a passage's words and change one
decisive thing, are the other kind that must be refused.

Figures are of questions about passages that the weights were not fitted on. The reader's own operating point is where
refusing has the best F1 if a quarter of the questions has no answer, half of them adversarial; the decision's is where
94.5 % of the answerable ones are answered. Both lie at probability one half.

The sentence baseline is fitted by `python -m eval.calibrate_sentences`.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import click

from eval.calibrating.answer_fit import Example, examples_of, fit_answer, labelled, report
from eval.calibrating.questions import ALONE, POOLED, SEED, UNACCENTED, load_questions, write_pool
from eval.calibrating.reader_fit import fit_alone, fit_answerable, fit_from, fit_order
from eval.calibrating.readings import Read, key_of, read_alone, read_pool
from rag import vietnamese
from rag.config import Settings, load_settings
from rag.decide import WEIGHTS_FILE as ANSWER_FILE
from rag.pipeline import build, open_engine
from rag.reader import SpanReader, make_reader
from rag.reading.facts import UNFITTED
from rag.reading.facts import WEIGHTS_FILE as READER_FILE

UNANSWERABLE_SHARE = 0.25


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option("--work", type=click.Path(path_type=Path), default=Path("runs/calibrate"), show_default=True)
@click.option("--scale", type=float, default=1.0, show_default=True, help="Share of the questions, for a quick look.")
@click.option("--write/--no-write", default=True, show_default=True, help="Write reader.json and answer.json.")
def main(data: Path, work: Path, scale: float, write: bool) -> None:
    """Fit the reader's probabilities and the decision, and say how well they do on questions held apart."""
    work.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()

    def tell(line: str) -> None:
        click.echo(f"[{time.perf_counter() - started:4.0f} s] {line}")

    settings = load_settings(None, {"load.min_article_chars": 0})
    reader_facts: dict[str, Any] = json.loads(READER_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    sections, examples = _fit(data, work, scale, settings, reader_facts["sha256"], tell)
    answer = fit_answer(examples, UNANSWERABLE_SHARE, SEED)
    report(examples, answer, tell)
    if write:
        _write(READER_FILE.with_suffix(".json"), {**reader_facts, "fit": sections})
        _write(ANSWER_FILE, {"ranking": answer.ranking, "answerable": answer.answerable})
        tell(f"written: {READER_FILE.with_suffix('.json').name}, {ANSWER_FILE.name}")


def _fit(
    data: Path, work: Path, scale: float, settings: Settings, reader_sha256: str, tell: Any
) -> tuple[dict[str, Any], list[Example]]:
    """The reader's fit, and the examples that the decision is fitted on."""
    corpus = work / "pool.jsonl"
    write_pool(data, corpus)
    tell("indexing the pool")
    build([corpus], work / "library", settings)
    pooled, alone = load_questions(data, POOLED, scale), load_questions(data, ALONE, scale)
    bare = [(one, vietnamese.fold(one.question)) for one in pooled if one.answers][: round(UNACCENTED * scale)]
    with open_engine(work / "library", settings) as engine:
        passages = settings.answer.passages
        deep = settings.model_copy(update={"answer": settings.answer.model_copy(update={"passages": passages + 2})})
        reader = make_reader(deep, lambda: engine.embedder)
        if not isinstance(reader, SpanReader):
            raise click.UsageError("the settings name a reader that has no signals to calibrate")
        key = key_of(reader_sha256, settings.model_dump_json(), corpus.stat().st_size)
        reads = read_pool(
            engine, reader, [*((one, one.question) for one in pooled), *bare], work / f"pool-{key}.jsonl", tell
        )
        own = read_alone(reader, engine.understanding.question, alone, work / f"alone-{key}.jsonl", tell)
        ids = {row.source: row.id for row in engine.library.articles()}
        with_gold: list[tuple[Read, str | None]] = [
            (read, ids.get(f"{corpus}#{read.question.passage}") if read.question.answers else None) for read in reads
        ]
        start = fit_from({**UNFITTED, "answerable": UNFITTED["answerable"]})
        plain = [(read, gold) for read, gold in with_gold if read.text == read.question.question]
        sections: dict[str, Any] = {**UNFITTED, **fit_order(plain, start, engine.article, passages)}
        fit = fit_from(sections)
        sections |= fit_alone(own, fit, tell)
        cases = labelled(with_gold, fit, engine.article, passages)
        sections["answerable"] = fit_answerable(
            [case.reading for case in cases],
            [case.answerable for case in cases],
            [case.kind for case in cases],
            UNANSWERABLE_SHARE,
        )
        tell(f"comparing names and words in {len(cases)} readings")
        examples = examples_of(cases, engine)
    return sections, examples


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main()
