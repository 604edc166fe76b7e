from __future__ import annotations

import json
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eval import sentences as measure
from rag.datatypes import Span
from rag.errors import LoadError
from rag.vietnamese import sentences

# Passages with a bar at each boundary.
PASSAGES = [
    # Places, titles, forms of address.
    "Mưa lớn kéo dài ở TP.HCM. |TP. HCM đã cho học sinh nghỉ.",
    "Đoàn đến TP. Thủ Đức, Q. 7 và P. 12 rồi về. |Chiều cùng ngày, trời tạnh.",
    "Theo GS.TS Nguyễn Thị Lan, giá sẽ giảm. |PGS. TS. Trần Văn Bảy thì ngờ vực.",
    "ThS.BS Lê Hoa khám cho bệnh nhân. |BS. Hoa là người kê đơn.",
    "NSƯT. Kim Chi và KTS. Võ Bình cùng dự. |Hội trường kín chỗ.",
    "Bệnh nhân được chuyển lên BV. Chợ Rẫy ngay trong đêm.",
    "Anh nằm ở BV. |Theo gia đình, anh đã tỉnh.",
    "Bà ở ĐH. Cần Thơ về, ghé Cty. Hòa Lợi ký hợp đồng.",
    # Initials and people whose names the paper withholds.
    "Công an hỏi ông A. nói gì với bà B. hôm đó.",
    "Bị hại là chị Nguyễn Thị H. |Theo cáo trạng, chị đã gửi tiền ba lần.",
    "Em Trần Nh. và em Lê Th. được về nhà. |Cả hai đều khỏe.",
    "Tổng thống John F. Kennedy và ông George W. Bush không cùng thời.",
    "J. K. Rowling vừa ra sách mới. |Sách bán chạy.",
    "Cầu thủ C.Ronaldo ghi hai bàn cho đội khách.",
    "Bệnh nhân N.V.Đ. (SN 1990) đang cách ly.",
    "Trung ương Đoàn và T.Ư Hội cùng phát động. |Lễ phát động diễn ra sáng nay.",
    # A letter that is a unit, a label or a word.
    "Nhiệt độ lên 39 độ C. |Người già được khuyên ở nhà.",
    "Thuốc này trị viêm gan B. |Giá một liều là 90.000 đồng.",
    "Họ đi khắp châu Á. |Sau đó họ sang Ý. |Không ai biết vì sao.",
    # Short words with a toned vowel, before a word that may be a name.
    "Bà sống ở Mỹ. |Hoa hậu năm nay 86 tuổi. |Tàu đóng ở Bỉ. |Tàu ra khơi.",
    "Cô rời xứ Hàn. |Sở hữu một gia đình, cô đến Ấn Độ. |Pakistan cấm nhập cảnh. |Anh gặp em Ngọc Ng. Lan.",
    "Loa có công suất 40 W. |Máy nặng 2 kg. |Giá bán chưa công bố.",
    # Numbers, times, dates.
    "Giá là 3.000 đồng, tăng 2,7% so với 8.500 đồng hồi tháng 1.2022. |Mức này chưa cao.",
    "Lúc 7.30 sáng 31/1/2022, tàu rời bến. |Đến 10h30, tàu cập đảo.",
    "Dự án khởi công năm 2019. |2021 là năm hoàn thành. |30 hộ đã dọn đến.",
    "Phiên bản 14.5.1 sửa lỗi của bản 14.5. |Người dùng nên cập nhật.",
    # Ellipsis, and so on.
    "Chợ bán cam, quýt, bưởi, v.v. với giá rẻ.",
    "Trẻ được học vẽ, học đàn, v.v. |Phụ huynh không phải đóng tiền.",
    "Anh ngồi dậy… rồi lại nằm xuống... như chưa có gì xảy ra.",
    "Họ trồng lúa, ngô, khoai… |Năm nay mất mùa... |Không ai bỏ làng.",
    "Hồ sơ gồm đơn, ảnh, bản sao…; nộp trước thứ sáu.",
    # Quotations.
    "“Chúng tôi chưa nhận được gì.” |Ông Tư thở dài.",
    "“Chúng tôi chưa nhận được gì.” ông Tư nói.",
    "“Chúng tôi chưa nhận được gì”, ông Tư nói. |Bà Tư gật đầu.",
    "Bà kể: “Nước lên nhanh lắm. |Tôi chỉ kịp bế cháu. |Nhà trôi mất rồi”. |Bà bật khóc.",
    "Anh hỏi “Sao lại thế?” rồi bỏ đi. |Không ai đáp.",
    "“Ai cho phép?”, chị hỏi. |“Dừng lại ngay!” anh quát.",
    '"Khi nào xong?" - ông Sáu hỏi. |Không ai trả lời được.',
    '"Tuần sau sẽ xong." - Ông Bảy đáp. |Mọi người tạm yên.',
    "Ông đáp: “Được thôi!”. |Cuộc họp kết thúc.",
    "Biểu ngữ ghi “Đất là của chúng ta!” và “Đừng bán!”. |Cảnh sát đứng xa.",
    'Cô nói: "Em không biết." |Thầy hỏi lại: "Thật không?" |Cô im lặng.',
    'Ông bảo vệ quyết định "đúng đắn".|Bà phản đối.|"Chúng tôi không đồng ý", bà nói.',
    "Bài hát ‘Về đâu?’ được hát lại. |Khán giả vỗ tay.",
    # Questions and exclamations.
    "Vì sao giá tăng? |Ai được lợi? |Chưa ai trả lời!",
    "Ngành nào sai nhiều nhất? |địa phương nào? |Báo cáo không nói.",
    "Yahoo! và các hãng khác đều từ chối. |Họ không nêu lý do.",
    # Marks with nothing after them.
    "Căng thẳng gia tăng.|Bộ trưởng lên đường.|Ở Kiev, còi hú.",
    "Ai biết?|Không ai cả!|Vậy là hết…|Từ đó, họ đi.",
    "Số ca là 9.|Bộ Y tế đã xác nhận (xem bảng).|Tối nay sẽ có thêm tin.",
    "Trang Vietnam.vn và báo Dantri.com.vn cùng đăng. |U.S. Steel không bình luận.",
    "Gửi về toasoan@bao.com.vn.|Trân trọng cảm ơn. |Xem www.Bao.vn để biết thêm.",
    "Vào https://bao.vn/tin?id=3.4 mà đọc. |https://bao.vn là trang chính.",
    # Lists, labels, headings, captions.
    "Có ba việc:\n|- Dọn kho\n|- Sửa cửa.\n|• Khóa cổng",
    "1. Chuẩn bị giấy tờ. |2. Nộp đơn. |3. Chờ kết quả.",
    "1.Chuẩn bị\n|a) Đơn xin phép;\n|b) Bản vẽ.",
    "II. Nội dung chính\n|Điều 5. Phạm vi áp dụng\n|Luật áp dụng cho mọi doanh nghiệp.",
    "Bước 2. Rửa sạch rau. |Bước 3. Để ráo.",
    "Cầu mới nối hai bờ\n\n|Sáng nay, cầu được khánh thành.\n|Ảnh: An Bình\n|An Bình",
    "Cổ động viên ăn mừng. |(Ảnh: TTXVN) |Ngay sau đó, mưa đổ xuống.",
    "Tuyển thủ tập luyện. |(ảnh: AFP)\n|Trận đấu diễn ra tối mai.",
    "Ông về nước (tháng 3 năm ngoái.) rồi đi tiếp.",
    "Công ty lãi lớn (xem bảng.) |Cổ phiếu tăng.",
    "Hội nghị kết thúc tốt đẹp./. |Minh Tâm",
    # Lines.
    "Ông đến Hà\nnội hôm qua\nrồi đi ngay. |Bà ở lại.",
    "Máy có màn hình lớn.\n|iPhone thì không. |eSIM cũng vậy.",
    "Tin vắn\r\n|Giá vàng giảm.\r\n\r\n|Giá dầu tăng.\u2028|Hết.",
    # A sign alone belongs to what stands before it.
    "Anh cười ! |Chị cũng cười . |Rồi thôi . .",
    "Một chiếc xe cháy. |Không ai bị thương |",
    "",
    " \n\t ",
]
WRAPPED = (
    "Sáng nay, hội đồng thành phố họp phiên bất thường để bàn\n"
    "về giá nước. Ông Nguyễn Văn Tám, người chủ trì, cho biết\n"
    "Nhà máy Bờ Đông chưa thể chạy hết công suất, vì thế TP.\n"
    "Hòa Lợi phải mua thêm nước của tỉnh bên trong ba tháng\n"
    "tới. Người dân không phải trả thêm tiền.\n"
    "Cuộc họp kéo dài đến trưa và không có biểu quyết nào về\n"
    "giá điện.\n"
    "- Giá nước: không đổi\n"
    "- Giá điện: chưa bàn\n"
)


