"""The chat page: wires Gradio's components to `pipeline.ask`. What is shown is made in `render`."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

# Gradio reads this when it is imported; whatever the environment says, nothing is reported to anybody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from app import render, texts
from app.server import Guard, running
from app.suggestions import Suggestions
from rag.errors import RagError
from rag.pipeline import Engine, ask

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
HISTORY = 6
QUEUED = 32
AT_ONCE = 4
# So many times as much may be pasted as is asked: a browser cuts off the end, where the question stands as a rule.
_PASTED = 10

# The page's script tells here of a press on "Tìm đúng như đã gõ", by the place of the question in the conversation.
_AGAIN = "document.addEventListener('hb-again', (event) => trigger('click', event.detail));"

Message = dict[str, Any]
Update = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what was shown for it. One that failed is not leaned on by a follow-up.

    `read_as` is the question as it was answered and is leaned on, with its short answer, if it has one. `as_typed` says
    that the reader chose exactly what was typed.
    """

    question: str
    shown: str
    answered: bool
    read_as: str
    as_typed: bool
    short_answer: str | None


def serve(engine: Engine, *, host: str, port: int, announce: Callable[[str], None] = logger.info) -> None:
    """Serve the page until interrupted or told to end. Raises RagError for a port that cannot be had."""
    suggestions = Suggestions(engine)
    try:
        with _ending_on_sigterm(), running(create_app(engine, suggestions), host, port) as address:
            announce(address)
            threading.Event().wait()
    except KeyboardInterrupt:
        logger.info("stopped")
    finally:
        suggestions.stop()


def create_app(engine: Engine, suggestions: Suggestions | None = None) -> FastAPI:
    """The page over an open library, as an ASGI application."""
    page = build_page(engine, suggestions or Suggestions(engine))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Guard)
    gr.mount_gradio_app(
        app,
        page.queue(max_size=QUEUED, default_concurrency_limit=AT_ONCE),
        path="",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        pwa=False,
        ssr_mode=False,
        theme=_theme(),
        head=_head(),
        i18n=gr.I18n(en=texts.GRADIO),
    )
    return app


