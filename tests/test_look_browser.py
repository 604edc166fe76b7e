"""How the page looks to those who choose their own colours or want nothing to move, and what it is set in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.talks import Talk, opened, talk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    with talk(tmp_path_factory.mktemp("talk")) as made:
        yield made


def test_own_colours_lose_nothing(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        on.page.emulate_media(forced_colors="active")
        on.page.locator("#hb-chat .hb-chip").first.click()
        for told in (
            ".hb-chip[aria-pressed=true]",
            ".hb-tab[aria-pressed=true]",
            "mark.hb-active",
            ".hb-kept > li[aria-current]",
        ):
            outline = on.page.locator(told).first.evaluate("e => getComputedStyle(e).outlineStyle")
            assert outline == "solid", told


def test_nothing_moves_for_those_who_want_that(chromium: Browser, site: Talk) -> None:
    # Every visit of the tests asks for it.
    with opened(chromium, site, "vi") as on:
        moving = on.page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => {
                const style = getComputedStyle(e);
                const turning = style.animationName !== 'none' && parseFloat(style.animationDuration) > 0.01;
                return turning || style.transitionDuration.split(',').some(d => parseFloat(d) > 0.01);
            }).map(e => e.className)"""
        )
        assert moving == []


def test_the_focus_is_seen_wherever_it_is(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        on.page.evaluate("document.activeElement.blur()")
        seen: list[str] = []
        for _ in range(60):
            on.page.keyboard.press("Tab")
            place = on.page.evaluate(FOCUSED)
            assert place["outlined"], place
            assert place["inside"], place
            seen.append(place["name"])
        assert len(set(seen)) > 20


FOCUSED = """() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    return {
        name: `${e.tagName} ${e.className} ${e.textContent.slice(0, 20)}`,
        outlined: e === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
        inside: e === document.body
            || (box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth),
    };
}"""


# ---- the font


LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵfjwz0123456789"


def test_every_vietnamese_letter_is_set_in_the_font_that_comes_along(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        session = on.context.new_cdp_session(on.page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        for style in ("normal", "italic"):
            for weight in (400, 700):
                on.page.evaluate(
                    """([text, style, weight]) => {
                        document.getElementById('letters')?.remove();
                        const place = Object.assign(document.createElement('p'), {id: 'letters', textContent: text});
                        place.style.cssText = `font: ${style} ${weight} 20px var(--hb-serif)`;
                        document.body.append(place);
                        return document.fonts.ready;
                    }""",
                    [f"{LETTERS}{LETTERS.upper()}“”‘’–—…·×↑↓₫", style, weight],
                )
                on.page.evaluate("document.fonts.ready")
                on.page.wait_for_timeout(300)
                root = session.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
                node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#letters"})["nodeId"]
                fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
                assert {font["isCustomFont"] for font in fonts} == {True}, fonts
                assert {font["familyName"].removesuffix(" Italic") for font in fonts} == {"Source Serif 4"}, fonts


def test_the_page_is_set_in_that_font_and_nothing_of_it_comes_from_elsewhere(chromium: Browser, site: Talk) -> None:
    with opened(chromium, site, "vi") as on:
        for place in (
            "h1",
            ".hb-question",
            ".hb-short",
            "#hb-box textarea",
            "#hb-send",
            ".hb-tab",
            ".hb-open-kept",
            ".hb-filter-open",
        ):
            family = on.page.locator(place).first.evaluate("e => getComputedStyle(e).fontFamily")
            assert family.startswith('"Source Serif 4"'), place
        fetched = on.page.evaluate(
            """() => performance.getEntriesByType('resource').filter(e => e.name.endsWith('.woff2'))
                .map(e => [e.name, e.decodedBodySize])"""
        )
        assert {name.split("/")[3] for name, _ in fetched} == {"static"}
        assert sum(size for _, size in fetched) < 300_000


WIDTHS = [360, 390, 768, 1280, 2560, 3840]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_or_is_too_small_to_press_at_any_width(chromium: Browser, site: Talk, width: int) -> None:
    with opened(chromium, site, "vi", width=width) as on:
        on.page.locator(".hb-copies summary").first.click()
        assert on.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert on.page.evaluate(STICKING_OUT) == []
        assert on.page.evaluate(SMALL) == []
        # Text grows where a screen is looked at from further off.
        size = on.page.locator(".hb-claims li").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size == pytest.approx({2560: 1.15, 3840: 1.45}.get(width, 1.0) * 17, rel=0.05)
        if width < 900:
            on.page.locator(".hb-menu").click()
            on.page.locator(".hb-more summary").last.click()
        else:
            on.page.locator("#hb-chat .hb-chip").first.click()
        on.page.wait_for_timeout(300)
        assert on.page.evaluate(STICKING_OUT) == []
        assert on.page.evaluate(SMALL) == []


STICKING_OUT = """() => [...document.querySelectorAll('#hb-header *, #hb-columns *')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.hb-unseen, .hb-conflict'))
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
    .map(([e]) => `${e.tagName} ${e.className}`)"""

SMALL = """() => [...document.querySelectorAll('button, a, summary, input, textarea')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.hb-skip, .hb-sources-of, p a'))
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && (box.width < 23.9 || box.height < 23.9))
    .map(([e, box]) => `${e.tagName} ${e.className} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
