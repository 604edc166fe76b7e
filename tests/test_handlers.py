"""What the page's events do to a conversation: what is shown, what is kept, and what a stop or another tab leaves.

The page itself is tested in the browser (test_chat_browser); here every place is reached at which somebody may stop.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
import pytest

import app.api.asking
import app.handlers
import app.routes.timeline
from app.handlers import Handlers
from app.keeping.records import KeptTurn
from app.keeping.store import Conversations
from app.routes.timeline import AT_ONCE
from app.words import words_of
from eval.visitors import ApiVisitor, Connection, PageVisitor
from rag.datatypes import Answer, Filters
from rag.engine import Engine
from rag.errors import LibraryDamaged
from tests.rendering import Elements
from tests.sites import PASSWORDS, QUESTION, news_engine, serving, users_file

WORDS = words_of("vi")
ASKED = ("Nước sông Hương lên nhanh khi nào?", QUESTION, "Giá gạo tại An Giang là bao nhiêu?")
SKIPPED = gr.skip()


@dataclass
class Place:
    """What the handlers need of a site."""

    engine: Engine
    conversations: Conversations
    suggestions: Any = field(default=None)
    writing: Any = field(default=None)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations.open(tmp_path)
    yield conversations
    conversations.close()


@pytest.fixture
def page(engine: Engine, kept: Conversations) -> Handlers:
    return Handlers(Place(engine, kept), WORDS)  # type: ignore[arg-type]


@pytest.fixture
def talk(page: Handlers, kept: Conversations) -> str:
    """A conversation in which three questions were asked."""
    id = ""
    for question in ASKED:
        id = list(respond(page, question, id))[-1][2]
    assert [turn.answer is not None for turn in kept.turns("", id)] == [True] * 3
    return id


def respond(page: Handlers, box: str, id: str, **data: object) -> Generator[tuple[Any, Any, Any], None, None]:
    return page.respond(box, id, "", gr.EventData(None, data), gr.Request(username=None, session_hash="one"))


def go(page: Handlers, box: str, id: str, **data: object) -> tuple[Any, Any, Any]:
    return page.go(box, id, gr.EventData(None, data), gr.Request(username=None, session_hash="one"))


def questions(messages: list[dict[str, Any]]) -> list[str]:
    """The questions of a conversation as it is shown."""
    return ["".join(Elements(message["content"].value).text) for message in messages if message["role"] == "user"]


def kept_questions(kept: Conversations, id: str) -> list[str]:
    return [turn.question for turn in kept.turns("", id)]


def fail(*_: object, **__: object) -> Answer:
    raise LibraryDamaged("the database is torn", remedy="Run `hoibao repair`")


EDIT = {"do": "edit", "turn": 1, "question": "Bao nhiêu hộ dân đã được sơ tán?"}


def test_an_edited_question_drops_what_came_after_once_it_is_answered(
    page: Handlers, kept: Conversations, talk: str
) -> None:
    *_, last = respond(page, "", talk, **EDIT)
    assert questions(last[1]) == kept_questions(kept, talk) == [ASKED[0], EDIT["question"]]


@pytest.mark.parametrize("event", [EDIT, {"do": "retry", "turn": 1}, {"do": "ask", "question": "Ai ghi bàn?"}])
@pytest.mark.parametrize("fails", [False, True])
def test_what_is_stopped_leaves_the_conversation_as_it_was(
    page: Handlers,
    kept: Conversations,
    talk: str,
    event: dict[str, object],
    fails: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = kept.turns("", talk)
    if fails:
        monkeypatch.setattr(app.handlers, "ask", fail)
    for seen in count(1):
        asking = respond(page, "", talk, **event)
        updates = list(islice(asking, seen))
        if len(updates) < seen or updates[-1][2] != SKIPPED:
            break
        # A stop comes between two updates; the last one tells what has been kept.
        asking.close()
        assert kept.turns("", talk) == before
        assert questions(go(page, "", talk, do="stop", question="?")[1]) == list(ASKED)
    assert seen > 2


def test_an_edited_question_that_cannot_be_answered_costs_nothing_that_came_after(
    page: Handlers, kept: Conversations, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.handlers, "ask", fail)
    *_, last = respond(page, "", talk, **EDIT)
    assert questions(last[1]) == kept_questions(kept, talk) == [ASKED[0], EDIT["question"], ASKED[2]]
    assert kept.turns("", talk)[1].failure == WORDS.failures.kinds[LibraryDamaged]


def test_a_failure_does_not_take_the_place_of_an_answer(
    page: Handlers, kept: Conversations, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept.turns("", talk)
    with monkeypatch.context() as patched:
        patched.setattr(app.handlers, "ask", fail)
        *_, last = respond(page, "", talk, do="retry", turn=1)
    assert "hb-failed" in last[1][3]["content"].value
    assert kept.turns("", talk) == before
    *_, last = respond(page, "", talk, do="retry", turn=1)
    assert "hb-failed" not in last[1][3]["content"].value


def test_what_another_tab_has_done_meanwhile_is_shown_with_the_answer(
    page: Handlers, kept: Conversations, talk: str
) -> None:
    other = KeptTurn("Của thẻ khác", None, "x")
    for event in ({"do": "ask", "question": "Ai ghi bàn?"}, {"do": "retry", "turn": 1}):
        asking = respond(page, "", talk, **event)
        next(asking)
        kept.put("", talk, None, other)
        *_, last = asking
        assert questions(last[1]) == kept_questions(kept, talk)
    asking = respond(page, "", talk, do="retry", turn=2)
    next(asking)
    kept.cut("", talk, 1)
    *_, last = asking
    assert questions(last[1]) == kept_questions(kept, talk) == [ASKED[0], ASKED[2]]


def test_what_is_asked_of_a_turn_that_is_gone_does_not_send_the_box(
    page: Handlers, kept: Conversations, talk: str
) -> None:
    kept.cut("", talk, 1)
    for do in ("retry", "again"):
        (update,) = respond(page, "nửa câu", talk, do=do, turn=2)
        assert questions(update[1]) == kept_questions(kept, talk) == [ASKED[0]]
        assert update[0] == update[2] == SKIPPED
    *_, last = respond(page, "nửa câu", talk, do="edit", turn=2, question=ASKED[1])
    assert questions(last[1]) == kept_questions(kept, talk) == list(ASKED[:2])


@pytest.mark.parametrize("do", ["retry", "again", "edit", "undo"])
def test_what_is_asked_of_a_turn_in_whose_place_another_stands_is_refused_with_a_new_drawing(
    page: Handlers, kept: Conversations, talk: str, do: str
) -> None:
    stamp = kept.turns("", talk)[1].stamp
    kept.cut("", talk, 1)
    for question in ASKED[2], ASKED[0]:
        kept.put("", talk, None, KeptTurn(question, None, "x"))
    stands = kept.turns("", talk)
    event = {"do": do, "turn": 1, "stamp": stamp, "question": "Ai ghi bàn?"}
    if do == "undo":
        update = go(page, "", talk, **event)
    else:
        (update,) = respond(page, "", talk, **event)
    assert questions(update[1]) == kept_questions(kept, talk)
    assert kept.turns("", talk) == stands
    # What somebody has typed is not lost with it.
    assert update[0] == ("Ai ghi bàn?" if do == "edit" else SKIPPED)


def test_the_page_has_the_stamp_of_every_turn_as_it_is_kept(
    page: Handlers, kept: Conversations, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stamps(messages: list[dict[str, Any]]) -> list[str]:
        return re.findall('data-stamp="([^"]+)"', "".join(message["content"].value for message in messages))

    *_, update = respond(page, "Ai \ud800 ghi bàn?", talk)
    assert stamps(update[1]) == [turn.stamp for turn in kept.turns("", talk)]
    *_, update = respond(page, "", talk, do="again", turn=1, stamp=kept.turns("", talk)[1].stamp)
    assert stamps(update[1]) == [turn.stamp for turn in kept.turns("", talk)]
    # What failed leaves the answer that stood there, and can be asked once more.
    monkeypatch.setattr(app.handlers, "ask", fail)
    *_, update = respond(page, "", talk, do="retry", turn=1, stamp=kept.turns("", talk)[1].stamp)
    assert stamps(update[1]) == [turn.stamp for turn in kept.turns("", talk)]


def test_the_box_is_emptied_by_its_own_question_alone(page: Handlers, talk: str) -> None:
    assert next(respond(page, QUESTION, talk))[0] == ""
    for event in (EDIT, {"do": "ask", "question": QUESTION}, {"do": "retry", "turn": 0}, {"value": {"text": QUESTION}}):
        assert next(respond(page, "nửa câu", talk, **event))[0] == SKIPPED


def test_a_stopped_question_goes_back_into_an_empty_box_unless_it_stands_in_the_conversation(
    page: Handlers, talk: str
) -> None:
    assert go(page, "", talk, do="stop", question="Ai ghi bàn?")[0] == "Ai ghi bàn?"
    assert go(page, "nửa câu", talk, do="stop", question="Ai ghi bàn?")[0] == SKIPPED
    assert go(page, "", talk, do="stop", question=ASKED[2])[0] == SKIPPED


def test_a_question_that_cannot_be_taken_back_says_why(
    page: Handlers, kept: Conversations, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise KeyError(talk)

    before = kept.turns("", talk)
    monkeypatch.setattr(kept, "cut", fail)
    with pytest.raises(gr.Error) as told:
        go(page, "", talk, do="undo", turn=1)
    assert told.value.message == WORDS.failures.kinds[LibraryDamaged]
    assert kept.turns("", talk) == before
    monkeypatch.setattr(kept, "cut", gone)
    assert go(page, "", talk, do="undo", turn=1) == (SKIPPED, [], "")


@pytest.mark.parametrize("written", ["{", "7", "[" * 100_000, '{"from": "31/12"}', '{"outlets": 7}'])
def test_filters_that_cannot_be_read_filter_nothing(page: Handlers, kept: Conversations, written: str) -> None:
    asked = page.respond(QUESTION, "", written, gr.EventData(None, {}), gr.Request(username=None, session_hash="one"))
    *_, last = asked
    assert kept.turns("", last[2])[0].filters == Filters()


def test_many_that_wait_hold_up_nothing_else(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """More questions than the server has threads for its routes."""
    released, asked = threading.Event(), threading.Semaphore(0)

    def slow(*_: object, **__: object) -> Answer:
        asked.release()
        assert released.wait(60)
        raise LibraryDamaged("enough")

    monkeypatch.setattr(app.handlers, "ask", slow)
    with serving(engine) as address, ThreadPoolExecutor(50) as visitors:
        try:
            for language in ("vi", "en"):
                for _ in range(25):
                    visitors.submit(_ask, address, language)
            assert all(asked.acquire(timeout=120) for _ in range(50))
            other = Connection(address)
            assert other.get("/ui/vi/conversations")[0] == 200
            other.close()
        finally:
            released.set()


def test_many_timelines_that_wait_hold_up_nothing_else(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    released, asked = threading.Event(), threading.Semaphore(0)

    def slow(*_: object, **__: object) -> None:
        asked.release()
        assert released.wait(60)
        raise LibraryDamaged("enough")

    monkeypatch.setattr(app.routes.timeline, "timeline", slow)
    with serving(engine) as address, ThreadPoolExecutor(45) as visitors:
        try:
            found = [visitors.submit(_get, address, "/ui/vi/timeline?q=lũ") for _ in range(45)]
            assert all(asked.acquire(timeout=120) for _ in range(AT_ONCE))
            # The others are on their way.
            time.sleep(0.5)
            assert _get(address, "/ui/vi/conversations")[0] == 200
        finally:
            released.set()
        assert [each.result()[0] for each in found] == [200] * 45


def test_all_that_a_person_asks_takes_turns_under_one_name(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    @contextmanager
    def noted(name: str = "", *, background: bool = False) -> Iterator[None]:
        names.append(name)
        yield

    for place in (app.handlers, app.routes.timeline, app.api.asking):
        monkeypatch.setattr(place, "asking_for", noted)
    with serving(engine, users_file(tmp_path)) as address:
        page, program = Connection(address), Connection(address)
        for connection in (page, program):
            connection.log_in("lan", PASSWORDS["lan"])
        PageVisitor(page).ask(QUESTION)
        page.get("/ui/vi/timeline?q=Hu%E1%BA%BF")
        ApiVisitor(program).ask(QUESTION)
        page.close()
        program.close()
    assert names == ["user lan"] * 3


def _get(address: str, path: str) -> tuple[int, bytes]:
    connection = Connection(address)
    try:
        return connection.get(quote(path, safe="/?="))
    finally:
        connection.close()


def _ask(address: str, language: str) -> None:
    visitor = PageVisitor(Connection(address), language=language)
    visitor.ask(QUESTION)
    visitor.leave()
