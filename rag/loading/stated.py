"""What a document states about itself, and the reading of the values: dates, titles, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stated:
    """A document's text and what its metadata states. Nothing here is guessed; None means not stated."""

    text: str
    title: str | None = None
    published_on: date | None = None
    outlet: str | None = None
    url: str | None = None


_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.]?)(\d\d?)\2(\d\d?)(?!\d|[-/.]\d)")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d\d?)([-/.])(\d\d?)\2((?:19|20)\d\d)(?!\d|[-/.]\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


def parse_date(value: object) -> date | None:
    """The full day that a metadata value states: YYYYMMDD, ISO 8601 or day/month/year, with or without a time.

    None where it states none, or one that does not exist (31/2), or more than one. The day is taken as written,
    whatever the time zone.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    if len(text) > 100:
        return None
    days = {_day(*map(int, found.groups())) for found in _COMPACT.finditer(text)}
    days |= {_day(int(f[1]), int(f[3]), int(f[4])) for f in _YEAR_FIRST.finditer(text) if f[2]}
    days |= {_day(int(f[4]), int(f[3]), int(f[1])) for f in _DAY_FIRST.finditer(text)}
    return days.pop() if len(days) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def one_line(value: object) -> str | None:
    """A text value with its white space collapsed; None where it is empty or no text."""
    if not isinstance(value, str):
        return None
    return " ".join(value.split()) or None


def web_address(value: object) -> str | None:
    """An http(s) address; None for anything else, so that no other scheme ever becomes a link."""
    address = one_line(value)
    if address and re.match(r"https?://[^\s<>\"]+\Z", address, re.IGNORECASE) and len(address) <= 2_000:
        return address
    return None


_JUNK_TITLE = re.compile(
    r"(?:microsoft word|untitled|không có tiêu đề|document ?\d*\Z|tài liệu ?\d*\Z|powerpoint|slide \d|template|mẫu )"
    r"|.*\.(?:docx?|pdf|txt|rtf|odt|html?|indd|qxd|pptx?)\Z",
    re.IGNORECASE,
)


def document_title(value: object) -> str | None:
    """The title in a PDF's or DOCX's properties, unless a program put it there: a file name, "Untitled"."""
    title = one_line(value)
    return None if title is None or len(title) < 8 or " " not in title or _JUNK_TITLE.match(title) else title
