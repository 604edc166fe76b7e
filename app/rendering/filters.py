"""The filters: what a question is restricted to, as a form and as a line that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.rendering.escaping import escape
from app.words.filters import FilterWords
from rag.datatypes import Filters
from rag.store.holdings import Holdings


def bar_html(words: FilterWords, *, form: str = "hb-filter-form", beside: str = "") -> str:
    """The place where the conditions stand, and the way to the form, whose id is given. The script fills both.

    `beside` is what else a question goes with.
    """
    return (
        f'<div class="hb-filter-bar"><button type="button" class="hb-filter-open" aria-expanded="false"'
        f' aria-controls="{form}">{words.open}</button><span class="hb-filter-chips" aria-live="polite"></span>'
        f"{beside}</div>"
        f'<div id="{form}" class="hb-filter-form" hidden></div>'
    )


def form_html(held: Holdings, words: FilterWords) -> str:
    """The form: days, and the newspapers of the library with how many articles of each, most first."""
    first, last = held.first_day, held.last_day
    bounds = f' min="{first.isoformat()}" max="{last.isoformat()}"' if first and last else ""
    known = words.library_days.format(first=written(first), last=written(last)) if first and last else ""
    boxes = "".join(
        f'<li><label><input type="checkbox" name="outlet" value="{escape(paper.name)}">'
        f' <span lang="vi">{escape(paper.name)}</span> <small>{paper.articles}</small></label></li>'
        for paper in held.newspapers
    )
    finding = (
        f'<input type="search" class="hb-find-outlet" placeholder="{words.find_outlet}"'
        f' aria-label="{words.find_outlet}">'
        if len(held.newspapers) > _FEW
        else ""
    )
    listed = f'{finding}<ul class="hb-outlets">{boxes}</ul>' if boxes else f"<p>{words.no_outlets}</p>"
    return (
        f'<form><h2>{words.heading}</h2><div class="hb-days">'
        f'<label>{words.from_day}<input type="date" name="from"{bounds}></label>'
        f'<label>{words.to_day}<input type="date" name="to"{bounds}></label></div>'
        f"<p>{known}{f' {words.undated}' if held.undated else ''}</p>"
        f'<p class="hb-wrong" role="alert" hidden>{words.wrong_order}</p>'
        f"<fieldset><legend>{words.outlets}</legend>{listed}</fieldset>"
        f'<div class="hb-form-buttons"><button type="reset">{words.clear}</button>'
        f'<button type="submit">{words.done}</button></div></form>'
    )


_FEW = 8


def restricted_html(filters: Filters, words: FilterWords) -> str:
    """What an answer was restricted to; nothing where it was not."""
    if not filters:
        return ""
    told = [escape(text) for text in conditions(replace(filters, outlets=()), words)]
    told += [f'<span lang="vi">{escape(outlet)}</span>' for outlet in filters.outlets]
    return f'<p class="hb-restricted">{words.active} {", ".join(told)}</p>'


def conditions(filters: Filters, words: FilterWords) -> list[str]:
    """The conditions in words."""
    told = []
    if filters.published_from:
        told.append(words.since.format(day=written(filters.published_from)))
    if filters.published_to:
        told.append(words.until.format(day=written(filters.published_to)))
    return [*told, *filters.outlets]


def written(day: date | None) -> str:
    """A day as Vietnamese newspapers write it; "" for none."""
    return day.strftime("%d/%m/%Y") if day else ""
