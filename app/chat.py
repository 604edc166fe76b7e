"""The chat page: wires Gradio's components to `pipeline.ask` and to the kept conversations. What is shown is made in
`rendering`."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

# Gradio reads these when it is imported; whatever the environment says, nothing is reported to anybody, and no table of
# events is made anew after every one of them.
os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9)}

import gradio as gr
from fastapi import FastAPI, Request

from app.keeping.records import KeptTurn, leaned_on
from app.rendering import answers
from app.rendering.conversations import not_kept_html
from app.rendering.filters import bar_html, restricted_html
from app.rendering.jobs import adding_html
from app.rendering.library import frame_html as library_html
from app.rendering.page import conversations_html, header_html, panel_html, welcome_html
from app.rendering.timeline import view_html as timeline_view
from app.words import Language, Words, words_of
from rag.datatypes import Filters
from rag.errors import RagError
from rag.pipeline import ask
from rag.turns import asking_for

if TYPE_CHECKING:
    from app.site import Site

logger = logging.getLogger(__name__)

QUEUED = 64
# They wait for their turns together, so that these are given in a fair order, and each sees that it waits.
AT_ONCE = 32
# So many questions before one are told to whoever waits.
_BUSY_FROM = 3
# So many times as much may be pasted as is asked: a browser cuts off the end, where the question stands as a rule.
_PASTED = 10

# The page's script tells here what is to be done: {"do": ..., ...}.
_BRIDGE = (
    "document.addEventListener('{name}', (event) => trigger('click', event.detail));"
    "document.dispatchEvent(new CustomEvent('{name}-ready'));"
)

Message = dict[str, Any]
Update = tuple[Any, ...]


def mount_page(app: FastAPI, site: Site, language: Language) -> None:
    """Put the page in one language under its name."""
    words = words_of(language)
    gr.mount_gradio_app(
        app,
        build_page(site, words).queue(max_size=QUEUED, default_concurrency_limit=AT_ONCE),
        path=f"/{language}",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        auth_dependency=signed_in,
        ssr_mode=False,
        theme=_theme(),
        i18n=gr.I18n(en=dict(words.gradio)),
    )


def build_page(site: Site, words: Words) -> gr.Blocks:
    """The components and what happens between them."""
    page = gr.Blocks(title=words.chat.title, analytics_enabled=False, fill_width=True)
    talk = _Talk(site, words)
    with page:
        # Both are the browser's to keep: an open page goes on after a restart of the program.
        kept = gr.Textbox(elem_id="hb-kept", visible="hidden", label=words.chat.conversation)
        filters = gr.Textbox(elem_id="hb-filters-value", visible="hidden", label=words.chat.conversation)
        gr.HTML(header_html(words), elem_id="hb-header", js_on_load=None)
        doing = gr.HTML(elem_id="hb-doing", visible="hidden", js_on_load=_BRIDGE.format(name="hb-do"))
        going = gr.HTML(elem_id="hb-going", visible="hidden", js_on_load=_BRIDGE.format(name="hb-go"))
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
                gr.HTML(bar_html(words.filters), elem_id="hb-filters", js_on_load=None)
                with gr.Row(elem_id="hb-ask"):
                    box = gr.Textbox(
                        elem_id="hb-box",
                        placeholder=words.chat.ask,
                        label=words.chat.ask,
                        show_label=False,
                        container=False,
                        max_length=_PASTED * site.engine.settings.answer.max_question_chars,
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
            talk.respond,
            [box, kept, filters],
            [box, chatbot, kept],
            show_progress="hidden",
            # A second question while one is being answered stays in the box.
            trigger_mode="once",
            concurrency_limit=AT_ONCE,
            api_visibility="private",
        )
        going.click(
            talk.go,
            [kept],
            [box, chatbot, kept],
            show_progress="hidden",
            queue=False,
            # Whoever begins a conversation and opens another at once gets both: Gradio would drop the second.
            trigger_mode="multiple",
            cancels=[asked],
            api_visibility="private",
        )
        # Not through the queue: a queued event that ends just as another begins can take the other's updates with it.
        page.load(
            talk.welcome,
            None,
            chatbot,
            show_progress="hidden",
            queue=False,
            api_visibility="private",
        )
    return page


class _Talk:
    """What happens on one language's page: handlers of Gradio's events, which give updates of box, chat and `kept`."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site, self._words = site, words

    def respond(
        self, question: str, kept: str, filters: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Update]:
        """Answer what is in the box, an example, or what the page's script asks for in its own way."""
        owner, data, asker = owner_of(request), _data(event), asker_of(request)
        # Of a longer text the end is asked, and kept; the box cuts off as much, in a browser.
        most = _PASTED * self._site.engine.settings.answer.max_question_chars
        turns = self._turns(owner, kept)
        at, do = data.get("turn"), data.get("do")
        at = at if isinstance(at, int) and 0 <= at < len(turns) else None
        chosen = _filters(filters)
        if do in {"again", "retry"} and at is not None:
            turn = turns[at]
            as_typed = turn.as_typed if do == "retry" else not turn.as_typed
            again = KeptTurn(turn.question, None, None, as_typed, turn.filters)
            yield from self._answer(owner, asker, kept, turns, at, again)
        elif do == "edit" and at is not None and (edited := str(data.get("question") or "").strip()):
            # What came after leaned on the question that is no longer asked.
            self._site.conversations.cut(owner, kept, at)
            yield from self._answer(owner, asker, kept, turns[:at], at, KeptTurn(edited[-most:], None, filters=chosen))
        elif asked := (_example(data) or (str(data.get("question") or "") if do == "ask" else question)).strip():
            new = KeptTurn(asked[-most:], None, filters=chosen)
            yield from self._answer(owner, asker, kept, turns, len(turns), new)
        else:
            yield gr.skip(), gr.skip(), gr.skip()

    def go(self, kept: str, event: gr.EventData, request: gr.Request) -> Update:
        """Open a conversation or a new one, take a question back, or stop answering."""
        owner, data = owner_of(request), _data(event)
        match data.get("do"):
            case "open":
                kept = str(data.get("id") or "")
                turns = self._turns(owner, kept)
                return gr.skip(), self._shown(turns, kept), kept if turns else ""
            case "undo":
                turns = self._turns(owner, kept)
                at = data.get("turn")
                if isinstance(at, int) and 0 <= at < len(turns):
                    self._site.conversations.cut(owner, kept, at)
                    return turns[at].question, self._shown(turns[:at], kept), gr.skip()
                return gr.skip(), self._shown(turns, kept), gr.skip()
            case "stop":
                # The question goes back where it came from.
                return str(data.get("question") or ""), self._shown(self._turns(owner, kept), kept), gr.skip()
            case "welcome":
                # The library has changed.
                return gr.skip(), self.welcome(), gr.skip()
            case _:
                return "", [], ""

    def welcome(self) -> Any:
        """What an empty conversation shows: read anew at each page load, as the library may have grown."""
        try:
            empty, examples = self._site.suggestions.empty(), self._site.suggestions.wait()
        except RagError as error:
            # The page still opens; the first question says what is wrong.
            logger.warning("no example questions: %s", error)
            empty, examples = False, []
        return gr.update(
            placeholder=welcome_html(self._words.chat, empty=empty),
            examples=[{"text": question, "display_text": question} for question in examples] or None,
        )

    def _turns(self, owner: str, kept: str) -> list[KeptTurn]:
        try:
            return self._site.conversations.turns(owner, kept) if kept else []
        except KeyError:
            return []
        except RagError as error:
            logger.warning("the conversation could not be read: %s", error)
            return []

    def _answer(
        self, owner: str, asker: str, kept: str, turns: list[KeptTurn], at: int, turn: KeptTurn
    ) -> Iterator[Update]:
        """Updates for a question in the place `at` of the conversation, new or instead of what stands there.

        The question at once, then the answer as it grows. It leans on the questions before that place alone.
        """
        site, words = self._site, self._words.chat
        before, after = self._shown(turns[:at], kept), self._shown(turns[at + 1 :], kept)

        def shown(html: str) -> list[Message]:
            return [*before, *_messages(turn, html, self._words), *after]

        # What is being typed while a question is asked again stays in the box.
        waiting = site.engine.turns.waiting()
        searching = answers.searching_html(words, waiting=waiting if waiting >= _BUSY_FROM else 0)
        yield "" if at == len(turns) else gr.skip(), shown(searching), gr.skip()
        before_it = leaned_on(turns[:at])
        growing: list[str] = []
        try:
            with asking_for(asker):
                answer = ask(
                    site.engine,
                    turn.question,
                    # As each was understood: one that was searched for as typed is leaned on as typed.
                    history=[earlier.read_as or earlier.question for earlier in before_it],
                    answers=[earlier.short_answer for earlier in before_it],
                    filters=turn.filters,
                    as_typed=turn.as_typed,
                    restore_history=False,
                )
            turn = KeptTurn(turn.question, answer, None, turn.as_typed, turn.filters)
            *growing, html = answers.answer_steps(answer, site.engine.article, words, as_typed=turn.as_typed)
        except RagError as error:
            logger.warning("question not answered: %s", error)
            turn = KeptTurn(turn.question, None, words.failure(error), turn.as_typed, turn.filters)
            html = answers.failed_html(words.failure(error), words, str(error))
        except Exception:
            # The last place where a fault can still be told to the person who asked.
            logger.exception("question not answered")
            turn = KeptTurn(turn.question, None, words.failed_unexpectedly, turn.as_typed, turn.filters)
            html = answers.failed_html(words.failed_unexpectedly, words)
        for part in growing:
            yield gr.skip(), shown(part), gr.skip()
        try:
            # Whatever another tab has put behind it in the meantime stays.
            kept = self._keep(owner, kept, None if at == len(turns) else at, turn)
        except (RagError, KeyError) as error:
            # A full disk must not cost the answer.
            logger.warning("the conversation could not be kept: %s", error)
            html += not_kept_html(self._words.keeping)
        yield gr.skip(), shown(html), kept

    def _keep(self, owner: str, kept: str, at: int | None, turn: KeptTurn) -> str:
        """Keep the turn, in a new conversation if there is none; its id."""
        if not kept or not self._is_kept(owner, kept):
            kept, at = self._site.conversations.begin(owner, turn.question), None
        self._site.conversations.put(owner, kept, at, turn)
        return kept

    def _is_kept(self, owner: str, kept: str) -> bool:
        try:
            self._site.conversations.one(owner, kept)
        except KeyError:
            return False
        return True

    def _shown(self, turns: Sequence[KeptTurn], _kept: str) -> list[Message]:
        article_of = self._site.engine.article
        return [
            message
            for turn in turns
            for message in _messages(turn, answers.turn_html(turn, article_of, self._words), self._words)
        ]