def build_page(engine: Engine, suggestions: Suggestions) -> gr.Blocks:
    """The components and what happens between them."""
    page = gr.Blocks(title=texts.TITLE, analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State(list[Turn]())
        gr.HTML(render.header_html(), elem_id="hb-header", js_on_load=None)
        pressed = gr.HTML(elem_id="hb-again", visible="hidden", js_on_load=_AGAIN)
        with gr.Row(elem_id="hb-columns"):
            with gr.Column(elem_id="hb-conversation", min_width=0):
                chatbot = gr.Chatbot(
                    elem_id="hb-chat",
                    label=texts.CONVERSATION,
                    show_label=False,
                    container=False,
                    height=None,
                    render_markdown=False,
                    # The page's script scrolls: Gradio goes to the end whatever has changed.
                    autoscroll=False,
                    buttons=[],
                    feedback_options=None,
                    layout="panel",
                    placeholder=render.welcome_html(empty=False),
                )
                with gr.Row(elem_id="hb-ask"):
                    box = gr.Textbox(
                        elem_id="hb-box",
                        placeholder=texts.ASK,
                        label=texts.ASK,
                        show_label=False,
                        container=False,
                        max_length=_PASTED * engine.settings.answer.max_question_chars,
                        max_lines=6,
                        autofocus=True,
                        scale=8,
                        min_width=0,
                    )
                    send = gr.Button(texts.SEND, variant="primary", elem_id="hb-send", scale=0, min_width=72)
                    new = gr.Button(texts.NEW, variant="secondary", elem_id="hb-new", scale=0, min_width=72)
            with gr.Column(elem_id="hb-panel", min_width=0):
                gr.HTML(render.panel_html(), elem_id="hb-sources", js_on_load=None)

        def respond(question: str, turns: list[Turn], event: gr.EventData) -> Iterator[Update]:
            again = _turn(event)
            if again is None:
                yield from _respond(engine, _example(event) or question, turns)
            else:
                yield from _respond_again(engine, turns, again)

        asked = gr.on(
            [box.submit, send.click, chatbot.example_select, pressed.click],
            respond,
            [box, turns],
            [box, chatbot, turns],
            show_progress="hidden",
            # A second question while one is being answered stays in the box.
            trigger_mode="once",
            concurrency_limit=AT_ONCE,
            api_visibility="private",
        )
        new.click(
            lambda: ("", [], []),
            None,
            [box, chatbot, turns],
            show_progress="hidden",
            queue=False,
            cancels=[asked],
            api_visibility="private",
        )
        # Not through the queue: a queued event that ends just as another begins can take the other's updates with it.
        page.load(
            lambda: _welcome(engine, suggestions),
            None,
            chatbot,
            show_progress="hidden",
            queue=False,
            api_visibility="private",
        )
    return page


def _respond(engine: Engine, question: str, turns: list[Turn]) -> Iterator[Update]:
    """Updates of box, chat and turns for a new question."""
    question = question.strip()
    if question:
        yield from _answer(engine, question, turns, len(turns), as_typed=False)
    else:
        yield gr.skip(), gr.skip(), gr.skip()


def _respond_again(engine: Engine, turns: list[Turn], at: int) -> Iterator[Update]:
    """Updates for a question that is searched for exactly as typed from now on, or no longer."""
    if at < len(turns):
        yield from _answer(engine, turns[at].question, turns, at, as_typed=not turns[at].as_typed)
    else:
        yield gr.skip(), gr.skip(), gr.skip()


def _answer(engine: Engine, question: str, turns: list[Turn], at: int, *, as_typed: bool) -> Iterator[Update]:
    """Updates for a question in the place `at` of the conversation, new or instead of what stands there.

    The question at once, then the answer as it grows. It leans on the questions before that place alone.
    """
    before, after = turns[:at], turns[at + 1 :]

    def shown(html: str) -> list[Message]:
        return [*_conversation(before), *_messages(question, html), *_conversation(after)]

    # What is being typed while a question is asked again stays in the box.
    yield "" if at == len(turns) else gr.skip(), shown(render.searching_html()), gr.skip()
    html, answered, read_as, short_answer = render.searching_html(), True, question, None
    leaned_on = [turn for turn in before if turn.answered][-HISTORY:]
    try:
        answer = ask(
            engine,
            question,
            # As each was understood: one that was searched for as typed is leaned on as typed.
            history=[turn.read_as for turn in leaned_on],
            answers=[turn.short_answer for turn in leaned_on],
            as_typed=as_typed,
            restore_history=False,
        )
        read_as, short_answer = answer.read_as or question, answer.short_answer
        *growing, html = render.answer_steps(answer, engine.article, as_typed=as_typed)
        for part in growing:
            yield gr.skip(), shown(part), gr.skip()
    except RagError as error:
        logger.warning("question not answered: %s", error)
        html, answered = render.failed_html(texts.failure(error), str(error)), False
    except Exception:
        # The last place where a fault can still be told to the person who asked.
        logger.exception("question not answered")
        html, answered = render.failed_html(texts.FAILED_UNEXPECTEDLY), False
    turn = Turn(question, html, answered, read_as, as_typed, short_answer)
    yield gr.skip(), shown(html), [*before, turn, *after]


def _conversation(turns: list[Turn]) -> list[Message]:
    return [message for turn in turns for message in _messages(turn.question, turn.shown)]


def _messages(question: str, answer_html: str) -> list[Message]:
    return [_message("user", render.question_html(question)), _message("assistant", answer_html)]


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": gr.HTML(html, js_on_load=None, padding=False)}


def _example(event: gr.EventData) -> str | None:
    """The example question that was chosen, if that is what happened."""
    data = getattr(event, "_data", None)
    value = data.get("value") if isinstance(data, dict) else None
    return str(value["text"]) if isinstance(value, dict) and value.get("text") else None


def _turn(event: gr.EventData) -> int | None:
    """The place in the conversation of a question that is to be asked again, if that is what happened."""
    data = getattr(event, "_data", None)
    turn = data.get("turn") if isinstance(data, dict) else None
    return turn if isinstance(turn, int) and turn >= 0 else None


def _welcome(engine: Engine, suggestions: Suggestions) -> Any:
    """What an empty conversation shows: read anew at each page load, as the library may have grown."""
    try:
        empty, examples = suggestions.empty(), suggestions.wait()
    except RagError as error:
        # The page still opens; the first question says what is wrong.
        logger.warning("no example questions: %s", error)
        empty, examples = False, []
    return gr.update(
        placeholder=render.welcome_html(empty=empty),
        examples=[{"text": question, "display_text": question} for question in examples] or None,
    )


def _head() -> str:
    """Style and script inside the page itself: Gradio would put its own prefix before every rule of a style sheet."""
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    script = (STATIC / "page.js").read_text(encoding="utf-8")
    words = json.dumps({"fixed": texts.GRADIO_FIXED, "ask": texts.ASK}, ensure_ascii=False).replace("<", "\\u003c")
    return f"<style>{style}</style><script>const HB_WORDS = {words};\n{script}</script>"


def _theme() -> gr.Theme:
    serif = ["Georgia", "Noto Serif", "DejaVu Serif", "serif"]
    return gr.themes.Base(
        primary_hue="red", neutral_hue="stone", font=serif, font_mono=["DejaVu Sans Mono", "monospace"]
    ).set(body_background_fill="#faf8f4", body_background_fill_dark="#171614")


class _ending_on_sigterm:  # noqa: N801 - read as a statement where it is used
    """SIGTERM ends the program in the same orderly way as Ctrl-C, with status 0."""

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGTERM, self._end)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    @staticmethod
    def _end(_signal: int, _frame: object) -> NoReturn:
        raise SystemExit(0)
