"""What the page is to those who hear it, enlarge it or go through it by keyboard: checked with axe-core and by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import app.handlers
from app.words import words_of
from app.words.gradio_words import FIXED, FIXED_EN
from rag.errors import LibraryDamaged
from tests.browsing import CONTRAST, SLOW
from tests.sites import PASSWORDS, news_engine, serving, users_file
from tests.talks import Talk, opened, talk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

QUESTION = "Chợ Bến Thành mở cửa lúc nào?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    with talk(tmp_path_factory.mktemp("talk")) as made:
        yield made


# ---- axe-core


AXE = Axe()
# Not on by default: targets of at least 24 px.
OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


def findings(page: Page) -> list[str]:
    """Whatever axe-core calls serious or critical, and no less."""
    page.wait_for_timeout(350)
    return [
        f"{found['id']} ({found['impact']}): {node['html'][:200]}"
        for found in AXE.run(page, options=OPTIONS).response["violations"]
        for node in found["nodes"]
        if found["impact"] in {"serious", "critical"}
    ]


# What is looked at one after the other: how each state is come to, and left again.
def leads(page: Page) -> None:
    page.locator(".hb-leads summary").click()
    page.locator(".hb-copies summary").first.click()


def sources(page: Page) -> None:
    page.locator("#hb-chat .hb-answer").first.locator(".hb-chip").first.click()
    expect(page.locator("#hb-panel mark").first).to_be_visible()
    page.locator("#hb-panel .hb-removed summary").first.click()


def filters(page: Page) -> None:
    page.keyboard.press("Escape")
    page.click("#hb-filters .hb-filter-open")
    page.locator("#hb-filter-form [name=outlet]").first.check()


def edit(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator(".hb-action[data-do=edit]").first.click()
    expect(page.locator(".hb-edit")).to_be_focused()


def reason(page: Page) -> None:
    page.keyboard.press("Escape")
    down = page.locator(".hb-action[data-do=down]").first
    if down.get_attribute("aria-pressed") == "true":
        down.click()
        expect(down).to_have_attribute("aria-pressed", "false")
    down.click()
    expect(page.locator(".hb-reason-form input")).to_be_focused()


def drawer(page: Page) -> None:
    if not page.evaluate("document.body.classList.contains('hb-drawer-open')"):
        page.click(".hb-menu")
    page.locator(".hb-more summary").first.click()


def rename(page: Page) -> None:
    page.locator("[data-keep=rename]").first.click()
    expect(page.locator(".hb-rename")).to_be_focused()


def timeline(page: Page) -> None:
    page.keyboard.press("Escape")
    if page.evaluate("innerWidth < 900 && document.body.classList.contains('hb-drawer-open')"):
        page.click(".hb-close-drawer")
    page.click(".hb-tab[data-view=timeline]")
    page.locator("#hb-timeline input").first.fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#hb-timeline .hb-chip").first).to_be_visible(timeout=SLOW)


def library(page: Page) -> None:
    page.click(".hb-tab[data-view=library]")
    expect(page.locator("#hb-library h2").first).to_be_visible(timeout=SLOW)


def welcome(page: Page) -> None:
    page.click(".hb-tab[data-view=chat]")
    if not page.evaluate("document.body.classList.contains('hb-drawer-open')"):
        page.click(".hb-menu")
    page.click(".hb-new")
    expect(page.locator("#hb-chat .placeholder h2")).to_be_visible()


STATES: tuple[Callable[[Page], None], ...] = (
    leads, sources, filters, edit, reason, drawer, rename, timeline, library, welcome,
)  # fmt: skip


@pytest.mark.parametrize(
    ("width", "dark", "language"),
    [(1280, False, "vi"), (1280, True, "en"), (390, False, "en"), (390, True, "vi")],
    ids=["wide-light", "wide-dark-english", "phone-light-english", "phone-dark"],
)
def test_axe_finds_nothing_serious_in_any_state(
    chromium: Browser, site: Talk, width: int, dark: bool, language: str
) -> None:
    found: dict[str, list[str]] = {}
    with opened(chromium, site, language, width=width, dark=dark) as on:
        for state in STATES:
            state(on.page)
            if wrong := findings(on.page):
                found[state.__name__] = wrong
            if poor := on.page.evaluate(CONTRAST):
                found[f"{state.__name__}, contrast"] = poor
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


# ---- what is heard


HEARD = """() => {
    window.heard = [];
    const place = document.getElementById('hb-said');
    new MutationObserver(() => { if (place.textContent) window.heard.push(place.textContent); })
        .observe(place, {subtree: true, childList: true, characterData: true});
}"""


def heard(page: Page) -> list[str]:
    page.wait_for_timeout(400)
    return list(page.evaluate("window.heard.splice(0)"))


def test_an_answer_is_said_once_when_it_stands(chromium: Browser, site: Talk) -> None:
    words = words_of("vi").access
    with opened(chromium, site, "vi") as on:
        on.page.evaluate(HEARD)
        log = on.page.locator('#hb-chat [role="log"]')
        expect(log).to_have_attribute("aria-live", "off")
        on.page.fill("#hb-box textarea", QUESTION)
        on.page.press("#hb-box textarea", "Enter")
        on.wait_for(5)
        answered = on.page.locator("#hb-chat .hb-answer").last
        short = answered.locator(".hb-short > span[lang=vi]").inner_text()
        count = len(set(answered.locator(".hb-cited .hb-chip").all_inner_texts()))
        told = f"{words.answered.format(answer=short)}{'' if short.endswith('.') else '.'} "
        told += words.sources.format(count=count)
        # That it is being looked for is said where there is time to say it.
        assert heard(on.page) in ([told], [words.searching, told])
        # Nothing else on the page speaks of it, and an old conversation that is opened is not read out.
        live = on.page.locator('[aria-live="polite"]:visible, [role="alert"]:visible, [role="status"]:visible')
        assert [text for text in live.all_inner_texts() if "giờ sáng" in text and short not in text] == []
        on.page.locator(".hb-open-kept").last.click()
        expect(on.page.locator("#hb-chat .hb-answer")).to_have_count(1)
        assert heard(on.page) == []


def test_what_is_not_found_and_what_failed_is_said_too(
    chromium: Browser, site: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LibraryDamaged("page 7 is torn", where="library.db", remedy="Run it")

    words = words_of("en")
    with opened(chromium, site, "en") as on:
        on.page.evaluate(HEARD)
        on.page.fill("#hb-box textarea", "???")
        on.page.press("#hb-box textarea", "Enter")
        on.wait_for(5)
        told = heard(on.page)[-1]
        assert told.startswith("Answer: Not found in the sources.")
        assert told.endswith(words.access.no_sources)
        monkeypatch.setattr(app.handlers, "ask", broken)
        on.page.fill("#hb-box textarea", "Ai nói?")
        on.page.press("#hb-box textarea", "Enter")
        on.wait_for(6)
        told = heard(on.page)[-1]
        assert told == f"{words.chat.failed} {words.failures.kinds[LibraryDamaged]}"


def test_a_search_says_how_many_it_has_found(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "en") as on:
        on.page.evaluate(HEARD)
        on.page.fill(".hb-search-kept", "hoa")
        on.page.wait_for_timeout(1_200)
        assert heard(on.page) == ["1 conversation found."]
        on.page.fill(".hb-search-kept", "xyzzy")
        on.page.wait_for_timeout(1_200)
        assert heard(on.page) == [words_of("en").chat.nothing_found]


# ---- names, places and languages


def test_the_page_has_names_places_and_a_way_past_the_lists(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        assert on.page.evaluate("document.documentElement.lang") == "vi"
        assert on.page.title() == "Hỏi Báo"
        expect(on.page.get_by_role("main")).to_have_count(1)
        expect(on.page.get_by_role("navigation", name=words_of("vi").chat.views)).to_be_visible()
        expect(on.page.get_by_role("heading", level=1)).to_have_text("Hỏi Báo")
        assert on.page.get_by_role("heading", level=2).all_inner_texts()[1:5] == [
            "cho ben thanh mo cua luc nao", "Chợ mở cửa buổi nào?", "Giá vàng hôm nay bao nhiêu?", "Ai nói?",
        ]  # fmt: skip
        expect(on.page.get_by_role("group", name=words_of("vi").access.answer, exact=True)).to_have_count(4)
        # The first thing that Tab comes to leads to the question.
        on.page.evaluate("document.body.tabIndex = -1; document.body.focus()")
        on.page.keyboard.press("Tab")
        skip = on.page.get_by_role("link", name=words_of("vi").access.skip)
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        on.page.keyboard.press("Enter")
        expect(on.page.locator("#hb-box textarea")).to_be_focused()
        assert "#" not in on.page.url
        on.page.click(".hb-tab[data-view=library]")
        on.page.evaluate("document.activeElement.blur()")
        skip.focus()
        on.page.keyboard.press("Enter")
        expect(on.page.locator("#hb-box textarea")).to_be_focused()


VIETNAMESE = r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]"

# Names of files, and what stands in a field where people type, are in no language.
UNMARKED = """(vietnamese) => {
    const letters = new RegExp(vietnamese, 'i');
    const found = [];
    const foreign = (text) => letters.test(text.replace(/Hỏi Báo/g, ''));
    const marked = (element) => element.closest('[lang]').lang === 'vi'
        || element.closest('script, style, .hb-file, .hb-read, .hb-copies li, .hb-copy-of, option');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (foreign(node.data) && !marked(node.parentElement)) found.push(node.data.trim().slice(0, 80));
    }
    for (const element of document.querySelectorAll('body *')) {
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
            const value = element.getAttribute(name);
            // A name for somebody's words, and then those: an attribute has one language.
            const own = (value ?? '').replace(/^[\\x20-\\x7e]+: .*/s, '');
            if (foreign(own) && !marked(element)) found.push(`${name}: ${value}`);
        }
    }
    return found;
}"""


def test_on_the_english_page_only_articles_and_people_speak_vietnamese(chromium: Browser, site: Talk) -> None:
    found: dict[str, list[str]] = {}
    with opened(chromium, site, "en") as on:
        assert on.page.evaluate("document.documentElement.lang") == "en"
        for state in STATES:
            state(on.page)
            on.page.wait_for_timeout(300)
            if left := on.page.evaluate(UNMARKED, VIETNAMESE):
                found[state.__name__] = left
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


# ---- when the program is gone


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_lost_program_is_told_in_the_pages_language(chromium: Browser, tmp_path: Path, language: str) -> None:
    with talk(tmp_path) as gone, opened(chromium, gone, language) as on:
        on.page.route("**/gradio_api/**", lambda route: route.abort())
        on.page.fill("#hb-box textarea", QUESTION)
        on.page.press("#hb-box textarea", "Enter")
        told = on.page.locator(".toast-body")
        expect(told.first).to_be_visible(timeout=SLOW)
        lost = FIXED if language == "vi" else FIXED_EN
        expect(told.first).to_contain_text(lost["Connection errored out."].split(".")[0].split(";")[0])
        on.page.wait_for_timeout(300)
        shown = " ".join(told.all_inner_texts())
        assert "Gradio" not in shown
        assert not (language == "vi" and "onnection" in shown)


# ---- the documents beside it


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (360, False)])
def test_the_login_and_the_description_of_the_api(chromium: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    with news_engine(tmp_path) as engine, serving(engine, users_file(tmp_path)) as address:
        context = chromium.new_context(
            viewport={"width": width, "height": 740}, color_scheme="dark" if dark else "light", locale="vi-VN"
        )
        page = context.new_page()
        page.goto(address)
        expect(page.locator("input[name=name]")).to_be_focused()
        assert findings(page) == []
        assert page.evaluate(CONTRAST) == []
        page.keyboard.type("lan")
        page.keyboard.press("Tab")
        page.keyboard.type("không đúng")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert findings(page) == []
        page.locator("input[name=name]").fill("lan")
        page.locator("input[name=password]").fill(PASSWORDS["lan"])
        page.keyboard.press("Enter")
        page.wait_for_selector("#hb-box textarea", timeout=SLOW)
        # Who is logged in stands in the masthead or, on a phone, in the drawer; both fit.
        if width < 900:
            page.click(".hb-menu")
        expect(page.locator(".hb-out:visible")).to_have_count(1)
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wide = page.evaluate(
            """() => [...document.querySelectorAll('#hb-header *')]
                .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
                .map(e => e.className)"""
        )
        assert wide == []
        page.goto(f"{address}/api")
        expect(page.locator("h1")).to_be_visible()
        assert findings(page) == []
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()
