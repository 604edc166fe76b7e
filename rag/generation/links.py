"""What a page or a terminal could make a link or a picture of."""

from __future__ import annotations

import re

# Nothing that a page or a terminal could make a link or a picture of, nor what only looks like one.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\]\s*\(|!\[|</?[a-z!]|\b(?:mailto|javascript|data):\S|"
    r"\b[\w-]{2,}(?:\.[\w-]{2,})*\.(?:com|net|org|info|vn|io|ru|cn|xyz|top|ly|me|co|dev|app|site|online|link|example|test)"
    r"\b|"
    # Any other domain with a path, in small letters: "TP.HCM/Hà Nội" is none.
    r"\b(?-i:[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})*\.[a-z]{2,12}/[\w?%#=-])",
    re.IGNORECASE,
)


def is_link(text: str) -> bool:
    """Whether a text holds an address, Markdown or markup that something could follow or load."""
    return _LINK.search(text) is not None
