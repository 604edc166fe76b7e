"""What a library holds, in the few numbers that filters offer: its newspapers, its first and its last day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.store.rows import date_of
from rag.store.selection import places_counted, squeezed

if TYPE_CHECKING:
    from rag.library import Library

_MIN_NAME_CHARS = 3


@dataclass(frozen=True, slots=True)
class Newspaper:
    """A newspaper by a name that `Filters.outlets` takes, and how many articles pass that filter."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """Newspapers have the most frequent first; `unnamed` articles state neither a newspaper nor an address.

    The days are None where no article states one; `undated` counts those that state none.
    """

    articles: int
    first_day: date | None
    last_day: date | None
    undated: int
    newspapers: tuple[Newspaper, ...]
    unnamed: int


def holdings(library: Library) -> Holdings:
    """Look at the whole library; reads no text, and takes milliseconds."""
    with library.snapshot():
        ((first, last, dated, count),) = library.select(
            "SELECT min(published_on), max(published_on), count(published_on), count(*) FROM articles"
        )
        places = places_counted(library)
    newspapers = _newspapers(places)
    unnamed = sum(number for outlet, host, number in places if not (squeezed(outlet or "") or host))
    return Holdings(count, date_of(first), date_of(last), count - dated, newspapers, unnamed)


def name_of(newspapers: Iterable[Newspaper]) -> Callable[[str | None, str | None], str | None]:
    """From what an article states, its newspaper and the host of its address, to the one name it is counted under.

    None for an article that states neither.
    """
    names = {squeezed(paper.name): paper.name for paper in newspapers}

    def named(outlet: str | None, host: str | None) -> str | None:
        if outlet and (key := squeezed(outlet)):
            return names.get(key, outlet)
        if not host:
            return None
        key = squeezed(host)
        within = (name for part, name in names.items() if len(part) >= _MIN_NAME_CHARS and part in key)
        return names.get(key) or next(within, host)

    return named


def _newspapers(places: list[tuple[str | None, str | None, int]]) -> tuple[Newspaper, ...]:
    """The stated newspapers under their most frequent spelling, and the hosts that none of their names is part of.

    The same article may count under two names where one is part of the other, as it passes both filters.
    """
    spellings: dict[str, Counter[str]] = {}
    for outlet, _, count in places:
        if outlet and (key := squeezed(outlet)):
            spellings.setdefault(key, Counter())[outlet] += count
    names = {key: min(found, key=lambda name: (-found[name], name)) for key, found in spellings.items()}
    stated = [key for key in names if len(key) >= _MIN_NAME_CHARS]
    for outlet, host, _ in places:
        if host and not squeezed(outlet or "") and not any(key in squeezed(host) for key in stated):
            names.setdefault(squeezed(host), host)
    counted = [
        Newspaper(
            name,
            sum(
                count for outlet, host, count in places if key in squeezed(outlet or "") or key in squeezed(host or "")
            ),
        )
        for key, name in names.items()
        if key
    ]
    return tuple(sorted(counted, key=lambda paper: (-paper.articles, paper.name)))
