from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from rag.config import LoadSettings
from rag.datatypes import RawArticle
from rag.errors import LoadError
from rag.load import FoundFile, read_articles
from rag.loading.format_pdf import join_lines
from tests.documents import encrypted_pdf, pdf, word
from tests.vietnamese_forms import cp1258, tcvn3_text, vni_text

LEAD = "Sáng 12/9, cơn bão mạnh cấp 11 đã tràn vào đất liền, làm tốc mái hơn 1.200 căn nhà ở ven biển miền Trung."
NEXT = "Ông Nguyễn Văn Hữu cho biết địa phương đã sơ tán được 350 hộ dân trước nửa đêm, và không có ai bị thương."
LAST = "Ưu tiên trước mắt là khôi phục điện, nước và thông các tuyến đường bị cây đổ chắn ngang trong đêm qua."


@pytest.fixture
def one(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


class Reader:
    """Writes a file and reads it back: one article, or the one error."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, content: str | bytes) -> RawArticle:
        item = self._read(name, content)
        assert isinstance(item, RawArticle), str(item)
        return item

    def error(self, name: str, content: str | bytes) -> LoadError:
        item = self._read(name, content)
        assert isinstance(item, LoadError)
        assert item.where == name
        assert item.remedy
        return item

    def _read(self, name: str, content: str | bytes) -> RawArticle | LoadError:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (item,) = read_articles(FoundFile(path, name), LoadSettings())
        return item


# ---- Markdown ---------------------------------------------------------------------------------------------------


def test_markdown_front_matter(one: Reader) -> None:
    raw = one(
        "a.md",
        f'---\ntitle: "Bão: số 5"\ndate: 2022-01-31\nsource: Báo A\nurl: https://bao.vn/a\ntags: [x, y]\n---\n{LEAD}\n',
    )
    assert (raw.title, raw.published_on, raw.outlet, raw.url) == (
        "Bão: số 5",
        date(2022, 1, 31),
        "Báo A",
        "https://bao.vn/a",
    )
    assert raw.text == LEAD


def test_markup_goes_and_words_stay(one: Reader) -> None:
    raw = one(
        "a.md",
        f"""# Bão số 5 & *lũ*

Dòng **một**,
dòng hai [nguồn](https://x.vn) `mã` ![ảnh bìa](a.png) <b>đậm</b>.\\
Dòng ba &amp; 3 * 4.

## Thiệt hại

- mục một
- mục hai

  còn nữa

<div>khối</div>
<!-- chú thích -->

| Năm | Số nhà |
|-----|--------|
| 2020 | 10 |

```
mã nguồn
```
***
{LEAD}
""",
    )
    assert raw.title == "Bão số 5 & lũ"
    assert raw.text.split("\n\n") == [
        "Bão số 5 & lũ",
        "Dòng một, dòng hai nguồn mã  đậm.\nDòng ba & 3 * 4.",
        "Thiệt hại",
        "- mục một",
        "- mục hai",
        "còn nữa",
        "khối",
        "Năm | Số nhà",
        "2020 | 10",
        "mã nguồn",
        LEAD,
    ]


def test_hostile_markdown_takes_no_quadratic_time(one: Reader) -> None:
    assert one("a.md", "<!--" * 20_000 + LEAD).text.endswith(LEAD)
    assert one("a.md", f"<!-- a --><p>{LEAD}</p><!-- b").text == LEAD + "<!-- b"
    assert one.error("a.md", "---\n" + "a: b\n" * 450_000).what == "an article of 2,250,004 characters"


def test_a_leading_rule_is_no_front_matter(one: Reader) -> None:
    raw = one("a.md", f"---\n\n{LEAD}\n\n---\n\n# Không phải tiêu đề\n")
    assert raw.title is None
    assert raw.text == f"{LEAD}\n\nKhông phải tiêu đề"


@pytest.mark.parametrize(
    ("block", "what"),
    [
        ("title: [a, b", "front matter is not valid YAML, line 3"),
        ("title: a\n b: c", "front matter is not valid YAML, line 3"),
        ("title: " + "[" * 20_000, "front matter is not valid YAML"),
        ("a: " + "x" * 70_000, "front matter of 70,004 characters"),
        ("title: *nowhere", "front matter is not valid YAML, line 2"),
        ("- a: b\ntitle: c", "front matter is not valid YAML, line 3"),
        ("- a\n#x: b\n[a]: 5 }", "front matter is not valid YAML, line 4"),
    ],
)
def test_bad_front_matter_is_one_error(one: Reader, block: str, what: str) -> None:
    assert one.error("a.md", f"---\n{block}\n---\n{LEAD}").what == what


def test_a_headline_with_a_colon_needs_no_quotes(one: Reader) -> None:
    raw = one("a.md", f"---\ntitle: Lệ Thủy: nước rút, 'còn một người mất tích'\ndate: 2025-10-14\n---\n{LEAD}")
    assert raw.title == "Lệ Thủy: nước rút, 'còn một người mất tích'"
    assert raw.published_on == date(2025, 10, 14)
    assert one("a.md", f'---\ntitle: "Huế: lễ hội"\n---\n{LEAD}').title == "Huế: lễ hội"


def test_front_matter_builds_no_objects_and_keeps_no_impossible_date(one: Reader) -> None:
    block = "title: !!python/object/apply:os.system [echo]\ndate: 2022-02-31\nurl: javascript:x\n"
    raw = one("a.md", f"---\n{block}---\n{LEAD}")
    assert (raw.title, raw.published_on, raw.url) == (None, None, None)
    raw = one("a.md", f"---\ntitle:\n  nested: 1\ndate: 20220131\n...\n{LEAD}")
    assert (raw.title, raw.published_on, raw.text) == (None, date(2022, 1, 31), LEAD)


# ---- HTML -------------------------------------------------------------------------------------------------------


def page(head: str, body: str | None = None) -> str:
    inner = body if body is not None else f"<article><h1>Bão số 5</h1><p>{LEAD}</p><p>{NEXT}</p></article>"
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body><nav><a href='/'>Trang chủ</a> <a href='/a'>Thời sự</a></nav>"
        f"{inner}<footer>Bản quyền 2021 thuộc về Báo, cập nhật 1/2/2021</footer></body></html>"
    )


def test_the_main_text_of_a_page(one: Reader) -> None:
    body = (
        f"<article><h1>Bão số 5</h1><p>Đêm\n   qua <b>bão</b> vào.<br>Mưa to.</p><p>{LEAD}</p><h2>Thiệt hại</h2>"
        f"<ul><li>Không ai bị thương.</li></ul><p>{NEXT}</p><table><tr><th>Năm</th><th>Nhà</th></tr>"
        f"<tr><td>2020</td><td>10</td></tr></table><pre>a\nb</pre><script>var x = '{LAST}';</script></article>"
    )
    raw = one("a.html", page("<title>Bão số 5 - Báo A</title>", body))
    lines = raw.text.split("\n")
    assert lines[:3] == ["Bão số 5", "Đêm qua bão vào.", "Mưa to."]
    assert LEAD in lines
    assert NEXT in lines
    assert "- Không ai bị thương." in lines
    assert "Năm | Nhà" in lines
    assert "2020 | 10" in lines
    assert not any(word in raw.text for word in ("Trang chủ", "Bản quyền", "var x", "<", "---"))


def test_metadata_that_the_page_states(one: Reader) -> None:
    head = (
        "<title>Bão số 5 | Báo A</title><meta property='og:title' content='Bão số 5 vào\n Đà Nẵng'>"
        "<meta property='og:site_name' content='Báo A'><meta property='article:published_time' "
        "content='2022-01-31T23:30:00+07:00'><link rel='canonical' href='https://bao.vn/5.html'>"
    )
    raw = one("a.htm", page(head))
    assert (raw.title, raw.outlet, raw.url) == ("Bão số 5 vào Đà Nẵng", "Báo A", "https://bao.vn/5.html")
    assert raw.published_on == date(2022, 1, 31)


def test_linked_data(one: Reader) -> None:
    linked = {
        "@graph": [
            {"@type": "WebSite", "name": "Trang", "datePublished": "2001-01-01"},
            {
                "@type": ["NewsArticle"],
                "headline": "Bão mạnh",
                "datePublished": "2022-01-31T08:00",
                "publisher": {"@type": "Organization", "name": "Báo B"},
            },
        ]
    }
    scripts = "<script type='application/ld+json'>{broken</script>" + "".join(
        f"<script type='application/ld+json'>{json.dumps(value)}</script>"
        for value in (5, [{"@type": "Thing"}], linked)
    )
    raw = one("a.html", page(scripts))
    assert (raw.title, raw.published_on, raw.outlet) == ("Bão mạnh", date(2022, 1, 31), "Báo B")


@pytest.mark.parametrize(
    ("head", "inside", "day"),
    [
        ("", "<time datetime='2022-01-31'>hôm qua</time>", date(2022, 1, 31)),
        ("", "<time datetime='2022-01-31'>a</time><time datetime='2022-02-01'>b</time>", None),
        (
            "",
            "<time datetime='2022-02-01'>b</time><time pubdate datetime='2022-01-31T08:00'>a</time>",
            date(2022, 1, 31),
        ),
        ("", "<span itemprop='datePublished' content='31/01/2022'>x</span>", date(2022, 1, 31)),
        ("<meta name='pubdate' content='20220131'>", "", date(2022, 1, 31)),
        ("<meta name='pubdate' content='2022-01'>", "", None),
        ("<meta name='date' content='31/02/2022'>", "", None),
        ("<meta name='last-modified' content='2022-01-31'>", "", None),
        ("<meta property='og:url' content='https://bao.vn/2022/01/31/bao-so-5.html'>", "", None),
        ("", "", None),  # the footer's day is not the article's
    ],
)
def test_only_a_stated_day_of_publication_is_taken(one: Reader, head: str, inside: str, day: date | None) -> None:
    raw = one("a.html", page(head, f"<article><h1>Bão</h1>{inside}<p>{LEAD}</p><p>{NEXT}</p></article>"))
    assert raw.published_on == day


def test_titles_of_pages(one: Reader) -> None:
    site = "<meta property='og:site_name' content='Báo A'>"
    two = f"<h1>Báo A</h1><h1>Khác</h1><article><p>{LEAD}</p><p>{NEXT}</p></article>"
    assert one("a.html", page("<title>x</title>")).title == "Bão số 5"
    assert one("a.html", page(f"<title>Bão đến - Báo A</title>{site}", two)).title == "Bão đến"
    assert one("a.html", page(f"<title>Báo A</title>{site}", two)).title == "Báo A"
    assert one("a.html", page("", two)).title is None


def test_pages_in_old_encodings(one: Reader) -> None:
    for data in (
        cp1258(page("<meta charset='windows-1258'>")),
        vni_text(page("<meta charset='windows-1252'>")).encode("cp1252"),
        tcvn3_text(page("")).encode("cp1252"),
        page("<meta charset='iso-8859-1'>").encode("utf-8-sig"),
        b"<?xml version='1.0' encoding='utf-8'?>" + page("").encode(),
    ):
        raw = one("a.html", data)
        assert raw.title == "Bão số 5"
        assert LEAD in raw.text.split("\n")
    entities = page("").replace("Bão số 5", vni_text("Bão số 5")).replace(LEAD, vni_text(LEAD))
    escaped = entities.replace(NEXT, vni_text(NEXT)).encode("ascii", "xmlcharrefreplace")
    raw = one("a.html", escaped.replace(b"<nav>", b"<nav hidden>"))
    assert LEAD in raw.text


@pytest.mark.parametrize(
    "content", ["<html><body></body></html>", "<html><head><title>a</title></head><body><img src=a></body></html>", "x"]
)
def test_pages_without_text(one: Reader, content: str) -> None:
    assert one.error("a.html", content).what in {"no main text found in the page", "not a web page"}


def test_a_page_nested_without_end(one: Reader) -> None:
    item = one._read("a.html", "<html><body>" + "<div>" * 20_000 + LEAD)
    assert isinstance(item, LoadError) or LEAD in item.text


# ---- PDF --------------------------------------------------------------------------------------------------------

WRAPPED = [
    "Bão số 5 vào Đà Nẵng",
    "Sáng 12/9, cơn bão mạnh cấp 11 đã tràn vào đất liền, làm tốc mái hơn",
    "1.200 căn nhà ở ven biển. Quan hệ Nga-",
    "Ukraine và tình hình Mê-",
    "hi-cô không đổi, theo lời ông Volodymyr Zelen-",
    "sky.",
    "Ông Hữu nói:",
    "- mục một",
    "- mục hai",
]


def test_wrapped_lines_become_paragraphs() -> None:
    assert join_lines(
        ["Dòng đầu của đoạn văn này khá dài và", "kết thúc ở đây.", "Đoạn thứ hai cũng khá dài như vậy và", "hết."]
    ) == ("Dòng đầu của đoạn văn này khá dài và kết thúc ở đây.\n\nĐoạn thứ hai cũng khá dài như vậy và hết.")
    # A blank line ends a paragraph, but not in the middle of a sentence, and not where every line has one after it.
    full = "một dòng đầy đủ không có dấu chấm câu nào cả"
    assert join_lines([full, "", "tiếp tục ở trang sau cho đến hết câu này nhé.", "", "Mới"]) == (
        f"{full} tiếp tục ở trang sau cho đến hết câu này nhé.\n\nMới"
    )
    assert join_lines([full, "", full.capitalize(), "", full, ""]) == f"{full} {full.capitalize()} {full}"
    assert join_lines([]) == ""
    assert join_lines(["một dòng"]) == "một dòng"


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("đàm phán về quan hệ giữa Nga-", "Ukraine trong thời gian tới ở châu Âu", "Nga-Ukraine"),
        ("đàm phán về quan hệ với nước Mê-", "hi-cô trong thời gian tới ở châu Âu", "Mê-hi-cô"),
        ("đàm phán cùng với tổng thống Zelen-", "sky trong thời gian tới ở châu Âu", "Zelensky"),
        ("đàm phán cùng với tổng thống Zelen\u00ad", "sky trong thời gian tới ở châu Âu", "Zelensky"),
        ("đàm phán cùng với tổng thống của nước", "này trong thời gian tới ở châu Âu", "nước này"),
    ],
)
def test_hyphens_at_line_ends(first: str, second: str, joined: str) -> None:
    text = join_lines([first, second])
    assert joined in text
    assert "\n" not in text


def test_pdf_pages_and_title(one: Reader) -> None:
    header = "Báo A - số 120"
    halves = LEAD.split(", làm")
    pages = [
        [header, "", halves[0] + ",", "làm" + halves[1], "", NEXT, "1"],
        [header, "", LAST, "", "- 2 -"],
        [header, "", NEXT.replace("350", "90"), "", "Trang 3/3"],
    ]
    raw = one("a.pdf", pdf(pages, title="Bão số 5 vào Đà Nẵng"))
    assert raw.title == "Bão số 5 vào Đà Nẵng"
    assert raw.published_on is None
    assert header not in raw.text
    words = f"{LEAD} {NEXT} {LAST} {NEXT.replace('350', '90')}"
    assert raw.text.split() == words.split()


def test_a_title_that_a_program_put_there_is_not_taken(one: Reader) -> None:
    for title in ("Microsoft Word - bai bao.docx", "untitled", "bai-bao-so-5", "Mẫu công văn số 1"):
        assert one("a.pdf", pdf([[LEAD]], title=title)).title is None
        assert one("a.docx", word([(LEAD, None)], title=title)).title is None


def test_pdfs_in_legacy_fonts(one: Reader) -> None:
    assert one("a.pdf", pdf([[tcvn3_text(LEAD)], [tcvn3_text(NEXT)]])).text.split() == f"{LEAD} {NEXT}".split()


def test_pdfs_that_cannot_be_read(one: Reader) -> None:
    assert one.error("a.pdf", encrypted_pdf([[LEAD]], "secret")).what == "the PDF is encrypted"
    assert one("b.pdf", encrypted_pdf([[LEAD]], "")).text == LEAD
    assert one.error("c.pdf", pdf([[], []])).what == "the PDF has no text layer (a scan?)"
    assert one.error("d.pdf", LEAD).what.startswith("damaged PDF")
    assert one.error("e.pdf", pdf([[LEAD]])[:200]).what.startswith("damaged PDF")


def test_a_pdf_longer_than_an_article_may_be(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([[LEAD]] * 5))
    (error,) = read_articles(FoundFile(path, "a.pdf"), LoadSettings(max_article_chars=300))
    assert isinstance(error, LoadError)
    assert error.what == "longer than 300 characters or 5,000 pages"


# ---- DOCX -------------------------------------------------------------------------------------------------------


def test_word_documents(one: Reader) -> None:
    table = [["Năm", "Nhà"], ["2020", "10"]]
    raw = one("a.docx", word([("Bão số 5", "Title"), (LEAD, None), ("  ", None), (NEXT, None)], table=table))
    assert raw.title == "Bão số 5"
    assert raw.text == f"Bão số 5\n\n{LEAD}\n\n{NEXT}\n\nNăm | Nhà\n\n2020 | 10"
    assert raw.published_on is None
    assert one("a.docx", word([("Bão mạnh", "Heading 1"), (LEAD, None)], title="Tên khác hẳn")).title == "Bão mạnh"
    assert one("a.docx", word([(LEAD, None)], title="Bão số 5 vào Đà Nẵng")).title == "Bão số 5 vào Đà Nẵng"
    assert one("a.docx", word([(LEAD, None)])).title is None


def test_word_documents_in_legacy_fonts(one: Reader) -> None:
    raw = one("a.docx", word([(vni_text("Bão số 5"), "Title"), (vni_text(LEAD), None)]))
    assert (raw.title, raw.text) == ("Bão số 5", f"Bão số 5\n\n{LEAD}")


def test_marked_insertions_count_and_text_boxes_do_not(one: Reader) -> None:
    data = _edited(
        word([("MOC", None)]),
        "<w:t>MOC</w:t></w:r>",
        "<w:t>Một</w:t><w:tab/><w:t>hai</w:t><w:noBreakHyphen/><w:t>ba</w:t></w:r>"
        "<w:ins w:id='1' w:author='x'><w:r><w:t> thêm</w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='x'><w:r><w:delText> bớt</w:delText></w:r></w:del>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    assert one("a.docx", data).text == "Một hai-ba thêm"


def _edited(data: bytes, old: str, new: str, *, filler: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert old in content.decode()
                content = content.decode().replace(old, new).encode() + b" " * filler
            target.writestr(name, content)
    return out.getvalue()


def test_word_documents_that_cannot_be_read(one: Reader) -> None:
    assert one.error("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600).what == (
        "an encrypted document or one of the old .doc format"
    )
    assert one.error("b.docx", LEAD).what == "damaged: not a Word document"
    good = word([(LEAD, None)])
    assert one.error("c.docx", good[: len(good) // 2]).what == "damaged: not a Word document"
    assert one.error("d.docx", _edited(good, "<w:body>", "<w:bo")).what.startswith("damaged Word document")
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("a.txt", "x")
    assert one.error("e.docx", empty.getvalue()).what.startswith("damaged Word document")
    assert one.error("f.docx", word([])).what == "no text in the document"


def test_a_zip_bomb_is_refused_by_its_declared_size(one: Reader) -> None:
    bomb = _edited(word([(LEAD, None)]), "<w:body>", "<w:body>", filler=70_000_000)
    assert len(bomb) < 500_000
    assert one.error("a.docx", bomb).what == "unpacks to more than 64 MB of text"
