"""From an Answer to what is shown: pure functions from records to HTML.

Everything that comes from an article, a question or a model goes through `escape`, so none of it is ever markup. The
page's own markup is in the constants here and nowhere else.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from app import texts
from rag.cite import stands
from rag.datatypes import Answer, Article, Citation, Claim, Conflict, Hit
from rag.showing import shortened

LEADS = 3
_LEAD_CHARS = 280
_QUESTION_CHARS = 2_000
_COPIES_SHOWN = 20
# Article text shown before and after a marked sentence; what lies further off is left out, and said so.
_CONTEXT_CHARS = 12_000

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    # Gradio's HTML component knows JavaScript and Handlebars templates, and a marker for its translations.
    "$": "&#36;",
    "{": "&#123;",
    "}": "&#125;",
    "`": "&#96;",
    "\\": "&#92;",
}


def escape(text: str) -> str:
    """Text as HTML text: no markup, nothing a template could expand, and nothing invisible or reordering.

    Control and format characters (bidirectional overrides, zero-width signs) are shown as a dot, so that what is
    read is what is there; a lone surrogate, which cannot be sent at all, as the replacement character.
    """
    return "".join(_ENTITIES.get(character) or _visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return "·" if category in {"Cc", "Cf"} else character


def welcome_html(*, empty: bool) -> str:
    """The page before the first question; with an empty library it says how to fill it."""
    if empty:
        command = f"<code>{escape(texts.INDEX_COMMAND)}</code>"
        return f"<h2>{texts.EMPTY_LIBRARY}</h2><p>{texts.EMPTY_LIBRARY_REMEDY.format(command=command)}</p>"
    return f"<h2>{texts.WELCOME}</h2><p>{texts.INVITATION}</p>"


def header_html() -> str:
    """The masthead."""
    return f"<h1>{texts.TITLE}</h1><p>{texts.TAGLINE}</p>"


def panel_html() -> str:
    """The sources panel as the page starts; the page's script fills the view from the answer that is looked at."""
    return (
        f'<div class="hb-panel-head"><h2>{texts.SOURCES}</h2>'
        f'<button type="button" class="hb-close" aria-label="{texts.CLOSE}">×</button></div>'
        f'<div class="hb-view" role="region" aria-label="{texts.SOURCES_LABEL}" tabindex="0">'
        f"{empty_sources_html()}</div>"
    )


def question_html(question: str) -> str:
    """What the person asked, as it was typed; of a long text the end, which is what is searched for."""
    shown = question if len(question) <= _QUESTION_CHARS else f"…{question[-_QUESTION_CHARS:].lstrip()}"
    return f'<div class="hb-question">{escape(shown)}</div>'


def searching_html() -> str:
    """The state between question and answer."""
    return f'<div class="hb-answer hb-busy"><p>{texts.SEARCHING}</p></div>'


def failed_html(message: str, detail: str = "") -> str:
    """An error that may be shown: what it means, and the error's own words underneath."""
    more = (
        f"<details><summary>{texts.FAILED_DETAIL}</summary><p lang='en'>{escape(detail)}</p></details>"
        if detail
        else ""
    )
    return (
        f'<div class="hb-answer hb-failed" role="alert"><p><strong>{texts.FAILED}</strong> {escape(message)}</p>'
        f"{more}</div>"
    )


def answer_steps(answer: Answer, article_of: Callable[[str], Article], *, as_typed: bool = False) -> Iterator[str]:
    """The answer as it grows: the short answer first, then one more claim at a time, then the rest."""
    if answer.status == "answered":
        head = _carried_sources(answer, article_of) + _understood(answer, as_typed=as_typed)
        for shown in range(len(_others(answer))):
            yield _answered(answer, shown, head, tail="")
    yield answer_html(answer, article_of, as_typed=as_typed)


def answer_html(answer: Answer, article_of: Callable[[str], Article], *, as_typed: bool = False) -> str:
    """The whole answer. Its sources travel with it, hidden, and a chip opens them in the panel.

    `as_typed` says that the reader had it searched for exactly what was typed; the answer offers the way back.
    """
    if answer.status == "not_found":
        return not_found_html(answer, as_typed=as_typed)
    head = _carried_sources(answer, article_of) + _understood(answer, as_typed=as_typed)
    tail = "".join(_conflict(conflict) for conflict in answer.conflicts) + _cited(answer) + _notes(answer)
    return _answered(answer, len(_others(answer)), head, tail)


def not_found_html(answer: Answer, *, as_typed: bool = False) -> str:
    """The plain statement that the sources are silent, and the nearest passages, clearly no answer."""
    understood = _understood(answer, as_typed=as_typed)
    leads = "".join(_lead(hit) for hit in answer.hits[:LEADS])
    details = f'<details class="hb-leads"><summary>{texts.LEADS}</summary><ul>{leads}</ul></details>' if leads else ""
    return (
        f'<div class="hb-answer hb-not-found">{understood}<p class="hb-short">{escape(answer.text)}</p>'
        f"{details}{_notes(answer)}</div>"
    )


