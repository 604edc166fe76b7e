"""The lines of a raw page, as cleaning labels them: each keeps its place in the raw text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.cleaning.furniture import is_paragraph, squeeze

NEWLINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")


_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Line:
    """A line that is not blank. `start:end` without surrounding white space, in the raw text."""

    start: int
    end: int
    raw: str
    text: str
    gap: bool
    """Whether a blank line stands before it."""
    reason: str | None = None
    paragraph: bool = False

    @property
    def kept(self) -> bool:
        return self.reason is None

    @property
    def key(self) -> str:
        return key_of(self.text)


def key_of(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def split_lines(raw_text: str) -> list[Line]:
    lines: list[Line] = []
    position = 0
    blank = True
    for content in [*NEWLINE.split(raw_text)]:
        start = position
        bare = content.strip()
        if bare:
            offset = start + len(content) - len(content.lstrip())
            text = squeeze(bare)
            line = Line(offset, offset + len(bare), bare, text, blank)
            line.paragraph = is_paragraph(text)
            lines.append(line)
        blank = not bare
        position = start + len(content)
        newline = NEWLINE.match(raw_text, position)
        position = newline.end() if newline else position
    return lines


def find_line(lines: Sequence[Line], wanted: Callable[[Line], bool], start: int = 0) -> int | None:
    return next((i for i in range(start, len(lines)) if wanted(lines[i])), None)
