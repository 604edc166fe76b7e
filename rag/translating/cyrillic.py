"""Names in Cyrillic letters, as Vietnamese articles may spell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.datatypes import Wording
from rag.translating.pieces import Piece

_ROMAN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g u"
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў", _ROMAN.split(), strict=True))
# Case endings of names, longest first; what they stand for in the nominative.
_ENDINGS = (
    ("ского", "ский"), ("скому", "ский"), ("ским", "ский"), ("ском", "ский"), ("ской", "ская"), ("скую", "ская"),
    ("ого", "ый"), ("ому", "ый"), ("ой", "а"), ("ем", "й"), ("ом", ""), ("ым", ""), ("ами", "ы"), ("ами", ""),
    ("ии", "ия"), ("ию", "ия"), ("ией", "ия"), ("ия", "ий"), ("ею", "ей"), ("ея", "ей"),
    ("а", ""), ("у", ""), ("е", ""), ("е", "а"), ("ы", "а"), ("и", "а"), ("и", "ь"), ("у", "а"), ("ю", "я"), ("я", "й"),
    ("я", "ь"), ("ов", ""),
)  # fmt: skip
_SHORTEST = 3
_MOST = 6


def romanised(word: str) -> str:
    """The word in Latin letters, after the English manner that Vietnamese articles follow ("Лавров": "lavrov")."""
    return "".join(_LETTERS.get(letter, letter) for letter in word.lower()).replace("-", "").replace("iy", "y")


def spellings(surface: str, frequency: Callable[[str], int] | None) -> Iterator[Piece]:
    """A word that no lexicon knows, in the spellings that the library holds.

    If it holds none, a capitalised one is given in its likeliest spelling: a name that sounds alike may be held.
    """
    likeliest, *others = dict.fromkeys(map(romanised, (*_nominatives(surface.lower()), surface)))
    held = [form for form in (likeliest, *others) if frequency is not None and frequency(form)]
    if held:
        yield Piece(held[0].title(), tuple(map(Wording, held[1:_MOST])))
    elif surface[:1].isupper():
        yield Piece(likeliest.title(), tuple(map(Wording, others[: _MOST - 1])))


def _nominatives(word: str) -> Iterator[str]:
    """What an inflected name may be called in the nominative, by its ending."""
    if len(word) <= _SHORTEST:
        return
    for ending, replacement in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            yield stem + replacement
