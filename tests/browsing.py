"""What the browser tests share: a visit to the page, and what is looked at there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from app.server import running
from app.site import create_app
from app.suggestions import Suggestions
from app.writing import Writing
from rag.pipeline import Engine

SLOW = 60_000


def copied(library: Path, folders: pytest.TempPathFactory) -> Path:
    """A copy of a library, for a page that keeps its conversations there."""
    return Path(shutil.copytree(library, folders.mktemp("served") / "library"))


@contextmanager
def served(engine: Engine, writing: Writing | None = None) -> Iterator[str]:
    """The address of the site over an engine, with a language model behind it if one is given."""
    suggestions = Suggestions(engine)
    with running(create_app(engine, suggestions, writing=writing), "127.0.0.1", 0) as address:
        try:
            yield address
        finally:
            # As the program does: no network may run on while the tests end.
            suggestions.stop()


class Visit:
    """A page in a context of its own, which notes every request that would leave the machine and every error."""

    def __init__(self, browser: Browser, address: str, *, width: int = 1280, height: int = 800, dark: bool = False):
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="vi-VN",
        )
        self.address = address
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW)
        self.page.on("request", self._noted)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.goto(address)
        self.page.wait_for_selector("#hb-box textarea")
        self.page.wait_for_selector("#hb-chat .placeholder h2")

    def _noted(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.outside.append(request.url)

    def ask(self, question: str, *, answers: int = 1) -> None:
        """Type, press Enter, wait until so many answers stand in the conversation."""
        self.page.fill("#hb-box textarea", question)
        self.page.press("#hb-box textarea", "Enter")
        self.wait_for(answers)

    def wait_for(self, answers: int) -> None:
        done = self.page.locator("#hb-chat .hb-answer:has(.hb-cited), .hb-not-found, .hb-failed")
        expect(done).to_have_count(answers, timeout=SLOW)


@contextmanager
def visit(
    browser: Browser, address: str, *, width: int = 1280, height: int = 800, dark: bool = False
) -> Iterator[Visit]:
    """A visit that must end without script errors and without a request off the machine."""
    visitor = Visit(browser, address, width=width, height=height, dark=dark)
    try:
        yield visitor
        assert visitor.outside == []
        assert visitor.errors == [], visitor.errors
    finally:
        visitor.context.close()


def marked_on_screen(page: Page, number: str = "1") -> str:
    """The active mark's text without its number; fails unless it lies inside the visible part of the panel."""
    mark = page.locator(f'#hb-panel mark.hb-active[data-citation~="{number}"]').first
    expect(mark).to_be_in_viewport(timeout=SLOW)
    inside = page.wait_for_function(
        """() => {
            const mark = document.querySelector('#hb-panel mark.hb-active').getBoundingClientRect();
            const view = document.querySelector('#hb-panel .hb-view').getBoundingClientRect();
            return mark.top >= view.top - 1 && mark.top < view.bottom && mark.height > 0;
        }"""
    )
    assert inside
    return str(mark.evaluate("mark => [...mark.childNodes].filter(n => !n.className).map(n => n.textContent).join('')"))


CONTRAST = """() => {
    const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
        for (let e = element; e; e = e.parentElement) {
            // A chip's ground is drawn before it.
            for (const part of ['::before', null]) {
                const style = getComputedStyle(e, part);
                if (part && (style.content === 'none' || style.position !== 'absolute')) continue;
                const colour = parse(style.backgroundColor);
                if (colour.length >= 3 && (colour[3] === undefined || colour[3] === 1)) return colour;
            }
        }
        return [255, 255, 255];
    };
    const poor = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const e = node.parentElement;
        if (!node.data.trim() || !e.checkVisibility({visibilityProperty: true}) || e.closest('script, style')) continue;
        if (!e.getClientRects().length) continue;
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.data.trim().slice(0, 40)}`);
    }
    return poor;
}"""
