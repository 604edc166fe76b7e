"""The top of a page: headline, section names, bylines and date lines, above and right after the lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.cleaning.furniture import (
    BREADCRUMB,
    BYLINE,
    DATELINE,
    DUPLICATE,
    FOLLOW_US,
    HEADLINE,
    MARKUP,
    SHARE,
    TAGS,
    ends_sentence,
    is_breadcrumb,
    is_headline_like,
    squeeze,
)
from rag.cleaning.page_lines import Line, find_line, key_of
from rag.cleaning.signoff import byline_reason, dateline

_ABOVE_HEADLINE = {BREADCRUMB, DATELINE, SHARE, TAGS, MARKUP, BYLINE, FOLLOW_US}


def label_top(lines: list[Line], stated_title: str | None) -> tuple[str | None, list[date]]:
    """Label headline, section names, bylines and date lines; the headline, and the dates in their order."""
    lead = find_line(lines, lambda line: line.kept and line.paragraph)
    if lead is None:
        lead = find_line(lines, lambda line: line.kept and ends_sentence(line.text) and len(line.text) >= 15)
    if lead is None:
        return None, []
    top = lines[:lead]
    dates = [found for line in top if line.kept for found in label_date(line)]
    headline = _label_headline(lines, lead, stated_title)
    open_top = headline is not None or any(line.reason in {DATELINE, BREADCRUMB} for line in top)
    below = next((i + 1 for i, line in enumerate(top) if line.reason == HEADLINE), 0)
    # Where nothing marks the top as one, only a name on the very first line is taken for a byline.
    for line in top[below:] if open_top else top[:1]:
        if line.kept:
            line.reason = _reason_above_lead(line, headline)
    if open_top or any(line.reason in {FOLLOW_US, SHARE} for line in top):
        listed = lines[lead].text.endswith((":", ";"))
        for line in [] if listed else lines[lead + 1 : lead + 3]:
            if line.kept and not line.paragraph:
                if not _in_chronicle(lines, line):
                    dates += label_date(line)
                line.reason = line.reason or byline_reason(line.text)
                if line.kept:
                    break
    return headline, dates


def _in_chronicle(lines: Sequence[Line], line: Line) -> bool:
    """Whether days head paragraphs of the story: then none of them is the day of publication."""
    dated = [i for i in range(len(lines) - 1) if lines[i].kept and dateline(lines[i].text)]
    return len([i for i in dated if lines[i + 1].kept and lines[i].start >= line.start]) > 1


def label_date(line: Line) -> list[date]:
    """Label a date line; its date, unless it is that of an update or of no calendar."""
    found = dateline(line.text)
    if not found:
        return []
    line.reason = DATELINE
    day, update = found
    return [] if day is None or update else [day]


def _reason_above_lead(line: Line, headline: str | None) -> str | None:
    if headline and line.key == key_of(headline):
        return DUPLICATE
    if headline and is_breadcrumb(line.text) and len(line.text) <= 40:
        return BREADCRUMB
    return byline_reason(line.text)


def _label_headline(lines: list[Line], lead: int, stated_title: str | None) -> str | None:
    if stated_title is not None and squeeze(stated_title):
        wanted = key_of(stated_title)
        for line in lines[: lead + 1]:
            if line.kept and wanted and line.key == wanted:
                line.reason = HEADLINE
                _label_sections(lines[: lines.index(line)])
                return line.text
        return None
    for i, line in enumerate(lines[:lead]):
        if line.kept and i < 6 and _is_section(lines, i, lead):
            line.reason = BREADCRUMB
            continue
        if not line.kept:
            if line.reason not in _ABOVE_HEADLINE:
                return None
            continue
        if not _is_headline(lines, i, lead):
            return None
        line.reason = HEADLINE
        return line.text
    return None


def _label_sections(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.kept and is_breadcrumb(line.text):
            line.reason = BREADCRUMB


def _is_section(lines: Sequence[Line], i: int, lead: int) -> bool:
    """A section's name or breadcrumb with a headline below it."""
    return is_breadcrumb(lines[i].text) and any(is_headline_like(line.text) for line in lines[i + 1 : lead])


def _is_headline(lines: Sequence[Line], i: int, lead: int) -> bool:
    """Whether the first line is the headline: shaped like one and set apart from what follows."""
    line, following = lines[i], lines[i + 1]
    if not is_headline_like(line.text) or following.text[:1].islower():
        return False
    if following.gap or not following.kept or byline_reason(following.text) or following.key == line.key:
        return True
    body = lines[lead]
    return i + 1 == lead and len(line.text.split()) >= 6 and len(body.text) >= 1.5 * len(line.text)
