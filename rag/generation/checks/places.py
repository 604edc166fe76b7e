"""Two things that have changed places: each in a sentence where its evidence has the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.generation.checks.tokens import Token, Tokens

# Words on one side of a thing that are its surroundings; no sentence has more things than are looked at.
_REACH, _MOST_THINGS, _MOST_PLACES = 3, 40, 12
_LEAST_TURNED = 3
# Words that shape a sentence, but between two things tell one from the other.
# The doer stands behind these, or the thing before: nothing can be told from places.
_TURNING = frozenset(("bị", "được", "mà", "do", "bởi"))
_TELLING = frozenset(("còn", "gồm", "cho", "thay", "từ", "đến", "sang", "tới", "là"))


@dataclass(frozen=True, slots=True)
class _Thing:
    """A word at a place: what it is compared by, and what stands before and behind it in its clause."""

    token: Token
    keys: frozenset[str]
    before: tuple[frozenset[str], ...]
    behind: tuple[frozenset[str], ...]
    turned: bool


def exchanged_places(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Pairs of words or numbers of a sentence of which each stands among the words that its evidence has beside the
    other: "A giảm 5%, B tăng 3%" for "A tăng 3%, B giảm 5%"."""
    there: dict[str, list[_Thing]] = {}
    for each in evidence:
        for thing in _things(each):
            for key in thing.keys:
                there.setdefault(key, []).append(thing)
    mine = [(thing, places) for thing in _things(sentence) if (places := _places(thing, there))][:_MOST_THINGS]
    for (one, ones), (other, others) in combinations(mine, 2):
        if one.keys & other.keys or one.token.kind != other.token.kind:
            continue
        if one.turned or other.turned or any(place.keys & other.keys for place in ones):
            continue
        both = one.keys | other.keys
        turned = (_most(one, others, both), _most(other, ones, both))
        straight = (_most(one, ones, both), _most(other, others, both))
        if (
            min(turned) > 0
            and sum(turned) >= _LEAST_TURNED
            and all(more > less for more, less in zip(turned, straight, strict=True))
        ):
            yield f"{_of(sentence, one)} – {_of(sentence, other)}"


def _places(thing: _Thing, there: Mapping[str, Sequence[_Thing]]) -> list[_Thing]:
    """Where the evidence has a thing, at most so many places."""
    found = dict.fromkeys(place for key in sorted(thing.keys) for place in there.get(key, ())[:_MOST_PLACES])
    return list(found)[:_MOST_PLACES]


def _of(sentence: Tokens, thing: _Thing) -> str:
    return sentence.text[thing.token.start : thing.token.end]


def _most(thing: _Thing, places: Sequence[_Thing], both: frozenset[str]) -> int:
    """The most words that a thing has beside it as one of its places has them, but for the two that are compared."""
    return max((_shared(thing.before, place.before, both) + _shared(thing.behind, place.behind, both)
                for place in places), default=0)  # fmt: skip


def _shared(some: Sequence[frozenset[str]], others: Sequence[frozenset[str]], both: frozenset[str]) -> int:
    held = frozenset(key for keys in others for key in keys) - both
    return sum(bool(keys & held) for keys in some if not keys & both)


def _things(tokens: Tokens) -> list[_Thing]:
    turned = {token.clause for token in tokens.all if token.words[0] in _TURNING}
    kept = [token for token in tokens.all if token.kind != "shape" or token.words[0] in _TELLING]
    found = []
    for at, token in enumerate(kept):
        keys = _keys(token)
        if not keys or token.kind == "shape":
            continue
        before = [_keys(other) for other in kept[max(0, at - _REACH) : at] if other.clause == token.clause]
        behind = [_keys(other) for other in kept[at + 1 : at + 1 + _REACH] if other.clause == token.clause]
        found.append(_Thing(token, keys, tuple(before), tuple(behind), token.clause in turned))
    return found


def _keys(token: Token) -> frozenset[str]:
    """What a token is compared by; numbers by how they are written."""
    if token.kind != "value":
        return token.keys
    return frozenset((f"value {token.words[0]}",)) if token.words[0][:1].isdigit() else frozenset()
