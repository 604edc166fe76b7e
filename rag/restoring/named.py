"""Names of several syllables that a language model reads as common words: "Ba Lan" (Poland) as "Bà Lan" (Mrs Lan)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

from rag.naming.table import shipped_rows
from rag.restoring.candidates import dressed
from rag.restoring.words import folded, words_of
from rag.vietnamese import BIGRAM_JOINT

Key = tuple[str, ...]

# So much oftener than what was read must the library hold the name where it was typed in small letters.
_FAR_OFTENER = 10
_MOST_SYLLABLES = 4


@lru_cache
def known_names() -> Mapping[Key, Key]:
    """Names of two to four syllables by their folded forms, for countries, regions, cities and provinces.

    Names that look alike without diacritics are left out.
    """
    found: dict[Key, Key | None] = {}
    for row in shipped_rows():
        if row.kind not in {"country", "region", "city", "province"}:
            continue
        for spelling in row.spellings:
            if 2 <= len(spelling.words) <= _MOST_SYLLABLES and "!" not in spelling.marks:
                key = tuple(map(folded, spelling.words))
                same = found.setdefault(key, spelling.words)
                if same != spelling.words:
                    found[key] = None
    return {key: words for key, words in found.items() if words is not None}


def with_names(typed: str, restored: str, frequency: Callable[[str], int]) -> str:
    """The restored question with the names that the library rather means; as it is where a word was split."""
    before, after = words_of(typed), words_of(restored)
    if len(before) != len(after):
        return restored
    names = known_names()
    text, end = restored, len(after)
    while end > 1:
        for length in range(min(_MOST_SYLLABLES, end), 1, -1):
            at = end - length
            asked, read = before[at:end], after[at:end]
            words = names.get(tuple(folded(word.syllable) for word in asked))
            bare = all(word.syllable == folded(word.syllable) for word in asked)
            if words is None or not bare or words == tuple(word.syllable for word in read):
                continue
            capitals = all(word.text[:1].isupper() for word in asked)
            held, other = _held(words, frequency), _held(tuple(word.syllable for word in read), frequency)
            if held and held >= (other if capitals else _FAR_OFTENER * other):
                for word, name in zip(reversed(read), reversed(words), strict=True):
                    text = text[: word.start] + dressed(name, name.capitalize()) + text[word.end :]
                end = at + 1
                break
        end -= 1
    return text


def _held(words: Key, frequency: Callable[[str], int]) -> int:
    """Passages that hold the rarest pair of the words."""
    return min(frequency(BIGRAM_JOINT.join(pair)) for pair in pairwise(words))
