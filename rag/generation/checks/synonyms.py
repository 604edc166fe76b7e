"""Which wordings of the news mean the same: `rag/data/paraphrases.tsv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from rag.generation.checks.contrary_words import opposed
from rag.vietnamese import syllables

_PAIR = 2
_NEGATORS = frozenset(("không", "chưa", "chẳng"))
LONGEST = 6
"""The longest wording in syllables."""


def groups_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that a wording stands in, none for one that the table does not know."""
    return _table().get(words, ())


@lru_cache(1)
def _table() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    text = resources.files("rag").joinpath("data", "paraphrases.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if not line.strip() or line.startswith("#"):
            continue
        for wording in line.split("|"):
            found[tuple(syllables(wording))[:LONGEST]].append(f"group {number}")
    # What is opposed to another word is one word as well: "thượng viện" must not pass for half of "hạ viện".
    for wording in opposed():
        words = tuple(syllables(wording))
        if len(words) == _PAIR and words not in found and words[0] not in _NEGATORS:
            found[words].append(f"word {wording}")
    return {words: tuple(dict.fromkeys(groups)) for words, groups in found.items() if words}
