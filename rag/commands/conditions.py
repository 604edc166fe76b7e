"""Under which conditions a question is asked: filters, a reference date, as typed; from options or a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import click

from rag.datatypes import Filters

_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"),
    re.compile(r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})"),
)
DAY_FORM = "YYYY-MM-DD or DD/MM/YYYY"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What applies to one question. `today` None is the day on this machine's clock."""

    filters: Filters = field(default_factory=Filters)
    today: date | None = None
    as_typed: bool = False


_FIRST_YEAR, _LAST_YEAR = 1800, 2200


def day_of(text: str) -> date:
    """A day as YYYY-MM-DD or DD/MM/YYYY. Raises ValueError that says so."""
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            try:
                day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
            if _FIRST_YEAR <= day.year <= _LAST_YEAR:
                return day
            raise ValueError(f"{text[:40]!r} is out of range; give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    raise ValueError(f"{text[:40]!r} is no day; write it as {DAY_FORM}")


def conditions_of(record: Mapping[str, Any], default: Conditions) -> Conditions:
    """The conditions in a record's "from", "to", "outlet", "today" and "as_typed", each in place of the default's.

    null stands for the default, "outlet": [] for any newspaper. Raises ValueError that names the key.
    """
    filters = checked(
        Filters(
            _day(record, "from", default.filters.published_from),
            _day(record, "to", default.filters.published_to),
            _outlets(record, default.filters.outlets),
        )
    )
    as_typed = record.get("as_typed")
    if not isinstance(as_typed, bool | None):
        raise ValueError('"as_typed" is neither true nor false')
    return Conditions(
        filters,
        _day(record, "today", default.today),
        default.as_typed if as_typed is None else as_typed,
    )


def checked(filters: Filters) -> Filters:
    """The filters. Raises ValueError where the days are in the wrong order or an outlet is blank."""
    first, last = filters.published_from, filters.published_to
    if first and last and first > last:
        raise ValueError(f"the filter ends ({last}) before it begins ({first})")
    if not all(any(letter.isalnum() for letter in outlet) for outlet in filters.outlets):
        raise ValueError("the outlet is blank; give a part of a newspaper's name or of its host")
    return filters


def _day(record: Mapping[str, Any], key: str, default: date | None) -> date | None:
    written = record.get(key)
    if written is None:
        return default
    if not isinstance(written, str):
        raise ValueError(f'"{key}" is not a string; write the day as {DAY_FORM}')
    try:
        return day_of(written)
    except ValueError as error:
        raise ValueError(f'"{key}": {error}') from error


def _outlets(record: Mapping[str, Any], default: tuple[str, ...]) -> tuple[str, ...]:
    written = record.get("outlet")
    if written is None:
        return default
    outlets = [written] if isinstance(written, str) else written
    if not isinstance(outlets, list) or not all(isinstance(outlet, str) for outlet in outlets):
        raise ValueError('"outlet" is neither a string nor a list of strings')
    return tuple(outlets)


def _as_day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else day_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def conditions_options(command: Any) -> Any:
    """`--from`, `--to`, `--outlet`, `--today` and `--as-typed`, the same for `ask` and `search`.

    The command gets published_from, published_to, outlets, today and as_typed, for `conditions_from`.
    """
    for option in (
        click.option(
            "--as-typed", is_flag=True, help="Search for exactly what was typed: restore no diacritics, mend no typos."
        ),
        click.option(
            "--today",
            metavar="DATE",
            callback=_as_day,
            help='What "hôm qua" counts from.  [default: the day on this machine\'s clock]',
        ),
        click.option(
            "--outlet",
            "outlets",
            multiple=True,
            metavar="NAME",
            help="Only articles of this newspaper: a part of its name or of the address's host, without regard to case "
            "and diacritics; may be repeated.",
        ),
        click.option("--to", "published_to", metavar="DATE", callback=_as_day, help="... to this day, inclusive."),
        click.option(
            "--from",
            "published_from",
            metavar="DATE",
            callback=_as_day,
            help=f"Only articles published from this day on, {DAY_FORM}; those without a date are left out.",
        ),
    ):
        command = option(command)
    return command


def conditions_from(
    published_from: date | None, published_to: date | None, outlets: tuple[str, ...], today: date | None, as_typed: bool
) -> Conditions:
    """What the options say. Raises click.UsageError where they contradict each other."""
    try:
        return Conditions(checked(Filters(published_from, published_to, outlets)), today, as_typed)
    except ValueError as error:
        raise click.UsageError(f"{str(error)[0].upper()}{str(error)[1:]}") from error
