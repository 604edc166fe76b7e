"""One question and its answer in the conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.keeping.records import KeptTurn
from app.rendering.arrangement import agreeing, by_article, other_claims, short_of, supporting
from app.rendering.escaping import escape
from app.rendering.plain import footnoted
from app.rendering.sources import cited_html, day_html, stated_html
from app.rendering.telling import pieces_html, told_html
from app.words import ChatWords, Words
from app.words.counting import counted
from app.words.phrases import short_pieces
from rag.datatypes import Answer, Article, Citation, Claim, Conflict, Hit
from rag.errors import RagError
from rag.showing import shortened

LEADS = 3
_LEAD_CHARS = 280
_QUESTION_CHARS = 2_000
_COPIES_SHOWN = 20

# Drawn here, for a font with such signs is not on every machine.
_THUMB = '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true"{turn}><path d="M7 11v9H4v-9zM7 11l4-8c1.500 0 2.500 1 2.500 2.500V9h5.200c1.300 0 2.200 1.200 1.900 2.400l-1.700 7c-.2.900-1 1.600-1.900 1.600H7"/></svg>'  # noqa: E501
_THUMB_UP, _THUMB_DOWN = _THUMB.format(turn=""), _THUMB.format(turn=' transform="rotate(180)"')

ArticleOf = Callable[[str], Article]


def question_html(question: str, stamp: str = "") -> str:
    """What the person asked, as it was typed; of a long text the end, which is what is searched for.

    `stamp` is that of the turn, which the page's script sends with what is to be done with it.
    """
    shown = question if len(question) <= _QUESTION_CHARS else f"…{question[-_QUESTION_CHARS:].lstrip()}"
    stamped = f' data-stamp="{stamp}"' if stamp else ""
    return f'<div class="hb-question" role="heading" aria-level="2" lang="vi"{stamped}>{escape(shown)}</div>'


def searching_html(words: ChatWords, *, waiting: int = 0) -> str:
    """The state between question and answer, with the number of questions that stand before it."""
    told = words.busy.format(count=waiting) if waiting else words.searching
    return f'<div class="hb-answer hb-busy"><p>{told}</p></div>'


def failed_html(message: str, words: ChatWords, detail: str = "") -> str:
    """An error that may be shown: what it means, and the error's own words underneath."""
    more = (
        f"<details><summary>{words.failed_detail}</summary><p lang='en'>{escape(detail)}</p></details>"
        if detail
        else ""
    )
    return (
        f'<div class="hb-answer hb-failed"><p><strong>{words.failed}</strong> {escape(message)}</p>'
        f"{more}{actions_html(words, judged=None, answered=False)}</div>"
    )


def turn_html(turn: KeptTurn, article_of: ArticleOf, words: Words) -> str:
    """A kept turn as it is shown when it is done."""
    if turn.answer is None:
        return failed_html(words.failures.retold(turn.failure or words.keeping.unreadable), words.chat)
    return answer_html(turn.answer, article_of, words.chat, as_typed=turn.as_typed, judged=turn.thumb)


def answer_steps(answer: Answer, article_of: ArticleOf, words: ChatWords, *, as_typed: bool = False) -> Iterator[str]:
    """The answer as it grows: the short answer first, then one more claim at a time, then the rest."""
    if answer.status == "answered":
        head = carried_sources_html(answer, article_of, words) + understood_html(answer, words, as_typed=as_typed)
        for shown in range(len(other_claims(answer))):
            yield f'<div class="hb-answer">{_statements(answer, shown, head, "", words)}</div>'
    yield answer_html(answer, article_of, words, as_typed=as_typed)


def answer_html(
    answer: Answer, article_of: ArticleOf, words: ChatWords, *, as_typed: bool = False, judged: str | None = None
) -> str:
    """The whole answer. Its sources travel with it, hidden, and a chip opens them in the panel.

    `as_typed` says that the reader had it searched for exactly what was typed; the answer offers the way back.
    `judged` is the thumb that was given to it.
    """
    actions = actions_html(words, judged=judged, answered=True)
    if answer.status == "not_found":
        return _not_found(answer, article_of, words, actions + copied_html(answer, words), as_typed=as_typed)
    head = carried_sources_html(answer, article_of, words) + understood_html(answer, words, as_typed=as_typed)
    tail = _told_behind(answer, words) + actions + copied_html(answer, words)
    return f'<div class="hb-answer">{_statements(answer, len(other_claims(answer)), head, tail, words)}</div>'


