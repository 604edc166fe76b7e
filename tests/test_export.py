"""A conversation as a file: whole in every format, harmless whatever stands in it, and named so that it is saved."""

from __future__ import annotations

import html
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import Message
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.keeping.document import Bullets, Heading, Paragraph, Piece, Table, document_of
from app.keeping.export import Exported, Kind, disposition, export, file_name
from app.keeping.markdown import escaped, markdown_of
from app.keeping.records import KeptConversation, KeptFluent, KeptTurn
from app.rendering.escaping import one_line, visible
from app.words import LANGUAGES, words_of
from rag.contract import answer_to_json
from rag.datatypes import Answer, Claim, Conflict, ConflictValue, Filters
from rag.loading.format_docx import read_docx
from tests.rendering import FIRST, HOSTILE, SECOND, a_citation, a_hit, an_answer, an_article, of

VI, EN = words_of("vi"), words_of("en")
AT = datetime(2026, 3, 1, 8, 5, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("md", "docx", "json")
GFM = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def a_conversation(title: str = "Ai gửi đạn?", turns: int = 1) -> KeptConversation:
    return KeptConversation("0123456789abcdef", title, AT, AT, turns)


THERE = an_article(id="t", title="Viện trợ", url="https://bao.example/tin?a=1&b=(2)")
GONE = an_article(id="g", title="Bài đã mất")
ALTERED = an_article(id="x", title="Bài đã sửa")
KNOWN = of(THERE, replace(ALTERED, text="Khác hẳn."))


def all_there_is() -> list[KeptTurn]:
    """A conversation in which everything occurs that can."""
    answer = Answer(
        "1",
        "ai gui dan",
        "answered",
        f"{FIRST} {SECOND}",
        understood_as="Ai gửi đạn?",
        short_answer="Ba Lan",
        claims=(Claim(FIRST, (1, 2), "supported"), Claim("Chưa chắc.", (), "unsupported")),
        citations=(
            replace(a_citation(THERE, 1, FIRST), copies=("b.txt", "c.txt")),
            a_citation(GONE, 2, FIRST),
            replace(a_citation(ALTERED, 3, SECOND), outlet=None, published_on=None),
        ),
        conflicts=(
            Conflict("số đạn", "update", (ConflictValue("mười", (1,), date(2022, 4, 7)), ConflictValue("chín", (3,)))),
        ),
        notes=("Câu không nêu ngày đứng sau cùng.",),
    )
    silent = Answer("2", "Vàng?", "not_found", "Không tìm thấy trong nguồn.", hits=(a_hit("Giá dầu giảm."),))
    filters = Filters(date(2022, 1, 1), None, ("Báo Thử",))
    return [
        KeptTurn("ai gui dan", answer, None, False, filters, AT, "down", "thiếu\nsố lượng"),
        KeptTurn("Vàng?", silent, None, True, asked_at=AT, thumb="up"),
        KeptTurn("Rồi sao?", None, "Đĩa đã đầy.", asked_at=AT),
        KeptTurn("Còn gì?", None, asked_at=AT),
    ]


EXPECTED = """\
# Ai gửi đạn?

*Hội thoại bắt đầu lúc 08:05, 01/03/2026.*\\
*Xuất từ Hỏi Báo lúc 08:05, 01/03/2026. Mỗi câu trích được đối chiếu với bài đã lưu.*

## 1. ai gui dan

*Hỏi lúc 08:05, 01/03/2026.*\\
*Chỉ tìm trong: từ 01/01/2022, Báo Thử.*\\
*Hiểu là: Ai gửi đạn?*

**Ba Lan** \\[1\\] \\[2\\]

- Ba Lan gửi đạn cho Ukraine. \\[1\\] \\[2\\]
- Chưa chắc. *(chưa có nguồn xác nhận)*

**Tin sau khác tin trước: số đạn**

| Nguồn nêu | Ngày đăng | Trích dẫn |
| --- | --- | --- |
| mười \\[1\\] | 07/04/2022 | “Ba Lan gửi đạn cho Ukraine.” |
| chín \\[3\\] | không rõ ngày | “Ông Kuleba kêu gọi NATO hành động.” |

### Ghi chú

- Câu không nêu ngày đứng sau cùng.

### Nguồn

- **\\[1\\]** “Ba Lan gửi đạn cho Ukraine.”\\
  Viện trợ — Báo Thử — 07/04/2022\\
  *báo/t.txt, ký tự 0–27*\\
  +2 báo đăng lại: b.txt, c.txt\\
  Bài gốc: [`https://bao.example/tin?a=1&b=(2)`](<https://bao.example/tin?a=1&amp;b=(2)>)
- **\\[2\\]** “Ba Lan gửi đạn cho Ukraine.”\\
  Bài đã mất — Báo Thử — 07/04/2022\\
  *báo/g.txt, ký tự 0–27*\\
  *Bài này không còn trong thư viện; dưới đây là câu trích đã lưu cùng câu trả lời.*
- **\\[3\\]** “Ông Kuleba kêu gọi NATO hành động.”\\
  Bài đã sửa\\
  *báo/x.txt, ký tự 28–62*\\
  *Trích dẫn số 3 không còn khớp với bài đã lưu nên không được tô sáng. Hãy chạy lệnh hoibao verify.*

*Đánh giá: câu trả lời chưa tốt. Lý do: thiếu số lượng*

## 2. Vàng?

*Hỏi lúc 08:05, 01/03/2026.*\\
*Đã tìm đúng như đã gõ.*

**Không tìm thấy trong nguồn.**

### Các đoạn gần nhất (không phải câu trả lời)

- Giá dầu giảm.\\
  *báo/b.txt, ký tự 0–13*

*Đánh giá: câu trả lời tốt.*

## 3. Rồi sao?

*Hỏi lúc 08:05, 01/03/2026.*

Không trả lời được. Đĩa đã đầy.

## 4. Còn gì?

*Hỏi lúc 08:05, 01/03/2026.*

Không trả lời được. Câu trả lời đã lưu không đọc được nữa. Hãy hỏi lại câu này.
"""


def as_markdown(turns: list[KeptTurn], title: str = "Ai gửi đạn?") -> str:
    return export("md", a_conversation(title), turns, KNOWN, VI, AT).content.decode()


# ---- what stands in every format


def test_markdown_holds_the_whole_conversation() -> None:
    assert as_markdown(all_there_is()) == EXPECTED


def words_of_markdown(text: str) -> list[str]:
    """What a reader of the rendered text sees, word by word."""
    return html.unescape(re.sub(r"<[^>]*>", "", GFM.render(text))).split()


def words_of_docx(content: bytes) -> list[str]:
    text = read_docx(content, where="x.docx").text
    return text.replace(" | ", " ").split()


@pytest.mark.parametrize("words", [VI, EN])
def test_word_holds_what_markdown_holds(words: Any) -> None:
    md = export("md", a_conversation(), all_there_is(), KNOWN, words, AT).content.decode()
    word = export("docx", a_conversation(), all_there_is(), KNOWN, words, AT).content
    assert words_of_docx(word) == words_of_markdown(md)


def test_in_english_everything_that_is_ours_is_english() -> None:
    text = export("md", a_conversation(), all_there_is(), KNOWN, EN, AT).content.decode()
    for expected in (
        "Asked 08:05, 01/03/2026",
        "Later news differs from earlier news",
        "### Sources",
        "characters 0–27",
        "Not found in the sources.",
        "Sentences without a day stand last.",
        "Judged a bad answer. Reason: thiếu số lượng",
        "Searched exactly as typed.",
    ):
        assert expected in text
    for name in ("Nguồn nêu", "ký tự", "Hỏi lúc", "Không trả lời được", "Trích dẫn"):
        assert name not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_conversation_says_so(language: Any) -> None:
    words = words_of(language)
    assert words.keeping.nobody_asked in export("md", a_conversation(), [], of(), words, AT).content.decode()
    assert export("docx", a_conversation(), [], of(), words, AT).content
    assert json.loads(export("json", a_conversation(), [], of(), words, AT).content)["turns"] == []


def test_agreement_is_told() -> None:
    other = an_article(id="o")
    answer = replace(
        an_answer(THERE, FIRST, short="Ba Lan"),
        claims=(Claim(FIRST, (1, 2), "supported"),),
        citations=(a_citation(THERE, 1, FIRST), a_citation(other, 2, FIRST)),
    )
    assert "**Ba Lan** \\[1\\] \\[2\\] *(2 bài cùng nêu)*" in as_markdown([KeptTurn("Ai?", answer)])


def test_a_very_long_question_is_cut_in_documents_and_whole_in_json() -> None:
    turn = KeptTurn(f"{'đ' * 50_000} hết?", None, "Không.")
    text = as_markdown([turn])
    assert len(text) < 4_000
    assert "đ hết?" in text
    assert json.loads(export("json", a_conversation(), [turn], of(), VI, AT).content)["turns"][0] == {
        "question": turn.question,
        "asked_at": None,
        "as_typed": False,
        "filters": {"published_from": None, "published_to": None, "outlets": []},
        "answer": None,
        "fluent": None,
        "failure": "Không.",
        "judgement": None,
    }


# ---- JSON


def test_json_is_the_contract_in_a_versioned_envelope() -> None:
    turns = all_there_is()
    file = export("json", a_conversation(turns=4), turns, KNOWN, VI, AT)
    read = json.loads(file.content)
    assert list(read) == [
        *("format", "version", "exported_at", "id", "title", "created_at", "changed_at", "turns", "articles"),
    ]
    assert (read["format"], read["version"]) == ("hoibao-conversation", 1)
    assert read["exported_at"] == "2026-03-01T08:05:00+00:00"
    assert [turn["answer"] for turn in read["turns"]] == [
        answer_to_json(turn.answer) if turn.answer else None for turn in turns
    ]
    first, second, third, fourth = read["turns"]
    assert first["filters"] == {"published_from": "2022-01-01", "published_to": None, "outlets": ["Báo Thử"]}
    assert first["judgement"] == {"thumb": "down", "reason": "thiếu\nsố lượng", "wording": "extractive"}
    assert second["as_typed"] is True
    assert second["judgement"] == {"thumb": "up", "reason": None, "wording": "extractive"}
    assert (third["answer"], third["failure"]) == (None, "Đĩa đã đầy.")
    assert (fourth["answer"], fourth["failure"], fourth["judgement"]) == (None, None, None)
    assert read["articles"] == [
        {
            "article_id": "t",
            "in_library": True,
            "url": "https://bao.example/tin?a=1&b=(2)",
            "quotations_stand": True,
            "reprints": ["b.txt", "c.txt"],
        },
        {"article_id": "g", "in_library": False, "url": None, "quotations_stand": None, "reprints": []},
        {"article_id": "x", "in_library": True, "url": None, "quotations_stand": False, "reprints": []},
    ]


def test_a_quotation_in_json_is_the_article_s_to_the_letter() -> None:
    text = "Câu đầu.\n\u202eCâu\u200b có dấu lạ\u00a0!\x07 👍"
    article = an_article(text)
    answer = an_answer(article, text)
    file = export("json", a_conversation(), [KeptTurn("Ai?", answer)], of(article), VI, AT).content.decode()
    assert all(character.isprintable() or character in "\n\u00a0" for character in file)
    assert "👍" in file
    (citation,) = json.loads(file)["turns"][0]["answer"]["citations"]
    assert citation["quote"] == text
    assert article.text[citation["start"] : citation["end"]] == citation["quote"]


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_json_gives_every_text_back(text: str) -> None:
    turn = KeptTurn(text, None, text, reason=text, thumb="down")
    read = json.loads(export("json", a_conversation(text), [turn], of(), VI, AT).content)
    assert read["title"] == text
    assert read["turns"][0]["question"] == read["turns"][0]["failure"] == text
    assert read["turns"][0]["judgement"]["reason"] == text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//evil.example"])
def test_only_an_address_of_the_web_is_ever_given(url: str) -> None:
    article = an_article(url=url)
    turns = [KeptTurn("Ai?", an_answer(article, FIRST))]
    assert (
        json.loads(export("json", a_conversation(), turns, of(article), VI, AT).content)["articles"][0]["url"] is None
    )
    assert "](" not in export("md", a_conversation(), turns, of(article), VI, AT).content.decode()
    word = docx.Document(io.BytesIO(export("docx", a_conversation(), turns, of(article), VI, AT).content))
    assert [relation for relation in word.part.rels.values() if relation.is_external] == []


# ---- hostile text


def hostile_turns(payload: str) -> list[KeptTurn]:
    article = replace(
        an_article(f"Câu. {payload} Hết.", title=payload, url=f"https://bao.example/{payload}"),
        source=payload,
        outlet=payload,
    )
    citation = replace(a_citation(article, 1, payload), copies=(payload,))
    answer = Answer(
        "1",
        payload,
        "answered",
        payload,
        understood_as=payload,
        short_answer=payload,
        claims=(Claim(payload, (1,), "supported"), Claim(f"{payload} nữa", (1,), "unsupported")),
        citations=(citation,),
        conflicts=(Conflict(payload, "contradiction", (ConflictValue(payload, (1,)),)),),
        notes=(payload,),
    )
    silent = Answer("2", payload, "not_found", payload, hits=(a_hit(payload, payload),))
    return [
        KeptTurn(payload, answer, None, False, Filters(outlets=(payload,)), AT, "down", payload),
        KeptTurn(payload, silent, asked_at=AT),
        KeptTurn(payload, None, payload, asked_at=AT),
    ]


MORE_HOSTILE = [
    *HOSTILE,
    "# to\n## to hơn",
    "- mục\n- mục",
    "1. mục",
    "> lời",
    "---",
    "***",
    "```\ncode\n```",
    "    thụt vào",
    "| a | b |\n| --- | --- |",
    "[x]: http://evil.example",
    "[^1]: chú",
    "<http://evil.example>",
    "<!-- giấu -->",
    "http://evil.example/?q=`x`|y",
    "www.evil.example ai@evil.example @ai mailto:ai@evil.example",
    "![[nhúng]] ==sáng== %%giấu%% ~~bỏ~~ H~2~O x^2^ :smile:",
    "{{ site.x }} {% include x %} {: .lớp}",
    "&nbsp;&lt;b&gt;",
    "\\*không\\* \\\\",
    "a\u202eb\u200bc\x00d\x1be\ufeff",
    "a  \nb\\\nc",
    "=====",
    "+ mục",
    ": nghĩa",
]


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()
        else:
            yield token


def links(tokens: list[Token]) -> list[str]:
    return [str(token.attrs["href"]) for token in inline(tokens) if token.type == "link_open"]


OWN_TOKENS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "text", "em_open", "em_close"),
    *("strong_open", "strong_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close"),
    *("th_open", "th_close", "td_open", "td_close", "hardbreak", "code_inline", "link_open", "link_close"),
    "text_special",
}


