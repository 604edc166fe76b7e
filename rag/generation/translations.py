"""Whether a foreign sentence may stand for the Vietnamese one that it translates: numbers, names, negation, closeness.

The words themselves cannot be compared as those of two Vietnamese sentences can. So a translation has the quotation
beside it wherever it is shown, and the answer says what was checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag import vietnamese
from rag.embed import Embedder
from rag.foreign import Translator
from rag.generation.foreign_numbers import MONTHS, foreign_numbers
from rag.generation.foreign_turns import contraries, turned
from rag.generation.records import Checked, Excerpt
from rag.naming.known import known_names
from rag.translating.languages import Language, guess_language

# Between sentences of multilingual-e5-small; see docs/decisions.md.
LEAST_CLOSENESS = 0.84
LEAST_SHARE = 0.3

_TRANSLATOR = Translator()
_CAPITALISED = re.compile(r"(?<![\w’'-])[A-ZÀ-ÖØ-ÞĐ][\w’'-]*")


class TranslationChecks:
    """The checks of `rag.generation.judging.Checks` for one foreign language."""

    def __init__(self, embedder: Embedder, language: Language) -> None:
        self._embedder = embedder
        self._language = language

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
        """Supported where numbers, names and negation agree, most words are known from the evidence, and it is close.

        What is in another language than the question is not a translation, and never supported.
        """
        if not evidence:
            return Checked("unsupported", 0.0, ("uncited",))
        told = " ".join(evidence)
        reasons = [
            *(f"number: {written}" for written in foreign_numbers(sentence, told, self._language)),
            *(f"name: {name}" for name in _foreign_names(sentence, told, self._language)),
        ]
        reasons += [f"contrary: {word}" for word in contraries(sentence, told, self._language)]
        if turned(sentence, told, self._language):
            reasons.append("negation")
        if guess_language(sentence).language != self._language:
            reasons.append("language")
        closeness = max(self.closeness(sentence, text) for text in (told, *evidence))
        share = self.share(sentence, told)
        if closeness < LEAST_CLOSENESS or share < LEAST_SHARE:
            reasons.append("content")
        return Checked("unsupported" if reasons else "supported", max(0.0, min(1.0, closeness)), tuple(reasons))

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str) -> Excerpt | None:
        """The nearest excerpt; None where none is near."""
        near = [(self.closeness(sentence, excerpt.text), -at, excerpt) for at, excerpt in enumerate(excerpts)]
        best = max(near, default=None, key=lambda each: each[:2])
        return best[2] if best is not None and best[0] >= LEAST_CLOSENESS else None

    def closeness(self, sentence: str, text: str) -> float:
        """The cosine of the two, both taken as passages."""
        one, other = self._embedder.embed_passages([sentence, text])
        return float(one @ other)

    def share(self, sentence: str, text: str) -> float:
        """How many of the sentence's words the lexicon or the sentence itself finds in the Vietnamese text, 0..1."""
        translation = _TRANSLATOR.translate(sentence, self._language)
        if translation is None:
            return 0.0
        held = frozenset(vietnamese.syllables(text))
        syllables = vietnamese.syllables(translation.text)
        found = [syllable in held for syllable in syllables]
        for group in translation.alternatives:
            others = [vietnamese.syllables(wording.text) for wording in group.wordings]
            if any(set(other) <= held for other in others if other):
                found[group.start : group.end] = [True] * (group.end - group.start)
        return sum(found) / len(found) if found else 0.0


def _foreign_names(sentence: str, told: str, language: Language) -> Iterator[str]:
    """Names of the sentence that the Vietnamese text does not spell in any way. Other scripts are not looked at."""
    held = vietnamese.fold(told)
    held_words = set(re.findall(r"[\w-]+", held))
    known = known_names(sentence)
    for name in known:
        if not any(vietnamese.fold(spelling.text) in held for spelling in name.row.spellings):
            yield sentence[name.start : name.end]
    first = re.match(r"\W*", sentence)
    opens = first.end() if first else 0
    months = set(MONTHS.get(language, ()))
    for found in _CAPITALISED.finditer(sentence):
        inside = any(name.start <= found.start() < name.end for name in known)
        word = re.sub(r"['’]s?\Z", "", found.group())
        if inside or vietnamese.fold(word) in held_words or word.lower() in months:
            continue
        translation = _TRANSLATOR.translate(word, language)
        if translation is None or translation.text == word:
            if found.start() > opens and len(word) > 1:
                yield word
            continue
        wordings = [translation.text, *(w.text for group in translation.alternatives for w in group.wordings)]
        ordinary = any(set(vietnamese.syllables(wording)) & set(vietnamese.syllables(told)) for wording in wordings)
        if not ordinary and found.start() > opens:
            yield word
