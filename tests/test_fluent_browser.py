"""A language model's words on the page, in a real headless Chromium: the model's server is a scripted one on a real
socket, which writes slowly, breaks off, or tries to get out of its box."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.words import words_of
from app.writing import Writing
from rag.config import Settings, load_settings
from rag.generation.backends import make_generator
from rag.generation.fluent import fluent_answers
from rag.pipeline import open_engine
from tests.browsing import CONTRAST, SLOW, Visit, marked_on_screen, served, visit
from tests.fakes import HashingEmbedder
from tests.scripted_server import Handler, Script, ScriptedServer, says, serving
from tests.sites import QUESTION, news_library
from tests.test_fluent import WordChecks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI, EN = words_of("vi").fluent, words_of("en").fluent
CLOSED = "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
GOOD = "Ở Huế, hơn 200 trường học đóng cửa trong hai ngày"
INVENTED = "Thủ tướng Pháp đã tặng 900 chiếc thuyền"


class Model:
    """A model's server, and the site over which it writes."""

    def __init__(self, address: str, server: ScriptedServer) -> None:
        self.address, self.server = address, server
        self.name = "tiny"

    def plays(self, *scripts: Script) -> None:
        self.server.scripts[:] = scripts
        self.server.asked.clear()
        self.server.left.clear()


@contextmanager
def site(folder: Path, **settings: object) -> Iterator[Model]:
    with serving(ScriptedServer([says(f"{GOOD} [1].")])) as server:
        given = {"answer.reader": "sentences", "answer.threshold": 0.0, "generate.generator": server.address}
        used: Settings = load_settings(None, given | {f"generate.{name}": value for name, value in settings.items()})
        with open_engine(news_library(folder), used, embedder=HashingEmbedder()) as engine:
            generator = make_generator(used.generate)
            writing = Writing(engine, generator, fluent_answers(engine, generator, checker_for=lambda _: WordChecks()))
            try:
                with served(engine, writing) as address:
                    yield Model(address, server)
            finally:
                writing.close()
                generator.close()


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with site(tmp_path_factory.mktemp("fluent"), retries=0) as made:
        yield made


@pytest.fixture(scope="module")
def striking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with site(tmp_path_factory.mktemp("striking"), unsupported="strike") as made:
        yield made


def slowly(go_on: threading.Event, *words: str) -> Script:
    """The first words at once, the others when the test says so."""

    def script(handler: Handler) -> None:
        handler.begin()
        handler.say(words[0])
        go_on.wait(SLOW / 1000)
        for each in words[1:]:
            handler.say(each)
        handler.done()

    return script


def ask(on: Visit, question: str = QUESTION, *, answers: int = 1) -> Locator:
    """The last answer, as soon as its quotations stand."""
    on.ask(question, answers=answers)
    return on.page.locator("#hb-chat .hb-answer").last


def wording(answer: Locator, name: str) -> Locator:
    return answer.locator(f'.hb-wording[data-wording="{name}"]')


def button(answer: Locator, name: str) -> Locator:
    return answer.locator(f'.hb-wording-of[data-wording="{name}"]')


