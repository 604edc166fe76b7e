"""What is kept of the work, in a real headless Chromium: conversations, judgements, and files to take along."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.keeping.store import FILE_NAME, Conversations
from app.words import words_of
from rag.config import Settings
from rag.engine import Engine
from rag.errors import DiskFull
from rag.pipeline import open_engine
from tests.browsing import CONTRAST, SLOW, marked_on_screen, served, visit
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

WORDS = words_of("vi")
VI = WORDS.chat
# Answers whatever is asked, with no network behind it.
QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
MARKET = "Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng."
BRIDGE = "Ông Minh nói cầu Long Biên đóng cửa để sửa chữa trong hai tháng."
ARTICLES = [
    replace(
        an_article("cho.txt", f"Trời hôm nay nắng. {MARKET} Khách đến đông.", title="Chợ"), url="https://bao.example/c"
    ),
    an_article("cau.txt", f"Mưa suốt tuần. {BRIDGE} Xe phải đi vòng.", title="Cầu"),
]
FIRST, SECOND = "Chợ Bến Thành mở cửa lúc nào?", "Cầu Long Biên đóng cửa để làm gì?"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    small_library(tmp_path, ARTICLES).close()
    with open_engine(tmp_path / "library", QUICK, embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    with served(engine) as place:
        yield place


def kept_in(page: Page) -> Locator:
    return page.locator("#hb-conversations .hb-open-kept span")


def menu_of(page: Page, title: str) -> Locator:
    item = page.locator("#hb-conversations li", has_text=title)
    item.locator("summary").click()
    return item


def answers_on(page: Page) -> Locator:
    return page.locator("#hb-chat .hb-answer")


def test_a_reload_and_a_restart_bring_conversation_and_sources_back(chromium: Browser, engine: Engine) -> None:
    with served(engine) as address, visit(chromium, address) as on:
        on.ask(FIRST)
        on.ask(SECOND, answers=2)
        expect(on.page).to_have_url(re.compile(r"/vi/\?c=[0-9a-f]{32}"))
        id = on.page.url.split("=")[-1]
        # The list knows of the second question without a reload.
        expect(on.page.locator("#hb-conversations small")).to_contain_text("2 câu hỏi")
        on.page.reload()
        on.wait_for(2)
        assert on.page.locator(".hb-question").all_inner_texts() == [FIRST, SECOND]
        on.page.locator("#hb-chat .hb-answer").first.locator(".hb-chip").first.click()
        assert marked_on_screen(on.page) == MARKET
    with served(engine) as address, visit(chromium, address) as on:
        on.page.goto(f"{address}/vi/?c={id}")
        on.wait_for(2)
        on.page.locator("#hb-chat .hb-answer").last.locator(".hb-chip").first.click()
        assert marked_on_screen(on.page) == BRIDGE
        # It goes on where it was.
        on.ask("Ai nói?", answers=3)
        on.page.reload()
        on.wait_for(3)


def test_conversations_are_searched_opened_renamed_deleted_and_brought_back(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(FIRST)
        on.page.click(".hb-new")
        expect(answers_on(on.page)).to_have_count(0)
        on.ask(SECOND)
        expect(kept_in(on.page)).to_have_text([SECOND, FIRST])
        search = on.page.locator(".hb-search-kept")
        for typed, found in (("ben thanh", [FIRST]), ("Minh", [SECOND]), ("không có", []), ("", [SECOND, FIRST])):
            search.fill(typed)
            expect(kept_in(on.page)).to_have_text(found)
        kept_in(on.page).last.click()
        expect(on.page.locator(".hb-question")).to_have_text(FIRST)
        menu_of(on.page, FIRST).locator("[data-keep=rename]").click()
        field = on.page.locator(".hb-rename")
        expect(field).to_have_value(FIRST)
        field.fill("Giờ <b>mở</b> cửa")
        field.press("Enter")
        expect(kept_in(on.page)).to_have_text([SECOND, "Giờ <b>mở</b> cửa"])
        menu_of(on.page, "Giờ").locator("[data-keep=rename]").click()
        field.fill("bỏ dở")
        field.press("Escape")
        expect(kept_in(on.page)).to_have_text([SECOND, "Giờ <b>mở</b> cửa"])
        menu_of(on.page, "Giờ").locator("[data-keep=delete]").click()
        expect(kept_in(on.page)).to_have_text([SECOND])
        # It was the open one.
        expect(answers_on(on.page)).to_have_count(0)
        on.page.get_by_role("button", name=VI.restore).click()
        expect(kept_in(on.page)).to_have_text([SECOND, "Giờ <b>mở</b> cửa"])
        expect(on.page.locator(".hb-question")).to_have_text(FIRST)


def test_the_menu_of_a_conversation_closes_by_keyboard_and_by_a_click_beside_it(
    chromium: Browser, address: str
) -> None:
    with visit(chromium, address) as on:
        on.ask(FIRST)
        opened = on.page.locator(".hb-more[open]")
        menu_of(on.page, FIRST)
        expect(opened).to_have_count(1)
        assert on.page.evaluate(CONTRAST) == []
        on.page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        expect(on.page.locator("#hb-conversations summary")).to_be_focused()
        menu_of(on.page, FIRST)
        on.page.locator("#hb-header h1").click()
        expect(opened).to_have_count(0)


def test_the_menu_of_a_conversation_and_the_focus_outlive_a_new_drawing_of_the_list(
    chromium: Browser, address: str
) -> None:
    with visit(chromium, address) as on:
        on.ask(FIRST)
        menu_of(on.page, FIRST)
        item = on.page.locator("#hb-conversations li")
        item.evaluate("item => { item.dataset.old = '' }")
        on.page.evaluate(
            "document.querySelector('.hb-search-kept').dispatchEvent(new Event('input', { bubbles: true }))"
        )
        expect(item).not_to_have_attribute("data-old", "")
        expect(on.page.locator("#hb-conversations summary")).to_be_focused()
        item.locator("[data-keep=rename]").click()
        expect(on.page.locator(".hb-rename")).to_be_focused()


def downloaded(page: Page, link: Locator) -> tuple[str, bytes]:
    with page.expect_download(timeout=SLOW) as waiting:
        link.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_a_conversation_is_saved_as_a_file_in_every_format(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(FIRST)
        links = menu_of(on.page, FIRST).locator("a")
        expect(links).to_have_text(["Lưu thành Markdown", "Lưu thành Word", "Lưu thành JSON"])
        files = dict(downloaded(on.page, links.nth(at)) for at in range(3))
        assert list(files) == [f"Chợ Bến Thành mở cửa lúc nào.{kind}" for kind in ("md", "docx", "json")]
        text, word, read = files.values()
        assert f"“{MARKET}”" in text.decode()
        assert "(<https://bao.example/c>)" in text.decode()
        assert any(MARKET in paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs)
        assert json.loads(read)["turns"][0]["answer"]["citations"][0]["quote"] == MARKET


def test_judgements_are_kept_with_their_reason_and_saved_as_a_set(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        on.ask(FIRST)
        on.ask(SECOND, answers=2)
        first, second = (on.page.locator("#hb-chat .hb-answer").nth(at) for at in (0, 1))
        first.get_by_role("button", name=VI.up).click()
        expect(first.get_by_role("button", name=VI.up)).to_have_attribute("aria-pressed", "true")
        second.get_by_role("button", name=VI.down).click()
        reason = on.page.get_by_label(VI.why_down)
        expect(reason).to_be_focused()
        reason.fill("thiếu tên cầu")
        reason.press("Enter")
        expect(reason).to_have_count(0)
        on.page.reload()
        on.wait_for(2)
        expect(first.get_by_role("button", name=VI.up)).to_have_attribute("aria-pressed", "true")
        expect(second.get_by_role("button", name=VI.down)).to_have_attribute("aria-pressed", "true")
        name, content = downloaded(on.page, on.page.get_by_role("link", name=WORDS.keeping.export_judged))
        assert name == "Đánh giá.jsonl"
        good, bad = map(json.loads, content.decode().splitlines())
        assert (good["question"], good["kind"], "draft" in good) == (FIRST, "judged_good", False)
        assert (bad["question"], bad["kind"], bad["draft"]) == (SECOND, "judged_bad", True)
        assert "thiếu tên cầu" in bad["note"]
        # Pressed once more, it is taken back.
        first.get_by_role("button", name=VI.up).click()
        expect(first.get_by_role("button", name=VI.up)).to_have_attribute("aria-pressed", "false")


def test_two_tabs_of_one_conversation_lose_no_question(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as one:
        one.ask(FIRST)
        expect(one.page).to_have_url(re.compile(r"c="))
        other = one.context.new_page()
        other.goto(one.page.url)
        expect(other.locator(".hb-question")).to_have_text(FIRST, timeout=SLOW)
        one.ask(SECOND, answers=2)
        other.fill("#hb-box textarea", "Ai nói?")
        other.press("#hb-box textarea", "Enter")
        expect(other.locator(".hb-question")).to_have_text([FIRST, SECOND, "Ai nói?"], timeout=SLOW)
        expect(other.locator("#hb-chat .hb-actions")).to_have_count(3, timeout=SLOW)
        one.page.reload()
        one.wait_for(3)
        assert one.page.locator(".hb-question").all_inner_texts() == [FIRST, SECOND, "Ai nói?"]


@pytest.mark.parametrize("press", ["retry", "undo", "up", "edit"])
def test_a_tab_that_shows_what_is_gone_acts_on_nothing_else(chromium: Browser, address: str, press: str) -> None:
    with visit(chromium, address) as one:
        one.ask(FIRST)
        one.ask(SECOND, answers=2)
        other = one.context.new_page()
        other.goto(one.page.url)
        expect(other.locator("#hb-chat .hb-actions")).to_have_count(2, timeout=SLOW)
        one.page.locator("[data-do=undo]").first.click()
        expect(one.page.locator(".hb-question")).to_have_count(0)
        for count, question in enumerate(("Mưa bao lâu?", "Ai nói?"), start=1):
            one.ask(question, answers=count)
        other.locator(f"[data-do={press}]").first.click()
        if press == "edit":
            other.keyboard.type(" Ở đâu?")
            other.keyboard.press("Enter")
        expect(other.locator(".hb-question")).to_have_text(["Mưa bao lâu?", "Ai nói?"], timeout=SLOW)
        told = other.locator(".toast-body, #hb-toast").filter(has_text=VI.changed_elsewhere)
        expect(told).to_be_visible()
        expect(other.locator("#hb-box textarea")).to_have_value(f"{FIRST} Ở đâu?" if press == "edit" else "")
        one.page.reload()
        one.wait_for(2)
        assert one.page.locator(".hb-question").all_inner_texts() == ["Mưa bao lâu?", "Ai nói?"]
        assert one.page.locator('.hb-action[aria-pressed="true"]').count() == 0


def test_an_answer_that_cannot_be_kept_is_shown_and_said(
    chromium: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise DiskFull("no room left")

    with served(engine) as address, visit(chromium, address) as on:
        monkeypatch.setattr(Conversations, "put", full)
        on.ask(FIRST)
        expect(on.page.locator("#hb-chat .hb-short")).to_contain_text("sáu giờ sáng")
        expect(on.page.locator(".hb-not-kept")).to_have_text(WORDS.keeping.not_kept)
        assert on.page.evaluate(CONTRAST) == []


def test_a_damaged_file_of_conversations_is_said_and_the_page_works(chromium: Browser, engine: Engine) -> None:
    (engine.library.folder / FILE_NAME).write_bytes(b"no database" * 500)
    with served(engine) as address, visit(chromium, address) as on:
        expect(on.page.locator(".hb-kept-trouble")).to_have_text(WORDS.keeping.troubles["damaged"])
        assert on.page.evaluate(CONTRAST) == []
        on.ask(FIRST)
        expect(kept_in(on.page)).to_have_text([FIRST])
        on.page.reload()
        on.wait_for(1)


def test_on_a_phone_the_drawer_opens_above_and_goes_away_with_a_choice(chromium: Browser, address: str) -> None:
    with visit(chromium, address, width=390, height=844, dark=True) as on:
        on.ask(FIRST)
        expect(on.page.locator("#hb-conversations")).to_be_hidden()
        on.page.click(".hb-menu")
        expect(kept_in(on.page)).to_have_text([FIRST])
        box = menu_of(on.page, FIRST).locator("a").last.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert on.page.evaluate(CONTRAST) == []
        kept_in(on.page).first.click()
        expect(on.page.locator("#hb-conversations")).to_be_hidden()
        expect(on.page.locator(".hb-question")).to_have_text(FIRST)


def test_thousands_of_conversations_do_not_slow_the_page(chromium: Browser, engine: Engine) -> None:
    kept = Conversations.open(engine.library.folder)
    with kept._changing() as connection:
        connection.executemany(
            "INSERT INTO conversations VALUES (?, '', ?, ?, 0, ?, ?, NULL)",
            (
                (
                    f"c{n}",
                    f"Câu {n}?",
                    f" câu {n} cau {n}",
                    "2026-01-01T00:00:00+00:00",
                    f"2026-01-01T00:00:00.{n:06}+00:00",
                )
                for n in range(3_000)
            ),
        )
        connection.executemany(
            "INSERT INTO turns VALUES (?, 0, ?, 0, '{}', NULL, 'x', '2026-01-01T00:00+00:00', NULL, NULL, ' ', NULL)",
            ((f"c{n}", f"Câu {n}?") for n in range(3_000)),
        )
    kept.close()
    with served(engine) as address, visit(chromium, address) as on:
        expect(kept_in(on.page)).to_have_count(200)
        expect(kept_in(on.page).first).to_have_text("Câu 2999?")
        on.page.click(".hb-older")
        expect(kept_in(on.page)).to_have_count(400)
        start = time.monotonic()
        on.page.fill(".hb-search-kept", "cau 1234")
        expect(kept_in(on.page)).to_have_text(["Câu 1234?"])
        assert time.monotonic() - start < 2
