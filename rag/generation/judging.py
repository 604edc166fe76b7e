"""What becomes of each sentence of a model: it stands, is repaired or dropped, or is shown as unsupported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from rag import vietnamese
from rag.asking.mentions import mentions_of
from rag.composing.wording import SAME, overlap, readable, share, words
from rag.generation.evidence import Shown, sentences_of
from rag.generation.links import is_link
from rag.generation.records import Checked, Excerpt, Marked
from rag.generation.short_forms import with_names
from rag.generation.telling import tell_apart

UNFINISHED, LINK = "unfinished", "link"
"""Reasons beside those of the checks: the model broke off inside the sentence; it holds an address or markup."""

# A quotation stands in for a sentence whose words it shares so far, or a bit less where it names the sentence's
# first name: what says that of somebody else is about another matter.
_ABOUT_THE_SAME, _OF_THE_SAME = 0.7, 0.5
# No slash joins clauses: the rules must not take two names in brackets for two clauses.
_JOINT = "/"
_FINISHED = re.compile(r"[.!?…。！？:;][\"”’»)\]]*\s*\Z")


class Checks(Protocol):
    """Whether sentences are supported; `rag.generation.checking.Checker` is one."""

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked: ...

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str) -> Excerpt | None: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer to be, with the ranges that it is cited with.

    `own` says that the words are the model's: those of a quotation in a sentence's place are not, and stand in
    quotation marks.
    """

    text: str
    ranges: tuple[Excerpt, ...]
    supported: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of the extractive answer; `said` is how that answer tells it, with the names of its short forms."""

    excerpt: Excerpt
    said: str


@dataclass(slots=True)
class Judged:
    """The statements so far, every verdict, and how many sentences became what.

    Of `repaired` ones the words stand, with the citation that they lacked; those `replaced` gave way to a quotation.
    """

    statements: list[Statement] = field(default_factory=list)
    sentences: list[tuple[Marked, Checked]] = field(default_factory=list)
    dropped: int = 0
    repaired: int = 0
    struck: int = 0
    replaced: int = 0

    @property
    def generated(self) -> bool:
        """Whether anything that the model wrote is supported."""
        return any(statement.own and statement.supported for statement in self.statements)


def judge(
    judged: Judged,
    marked: Marked,
    shown: Sequence[Shown],
    quotations: Sequence[Quotation],
    checks: Checks,
    *,
    question: str,
    unsupported: Literal["repair", "drop", "strike"],
    finished: bool = True,
) -> None:
    """Judge one sentence and put what is left of it into `judged`. What says again what stands there is passed over.

    `quotations` are what may stand in its place: those of the extractive answer, so that no repair leads away from it.
    """
    if not words(marked.text):
        return
    by_number = {each.excerpt.number: each for each in shown}
    cited = [by_number[number] for number in marked.cited]
    evidence = [evidence_of(each) for each in cited]
    own = [each for each in judged.statements if each.own and each.supported]
    if any(_repeats(marked.text, each, evidence, checks, question) for each in own):
        return
    if is_link(marked.text, [each.excerpt.text for each in shown]):
        checked = Checked("unsupported", 0.0, (LINK,))
    elif not finished:
        checked = Checked("unsupported", 0.0, (UNFINISHED,))
    else:
        checked = checks.check(marked.text, evidence, question=question)
    judged.sentences.append((marked, checked))
    if checked.verdict == "supported" and cited:
        ranges = _narrowed(marked.text, cited, checks, question)
        judged.statements.append(Statement(marked.text, ranges, supported=True, own=True))
    elif {LINK, UNFINISHED} & set(checked.reasons):
        judged.dropped += 1
    elif unsupported == "repair" and (statement := _repaired(marked, shown, quotations, checks, question)):
        judged.repaired += statement.own
        judged.replaced += not statement.own
        judged.statements.append(statement)
    elif unsupported == "strike":
        judged.statements.append(Statement(marked.text, (), supported=False, own=True))
        judged.struck += 1
    else:
        judged.dropped += 1


def _repeats(sentence: str, earlier: Statement, evidence: Sequence[str], checks: Checks, question: str) -> bool:
    """Whether a sentence says again what an earlier statement does; one that shares its words may deny it."""
    if vietnamese.syllables(sentence) == vietnamese.syllables(earlier.text):
        return True
    if overlap(words(sentence), words(earlier.text)) < SAME or tell_apart(sentence, earlier.text):
        return False
    held = [*evidence, *(each.text for each in earlier.ranges)]
    return not is_link(sentence, held) and checks.check(sentence, held, question=question).verdict == "supported"


def evidence_of(shown: Shown) -> str:
    """What a sentence is checked against: the excerpt, behind the day that a timeline sets in front of it.

    Its short forms have the names of those whom they mean in brackets behind them, nothing else.
    """
    front = f"{shown.label}: " if shown.dated else ""
    return f"{front}{with_names(shown.excerpt.text, shown.excerpt.start, shown.names, _JOINT)}"


def is_finished(text: str) -> bool:
    """Whether a model's text ends where a sentence does, or with the marker of one."""
    return _FINISHED.search(text) is not None or text.rstrip().endswith("]")


