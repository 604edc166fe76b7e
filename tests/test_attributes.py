"""Values conflict only where they are given for the same thing."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Answer
from tests.composing import composed, dated, span_in

DAY, EARLY = date(2021, 6, 2), date(2021, 5, 20)


def told(question: str, one: tuple[str, str], other: tuple[str, str], days: tuple[date, date] = (DAY, DAY)) -> Answer:
    """The answer over two articles, each a text and the marked answer in it, the first the better."""
    articles = [dated(f"{name}.txt", text, day) for name, (text, _), day in zip("ab", (one, other), days, strict=True)]
    scores = (2.0, 1.5)
    spans = zip(articles, (one, other), scores, strict=True)
    return composed(question, articles, [span_in(article, answer, score) for article, (_, answer), score in spans])


@pytest.mark.parametrize(
    ("question", "one", "other", "conflict"),
    [
        (
            "Giá vàng thế giới là bao nhiêu?",
            ("Giá vàng thế giới giao dịch ở 1.782 USD/ounce.", "1.782"),
            ("Giá vàng thế giới khó rơi xuống dưới 1.760 USD/ounce.", "1.760"),
            False,
        ),
        (
            "Giá vàng thế giới là bao nhiêu?",
            ("Giá vàng thế giới giao dịch ở 1.782 USD/ounce.", "1.782"),
            ("Giá vàng thế giới có ngưỡng hỗ trợ 1.760 USD/ounce.", "1.760"),
            False,
        ),
        (
            "Giá vàng thế giới là bao nhiêu?",
            ("Giá vàng thế giới giao dịch ở 1.782 USD/ounce.", "1.782"),
            ("Giá vàng thế giới giao dịch ở 1.760 USD/ounce.", "1.760"),
            True,
        ),
        (
            "Phí với xe dưới 12 ghế là bao nhiêu?",
            ("Phí với xe dưới 12 ghế là 70.000 đồng.", "70.000"),
            ("Phí với xe từ 12 ghế là 110.000 đồng.", "110.000"),
            False,
        ),
        (
            "Ông Lee nắm bao nhiêu phần trăm cổ phần Samsung Electronics?",
            ("Ông Lee nắm 4,18% cổ phần Samsung Electronics.", "4,18%"),
            ("Ông Lee nắm 2,88% cổ phần Samsung Bioepis, không kể Electronics.", "2,88%"),
            False,
        ),
        (
            "Ông Lee nắm bao nhiêu phần trăm cổ phần Samsung Electronics?",
            ("Ông Lee nắm 4,18% cổ phần Samsung Electronics.", "4,18%"),
            ("Nhờ đó bà Hong nắm 2,3% cổ phần Samsung Electronics.", "2,3%"),
            False,
        ),
        (
            "Vụ sập cầu ở Huế làm bao nhiêu người chết?",
            ("Vụ sập cầu ở Huế làm 9 người chết.", "9"),
            ("Vụ sập cầu ở Huế làm chết nhiều người, 15 người bị thương.", "15 người"),
            False,
        ),
        (
            "Lợi nhuận của Vinamilk là bao nhiêu?",
            ("Lợi nhuận trước thuế của Vinamilk là 900 tỷ đồng.", "900"),
            ("Lợi nhuận sau thuế của Vinamilk là 800 tỷ đồng.", "800"),
            False,
        ),
    ],
)
def test_values_of_different_things_are_no_conflict(
    question: str, one: tuple[str, str], other: tuple[str, str], conflict: bool
) -> None:
    assert bool(told(question, one, other).conflicts) is conflict


MATCH = "Trận Việt Nam gặp Indonesia diễn ra khi nào?"
LEAD = "Trận Việt Nam gặp Indonesia diễn ra lúc"


@pytest.mark.parametrize(
    ("one", "other", "claims", "conflict"),
    [
        ("19h thứ Bảy", "19h ngày 5/6", 2, False),
        ("19h ngày 5/6", "19h", 1, False),
        ("19h ngày 5/6", "19 giờ ngày 5/6/2021", 1, False),
        ("19h ngày 5/6", "20h ngày 5/6", 2, True),
        ("19h ngày 5/6", "19h ngày 7/6", 2, True),
        ("19h ngày 5/6", "19h thứ Hai", 2, True),
    ],
)
def test_an_hour_with_its_day_and_without_agrees(one: str, other: str, claims: int, conflict: bool) -> None:
    answer = told(MATCH, (f"{LEAD} {one}.", one), (f"{LEAD} {other}.", other))
    assert (len(answer.claims), bool(answer.conflicts)) == (claims, conflict)


def test_a_weekday_may_be_that_of_a_later_week() -> None:
    # Counted from the day of publication it is the 22 May: which week is meant is not said.
    early = told(
        MATCH, (f"{LEAD} 19h ngày 5/6.", "19h ngày 5/6"), (f"{LEAD} 19h thứ Bảy.", "19h thứ Bảy"), (DAY, EARLY)
    )
    assert early.conflicts == ()


def test_of_a_day_the_clause_tells_what_it_is_the_day_of() -> None:
    answer = told(
        "Trận Việt Nam gặp Indonesia ở UAE diễn ra ngày nào?",
        ("Trận Việt Nam gặp Indonesia ở UAE diễn ra ngày 7/6.", "ngày 7/6"),
        ("Việt Nam sang UAE ngày 26/5, chờ trận gặp Indonesia.", "ngày 26/5"),
    )
    assert answer.conflicts == ()
    legs = told(
        "Trận lượt về bán kết diễn ra ngày nào?",
        ("Trận lượt về bán kết diễn ra ngày 6/5.", "ngày 6/5"),
        ("Trận lượt đi bán kết diễn ra ngày 28/4.", "ngày 28/4"),
    )
    assert legs.conflicts == ()


def test_days_that_may_be_one_are_one_side_of_a_conflict() -> None:
    articles = [
        dated(f"{name}.txt", f"{LEAD} {day}.", DAY)
        for name, day in zip("abc", ("ngày 2/6", "ngày 9/6", "tuần sau"), strict=True)
    ]
    spans = zip(articles, ("ngày 2/6", "ngày 9/6", "tuần sau"), (2.0, 1.9, 1.8), strict=True)
    answer = composed(MATCH, articles, [span_in(article, day, score) for article, day, score in spans])
    assert [value.value for value in answer.conflicts[0].values] == ["ngày 2/6", "ngày 9/6"]
