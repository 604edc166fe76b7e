"""Files to articles: how each format is read, and what becomes of a text.

Nothing here stops a run: whatever cannot become an article is a LoadError handed on as a value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from rag.config import LoadSettings
from rag.datatypes import Article, RawArticle
from rag.errors import LoadError
from rag.loading.discover import FoundFile, accept, discover, kind_of, unreadable
from rag.loading.encodings import decode_bytes, normalise, to_unicode
from rag.loading.legacy_fonts import convert, detect_legacy_font
from rag.loading.records import BYTES_PER_CHAR, read_csv, read_jsonl
from rag.loading.stated import Stated, one_line

__all__ = ["FoundFile", "article_id", "discover", "read_articles", "to_article"]

_MAX_DOCUMENT_BYTES = 128_000_000
_FALLBACK_TITLE_CHARS = 500


def article_id(source: str) -> str:
    """The id of the article with this source identity: 16 hexadecimal digits, stable under re-indexing."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ---- reading ----------------------------------------------------------------------------------------------------


def read_articles(found: FoundFile, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
    """The articles of a file, in order; a LoadError as a value for whatever cannot become one."""
    accepted = accept(found.path)
    if isinstance(accepted, LoadError):
        yield accepted
        return
    reader = _READERS[found.path.suffix.lower()]
    try:
        kind = kind_of(found.path)
        if isinstance(kind, LoadError):
            yield kind
        elif kind == "folder":
            yield LoadError("a folder, not a file", where=found.source, remedy="Name the files in it")
        elif found.path.stat().st_size == 0:
            yield LoadError("the file is empty", where=found.source, remedy="Remove it, or write the article into it")
        else:
            yield from _with_something(reader(found, settings), found)
    except LoadError as error:
        yield error
    except OSError as error:
        yield unreadable(found.path, error)
    except MemoryError:
        yield LoadError("too large for this machine's memory", where=found.source, remedy="Split the file")


def _with_something(items: Iterator[RawArticle | LoadError], found: FoundFile) -> Iterator[RawArticle | LoadError]:
    nothing = True
    for item in items:
        nothing = False
        yield item
    if nothing:
        yield LoadError("no records in the file", where=found.source, remedy="Remove it, or write articles into it")


def _document(
    found: FoundFile, settings: LoadSettings, max_bytes: int, read: Callable[[bytes], Stated]
) -> Iterator[RawArticle | LoadError]:
    size = found.path.stat().st_size
    if size > max_bytes:
        yield LoadError(
            f"{size:,} bytes, over the limit of {max_bytes:,}",
            where=found.source,
            remedy="Split the file; many articles belong into a .jsonl or .csv file",
        )
        return
    with found.path.open("rb") as file:
        data = file.read(max_bytes + 1)
    stated = read(data)
    text = to_unicode(stated.text)
    if not text.strip():
        raise LoadError("no text in the file", where=found.source, remedy="Remove it, or write the article into it")
    if len(text) > settings.max_article_chars:
        raise LoadError(
            f"an article of {len(text):,} characters",
            where=found.source,
            remedy=f"Split it, or raise load.max_article_chars ({settings.max_article_chars:,})",
        )
    font = detect_legacy_font(stated.text)

    def clean_value(value: str | None) -> str | None:
        if value is None:
            return None
        return one_line(normalise(convert(value, detect_legacy_font(value, expected=font) if font else None)))

    yield RawArticle(
        source=found.source,
        raw_sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        title=clean_value(stated.title),
        published_on=stated.published_on,
        outlet=clean_value(stated.outlet),
        url=stated.url,
    )


def _text_document(read: Callable[[str, LoadSettings, str], Stated]) -> _Reader:
    def reader(found: FoundFile, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
        def of_bytes(data: bytes) -> Stated:
            return read(decode_bytes(data, where=found.source).text, settings, found.source)

        return _document(found, settings, settings.max_article_chars * BYTES_PER_CHAR, of_bytes)

    return reader


def _binary_document(read: Callable[[bytes, LoadSettings, str], Stated]) -> _Reader:
    def reader(found: FoundFile, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
        return _document(found, settings, _MAX_DOCUMENT_BYTES, lambda data: read(data, settings, found.source))

    return reader


def _markdown(text: str, settings: LoadSettings, where: str) -> Stated:
    from rag.loading.format_markdown import read_markdown

    return read_markdown(text, settings, where=where)


def _html(text: str, settings: LoadSettings, where: str) -> Stated:
    from rag.loading.format_html import read_html

    return read_html(text, where=where)


def _pdf(data: bytes, settings: LoadSettings, where: str) -> Stated:
    from rag.loading.format_pdf import read_pdf

    return read_pdf(data, max_chars=settings.max_article_chars, where=where)


def _docx(data: bytes, settings: LoadSettings, where: str) -> Stated:
    from rag.loading.format_docx import read_docx

    return read_docx(data, where=where)


_Reader = Callable[[FoundFile, LoadSettings], Iterator[RawArticle | LoadError]]
_READERS: dict[str, _Reader] = {
    ".txt": _text_document(lambda text, settings, where: Stated(text)),
    ".md": _text_document(_markdown),
    ".markdown": _text_document(_markdown),
    ".html": _text_document(_html),
    ".htm": _text_document(_html),
    ".pdf": _binary_document(_pdf),
    ".docx": _binary_document(_docx),
    ".jsonl": lambda found, settings: read_jsonl(found.path, found.source, settings),
    ".ndjson": lambda found, settings: read_jsonl(found.path, found.source, settings),
    ".csv": lambda found, settings: read_csv(found.path, found.source, settings),
    ".tsv": lambda found, settings: read_csv(found.path, found.source, settings),
}


# ---- raw text to article ----------------------------------------------------------------------------------------


def to_article(raw: RawArticle, settings: LoadSettings) -> Article:
    """The cleaned article.

    A title in the metadata goes before a headline found in the text; with neither, the first sentence stands in and
    `title_stated` is False. Raises LoadError where too little text is left.
    """
    from rag.clean import clean
    from rag.vietnamese import sentences

    cleaned = clean(raw.text, stated_title=raw.title)
    length = len(cleaned.text.strip())
    if length < max(settings.min_article_chars, 1):
        raise LoadError(
            f"only {length} characters of article text",
            where=raw.source,
            remedy=f"Remove it, or lower load.min_article_chars ({settings.min_article_chars})",
        )
    title = raw.title or one_line(cleaned.headline)
    first = next(iter(sentences(cleaned.text)), None)
    opening = first.of(cleaned.text) if first else cleaned.text
    return Article(
        id=article_id(raw.source),
        source=raw.source,
        title=title or _shortened(one_line(opening) or ""),
        title_stated=title is not None,
        text=cleaned.text,
        raw_sha256=raw.raw_sha256,
        published_on=raw.published_on or cleaned.published_on,
        outlet=raw.outlet or cleaned.outlet,
        url=raw.url,
        removed=cleaned.removed,
    )


def _shortened(sentence: str) -> str:
    """A very long first sentence cut at a word."""
    if len(sentence) <= _FALLBACK_TITLE_CHARS:
        return sentence
    return sentence[:_FALLBACK_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
