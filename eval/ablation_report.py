"""Tables of an ablation, for a terminal and for the report page: pure functions from `summary["ablation"]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from eval.plots import number

_ABSTENTION: Final = (("f1", "refusing F1"), ("precision", "P"), ("recall", "R"), ("separation", "AUC"))
_STEPS: Final = (("right", "right"), ("right_and_cited", "right, cited"), ("abstention_f1", "refusing F1"))
_TIME: Final = "total_ms_p50"


@dataclass(frozen=True, slots=True)
class AblationTable:
    """A titled table of texts; the first cell of a row names it."""

    title: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def ablation_view(ablation: Mapping[str, Any]) -> tuple[AblationTable, ...]:
    """The tables of the page, shares in per cent."""
    return (
        AblationTable(
            "Figures of each setting",
            "Per cent, and milliseconds of an answer. AUC: how often confidence ranks an answerable above an"
            " unanswerable question, whatever the threshold.",
            *rung_rows(ablation, _percent),
        ),
        AblationTable(
            "What each part adds",
            "Differences to the row above with their 95 % intervals (paired bootstrap), in points of per cent;"
            " a star where the interval leaves out zero.",
            *step_rows(ablation, 100.0),
        ),
        AblationTable("Right by kind", "Per cent.", *kind_rows(ablation, _percent)),
    )


def ablation_lines(ablation: Mapping[str, Any], aligned: Callable[[list[tuple[str, ...]]], list[str]]) -> list[str]:
    """The same for a terminal, shares between 0 and 1; `aligned` makes lines of rows."""
    tables = (rung_rows(ablation, _share), step_rows(ablation, 1.0), kind_rows(ablation, _share))
    lines: list[str] = []
    for heads, rows in tables:
        lines += [*([""] if lines else []), *aligned([heads, *rows])]
    return lines


Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


def rung_rows(ablation: Mapping[str, Any], share: Callable[[float | None], str]) -> Table:
    """One row a rung."""
    heads = ("setting", "right", "right, cited", *(name for _, name in _ABSTENTION), "p50 ms", "p95 ms")
    rows = []
    for rung in ablation["rungs"]:
        # Without an unanswerable question there is nothing to refuse rightly.
        refusing = [rung["abstention"][key] if rung["unanswerable"] else None for key, _ in _ABSTENTION]
        times = rung["total_ms"]
        rows.append(
            (
                rung["label"],
                *(share(value) for value in (rung["right"], rung["right_and_cited"], *refusing)),
                *("–" if times is None else number(times[name]) for name in ("p50", "p95")),
            )
        )
    return heads, tuple(rows)


def step_rows(ablation: Mapping[str, Any], scale: float) -> Table:
    """One row a step; `scale` turns shares into what is shown."""
    labels = {rung["name"]: rung["label"] for rung in ablation["rungs"]}
    heads = ("step", *(name for _, name in _STEPS), "p50 ms", "gained", "lost")
    ends = (ablation["rungs"][0]["name"], ablation["rungs"][-1]["name"])
    rows = []
    for step in ablation["steps"]:
        found = step["differences"]
        rows.append(
            (
                "all parts together" if (step["a"], step["b"]) == ends else labels[step["b"]],
                *(_difference(found.get(key), scale) for key, _ in _STEPS),
                _difference(found.get(_TIME), 1.0),
                str(step["gained"]),
                str(step["lost"]),
            )
        )
    return heads, tuple(rows)


def kind_rows(ablation: Mapping[str, Any], share: Callable[[float | None], str]) -> Table:
    """One row a kind of question, one column a rung: the share right."""
    rungs = ablation["rungs"]
    heads = ("kind", "questions", *(rung["label"] for rung in rungs))
    rows = tuple(
        (kind, str(scores["questions"]), *(share(rung["by_kind"][kind]["right"]) for rung in rungs))
        for kind, scores in rungs[0]["by_kind"].items()
    )
    return heads, rows


def _difference(found: Mapping[str, Any] | None, scale: float) -> str:
    if found is None:
        return "–"
    digits = 3 if scale == 1.0 and found["better"] > 0 else 1
    shown = [f"{found[name] * scale:+.{digits}f}" for name in ("difference", "low", "high")]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]{' *' if found['sure'] else ''}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
