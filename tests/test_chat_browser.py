"""The chat page in a real headless Chromium, over a real server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import app.handlers
from app.words import words_of
from rag.config import Settings
from rag.datatypes import Answer
from rag.errors import LibraryDamaged
from rag.pipeline import Engine, ask, build, open_engine
from tests.browsing import CONTRAST, SLOW, Visit, copied, marked_on_screen, served, visit
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI = words_of("vi").chat
# Answers whatever is asked, with no network behind it.
QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
QUESTION = "Ai cho biết các nước thành viên NATO ủng hộ việc tăng viện trợ vũ khí cho Ukraine?"
OFF_TOPIC = "Giá vàng SJC ở Cần Thơ hôm nay bao nhiêu một lượng?"


@pytest.fixture(scope="module")
def address(seeds_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_engine(copied(seeds_library, tmp_path_factory)) as engine, served(engine) as place:
        yield place


@pytest.fixture(scope="module")
def quick_address(seeds_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with the reader of whole sentences, which reads questions without diacritics as they are."""
    settings = Settings.model_validate({"answer": {"reader": "sentences"}})
    with open_engine(copied(seeds_library, tmp_path_factory), settings) as engine, served(engine) as place:
        yield place


def test_question_to_answer_to_the_marked_sentence(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(QUESTION)
        expect(on.page.locator("#hb-box textarea")).to_have_value("")
        expect(on.page.locator(".hb-question")).to_have_text(QUESTION)
        short = on.page.locator("#hb-chat .hb-short").first
        chip = short.locator(".hb-chip").first
        chip.click()
        quoted = " ".join(marked_on_screen(on.page, chip.get_attribute("data-citation") or "").split())
        assert "Liz Truss" in quoted
        # The short answer is her name, and below it stands the sentence that it is taken from.
        named = " ".join(short.evaluate(WITHOUT_CHIPS).split())
        assert named.endswith("Liz Truss")
        assert named in quoted
        assert len(named) < 30
        expect(on.page.locator("#hb-chat .hb-claims li").first).to_contain_text(quoted)
        assert on.page.evaluate("document.documentElement.lang") == "vi"


def test_chips_of_an_older_answer_open_its_own_sources_by_keyboard(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(QUESTION)
        first_title = on.page.locator("#hb-panel h3").first.inner_text()
        on.ask("Tổng thống Belarus Alexander Lukashenko kêu gọi gì?", answers=2)
        expect(on.page.locator("#hb-panel h3").first).not_to_have_text(first_title)
        chip = on.page.locator("#hb-chat .hb-answer").first.locator(".hb-chip").first
        chip.focus()
        on.page.keyboard.press("Enter")
        assert "Liz Truss" in marked_on_screen(on.page)
        expect(on.page.locator("#hb-panel h3").first).to_have_text(first_title)
        assert on.page.evaluate("document.activeElement.tagName") == "MARK"
        on.page.keyboard.press("Escape")
        assert on.page.evaluate("document.activeElement.className") == "hb-chip"


def test_a_follow_up_leans_on_what_was_answered_before_until_a_new_conversation(
    chromium: Browser, address: str
) -> None:
    with visit(chromium, address) as on:
        on.ask(QUESTION)
        # Only the answer names her.
        on.ask("Bà ấy nói gì?", answers=2)
        expect(on.page.locator(".hb-understood").last).to_contain_text("Liz Truss")
        on.page.click(".hb-new")
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(0)
        expect(on.page.locator("#hb-chat .placeholder h2")).to_be_visible()
        expect(on.page.locator("#hb-panel .hb-no-sources")).to_be_visible()
        on.ask("Bà ấy nói gì?")
        assert "Liz Truss" not in "".join(on.page.locator(".hb-understood").all_inner_texts())


WITHOUT_CHIPS = """element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll('.hb-chips').forEach(chips => chips.remove());
    return copy.textContent;
}"""

UNACCENTED = "ai cho biet cac nuoc thanh vien nato ung ho viec tang vien tro vu khi cho ukraine"


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_a_mended_question_is_searched_for_as_typed_and_back_by_keyboard(
    chromium: Browser, quick_address: str, width: int, dark: bool
) -> None:
    with visit(chromium, quick_address, width=width, height=740, dark=dark) as on:
        on.ask(UNACCENTED)
        on.ask(OFF_TOPIC, answers=2)
        # Nothing was mended in the second question.
        button = on.page.get_by_role("button", name=VI.as_typed)
        expect(button).to_have_count(1)
        on.page.fill("#hb-box textarea", "đang gõ dở")
        on.page.locator(".hb-answer summary").last.focus()
        while not on.page.evaluate("document.activeElement.matches('.hb-again')"):
            on.page.keyboard.press("Shift+Tab")
        expect(button).to_be_in_viewport()
        for pressed, said, offered in (
            ("Enter", VI.searched_as_typed, VI.as_at_first),
            ("Space", VI.understood, VI.as_typed),
        ):
            on.page.keyboard.press(pressed)
            first = on.page.locator("#hb-chat .hb-answer").first
            expect(first.locator(".hb-again")).to_have_text(offered)
            expect(first.locator(".hb-understood")).to_contain_text(said)
            on.wait_for(2)
            # The reader is still there, with the sources of that answer, and so is what was being typed.
            on.page.wait_for_timeout(700)
            expect(first.locator(".hb-again")).to_be_focused()
            expect(first.locator(".hb-again")).to_be_in_viewport()
            expect(on.page.locator("#hb-panel mark").first).to_contain_text("Liz Truss")
            expect(on.page.locator("#hb-box textarea")).to_have_value("đang gõ dở")
            assert on.page.locator(".hb-question").all_inner_texts() == [UNACCENTED, OFF_TOPIC]
            assert on.page.evaluate(CONTRAST) == []
        box = on.page.locator(".hb-again").bounding_box()
        assert box
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= width


def test_a_new_question_is_scrolled_to(chromium: Browser, address: str) -> None:
    with visit(chromium, address, width=360, height=600) as on:
        for answers, question in enumerate((QUESTION, OFF_TOPIC, UNACCENTED), 1):
            on.ask(question, answers=answers)
            expect(on.page.locator(".hb-question").last).to_be_in_viewport()
            expect(on.page.locator(".hb-short").last).to_be_in_viewport()
        assert on.page.evaluate("document.querySelector('#hb-chat .panel-wrap').scrollTop") > 0


def test_two_tabs_keep_separate_conversations(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as one, visit(chromium, address) as other:
        one.ask(QUESTION)
        other.ask("Bà ấy nói gì?")
        expect(other.page.locator(".hb-question")).to_have_count(1)
        assert "Liz Truss" not in "".join(other.page.locator(".hb-understood").all_inner_texts())


def test_not_found_is_plain_and_its_leads_are_no_answer(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(QUESTION)
        on.page.locator("#hb-chat .hb-chip").first.click()
        expect(on.page.locator(".hb-chip[aria-pressed=true]")).to_have_count(1)
        on.ask(OFF_TOPIC, answers=2)
        expect(on.page.locator(".hb-not-found .hb-short")).to_contain_text("Không tìm thấy trong nguồn")
        # Whoever is typing the next question goes on, and no citation is marked whose source has gone.
        on.page.wait_for_timeout(300)
        expect(on.page.locator("#hb-box textarea")).to_be_focused()
        expect(on.page.locator(".hb-chip[aria-pressed]")).to_have_count(0)
        expect(on.page.locator(".hb-not-found .hb-chip")).to_have_count(0)
        # The panel does not go on showing sources as if they were this answer's.
        expect(on.page.locator("#hb-panel .hb-no-sources")).to_be_visible()
        lead = on.page.locator(".hb-leads li").first
        expect(lead).to_be_hidden()
        on.page.locator(".hb-leads summary").click()
        expect(lead).to_be_visible()
        expect(on.page.locator(".hb-leads summary")).to_contain_text("không phải câu trả lời")


def test_examples_come_from_the_library_and_are_answered(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        examples = on.page.locator("#hb-chat .example")
        expect(examples.first).to_be_visible(timeout=SLOW)
        question = examples.first.inner_text().strip()
        examples.first.click()
        on.wait_for(1)
        expect(on.page.locator(".hb-question")).to_have_text(question)
        expect(on.page.locator("#hb-chat .hb-chip").first).to_be_visible()


ENGLISH = re.compile(
    r"\b(?:the|a|of|to|and|or|is|your|you|for|with|in|on|from|this|that|send|submit|clear|close|copy|copied|chat|"
    r"chatbot|message|messages|user|bot|assistant|conversation|component|type|error|loading|load|scroll|down|select|"
    r"example|settings|built|gradio|use|via|api|stop|retry|undo|edit|like|dislike|share|new|textbox|button|html|"
    r"label|empty|upload|drop|file|file|here|click|search|source|sources|queue|processing|footer|logo|runs|app)\b",
    re.IGNORECASE,
)
# Vietnamese words that are spelled like English ones.
ALIKE = {"a", "to", "in", "on", "the", "or"}

WORDS_OF_THE_PAGE = """() => {
    const own = '.hb-answer, .hb-question, .hb-view article, .example, .hb-file';
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!parent.closest('script, style, svg, code, ' + own) && node.data.trim()) found.push(node.data.trim());
    }
    for (const element of document.querySelectorAll('body *')) {
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription']) {
            const value = element.getAttribute(name);
            if (value && !element.matches('.example')) found.push(value);
        }
    }
    found.push(document.title);
    return found;
}"""


def english_words(page: Page) -> list[str]:
    texts_shown = page.evaluate(WORDS_OF_THE_PAGE)
    assert VI.ask in texts_shown
    # The endings of files' names are no words.
    told = [(text, re.sub(r"\.[a-z]+\b", "", text)) for text in texts_shown]
    return [f"{word} in {text!r}" for text, bare in told for word in ENGLISH.findall(bare) if word not in ALIKE]


def test_no_english_is_left_in_any_state(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        assert english_words(on.page) == []
        expect(on.page.locator("#hb-chat .example").first).to_be_visible(timeout=SLOW)
        labels = on.page.locator("#hb-chat .example").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
        assert [label for label in labels if "example" in (label or "").lower()] == []
        on.ask(QUESTION)
        on.ask(OFF_TOPIC, answers=2)
        on.page.wait_for_timeout(300)
        assert english_words(on.page) == []
        assert "gradio" not in on.page.inner_text("body").lower()
        expect(on.page.locator("footer")).to_be_hidden()


def test_enter_sends_shift_enter_breaks_the_line_and_a_composition_is_left_alone(
    chromium: Browser, address: str
) -> None:
    with visit(chromium, address) as on:
        box = on.page.locator("#hb-box textarea")
        box.fill("Ai")
        box.press("Shift+Enter")
        box.type("gửi vũ khí?")
        assert box.input_value() == "Ai\ngửi vũ khí?"
        expect(on.page.locator(".hb-question")).to_have_count(0)
        # An input method that is still composing announces its Enter as such, or as key code 229.
        for init in ("{key: 'Enter', isComposing: true}", "{key: 'Enter', keyCode: 229}"):
            box.evaluate(
                f"""box => {{
                    box.dispatchEvent(new CompositionEvent('compositionstart', {{bubbles: true}}));
                    const options = Object.assign({{bubbles: true, cancelable: true}}, {init});
                    box.dispatchEvent(new KeyboardEvent('keydown', options));
                    box.dispatchEvent(new CompositionEvent('compositionend', {{bubbles: true}}));
                    box.dispatchEvent(new KeyboardEvent('keypress', {{bubbles: true, cancelable: true, key: 'Enter'}}));
                }}"""
            )
        # Chromium's own composition: the text is there, and no question was asked.
        session = on.context.new_cdp_session(on.page)
        box.focus()
        session.send("Input.imeSetComposition", {"text": "nhé", "selectionStart": 3, "selectionEnd": 3})
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229})
        session.send("Input.insertText", {"text": "nhé"})
        on.page.wait_for_timeout(700)
        expect(on.page.locator(".hb-question")).to_have_count(0)
        assert box.input_value().startswith("Ai\ngửi vũ khí?")
        box.press("Enter")
        expect(on.page.locator(".hb-question")).to_have_count(1)


def test_a_blank_question_does_nothing_and_a_long_one_is_bounded(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        box = on.page.locator("#hb-box textarea")
        box.fill("   ")
        box.press("Enter")
        on.page.wait_for_timeout(700)
        expect(on.page.locator(".hb-question")).to_have_count(0)
        assert box.get_attribute("maxlength") == str(10 * Settings().answer.max_question_chars)


@pytest.mark.parametrize("width", [360, 390, 1440, 2560])
def test_nothing_sticks_out_sideways(chromium: Browser, address: str, width: int) -> None:
    with visit(chromium, address, width=width) as on:
        on.ask(QUESTION)
        wide = on.page.evaluate(
            """() => [...document.querySelectorAll('#hb-header, #hb-chat *, #hb-ask *')]
                .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && e.checkVisibility())
                .map(e => e.className || e.tagName)"""
        )
        assert wide == []
        box = on.page.locator("#hb-ask").bounding_box()
        assert box
        assert box["y"] + box["height"] <= on.page.viewport_size["height"] + 1  # type: ignore[index]


def test_on_a_phone_the_sources_come_up_as_a_sheet_and_go_away_again(chromium: Browser, address: str) -> None:
    with visit(chromium, address, width=390, height=844) as on:
        on.ask(QUESTION)
        expect(on.page.locator("#hb-panel")).to_be_hidden()
        chip = on.page.locator("#hb-chat .hb-chip").first
        chip.click()
        expect(on.page.locator("#hb-panel")).to_be_visible()
        assert "Liz Truss" in marked_on_screen(on.page)
        on.page.locator(".hb-close").click()
        expect(on.page.locator("#hb-panel")).to_be_hidden()
        expect(chip).to_be_focused()


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_enough_contrast(chromium: Browser, address: str, dark: bool) -> None:
    with visit(chromium, address, dark=dark) as on:
        assert on.page.evaluate("document.body.classList.contains('dark')") is dark
        assert on.page.evaluate(CONTRAST) == []
        on.ask(QUESTION)
        on.page.locator("#hb-chat .hb-chip").first.click()
        on.ask(OFF_TOPIC, answers=2)
        on.page.locator(".hb-leads summary").click()
        assert on.page.evaluate(CONTRAST) == []


HOSTILE = (
    "<script>window.hacked=1</script> <img src=http://evil.example/a.png onerror=window.hacked=2> "
    "<svg onload=window.hacked=3> <iframe src=http://evil.example/> <style>*{display:none}</style> "
    "![x](http://evil.example/b.png) [x](javascript:window.hacked=4) <a href=javascript:window.hacked=5>x</a> "
    "${window.hacked=6} {{constructor.constructor('window.hacked=7')()}} `${window.hacked=8}` "
    "</div></mark></textarea><button class=hb-chip data-citation=9>9</button> "
    '__i18n__{"__type__":"translation_metadata","key":"common.error"} $$x$$ a\u202eb\u200bc [1]'
)
HOSTILE_SHOWN = HOSTILE.replace("\u202e", "·").replace("\u200b", "·")


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Engine]:
    """Opens an engine over the given texts that answers any question, by whole sentences and without the models."""
    opened: list[Engine] = []

    def open_small(**articles: str) -> Engine:
        folder = tmp_path / "articles"
        folder.mkdir()
        for name, text in articles.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        embedder = HashingEmbedder()
        build([folder], tmp_path / "library", QUICK, embedder=embedder)
        engine = open_engine(tmp_path / "library", QUICK, embedder=embedder)
        opened.append(engine)
        return engine

    yield open_small  # type: ignore[misc]
    for engine in opened:
        engine.close()


def test_hostile_articles_and_questions_stay_text(chromium: Browser, tmp_path: Path) -> None:
    # Stored as it is, without the cleaning that would set much of it aside: the page must stand on its own.
    article = replace(an_article(HOSTILE, f"Con mèo nói rằng {HOSTILE} và đi ngủ.", title=HOSTILE), outlet=HOSTILE)
    small_library(tmp_path, [article], chunk_chars=5000).close()
    with (
        open_engine(tmp_path / "library", QUICK, embedder=HashingEmbedder()) as engine,
        served(engine) as place,
        visit(chromium, place) as on,
    ):
        on.ask(f"Con mèo nói gì? {HOSTILE}")
        on.page.locator("#hb-chat .hb-chip").first.click()
        on.page.wait_for_timeout(1000)
        assert on.page.evaluate("window.hacked") is None
        for shown in (
            ".hb-question",
            "#hb-panel h3",
            "#hb-panel .hb-place",
            "#hb-panel .hb-file",
            "#hb-panel .hb-text",
        ):
            text = on.page.locator(shown).first.evaluate(WITHOUT_NUMBERS)
            assert HOSTILE_SHOWN in " ".join(text.split()), shown
        # The page's own signs on buttons alone are drawn.
        foreign = "script, img, iframe, style, a, object, embed, form, link, svg:not(.hb-action > *), textarea, input"
        expect(on.page.locator(f":is(.hb-question, .hb-answer, .hb-view) :is({foreign})")).to_have_count(0)
        expect(on.page.locator(".hb-chip[data-citation='9']")).to_have_count(0)


WITHOUT_NUMBERS = """element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll('.hb-number').forEach(number => number.remove());
    return copy.textContent;
}"""


def test_the_policy_stops_whatever_would_leave_the_machine(chromium: Browser, address: str) -> None:
    visitor = Visit(chromium, address)
    try:
        blocked = visitor.page.evaluate(
            """() => Promise.all([
                fetch('http://192.0.2.1/').then(() => 'left', () => 'stopped'),
                new Promise(done => { const i = new Image(); i.onload = () => done('left');
                    i.onerror = () => done('stopped'); i.src = 'http://192.0.2.1/a.png'; }),
            ])"""
        )
        assert blocked == ["stopped", "stopped"]
    finally:
        visitor.context.close()


def test_an_empty_library_says_how_to_fill_it_and_notices_when_it_is_filled(
    chromium: Browser, small: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = small()
    with served(engine) as place, visit(chromium, place) as on:
        expect(on.page.locator("#hb-chat .placeholder h2")).to_have_text(VI.empty_library)
        expect(on.page.locator("#hb-chat .placeholder code")).to_have_text(VI.index_command)
        on.ask("Có gì không?")
        expect(on.page.locator(".hb-not-found")).to_contain_text("chưa có bài báo")
        article = tmp_path / "moi.txt"
        article.write_text("Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.", encoding="utf-8")
        build([article], tmp_path / "library", embedder=HashingEmbedder())
        on.ask("Chợ Bến Thành mở cửa lúc nào?", answers=2)
        expect(on.page.locator("#hb-chat .hb-short").last).to_contain_text("sáu giờ sáng")
        on.page.click(".hb-new")
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(0)
        expect(on.page).not_to_have_url(re.compile(r"[?&]c="))
        on.page.reload()
        expect(on.page.locator("#hb-chat .placeholder h2")).to_have_text(VI.welcome)
        expect(on.page.locator("#hb-chat .example").first).to_have_text("Bà Lan Anh nói gì?")


def test_an_error_is_told_in_the_conversation_which_then_goes_on(
    chromium: Browser, small: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = small(a="Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.")
    broken: list[Exception] = []

    def sometimes(engine: Engine, question: str, *, history: list[str], **options: Any) -> Answer:
        if broken:
            raise broken.pop()
        assert history == []
        return ask(engine, question, history=history, **options)

    monkeypatch.setattr(app.handlers, "ask", sometimes)
    with served(engine) as place, visit(chromium, place) as on:
        broken.append(LibraryDamaged("page 7 is torn", where="library.db", remedy="Run `hoibao repair`"))
        on.ask("Chợ mở cửa lúc nào?")
        expect(on.page.locator(".hb-failed")).to_contain_text("Thư viện bị hỏng")
        expect(on.page.locator(".hb-failed details")).to_contain_text("page 7 is torn")
        broken.append(ValueError("a fault of the program"))
        on.ask("Chợ mở cửa lúc nào?", answers=2)
        expect(on.page.locator(".hb-failed").last).to_contain_text("lỗi không lường trước")
        assert "a fault" not in on.page.inner_text("body")
        # What failed is not leaned on: the third question comes without history.
        on.ask("Chợ mở cửa lúc nào?", answers=3)
        expect(on.page.locator("#hb-chat .hb-chip").first).to_be_visible()


def test_what_follows_leans_on_the_question_as_it_was_searched_for(
    chromium: Browser, small: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = small(a="Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.")
    asked: list[tuple[str, list[str], bool]] = []
    answers_seen: list[list[str | None]] = []
    broken: list[Exception] = []

    def noted(
        engine: Engine, question: str, *, history: list[str], answers: list[str | None], as_typed: bool, **options: bool
    ) -> Answer:
        asked.append((question, history, as_typed))
        answers_seen.append(answers)
        if broken:
            raise broken.pop()
        return ask(engine, question, history=history, answers=answers, as_typed=as_typed, **options)

    monkeypatch.setattr(app.handlers, "ask", noted)
    typed, read = "cho ben thanh mo cua luc may gio", "Chợ Bến Thành mở cửa lúc mấy giờ"
    with served(engine) as place, visit(chromium, place) as on:
        on.ask(typed)
        on.ask("Ai nói?", answers=2)
        assert asked == [(typed, [], False), ("Ai nói?", [read], False)]
        assert answers_seen == [[], ["Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng."]]
        expect(on.page.locator(".hb-understood")).to_have_count(2)
        expect(on.page.locator(".hb-again")).to_have_count(1)
        on.page.click(".hb-again")
        expect(on.page.locator(".hb-again")).to_have_text(VI.as_at_first)
        assert asked[2:] == [(typed, [], True)]
        on.ask("Vì sao?", answers=3)
        assert asked[3:] == [("Vì sao?", [typed, "Ai nói?"], False)]
        expect(on.page.locator(".hb-understood").last).to_have_text(f"Hiểu là: {typed} Ai nói? Vì sao?")
        # An error stands in the place of that answer alone.
        broken.append(LibraryDamaged("page 7 is torn", where="library.db", remedy="Run `hoibao repair`"))
        on.page.click(".hb-again")
        expect(on.page.locator("#hb-chat .hb-answer").first).to_have_class(re.compile("hb-failed"))
        on.wait_for(3)
        expect(on.page.locator("#hb-box textarea")).to_be_focused()
        on.ask("Vì sao?", answers=4)
        assert asked[-1] == ("Vì sao?", [typed, "Ai nói?", "Vì sao?"], False)
        expect(on.page.locator(".hb-failed")).to_have_count(0)


def test_while_one_question_is_answered_a_second_waits_in_the_box(
    chromium: Browser, small: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = small(a="Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.")
    released, asked = threading.Event(), []

    def slow(engine: Engine, question: str, *, history: list[str], **options: Any) -> Answer:
        asked.append(question)
        assert released.wait(60)
        return ask(engine, question, history=history, **options)

    monkeypatch.setattr(app.handlers, "ask", slow)
    with served(engine) as place, visit(chromium, place) as on:
        box = on.page.locator("#hb-box textarea")
        box.fill("Chợ mở cửa lúc nào?")
        box.press("Enter")
        expect(on.page.locator(".hb-busy")).to_be_visible()
        expect(on.page.locator(".hb-question")).to_have_text("Chợ mở cửa lúc nào?")
        assert english_words(on.page) == []
        box.fill("Ai nói?")
        box.press("Enter")
        # What stands in its place meanwhile stops the first question.
        expect(on.page.locator("#hb-send")).to_be_hidden()
        expect(on.page.locator("#hb-stop")).to_be_visible()
        on.page.wait_for_timeout(500)
        assert asked == ["Chợ mở cửa lúc nào?"]
        released.set()
        on.wait_for(1)
        expect(box).to_have_value("Ai nói?")
        box.press("Enter")
        on.wait_for(2)
        assert asked == ["Chợ mở cửa lúc nào?", "Ai nói?"]
        # Nor is an earlier question asked again meanwhile.
        on.ask("cho ben thanh mo cua luc may gio", answers=3)
        released.clear()
        box.fill("Ai nói?")
        box.press("Enter")
        expect(on.page.locator(".hb-busy")).to_be_visible()
        on.page.click(".hb-again")
        on.page.wait_for_timeout(500)
        assert len(asked) == 4
        released.set()
        on.wait_for(4)
        on.page.click(".hb-again")
        expect(on.page.locator(".hb-again")).to_have_text(VI.as_at_first)


def test_stopping_an_edited_question_brings_back_what_came_after(
    chromium: Browser, small: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = small(a="Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.")
    released, ended = threading.Event(), threading.Event()

    def slow(engine: Engine, question: str, *, history: list[str], **options: Any) -> Answer:
        assert released.wait(60)
        ended.set()
        return ask(engine, question, history=history, **options)

    asked = ["Chợ mở cửa lúc nào?", "Ai nói?", "Bà Lan Anh nói gì?"]
    with served(engine) as place, visit(chromium, place) as on:
        for number, question in enumerate(asked, 1):
            on.ask(question, answers=number)
        monkeypatch.setattr(app.handlers, "ask", slow)
        on.page.locator('.hb-action[data-do="edit"]').first.click()
        on.page.fill(".hb-edit", "Chợ đóng cửa lúc nào?")
        on.page.press(".hb-edit", "Enter")
        expect(on.page.locator(".hb-question")).to_have_text(["Chợ đóng cửa lúc nào?"])
        on.page.click("#hb-stop")
        expect(on.page.locator(".hb-question")).to_have_text(asked)
        expect(on.page.locator("#hb-box textarea")).to_have_value("Chợ đóng cửa lúc nào?")
        released.set()
        assert ended.wait(60)
        on.page.wait_for_timeout(1000)
        on.page.reload()
        expect(on.page.locator(".hb-question")).to_have_text(asked, timeout=SLOW)
        # Once it is answered, it takes the place of all that followed.
        on.page.locator('.hb-action[data-do="edit"]').first.click()
        on.page.fill(".hb-edit", "Chợ đóng cửa lúc nào?")
        on.page.press(".hb-edit", "Enter")
        on.wait_for(1)
        on.page.reload()
        on.wait_for(1)
        expect(on.page.locator(".hb-question")).to_have_text(["Chợ đóng cửa lúc nào?"])


def test_a_new_conversation_while_busy_drops_the_answer(
    chromium: Browser, small: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = small(a="Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng.")
    released = threading.Event()

    def slow(engine: Engine, question: str, *, history: list[str], **options: Any) -> Answer:
        assert released.wait(60)
        return ask(engine, question, history=history, **options)

    monkeypatch.setattr(app.handlers, "ask", slow)
    with served(engine) as place, visit(chromium, place) as on:
        on.page.fill("#hb-box textarea", "Chợ mở cửa lúc nào?")
        on.page.press("#hb-box textarea", "Enter")
        expect(on.page.locator(".hb-busy")).to_be_visible()
        on.page.click(".hb-new")
        expect(on.page.locator(".hb-question")).to_have_count(0)
        released.set()
        on.page.wait_for_timeout(1500)
        expect(on.page.locator(".hb-question")).to_have_count(0)
        on.ask("Ai nói?")
        expect(on.page.locator(".hb-question")).to_have_text("Ai nói?")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_the_address_and_ends_cleanly(seeds_library: Path, chromium: Browser, how: int) -> None:
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "hoibao"), "chat", "--library", str(seeds_library), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "True", "http_proxy": "http://192.0.2.1:9"},
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert re.fullmatch(r"Hỏi Báo: http://127\.0\.0\.1:\d+\n", line)
        with visit(chromium, line.split()[-1]) as on:
            on.ask(QUESTION)
            # The browser is still connected when the end comes.
            process.send_signal(how)
            _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors
        assert "Error" not in errors
    finally:
        process.kill()
        process.wait()
