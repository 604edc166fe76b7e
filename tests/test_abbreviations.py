"""Abbreviations and foreign names that a library's own texts give, and the cache that holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.abbreviations import Abbreviations, Expansion, believed
from rag.library import Library
from rag.naming.mining import Evidence, Introduced, introduced
from rag.naming.phonetic import alike, foreign_words, key_of, sound_of
from tests.helpers import add_articles, an_article, remove_articles, small_library


def pairs(text: str) -> set[tuple[str, str]]:
    return {(pair.short, pair.long) for pair in introduced(text)}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Ông làm ở Uỷ ban Nhân dân (UBND) tỉnh.", "UBND", "Uỷ ban Nhân dân"),
        ("Vụ tai nạn giao thông (TNGT) làm hai người chết.", "TNGT", "tai nạn giao thông"),
        ("Bộ Giáo dục và Đào tạo (GD-ĐT) công bố.", "GD-ĐT", "Giáo dục và Đào tạo"),
        ("Hội đồng quản trị (viết tắt là HĐQT) họp.", "HĐQT", "Hội đồng quản trị"),
        ("Người sử dụng lao động (gọi tắt là NSDLĐ) trả lương.", "NSDLĐ", "Người sử dụng lao động"),
        ("Theo UBND (Uỷ ban Nhân dân) tỉnh.", "UBND", "Uỷ ban Nhân dân"),
        ("Báo South China Morning Post (SCMP) viết.", "SCMP", "South China Morning Post"),
        ("Theo Tổ chức Y tế Thế giới (WHO), dịch lan nhanh.", "WHO", "Tổ chức Y tế Thế giới"),
        ("Theo WHO (World Health Organization), dịch lan.", "WHO", "World Health Organization"),
        (
            "Tổ chức Y tế Thế giới (World Health Organization - WHO) nói.",
            "WHO",
            "World Health Organization",
        ),
        ("Ban lãnh đạo họp. Cục Điều tra Liên bang Mỹ (FBI) vào cuộc.", "FBI", "Cục Điều tra Liên bang Mỹ"),
        (
            "Công ty TNHH truyền thông giáo dục Phan Thị (gọi tắt là Công ty Phan Thị) kháng cáo.",
            "Công ty Phan Thị",
            "Công ty TNHH truyền thông giáo dục Phan Thị",
        ),
    ],
)
def test_a_text_introduces_a_short_form(text: str, short: str, long: str) -> None:
    assert (short, long) in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ngân hàng UOB (Singapore) và BQ (Tây Ban Nha) ký kết.",
        "Cục Quản lý đường bộ IV (Tổng cục Đường bộ Việt Nam) cho biết.",
        "Phòng PCCC và CNCH (Bộ Công an) đã ban hành văn bản.",
        "Đại học Yale (USA) và sân bay quốc tế Dubai (UAE).",
        "Ông sống ở TP.HCM (hộ khẩu thường trú) từ nhỏ.",
        "Thời tiết xấu (GMT) ở nhiều nơi.",
        "Giá vàng tăng 2% (SJC).",
        "Cổ phiếu của Công ty cổ phần Phân đạm Hà Bắc (UPCoM) tăng.",
        "Ông nói tổ chức sẽ họp bàn việc này (ABC).",
        "Chương II (II) và chương III (III) của luật.",
        "Bệnh nhân ở Trung tâm Y tế Giá Rai (PV) đã khoẻ.",
    ],
)
def test_what_only_stands_in_brackets_is_no_short_form(text: str) -> None:
    assert pairs(text) == set()


def test_a_name_is_not_sought_beyond_its_sentence() -> None:
    assert pairs("Tổ chức Y tế Thế giới họp khẩn. Thị trường chứng khoán mở cửa (WHO).") == set()


def test_more_than_one_beginning_is_only_a_guess() -> None:
    found = introduced("Trung tâm nghiên cứu của Đại học Quốc gia Hà Nội (CRES) công bố.")
    assert {pair.evidence for pair in found} == {Evidence.NAME_PERHAPS}
    assert len(found) == 2


def test_guesses_are_believed_when_two_articles_agree() -> None:
    right = Introduced("PVN", "Tập đoàn Dầu khí Việt Nam", Evidence.NAME_PERHAPS)
    wrong = Introduced("PVN", "Ban Tổng giám đốc Tập đoàn Dầu khí Việt Nam", Evidence.NAME_PERHAPS)
    assert believed({right: 1, wrong: 1}) == {}
    assert believed({right: 2, wrong: 1}) == {right: 0.8}
    alone = Introduced("VETC", "Công ty TNHH Thu phí tự động", Evidence.NAME)
    assert believed({alone: 1}) == {alone: 0.6}
    sure = Introduced("TNGT", "tai nạn giao thông", Evidence.INITIALS)
    assert believed({sure: 1}) == {sure: 0.9}


def test_the_end_of_a_longer_name_is_not_believed() -> None:
    whole = Introduced("NHNN", "Ngân hàng Nhà nước Việt Nam", Evidence.NAME_PERHAPS)
    end = Introduced("NHNN", "Nhà nước Việt Nam", Evidence.NAME_PERHAPS)
    assert believed({whole: 3, end: 3}) == {whole: 0.8}


def test_initials_of_two_letters_weigh_less() -> None:
    pair = Introduced("CĐ", "công đoàn", Evidence.INITIALS)
    assert believed({pair: 5}) == {pair: 0.5}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Zelensky", "Zelenxki"),
        ("Zelenskiy", "Zelenskyy"),
        ("Zelensky", "Zê-len-xki"),
        ("Lukashenko", "Lukasenko"),
        ("Putin", "Putine"),
        ("Poutine", "Pu-tin"),
        ("Dmitry", "Dmitri"),
        ("Gorbachev", "Gorbachov"),
        ("Lavrov", "La-vrốp"),
        ("Yanukovich", "Yanukovych"),
        ("Sergei", "Sergey"),
        ("Alexander", "Aleksandr"),
        ("Zaporizhzhia", "Zaporizhzhya"),
        ("Teheran", "Tehran"),
        ("Nikki", "Niki"),
        ("Erdoğan", "Erdogan"),
        ("Netanyahu", "Nê-ta-ni-a-hu"),
    ],
)
def test_one_name_in_two_spellings_sounds_alike(name: str, other: str) -> None:
    assert key_of(sound_of(name)) == key_of(sound_of(other))
    assert alike(name, other) >= 0.75


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Iran", "Iraq"),
        ("Slovakia", "Slovenia"),
        ("Niger", "Nigeria"),
        ("Johnson", "Jonson"),
        ("Austria", "Australia"),
        ("Mali", "Malawi"),
        ("Georgia", "George"),
        ("Maria", "Mario"),
        ("Zambia", "Gambia"),
        ("Macron", "Micron"),
        ("London", "Lyndon"),
        ("Qing", "King"),
        ("Change", "Chiang"),
        ("Marina", "Marine"),
    ],
)
def test_two_names_do_not_sound_alike(name: str, other: str) -> None:
    assert key_of(sound_of(name)) != key_of(sound_of(other)) or alike(name, other) == 0.0


def test_names_in_other_scripts_have_no_sound() -> None:
    assert sound_of("Путин") == ""
    assert sound_of("习近平") == ""


def test_foreign_words_are_capitalised_and_no_vietnamese_syllables() -> None:
    text = "Ông Vladimir Putin và Pu-tin thăm Kiev, Hà Nội, NATO, Nga-Mỹ cùng bà merkel; Jong-un ở Mát-xcơ-va."
    assert [*foreign_words(text)] == ["Vladimir", "Putin", "Pu-tin", "Kiev", "Jong-un", "Mát-xcơ-va"]


# ---- the cache -------------------------------------------------------------------------------------------------------

WHO = "Theo Tổ chức Y tế Thế giới (WHO), dịch lan nhanh."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path, [WHO, "Ông Zelenskiy gặp bà Merkel.", "Zelenskiy và Zelensky là một người."])


def test_a_library_is_asked_for_what_it_introduces(library: Library) -> None:
    known = Abbreviations.open(library)
    assert len(known) == 3
    assert known.expansions("who") == (Expansion("Tổ chức Y tế Thế giới", 0.6, "WHO", is_short=True),)
    assert known.expansions("tổ chức y tế thế giới") == (Expansion("WHO", 0.6, "WHO", is_short=False),)
    assert known.lengths("tổ") == (6,)
    assert known.expansions("tổ chức") == ()


def test_a_library_is_asked_for_names_that_sound_alike(library: Library) -> None:
    known = Abbreviations.open(library)
    assert [(found.text, found.articles) for found in known.like("Zelenxki")] == [("Zelenskiy", 2), ("Zelensky", 1)]
    assert [found.text for found in known.like("Zelensky")] == ["Zelenskiy"]
    assert known.like("Macron") == ()
    assert known.like("Путин") == ()


def test_what_comes_and_goes_is_seen_at_once_and_after_a_start(library: Library) -> None:
    known = Abbreviations.open(library)
    remove_articles(library, [an_article("bài-0.txt", "x").id, an_article("bài-1.txt", "x").id])
    add_articles(library, [an_article("mới.txt", "Cổng thông tin điện tử (TTĐT) đưa tin về Zelenskyy.")])
    known.catch_up()
    for at_hand in (known, Abbreviations.open(library)):
        assert at_hand.expansions("who") == ()
        assert [found.text for found in at_hand.expansions("ttđt")] == ["thông tin điện tử"]
        names = {found.text: found.articles for found in at_hand.like("Zelenxki")}
        assert names == {"Zelenskiy": 1, "Zelensky": 1, "Zelenskyy": 1}
        assert at_hand.verify() == []


def test_the_summary_gives_the_same_as_the_facts(library: Library) -> None:
    built = Abbreviations.open(library)
    read = Abbreviations.open(library)
    assert built.notes != ()
    assert read.notes == ()
    assert read.summary() == built.summary() != b""
    assert read.expansions("who") == built.expansions("who")
    assert read.like("Zelenxki") == built.like("Zelenxki")


def test_an_empty_library_knows_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        known = Abbreviations.open(library)
        assert (known.expansions("who"), known.lengths("who"), known.like("Putin")) == ((), (), ())
        assert known.verify() == []


def test_a_library_without_names_is_held_too(tmp_path: Path) -> None:
    library = small_library(tmp_path, ["hôm nay trời mưa to."])
    Abbreviations.open(library)
    again = Abbreviations.open(library)
    assert (len(again), again.notes, again.like("Putin")) == (1, (), ())
