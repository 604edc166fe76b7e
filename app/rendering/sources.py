"""The articles behind an answer, with the quoted sentences marked at their places."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from datetime import date

from app.rendering.arrangement import by_article, host_of
from app.rendering.escaping import escape, one_line
from app.words import ChatWords
from app.words.counting import counted
from rag.cite import stands
from rag.datatypes import Article, Citation
from rag.errors import RagError
from rag.showing import shortened

# Article text shown before and after a marked sentence; what lies further off is left out, and said so.
_CONTEXT_CHARS = 12_000
_REMOVED_CHARS = 4_000


def cited_html(citations: Sequence[Citation], article_of: Callable[[str], Article], words: ChatWords) -> str:
    """Every cited article once, with the quoted sentences marked at their places; of one that is no longer in the
    library what was kept."""
    shown = []
    for article_id, of_article in by_article(citations):
        try:
            shown.append(source_html(article_of(article_id), of_article, words))
        except RagError:
            shown.append(gone_html(of_article, words))
    return "".join(shown)


def source_html(article: Article, citations: Sequence[Citation], words: ChatWords) -> str:
    """One article with its head, the marked quotations, and what cleaning set aside."""
    standing = [citation for citation in citations if stands(citation, article)]
    altered = ", ".join(str(citation.number) for citation in citations if citation not in standing)
    return (
        f'<article class="hb-source" data-article="{escape(article.id)}">{heading_html(article, words)}'
        + (f'<p class="hb-altered" role="alert">{words.altered.format(numbers=altered)}</p>' if altered else "")
        + f'<div class="hb-text" lang="vi">{marked_html(article.text, standing, words)}</div>'
        + removed_html(article, words)
        + "</article>"
    )


def gone_html(citations: Sequence[Citation], words: ChatWords) -> str:
    """What is left of an article that was taken out of the library: its head and the quotations, as they were kept."""
    first = citations[0]
    quotes = "".join(
        f'<blockquote lang="vi"><span class="hb-number">{citation.number}</span>'
        f"{paragraphs(citation.quote)}</blockquote>"
        for citation in citations
    )
    return (
        f'<article class="hb-source hb-gone"><h3 lang="vi">{escape(shortened(first.title))}</h3>'
        f'<p class="hb-place">{stated_html(first)}<span class="hb-file">{escape(first.source)}</span></p>'
        f'<p class="hb-altered" role="alert">{words.gone}</p>{quotes}</article>'
    )


def heading_html(article: Article, words: ChatWords) -> str:
    """Title, outlet, day, file, and the address as a link, of which only http and https are ever one."""
    if article.title_stated:
        heading = f'<h3 lang="vi">{escape(one_line(article.title))}</h3>'
    else:
        heading = f'<h3 class="hb-untitled" lang="vi">{escape(shortened(article.title))}</h3>'
        heading += f'<p class="hb-note">({words.untitled})</p>'
    return (
        f'{heading}<p class="hb-place">{stated_html(article)}<span class="hb-file">{escape(article.source)}</span>'
        f"{_link(article.url, words)}</p>"
    )


def _link(url: str | None, words: ChatWords) -> str:
    host = host_of(url)
    if not host:
        return ""
    return (
        f' · <a class="hb-link" href="{escape(url or "")}" target="_blank" rel="noopener noreferrer external">'
        f"{words.original} ({escape(host)})</a>"
    )


def removed_html(article: Article, words: ChatWords) -> str:
    """What cleaning set aside, behind a click; nothing where it set nothing aside."""
    parts = [part for part in article.removed if part.text.strip()]
    if not parts:
        return ""
    items: list[str] = []
    room = _REMOVED_CHARS
    for part in parts:
        if room <= 0:
            items.append(f"<li>{counted(words.removed_more, len(parts) - len(items))}</li>")
            break
        shown = shortened(part.text, min(room, 600))
        room -= len(shown)
        reason = words.reasons.get(part.reason, part.reason)
        items.append(f'<li><span class="hb-reason">{escape(reason)}</span> <span lang="vi">{escape(shown)}</span></li>')
    return (
        f'<details class="hb-removed"><summary>{counted(words.removed, len(parts))}</summary>'
        f"<ul>{''.join(items)}</ul></details>"
    )


def stated_html(of: Article | Citation) -> str:
    """Outlet and date, where the article states them."""
    outlet = f'<span class="hb-stated" lang="vi">{escape(of.outlet)}</span>' if of.outlet else ""
    return outlet + day_html(of.published_on)


def day_html(published_on: date | None) -> str:
    """A day as Vietnamese newspapers write it."""
    if published_on is None:
        return ""
    return f'<time class="hb-stated" datetime="{published_on.isoformat()}">{published_on.strftime("%d/%m/%Y")}</time>'


def marked_html(text: str, citations: Sequence[Citation], words: ChatWords) -> str:
    """The text with each quotation in a <mark>, which names the citations it belongs to; overlaps are kept apart."""
    edges = sorted({0, len(text), *(c.start for c in citations), *(c.end for c in citations)})
    parts: list[str] = []
    for start, end in itertools.pairwise(edges):
        covering = [c for c in citations if c.start <= start and end <= c.end]
        if not covering:
            parts.append(_between(text[start:end], words, first=start == 0, last=end == len(text)))
            continue
        badges = "".join(f'<span class="hb-number">{c.number}</span>' for c in covering if c.start == start)
        numbers = " ".join(str(c.number) for c in covering)
        parts.append(f'<mark class="hb-mark" data-citation="{numbers}" tabindex="-1">{badges}')
        parts.append(f"{paragraphs(text[start:end])}</mark>")
    return "".join(parts)


def _between(text: str, words: ChatWords, *, first: bool, last: bool) -> str:
    """Text outside the marks, shortened where it is far from any of them."""
    before = 0 if first else _CONTEXT_CHARS
    after = 0 if last else _CONTEXT_CHARS
    if first and last:
        before = _CONTEXT_CHARS
    left_out = len(text) - before - after
    # A little more than the limit is shown whole: leaving it out would save nothing.
    if left_out <= _CONTEXT_CHARS:
        return paragraphs(text)
    shown = f"{left_out:,}".replace(",", "." if words.language == "vi" else ",")
    elided = f'<span class="hb-elided">{words.elided.format(count=shown)}</span>'
    return paragraphs(text[:before]) + elided + paragraphs(text[len(text) - after :])


def paragraphs(text: str) -> str:
    """Escaped text whose line breaks are set apart as paragraphs, inside a mark as well as outside."""
    return re.sub(r"\n\s*", '<span class="hb-break">\n</span>', escape(text))
