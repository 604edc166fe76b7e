"""Where a number or a thing named in a sentence comes from: a sentence of the evidence on the same matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.generation.checks.tokens import Token, Tokens, tokens_of
from rag.sentences import sentences

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_IS = re.compile(r"(?<!\w)(?:là|do|thuộc về)\s", re.IGNORECASE)
# So much of a sentence stands in one of the evidence's before what is not there looks put into it.
_FRAME = 0.5


def strange_homes(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Numbers, and what the sentence says that something is, put into a sentence of the evidence from another one.

    "Cầu dài 90 m. Đáp số là 900." does not say that the bridge is 900 m long: the second sentence shares no word with
    the first. Only where the best sentence of the evidence has a number, or another end, of its own in this place.
    """
    parts = [tokens_of(span.of(each.text)) for each in evidence for span in sentences(each.text)]
    said = [token for token in sentence.all if token.kind in ("content", "name")]
    if len(parts) < 2 or not said:
        return
    best = max(parts, key=lambda part: len([token for token in said if token.keys & part.keys]))
    frame = [token for token in said if token.keys & best.keys]
    if len(frame) < _FRAME * len(said):
        return
    others = [part for part in parts if part is not best]
    numbers = set(_NUMBER.findall(best.text))
    if numbers - set(_NUMBER.findall(sentence.text)):
        for number in dict.fromkeys(_NUMBER.findall(sentence.text)):
            homes = [part for part in others if number in _NUMBER.findall(part.text)]
            if number not in numbers and homes and not any(_shares(part, said) for part in homes):
                yield number
    for end in (_end_of(sentence, frame), *_exchanged(sentence, best)):
        homes = [part for part in others if any(token.keys & part.keys for token in end)]
        rest = [token for token in said if token not in end]
        if end and homes and not any(_shares(part, rest) for part in homes):
            yield sentence.text[end[0].start : end[-1].end]


def _end_of(sentence: Tokens, frame: Sequence[Token]) -> list[Token]:
    """What stands behind the last "là" or "do", where the best sentence has no word of it."""
    starts = [found.end() for found in _IS.finditer(sentence.text)]
    behind = [token for token in sentence.all if starts and token.start >= starts[-1] and token.kind != "shape"]
    first = [token for token in behind if token.clause == behind[0].clause and token.kind != "value"]
    return [] if any(token in frame for token in first) else first


def _exchanged(sentence: Tokens, best: Tokens) -> Iterator[list[Token]]:
    """The last word, behind the same word as another one in the best sentence, which the sentence has not."""
    for before, token in list(pairwise(sentence.all))[-1:]:
        if token.kind not in ("content", "name") or token.keys & best.keys:
            continue
        if any(before.keys & one.keys and not other.keys & sentence.keys for one, other in pairwise(best.all)):
            yield [token]


def _shares(part: Tokens, tokens: Sequence[Token]) -> bool:
    return any(token.keys & part.keys for token in tokens)
