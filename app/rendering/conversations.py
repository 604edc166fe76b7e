"""The list of kept conversations, and questions offered next."""

from __future__ import annotations

from collections.abc import Sequence

from app.keeping.store import KeptConversation
from app.rendering.escaping import escape
from app.words import ChatWords

EXPORTS = ("md", "docx", "json")


def list_html(kept: Sequence[KeptConversation], words: ChatWords, *, current: str = "", searched: bool = False) -> str:
    """The conversations, last changed first, each with what can be done with it."""
    if not kept:
        return f'<p class="hb-empty">{words.nothing_found if searched else words.no_conversations}</p>'
    return f'<ul class="hb-kept">{"".join(_item(one, words, current=one.id == current) for one in kept)}</ul>'


def _item(one: KeptConversation, words: ChatWords, *, current: bool) -> str:
    day = one.changed_at.astimezone().strftime("%d/%m/%Y")
    title = escape(one.title)
    exports = "".join(
        f'<a href="/ui/{words.language}/conversations/{one.id}/export.{kind}" download>'
        f"{words.save_as} {kind.upper()}</a>"
        for kind in EXPORTS
    )
    return (
        f'<li data-id="{one.id}"{" aria-current=true" if current else ""}>'
        f'<button type="button" class="hb-open-kept"><span lang="vi">{title}</span>'
        f"<small>{day} · {words.questions.format(count=one.turns)}</small></button>"
        f'<details class="hb-more"><summary aria-label="{words.more}: {title}">⋯</summary><div>'
        f'<button type="button" data-keep="rename">{words.rename}</button>{exports}'
        f'<button type="button" data-keep="delete">{words.delete}</button></div></details></li>'
    )


def next_html(questions: Sequence[str], words: ChatWords, *, instead: bool) -> str:
    """Questions that the library answers, to be asked at a press; nothing where there are none."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="hb-suggested" lang="vi">{escape(question)}</button></li>'
        for question in questions
    )
    return f"<p>{words.instead if instead else words.next}</p><ul>{items}</ul>"
