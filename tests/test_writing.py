"""The language model behind the page and the API: one answer at a time a person, ended when nobody waits for it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from fastapi.testclient import TestClient

import app.handlers
from app.api import models
from app.api.asking import NO_MODEL, Asking
from app.handlers import Handlers
from app.keeping.records import KeptFluent, KeptTurn
from app.keeping.store import Conversations
from app.line import TooMuchToWrite, Waiting
from app.suggestions import Suggestions
from app.words import words_of
from app.writing import Writing, opened_writing
from rag import pipeline
from rag.datatypes import Answer
from rag.engine import Engine
from rag.generation.backends import answers_at_once, make_generator
from rag.generation.fluent import STANDS, STOPPED, fluent_answers
from rag.generation.records import Draft, Fluent, Message
from rag.generation.rewriting import NOTE
from tests.fakes import ScriptedGenerator
from tests.scripted_server import ScriptedServer, says, serving
from tests.sites import QUESTION, made, news_engine
from tests.test_fluent import WordChecks

GOOD = "Ở Huế, hơn 200 trường học đóng cửa trong hai ngày [1]."
SCRIPT = {"x-hoi-bao": "1"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture
def answer(engine: Engine) -> Answer:
    return pipeline.ask(engine, QUESTION)


def writing_over(engine: Engine, generator: ScriptedGenerator, **bounds: int) -> Writing:
    fluent = fluent_answers(engine, generator, checker_for=lambda _: WordChecks())
    return Writing(engine, generator, fluent, **bounds)


class Slow:
    """Stands in for the model and its checks: says one word, then waits until it may end, or is stopped."""

    def __init__(self) -> None:
        self.at_work = 0
        self.most = 0
        self.stopped = threading.Event()
        self.go_on = threading.Event()

    def __call__(
        self, answer: Answer, *, history: Sequence[str] = (), stop: threading.Event | None = None
    ) -> Iterator[Draft | Fluent]:
        assert stop is not None
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            yield Draft("Ở")
            while not stop.wait(0.01):
                if self.go_on.is_set():
                    yield Fluent(answer, generated=True, model="m")
                    return
            self.stopped.set()
        finally:
            self.at_work -= 1


Event = Waiting | Draft | Fluent


async def collected(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


async def all_of(writing: Writing, asker: str, answer: Answer) -> list[Event]:
    async with aclosing(writing.events(asker, answer, threading.Event())) as events:
        return [event async for event in events]


def test_drafts_come_first_and_the_checked_answer_last(engine: Engine, answer: Answer) -> None:
    writing = writing_over(engine, ScriptedGenerator(GOOD))
    *drafts, last = asyncio.run(all_of(writing, "a", answer))
    assert all(isinstance(draft, Draft) for draft in drafts)
    assert isinstance(last, Fluent)
    assert last.generated
    assert writing.model == "kịch-bản"
    writing.close()


def test_of_one_person_one_answer_is_written_at_a_time_and_others_go_on(engine: Engine, answer: Answer) -> None:
    mine = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), mine)

    async def both(first: str, second: str) -> int:
        mine.most = 0
        mine.go_on.clear()
        tasks = [asyncio.ensure_future(all_of(writing, asker, answer)) for asker in (first, second)]
        await asyncio.sleep(0.5)
        mine.go_on.set()
        for events in await asyncio.gather(*tasks):
            assert isinstance(events[-1], Fluent)
        return mine.most

    assert asyncio.run(both("user Lan", "user Lan")) == 1
    assert asyncio.run(both("user Lan", "user Minh")) == 2
    writing.close()


def test_more_than_can_wait_are_refused_in_words(engine: Engine, answer: Answer) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow, queued=3, queued_each=2)

    async def crowd() -> list[Any]:
        tasks = [asyncio.ensure_future(all_of(writing, asker, answer)) for asker in ("a", "a", "a", "b", "c")]
        await asyncio.sleep(0.1)
        slow.go_on.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    first, second, third, fourth, fifth = asyncio.run(crowd())
    assert all(isinstance(events, list) for events in (first, second, fourth))
    assert isinstance(third, TooMuchToWrite)
    assert "2 answers of yours wait" in str(third)
    assert isinstance(fifth, TooMuchToWrite)
    assert isinstance(asyncio.run(all_of(writing, "a", answer))[-1], Fluent)
    writing.close()


def test_a_server_that_ends_one_answer_for_another_is_asked_for_one_at_a_time(engine: Engine, answer: Answer) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow, at_once=1)

    async def three() -> list[list[Event]]:
        tasks = []
        for asker in ("user Lan", "user Minh", "user Hoa"):
            tasks.append(asyncio.ensure_future(all_of(writing, asker, answer)))
            await asyncio.sleep(0.3)
        slow.go_on.set()
        return list(await asyncio.gather(*tasks))

    first, second, third = asyncio.run(three())
    assert slow.most == 1
    assert first[0] == Draft("Ở")
    assert [event for event in second if isinstance(event, Waiting)] == [Waiting(1)]
    assert third[0] == Waiting(2)
    assert all(isinstance(events[-1], Fluent) for events in (first, second, third))
    writing.close()


@pytest.mark.parametrize(
    ("address", "at_once", "expected"),
    [
        ("http://127.0.0.1:8080/v1", 0, 1),
        ("http://localhost:8080/v1", 3, 3),
        ("https://llm.example.vn/v1", 0, 8),
    ],
)
def test_how_many_answers_a_server_writes_at_once(engine: Engine, address: str, at_once: int, expected: int) -> None:
    generator = make_generator(with_model(engine, generator=address, at_once=at_once).generate)
    assert answers_at_once(generator) == expected
    generator.close()


def test_a_question_does_not_wait_for_a_model_that_is_busy(engine: Engine, answer: Answer) -> None:
    slow = Slow()
    generator = ScriptedGenerator(REWRITE)
    writing = Writing(engine, generator, slow, at_once=1)
    nothing = Answer("1", "Vì sao vậy?", "not_found", "Không tìm thấy trong nguồn.")

    async def meanwhile() -> Answer:
        task = asyncio.ensure_future(all_of(writing, "user Lan", answer))
        await asyncio.sleep(0.2)
        found = await asyncio.wait_for(
            asyncio.to_thread(
                writing.found_anew, "user Minh", nothing, lambda _: answer, "Vì sao vậy?", [QUESTION], ["200"]
            ),
            20,
        )
        slow.go_on.set()
        await task
        return found

    assert asyncio.run(meanwhile()) == nothing
    assert generator.prompts == []
    writing.close()


def test_who_has_left_a_model_that_does_not_hear_it_still_has_a_place(engine: Engine, answer: Answer) -> None:
    left = threading.Event()

    def deaf(
        answer: Answer, *, history: Sequence[str] = (), stop: threading.Event | None = None
    ) -> Iterator[Draft | Fluent]:
        yield Draft("Ở")
        left.wait(60)

    writing = Writing(engine, ScriptedGenerator(GOOD), deaf, queued=2)

    async def crowd() -> None:
        for asker in ("a", "b"):
            async with aclosing(writing.events(asker, answer, threading.Event())) as events:
                assert await anext(events) == Draft("Ở")
        with pytest.raises(TooMuchToWrite):
            await asyncio.wait_for(anext(writing.events("c", answer, threading.Event())), 5)  # type: ignore[arg-type]
        left.set()
        while writing._line._places:
            await asyncio.sleep(0.05)
        await all_of(writing, "c", answer)

    asyncio.run(crowd())
    writing.close()


@pytest.mark.parametrize("how", ["cancelled", "stopped", "closed"])
def test_the_model_is_ended_when_nobody_waits(engine: Engine, answer: Answer, how: str) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow)

    async def leave() -> None:
        stop = threading.Event()
        events = writing.events("a", answer, stop)
        assert await anext(events) == Draft("Ở")
        if how == "cancelled":
            task = asyncio.ensure_future(anext(events))  # type: ignore[arg-type]
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        elif how == "stopped":
            stop.set()
            assert [event async for event in events] == []
        else:
            writing.close()
            assert [event async for event in events] == []

    asyncio.run(leave())
    assert slow.stopped.wait(5)
    writing.close()


def test_a_model_that_is_being_loaded_is_not_waited_for_when_it_is_stopped(engine: Engine, answer: Answer) -> None:
    class Loading(ScriptedGenerator):
        def count_tokens(self, messages: Sequence[Message]) -> int:
            loading.set()
            loaded.wait(60)
            return 1

    loading, loaded = threading.Event(), threading.Event()
    writing = writing_over(engine, Loading(GOOD))

    async def stopped() -> list[Event]:
        stop = threading.Event()
        task = asyncio.ensure_future(collected(writing.events("a", answer, stop)))
        await asyncio.to_thread(loading.wait, 30)
        stop.set()
        return await asyncio.wait_for(task, 10)

    (last,) = asyncio.run(stopped())
    assert isinstance(last, Fluent)
    assert last.problem == STOPPED
    # Its place is free for the next.
    assert writing._line._places == []
    loaded.set()
    assert isinstance(asyncio.run(all_of(writing, "a", answer))[-1], Fluent)
    writing.close()


def test_quotations_go_on_while_a_model_writes(engine: Engine, answer: Answer) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow)
    asking = Asking(engine, lambda: writing)

    async def meanwhile() -> dict[str, Any]:
        task = asyncio.ensure_future(all_of(writing, "a", answer))
        await asyncio.sleep(0.2)
        told = await asyncio.wait_for(asking.answer("a", models.AskRequest(question=QUESTION)), 20)
        assert not task.done()
        slow.go_on.set()
        await task
        return told

    assert asyncio.run(meanwhile())["status"] == "answered"
    writing.close()
    asking.close()


# ---- the API


def asked(engine: Engine, writing: Writing | None, **given: object) -> dict[str, Any]:
    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions, writing=writing), base_url="http://127.0.0.1") as client:
        got = client.post("/api/v1/ask", json={"question": QUESTION, "id": 7} | given)
    suggestions.stop()
    assert got.status_code == 200, got.text
    told: dict[str, Any] = got.json()
    return told


def test_a_program_gets_the_models_words_in_the_same_shape(engine: Engine) -> None:
    generator = ScriptedGenerator(f"{GOOD} Thủ tướng Pháp tặng 900 chiếc thuyền [1].")
    without = asked(engine, None)
    told = asked(engine, writing_over(engine, generator), generate=True)
    assert list(told) == list(without)
    assert (told["id"], told["claims"][0]["text"]) == (7, "Ở Huế, hơn 200 trường học đóng cửa trong hai ngày.")
    assert told["citations"][0]["quote"] == "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
    assert any("do mô hình kịch-bản viết" in note for note in told["notes"])
    assert "900 chiếc thuyền" not in json.dumps(told, ensure_ascii=False)
    assert len(generator.prompts) == 1
    # Nobody asks a model unasked.
    asked(engine, writing_over(engine, generator))
    assert len(generator.prompts) == 1


def silent_to_the_rules(engine: Engine, question: str, *, worded: str | None = None, **given: Any) -> Answer:
    """`pipeline.ask` over a library that says nothing to follow-ups as the rules word them."""
    if given.get("history") and worded is None:
        return Answer("1", question, "not_found", "Không tìm thấy trong nguồn.")
    return ASK(engine, question, worded=worded, **given)


ASK = pipeline.ask
FOLLOW_UP = {"question": "Vì sao vậy?", "history": [QUESTION], "answers": ["hơn 200 trường học"]}
REWRITE = "Vì sao hơn 200 trường học ở Huế đóng cửa?"


def test_a_follow_up_that_finds_nothing_is_asked_again_as_the_model_words_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "ask", silent_to_the_rules)
    generator = ScriptedGenerator(REWRITE, GOOD)
    told = asked(engine, writing_over(engine, generator), generate=True, **FOLLOW_UP)
    assert (told["status"], told["understood_as"]) == ("answered", REWRITE)
    assert NOTE in told["notes"]
    assert len(generator.prompts) == 2
    # Nobody asks a model unasked.
    assert asked(engine, writing_over(engine, generator), **FOLLOW_UP)["status"] == "not_found"
    assert len(generator.prompts) == 2


@pytest.mark.parametrize("switched", ["yes", "no"])
def test_on_the_page_too_unless_it_is_switched_off(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, switched: str
) -> None:
    monkeypatch.setattr(app.handlers, "ask", silent_to_the_rules)
    generator = ScriptedGenerator(REWRITE)
    request = gr.Request(username=None, session_hash="one", cookies={"hb_worded": switched})
    with closing(Conversations.open(tmp_path)) as kept:
        place = SimpleNamespace(engine=engine, conversations=kept, writing=writing_over(engine, generator))
        page = Handlers(place, words_of("vi"))  # type: ignore[arg-type]
        *_, (_, _, id) = page.respond(QUESTION, "", "", gr.EventData(None, {}), request)
        list(page.respond("Vì sao vậy?", id, "", gr.EventData(None, {}), request))
        told = kept.turns("", id)[1].answer
    assert told is not None
    assert told.status == ("answered" if switched == "yes" else "not_found")
    assert len(generator.prompts) == (switched == "yes")
    if switched == "yes":
        assert told.understood_as == REWRITE


def test_without_a_model_the_quotations_come_with_a_note(engine: Engine) -> None:
    without, told = asked(engine, None), asked(engine, None, generate=True)
    assert told["notes"] == [*without["notes"], NO_MODEL]
    assert told["claims"] == without["claims"]


def test_a_search_is_not_worded(engine: Engine) -> None:
    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions), base_url="http://127.0.0.1") as client:
        got = client.post("/api/v1/search", json={"question": QUESTION, "generate": True})
    suggestions.stop()
    assert got.status_code == 422


def test_where_too_many_wait_for_a_model_the_quotations_come_with_a_note(engine: Engine) -> None:
    writing = writing_over(engine, ScriptedGenerator(GOOD), queued_each=0)
    without, told = asked(engine, None), asked(engine, writing, generate=True)
    assert told["notes"] == [*without["notes"], f"{words_of('vi').fluent.too_many} {STANDS}"]
    assert told["claims"] == without["claims"]


def test_what_the_sources_do_not_say_waits_for_no_model(
    engine: Engine, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow, queued_each=1)
    asking = Asking(engine, lambda: writing)
    nothing = Answer("1", "Vàng?", "not_found", "Không tìm thấy trong nguồn.")
    monkeypatch.setattr(pipeline, "ask", lambda *_, **__: nothing)

    async def meanwhile() -> dict[str, Any]:
        task = asyncio.ensure_future(all_of(writing, "a", answer))
        await asyncio.sleep(0.2)
        told = await asyncio.wait_for(asking.answer("a", models.AskRequest(question="Vàng?", generate=True)), 20)
        assert not task.done()
        slow.go_on.set()
        await task
        return told

    told = asyncio.run(meanwhile())
    assert (told["status"], told["notes"]) == ("not_found", [])
    writing.close()
    asking.close()


# ---- the page's route


def test_what_is_not_there_or_not_ones_own_is_not_worded(engine: Engine) -> None:
    suggestions = Suggestions(engine)
    writing = writing_over(engine, ScriptedGenerator(GOOD))
    with TestClient(made(engine, suggestions, writing=writing), base_url="http://127.0.0.1") as client:
        assert client.post("/ui/vi/conversations/none/fluent", json={"turn": 0}, headers=SCRIPT).status_code == 404
        # A foreign page's form cannot send the header.
        assert client.post("/ui/vi/conversations/none/fluent", json={"turn": 0}).status_code == 403
    with TestClient(made(engine, suggestions), base_url="http://127.0.0.1") as client:
        assert client.post("/ui/vi/conversations/none/fluent", json={"turn": 0}, headers=SCRIPT).status_code == 404
    suggestions.stop()


def lines_of(
    engine: Engine, writing: Writing, kept: Conversations, id: str, **wanted: object
) -> tuple[int, list[dict[str, Any]]]:
    """The status of the page's route, and what came."""
    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions, writing=writing), base_url="http://127.0.0.1") as client:
        got = client.post(f"/ui/vi/conversations/{id}/fluent", json={"turn": 0} | wanted, headers=SCRIPT)
    suggestions.stop()
    return got.status_code, [json.loads(line) for line in got.text.splitlines()]


