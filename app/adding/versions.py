"""Whether a file is another version of one that is kept under the same name, or only happens to have that name."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np

from rag.config import LoadSettings
from rag.copying.words import RUN, words_of
from rag.datatypes import RawArticle
from rag.load import FoundFile, read_articles

SHARED = 0.5
_LOOKED_AT = 50


def is_version(new: Path, old: Path, settings: LoadSettings) -> bool:
    """Whether an article of the one says in good part what the article of the same record says in the other.

    Looks at the first fifty articles of each. What cannot be read is no version of anything.
    """
    before = _texts(old, settings)
    return any(name in before and _shares(text, before[name]) for name, text in _texts(new, settings).items())


def _texts(path: Path, settings: LoadSettings) -> dict[str, str]:
    """The raw texts by the record's own name; "" for the one article of a document."""
    articles = islice(read_articles(FoundFile(path, "f"), settings), _LOOKED_AT)
    return {raw.source.partition("#")[2]: raw.text for raw in articles if isinstance(raw, RawArticle)}


def _shares(one: str, other: str) -> bool:
    first, second = words_of(one), words_of(other)
    shorter = min(len(set(first.runs.tolist())), len(set(second.runs.tolist())))
    if shorter < RUN:
        return first.syllables == second.syllables
    return len(np.intersect1d(first.runs, second.runs)) >= SHARED * shorter
