"""Several sources: equal values agree, different ones are told, as an update or a contradiction."""

from __future__ import annotations

from datetime import date

from rag.composing.days import resolved_day
from rag.config import AnswerSettings
from rag.datatypes import Answer
from tests.composing import SETTINGS, composed, dated, piece, span_in

HOW_MANY = "Lũ ở Quảng Bình làm bao nhiêu người chết?"
FIRST = dated("a.txt", "Lũ ở Quảng Bình làm 9 người chết, nhiều nhà bị cuốn trôi.", date(2020, 10, 18))
LATER = dated("b.txt", "Số người chết do lũ ở Quảng Bình hiện tăng lên 12 người.", date(2020, 10, 20))
SAME = dated("c.txt", "Theo chính quyền, lũ ở Quảng Bình khiến chín người chết.", date(2020, 10, 18))
OTHER_PLACE = dated("d.txt", "Lũ ở Hà Tĩnh làm 4 người chết.", date(2020, 10, 19))
REPRINT = dated(
    "e.txt", "Lũ ở Quảng Bình làm 9 người chết, nhiều nhà bị cuốn trôi. Báo khác đăng lại.", date(2020, 10, 18)
)


def values(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    (conflict,) = answer.conflicts
    return [(value.value, value.citations) for value in conflict.values]


def test_equal_numbers_written_differently_are_one_claim_of_two_sources() -> None:
    answer = composed(HOW_MANY, [FIRST, SAME], [span_in(FIRST, "9", 2.0), span_in(SAME, "chín người", 1.8)])
    assert answer.short_answer == "9 người"
    assert [claim.citations for claim in answer.claims] == [(1, 2)]
    assert [citation.source for citation in answer.citations] == ["a.txt", "c.txt"]
    assert answer.conflicts == ()


def test_who_says_it_more_weakly_says_it_too_unless_it_is_another_place_a_reprint_or_far_weaker() -> None:
    answer = composed(
        HOW_MANY,
        [FIRST, SAME, OTHER_PLACE, REPRINT],
        [span_in(FIRST, "9", 2.0), span_in(REPRINT, "9", -0.5), span_in(SAME, "chín người", -1.0)],
        reprints=[FIRST, REPRINT],
    )
    assert [claim.citations for claim in answer.claims] == [(1, 2)]
    assert [citation.source for citation in answer.citations] == ["a.txt", "c.txt"]
    nine_there = dated("g.txt", "Lũ ở Hà Tĩnh làm 9 người chết.", date(2020, 10, 18))
    for weaker in (span_in(SAME, "chín người", -4.0), span_in(nine_there, "9", -1.0)):
        answer = composed(HOW_MANY, [FIRST, SAME, nine_there], [span_in(FIRST, "9", 2.0), weaker])
        assert [citation.source for citation in answer.citations] == ["a.txt"]


def test_a_weaker_report_confirms_a_name_in_the_same_words_alone() -> None:
    clip = dated("h.txt", "Đoạn clip về con mèo xuất hiện đầu tiên trên mạng xã hội Reddit.")
    again = dated("i.txt", "Theo báo Anh, đoạn clip về con mèo lên mạng xã hội Reddit đầu tiên.")
    vague = dated("j.txt", "Đoạn clip về con mèo gây sốt ngay từ lần đầu tiên lên mạng xã hội.")
    where = "Đoạn clip về con mèo xuất hiện đầu tiên trên mạng xã hội nào?"
    evidence = [span_in(clip, "mạng xã hội Reddit", 2.0), span_in(vague, "mạng xã hội", -0.5)]
    answer = composed(where, [clip, again, vague], [*evidence, span_in(again, "mạng xã hội Reddit", -1.0)])
    assert [citation.source for citation in answer.citations] == ["h.txt", "i.txt"]


def test_a_reprint_counts_once() -> None:
    answer = composed(
        HOW_MANY, [FIRST, REPRINT], [span_in(FIRST, "9", 2.0), span_in(REPRINT, "9", 1.9)], reprints=[FIRST, REPRINT]
    )
    assert [citation.source for citation in answer.citations] == ["a.txt"]
    assert answer.citations[0].copies == ("e.txt",)


def test_a_number_that_a_later_article_raises_is_an_update_newest_first() -> None:
    answer = composed(HOW_MANY, [FIRST, LATER], [span_in(FIRST, "9", 2.0), span_in(LATER, "12", 1.7)])
    (conflict,) = answer.conflicts
    assert (conflict.kind, conflict.about) == ("update", HOW_MANY.rstrip("?"))
    assert [value.published_on for value in conflict.values] == [date(2020, 10, 20), date(2020, 10, 18)]
    assert [value.value for value in conflict.values] == ["12 người", "9 người"]
    assert answer.short_answer == "12 người"
    # Nothing is hidden: both values are claims of the text.
    assert "12 người" in answer.text
    assert "9 người" in answer.text


def test_different_numbers_of_the_same_day_are_a_contradiction() -> None:
    other = dated("f.txt", "Lũ ở Quảng Bình làm 15 người chết.", date(2020, 10, 18))
    answer = composed(HOW_MANY, [FIRST, other], [span_in(FIRST, "9", 2.0), span_in(other, "15", 1.7)])
    (conflict,) = answer.conflicts
    assert conflict.kind == "contradiction"
    assert answer.short_answer == "9 người"


def test_two_values_inside_one_article_are_a_contradiction() -> None:
    article = dated(
        "g.txt",
        "Chuyến hàng quân sự của Mỹ với khối lượng hơn 90 tấn đã đến Ukraine. "
        "Chuyến hàng của Mỹ đến Ukraine gồm gần 90 tấn hàng viện trợ.",
    )
    answer = composed(
        "Chuyến hàng quân sự của Mỹ đến Ukraine nặng bao nhiêu tấn?",
        [article],
        [span_in(article, "90", 2.0), span_in(article, "90", 1.9, after="gần")],
    )
    assert answer.conflicts[0].kind == "contradiction"
    assert values(answer) == [("hơn 90 tấn", (1,)), ("gần 90 tấn", (2,))]


def test_a_number_about_something_else_is_no_conflict() -> None:
    answer = composed(HOW_MANY, [FIRST, OTHER_PLACE], [span_in(FIRST, "9", 2.0), span_in(OTHER_PLACE, "4", 1.9)])
    assert answer.conflicts == ()


def test_the_same_thing_elsewhere_is_no_conflict() -> None:
    one = dated("s.txt", "Hà Nội ghi nhận thêm 200 ca mắc Covid-19 trong ngày.", date(2022, 1, 1))
    two = dated("t.txt", "TP HCM ghi nhận thêm 500 ca mắc Covid-19 trong ngày.", date(2022, 1, 1))
    answer = composed(
        "Hà Nội ghi nhận bao nhiêu ca mắc Covid-19 trong ngày?",
        [one, two],
        [span_in(one, "200", 2.0), span_in(two, "500", 1.5)],
    )
    assert answer.conflicts == ()


def test_values_that_can_both_be_true_are_told_without_a_conflict() -> None:
    one = dated("h.txt", "Năm ngoái Washington cấp hơn 650 triệu USD viện trợ quân sự cho Kiev.")
    two = dated("i.txt", "Năm ngoái Kiev nhận từ Washington 650 triệu USD viện trợ quân sự.")
    answer = composed(
        "Washington viện trợ quân sự cho Kiev bao nhiêu trong năm ngoái?",
        [one, two],
        [span_in(one, "650", 2.0), span_in(two, "650", 1.9)],
    )
    assert answer.conflicts == ()
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]


