"""What is shown of an answer: pure functions from records to HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import render, texts
from rag.datatypes import Answer, Article, Chunk, Citation, Claim, Conflict, ConflictValue, Hit, Removed
from rag.errors import DiskFull, LibraryDamaged, LoadError, RagError

FIRST = "Ba Lan gửi đạn cho Ukraine."
SECOND = "Ông Kuleba kêu gọi NATO hành động."
TEXT = f"{FIRST} {SECOND}\nĐoạn sau nói chuyện khác."


class Elements(HTMLParser):
    """Collects the elements and the text; what is not closed, or closed without being open, is an error."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if name in attributes.get("class", "").split()]


def an_article(text: str = TEXT, *, id: str = "a", title: str = "Viện trợ", stated: bool = True) -> Article:
    return Article(
        id=id,
        source=f"báo/{id}.txt",
        title=title,
        title_stated=stated,
        text=text,
        raw_sha256="0" * 64,
        published_on=date(2022, 4, 7),
        outlet="Báo Thử",
    )


def a_citation(article: Article, number: int, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(
        number=number,
        article_id=article.id,
        source=article.source,
        title=article.title,
        outlet=article.outlet,
        published_on=article.published_on,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def an_answer(article: Article, *quotes: str, short: str | None = None) -> Answer:
    citations = tuple(a_citation(article, number, quote) for number, quote in enumerate(quotes, 1))
    return Answer(
        id="1",
        question="Ai gửi đạn?",
        status="answered",
        text=" ".join(quotes),
        short_answer=short or quotes[0],
        claims=tuple(Claim(citation.quote, (citation.number,), "supported") for citation in citations),
        citations=citations,
    )


def of(*articles: Article) -> Callable[[str], Article]:
    known = {article.id: article for article in articles}
    return known.__getitem__


def a_hit(text: str, source: str = "báo/b.txt") -> Hit:
    return Hit(chunk=Chunk("b:0000", "b", 0, 0, len(text)), source=source, text=text, score=1.0)


def test_short_answer_stands_first_and_is_not_said_twice() -> None:
    article = an_article()
    shown = render.answer_html(an_answer(article, FIRST, SECOND, short=SECOND), of(article))
    visible = re.sub(r'<div class="hb-sources-of".*?</article></div>', "", shown, flags=re.DOTALL)
    assert visible.count(SECOND) == 1
    assert visible.index(SECOND) < visible.index(FIRST)
    assert [chip["data-citation"] for chip in Elements(visible).with_class("hb-chip")] == ["2", "1", "1", "2"]


def reprinted(answer: Answer, *copies: tuple[str, ...]) -> Answer:
    cited = tuple(replace(one, copies=sources) for one, sources in zip(answer.citations, copies, strict=True))
    return replace(answer, citations=cited)


def test_a_cited_article_says_who_reprints_it_once() -> None:
    article = an_article()
    answer = reprinted(an_answer(article, FIRST, SECOND), ("b.txt", "<i>c</i>.txt"), ("b.txt",))
    shown = render.answer_html(answer, of(article))
    assert shown.count("+2 báo đăng lại") == 1
    assert shown.count("<li>b.txt</li>") == 1
    assert "<li>&lt;i&gt;c&lt;/i&gt;.txt</li>" in shown
    assert texts.REPRINTED_NOTE in shown
    (details,) = Elements(shown).with_class("hb-copies")
    assert "open" not in details
    assert "hb-copies" not in render.answer_html(an_answer(article, FIRST), of(article))


def test_of_very_many_reprints_the_first_are_named() -> None:
    article = an_article()
    answer = reprinted(an_answer(article, FIRST), tuple(f"{number}.txt" for number in range(27)))
    shown = render.answer_html(answer, of(article))
    assert "+27 báo đăng lại" in shown
    assert "<li>19.txt</li><li>… và 7 bài nữa</li></ul>" in shown


def test_a_lead_says_how_often_it_is_reprinted() -> None:
    hits = (replace(a_hit("Giá vàng tăng."), copies=("c.txt",)), a_hit("Giá dầu giảm.", "d.txt"))
    shown = render.not_found_html(Answer(id="1", question="?", status="not_found", text="Không tìm thấy.", hits=hits))
    assert "báo/b.txt, +1 báo đăng lại</span>" in shown
    assert "d.txt</span>" in shown


def test_a_short_answer_inside_a_claim_has_the_chips_of_that_claim() -> None:
    article = an_article()
    answer = an_answer(article, FIRST, SECOND, short="Ba Lan")
    held = next(claim for claim in answer.claims if "Ba Lan" in claim.text)
    shown = render.answer_html(answer, of(article))
    short = shown[shown.index('<p class="hb-short">Ba Lan') :]
    assert f'data-citation="{held.citations[0]}"' in short[: short.index("</p>")]
    assert f"<li>{FIRST}" in shown
    assert f"<li>{SECOND}" in shown


def test_a_sentence_behind_a_yes_is_not_said_twice() -> None:
    article = an_article()
    shown = render.answer_html(an_answer(article, FIRST, short=f"Có: {FIRST}"), of(article))
    visible = re.sub(r'<div class="hb-sources-of".*?</article></div>', "", shown, flags=re.DOTALL)
    assert visible.count(FIRST) == 1


def test_a_value_in_a_conflict_has_the_day_of_its_article() -> None:
    article = an_article()
    values = (ConflictValue("12 người", (1,), date(2022, 10, 6)), ConflictValue("9 người", (1,)))
    answer = replace(an_answer(article, FIRST), conflicts=(Conflict("số người", "update", values),))
    shown = render.answer_html(answer, of(article))
    assert '<li>12 người<span class="hb-stated">06/10/2022</span>' in shown
    assert '<li>9 người<span class="hb-chips">' in shown


def test_the_answer_grows_by_one_claim_at_a_time_and_ends_whole() -> None:
    third = "Đoạn sau nói chuyện khác."
    article = an_article()
    answer = an_answer(article, FIRST, SECOND, third)
    steps = list(render.answer_steps(answer, of(article)))
    assert [step.count("<li>") - step.count("hb-cited-title") for step in steps] == [0, 1, 2]
    assert steps[-1] == render.answer_html(answer, of(article))
    assert all('class="hb-sources-of"' in step for step in steps)
    assert ["hb-cited" in step for step in steps] == [False, False, True]


def test_one_claim_needs_one_step() -> None:
    article = an_article()
    answer = an_answer(article, FIRST)
    assert list(render.answer_steps(answer, of(article))) == [render.answer_html(answer, of(article))]


def test_chips_are_named_buttons() -> None:
    article = an_article()
    chips = Elements(render.answer_html(an_answer(article, FIRST), of(article))).with_class("hb-chip")
    assert chips[0] == {"type": "button", "class": "hb-chip", "data-citation": "1", "aria-label": "Mở nguồn số 1"}


def test_sources_mark_exactly_the_quotation_inside_the_whole_text() -> None:
    article = an_article()
    shown = render.sources_html(an_answer(article, SECOND), of(article))
    mark = re.search(r'<mark [^>]*data-citation="1"[^>]*>(.*?)</mark>', shown, re.DOTALL)
    assert mark
    assert re.sub(r"<span.*?</span>", "", mark[1]) == SECOND
    text = "".join(Elements(shown).text)
    assert TEXT in text.replace("1" + SECOND, SECOND)
    assert "07/04/2022" in shown
    assert "Báo Thử" in shown


def test_several_citations_of_one_article_share_one_view() -> None:
    article = an_article()
    shown = render.sources_html(an_answer(article, FIRST, SECOND), of(article))
    assert shown.count("<article") == 1
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1", "2"]


def test_articles_stand_in_the_order_of_their_first_citation() -> None:
    one, two = an_article(id="z", title="Bài một"), an_article(id="a", title="Bài hai")
    answer = replace(an_answer(one, FIRST), citations=(a_citation(one, 1, FIRST), a_citation(two, 2, SECOND)))
    shown = render.sources_html(answer, of(one, two))
    assert shown.index("Bài một") < shown.index("Bài hai")


def test_overlapping_quotations_each_have_their_marks() -> None:
    article = an_article("abcdefgh")
    answer = an_answer(article, "bcde", "de", "efg")
    shown = render.sources_html(answer, of(article))
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1", "1 2", "1 2 3", "3"]
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", shown)
    assert [re.sub(r"<.*?>", "", mark) for mark in marks] == ["1bc", "2d", "3e", "fg"]


def test_a_quotation_that_no_longer_stands_is_said_so_and_not_marked() -> None:
    article = an_article()
    answer = an_answer(article, FIRST, SECOND)
    altered = replace(article, text=TEXT.replace("NATO", "OTAN"))
    shown = render.sources_html(answer, of(altered))
    assert texts.ALTERED.format(numbers="2") in shown
    assert [mark["data-citation"] for mark in Elements(shown).with_class("hb-mark")] == ["1"]


def test_a_long_article_is_shown_around_its_marks_only() -> None:
    article = an_article("đ" * 50_000 + SECOND + "e" * 50_000)
    shown = render.sources_html(an_answer(article, SECOND), of(article))
    assert shown.count("đ") > 12_000
    assert len(shown) < 30_000
    assert shown.count("[… lược 38.000 ký tự …]") == 2


def test_an_article_without_headline_is_said_to_have_none() -> None:
    article = an_article(title=FIRST, stated=False)
    assert texts.UNTITLED in render.sources_html(an_answer(article, FIRST), of(article))
    assert texts.UNTITLED not in render.sources_html(an_answer(article, FIRST), of(an_article()))


def test_a_first_sentence_for_a_headline_is_cut_at_a_word_where_it_is_shown() -> None:
    lead, title = f"{'Dài ' * 30}hết.", f"{'Dài ' * 21}Dài…"
    assert len(title) == 88
    article = an_article(title=lead, stated=False)
    answer = an_answer(article, FIRST)
    assert f">{title}</h3>" in render.sources_html(answer, of(article))
    assert f">{title}</span>" in render.answer_html(answer, of(article))
    assert f"<h3>{lead}</h3>" in render.sources_html(answer, of(replace(article, title_stated=True)))


def test_what_cleaning_set_aside_is_counted() -> None:
    removed = (Removed(0, 4, "Ảnh:", "caption"), Removed(4, 5, "\n", "space"), Removed(9, 12, "AFP", "credit"))
    article = replace(an_article(), removed=removed)
    assert texts.REMOVED.format(count=2) in render.sources_html(an_answer(article, FIRST), of(article))


def test_not_found_shows_leads_as_no_answer_and_no_chip() -> None:
    answer = Answer(
        id="1",
        question="?",
        status="not_found",
        text="Không tìm thấy trong nguồn.",
        hits=tuple(a_hit(f"Đoạn {n}. {'chữ ' * 100}", f"báo/{n}.txt") for n in range(5)),
        notes=("Một ghi chú.",),
    )
    shown = render.answer_html(answer, of())
    elements = Elements(shown)
    assert "Không tìm thấy trong nguồn." in shown
    assert "không phải câu trả lời" in shown
    assert elements.with_class("hb-chip") == []
    assert [tag for tag, _ in elements.elements].count("li") == 3
    assert shown.count("…") == 3
    assert "Một ghi chú." in shown
    assert [shown] == list(render.answer_steps(answer, of()))


def test_not_found_without_hits_has_no_leads() -> None:
    answer = Answer(id="1", question="?", status="not_found", text="Không tìm thấy trong nguồn.")
    assert "<details" not in render.not_found_html(answer)


def test_understanding_notes_conflicts_and_missing_support_are_shown() -> None:
    article = an_article()
    answer = replace(
        an_answer(article, FIRST),
        understood_as="Ba Lan gửi đạn?",
        notes=("Ghi chú một.",),
        conflicts=(Conflict("số đạn", "contradiction", (ConflictValue("mười", (1,)), ConflictValue("hai mươi", ()))),),
    )
    answer = replace(answer, claims=(*answer.claims, Claim("Chưa chắc.", (), "unsupported")))
    shown = render.answer_html(answer, of(article))
    for part in ("Hiểu là: Ba Lan gửi đạn?", "Ghi chú một.", f"{texts.CONFLICT}: số đạn", "<li>mười<span", "hai mươi"):
        assert part in shown
    assert f'Chưa chắc. <span class="hb-unsupported">({texts.UNSUPPORTED})</span>' in shown
    update = replace(answer.conflicts[0], kind="update")
    assert texts.UPDATE in render.answer_html(replace(answer, conflicts=(update,)), of(article))


def test_a_mended_question_can_be_searched_for_as_typed() -> None:
    article = an_article()
    mended = replace(an_answer(article, FIRST, SECOND), understood_as="Ai gửi đạn?", read_as="Ai gửi đạn?")
    silent = Answer("1", "ai gui dan", "not_found", "Không.", understood_as="Ai gửi đạn?", read_as="Ai gửi đạn?")
    shown = [*render.answer_steps(mended, of(article)), *render.answer_steps(silent, of())]
    assert len(shown) == 3
    for html_ in shown:
        assert Elements(html_).with_class("hb-again") == [{"type": "button", "class": "hb-again"}]
        assert f'Hiểu là: Ai gửi đạn? <button type="button" class="hb-again">{texts.AS_TYPED}</button></p>' in html_


def test_a_question_that_was_only_joined_with_the_one_before_is_not_offered_as_typed() -> None:
    article = an_article()
    joined = replace(an_answer(article, FIRST), understood_as="Ai gửi đạn? Khi nào?")
    shown = render.answer_html(joined, of(article))
    assert "Hiểu là: Ai gửi đạn? Khi nào?</p>" in shown
    assert "hb-again" not in shown
    both = render.answer_html(replace(joined, read_as="Khi nào?"), of(article))
    assert f"{texts.AS_TYPED}</button>" in both


def test_an_answer_to_what_was_typed_says_so_and_offers_the_way_back() -> None:
    article = an_article()
    for answer in (an_answer(article, FIRST), Answer("1", "ai gui dan", "not_found", "Không.")):
        (shown,) = render.answer_steps(answer, of(article), as_typed=True)
        assert f'<p class="hb-understood">{texts.SEARCHED_AS_TYPED} <button' in shown
        assert f"{texts.AS_AT_FIRST}</button>" in shown
        assert texts.UNDERSTOOD not in shown
    joined = replace(an_answer(article, FIRST), understood_as="Ai gửi đạn? khi nao")
    shown = render.answer_html(joined, of(article), as_typed=True)
    assert "Hiểu là: Ai gửi đạn? khi nao</p><p" in shown
    assert texts.AS_TYPED not in shown.replace(texts.SEARCHED_AS_TYPED, "")


def test_a_question_is_shown_as_typed_and_bounded() -> None:
    assert render.question_html("Ai?\nỞ đâu?") == '<div class="hb-question">Ai?\nỞ đâu?</div>'
    assert len(render.question_html("a" * 100_000)) < 2_100
    assert render.question_html(f"{'a' * 100_000} Ai?").endswith("a Ai?</div>")


def test_states_without_an_answer() -> None:
    assert texts.SEARCHING in render.searching_html()
    failed = render.failed_html("Thư viện bị hỏng.", "library.db: <torn>")
    assert 'role="alert"' in failed
    assert "&lt;torn&gt;" in failed
    assert "<details" not in render.failed_html("Thư viện bị hỏng.")
    assert texts.EMPTY_LIBRARY in render.welcome_html(empty=True)
    assert texts.WELCOME in render.welcome_html(empty=False)
    for whole in (render.panel_html(), render.header_html(), render.empty_sources_html()):
        Elements(whole)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (LibraryDamaged("torn"), "bị hỏng"),
        (DiskFull("no room"), "Đĩa đã đầy"),
        (LoadError("x"), "Không đọc được thư viện"),
        (RagError("x"), "Không đọc được thư viện"),
    ],
)
def test_every_error_has_vietnamese_words(error: RagError, says: str) -> None:
    assert says in texts.failure(error)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "![ảnh](http://evil.example/x.png)",
    "[bấm](javascript:alert(1))",
    "${alert(1)} {{value}} {{{value}}} `${1}`",
    '__i18n__{"__type__":"translation_metadata","key":"common.error"}',
    "</div></template></mark><h1>to",
    "' onclick='alert(1)",
    "\\${7*7}\\x3cscript\\x3e",
    "&lt;script&gt; &amp; &#60;",
    "$$\\href{javascript:alert(1)}{x}$$",
]


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_stays_text_everywhere(payload: str) -> None:
    text = f"Câu đầu. {payload}. Câu cuối."
    article = replace(an_article(text, title=payload), source=payload, outlet=payload)
    answer = replace(
        an_answer(article, f"{payload}.", short=payload),
        question=payload,
        understood_as=payload,
        read_as=payload,
        notes=(payload,),
        conflicts=(Conflict(payload, "update", (ConflictValue(payload, (1,)),)),),
    )
    silent = replace(answer, status="not_found", claims=(), citations=(), text=payload, hits=(a_hit(payload, payload),))
    for shown in (
        render.answer_html(answer, of(article)),
        render.answer_html(silent, of(article)),
        render.answer_html(answer, of(article), as_typed=True),
        render.question_html(payload),
        render.failed_html(payload, payload),
    ):
        elements = Elements(shown)
        assert {tag for tag, _ in elements.elements} <= OWN_ELEMENTS
        assert {name for _, attributes in elements.elements for name in attributes} <= OWN_ATTRIBUTES
        assert payload in "".join(elements.text)
        assert not re.search(r"[${}`\\]", shown)


