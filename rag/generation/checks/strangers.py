"""What a sentence sets beside, or in place of, what its evidence says, from a sentence of it on something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.generation.checks.covering import uncovered
from rag.generation.checks.tokens import Token, Tokens, tokens_of
from rag.sentences import sentences
from rag.values import Kind

_FIGURES = re.compile(r"\d+(?:[.,/]\d+)*")
# What says that two things are one, or the one in the place of the other; and what only joins them.
_EQUALS = re.compile(
    r"(?<!\w)(?:tức|tức là|nghĩa là|mà là|hay là|nay là|(?:chính xác|đúng) (?:hơn |ra )?là|i\.e\.|namely)\s+"
    r"(?:(?:có|khoảng|số|con số|ngày|món|vở)\s+)?\Z",
    re.IGNORECASE,
)
_NOT = re.compile(r"\s*,?\s*(?:chứ (?:không|chẳng|đâu)|not)(?!\w)", re.IGNORECASE)
_FRONT, _COLON = re.compile(r"(?:\A|[.!?]\s)\W*(?:một\s+)?\Z", re.I), re.compile(r"(?:\s*:|(?<=:))\s")
_JOINED = re.compile(r"(?:(?<!\w)(?:và|and)|[.;!?…])\s+(?:một\s+)?\Z", re.IGNORECASE)
_LAST = re.compile(r"\W*\Z")
_BY_ANYWHERE = re.compile(r"(?<!\w)(?:do|bởi)\s", re.IGNORECASE)
_BY = re.compile(r"(?<!\w)(?:do|bởi)\s+(?:(?:một|các|những|cái|vụ|cú|sự)\s+){0,2}\Z", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:(?<!\w)(?:là|hay|hoặc|và|cùng|is|are|or|and)\s+|[(:–—-]\s*|[“\"]\s*)(?:(?:có|khoảng|số|con số|còn)\s+)?\Z",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s*(?:[:)–—]|[“”\"]|,?\s*(?:chứ không|chứ chẳng|và|hay|hoặc|not|or|and)(?!\w))", re.IGNORECASE)
# A sentence that goes on with the one before names nobody anew.
_HE = re.compile(r"\W*(?:ông|bà|anh|chị|cô|chú|bác|em|cụ|họ|he|she|they|his|her|their)(?!\w)", re.IGNORECASE)
_GOES_ON = re.compile(
    rf"{_HE.pattern}|\W*(?:nó|nơi|trong (?:đó|số)|tại đây|ngoài ra|its?)(?!\w)|"
    r"(?!(?:với|theo|ở|tại|trong|trên|vào)\s)(?:\S+\s+){1,3}(?:này|ấy|trên|nói trên)(?!\w)",
    re.IGNORECASE,
)
# So much of a sentence is told where it is told for its own sake.
_TOLD = 0.6
# What is said to be the same as a sentence stands where so much of that sentence does.
_SAME_MATTER = 0.5
_IS = re.compile(r"(?<!\w)là(?!\w)", re.IGNORECASE)
_COMMA = re.compile(r",\s+")
_DAYS = (Kind.DATE, Kind.TIME)


def strange_additions(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Numbers and names set beside what one sentence of the evidence says, or against it, from another sentence.

    "Cầu dài 90 m, tức là 900", "900: cầu dài 90 m", "Không phải 90 mà là 900": of "Nhớ ghi 900 nhé" the sentence has
    nothing but the number. What shares another word with the sentence or goes on with the one before is on its matter.
    """
    parts = [tokens_of(span.of(each.text)) for each in evidence for span in sentences(each.text)]
    said = [token for token in sentence.all if token.kind != "shape"]
    yield from _out_of_nowhere(sentence, said, evidence)
    if len(parts) < 2 or not said:
        return
    best = max(parts, key=lambda part: sum(_has(part, token) for token in said))
    for token in said:
        # Which of the two sentences is the best one is open here.
        if _is_equated(sentence, [token]) and not _is_contrasted(sentence, said, token, parts):
            yield sentence.text[token.start : token.end]
    for run in _runs(sentence, said, best):
        homes = [part for part in parts if part is not best and all(_has(part, token) for token in run)]
        rest = [token for token in said if token not in run and not _is_figure(sentence, token)]
        if not homes:
            continue
        if _is_equated(sentence, run):
            if any(_GOES_ON.match(part.text) for part in homes):
                continue
            strange = not any(_is_on_the_same(part, best, rest) for part in homes)
        elif _stands_alone(sentence, said, run) or _is_exchanged(sentence, said, run, best):
            # "Bà nói": who is meant stands in another sentence.
            strange = not _GOES_ON.match(best.text) and not any(_is_on_the_same(part, best, rest) for part in homes)
        else:
            strange = _is_set_beside(sentence, run) and not any(_belongs(part, run, rest) for part in homes)
        if strange:
            yield sentence.text[run[0].start : run[-1].end]