def owner_of(request: gr.Request) -> str:
    """The name that the person has logged in with; "" where nobody logs in."""
    return request.username or ""


def asker_of(request: gr.Request) -> str:
    """Who takes turns with others: a person with all their pages, or a page where nobody logs in."""
    return f"user {request.username}" if request.username else f"page {request.session_hash}"


def signed_in(request: Request) -> str:
    """What Gradio takes as its user's name: whoever the gate has let in."""
    return str(getattr(request.state, "user", "") or "")


def _messages(turn: KeptTurn, answer_html: str, words: Words) -> list[Message]:
    asked = answers.question_html(turn.question) + restricted_html(turn.filters, words.filters)
    return [_message("user", asked), _message("assistant", answer_html)]


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": gr.HTML(html, js_on_load=None, padding=False)}


def _data(event: gr.EventData) -> dict[str, Any]:
    """What came with an event; {} where nothing did."""
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}


def _example(data: dict[str, Any]) -> str | None:
    """The example question that was chosen, if that is what happened."""
    value = data.get("value")
    return str(value["text"]) if isinstance(value, dict) and value.get("text") else None


def _filters(written: str) -> Filters:
    """The filters that the page's script keeps, as JSON; what cannot be read filters nothing."""
    try:
        given = json.loads(written or "{}")
        return Filters(_day(given.get("from")), _day(given.get("to")), tuple(map(str, given.get("outlets") or ()))[:50])
    except (ValueError, AttributeError, TypeError):
        return Filters()


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)) if written else None


def _theme() -> gr.Theme:
    serif = ["Source Serif 4", "Georgia", "Noto Serif", "DejaVu Serif", "serif"]
    return gr.themes.Base(
        primary_hue="red", neutral_hue="stone", font=serif, font_mono=["DejaVu Sans Mono", "monospace"]
    ).set(body_background_fill="#faf8f4", body_background_fill_dark="#171614")
