"""The library view in a real headless Chromium: files dragged in and asked about, searching, reading, taking out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.server import running
from app.site import create_app
from app.words import words_of
from rag.config import Settings
from rag.pipeline import Engine, open_engine
from tests.browsing import CONTRAST, SLOW, Visit, served, visit
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

VI = words_of("vi")
QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
MARKET = "Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng."
FLOOD = "Nước sông Hương lên nhanh vì mưa lớn. Hơn 200 trường học ở Huế đóng cửa trong hai ngày liền."
TOPICS = ("giá vàng", "lũ lụt", "bóng đá", "giáo dục")

DROP = """([files, kind]) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


def library_with(folder: Path, count: int) -> Engine:
    """An engine over so many articles, one a day from the first of 2024, that answers anything without the models."""
    articles = [
        replace(
            an_article(
                f"tin/{n}.txt",
                f"Tin số {n} về {TOPICS[n % 4]} ở làng {n * 7}. Người dân làng {n * 7} kể lại chuyện này.",
                title=f"{TOPICS[n % 4].capitalize()} ở làng {n * 7}",
            ),
            outlet=("VnExpress", "Tuổi Trẻ", "Dân Trí")[n % 3],
            published_on=date(2024, 1, 1) + timedelta(days=n),
        )
        for n in range(count)
    ]
    small_library(folder, articles).close()
    return open_engine(folder / "library", QUICK, embedder=HashingEmbedder())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def open_with(count: int = 0) -> Engine:
        engines.append(library_with(tmp_path, count))
        return engines[-1]

    yield open_with
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site over 130 articles, to be looked at alone."""
    with library_with(tmp_path_factory.mktemp("many"), 130) as engine, served(engine) as place:
        yield place


def library_of(on: Visit) -> Page:
    """The page at its library view, with the list there."""
    on.page.click('.hb-tab[data-view="library"]')
    expect(on.page.locator("#hb-library .hb-lib-rows > *").first).to_be_visible()
    return on.page


def drag(page: Page, *files: tuple[str, str]) -> None:
    page.evaluate(DROP, [[list(file) for file in files], "dragenter"])
    expect(page.locator("#hb-drop")).to_be_visible()
    page.evaluate(DROP, [[list(file) for file in files], "drop"])


def toast(page: Page, text: str) -> None:
    expect(page.locator("#hb-toast.hb-shown")).to_contain_text(text, timeout=SLOW)


def test_a_file_is_dragged_onto_the_page_and_answers_with_a_citation(
    chromium: Browser, opened: Callable[..., Engine]
) -> None:
    with served(opened()) as place, visit(chromium, place) as on:
        expect(on.page.locator("#hb-chat .placeholder h2")).to_have_text(VI.chat.empty_library)
        # Over the chat as well: the browser would otherwise open the file instead of the page.
        drag(on.page, ("chợ.txt", MARKET), ("ảnh.png", "x"))
        expect(on.page.locator("#hb-drop")).to_be_hidden()
        job = on.page.locator(".hb-job")
        expect(job).to_have_attribute("data-state", "done", timeout=SLOW)
        expect(job.locator(".hb-job-items")).to_contain_text("chợ.txt: mới")
        expect(job.locator(".hb-job-items .hb-bad")).to_contain_text("không đọc được loại tệp này")
        expect(on.page.locator(".hb-lib-rows .hb-row-title")).to_have_text([MARKET])
        toast(on.page, "1 bài mới")
        on.page.click('.hb-tab[data-view="chat"]')
        # Without a reload there are examples now.
        expect(on.page.locator("#hb-chat .placeholder h2")).to_have_text(VI.chat.welcome, timeout=SLOW)
        expect(on.page.locator("#hb-chat .example").first).to_have_text("Bà Lan Anh nói gì?")
        on.ask("Chợ Bến Thành mở cửa lúc nào?")
        expect(on.page.locator("#hb-chat .hb-short").first).to_contain_text("sáu giờ sáng")
        expect(on.page.locator("#hb-panel .hb-file").first).to_have_text("uploads/chợ.txt")


def test_an_upload_is_undone_from_the_list_of_jobs(chromium: Browser, opened: Callable[..., Engine]) -> None:
    with served(opened()) as place, visit(chromium, place) as on:
        page = on.page
        page.locator("#hb-chat .placeholder a", has_text=VI.chat.add_articles).click()
        # With nothing there yet, the way to add is open already.
        expect(page.locator(".hb-drop-here")).to_be_visible()
        expect(page.locator(".hb-lib-none")).to_contain_text(VI.library.empty)
        page.set_input_files(".hb-files", [{"name": "lũ.txt", "mimeType": "text/plain", "buffer": FLOOD.encode()}])
        expect(page.locator(".hb-lib-rows .hb-row-title")).to_have_count(1, timeout=SLOW)
        page.click('.hb-job-do[data-do="undo"]')
        expect(page.locator(".hb-job")).to_have_attribute("data-state", "undone", timeout=SLOW)
        expect(page.locator(".hb-lib-none")).to_be_visible()
        page.click('.hb-job-do[data-do="drop"]')
        expect(page.locator(".hb-job")).to_have_count(0)


def test_pasting_says_what_is_missing_and_takes_what_is_there(chromium: Browser, opened: Callable[..., Engine]) -> None:
    with served(opened()) as place, visit(chromium, place) as on:
        page = library_of(on)
        page.click(".hb-paste summary")
        form = page.locator(".hb-paste-form")
        form.locator('[type="submit"]').click()
        expect(form.locator(".hb-wrong")).to_have_text(VI.adding.paste_empty)
        expect(form.locator("textarea")).to_be_focused()
        form.locator("textarea").fill(FLOOD)
        form.locator('[name="title"]').fill("Lũ ở Huế")
        form.locator('[name="day"]').fill("2024-05-09")
        form.locator('[name="url"]').fill("huế")
        form.locator('[type="submit"]').click()
        expect(form.locator(".hb-wrong")).to_have_text(VI.adding.paste_url_wrong)
        form.locator('[name="url"]').fill("https://bao.vn/1")
        form.locator('[name="outlet"]').fill("Báo Huế")
        form.locator('[type="submit"]').click()
        expect(page.locator(".hb-lib-rows .hb-row-title")).to_have_text(["Lũ ở Huế"], timeout=SLOW)
        expect(page.locator(".hb-row-place")).to_have_text("Báo Huế · 09/05/2024")
        expect(form).to_be_hidden()


def test_searching_narrowing_reading_and_asking(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = library_of(on)
        rows = page.locator(".hb-lib-rows li[data-id]")
        expect(rows).to_have_count(50)
        expect(page.locator(".hb-lib-sum")).to_have_text("130 bài báo, từ 01/01/2024 đến 09/05/2024")
        # More come as one goes down.
        page.locator(".hb-lib-more").scroll_into_view_if_needed()
        expect(rows).to_have_count(100)
        page.locator(".hb-lib-more").scroll_into_view_if_needed()
        expect(rows).to_have_count(130)
        page.fill('#hb-library [name="words"]', '"làng 21"')
        expect(page.locator(".hb-lib-count")).to_have_text("1 bài")
        expect(rows.locator(".hb-found").first).to_have_text("làng")
        expect(page.locator('#hb-library [name="order"]')).to_have_value("best")
        page.click("#hb-library [type=reset]")
        expect(rows).to_have_count(50)
        page.locator(".hb-paper", has_text="Tuổi Trẻ").click()
        expect(page.locator(".hb-lib-count")).to_have_text("43 bài")
        page.locator(".hb-chart-time .hb-table summary").click()
        page.locator(".hb-pick", has_text="02/2024").click()
        expect(page.locator(".hb-lib-count")).to_have_text("10 bài")
        page.select_option('#hb-library [name="order"]', "oldest")
        expect(rows.first.locator(".hb-row-place")).to_have_text("Tuổi Trẻ · 01/02/2024")
        title = rows.first.locator(".hb-row-title").inner_text()
        rows.first.locator(".hb-open-article").click()
        article = page.locator(".hb-lib-article")
        expect(article.locator("h3")).to_have_text(title)
        expect(page).to_have_url(re.compile(r"#library\?.*article="))
        # All that is in the address comes back with it.
        page.reload()
        expect(article.locator("h3")).to_have_text(title, timeout=SLOW)
        expect(page.locator(".hb-lib-count")).to_have_text("10 bài")
        expect(page.locator('.hb-lib-find [name="outlet"]')).to_have_value("Tuổi Trẻ")
        page.keyboard.press("Escape")
        expect(article).to_be_hidden()
        expect(page.locator(".hb-lib-charts")).to_be_visible()
        rows.first.locator(".hb-open-article").click()
        article.locator(".hb-article-ask").click()
        box = page.locator("#hb-box textarea")
        expect(box).to_be_focused()
        expect(box).to_have_value(f"Tóm tắt bài “{title}”")
        page.keyboard.press("Enter")
        on.wait_for(1)


def test_what_changes_meanwhile_leaves_the_reader_where_they_are(
    chromium: Browser, opened: Callable[..., Engine]
) -> None:
    with served(opened(130)) as place, visit(chromium, place) as on:
        page = library_of(on)
        rows = page.locator(".hb-lib-rows li[data-id]")
        page.locator(".hb-lib-more").scroll_into_view_if_needed()
        expect(rows).to_have_count(100)
        rows.nth(70).locator(".hb-choose").check()
        chosen = rows.nth(70).get_attribute("data-id")
        top = page.evaluate("document.querySelector('.hb-lib-list').scrollTop")
        assert top > 1000
        page.locator('#hb-library [name="words"]').focus(timeout=SLOW)
        page.evaluate("top => { document.querySelector('.hb-lib-list').scrollTop = top; }", top)
        drag(page, ("lũ.txt", FLOOD))
        toast(page, "1 bài mới")
        expect(page.locator(".hb-lib-sum")).to_contain_text("131 bài", timeout=SLOW)
        expect(page.locator(f'.hb-lib-rows li[data-id="{chosen}"] .hb-choose')).to_be_checked()
        expect(page.locator(".hb-lib-chosen")).to_contain_text("Đã chọn 1 bài")
        assert abs(page.evaluate("document.querySelector('.hb-lib-list').scrollTop") - top) < 400
        expect(page.locator('#hb-library [name="words"]')).to_be_focused()


def test_taking_out_with_undo_and_what_was_taken_out(chromium: Browser, opened: Callable[..., Engine]) -> None:
    with served(opened(6)) as place, visit(chromium, place) as on:
        page = library_of(on)
        rows = page.locator(".hb-lib-rows li[data-id]")
        expect(rows).to_have_count(6)
        for at in (0, 2):
            rows.nth(at).locator(".hb-choose").check()
        expect(page.locator(".hb-lib-chosen")).to_contain_text("Đã chọn 2 bài")
        page.click(".hb-take-out-chosen")
        expect(rows).to_have_count(4, timeout=SLOW)
        toast(page, "Đã gỡ 2 bài.")
        page.click("#hb-toast button")
        expect(rows).to_have_count(6, timeout=SLOW)
        rows.first.locator(".hb-open-article").click()
        page.click(".hb-lib-article .hb-take-out")
        expect(rows).to_have_count(5, timeout=SLOW)
        expect(page.locator(".hb-lib-article")).to_be_hidden()
        expect(page.locator(".hb-lib-aside")).to_have_text("Bài đã gỡ (1)")
        page.click(".hb-lib-aside")
        aside = page.locator("#hb-lib-dismissed li")
        expect(aside).to_have_count(1)
        aside.locator(".hb-bring-back").click()
        expect(rows).to_have_count(6, timeout=SLOW)
        expect(aside).to_have_count(0)
        rows.first.locator(".hb-choose").check()
        page.click(".hb-take-out-chosen")
        expect(aside).to_have_count(1, timeout=SLOW)
        delete = aside.locator(".hb-delete")
        delete.click()
        expect(delete).to_have_text(VI.library.delete_sure)
        delete.click()
        expect(aside).to_contain_text(VI.library.cannot_return)


def test_by_keyboard_alone(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = on.page
        page.locator('.hb-tab[data-view="library"]').focus()
        page.keyboard.press("Enter")
        expect(page.locator(".hb-lib-rows li[data-id]")).to_have_count(50)
        page.locator('#hb-library [name="words"]').focus()
        page.keyboard.type("giá vàng")
        page.keyboard.press("Enter")
        expect(page.locator(".hb-lib-count")).to_have_text("33 bài")
        for _ in range(40):
            if page.evaluate("document.activeElement.matches('.hb-open-article')"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".hb-lib-article")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(".hb-article-ask")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".hb-lib-rows .hb-open-article").first).to_be_focused()


@pytest.mark.parametrize(
    ("width", "height", "dark"), [(390, 844, True), (360, 740, False), (1280, 800, True), (3840, 2160, False)]
)
def test_on_every_screen_it_fits_and_can_be_read(
    chromium: Browser, address: str, width: int, height: int, dark: bool
) -> None:
    with visit(chromium, address, width=width, height=height, dark=dark) as on:
        page = library_of(on)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        phone = width < 900
        expect(page.locator(".hb-lib-charts")).to_be_visible(visible=not phone)
        if phone:
            page.click(".hb-lib-chart")
            expect(page.locator(".hb-chart-time svg")).to_be_in_viewport()
        page.click(".hb-lib-add")
        page.click(".hb-paste summary")
        assert page.evaluate(CONTRAST) == []
        page.locator(".hb-lib-rows .hb-open-article").first.click()
        expect(page.locator(".hb-lib-article h3")).to_be_in_viewport()
        assert page.evaluate(
            "document.querySelector('.hb-lib').scrollWidth <= document.querySelector('.hb-lib').clientWidth"
        )
        assert page.evaluate(CONTRAST) == []
        page.click(".hb-article-close")
        expect(page.locator(".hb-lib-article")).to_be_hidden()


def test_everything_in_the_view_has_a_name(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as on:
        page = library_of(on)
        page.click(".hb-lib-add")
        page.click(".hb-paste summary")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('#hb-library *')]
                .filter(e => e.matches('button, input, select, textarea, summary, svg[role]'))
                .filter(e => !e.hidden && e.checkVisibility() && !e.getAttribute('aria-label'))
                .filter(e => !e.textContent.trim() && !e.labels?.[0]?.textContent.trim())
                .map(e => e.outerHTML.slice(0, 80))"""
        )
        assert nameless == []
        assert page.locator("#hb-library [tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0


def test_a_watched_folder_fills_the_list_while_the_page_is_open(
    chromium: Browser, opened: Callable[..., Engine], tmp_path: Path
) -> None:
    folder = tmp_path / "tin mới"
    folder.mkdir()
    engine = opened()
    with running(create_app(engine, watch=[folder]), "127.0.0.1", 0) as place, visit(chromium, place) as on:
        page = library_of(on)
        expect(page.locator("#hb-lib-jobs")).to_contain_text("Đang theo dõi thư mục “tin mới”")
        (folder / "a.txt").write_text(MARKET, encoding="utf-8")
        expect(page.locator(".hb-lib-rows .hb-row-title")).to_have_text([MARKET], timeout=SLOW)
        expect(page.locator(".hb-job")).to_contain_text("Thư mục theo dõi “tin mới”")
        (folder / "a.txt").unlink()
        expect(page.locator(".hb-lib-rows .hb-row-title")).to_have_count(0, timeout=SLOW)