def _out_of_nowhere(sentence: Tokens, said: Sequence[Token], evidence: Sequence[Tokens]) -> Iterator[str]:
    """Clauses without a word of the evidence, joined by "và", "tức là" or a colon; and whom or what "do" tells of."""
    missing = uncovered(sentence, evidence)
    for clause in dict.fromkeys(token.clause for token in missing):
        inside = [token for token in said if token.clause == clause and token.words != ("một",)]
        if len(said) == len(inside) or not all(token in missing for token in inside):
            continue
        before, behind = sentence.text[: inside[0].start], sentence.text[inside[-1].end :]
        front = _FRONT.search(before) and _COLON.match(behind)
        joined = _JOINED.search(before) and _LAST.match(behind)
        if front or joined or _EQUALS.search(before):
            yield sentence.text[inside[0].start : inside[-1].end]
    for one, other in pairwise(said):
        # "do một vụ khủng bố gây ra": by what is told of "gây ra" in the evidence.
        if one in missing and other.words[0] == "gây" and _BY.search(sentence.text[: _first(said, missing, one).start]):
            told = [each for each in evidence if other.keys & each.keys and _BY_ANYWHERE.search(each.text)]
            if told and one.clause == other.clause:
                yield sentence.text[_first(said, missing, one).start : one.end]


def _first(said: Sequence[Token], missing: Sequence[Token], last: Token) -> Token:
    """The first of the words in a row that the evidence has not, up to a last one."""
    at = said.index(last)
    while at and said[at - 1] in missing and said[at - 1].clause == last.clause:
        at -= 1
    return said[at]


def _runs(sentence: Tokens, said: Sequence[Token], best: Tokens) -> Iterator[list[Token]]:
    """The tokens in a row, within a clause and on one side of "là", that the best sentence has not."""
    run: list[Token] = []
    for token in said:
        apart = run and (token.clause != run[-1].clause or _IS.search(sentence.text[run[-1].end : token.start]))
        if run and (apart or _has(best, token)):
            yield run
            run = []
        if not _has(best, token):
            run.append(token)
    if run:
        yield run


def _has(part: Tokens, token: Token) -> bool:
    if token.words[0][:1].isdigit():
        return token.words[0] in _FIGURES.findall(part.text)
    if token.kind == "value":
        return token.words[0] in part.words
    return bool(token.keys & part.keys)


def _is_figure(sentence: Tokens, token: Token) -> bool:
    """Whether a token is a number or what it counts: others have the same unit."""
    return (
        token.kind == "value"
        or token.words[0][:1].isdigit()
        or any(value.start <= token.start and token.end <= value.end for value in sentence.values)
    )


def _end(sentence: Tokens, run: Sequence[Token]) -> int:
    """Where a run ends; a mark behind figures is a part of their token."""
    return run[0].start + len(sentence.text[run[0].start : run[-1].end].rstrip(".,;:"))


def _is_bare(sentence: Tokens, run: Sequence[Token]) -> bool:
    """Whether a run is names, or numbers with what they count, and nothing else."""
    told = any(token.kind in ("name", "value") or token.words[0][:1].isdigit() for token in run)
    return told and all(token.kind == "name" or _is_figure(sentence, token) for token in run)


def _is_day(sentence: Tokens, run: Sequence[Token]) -> bool:
    return any(
        value.kind in _DAYS and value.start < run[-1].end and run[0].start < value.end for value in sentence.values
    )


