"""A whole session without a pointer: what is pressed is a key, and where the focus is can always be said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.words import words_of
from tests.browsing import SLOW, marked_on_screen, visit
from tests.talks import PRICE, SEVEN, Talk, talk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI = words_of("vi")


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    with talk(tmp_path_factory.mktemp("talk")) as made:
        yield made


def go(page: Page, selector: str, key: str = "Tab", *, most: int = 80) -> None:
    """Press a key until the focus is on what the selector names."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    at = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    raise AssertionError(f"{key} does not lead to {selector}, but to {at}")


def test_a_session_by_keyboard_alone(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address) as on:
        page = on.page
        box = page.locator("#hb-box textarea")
        expect(box).to_be_focused()

        # Ask.
        page.keyboard.type("Chợ Bến Thành mở cửa lúc nào?")
        page.keyboard.press("Enter")
        on.wait_for(1)
        expect(box).to_be_focused()
        expect(box).to_have_value("")

        # Edit: the question in its own place, then what was made of it.
        go(page, ".hb-action[data-do=edit]", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".hb-edit")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".hb-action[data-do=edit]")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Control+A")
        page.keyboard.type("Giá gửi xe ở chợ Bến Thành là bao nhiêu?")
        page.keyboard.press("Enter")
        expect(page.locator(".hb-question")).to_have_text("Giá gửi xe ở chợ Bến Thành là bao nhiêu?")
        on.wait_for(1)
        expect(page.locator(".hb-action[data-do=edit]")).to_be_focused()

        # What is wrong with it.
        go(page, ".hb-action[data-do=down]")
        page.keyboard.press("Space")
        expect(page.locator(".hb-reason-form input")).to_be_focused()
        page.keyboard.type("Thiếu giá xe máy")
        page.keyboard.press("Enter")
        expect(page.locator("#hb-toast")).to_have_text(VI.chat.thanks)
        expect(page.locator(".hb-action[data-do=down]")).to_be_focused()
        expect(page.locator(".hb-action[data-do=down]")).to_have_attribute("aria-pressed", "true")

        # Filter.
        go(page, "#hb-filters .hb-filter-open")
        page.keyboard.press("Enter")
        expect(page.locator("#hb-filter-form input").first).to_be_focused()
        go(page, "#hb-filter-form [name=outlet]")
        page.keyboard.press("Space")
        page.keyboard.press("Escape")
        expect(page.locator("#hb-filters .hb-filter-open")).to_be_focused()
        expect(page.locator("#hb-filters .hb-filter-chip")).to_have_count(1)
        page.keyboard.press("Tab")
        expect(page.locator("#hb-filters .hb-filter-chip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#hb-filters .hb-filter-chip")).to_have_count(0)
        expect(page.locator("#hb-filters .hb-filter-open")).to_be_focused()

        # A new conversation.
        go(page, ".hb-new", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#hb-chat .hb-answer")).to_have_count(0)
        expect(box).to_be_focused()

        # An old one again, and from citation to citation.
        go(page, f"li[data-id='{site.shown}'] .hb-open-kept", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#hb-chat .hb-answer")).to_have_count(4, timeout=SLOW)
        go(page, ".hb-short .hb-chip")
        page.keyboard.press("Enter")
        assert SEVEN in marked_on_screen(page)
        assert page.evaluate("document.activeElement.tagName") == "MARK"
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.press("Alt+ArrowDown")
        assert PRICE in marked_on_screen(page, "3")
        page.keyboard.press("Alt+ArrowUp")
        assert "Lan Anh" in marked_on_screen(page, "2")
        page.keyboard.press("Alt+ArrowUp")
        # Back to the answer, and on to the question.
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('.hb-chip')")
        page.keyboard.press("Escape")
        expect(box).to_be_focused()


def test_conversations_by_keyboard_alone(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address) as on:
        page = on.page
        item = page.locator(f"li[data-id='{site.shown}']")
        go(page, f"li[data-id='{site.shown}'] summary", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(item.locator("[data-keep=rename]")).to_be_visible()
        # Out of the menu, and in again.
        page.keyboard.press("Escape")
        expect(item.locator("[data-keep=rename]")).to_be_hidden()
        expect(item.locator("summary")).to_be_focused()
        page.keyboard.press("Enter")
        go(page, "[data-keep=rename]", most=3)
        page.keyboard.press("Enter")
        expect(page.locator(".hb-rename")).to_be_focused()
        page.keyboard.type("Giờ mở cửa")
        page.keyboard.press("Enter")
        expect(item.locator(".hb-open-kept span")).to_have_text("Giờ mở cửa")
        expect(item.locator(".hb-open-kept")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        go(page, "[data-keep=delete]", most=8)
        page.keyboard.press("Enter")
        expect(item).to_have_count(0)
        # The way back is where the keyboard is, and it does not go away under it.
        restore = page.locator("#hb-toast button")
        expect(restore).to_be_focused()
        page.wait_for_timeout(11_000)
        expect(restore).to_be_focused()
        expect(restore).to_be_visible()
        page.keyboard.press("Enter")
        expect(item.locator(".hb-open-kept span")).to_have_text("Giờ mở cửa")
        expect(item.locator(".hb-open-kept")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#hb-chat .hb-answer")).to_have_count(4, timeout=SLOW)


def test_what_is_pressed_in_quick_succession_is_not_lost(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address) as on:
        expect(on.page.locator(".hb-open-kept").first).to_be_visible()
        for _ in range(5):
            on.page.evaluate(
                """id => { document.querySelector('.hb-new').click();
                    setTimeout(() => document.querySelector(`li[data-id="${id}"] .hb-open-kept`).click(), 20); }""",
                site.shown,
            )
            expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(4)
            on.page.wait_for_timeout(200)
            expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(4)
            on.page.click(".hb-new")
            expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(0)


def test_on_a_phone_the_drawer_takes_the_focus_and_gives_it_back(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address, width=390, height=844) as on:
        page = on.page
        go(page, ".hb-menu", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".hb-close-drawer")).to_be_focused()
        expect(page.locator(".hb-menu")).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(page.locator(".hb-menu")).to_be_focused()
        expect(page.locator(".hb-menu")).to_have_attribute("aria-expanded", "false")
        expect(page.locator("#hb-conversations")).to_be_hidden()
        page.keyboard.press("Enter")
        go(page, f"li[data-id='{site.shown}'] .hb-open-kept")
        page.keyboard.press("Enter")
        expect(page.locator("#hb-chat .hb-answer")).to_have_count(4, timeout=SLOW)
        expect(page.locator("#hb-conversations")).to_be_hidden()
        go(page, ".hb-short .hb-chip")
        page.keyboard.press("Enter")
        assert SEVEN in marked_on_screen(page)
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('.hb-chip')")
        expect(page.locator("#hb-panel")).to_be_hidden()