def test_quotations_at_once_then_the_models_words_checked_with_chips_to_the_sentence(
    chromium: Browser, model: Model
) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, "Ở Huế, hơn 200 trường ", f"học đóng cửa trong hai ngày [1]. {INVENTED} [1]."))
    with visit(chromium, model.address) as on:
        said: list[str] = []
        on.page.expose_function("hbSaid", lambda text: said.append(text))  # noqa: PLW0108 - no built-in can be exposed
        on.page.evaluate(
            """() => new MutationObserver(() => {
                const text = document.getElementById('hb-said').textContent;
                if (text) window.hbSaid(text);
            }).observe(document.getElementById('hb-said'), {childList: true})"""
        )
        answer = ask(on)
        draft = answer.locator(".hb-draft")
        expect(draft.locator(".hb-draft-note")).to_contain_text(VI.writing.format(model=model.name))
        expect(draft.locator(".hb-draft-text")).to_have_text("Ở Huế, hơn 200 trường")
        # Meanwhile the quotations are there, and can be opened.
        expect(wording(answer, "extractive")).to_contain_text("Hơn 200 trường học ở Huế")
        expect(button(answer, "extractive")).to_have_attribute("aria-pressed", "true")
        assert draft.locator(".hb-chip").count() == 0
        go_on.set()
        fluent = wording(answer, "fluent")
        expect(fluent).to_be_visible(timeout=SLOW)
        expect(draft).to_have_count(0)
        expect(wording(answer, "extractive")).to_be_hidden()
        expect(fluent.locator(".hb-by-model")).to_have_text(VI.checked.format(model=model.name))
        expect(fluent.locator(".hb-sentence").first).to_have_text(f"{GOOD}.")
        assert INVENTED not in on.page.locator("#hb-chat").inner_text()
        fluent.locator(".hb-worded .hb-chip").first.click()
        assert marked_on_screen(on.page).strip() == CLOSED
        # Back to the quotations, and again.
        button(answer, "extractive").click()
        expect(wording(answer, "extractive")).to_be_visible()
        expect(fluent).to_be_hidden()
        wording(answer, "extractive").locator(".hb-chip").first.click()
        assert "200 trường học" in marked_on_screen(on.page)
        button(answer, "fluent").focus()
        on.page.keyboard.press("Enter")
        expect(fluent).to_be_visible()
        assert on.page.evaluate(CONTRAST) == []
        ready = [text for text in said if text.startswith(VI.ready.split("{answer}")[0])]
        assert ready == [VI.ready.format(answer=f"{GOOD}.")]
        assert not any("Ở Huế, hơn 200 trường" in text and text not in ready for text in said)


def test_the_words_are_kept_with_the_conversation_copied_as_shown_and_survive_the_next_question(
    chromium: Browser, model: Model
) -> None:
    model.plays(says(f"{GOOD} [1]."))
    with visit(chromium, model.address) as on:
        on.context.grant_permissions(["clipboard-read", "clipboard-write"])
        answer = ask(on)
        expect(wording(answer, "fluent")).to_be_visible(timeout=SLOW)
        answer.locator('[data-do="copy"]').click()
        on.page.wait_for_selector("#hb-toast.hb-shown")
        copied = on.page.evaluate("navigator.clipboard.readText()")
        assert VI.by_model.format(model=model.name) in copied
        assert f"{GOOD}. [1]" in copied
        button(answer, "extractive").click()
        answer.locator('[data-do="copy"]').click()
        on.page.wait_for_function("navigator.clipboard.readText().then(text => !text.includes('Do mô hình'))")
        ask(on, "Giá gạo tại An Giang là bao nhiêu?", answers=2)
        first = on.page.locator("#hb-chat .hb-answer").first
        # Somebody has chosen the quotations: they stay.
        expect(wording(first, "extractive")).to_be_visible()
        on.page.reload()
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(2)
        expect(wording(first, "fluent").locator(".hb-by-model")).to_have_text(VI.checked.format(model=model.name))
        asked = len(model.server.chats)
        id = on.page.evaluate("new URL(location.href).searchParams.get('c')")
        exported = json.loads(on.context.request.get(f"{model.address}/ui/vi/conversations/{id}/export.json").text())
        assert exported["turns"][0]["fluent"]["model"] == model.name
        assert exported["turns"][0]["answer"]["claims"][0]["text"] != exported["turns"][0]["fluent"]["answer"]["answer"]
        # A thumb is about what is shown.
        judged = []
        for name in ("fluent", "extractive"):
            button(first, name).click()
            with on.page.expect_response("**/judge"):
                first.locator('[data-do="up"]').click()
            (record,) = map(
                json.loads, on.context.request.get(f"{model.address}/ui/vi/judged.jsonl").text().splitlines()
            )
            judged.append((record["wording"], record["fluent"]["model"]))
            with on.page.expect_response("**/judge"):
                first.locator('[data-do="up"]').click()
        assert judged == [("fluent", model.name), ("extractive", model.name)]
        # A conversation that is opened asks no model.
        assert len(model.server.chats) == asked