def test_words_are_for_the_turn_that_was_shown(engine: Engine, answer: Answer) -> None:
    generator = ScriptedGenerator(GOOD)
    with closing(Conversations.open(engine.library.folder)) as kept:
        id = kept.begin("", QUESTION)
        kept.put("", id, None, KeptTurn(QUESTION, answer))
        shown = kept.turns("", id)[0].stamp
        # Another window asks the same again, and gets the same.
        kept.put("", id, 0, KeptTurn(QUESTION, answer))
        stamp = kept.turns("", id)[0].stamp
        assert stamp != shown
        status, (told,) = lines_of(engine, writing_over(engine, generator), kept, id, stamp=shown)
        assert (status, told["detail"]["told"]) == (409, words_of("vi").chat.changed_elsewhere)
        assert generator.prompts == []
        status, told_all = lines_of(engine, writing_over(engine, generator), kept, id, stamp=stamp)
        assert (status, "html" in told_all[-1]) == (200, True)
        assert all(line["lang"] == "vi" for line in told_all[:-1])
        # What is written already is not written again.
        status, (there,) = lines_of(engine, writing_over(engine, generator), kept, id, stamp=stamp)
        assert (status, there["html"]) == (200, told_all[-1]["html"])
        assert len(generator.prompts) == 1