def test_numbers_of_different_years_are_no_conflict() -> None:
    one = dated("j.txt", "Năm 2019 tỉnh Nghệ An xuất khẩu 3 tỷ USD.")
    two = dated("k.txt", "Năm 2020 tỉnh Nghệ An xuất khẩu 4 tỷ USD.")
    answer = composed("Tỉnh Nghệ An xuất khẩu bao nhiêu?", [one, two], [span_in(one, "3", 2.0), span_in(two, "4", 1.9)])
    assert answer.conflicts == ()


def test_a_weak_other_value_is_no_conflict() -> None:
    answer = composed(HOW_MANY, [FIRST, LATER], [span_in(FIRST, "9", 2.0), span_in(LATER, "12", -4.0)])
    assert answer.conflicts == ()
    assert len(answer.claims) == 1


def test_without_grouping_only_wording_joins_and_nothing_conflicts() -> None:
    plain = AnswerSettings(threshold=SETTINGS.threshold, max_claims=3, group=False)
    answer = composed(
        HOW_MANY,
        [FIRST, SAME, LATER],
        [span_in(FIRST, "9", 2.0), span_in(SAME, "chín người", 1.8), span_in(LATER, "12", 1.7)],
        settings=plain,
    )
    assert [claim.citations for claim in answer.claims] == [(1,), (2,), (3,)]
    assert answer.conflicts == ()