def test_stop_ends_the_model_and_keeps_the_quotations(chromium: Browser, model: Model) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.say("Ở Huế, hơn ")
        handler.wait_until_left()

    model.plays(script)
    with visit(chromium, model.address) as on:
        answer = ask(on)
        expect(answer.locator(".hb-draft-text")).to_have_text("Ở Huế, hơn")
        answer.locator(".hb-stop-writing").click()
        expect(answer.locator(".hb-draft")).to_have_count(0)
        assert model.server.left.wait(20)
        expect(wording(answer, "extractive")).to_be_visible()
        assert on.page.evaluate("document.activeElement.dataset.wording") == "extractive"
        # It can be asked for again.
        model.plays(says(f"{GOOD} [1]."))
        button(answer, "fluent").click()
        expect(wording(answer, "fluent")).to_be_visible(timeout=SLOW)


def test_the_model_is_ended_when_the_page_is_left(chromium: Browser, model: Model) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.say("Ở Huế, hơn ")
        handler.wait_until_left()

    model.plays(script)
    with visit(chromium, model.address) as on:
        expect(ask(on).locator(".hb-draft-text")).to_have_text("Ở Huế, hơn")
        on.page.goto("about:blank")
        assert model.server.left.wait(20)
        on.outside.clear()
    model.plays(script)
    with visit(chromium, model.address) as on:
        expect(ask(on).locator(".hb-draft-text")).to_have_text("Ở Huế, hơn")
        on.page.click(".hb-new")
        assert model.server.left.wait(20)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_model_that_fails_says_so_in_a_line_and_the_quotations_stand(
    chromium: Browser, model: Model, language: str
) -> None:
    def cut_off(handler: Handler) -> None:
        handler.begin()
        handler.say("Ở Huế, hơn ")

    model.plays(cut_off)
    words = VI if language == "vi" else EN
    with visit(chromium, model.address) as on:
        on.page.goto(f"{model.address}/{language}/")
        on.page.wait_for_selector("#hb-chat .placeholder h2")
        answer = ask(on)
        problem = answer.locator(".hb-problem")
        expect(problem.locator("p").first).to_contain_text(words.stands)
        expect(problem.locator("p").first).to_contain_text(
            "Câu trả lời của mô hình bị đứt giữa chừng. Hãy thử lại"
            if language == "vi"
            else "The model's answer broke off. Try again"
        )
        expect(wording(answer, "extractive")).to_be_visible()
        expect(answer.locator(".hb-draft")).to_have_count(0)


def test_a_question_is_answered_while_the_model_writes_to_another(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, "Ở Huế, hơn 200 trường ", "học đóng cửa trong hai ngày [1]."), says(""))
    with visit(chromium, model.address) as on, visit(chromium, model.address) as other:
        first = ask(on)
        expect(first.locator(".hb-draft-text")).to_have_text("Ở Huế, hơn 200 trường")
        # In this conversation, and on another page.
        ask(on, "Giá gạo tại An Giang là bao nhiêu?", answers=2)
        ask(other, "Giá gạo tại An Giang là bao nhiêu?")
        first = on.page.locator("#hb-chat .hb-answer").first
        expect(first.locator(".hb-draft-text")).to_have_text("Ở Huế, hơn 200 trường")
        # One at a time: what comes next waits.
        expect(on.page.locator(".hb-draft-note").last).to_contain_text(VI.waiting)
        assert len(model.server.chats) == 1
        go_on.set()
        expect(wording(first, "fluent")).to_be_visible(timeout=SLOW)
        expect(on.page.locator(".hb-problem")).to_be_visible(timeout=SLOW)


