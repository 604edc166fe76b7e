"""How well unsupported sentences are told from supported ones: `python -m eval.checker`, and `… fit` for the weights.

`eval/sets/checker.jsonl` holds sentences with evidence: half of them supported, half corrupted in one respect. The part
`fitting` is for rules and weights, the part `held_out`, over other evidence, for the figures alone.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from eval.calibrating.fitting import Prior, fit_logistic, folds
from eval.entailment.pairs import DEVELOPMENT, evidence_of
from eval.options import data_option, guarded
from rag.config import Settings
from rag.embed import open_embedder
from rag.generation.checking import Checker
from rag.generation.checks.support import FEATURES, WEIGHTS_FILE, weights_of
from rag.reading.entailing import open_entailment

SET = Path(__file__).parent / "sets" / "checker.jsonl"
FITTING, HELD_OUT = "fitting", "held_out"
SEED = 20220131
# Of each supported sentence so many more are made by clauses that other sentences were corrupted with.
_TAILS = 1
_RIDGE = 4.0
# Of supported sentences that pass the rules so many may be lost to the threshold, of what it was fitted on.
_LOST = 0.04
_FOLDS = 8
# What is made weighs less than what somebody wrote.
_MADE = 0.1
_SIGNS: dict[str, int | None] = {
    "words": 1, "pairs": 1, "worst": 1, "gap": -1, "run": -1, "missing": -1, "new": -1, "similarity": 1,
    "worst_similarity": 1, "entailed": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with what it cites. `kind` says how it was worded or corrupted."""

    id: str
    part: str
    evidence: tuple[str, ...]
    question: str
    sentence: str
    supported: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Of "unsupported": precision and recall; and how many of each kind were judged rightly, of how many."""

    precision: float
    recall: float
    kinds: dict[tuple[bool, str], tuple[int, int]]
    median_ms: float
    slowest_ms: float


def load(path: Path = SET) -> list[Pair]:
    """The pairs of a file."""
    with path.open(encoding="utf-8") as lines:
        return [Pair(**{**row, "evidence": tuple(row["evidence"])}) for row in map(json.loads, lines)]


def written_pairs(data: Path, part: str) -> list[Pair]:
    """The sentences of `eval/entailment/written.jsonl` over the news of the data folder. Raises RagError."""
    return [
        Pair(f"{part}-{number}", part, evidence, "", one.sentence, one.supported, one.kind)
        for number, (one, evidence) in enumerate(evidence_of(data, part))
    ]


def measure(checker: Checker, pairs: Sequence[Pair]) -> tuple[Figures, list[tuple[Pair, tuple[str, ...]]]]:
    """The figures over pairs, and those judged wrongly with the reasons given."""
    right: Counter[tuple[bool, str]] = Counter()
    total: Counter[tuple[bool, str]] = Counter()
    wrong = []
    times = []
    for pair in pairs:
        begun = time.perf_counter()
        checked = checker.check(pair.sentence, pair.evidence, question=pair.question)
        times.append(1_000 * (time.perf_counter() - begun))
        key = (pair.supported, pair.kind)
        total[key] += 1
        if (checked.verdict == "supported") is pair.supported:
            right[key] += 1
        else:
            wrong.append((pair, (f"{checked.score:.2f}", *checked.reasons)))
    found = sum(count for (supported, _), count in right.items() if not supported)
    all_unsupported = sum(count for (supported, _), count in total.items() if not supported)
    false = sum(total[key] - right[key] for key in total if key[0])
    figures = Figures(
        precision=found / (found + false) if found + false else 0.0,
        recall=found / all_unsupported if all_unsupported else 0.0,
        kinds={key: (right[key], total[key]) for key in sorted(total)},
        median_ms=float(np.median(times)),
        slowest_ms=max(times),
    )
    return figures, wrong


def examples(
    checker: Checker, pairs: Sequence[Pair]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], list[str]]:
    """The features (n, len(FEATURES)) of the fitting pairs that pass the rules, and more made of them: each piece of
    evidence as a sentence of its own, and supported sentences with a clause that another was corrupted with.

    With them whether each is supported, whether it is a pair of the set as it stands, and its evidence.
    """
    chance = random.Random(SEED)  # noqa: S311 (a sample, no secret)
    rows: list[list[float]] = []
    labels: list[bool] = []

    real: list[bool] = []
    groups: list[str] = []

    def add(sentence: str, evidence: Sequence[str], *, supported: bool, stands: bool = False) -> None:
        rows.append(checker.features(sentence, evidence))
        labels.append(supported)
        real.append(stands)
        groups.append(evidence[0])

    tails = [(pair.evidence, tail) for pair in pairs if pair.kind == "addition" for tail in _tail(pair)]
    for evidence in dict.fromkeys(pair.evidence for pair in pairs):
        for text in evidence:
            add(text, evidence, supported=True)
    for pair in pairs:
        if not checker.reasons(pair.sentence, pair.evidence):
            add(pair.sentence, pair.evidence, supported=pair.supported, stands=True)
        if pair.supported:
            others = [tail for evidence, tail in tails if evidence != pair.evidence]
            for tail in chance.sample(others, _TAILS):
                add(f"{pair.sentence.rstrip('.')}, {tail}", pair.evidence, supported=False)
    return np.array(rows), np.array(labels), np.array(real), groups


def _tail(pair: Pair) -> Iterator[str]:
    """What a plausible addition adds: its words from the first on that no evidence has next to the one before."""
    words = pair.sentence.rstrip(".").split()
    held = " ".join(pair.evidence).lower()
    at = len(words)
    while at > 2 and f"{words[at - 2]} {words[at - 1]}".lower().strip(",") not in held:
        at -= 1
    tail = words[at - 1 :] if at < len(words) else []
    if len(tail) > 2:
        yield " ".join(tail)


def fit(checker: Checker, pairs: Sequence[Pair]) -> dict[str, object]:
    """The contents of the weights file."""
    rows, labels, real, groups = examples(checker, pairs)
    weight = np.where(labels | real, 1.0, _MADE)
    share = float(np.average(labels, weights=weight))
    weight = weight * np.where(labels, 0.5 / share, 0.5 / (1 - share))
    prior = Prior(signs=_SIGNS, means={})
    fitted = fit_logistic(rows, labels, weight, FEATURES, prior, ridge=_RIDGE)
    # The threshold on sentences that their weights have not seen.
    unseen = np.zeros(len(rows))
    parts = folds(groups, _FOLDS, SEED)
    for part in range(_FOLDS):
        mine = parts == part
        others = fit_logistic(rows[~mine], labels[~mine], weight[~mine], FEATURES, prior, ridge=_RIDGE)
        unseen[mine] = 1 / (1 + np.exp(-(rows[mine] @ others[:-1] + others[-1])))
    threshold = float(np.quantile(unseen[labels & real], _LOST))
    caught = {
        "real": float(np.mean(unseen[~labels & real] < threshold)),
        "made": float(np.mean(unseen[~labels & ~real] < threshold)),
    }
    return {
        "how": "python -m eval.checker fit: a logistic regression over the fitting part of eval/sets/checker.jsonl and "
        "the development part of eval/entailment/written.jsonl",
        "supported": int(labels.sum()),
        "unsupported": int((~labels).sum()),
        "caught_unseen": {name: round(share, 4) for name, share in caught.items()},
        "weights": {name: round(float(value), 6) for name, value in zip(FEATURES, fitted[:-1], strict=True)},
        "intercept": round(float(fitted[-1]), 6),
        "threshold": round(threshold, 6),
    }


def table(figures: Figures) -> str:
    """The figures as Markdown."""
    lines = [
        f"Precision of “unsupported” {figures.precision:.3f}, recall {figures.recall:.3f}; a sentence takes "
        f"{figures.median_ms:.0f} ms (median), {figures.slowest_ms:.0f} ms at most.",
        "",
        "| pairs | kind | judged rightly | of |",
        "|---|---|---:|---:|",
    ]
    for (supported, kind), (right, total) in figures.kinds.items():
        lines.append(f"| {'supported' if supported else 'corrupted'} | {kind} | {right} | {total} |")
    return "\n".join(lines)


def open_checker() -> Checker:
    """The checker over the shipped models."""
    settings = Settings()
    embedder = open_embedder(settings.embed)
    return Checker(open_entailment(settings.embed), embedder)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Without a command: the figures on the held-out part."""
    if context.invoked_subcommand is None:
        context.invoke(report)


@main.command()
@click.option("--part", type=click.Choice((FITTING, HELD_OUT)), default=HELD_OUT, show_default=True)
@click.option("--wrong", is_flag=True, help="Also the pairs judged wrongly.")
def report(part: str = HELD_OUT, *, wrong: bool = False) -> None:
    """Precision, recall and a table by kind."""
    figures, errors = measure(open_checker(), [pair for pair in load() if pair.part == part])
    click.echo(table(figures))
    for pair, reasons in errors if wrong else ():
        click.echo(f"{pair.id} {'supported' if pair.supported else pair.kind}: {pair.sentence} <- {'; '.join(reasons)}")


@main.command("fit")
@data_option
@guarded
def fit_command(data: Path) -> None:
    """Fit the weights on the fitting part, and on sentences over real news that no network was trained on."""
    contents = fit(
        open_checker(), [*(pair for pair in load() if pair.part == FITTING), *written_pairs(data, DEVELOPMENT)]
    )
    WEIGHTS_FILE.write_text(json.dumps(contents, indent=1) + "\n", encoding="utf-8")
    weights_of.cache_clear()
    click.echo(f"written: {WEIGHTS_FILE}")


if __name__ == "__main__":
    main()
