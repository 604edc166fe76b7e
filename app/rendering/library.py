"""The library view: its frame, the list, one article, and what was taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from app.rendering.escaping import escape, one_line
from app.rendering.finding import excerpt_html, marked, matches
from app.rendering.sources import day_html, heading_html, removed_html
from app.words import Words
from app.words.counting import counted
from app.words.library import LibraryWords
from rag.datatypes import Article
from rag.listing import Listing
from rag.showing import shortened
from rag.store.dismissal import Dismissed
from rag.store.holdings import Holdings
from rag.store.rows import ArticleRow
from rag.store.selection import host_of

_TEXT_CHARS = 200_000
_QUESTION_CHARS = 160
_NEWSPAPERS = 300
_REPRINTS = 50


def frame_html(words: Words, adding_html: str) -> str:
    """The view before anything is fetched. `adding_html` is the part where articles are added."""
    library = words.library
    orders = "".join(
        f'<option value="{name}"{" selected" if name == "newest" else ""}>{label}</option>'
        for name, label in library.orders.items()
    )
    return (
        f'<div class="hb-lib" role="region" aria-label="{library.heading}">'
        f'<div class="hb-lib-head"><h2>{library.heading}</h2><p class="hb-lib-sum"></p>'
        '<div class="hb-lib-do"><button type="button" class="hb-lib-chart" aria-expanded="false">'
        f"{library.charts}</button>"
        f'<button type="button" class="hb-lib-add" aria-expanded="false"'
        f' aria-controls="hb-lib-adding">{words.adding.add}</button>'
        f'<button type="button" class="hb-lib-aside" aria-expanded="false" aria-controls="hb-lib-dismissed">'
        f"{library.aside}</button></div></div>"
        f'<div id="hb-lib-adding" hidden>{adding_html}</div>'
        f'<div id="hb-lib-dismissed" hidden></div>'
        f'<div id="hb-lib-jobs"></div>'
        f'<p class="hb-lib-said" role="status" aria-live="polite"></p>'
        '<div class="hb-lib-columns"><div class="hb-lib-list">'
        '<form class="hb-lib-find" role="search">'
        f'<input type="search" name="words" maxlength="200" placeholder="{library.search}"'
        f' aria-label="{library.search}" title="{library.search_hint}"><div class="hb-lib-filters">'
        f'<label>{library.newspaper}<select name="outlet"><option value="">{library.any_newspaper}</option>'
        "</select></label>"
        f'<label>{library.from_day}<input type="date" name="from"></label>'
        f'<label>{library.to_day}<input type="date" name="to"></label>'
        f'<label>{library.order}<select name="order">{orders}</select></label>'
        f'<button type="reset" hidden>{library.clear}</button></div></form>'
        '<div class="hb-lib-chosen" hidden><span aria-live="polite"></span>'
        f'<button type="button" class="hb-take-out-chosen">{library.take_out}</button>'
        f'<button type="button" class="hb-choose-none">{library.unchoose}</button></div>'
        '<div class="hb-lib-rows" aria-live="off"></div>'
        f'<button type="button" class="hb-lib-more" hidden>{library.more}</button></div>'
        '<div class="hb-lib-side"><div class="hb-lib-charts" role="region"'
        f' aria-label="{library.charts}"></div><div class="hb-lib-article" role="region" aria-label="{library.article}"'
        ' tabindex="-1" hidden></div></div></div>'
        "</div>"
    )


def summary_html(held: Holdings, aside: int, words: LibraryWords) -> str:
    """How much there is, from when to when; and for the script, what the filters offer."""
    if not held.articles:
        told = ""
    else:
        told = counted(words.holds, held.articles, words.thousands)
        if held.first_day and held.last_day:
            days = words.holds_days.format(first=_day(held.first_day), last=_day(held.last_day))
            told = f"{told}, {days}"
    options = "".join(
        f'<option value="{escape(paper.name)}">{escape(paper.name)} ({_number(paper.articles, words)})</option>'
        for paper in held.newspapers[:_NEWSPAPERS]
    )
    bounds = f' data-first="{held.first_day}" data-last="{held.last_day}"' if held.first_day else ""
    return (
        f'<span data-articles="{held.articles}" data-aside="{aside}"{bounds}>{told}</span>'
        f"<template><option value=''>{words.any_newspaper}</option>{options}</template>"
    )


def rows_html(
    listing: Listing,
    shown: Sequence[tuple[str, ...]],
    row_of: Callable[[str], ArticleRow | None],
    text_of: Callable[[str], str],
    words: LibraryWords,
    *,
    searched: str = "",
    offset: int = 0,
    held: int = 0,
) -> str:
    """A page of the list: the groups `shown` from `offset` on; the first one with how many there are.

    `held` is the number of articles in the library.
    """
    if not listing.articles:
        return _nothing_html(words, empty=not held)
    items = "".join(_item(group, row_of, text_of, words, searched) for group in shown)
    following = offset + len(shown)
    more = f' data-next="{following}"' if following < len(listing.groups) else ""
    head = f'<p class="hb-lib-count" role="status">{_count(listing, words)}</p>' if not offset else ""
    return f'{head}<ul class="hb-list"{more}>{items}</ul>'


def _nothing_html(words: LibraryWords, *, empty: bool) -> str:
    heading, remedy = (words.empty, words.empty_remedy) if empty else (words.nothing, words.nothing_remedy)
    return f'<div class="hb-lib-none" role="status"><h3>{heading}</h3><p>{remedy}</p></div>'


def _count(listing: Listing, words: LibraryWords) -> str:
    reprints = listing.articles - len(listing.groups)
    template = words.found_reprints if reprints else words.found
    return counted(template, listing.articles, words.thousands, reprints=_number(reprints, words))


def _item(
    group: tuple[str, ...],
    row_of: Callable[[str], ArticleRow | None],
    text_of: Callable[[str], str],
    words: LibraryWords,
    searched: str,
) -> str:
    row = row_of(group[0])
    if row is None:
        return ""
    title = shortened(row.title, 140)
    spans = matches(title, searched)
    reprints = [other for other in map(row_of, group[1 : _REPRINTS + 1]) if other]
    folded = (
        f'<details class="hb-reprints"><summary>{counted(words.reprints, len(group) - 1, words.thousands)}</summary>'
        f"<ul>{''.join(f'<li>{_open_html(other)}</li>' for other in reprints)}</ul></details>"
        if reprints
        else ""
    )
    return (
        f'<li data-id="{escape(row.id)}"><input type="checkbox" class="hb-choose"'
        f' aria-label="{words.choose.format(title=escape(title))}"><div>'
        f'<button type="button" class="hb-open-article" data-id="{escape(row.id)}">'
        f'<span class="hb-row-title" lang="vi">{marked(title, spans)}</span></button>'
        f'<p class="hb-row-place">{_stated(row, words)}</p>'
        f'<p class="hb-row-text" lang="vi">{excerpt_html(text_of(row.id), searched)}</p>{folded}</div></li>'
    )


def _open_html(row: ArticleRow) -> str:
    about = f' (<span lang="vi">{escape(row.outlet)}</span>)' if row.outlet else ""
    return (
        f'<button type="button" class="hb-open-article" data-id="{escape(row.id)}"><span lang="vi">'
        f"{escape(shortened(row.title))}</span>{about}</button> {day_html(row.published_on)}"
    )


def _stated(row: ArticleRow, words: LibraryWords) -> str:
    """Newspaper, else host, else file; and the day."""
    name = one_line(row.outlet or "") or host_of(row.url) or row.source.rpartition("/")[2]
    day = day_html(row.published_on) or f'<span class="hb-stated">{words.no_day}</span>'
    return f'<span class="hb-stated" lang="vi">{escape(shortened(name, 60))}</span> · {day}'


def article_html(article: Article, group: Sequence[ArticleRow], words: Words, *, searched: str = "") -> str:
    """One article whole, with what can be done with it; what was searched for is marked. `group` are the articles that
    reprint each other, the original first, this one among them."""
    library = words.library
    question = library.question_about.format(title=shortened(article.title, _QUESTION_CHARS))
    length = counted(library.characters, len(article.text), library.thousands)
    return (
        f'<div class="hb-article-do"><button type="button" class="hb-article-ask" data-question="{escape(question)}">'
        f'{library.ask_about}</button><button type="button" class="hb-take-out" data-id="{escape(article.id)}">'
        f'{library.take_out}</button><button type="button" class="hb-article-close" aria-label="{library.back}"'
        f' title="{library.back}">×</button></div>'
        f'<article class="hb-source">{heading_html(article, words.chat)}<p class="hb-hint">{length}</p>'
        f"{_group_html(article, group, library)}"
        f'<div class="hb-text" lang="vi">{_text_html(article.text, searched, library)}</div>'
        f"{removed_html(article, words.chat)}</article>"
    )


def gone_html(words: LibraryWords) -> str:
    """In place of an article that is not there any more."""
    return (
        '<div class="hb-article-do"><button type="button" class="hb-article-close"'
        f' aria-label="{words.back}">×</button></div><p class="hb-wrong" role="alert">{words.gone}</p>'
    )


def _text_html(text: str, searched: str, words: LibraryWords) -> str:
    shown = text[:_TEXT_CHARS]
    html = re.sub(r"\n\s*", '<span class="hb-break">\n</span>', marked(shown, matches(shown, searched)))
    left = len(text) - len(shown)
    return html + (f'<p class="hb-hint">{counted(words.text_more, left, words.thousands)}</p>' if left else "")


def _group_html(article: Article, group: Sequence[ArticleRow], words: LibraryWords) -> str:
    if len(group) < 2:
        return ""
    items = "".join(
        f"<li{' aria-current=true' if row.id == article.id else ''}>{_open_html(row)}"
        f"{f' <em>({words.original})</em>' if at == 0 else ''}</li>"
        for at, row in enumerate(group[:_REPRINTS])
    )
    return f'<div class="hb-group"><h4>{words.reprint_heading}</h4><ul>{items}</ul></div>'


def dismissed_html(items: Sequence[Dismissed], words: LibraryWords) -> str:
    """What was taken out, each to be brought back or deleted for good."""
    if not items:
        return f'<p class="hb-hint">{words.aside_none}</p>'
    rows = "".join(_dismissed_item(item, words) for item in items)
    return f'<p class="hb-hint">{words.aside_note}</p><ul class="hb-list">{rows}</ul>'


def _dismissed_item(item: Dismissed, words: LibraryWords) -> str:
    title = escape(shortened(item.title or item.source, 140))
    outlet = f'<span lang="vi">{escape(one_line(item.outlet))}</span> · ' if item.outlet else ""
    published = f"{day_html(item.published_on)} · " if item.published_on else ""
    day = words.taken_out_at.format(day=_day(item.dismissed_at.astimezone().date()))
    do = (
        f'<button type="button" class="hb-bring-back" data-id="{escape(item.id)}">{words.bring_back}</button>'
        f'<button type="button" class="hb-delete" data-id="{escape(item.id)}">{words.delete_for_good}</button>'
        if item.can_return
        else f'<span class="hb-hint">{words.cannot_return}</span>'
    )
    return (
        f'<li><div><span class="hb-row-title" lang="vi">{title}</span><p class="hb-row-place">{outlet}'
        f'{published}<span class="hb-file">{escape(item.source)}</span> · {day}</p></div>'
        f'<div class="hb-row-do">{do}</div></li>'
    )


def failed_html(told: str, detail: str = "") -> str:
    """What went wrong, in place of what was asked for."""
    technical = f'<p class="hb-hint">{escape(detail)}</p>' if detail else ""
    return f'<div class="hb-wrong" role="alert"><p>{escape(told)}</p>{technical}</div>'


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _number(count: int, words: LibraryWords) -> str:
    return f"{count:,}".replace(",", words.thousands)
