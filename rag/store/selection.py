"""Which articles pass filters on day and newspaper, asked of the database alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.vietnamese import fold

if TYPE_CHECKING:
    from rag.datatypes import Filters
    from rag.library import Library

# An address up to the first slash behind "https://"; few differ, so that Python need look at few.
_SITE = "substr(url, 1, instr(substr(url, 9) || '/', '/') + 7)"
_PLACES = f"SELECT DISTINCT outlet, {_SITE} FROM articles"  # noqa: S608
_PLACED = f"(outlet IN (SELECT value FROM json_each(?)) OR {_SITE} IN (SELECT value FROM json_each(?)))"  # noqa: S608
# CROSS JOIN keeps the order: articles by their covering index first, then the passages of those that pass. One string
# of numbers costs half of what as many rows do.
_KEYS = "SELECT group_concat(c.key) FROM articles a CROSS JOIN chunks c ON c.article = a.number WHERE {conditions}"
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)


def selected_keys(library: Library, filters: Filters) -> NDArray[np.int64]:
    """Keys of the passages whose article passes, ascending; all passages where the filters are empty."""
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
    ((keys,),) = library.select(_KEYS.format(conditions=" AND ".join(conditions)), values)
    return np.sort(np.fromstring(keys or "", dtype=np.int64, sep=","))


def _matching(places: Iterable[tuple[str | None, str | None]], wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stated outlets and the sites whose host holds a wanted name; letters and digits alone are compared."""
    names = [name for name in map(_squeezed, wanted) if name]
    outlets, sites = set[str](), set[str]()
    for outlet, site in places:
        if outlet and _holds(outlet, names):
            outlets.add(outlet)
        host = _HOST.match(site or "")
        if site and host and _holds(host[1], names):
            sites.add(site)
    return sorted(outlets), sorted(sites)


def _holds(place: str, names: Sequence[str]) -> bool:
    squeezed = _squeezed(place)
    return any(name in squeezed for name in names)


def _squeezed(name: str) -> str:
    """ "Tuổi Trẻ" and "tuoitre.vn" agree in "tuoitre"."""
    return "".join(letter for letter in fold(name) if letter.isalnum())
