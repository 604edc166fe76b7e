"""The articles behind an answer: quotations marked at their places, what was set aside, articles that are gone."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.answers import answer_html, sources_html
from app.rendering.arrangement import host_of
from app.rendering.escaping import escape
from app.words import words_of
from rag.datatypes import Answer, Removed
from tests.rendering import FIRST, HOSTILE, SECOND, TEXT, Elements, a_citation, an_answer, an_article, of

VI = words_of("vi").chat
EN = words_of("en").chat


def test_sources_mark_exactly_the_quotation_inside_the_whole_text() -> None:
    article = an_article()
    shown = sources_html(an_answer(article, SECOND), of(article), VI)
    mark = re.search(r'<mark [^>]*data-citation="1"[^>]*>(.*?)</mark>', shown, re.DOTALL)
    assert mark
    assert re.sub(r"<span.*?</span>", "", mark[1]) == SECOND
    text = "".join(Elements(shown).text)
    assert TEXT in text.replace("1" + SECOND, SECOND)
    assert '<time class="hb-stated" datetime="2022-04-07">07/04/2022</time>' in shown
    assert "Báo Thử" in shown


def test_several_citations_of_one_article_share_one_view() -> None:
    article = an_article()
    shown = sources_html(an_answer(article, FIRST, SECOND), of(article), VI)
    assert shown.count("<article") == 1
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1", "2"]


def test_articles_stand_in_the_order_of_their_first_citation() -> None:
    one, two = an_article(id="z", title="Bài một"), an_article(id="a", title="Bài hai")
    answer = replace(an_answer(one, FIRST), citations=(a_citation(one, 1, FIRST), a_citation(two, 2, SECOND)))
    shown = sources_html(answer, of(one, two), VI)
    assert shown.index("Bài một") < shown.index("Bài hai")


def test_overlapping_quotations_each_have_their_marks() -> None:
    article = an_article("abcdefgh")
    answer = an_answer(article, "bcde", "de", "efg")
    shown = sources_html(answer, of(article), VI)
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1", "1 2", "1 2 3", "3"]
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", shown)
    assert [re.sub(r"<.*?>", "", mark) for mark in marks] == ["1bc", "2d", "3e", "fg"]


def test_a_quotation_that_no_longer_stands_is_said_so_and_not_marked() -> None:
    article = an_article()
    answer = an_answer(article, FIRST, SECOND)
    altered = replace(article, text=TEXT.replace("NATO", "OTAN"))
    shown = sources_html(answer, of(altered), VI)
    assert VI.altered.format(numbers="2") in shown
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1"]


def test_an_article_that_left_the_library_is_shown_by_what_was_kept_of_it() -> None:
    gone, there = an_article(id="g", title="Bài đã <b>mất</b>"), an_article(id="t", title="Bài còn đây")
    answer = replace(
        an_answer(gone, FIRST),
        citations=(a_citation(gone, 1, FIRST), a_citation(there, 2, SECOND), a_citation(gone, 3, SECOND)),
    )
    shown = sources_html(answer, of(there), VI)
    elements = Elements(shown)
    assert [VI.gone] == [text for text in elements.text if text == VI.gone]
    assert len(elements.with_class("hb-gone")) == 1
    lost = shown[shown.index("hb-gone") : shown.index("</article>")]
    for part in ("Bài đã &lt;b&gt;mất&lt;/b&gt;", "Báo Thử", "07/04/2022", "báo/g.txt", FIRST, SECOND):
        assert part in lost
    assert re.findall(r'<span class="hb-number">(\d)</span>', lost) == ["1", "3"]
    assert [mark["data-citation"] for mark in elements.with_class("hb-mark")] == ["2"]
    assert "Bài còn đây" in shown
    # The answer itself is shown as it was.
    assert FIRST in answer_html(answer, of(), VI)


def test_a_long_article_is_shown_around_its_marks_only() -> None:
    article = an_article("đ" * 50_000 + SECOND + "e" * 50_000)
    shown = sources_html(an_answer(article, SECOND), of(article), VI)
    assert shown.count("đ") > 12_000
    assert len(shown) < 30_000
    assert shown.count("[… lược 38.000 ký tự …]") == 2
    assert "[… 38,000 characters left out …]" in sources_html(an_answer(article, SECOND), of(article), EN)


def test_an_article_without_headline_is_said_to_have_none() -> None:
    article = an_article(title=FIRST, stated=False)
    assert VI.untitled in sources_html(an_answer(article, FIRST), of(article), VI)
    assert VI.untitled not in sources_html(an_answer(article, FIRST), of(an_article()), VI)


def test_a_first_sentence_for_a_headline_is_cut_at_a_word_where_it_is_shown() -> None:
    lead, title = f"{'Dài ' * 30}hết.", f"{'Dài ' * 21}Dài…"
    assert len(title) == 88
    article = an_article(title=lead, stated=False)
    answer = an_answer(article, FIRST)
    assert f">{title}</h3>" in sources_html(answer, of(article), VI)
    assert f">{title}</span>" in answer_html(answer, of(article), VI)
    assert f'<h3 lang="vi">{lead}</h3>' in sources_html(answer, of(replace(article, title_stated=True)), VI)


# ---- what was set aside


def test_what_cleaning_set_aside_is_counted_and_shown_with_its_reason() -> None:
    removed = (
        Removed(0, 4, "Ảnh: <b>AFP</b>", "caption"),
        Removed(4, 5, "\n", "blank lines"),
        Removed(9, 12, "AFP", "a reason of a later version"),
    )
    article = replace(an_article(), removed=removed)
    shown = sources_html(an_answer(article, FIRST), of(article), VI)
    assert VI.removed.format(count=2) in shown
    (details,) = Elements(shown).with_class("hb-removed")
    assert "open" not in details
    assert '<span class="hb-reason">chú thích ảnh</span> <span lang="vi">Ảnh: &lt;b&gt;AFP&lt;/b&gt;</span>' in shown
    assert "a reason of a later version" in shown
    assert '<span class="hb-reason">caption</span>' in sources_html(an_answer(article, FIRST), of(article), EN)


def test_where_nothing_was_set_aside_nothing_is_said_of_it() -> None:
    article = replace(an_article(), removed=(Removed(4, 5, "\n", "blank lines"),))
    assert "hb-removed" not in sources_html(an_answer(article, FIRST), of(article), VI)


def test_very_much_that_was_set_aside_is_cut_and_counted() -> None:
    article = replace(an_article(), removed=tuple(Removed(0, 9, "từ " * 400, "tail") for _ in range(50)))
    shown = sources_html(an_answer(article, FIRST), of(article), VI)
    assert len(shown) < 8_000
    assert VI.removed.format(count=50) in shown
    items = shown.count('<span class="hb-reason">')
    assert VI.removed_more.format(count=50 - items) in shown


# ---- the way to the original


@pytest.mark.parametrize("url", ["https://bao.example/tin?a=1&b=2", "http://bao.example:8080/x"])
def test_an_address_of_the_web_is_a_link_that_tells_nothing_of_this_page(url: str) -> None:
    article = an_article(url=url)
    shown = sources_html(an_answer(article, FIRST), of(article), VI)
    (link,) = Elements(shown).with_class("hb-link")
    assert link["href"] == url
    assert link["target"] == "_blank"
    assert {"noopener", "noreferrer"} <= set(link["rel"].split())
    assert f"{VI.original} (bao.example)" in shown


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)//http://x",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "/khoa-hoc",
        "http:",
        "http:///x",
        "https://[::1",
        "bao.example",
    ],
)
def test_nothing_else_is_ever_a_link(url: str | None) -> None:
    article = an_article(url=url)
    shown = sources_html(an_answer(article, FIRST), of(article), VI)
    assert host_of(url) is None
    assert "href" not in shown
    assert VI.original not in shown


@pytest.mark.parametrize("payload", HOSTILE)
def test_an_address_cannot_leave_its_attribute(payload: str) -> None:
    url = f"https://bao.example/{payload}"
    article = an_article(url=url)
    (link,) = Elements(sources_html(an_answer(article, FIRST), of(article), VI)).with_class("hb-link")
    assert link["href"] == url


@given(st.text(min_size=1, max_size=60), st.data())
def test_marked_text_is_the_article_s_text(text: str, data: st.DataObject) -> None:
    pieces = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
    ranges = [(start, end) for start, end in data.draw(st.lists(pieces, max_size=4)) if start < end]
    article = an_article(text)
    citations = tuple(
        replace(a_citation(article, 1, text), number=number, start=start, end=end, quote=text[start:end])
        for number, (start, end) in enumerate(ranges, 1)
    )
    answer = Answer(id="1", question="?", status="answered", text="", citations=citations)
    if not citations:
        return
    shown = sources_html(answer, of(article), VI)
    body = re.search(r'<div class="hb-text" lang="vi">(.*)</div>', shown, re.DOTALL)
    assert body
    bare = re.sub(r'<span class="hb-number">\d+</span>', "", body[1])
    seen = "".join(Elements(bare).text)
    # Line breaks become paragraphs, so white space alone may differ.
    assert "".join(seen.split()) == "".join(html.unescape(escape(text)).split())
