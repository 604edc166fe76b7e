"""The chart of a timeline: days along the axis, a dot a sentence, those of a column one above the other.

It is drawn twice, for wide places and for narrow ones, with fewer and therefore longer columns there; style shows one.
Places are in percent and sizes in pixels, so that text keeps its size whatever the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.rendering.axis import Axis, Column, axis_of
from app.rendering.days import long_period, when
from app.rendering.escaping import escape
from app.words.counting import counted
from app.words.timeline import TimelineWords
from rag.datatypes import TimelineEntry
from rag.showing import shortened

# Name, the most columns, and how wide the place is at least, for labels that must not run into each other.
_SIZES = (("wide", 20, 490), ("narrow", 11, 290))
_MOST_DOTS = 8
_DOT, _STEP = 5, 13
_TICK_ROW, _AXIS_HEIGHT = 17, 38
_CHARACTER = 7.5
_TITLES, _TITLE_CHARS = 3, 90


def chart_html(entries: Sequence[TimelineEntry], words: TimelineWords) -> str:
    """The chart of the entries whose day is known; of none, a line that says so; of a single one, nothing."""
    dated = [(e.first_day, e) for e in entries if e.first_day and e.dating != "year_unknown"]
    if not dated:
        return f'<p class="hb-note">{words.no_chart}</p>'
    if len(dated) < 2:
        return ""
    days, shown = [day for day, _ in dated], [entry for _, entry in dated]
    charts = "".join(_svg(axis_of(days, most=most), shown, name, width, words) for name, most, width in _SIZES)
    return (
        f'<figure class="hb-timeline-chart">{charts}<figcaption>{_legend(shown, words)}'
        f"<span>{words.chart_hint}</span></figcaption></figure>"
    )


def _svg(axis: Axis, entries: Sequence[TimelineEntry], name: str, width: int, words: TimelineWords) -> str:
    columns = axis.columns
    rows = min(_MOST_DOTS, max(len(column.members) for column in columns))
    more = any(len(column.members) > _MOST_DOTS for column in columns)
    # Room for the number above a column with more sentences than dots.
    base = rows * _STEP + (19 if more else 6)
    height = base + _AXIS_HEIGHT
    parts = [f'<line class="hb-axis-line" x1="0" x2="100%" y1="{base}" y2="{base}"/>']
    parts += _ticks(axis, base, width / len(columns), words)
    for at, column in enumerate(columns):
        if column.is_break:
            parts.append(_break(at, len(columns), column, base, words))
        elif column.members:
            parts.append(_group(at, len(columns), column, axis, entries, base, words))
    return (
        f'<svg class="hb-{name}" role="group" aria-label="{words.chart}" width="100%" height="{height}">'
        f"{''.join(parts)}</svg>"
    )


def _group(
    at: int,
    count: int,
    column: Column,
    axis: Axis,
    entries: Sequence[TimelineEntry],
    base: int,
    words: TimelineWords,
) -> str:
    """The dots of a column: one place to press, named by its time and number, that leads to its sentences."""
    members = [entries[place] for place in column.members]
    sentences = counted(words.sentences, len(members), words.thousands)
    label = words.group.format(when=column_name(column, axis, words), sentences=sentences)
    told = "\n".join([label, *(f"• {shortened(entry.text, _TITLE_CHARS)}" for entry in members[:_TITLES])])
    numbers = " ".join(str(entry.citation.number) for entry in members)
    middle = _percent(at + 0.5, count)
    dots = "".join(_dot(entry, middle, base - _DOT - 3 - row * _STEP) for row, entry in enumerate(members[:_MOST_DOTS]))
    left_out = len(members) - _MOST_DOTS
    if left_out > 0:
        top = base - _MOST_DOTS * _STEP - 6
        dots += f'<text class="hb-more-dots" x="{middle}" y="{top}" text-anchor="middle">+{left_out}</text>'
    return (
        f'<g class="hb-group" role="button" tabindex="0" data-entries="{numbers}" aria-label="{label}">'
        f"<title>{escape(told)}</title>"
        f'<rect x="{_percent(at, count)}" y="0" width="{_percent(1, count)}" height="{base}" rx="3"/>{dots}</g>'
    )


def _dot(entry: TimelineEntry, middle: str, y: int) -> str:
    if long_period(entry.first_day, entry.last_day):
        # A square that stands on its corner, for what has no single day.
        return (
            f'<svg class="hb-dot hb-{entry.dating}" x="{middle}" y="{y}" overflow="visible">'
            f'<rect class="hb-long" x="-4.5" y="-4.5" width="9" height="9" transform="rotate(45)"/></svg>'
        )
    return f'<circle class="hb-dot hb-{entry.dating}" cx="{middle}" cy="{y}" r="{_DOT}"/>'


def _break(at: int, count: int, column: Column, base: int, words: TimelineWords) -> str:
    told = words.nothing_between.format(
        first=when(column.first, column.first, words), last=when(column.last, column.last, words)
    )
    return (
        f'<g class="hb-break-of-axis"><title>{told}</title><rect x="{_percent(at, count)}" y="{base - 8}"'
        f' width="{_percent(1, count)}" height="16"/><text x="{_percent(at + 0.5, count)}" y="{base + 4}"'
        f' text-anchor="middle" aria-hidden="true">⋯</text></g>'
    )


# ---- labels


def _ticks(axis: Axis, base: int, width: float, words: TimelineWords) -> Iterator[str]:
    """Two rows of labels, each only where the one before leaves room: the column's own, and what it is a part of."""
    count = len(axis.columns)
    # The first may begin a little before the axis does.
    free = [-8.0, 0.0]
    last_part = ""
    for at, column in enumerate(axis.columns):
        if column.is_break:
            last_part = ""
            continue
        own, part = _labels(column.first, axis, words)
        half = len(own) * _CHARACTER / 2
        middle = (at + 0.5) * width
        if own and middle - half >= free[0]:
            free[0] = middle + half + 4
            yield (
                f'<text class="hb-tick" x="{_percent(at + 0.5, count)}" y="{base + _TICK_ROW}" text-anchor="middle"'
                f' aria-hidden="true">{own}</text>'
            )
        # Near the right edge it ends where the axis ends.
        left, long = at * width, len(part) * _CHARACTER
        fits_in = left + long <= count * width
        begin = left if fits_in else count * width - long
        if part and part != last_part and begin >= free[1]:
            free[1] = begin + long + 8
            anchor = ("start", _percent(at, count)) if fits_in else ("end", "100%")
            yield (
                f'<text class="hb-tick hb-tick-part" x="{anchor[1]}" y="{base + 2 * _TICK_ROW - 1}"'
                f' text-anchor="{anchor[0]}" aria-hidden="true">{part}</text>'
            )
            last_part = part


