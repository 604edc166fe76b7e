"""The page's words in every language it speaks: one frozen record a part of the page, chosen as a whole by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.words import chat, filters, gradio_words, keeping
from app.words.chat import ChatWords
from app.words.filters import FilterWords
from app.words.keeping import KeepingWords
from app.words.languages import LANGUAGES, Language

__all__ = ["LANGUAGES", "ChatWords", "Language", "Words", "preferred", "words_of"]


@dataclass(frozen=True, slots=True)
class Words:
    """All words of the page in one language. `gradio` replaces Gradio's own dictionary, `fixed` what
    it has hard-wired."""

    language: Language
    chat: ChatWords
    filters: FilterWords
    keeping: KeepingWords
    gradio: Mapping[str, str]
    fixed: Mapping[str, str]


_ALL: dict[Language, Words] = {
    "vi": Words("vi", chat.VI, filters.VI, keeping.VI, gradio_words.LOCALE, gradio_words.FIXED),
    "en": Words("en", chat.EN, filters.EN, keeping.EN, {}, {}),
}


def words_of(language: Language) -> Words:
    """The words in one language."""
    return _ALL[language]


def preferred(accepted: str, chosen: str | None = None) -> Language:
    """The language to greet a browser in: the one chosen before, else its first accepted one that the page speaks.

    `accepted` is an Accept-Language header (RFC 9110, section 12.5.4). Vietnamese where nothing fits.
    """
    for language in LANGUAGES:
        if chosen == language:
            return language
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), place, name.strip().lower().split("-")[0]))
        except ValueError:
            continue
    for _, _, name in sorted(weighed):
        for language in LANGUAGES:
            if name == language:
                return language
    return "vi"
