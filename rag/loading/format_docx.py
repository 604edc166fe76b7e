"""Word documents (.docx)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.errors import LoadError
from rag.loading.stated import Stated, document_title, one_line

_MAX_XML_BYTES = 64_000_000
_MAX_UNPACKED_BYTES = 512_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SAVE_AGAIN = "Save it again as .docx, or as text"
_TITLE_STYLES = frozenset({"title", "heading 1", "tiêu đề", "đầu đề 1"})


def read_docx(data: bytes, *, where: str) -> Stated:
    """Paragraphs and table rows in their order; the title from the Title or Heading 1 style, else the properties.

    Raises LoadError for encrypted, damaged or oversized documents and for ones without text.
    """
    _check_container(data, where)
    try:
        import docx

        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document))
        property_title = document_title(document.core_properties.title)
    except Exception as error:  # the parser meets arbitrary packages
        raise LoadError(f"damaged Word document ({type(error).__name__})", where=where, remedy=_SAVE_AGAIN) from error
    text = "\n\n".join(block for block, _ in blocks)
    if not text:
        raise LoadError("no text in the document", where=where, remedy="Check that it is not only pictures")
    title = next((one_line(block) for block, is_title in blocks[:20] if is_title), None)
    return Stated(text, title=title or property_title)


def _check_container(data: bytes, where: str) -> None:
    if data.startswith(_OLD_OFFICE):
        raise LoadError(
            "an encrypted document or one of the old .doc format",
            where=where,
            remedy="Remove the password, or save it as .docx",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            # Reading stops at the size declared here, so a package cannot unpack to more than it admits.
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise LoadError("damaged: not a Word document", where=where, remedy=_SAVE_AGAIN) from error
    xml_bytes = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if xml_bytes > _MAX_XML_BYTES or sum(entry.file_size for entry in entries) > _MAX_UNPACKED_BYTES:
        raise LoadError(
            f"unpacks to more than {_MAX_XML_BYTES // 1_000_000} MB of text", where=where, remedy="Split the document"
        )


def _blocks(document: Any) -> Iterator[tuple[str, bool]]:
    """Text of each paragraph and table row that has any, and whether its style is one of a title."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells: list[str] = []
                for cell in row.cells:
                    text = one_line(" ".join(_text(paragraph) for paragraph in cell.paragraphs)) or ""
                    if text and text not in cells[-1:]:  # merged cells are listed once for each column
                        cells.append(text)
                if cells:
                    yield " | ".join(cells), False
        else:
            text = _text(block).strip()
            if text:
                style = block.style.name if block.style is not None else None
                yield text, (style or "").lower() in _TITLE_STYLES


def _text(paragraph: Any) -> str:
    """The paragraph's text with insertions that are still marked as changes, which `paragraph.text` leaves out."""
    pieces: list[str] = []
    path = ".//w:t|.//w:tab|.//w:br|.//w:cr|.//w:noBreakHyphen"
    for element in paragraph._p.xpath(path):
        # Positions of tab stops are named like tabs; text boxes repeat their text for older programs.
        if any(parent.tag.endswith(("}tabs", "}txbxContent")) for parent in element.iterancestors()):
            continue
        kind = element.tag.rpartition("}")[2]
        pieces.append({"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(kind) or element.text or "")
    return "".join(pieces)
