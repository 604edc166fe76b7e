"""Restore the diacritics of a question typed without them, and mend its typing mistakes.

A question is read as the likeliest sequence of what each typed word may stand for: the word itself, its accented
forms, words one edit away, the syllable that keys left in Telex or VNI would have given. How likely a sequence is say
the general counts of `rag.restoring.table`, the open library, and the passages that the bare words find. What speaks
against a change is how seldom people type so: it is learned from the question itself whether its writer leaves
diacritics out always, often, or never.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.restoring.candidates import Candidates, dressed
from rag.restoring.casing import Case, capitalised
from rag.restoring.language import is_vietnamese
from rag.restoring.lattice import Choice, Lattice, Position, Reading
from rag.restoring.mending import from_telex, from_vni, may_be_name, parts
from rag.restoring.sources import PASSAGES_READ, LibraryCounts, PassageCounts, Sources
from rag.restoring.table import SyllableTable, general_table
from rag.restoring.words import NUMBER, Word, folded, words_of
from rag.vietnamese import BIGRAM_JOINT, nfc

Language = Literal["vi", "other"]

MOST_WORDS = 100

# Share of the words due diacritics that a writer types without, and minus the logarithm of how usual such a writer is.
_HABITS = ((0.0001, 0.0), (0.1, 6.0), (0.5, 6.0), (0.9, 6.0))
# What makes a question one; of these, what is easily outweighed by a word of the same letters ("não", "máy", "nhiều");
# and what it costs to read a question without any.
_ASKING = frozenset({"ai", "gì", "nào", "đâu", "sao", "mấy", "bao", "không", "chưa", "hay"})
_OUTWEIGHED = frozenset({"nào", "mấy", "nhiêu"})
_NOT_ASKING = 3.0
_LEAST_VNI_CHARS, _LEAST_TELEX_CHARS = 4, 5
_JOINED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Restored:
    """A question as it was understood: `text` in NFC, with the case, punctuation and spacing of what was typed.

    It has as many words as what was typed, unless one that held two was split. `cased` is the same, but where no
    capital was typed, with capitals as news writes its words: what an embedder should see. `accents` says that
    diacritics were restored, `typos` that a mistake was mended.
    """

    text: str
    accents: bool
    typos: bool
    cased: str


def language(text: str) -> Language:
    """ "vi" for Vietnamese, with or without diacritics, "other" for anything else."""
    return "vi" if is_vietnamese(general_table(), words_of(nfc(text))) else "other"


class Restorer:
    """Restores questions over one library. Safe to share between threads if its two sources are.

    `frequency` gives the number of passages that hold a term of `rag.vietnamese.terms`; `passages` the texts of the
    passages found for a question by its bare words, best first, of which the first ten are read. It is asked at most
    once for a question, and only if something is about to be changed or no capital was typed.
    """

    def __init__(
        self,
        frequency: Callable[[str], int] | None = None,
        passages: Callable[[str], Sequence[str]] | None = None,
        *,
        accents: bool = True,
        typos: bool = True,
    ) -> None:
        self._frequency = frequency
        self._passages = passages
        self._accents = accents
        self._typos = typos

    def restore(self, text: str) -> Restored:
        """The question as it was probably meant. A text of over 100 words is returned as it is."""
        typed = text = nfc(text)
        unchanged = Restored(text, accents=False, typos=False, cased=text)
        words = words_of(text)
        if not words or len(words) > MOST_WORDS or not (self._accents or self._typos):
            return unchanged
        table, library, found = general_table(), LibraryCounts(self._frequency), _Found(self._passages)
        if self._typos:
            text = _without_keys(text, words, table, library)
            words = words_of(text)
        if not is_vietnamese(table, words):
            return unchanged
        if self._typos:
            text = _apart(text, words, table, library)
            words = words_of(text)
        bare = all(word.syllable == folded(word.syllable) for word in words)
        likely = text != typed or (bare and self._accents)
        passages = PassageCounts(words, found.by(text)) if likely else None
        while True:
            positions = Candidates(table, library, passages, self._accents, self._typos).positions(words)
            taken = _read(positions, Sources(table, library, passages), bare=bare)
            as_typed = text == typed and all(
                choice is position.choices[0] for choice, position in zip(taken, positions, strict=True)
            )
            if as_typed or passages is not None:
                break
            passages = PassageCounts(words, found.by(text))
        restored = _written(text, words, taken)
        cased = restored
        if not any(letter.isupper() for letter in typed):
            cased = capitalised(restored, table, found.by(text))
        return Restored(
            restored,
            accents=any(_adds_accents(choice, word) for choice, word in zip(taken, words, strict=True)),
            typos=text != typed or any(choice.mended for choice in taken),
            cased=cased,
        )


class _Found:
    """The passages for one question, asked for when they are needed."""

    def __init__(self, passages: Callable[[str], Sequence[str]] | None) -> None:
        self._passages = passages
        self._texts: list[str] | None = None

    def by(self, text: str) -> list[str]:
        if self._texts is None:
            self._texts = (
                [] if self._passages is None else [nfc(found) for found in self._passages(text)[:PASSAGES_READ]]
            )
        return self._texts


def _read(positions: Sequence[Position], sources: Sources, *, bare: bool) -> tuple[Choice, ...]:
    """The likeliest choices, over all habits of typing; a question without any diacritic is by one who types none."""
    if all(len(position.choices) == 1 for position in positions):
        return tuple(position.choices[0] for position in positions)
    lattice = Lattice(positions, sources)
    if bare:
        return _asked(lattice).taken
    shares = [share for share, _ in _HABITS]
    readings = lattice.read(
        [-math.log(share) for share in shares],
        [-math.log1p(-share) for share in shares],
        [prior for _, prior in _HABITS],
    )
    return max(readings, key=lambda reading: reading.score).taken


def _asked(lattice: Lattice) -> Reading:
    """The likeliest reading of bare words; one that asks is preferred to one that does not."""
    best = lattice.read([0.0], [0.0], [0.0])[0]
    if any(choice.word in _ASKING for choice in best.taken):
        return best
    asking = [lattice.read([0.0], [0.0], [0.0], fixed=place)[0] for place in lattice.places_of(_OUTWEIGHED)]
    return max((best, *asking), key=lambda reading: reading.score - (_NOT_ASKING if reading is best else 0.0))


def _adds_accents(choice: Choice, word: Word) -> bool:
    return choice.restored or (choice.word != word.syllable and not choice.mended)


def _written(text: str, words: Sequence[Word], taken: Sequence[Choice]) -> str:
    pieces: list[str] = []
    at = 0
    for word, choice in zip(words, taken, strict=True):
        pieces += (text[at : word.start], choice.text)
        at = word.end
    return "".join((*pieces, text[at:]))


def _without_keys(text: str, words: Sequence[Word], table: SyllableTable, library: LibraryCounts) -> str:
    """The text with syllables for keys of VNI or Telex, where two unknown words or a longer one look like such."""
    for symbol, decode, least in ((NUMBER, from_vni, _LEAST_VNI_CHARS), (None, from_telex, _LEAST_TELEX_CHARS)):
        found = []
        for word in words:
            lower = word.text.lower()
            if word.symbol == symbol and not word.text.isupper() and table.count(lower) == 0:
                syllable = decode(lower)
                if syllable and table.count(syllable) and library.of(lower) == 0:
                    found.append((word, syllable))
        sure = [word for word, _ in found if not may_be_name(word.text)]
        if len(sure) < 2 and not any(len(word.text) >= least for word in sure):
            continue
        for word, syllable in reversed(found):
            text = text[: word.start] + dressed(syllable, word.text) + text[word.end :]
        words = words_of(text)
    return text


def _apart(text: str, words: Sequence[Word], table: SyllableTable, library: LibraryCounts) -> str:
    """The text with joined syllables written apart ("Hànội"), where general counts and the library agree."""
    for at in range(len(words) - 1, -1, -1):
        word = words[at]
        joined = word.symbol is None and not word.text.isupper() and not table.has_syllable(word.syllable)
        pair = parts(table, word.syllable) if joined else None
        if pair is None or _in_a_name(words, at, table, library):
            continue
        if word.text[0].isupper() and word.syllable == folded(word.syllable) and Case.LOWER in table.pair_case(*pair):
            continue
        if library.of(word.syllable) > _JOINED_SHARE * library.of(BIGRAM_JOINT.join(pair)):
            continue
        apart = " ".join(dressed(part, word.text) for part in pair)
        text = text[: word.start] + apart + text[word.end :]
    return text


def _in_a_name(words: Sequence[Word], at: int, table: SyllableTable, library: LibraryCounts) -> bool:
    """Whether a word and one beside it are known as a pair: "Vietnam Airlines"."""
    pairs = ((words[near].syllable, words[near + 1].syllable) for near in (at - 1, at) if 0 <= near < len(words) - 1)
    return any(one and two and (table.knows_pair(one, two) or library.of_pair(one, two)) for one, two in pairs)