def _labels(day: date, axis: Axis, words: TimelineWords) -> tuple[str, str]:
    """What stands below a column, and below that for the columns from there on."""
    match axis.unit:
        case "day":
            return str(day.day), f"{words.months_short[day.month - 1]} {day.year}"
        case "week":
            # A week belongs to the year that has its Thursday (ISO 8601).
            return words.day_tick.format(day=day.day, month=day.month), str(day.isocalendar().year)
        case "month":
            return words.months_short[day.month - 1], str(day.year)
        case "quarter":
            return f"Q{(day.month + 2) // 3}", str(day.year)
        case "year":
            return str(day.year), ""
        case _:
            return str(max(day.year - day.year % 10, 1)), ""


def column_name(column: Column, axis: Axis, words: TimelineWords) -> str:
    """A column's time in full: "31/1/2022", "3/1–9/1/2022", "Tháng 1/2022", "Quý 1/2022", "Năm 2022", "1990–1999"."""
    first = column.first
    match axis.unit:
        case "quarter":
            return words.quarter.format(quarter=(first.month + 2) // 3, year=first.year)
        case "decade" | "century":
            return f"{first.year}–{column.last.year}"
        case _:
            return when(first, column.last, words)


def _legend(entries: Sequence[TimelineEntry], words: TimelineWords) -> str:
    """What the kinds of dots mean, as far as they occur and there are several."""
    kinds = {
        "named": words.named,
        "published": words.published,
        "year_inferred": words.inferred,
    }
    met = [(kind, told) for kind, told in kinds.items() if any(entry.dating == kind for entry in entries)]
    signs = [f'<circle class="hb-dot hb-{kind}" cx="7" cy="7" r="{_DOT}"/>' for kind, _ in met]
    names = [told for _, told in met]
    if any(long_period(entry.first_day, entry.last_day) for entry in entries):
        signs.append('<rect class="hb-dot hb-long" x="2.5" y="2.5" width="9" height="9" transform="rotate(45 7 7)"/>')
        names.append(words.long)
    if len(names) < 2:
        return ""
    items = "".join(
        f'<li><svg width="14" height="14" aria-hidden="true">{sign}</svg> {name}</li>'
        for sign, name in zip(signs, names, strict=True)
    )
    return f'<ul class="hb-legend">{items}</ul>'


def _percent(part: float, whole: int) -> str:
    return f"{100 * part / whole:.3f}%"
