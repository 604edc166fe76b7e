"""Word segmenters of other libraries as analysers for the lexical index, for comparing with plain syllables."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from rag.errors import SettingsError
from rag.vietnamese import BIGRAM_JOINT, nfc, syllables

NAMES: Final = ("pyvi", "underthesea")


def missing() -> list[str]:
    """Those that are not installed."""
    return [name for name in NAMES if importlib.util.find_spec(name) is None]


def analyser(name: str) -> Callable[[str], list[str]]:
    """A function from a text to its words, lower-cased, each in the product's one spelling.

    Raises SettingsError if the library is not installed.
    """
    if name in missing():
        raise SettingsError(f"{name} is not installed", remedy='Run `pip install "hoibao[experiments]"`')
    return {"pyvi": pyvi_words, "underthesea": underthesea_words}[name]


def pyvi_words(text: str) -> list[str]:
    """Words by pyvi, a conditional random field over syllables."""
    from pyvi import ViTokenizer

    return _terms(ViTokenizer.tokenize(nfc(text)).split())


def underthesea_words(text: str) -> list[str]:
    """Words by underthesea, a conditional random field as well."""
    return list(_underthesea(nfc(text)))


@lru_cache(maxsize=100_000)
def _underthesea(text: str) -> tuple[str, ...]:
    from underthesea import word_tokenize

    return tuple(_terms(word.replace(" ", "_") for word in word_tokenize(text)))


def _terms(words: Iterable[str]) -> list[str]:
    found = (BIGRAM_JOINT.join(syllables(word.replace("_", " "))) for word in words)
    return [term for term in found if term]
