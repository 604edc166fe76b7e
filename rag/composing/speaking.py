"""Whose words a sentence gives, and which: of a speaker who is asked for, their own sentences alone where there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.antecedents import resolve
from rag.composing.attribution import Attribution, attributions, said_clause
from rag.composing.clauses import predicate
from rag.composing.naming import states_in
from rag.composing.persons import persons_in, titles
from rag.composing.pieces import Piece, neighbour
from rag.composing.wording import share, topic_words, vocabulary, words
from rag.datatypes import Article, Span
from rag.question import Asked, Question
from rag.vietnamese import CAPITAL

_FORMS_OF_ADDRESS = words("ông bà anh chị cô ngài của nước nữ tân cựu hlv huấn luyện viên")
# Their own words may be this much weaker (in logits) than another's, where those say no more of what is asked.
_OWN_MARGIN = 3.0
_NAME = re.compile(rf"{CAPITAL}[\w.’'-]*(?: {CAPITAL}[\w.’'-]*)+")
_QUOTES = re.compile(r"[“”\"]")
_OPENS_QUOTE = re.compile(r"\s*[-–]?\s*[“\"]")
_BEFORE_NAME_CHARS = 40
_LEAST_WORDS = 4


def of_speaker(question: Question, pieces: Sequence[Piece], *, margin: float) -> list[Piece]:
    """The pieces that give the words of the speaker asked for, best first.

    Where none surely does, all of them, those that may be the speaker's before others at most `margin` better; but of
    a person asked for by name none that gives the words of other persons. None may be left.
    """
    if question.asked is not Asked.QUOTE or question.speaker is None or not pieces:
        return list(pieces)
    speaker = question.speaker
    said_of = topic_words(question) - words(speaker)
    least = share(said_of, vocabulary(pieces[0].sentence, question))
    by_another = _is_by_another(pieces[0], speaker)
    near = [piece for piece in pieces if piece.score >= pieces[0].score - margin]
    weaker = [
        piece
        for piece in pieces
        if pieces[0].score - _OWN_MARGIN <= piece.score < pieces[0].score - margin
        and (by_another or share(said_of, vocabulary(piece.sentence, question)) >= least)
    ]
    own = [piece for piece in near if is_by(piece, speaker)] or [piece for piece in weaker if is_by(piece, speaker)]
    if own:
        return own
    theirs = [piece for piece in near if is_of(piece, speaker)]
    return [
        piece
        for piece in (*theirs, *(piece for piece in pieces if piece not in theirs))
        if not _is_by_another(piece, speaker)
    ]


def is_by(piece: Piece, speaker: str) -> bool:
    """Whether a sentence attributes what it says to the speaker, by name, by a pronoun, or in a sentence beside it of
    the same quotation."""
    names = _called(piece.article, speaker)
    found = attributions(piece.sentence)
    if found:
        return any(_by(piece.article, piece.evidence.start, piece.sentence, one, names) for one in found)
    if not _in_quotation(piece):
        return False
    # A quotation of several sentences is attributed in its first or its last.
    for step in (-1, 1):
        span = neighbour(piece, step)
        beside = span.of(piece.article.text) if span else ""
        told = attributions(beside) if _QUOTES.search(beside) else []
        if span is not None and told:
            return any(_by(piece.article, span.start, beside, one, names) for one in told)
    return False


def _is_by_another(piece: Piece, speaker: str) -> bool:
    """Whether all that a sentence attributes is said by persons named otherwise than the one asked for."""
    wanted = words(_name_asked(speaker))
    found = attributions(piece.sentence)
    if not wanted or not found:
        return False
    named = [_named(one.speaker.of(piece.sentence)) for one in found]
    return all(names and not any(wanted & name for name in names) for names in named)


def _named(subject: str) -> list[frozenset[str]]:
    """The persons that stand for a speaker; of one without title the names."""
    return [words(person.name) for person in persons_in(subject)] or [words(run) for run in _NAME.findall(subject)]


def _name_asked(speaker: str) -> str:
    """The name of a person in the wording of a speaker: "Zurbuchen" of "Ông Zurbuchen"; empty for an office alone."""
    persons = persons_in(speaker)
    return persons[-1].name if persons and not states_in(persons[-1].name) else ""


def is_of(piece: Piece, speaker: str) -> bool:
    """Whether a sentence names the speaker, or a pronoun of it is the speaker's, or it is quoted beside such a one."""
    wanted = words(speaker) - _FORMS_OF_ADDRESS
    if wanted <= words(piece.sentence):
        return True
    resolution = resolve(piece.article.text, piece.evidence.start, piece.evidence.end)
    if any(_meant(wanted, speaker, name) for _, name in resolution.insertions):
        return True
    if not _QUOTES.search(piece.sentence):
        return False
    beside = (neighbour(piece, -1), neighbour(piece, 1))
    return any(span is not None and wanted <= words(span.of(piece.article.text)) for span in beside)


