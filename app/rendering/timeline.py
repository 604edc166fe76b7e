"""The timeline view: the form, and for a topic the chart and the list of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from app.rendering.answers import ArticleOf, chips_html, copies_html
from app.rendering.days import long_period, when
from app.rendering.escaping import escape
from app.rendering.filters import bar_html, restricted_html
from app.rendering.sources import cited_html, stated_html
from app.rendering.telling import told_html
from app.rendering.timeline_chart import chart_html
from app.words import Words
from app.words.counting import counted
from app.words.timeline import TimelineWords
from rag.datatypes import Filters, Timeline, TimelineEntry
from rag.showing import shortened

FORM_ID = "hb-timeline-filters"
KINDS = ("markdown", "csv")
_SUFFIXES = {"markdown": "md", "csv": "csv"}


def view_html(words: Words, *, most_chars: int) -> str:
    """The view before a topic is given; the page's script puts the result into it."""
    told = words.timeline
    return (
        f'<section class="hb-timeline-view" aria-label="{told.heading}"><h2>{told.heading}</h2>'
        f'<form class="hb-timeline-form" role="search" novalidate><label for="hb-topic">{told.topic}</label>'
        f'<div><input id="hb-topic" type="search" name="q" maxlength="{most_chars}" placeholder="{told.example}"'
        f' autocomplete="off" enterkeyhint="search"><button type="submit">{told.ask}</button></div></form>'
        f'<div class="hb-filters-of" role="group" aria-label="{told.filters}">{bar_html(words.filters, form=FORM_ID)}'
        f'</div><p class="hb-timeline-said" role="status" data-searching="{told.searching}"></p>'
        f'<div class="hb-timeline-result"><p class="hb-timeline-intro">{told.intro}</p></div></section>'
    )


def failed_html(message: str, detail: str, words: Words) -> str:
    """An error that may be shown: what it means, and the error's own words underneath."""
    return (
        f'<div class="hb-timeline hb-failed" role="alert"><p><strong>{words.timeline.failed}</strong>'
        f" {escape(message)}</p><details><summary>{words.chat.failed_detail}</summary>"
        f'<p lang="en">{escape(detail)}</p></details></div>'
    )


def result_html(
    timeline: Timeline, article_of: ArticleOf, words: Words, *, filters: Filters, as_typed: bool = False
) -> str:
    """What the library tells of a topic. Its sources travel with it, hidden, and a chip opens them in the panel."""
    told = words.timeline
    head = _understood(timeline, told, words, as_typed=as_typed) + restricted_html(filters, words.filters)
    notes = "".join(f'<p class="hb-note">{told_html(note, words.language)}</p>' for note in timeline.notes)
    if not timeline.entries:
        reason = told_html(timeline.reason or "", words.language)
        return f'<div class="hb-timeline">{head}<p class="hb-timeline-none">{reason}</p>{notes}</div>'
    citations = [entry.citation for entry in timeline.entries]
    return (
        f'<div class="hb-timeline"><div class="hb-sources-of" hidden inert>'
        f"{cited_html(citations, article_of, words.chat)}</div>{head}"
        f'<p class="hb-timeline-summary">{summary(timeline.entries, told)}</p>'
        f"{chart_html(timeline.entries, told)}{_lists_html(timeline.entries, words)}{notes}"
        f"{_files_html(timeline, words, filters=filters, as_typed=as_typed)}</div>"
    )


def placed(entries: Sequence[TimelineEntry]) -> list[tuple[date, TimelineEntry]]:
    """The entries whose first day is known with its year."""
    return [(entry.first_day, entry) for entry in entries if entry.first_day and entry.dating != "year_unknown"]


def summary(entries: Sequence[TimelineEntry], words: TimelineWords) -> str:
    """How many sentences of how many articles, from which day to which."""
    values = {
        "sentences": counted(words.sentences, len(entries), words.thousands),
        "articles": counted(words.articles, len({entry.citation.article_id for entry in entries}), words.thousands),
    }
    on_axis = placed(entries)
    if len(on_axis) < 2:
        return words.summary.format(**values)
    (_, begin), (_, end) = on_axis[0], on_axis[-1]
    first, last = _edge(begin, begin.first_day, words), _edge(end, end.last_day, words)
    return words.summary_days.format(first=first, last=last, **values)


def sections(entries: Sequence[TimelineEntry], words: TimelineWords) -> list[tuple[str, str, list[TimelineEntry]]]:
    """The entries in their parts: heading, what it means, entries; the dated ones first and without a heading."""
    dated = [entry for _, entry in placed(entries)]
    yearless = [entry for entry in entries if entry.dating == "year_unknown"]
    undated = [entry for entry in entries if entry.dating == "undated"]
    parts = [
        ("", "", dated),
        (words.unknown_year, words.unknown_year_note, yearless),
        (words.undated, words.undated_note, undated),
    ]
    return [part for part in parts if part[2]]