def _narrowed(sentence: str, cited: Sequence[Shown], checks: Checks, question: str) -> tuple[Excerpt, ...]:
    """The sentences of the excerpts that alone support a sentence; the excerpts where it takes more than one of each.

    Of several excerpts those that do not support it alone go, where others do.
    """

    def holds(texts: Sequence[str]) -> bool:
        return checks.check(sentence, texts, question=question).verdict == "supported"

    alone = [each for each in cited if holds([evidence_of(each)])] if len(cited) > 1 else list(cited)
    ranges = []
    for each in alone or cited:
        best = checks.best_support(sentence, sentences_of(each.excerpt), question=question)
        fits = best is not None and alone and holds([evidence_of(replace(each, excerpt=best))])
        ranges.append(best if best is not None and fits else each.excerpt)
    return tuple(ranges)


def _repaired(
    marked: Marked, shown: Sequence[Shown], quotations: Sequence[Quotation], checks: Checks, question: str
) -> Statement | None:
    """The sentence with the number that it lacks, or else the best quotation in its place, if there is one."""
    parts = [
        replace(each, excerpt=part)
        for each in shown
        for part in sentences_of(each.excerpt)
        if len(vietnamese.syllables(part.text)) > 1
    ]
    best = checks.best_support(marked.text, [each.excerpt for each in parts], question=question)
    if best is not None:
        evidence = [evidence_of(each) for each in parts if each.excerpt is best]
        if checks.check(marked.text, evidence, question=question).verdict == "supported":
            return Statement(marked.text, (best,), supported=True, own=True)
    safe = {each.excerpt: each.said for each in quotations if not is_link(each.excerpt.text) and not is_link(each.said)}
    best = checks.best_support(marked.text, list(safe), question=question)
    if best is None or not _about_the_same(marked.text, safe[best]):
        return None
    return Statement(as_quotation(safe[best]), (best,), supported=True, own=False)


def _about_the_same(sentence: str, quotation: str) -> bool:
    said, held = words(sentence), words(quotation)
    first = next(iter(mentions_of(sentence)), None)
    of_the_same = first is not None and words(first.text) <= held
    return share(said, held) >= (_OF_THE_SAME if of_the_same else _ABOUT_THE_SAME)


def as_quotation(text: str) -> str:
    """The words of a source in a model's answer, in marks that a quotation inside them does not close."""
    line = readable(text)
    return line if line.startswith("«") and line.endswith("»") else f"«{line}»"


def drop_repetitions(judged: Judged) -> None:
    """Quotations in the place of sentences go where the model's own words, or a quotation before, tell the same."""
    kept: list[Statement] = []
    told = [each for each in judged.statements if each.own and each.supported]
    for each in judged.statements:
        if each.own:
            kept.append(each)
        elif any(_overlap(one, other) for one in each.ranges for before in told for other in before.ranges):
            judged.replaced -= 1
            judged.dropped += 1
        else:
            kept.append(each)
            told.append(each)
    judged.statements = kept


def _overlap(one: Excerpt, other: Excerpt) -> bool:
    return one.article_id == other.article_id and one.start < other.end and other.start < one.end
