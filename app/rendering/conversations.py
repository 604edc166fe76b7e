"""The list of kept conversations, and questions offered next."""

from __future__ import annotations

from collections.abc import Sequence

from app.keeping.records import KeptConversation
from app.rendering.escaping import escape
from app.words import ChatWords, Words
from app.words.counting import counted
from app.words.keeping import KeepingWords

# The names by which people know the kinds of files.
EXPORTS = {"md": "Markdown", "docx": "Word", "json": "JSON"}
_MORE = (
    '<svg viewBox="0 0 24 24" width="18" height="18" fill="currentColor" aria-hidden="true">'
    '<circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="12" r="2"/></svg>'
)


def list_html(
    kept: Sequence[KeptConversation],
    words: Words,
    *,
    current: str = "",
    searched: bool = False,
    older: int | None = None,
    trouble: str | None = None,
) -> str:
    """The conversations, last changed first, each with what can be done with it.

    `older` is how many to ask for where there are more; `trouble` says why they are not kept where they belong.
    """
    told = f'<p class="hb-kept-trouble" role="status">{words.keeping.troubles[trouble]}</p>' if trouble else ""
    if not kept:
        return f'{told}<p class="hb-empty">{words.chat.nothing_found if searched else words.chat.no_conversations}</p>'
    items = "".join(_item(one, words.chat, current=one.id == current) for one in kept)
    more = f'<button type="button" class="hb-older" data-most="{older}">{words.keeping.older}</button>' if older else ""
    return f'{told}<ul class="hb-kept">{items}</ul>{more}'


def not_kept_html(words: KeepingWords) -> str:
    """What stands below an answer that could not be kept."""
    return f'<p class="hb-note hb-not-kept" role="alert">{words.not_kept}</p>'


def _item(one: KeptConversation, words: ChatWords, *, current: bool) -> str:
    day = one.changed_at.astimezone().strftime("%d/%m/%Y")
    title = escape(one.title)
    exports = "".join(
        f'<a href="/ui/{words.language}/conversations/{one.id}/export.{kind}" download>{words.save_as} {name}</a>'
        for kind, name in EXPORTS.items()
    )
    return (
        f'<li data-id="{one.id}"{" aria-current=true" if current else ""}>'
        f'<button type="button" class="hb-open-kept"><span lang="vi">{title}</span>'
        f"<small>{day} · {counted(words.questions, one.turns)}</small></button>"
        f'<details class="hb-more"><summary>{_MORE}<span class="hb-unseen">{words.more}: '
        f'<span lang="vi">{title}</span></span></summary><div>'
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
