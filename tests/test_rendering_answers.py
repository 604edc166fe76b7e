"""One question and its answer in the conversation: pure functions from records to HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from app.keeping.records import KeptTurn
from app.rendering.answers import (
    answer_html,
    answer_steps,
    failed_html,
    question_html,
    searching_html,
    turn_html,
)
from app.rendering.plain import footnoted
from app.words import words_of
from rag.datatypes import Answer, Article, Citation, Claim, Conflict, ConflictValue
from tests.rendering import FIRST, HOSTILE, SECOND, Elements, a_citation, a_hit, an_answer, an_article, of

WORDS = words_of("vi")
VI = WORDS.chat
EN = words_of("en").chat


def visible_part(shown: str) -> str:
    """Without the sources and the copy that travel with an answer."""
    shown = re.sub(r'<div class="hb-sources-of".*?</article></div>', "", shown, flags=re.DOTALL)
    return re.sub(r'<div class="hb-copy-of".*?</div>', "", shown, flags=re.DOTALL)


def reprinted(answer: Answer, *copies: tuple[str, ...]) -> Answer:
    cited = tuple(replace(one, copies=sources) for one, sources in zip(answer.citations, copies, strict=True))
    return replace(answer, citations=cited)


# ---- short answer and claims


def test_short_answer_stands_first_and_is_not_said_twice() -> None:
    article = an_article()
    shown = visible_part(answer_html(an_answer(article, FIRST, SECOND, short=SECOND), of(article), VI))
    assert shown.count(SECOND) == 1
    assert shown.index(SECOND) < shown.index(FIRST)
    assert [chip["data-citation"] for chip in Elements(shown).with_class("hb-chip")] == ["2", "1", "1", "2"]


def test_a_short_answer_inside_a_claim_has_the_chips_of_that_claim() -> None:
    article = an_article()
    answer = an_answer(article, FIRST, SECOND, short="Ba Lan")
    held = next(claim for claim in answer.claims if "Ba Lan" in claim.text)
    shown = answer_html(answer, of(article), VI)
    short = shown[shown.index('<p class="hb-short"><span lang="vi">Ba Lan') :]
    assert f'data-citation="{held.citations[0]}"' in short[: short.index("</p>")]
    assert f'<li><span lang="vi">{FIRST}' in shown
    assert f'<li><span lang="vi">{SECOND}' in shown


def test_a_sentence_behind_a_yes_is_not_said_twice() -> None:
    article = an_article()
    shown = visible_part(answer_html(an_answer(article, FIRST, short=f"Có: {FIRST}"), of(article), VI))
    assert shown.count(FIRST) == 1


def test_without_a_short_answer_the_first_claim_leads() -> None:
    article = an_article()
    shown = visible_part(answer_html(replace(an_answer(article, FIRST, SECOND), short_answer=None), of(article), VI))
    assert f'<p class="hb-short"><span lang="vi">{FIRST}' in shown
    assert shown.count(FIRST) == shown.count(SECOND) == 1


def test_the_answer_grows_by_one_claim_at_a_time_and_ends_whole() -> None:
    third = "Đoạn sau nói chuyện khác."
    article = an_article()
    answer = an_answer(article, FIRST, SECOND, third)
    steps = list(answer_steps(answer, of(article), VI))
    assert [step.count("<li>") - step.count("hb-cited-title") for step in steps] == [0, 1, 2]
    assert steps[-1] == answer_html(answer, of(article), VI)
    assert all('class="hb-sources-of"' in step for step in steps)
    assert ["hb-cited" in step for step in steps] == [False, False, True]
    # What can be done with an answer can be done once it is whole.
    assert ["hb-actions" in step for step in steps] == [False, False, True]


def test_one_claim_needs_one_step() -> None:
    article = an_article()
    answer = an_answer(article, FIRST)
    assert list(answer_steps(answer, of(article), VI)) == [answer_html(answer, of(article), VI)]


def test_chips_are_named_buttons() -> None:
    article = an_article()
    chips = Elements(answer_html(an_answer(article, FIRST), of(article), VI)).with_class("hb-chip")
    assert chips[0] == {"type": "button", "class": "hb-chip", "data-citation": "1", "aria-label": "Mở nguồn số 1"}
    chips = Elements(answer_html(an_answer(article, FIRST), of(article), EN)).with_class("hb-chip")
    assert chips[0]["aria-label"] == "Open source number 1"


# ---- agreement


def agreed(*articles: Article, short: str = "Ba Lan") -> Answer:
    citations = tuple(a_citation(article, number, FIRST) for number, article in enumerate(articles, 1))
    claims = (Claim(FIRST, tuple(citation.number for citation in citations), "supported"),)
    return Answer("1", "Ai?", "answered", FIRST, short_answer=short, claims=claims, citations=citations)


def test_articles_that_state_the_same_are_counted_beside_the_short_answer() -> None:
    one, two, three = (an_article(id=id) for id in "abc")
    shown = answer_html(agreed(one, two, three), of(one, two, three), VI)
    short = shown[shown.index('<p class="hb-short">') :]
    assert '<span class="hb-agreed">3 bài cùng nêu</span></p>' in short
    assert '<span class="hb-agreed">3 articles agree</span>' in answer_html(agreed(one, two, three), of(), EN)


def test_two_quotations_of_one_article_are_no_agreement() -> None:
    article = an_article()
    assert "hb-agreed" not in answer_html(agreed(article, article), of(article), VI)
    assert "hb-agreed" not in answer_html(agreed(article), of(article), VI)


def test_reprints_are_no_agreement() -> None:
    article = an_article()
    answer = reprinted(agreed(article), ("b.txt", "c.txt"))
    assert "hb-agreed" not in answer_html(answer, of(article), VI)


def test_several_values_or_a_difference_are_no_agreement() -> None:
    one, two = an_article(id="a"), an_article(id="b")
    assert "hb-agreed" not in answer_html(agreed(one, two, short="Ba Lan; Đức"), of(one, two), VI)
    differing = replace(agreed(one, two), conflicts=(Conflict("ai", "contradiction", (ConflictValue("Đức", (2,)),)),))
    assert "hb-agreed" not in answer_html(differing, of(one, two), VI)


# ---- where it is from


def test_a_cited_article_says_who_reprints_it_once() -> None:
    article = an_article()
    answer = reprinted(an_answer(article, FIRST, SECOND), ("b.txt", "<i>c</i>.txt"), ("b.txt",))
    shown = answer_html(answer, of(article), VI)
    assert shown.count("+2 báo đăng lại") == 1
    assert shown.count("<li>b.txt</li>") == 1
    assert "<li>&lt;i&gt;c&lt;/i&gt;.txt</li>" in shown
    assert VI.reprinted_note in shown
    (details,) = Elements(shown).with_class("hb-copies")
    assert "open" not in details
    assert "hb-copies" not in answer_html(an_answer(article, FIRST), of(article), VI)


def test_of_very_many_reprints_the_first_are_named() -> None:
    article = an_article()
    answer = reprinted(an_answer(article, FIRST), tuple(f"{number}.txt" for number in range(27)))
    shown = answer_html(answer, of(article), VI)
    assert "+27 báo đăng lại" in shown
    assert "<li>19.txt</li><li>… và 7 bài nữa</li></ul>" in shown


# ---- conflicts


def table(shown: str) -> tuple[str, list[list[str]]]:
    """The caption and the rows of the first table, as texts."""
    (html,) = re.findall(r"<table[^>]*>.*?</table>", shown, re.DOTALL)[:1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    cells = [["".join(Elements(cell).text) for _, cell in re.findall(r"<(t[hd])[^>]*>(.*?)</\1>", row)] for row in rows]
    return "".join(Elements(re.findall(r"<caption>.*?</caption>", html)[0]).text), cells


def test_values_that_differ_are_a_table_of_value_day_and_quotation() -> None:
    article = an_article()
    values = (ConflictValue("12 người", (2,), date(2022, 10, 6)), ConflictValue("9 người", (1, 2)))
    conflict = Conflict("số người", "update", values)
    shown = answer_html(replace(an_answer(article, FIRST, SECOND), conflicts=(conflict,)), of(article), VI)
    caption, (head, first, second) = table(shown)
    assert caption == f"{VI.update}: số người"
    assert head == [VI.value, VI.day, VI.quote]
    assert first == ["12 người2", "06/10/2022", f"“{SECOND}”"]
    assert second == ["9 người12", VI.no_day, f"“{FIRST}”“{SECOND}”"]
    contradiction = replace(conflict, kind="contradiction")
    shown = answer_html(replace(an_answer(article, FIRST, SECOND), conflicts=(contradiction,)), of(article), EN)
    caption, (head, *_) = table(shown)
    assert caption == "The sources differ: số người"
    assert head == ["Stated", "Published", "Quotation"]


def test_a_table_is_read_aloud_by_rows_and_columns() -> None:
    article = an_article()
    conflict = Conflict("số đạn", "contradiction", (ConflictValue("mười", (1,)),))
    elements = Elements(answer_html(replace(an_answer(article, FIRST), conflicts=(conflict,)), of(article), VI))
    scopes = [attributes.get("scope") for tag, attributes in elements.elements if tag == "th"]
    assert scopes == ["col", "col", "col", "row"]
    # A layout that is no table's would take these away.
    roles = [attributes.get("role") for tag, attributes in elements.elements if tag in {"table", "tr", "th", "td"}]
    assert roles == ["table", "row", *["columnheader"] * 3, "row", "rowheader", "cell", "cell"]


# ---- nothing found


def silent(**more: object) -> Answer:
    return replace(Answer(id="1", question="?", status="not_found", text="Không tìm thấy trong nguồn."), **more)  # type: ignore[arg-type]


def test_not_found_shows_leads_as_no_answer_and_no_chip() -> None:
    hits = tuple(a_hit(f"Đoạn {n}. {'chữ ' * 100}", f"báo/{n}.txt") for n in range(5))
    answer = silent(hits=hits, notes=("Một ghi chú.",))
    shown = answer_html(answer, of(), VI)
    elements = Elements(shown)
    assert "Không tìm thấy trong nguồn." in shown
    assert "không phải câu trả lời" in shown
    assert elements.with_class("hb-chip") == []
    assert [tag for tag, _ in elements.elements].count("li") == 3
    assert shown.count("…") == 3
    assert "Một ghi chú." in shown
    assert [shown] == list(answer_steps(answer, of(), VI))
    assert "Not found in the sources." in answer_html(answer, of(), EN)


def test_a_lead_opens_the_article_at_its_passage() -> None:
    (lead,) = Elements(answer_html(silent(hits=(a_hit("Giá vàng tăng."),)), of(), VI)).with_class("hb-read")
    assert (lead["type"], lead["data-article"], lead["data-start"], lead["data-end"]) == ("button", "b", "0", "14")


def test_a_lead_names_its_article_and_one_without_a_headline_its_file() -> None:
    article = replace(an_article(), id="b", title="Giá vàng", outlet="Báo Thử", published_on=date(2022, 4, 7))
    answer = silent(hits=(a_hit("Giá vàng tăng."),))
    named = answer_html(answer, of(article), VI)
    assert '<span lang="vi">Giá vàng</span></button><span class="hb-stated" lang="vi">Báo Thử</span>' in named
    assert "07/04/2022" in named
    assert "báo/b.txt" not in named
    for known in (of(replace(article, title_stated=False)), of()):
        assert "báo/b.txt</button></div>" in answer_html(answer, known, VI)


def test_not_found_without_hits_has_no_leads() -> None:
    assert "<details" not in answer_html(silent(), of(), VI)


def test_a_lead_says_how_often_it_is_reprinted() -> None:
    hits = (replace(a_hit("Giá vàng tăng."), copies=("c.txt",)), a_hit("Giá dầu giảm.", "d.txt"))
    shown = answer_html(silent(hits=hits), of(), VI)
    assert 'báo/b.txt</button><span class="hb-stated">+1 báo đăng lại</span>' in shown
    assert "d.txt</button></div>" in shown


# ---- what was understood, noted, and lacks support


def test_understanding_notes_conflicts_and_missing_support_are_shown() -> None:
    article = an_article()
    answer = replace(
        an_answer(article, FIRST),
        understood_as="Ba Lan gửi đạn?",
        notes=("Ghi chú một.",),
        conflicts=(Conflict("số đạn", "contradiction", (ConflictValue("mười", (1,)), ConflictValue("hai mươi", ()))),),
    )
    answer = replace(answer, claims=(*answer.claims, Claim("Chưa chắc.", (), "unsupported")))
    shown = answer_html(answer, of(article), VI)
    assert 'Hiểu là: <span lang="vi">Ba Lan gửi đạn?</span>' in shown
    assert "Ghi chú một." in shown
    caption, (_, *rows) = table(shown)
    assert caption == f"{VI.conflict}: số đạn"
    assert [row[0] for row in rows] == ["mười1", "hai mươi"]
    assert f'Chưa chắc.</span> <span class="hb-unsupported">({VI.unsupported})</span>' in shown


def test_a_mended_question_can_be_searched_for_as_typed() -> None:
    article = an_article()
    mended = replace(an_answer(article, FIRST, SECOND), understood_as="Ai gửi đạn?", read_as="Ai gửi đạn?")
    not_found = Answer("1", "ai gui dan", "not_found", "Không.", understood_as="Ai gửi đạn?", read_as="Ai gửi đạn?")
    shown = [*answer_steps(mended, of(article), VI), *answer_steps(not_found, of(), VI)]
    assert len(shown) == 3
    again = f'<button type="button" class="hb-again">{VI.as_typed}</button>'
    for html in shown:
        assert Elements(html).with_class("hb-again") == [{"type": "button", "class": "hb-again"}]
        assert f'Hiểu là: <span lang="vi">Ai gửi đạn?</span> {again}</p>' in html


def test_a_question_that_was_only_joined_with_the_one_before_is_not_offered_as_typed() -> None:
    article = an_article()
    joined = replace(an_answer(article, FIRST), understood_as="Ai gửi đạn? Khi nào?")
    shown = answer_html(joined, of(article), VI)
    assert 'Hiểu là: <span lang="vi">Ai gửi đạn? Khi nào?</span></p>' in shown
    assert "hb-again" not in shown
    both = answer_html(replace(joined, read_as="Khi nào?"), of(article), VI)
    assert f"{VI.as_typed}</button>" in both


def test_an_answer_to_what_was_typed_says_so_and_offers_the_way_back() -> None:
    article = an_article()
    for answer in (an_answer(article, FIRST), Answer("1", "ai gui dan", "not_found", "Không.")):
        (shown,) = answer_steps(answer, of(article), VI, as_typed=True)
        assert f'<p class="hb-understood">{VI.searched_as_typed} <button' in shown
        assert f"{VI.as_at_first}</button>" in shown
        assert VI.understood not in shown
    joined = replace(an_answer(article, FIRST), understood_as="Ai gửi đạn? khi nao")
    shown = answer_html(joined, of(article), VI, as_typed=True)
    assert 'Hiểu là: <span lang="vi">Ai gửi đạn? khi nao</span></p><p' in shown
    assert VI.as_typed not in shown.replace(VI.searched_as_typed, "")


# ---- what can be done


def actions(shown: str) -> dict[str, dict[str, str]]:
    return {button["data-do"]: button for button in Elements(shown).with_class("hb-action")}


def test_every_answer_has_its_actions_as_named_buttons() -> None:
    article = an_article()
    for shown in (answer_html(an_answer(article, FIRST), of(article), VI), answer_html(silent(), of(), VI)):
        found = actions(shown)
        assert list(found) == ["copy", "edit", "retry", "up", "down", "undo"]
        for button in found.values():
            assert button["type"] == "button"
            assert button["aria-label"] == button["title"] != ""
        assert [found[thumb]["aria-pressed"] for thumb in ("up", "down")] == ["false", "false"]
        (group,) = Elements(shown).with_class("hb-actions")
        assert (group["role"], group["aria-label"]) == ("group", VI.actions)


@pytest.mark.parametrize("thumb", ["up", "down"])
def test_the_thumb_that_was_given_is_pressed(thumb: str) -> None:
    article = an_article()
    turn = KeptTurn("Ai?", an_answer(article, FIRST), thumb=thumb, reason="vì thế")  # type: ignore[arg-type]
    found = actions(turn_html(turn, of(article), WORDS))
    assert {name: found[name]["aria-pressed"] for name in ("up", "down")} == {
        "up": str(thumb == "up").lower(),
        "down": str(thumb == "down").lower(),
    }


def test_what_failed_can_be_asked_again_but_not_copied_or_judged() -> None:
    shown = failed_html("Thư viện bị hỏng.", VI, "library.db: <torn>")
    assert list(actions(shown)) == ["edit", "retry", "undo"]
    assert "hb-copy-of" not in shown


def test_a_kept_turn_is_shown_as_it_was() -> None:
    article = an_article()
    answer = an_answer(article, FIRST, SECOND)
    assert turn_html(KeptTurn("Ai?", answer), of(article), WORDS) == answer_html(answer, of(article), VI)
    shown = turn_html(KeptTurn("Ai?", None, "Đĩa đã đầy."), of(), WORDS)
    assert shown == failed_html("Đĩa đã đầy.", VI)
    assert WORDS.keeping.unreadable in turn_html(KeptTurn("Ai?", None), of(), WORDS)


# ---- the copy, with footnotes


def test_a_copy_has_its_citations_as_footnotes() -> None:
    one, two = an_article(id="a"), an_article(id="b", title="Bài hai\nhai dòng")
    answer = replace(
        an_answer(one, FIRST, short="Ba Lan"),
        claims=(Claim(FIRST, (1, 2), "supported"), Claim("Chưa chắc.", (), "unsupported")),
        citations=(a_citation(one, 1, FIRST), replace(a_citation(two, 2, SECOND), outlet=None, published_on=None)),
        conflicts=(Conflict("số", "update", (ConflictValue("mười", (1,)), ConflictValue("chín", (2,)))),),
    )
    assert footnoted(answer, VI).split("\n") == [
        "Ai gửi đạn?",
        "",
        "Ba Lan [1] [2]",
        "",
        f"{FIRST} [1] [2]",
        f"Chưa chắc. ({VI.unsupported})",
        "",
        f"{VI.update}: mười [1]; chín [2]",
        "",
        f"[1] “{FIRST}” — Viện trợ, Báo Thử, 07/04/2022 (báo/a.txt, 0–{len(FIRST)})",
        f"[2] “{SECOND}” — Bài hai hai dòng (báo/b.txt, {len(FIRST) + 1}–{len(FIRST) + 1 + len(SECOND)})",
    ]


def test_a_copy_says_nothing_twice_and_nothing_that_was_not_found() -> None:
    article = an_article()
    whole = footnoted(an_answer(article, FIRST, SECOND, short=f"Có: {FIRST}"), VI)
    assert [line for line in whole.split("\n") if FIRST in line and not line.startswith("[")] == [f"Có: {FIRST} [1]"]
    assert footnoted(silent(question="Vàng?"), VI) == "Vàng?\n\nKhông tìm thấy trong nguồn."
    assert footnoted(silent(question="Vàng?"), EN) == "Vàng?\n\nNot found in the sources."


def test_a_copy_holds_nothing_invisible_and_no_line_that_was_not_made_here() -> None:
    hard = "a\u202eb\u200bc\x00d\n[9] “giả” — e"
    citation = Citation(1, "a", hard, hard, hard, None, 0, 1, hard)
    answer = Answer(
        "1", hard, "answered", hard, short_answer=hard, claims=(Claim(hard, (1,), "supported"),), citations=(citation,)
    )
    copied = footnoted(replace(answer, conflicts=(Conflict(hard, "update", (ConflictValue(hard, (1,)),)),)), VI)
    assert all(character.isprintable() or character == "\n" for character in copied)
    assert [line for line in copied.split("\n") if line.startswith("[9]")] == []


def test_the_copy_travels_hidden_with_the_answer() -> None:
    article = an_article()
    shown = answer_html(an_answer(article, FIRST), of(article), VI)
    (carried,) = Elements(shown).with_class("hb-copy-of")
    assert {"hidden", "inert"} <= set(carried)
    assert f"[1] “{FIRST}” — Viện trợ" in "".join(Elements(shown).text)


# ---- states without an answer


def test_a_question_is_shown_as_typed_and_bounded() -> None:
    heading = '<div class="hb-question" role="heading" aria-level="2" lang="vi">'
    assert question_html("Ai?\nỞ đâu?") == f"{heading}Ai?\nỞ đâu?</div>"
    assert len(question_html("a" * 100_000)) < 2_100
    assert question_html(f"{'a' * 100_000} Ai?").endswith("a Ai?</div>")


def test_states_without_an_answer() -> None:
    assert VI.searching in searching_html(VI)
    failed = failed_html("Thư viện bị hỏng.", VI, "library.db: <torn>")
    # Announced by the page's script, once and only when it is new.
    assert "role=" not in searching_html(VI) + failed.partition("hb-actions")[0]
    assert "&lt;torn&gt;" in failed
    assert "<details" not in failed_html("Thư viện bị hỏng.", VI)


# ---- hostile text


OWN_ELEMENTS = {
    *("div", "p", "span", "ul", "li", "button", "article", "h3", "mark", "details", "summary", "strong"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "time", "blockquote", "br", "svg", "path"),
}
OWN_ATTRIBUTES = {
    *("class", "type", "data-citation", "aria-label", "tabindex", "hidden", "inert", "role", "lang", "title"),
    *("data-article", "data-start", "data-end", "data-do", "aria-pressed", "aria-hidden", "aria-level"),
    *("scope", "datetime"),
    *("viewbox", "width", "height", "fill", "stroke", "stroke-width", "transform", "d"),
}


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_stays_text_everywhere(payload: str) -> None:
    text = f"Câu đầu. {payload}. Câu cuối."
    article = replace(an_article(text, title=payload, url=payload), source=payload, outlet=payload, id=payload)
    answer = replace(
        an_answer(article, f"{payload}.", short=payload),
        question=payload,
        understood_as=payload,
        read_as=payload,
        notes=(payload,),
        conflicts=(Conflict(payload, "update", (ConflictValue(payload, (1,)),)),),
    )
    not_found = replace(answer, status="not_found", claims=(), citations=(), hits=(a_hit(payload, payload),))
    for shown in (
        answer_html(answer, of(article), VI),
        answer_html(answer, of(), VI),
        answer_html(replace(not_found, text=payload), of(article), VI),
        answer_html(replace(not_found, text=payload), of(article), EN),
        answer_html(answer, of(article), VI, as_typed=True),
        question_html(payload),
        failed_html(payload, VI, payload),
    ):
        elements = Elements(shown)
        assert {tag for tag, _ in elements.elements} <= OWN_ELEMENTS
        assert {name for _, attributes in elements.elements for name in attributes} <= OWN_ATTRIBUTES
        assert payload in "".join(elements.text)
        assert not re.search(r"[${}`\\]", shown)