def shown_line(text: str) -> str:
    return "".join(visible(character) for character in one_line(text))


@pytest.mark.parametrize("payload", MORE_HOSTILE)
def test_hostile_text_is_text_in_markdown(payload: str) -> None:
    harmless = markdown_of(document_of(a_conversation("Lành"), hostile_turns("Lành"), of(), VI, AT))
    article = an_article(f"Câu. {payload} Hết.", url=f"https://bao.example/{payload}")
    written = markdown_of(document_of(a_conversation(payload), hostile_turns(payload), of(article), VI, AT))
    tokens = GFM.parse(written)
    assert {token.type for token in inline(tokens)} <= OWN_TOKENS
    # As many headings, lists, tables and paragraphs as without it.
    kinds = [token.type for token in tokens if token.nesting == 1]
    assert kinds == [token.type for token in GFM.parse(harmless) if token.nesting == 1]
    for address in links(tokens):
        assert address.startswith("https://bao.example/")
    shown = " ".join(words_of_markdown(written))
    assert shown.count(" ".join(shown_line(payload).split())) >= 15
    outside_code = re.sub(r"(`+).+?\1", "", re.sub(r"\]\(<[^>]*>\)", "", written))
    assert not re.search(r"://|\bwww\.|@", outside_code)


@given(st.text(max_size=40))
def test_whatever_is_written_reads_as_it_stands(text: str) -> None:
    expected = shown_line(text)
    for written, at in ((escaped(text), 0), (f"## {escaped(text, first=False)}", 0), (f"- {escaped(text)}", 2)):
        tokens = GFM.parse(written)
        if not expected:
            continue
        assert [token.nesting for token in tokens] == [1, 0, -1] if not at else True
        (found,) = (token for token in tokens if token.type == "inline")
        assert {child.type for child in found.children or ()} <= {"text", "text_special", "code_inline"}
        assert "".join(child.content for child in found.children or ()) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_cell_stays_a_cell(one: str, other: str) -> None:
    table = Table("Bảng", ("a", "b"), (((Piece(one),), (Piece(other, strong=True),)),))
    tokens = GFM.parse(markdown_of([table]))
    cells = [
        "".join(child.content for child in tokens[at + 1].children or ())
        for at, token in enumerate(tokens)
        if token.type == "td_open"
    ]
    assert cells == [shown_line(one), shown_line(other)]


