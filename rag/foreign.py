"""Questions in other languages over Vietnamese articles: which language, and what the words are in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.datatypes import Alternatives
from rag.translating import chinese, spaced
from rag.translating.languages import Language, guess_language
from rag.translating.lexicon import lexicon
from rag.translating.pieces import joined

__all__ = ["Language", "Translation", "Translator", "language_of"]

MOST_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Translation:
    """A foreign question word by word in Vietnamese: what the lexical leg searches for.

    `text` keeps the question's own order, and names and unknown words as they were typed; function words are left out.
    `alternatives` count the syllables of `text`.
    """

    language: Language
    text: str
    alternatives: tuple[Alternatives, ...]


def language_of(text: str) -> Language:
    """The language of a question; "vi" unless it is clearly another one, "other" for one without a lexicon.

    A few words without any function word ("Vietnam inflation rate") are English if they are no Vietnamese syllables and
    most of them stand in its lexicon.
    """
    guess = guess_language(text[:MOST_CHARS])
    if guess.language is not None:
        return guess.language
    if len(guess.unknown) > max(guess.shaped, 1):
        known = sum(lexicon("en").find((word,)) is not None for word in guess.unknown)
        if 2 * known > len(guess.unknown) and known > guess.shaped:
            return "en"
    return "vi"


class Translator:
    """Looks the words of foreign questions up in the lexicons, which are read when the first one comes.

    `frequency` says how many passages of the library hold a term of `rag.vietnamese.terms`.
    """

    def __init__(self, frequency: Callable[[str], int] | None = None) -> None:
        self._frequency = frequency

    def translate(self, text: str, language: Language | None = None) -> Translation | None:
        """The question in Vietnamese words; None if it is Vietnamese, or nothing of it can be worded.

        `language` is what `language_of` says of it, where that is known already.
        """
        text = text[:MOST_CHARS]
        language = language or language_of(text)
        if language == "zh":
            found = chinese.pieces(text, self._frequency)
        elif language in ("en", "fr", "ru"):
            found = spaced.pieces(text, language, self._frequency)
        else:
            return None
        worded, alternatives = joined(found)
        return Translation(language, worded, alternatives) if worded else None
