"""What happens in a conversation: the handlers of Gradio's events, which ask, keep, and give what is shown."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.events import Visitor, data_of, example_of, filters_of, place_of
from app.keeping.records import KeptTurn, leaned_on
from app.rendering import answers, wordings
from app.rendering.conversations import not_kept_html
from app.rendering.filters import restricted_html
from app.rendering.page import welcome_html
from app.words import Words
from rag.datatypes import Answer
from rag.errors import RagError
from rag.pipeline import ask
from rag.turns import asking_for

if TYPE_CHECKING:
    from app.site import Site

logger = logging.getLogger(__name__)

# So many times as much may be pasted as is asked: a browser cuts off the end, where the question stands as a rule.
PASTED = 10
# So many questions before one are told to whoever waits.
_BUSY_FROM = 3

Message = dict[str, Any]
# Of the box, the chat and the conversation's id.
Update = tuple[Any, Any, Any]


class Handlers:
    """What one language's page does. Every event gives updates of the box, the chat and the conversation's id."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site, self._words = site, words

    def respond(
        self, question: str, kept: str, filters: str, event: gr.EventData, request: gr.Request
    ) -> Generator[Update, None, None]:
        """Answer what is in the box, an example, or what the page's script asks for in its own way."""
        visitor, data = Visitor.of(request), data_of(event)
        owner = visitor.owner
        # Of a longer text the end is asked, and kept; the box cuts off as much, in a browser.
        most = PASTED * self._site.engine.settings.answer.max_question_chars
        turns = self._turns(owner, kept)
        do, at = data.get("do"), place_of(data, turns)
        if do in {"again", "retry"}:
            if at is None:
                self._tell_changed()
                yield gr.skip(), self._shown(turns) if turns else gr.skip(), gr.skip()
                return
            turn = turns[at]
            as_typed = turn.as_typed if do == "retry" else not turn.as_typed
            again = KeptTurn(turn.question, None, None, as_typed, turn.filters)
            yield from self._answer(visitor, kept, turns, at, again)
            return
        given = example_of(data) if do is None else str(data.get("question") or "")
        asked = (question if given is None else given).strip()
        if not asked:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        if do == "edit" and at is None and place_of({"turn": data.get("turn")}, turns) is not None:
            # Another stands in its place by now; one that is gone alone is asked behind the others.
            self._tell_changed()
            yield gr.skip() if question.strip() else asked, self._shown(turns), gr.skip()
            return
        new = KeptTurn(asked[-most:], None, filters=filters_of(filters))
        if do == "edit" and at is not None:
            yield from self._answer(visitor, kept, turns, at, new, edited=True)
        else:
            yield from self._answer(visitor, kept, turns, len(turns), new, from_box=given is None)

    def go(self, box: str, kept: str, event: gr.EventData, request: gr.Request) -> Update:
        """Open a conversation or a new one, take a question back, or stop answering."""
        owner, data = Visitor.of(request).owner, data_of(event)
        match data.get("do"):
            case "open":
                kept = str(data.get("id") or "")
                turns = self._turns(owner, kept)
                return gr.skip(), self._shown(turns), kept if turns else ""
            case "undo":
                return self._undone(owner, kept, data)
            case "stop":
                turns = self._turns(owner, kept)
                asked = str(data.get("question") or "")
                # The question goes back where it came from, unless that was the conversation, or somebody types there.
                stands = bool(turns) and turns[-1].question.strip() == asked.strip()
                return gr.skip() if stands or box.strip() else asked, self._shown(turns), gr.skip()
            case _:
                return "", [], ""

    def _undone(self, owner: str, kept: str, data: dict[str, Any]) -> Update:
        """A question is taken back, with what came after it, and given back to the box."""
        turns = self._turns(owner, kept)
        at = place_of(data, turns)
        if at is None:
            # Outside the queue Gradio tells nothing; the page's script does.
            return gr.skip(), self._shown(turns), gr.skip()
        try:
            self._site.conversations.cut(owner, kept, at)
        except KeyError:
            # Another tab has deleted the conversation.
            return gr.skip(), [], ""
        except RagError as error:
            raise gr.Error(self._words.failures.told(error), title=self._words.chat.undo_long) from error
        return turns[at].question, self._shown(turns[:at]), gr.skip()

    def welcome(self) -> Any:
        """What an empty conversation shows: read anew at each page load, and when the library has changed."""
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

    def _tell_changed(self) -> None:
        """Another tab has taken the question back, or asked something else in its place."""
        gr.Info(self._words.chat.changed_elsewhere, title=self._words.chat.title)

    def _turns(self, owner: str, kept: str) -> list[KeptTurn]:
        try:
            return self._site.conversations.turns(owner, kept) if kept else []
        except KeyError:
            return []
        except RagError as error:
            logger.warning("the conversation could not be read: %s", error)
            return []

    def _answer(
        self,
        visitor: Visitor,
        kept: str,
        turns: list[KeptTurn],
        at: int,
        turn: KeptTurn,
        *,
        edited: bool = False,
        from_box: bool = False,
    ) -> Generator[Update, None, None]:
        """Updates for a question in the place `at` of the conversation, new or instead of what stands there.

        The question at once, then the answer as it grows. It leans on the questions before that place alone. What came
        after leaned on the question as it was: when an edited one is answered, that is gone. Until then all is as it
        was, and stays so where the answer is stopped.
        """
        owner, words = visitor.owner, self._words.chat
        before, after = self._shown(turns[:at]), self._shown(turns[at + 1 :])
        there = turns[at] if at < len(turns) else None

        def shown(html: str, *, last: bool = edited, kept: KeptTurn | None = None) -> list[Message]:
            messages = _messages(turn, html, self._words, stamp=(kept or turn).stamp)
            return [*before, *messages, *([] if last else after)]

        waiting = self._site.engine.turns.waiting()
        searching = answers.searching_html(words, waiting=waiting if waiting >= _BUSY_FROM else 0)
        # What is being typed while something else is asked stays in the box.
        yield "" if from_box else gr.skip(), shown(searching), gr.skip()
        turn, html, growing = self._asked(visitor, turns[:at], turn)
        for part in growing:
            yield gr.skip(), shown(part), gr.skip()
        # A stop ends it here at the latest: what was stopped is not kept.
        yield gr.skip(), gr.skip(), gr.skip()
        if turn.answer is None and there and there.answer and there.question == turn.question:
            # What failed does not take the place of an answer.
            yield gr.skip(), shown(html, kept=there), gr.skip()
            return
        # Its stamp is that of the turn as it is kept.
        turn = replace(turn, asked_at=datetime.now(UTC))
        cut = edited and turn.answer is not None
        expected = at + 1 if cut else max(len(turns), at + 1)
        stands = turn
        try:
            # Whatever another tab has put behind it in the meantime stays.
            kept, place = self._keep(owner, kept, None if at == len(turns) else at, turn, last=cut)
            as_expected = (place, self._site.conversations.one(owner, kept).turns) == (at, expected)
        except (RagError, KeyError) as error:
            # A full disk must not cost the answer.
            logger.warning("the conversation could not be kept: %s", error)
            html, as_expected, stands = html + not_kept_html(self._words.keeping), True, there or turn
        else:
            if self._site.writing and turn.answer is not None:
                html = self._html(turn, fresh=(kept, uuid.uuid4().hex))
        # Buttons go by the place of their answer: it has to be that of the conversation as it is kept by now.
        whole = shown(html, last=cut, kept=stands) if as_expected else self._shown(self._turns(owner, kept))
        yield gr.skip(), whole, kept

    def _found(self, visitor: Visitor, turn: KeptTurn, leaned: Sequence[Answer]) -> Answer:
        """What the library says; a follow-up that finds nothing is asked again as a model words it, if there is one."""
        # As each was understood: one that was searched for as typed is leaned on as typed.
        history = [one.read_as or one.question for one in leaned]
        short = [one.short_answer for one in leaned]

        def ask_as(worded: str | None) -> Answer:
            return ask(
                self._site.engine,
                turn.question,
                history=history,
                answers=short,
                filters=turn.filters,
                as_typed=turn.as_typed,
                restore_history=False,
                worded=worded,
            )

        answer, writing = ask_as(None), self._site.writing
        if writing is None or not visitor.models:
            return answer
        return writing.found_anew(
            visitor.asker, answer, ask_as, turn.question, history, short, as_typed=turn.as_typed, restore_history=False
        )

    def _asked(self, visitor: Visitor, earlier: Sequence[KeptTurn], turn: KeptTurn) -> tuple[KeptTurn, str, list[str]]:
        """The turn with its answer or failure, the HTML of that, and of the answer as it grows."""
        words, leaned = self._words, leaned_on(earlier)
        try:
            with asking_for(visitor.asker):
                answer = self._found(visitor, turn, leaned)
            *growing, html = answers.answer_steps(answer, self._site.engine.article, words.chat, as_typed=turn.as_typed)
        except RagError as error:
            logger.warning("question not answered: %s", error)
            failure, detail = words.failures.told(error), str(error)
        except Exception:
            # The last place where a fault can still be told to the person who asked.
            logger.exception("question not answered")
            failure, detail = words.failures.unexpected, ""
        else:
            return KeptTurn(turn.question, answer, None, turn.as_typed, turn.filters), html, growing
        failed = KeptTurn(turn.question, None, failure, turn.as_typed, turn.filters)
        return failed, answers.failed_html(failure, words.chat, detail), []

    def _keep(self, owner: str, kept: str, at: int | None, turn: KeptTurn, *, last: bool) -> tuple[str, int]:
        """Keep the turn, in a new conversation if there is none; the conversation's id, and the place in it."""
        if not kept or not self._is_kept(owner, kept):
            kept, at = self._site.conversations.begin(owner, turn.question), None
        return kept, self._site.conversations.put(owner, kept, at, turn, last=last)

    def _is_kept(self, owner: str, kept: str) -> bool:
        try:
            self._site.conversations.one(owner, kept)
        except KeyError:
            return False
        return True

    def _shown(self, turns: Sequence[KeptTurn]) -> list[Message]:
        return [
            message for turn in turns for message in _messages(turn, self._html(turn), self._words, stamp=turn.stamp)
        ]

    def _html(self, turn: KeptTurn, fresh: tuple[str, str] | None = None) -> str:
        can_write, article_of = self._site.writing is not None, self._site.engine.article
        return wordings.turn_html(turn, article_of, self._words, can_write=can_write, fresh=fresh)


def _messages(turn: KeptTurn, answer_html: str, words: Words, *, stamp: str) -> list[Message]:
    asked = answers.question_html(turn.question, stamp) + restricted_html(turn.filters, words.filters)
    return [_message("user", asked), _message("assistant", answer_html)]


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": gr.HTML(html, js_on_load=None, padding=False)}
