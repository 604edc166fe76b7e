"""The library as charts: articles by time, in the colours of their newspapers, and by newspaper. SVG without text in
it, so that what is to be read keeps its size on every screen; each chart can be read as a table."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.rendering.escaping import escape
from app.words.counting import counted
from app.words.library import LibraryWords
from rag.listing import Place

Unit = Literal["day", "month", "year"]

COLOURED = 5
LISTED = 8
_MOST_BUCKETS = 72
_HEIGHT = 100
_ROWS = 400


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time, both days inclusive, with its articles by newspaper ("" for those that state none)."""

    first: date
    last: date
    unit: Unit
    counts: Counter[str]

    @property
    def name(self) -> str:
        """ "05/03/2024", "03/2024", "2024"."""
        return self.first.strftime({"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}[self.unit])


def buckets(places: Sequence[Place], named: Callable[[str | None, str | None], str | None]) -> list[Bucket]:
    """The dated articles by day, month or year, whichever is the finest that gives few enough; empty ones between."""
    days = [place.day for place in places if place.day]
    if not days:
        return []
    first, last = min(days), max(days)
    unit: Unit = "day"
    if (last - first).days >= _MOST_BUCKETS:
        unit = "month" if (last.year - first.year) * 12 + last.month - first.month < _MOST_BUCKETS else "year"
    made: dict[date, Bucket] = {}
    at = _start(first, unit)
    while at <= last:
        end = _end(at, unit)
        made[at] = Bucket(at, end, unit, Counter())
        at = end + timedelta(days=1)
    for place in places:
        if place.day:
            made[_start(place.day, unit)].counts[named(place.outlet, place.host) or ""] += place.articles
    return list(made.values())


def charts_html(
    places: Sequence[Place], named: Callable[[str | None, str | None], str | None], words: LibraryWords
) -> str:
    """Both charts of some articles; nothing where there are none."""
    totals = Counter[str]()
    for place in places:
        totals[named(place.outlet, place.host) or ""] += place.articles
    if not totals:
        return ""
    ranked = sorted((name for name in totals if name), key=lambda name: (-totals[name], name))
    coloured = ranked[:COLOURED]
    undated = sum(place.articles for place in places if place.day is None)
    return _time_html(buckets(places, named), coloured, undated, words) + _newspapers_html(
        totals, ranked, coloured, words
    )


# ---- by time --------------------------------------------------------------------------------------------------------


def _time_html(made: Sequence[Bucket], coloured: Sequence[str], undated: int, words: LibraryWords) -> str:
    heading = {"day": words.by_day, "month": words.by_month, "year": words.by_year}[made[0].unit if made else "month"]
    if not made:
        return f'<section class="hb-chart"><h3>{heading}</h3><p class="hb-hint">{words.no_days}</p></section>'
    peak = max(made, key=lambda bucket: bucket.counts.total())
    most = peak.counts.total()
    told = words.chart_told.format(
        what=heading, first=made[0].name, last=made[-1].name, most=_number(most, words), peak=peak.name
    )
    bars = "".join(_bar(at, bucket, most, coloured, words) for at, bucket in enumerate(made))
    middle = f"<span>{made[len(made) // 2].name}</span>" if len(made) > 4 else ""
    last = f"<span>{made[-1].name}</span>" if len(made) > 1 else ""
    note = f'<p class="hb-hint">{counted(words.undated, undated, words.thousands)}</p>' if undated else ""
    return (
        f'<section class="hb-chart hb-chart-time"><h3>{heading}</h3><div class="hb-plot"><span class="hb-most"'
        f' aria-hidden="true">{_number(most, words)}</span><svg role="img" aria-label="{told}"'
        f' viewBox="0 0 {len(made)} {_HEIGHT}" preserveAspectRatio="none">{bars}</svg>'
        f'<div class="hb-axis" aria-hidden="true"><span>{made[0].name}</span>{middle}{last}</div></div>{note}'
        f"{_time_table(made, coloured, heading, words)}</section>"
    )


def _bar(at: int, bucket: Bucket, most: int, coloured: Sequence[str], words: LibraryWords) -> str:
    """One bar, its parts one on the other; a press shows its articles (the table has the same for the keyboard)."""
    total = bucket.counts.total()
    if not total:
        return ""
    parts, top = [], float(_HEIGHT)
    for colour, count in _stack(bucket.counts, coloured):
        # What is there must be seen, however little it is beside the largest.
        height = max(_HEIGHT * count / most, 0.8)
        top -= height
        parts.append(f'<rect class="hb-c{colour}" x="{at + 0.1}" y="{top:.2f}" width="0.8" height="{height:.2f}"/>')
    title = counted(words.bar, total, words.thousands, when=bucket.name)
    return (
        f'<g class="hb-bar" {_range(bucket)}><title>{title}</title>'
        f'<rect class="hb-reach" x="{at}" y="0" width="1" height="{_HEIGHT}"/>{"".join(parts)}</g>'
    )


def _stack(counts: Counter[str], coloured: Sequence[str]) -> list[tuple[int, int]]:
    """Colours from 1 with their counts, 0 for all other newspapers; the largest newspaper at the bottom."""
    stack = [(number, counts[name]) for number, name in enumerate(coloured, start=1) if counts[name]]
    rest = counts.total() - sum(count for _, count in stack)
    return [*stack, (0, rest)] if rest else stack


def _time_table(made: Sequence[Bucket], coloured: Sequence[str], heading: str, words: LibraryWords) -> str:
    head = "".join(f'<th scope="col" lang="vi">{escape(name)}</th>' for name in coloured)
    rows = "".join(
        f'<tr><th scope="row"><button type="button" class="hb-pick" {_range(bucket)} aria-label="'
        f'{words.only_these.format(what=bucket.name)}">{bucket.name}</button></th>'
        + "".join(f"<td>{_number(bucket.counts[name], words)}</td>" for name in coloured)
        + f"<td>{_number(bucket.counts.total(), words)}</td></tr>"
        for bucket in made[-_ROWS:]
        if bucket.counts
    )
    return (
        f'<details class="hb-table"><summary>{words.as_table}</summary><div class="hb-scroll" tabindex="0"'
        f' role="region" aria-label="{heading}"><table><caption>{heading}</caption><thead><tr>'
        f'<th scope="col">{words.when}</th>{head}<th scope="col">{words.all}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


# ---- by newspaper ---------------------------------------------------------------------------------------------------


def _newspapers_html(totals: Counter[str], ranked: Sequence[str], coloured: Sequence[str], words: LibraryWords) -> str:
    """Bars beside each other's names, each a button that shows its articles: it reads as a table by itself."""
    if not ranked:
        return ""
    most = max(totals.values())
    rows = [
        f'<li><button type="button" class="hb-paper" data-outlet="{escape(name)}"><span lang="vi">{escape(name)}</span>'
        f"<b>{_number(totals[name], words)}</b>{_strip(totals[name], most, _colour(name, coloured))}</button></li>"
        for name in ranked[:LISTED]
    ]
    others = ranked[LISTED:]
    rest = [(counted(words.others, len(others), words.thousands), sum(totals[name] for name in others))]
    rest.append((words.unnamed, totals[""]))
    rows += [
        f'<li><div class="hb-paper"><span>{label}</span><b>{_number(count, words)}</b>'
        f"{_strip(count, most, 0)}</div></li>"
        for label, count in rest
        if count
    ]
    return (
        f'<section class="hb-chart"><h3>{words.by_newspaper}</h3><ul class="hb-papers">{"".join(rows)}</ul>'
        f'<p class="hb-hint">{words.by_newspaper_note}</p></section>'
    )


def _strip(count: int, most: int, colour: int) -> str:
    return (
        '<svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none">'
        f'<rect class="hb-c{colour}" x="0" y="0" width="{max(100 * count / most, 0.5):.2f}" height="1"/></svg>'
    )


def _colour(name: str, coloured: Sequence[str]) -> int:
    return coloured.index(name) + 1 if name in coloured else 0


# ---------------------------------------------------------------------------------------------------------------------


def _range(bucket: Bucket) -> str:
    return f'data-from="{bucket.first.isoformat()}" data-to="{bucket.last.isoformat()}"'


def _number(count: int, words: LibraryWords) -> str:
    return f"{count:,}".replace(",", words.thousands)


def _start(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _end(start: date, unit: Unit) -> date:
    if unit == "day":
        return start
    if unit == "year":
        return start.replace(month=12, day=31)
    return start.replace(day=monthrange(start.year, start.month)[1])
