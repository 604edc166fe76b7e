"""The drawings of the report page: pure functions from a run's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from eval.plots import SHARE, Axis, Box, Dots, Series, box_chart, dot_chart, legend_sample, line_chart, number

KIND_DOTS: Final = (
    ("right", "right"),
    ("right_and_cited", "right and cited"),
    ("evidence_recall@10", "evidence recall@10"),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with its caption, legend (name, sample) and the figures behind it."""

    title: str
    caption: str
    drawing: Markup
    legend: tuple[tuple[str, Markup], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def percent(share: float | None, sign: str = "") -> str:
    """A share in per cent with one digit, a dash where there is none."""
    return "–" if share is None else f"{share * 100:.1f}{sign}"


def plots_of(summary: Mapping[str, Any]) -> tuple[list[Plot], list[Plot]]:
    """The plots for which the run has figures, in two columns."""
    left, right = [], [_kinds_plot(summary)]
    if summary["recall"]["article"]:
        left.append(_recall_plot(summary))
    if summary["counts"]["answerable"] and summary["counts"]["unanswerable"]:
        left.append(_abstention_plot(summary))
        right += [_trade_off_plot(summary), _refusing_plot(summary)]
    if summary["timings_ms"]:
        right.append(_latency_plot(summary))
    return left, right


def _recall_plot(summary: Mapping[str, Any]) -> Plot:
    curves = (("articles", summary["recall"]["article"]), ("evidence", summary["recall"]["evidence"]))
    depth = len(summary["recall"]["article"])
    series = [
        Series(name, tuple((float(k), value) for k, value in enumerate(curve, start=1)), style)
        for style, (name, curve) in enumerate(curves)
    ]
    ticks = tuple(float(k) for k in (1, 2, 5, 10, 20, 50) if k <= depth)
    return Plot(
        title="Recall against k",
        caption="Share of the expected articles among the first k different articles, and of the expected evidence"
        " among the first k passages.",
        drawing=line_chart(series, Axis("k", 1.0, float(depth), ticks, scale="log"), SHARE, title="Recall against k"),
        legend=_line_legend([name for name, _ in curves]),
        heads=("k", "articles, %", "evidence, %"),
        rows=tuple((str(k), *(percent(curve[k - 1]) for _, curve in curves)) for k in map(int, ticks)),
    )


def _kinds_plot(summary: Mapping[str, Any]) -> Plot:
    """Kinds in the order of their share of right and cited answers, best first."""
    ordered = sorted(summary["by_kind"].items(), key=lambda item: (-(item[1]["right_and_cited"] or 0.0), item[0]))
    rows = [
        Dots(f"{kind} ({scores['questions']})", tuple(scores[metric] for metric, _ in KIND_DOTS))
        for kind, scores in ordered
    ]
    names = [name for _, name in KIND_DOTS]
    return Plot(
        title="Scores by kind",
        caption="Best kinds first, with the number of questions. An unanswerable question is right when it is refused.",
        drawing=dot_chart(rows, names, title="Scores by kind"),
        legend=tuple((name, legend_sample("mark", style)) for style, name in enumerate(names)),
        heads=("kind", *(f"{name}, %" for name in names)),
        rows=tuple((row.name, *(percent(value) for value in row.values)) for row in rows),
    )


def _abstention_plot(summary: Mapping[str, Any]) -> Plot:
    found = summary["abstention"]
    names = (
        ("false_answers", "unanswerable, answered"),
        ("lost", "answerable, refused"),
        ("f1", "F1 of refusing"),
    )
    series = [
        Series(name, tuple((point["threshold"], point[key]) for point in found["curve"]), style)
        for style, (key, name) in enumerate(names)
    ]
    apart = found["separation"]
    return Plot(
        title="Abstention over the threshold",
        caption="What refusing every answer whose confidence is below the threshold would mean."
        + (
            ""
            if apart is None
            else f" Confidence ranks an answerable above an unanswerable question in {percent(apart)}% of pairs."
        ),
        drawing=line_chart(
            series,
            Axis("threshold", 0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
            SHARE,
            title="Abstention over the threshold",
            marker=(found["threshold"], f"used: {found['threshold']:g}"),
        ),
        legend=_line_legend([name for _, name in names]),
        heads=("threshold", *(f"{name}, %" for _, name in names)),
        rows=tuple(
            (f"{point['threshold']:.1f}", *(percent(point[key]) for key, _ in names)) for point in found["curve"][::10]
        ),
    )


def _trade_off_plot(summary: Mapping[str, Any]) -> Plot:
    """Share right against share answered, with rings where the run stands."""
    found = summary["trade_off"]
    names = (("right", "right"), ("right_and_cited", "right and cited"))
    points = [point for point in found["points"] if point["right"] is not None]
    used = found["used"]
    thin = _thinned(points, "answered")
    return Plot(
        title="Right against answered",
        caption="Answering the most confident questions first: the share of all questions answered, and how many of"
        " the answers given are right. Refused questions count with the answer that was held back. Rings: this run.",
        drawing=line_chart(
            [
                Series(name, tuple((point["answered"], point[key]) for point in thin), style)
                for style, (key, name) in enumerate(names)
            ],
            Axis("share answered", 0.0, 1.0, SHARE.ticks, percent=True),
            SHARE,
            title="Right against answered",
            marker=(used["answered"], f"this run: {used['answered']:.0%}"),
            spots=[
                (used["answered"], used[key], f"this run, {name}: {used[key]:.1%}")
                for key, name in names
                if used[key] is not None
            ],
        ),
        legend=_line_legend([name for _, name in names]),
        heads=("answered, %", "threshold", *(f"{name}, %" for _, name in names)),
        rows=(*(_trade_off_row(point) for point in _tenths(points, "answered")), _trade_off_row(used, "this run")),
    )


def _refusing_plot(summary: Mapping[str, Any]) -> Plot:
    found = summary["trade_off"]
    # Answering all refuses nothing, and the precision of nothing is none.
    points = [point for point in reversed(found["points"]) if point["recall"] > 0.0]
    thin, used = _thinned(points, "recall"), found["used"]
    return Plot(
        title="Refusing: precision against recall",
        caption="Over all thresholds: the share of the unanswerable questions that is refused, and how many of the"
        " refusals are right. The ring is this run.",
        drawing=line_chart(
            [Series("precision", tuple((point["recall"], point["precision"]) for point in thin), 0)],
            Axis("recall", 0.0, 1.0, SHARE.ticks, percent=True),
            SHARE,
            title="Refusing: precision against recall",
            spots=[(used["recall"], used["precision"], f"this run: {used['precision']:.1%} at {used['recall']:.1%}")],
        ),
        legend=_line_legend(["precision"]),
        heads=("recall, %", "threshold", "precision, %"),
        rows=tuple(
            (
                percent(point["recall"]) + note,
                _threshold(point["threshold"]),
                percent(point["precision"]),
            )
            for point, note in [*((point, "") for point in _tenths(points, "recall")), (used, " (this run)")]
        ),
    )


def _thinned(points: Sequence[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """The last point of each hundredth: more cannot be seen."""
    return list({int(point[key] * 100): point for point in points}.values())


def _tenths(points: Sequence[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """The first point that reaches each tenth."""
    reached = (next((point for point in points if point[key] >= tenth / 10 - 1e-9), None) for tenth in range(1, 11))
    found = [point for point in reached if point is not None]
    return [point for at, point in enumerate(found) if at == 0 or point is not found[at - 1]]


def _trade_off_row(point: Mapping[str, Any], note: str = "") -> tuple[str, ...]:
    answered = percent(point["answered"]) + (f" ({note})" if note else "")
    return answered, _threshold(point["threshold"]), percent(point["right"]), percent(point["right_and_cited"])


def _threshold(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _latency_plot(summary: Mapping[str, Any]) -> Plot:
    times = summary["timings_ms"]
    boxes = [Box(stage, of["p5"], of["p25"], of["p50"], of["p75"], of["p95"]) for stage, of in times.items()]
    return Plot(
        title="Time by stage",
        caption="Box: the middle half with the median; whiskers: 5th to 95th percentile, the latter in figures.",
        drawing=box_chart(boxes, unit="ms", title="Time by stage in milliseconds"),
        legend=(),
        heads=("stage, ms", "p50", "p95", "max", "mean"),
        rows=tuple(
            (stage, *(number(of[name]) for name in ("p50", "p95", "max", "mean"))) for stage, of in times.items()
        ),
    )


def _line_legend(names: Sequence[str]) -> tuple[tuple[str, Markup], ...]:
    return tuple((name, legend_sample("line", style)) for style, name in enumerate(names))
