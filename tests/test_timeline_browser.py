"""The timeline in a real headless Chromium, over a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from app.words import words_of
from rag.config import Settings
from rag.pipeline import open_engine
from tests.browsing import CONTRAST, SLOW, Visit, marked_on_screen, served, visit
from tests.composing import dated
from tests.fakes import HashingEmbedder
from tests.helpers import small_library

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI = words_of("vi").timeline
# Answers whatever is asked, with no network behind it.
QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
TOPIC = "lũ ở Quảng Bình"
QUESTION = "Quân đội đưa xuồng đến đâu?"
FIRST = date(2020, 9, 1)
ARTICLES = [
    *(
        replace(
            dated(
                f"ngày {at}.txt",
                f"{'Đoạn đầu kể chuyện khác của ngày hôm đó. ' * 60}\n"
                f"Ngày {day.day}/{day.month}/2020, lũ ở Quảng Bình lên mức báo động thứ {at} tại trạm đo số {at * 7}.\n"
                f"{'Đoạn cuối nói về giá cả ở chợ. ' * 60}",
                day + timedelta(1),
                title=f"Lũ ở Quảng Bình, ngày thứ {at}",
            ),
            outlet="Tuổi Trẻ" if at % 2 else "Dân trí",
        )
        for at, day in enumerate((FIRST + timedelta(4 * step) for step in range(14)), start=1)
    ),
    dated("xuồng.txt", "Ngày 2/11, quân đội đưa xuồng đến Lệ Thủy cứu dân vùng lũ Quảng Bình.", title="Xuồng cứu lũ"),
    dated("áo ấm.txt", "Áo ấm và thuốc men là những thứ cần nhất ở Quảng Bình sau cơn lũ vừa qua.", title="Cứu trợ lũ"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    embedder = HashingEmbedder()
    folder: Path = tmp_path_factory.mktemp("timeline")
    small_library(folder, ARTICLES, embedder=embedder, chunk_chars=900).close()
    with open_engine(folder / "library", QUICK, embedder=embedder) as engine, served(engine) as place:
        yield place


def open_timeline(on: Visit) -> Locator:
    on.page.click('.hb-tab[data-view="timeline"]')
    field = on.page.locator("#hb-topic")
    expect(field).to_be_visible()
    return field


def ask(page: Page, topic: str) -> None:
    page.fill("#hb-topic", topic)
    page.press("#hb-topic", "Enter")
    expect(page.locator(".hb-timeline-busy")).to_have_count(0, timeout=SLOW)


def serious(page: Page) -> list[str]:
    """Whatever axe-core calls serious or critical, targets of less than 24 px among it."""
    options = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in Axe().run(page, options=options).response["violations"]
        for node in found["nodes"]
        if found["impact"] in {"serious", "critical"}
    ]


def topic_in_address(page: Page) -> str | None:
    fragment = urlsplit(page.url).fragment
    return parse_qs(fragment.partition("?")[2]).get("q", [None])[0]


@pytest.mark.parametrize(("width", "height", "dark"), [(1280, 800, False), (390, 844, True), (360, 740, False)])
def test_from_a_topic_to_the_marked_sentence_and_back_after_a_reload(
    chromium: Browser, address: str, width: int, height: int, dark: bool
) -> None:
    with visit(chromium, address, width=width, height=height, dark=dark) as on:
        page = on.page
        open_timeline(on)
        expect(page.locator(".hb-timeline-intro")).to_have_text(VI.intro)
        ask(page, TOPIC)
        expect(page.locator(".hb-timeline-said")).to_contain_text("16 câu trong 16 bài")
        # One drawing for this width, as wide as the place, and nothing that sticks out.
        expect(page.locator(".hb-timeline-chart > svg:visible")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("(v => v.scrollWidth <= v.clientWidth)(document.getElementById('hb-timeline'))")
        letters = page.evaluate(
            "[...document.querySelectorAll('.hb-timeline-chart > svg text')].filter(t => t.checkVisibility())"
            ".map(t => t.getBoundingClientRect().height)"
        )
        assert min(letters) >= 11
        assert page.evaluate(CONTRAST) == []
        assert serious(page) == []
        assert [heading.inner_text() for heading in page.locator("#hb-timeline h3:visible").all()] == [
            VI.unknown_year,
            VI.undated,
        ]
        # From the chart to the list by keyboard.
        columns = page.locator(".hb-group:visible")
        columns.first.focus()
        page.keyboard.press("ArrowRight")
        numbers = columns.nth(1).get_attribute("data-entries") or ""
        assert page.evaluate("document.activeElement.dataset.entries") == numbers
        page.keyboard.press("Enter")
        first = numbers.split()[0]
        entry = page.locator(f'.hb-entry[data-entry="{first}"]')
        expect(entry).to_be_focused()
        expect(entry).to_be_in_viewport()
        assert page.locator(".hb-entry.hb-lit").count() == len(numbers.split())
        # From a number to its sentence, and back.
        entry.locator(".hb-chip").click()
        expect(page.locator("#hb-panel")).to_be_in_viewport()
        assert marked_on_screen(page, first) in entry.locator("p > [lang]").first.inner_text()
        expect(page.locator(".hb-at")).to_have_text(f"{first}/16")
        page.keyboard.press("Alt+ArrowDown")
        marked_on_screen(page, str(int(first) + 1))
        page.keyboard.press("Escape")
        expect(page.locator(f'.hb-entry[data-entry="{int(first) + 1}"] .hb-chip')).to_be_focused()
        # The address keeps the topic.
        assert topic_in_address(page) == TOPIC
        page.reload()
        expect(page.locator(".hb-entry")).to_have_count(16, timeout=SLOW)
        expect(page.locator("#hb-topic")).to_have_value(TOPIC)
        page.locator(".hb-entry .hb-chip").last.click()
        marked_on_screen(page, "16")


def test_the_last_question_is_offered_and_each_view_keeps_its_sources(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = on.page
        on.ask(QUESTION)
        page.locator("#hb-chat .hb-chip").first.click()
        sources = page.locator("#hb-panel .hb-source h3")
        of_answer = sources.all_inner_texts()
        field = open_timeline(on)
        expect(field).to_have_value(QUESTION)
        expect(sources).to_have_count(0)
        ask(page, TOPIC)
        expect(sources).to_have_count(16)
        page.click('.hb-tab[data-view="chat"]')
        assert sources.all_inner_texts() == of_answer
        assert topic_in_address(page) is None
        page.click('.hb-tab[data-view="timeline"]')
        expect(sources).to_have_count(16)
        assert topic_in_address(page) == TOPIC
        # Emptied, it is where one began, in the address as well.
        field.fill("")
        field.press("Escape")
        field.evaluate("field => field.dispatchEvent(new Event('search', {bubbles: true}))")
        expect(page.locator(".hb-timeline-intro")).to_be_visible()
        assert topic_in_address(page) is None


def test_filters_are_shown_apply_at_once_and_can_be_dropped(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = on.page
        open_timeline(on)
        ask(page, TOPIC)
        page.click("#hb-timeline .hb-filter-open")
        page.fill('#hb-timeline input[name="to"]', "2020-09-10")
        expect(page.locator(".hb-entry")).to_have_count(3, timeout=SLOW)
        page.press('#hb-timeline input[name="to"]', "Escape")
        expect(page.locator("#hb-timeline .hb-filter-open")).to_be_focused()
        chip = page.locator("#hb-timeline .hb-filter-chip")
        expect(chip).to_have_text("đến 10/09/2020 ×")
        # The same hold for the chat.
        page.click('.hb-tab[data-view="chat"]')
        expect(page.locator("#hb-filters .hb-filter-chip")).to_have_text("đến 10/09/2020 ×")
        page.click("#hb-filters .hb-filter-chip")
        page.click('.hb-tab[data-view="timeline"]')
        expect(chip).to_have_count(0)
        expect(page.locator(".hb-entry")).to_have_count(16, timeout=SLOW)


def test_files_can_be_taken_along(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        open_timeline(on)
        ask(on.page, TOPIC)
        for label, ending in ((VI.markdown, ".md"), (VI.csv, ".csv")):
            with on.page.expect_download() as download:
                on.page.get_by_role("link", name=label).click()
            assert download.value.suggested_filename == f"Dòng thời gian {TOPIC}{ending}"
            assert "trạm đo số 98" in Path(download.value.path()).read_text(encoding="utf-8")


def test_what_was_mended_can_be_taken_back_and_nothing_found_is_told(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = on.page
        open_timeline(on)
        ask(page, "lu o quang binh")
        expect(page.locator("#hb-timeline .hb-understood")).to_contain_text("Lũ ở Quảng Bình")
        page.get_by_role("button", name=VI.as_typed).click()
        expect(page.locator("#hb-timeline .hb-understood")).to_contain_text(VI.searched_as_typed)
        ask(page, "núi lửa ở Iceland")
        expect(page.locator(".hb-timeline-said")).to_have_text(
            "Không tìm thấy trong nguồn. Không có câu nào nói về chủ đề này."
        )
        expect(page.locator("#hb-panel .hb-no-sources")).to_be_visible()
        page.click('.hb-language[lang="en"]')
        expect(page.locator("#hb-topic")).to_have_value("núi lửa ở Iceland", timeout=SLOW)
        expect(page.locator(".hb-timeline-said")).to_have_text(
            "Not found in the sources. No sentence tells of this topic."
        )


def test_a_later_topic_outruns_an_earlier_one_and_a_failure_is_told(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = on.page
        open_timeline(on)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/ui/vi/timeline?q=ch%E1%BA%ADm*", hold)
        page.fill("#hb-topic", "chậm")
        page.press("#hb-topic", "Enter")
        expect(page.locator(".hb-timeline-said")).to_have_text(VI.searching)
        ask(page, TOPIC)
        expect(page.locator(".hb-entry")).to_have_count(16)
        held[0].fulfill(body="<p class='late'>zu spät</p>")
        page.wait_for_timeout(300)
        expect(page.locator(".late")).to_have_count(0)
        page.route("**/ui/vi/timeline?*", lambda route: route.abort())
        ask(page, "vỡ đê")
        expect(page.locator("#hb-toast")).to_have_text(words_of("vi").access.lost)
        expect(page.locator(".hb-timeline-said")).to_have_text("")
