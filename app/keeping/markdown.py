"""A document as Markdown (CommonMark, with the tables of GitHub). What others wrote is text in it, and never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.keeping.document import Block, Bullets, Heading, Line, Paragraph, Piece, Table
from app.rendering.escaping import one_line, visible

# As entities and not behind a backslash: also a reader that lets HTML through must find none.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SIGNS = frozenset("\\`*_{}[]#|~$^")
# What opens a list, a rule or a heading where it stands first in a line.
_OPENING = re.compile(r"[=:]|[-+](?=[\s+-]|$)|\d{1,9}(?=[.)](?:\s|$))")
# Signs that some readers take for a mark of their own where several stand together: highlights, comments.
_RUNS = re.compile(r"%{2,}|={2,}")
# What readers make a link, a mention or an address of by themselves: shown as code, in which nothing is one.
_LINKED = re.compile(r"\S*(?:://|\bwww\.|@)\S*", re.IGNORECASE)


def markdown_of(blocks: Sequence[Block]) -> str:
    """The document as a text in UTF-8, whose last line ends."""
    return "\n\n".join(_block(block) for block in blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {escaped(block.text, first=False)}"
        case Paragraph():
            return _lines(block.lines, "")
        case Bullets():
            return "\n".join(f"- {_lines(item, '  ')}" for item in block.items)
        case Table():
            return _table(block)


def _lines(lines: Sequence[Line], indent: str) -> str:
    """Lines of one paragraph; the backslash at their ends is a line break."""
    return f"\\\n{indent}".join(_line(line) for line in lines)


def _line(line: Line, *, first: bool = True) -> str:
    return "".join(_piece(piece, first=first and at == 0) for at, piece in enumerate(line))


def _piece(piece: Piece, *, first: bool) -> str:
    if piece.address:
        return f"[{escaped(piece.text)}](<{piece.address.replace('&', '&amp;')}>)"
    # Emphasis holds only where no space stands inside its marks.
    before, after = piece.text[:1].isspace(), piece.text[-1:].isspace()
    written = escaped(piece.text, first=first and not before)
    if not written:
        return " " if before else ""
    mark = "**" if piece.strong else "*" if piece.faint else ""
    return f"{' ' if before else ''}{mark}{written}{mark}{' ' if after else ''}"


def _table(table: Table) -> str:
    head = f"| {' | '.join(escaped(name, first=False) for name in table.head)} |"
    rule = f"|{' --- |' * len(table.head)}"
    rows = [f"| {' | '.join(_line(cell, first=False) for cell in row)} |" for row in table.rows]
    return "\n".join([f"**{escaped(table.caption, first=False)}**", "", head, rule, *rows])


def escaped(text: str, *, first: bool = True) -> str:
    """Text on one line as Markdown that reads as it stands: no markup, link, image, mention or HTML comes out of it.

    `first` says that it may stand first in a line.
    """
    line = "".join(visible(character) for character in one_line(text))
    parts: list[str] = []
    at = 0
    for found in _LINKED.finditer(line):
        parts += [_signs(line[at : found.start()]), _code(found[0])]
        at = found.end()
    written = "".join([*parts, _signs(line[at:])])
    if first and (opening := _OPENING.match(written)):
        end = opening.end()
        written = f"{written[:end]}\\{written[end:]}" if written[0].isdigit() else f"\\{written}"
    return written


def _signs(text: str) -> str:
    marked = _RUNS.sub(lambda found: "".join(f"\0{character}" for character in found[0]), text)
    return "".join(
        _ENTITIES.get(character) or (f"\\{character}" if character in _SIGNS else character) for character in marked
    ).replace("\0", "\\")


def _code(text: str) -> str:
    """Text as code spans, each with a fence longer than any inside; a bar ends a cell even in code, so it is text."""
    return "\\|".join(_code_span(piece) for piece in text.split("|"))


def _code_span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"