def test_one_name_written_in_two_ways_is_one_claim() -> None:
    one = dated("l.txt", "Tổng thư ký NATO Jens Stoltenberg phát biểu tại Brussels.")
    two = dated("m.txt", "Phát biểu ở Brussels, ông Stoltenberg, Tổng thư ký NATO, nêu ý kiến.")
    answer = composed(
        "Tổng thư ký NATO phát biểu ở Brussels là ai?",
        [one, two],
        [span_in(one, "Jens Stoltenberg", 2.0), span_in(two, "ông Stoltenberg", 1.9)],
    )
    assert answer.short_answer == "Jens Stoltenberg"
    assert [claim.citations for claim in answer.claims] == [(1, 2)]


def test_a_relative_day_is_counted_from_the_articles_date_and_said_so() -> None:
    article = dated("n.txt", "Đoàn tàu trật bánh ở Nam Định hôm qua.", date(2022, 10, 5))
    answer = composed("Đoàn tàu trật bánh ở Nam Định khi nào?", [article], [span_in(article, "hôm qua", 2.0)])
    assert answer.short_answer == "Hôm qua (4/10/2022)"
    assert answer.notes == ("“Hôm qua” tính từ ngày đăng bài (5/10/2022) là ngày 4/10/2022.",)


def test_a_weekday_is_counted_from_the_articles_date() -> None:
    article = dated("o.txt", "Ông Lavrov phát biểu hôm thứ Tư.", date(2022, 1, 28))
    assert resolved_day(piece(article, "hôm thứ Tư"), "Hôm thứ Tư") == (
        "26/1/2022",
        "“Hôm thứ Tư” tính từ ngày đăng bài (28/1/2022) là ngày 26/1/2022.",
    )


def test_without_a_date_a_relative_day_stays_and_that_is_said() -> None:
    article = dated("p.txt", "Đoàn tàu trật bánh ở Nam Định hôm qua.")
    answer = composed("Đoàn tàu trật bánh ở Nam Định khi nào?", [article], [span_in(article, "hôm qua", 2.0)])
    assert answer.short_answer == "Hôm qua"
    assert answer.notes == ("Bài không ghi ngày đăng, nên không rõ “Hôm qua” là ngày nào.",)


def test_the_same_day_is_the_last_that_was_named() -> None:
    article = dated("q.txt", "Ngày 22/1, hai bộ trưởng gặp nhau. Chuyến hàng đến Kiev cùng ngày.")
    answer = composed("Chuyến hàng đến Kiev khi nào?", [article], [span_in(article, "cùng ngày", 2.0)])
    assert answer.short_answer == "Cùng ngày (22/1)"


def test_the_same_day_as_a_relative_one_is_that_day_or_not_known() -> None:
    text = "Hôm qua, hai bộ trưởng gặp nhau. Chuyến hàng đến Kiev cùng ngày."
    article = dated("q.txt", text, date(2022, 10, 5))
    assert resolved_day(piece(article, "cùng ngày"), "Cùng ngày") == (
        "4/10/2022",
        "“Cùng ngày” là ngày 4/10/2022, nêu ở trước đó trong bài.",
    )
    undated = dated("q.txt", text)
    note = "Bài không ghi ngày đăng, nên không rõ “Cùng ngày” là ngày nào."
    assert resolved_day(piece(undated, "cùng ngày"), "Cùng ngày") == ("", note)


