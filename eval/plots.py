"""The report's charts as small SVG drawings: pure functions from numbers to markup.

Colours and fonts come from the page's style sheet through class names (`s0`, `s1`, …), so the drawings follow a light
or a dark page. Texts are escaped. A drawing is 460 units wide and is scaled to its column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

_WIDTH = 460
_LEFT = 46
_RIGHT = 14
_TOP = 12
_BOTTOM = 44


@dataclass(frozen=True, slots=True)
class Series:
    """A named line: points (x, y) in data units, ascending x. `style` picks its colour."""

    name: str
    points: tuple[tuple[float, float], ...]
    style: int


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` with labelled ticks. A logarithmic axis needs `low` > 0."""

    label: str
    low: float
    high: float
    ticks: tuple[float, ...]
    scale: Literal["linear", "log"] = "linear"
    percent: bool = False

    def place(self, value: float) -> float:
        """Where a value lies between the ends, 0 to 1; values outside are held at the ends."""
        value = min(max(value, self.low), self.high)
        if self.scale == "log":
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def text(self, value: float) -> str:
        return f"{value:.0%}" if self.percent else f"{value:g}"


@dataclass(frozen=True, slots=True)
class Dots:
    """A row of a dot chart: values between 0 and 1, one for each series; None where it does not apply."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A row of a box chart, all in one unit, ascending."""

    name: str
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float


SHARE = Axis("", 0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), percent=True)


