"""What a sentence says that something is: "Mặt hàng bán chạy nhất là …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.generation.checks.covering import uncovered
from rag.generation.checks.tokens import Tokens

_IS = re.compile(r"(?<!\w)(?:là|do)\s", re.IGNORECASE)


def new_complements(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What stands behind the last "là" of a sentence, where the evidence has no word of it: another thing is named.

    The rest of the sentence may be its evidence's to the letter, so that no measure of the whole shows the difference.
    """
    starts = [found.end() for found in _IS.finditer(sentence.text)]
    behind = [token for token in sentence.all if starts and token.start >= starts[-1] and token.kind != "shape"]
    first = [token for token in behind if token.clause == behind[0].clause]
    # Values are never missing here: other rules know them.
    missing = uncovered(sentence, evidence)
    if first and all(token in missing for token in first):
        yield sentence.text[first[0].start : first[-1].end]
