"""A document as a Word file (.docx)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.keeping.document import Block, Bullets, Heading, Line, Paragraph, Piece, Table
from app.rendering.escaping import one_line, visible
from app.words import Language

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Times New Roman"
_INK, _FAINT = (0x1F, 0x1D, 0x1A), (0x62, 0x5D, 0x55)
_HEADINGS = frozenset({"Title", "Heading 1", "Heading 2", "Heading 3"})
_TITLE_CHARS = 200
_LANGUAGES: dict[Language, str] = {"vi": "vi-VN", "en": "en-GB"}


def docx_of(blocks: Sequence[Block], *, title: str, at: datetime, language: Language) -> bytes:
    """The document as a Word file, whose properties hold its title and the time, and nothing of this machine."""
    import docx

    document = docx.Document()
    _set_up(document, title, at, language)
    for block in blocks:
        match block:
            case Heading():
                # Without a title of its own a reader's outline would begin below the top.
                document.add_heading(_text(block.text), level=block.level - 1)
            case Paragraph():
                _write(document.add_paragraph(), block.lines)
            case Bullets():
                for item in block.items:
                    _write(document.add_paragraph(style="List Bullet"), item)
            case Table():
                _table(document, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, title: str, at: datetime, language: Language) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    properties = document.core_properties
    properties.title = _text(title)[:_TITLE_CHARS]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.language = _LANGUAGES[language]
    properties.created = properties.modified = at.replace(tzinfo=None)
    for style in document.styles:
        fonts = getattr(style.element.rPr, "rFonts", None) if hasattr(style.element, "rPr") else None
        if fonts is not None:
            for name in list(fonts.attrib):
                del fonts.attrib[name]
            for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(kind), _FONT)
        if style.name in _HEADINGS:
            style.font.color.rgb = RGBColor(*_INK)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(12)
    lang = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): _LANGUAGES[language]})
    normal.element.get_or_add_rPr().append(lang)


def _write(paragraph: Any, lines: Sequence[Line]) -> None:
    for at, line in enumerate(lines):
        if at:
            paragraph.add_run().add_break()
        for piece in line:
            _run(paragraph, piece)


def _run(paragraph: Any, piece: Piece) -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(_text(piece.text))
    run.bold = piece.strong or None
    if piece.faint:
        run.italic = True
        run.font.color.rgb = RGBColor(*_FAINT)
    if piece.address:
        run.underline = True
        _link(paragraph, run, piece.address)


def _link(paragraph: Any, run: Any, address: str) -> None:
    """Put the run into a link to an address of the web."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn

    id = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = run._r.makeelement(qn("w:hyperlink"), {qn("r:id"): id})
    run._r.addprevious(link)
    link.append(run._r)


def _table(document: Document, table: Table) -> None:
    from docx.oxml.ns import qn

    caption = document.add_paragraph()
    caption.add_run(_text(table.caption)).bold = True
    caption.paragraph_format.keep_with_next = True
    made = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    head = made.add_row()
    # Repeated on every page, and told as the head by screen readers.
    properties = head._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    for cell, name in zip(head.cells, table.head, strict=True):
        cell.paragraphs[0].add_run(_text(name)).bold = True
    for row in table.rows:
        for cell, line in zip(made.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], [line])
    document.add_paragraph()


def _text(text: str) -> str:
    """Text on one line as XML can hold it (XML 1.0, section 2.2), with nothing invisible in it.

    White space at its ends stays: a run may begin with it.
    """
    line = one_line(text)
    before, after = " " if text[:1].isspace() else "", " " if line and text[-1:].isspace() else ""
    shown = "".join("\ufffd" if character in "\ufffe\uffff" else visible(character) for character in line)
    return f"{before}{shown}{after}"
