"""Whether a question is Vietnamese, with or without diacritics, by how likely its words are in Vietnamese."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from unicodedata import normalize

import numpy as np

from rag import vietnamese
from rag.restoring.table import SyllableTable
from rag.restoring.words import SENTENCE, Word

_LEAST_SCORE = -8.2
_WORST_WORD = -12.0
_FOREIGN_WORD = 3.0
_WORST_OWN_WORD = -6.0
# Decomposed: đ, a horn, a hook above, a dot below, or a tone on a letter with a breve or circumflex.
_OWN_LETTER = re.compile("đ|[\u031b\u0309\u0323]|[\u0302\u0306][\u0300\u0301\u0303]")
# Words that open a foreign question with a capital and are no names.
_OPENERS = frozenset(
    vietnamese.syllables(
        """
    what who whom whose when where which why how is are was were did does has have had will would could should the
    qui que quel quelle quels quelles quand comment pourquoi est les des il elle se por como cuando donde cual wer
    wann wo wie warum ist der die das apa siapa kapan mengapa apakah bagaimana berapa
        """
    )
)


def is_vietnamese(table: SyllableTable, words: Sequence[Word]) -> bool:
    """Whether the words are Vietnamese: `score` of at least -8.2, a threshold found on development questions."""
    return score(table, words) >= _LEAST_SCORE


def score(table: SyllableTable, words: Sequence[Word]) -> float:
    """The mean log-chance of the words, each summed over its accented forms, after what stands before it.

    Each word counts at least -12, and 3 less if neither it nor any form of it is spelled like a syllable, unless it is
    known as a name and no capital was typed; one with a
    letter that is hardly seen outside Vietnamese ("ư", "ậ", "ể") at least -6, however it is misspelled. Capitalised
    words are names, which say nothing, beyond the first word; there too if no syllable, unless it is a foreign question
    word. Without any other word the score is that of the names.
    """
    chances = _log_chances(table, words)
    counted: list[float] = []
    names: list[float] = []
    opening = True
    small = not any(word.text != word.text.lower() for word in words)
    for word, chance in zip(words, chances, strict=True):
        if word.symbol is not None:
            continue
        syllable = table.has_syllable(word.syllable)
        if _OWN_LETTER.search(normalize("NFD", word.syllable)):
            value = max(chance, _WORST_OWN_WORD)
        else:
            name_in_lower = small and table.case(word.syllable) and word.syllable not in _OPENERS
            known = syllable or name_in_lower
            value = max(chance, _WORST_WORD) - (0.0 if known else _FOREIGN_WORD)
        name = word.text[0].isupper() and not (opening and (syllable or word.syllable in _OPENERS))
        (names if name else counted).append(value)
        opening = False
    values = counted or names
    return sum(values) / len(values) if values else 0.0


def _log_chances(table: SyllableTable, words: Sequence[Word]) -> list[float]:
    numbers = [np.array([SENTENCE])]
    for word in words:
        found = table.forms.get(word.syllable)
        if word.symbol is not None:
            numbers.append(np.array([word.symbol]))
        elif found is None:  # unknown, or with diacritics: these are the keys of bare words
            numbers.append(table.numbers([word.syllable]))
        else:
            numbers.append(np.arange(found.start, found.stop))
    weights = np.ones(1)
    result = []
    for chances in table.pair_chances(numbers):
        summed = weights @ chances
        total = float(summed.sum())
        result.append(math.log(total))
        weights = summed / total
    return result