def sources_html(answer: Answer, article_of: Callable[[str], Article]) -> str:
    """Every cited article once, with the quoted sentences marked at their places."""
    return "".join(_source(article_of(id), citations) for id, citations in _by_article(answer.citations))


def empty_sources_html() -> str:
    """The sources panel before there is anything to show."""
    sample = '<span class="hb-chip hb-sample" aria-hidden="true">1</span>'
    return f'<p class="hb-no-sources">{texts.NO_SOURCES.format(sample=sample)}</p>'


def _answered(answer: Answer, shown: int, head: str, tail: str) -> str:
    lead = _lead_claim(answer)
    short = answer.short_answer or (lead.text if lead else answer.text)
    items = "".join(_item(claim) for claim in _others(answer)[:shown])
    return (
        f'<div class="hb-answer">{head}'
        f'<p class="hb-short">{escape(short)}{_chips(_supporting(answer))}</p>'
        + (f'<ul class="hb-claims">{items}</ul>' if items else "")
        + f"{tail}</div>"
    )


def _lead_claim(answer: Answer) -> Claim | None:
    """The claim that the short answer holds whole, so that it is not said twice."""
    short = answer.short_answer
    if short is None:
        return answer.claims[0] if answer.claims else None
    return next((claim for claim in answer.claims if short.endswith(claim.text)), None)


def _supporting(answer: Answer) -> tuple[int, ...]:
    """The numbers of the citations behind the short answer: of the claims that hold a part of it, else of the first."""
    lead = _lead_claim(answer)
    if lead is not None:
        return lead.citations
    parts = [part.strip().lower() for part in (answer.short_answer or "").split(";")]
    holding = [claim for claim in answer.claims if any(part and part in claim.text.lower() for part in parts)]
    return tuple(dict.fromkeys(number for claim in holding or answer.claims[:1] for number in claim.citations))


def _others(answer: Answer) -> tuple[Claim, ...]:
    lead = _lead_claim(answer)
    return tuple(claim for claim in answer.claims if claim is not lead)


def _item(claim: Claim) -> str:
    unsupported = f' <span class="hb-unsupported">({texts.UNSUPPORTED})</span>' if claim.status == "unsupported" else ""
    return f"<li>{escape(claim.text)}{unsupported}{_chips(claim.citations)}</li>"


def _chips(numbers: Sequence[int]) -> str:
    chips = "".join(
        f'<button type="button" class="hb-chip" data-citation="{number}" '
        f'aria-label="{texts.OPEN_SOURCE.format(number=number)}">{number}</button>'
        for number in numbers
    )
    return f'<span class="hb-chips">{chips}</span>' if chips else ""


def _carried_sources(answer: Answer, article_of: Callable[[str], Article]) -> str:
    # A hidden element and not a <template>: Gradio updates the page by comparing nodes, and does not see a change
    # inside a template.
    return f'<div class="hb-sources-of" hidden inert>{sources_html(answer, article_of)}</div>'


def _cited(answer: Answer) -> str:
    lines = "".join(
        f"<li>{_chips([citation.number for citation in citations])}"
        f'<span class="hb-cited-title">{escape(shortened(citations[0].title))}</span>'
        f"{_stated(citations[0])}{_copies(source for citation in citations for source in citation.copies)}</li>"
        for _, citations in _by_article(answer.citations)
    )
    return f'<div class="hb-cited"><p>{texts.CITED}</p><ul>{lines}</ul></div>' if lines else ""


def _copies(sources: Iterable[str]) -> str:
    """How many articles reprint the one named before, and at a click which."""
    others = list(dict.fromkeys(sources))
    if not others:
        return ""
    items = "".join(f"<li>{escape(source)}</li>" for source in others[:_COPIES_SHOWN])
    left_out = len(others) - _COPIES_SHOWN
    more = f"<li>{texts.MORE_REPRINTS.format(count=left_out)}</li>" if left_out > 0 else ""
    return (
        f'<details class="hb-copies"><summary>{texts.REPRINTED.format(count=len(others))}</summary>'
        f"<p>{texts.REPRINTED_NOTE}</p><ul>{items}{more}</ul></details>"
    )


def _conflict(conflict: Conflict) -> str:
    heading = texts.UPDATE if conflict.kind == "update" else texts.CONFLICT
    values = "".join(
        f"<li>{escape(value.value)}{_day(value.published_on)}{_chips(value.citations)}</li>"
        for value in conflict.values
    )
    return f'<div class="hb-conflict"><p>{heading}: {escape(conflict.about)}</p><ul>{values}</ul></div>'


