"""A language model's words and people at work: in another window, at another answer, at the keyboard, or listening."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Browser, Page, expect

from app.words import words_of
from app.writing import Writing
from rag.config import load_settings
from rag.generation.backends import make_generator
from rag.pipeline import open_engine
from tests.browsing import SLOW, served, visit
from tests.fakes import HashingEmbedder
from tests.scripted_server import ScriptedServer, says, serving
from tests.sites import QUESTION, news_library
from tests.test_fluent_browser import GOOD, INVENTED, VI, Model, ask, button, model, patient, slowly, wording

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

__all__ = ["model", "patient"]

CHAT = words_of("vi").chat
RICE = "Giá gạo tại An Giang là bao nhiêu?"
RICE_WORDED = "Giá gạo tại An Giang tăng lên 8.000 đồng một ký trong tuần này, theo các thương lái ở Long Xuyên [1]."
EVACUATED = "Ông Nguyễn Văn An nói thành phố đã sơ tán 1.500 hộ dân [1]."
BEGINNING, END = "Ở Huế, hơn 200 trường ", "học đóng cửa trong hai ngày [1]."


def heard_on(page: Page) -> list[str]:
    """What a screen reader is told from now on."""
    said: list[str] = []
    page.expose_function("hbSaid", lambda text: said.append(text))  # noqa: PLW0108 - no built-in can be exposed
    page.evaluate(
        """() => new MutationObserver(() => {
            const text = document.getElementById('hb-said').textContent;
            if (text) window.hbSaid(text);
        }).observe(document.getElementById('hb-said'), {childList: true})"""
    )
    return said


def test_words_do_not_come_below_a_question_that_another_window_has_changed(chromium: Browser, model: Model) -> None:
    model.plays(says(RICE_WORDED))
    with visit(chromium, model.address) as on:
        on.page.get_by_role("switch", name=VI.worded).uncheck()
        answer = ask(on)
        other = on.context.new_page()
        other.goto(on.page.url)
        other.locator('[data-do="edit"]').click(timeout=SLOW)
        other.locator("textarea.hb-edit").fill(RICE)
        other.locator("textarea.hb-edit").press("Enter")
        expect(other.locator("#hb-chat .hb-answer .hb-short")).to_contain_text("gạo", timeout=SLOW)
        button(answer, "fluent").click()
        expect(on.page.locator("#hb-toast")).to_contain_text(CHAT.changed_elsewhere)
        expect(on.page.locator("#hb-chat .hb-question")).to_have_text(RICE)
        assert model.server.chats == []
        # As it stands by now it can be worded.
        button(on.page.locator("#hb-chat .hb-answer").first, "fluent").click()
        expect(on.page.locator("#hb-chat .hb-worded").last).to_contain_text("8.000 đồng", timeout=SLOW)


def test_an_answer_that_is_deleted_in_another_window_is_missed_in_words(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, BEGINNING, END))
    with visit(chromium, model.address) as on:
        answer = ask(on)
        expect(answer.locator(".hb-draft-text")).to_contain_text("Huế")
        id = on.page.evaluate("new URL(location.href).searchParams.get('c')")
        path = f"{model.address}/ui/vi/conversations/{id}/delete"
        assert on.context.request.post(path, data={}, headers={"x-hoi-bao": "1"}).ok
        go_on.set()
        expect(on.page.locator("#hb-toast")).to_contain_text(CHAT.changed_elsewhere)
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(0)


def test_the_sources_stay_with_whoever_reads_those_of_another_answer(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    # Its words cite other sentences than its quotations do.
    model.plays(says(""), slowly(go_on, BEGINNING, f"{END} {EVACUATED}"))
    with visit(chromium, model.address) as on:
        ask(on, RICE)
        expect(on.page.locator(".hb-problem")).to_be_visible()
        second = ask(on, "Tóm tắt tin lũ trên sông Hương", answers=2)
        expect(second.locator(".hb-draft-text")).to_contain_text("Huế")
        first = on.page.locator("#hb-chat .hb-answer").first
        first.locator(".hb-wording:not([hidden]) .hb-chip").first.click()
        view = on.page.locator("#hb-panel .hb-view")
        expect(view).to_contain_text("Giá gạo")
        go_on.set()
        expect(wording(second, "fluent")).to_be_visible()
        on.page.wait_for_timeout(500)
        expect(view).to_contain_text("Giá gạo")
        assert on.page.locator('#hb-chat .hb-chip[aria-pressed="true"]').count() == 1


def test_focus_and_what_is_marked_are_not_lost(chromium: Browser, model: Model) -> None:
    for act in (
        "quoted => quoted.querySelector('.hb-chip').focus()",
        "quoted => getSelection().selectAllChildren(quoted.querySelector('.hb-short'))",
    ):
        go_on = threading.Event()
        model.plays(slowly(go_on, BEGINNING, END))
        with visit(chromium, model.address) as on:
            answer = ask(on)
            expect(answer.locator(".hb-draft-text")).to_contain_text("Huế")
            quoted = wording(answer, "extractive")
            quoted.evaluate(act)
            go_on.set()
            expect(wording(answer, "fluent")).to_have_count(1)
            expect(quoted).to_be_visible()
            held = (
                "quoted => quoted.contains(document.activeElement) || getSelection().toString().includes('200 trường')"
            )
            assert quoted.evaluate(held)
            button(answer, "fluent").click()
            expect(wording(answer, "fluent")).to_be_visible()


def test_a_screen_reader_is_told_that_other_words_are_coming(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, BEGINNING, END))
    with visit(chromium, model.address) as on:
        said = heard_on(on.page)
        answer = ask(on)
        on.page.wait_for_timeout(2500)
        go_on.set()
        expect(wording(answer, "fluent")).to_be_visible()
        on.page.wait_for_timeout(500)
        assert said[-2:] == [VI.coming, VI.ready.format(answer=f"{GOOD}.")]


def test_who_waits_for_others_is_told_how_many_they_are(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, BEGINNING, END), says(RICE_WORDED))
    with visit(chromium, model.address) as on, visit(chromium, model.address) as other:
        expect(ask(on).locator(".hb-draft-text")).to_contain_text("Huế")
        second = ask(other, RICE)
        expect(second.locator(".hb-draft-note")).to_contain_text(VI.ahead.format(count=1))
        assert len(model.server.chats) == 1
        go_on.set()
        expect(wording(second, "fluent")).to_contain_text("8.000 đồng")


def test_the_draft_of_a_translation_is_in_its_own_language(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, "In Hue more than 200 schools were closed for two days ", "because of the floods [1]."))
    with visit(chromium, model.address) as on:
        draft = ask(on, "How many schools in Hue were closed?").locator(".hb-draft-text")
        expect(draft).to_contain_text("200 schools")
        expect(draft).to_have_attribute("lang", "en")
        go_on.set()


def test_what_is_stopped_and_begun_again_keeps_its_place(chromium: Browser, model: Model) -> None:
    go_on = threading.Event()
    model.plays(slowly(go_on, BEGINNING, END))
    with visit(chromium, model.address) as on:
        answer = ask(on)
        expect(answer.locator(".hb-draft-text")).to_contain_text("Huế")
        answer.evaluate(
            """answer => {
                answer.querySelector('.hb-stop-writing').click();
                answer.querySelector('.hb-wording-of[data-wording="fluent"]').click();
                window.hbBox = answer.querySelector('.hb-draft');
            }"""
        )
        expect(answer.locator(".hb-draft-text")).to_contain_text("Huế")
        assert on.page.evaluate("window.hbBox.isConnected")
        go_on.set()
        expect(wording(answer, "fluent")).to_be_visible()


def test_the_real_checks_let_through_what_the_source_says_alone(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(ScriptedServer([says(f"{GOOD} [1]. {INVENTED} [1].")])) as server:
        given = {"answer.reader": "sentences", "answer.threshold": 0.0, "generate.generator": server.address}
        used = load_settings(None, given)
        library = news_library(tmp_path_factory.mktemp("checked"))
        with open_engine(library, used, embedder=HashingEmbedder()) as engine:
            generator = make_generator(used.generate)
            writing = Writing(engine, generator)
            with served(engine, writing) as address, visit(chromium, address) as on:
                fluent = wording(ask(on, QUESTION), "fluent")
                expect(fluent).to_be_visible()
                assert [each.inner_text() for each in fluent.locator(".hb-sentence").all()] == [f"{GOOD}."]
                expect(fluent.locator(".hb-note").first).to_contain_text(VI.dropped.format(count=1))
                assert INVENTED not in on.page.locator("#hb-chat").inner_text()
            generator.close()
