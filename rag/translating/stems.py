"""Snowball stems, by the filters that come with Tantivy."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal


@lru_cache
def stemmer(language: Literal["french", "russian"]) -> Callable[[str], list[str]]:
    """A function from words, lower-cased and joined by white space, to their stems in order."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    stem: Callable[[str], list[str]] = (
        TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer(language)).build().analyze
    )
    return stem