def test_whose_turn_it_is_not_yet_is_told_how_many_are_before(engine: Engine, answer: Answer) -> None:
    slow = Slow()
    writing = Writing(engine, ScriptedGenerator(GOOD), slow, at_once=1)

    def before() -> None:
        asyncio.run(all_of(writing, "user Lan", answer))

    def both_wait() -> None:
        while len(writing._line._places) < 2:
            time.sleep(0.05)
        time.sleep(0.5)
        slow.go_on.set()

    with closing(Conversations.open(engine.library.folder)) as kept:
        id = kept.begin("", QUESTION)
        kept.put("", id, None, KeptTurn(QUESTION, answer))
        threads = [threading.Thread(target=each) for each in (before, both_wait)]
        for thread in threads:
            thread.start()
        _, told = lines_of(engine, writing, kept, id)
        for thread in threads:
            thread.join()
    assert told[0] == {"ahead": 1}
    assert "html" in told[-1]


def test_a_thumb_does_not_go_over_to_other_words(tmp_path: Path) -> None:
    def worded(text: str) -> KeptFluent:
        return KeptFluent(Answer("1", "?", "answered", text), "m")

    with closing(Conversations.open(tmp_path)) as kept:
        id = kept.begin("", "?")
        kept.put("", id, None, KeptTurn("?", Answer("1", "?", "answered", "A.")))
        turn = kept.turns("", id)[0]
        kept.word("", id, 0, turn, worded("Một."))
        kept.judge("", id, 0, "down", "sai", stamp=turn.stamp, wording="fluent")
        # Another window had the same written, too.
        assert not kept.word("", id, 0, turn, worded("Một."))
        same = kept.turns("", id)[0]
        assert (same.thumb, same.reason, same.judged_wording) == ("down", "sai", "fluent")
        assert kept.word("", id, 0, turn, worded("Hai."))
        other = kept.turns("", id)[0]
        assert (other.thumb, other.reason, other.judged_wording) == (None, None, "extractive")
        # One about the quotations stays.
        kept.judge("", id, 0, "up", stamp=turn.stamp, wording="extractive")
        assert not kept.word("", id, 0, turn, worded("Ba."))
        assert kept.turns("", id)[0].thumb == "up"


