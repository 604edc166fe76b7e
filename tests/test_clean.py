"""Cleaning, against line-level gold labels, and on hostile text.

`gold/seeds.json` labels every line of the five seeds by number. `gold/pages/*.page` are pages written for this test in
the manner of different outlets: a label, a tab, the line; furniture inside a line stands as ⟦reason:text⟧.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.clean import clean, rebuild, segments
from rag.cleaning.furniture import REASONS
from rag.datatypes import Cleaned

GOLD = Path(__file__).parent / "gold"
SEEDS = Path(__file__).parent.parent / "seeds"


@dataclass(frozen=True)
class Page:
    name: str
    raw: str
    labels: tuple[tuple[int, int, str], ...]
    """(start, end, "body" or the reason) of every stretch that is not white space."""
    headline: str | None
    published_on: date | None
    outlet: str | None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _seed_pages() -> Iterator[Page]:
    for name, gold in json.loads((GOLD / "seeds.json").read_text("utf-8")).items():
        raw = (SEEDS / name).read_text("utf-8")
        by_line: dict[int, str] = {}
        for numbers, label in gold["lines"].items():
            first, _, last = numbers.partition("-")
            by_line |= dict.fromkeys(range(int(first), int(last or first) + 1), label)
        labels: list[tuple[int, int, str]] = []
        position = 0
        for number, line in enumerate(raw.split("\n"), start=1):
            if line.strip():
                cut = next((p for p in gold["parts"] if p["line"] == number), None)
                middle = position + line.index(cut["text"]) if cut else position + len(line)
                labels.append((position, middle, by_line[number]))
                if cut:
                    labels.append((middle, middle + len(cut["text"]), cut["reason"]))
            position += len(line) + 1
        yield Page(name, raw, tuple(labels), gold["headline"], _date(gold["published_on"]), gold["outlet"])


def _written_pages() -> Iterator[Page]:
    for path in sorted((GOLD / "pages").glob("*.page")):
        raw, labels, facts = "", [], {"newline": "lf"}
        lines = path.read_text("utf-8").rstrip("\n").split("\n")
        while lines[0].startswith("# "):
            key, _, value = lines.pop(0)[2:].partition(": ")
            facts[key] = value
        newline = "\r\n" if facts["newline"] == "crlf" else "\n"
        for n, line in enumerate(lines):
            label, _, text = line.partition("\t")
            for k, piece in enumerate(re.split(r"⟦([^⟧]*)⟧", text)):
                reason, _, inner = piece.partition(":") if k % 2 else (label, "", piece)
                if inner:
                    labels.append((len(raw), len(raw) + len(inner), reason))
                raw += inner
            raw += newline if n < len(lines) - 1 else ""
        stated = {key: None if facts[key] == "-" else facts[key] for key in ("headline", "published_on", "outlet")}
        yield Page(path.stem, raw, tuple(labels), stated["headline"], _date(stated["published_on"]), stated["outlet"])


PAGES = [*_seed_pages(), *_written_pages()]


def _check_invariants(raw: str, cleaned: Cleaned) -> None:
    assert rebuild(cleaned.text, cleaned.removed) == raw
    position = 0
    for part in cleaned.removed:
        assert position <= part.start < part.end <= len(raw)
        assert raw[part.start : part.end] == part.text
        assert part.reason in REASONS
        position = part.end
    assert "".join(text for text, _ in segments(raw, cleaned.removed)) == raw
    assert "".join(text for text, reason in segments(raw, cleaned.removed) if reason is None) == cleaned.text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_line_is_labelled_as_in_the_gold(page: Page) -> None:
    cleaned = clean(page.raw)
    _check_invariants(page.raw, cleaned)
    label_at = ["body"] * len(page.raw)
    for part in cleaned.removed:
        label_at[part.start : part.end] = [part.reason] * (part.end - part.start)
    found = [
        (page.raw[start:end], sorted({label_at[i] for i in range(start, end) if not page.raw[i].isspace()} or {label}))
        for start, end, label in page.labels
    ]
    assert found == [(page.raw[start:end], [label]) for start, end, label in page.labels]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_headline_date_and_outlet_only_where_stated(page: Page) -> None:
    cleaned = clean(page.raw)
    assert (cleaned.headline, cleaned.published_on, cleaned.outlet) == (page.headline, page.published_on, page.outlet)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_body_reads_as_paragraphs(page: Page) -> None:
    text = clean(page.raw).text
    assert text == text.strip()
    assert not re.search(r"[^\S\r\n]\r?\n|(?:\r?\n){3}", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_cleaning_a_clean_text_changes_nothing(page: Page) -> None:
    text = clean(page.raw).text
    assert clean(text).text == text


def test_the_labels_of_the_seeds_are_complete() -> None:
    """1 + 14 + 1 + 5 + 98 furniture lines that are not blank, and one "/." within a line."""
    assert sum(label != "body" for page in _seed_pages() for _, _, label in page.labels) == 119 + 1
    assert sum(label == "body" for page in _seed_pages() for _, _, label in page.labels) == 11 + 12 + 6 + 21 + 10


# -- single rules ----------------------------------------------------------------------------------------------

LEAD = "Sáng nay, hội đồng thành phố họp phiên thường kỳ để bàn về ngân sách của năm tới."
NEXT = "Phiên họp kéo dài ba giờ và kết thúc mà không có biểu quyết nào được tiến hành."
LAST = "Phiên tiếp theo sẽ diễn ra vào tuần sau, thư ký hội đồng cho biết."


def _kept(*lines: str, title: str | None = None) -> list[str]:
    return clean("\n".join(lines), stated_title=title).text.split("\n")


@pytest.mark.parametrize(
    "line",
    [
        "(Ảnh: AFP)",
        "Ảnh minh họa.",
        "Quang cảnh phiên họp. Ảnh: Nguyễn Văn A.",
        "Quang cảnh phiên họp (Ảnh: TTXVN) |",
        "Quang cảnh phiên họp; Nguồn: example.com",
        "Chụp lại video, Toàn cảnh phiên họp",
        "Theo dõi báo Tin Mới trên Google News",
        "[Thành phố công bố dự toán ngân sách năm tới]",
        ">> Thành phố thiếu 300 tỷ đồng cho trường học",
        "Xem thêm: Thành phố thiếu 300 tỷ đồng cho trường học",
        "Tags: ngân sách, hội đồng",
        "#ngânsách #hộiđồng",
        "Chia sẻ Facebook Twitter",
        "Bình luận (12)",
        "© 2021 Báo Tin Mới",
        "(theo AFP/Reuters)",
        "* Bài viết thể hiện quan điểm riêng của tác giả",
    ],
)
def test_furniture_between_paragraphs_goes(line: str) -> None:
    assert _kept(LEAD, line, NEXT, LAST) == [LEAD, NEXT, LAST]


@pytest.mark.parametrize(
    "line",
    [
        "Ảnh hưởng của dịch bệnh vẫn còn, theo báo cáo của sở y tế thành phố.",
        "Ảnh vệ tinh cho thấy mực nước hồ giảm hai mét so với năm ngoái.",
        "Theo Reuters, giá dầu tăng 2% sau khi cuộc họp kết thúc không có thỏa thuận.",
        "Theo dõi kỹ nhiệt độ của trẻ trong ba ngày đầu là điều bác sĩ khuyên.",
        "Nguồn: thuế đất và phí giao thông chiếm hai phần ba số thu của thành phố.",
        "GDP quý I tăng 5,66% (Nguồn: Tổng cục Thống kê).",
        "(A00, A01, D01, D07)",
        "Người bị bắt là [tên đã được giữ kín] và hai người khác.",
        "Các khoản chi lớn nhất",
        "- Trường học: 300 tỷ đồng",
        "Bà Lan (ảnh) cho rằng thành phố nên vay thêm.",
        "Đọc thêm sách là cách tốt nhất, thầy hiệu trưởng nói với học sinh.",
        "Chia sẻ với báo chí, ông Minh nói ngân sách đã được tính kỹ.",
        "Bình luận về kế hoạch này, ông Minh nói: “Còn quá sớm.”",
        "Tin nóng từ cuộc họp khiến cổ phiếu của công ty tăng 4%.",
        "20/11/2021: thành phố trình dự toán lần đầu.",
        "Nguyễn Văn An",
        "Hội nghị ở Paris ngày 3/2/2022 đã thông qua văn kiện.",
        "Hình ảnh 3D của tòa nhà được chiếu tại phiên họp.",
    ],
)
def test_body_that_looks_like_furniture_stays(line: str) -> None:
    assert _kept(LEAD, line, NEXT, LAST) == [LEAD, line, NEXT, LAST]


@pytest.mark.parametrize(
    ("glued", "rest"),
    [
        (LAST + "Minh PhươngTheo Reuters", LAST),
        (LAST + " Theo Jakarta Post, Moscow Times", LAST),
        (LAST + " Mi Vân (Tổng hợp)", LAST),
        (LAST[:-1] + "./. Khiếu Tư (TTXVN)", LAST),
        (LAST[:-1] + "./.", LAST),
        (LAST + " M.QUANG", LAST),
        ("Phiên họp do ông A. Dũng chủ trì tại TP. Hưng Yên", "Phiên họp do ông A. Dũng chủ trì tại TP. Hưng Yên"),
        ("Người chủ trì là TS. Lê Văn Út", "Người chủ trì là TS. Lê Văn Út"),
        ("Phiên họp kết thúc lúc 11h. Ông Trần", "Phiên họp kết thúc lúc 11h. Ông Trần"),
    ],
)
def test_sign_offs_glued_to_the_last_sentence(glued: str, rest: str) -> None:
    assert _kept(LEAD, NEXT, glued) == [LEAD, NEXT, rest]


@pytest.mark.parametrize(
    "sign_off",
    [
        ["Hạnh Lê"],
        ["H.Long"],
        ["Minh Phương", "Theo SCMP, Diplomat"],
        ["Hương Giang - Trường Thịnh"],
        ["Nhóm PV"],
        ["Thực hiện: Hoàng Hà"],
        ["Khánh Lynh (Theo AFP)"],
        ["Theo Trần Vy", "Dân Việt"],
        ["(TTXVN)"],
    ],
)
def test_sign_off_lines_go(sign_off: list[str]) -> None:
    assert _kept(LEAD, NEXT, LAST, *sign_off) == [LEAD, NEXT, LAST]


def test_names_that_end_a_list_are_no_byline() -> None:
    lines = [LEAD, "Ba người được khen thưởng gồm", "Nguyễn Văn Hai", "Trần Minh Tâm"]
    assert _kept(*lines) == lines


def test_a_credit_within_a_paragraph_leaves_the_paragraph() -> None:
    long = f"{LEAD} {NEXT} {LAST} Bà Hoa phát biểu trước các đại biểu"
    assert clean(f"{LEAD}\n{long} (Ảnh: AFP).\n{NEXT}").text == f"{LEAD}\n{long}.\n{NEXT}"
    middle = "Bà Hoa (ảnh: NVCC) nói bà sẽ không tái cử."
    assert clean(f"{LEAD}\n{middle}\n{NEXT}").text == f"{LEAD}\nBà Hoa nói bà sẽ không tái cử.\n{NEXT}"


def test_captions_that_are_the_story_stay_without_their_credits() -> None:
    lines = [
        f"Góc phố số {n} ngày nay đã khác xưa, nhà thấp tầng không còn bao nhiêu. Ảnh: Hữu Nghị." for n in range(4)
    ]
    assert _kept(*lines) == [line.removesuffix(" Ảnh: Hữu Nghị.") for line in lines]


def test_a_stated_title_is_the_only_headline() -> None:
    title = "Hội đồng thành phố bàn ngân sách năm tới"
    heading = "Những khoản chi được tranh cãi nhiều nhất"
    cleaned = clean(f"{heading}\n\n{LEAD}\n\n{NEXT}", stated_title=title)
    assert (cleaned.headline, cleaned.text) == (None, f"{heading}\n\n{LEAD}\n\n{NEXT}")
    cleaned = clean(f"{title.upper()}\n\n{LEAD}\n\n{NEXT}", stated_title=title)
    assert (cleaned.headline, cleaned.text) == (title.upper(), f"{LEAD}\n\n{NEXT}")


def test_a_text_that_begins_in_mid_story_has_no_headline() -> None:
    assert clean(f"{NEXT}\n{LAST}").headline is None
    wrapped = (
        "Sáng nay tại trụ sở thành phố đã diễn ra phiên họp\nthường kỳ của hội đồng với sự tham gia của 50 đại biểu.\n"
    )
    assert clean(wrapped + NEXT).headline is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Thứ ba, 20/12/2022, 07:15 (GMT+7)", date(2022, 12, 20)),
        ("20/12/2022 07:15", date(2022, 12, 20)),
        ("07:15 20/12/2022", date(2022, 12, 20)),
        ("Chủ nhật, ngày 1-5-2022", date(2022, 5, 1)),
        ("2022-12-20", date(2022, 12, 20)),
        ("Hà Nội, ngày 20 tháng 12 năm 2022", date(2022, 12, 20)),
        ("20 tháng 12 2022", date(2022, 12, 20)),
        ("Đăng lúc: 20/12/2022 | 07:15", date(2022, 12, 20)),
        ("Cập nhật: 20/12/2022 07:15", None),
        ("Thứ ba, 20/12", None),
        ("31/02/2022", None),
    ],
)
def test_dates_come_from_the_date_line(line: str, expected: date | None) -> None:
    cleaned = clean(f"Hội đồng thành phố bàn ngân sách năm tới\n\n{line}\n\n{LEAD}\n\n{NEXT}")
    assert cleaned.published_on == expected


def test_dates_in_sentences_captions_and_tails_are_not_the_date_of_the_page() -> None:
    lines = [
        LEAD,
        "Ngày 5/3/2021, mọi việc bắt đầu.",
        "Lễ ký ngày 6/3/2021 (Ảnh: AP)",
        "Tin liên quan",
        "20/12/2022 07:15",
    ]
    assert clean("\n\n".join(lines)).published_on is None


@pytest.mark.parametrize(
    ("sign_off", "outlet"),
    [
        ("(TTXVN/Vietnam+)", "TTXVN/Vietnam+"),
        ("Hồng Kiều (Vietnam+)", "Vietnam+"),
        ("(theo TTXVN)", None),
        ("(theo AFP/Reuters/TASS)", None),
        ("Theo Tuổi Trẻ", None),
        ("(AFP)", None),
        ("(Hà Nội)", None),
    ],
)
def test_outlet_only_from_the_page_itself(sign_off: str, outlet: str | None) -> None:
    assert clean(f"{LEAD}\n{NEXT}\n{LAST}\n{sign_off}").outlet == outlet


def test_text_repeated_as_a_whole_is_kept_once() -> None:
    end = (
        "Đến 11h, các đại biểu ra về và báo chí được mời vào phòng họp để nghe thư ký đọc thông báo. "
        "Không ai trong số họ trả lời câu hỏi về thuế đất và phí giao thông của năm tới."
    )
    body = f"{LEAD} {NEXT} {LAST} {end}"
    assert clean(f"{body} {body.replace(LEAD, 'Hội đồng đã họp.')}").text == f"{body} Hội đồng đã họp."
    long = LEAD + " Các đại biểu đều có mặt."
    assert _kept(long, NEXT, long, LAST) == [long, NEXT, LAST]


def test_sentences_shared_by_entries_of_a_list_stay() -> None:
    shared = "Ngày 29/4, người bệnh có kết quả dương tính. Hiện người bệnh đang được cách ly tại bệnh viện của tỉnh."
    lines = [LEAD, *(f"- Ca số {n} ở huyện thứ {n}. {shared}" for n in range(1, 5))]
    assert _kept(*lines) == lines


H1, H2, H3 = "Cầu mới qua sông sắp thông xe", "Chợ đầu mối dời về ngoại thành", "Trường làng được xây lại sau bão"
CUT = "Sau ba năm thi công, cây cầu nối hai bờ sông sẽ mở cho xe máy từ ..."


@pytest.mark.parametrize(
    "related",
    [
        [H1, H1, CUT],
        [H1, H1],
        [H1, CUT, H2, CUT.replace("cầu", "chợ")],
        [H1, H1, CUT, H2, H2, "Chợ đầu mối sẽ hoạt động ở nơi mới từ tháng sau, ban quản lý chợ cho biết."],
    ],
)
def test_related_articles_inside_go_and_the_body_goes_on(related: list[str]) -> None:
    assert _kept(LEAD, *related, NEXT, LAST) == [LEAD, NEXT, LAST]


def test_a_paragraph_after_one_doubled_headline_may_be_the_body() -> None:
    assert _kept(LEAD, H1, H1, NEXT, LAST) == [LEAD, NEXT, LAST]


def test_the_headline_repeated_below_itself_is_a_duplicate() -> None:
    cleaned = clean(f"{H1}\n{H1}\n{LEAD}\n{NEXT}\n{H1}\n{LAST}")
    assert (cleaned.headline, cleaned.text) == (H1, f"{LEAD}\n{NEXT}\n{LAST}")


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (["Tin liên quan", H1, H2], []),
        (["Tin liên quan", H1, NEXT], []),
        (["Tin liên quan", H1, "Tuy nhiên, chưa ai biết khi nào thành phố sẽ quyết định việc này."], [2]),
        (["Tin liên quan", H1, NEXT, LAST], [2, 3]),
        (["Tin liên quan", H1, NEXT, "(TTXVN)"], [2]),
        (["Tin liên quan", H1, NEXT, H2, LAST], []),
        (["Tin liên quan", H1, "Xem thêm", H2, NEXT, LAST], [4, 5]),
        (["(TTXVN)", "Tin liên quan", H1, NEXT, LAST], []),
        (["(TTXVN)", H1, NEXT, H2, LAST], []),
        (["Xem nhiều", H1, NEXT, LAST], []),
        (["Bình luận", NEXT, LAST, NEXT.upper(), LAST.upper()], []),
        (["Chia sẻ", "Bình luận", "Facebook", NEXT, LAST], [3, 4]),
        (["Chủ đề: cầu đường", "Tin khác", H1], []),
        (["Tin khác", H1, NEXT, H2, LAST, "Ông nói thêm.".ljust(45, "a") + ".", LEAD.upper(), NEXT.upper()], [5, 6, 7]),
    ],
)
def test_what_follows_a_tail_heading(after: list[str], kept: list[int]) -> None:
    assert _kept(LEAD, *after) == [LEAD, *(after[i] for i in kept)]


def test_a_line_about_a_topic_stays_when_the_body_follows() -> None:
    lines = ["Chủ đề: đường sắt và tương lai", LEAD, NEXT]
    assert clean("\n".join(lines), stated_title=H1).text.split("\n") == lines


def test_a_line_of_markup_goes_and_words_stay_apart() -> None:
    assert _kept(LEAD, "<br />", f"<p>{NEXT}</p>", "Ông <b>Nam</b> nói<br>bà Hoa đã về từ chiều hôm trước.") == [
        LEAD,
        NEXT,
        "Ông Nam nói<br>bà Hoa đã về từ chiều hôm trước.",
    ]


def test_a_tail_heading_above_the_body_cuts_nothing() -> None:
    assert clean(f"Tin mới\n\n{LEAD}\n\n{NEXT}\n\n{LAST}").text == f"{LEAD}\n\n{NEXT}\n\n{LAST}"


def test_invisible_characters_and_entities_go() -> None:
    raw = f"\ufeff{LEAD}\n&nbsp;{NEXT[:20]}\u200b{NEXT[20:]}\nBộ GD&amp;ĐT đã có công văn gửi các trường về việc này."
    assert _kept(*raw.split("\n")) == [LEAD, NEXT, "Bộ GD&ĐT đã có công văn gửi các trường về việc này."]


@pytest.mark.parametrize("raw", ["", " ", "\n\n\n", "Tin", "(Ảnh: AFP)", "Đọc thêm", "./.", "\x00", "&nbsp;"])
def test_tiny_texts(raw: str) -> None:
    _check_invariants(raw, clean(raw))


# -- hostile text ----------------------------------------------------------------------------------------------

MESS = """
./. | ( | ) | [ | ] | (Ảnh: | Ảnh: AFP | - Ảnh: | Nguồn: | Theo | (TTXVN) | Hạnh Lê | Tin liên quan | Đọc thêm
Xem nhiều | ... | … | 20/12/2022 | 31/02/2022 | “ | ” | TP. | A. | >> | #tag | © | Chụp lại hình ảnh, | 😀 | <br>
Theo dõi Báo Mới trên | ảnh 1Người | TTO - | &nbsp | &amp; | Một đầu đề không có dấu chấm ở cuối | [Một đầu đề khác]
Nguyễn Văn An (Theo AFP) | Bình luận | Chia sẻ
"""
SPACES = ["\n", "\n\n", "\r\n", "\r", "\u2028", "\x0b", " ", "\u00a0", "\t", "\u200b", "\ufeff", "\x00", "|"]
PIECES = st.sampled_from([*SPACES, *(piece.strip() for piece in re.split(r"[|\n]", MESS)), LEAD, NEXT, LAST])
HOSTILE = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(HOSTILE, st.one_of(st.none(), HOSTILE))
@settings(max_examples=400)
def test_nothing_is_ever_lost(raw: str, title: str | None) -> None:
    cleaned = clean(raw, stated_title=title)
    _check_invariants(raw, cleaned)
    assert cleaned == clean(raw, stated_title=title)


SHORT_UNITS = [
    "a",
    "Ảnh: ",
    "(Ảnh: ",
    "[A",
    "Theo ",
    "A. ",
    "<b ",
    "&nbsp",
    "\n",
    " ",
    "- Ảnh: AFP ",
    "chia sẻ ",
    "> ",
    "x.vn ",
]
LINES = ["(\n", "Một đầu đề\n", "Hạnh Lê\n", "Đọc thêm\n", "Đọc thêm\nMột đầu đề khác\n", "./.\n"]
PARAGRAPHS = [f"{LEAD} ", f"{LEAD}\nĐọc thêm\n", f"{LEAD}\nTin khác\n{NEXT}\n", f"{LEAD}\nĐọc thêm\n{NEXT}\n{LAST}\n"]


@pytest.mark.parametrize("unit", [*SHORT_UNITS, *LINES, *PARAGRAPHS])
def test_time_grows_with_the_length_only(unit: str) -> None:
    raw = unit * (60_000 // len(unit))
    start = time.process_time()
    _check_invariants(raw, clean(raw))
    assert time.process_time() - start < 10


STORY = (
    "Kim ngạch xuất khẩu tăng mạnh trong quý đầu năm nhờ nhu cầu hồi phục ở các thị trường lớn. "
    "Các doanh nghiệp kỳ vọng có thêm đơn hàng."
)


@pytest.mark.parametrize(
    "line",
    [
        "Giấy phép hoạt động của phòng khám đã bị thu hồi từ tháng 5.",
        "Bản quyền tác phẩm thuộc về gia đình nhạc sĩ, tòa phúc thẩm tuyên chiều 4/6.",
        "(c) Trường hợp khác do Thủ tướng quyết định",
        "→ Giá mới là 30.000 đồng một kg, tăng 5.000 đồng so với hôm qua.",
        "► Ông nói sẽ về nước.",
        "Từ khóa: trí tuệ nhân tạo được tìm nhiều nhất trong năm qua.",
        "PV: Thưa ông, vì sao bỏ kỳ thi?",
        "PV: Xin cảm ơn ông đã trả lời.",
    ],
)
def test_a_sentence_that_begins_like_furniture_stays(line: str) -> None:
    cleaned = clean(f"Xuất khẩu tăng mạnh trong quý một\n\n{STORY}\n\n{line}\n\n{STORY[::-1]}.")
    assert line in cleaned.text


@pytest.mark.parametrize(
    "line",
    [
        "Giấy phép hoạt động báo điện tử số 292/GP-BTTTT ngày 1/1/2015.",
        "Bản quyền thuộc về Báo Phương Nam",
        "(c) 2024 Báo Phương Nam",
        "→ Giá vàng lập đỉnh mới",
        "PV: Nguyễn Văn An",
    ],
)
def test_the_furniture_that_it_begins_like_goes(line: str) -> None:
    assert clean(f"Xuất khẩu tăng mạnh trong quý một\n\n{STORY}\n\n{line}\n").text == STORY


@pytest.mark.parametrize("heading", ["Xu hướng", "Nổi bật", "Mới nhất"])
def test_a_heading_that_may_be_one_of_the_body_ends_it_only_where_headlines_follow(heading: str) -> None:
    more = "Theo bộ chủ quản, mức tăng này còn kéo dài đến hết năm. Nhiều nhà máy đã tuyển thêm người."
    story = clean(f"Xuất khẩu tăng mạnh trong quý một\n\n{STORY}\n\n{heading}\n\n{more}\n\n{more[::-1]}.")
    assert more in story.text
    tail = clean(f"Xuất khẩu tăng mạnh trong quý một\n\n{STORY}\n\n{heading}\n\nGiá vàng lập đỉnh\nMưa lớn ở Huế\n")
    assert tail.text == STORY


def test_names_listed_below_the_lead_are_no_bylines() -> None:
    text = "Danh sách nạn nhân vụ cháy\n\nCông an công bố danh sách nạn nhân như sau:\n\nNguyễn Văn An\n\nTrần Thị Bé"
    assert clean(text).text.endswith("như sau:\n\nNguyễn Văn An\n\nTrần Thị Bé")


def test_the_days_of_a_chronicle_are_no_day_of_publication() -> None:
    days = ["Ngày 12/3/2024", "Nhà máy mở cửa trở lại.", "Ngày 5/6/2024", "Lễ khánh thành diễn ra."]
    cleaned = clean("\n\n".join(["Nhà máy mở cửa sau một năm", STORY, *days]))
    assert cleaned.published_on is None
    assert cleaned.text == "\n\n".join([STORY, *days])


def test_short_captions_are_the_story_where_there_is_no_other() -> None:
    captions = [f"Nước ngập mái nhà ở xã số {n}. Ảnh: Hoàng Phúc" for n in range(4)]
    assert clean("\n\n".join(["Chùm ảnh lũ lụt miền Trung", *captions])).text.count("Nước ngập mái nhà") == 4
