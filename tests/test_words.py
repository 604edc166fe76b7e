"""The page's words: every one in every language, and which language a browser is greeted in."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from app.words import LANGUAGES, Language, preferred, words_of
from rag.errors import DiskFull, LibraryDamaged, LibraryTooNew, LoadError, RagError


def told(record: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the words, with its place."""
    if is_dataclass(record):
        for field in fields(record):
            if field.name not in {"language", "gradio", "fixed"}:
                yield from told(getattr(record, field.name), f"{place}.{field.name}")
    elif isinstance(record, Mapping):
        for name, value in record.items():
            yield from told(value, f"{place}[{name}]")
    elif isinstance(record, (list, tuple)):
        for at, value in enumerate(record):
            yield from told(value, f"{place}[{at}]")
    elif isinstance(record, str):
        yield place, record


def places_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_stands_in_every_language_with_the_same_values() -> None:
    vietnamese, english = (dict(told(words_of(language))) for language in LANGUAGES)
    assert vietnamese.keys() == english.keys()
    for place, text in vietnamese.items():
        assert text.strip(), place
        assert english[place].strip(), place
        assert places_in(text) == places_in(english[place]), place


# Names, and words that are spelt alike.
SAME = {".chat.title"}


def test_no_text_is_left_untranslated() -> None:
    vietnamese, english = (dict(told(words_of(language))) for language in LANGUAGES)
    assert {place for place, text in vietnamese.items() if text == english[place]} <= SAME


@pytest.mark.parametrize(
    ("error", "says", "in_english"),
    [
        (LibraryDamaged("torn"), "bị hỏng", "damaged"),
        (DiskFull("no room"), "Đĩa đã đầy", "disk is full"),
        (LibraryTooNew("2"), "phiên bản mới hơn", "newer version"),
        (LoadError("x"), "Không đọc được thư viện", "could not be read"),
        (RagError("x"), "Không đọc được thư viện", "could not be read"),
    ],
)
def test_every_error_has_words(error: RagError, says: str, in_english: str) -> None:
    assert says in words_of("vi").chat.failure(error)
    assert in_english in words_of("en").chat.failure(error)


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [
        ("", None, "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", None, "vi"),
        ("en-US,en;q=0.9,vi;q=0.8", None, "en"),
        ("vi;q=0.2, en;q=0.7", None, "en"),
        ("fr, de;q=0.9", None, "vi"),
        ("fr, en;q=0.1", None, "en"),
        ("en", "vi", "vi"),
        ("vi", "en", "en"),
        ("vi", "fr", "vi"),
        ("en;q=x, vi", None, "vi"),
        ("*", None, "vi"),
        (",;q=,", None, "vi"),
    ],
)
def test_a_browser_is_greeted_in_its_language(accepted: str, chosen: str | None, language: Language) -> None:
    assert preferred(accepted, chosen) == language