def day_of(entry: TimelineEntry, words: TimelineWords) -> str:
    """The day of an entry as the page writes it; "" for none. A year that is inferred has a question mark."""
    if entry.dating == "year_inferred" and entry.first_day:
        return f"{when(entry.first_day, entry.last_day, words, with_year=False)} ({entry.first_day.year}?)"
    return when(entry.first_day, entry.last_day, words, with_year=entry.dating != "year_unknown")


def tag_of(entry: TimelineEntry, words: TimelineWords) -> str:
    """Where the day is from, unless the sentence itself names it."""
    return {"published": words.published_tag, "year_inferred": words.inferred_tag}.get(entry.dating, "")


def _edge(entry: TimelineEntry, day: date | None, words: TimelineWords) -> str:
    """Where a timeline begins or ends, in the middle of a sentence: "31/1/2022", "tháng 4/2021"."""
    if not long_period(entry.first_day, entry.last_day):
        return when(day, day, words)
    written = when(entry.first_day, entry.last_day, words)
    return written if words.language == "en" else written[0].lower() + written[1:]


def _understood(timeline: Timeline, told: TimelineWords, words: Words, *, as_typed: bool) -> str:
    """What was searched for where that is not what was typed, and the way to search for that, or back again."""
    lines = []
    if timeline.understood_as:
        lines.append(f'{words.chat.understood} <span lang="vi">{escape(timeline.understood_as)}</span>')
    if as_typed:
        lines.append(f"{told.searched_as_typed} {_again(told.as_at_first, typed=False)}")
    elif timeline.read_as:
        lines[0] += f" {_again(told.as_typed, typed=True)}"
    return "".join(f'<p class="hb-understood">{line}</p>' for line in lines)


def _again(label: str, *, typed: bool) -> str:
    return f'<button type="button" class="hb-again" data-typed="{str(typed).lower()}">{label}</button>'


def _lists_html(entries: Sequence[TimelineEntry], words: Words) -> str:
    told = words.timeline
    lists = []
    for heading, note, part in sections(entries, told):
        label = f' aria-label="{heading or told.list}"'
        head = f'<h3>{heading}</h3><p class="hb-note">{note}</p>' if heading else ""
        items = "".join(_entry_html(entry, words) for entry in part)
        lists.append(f'{head}<ol class="hb-entries"{label}>{items}</ol>')
    return "".join(lists)


def _entry_html(entry: TimelineEntry, words: Words) -> str:
    told, citation = words.timeline, entry.citation
    day, tag = day_of(entry, told), tag_of(entry, told)
    machine = f' datetime="{entry.first_day.isoformat()}"' if entry.first_day and entry.dating != "year_unknown" else ""
    front = f"<time{machine}>{day}</time>" if day else ""
    front += f"<small>{tag}</small>" if tag else ""
    long = " hb-long" if long_period(entry.first_day, entry.last_day) else ""
    return (
        f'<li class="hb-entry hb-{entry.dating}{long}" data-entry="{citation.number}" tabindex="-1">'
        f'<div class="hb-when">{front}</div><div><p><span lang="vi">{escape(entry.text)}</span>'
        f"{chips_html([citation.number], words.chat)}</p>"
        f'<p class="hb-place">{stated_html(citation)}<span lang="vi">{escape(shortened(citation.title))}</span></p>'
        f"{copies_html(citation.copies, words.chat)}</div></li>"
    )


def _files_html(timeline: Timeline, words: Words, *, filters: Filters, as_typed: bool) -> str:
    told = words.timeline
    asked = urlencode(address_of(timeline.topic, filters, as_typed=as_typed))
    links = " ".join(
        f'<a href="/ui/{words.language}/timeline.{_SUFFIXES[kind]}?{escape(asked)}" download>{label}</a>'
        for kind, label in zip(KINDS, (told.markdown, told.csv), strict=True)
    )
    return f'<p class="hb-timeline-files">{told.take_along} {links}</p>'


def address_of(topic: str, filters: Filters, *, as_typed: bool) -> list[tuple[str, str]]:
    """What is asked for, as the parameters of an address."""
    parameters = [("q", topic)]
    if filters.published_from:
        parameters.append(("from", filters.published_from.isoformat()))
    if filters.published_to:
        parameters.append(("to", filters.published_to.isoformat()))
    parameters += [("outlet", outlet) for outlet in filters.outlets]
    return [*parameters, ("typed", "true")] if as_typed else parameters
