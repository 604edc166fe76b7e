"""The page when the program is gone, slow, or answers in another order than it was asked: nothing typed or pressed is
lost, and what is wrong is said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.server import running
from app.suggestions import Suggestions
from app.words import words_of
from tests.browsing import SLOW, visit
from tests.sites import QUESTION, made, news_engine, serving
from tests.talks import Talk, opened, talk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI = words_of("vi")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    with talk(tmp_path_factory.mktemp("talk")) as made:
        yield made


@pytest.fixture
def news(tmp_path: Path) -> Iterator[str]:
    """The address of a site over three articles of their own."""
    with news_engine(tmp_path / "news") as engine, serving(engine) as address:
        yield address


def held(page: Page, address: str) -> list[Route]:
    """The requests to such an address, kept waiting from now on."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(address, hold)
    return routes


def let_go(page: Page, route: Route) -> None:
    with page.expect_response(route.request.url, timeout=SLOW):
        route.continue_()
    page.wait_for_timeout(200)


def until_held(page: Page, routes: list[Route], count: int) -> None:
    for _ in range(SLOW // 50):
        if len(routes) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(routes)} requests, not {count}")


def library_of(page: Page, count: int = 3) -> Page:
    page.click(".hb-tab[data-view=library]")
    expect(page.locator(".hb-lib-rows li[data-id]")).to_have_count(count, timeout=SLOW)
    expect(page.locator(".hb-lib-rows")).not_to_have_attribute("aria-busy", "true", timeout=SLOW)
    return page


# ---- the program is gone


def test_a_program_that_stops_is_told_and_when_it_is_back_the_question_is_still_there(
    chromium: Browser, tmp_path: Path
) -> None:
    page = chromium.new_page(locale="vi-VN", viewport={"width": 1280, "height": 800})
    page.set_default_timeout(SLOW)
    with news_engine(tmp_path) as engine:
        suggestions = Suggestions(engine)
        try:
            with running(made(engine, suggestions), "127.0.0.1", 0) as address:
                page.goto(f"{address}/vi/")
                page.wait_for_selector("#hb-chat .placeholder h2")
            page.fill("#hb-box textarea", QUESTION)
            page.press("#hb-box textarea", "Enter")
            expect(page.locator(".toast-body").first).to_contain_text("Mất kết nối với chương trình")
            expect(page.locator("#hb-box textarea")).to_have_value(QUESTION)
            # What tells of it covers nothing of the masthead.
            page.click(".hb-tab[data-view=library]")
            expect(page.locator("#hb-toast")).to_have_text(VI.access.lost)
            page.evaluate("document.querySelector('.hb-paste').open = true")
            page.evaluate("document.querySelector('.hb-paste-form [name=text]').value = 'Bài đang viết dở.'")
            with running(made(engine, suggestions), "127.0.0.1", int(address.rpartition(":")[2])):
                page.wait_for_event("load")
                expect(page.locator("#hb-box textarea")).to_have_value(QUESTION)
                expect(page.locator(".hb-paste-form [name=text]")).to_have_value("Bài đang viết dở.")
                page.click(".hb-tab[data-view=chat]")
                page.press("#hb-box textarea", "Enter")
                expect(page.locator("#hb-chat .hb-cited")).to_have_count(1)
                page.close()
        finally:
            suggestions.stop()