def test_a_day_that_names_itself_needs_no_note() -> None:
    article = dated("r.txt", "Chuyến hàng đến vào tối nay (21/1).", date(2022, 1, 21))
    assert resolved_day(piece(article, "tối nay (21/1)"), "Tối nay (21/1)") is None


def test_values_far_apart_are_two_things_and_no_conflict() -> None:
    since = dated("g.txt", "Từ đầu năm, lũ ở Quảng Bình làm 40 người chết.", date(2020, 10, 20))
    answer = composed(HOW_MANY, [FIRST, since], [span_in(FIRST, "9", 2.0), span_in(since, "40", 1.7)])
    assert answer.conflicts == ()


def test_no_conflict_where_the_answer_itself_lacks_a_name_of_the_question() -> None:
    nowhere = dated("h.txt", "Lũ làm 9 người chết, nhiều nhà ở Quảng Trị bị cuốn trôi.", date(2020, 10, 18))
    answer = composed(HOW_MANY, [nowhere, LATER], [span_in(nowhere, "9", 2.0), span_in(LATER, "12", 1.7)])
    assert answer.conflicts == ()


def test_two_values_in_one_article_are_two_things_and_no_conflict() -> None:
    both = dated("i.txt", "Lũ ở Quảng Bình làm 9 người chết. Ở Quảng Bình 12 người chết vì lũ.", date(2020, 10, 18))
    answer = composed(HOW_MANY, [both], [span_in(both, "9", 2.0), span_in(both, "12", 1.9)])
    assert answer.conflicts == ()
    assert "12 người" in answer.text
    answer = composed(HOW_MANY, [both, LATER], [span_in(both, "9", 2.0), span_in(LATER, "12", 1.9)])
    assert len(answer.conflicts) == 1


MERON = "Vụ giẫm đạp ở núi Meron làm ít nhất bao nhiêu người chết?"


def test_lower_bounds_that_differ_are_two_reports() -> None:
    one = dated("a.txt", "Vụ giẫm đạp ở núi Meron làm ít nhất 38 người chết.", date(2021, 4, 30))
    two = dated("b.txt", "Vụ giẫm đạp ở núi Meron làm ít nhất 44 người chết.", date(2021, 4, 30))
    answer = composed(MERON, [one, two], [span_in(one, "38", 2.0), span_in(two, "44", 1.0)])
    assert [value for value, _ in values(answer)] == ["ít nhất 38 người", "ít nhất 44 người"]


def test_a_name_may_stand_elsewhere_in_the_article_where_the_sentence_names_no_other_place() -> None:
    one = dated("a.txt", "Vụ giẫm đạp ở núi Meron làm ít nhất 38 người chết.", date(2021, 4, 30))
    lead = "Lễ hội diễn ra ở núi Meron từ tối qua. Hàng nghìn người có mặt. "
    same = dated("b.txt", f"{lead}Vụ giẫm đạp làm ít nhất 44 người chết.", date(2021, 4, 30))
    other = dated("c.txt", f"{lead}Năm xưa ở Ấn Độ vụ giẫm đạp làm ít nhất 44 người chết.", date(2021, 4, 30))
    assert composed(MERON, [one, same], [span_in(one, "38", 2.0), span_in(same, "44", 1.0)]).conflicts
    assert not composed(MERON, [one, other], [span_in(one, "38", 2.0), span_in(other, "44", 1.0)]).conflicts