def test_whoever_reads_a_source_keeps_the_quotations_before_their_eyes(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, "Ở Huế, hơn 200 trường ", "học đóng cửa trong hai ngày [1]."))
    with visit(chromium, model.address) as on:
        answer = ask(on)
        wording(answer, "extractive").locator(".hb-chip").first.click()
        go_on.set()
        expect(wording(answer, "fluent")).to_have_count(1)
        expect(wording(answer, "extractive")).to_be_visible()
        assert "200 trường học" in marked_on_screen(on.page)
        button(answer, "fluent").click()
        expect(wording(answer, "fluent")).to_be_visible()


def test_a_switch_that_a_browser_keeps_says_whether_answers_are_worded(chromium: Browser, model: Model) -> None:
    model.plays(says(f"{GOOD} [1]."))
    with visit(chromium, model.address) as on:
        switch = on.page.get_by_role("switch", name=VI.worded)
        expect(switch).to_be_checked()
        switch.uncheck()
        on.page.reload()
        expect(switch).not_to_be_checked()
        answer = ask(on)
        on.page.wait_for_timeout(500)
        assert model.server.chats == []
        expect(answer.locator(".hb-draft")).to_have_count(0)
        # One answer may be worded all the same.
        button(answer, "fluent").click()
        expect(wording(answer, "fluent")).to_be_visible(timeout=SLOW)


def test_struck_sentences_are_told_apart_from_facts(chromium: Browser, striking: Model) -> None:
    striking.plays(says(f"{GOOD} [1]. {INVENTED} [1]. Chưa hết"))
    with visit(chromium, striking.address, width=360) as on:
        fluent = wording(ask(on), "fluent")
        expect(fluent).to_be_visible(timeout=SLOW)
        struck = fluent.locator(".hb-struck")
        expect(struck.locator("s")).to_have_text(f"{INVENTED}.")
        expect(struck).to_contain_text(VI.struck)
        assert struck.locator(".hb-chip").count() == 0
        assert "line-through" in struck.locator("s").evaluate("s => getComputedStyle(s).textDecorationLine")
        expect(fluent.locator(".hb-note").first).to_have_text(
            VI.left_out.format(counts=", ".join((VI.dropped.format(count=1), VI.struck_out.format(count=1))))
        )
        assert on.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert on.page.evaluate(CONTRAST) == []


HOSTILE = (
    "![x](http://evil.example/a.png)",
    "[bấm](javascript:alert(1))",
    "<svg onload=alert(1)>",
    "<img src=http://evil.example/b.png onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</div></p><h1>to</h1>",
    "${alert(1)} {{value}}",
    "\u202eđảo ngược\u202c\u200b",
)


def test_nothing_that_a_model_writes_is_markup_a_link_or_a_request(chromium: Browser, striking: Model) -> None:
    go_on = threading.Event()
    told = ", ".join(f"trường học ở Huế {each}" for each in HOSTILE)
    struck = "Trường học ${alert(1)} {{value}} \u202eđảo ngược [1]."
    striking.plays(slowly(go_on, told, f" [1]. {GOOD} [1]. {struck}"))
    with visit(chromium, striking.address) as on:
        answer = ask(on)
        draft = answer.locator(".hb-draft-text")
        expect(draft).to_contain_text("đảo ngược")
        assert draft.evaluate("p => p.children.length") == 0
        assert "\u202e" not in draft.inner_text()
        assert "<svg onload=alert(1)>" in draft.inner_text()
        go_on.set()
        fluent = wording(answer, "fluent")
        expect(fluent).to_be_visible(timeout=SLOW)
        expect(fluent.locator(".hb-struck s")).to_contain_text("${alert(1)} {{value}}")
        for name in ("svg", "img", "script", "a", "h1", "iframe"):
            assert fluent.locator(f".hb-worded {name}").count() == 0
        assert "javascript:" not in fluent.locator(".hb-worded").inner_text()
        assert "\u202e" not in on.page.locator("#hb-chat").inner_text()
        on.page.reload()
        expect(on.page.locator("#hb-chat .hb-wording")).to_have_count(2)