def split(marked: str) -> tuple[str, list[str]]:
    """The passage without its bars, and the sentences between them."""
    return marked.replace("|", ""), [piece.strip() for piece in marked.split("|") if piece.strip()]


@pytest.mark.parametrize("marked", PASSAGES)
def test_hand_written_passages(marked: str) -> None:
    text, expected = split(marked)
    assert [span.of(text) for span in sentences(text)] == expected
    decomposed = unicodedata.normalize("NFD", text)
    assert [unicodedata.normalize("NFC", span.of(decomposed)) for span in sentences(decomposed)] == expected


def test_the_hand_written_passages_hold_enough_sentences() -> None:
    assert sum(len(split(marked)[1]) for marked in PASSAGES) >= 120


def test_hard_wrapped_lines_are_read_on() -> None:
    assert [" ".join(span.of(WRAPPED).split()) for span in sentences(WRAPPED)] == [
        "Sáng nay, hội đồng thành phố họp phiên bất thường để bàn về giá nước.",
        "Ông Nguyễn Văn Tám, người chủ trì, cho biết Nhà máy Bờ Đông chưa thể chạy hết công suất, vì thế TP. Hòa Lợi"
        " phải mua thêm nước của tỉnh bên trong ba tháng tới.",
        "Người dân không phải trả thêm tiền.",
        "Cuộc họp kéo dài đến trưa và không có biểu quyết nào về giá điện.",
        "- Giá nước: không đổi",
        "- Giá điện: chưa bàn",
    ]


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                ["Ông", "nói", "TP", "A", "3", ".", "…", "?", "”", '"', "(", ")", "-", " ", "\n", "\u0301", "@", "vn"]
            )
        ).map("".join),
    )
)
def test_spans_cover_all_but_white_space_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))


