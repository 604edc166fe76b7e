"""Files to articles: what lies under the given paths, how each format is read, and what becomes of a text.

Nothing here stops a run: whatever cannot become an article is a LoadError handed on as a value.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rag.config import LoadSettings
from rag.datatypes import Article, RawArticle
from rag.encodings import decode_bytes, normalise, to_unicode
from rag.errors import LoadError
from rag.legacy_fonts import convert, detect_legacy_font
from rag.records import BYTES_PER_CHAR, read_csv, read_jsonl
from rag.stated import Stated, one_line

_MAX_DOCUMENT_BYTES = 128_000_000
_FALLBACK_TITLE_CHARS = 500
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read. `source` is its path as given, relative where that was relative."""

    path: Path
    source: str


def article_id(source: str) -> str:
    """The id of the article with this source identity: 16 hexadecimal digits, stable under re-indexing."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ---- what there is to read --------------------------------------------------------------------------------------


def discover(paths: Sequence[str | Path]) -> Iterator[FoundFile | LoadError]:
    """Every file under the paths, which may be files, folders and glob patterns (`*`, `?`, `[...]`, `**`).

    In the order of the paths, sorted within each. A file reached in several ways comes once. Hidden files and folders
    are passed over unless named. An error for whatever cannot be read, links that lead nowhere or in a circle included.
    """
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        if _MAGIC.search(str(path)) and not os.path.lexists(path):
            matches = sorted(_glob(path))
            if not matches:
                yield LoadError("no file matches the pattern", where=str(given), remedy="Check the pattern")
            for match in matches:
                yield from _once(_under(match), seen)
        else:
            yield from _once(_under(path), seen)


def _once(found: Iterator[FoundFile | LoadError], seen: set[str]) -> Iterator[FoundFile | LoadError]:
    for item in found:
        if isinstance(item, FoundFile):
            real = os.path.realpath(item.path)
            if real in seen:
                continue
            seen.add(real)
        yield item


def _glob(pattern: Path) -> Iterator[Path]:
    start = Path(pattern.anchor) if pattern.anchor else Path()
    parts = pattern.parts[1:] if pattern.anchor else pattern.parts
    return iter(dict.fromkeys(_expand(start, parts)))


def _expand(base: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Matches below `base`. Unlike the standard library's, `**` does not follow links: they may lead in a circle."""
    if not parts:
        yield base
        return
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _expand(base, rest or ("*",))
        for child in _children(base):
            if child.is_dir() and not child.is_symlink() and not child.name.startswith("."):
                yield from _expand(child, parts)
    elif _MAGIC.search(head):
        for child in _children(base):
            hidden = child.name.startswith(".") and not head.startswith(".")
            if not hidden and fnmatchcase(child.name, head):
                yield from _expand(child, rest)
    elif os.path.lexists(base / head):
        yield from _expand(base / head, rest)


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _under(path: Path) -> Iterator[FoundFile | LoadError]:
    """The path itself if it is a file, else all files of the folder, sorted by path."""
    kind = _kind(path)
    if isinstance(kind, LoadError):
        yield kind
    elif kind == "file":
        yield _accept(path)
    else:
        found: list[FoundFile | LoadError] = []
        _walk(path, (), set(), found)
        # Made unique before sorting: a link that sorts before its file must not take the file's place.
        unique = [*_once(iter(found), set())]
        # Sorted by the parts of the path, so that the order is the same whatever sorts after a slash.
        unique.sort(key=lambda item: Path(item.source if isinstance(item, FoundFile) else item.where).parts)
        yield from unique


def _walk(folder: Path, above: tuple[str, ...], seen: set[str], found: list[FoundFile | LoadError]) -> None:
    real = os.path.realpath(folder)
    if real in above:
        error = LoadError(
            "a symbolic link that leads back to a folder around it", where=_source(folder), remedy="Remove the link"
        )
        found.append(error)
        return
    if real in seen:  # linked twice: its files are there already
        return
    seen.add(real)
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.is_symlink(), entry.name) for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        found.append(_unreadable(folder, error))
        return
    for _, name in names:  # links after real entries, so that a file keeps its own path
        path = folder / name
        kind = _kind(path)
        if isinstance(kind, LoadError):
            found.append(kind)
        elif kind == "folder":
            _walk(path, (*above, real), seen, found)
        else:
            found.append(_accept(path))


def _kind(path: Path) -> str | LoadError:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return _unreadable(path, error)
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISREG(mode):
        return "file"
    # Opening a pipe would wait for a writer for ever.
    return LoadError("not a regular file (a pipe, socket or device)", where=_source(path), remedy="Name a file")


def _accept(path: Path) -> FoundFile | LoadError:
    if path.suffix.lower() in _READERS:
        return FoundFile(path, _source(path))
    suffix = f"the extension {path.suffix!r} is unknown" if path.suffix else "the file has no extension"
    return LoadError(suffix, where=_source(path), remedy=f"Known are {', '.join(sorted(_READERS))}")


def _source(path: Path) -> str:
    """The path as text; bytes of a name that are not UTF-8 are written as escapes, so that it can be stored."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _unreadable(path: Path, error: OSError | ValueError) -> LoadError:
    code = error.errno if isinstance(error, OSError) else errno.EINVAL
    where = str(path).replace("\0", "\\0") if isinstance(error, ValueError) else _source(path)
    if code == errno.ENOENT and path.is_symlink():
        return LoadError("a symbolic link to nothing", where=where, remedy="Remove or mend the link")
    if code == errno.ENOENT:
        return LoadError("no such file or folder", where=where, remedy="Check the path")
    if code == errno.ELOOP:
        return LoadError("a symbolic link that leads in a circle", where=where, remedy="Remove the link")
    if code in (errno.EACCES, errno.EPERM):
        return LoadError("no permission to read it", where=where, remedy="Check its owner and mode")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return LoadError(f"cannot be read ({reason})", where=where, remedy="Check the path and the disk")


# ---- reading ----------------------------------------------------------------------------------------------------


def read_articles(found: FoundFile, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
    """The articles of a file, in order; a LoadError as a value for whatever cannot become one."""
    accepted = _accept(found.path)
    if isinstance(accepted, LoadError):
        yield accepted
        return
    reader = _READERS[found.path.suffix.lower()]
    try:
        kind = _kind(found.path)
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
        yield _unreadable(found.path, error)
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
    from rag.format_markdown import read_markdown

    return read_markdown(text, settings, where=where)


def _html(text: str, settings: LoadSettings, where: str) -> Stated:
    from rag.format_html import read_html

    return read_html(text, where=where)


def _pdf(data: bytes, settings: LoadSettings, where: str) -> Stated:
    from rag.format_pdf import read_pdf

    return read_pdf(data, max_chars=settings.max_article_chars, where=where)


def _docx(data: bytes, settings: LoadSettings, where: str) -> Stated:
    from rag.format_docx import read_docx

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