@given(st.text(min_size=1, max_size=30), st.booleans(), st.booleans())
def test_what_is_set_off_is_set_off_as_a_whole(text: str, strong: bool, faint: bool) -> None:
    line = (Piece("Đầu"), Piece(f" {text}", strong=strong, faint=faint), Piece(" [1]"))
    (found,) = (token for token in GFM.parse(markdown_of([Paragraph((line,))])) if token.type == "inline")
    types = [child.type for child in found.children or ()]
    if (strong or faint) and shown_line(text).strip():
        mark = "strong" if strong else "em"
        assert types.count(f"{mark}_open") == types.count(f"{mark}_close") == 1
    assert shown_line("".join(child.content for child in found.children or ())) == shown_line(f"Đầu {text} [1]")


@pytest.mark.parametrize("payload", [*MORE_HOSTILE, "a\ufffeb\uffffc", "\ud800", "\x01" * 10])
def test_hostile_text_is_text_in_a_word_file(payload: str) -> None:
    article = an_article(f"Câu. {payload} Hết.", url="https://bao.example/x")
    content = export("docx", a_conversation(payload), hostile_turns(payload), of(article), VI, AT).content
    expected = shown_line(payload).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    document = docx.Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert sum(expected in text for text in texts) >= 12
    assert [relation.target_ref for relation in document.part.rels.values() if relation.is_external] == [
        "https://bao.example/x"
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
        # Nothing that Word would carry out or fetch.
        assert not re.search(r"w:fldSimple|w:instrText|w:object|w:altChunk|<w:pict|a:blip", body)
        assert [name for name in package.namelist() if "media" in name or "embeddings" in name] == []


def test_a_word_file_tells_nothing_of_the_machine_and_has_its_title() -> None:
    content = export("docx", a_conversation(f"{'Dài ' * 100}?"), all_there_is(), KNOWN, VI, AT).content
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert properties.title.startswith("Dài Dài")
    assert len(properties.title) <= 200
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.language == "vi-VN"
    assert properties.created == properties.modified == AT


def test_headings_lists_and_tables_are_those_of_word() -> None:
    document = docx.Document(io.BytesIO(export("docx", a_conversation(), all_there_is(), KNOWN, VI, AT).content))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    assert styles[0] == ("Title", "Ai gửi đạn?")
    assert ("Heading 1", "1. ai gui dan") in styles
    assert ("Heading 2", "Nguồn") in styles
    assert ("List Bullet", "Chưa chắc. (chưa có nguồn xác nhận)") in styles
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Nguồn nêu", "Ngày đăng", "Trích dẫn"]
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    (link,) = (relation for relation in document.part.rels.values() if relation.is_external)
    assert link.target_ref == "https://bao.example/tin?a=1&b=(2)"


def test_an_exported_conversation_has_every_block_in_order() -> None:
    blocks = document_of(a_conversation(), all_there_is(), KNOWN, VI, AT)
    kinds = "".join({Heading: "H", Paragraph: "P", Bullets: "B", Table: "T"}[type(block)] for block in blocks)
    assert kinds == "HP" + "HPPBTHBHBP" + "HPPHBP" + "HPP" + "HPP"


# ---- names of files


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ai gửi đạn?", "Ai gửi đạn.md"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j.md"),
        ("../../etc/passwd", "etc passwd.md"),
        (" .ẩn. ", "ẩn.md"),
        ("???", "Hội thoại.md"),
        ("", "Hội thoại.md"),
        ("\u202e\u200b", "Hội thoại.md"),
        ("CON", "_CON.md"),
        ("com1.txt", "_com1.txt.md"),
        ("a\nb\tc\x00d\u202ee", "a b c d e.md"),
        ("A\u0302", "Â.md"),
        ("👍👍", "Hội thoại.md"),
    ],
)
def test_a_title_makes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title, "md", "Hội thoại") == name