def test_a_title_that_could_not_be_kept_is_not_lost(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        on.page.route("**/title", lambda route: route.abort())
        on.page.locator(".hb-more summary").last.click()
        on.page.locator("[data-keep=rename]").last.click()
        on.page.fill(".hb-rename", "Tên mới")
        on.page.press(".hb-rename", "Enter")
        expect(on.page.locator("#hb-toast")).to_have_text(VI.access.lost)
        expect(on.page.locator(".hb-rename")).to_have_value("Tên mới")
        on.page.unroute("**/title")
        on.page.press(".hb-rename", "Enter")
        expect(on.page.locator(".hb-open-kept", has_text="Tên mới")).to_be_visible()


def test_of_two_thumbs_the_one_pressed_last_is_kept(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address) as on:
        on.ask("Bao nhiêu trường học ở Huế đóng cửa?")
        on.page.wait_for_url("**?c=*")
        routes = held(on.page, "**/judge")
        for name in VI.chat.up, VI.chat.down:
            on.page.get_by_role("button", name=name, exact=True).click()
        until_held(on.page, routes, 1)
        on.page.wait_for_timeout(300)
        assert len(routes) == 1
        let_go(on.page, routes[0])
        until_held(on.page, routes, 2)
        assert [route.request.post_data_json["thumb"] for route in routes] == ["up", "down"]
        let_go(on.page, routes[1])
        expect(on.page.get_by_role("button", name=VI.chat.down, exact=True)).to_have_attribute("aria-pressed", "true")


def test_on_a_phone_back_closes_what_lies_over_the_page(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address, width=390, height=800) as on:
        on.ask("Bao nhiêu trường học ở Huế đóng cửa?")
        on.page.wait_for_url("**?c=*")
        address = on.page.url
        panel = on.page.locator("#hb-panel.hb-opened")
        for _ in range(2):
            # Closed by its cross and opened anew it leaves no second step to go back.
            on.page.locator("#hb-chat .hb-chip").first.click()
            expect(panel).to_be_visible()
            on.page.locator("#hb-panel .hb-close").click()
            expect(panel).to_have_count(0)
        on.page.locator("#hb-chat .hb-chip").first.click()
        on.page.go_back()
        expect(panel).to_have_count(0)
        on.page.locator(".hb-menu").click()
        expect(on.page.locator("body.hb-drawer-open")).to_have_count(1)
        on.page.go_back()
        expect(on.page.locator("body.hb-drawer-open")).to_have_count(0)
        assert on.page.url == address
        library_of(on.page, 1)
        on.page.locator(".hb-open-article").first.click()
        expect(on.page.locator(".hb-lib-article")).to_be_visible()
        on.page.go_back()
        expect(on.page.locator(".hb-lib-article")).to_be_hidden()
        expect(on.page.locator(".hb-lib-rows")).to_be_visible()


def test_a_page_that_is_left_while_files_arrive_asks_first(chromium: Browser, news: str) -> None:
    with visit(chromium, news) as on:
        library_of(on.page)
        routes = held(on.page, "**/files/0")
        file = {"name": "a.txt", "mimeType": "text/plain", "buffer": "Chợ Long Xuyên mở cửa.".encode() * 9}
        on.page.set_input_files(".hb-files", file)
        until_held(on.page, routes, 1)
        on.page.evaluate("location.reload()")
        on.page.wait_for_timeout(500)
        assert [one.startswith("dialog") for one in on.errors] == [True]
        on.errors.clear()
        let_go(on.page, routes[0])
        expect(on.page.locator("#hb-lib-jobs")).to_contain_text("a.txt", timeout=SLOW)
        on.page.wait_for_timeout(500)
        on.page.reload()
        assert on.errors == []


def test_a_library_that_changes_stops_no_question(chromium: Browser, site: Talk) -> None:
    with visit(chromium, site.address) as on:
        routes = held(on.page, "**/queue/data**")
        on.page.fill("#hb-box textarea", "Bao nhiêu trường học ở Huế đóng cửa?")
        on.page.press("#hb-box textarea", "Enter")
        until_held(on.page, routes, 1)
        with on.page.expect_response("**/run/predict**", timeout=SLOW):
            on.page.evaluate("document.dispatchEvent(new CustomEvent('hb-welcome'))")
        let_go(on.page, routes[0])
        on.wait_for(1)


def test_a_short_message_is_read_aloud_from_a_place_that_was_there_before(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        place = on.page.locator("#hb-toast[role=status]")
        expect(place).to_have_count(1)
        expect(place).to_be_hidden()
        on.page.locator("#hb-chat .hb-action[data-do=copy]").first.click()
        expect(place).to_have_text(VI.chat.copied)


# ---- answers that come late


def test_of_two_articles_the_one_pressed_last_is_shown(chromium: Browser, news: str) -> None:
    with visit(chromium, news) as on:
        page = library_of(on.page)
        rows = page.locator(".hb-lib-rows .hb-open-article")
        routes = held(page, "**/library/articles/*")
        rows.nth(0).click()
        until_held(page, routes, 1)
        rows.nth(1).click()
        until_held(page, routes, 2)
        let_go(page, routes[1])
        article = page.locator(".hb-lib-article")
        title = rows.nth(1).inner_text()
        expect(article.locator("h3")).to_have_text(title)
        let_go(page, routes[0])
        expect(article.locator("h3")).to_have_text(title)
        # One that is closed before it has come stays closed.
        rows.nth(0).click()
        until_held(page, routes, 3)
        page.keyboard.press("Escape")
        expect(article).to_be_hidden()
        let_go(page, routes[2])
        expect(article).to_be_hidden()


def test_an_earlier_word_of_the_jobs_does_not_replace_a_later_one(chromium: Browser, news: str) -> None:
    with visit(chromium, news) as on:
        page = library_of(on.page)
        routes = held(page, "**/adding/jobs")
        tab = page.locator(".hb-tab[data-view=library]")
        tab.click()
        tab.click()
        until_held(page, routes, 2)
        routes[1].fulfill(body="<p class='later'>later</p>")
        expect(page.locator("#hb-lib-jobs .later")).to_be_visible()
        routes[0].fulfill(body="<p class='earlier'>earlier</p>")
        page.wait_for_timeout(300)
        expect(page.locator("#hb-lib-jobs .later")).to_be_visible()
        page.unroute("**/adding/jobs")


def test_the_filters_come_once_and_take_the_focus_from_nobody(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        page = on.page
        routes = held(page, "**/ui/vi/filters")
        button, form = page.locator("#hb-filters .hb-filter-open"), page.locator("#hb-filter-form")
        button.click()
        until_held(page, routes, 1)
        page.locator("#hb-box textarea").press_sequentially("Chợ ")
        let_go(page, routes[0])
        expect(form).to_be_visible()
        expect(page.locator("#hb-box textarea")).to_be_focused()
        button.click()
        expect(form).to_be_hidden()
        # A second press takes the first one back.
        button.click()
        until_held(page, routes, 2)
        button.click()
        let_go(page, routes[1])
        expect(form).to_be_hidden()
        assert len(routes) == 2


HEARD = """() => { window.heard = []; new MutationObserver(() => {
    const text = document.getElementById('hb-said').textContent; if (text) window.heard.push(text);
}).observe(document.getElementById('hb-said'), { childList: true, subtree: true }); }"""


def test_what_a_slow_search_has_found_is_said_when_it_is_there(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        page = on.page
        page.evaluate(HEARD)
        routes = held(page, "**/conversations?search=hoa*")
        page.fill(".hb-search-kept", "hoa")
        until_held(page, routes, 1)
        page.wait_for_timeout(1_500)
        assert page.evaluate("heard") == []
        let_go(page, routes[0])
        page.wait_for_function("heard.length > 0")
        assert page.evaluate("heard") == [VI.access.found.format(count=1)]


# ---- what is pressed while something is drawn anew


def test_a_press_on_a_list_that_is_drawn_anew_meanwhile_counts(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        page = on.page
        expect(page.locator(".hb-open-kept").last).to_be_visible(timeout=SLOW)
        item = page.locator(".hb-open-kept").last
        item.hover()
        page.mouse.down()
        with page.expect_response("**/conversations?search=*"):
            page.evaluate(
                "document.querySelector('.hb-search-kept').dispatchEvent(new Event('input', { bubbles: true }))"
            )
        page.wait_for_timeout(200)
        page.mouse.up()
        expect(page.locator("#hb-chat .hb-question")).not_to_have_count(0, timeout=SLOW)


def test_the_keyboard_stays_at_a_newspaper_and_among_those_taken_out(chromium: Browser, news: str) -> None:
    with visit(chromium, news) as on:
        page = library_of(on.page)
        paper = page.locator(".hb-paper[data-outlet]").last
        name = paper.get_attribute("data-outlet")
        paper.focus()
        with page.expect_response("**/library/charts?*"):
            page.keyboard.press("Enter")
        expect(page.locator(".hb-lib-rows li[data-id]")).to_have_count(1)
        page.wait_for_timeout(300)
        assert page.evaluate("document.activeElement.dataset.outlet") == name
        page.click(".hb-lib-find [type=reset]")
        rows = page.locator(".hb-lib-rows li[data-id]")
        expect(rows).to_have_count(3)
        rows.nth(0).locator(".hb-choose").check()
        rows.nth(1).locator(".hb-choose").check()
        page.click(".hb-take-out-chosen")
        expect(rows).to_have_count(1, timeout=SLOW)
        page.click(".hb-lib-aside")
        page.locator("#hb-lib-dismissed .hb-bring-back").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#hb-lib-dismissed li")).to_have_count(1, timeout=SLOW)
        expect(page.locator("#hb-lib-dismissed .hb-bring-back")).to_be_focused()


# ---- keys that belong to others


PRESSED = """(element, options) => !element.dispatchEvent(
    new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...options }))"""


def test_keys_of_lists_calendars_and_input_methods_are_left_to_them(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        page = on.page
        page.locator("#hb-chat .hb-action[data-do=edit]").first.click()
        field = page.locator(".hb-edit")
        field.fill("chợ mở cửa lúc mấy giờ")
        # It takes back what is being composed, not the whole question.
        field.evaluate(PRESSED, {"key": "Escape", "isComposing": True})
        expect(field).to_have_value("chợ mở cửa lúc mấy giờ")
        field.press("Escape")
        expect(field).to_have_count(0)
        # It opens the list of a field; in the conversation it goes through the citations.
        down = {"key": "ArrowDown", "altKey": True}
        assert page.locator("body").evaluate(PRESSED, down)
        page.click(".hb-tab[data-view=library]")
        assert not page.locator(".hb-lib-find [name=order]").evaluate(PRESSED, down)
        assert not page.locator(".hb-lib-find [name=from]").evaluate(PRESSED, down)


def test_in_a_window_that_becomes_narrow_the_list_makes_room(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        expect(on.page.locator("#hb-conversations")).to_be_visible()
        on.page.set_viewport_size({"width": 600, "height": 800})
        expect(on.page.locator("#hb-conversations")).to_be_hidden()
        expect(on.page.locator(".hb-menu")).to_have_attribute("aria-expanded", "false")


def test_an_empty_topic_leads_back_to_the_beginning(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        on.page.click(".hb-tab[data-view=timeline]")
        on.page.fill("#hb-topic", "chợ Bến Thành")
        on.page.press("#hb-topic", "Enter")
        expect(on.page.locator(".hb-entry").first).to_be_visible(timeout=SLOW)
        on.page.fill("#hb-topic", "")
        on.page.click(".hb-timeline-form button")
        expect(on.page.locator(".hb-timeline-intro")).to_be_visible()
        expect(on.page.locator("#hb-toast")).to_be_hidden()


# ---- on paper


def printed(page: Page) -> tuple[int, str]:
    """How many sheets, and what stands on them, without spaces: the font's parts are set one beside the other."""
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A5"))).pages
    return len(sheets), squeezed(" ".join(sheet.extract_text() for sheet in sheets))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_on_paper_everything_is_there_in_ink(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi", dark=True) as on:
        sheets, told = printed(on.page)
        assert sheets > 1
        for question in on.page.locator("#hb-chat .hb-question").all_inner_texts():
            assert squeezed(question) in told
        for pressed in (VI.chat.view_timeline, VI.chat.new, VI.chat.retry):
            assert squeezed(pressed) not in told
        on.page.emulate_media(media="print")
        for part in (".hb-short", ".hb-question", ".hb-cited-title"):
            ink = on.page.locator(f"#hb-chat {part}").first.evaluate("e => getComputedStyle(e).color")
            assert ink == "rgb(0, 0, 0)"
        on.page.emulate_media(media="null")
        library_of(on.page, 1)
        on.page.locator(".hb-lib-rows .hb-open-article").first.click()
        expect(on.page.locator(".hb-lib-article")).to_be_visible()
        sheets, told = printed(on.page)
        assert squeezed(on.page.locator(".hb-lib-article h3").inner_text()) in told
        assert told.count(squeezed("Chợ có hơn một nghìn sạp hàng")) >= 3
        assert squeezed(VI.library.take_out) not in told
