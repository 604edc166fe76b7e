"""Days in questions, and passages that are of those days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import vietnamese
from rag.dates import Candidate, DateRange, Verdict, When, dates_of, mentions, notes_of, prefer, verdicts
from rag.dating.spans import part_days, shifted, unit_days
from tests import date_cases
from tests.date_cases import TODAY, ranges_of

TABLES = ("DAYS", "RELATIVE_DAYS", "PERIODS", "BETWEEN", "WITHOUT_DIACRITICS", "ENGLISH", "NO_DATES")
CASES = [(TODAY, *case) for table in TABLES for case in ranges_of(getattr(date_cases, table))]
CASES += [(date_cases.LATER_TODAY, *case) for case in ranges_of(date_cases.LATER)]


@pytest.mark.parametrize(("today", "question", "expected"), CASES, ids=[case[1] for case in CASES])
def test_the_days_that_a_question_names(
    today: date, question: str, expected: tuple[tuple[date | None, date | None], ...]
) -> None:
    assert tuple((asked.first, asked.last) for asked in dates_of(question, today).ranges) == expected


ACCENTED = [case for case in CASES if vietnamese.fold(case[1]) != case[1].lower()]
# "toi" may be "tối" as well as "tới".
AMBIGUOUS = {"Thứ Ba tới có họp không?"}


@pytest.mark.parametrize(("today", "question", "expected"), ACCENTED, ids=[case[1] for case in ACCENTED])
def test_the_same_days_without_diacritics(
    today: date, question: str, expected: tuple[tuple[date | None, date | None], ...]
) -> None:
    named = tuple((asked.first, asked.last) for asked in dates_of(vietnamese.fold(question), today).ranges)
    assert (named == expected) is (question not in AMBIGUOUS)


@pytest.mark.parametrize("question", [question for question, _ in ranges_of(date_cases.RECENT)])
def test_a_question_for_the_newest(question: str) -> None:
    assert dates_of(question, TODAY) == When((), latest=True)


@pytest.mark.parametrize("question", [question for question, _ in ranges_of(date_cases.NOT_RECENT)])
def test_no_question_for_the_newest(question: str) -> None:
    assert not dates_of(question, TODAY)


@pytest.mark.parametrize(
    ("question", "text", "exact", "yearly"),
    [
        ("Có gì mới ngày 1/10/2020?", "ngày 1/10/2020", True, False),
        ("Có gì mới ngày 1/10?", "ngày 1/10", True, True),
        ("Có gì mới hôm qua?", "hôm qua", False, False),
        ("Có gì mới tháng 9 năm ngoái?", "tháng 9 năm ngoái", True, False),
        ("Có gì mới từ 1/10 đến 5/10/2020?", "từ 1/10 đến 5/10/2020", True, False),
        ("Có gì mới từ ngày 28/3 đến 3/4?", "từ ngày 28/3 đến 3/4", True, True),
        ("Có gì mới kể từ tháng 3?", "kể từ tháng 3", True, True),
        ("Có gì mới từ đầu năm đến nay?", "từ đầu năm đến nay", False, False),
        ("What happened since March?", "since March", True, True),
    ],
)
def test_a_range_says_how_it_was_written(question: str, text: str, exact: bool, yearly: bool) -> None:
    (asked,) = dates_of(question, TODAY).ranges
    assert (asked.text, asked.exact, asked.yearly) == (text, exact, yearly)


def test_the_first_day_of_a_year_looks_back_over_it() -> None:
    new_year = date(2021, 1, 1)
    named = {text: dates_of(text, new_year).ranges[0] for text in ("hôm qua", "tháng trước", "quý trước", "tuần này")}
    assert (named["hôm qua"].first, named["hôm qua"].last) == (date(2020, 12, 31), date(2020, 12, 31))
    assert (named["tháng trước"].first, named["tháng trước"].last) == (date(2020, 12, 1), date(2020, 12, 31))
    assert (named["quý trước"].first, named["quý trước"].last) == (date(2020, 10, 1), date(2020, 12, 31))
    assert (named["tuần này"].first, named["tuần này"].last) == (date(2020, 12, 28), date(2021, 1, 3))


def test_days_beyond_the_calendar_are_none() -> None:
    assert not dates_of("Ngày 31/4/2020 và ngày 30/2 có gì?", TODAY).ranges
    assert not dates_of("500 năm trước có gì?", date(100, 1, 1)).ranges
    assert dates_of("Từ 10/4 đến 1/4/2021?", TODAY).ranges[0].first != date(2021, 4, 10)


@given(
    st.text(
        alphabet=st.sampled_from("0123456789/-. ,ngàyhômquathángnămtừđếntrướcsaugiữacuốiđầutuần2020Qq"), max_size=60
    )
)
def test_whatever_is_asked_gives_whole_ranges(text: str) -> None:
    for asked in dates_of(text, TODAY).ranges:
        assert asked.first is None or asked.last is None or asked.first <= asked.last
        assert asked.text in vietnamese.nfc(text)


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    when = dates_of(text, TODAY)
    assert all(isinstance(mentions(text, asked, TODAY), bool) for asked in when.ranges)


def test_decomposed_diacritics_are_read_alike() -> None:
    import unicodedata

    question = "Đầu tháng Tư năm ngoái có gì?"
    assert dates_of(unicodedata.normalize("NFD", question), TODAY) == dates_of(question, TODAY)


@pytest.mark.parametrize(
    "repeated", ["ngày ", "1/", "1, ", "từ ", "sáng ", "1 đến ", "tháng 1 ", " ", "(1/1", "luật a "]
)
def test_a_hostile_question_takes_no_long_time(repeated: str) -> None:
    import time

    def seconds(length: int) -> float:
        text = (repeated * length)[:length]
        started = time.process_time()
        dates_of(text, TODAY)
        return time.process_time() - started

    short, long = min(seconds(1_000) for _ in range(3)), min(seconds(8_000) for _ in range(2))
    assert long < 40 * short + 0.05  # eight times the text; squared it would be 64 times


def _range(
    first: str | None, last: str | None, text: str = "?", *, exact: bool = True, yearly: bool = False
) -> DateRange:
    days = (date.fromisoformat(day) if day else None for day in (first, last))
    return DateRange(*days, text=text, exact=exact, yearly=yearly)


DAY = _range("2020-10-01", "2020-10-01", "ngày 1/10/2020")
MONTH = _range("2020-09-01", "2020-09-30", "tháng 9/2020")
YEAR = _range("2020-01-01", "2020-12-31", "năm 2020")
NEAR, FAR = date(2020, 10, 3), date(2021, 4, 1)


@pytest.mark.parametrize(
    ("text", "asked", "published_on", "expected"),
    [
        ("Ngày 1/10/2020, công ty công bố.", DAY, None, True),
        ("Ngày 01-10-2020, công ty công bố.", DAY, FAR, True),
        ("ngày 1 tháng 10 năm 2020", DAY, FAR, True),
        ("Ngày 1/10, công ty công bố.", DAY, NEAR, True),
        ("Ngày 1/10, công ty công bố.", DAY, date(2021, 10, 2), False),
        ("Ngày 1/10, công ty công bố.", DAY, None, True),
        ("Ngày 1/10/2019, công ty công bố.", DAY, NEAR, False),
        ("Ngày 21/10/2020, công ty công bố.", DAY, NEAR, False),
        ("Ngày 11/10, công ty công bố.", DAY, NEAR, False),
        ("Chiều 1-10, công ty công bố.", DAY, NEAR, True),
        ("Đội nhà thắng 1-10.", DAY, NEAR, False),
        ("Khoảng 1/10 dân số.", DAY, NEAR, False),
        ("Sáng nay công ty công bố.", DAY, date(2020, 10, 1), True),
        ("Hôm qua công ty công bố.", DAY, date(2020, 10, 2), True),
        ("Hôm qua công ty công bố.", DAY, NEAR, False),
        ("Hôm qua công ty công bố.", DAY, None, False),
        ("Tháng 10/2020, công ty công bố.", DAY, NEAR, False),
        ("Trong tháng 9/2020 có mưa.", MONTH, FAR, True),
        ("Trong tháng 9 năm 2020 có mưa.", MONTH, None, True),
        ("Hồi tháng 9 có mưa.", MONTH, NEAR, True),
        ("Hồi tháng 9 có mưa.", MONTH, date(2022, 9, 20), False),
        ("Ngày 5/9 có mưa.", MONTH, NEAR, True),
        ("Tháng trước có mưa.", MONTH, NEAR, True),
        ("Tháng trước có mưa.", MONTH, FAR, False),
        ("Cả năm 2020 có mưa.", MONTH, FAR, False),
        ("Cả năm 2020 có mưa.", YEAR, FAR, True),
        ("Năm ngoái có mưa.", YEAR, FAR, True),
        ("Năm ngoái có mưa.", YEAR, NEAR, False),
        ("Quý III/2020 có mưa.", YEAR, None, True),
        ("Tháng 9 có mưa.", YEAR, None, False),
        ("Ngày 5/9 có mưa.", YEAR, None, False),
        ("Nửa đầu năm 2020 có mưa.", _range("2020-01-01", "2020-06-30", "nửa đầu năm 2020"), None, True),
        ("Quy mô tăng từ năm 2019.", _range("2019-01-01", None, "từ năm 2019"), None, True),
        ("Quy mô tăng năm 2020.", _range("2019-01-01", None, "kể từ năm 2019"), None, False),
        ("Xây trước năm 1975.", _range(None, "1974-12-31", "trước 1975"), None, True),
        (
            "Ngày 1/10, công ty công bố.",
            _range("2021-10-01", "2021-10-01", "1/10", yearly=True),
            date(2019, 10, 2),
            True,
        ),
        ("Ngày 1/10/2019, công ty.", _range("2021-10-01", "2021-10-01", "1/10", yearly=True), date(2019, 10, 2), False),
        ("Ngày 29/2 có mưa.", _range("2020-02-29", "2020-02-29", "29/2"), None, True),
        ("", DAY, NEAR, False),
    ],
)
def test_a_passage_names_days_itself(text: str, asked: DateRange, published_on: date | None, expected: bool) -> None:
    assert mentions(text, asked, published_on) is expected


def _judged(when: When, *candidates: tuple[str, date | None]) -> list[Verdict]:
    return verdicts([Candidate(*candidate) for candidate in candidates], when)


def test_verdicts_are_by_publication_first_and_by_the_text_next() -> None:
    assert _judged(
        When((DAY,)),
        ("Không có ngày.", date(2020, 10, 1)),
        ("Không có ngày.", date(2020, 10, 2)),
        ("Không có ngày.", date(2020, 10, 4)),
        ("Không có ngày.", date(2020, 10, 5)),
        ("Không có ngày.", date(2020, 9, 30)),
        ("Hôm 1/10/2020.", FAR),
        ("Không có ngày.", None),
        ("Hôm 1/10.", None),
    ) == ["inside", "inside", "near", "outside", "outside", "near", "unknown", "near"]


def test_the_day_itself_is_preferred_to_the_next_and_both_to_what_names_it() -> None:
    days = [date(2020, 10, day) for day in (1, 2, 3, 5)]
    candidates = [*(Candidate("?", day) for day in days), Candidate("Ngày 1/10/2020.", FAR), Candidate("?", None)]
    assert prefer(candidates, When((DAY,))) == [1.0, 0.9, 0.5, 0.0, 0.5, 0.0]


def test_several_ranges_are_alternatives() -> None:
    asked = When((DAY, MONTH))
    assert _judged(asked, ("?", date(2020, 9, 5)), ("?", date(2020, 10, 1)), ("?", FAR)) == [
        "inside",
        "inside",
        "outside",
    ]
    assert _judged(When(), ("?", None), ("?", FAR)) == ["unknown", "outside"]


def test_a_long_period_prefers_what_names_it_as_much_as_what_is_of_it() -> None:
    candidates = [Candidate("Năm 2020 có mưa.", FAR), Candidate("Có mưa.", NEAR), Candidate("Có mưa.", FAR)]
    assert prefer(candidates, When((YEAR,))) == [0.5, 0.5, 0.0]
    assert prefer([Candidate("?", date(2020, 9, 3)), Candidate("Tháng 9/2020.", FAR)], When((MONTH,))) == [1.0, 0.5]


def test_a_day_without_a_year_is_of_the_latest_year_that_has_any() -> None:
    when = dates_of("Ngày 1/10 có gì?", date(2026, 11, 20))
    old, older = Candidate("Không có ngày.", date(2020, 10, 1)), Candidate("Ngày 1/10 có mưa.", date(2019, 10, 1))
    assert verdicts([old, older], when) == ["inside", "outside"]
    assert verdicts([older], when) == ["inside"]
    newest = Candidate("Không có ngày.", date(2026, 10, 2))
    assert verdicts([old, older, newest], when) == ["outside", "outside", "inside"]


def test_a_stretch_without_an_end_begins_in_the_latest_year_that_has_any() -> None:
    when = dates_of("Vì sao chuyến bay bị hoãn từ ngày 22/4?", date(2026, 11, 22))
    before, after = Candidate("Không có ngày.", date(2021, 4, 1)), Candidate("Không có ngày.", date(2021, 4, 23))
    newest = Candidate("Không có ngày.", date(2026, 5, 1))
    assert verdicts([before, after], when) == ["outside", "inside"]
    assert verdicts([before, after, newest], when) == ["outside", "outside", "inside"]
    assert notes_of(when, ["inside"], [after]) == ("“từ ngày 22/4” được hiểu là từ ngày 22/4/2021.",)


def test_the_newest_among_the_ten_best_is_preferred() -> None:
    latest = When((), latest=True)
    days = [date(2021, 4, day) for day in (3, 1, 2, 2)]
    shares = prefer([Candidate("?", day) for day in days], latest)
    assert shares == pytest.approx([1, 1 / 3, 2 / 3, 2 / 3])
    assert prefer([Candidate("?", None), Candidate("?", FAR)], latest) == [0.5, 1.0]
    assert prefer([Candidate("?", None)], latest) == [0.0]
    # What is newer than the ten best, but stands far behind them, counts no more than the newest of those.
    behind = [Candidate("?", FAR)] * 10 + [Candidate("?", FAR + timedelta(9)), Candidate("?", FAR - timedelta(9))]
    assert prefer(behind, latest) == [1.0] * 11 + [0.0]
    assert prefer([], latest) == []


def test_the_reader_is_told_how_days_were_understood() -> None:
    asked = dates_of("Hôm qua có gì?", TODAY)
    assert notes_of(asked) == ("“Hôm qua” được hiểu là ngày 20/4/2021.",)
    assert notes_of(dates_of("Ngày 1/10/2020 có gì?", TODAY), [Verdict.INSIDE]) == ()
    (note,) = notes_of(dates_of("Tháng 9/2020 có gì?", TODAY), [Verdict.UNKNOWN, Verdict.OUTSIDE])
    assert note.startswith("Không thấy bài nào đăng từ 1/9/2020 đến 30/9/2020")
    assert notes_of(dates_of("Kể từ tháng 3 có gì?", TODAY)) == ("“Kể từ tháng 3” được hiểu là từ ngày 1/3/2021.",)
    old = [Candidate("?", date(2019, 10, 1))]
    assert notes_of(dates_of("Ngày 1/10 có gì?", TODAY), [Verdict.INSIDE], old) == (
        "“Ngày 1/10” được hiểu là ngày 1/10/2019.",
    )
    assert notes_of(dates_of("Trước tháng 3 có gì?", TODAY)) == (
        "“Trước tháng 3” được hiểu là đến hết ngày 28/2/2021.",
    )


def test_no_year_is_told_that_no_article_gives() -> None:
    undated, other = [Candidate("Ngày 20/1, ông nói.", None)], [Candidate("?", date(2019, 10, 1))]
    asked = dates_of("Ngày 20/1 ai xác nhận?", TODAY)
    assert notes_of(asked, verdicts(undated, asked), undated) == ()
    (note,) = notes_of(asked, verdicts(other, asked), other)
    assert note.startswith("Không thấy bài nào đăng ngày 20/1 hay nhắc")
    for question, words in (("Tháng 4 có gì?", "từ 1/4 đến 30/4"), ("Kể từ tháng 3 có gì?", "từ ngày 1/3/2021")):
        asked = dates_of(question, TODAY)
        assert notes_of(asked, verdicts(undated, asked), undated) == (
            f"Các bài tìm được không ghi ngày đăng, nên không rõ có bài nào đăng {words} hay không.",
        )


def test_parts_of_the_calendar() -> None:
    february = unit_days("month", date(2020, 2, 10))
    assert part_days("month", february, "last") == (date(2020, 2, 21), date(2020, 2, 29))
    assert part_days("quarter", unit_days("quarter", date(2020, 8, 1)), "last") == (date(2020, 9, 1), date(2020, 9, 30))
    assert unit_days("decade", date(1987, 1, 1)) == (date(1980, 1, 1), date(1989, 12, 31))
    assert shifted(date(2020, 1, 31), months=1) == date(2020, 2, 29)
    with pytest.raises(ValueError, match="no year"):
        shifted(date(1, 1, 1), years=-1)