OWN_ELEMENTS = {
    *("div", "p", "span", "ul", "li", "button", "article", "h3", "mark", "details", "summary", "strong"),
}
OWN_ATTRIBUTES = {"class", "type", "data-citation", "aria-label", "tabindex", "hidden", "inert", "role", "lang"}


def test_invisible_and_reordering_signs_are_made_visible() -> None:
    assert render.escape("a\u202eb\u200bc\u2066d\x00e\x1bf\ufeffg\u00adh") == "a·b·c·d·e·f·g·h"
    assert render.escape("a\ud800b") == "a\ufffdb"
    assert render.escape("một\nhai\tba\u00a0bốn") == "một\nhai\tba\u00a0bốn"
    assert render.escape("Tiếng Việt, 日本語, العربية, 👍") == "Tiếng Việt, 日本語, العربية, 👍"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"])))
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    escaped = render.escape(text)
    assert not set(escaped) & set("<>\"'${}`\\")
    assert html.unescape(escaped) == text


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
    shown = render.sources_html(answer, of(article))
    body = re.search(r'<div class="hb-text">(.*)</div>', shown, re.DOTALL)
    assert body
    bare = re.sub(r'<span class="hb-number">\d+</span>', "", body[1])
    seen = "".join(Elements(bare).text)
    # Line breaks become paragraphs, so white space alone may differ.
    assert "".join(seen.split()) == "".join(html.unescape(render.escape(text)).split())
