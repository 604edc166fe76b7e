"""PDF documents: text of all pages, wrapped lines joined into paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import quantiles

from rag.errors import LoadError
from rag.loading.legacy_fonts import is_syllable
from rag.loading.stated import Stated, document_title

_MAX_PAGES = 5_000
_MAX_HEADER_CHARS = 90
_PAGE_NUMBER = re.compile(r"(?:trang|page)?\s*[-–—]?\s*\d{1,4}\s*(?:[-–—]|(?:/|of|trên)\s*\d{1,4})?\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;][\"”’»)\]]*\Z")
_ITEM = re.compile(r"(?:[-–—•*▪●○]|\d{1,2}[.)]|[a-zđ]\))\s+\S")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")


def read_pdf(data: bytes, *, max_chars: int, where: str) -> Stated:
    """The text of a PDF and the title that its properties state.

    Its creation date is not the day of publication and is not taken. Raises LoadError for encrypted, damaged and
    scanned documents.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        pages: list[list[str]] = []
        chars = 0
        for page in reader.pages[:_MAX_PAGES]:
            text = page.extract_text()
            chars += len(text)
            if chars > max_chars:
                break
            pages.append([line.strip() for line in text.splitlines()])
        metadata = reader.metadata
        title = document_title(metadata.title if metadata else None)
        too_many = len(reader.pages) > _MAX_PAGES
    except (FileNotDecryptedError, DependencyError) as error:
        raise LoadError("the PDF is encrypted", where=where, remedy="Remove its password") from error
    except Exception as error:  # the parser meets arbitrary bytes
        raise LoadError(
            f"damaged PDF ({type(error).__name__})", where=where, remedy="Print it to a new PDF, or save its text"
        ) from error
    if chars > max_chars or too_many:
        raise LoadError(
            f"longer than {max_chars:,} characters or {_MAX_PAGES:,} pages", where=where, remedy="Split the document"
        )
    if not any(line for lines in pages for line in lines):
        raise LoadError(
            "the PDF has no text layer (a scan?)",
            where=where,
            remedy="Run text recognition on it, with ocrmypdf for one",
        )
    return Stated(join_lines(_without_page_furniture(pages)), title=title)


def _without_page_furniture(pages: Sequence[list[str]]) -> list[str]:
    """All lines in order, without page numbers and the lines that head or end most pages."""

    def key(line: str) -> str:
        return re.sub(r"\d+", "0", line)

    edges = Counter(key(line) for lines in pages for line in {*_edge(lines)} if len(line) <= _MAX_HEADER_CHARS)
    repeated = {line for line, count in edges.items() if len(pages) >= 3 and count > len(pages) / 2}
    kept: list[str] = []
    for lines in pages:
        edge_places = _edge_places(lines)
        kept += [
            line
            for i, line in enumerate(lines)
            if not (i in edge_places and (_PAGE_NUMBER.match(line) or key(line) in repeated))
        ]
    return kept


def _edge_places(lines: Sequence[str]) -> set[int]:
    filled = [i for i, line in enumerate(lines) if line]
    return {*filled[:2], *filled[-2:]}


def _edge(lines: Sequence[str]) -> list[str]:
    return [lines[i] for i in sorted(_edge_places(lines))]


def join_lines(lines: Sequence[str]) -> str:
    """Paragraphs from wrapped lines.

    A line is the last of its paragraph when it is clearly shorter than the column, or ends a sentence short of it, or
    when a blank line or a list item follows. A hyphen at the end stays where the parts are Vietnamese or names
    ("Nga-Ukraine"); it goes where they are the halves of a foreign word.
    """
    lengths = [len(line) for line in lines if line]
    column = quantiles(lengths, n=10)[8] if len(lengths) > 1 else 80
    return "\n\n".join(_paragraphs(lines, column))


def _paragraphs(lines: Sequence[str], column: float) -> Iterator[str]:
    filled = sum(map(bool, lines))
    # Some producers put an empty line after every line; then it says nothing.
    spaced_out = sum(not line for line in lines) > 0.8 * filled
    paragraph = last = ""
    after_blank = False
    for line in lines:
        if not line:
            after_blank = not spaced_out
            continue
        goes_on = paragraph and not _is_last(last, column) and not _ITEM.match(line)
        if goes_on and (not after_blank or line[0].islower()):
            paragraph = _join(paragraph, line)
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        last, after_blank = line, False
    if paragraph:
        yield paragraph


def _is_last(line: str, column: float) -> bool:
    if _SENTENCE_END.search(line):
        return len(line) < 0.85 * column
    return len(line) < 0.6 * column


def _join(paragraph: str, line: str) -> str:
    broken, following = _BROKEN_WORD.search(paragraph), _FIRST_WORD.match(line)
    if paragraph.endswith("\u00ad"):
        return paragraph[:-1] + line
    if broken and following:
        halves = broken[1], following[0]
        foreign = not any(is_syllable(half) for half in halves)
        return (paragraph[:-1] if foreign and following[0][0].islower() else paragraph) + line
    return f"{paragraph} {line}"
