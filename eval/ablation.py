"""What each part of answering adds: one set asked with the parts switched on one after the other.

    sentences -> + reader -> + re-ranking -> + type and entity checks -> + grouping

Each rung is a run of its own, with all files of one, in OUT/rungs/; the last, everything on, is the run in OUT itself.
The embedder is opened once; the library anew for each rung, which takes a fraction of a second and leaves nothing over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eval.compare import SAMPLES, compare
from eval.prepare import ProgressFunction, prepare, settings_for_eval
from eval.records import QuestionRecord, read_records
from eval.report import render_report
from eval.run import ask_prepared
from eval.run_files import REPORT_NAME, RUNGS_NAME, SUMMARY_NAME, prepare_out, write_json, write_text
from rag.config import Settings
from rag.errors import SettingsError
from rag.pipeline import open_engine

if TYPE_CHECKING:
    from rag.embed import Embedder

SENTENCES: Final = "sentences"
PARTS: Final = ("rerank", "check", "group")
# (folder, label, how many of PARTS are on)
_LADDER: Final = (
    ("1-sentences", "sentence baseline", 0),
    ("2-reader", "+ reader", 0),
    ("3-rerank", "+ re-ranking", 1),
    ("4-check", "+ type and entity checks", 2),
    ("5-group", "+ grouping", 3),
)
STEP_FIGURES: Final = (
    "right",
    "right_and_cited",
    "abstention_f1",
    "abstention_precision",
    "abstention_recall",
    "total_ms_p50",
    "total_ms_p95",
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One setting of the ladder; `name` is that of its folder."""

    name: str
    label: str
    settings: Settings


def rungs(settings: Settings) -> tuple[Rung, ...]:
    """The five settings, from the baseline to everything on; they differ from `settings` in the parts alone.

    Raises SettingsError when `answer.reader` is the baseline's: then there is no reader to add.
    """
    reader = settings.answer.reader
    if reader == SENTENCES:
        raise SettingsError(
            f"answer.reader is {SENTENCES!r}, which is where an ablation starts",
            remedy="Leave the setting out, or name the reader to be measured",
        )
    return tuple(
        Rung(
            name,
            label,
            settings.model_copy(
                update={
                    "answer": settings.answer.model_copy(
                        update={"reader": reader if at else SENTENCES}
                        | {part: place < switched_on for place, part in enumerate(PARTS)}
                    )
                }
            ),
        )
        for at, (name, label, switched_on) in enumerate(_LADDER)
    )


def evaluate_ablation(
    set_path: Path,
    library_dir: Path,
    out: Path,
    settings: Settings,
    *,
    progress: ProgressFunction | None = None,
    embedder: Embedder | None = None,
    samples: int = SAMPLES,
) -> dict[str, Any]:
    """Run a set on every rung; returns what `summary.json` of the last holds, with `ablation`.

    `samples` is the number of resamples of the intervals. Raises RagError as `eval.run.evaluate_set`.
    """
    ladder = rungs(settings)
    prepared = prepare(set_path, library_dir, out, settings, progress=progress, embedder=embedder)
    summaries: dict[str, dict[str, Any]] = {}
    records: dict[str, list[QuestionRecord]] = {}
    for rung in ladder:
        folder = out if rung is ladder[-1] else out / RUNGS_NAME / rung.name
        prepare_out(folder)
        with open_engine(
            prepared.library_dir, settings_for_eval(rung.settings, squad=prepared.is_squad), embedder=embedder
        ) as engine:
            embedder = engine.embedder
            summaries[rung.name] = ask_prepared(
                engine, prepared, folder, rung.settings, progress=_labelled(progress, rung.label)
            )
        records[rung.name] = read_records(folder)
    last = ladder[-1].name
    summary = summaries[last] | {"ablation": ablation_figures(ladder, summaries, records, samples=samples)}
    write_json(out, SUMMARY_NAME, summary)
    write_text(out, REPORT_NAME, render_report(summary, records[last]))
    return summary


def ablation_figures(
    ladder: Sequence[Rung],
    summaries: Mapping[str, Mapping[str, Any]],
    records: Mapping[str, Sequence[QuestionRecord]],
    *,
    samples: int = SAMPLES,
) -> dict[str, Any]:
    """The figures of every rung, the differences of neighbours, and that of the ends; both maps go by a rung's name."""
    pairs = [*pairwise(ladder), (ladder[0], ladder[-1])]
    return {
        "rungs": [_figures(rung, summaries[rung.name]) for rung in ladder],
        "steps": [_step(one, other, records[one.name], records[other.name], samples) for one, other in pairs],
    }


def _labelled(progress: ProgressFunction | None, label: str) -> ProgressFunction | None:
    if progress is None:
        return None
    return lambda stage, done, total: progress(f"{label}: {stage}", done, total)


def _figures(rung: Rung, summary: Mapping[str, Any]) -> dict[str, Any]:
    answer, abstention = rung.settings.answer, summary["abstention"]
    total = summary["timings_ms"].get("total", {})
    return {
        "name": rung.name,
        "label": rung.label,
        "settings": {name: getattr(answer, name) for name in ("reader", *PARTS)},
        "questions": summary["counts"]["questions"],
        "unanswerable": summary["counts"]["unanswerable"],
        "right": summary["overall"]["right"],
        "right_and_cited": summary["overall"]["right_and_cited"],
        "abstention": {name: abstention[name] for name in ("f1", "precision", "recall", "separation")},
        "total_ms": {name: total[name] for name in ("p50", "p95")} if total else None,
        "by_kind": {
            kind: {name: scores[name] for name in ("questions", "right", "right_and_cited")}
            for kind, scores in summary["by_kind"].items()
        },
    }


def _step(
    one: Rung, other: Rung, a: Sequence[QuestionRecord], b: Sequence[QuestionRecord], samples: int
) -> dict[str, Any]:
    found = compare(a, b, names=(one.name, other.name), samples=samples)
    differences = {difference.name: difference for difference in found.differences}
    return {
        "a": one.name,
        "b": other.name,
        "gained": len(found.gained),
        "lost": len(found.lost),
        "differences": {
            name: asdict(differences[name]) | {"sure": differences[name].sure}
            for name in STEP_FIGURES
            if name in differences
        },
    }
