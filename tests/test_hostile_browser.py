"""Five hundred hostile texts wherever an article, a file or a person can put one: the page shows every one of them as
text, runs none, asks for nothing off the machine, and lets none pass for a part of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from app.keeping.records import KeptTurn, whole
from app.keeping.store import Conversations
from rag.config import Settings
from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    Filters,
    Hit,
    Removed,
)
from rag.pipeline import Engine, open_engine
from rag.showing import shortened
from rag.store.holdings import holdings
from tests.browsing import SLOW, Visit, served, visit
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library
from tests.hostile import payloads, readable, squeezed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    # Gradio's own use of pandas, after every event; as an error it would swallow the event's last update.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]

QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
PAYLOADS = payloads()
# As a file can hold them: a lone surrogate cannot be written at all.
STORED = [whole(text) for text in PAYLOADS]
TURN = 55
JUDGED = "the one that is judged"


def an_evil_article(number: int, text: str) -> Article:
    body = f"Con mèo số {number} nói rằng {text} và đi ngủ. Câu sau: {text}"
    article = an_article(f"{number}/{text}.txt", body, title=text or "x")
    addresses = (text, f"https://evil.example/{text}", f"javascript:hit({number})//{text}")
    return replace(
        article,
        outlet=text,
        url=addresses[number % 3],
        published_on=date(2022, 4, 1 + number % 28),
        removed=(Removed(0, 3, text, "caption"), Removed(3, 6, text, text)),
    )


ARTICLES = [an_evil_article(number, text) for number, text in enumerate(STORED)]
GROUPS = [range(start, min(start + TURN, len(STORED))) for start in range(0, len(STORED), TURN)]


def an_evil_answer(places: range) -> Answer:
    """An answer in which every field holds hostile texts and every citation stands."""
    citations = []
    for number, place in enumerate(places, 1):
        article = ARTICLES[place]
        quote = article.text.partition(" và đi ngủ.")[0]
        citations.append(
            Citation(number, article.id, article.source, article.title, article.outlet, article.published_on,
                     0, len(quote), quote, copies=(f"{STORED[place]}.html",))
        )  # fmt: skip
    texts = [STORED[place] for place in places]
    claims = tuple(Claim(text, (number,), "unsupported") for number, text in enumerate(texts, 1))
    values = tuple(ConflictValue(text, (number,), date(2022, 4, 1)) for number, text in enumerate(texts, 1))
    return Answer(
        id="1", question=texts[0], status="answered", text=texts[0], understood_as=" | ".join(texts),
        read_as=texts[0], short_answer=texts[-1], claims=claims,
        citations=tuple(citations), conflicts=(Conflict(texts[1], "contradiction", values),),
        hits=tuple(a_hit(place) for place in places), notes=tuple(texts),
    )  # fmt: skip


def a_hit(place: int) -> Hit:
    article = ARTICLES[place]
    chunk = Chunk(f"{article.id}:0000", article.id, 0, 0, len(article.text))
    return Hit(chunk, article.source, article.text, 1.0)


def a_hit_that_is_gone(place: int) -> Hit:
    """Of an article that has left the library: it is named by its file."""
    return replace(a_hit(place), chunk=replace(a_hit(place).chunk, article_id="gone"))


@dataclass(frozen=True)
class Evil:
    """The page over hostile articles and conversations."""

    address: str
    engine: Engine
    conversations: Conversations
    answered: str


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evil]:
    folder = tmp_path_factory.mktemp("evil")
    small_library(folder, ARTICLES, chunk_chars=5000).close()
    kept = Conversations.open(folder / "library")
    for text in PAYLOADS:
        kept.put("", kept.begin("", text), None, KeptTurn(text, None, failure=whole(text)))
    answered = kept.begin("", "x")
    for places in GROUPS:
        chosen = Filters(outlets=tuple(STORED[place] for place in places))
        kept.put("", answered, None, KeptTurn(STORED[places[0]], an_evil_answer(places), filters=chosen))
    hits = (a_hit(0), a_hit(1), a_hit_that_is_gone(2))
    silent = Answer("2", PAYLOADS[0], "not_found", STORED[1], hits=hits, notes=tuple(STORED))
    kept.put("", answered, None, KeptTurn("x", silent))
    kept.put("", answered, None, KeptTurn("y", None, failure=" | ".join(STORED)))
    with (
        open_engine(folder / "library", QUICK, embedder=HashingEmbedder()) as engine,
        served(engine) as address,
    ):
        yield Evil(address, engine, kept, answered)
    kept.close()


@contextmanager
def unharmed(browser: Browser, address: str, path: str = "") -> Iterator[Visit]:
    """A visit at whose end nothing has run, nothing was asked for elsewhere, and nothing on the page is forged.

    There is no `hit` on the page: to run one is an error, and a visit must end without any.
    """
    with visit(browser, address) as on:
        if path:
            on.page.goto(address + path)
            on.page.wait_for_selector("#hb-box textarea")
        yield on
        # Handlers that wait for a pointer or the focus get both.
        on.page.evaluate(TOUCH)
        on.page.wait_for_timeout(300)
        assert on.page.evaluate(FORGED) == []
        assert on.page.title() == "Hỏi Báo"
        assert on.page.url.startswith(address)


TOUCH = """() => {
    for (const element of document.querySelectorAll('body *')) {
        for (const kind of ['mouseover', 'pointerenter', 'mouseenter', 'animationstart']) {
            element.dispatchEvent(new Event(kind, {bubbles: false}));
        }
    }
}"""

# What texts may become: elements, attributes and addresses that the page itself has made. Everything else is a forgery.
FORGED = """() => {
    const roots = '.hb-answer, .hb-question, .hb-view, .hb-kept-list, #hb-filters, #hb-toast, #hb-said, '
        + '#hb-library, #hb-timeline';
    const elements = new Set(`a abbr article aside b blockquote br button caption circle dd details div dl dt em
        fieldset figcaption figure form g h2 h3 h4 header i input label legend li line mark nav ol optgroup option
        p path rect section select small span strong summary svg table tbody td text textarea th thead time title tr
        ul`.split(/\\s+/));
    const loading = new Set(['src', 'srcset', 'srcdoc', 'xlink:href', 'formaction', 'background']);
    const found = [];
    const look = (element) => {
        if (!elements.has(element.localName)) found.push(`element ${element.localName}`);
        for (const {name, value} of element.attributes) {
            if (name.startsWith('on') || loading.has(name)) found.push(`${name}=${value}`);
            if (name === 'style' && /url|expression|fixed/.test(value)) found.push(`style ${value}`);
        }
        if (element.localName === 'a') {
            const to = new URL(element.href, location.href);
            const marked = element.classList.contains('hb-link') && /noopener/.test(element.rel);
            if (!/^https?:$/.test(to.protocol) || (to.origin !== location.origin && !marked)) found.push(`link ${to}`);
        }
        if (element.localName === 'input' && element.type === 'password') found.push('password');
        if (element.textContent === 'giả 9') found.push(`forged ${element.outerHTML}`);
    };
    for (const root of document.querySelectorAll(roots)) [root, ...root.querySelectorAll('*')].forEach(look);
    for (const id of ['hb-panel', 'hb-toast', 'hb-said', 'hb-box']) {
        if (document.querySelectorAll(`#${id}`).length > 1) found.push(`two of #${id}`);
    }
    return found;
}"""


def missing(shown: str, wanted: list[str]) -> list[str]:
    """Which texts cannot be read there."""
    read = squeezed(shown)
    # A line break of another system counts as a blank, or is seen as a dot.
    return [text for text in wanted if readable(text) not in read and readable(" ".join(text.split())) not in read]


def test_there_are_five_hundred_of_them() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 500
    assert sum("hit(" in text for text in PAYLOADS) > 250


def test_in_answers_and_sources(chromium: Browser, evil: Evil) -> None:
    with unharmed(chromium, evil.address, f"/vi/?c={evil.answered}") as on:
        answers = on.page.locator("#hb-chat .hb-answer")
        expect(answers).to_have_count(len(GROUPS) + 2, timeout=SLOW)
        for turn, places in enumerate(GROUPS):
            texts = [STORED[place] for place in places]
            answer = answers.nth(turn)
            assert missing(on.page.locator("#hb-chat .hb-question").nth(turn).text_content() or "", texts[:1]) == []
            assert missing(on.page.locator("#hb-chat .hb-restricted").nth(turn).text_content() or "", texts[:50]) == []
            for part in (".hb-understood", ".hb-conflict tbody", ".hb-claims"):
                assert missing(answer.locator(part).text_content() or "", texts[:-1]) == [], part
            assert missing(answer.locator(".hb-short").text_content() or "", texts[-1:]) == []
            assert missing("\n".join(answer.locator(".hb-note").all_text_contents()), texts) == []
            assert missing(answer.locator(".hb-cited").text_content() or "", [shortened(text) for text in texts]) == []
            assert (
                missing(answer.locator(".hb-cited .hb-copies").first.text_content() or "", [f"{texts[0]}.html"]) == []
            )
            # As many as there are citations: in the short answer, the claims, the table and the list.
            chips = answer.locator(".hb-chip[data-citation]").evaluate_all(
                "all => all.map(chip => chip.dataset.citation)"
            )
            assert set(chips) == {str(number) for number in range(1, len(texts) + 1)}
            answer.locator(".hb-chip").first.click()
            shown = on.page.evaluate(SOURCES)
            assert len(shown) == len(texts)
            for source, place in zip(shown, places, strict=True):
                article = ARTICLES[place]
                assert missing(source["title"], [article.title]) == []
                assert missing(source["place"], [article.outlet or "", article.source]) == []
                assert missing(source["text"], [article.text]) == []
                assert missing(source["removed"], [part.text for part in article.removed]) == []
                assert source["marked"] == 1
                assert source["links"] in ([], ["evil.example"])
        assert missing(answers.nth(len(GROUPS)).text_content() or "", [STORED[1], *STORED]) == []
        leads = answers.nth(len(GROUPS)).locator(".hb-leads li")
        named = [text for article in ARTICLES[:2] for text in (article.title, article.outlet or "")]
        assert missing("\n".join(leads.all_text_contents()), [*named, a_hit_that_is_gone(2).source]) == []
        assert missing(answers.nth(len(GROUPS) + 1).text_content() or "", STORED) == []


SOURCES = """() => [...document.querySelectorAll('#hb-panel .hb-source')].map(source => {
    const read = (selector) => {
        const copy = source.querySelector(selector).cloneNode(true);
        copy.querySelectorAll('.hb-number').forEach(number => number.remove());
        return copy.textContent;
    };
    return {
        title: read('h3'), place: read('.hb-place'), text: read('.hb-text'), removed: read('.hb-removed'),
        marked: source.querySelectorAll('mark').length,
        links: [...source.querySelectorAll('a')].map(link => new URL(link.href).hostname),
    };
})"""


def packed(texts: list[str], most: int) -> Iterator[list[str]]:
    """The texts in groups of at most so many characters, joined with a blank."""
    group: list[str] = []
    for text in texts:
        if group and sum(map(len, group)) + len(group) + len(text) > most:
            yield group
            group = []
        group.append(text)
    yield group


def test_in_questions_and_reasons(chromium: Browser, evil: Evil) -> None:
    groups = list(packed(PAYLOADS, 1_900))
    with unharmed(chromium, evil.address) as on:
        for turn, group in enumerate(groups):
            question = " ".join(group)
            # Typed as no keyboard could, lone surrogates and all.
            on.page.evaluate(TYPE, json.dumps(question))
            on.page.press("#hb-box textarea", "Enter")
            on.wait_for(turn + 1)
            shown = on.page.locator("#hb-chat .hb-question").last.text_content() or ""
            assert missing(shown, group) == []
        expect(on.page.locator("#hb-chat .hb-failed")).to_have_count(0)
        expect(on.page.locator("#hb-chat .hb-not-kept")).to_have_count(0)
        # What is edited is what was read.
        on.page.locator(".hb-action[data-do=edit]").last.click()
        assert squeezed(on.page.locator(".hb-edit").input_value()) == squeezed(shown)
        on.page.keyboard.press("Escape")
        assert squeezed(on.page.locator("#hb-chat .hb-question").last.text_content() or "") == squeezed(shown)
        kept = on.page.evaluate("new URL(location.href).searchParams.get('c')")
        for turn, group in enumerate(groups):
            reason = " ".join(group)
            if reason != whole(reason):
                # No text at all: refused, and not a fault of the program.
                assert judge(on, kept, turn, reason) == 422
            assert judge(on, kept, turn, whole(reason)) == 204
        on.page.locator(".hb-action[data-do=down]").last.click()
        on.page.fill(".hb-reason-form input", STORED[0])
        on.page.click(".hb-reason-form button")
        expect(on.page.locator("#hb-toast")).to_be_visible()
        turns = evil.conversations.turns("", kept)
        assert [turn.reason for turn in turns[:-1]] == [whole(" ".join(group)) for group in groups[:-1]]
        assert turns[-1].reason == STORED[0]
        # After a reload all of it is there again.
        on.page.reload()
        expect(on.page.locator("#hb-chat .hb-question")).to_have_count(len(groups), timeout=SLOW)
        for shown, group in zip(on.page.locator("#hb-chat .hb-question").all_text_contents(), groups, strict=True):
            assert missing(shown, [whole(text) for text in group]) == []


TYPE = """(written) => {
    const box = document.querySelector('#hb-box textarea');
    box.value = JSON.parse(written);
    box.dispatchEvent(new Event('input', {bubbles: true}));
    box.focus();
}"""


def judge(on: Visit, kept: str, turn: int, reason: str) -> int:
    return int(on.page.evaluate(JUDGE, [kept, json.dumps({"turn": turn, "thumb": "down", "reason": reason})]))


JUDGE = """async ([kept, body]) => (await fetch(`/ui/vi/conversations/${kept}/judge`, {
    method: 'POST', headers: {'content-type': 'application/json', 'x-hoi-bao': '1'}, body,
})).status"""


def test_in_titles_of_conversations(chromium: Browser, evil: Evil) -> None:
    with unharmed(chromium, evil.address) as on:
        titles = on.page.locator(".hb-open-kept span[lang]")
        more = on.page.locator(".hb-older")
        expect(more).to_be_visible()
        while more.count():
            before = titles.count()
            more.click()
            expect(titles).not_to_have_count(before)
        shown = {squeezed(title) for title in titles.all_text_contents()}
        wanted = [readable(shortened(whole(text), 80)) for text in PAYLOADS]
        assert [title for title in wanted if title not in shown] == []
        # In the name of its menu too, and back again where it is renamed.
        for at in (0, 7):
            item = on.page.locator(".hb-kept > li").nth(at)
            title = squeezed(item.locator(".hb-open-kept span").first.text_content() or "")
            item.locator("summary").click()
            assert title in squeezed(item.locator("summary").text_content() or "")
            item.locator("[data-keep=rename]").click()
            assert squeezed(on.page.locator(".hb-rename").input_value()) == title
            on.page.locator(".hb-rename").fill(f"{STORED[at]} </span><img src=x onerror=hit(0)>")
            on.page.keyboard.press("Enter")
            expect(on.page.locator(".hb-rename")).to_have_count(0)
        assert [title for title in wanted[:5] if title not in shown] == []


def test_in_filters(chromium: Browser, evil: Evil) -> None:
    newspapers = [paper.name for paper in holdings(evil.engine.library).newspapers]
    assert len(newspapers) > 250
    with unharmed(chromium, evil.address) as on:
        on.page.click("#hb-filters .hb-filter-open")
        labels = on.page.locator("#hb-filter-form .hb-outlets label span")
        expect(labels).to_have_count(len(newspapers), timeout=SLOW)
        assert [squeezed(text) for text in labels.all_text_contents()] == [readable(name) for name in newspapers]
        on.page.fill("#hb-filters .hb-find-outlet", "<script")
        expect(labels.first).to_be_hidden()
        on.page.fill("#hb-filters .hb-find-outlet", "")
        on.page.evaluate(
            "document.querySelectorAll('#hb-filters [name=outlet]').forEach(box => { box.checked = true; })"
        )
        on.page.locator("#hb-filters [name=outlet]").first.dispatch_event("input")
        chips = on.page.locator("#hb-filters .hb-filter-chip")
        expect(chips).to_have_count(len(newspapers))
        # What a press would take away is told with it.
        on.page.keyboard.press("Escape")
        on.ask("Con mèo nói gì?")
        assert missing(on.page.locator(".hb-restricted").text_content() or "", newspapers[:50]) == []
        shown = squeezed(" ".join(chips.all_text_contents()))
        assert [name for name in newspapers if readable(name) not in shown] == []


def test_in_the_library_view(chromium: Browser, evil: Evil) -> None:
    with unharmed(chromium, evil.address) as on:
        on.page.click(".hb-tab[data-view=library]")
        rows = on.page.locator("#hb-library .hb-open-article")
        more = on.page.locator(".hb-lib-more")
        expect(rows.first).to_be_visible(timeout=SLOW)
        while more.is_visible():
            before = rows.count()
            more.click()
            expect(rows).not_to_have_count(before, timeout=SLOW)
        # Reprints are folded into one place, and stand there.
        assert rows.count() == len(ARTICLES)
        shown = {squeezed(text) for text in on.page.evaluate(TITLES)}
        wanted = {readable(shortened(article.title, 140)) for article in ARTICLES}
        assert [title for title in wanted if title not in shown and title[:70] not in "\n".join(shown)] == []
        places = "\n".join(on.page.locator("#hb-library .hb-row-place").all_text_contents())
        assert missing(places, [STORED[2], STORED[70], STORED[200]]) == []
        # One of each family, opened and read.
        for place in range(5, len(ARTICLES), 60):
            article = ARTICLES[place]
            rows.locator(f"xpath=self::*[@data-id='{article.id}']").first.dispatch_event("click")
            text = on.page.locator("#hb-library .hb-lib-article .hb-text")
            expect(text).to_contain_text(f"số {place} ")
            assert missing(text.text_content() or "", [article.text]) == []
            assert (
                missing(on.page.locator("#hb-library .hb-lib-article h3").text_content() or "", [article.title]) == []
            )
        # Searched for, and marked where they stand.
        for text in (STORED[0], STORED[40], "<img src=x onerror=hit(1)>", "../../", "NOT (a OR"):
            on.page.fill("#hb-library input[type=search]", text)
            on.page.keyboard.press("Enter")
            on.page.wait_for_timeout(300)
        assert on.page.locator("#hb-toast.hb-shown").count() == 0


TITLES = """() => [...document.querySelectorAll('#hb-library .hb-open-article > span[lang]')]
    .map(title => title.textContent)"""


def test_in_a_timeline(chromium: Browser, evil: Evil) -> None:
    told: set[int] = set()
    with unharmed(chromium, evil.address) as on:
        on.page.click(".hb-tab[data-view=timeline]")
        field = on.page.locator("#hb-timeline input").first
        for place in range(20, len(STORED), 130):
            field.fill(f"Con mèo số {place} nói rằng {STORED[place]} và đi ngủ")
            field.press("Enter")
            entries = on.page.locator("#hb-timeline .hb-entries").first
            expect(entries).to_contain_text(f"Con mèo số {place} nói rằng", timeout=SLOW)
            read = entries.text_content() or ""
            named = {int(number) for number in re.findall(r"Con mèo số (\d+) nói rằng", read)}
            assert missing(read, [STORED[number] for number in sorted(named)]) == []
            told |= named
        on.page.locator("#hb-timeline .hb-chip").first.click()
        expect(on.page.locator("#hb-panel mark").first).to_be_visible()
    assert len(told) >= 4


def test_in_addresses_and_what_scripts_fetch(chromium: Browser, evil: Evil) -> None:
    with unharmed(chromium, evil.address) as on:
        answered = on.page.evaluate(FETCH, json.dumps(STORED))
        assert {status for status, _ in answered} <= {200, 404, 422}
        assert [html for _, html in answered if "<img src=x" in html or "<script" in html.lower()] == []
    for number in range(60, len(STORED), 240):
        with unharmed(chromium, evil.address, on_address(STORED[number])) as on:
            expect(on.page.locator("#hb-chat .placeholder h2")).to_be_visible()
            expect(on.page.locator("#hb-toast")).not_to_be_visible()


def on_address(text: str) -> str:
    from urllib.parse import quote

    return f"/vi/?c={quote(text)}&__theme={quote(text)}#{quote(text)}"


FETCH = """async (written) => {
    const read = async (address) => {
        const answer = await fetch(address);
        const isPage = answer.headers.get('content-type').includes('html');
        return [answer.status, isPage ? await answer.text() : ''];
    };
    const got = [];
    for (const [number, text] of JSON.parse(written).entries()) {
        const part = encodeURIComponent(text);
        const query = new URLSearchParams({search: text.slice(0, 190), current: text.slice(0, 60)});
        got.push(number % 5 ? read(`/ui/vi/conversations/${part}/next?turn=0`) : read(`/ui/vi/conversations?${query}`));
    }
    return Promise.all(got);
}"""