def _understood(answer: Answer, *, as_typed: bool) -> str:
    """What was searched for where that is not what was typed, and the way to search for that, or back again."""
    lines = [f"{texts.UNDERSTOOD} {escape(answer.understood_as)}"] if answer.understood_as else []
    if as_typed:
        lines.append(f"{texts.SEARCHED_AS_TYPED} {_again(texts.AS_AT_FIRST)}")
    elif lines and answer.read_as:
        # A follow-up that was only joined with what it leans on is searched for as it was typed already.
        lines[0] += f" {_again(texts.AS_TYPED)}"
    return "".join(f'<p class="hb-understood">{line}</p>' for line in lines)


def _again(label: str) -> str:
    return f'<button type="button" class="hb-again">{label}</button>'


def _notes(answer: Answer) -> str:
    return "".join(f'<p class="hb-note">{escape(note)}</p>' for note in answer.notes)


def _lead(hit: Hit) -> str:
    reprinted = f", {texts.REPRINTED.format(count=len(hit.copies))}" if hit.copies else ""
    place = f'<span class="hb-place">{escape(hit.source)}{reprinted}</span>'
    return f"<li>{escape(shortened(hit.text, _LEAD_CHARS))} {place}</li>"


def _stated(of: Article | Citation) -> str:
    """Outlet and date, where the article states them."""
    return (f'<span class="hb-stated">{escape(of.outlet)}</span>' if of.outlet else "") + _day(of.published_on)


def _day(published_on: date | None) -> str:
    return f'<span class="hb-stated">{published_on.strftime("%d/%m/%Y")}</span>' if published_on else ""


def _by_article(citations: Sequence[Citation]) -> list[tuple[str, list[Citation]]]:
    """Citations grouped by article, in the order in which the articles are first cited."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.article_id, []).append(citation)
    return list(groups.items())


def _source(article: Article, citations: Sequence[Citation]) -> str:
    if article.title_stated:
        heading = f"<h3>{escape(_one_line(article.title))}</h3>"
    else:
        heading = f'<h3 class="hb-untitled">{escape(shortened(article.title))}</h3>'
        heading += f'<p class="hb-note">({texts.UNTITLED})</p>'
    removed = sum(1 for part in article.removed if part.text.strip())
    standing = [citation for citation in citations if stands(citation, article)]
    altered = ", ".join(str(citation.number) for citation in citations if citation not in standing)
    return (
        f'<article class="hb-source">{heading}'
        f'<p class="hb-place">{_stated(article)}<span class="hb-file">{escape(article.source)}</span></p>'
        + (f'<p class="hb-altered" role="alert">{texts.ALTERED.format(numbers=altered)}</p>' if altered else "")
        + f'<div class="hb-text">{_marked(article.text, standing)}</div>'
        + (f'<p class="hb-note">{texts.REMOVED.format(count=removed)}</p>' if removed else "")
        + "</article>"
    )


def _marked(text: str, citations: Sequence[Citation]) -> str:
    """The text with each quotation in a <mark>, which names the citations it belongs to; overlaps are kept apart."""
    edges = sorted({0, len(text), *(c.start for c in citations), *(c.end for c in citations)})
    parts: list[str] = []
    for start, end in itertools.pairwise(edges):
        covering = [c for c in citations if c.start <= start and end <= c.end]
        if not covering:
            parts.append(_between(text[start:end], first=start == 0, last=end == len(text)))
            continue
        badges = "".join(f'<span class="hb-number">{c.number}</span>' for c in covering if c.start == start)
        numbers = " ".join(str(c.number) for c in covering)
        parts.append(f'<mark class="hb-mark" data-citation="{numbers}" tabindex="-1">{badges}')
        parts.append(f"{_paragraphs(text[start:end])}</mark>")
    return "".join(parts)


def _between(text: str, *, first: bool, last: bool) -> str:
    """Text outside the marks, shortened where it is far from any of them."""
    before = 0 if first else _CONTEXT_CHARS
    after = 0 if last else _CONTEXT_CHARS
    if first and last:
        before = _CONTEXT_CHARS
    left_out = len(text) - before - after
    # A little more than the limit is shown whole: leaving it out would save nothing.
    if left_out <= _CONTEXT_CHARS:
        return _paragraphs(text)
    shown = f"{left_out:,}".replace(",", ".")
    elided = f'<span class="hb-elided">{texts.ELIDED.format(count=shown)}</span>'
    return _paragraphs(text[:before]) + elided + _paragraphs(text[len(text) - after :])


def _paragraphs(text: str) -> str:
    """Escaped text whose line breaks are set apart as paragraphs, inside a mark as well as outside."""
    return re.sub(r"\n\s*", '<span class="hb-break">\n</span>', escape(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
