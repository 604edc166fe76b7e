"""Texts cut to what there is room for; what is stored and handed to programs stays whole."""

from __future__ import annotations

TITLE_CHARS = 90
"""Room for a title. An article that states none has its first sentence for one, which may be a whole paragraph."""


def shortened(text: str, chars: int = TITLE_CHARS) -> str:
    """The text on one line, cut before the word that would pass the limit, with an ellipsis then."""
    line = " ".join(text.split())
    if len(line) <= chars:
        return line
    return f"{line[: chars + 1].rsplit(' ', 1)[0][:chars].rstrip(' ,.;:')}…"