def test_a_value_of_another_subject_a_limit_or_another_day_is_no_conflict() -> None:
    question = "Tập đoàn Lotus nắm bao nhiêu phần trăm cổ phần Samsung Electronics?"
    one = dated("a.txt", "Tập đoàn Lotus nắm 8,5% cổ phần Samsung Electronics.", date(2021, 4, 30))
    for text, conflicting in (
        ("Tập đoàn Lotus hiện nắm 7,5% cổ phần Samsung Electronics.", True),
        ("Quỹ Vanguard Group nắm 7,5% cổ phần Samsung Electronics, hơn cả Lotus.", False),
        ("Tập đoàn Lotus nắm tối đa 7,5% cổ phần Samsung Electronics theo luật.", False),
    ):
        two = dated("b.txt", text, date(2021, 4, 29))
        answer = composed(question, [one, two], [span_in(one, "8,5%", 2.0), span_in(two, "7,5%", 1.0)])
        assert bool(answer.conflicts) is conflicting, text
    index = "Đóng cửa ngày 22/4/2021, VN-Index còn bao nhiêu điểm?"
    asked = dated("c.txt", "Đóng cửa ngày 22/4/2021, VN-Index còn 1.227 điểm.", date(2021, 4, 22))
    earlier = dated("d.txt", "Đóng cửa ngày 20/4/2021, VN-Index còn 1.268 điểm.", date(2021, 4, 20))
    assert not composed(
        index, [asked, earlier], [span_in(asked, "1.227", 2.0), span_in(earlier, "1.268", 1.0)]
    ).conflicts


def test_what_is_counted_anew_each_day_is_no_conflict_where_the_day_is_not_settled() -> None:
    one = dated("a.txt", "Hôm qua VN-Index đóng cửa ở 1.230 điểm.", date(2021, 4, 29))
    two = dated("b.txt", "Hôm qua VN-Index đóng cửa ở 1.268 điểm.", date(2021, 4, 20))
    evidence = [span_in(one, "1.230", 2.0), span_in(two, "1.268", 1.5)]
    assert not composed("Hôm qua VN-Index đóng cửa ở mức nào?", [one, two], evidence).conflicts


def test_days_of_another_event_in_the_sentence_do_not_part_two_values() -> None:
    question = "Xác tàu San Juan nằm ở độ sâu bao nhiêu mét?"
    one = dated(
        "a.txt", "Tháng 11/2017, tàu San Juan mất tích, một năm trước khi xác tàu được thấy ở độ sâu 800 mét.", None
    )
    two = dated("b.txt", "Năm 2018, xác tàu San Juan nằm ở độ sâu 900 mét.", None)
    assert composed(question, [one, two], [span_in(one, "800", 2.0), span_in(two, "900", 1.0)]).conflicts


def test_a_value_in_brackets_is_taken_where_it_has_the_unit_asked_for() -> None:
    article = dated("a.txt", "Tàu San Juan nằm ở độ sâu 2.300 feet (khoảng 700 mét) ngoài khơi.")
    evidence = [span_in(article, "2.300", 2.0)]
    metres = composed("Tàu San Juan nằm ở độ sâu bao nhiêu mét?", [article], evidence)
    assert metres.short_answer == "Khoảng 700 mét"
    assert composed("Tàu San Juan nằm ở độ sâu bao nhiêu?", [article], evidence).short_answer == "2.300 feet"


def test_the_right_number_of_a_sentence_is_found_though_another_is_marked() -> None:
    question = "Samsung Life nắm bao nhiêu phần trăm cổ phần Samsung Electronics?"
    one = dated("a.txt", "Samsung Life nắm 8,51% cổ phần Samsung Electronics.", date(2021, 5, 1))
    two = dated(
        "b.txt",
        "Samsung Hoxy nắm 19,3% cổ phần tại Samsung Life (công ty sở hữu 7,5% cổ phần tại Samsung Electronics).",
        date(2021, 4, 30),
    )
    answer = composed(question, [one, two], [span_in(one, "8,51%", 2.0), span_in(two, "19,3%", 0.5)])
    assert [value for value, _ in values(answer)] == ["8,51%", "7,5%"]


def test_a_number_of_something_else_in_the_sentence_is_not_taken() -> None:
    one = dated("a.txt", "Vụ giẫm đạp ở núi Meron làm ít nhất 38 người chết.", date(2021, 4, 30))
    two = dated("b.txt", "Vụ giẫm đạp ở núi Meron làm 38 người chết, 50 người bị thương.", date(2021, 4, 30))
    answer = composed(MERON, [one, two], [span_in(one, "38", 2.0), span_in(two, "38 người", 1.0)])
    assert answer.conflicts == ()
