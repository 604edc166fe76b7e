"""The page's words in every language it speaks: one frozen record a part of the page, chosen as a whole by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.words import (
    access,
    adding,
    backend,
    chat,
    failures,
    filters,
    fluent,
    gradio_words,
    keeping,
    library,
    login,
    timeline,
)
from app.words.access import AccessWords
from app.words.adding import AddingWords
from app.words.backend import BackendWords
from app.words.chat import ChatWords
from app.words.failures import FailureWords
from app.words.filters import FilterWords
from app.words.fluent import FluentWords
from app.words.keeping import KeepingWords
from app.words.languages import LANGUAGES, Language
from app.words.library import LibraryWords
from app.words.login import LoginWords
from app.words.timeline import TimelineWords

__all__ = ["LANGUAGES", "ChatWords", "Language", "Words", "preferred", "words_of"]


@dataclass(frozen=True, slots=True)
class Words:
    """All words of the page in one language. `gradio` replaces Gradio's own dictionary, `fixed` what
    it has hard-wired."""

    language: Language
    chat: ChatWords
    filters: FilterWords
    fluent: FluentWords
    backend: BackendWords
    keeping: KeepingWords
    access: AccessWords
    library: LibraryWords
    adding: AddingWords
    timeline: TimelineWords
    login: LoginWords
    failures: FailureWords
    gradio: Mapping[str, str]
    fixed: Mapping[str, str]


_ALL: dict[Language, Words] = {
    "vi": Words(
        language="vi",
        chat=chat.VI,
        filters=filters.VI,
        fluent=fluent.VI,
        backend=backend.VI,
        keeping=keeping.VI,
        access=access.VI,
        library=library.VI,
        adding=adding.VI,
        timeline=timeline.VI,
        login=login.VI,
        failures=failures.VI,
        gradio=gradio_words.LOCALE,
        fixed=gradio_words.FIXED,
    ),
    "en": Words(
        language="en",
        chat=chat.EN,
        filters=filters.EN,
        fluent=fluent.EN,
        backend=backend.EN,
        keeping=keeping.EN,
        access=access.EN,
        library=library.EN,
        adding=adding.EN,
        timeline=timeline.EN,
        login=login.EN,
        failures=failures.EN,
        gradio=gradio_words.LOCALE_EN,
        fixed=gradio_words.FIXED_EN,
    ),
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
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        # As the standard writes a weight; one of nought says that the language is not wanted.
        if re.fullmatch(r"0(\.\d*)?|1(\.0*)?", weight) and float(weight) > 0:
            weighed.append((-float(weight), place, name.split("-")[0]))
    for _, _, name in sorted(weighed):
        for language in LANGUAGES:
            if name == language:
                return language
    return "vi"