def test_a_models_name_is_text(chromium: Browser, model: Model, tmp_path_factory: pytest.TempPathFactory) -> None:
    name = "<img src=x onerror=alert(1)>"
    with site(tmp_path_factory.mktemp("named"), model=name) as named:
        named.plays(says(f"{GOOD} [1]."))
        with visit(chromium, named.address) as on:
            fluent = wording(ask(on), "fluent")
            expect(fluent.locator(".hb-by-model")).to_contain_text(name)
            assert fluent.locator(".hb-by-model img").count() == 0


def test_what_the_sources_do_not_say_no_model_is_asked(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("silent")
    with serving(ScriptedServer([says("Vàng giá 9 đồng [1].")])) as server:
        given = {"answer.reader": "sentences", "answer.threshold": 1.0, "generate.generator": server.address}
        used = load_settings(None, given)
        with open_engine(news_library(folder), used, embedder=HashingEmbedder()) as engine:
            generator = make_generator(used.generate)
            writing = Writing(engine, generator)
            with served(engine, writing) as address, visit(chromium, address) as on:
                answer = ask(on, "Giá vàng SJC ở Cần Thơ?")
                expect(answer).to_have_class("hb-answer hb-not-found")
                expect(answer.locator(".hb-wordings")).to_have_count(0)
                id = on.page.evaluate("new URL(location.href).searchParams.get('c')")
                told = on.context.request.post(
                    f"{address}/ui/vi/conversations/{id}/fluent", data={"turn": 0}, headers={"x-hoi-bao": "1"}
                )
                assert told.status == 404
                assert server.chats == []
            generator.close()


def test_a_model_is_chosen_on_the_page_and_dropped_again(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    words = words_of("vi").backend
    with serving(ScriptedServer([says(f"{GOOD} [1].")])) as server:
        used = load_settings(None, {"answer.reader": "sentences", "answer.threshold": 0.0})
        with (
            open_engine(news_library(tmp_path_factory.mktemp("without")), used, embedder=HashingEmbedder()) as engine,
            served(engine) as address,
            visit(chromium, address, width=360) as on,
        ):
            answer = ask(on)
            expect(answer.locator(".hb-wordings")).to_have_count(0)
            switch = on.page.locator(".hb-worded-switch")
            expect(switch).to_be_hidden()
            on.page.get_by_role("button", name=words.open).click()
            dialog = on.page.get_by_role("dialog", name=words.heading)
            expect(dialog).to_contain_text(words.none)
            expect(dialog).to_contain_text("ollama pull")
            address_field = dialog.get_by_label(words.generator)
            expect(address_field).to_be_focused()
            assert on.page.evaluate(CONTRAST) == []
            assert on.page.evaluate("document.documentElement.scrollWidth") <= 360
            address_field.fill("http://127.0.0.1:9/v1")
            dialog.get_by_role("button", name=words.use).click()
            expect(dialog.get_by_role("alert")).to_contain_text("Không kết nối được với máy chủ của mô hình.")
            address_field.fill(server.address)
            dialog.get_by_role("button", name=words.use).click()
            expect(dialog).to_be_hidden()
            expect(switch).to_be_visible()
            # The answer that stands can be worded now.
            button(answer, "fluent").click()
            expect(answer.locator(".hb-by-model, .hb-problem").first).to_be_visible(timeout=SLOW)
            on.page.reload()
            expect(switch).to_be_visible()
            on.page.get_by_role("button", name=words.open).click()
            expect(dialog).to_contain_text(words.ready)
            expect(dialog.locator(".hb-model")).to_have_text("tiny")
            on.page.keyboard.press("Escape")
            expect(dialog).to_be_hidden()
            on.page.get_by_role("button", name=words.open).click()
            dialog.get_by_role("button", name=words.drop).click()
            expect(switch).to_be_hidden()
