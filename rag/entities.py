"""Whether the names, numbers and days of a question fit a piece of evidence, or something else stands in their place.

Every name in a question should stand in the sentence, or at least near it or in its article: a question about a Korean
shipyard is not answered by a German one. Names are compared in all wordings that retrieval knows, people also by parts
of their names and by the offices that the article says they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from rag.datatypes import Article, Span
from rag.dates import Candidate, Verdict, When, judge, mentions
from rag.matching.doers import asks_who_does, doer_of, done_by_another
from rag.matching.hours import hours_in
from rag.matching.located import Located, locate
from rag.matching.matched import EntityMatch, Level, NameMatch
from rag.matching.opposites import Opposed, contraries, denies, is_negated, opposed_predicates, places_of, stated_sides
from rag.matching.roles import Role, group_of, roles_in, swapped
from rag.matching.roles import words_of as verb_words
from rag.matching.times import Opening, opening_of
from rag.matching.view import View, view_of
from rag.matching.wanted import Wanted, wanted_names
from rag.question import Asked, FormKind, Question
from rag.vietnamese import FOLDED_PREFIX, fold

if TYPE_CHECKING:
    from rag.retrieve import Query

# What a name counts that stands not in the sentence but in its passage or title, or elsewhere in the article.
NEARBY, ELSEWHERE = 0.8, 0.5
_MISSING = 0.3
_UNKNOWN_DAY = 0.4
# What a sentence counts that opens with another time than the one asked for, or with several days around it.
_OPENING = {Opening.ANOTHER: 0.2, Opening.LONGER: 0.5}
_PUBLISHED = {Verdict.INSIDE: 0.8, Verdict.NEAR: 0.6, Verdict.UNKNOWN: _UNKNOWN_DAY, Verdict.OUTSIDE: 0.0}
# From these shares on a sentence speaks of what the question speaks of, and so can refute it.
_SAME_NAMES, _IN_SENTENCE, _SAME_WORDS = 0.85, 0.6, 0.3
# From these on it does so whatever the reader says: all names, and most of what is said beside the predicate.
_ALL_NAMES, _SAME_OBJECT, _SAME_CLAUSE = 0.9, 0.4, 0.75


@dataclass(frozen=True, slots=True)
class Sought:
    """What evidence is compared with: names and numbers, the time asked for, other telling words with their rarity.

    `roles` are the predicates that stand between two of the names, `doers` for each of `predicates` the number of the
    name of who does it, if that stands before it, `hours` the parts of a day that are named. `folded` says that words
    are compared without diacritics, `yes_no` that the question itself asks whether, `of_whom` that it asks who does
    what has a contrary, `asks_when` that a time is the answer.
    """

    names: tuple[Wanted, ...]
    when: When
    words: tuple[tuple[str, float], ...]
    predicates: tuple[Opposed, ...]
    negated: bool
    folded: bool
    yes_no: bool
    roles: tuple[Role, ...] = ()
    of_whom: bool = False
    doers: tuple[int | None, ...] = ()
    hours: frozenset[str] = frozenset()
    asks_when: bool = False


def sought_in(question: Question, query: Query, frequency: Callable[[str], int], passages: int) -> Sought:
    """What a question names. `frequency` counts the passages that hold a term, of `passages` in all."""
    text = query.text if query.terms is None else query.terms
    folded = question.vietnamese and not question.accented
    names = wanted_names(
        text,
        query.alternatives,
        frequency,
        passages,
        folded=folded,
        dated=[asked.text for asked in query.when.ranges],
    )
    view = view_of(text, folded=folded)
    opposed = opposed_predicates(view, folded=folded)
    of_whom = [asks_who_does(view, one, folded=folded) for one in opposed]
    predicates = tuple(replace(one, strong=one.strong and not who) for one, who in zip(opposed, of_whom, strict=True))
    inside = {word for one in names for form in one.forms for word in form.words}
    dated = {word for asked in query.when.ranges for word in view_of(asked.text, folded=folded).words}
    content = {fold(word) if folded else word for word in question.content} if question.vietnamese else set(view.words)
    located = [locate(one, view, view_of("", folded=folded), folded=folded) for one in names]
    everything = range(len(view.words))
    mark = FOLDED_PREFIX if folded else ""
    telling = [word for word in dict.fromkeys(view.words) if word in content and word not in inside | dated]
    words = tuple((word, _rarity(frequency(mark + word), passages)) for word in telling)
    return Sought(
        names=names,
        when=query.when,
        words=tuple((word, rarity) for word, rarity in words if rarity > 0.0),
        predicates=predicates,
        negated=is_negated(view, folded=folded),
        folded=folded,
        yes_no=question.asked is Asked.YES_NO,
        roles=roles_in(view, everything, located, folded=folded),
        of_whom=bool(of_whom) and all(of_whom),
        doers=tuple(_doer_asked(one, located, view, folded=folded) for one in predicates),
        hours=hours_in(view, everything, folded=folded),
        asks_when=question.asked is Asked.WHEN or question.form.kind in (FormKind.DATE, FormKind.TIME),
    )


def _doer_asked(one: Opposed, located: Sequence[Located], view: View, *, folded: bool) -> int | None:
    places = places_of(view, one.asked, range(len(view.words)), folded=folded)
    return next((doer for place, _ in places if (doer := doer_of(view, place, located)) is not None), None)


class Matcher:
    """Compares one question with many pieces of evidence; each article is looked through once."""

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self._articles: dict[str, _Seen] = {}
        # What a sentence with the contrary predicate cannot hold.
        predicated = {word for one in sought.predicates for word in one.asked} | {
            word for role in sought.roles for word in verb_words(role.verb, folded=sought.folded)
        }
        self._beside = [(word, rarity) for word, rarity in sought.words if word not in predicated]

    def match(self, article: Article, sentence: Span, passage: Span) -> EntityMatch:
        """How the question fits a sentence of an article and the passage around it (offsets of the article)."""
        seen = self._articles.get(article.id)
        if seen is None:
            seen = self._articles[article.id] = _Seen.of(self.sought, article)
        sought, view = self.sought, seen.view
        inside, around = view.between(sentence.start, sentence.end), view.between(passage.start, passage.end)
        matches: list[tuple[Wanted | None, NameMatch, tuple[float, float, float]]] = []
        for one, located in zip(sought.names, seen.located, strict=True):
            shares = located.shares(inside, around)
            matches.append((one, _name_match(one.text, *shares), shares))
        opening = _opening(sought, article, sentence.of(article.text), passage.of(article.text))
        day = _days(sought.when, article, sentence.of(article.text), passage.of(article.text), opening)
        if day is not None:
            matches.append((None, day, (day.share, day.share, day.share)))
        weights = [1.0 if one is None else one.weight for one, _, _ in matches]
        numbers = [match.share for one, match, _ in matches if one is not None and one.kind == "number"]
        held = {word for at in inside if (word := view.words[at])}
        near = held | {view.words[at] for at in around} | seen.title_words
        roles = [located.with_role for one, located in zip(sought.names, seen.located, strict=True) if one.role]
        said = roles_in(view, inside, seen.located, folded=sought.folded) if sought.roles else ()
        sides = [stated_sides(one, view, inside, folded=sought.folded) for one in sought.predicates]
        turned = swapped(sought.roles, said)
        by_another = any(
            doer is not None and done_by_another(view, inside, own, seen.located[doer])
            for doer, (own, _) in zip(sought.doers, sides, strict=True)
        )
        hours = hours_in(view, inside, folded=sought.folded) if sought.hours else frozenset[str]()
        # "PSG thua Man City" says of "Man City thắng PSG" the same, with the contrary predicate.
        as_asked = {role.verb for role in sought.roles if role in said}
        opposed = contraries(sought.predicates, view, inside, folded=sought.folded)
        return EntityMatch(
            names=tuple(match for _, match, _ in matches),
            covered=_mean([match.share for _, match, _ in matches], weights),
            in_sentence=_mean([shares[0] for _, _, shares in matches], weights),
            in_passage=_mean([max(shares[:2]) for _, _, shares in matches], weights),
            in_article=_mean([max(shares) for _, _, shares in matches], weights),
            roles=_mean([1.0 if role else 0.0 for role in roles], [1.0] * len(roles)),
            numbers=_mean(numbers, [1.0] * len(numbers)),
            days=1.0 if day is None else day.share,
            words=_held_share(sought.words, held),
            words_nearby=_held_share(sought.words, near),
            rarest_missing=max((rarity for word, rarity in sought.words if word not in near), default=0.0),
            missing=tuple(match.name for _, match, _ in matches if match.share < _MISSING),
            clashing=tuple(dict.fromkeys(self._clashing(seen, inside, around))),
            opposed=tuple(one for one in opposed if group_of(one.asked, folded=sought.folded) not in as_asked),
            denied=not sought.negated
            and denies(view, inside, {word for word, _ in sought.words}, folded=sought.folded),
            swapped=turned,
            affirmed=bool(as_asked) or (not turned and any(own and not contrary for own, contrary in sides)),
            other_day=opening is Opening.ANOTHER,
            words_beside=_held_share(self._beside, held),
            by_another=by_another,
            other_hours=bool(hours) and not sought.hours & hours,
        )

    def _clashing(self, seen: _Seen, inside: range, around: range) -> Iterator[str]:
        asked = {one.state for one in self.sought.names if one.state}
        for located in seen.located:
            in_sentence, in_passage, _ = located.shares(inside, around)
            if in_sentence >= _MISSING and not located.one.role:
                continue
            yield from located.instead(seen.view, inside, asked, far=in_passage < _MISSING)


def contradicts(sought: Sought, match: EntityMatch) -> bool:
    """Whether evidence states the contrary of what a question takes for granted.

    It speaks of the same names and of much the same, but with the opposite predicate or with a negation. Another name
    in the place of one asked about is another story, not a contradiction. A question that asks whether takes nothing
    for granted.
    """
    if sought.yes_no or match.other_hours:
        return False
    turned = any(one.strong for one in match.opposed) or match.swapped
    # The words of a predicate cannot stand in a sentence that has its contrary.
    words = max(match.words, match.words_beside) if turned else match.words
    same = match.covered >= _SAME_NAMES and match.in_sentence >= _IN_SENTENCE and words >= _SAME_WORDS
    return bool(sought.names) and same and (turned or (match.denied and not sought.of_whom))


def refutes(sought: Sought, match: EntityMatch) -> bool:
    """Whether evidence contradicts so plainly that no answer can be given: its predicate is the contrary of the asked
    one, its names have changed places or it denies what is asked, with all names and most words of the question."""
    opposed = match.swapped or any(one.strong for one in match.opposed)
    same = match.in_sentence >= _ALL_NAMES and match.words_beside >= (_SAME_OBJECT if opposed else _SAME_CLAUSE)
    return contradicts(sought, match) and same


def affirms(match: EntityMatch) -> bool:
    """Whether evidence states what a question takes for granted: its predicate, or nearly all its words, undenied."""
    if match.denied or match.swapped or match.opposed:
        return False
    predicate = match.affirmed and match.in_sentence >= _SAME_NAMES and match.words_beside >= _SAME_OBJECT
    return predicate or (match.in_sentence >= _ALL_NAMES and match.words >= _SAME_CLAUSE)


# ---- one article --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """An article with the places of each name."""

    view: View
    located: tuple[Located, ...]
    title_words: frozenset[str]

    @classmethod
    def of(cls, sought: Sought, article: Article) -> _Seen:
        view = view_of(article.text, folded=sought.folded)
        title = view_of(article.title if article.title_stated else "", folded=sought.folded)
        located = tuple(locate(one, view, title, folded=sought.folded) for one in sought.names)
        return cls(view, located, frozenset(title.words))


def _name_match(name: str, in_sentence: float, in_passage: float, in_article: float) -> NameMatch:
    scores = (
        (in_sentence, Level.SENTENCE),
        (NEARBY * in_passage, Level.PASSAGE),
        (ELSEWHERE * in_article, Level.ARTICLE),
    )
    share, level = max(scores)
    return NameMatch(name, level if share > 0 else Level.NOWHERE, share)


def _opening(sought: Sought, article: Article, sentence: str, passage: str) -> Opening:
    """How the time that a sentence opens with stands to the one asked for; where its passage names that, it may be the
    day on which this was told."""
    asked, published = sought.when.ranges, article.published_on
    if not asked or sought.asks_when:
        return Opening.ASKED
    opening = opening_of(sentence, asked, published)
    told = opening is Opening.ANOTHER and any(mentions(f"{sentence} {passage}", one, published) for one in asked)
    return Opening.ASKED if told else opening


def _days(when: When, article: Article, sentence: str, passage: str, opening: Opening) -> NameMatch | None:
    """How the time asked for is met: alternatives of which the best counts; None where none is asked for."""
    if not when.ranges:
        return None
    name = when.ranges[0].text
    if opening in _OPENING:
        return NameMatch(name, Level.NOWHERE, _OPENING[opening])
    if any(mentions(sentence, asked, article.published_on) for asked in when.ranges):
        return NameMatch(name, Level.SENTENCE, 1.0)
    if any(mentions(passage, asked, article.published_on) for asked in when.ranges):
        return NameMatch(name, Level.PASSAGE, NEARBY)
    verdict = judge([Candidate("", article.published_on)], When(when.ranges))[0].verdict
    share = _PUBLISHED[verdict]
    return NameMatch(name, Level.ARTICLE if share > _UNKNOWN_DAY else Level.NOWHERE, share)


def _rarity(held: int, passages: int) -> float:
    """0 where at least half of the passages hold a word, 1 where one of many does."""
    if passages < 2:
        return 1.0
    held = min(held, passages)
    return min(1.0, max(0.0, log((passages - held + 0.5) / (held + 0.5)) / log(2 * passages)))


def _held_share(words: Sequence[tuple[str, float]], held: set[str] | frozenset[str]) -> float:
    return _mean([1.0 if word in held else 0.0 for word, _ in words], [rarity for _, rarity in words])


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / total if total else 1.0
