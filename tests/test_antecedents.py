"""Pronouns and bare titles in a quoted sentence: named from the sentences before, or left open."""

from __future__ import annotations

from rag.composing.antecedents import Resolution, resolve
from rag.composing.persons import persons_in
from rag.vietnamese import sentences

KULEBA = "Ngoại trưởng Ukraine Dmytro Kuleba đến Brussels. Ông Kuleba gặp các bộ trưởng. "


def resolved(text: str, last: int = -1) -> Resolution:
    """What the last sentence of a text leaves open."""
    span = sentences(text)[last]
    return resolve(text, span.start, span.end)


def shown(text: str) -> str:
    span = sentences(text)[-1]
    return resolve(text, span.start, span.end).applied(span.of(text))


def test_a_pronoun_is_named_in_full_from_the_sentence_before() -> None:
    assert shown(KULEBA + "Ukraine cần vũ khí, ông nói.") == "Ukraine cần vũ khí, ông [Dmytro Kuleba] nói."


def test_a_pronoun_looks_past_sentences_that_name_nobody() -> None:
    text = KULEBA + "Mưa rơi suốt đêm. Ông nói thêm rằng Ukraine cần vũ khí."
    assert shown(text) == "Ông [Dmytro Kuleba] nói thêm rằng Ukraine cần vũ khí."


def test_two_persons_leave_a_pronoun_open_and_their_sentence_is_given() -> None:
    text = "Ông Sergei Lavrov gặp ông Antony Blinken ở Geneva. Ông nói cuộc gặp có ích."
    found = resolved(text)
    assert found.insertions == ()
    assert found.antecedent is not None
    assert found.antecedent.of(text) == "Ông Sergei Lavrov gặp ông Antony Blinken ở Geneva."


def test_gender_decides_between_two_persons() -> None:
    text = "Ông Sergei Lavrov gặp bà Liz Truss ở Moskva. Bà nói cuộc gặp khó khăn."
    assert shown(text) == "Bà [Liz Truss] nói cuộc gặp khó khăn."


def test_gender_is_learnt_from_how_the_article_addresses_a_person_elsewhere() -> None:
    text = (
        "Theo bà Jean-Pierre, Mỹ lo ngại. Thư ký báo chí Nhà Trắng Karine Jean-Pierre gặp báo giới. Ông nói không đúng."
    )
    assert resolved(text) == Resolution()


def test_a_person_named_in_the_sentence_itself_is_enough() -> None:
    assert resolved(KULEBA + "Ông Antony Blinken nói rằng ông sẽ đến Kiev.") == Resolution()


def test_somebody_without_a_name_may_be_meant() -> None:
    text = KULEBA + "Một bộ trưởng Nga cho biết đất nước của ông sẽ trả lời."
    assert resolved(text) == Resolution()


def test_a_name_that_nothing_introduces_leaves_a_pronoun_open() -> None:
    text = "Ông Joe Biden về nước. Trần Hiểu Húc đóng phim từ nhỏ. Ông nói rất vui."
    assert resolved(text).insertions == ()


def test_a_bare_title_is_named_by_who_holds_it() -> None:
    text = (
        "Ngoại trưởng Antony Blinken trả lời Nga. Tổng thư ký NATO Jens Stoltenberg cũng vậy. "
        "Ngoại trưởng cho biết Mỹ đã gửi ba lô hàng."
    )
    assert shown(text).startswith("Ngoại trưởng [Antony Blinken] cho biết Mỹ")


def test_two_holders_of_a_title_in_one_sentence_leave_it_open() -> None:
    text = "Ngoại trưởng Nga Sergei Lavrov gặp Ngoại trưởng Mỹ Antony Blinken. Ngoại trưởng cho biết đã có tiến bộ."
    assert resolved(text).insertions == ()
    assert resolved(text).antecedent is not None


