"""Days that a question asks about, and which passages are of those days. Rules over wording, pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from rag.dating import counted, days, english, joining, periods
from rag.dating.expressions import found, read, spaced, without_diacritics
from rag.dating.mentions import mentions
from rag.dating.spans import DateRange

__all__ = [
    "Candidate", "DateRange", "Judgement", "Verdict", "When", "dates_of", "judge", "mentions", "notes_of", "prefer",
    "verdicts",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """The time that a question names. `latest` says that it asks for the newest, as with "mới nhất"."""

    ranges: tuple[DateRange, ...] = ()
    latest: bool = False

    def __bool__(self) -> bool:
        return bool(self.ranges) or self.latest


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, and the day on which its article was published."""

    text: str
    published_on: date | None


class Verdict(StrEnum):
    """How a passage stands to the days asked for.

    `inside`: published on one of them or the day after. `near`: two or three days after, or the passage names such a
    day itself. `unknown`: no date, and no such day named. `outside`: all others.
    """

    INSIDE = "inside"
    NEAR = "near"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and how much the passage fits: 0 not at all, 1 fully; to 2 where days and the newest are asked for."""

    verdict: Verdict
    preference: float


# News of a day appear the same day or the next (62 % of the days that articles name), hardly after the third (77 %).
_NEXT_DAY, _DAYS_AFTER = timedelta(1), timedelta(3)
# From such lengths on a period is rather when something happened than when it was reported.
_LONG = timedelta(100)
_WEIGHTS = {Verdict.INSIDE: 1.0, Verdict.NEAR: 0.5, Verdict.UNKNOWN: 0.0, Verdict.OUTSIDE: 0.0}
_WEIGHT_OF_THE_NEXT_DAY, _WEIGHT_IN_A_LONG_PERIOD = 0.9, 0.5
_NEWEST_AMONG = 10
_YEARS_BACK = 30

_RULES = (*days.RULES, *periods.RULES, *counted.RULES, *english.RULES)
_LATEST = (
    r"\b(?:mới nhất|mới đây|gần đây(?: nhất)?|vừa qua|vừa rồi|mới rồi|dạo này|bây giờ|"
    r"(?<!phát\s)(?<!xuất\s)(?<!thực\s)(?<!thể\s)(?<!biểu\s)hiện (?:nay|tại|giờ)|"
    r"(?<!trước\s)(?:đến|tới) (?:nay|hôm nay)|"
    r"(?:lần|kỳ|trận|phiên|cuộc|đợt|năm|tháng|tuần|ngày|vụ|bản tin|thời gian|thời điểm) (?:\w+ )?gần nhất|"
    r"latest|newest|most recent|recently|currently|right now|so far)\b"
)
_LATEST_ACCENTED = re.compile(spaced(_LATEST))
_LATEST_BARE = re.compile(spaced(without_diacritics(_LATEST)))


def dates_of(text: str, today: date) -> When:
    """The days that a question names, read on the day `today`; Vietnamese with or without diacritics, or English.

    Days without a year are the nearest that have begun, unless "tới" or a year elsewhere in the question says
    otherwise. Several ranges are alternatives. Questions after a day ("ngày nào"), fractions, scores, numbers of
    decrees, names that hold a year and bases of comparison ("so với năm ngoái") name none.
    """
    reading = read(text, today)
    latest = (_LATEST_BARE if reading.bare else _LATEST_ACCENTED).search(reading.text)
    ranges = joining.ranges(found(_RULES, reading), reading)
    return When(tuple(dict.fromkeys(ranges)), latest is not None)


def judge(candidates: Sequence[Candidate], when: When) -> list[Judgement]:
    """How each passage stands to the time asked for, in the order given.

    `candidates` come best first: "mới nhất" compares with the days of the ten best. Nothing is excluded, since the
    article that answers is often of another day; the preference is meant to be weighed with the score.
    """
    shares = _newness(candidates) if when.latest else [0.0] * len(candidates)
    return [
        Judgement(verdict, weight + share)
        for (verdict, weight), share in zip(_judged(candidates, when), shares, strict=True)
    ]


def verdicts(candidates: Sequence[Candidate], when: When) -> list[Verdict]:
    """The verdicts of `judge`."""
    return [judged.verdict for judged in judge(candidates, when)]


def prefer(candidates: Sequence[Candidate], when: When) -> list[float]:
    """The preferences of `judge`."""
    return [judged.preference for judged in judge(candidates, when)]


def notes_of(
    when: When, found_verdicts: Sequence[Verdict] = (), candidates: Sequence[Candidate] = ()
) -> tuple[str, ...]:
    """What a reader should know of how days were understood (Vietnamese).

    Days that the question does not name in full are told, those without a year in that which `judge` takes for these
    candidates; where none of them has a day of its own that says which, the year stays open. Where passages were found
    and none is of the days asked for, that is told as well.
    """
    settled = [_settled(asked, candidates) for asked in when.ranges]
    undated = bool(candidates) and not any(candidate.published_on for candidate in candidates)
    told = [
        f"“{asked.text}” được hiểu là {in_words(asked)}."
        for asked, typed in zip(settled, when.ranges, strict=True)
        if (not typed.exact or typed.yearly) and not _of_open_year(asked) and not (typed.yearly and undated)
    ]
    if when.ranges and found_verdicts and not {Verdict.INSIDE, Verdict.NEAR}.intersection(found_verdicts):
        asked_for = " hoặc ".join(map(in_words, settled))
        if set(found_verdicts) == {Verdict.UNKNOWN}:
            told.append(f"Các bài tìm được không ghi ngày đăng, nên không rõ có bài nào đăng {asked_for} hay không.")
        else:
            told.append(
                f"Không thấy bài nào đăng {asked_for} hay nhắc đến thời gian đó: kết quả là của thời gian khác."
            )
    return tuple(told)


def in_words(asked: DateRange) -> str:
    """ "ngày 20/4/2021", "từ 1/4/2021 đến 30/4/2021", "từ ngày 1/4/2021", "đến hết ngày 31/3/2021".

    Days of no year are told without: "ngày 20/4".
    """
    first, last = (_day(day, _of_open_year(asked)) if day else "" for day in (asked.first, asked.last))
    if first == last:
        return f"ngày {first}"
    if not last:
        return f"từ ngày {first}"
    return f"từ {first} đến {last}" if first else f"đến hết ngày {last}"


def _of_open_year(asked: DateRange) -> bool:
    """Whether no article has said which year is meant; "kể từ tháng 3" needs none to."""
    return asked.yearly and asked.first is not None and asked.last is not None


def _day(day: date, open_year: bool) -> str:
    return f"{day.day}/{day.month}" if open_year else f"{day.day}/{day.month}/{day.year}"


def _judged(candidates: Sequence[Candidate], when: When) -> list[tuple[Verdict, float]]:
    ranges = [_settled(asked, candidates) for asked in when.ranges]
    judged = []
    for candidate in candidates:
        best = (Verdict.UNKNOWN if candidate.published_on is None else Verdict.OUTSIDE, 0.0)
        for asked in ranges:
            verdict = _verdict(candidate, asked)
            weight = _WEIGHTS[verdict]
            if weight and asked.first and asked.last and asked.last - asked.first > _LONG:
                weight = _WEIGHT_IN_A_LONG_PERIOD
            elif verdict is Verdict.INSIDE and candidate.published_on not in asked:
                weight = _WEIGHT_OF_THE_NEXT_DAY
            if weight > best[1]:
                best = (verdict, weight)
        judged.append(best)
    return judged


def _verdict(candidate: Candidate, asked: DateRange) -> Verdict:
    day = candidate.published_on
    if day is not None and _published(day, asked, _NEXT_DAY):
        return Verdict.INSIDE
    if day is not None and _published(day, asked, _DAYS_AFTER):
        return Verdict.NEAR
    if mentions(candidate.text, asked, day):
        return Verdict.NEAR
    return Verdict.UNKNOWN if day is None else Verdict.OUTSIDE


def _published(day: date, asked: DateRange, slack: timedelta) -> bool:
    return (asked.first is None or asked.first <= day) and (asked.last is None or day <= asked.last + slack)


def _settled(asked: DateRange, candidates: Sequence[Candidate]) -> DateRange:
    """Days without a year in the latest year of which there is anything: "ngày 1/10" in a pile of old news."""
    if not (asked.yearly and asked.first):
        return asked
    published = {candidate.published_on for candidate in candidates if candidate.published_on}
    for back in range(_YEARS_BACK):
        try:
            first = asked.first.replace(year=asked.first.year - back)
            last = asked.last.replace(year=asked.last.year - back) if asked.last else None
        except ValueError:
            continue  # 29 February
        shifted = replace(asked, first=first, last=last)
        if any(_published(day, shifted, _NEXT_DAY) for day in published):
            return replace(shifted, yearly=False)
    return asked


def _newness(candidates: Sequence[Candidate]) -> list[float]:
    """The share of the days of the ten best that are not newer; a half where the day is not known."""
    days_of_best = {candidate.published_on for candidate in candidates[:_NEWEST_AMONG] if candidate.published_on}
    if not days_of_best:
        return [0.0] * len(candidates)
    return [
        sum(day <= candidate.published_on for day in days_of_best) / len(days_of_best)
        if candidate.published_on
        else 0.5
        for candidate in candidates
    ]