def quoted_html(answer: Answer, article_of: ArticleOf, words: ChatWords) -> str:
    """What an answer says with its sources, without how it was understood and what can be done with it."""
    head = carried_sources_html(answer, article_of, words)
    tail = _told_behind(answer, words) + copied_html(answer, words)
    return _statements(answer, len(other_claims(answer)), head, tail, words)


def _told_behind(answer: Answer, words: ChatWords) -> str:
    return conflicts_html(answer, words) + sources_list_html(answer, words) + notes_html(answer.notes, words)


def sources_html(answer: Answer, article_of: ArticleOf, words: ChatWords) -> str:
    """Every cited article once, with the quoted sentences marked at their places; of one that is no longer in the
    library what was kept."""
    return cited_html(answer.citations, article_of, words)


def _not_found(answer: Answer, article_of: ArticleOf, words: ChatWords, actions: str, *, as_typed: bool) -> str:
    """The plain statement that the sources are silent, and the nearest passages, clearly no answer."""
    leads = "".join(_lead(hit, article_of, words) for hit in answer.hits[:LEADS])
    details = f'<details class="hb-leads"><summary>{words.leads}</summary><ul>{leads}</ul></details>' if leads else ""
    return (
        f'<div class="hb-answer hb-not-found">{understood_html(answer, words, as_typed=as_typed)}'
        f'<p class="hb-short">{told_html(answer.text, words.language)}</p>'
        f"{details}{notes_html(answer.notes, words)}{actions}</div>"
    )


def _statements(answer: Answer, shown: int, head: str, tail: str, words: ChatWords) -> str:
    agreed = agreeing(answer)
    badge = f' <span class="hb-agreed">{words.agreed.format(count=agreed)}</span>' if agreed else ""
    items = "".join(_item(claim, words) for claim in other_claims(answer)[:shown])
    short = pieces_html(short_pieces(short_of(answer), words.language))
    return (
        f'{head}<p class="hb-short">{short}{chips_html(supporting(answer), words)}'
        f"{badge}</p>" + (f'<ul class="hb-claims">{items}</ul>' if items else "") + tail
    )


def _item(claim: Claim, words: ChatWords) -> str:
    unsupported = f' <span class="hb-unsupported">({words.unsupported})</span>' if claim.status == "unsupported" else ""
    return f'<li><span lang="vi">{escape(claim.text)}</span>{unsupported}{chips_html(claim.citations, words)}</li>'


def chips_html(numbers: Sequence[int], words: ChatWords) -> str:
    """What opens the sources of these numbers."""
    chips = "".join(
        f'<button type="button" class="hb-chip" data-citation="{number}" '
        f'aria-label="{words.open_source.format(number=number)}">{number}</button>'
        for number in numbers
    )
    return f'<span class="hb-chips">{chips}</span>' if chips else ""


def carried_sources_html(answer: Answer, article_of: ArticleOf, words: ChatWords) -> str:
    """The sources, hidden, for the page's script to show."""
    # A hidden element and not a <template>: Gradio updates the page by comparing nodes, and does not see a change
    # inside a template.
    return f'<div class="hb-sources-of" hidden inert>{sources_html(answer, article_of, words)}</div>'


def sources_list_html(answer: Answer, words: ChatWords) -> str:
    """The cited articles in a list."""
    lines = "".join(
        f"<li>{chips_html([citation.number for citation in citations], words)}"
        f'<span class="hb-cited-title" lang="vi">{escape(shortened(citations[0].title))}</span>'
        f"{stated_html(citations[0])}{copies_html((s for citation in citations for s in citation.copies), words)}</li>"
        for _, citations in by_article(answer.citations)
    )
    return f'<div class="hb-cited"><p>{words.cited}</p><ul>{lines}</ul></div>' if lines else ""


def copies_html(sources: Iterable[str], words: ChatWords) -> str:
    """How many articles reprint the one named before, and at a click which."""
    others = list(dict.fromkeys(sources))
    if not others:
        return ""
    items = "".join(f"<li>{escape(source)}</li>" for source in others[:_COPIES_SHOWN])
    left_out = len(others) - _COPIES_SHOWN
    more = f"<li>{counted(words.more_reprints, left_out)}</li>" if left_out > 0 else ""
    return (
        f'<details class="hb-copies"><summary>{counted(words.reprinted, len(others))}</summary>'
        f"<p>{words.reprinted_note}</p><ul>{items}{more}</ul></details>"
    )