def test_pronouns_inside_a_quotation_are_the_speakers() -> None:
    text = KULEBA + "Ông Lavrov nói: “Tôi không nghe tuyên bố nào của ông ấy”."
    assert resolved(text) == Resolution()
    text = KULEBA + "Bà Truss nói: “Ông ấy sai. Ông cần nghe chúng tôi.”"
    assert resolved(text) == Resolution()


def test_nouns_and_the_state_of_england_are_no_pronouns() -> None:
    text = KULEBA + "Ông chủ quán và bà con vui mừng. Anh cho biết sẽ gửi quân."
    assert resolved(text) == Resolution()
    assert resolved(text, -2) == Resolution()


def test_this_country_is_the_only_one_before() -> None:
    text = "Kinh tế Hàn Quốc giảm 1%. Xuất khẩu của nước này vẫn tăng."
    assert shown(text) == "Xuất khẩu của nước này [Hàn Quốc] vẫn tăng."
    assert resolved("Hàn Quốc và Nhật Bản họp. Xuất khẩu của nước này vẫn tăng.").insertions == ()
    assert resolved("Hàn Quốc giảm. Các nước này vẫn tăng.") == Resolution()


def test_this_company_is_the_one_named_with_that_word() -> None:
    text = "Công ty Hòa Phát lãi lớn. Theo báo cáo, công ty này có 20.000 lao động."
    assert shown(text) == "Theo báo cáo, công ty này [Công ty Hòa Phát] có 20.000 lao động."


def test_both_countries_are_two_that_stand_together_and_no_third() -> None:
    text = "Nga và Anh căng thẳng. Cuộc gặp gần nhất giữa hai nước là năm 2013."
    assert shown(text) == "Cuộc gặp gần nhất giữa hai nước [Nga và Anh] là năm 2013."
    third = "Hãng tin của Pháp đưa tin. Nga và Anh căng thẳng. Cuộc gặp gần nhất giữa hai nước là năm 2013."
    assert resolved(third).insertions == ()
    assert resolved("Nga và Anh họp. Quân đội hai nước Việt Nam - Trung Quốc tập luyện.") == Resolution()


def test_persons_are_told_from_states_ministries_and_firms() -> None:
    text = (
        "Bộ trưởng Quốc phòng Nga Sergei Shoigu gặp người đồng cấp, bà Nguyễn Thị Lan, Giám đốc Sở Y tế Hà Nội, "
        "Thủ tướng Anh Boris Johnson và Tổng thống Mỹ."
    )
    assert [(p.name, p.title, p.gender) for p in persons_in(text)] == [
        ("Sergei Shoigu", "bộ trưởng", None),
        ("Nguyễn Thị Lan", None, "female"),
        ("Boris Johnson", "thủ tướng", None),
    ]


def test_a_firm_behind_a_title_is_not_taken_for_the_speaker() -> None:
    assert (
        resolved("Hiện tại, anh là Phó Tổng giám đốc VietABank. Trước đó, ông có 15 năm kinh nghiệm.").insertions == ()
    )


def test_one_foreign_name_that_nothing_introduces_leaves_a_pronoun_open() -> None:
    text = "Ông Joe Biden về nước. Zelensky phát biểu tại Kiev. Ông nói cần thêm vũ khí."
    found = resolved(text)
    assert found.insertions == ()
    assert found.antecedent is not None
    assert found.antecedent.of(text) == "Zelensky phát biểu tại Kiev."


def test_a_bare_name_is_whom_the_text_has_introduced() -> None:
    text = "Ông Joe Biden về nước. " + KULEBA + "Kuleba phát biểu tại Kiev. Ông nói cần thêm vũ khí."
    assert shown(text) == "Ông [Dmytro Kuleba] nói cần thêm vũ khí."


def test_a_name_that_two_share_is_told_apart_by_gender() -> None:
    text = "Bà Ivanka Trump và ông Trump về nước. Ông Joe Biden ở lại. Tổng thống Trump phát biểu. Ông nói rất vui."
    assert shown(text) == "Ông [Trump] nói rất vui."
