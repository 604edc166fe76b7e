"""The page served to others, in a real browser: logging in and out, and what is told when many ask."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import app.chat
from eval.visitors import Connection, PageVisitor
from rag.engine import Engine
from tests.browsing import SLOW, visit
from tests.sites import PASSWORDS, QUESTION, news_engine, serving, users_file

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return users_file(tmp_path_factory.mktemp("users"))


def log_in(page: Page, name: str, password: str) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


@pytest.mark.parametrize(("width", "place"), [(1280, "#hb-header"), (390, "#hb-conversations")])
def test_logging_in_asking_and_logging_out(
    chromium: Browser, engine: Engine, users: Path, width: int, place: str
) -> None:
    with serving(engine, users) as address:
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="vi-VN")
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.goto(f"{address}/vi/")
        expect(page.locator("input[name=name]")).to_be_focused()
        log_in(page, "Lan", "không phải")
        expect(page.locator("[role=alert]")).to_have_text("Tên hoặc mật khẩu không đúng.")
        expect(page.locator("input[name=password]")).to_be_focused()
        log_in(page, "Lan", PASSWORDS["lan"])
        page.fill("#hb-box textarea", QUESTION)
        # What the page fetches at first is there: any of it would be sent to the login page, too.
        page.wait_for_selector("#hb-chat .placeholder h2")
        page.wait_for_timeout(2_000)
        # Without a session nothing is answered, and what was typed is not lost.
        context.clear_cookies(name="hb_session")
        page.press("#hb-box textarea", "Enter")
        page.wait_for_url("**/login?next=%2Fvi%2F*")
        log_in(page, "lan", PASSWORDS["lan"])
        expect(page.locator("#hb-box textarea")).to_have_value(QUESTION)
        page.press("#hb-box textarea", "Enter")
        expect(page.locator("#hb-chat .hb-cited")).to_have_count(1, timeout=SLOW)
        if not page.locator(f"{place} .hb-out").is_visible():
            page.click(".hb-menu")
        page.click(f"{place} .hb-out button")
        page.wait_for_url("**/login")
        page.goto(f"{address}/vi/")
        expect(page.locator("input[name=password]")).to_be_visible()
        context.close()


def test_logging_in_under_a_name_of_the_network(chromium: Browser, engine: Engine, users: Path) -> None:
    """Over plain HTTP a browser says less of where a form comes from than on this machine."""
    with serving(engine, users) as address:
        browser = chromium.browser_type.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP bao.example.vn 127.0.0.1"],
        )
        page = browser.new_page(locale="vi-VN")
        page.set_default_timeout(SLOW)
        page.goto(f"http://bao.example.vn:{address.rpartition(':')[2]}/vi/")
        expect(page.locator(".hb-login")).to_contain_text("không được mã hoá")
        log_in(page, "minh", PASSWORDS["minh"])
        expect(page.locator("#hb-header .hb-me")).to_have_text("minh", timeout=SLOW)
        page.fill("#hb-box textarea", QUESTION)
        page.press("#hb-box textarea", "Enter")
        expect(page.locator("#hb-chat .hb-cited")).to_have_count(1, timeout=SLOW)
        page.click("#hb-header .hb-out button")
        page.wait_for_url("**/login")
        browser.close()


def waiting(engine: Engine, count: int) -> None:
    end = time.monotonic() + 60
    while engine.turns.waiting() < count and time.monotonic() < end:
        time.sleep(0.05)
    assert engine.turns.waiting() == count


def asking(address: str, language: str = "vi") -> threading.Thread:
    """Somebody else, who asks."""
    visitor = PageVisitor(Connection(address), language=language)

    def ask() -> None:
        visitor.ask(QUESTION)
        visitor.leave()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread


def test_whoever_waits_is_told_how_many_stand_before(chromium: Browser, engine: Engine) -> None:
    with serving(engine) as address, visit(chromium, address) as seen:
        with engine.turns.one(), engine.turns.one():
            others = [asking(address) for _ in range(4)]
            waiting(engine, 4)
            seen.page.fill("#hb-box textarea", QUESTION)
            seen.page.press("#hb-box textarea", "Enter")
            busy = seen.page.locator("#hb-chat .hb-busy")
            expect(busy).to_have_text("Đang có 4 câu hỏi chờ trước, xin đợi một chút…", timeout=SLOW)
            # The question stands there, and the box is free again.
            expect(seen.page.locator("#hb-chat .hb-question")).to_have_text(QUESTION)
            expect(seen.page.locator("#hb-box textarea")).to_have_value("")
        seen.wait_for(1)
        for other in others:
            other.join(60)


@pytest.mark.parametrize(("language", "told"), [("vi", "Đang có quá nhiều câu hỏi"), ("en", "Too many questions are")])
def test_when_no_more_can_wait_that_is_told_and_the_question_stays(
    chromium: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setattr(app.chat, "AT_ONCE", 1)
    monkeypatch.setattr(app.chat, "QUEUED", 1)
    with serving(engine) as address, visit(chromium, address) as seen:
        seen.page.goto(f"{address}/{language}/")
        seen.page.wait_for_selector("#hb-box textarea")
        with engine.turns.one(), engine.turns.one():
            others = [asking(address, language) for _ in range(2)]
            waiting(engine, 1)
            time.sleep(1)
            seen.page.fill("#hb-box textarea", QUESTION)
            seen.page.press("#hb-box textarea", "Enter")
            expect(seen.page.locator(".toast-body").first).to_contain_text(told, timeout=SLOW)
            assert "busy" not in seen.page.locator(".toast-wrap").inner_text()
            expect(seen.page.locator("#hb-box textarea")).to_have_value(QUESTION)
        for other in others:
            other.join(60)
        seen.page.press("#hb-box textarea", "Enter")
        seen.wait_for(1)