def _is_equated(sentence: Tokens, run: Sequence[Token]) -> bool:
    """Whether a run is said to be what the rest tells, or to be right where that is wrong."""
    before = sentence.text[: run[0].start]
    front = _FRONT.search(before) and _COLON.match(sentence.text, run[-1].end) and run[0].kind == "value"
    return bool(front or _EQUALS.search(before) or _NOT.match(sentence.text, run[-1].end))


def _is_contrasted(sentence: Tokens, said: Sequence[Token], told: Token, parts: Sequence[Tokens]) -> bool:
    """Whether a sentence with a number or name that is equated has the other numbers, too, or goes on from them."""
    figures = [token for token in said if token.words[0][:1].isdigit()]
    homes = [part for part in parts if _has(part, told)]
    if not homes or not _is_bare(sentence, [told]):
        return True
    return any(_GOES_ON.match(part.text) or all(_has(part, token) for token in figures) for part in homes)


def _stands_alone(sentence: Tokens, said: Sequence[Token], run: Sequence[Token]) -> bool:
    """Whether bare names or numbers stand beside the rest, with nothing said of them; a day may."""
    if not _is_bare(sentence, run) or _is_day(sentence, run):
        return False
    if sentence.text[run[0].start] in "([":
        # Brackets around figures are a part of their token.
        return True
    if _FRONT.search(sentence.text[: run[0].start]) and _COLON.match(sentence.text, run[-1].end):
        return True
    return len(said) > len(run) and all(token in run for token in said if token.clause == run[0].clause)


def _is_exchanged(sentence: Tokens, said: Sequence[Token], run: Sequence[Token], best: Tokens) -> bool:
    """Whether a bare run stands between words between which the best sentence has another name or number."""
    if not _is_bare(sentence, run):
        return False
    first, last = said.index(run[0]), said.index(run[-1])
    behind = said[last + 1] if last + 1 < len(said) else None
    if behind and _is_bare(sentence, [behind]) and _COMMA.fullmatch(sentence.text[_end(sentence, run) : behind.start]):
        # "Quỷ Nhập Tràng, Bế Văn Khải": one more beside the one that is told of.
        return _has(best, behind)
    around = (said[first - 1] if first else None, behind)
    there = [token for token in best.all if token.kind != "shape"]
    ends = [[at for at, token in enumerate(there) if each and token.keys & each.keys] for each in around]
    return any(
        one + 1 < other <= one + 3
        and all(_is_bare(best, [token]) and not _has(sentence, token) for token in there[one + 1 : other])
        for one in ends[0]
        for other in ends[1]
    )


def _is_on_the_same(part: Tokens, best: Tokens, rest: Sequence[Token]) -> bool:
    """Whether a sentence of the evidence has half of what the best one has of the rest, or more of it than that."""
    held = [token for token in rest if token.keys & best.keys]
    shared = [token for token in rest if token.keys & part.keys]
    more = any(token not in held for token in shared)
    return _HE.match(part.text) is not None or more or (bool(shared) and len(shared) >= _SAME_MATTER * len(held))


def _is_set_beside(sentence: Tokens, run: Sequence[Token]) -> bool:
    """Whether a run is joined to the rest by no word of its own, but by "là", "và", "hay", a colon or brackets."""
    # A number with a word of its own is told of what that word says: "…; lãi suất xuống 4%".
    of_its_own = any(_is_figure(sentence, token) for token in run) and not _is_bare(sentence, run)
    if of_its_own or _is_day(sentence, run):
        return False
    return bool(_BEFORE.search(sentence.text[: run[0].start]) or _BEHIND.match(sentence.text, run[-1].end))


def _belongs(part: Tokens, run: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether a sentence of the evidence is on the matter of the rest of a sentence, or told for its own sake."""
    if any(token.keys & part.keys for token in rest) or _GOES_ON.match(part.text):
        return True
    own = [token for token in part.all if token.kind in ("content", "name")]
    told = [token for token in own if any(token.keys & each.keys for each in run)]
    return bool(told) and len(told) >= _TOLD * len(own)
