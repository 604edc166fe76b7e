"""Values in Vietnamese text: numbers, units, hedges, days; and which of two agree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.values import Kind, Qualifier, Value, relation, same_answer, values_of
from rag.vietnamese import nfc

_DAY, _YEAR = 86_400.0, 365.25 * 86_400


def only(text: str) -> Value:
    (value,) = values_of(text)
    assert nfc(text)[value.start : value.end]
    return value


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "unit", "qualifier"),
    [
        ("2,7 tỷ USD", Kind.MONEY, 2.7e9, 2.7e9, "USD", ""),
        ("200 triệu đô la Mỹ", Kind.MONEY, 2e8, 2e8, "USD", ""),
        ("$2,7 tỷ", Kind.MONEY, 2.7e9, 2.7e9, "USD", ""),
        ("45 triệu bảng", Kind.MONEY, 4.5e7, 4.5e7, "GBP", ""),
        ("1,125 tỷ đồng", Kind.MONEY, 1.125e9, 1.125e9, "VND", ""),
        ("2 triệu 300 nghìn đồng", Kind.MONEY, 2.3e6, 2.3e6, "VND", ""),
        ("500.000 đồng/kg", Kind.MONEY, 5e5, 5e5, "VND/kg", ""),
        ("20.000đ", Kind.MONEY, 2e4, 2e4, "VND", ""),
        ("5-6 triệu nhân dân tệ", Kind.MONEY, 5e6, 6e6, "CNY", ""),
        ("hơn 90 tấn", Kind.QUANTITY, 9e4, 9e4, "kg", "more"),
        ("gần 90 tấn", Kind.QUANTITY, 9e4, 9e4, "kg", "less"),
        ("khoảng 8.500 binh lính", Kind.QUANTITY, 8500, 8500, "binh lính", "about"),
        ("hàng chục ngàn quả đạn", Kind.QUANTITY, 1e4, 99900, "quả đạn", ""),
        ("không quá 10 người", Kind.QUANTITY, 10, 10, "người", "at_most"),
        ("10 người trở lên", Kind.QUANTITY, 10, 10, "người", "at_least"),
        ("hai ba người", Kind.QUANTITY, 2, 3, "người", ""),
        ("nửa triệu người", Kind.QUANTITY, 5e5, 5e5, "người", ""),
        ("300 - 560 km", Kind.QUANTITY, 3e5, 5.6e5, "m", ""),
        ("173cm", Kind.QUANTITY, 1.73, 1.73, "m", ""),
        ("1m73", Kind.QUANTITY, 1.73, 1.73, "m", ""),
        ("30 độ C", Kind.QUANTITY, 30, 30, "°C", ""),
        ("45-50%", Kind.PERCENT, 45, 50, "%", ""),
        ("ba phần tư", Kind.PERCENT, 75, 75, "%", ""),
        ("một nửa", Kind.PERCENT, 50, 50, "%", ""),
        ("1.234,5", Kind.NUMBER, 1234.5, 1234.5, None, ""),
        ("8,500", Kind.NUMBER, 8500, 8500, None, ""),
        ("hai mươi lăm", Kind.NUMBER, 25, 25, None, ""),
        ("một trăm lẻ năm nghìn", Kind.NUMBER, 105_000, 105_000, None, ""),
        ("hai triệu rưỡi", Kind.NUMBER, 2.5e6, 2.5e6, None, ""),
        ("mười", Kind.NUMBER, 10, 10, None, ""),
        ("27 giây", Kind.DURATION, 27, 27, "s", ""),
        ("3 giờ 30 phút", Kind.DURATION, 12_600, 12_600, "s", ""),
        ("hơn ba năm", Kind.DURATION, 3 * _YEAR, 3 * _YEAR, "s", "more"),
        ("15h30", Kind.TIME, 930, 930, None, ""),
        ("3 giờ chiều", Kind.TIME, 900, 900, None, ""),
        ("tỷ số 3-0", Kind.SCORE, 3, 0, None, ""),
        ("hạng 10", Kind.ORDINAL, 10, 10, None, ""),
    ],
)
def test_a_number_is_read_with_its_unit_and_hedge(
    text: str, kind: Kind, low: float, high: float, unit: str | None, qualifier: str
) -> None:
    value = only(text)
    assert (value.kind, value.unit, value.qualifier) == (kind, unit, Qualifier(qualifier))
    assert (value.low, value.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mỹ gửi hơn 90 tấn đạn dược.", "hơn 90 tấn"),
        ("Đã có khoảng 8.500 binh lính được đặt trong tình trạng báo động", "khoảng 8.500 binh lính"),
        ("Ba Lan có ba lô hàng ở Kiev", "ba lô hàng"),
        ("Họ họp sáng thứ Hai (19/4) ở Paris", "sáng thứ Hai (19/4)"),
        ("Họp từ ngày 1/4 đến 5/4 tại Brussels", "ngày 1/4 đến 5/4"),
    ],
)
def test_offsets_cover_hedge_number_and_unit(text: str, written: str) -> None:
    value = only(text)
    assert text[value.start : value.end] == written


@pytest.mark.parametrize("text", ["COVID-19 và F-16", "nhóm G7", "Quốc lộ 1A", "một cách", "ông Ba", "tháng năm nào"])
def test_names_and_other_words_are_no_numbers(text: str) -> None:
    assert values_of(text) == ()


def test_days_without_a_year_wait_for_the_day_of_publication() -> None:
    assert only("ngày 31/1").unit == "yearly"
    settled = values_of("ngày 31/1", date(2022, 2, 1))[0]
    assert (settled.first, settled.unit) == (date(2022, 1, 31), None)
    assert values_of("ngày 19/12", date(2023, 1, 3))[0].first == date(2022, 12, 19)
    assert values_of("hôm qua", date(2022, 2, 1))[0].first == date(2022, 1, 31)
    assert (only("hôm qua").low, only("hôm qua").unit, only("hôm qua").first) == (-1, "offset", None)
    assert only("hôm thứ Tư").unit == "thứ tư"


def test_days_behind_one_that_only_some_months_have_are_kept() -> None:
    found = values_of("Từ ngày 31 tháng này đến nay, sau vụ ngày 7/8/2021")
    assert date(2021, 8, 7) in [value.first for value in found]


def test_time_counted_from_now_is_also_a_duration() -> None:
    assert [value.kind for value in values_of("3 ngày trước")] == [Kind.DATE, Kind.DURATION]
    assert [value.kind for value in values_of("ngày 31 tháng 1")] == [Kind.DATE]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("khoảng 8.500", "8.500", "same"),
        ("2,7 tỷ USD", "2,7 tỉ đô la", "same"),
        ("90 tấn", "90.000 kg", "same"),
        ("12 tháng", "1 năm", "same"),
        ("8 giờ", "8 tiếng", "same"),
        ("năm 2013", "2013", "same"),
        ("một nửa", "50%", "same"),
        ("sau hai tuần nữa", "2 tuần nữa", "same"),
        ("ba lô", "3 lô hàng", "same"),
        ("hơn 90", "92", "compatible"),
        ("8.500 binh lính", "8.500", "compatible"),
        ("ít nhất 10 người", "12 người", "compatible"),
        ("hàng chục ngàn quả đạn", "50.000 quả đạn", "compatible"),
        ("2,7 tỷ USD", "2,68 tỷ USD", "compatible"),
        ("hơn 650 triệu USD", "650 triệu USD", "compatible"),
        ("31/1", "31/1/2022", "compatible"),
        ("tháng 1/2022", "31/1", "compatible"),
        ("thứ Tư", "2/2/2022", "compatible"),
        ("thứ Tư", "3/2/2022", "different"),
        ("31/1", "1/2/2022", "different"),
        ("hơn 90 tấn", "gần 90 tấn", "different"),
        ("8.500 binh lính", "9.000 quân", "different"),
        ("1.234 ca", "1.235 ca", "different"),
        ("90 tấn", "90 người", "incomparable"),
        ("90 tấn", "100", "incomparable"),
        ("3 con bò", "3 con lợn", "incomparable"),
        ("31/1", "90 tấn", "incomparable"),
    ],
)
def test_values_agree_or_not(one: str, other: str, expected: str) -> None:
    first, second = values_of(one)[0], values_of(other)[0]
    assert relation(first, second) == relation(second, first) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jens Stoltenberg", "ông Stoltenberg", True),
        ("Tổng thư ký NATO Jens Stoltenberg", "ông Stoltenberg", True),
        ("Zelensky", "Tổng thống Volodymyr Zelenskiy", True),
        ("Alexander Lukashenka", "Lukashenko", True),
        ("Nguyễn Phú Trọng", "ông Trọng", True),
        ("Mỹ", "Hoa Kỳ", True),
        ("Moskva", "tại Moscow", True),
        ("thủ đô Hà Nội", "Hà Nội", True),
        ("Nga", "Tổng thống Nga", False),
        ("Bộ trưởng Quốc phòng Anh", "Bộ trưởng Quốc phòng Nga", False),
        ("Dmitri Peskov", "Dmitri Kozak", False),
        ("Hà Nội", "Hải Phòng", False),
        ("Ngày 31/1", "31/1", True),
        ("hơn 90 tấn", "gần 90 tấn", False),
        ("100 triệu đồng", "200 triệu đồng", False),
        ("lo ngại đụng độ trực tiếp với Nga", "do lo ngại đụng độ trực tiếp với Nga", True),
        ("sẽ không được công khai", "sẽ được công khai", False),
        ("đóng băng tài sản", "cấm đi lại", False),
        ("", "Nga", False),
    ],
)
def test_short_answers_agree_or_not(one: str, other: str, same: bool) -> None:
    assert same_answer(one, other) is same
    assert same_answer(other, one) is same


@given(st.text(max_size=120) | st.text(alphabet="0123456789.,/-:%$ hgmàămtỷnghìn", max_size=60))
def test_any_text_has_sorted_values_inside_it(text: str) -> None:
    values = values_of(text)
    assert [value.start for value in values] == sorted(value.start for value in values)
    for value in values:
        assert 0 <= value.start < value.end <= len(nfc(text))
        assert relation(value, value) in ("same", "incomparable")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2h sáng 12/7", [(Kind.TIME, "2h sáng", 120), (Kind.DATE, "12/7", None)]),
        ("lúc 15h30 chiều ngày 12/7", [(Kind.TIME, "15h30 chiều", 930), (Kind.DATE, "ngày 12/7", None)]),
        ("8 giờ tối qua", [(Kind.TIME, "8 giờ", 1200), (Kind.DATE, "tối qua", None)]),
        ("sáng 12/7", [(Kind.DATE, "sáng 12/7", None)]),
        ("kéo dài 3 giờ đêm qua", [(Kind.DURATION, "3 giờ", None), (Kind.DATE, "đêm qua", None)]),
    ],
)
def test_the_hour_before_a_day_is_a_value(text: str, kinds: list[tuple[Kind, str, float | None]]) -> None:
    found = values_of(text)
    assert [(value.kind, text[value.start : value.end]) for value in found] == [each[:2] for each in kinds]
    assert all(minutes in (None, value.low) for value, (_, _, minutes) in zip(found, kinds, strict=True))
