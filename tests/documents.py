"""Small documents made at run time: PDF and DOCX files with Vietnamese text."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

import docx
from pypdf import PdfReader, PdfWriter


def pdf(pages: Sequence[Sequence[str]], *, title: str | None = None) -> bytes:
    """A PDF of lines of text. Its font maps glyph numbers to Unicode by a ToUnicode table, as real producers do."""
    letters = sorted({letter for lines in pages for line in lines for letter in line})
    glyph = {letter: number for number, letter in enumerate(letters, start=1)}
    mapping = "\n".join(f"<{n:04X}> <{letter.encode('utf-16-be').hex()}>" for letter, n in glyph.items())
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(glyph)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    )
    objects: list[bytes] = [b"", b""]  # the catalogue and the page tree, filled in below
    objects.append(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /ToUnicode 5 0 R "
        b"/DescendantFonts [4 0 R] >>"
    )
    objects.append(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 500 /CIDToGIDMap /Identity "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    objects.append(_stream(table.encode()))
    kids: list[int] = []
    for lines in pages:
        shown = "".join(
            f"1 0 0 1 50 {800 - 14 * i} Tm <{''.join(f'{glyph[c]:04X}' for c in line)}> Tj\n"
            for i, line in enumerate(lines)
            if line
        )
        objects.append(_stream(f"BT /F1 11 Tf\n{shown}ET".encode()))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {len(objects)} 0 R >>".encode()
        )
        kids.append(len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode()
    info = ""
    if title is not None:
        marked = b"\xfe\xff" + title.encode("utf-16-be")
        objects.append(f"<< /Title <{marked.hex()}> >>".encode())
        info = f"/Info {len(objects)} 0 R "
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {info}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def encrypted_pdf(pages: Sequence[Sequence[str]], password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(pages))))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(
    paragraphs: Sequence[tuple[str, str | None]], *, title: str = "", table: Sequence[Sequence[str]] = ()
) -> bytes:
    """A DOCX of (text, style) paragraphs, then one table; `title` goes into its properties."""
    document = docx.Document()
    document.core_properties.title = title
    for text, style in paragraphs:
        document.add_paragraph(text, style)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
