"""Figures of the systems and how they are shown: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics import mean_over, ndcg, percentile, recall_at_k, reciprocal_rank
from eval.peers.child import Failed, Measured
from eval.peers.pool import FORMS, PeerPool, PeerQuestion

RECALLS = (1, 5, 10, 50)
MEASURES = (*(f"R@{k}" for k in RECALLS), "MRR@10", "nDCG@10")


@dataclass(frozen=True, slots=True)
class Row:
    """A system's averages over one set in one form, by the names of `MEASURES`, and its median time of a question."""

    system: str
    figures: dict[str, float]
    ms: float


def score(rankings: Mapping[str, Sequence[str]], questions: Sequence[PeerQuestion]) -> dict[str, float]:
    """Averages over the questions. A question without a ranking, or that no passage can answer, counts 0."""
    by_measure: dict[str, dict[str, float]] = {name: {} for name in MEASURES}
    for question in questions:
        # One part: another passage that holds the same answer gains nothing.
        ranked = [{0} if one in question.right else set() for one in rankings.get(question.id, ())]
        for k in RECALLS:
            by_measure[f"R@{k}"][question.id] = recall_at_k(ranked, 1, k)
        by_measure["MRR@10"][question.id] = reciprocal_rank(ranked)
        by_measure["nDCG@10"][question.id] = ndcg(ranked, 1)
    ids = [question.id for question in questions]
    return {name: mean_over(scores, ids) for name, scores in by_measure.items()}


def tables(pool: PeerPool, found: Sequence[Measured | Failed]) -> dict[str, list[Row | Failed]]:
    """By set and form, a row a system in the order given."""
    shown: dict[str, list[Row | Failed]] = {}
    for name in pool.sets:
        for form in FORMS:
            asked = pool.asked(name, form)
            shown[f"{name}, {form}"] = [_row(one, asked) if isinstance(one, Measured) else one for one in found]
    return shown


def _row(one: Measured, asked: Sequence[PeerQuestion]) -> Row:
    ms = dict(zip(one.rankings, one.ms, strict=True))
    return Row(one.name, score(one.rankings, asked), percentile([ms[question.id] for question in asked], 50))


def not_first(shown: Mapping[str, Sequence[Row | Failed]], ours: str) -> list[str]:
    """Where another system has the greater figure, as sentences."""
    found = []
    for name, rows in shown.items():
        by_system = {row.system: row for row in rows if isinstance(row, Row)}
        if ours not in by_system:
            continue
        for measure in MEASURES:
            own = by_system[ours].figures[measure]
            best = max(by_system.values(), key=lambda row: row.figures[measure])
            if best.figures[measure] > own:
                found.append(f"{name}: {measure} of {best.system} {best.figures[measure]:.3f}, ours {own:.3f}")
    return found


def as_markdown(pool: PeerPool, found: Sequence[Measured | Failed]) -> str:
    """A table a set and form, the best of each column bold, then what each system took."""
    lines = [
        f"{len(pool.passages):,} passages. Milliseconds are the median of a question; R@k is success within k.",
        "",
    ]
    for name, rows in tables(pool, found).items():
        asked = len(pool.asked(*name.rsplit(", ", 1)))
        lines += [f"### {name} ({asked:,} questions)", "", f"| | {' | '.join(MEASURES)} | ms |"]
        lines.append("|---" * (len(MEASURES) + 2) + "|")
        measured = [row for row in rows if isinstance(row, Row)]
        best = {measure: max((f"{row.figures[measure]:.3f}" for row in measured), default="") for measure in MEASURES}
        for row in rows:
            if isinstance(row, Failed):
                lines.append(f"| {row.name} | failed: {_cell(row.reason)} |" + " |" * len(MEASURES))
                continue
            cells = [f"{row.figures[measure]:.3f}" for measure in MEASURES]
            marked = [
                f"**{cell}**" if cell == best[measure] else cell for measure, cell in zip(MEASURES, cells, strict=True)
            ]
            lines.append(f"| {row.system} | {' | '.join(marked)} | {row.ms:.1f} |")
        lines.append("")
    return "\n".join([*lines, *_costs(found)])


def _costs(found: Sequence[Measured | Failed]) -> list[str]:
    lines = [
        "### Indexing and memory",
        "",
        "| | seconds to index | processor seconds | peak memory, MiB | versions |",
        "|---|---|---|---|---|",
    ]
    for one in found:
        if isinstance(one, Failed):
            lines.append(f"| {one.name} | failed: {_cell(one.reason)} | | | |")
            continue
        versions = ", ".join(f"{name} {version}" for name, version in one.versions.items())
        memory = one.peak_memory_bytes / 2**20
        lines.append(f"| {one.name} | {one.index_s:.1f} | {one.index_cpu_s:.1f} | {memory:,.0f} | {versions} |")
    lines += ["", *(f"{one.name}: {note}." for one in found if isinstance(one, Measured) for note in one.notes)]
    return lines


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
