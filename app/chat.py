"""The chat page: Gradio's components, and which of `handlers` hears what of them. What is shown is made in
`rendering`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI

from app.handlers import PASTED, Handlers
from app.rendering.backend import open_html
from app.rendering.filters import bar_html
from app.rendering.jobs import adding_html
from app.rendering.library import frame_html as library_html
from app.rendering.page import conversations_html, header_html, panel_html, welcome_html
from app.rendering.timeline import view_html as timeline_view
from app.rendering.wordings import switch_html
from app.routes.common import owner_of
from app.words import Language, Words, words_of

if TYPE_CHECKING:
    from app.site import Site

QUEUED = 64
# They wait for their turns together, so that these are given in a fair order, and each sees that it waits.
AT_ONCE = 32
# For what is done at once, such as opening a conversation, while all of them wait.
_THREADS = 2 * AT_ONCE

# The page's script tells here what is to be done: {"do": ..., ...}.
_BRIDGE = (
    "document.addEventListener('{name}', (event) => trigger('click', event.detail));"
    "document.dispatchEvent(new CustomEvent('{name}-ready'));"
)


def mount_page(app: FastAPI, site: Site, language: Language) -> None:
    """Put the page in one language under its name."""
    words = words_of(language)
    page = build_page(site, words)
    # Threads of its own: whoever waits for an answer must not hold up what the page's scripts fetch.
    page.max_threads = _THREADS
    gr.mount_gradio_app(
        app,
        page.queue(max_size=QUEUED, default_concurrency_limit=AT_ONCE),
        path=f"/{language}",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        auth_dependency=owner_of,
        ssr_mode=False,
        theme=_theme(),
        i18n=gr.I18n(en=dict(words.gradio)),
    )


def build_page(site: Site, words: Words) -> gr.Blocks:
    """The components and what happens between them."""
    page = gr.Blocks(title=words.chat.title, analytics_enabled=False, fill_width=True)
    handlers = Handlers(site, words)
    with page:
        # Both are the browser's to keep: an open page goes on after a restart of the program.
        kept = gr.Textbox(elem_id="hb-kept", visible="hidden", label=words.chat.conversation)
        filters = gr.Textbox(elem_id="hb-filters-value", visible="hidden", label=words.chat.conversation)
        gr.HTML(header_html(words), elem_id="hb-header", js_on_load=None)
        doing = gr.HTML(elem_id="hb-doing", visible="hidden", js_on_load=_BRIDGE.format(name="hb-do"))
        going = gr.HTML(elem_id="hb-going", visible="hidden", js_on_load=_BRIDGE.format(name="hb-go"))
        greeting = gr.HTML(elem_id="hb-greeting", visible="hidden", js_on_load=_BRIDGE.format(name="hb-welcome"))
        with gr.Row(elem_id="hb-columns"):
            gr.HTML(conversations_html(words), elem_id="hb-conversations", js_on_load=None)
            with gr.Column(elem_id="hb-conversation", min_width=0):
                chatbot = gr.Chatbot(
                    elem_id="hb-chat",
                    label=words.chat.conversation,
                    show_label=False,
                    container=False,
                    height=None,
                    render_markdown=False,
                    # The page's script scrolls: Gradio goes to the end whatever has changed.
                    autoscroll=False,
                    buttons=[],
                    feedback_options=None,
                    layout="panel",
                    placeholder=welcome_html(words.chat, empty=False),
                )
                beside = switch_html(words.fluent, shown=site.writing is not None) + open_html(words)
                gr.HTML(bar_html(words.filters, beside=beside), elem_id="hb-filters", js_on_load=None)
                with gr.Row(elem_id="hb-ask"):
                    box = gr.Textbox(
                        elem_id="hb-box",
                        placeholder=words.chat.ask,
                        label=words.chat.ask,
                        show_label=False,
                        container=False,
                        max_length=PASTED * site.engine.settings.answer.max_question_chars,
                        max_lines=6,
                        autofocus=True,
                        scale=8,
                        min_width=0,
                    )
                    send = gr.Button(words.chat.send, variant="primary", elem_id="hb-send", scale=0, min_width=72)
                    gr.Button(words.chat.stop, variant="secondary", elem_id="hb-stop", scale=0, min_width=72)
            gr.HTML(
                timeline_view(words, most_chars=site.engine.settings.answer.max_question_chars),
                elem_id="hb-timeline",
                js_on_load=None,
            )
            with gr.Column(elem_id="hb-panel", min_width=0):
                gr.HTML(panel_html(words.chat), elem_id="hb-sources", js_on_load=None)
        adding = adding_html(words, site.intake.limits)
        gr.HTML(library_html(words, adding), elem_id="hb-library", js_on_load=None)

        asked = gr.on(
            [box.submit, send.click, chatbot.example_select, doing.click],
            handlers.respond,
            [box, kept, filters],
            [box, chatbot, kept],
            show_progress="hidden",
            # A second question while one is being answered stays in the box.
            trigger_mode="once",
            concurrency_limit=AT_ONCE,
            api_visibility="private",
        )
        going.click(
            handlers.go,
            [box, kept],
            [box, chatbot, kept],
            show_progress="hidden",
            queue=False,
            # Gradio would drop a second while the first is under way; the page's script sends it when it hears the end.
            trigger_mode="multiple",
            cancels=[asked],
            api_visibility="private",
        ).then(None, js="() => { document.dispatchEvent(new CustomEvent('hb-gone')); }", queue=False)
        # Not through the queue: a queued event that ends just as another begins can take the other's updates with it.
        gr.on(
            [page.load, greeting.click],
            handlers.welcome,
            None,
            chatbot,
            show_progress="hidden",
            queue=False,
            api_visibility="private",
        )
    return page


def _theme() -> gr.Theme:
    serif = ["Source Serif 4", "Georgia", "Noto Serif", "DejaVu Serif", "serif"]
    return gr.themes.Base(
        primary_hue="red", neutral_hue="stone", font=serif, font_mono=["DejaVu Sans Mono", "monospace"]
    ).set(body_background_fill="#faf8f4", body_background_fill_dark="#171614")
