"""How a question is put to one passage: in the passage's own names and days, without the day that its article is of.

The reader was trained to refuse a passage that speaks of another name or day. "Bun-ga-ri" and "Bulgaria" are one, and
an article of 31/10 says "ngày 31/10" or no day at all where the question says "ngày 31/10/2020".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag import vietnamese
from rag.datatypes import Alternatives, Article
from rag.dates import Candidate, Verdict, When, judge, mentions
from rag.question import Question

if TYPE_CHECKING:
    from rag.retrieve import Query

_OF_THE_DAY = (Verdict.INSIDE, Verdict.NEAR)
# Wordings that mean the same less surely than this are no names of the same.
_SURE = 0.9
_BEFORE = r"(?:\b(?:trong|vào|hôm|của|dịp|tính đến|đến|từ)\s+)?"
_DIGITS = re.compile(r"\d{1,2}(?:[/.-]\d{1,2}(?:[/.-]\d{2,4})?| tháng \d{1,2}(?:(?:/| năm )\d{4})?)")
_YEAR_BEHIND = re.compile(r"(?:[/-]| năm )\d{4}\Z", re.IGNORECASE)
_LEAST_SYLLABLES = 4
_BETWEEN = re.compile(r"(?<=\?)\s+")


@dataclass(frozen=True, slots=True)
class Wordings:
    """A question with what may stand in its place: `text` is put where nothing else fits better.

    `alternatives` count the syllables of `text`; `when` is the time that it names.
    """

    text: str
    alternatives: tuple[Alternatives, ...] = ()
    when: When = When()  # noqa: RUF009 (it is frozen)

    def put_to(self, article: Article, passage: str) -> str:
        """The question as it is asked of this passage of the article."""
        return _in_days_of(_in_names_of(self.text, self.alternatives, passage), self.when, article, passage)


def wordings_of(question: Question, query: Query) -> Wordings:
    """What may be asked of passages for a question that `query` searches for."""
    if not question.vietnamese or question.joined or query.terms is not None:
        return Wordings(asked_of_passages(question), when=query.when)
    return Wordings(query.text, query.alternatives, query.when)


def asked_of_passages(question: Question) -> str:
    """What the reader is asked: of questions that stand joined, the last one, as it is long enough to be understood."""
    if not question.joined:
        return question.standalone
    parts = _BETWEEN.split(question.standalone)
    long = len(vietnamese.syllables(parts[-1])) >= _LEAST_SYLLABLES
    return parts[-1] if long else " ".join(parts[-2:])


def _in_names_of(text: str, alternatives: Sequence[Alternatives], passage: str) -> str:
    if not alternatives:
        return text
    words, held = vietnamese.syllables(text), f" {' '.join(vietnamese.syllables(passage))} "
    # From the last on, so that what stands before keeps its place.
    for group in sorted(alternatives, key=lambda each: -each.start):
        own = words[group.start : group.end]
        if f" {' '.join(own)} " in held:
            continue
        for wording in group.wordings:
            if wording.weight >= _SURE and f" {' '.join(vietnamese.syllables(wording.text))} " in held:
                text = _replaced(text, own, group.start, wording.text)
                break
    return text


def _replaced(text: str, own: Sequence[str], at: int, other: str) -> str:
    """The text with another wording for its syllables from number `at` on; as it is where they are spelt otherwise."""
    words = r"[\W_]+".join(map(re.escape, own))
    typed = re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)
    for found in typed.finditer(text):
        if len(vietnamese.syllables(text[: found.start()])) == at:
            return f"{text[: found.start()]}{other}{text[found.end() :]}"
    return text


def _in_days_of(text: str, when: When, article: Article, passage: str) -> str:
    """The question with each day as the passage writes it, or without it where the passage is of that day anyway."""
    for day in when.ranges:
        if day.text.lower() in passage.lower():
            continue
        mentioned = mentions(passage, day, article.published_on)
        if not mentioned and judge([Candidate("", article.published_on)], When((day,)))[0].verdict not in _OF_THE_DAY:
            continue
        single = day.first is not None and day.first == day.last
        if mentioned and not single and day.first is not None and str(day.first.year) in passage:
            continue
        written = _day_in(passage, day.first) if mentioned and single and day.first is not None else None
        yearless = _YEAR_BEHIND.sub("", day.text)
        if mentioned and not single and re.search(rf"(?<!\w){re.escape(yearless)}(?![\w/-])", passage, re.IGNORECASE):
            # Other months stand beside it as a rule.
            text = text.replace(day.text, yearless, 1)
            continue
        named = re.compile(rf"\s*,?\s*{_BEFORE}{re.escape(day.text)}\s*,?\s*", re.IGNORECASE)
        if written is not None and _DIGITS.search(day.text):
            short = _DIGITS.sub(written, day.text, count=1)
            text = re.sub(re.escape(day.text), short, text, count=1, flags=re.IGNORECASE)
            continue
        left = named.sub(" ", text, count=1).strip().replace(" ?", "?")
        if len(vietnamese.syllables(left)) >= _LEAST_SYLLABLES:
            text = f"{left[:1].upper()}{left[1:]}"
    return text


def _day_in(passage: str, day: date) -> str | None:
    """How the passage writes a day without its year: "30/4"."""
    found = re.search(rf"(?<![\d/-])0?{day.day}([/-])0?{day.month}(?![\d/-]|\.\d)", passage)
    return found[0] if found else None