# ---- opening


def test_a_server_that_is_not_there_is_told_and_the_page_opens(engine: Engine, answer: Answer) -> None:
    told: list[str] = []
    heard = threading.Event()

    def report(message: str) -> None:
        told.append(message)
        heard.set()

    with serving(ScriptedServer([says(GOOD)])) as server:
        address = server.address
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "settings", with_model(engine, generator=address, retries=0))
        with opened_writing(engine, report) as writing:
            assert writing is not None
            assert heard.wait(30)
            (last,) = [e for e in asyncio.run(all_of(writing, "a", answer)) if isinstance(e, Fluent)]
            assert not last.generated
            assert last.answer == answer
    assert len(told) == 1
    assert "127.0.0.1" in told[0]
    assert "quotations" in told[0]


def test_without_a_model_in_the_settings_there_is_none(engine: Engine) -> None:
    with opened_writing(engine, pytest.fail) as writing:
        assert writing is None


def with_model(engine: Engine, **values: object) -> Any:
    generate = engine.settings.generate.model_copy(update=values)
    return engine.settings.model_copy(update={"generate": generate})


def test_nothing_of_models_is_imported_by_a_page_without_one(tmp_path: Path) -> None:
    code = f"""
import sys, asyncio
from pathlib import Path
from tests.sites import news_engine, made, QUESTION
before = set(sys.modules)  # the test's own parts know a shape of it
from app.suggestions import Suggestions
from app.writing import opened_writing
from rag import pipeline
with news_engine(Path({str(tmp_path)!r})) as engine, opened_writing(engine, print) as writing:
    suggestions = Suggestions(engine)
    app = made(engine, suggestions, writing=writing)
    pipeline.ask(engine, QUESTION)
    suggestions.stop()
print([name for name in sys.modules if name.startswith('rag.generation') and name not in before])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr


def test_the_words_for_a_model_say_that_it_is_one() -> None:
    for language in ("vi", "en"):
        words = words_of(language).fluent  # type: ignore[arg-type]
        assert all("{model}" in said for said in (words.writing, words.checked, words.by_model))
