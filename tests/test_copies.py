"""Reprints: what is a copy and what is not, how pairs make groups, and the cache that holds them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.copies import Copies, Reprint
from rag.copying import links as links_module
from rag.copying import sketch as sketch_module
from rag.copying.compare import Overlap, overlap
from rag.copying.links import Link, find_links, groups
from rag.copying.sketch import candidates, digest_of, sketch_bytes, sketch_of
from rag.copying.words import run_hashes, words_of
from rag.datatypes import Article
from rag.library import Library
from rag.vietnamese import fold, sentences
from tests.helpers import add_articles, an_article, remove_articles, small_library

BRIDGE = """Sáng 14/3, tỉnh Hậu Giang khởi công cầu Vàm Kinh bắc qua sông Cái Lớn, nối hai xã Thuận Hoà và Long Bình.
Cầu dài 1.240 m, rộng 16 m, có bốn làn xe, vốn đầu tư 780 tỷ đồng lấy từ ngân sách tỉnh và vốn vay ưu đãi.
Giám đốc Sở Giao thông Vận tải Trần Quốc Khải cho biết người dân hai bờ sông lâu nay chỉ qua lại bằng phà, mùa nước lớn
phải chờ hàng giờ. Theo thiết kế, cầu chịu được xe tải 30 tấn và có hành lang riêng cho người đi bộ.
Nhà thầu cam kết hoàn thành trong 28 tháng, sớm hơn hợp đồng hai tháng nếu thời tiết thuận lợi.
Bà Lê Thị Bảy, bán tạp hoá gần bến phà, nói bà mừng vì con cháu đi học không còn phải dậy từ bốn giờ sáng.
Ông Khải nói thêm rằng tỉnh đã giải phóng xong mặt bằng ở bờ bắc, còn bờ nam vướng chín hộ chưa đồng ý giá đền bù.
Chủ tịch tỉnh yêu cầu các sở giải quyết dứt điểm trước mùa mưa và không để người dân nào chịu thiệt.
Khi hoàn thành, cầu rút ngắn quãng đường từ trung tâm huyện đến quốc lộ từ 26 km xuống còn 9 km."""

FLOOD = """Mưa lớn suốt đêm khiến nhiều tuyến phố ở thành phố Đông Phú ngập sâu, học sinh sáu trường phải nghỉ học.
Đài khí tượng đo được lượng mưa 210 mm trong bảy giờ, cao nhất từ đầu mùa. Nước tràn vào nhà dân ở phường Tân Lập lúc
hai giờ sáng, nhiều gia đình phải kê đồ đạc lên cao và sơ tán người già. Công ty thoát nước huy động mười hai máy bơm
và hơn một trăm công nhân khơi thông miệng cống. Đến trưa, nước rút dần nhưng giao thông vẫn ách tắc ở ba nút giao lớn.
Lãnh đạo thành phố thừa nhận hệ thống cống xây từ bốn mươi năm trước không còn chịu nổi những trận mưa như vậy."""

LEAD = "Một cây cầu được chờ đợi nhiều năm ở miền Tây vừa bắt đầu thi công trong niềm vui của người dân địa phương."


def cut(text: str, share: float) -> str:
    """The sentences of the beginning, about this share of the text."""
    kept = [span for span in sentences(text) if span.end <= share * len(text)]
    return text[: kept[-1].end]


def reversed_sentences(text: str) -> str:
    return " ".join(span.of(text) for span in reversed(sentences(text)))


def without_lead(text: str) -> str:
    return text[sentences(text)[0].end :].strip()


def some_words_replaced(text: str, every: int) -> str:
    words = text.split(" ")
    return " ".join("khác" if at % every == every - 1 and word.isalpha() else word for at, word in enumerate(words))


def compared(one: str, other: str) -> Overlap:
    return overlap(words_of(one), words_of(other))


COPIES = {
    "the same": BRIDGE,
    "cut to the first 40 %": cut(BRIDGE, 0.45),
    "moved sentences": reversed_sentences(BRIDGE),
    "a new lead": f"{LEAD} {without_lead(BRIDGE)}",
    "no lead": without_lead(BRIDGE),
    "a sign-off and another outlet": f"(Báo Hậu Giang) - {BRIDGE}\nTheo Tuổi Trẻ\nẢnh: Minh Anh",
    "a few words replaced": some_words_replaced(BRIDGE, 17),
    "lost diacritics": fold(BRIDGE),
    "other line breaks": BRIDGE.replace("\n", " ").replace(". ", ".\n\n"),
    "tone marks placed otherwise": BRIDGE.replace("Hoà", "Hòa").replace("hoá", "hóa"),
    "cut, moved, a new lead, some words replaced": (
        f"{LEAD} {some_words_replaced(reversed_sentences(cut(BRIDGE, 0.8)), 23)}"
    ),
    "reprinted before other news": f"{BRIDGE}\n{FLOOD}",
}

BULLETIN = """Lúc {hour} giờ hôm nay, giá vàng miếng tại các cửa hàng lớn ở Hà Nội được niêm yết ở mức {buy} triệu
đồng một lượng mua vào và {sell} triệu đồng một lượng bán ra, so với cuối ngày hôm qua tăng {rise} nghìn đồng ở cả hai
chiều. Chênh lệch giữa giá mua và giá bán là {gap} nghìn đồng một lượng. Trên thị trường quốc tế, vàng giao ngay đứng ở
mức {world} USD một ounce khi nhà đầu tư chờ quyết định lãi suất của các ngân hàng trung ương lớn."""

NO_COPIES = {
    "another story": FLOOD,
    "one quoted sentence": f"{FLOOD} {sentences(BRIDGE)[5].of(BRIDGE)}",
    "a story of its own before known facts": f"{FLOOD} {reversed_sentences(cut(BRIDGE, 0.6))}",
    "one figure corrected": BRIDGE.replace("780 tỷ", "870 tỷ"),
    "a small part": "\n".join([cut(BRIDGE, 0.45), FLOOD, FLOOD.replace("nước", "lũ"), FLOOD.replace("phố", "thị")]),
    "nothing": "",
}


@pytest.mark.parametrize("name", COPIES)
def test_an_edited_reprint_is_a_copy(name: str) -> None:
    found = compared(BRIDGE, COPIES[name])
    assert found.is_copy, found
    assert compared(COPIES[name], BRIDGE).is_copy


@pytest.mark.parametrize("name", NO_COPIES)
def test_what_says_something_else_is_no_copy(name: str) -> None:
    assert not compared(BRIDGE, NO_COPIES[name]).is_copy
    assert not compared(NO_COPIES[name], BRIDGE).is_copy


def test_the_same_sentences_with_other_figures_are_no_copy() -> None:
    today = BULLETIN.format(hour=9, buy="81,2", sell="83,4", rise=300, gap=220, world="2.381")
    tomorrow = BULLETIN.format(hour=9, buy="80,6", sell="82,9", rise=150, gap=230, world="2.366")
    found = compared(today, tomorrow)
    assert found.other_figures == 5
    assert not found.is_copy
    # The same figures written otherwise are the same.
    again = BULLETIN.format(hour="09", buy="81,2", sell="83,4", rise=300, gap=220, world="2381")
    assert compared(today, again).is_copy


def test_an_overlap_counts_the_syllables_of_the_shorter_text() -> None:
    found = compared("một hai ba bốn năm sáu bảy tám chín", "không. một hai ba bốn năm sáu bảy tám chín mười")
    assert found == Overlap(length=9, longer_length=11, copied=9, body=9, copied_body=9, other_figures=0)
    assert not found.is_copy  # too little to be a copy of anything
    replaced = compared("một hai ba bốn NĂM sáu bảy tám chín", "một hai ba bốn khác sáu bảy tám chín mười")
    assert (replaced.copied, replaced.length) == (9, 9)


@given(st.text(alphabet="abcd ,.1", max_size=200), st.text(alphabet="abcd ,.1", max_size=200))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    found = compared(one, other)
    assert 0 <= found.copied_body <= found.copied <= found.length <= found.longer_length
    assert found.copied_body <= found.body <= found.length


# ---- sketches and links ---------------------------------------------------------------------------------------------


def sketched(texts: Sequence[str]) -> dict[bytes, bytes]:
    data = [sketch_bytes(words_of(text)) for text in texts]
    return {digest_of(one): one for one in data}


def linked(texts: Sequence[str]) -> set[Link]:
    held = sketched(texts)
    words = {digest_of(sketch_bytes(words_of(text))): words_of(text) for text in texts}
    return set(find_links(held, list(held), words.get))


def test_a_sketch_holds_the_smallest_hashes() -> None:
    words = words_of(BRIDGE)
    sketch = sketch_of(sketch_bytes(words))
    every = sorted(int(run) >> 32 for run in run_hashes(words.syllables))
    assert sketch.hashes.tolist() == every[:64]
    assert (sketch.length, sketch.reach) == (len(words), every[63])
    short = sketch_of(sketch_bytes(words_of("một hai ba bốn năm")))
    assert (short.length, len(short.hashes), short.reach) == (5, 2, 0xFFFFFFFF)
    empty = sketch_of(sketch_bytes(words_of("")))
    assert (empty.length, len(empty.hashes)) == (0, 0)


def test_texts_of_the_same_words_share_a_digest() -> None:
    one, other, third = (
        digest_of(sketch_bytes(words_of(text))) for text in ("Hoà Bình, 3/4.", "hòa  bình 3/4", "hoà bình 4/3")
    )
    assert one == other != third


def test_candidates_are_those_that_share_much_whatever_the_lengths() -> None:
    texts = [BRIDGE, cut(BRIDGE, 0.45), FLOOD, reversed_sentences(FLOOD), "Một tin ngắn về chuyện khác hẳn.", ""]
    sketches = sketched(texts)
    names = list(sketches)
    expected = {tuple(sorted(names[:2])), tuple(sorted(names[2:4]))}
    assert set(candidates(sketches, names)) == expected
    assert list(candidates(sketches, names)) == list(candidates(sketches, list(reversed(names))))
    assert set(candidates(sketches, names[:1])) == {tuple(sorted(names[:2]))}
    assert list(candidates({}, [])) == []


@pytest.mark.parametrize("limit", ["MOST_CANDIDATES", "MOST_HOLDERS"])
def test_a_large_family_costs_no_more_than_its_limit_and_stays_together(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(sketch_module, limit, 3)
    family = [f"{BRIDGE} Tin thứ {'a' * at} trong ngày." for at in range(1, 13)]
    sketches = sketched(family)
    pairs = list(candidates(sketches, list(sketches)))
    assert len(pairs) == len(set(pairs)) <= 12 * 3
    assert [len(group) for group in groups(linked(family))] == [12]


def test_a_link_goes_from_the_part_to_the_whole() -> None:
    (link,) = linked([cut(BRIDGE, 0.45), BRIDGE, FLOOD])
    assert link.part == digest_of(sketch_bytes(words_of(cut(BRIDGE, 0.45))))
    assert link.whole == digest_of(sketch_bytes(words_of(BRIDGE)))
    assert link.share == round(len(words_of(cut(BRIDGE, 0.45))) / len(words_of(BRIDGE)), 4)


@given(st.permutations([bytes([n]) * 8 for n in range(5)]))
def test_each_text_goes_to_what_it_is_most_of(names: list[bytes]) -> None:
    a, b, c, d, e = names

    def grouped(*sets: Sequence[bytes]) -> list[list[bytes]]:
        return sorted(sorted(one) for one in sets)

    assert groups([]) == []
    # A cut of a cut.
    assert groups([Link(c, b, 0.5), Link(b, a, 0.5)]) == grouped([a, b, c])
    # A report that stands in two others does not bring those two together.
    assert groups([Link(c, a, 0.3), Link(c, b, 0.4)]) == grouped([b, c])
    # Two parts of one whole do belong together, and other groups stay apart.
    assert groups([Link(b, a, 0.5), Link(c, a, 0.4), Link(e, d, 1.0)]) == grouped([a, b, c], [d, e])
    # What is nearly the same is one, whatever each of it was compared with; its part goes to it once.
    near = [Link(b, a, 0.95), Link(c, b, 0.9), Link(d, c, 0.5), Link(d, e, 0.4)]
    assert groups(near) == groups(reversed(near)) == grouped([a, b, c, d])


# ---- the cache ------------------------------------------------------------------------------------------------------


def news(source: str, text: str, day: date | None = None) -> Article:
    return replace(an_article(source, text), published_on=day)


def sources_of(library: Library, copies: Copies) -> list[list[str]]:
    return [[library.article(id_).source for id_ in group] for group in copies.groups]


@contextmanager
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """The lengths of all pairs of texts that are compared word for word meanwhile."""
    seen: list[tuple[int, int]] = []

    def counted(one: links_module.Words, other: links_module.Words) -> Overlap:
        seen.append((len(one), len(other)))
        return overlap(one, other)

    with monkeypatch.context() as patch:
        patch.setattr(links_module, "overlap", counted)
        yield seen


def test_groups_of_a_library(tmp_path: Path) -> None:
    articles = [
        news("cắt.txt", cut(BRIDGE, 0.45), date(2024, 3, 16)),
        news("lụt.txt", FLOOD),
        news("gốc.txt", BRIDGE, date(2024, 3, 14)),
        news("đăng lại.txt", f"{BRIDGE}\nTheo Báo Hậu Giang"),
        news("lụt 2.txt", FLOOD.replace("\n", " ")),
        news("lẻ.txt", "Một bản tin không liên quan gì đến hai câu chuyện kia, ngắn và chỉ có một câu."),
    ]
    with small_library(tmp_path, articles) as library:
        copies = Copies.open(library)
        # The earliest published comes first, those without a date last; else the one stored first.
        assert sources_of(library, copies) == [["gốc.txt", "cắt.txt", "đăng lại.txt"], ["lụt.txt", "lụt 2.txt"]]
        for group in copies.groups:
            assert all(copies.group_of(id_) == group for id_ in group)
        alone = articles[-1].id
        assert copies.group_of(alone) == (alone,)
        assert copies.group_of("no such article") == ("no such article",)
        assert copies.reprints() == [
            Reprint("cắt.txt", "gốc.txt", same_words=False),
            Reprint("đăng lại.txt", "gốc.txt", same_words=False),
            Reprint("lụt 2.txt", "lụt.txt", same_words=True),
        ]
        assert copies.reprints({articles[4].id}) == [Reprint("lụt 2.txt", "lụt.txt", same_words=True)]
        assert copies.reprints({alone}) == []
        assert (copies.verify(), copies.notes) == (
            [],
            ("Bảng bài đăng lại: chưa có trên đĩa, đã dựng lại từ cơ sở dữ liệu.",),
        )


def test_reopening_compares_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_library(tmp_path, [BRIDGE, cut(BRIDGE, 0.45), FLOOD]) as library:
        with comparisons(monkeypatch) as first:
            before = Copies.open(library).groups
        assert len(first) == 1
        with comparisons(monkeypatch) as second:
            again = Copies.open(library)
        assert (again.groups, second, again.notes) == (before, [], ())


def test_a_new_article_is_compared_and_the_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_library(tmp_path, [BRIDGE, cut(BRIDGE, 0.45), FLOOD]) as library:
        copies = Copies.open(library)
        add_articles(library, [news("mới.txt", f"{LEAD} {without_lead(BRIDGE)}"), news("y hệt.txt", FLOOD)])
        with comparisons(monkeypatch) as seen:
            copies.catch_up()
        assert len(seen) == 2  # the new one with the two about the bridge; the flood has the words of one that is known
        assert sources_of(library, copies) == [["bài-0.txt", "bài-1.txt", "mới.txt"], ["bài-2.txt", "y hệt.txt"]]
        assert Copies.open(library).groups == copies.groups


def test_groups_follow_removals_and_changes(tmp_path: Path) -> None:
    with small_library(tmp_path, [BRIDGE, f"{BRIDGE}\nTheo Tuổi Trẻ", cut(BRIDGE, 0.45), BRIDGE]) as library:
        copies = Copies.open(library)
        assert sources_of(library, copies) == [["bài-0.txt", "bài-1.txt", "bài-2.txt", "bài-3.txt"]]
        remove_articles(library, [an_article("bài-0.txt", "").id])
        copies.catch_up()
        assert sources_of(library, copies) == [["bài-1.txt", "bài-2.txt", "bài-3.txt"]]
        add_articles(library, [news("bài-2.txt", FLOOD), news("bài-3.txt", BRIDGE, date(2020, 1, 1))])
        copies.catch_up()
        assert sources_of(library, copies) == [["bài-3.txt", "bài-1.txt"]]
        remove_articles(library, [an_article("bài-1.txt", "").id])
        copies.catch_up()
        assert copies.groups == Copies.open(library).groups == ()


def test_the_groups_do_not_hang_on_the_order_of_indexing(tmp_path: Path) -> None:
    texts = [*COPIES.values(), *NO_COPIES.values()]
    found = []
    for seed in range(3):
        articles = [news(f"{at}.txt", text, date(2024, 1, 1 + at)) for at, text in enumerate(texts) if text]
        random.Random(seed).shuffle(articles)  # noqa: S311
        with small_library(tmp_path / str(seed), articles[:7]) as library:
            copies = Copies.open(library)
            add_articles(library, articles[7:])
            copies.catch_up()
            found.append(sources_of(library, copies))
    assert found[0] == found[1] == found[2]
    (group,) = [names for names in found[0] if "0.txt" in names]
    assert set(group) >= {f"{at}.txt" for at in range(len(COPIES))}


def test_a_text_that_cannot_be_read_does_not_stop_the_rest(tmp_path: Path) -> None:
    with small_library(tmp_path, [BRIDGE, cut(BRIDGE, 0.45), FLOOD, FLOOD]) as library:
        with library.writer() as writer:
            writer._connection.execute("UPDATE articles SET title = 'x' WHERE source = 'bài-0.txt'")
        assert sources_of(library, Copies.open(library)) == [["bài-2.txt", "bài-3.txt"]]
