"""What is kept of a text that is too long to be asked."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[.?!…])\s+(?=\S)")
_WORD = re.compile(r"(?<=\s)(?=\S)")


def end_of(text: str, most: int) -> str:
    """The end of a text, of at most so many characters; what is asked stands last as a rule.

    From a whole sentence on, where that costs no more than half of what there is room for, or else from a whole word;
    "" where not even one fits.
    """
    text = text.rstrip()
    if len(text) <= most:
        return text
    cut = text[-most - 1 :] if most > 0 else ""
    sentence = _SENTENCE.search(cut)
    begins = sentence if sentence and sentence.end() <= len(cut) / 2 else _WORD.search(cut)
    return cut[begins.end() :] if begins else ""