@given(st.text())
def test_no_title_makes_a_bad_name(title: str) -> None:
    name = file_name(title, "docx", "Hội thoại")
    assert name.endswith(".docx")
    assert len(name.encode()) <= 255
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f\x7f]', name)
    assert not name.startswith((".", " "))
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    told = Message()
    told["content-disposition"] = header
    assert told.get_content_disposition() == "attachment"
    plain = re.search(r'filename="([^"]*)"', header)
    assert plain
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.docx", plain[1])


def test_a_download_has_its_name_twice() -> None:
    assert disposition("Ai gửi đạn.md") == (
        "attachment; filename=\"ai-gui-dan.md\"; filename*=UTF-8''Ai%20g%E1%BB%ADi%20%C4%91%E1%BA%A1n.md"
    )
    assert disposition("日本.json") == "attachment; filename=\"hoi-bao.json\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.json"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_type_and_name(kind: Kind) -> None:
    file = export(kind, a_conversation(), all_there_is(), KNOWN, VI, AT)
    assert isinstance(file, Exported)
    assert file.name == f"Ai gửi đạn.{kind}"
    assert file.media_type.startswith({"md": "text/markdown", "json": "application/json"}.get(kind, "application/vnd."))


def test_a_models_words_stand_beside_the_quotations_and_are_said_to_be_so() -> None:
    (turn, *_) = all_there_is()
    assert turn.answer is not None
    claims = (Claim("Đạn do Ba Lan gửi.", (1,), "supported"), Claim("Pháp *cũng* gửi.", (), "unsupported"))
    worded = replace(turn.answer, claims=claims, citations=turn.answer.citations[:1], conflicts=())
    fluent = KeptFluent(worded, "tiny <b>", dropped=1)
    written = export("md", a_conversation(), [replace(turn, fluent=fluent)], KNOWN, VI, AT).content.decode()
    assert "### Do mô hình tiny &lt;b&gt; viết, từng câu đã đối chiếu với nguồn" in written
    assert "Đạn do Ba Lan gửi. \\[1\\]" in written
    assert "Pháp" not in written  # what no source confirms is not taken along
    # The quotations as well.
    assert "**Ba Lan** \\[1\\] \\[2\\]" in written
    export("docx", a_conversation(), [replace(turn, fluent=fluent)], KNOWN, EN, AT)
    told = json.loads(export("json", a_conversation(), [replace(turn, fluent=fluent)], KNOWN, VI, AT).content)
    assert told["turns"][0]["answer"] == json.loads(json.dumps(answer_to_json(turn.answer)))
    assert told["turns"][0]["fluent"] == {
        "model": "tiny <b>",
        "answer": json.loads(json.dumps(answer_to_json(worded))),
        "dropped": 1,
        "repaired": 0,
        "struck": 0,
        "replaced": 0,
    }