def words_said(question: Question, sentence: str, span: Span) -> Span:
    """The clause of what somebody says in a sentence, whole; the span itself where the sentence attributes nothing.

    What the speaker asked for says comes before what others say in the same sentence, unless the span is in that.
    """
    found = attributions(sentence)
    if not found:
        return span
    wanted = words(question.speaker or "") - _FORMS_OF_ADDRESS
    theirs = [one for one in found if wanted and wanted <= words(one.speaker.of(sentence))] or found
    around = [one for one in theirs if one.said.start <= span.start and span.end <= one.said.end]
    overlapping = [one for one in theirs if one.said.start < span.end and span.start < one.said.end]
    # The innermost says it itself.
    chosen = min(around or overlapping or theirs[:1], key=lambda one: one.said.end - one.said.start)
    if not chosen.told and span.start >= chosen.said.start:
        return predicate(sentence, span)
    return said_clause(sentence, span, chosen.said)


def says_something(piece: Piece) -> bool:
    """Whether a piece may give somebody's words: its sentence attributes or quotes some, announces a quotation, or what
    is marked is as long as a statement."""
    long = len(piece.answer.split()) >= _LEAST_WORDS
    return long or bool(attributions(piece.sentence)) or _in_quotation(piece) or announced(piece) is not None


def announced(piece: Piece) -> Span | None:
    """The quotation right behind a sentence that only says that somebody spoke; None where it says what, or none is."""
    after = neighbour(piece, 1)
    if after is None or attributions(piece.sentence) or _QUOTES.search(piece.sentence):
        return None
    return after if _OPENS_QUOTE.match(after.of(piece.article.text)) else None


def _by(article: Article, start: int, sentence: str, one: Attribution, names: Sequence[frozenset[str]]) -> bool:
    """Whether what an attribution has for its subject names the speaker, or stands for them."""
    subject = one.speaker.of(sentence)
    others = _named(subject)
    known = frozenset().union(*names)
    for name in names:
        # "Terry Harris" is not Kamala Harris.
        alone = len(name) > 1 or any(other <= known for other in others if name <= other) or not others
        if name <= words(subject) and alone:
            return True
    resolution = resolve(article.text, start, start + len(sentence))
    inside = (name for at, name in resolution.insertions if one.speaker.start <= at <= one.speaker.end)
    return any(name <= words(meant) for meant in inside for name in names)


def _called(article: Article, speaker: str) -> list[frozenset[str]]:
    """The words under which an article may name a speaker: as the question does, by the last part of a person's name,
    and by the name that the article gives the office."""
    wanted = words(speaker) - _FORMS_OF_ADDRESS
    called = [wanted]
    persons = persons_in(speaker)
    own = persons[-1].name if persons else ""
    if not own and (run := _NAME.search(speaker)) and words(run[0]) == wanted:
        own = run[0]
    if own:
        called.append(words(own.rsplit(" ", 1)[-1]))
        if own == _name_asked(speaker) and " " not in own:
            called += _full_names(article, own)
    else:
        introduced = persons_in(article.text)
        for _, start, end in titles(article.text):
            person = next((one for one in introduced if 0 <= one.start - end <= _BEFORE_NAME_CHARS), None)
            if person is not None and wanted <= words(article.text[start : person.start]):
                called += [words(person.name), words(person.name.rsplit(" ", 1)[-1])]
    return [each for each in called if each]


def _full_names(article: Article, last: str) -> list[frozenset[str]]:
    """The names of an article that end in a person's last name, if they are one person's."""
    runs = [run for run in _NAME.findall(article.text) if run.endswith(f" {last}")]
    return [words(run) for run in runs] if len({tuple(run.split()[-2:]) for run in runs}) == 1 else []


def _in_quotation(piece: Piece) -> bool:
    """Whether a sentence is, or begins or ends in, a quotation, by its own marks or those of its paragraph."""
    if _QUOTES.search(piece.sentence):
        return True
    text = piece.article.text
    paragraph = text[text.rfind("\n", 0, piece.evidence.start) + 1 : piece.evidence.start]
    return paragraph.count("“") > paragraph.count("”") or paragraph.count('"') % 2 == 1


def _meant(wanted: frozenset[str], speaker: str, name: str) -> bool:
    """Whether a resolved name is the speaker's: all of the asked name, or the last part of both."""
    return wanted <= words(name) or name.rsplit(" ", 1)[-1].lower() == speaker.rsplit(" ", 1)[-1].lower()
