"""Which articles pass filters on day and newspaper, asked of the database alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Filters
from rag.vietnamese import fold

if TYPE_CHECKING:
    from rag.library import Library

# An address up to the first slash behind "https://"; few differ, so that Python need look at few.
_SITE = "substr(url, 1, instr(substr(url, 9) || '/', '/') + 7)"
_PLACES = f"SELECT DISTINCT outlet, {_SITE} FROM articles"  # noqa: S608
_PLACES_COUNTED = f"SELECT outlet, {_SITE}, count(*) FROM articles"  # noqa: S608
_PLACED = f"(outlet IN (SELECT value FROM json_each(?)) OR {_SITE} IN (SELECT value FROM json_each(?)))"  # noqa: S608
# CROSS JOIN keeps the order: articles by their covering index first, then the passages of those that pass. One string
# of numbers costs half of what as many rows do.
_KEYS = "SELECT group_concat(c.key) FROM articles a CROSS JOIN chunks c ON c.article = a.number WHERE {condition}"
_NEWSPAPERS_NAMED = 8
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)


def selected_keys(library: Library, filters: Filters) -> NDArray[np.int64]:
    """Keys of the passages whose article passes, ascending; all passages where the filters are empty."""
    condition, values = condition_of(library, filters)
    ((keys,),) = library.select(_KEYS.format(condition=condition), values)
    return np.sort(np.fromstring(keys or "", dtype=np.int64, sep=","))


def condition_of(library: Library, filters: Filters) -> tuple[str, list[object]]:
    """The filters as a condition of SQL on `articles`, and the values in it."""
    conditions, values = ["1"], list[object]()
    if filters.published_from:
        conditions.append("published_on >= ?")
        values.append(filters.published_from.isoformat())
    if filters.published_to:
        conditions.append("published_on <= ?")
        values.append(filters.published_to.isoformat())
    if filters.outlets:
        outlets, sites = _matching(library.select(_PLACES), filters.outlets)
        conditions.append(_PLACED)
        values += [json.dumps(outlets), json.dumps(sites)]
    return " AND ".join(conditions), values


def why_none_passes(library: Library, filters: Filters) -> str:
    """Which of the filters leaves nothing, and what there is instead (Vietnamese, for the reader)."""
    days = Filters(filters.published_from, filters.published_to)
    if filters.outlets and not len(selected_keys(library, Filters(outlets=filters.outlets))):
        asked = ", ".join(f"“{outlet}”" for outlet in filters.outlets)
        return f"Thư viện không có bài nào của báo {asked}. {_newspapers(library)}"
    if days and not len(selected_keys(library, days)):
        return f"Thư viện không có bài nào đăng {_between(filters)}. {_days_there(library)}"
    return f"Thư viện không có bài nào của báo đó đăng {_between(filters)}. {_days_there(library)}"


def _between(filters: Filters) -> str:
    first, last = (day and f"{day:%d/%m/%Y}" for day in (filters.published_from, filters.published_to))
    if first and last:
        return f"từ {first} đến {last}" if first != last else f"ngày {first}"
    return f"từ {first} trở đi" if first else f"đến hết {last}"


def _days_there(library: Library) -> str:
    ((first, last, dated, count),) = library.select(
        "SELECT min(published_on), max(published_on), count(published_on), count(*) FROM articles"
    )
    if not dated:
        return "Không bài nào trong thư viện ghi ngày đăng."
    range_there = " đến ".join(f"{date.fromisoformat(day):%d/%m/%Y}" for day in (first, last))
    undated = f"; {count - dated} bài không ghi ngày thì bị bỏ qua" if count > dated else ""
    return f"Các bài có ngày đăng từ {range_there}{undated}."


def _newspapers(library: Library) -> str:
    """The newspapers with the most articles, by name, or else by host."""
    counts: Counter[str] = Counter()
    for outlet, site, count in library.select(f"{_PLACES_COUNTED} GROUP BY 1, 2"):
        if name := outlet or host_of(site):
            counts[name] += count
    if not counts:
        return "Không bài nào trong thư viện ghi tên báo hay địa chỉ."
    named = [f"{name} ({count})" for name, count in _most_first(counts)]
    more = ", …" if len(named) > _NEWSPAPERS_NAMED else ""
    return f"Trong thư viện có: {', '.join(named[:_NEWSPAPERS_NAMED])}{more}."


def places_counted(library: Library) -> list[tuple[str | None, str | None, int]]:
    """Stated newspaper, host of the address, and how many articles have both so; None where there is none."""
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for outlet, site, count in library.select(f"{_PLACES_COUNTED} GROUP BY 1, 2"):
        counts[outlet, host_of(site)] += count
    return [(outlet, host, count) for (outlet, host), count in counts.items()]


def placed_by_day(
    library: Library, numbers: Sequence[int] | None = None
) -> list[tuple[str | None, str | None, str | None, int]]:
    """Day, stated newspaper and host of the address, and how many articles have all three so; of these articles alone
    where their numbers are given."""
    condition, values = "1", list[object]()
    if numbers is not None:
        condition, values = "number IN (SELECT value FROM json_each(?))", [json.dumps(list(numbers))]
    counts: Counter[tuple[str | None, str | None, str | None]] = Counter()
    for day, outlet, site, count in library.select(
        f"SELECT published_on, outlet, {_SITE}, count(*) FROM articles WHERE {condition} GROUP BY 1, 2, 3",  # noqa: S608
        values,
    ):
        counts[day, outlet, host_of(site)] += count
    return [(day, outlet, host, count) for (day, outlet, host), count in counts.items()]


def host_counts(library: Library) -> list[tuple[str, int]]:
    """The hosts of the articles' addresses with the number of articles, most first."""
    counts: Counter[str] = Counter()
    for site, count in library.select(f"SELECT {_SITE}, count(*) FROM articles WHERE url IS NOT NULL GROUP BY 1"):  # noqa: S608
        if host := host_of(site):
            counts[host] += count
    return _most_first(counts)


def _most_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def host_of(site: str | None) -> str | None:
    """ "vnexpress.net" of "https://www.vnexpress.net/"; None where the address has no host."""
    found = _HOST.match(site or "")
    return found[1].lower().removeprefix("www.") or None if found else None


def _matching(places: Iterable[tuple[str | None, str | None]], wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stated outlets and the sites whose host holds a wanted name; letters and digits alone are compared."""
    names = [name for name in map(squeezed, wanted) if name]
    outlets, sites = set[str](), set[str]()
    for outlet, site in places:
        if outlet and _holds(outlet, names):
            outlets.add(outlet)
        if site and (host := host_of(site)) and _holds(host, names):
            sites.add(site)
    return sorted(outlets), sorted(sites)


def _holds(place: str, names: Sequence[str]) -> bool:
    letters = squeezed(place)
    return any(name in letters for name in names)


def squeezed(name: str) -> str:
    """ "Tuổi Trẻ" and "tuoitre.vn" agree in "tuoitre"."""
    return "".join(letter for letter in fold(name) if letter.isalnum())