def conflicts_html(answer: Answer, words: ChatWords) -> str:
    """What sources differ on."""
    return "".join(_conflict(conflict, answer, words) for conflict in answer.conflicts)


def _conflict(conflict: Conflict, answer: Answer, words: ChatWords) -> str:
    """The values on which sources differ, newest first, as a table: value, day, quotation.

    Its roles are written out, for it is laid out otherwise in a narrow place.
    """
    heading = words.update if conflict.kind == "update" else words.conflict
    quotes = {citation.number: citation for citation in answer.citations}
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader" lang="vi">{escape(value.value)}'
        f"{chips_html(value.citations, words)}</th>"
        f'<td role="cell">{day_html(value.published_on) or words.no_day}</td>'
        f'<td role="cell" lang="vi">{_quoted([quotes[number] for number in value.citations if number in quotes])}</td>'
        "</tr>"
        for value in conflict.values
    )
    columns = "".join(
        f'<th scope="col" role="columnheader">{name}</th>' for name in (words.value, words.day, words.quote)
    )
    return (
        f'<div class="hb-conflict"><table role="table"><caption>{heading}: '
        f'<span lang="vi">{escape(conflict.about)}</span></caption><thead role="rowgroup"><tr role="row">{columns}</tr>'
        f'</thead><tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _quoted(citations: Sequence[Citation]) -> str:
    return "<br>".join(f"“{escape(shortened(citation.quote, 160))}”" for citation in citations[:2])


def understood_html(answer: Answer, words: ChatWords, *, as_typed: bool) -> str:
    """What was searched for where that is not what was typed, and the way to search for that, or back again."""
    lines = []
    if answer.understood_as:
        lines.append(f'{words.understood} <span lang="vi">{escape(answer.understood_as)}</span>')
    if as_typed:
        lines.append(f"{words.searched_as_typed} {_again(words.as_at_first)}")
    elif lines and answer.read_as:
        # A follow-up that was only joined with what it leans on is searched for as it was typed already.
        lines[0] += f" {_again(words.as_typed)}"
    return "".join(f'<p class="hb-understood">{line}</p>' for line in lines)


def _again(label: str) -> str:
    return f'<button type="button" class="hb-again">{label}</button>'


def actions_html(words: ChatWords, *, judged: str | None, answered: bool) -> str:
    """What can be done with an answer. The page's script finds out which one it belongs to."""

    def button(action: str, label: str, text: str, *, pressed: bool | None = None) -> str:
        state = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
        return (
            f'<button type="button" class="hb-action" data-do="{action}" title="{label}" aria-label="{label}"{state}>'
            f"{text}</button>"
        )

    buttons = button("edit", words.edit_long, words.edit) + button("retry", words.retry_long, words.retry)
    if answered:
        buttons = (
            button("copy", words.copy_long, words.copy)
            + buttons
            + button("up", words.up, _THUMB_UP, pressed=judged == "up")
            + button("down", words.down, _THUMB_DOWN, pressed=judged == "down")
        )
    undo = button("undo", words.undo_long, words.undo)
    return f'<div class="hb-actions" role="group" aria-label="{words.actions}">{buttons}{undo}</div>'


def copied_html(answer: Answer, words: ChatWords) -> str:
    """What copying the answer takes, hidden."""
    return f'<div class="hb-copy-of" hidden inert>{escape(footnoted(answer, words))}</div>'


def notes_html(notes: Iterable[str], words: ChatWords) -> str:
    """Remarks, each in a line."""
    return "".join(f'<p class="hb-note">{told_html(note, words.language)}</p>' for note in notes)


def _lead(hit: Hit, article_of: ArticleOf, words: ChatWords) -> str:
    """A passage and the article that it is from, by its file where it has no title or has left the library."""
    try:
        article = article_of(hit.chunk.article_id)
    except RagError:
        article = None
    name, stated = escape(hit.source), ""
    if article is not None and article.title_stated:
        name, stated = f'<span lang="vi">{escape(shortened(article.title))}</span>', stated_html(article)
    reprinted = f'<span class="hb-stated">{counted(words.reprinted, len(hit.copies))}</span>' if hit.copies else ""
    place = (
        f'<button type="button" class="hb-read" data-article="{escape(hit.chunk.article_id)}" '
        f'data-start="{hit.chunk.start}" data-end="{hit.chunk.end}">{name}</button>'
    )
    return (
        f'<li><span lang="vi">{escape(shortened(hit.text, _LEAD_CHARS))}</span>'
        f'<div class="hb-place">{place}{stated}{reprinted}</div></li>'
    )