@pytest.mark.parametrize(
    "unit", ["a", ".", ". ", "A. ", "a.B", "\n", ".\n", "Ông\n", '"', '."A', "(", "(a) ", ".)", "- ", "1.", "?” ", " "]
)
def test_time_is_linear(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    started = time.process_time()
    spans = sentences(text)
    # A quadratic step takes minutes at this length; the slowest unit takes half a second on a slow machine.
    assert time.process_time() - started < 10
    assert sum(span.end - span.start for span in spans) <= len(text)


def gold(part: str) -> list[measure.Passage]:
    return [passage for passage in measure.read_gold() if passage.part == part]


def test_the_seeds_are_split_as_marked() -> None:
    seeds = gold("seeds")
    assert len({passage.file for passage in seeds}) == 5
    result = measure.score(measure.compare(seeds, measure.read_texts(seeds, Path("unused"))))
    assert result.gold == 109
    assert result.f1 >= 0.99


def test_the_gold_is_well_formed() -> None:
    passages = measure.read_gold()
    assert sum(len(passage.boundaries) + 1 for passage in passages if passage.part != "seeds") >= 300
    assert len({(passage.file, passage.id) for passage in passages}) == len(passages)
    for passage in passages:
        assert passage.part in measure.PARTS
        assert list(passage.boundaries) == sorted(set(passage.boundaries))
        assert 0 < passage.boundaries[0] <= passage.boundaries[-1] < passage.end - passage.start
    hard = [passage for passage in passages if passage.why not in ("plain", "seed")]
    assert len(hard) * 2 >= len(passages)


needs_news = pytest.mark.skipif(not (measure.DATA / "news").is_dir(), reason="the news data is not here")


@needs_news
@pytest.mark.parametrize("part", ["tune", "test"])
def test_the_news_is_split_as_marked(part: str) -> None:
    passages = gold(part)
    assert measure.score(measure.compare(passages, measure.read_texts(passages, measure.DATA))).f1 >= 0.97


def marked(text: str, gold_at: set[int], found_at: set[int]) -> measure.Marked:
    passage = measure.Passage("tune", "plain", "f", "1", 0, len(text), "", tuple(sorted(gold_at)))
    return measure.Marked(passage, text, frozenset(gold_at), frozenset(found_at))


def test_score() -> None:
    # Gold 2 + 1, found 1 + 3, in both 1 + 1: precision 2/4, recall 2/3, F1 4/7.
    result = measure.score([marked("a. b. c.", {2, 5}, {2}), marked("d. e. f. g.", {2}, {2, 5, 8})])
    assert (result.passages, result.gold, result.found, result.hits) == (2, 3, 4, 2)
    assert result.precision == 0.5
    assert result.recall == pytest.approx(2 / 3)
    assert result.f1 == pytest.approx(4 / 7)


def test_score_of_nothing_is_one() -> None:
    result = measure.score([])
    assert (result.precision, result.recall, result.f1) == (1, 1, 1)


def test_boundaries_at_line_breaks_can_be_left_out() -> None:
    text = "Một. Hai.\n Ba. Bốn"
    assert measure.boundaries(text) == {4, 9, 14}
    result = measure.score([marked(text, {4, 9}, {4, 9, 14})], measure.within_line)
    assert (result.gold, result.found, result.hits) == (1, 2, 1)


def news_folder(tmp_path: Path, records: list[dict[str, object]], name: str = "dated") -> Path:
    import gzip

    (tmp_path / "news").mkdir(exist_ok=True)
    with gzip.open(tmp_path / "news" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return tmp_path


def passage_of(text: str, file: str, record: str) -> measure.Passage:
    import hashlib

    return measure.Passage("tune", "plain", file, record, 0, 9, hashlib.sha256(text.encode()).hexdigest(), (4,))


def test_texts_are_read_from_articles_and_clusters(tmp_path: Path) -> None:
    news_folder(tmp_path, [{"id": "a", "text": "Một. Hai. Ba."}, {"id": "b", "text": "Khác."}])
    documents = [{"id": "7", "text": "Hai. Một. Ba."}]
    news_folder(
        tmp_path, [{"cluster": "c1", "docs": repr(documents)}, {"cluster": "c2", "docs": documents}], "clusters"
    )
    passages = [
        passage_of("Hai. Một.", "news/clusters.jsonl.gz", "c1/7"),
        passage_of("Hai. Một.", "news/clusters.jsonl.gz", "c2/7"),
        passage_of("Một. Hai.", "news/dated.jsonl.gz", "a"),
    ]
    assert measure.read_texts(passages, tmp_path) == ["Hai. Một.", "Hai. Một.", "Một. Hai."]


def test_altered_and_missing_texts_are_refused(tmp_path: Path) -> None:
    passage = passage_of("Một. Hai.", "news/dated.jsonl.gz", "a")
    with pytest.raises(LoadError, match=r"dated\.jsonl\.gz: no such file\. Name the folder"):
        measure.read_texts([passage], tmp_path)
    with pytest.raises(LoadError, match="record 'a' is missing or not the text that was marked"):
        measure.read_texts([passage], news_folder(tmp_path, [{"id": "a", "text": "Một? Hai. Ba."}]))


def test_command_prints_scores_and_failures() -> None:
    result = CliRunner().invoke(measure.main, ["--part", "seeds", "--failures"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].split() == ["part", "boundaries", "passages", "gold", "found", "precision", "recall", "F1"]
    assert lines[1].split()[:4] == ["seeds", "all", "5", "109"]
    assert [line.split(" ")[:2] for line in lines[3:]] == [["seeds", "missed"]]


def test_command_prints_json() -> None:
    result = CliRunner().invoke(measure.main, ["--part", "seeds", "--json"])
    rows = json.loads(result.output)
    assert [(row["part"], row["boundaries"]) for row in rows] == [("seeds", "all"), ("seeds", "within lines")]
    assert rows[0]["f1"] >= 0.99


def test_command_names_the_missing_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(measure.main, ["--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "no such file. Name the folder that holds `news` with --data" in result.output


def test_a_span_is_an_exact_slice() -> None:
    assert sentences("  Một câu.  Hai câu. ") == [Span(2, 10), Span(12, 20)]
