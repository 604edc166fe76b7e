"""The page around the conversation."""

from __future__ import annotations

from app.rendering.escaping import escape
from app.words import LANGUAGES, Words, words_of
from app.words.chat import ChatWords

# Drawn here, for a font with such signs is not on every machine.
_BARS = (
    '<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2" '
    'aria-hidden="true"><path d="M4 6h16M4 12h16M4 18h16"/></svg>'
)

_ARROW = (
    '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" '
    'aria-hidden="true"><path d="{}"/></svg>'
)
_UP, _DOWN = _ARROW.format("M12 20V4M5 11l7-7 7 7"), _ARROW.format("M12 4v16M5 13l7 7 7-7")

VIEWS = ("chat", "library", "timeline")


def opening_html(words: Words) -> str:
    """What stands before Gradio's page: the way past the lists, and until all is there the masthead as it will be."""
    chat, access = words.chat, words.access
    return (
        f'<a class="hb-skip" href="#hb-box">{access.skip}</a>'
        f'<div id="hb-opening"><p class="hb-name" lang="vi">{chat.title}</p><p class="hb-tagline">{chat.tagline}</p>'
        f'<p class="hb-wait" role="status">{access.opening}</p></div>'
        f"<noscript><style>.hb-wait {{ display: none; }}</style><p>{access.needs_script}</p></noscript>"
    )


def header_html(words: Words) -> str:
    """The masthead: the name, the views, the language, and what belongs to the person."""
    chat = words.chat
    tabs = "".join(
        f'<button type="button" class="hb-tab" data-view="{view}" aria-pressed="{str(view == "chat").lower()}">'
        f"{label}</button>"
        for view, label in zip(VIEWS, (chat.view_chat, chat.view_library, chat.view_timeline), strict=True)
    )
    languages = "".join(
        f'<a class="hb-language" href="/language/{language}" hreflang="{language}" lang="{language}"'
        f"{' aria-current=true' if language == words.language else ''}>{words_of(language).chat.language_name}</a>"
        for language in LANGUAGES
    )
    return (
        f'<button type="button" class="hb-menu" aria-expanded="false" aria-controls="hb-conversations"'
        f' aria-label="{chat.conversations}" title="{chat.conversations}">{_BARS}</button>'
        f'<h1 lang="vi">{chat.title}</h1><p>{chat.tagline}</p>'
        f'<nav class="hb-tabs" aria-label="{chat.views}">{tabs}</nav><div class="hb-languages">{languages}</div>'
    )


def welcome_html(words: ChatWords, *, empty: bool) -> str:
    """The page before the first question; with an empty library it says how to fill it."""
    if empty:
        command = f"<code>{escape(words.index_command)}</code>"
        add = f'<p><a href="#library">{words.add_articles}</a></p>'
        return f"<h2>{words.empty_library}</h2>{add}<p>{words.empty_library_remedy.format(command=command)}</p>"
    return f"<h2>{words.welcome}</h2><p>{words.invitation}</p>"


def panel_html(words: ChatWords) -> str:
    """The sources panel as the page starts; the page's script fills the view from the answer that is looked at."""
    sample = '<span class="hb-chip hb-sample" aria-hidden="true">1</span>'
    return (
        f'<div class="hb-panel-head"><h2>{words.sources}</h2>'
        f'<div class="hb-steps"><button type="button" class="hb-step" data-step="-1"'
        f' aria-label="{words.previous_citation}" title="{words.previous_citation} (Alt+↑)">{_UP}</button>'
        f'<span class="hb-at" aria-live="polite"></span>'
        f'<button type="button" class="hb-step" data-step="1" aria-label="{words.next_citation}"'
        f' title="{words.next_citation} (Alt+↓)">{_DOWN}</button></div>'
        f'<button type="button" class="hb-close" aria-label="{words.close}">×</button></div>'
        f'<div class="hb-view" role="region" aria-label="{words.sources_label}" tabindex="0">'
        f'<p class="hb-no-sources">{words.no_sources.format(sample=sample)}</p></div>'
    )


def conversations_html(words: Words) -> str:
    """The drawer of kept conversations, before its list is fetched."""
    chat, keeping = words.chat, words.keeping
    return (
        f'<div class="hb-drawer-head"><h2>{chat.conversations}</h2>'
        f'<button type="button" class="hb-new">{chat.new}</button>'
        f'<button type="button" class="hb-close-drawer" aria-label="{words.access.close_conversations}">×</button>'
        f'</div><input type="search" class="hb-search-kept" placeholder="{chat.search_conversations}"'
        f' aria-label="{chat.search_conversations}" maxlength="200">'
        f'<div class="hb-kept-list"></div>'
        f'<p class="hb-drawer-foot"><a class="hb-export-judged" href="/ui/{words.language}/judged.jsonl" download'
        f' title="{keeping.export_judged_long}">{keeping.export_judged}</a></p>'
    )