def line_chart(
    series: Sequence[Series],
    x: Axis,
    y: Axis,
    *,
    title: str,
    marker: tuple[float, str] | None = None,
    spots: Sequence[tuple[float, float, str]] = (),
) -> Markup:
    """Lines over a common x axis; `marker` is a vertical line at an x value, with its label, `spots` are rings at
    points (x, y) that tell their text."""
    height = 300
    area = _Area(height, left=_LEFT)
    parts = [_x_axis(area, x), _y_axis(area, y)]
    if marker is not None:
        at = area.x(x.place(marker[0]))
        side = ("end", -6) if x.place(marker[0]) > 0.6 else ("start", 6)
        parts.append(
            Markup('<line class="marker" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(_n(at), area.top, area.bottom)
        )
        parts.append(
            Markup('<text class="note" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                _n(at + side[1]), area.top + 12, side[0], marker[1]
            )
        )
    for one in series:
        places = [(area.x(x.place(a)), area.y(y.place(b))) for a, b in one.points]
        path = "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in places) if places else ""
        parts.append(Markup('<path class="line s{}" d="{}"/>').format(one.style, path))
        dense = len(places) > 20
        for (a, b), (at_x, at_y) in zip(one.points, places, strict=True):
            parts.append(
                Markup('<circle class="dot s{}{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
                    one.style,
                    " touch" if dense else "",
                    _n(at_x),
                    _n(at_y),
                    2.6 if not dense else 6,
                    f"{one.name}: {y.text(b)} at {x.text(a)}",
                )
            )
    for at, value, text in spots:
        parts.append(
            Markup('<circle class="spot" cx="{}" cy="{}" r="5"><title>{}</title></circle>').format(
                _n(area.x(x.place(at))), _n(area.y(y.place(value))), text
            )
        )
    return _svg(height, title, parts)


def dot_chart(rows: Sequence[Dots], names: Sequence[str], *, title: str) -> Markup:
    """One row a category, one dot a series, on a scale from 0 to 100 %; a thin line joins the dots of a row."""
    pitch = 26
    left = 150
    height = _TOP + pitch * max(len(rows), 1) + _BOTTOM - 18
    area = _Area(height, left=left, bottom=_BOTTOM - 18)
    parts = [_x_axis(area, SHARE)]
    for index, row in enumerate(rows):
        at_y = area.top + pitch * (index + 0.5)
        parts.append(
            Markup('<text class="row" x="{}" y="{}" text-anchor="end">{}</text>').format(
                left - 10, _n(at_y + 4), _short(row.name, 21)
            )
        )
        known = [value for value in row.values if value is not None]
        if known:
            parts.append(
                Markup('<line class="span" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(
                    _n(area.x(min(known))), _n(area.x(max(known))), y=_n(at_y)
                )
            )
        for style, (name, value) in enumerate(zip(names, row.values, strict=True)):
            if value is not None:
                parts.append(_mark(style, area.x(value), at_y, f"{row.name} – {name}: {value:.1%}"))
    return _svg(height, title, parts)


def box_chart(rows: Sequence[Box], *, unit: str, title: str) -> Markup:
    """Boxes from the quarter to three quarters, whiskers from `low` to `high`, on a logarithmic axis."""
    pitch = 30
    left = 108
    height = _TOP + pitch * max(len(rows), 1) + _BOTTOM
    area = _Area(height, left=left, right=40)
    axis = log_axis(unit, [value for row in rows for value in (row.low, row.high)])
    parts = [_x_axis(area, axis)]
    for index, row in enumerate(rows):
        at_y = area.top + pitch * (index + 0.5)
        low, quarter, median, three, high = (
            area.x(axis.place(value)) for value in (row.low, row.quarter, row.median, row.three_quarters, row.high)
        )
        text = f"{row.name}: median {number(row.median)} {unit}, 95 % within {number(row.high)} {unit}"
        parts.append(
            Markup(
                '<g><title>{}</title><text class="row" x="{}" y="{}" text-anchor="end">{}</text>'
                '<line class="whisker" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
                '<rect class="box" x="{}" y="{}" width="{}" height="14" rx="2"/>'
                '<line class="median" x1="{m}" x2="{m}" y1="{}" y2="{}"/>'
                '<text class="value" x="{}" y="{}">{}</text></g>'
            ).format(
                text, left - 10, _n(at_y + 4), _short(row.name, 14),
                _n(low), _n(high),
                _n(quarter), _n(at_y - 7), _n(max(three - quarter, 1.5)),
                _n(at_y - 8), _n(at_y + 8),
                _n(high + 5), _n(at_y + 4), number(row.high),
                y=_n(at_y), m=_n(median),
            )
        )  # fmt: skip
    return _svg(height, title, parts)


def log_axis(label: str, values: Sequence[float]) -> Axis:
    """A logarithmic axis over all positive values, its ticks at powers of ten (and 3, 30, … where few)."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
    if high <= low:
        high = low + 1
    ticks = [10.0**power for power in range(low, high + 1)]
    if len(ticks) <= 3:
        ticks = sorted(ticks + [3 * tick for tick in ticks[:-1]])
    return Axis(label, 10.0**low, 10.0**high, tuple(ticks), scale="log")


def number(value: float) -> str:
    """Three significant digits, never in exponent form."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def legend_sample(kind: Literal["line", "mark"], style: int) -> Markup:
    """A small drawing of a line or a mark, for a legend."""
    sample = Markup('<path class="line s{}" d="M1 6H21"/>').format(style) if kind == "line" else _mark(style, 11, 6, "")
    return Markup('<svg viewBox="0 0 22 12" aria-hidden="true">{}</svg>').format(sample)


class _Area:
    """The plotting area in drawing units; `x` and `y` take shares of it."""

    def __init__(self, height: int, *, left: int, right: int = _RIGHT, bottom: int = _BOTTOM) -> None:
        self.left, self.right = left, _WIDTH - right
        self.top, self.bottom = _TOP, height - bottom

    def x(self, share: float) -> float:
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        return self.bottom - share * (self.bottom - self.top)


def _svg(height: int, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, height, title, Markup("").join(parts)
    )


def _x_axis(area: _Area, axis: Axis) -> Markup:
    parts = []
    for tick in axis.ticks:
        at = _n(area.x(axis.place(tick)))
        parts.append(
            Markup(
                '<line class="grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
                '<text class="tick" x="{0}" y="{3}" text-anchor="middle">{4}</text>'
            ).format(at, area.top, area.bottom, area.bottom + 17, axis.text(tick))
        )
    if axis.label:
        parts.append(
            Markup('<text class="label" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                _n((area.left + area.right) / 2), area.bottom + 36, axis.label
            )
        )
    return Markup("").join(parts)


def _y_axis(area: _Area, axis: Axis) -> Markup:
    return Markup("").join(
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
            '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>'
        ).format(
            area.left,
            area.right,
            area.left - 8,
            _n(area.y(axis.place(tick)) + 4),
            axis.text(tick),
            y=_n(area.y(axis.place(tick))),
        )
        for tick in axis.ticks
    )


def _mark(style: int, x: float, y: float, text: str) -> Markup:
    """Series differ in shape as well as in colour."""
    shape = (
        '<circle class="mark s{s}" cx="{x}" cy="{y}" r="7"><title>{t}</title></circle>',
        '<path class="mark s{s}" d="M{x} {y}m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z"><title>{t}</title></path>',
        '<path class="mark hollow s{s}" d="M{x} {y}m-4.5 -4.5h9v9h-9z"><title>{t}</title></path>',
    )[style % 3]
    return Markup(shape).format(s=style, x=_n(x), y=_n(y), t=text)  # noqa: S704 (one of the literals above)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
