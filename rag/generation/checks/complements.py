"""What a sentence says that something is: "Mặt hàng bán chạy nhất là …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.composing.wording import listed
from rag.generation.checks.covering import uncovered
from rag.generation.checks.tokens import Tokens

# Words that only say what kind of thing follows: "là nguyên nhân chính khiến …".
_KINDS = listed(
    "nguyên nhân lý do chính mục đích tiêu kết quả con người đơn vị nơi một trong thời điểm yếu tố điều phần"
)

_IS = re.compile(r"(?<!\w)(?:là|do)\s", re.IGNORECASE)

# "do ông sáng tác" says who did it, not why.
_BY_SOMEBODY = re.compile(r"(?:ông|bà|anh|chị|cô|họ|em|cơ quan này|đơn vị này|hãng này)\s", re.IGNORECASE)


def new_complements(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What stands behind the last "là" of a sentence, where the evidence has no word of it: another thing is named.

    The rest of the sentence may be its evidence's to the letter, so that no measure of the whole shows the difference.
    """
    starts = [found.end() for found in _IS.finditer(sentence.text)]
    behind = [token for token in sentence.all if starts and token.start >= starts[-1] and token.kind != "shape"]
    first = [token for token in behind if token.clause == behind[0].clause and not set(token.words) <= _KINDS]
    # Values are never missing here: other rules know them.
    missing = uncovered(sentence, evidence)
    if first and not _BY_SOMEBODY.match(sentence.text, starts[-1]) and all(token in missing for token in first):
        yield sentence.text[first[0].start : first[-1].end]
