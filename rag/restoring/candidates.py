"""What each word of a question may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.restoring.lattice import Choice, Position
from rag.restoring.mending import edits, fits, from_telex, may_be_name, neighbours
from rag.restoring.sources import LibraryCounts, PassageCounts
from rag.restoring.table import SyllableTable
from rag.restoring.words import Word, folded, is_syllable
from rag.vietnamese import FOLDED_PREFIX

_FORMS = 10
# Minus the logarithm of how often a word is typed so by mistake.
_HALF_MARKED, _OTHER_MARKS = 8.0, 11.0
_KEYS_LEFT, _KEYS_LEFT_KNOWN = 2.0, 7.0
_ONE_EDIT, _ONE_EDIT_OTHER_MARKS = 7.0, 11.0
_UNKNOWN_MARKS = 4.0
# A name that neither the library nor the general counts know, where the library has one that is a letter away.
_UNKNOWN_NAME = 9.0
_NAME_BESIDE_NAME = 2.5
_LEAST_NAME_FREQUENCY = 2
_LEAST_NAME_CHARS = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """Choices for the words of one question; `accents` and `typos` say what may be changed."""

    table: SyllableTable
    library: LibraryCounts
    passages: PassageCounts | None
    accents: bool
    typos: bool

    def positions(self, words: Sequence[Word]) -> list[Position]:
        """A position for each word, its first choice the word as typed."""
        bare = all(word.syllable == folded(word.syllable) for word in words)
        fixed = [False] * len(words) if bare else _transcribed(words)
        frozen = [one or other for one, other in zip(self._acronyms(words), fixed, strict=True)]
        unknown = [self._is_unknown(word) for word in words]
        keys = [from_telex(word.syllable) if self.typos and word.symbol is None else None for word in words]
        in_telex = sum(1 for key, new in zip(keys, unknown, strict=True) if key and new) > 1
        result = []
        for at, word in enumerate(words):
            if word.symbol is not None:
                result.append(Position(word.symbol, (Choice("", word.text),)))
                continue
            marked = word.syllable != folded(word.syllable) and is_syllable(word.syllable)
            choices = [Choice(word.syllable, word.text, marked=marked)]
            if not frozen[at]:
                if not self._in_known_name(words, at):
                    choices += self._accented(word, unknown[at], beside_name=bool(_names_beside(self.table, words, at)))
                key = keys[at]
                if key is not None:
                    mistyped = in_telex or (unknown[at] and not may_be_name(word.text))
                    cost = _KEYS_LEFT if mistyped else _KEYS_LEFT_KNOWN
                    choices.append(Choice(key, dressed(key, word.text), cost, marked=True, mended=True))
                if unknown[at] and self.typos:
                    choices = self._with_edits(word, choices)
            result.append(Position(None, tuple(choices)))
        return result

    def _is_unknown(self, word: Word) -> bool:
        """Whether neither the general counts nor the library nor the passages hold a word, in any form if bare."""
        if word.symbol is not None:
            return False
        bare = folded(word.syllable)
        if bare == word.syllable:
            return bare not in self.table.forms and self.library.of(FOLDED_PREFIX + bare) == 0
        if self.passages is not None and word.syllable in self.passages.forms.get(bare, ()):
            return False
        return self.table.count(word.syllable) == 0 and self.library.of(word.syllable) == 0

    def _accented(self, word: Word, unknown: bool, *, beside_name: bool) -> Iterator[Choice]:
        """Forms that differ from the typed word in diacritics only."""
        typed = word.syllable
        bare = folded(typed)
        forms = [form for form in self.table.forms_of(bare) if is_syllable(form)][:_FORMS]
        if self.passages is not None:
            forms += sorted(
                form for form in self.passages.forms.get(bare, ()) if form not in forms and is_syllable(form)
            )
        for form in forms:
            if form == typed:
                continue
            text = dressed(form, word.text)
            if typed == bare:
                if self.accents:
                    yield Choice(form, text, _NAME_BESIDE_NAME if beside_name else 0.0, restored=True)
            elif fits(typed, form):
                if self.accents:
                    yield Choice(form, text, _UNKNOWN_MARKS if unknown else _HALF_MARKED, marked=True)
            elif self.typos:
                yield Choice(form, text, _UNKNOWN_MARKS if unknown else _OTHER_MARKS, marked=True, mended=True)

    def _with_edits(self, word: Word, choices: list[Choice]) -> list[Choice]:
        typed = word.syllable
        bare_typed = typed == folded(typed)
        found = []
        for form, agrees in neighbours(self.table, typed).items():
            if not is_syllable(form) and not self.library.may_hold(form):
                continue
            restored = bare_typed and not agrees
            if restored and not self.accents:
                continue
            cost = _ONE_EDIT if agrees or bare_typed else _ONE_EDIT_OTHER_MARKS
            found.append(Choice(form, dressed(form, word.text), cost, restored, not bare_typed, mended=True))
        if bare_typed and len(typed) >= _LEAST_NAME_CHARS:
            found += [Choice(name, dressed(name, word.text), _ONE_EDIT, mended=True) for name in self._only_here(typed)]
            if any(choice.word[0] == typed[0] and not is_syllable(choice.word) for choice in found):
                choices = [Choice(choices[0].word, choices[0].text, _UNKNOWN_NAME), *choices[1:]]
        return [*choices, *found]

    def _only_here(self, typed: str) -> list[str]:
        """Words of the library alone that are one edit away and begin alike."""
        near = {name for name in edits(typed) if name[:1] == typed[0] and name not in self.table.number}
        return [name for name in sorted(near) if self.library.of(name) >= _LEAST_NAME_FREQUENCY]

    def _in_known_name(self, words: Sequence[Word], at: int) -> bool:
        """Whether a word without diacritics and a name beside it are known in a row, as typed: "Ben Wallace"."""
        typed = words[at].syllable
        pairs = (
            (typed, near.syllable) if words[at].start < near.start else (near.syllable, typed)
            for near in _names_beside(self.table, words, at)
        )
        return typed == folded(typed) and any(
            self.library.of_pair(*pair) > 0 or self.table.knows_pair(*pair) > 0 for pair in pairs
        )

    def _acronyms(self, words: Sequence[Word]) -> list[bool]:
        """Which words are in capitals in a question that is not, and so stand for themselves.

        Capitals in a row that could all be syllables ("TONG THONG Nga") only stress what they say.
        """
        capitals = [word.symbol is None and len(word.text) > 1 and word.text.isupper() for word in words]
        if 2 * sum(capitals) >= sum(word.symbol is None and len(word.text) > 1 for word in words):
            return [False] * len(words)
        stressed = [
            capital and self.table.has_syllable(word.syllable) for capital, word in zip(capitals, words, strict=True)
        ]
        beside = [*stressed[1:], False], [False, *stressed[:-1]]
        in_a_row = [this and (after or before) for this, after, before in zip(stressed, *beside, strict=True)]
        return [capital and not run for capital, run in zip(capitals, in_a_row, strict=True)]


def _names_beside(table: SyllableTable, words: Sequence[Word], at: int) -> list[Word]:
    """Capitalised words that can be no Vietnamese syllables, beside a capitalised one."""
    if not words[at].text[:1].isupper():
        return []
    beside = [words[near] for near in (at - 1, at + 1) if 0 <= near < len(words)]
    return [
        near
        for near in beside
        if near.symbol is None
        and near.text[0].isupper()
        and not near.text.isupper()
        and not table.has_syllable(near.syllable)
    ]


def _transcribed(words: Sequence[Word]) -> list[bool]:
    """Which words are parts of a foreign name in Vietnamese spelling ("Ca-nen"): hyphened, the later ones small."""
    result: list[bool] = []
    while len(result) < len(words):
        end = len(result) + 1
        while end < len(words) and words[end].bound:
            end += 1
        parts = words[len(result) : end]
        small = any(word.text[:1].islower() for word in parts[1:])
        result += [parts[0].text[:1].isupper() and small] * len(parts)
    return result


def dressed(form: str, typed: str) -> str:
    """A lower-case word in the case of what was typed for it."""
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form
