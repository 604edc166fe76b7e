"""JSONL and CSV files: many articles in one file, read as a stream.

Memory stays bounded by the longest line that could still be an article, whatever the size of the file.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from rag.config import LoadSettings
from rag.datatypes import RawArticle
from rag.errors import LoadError
from rag.loading.encodings import Encoding, decode_as, normalise, sniff_encoding
from rag.loading.legacy_fonts import convert, detect_legacy_font
from rag.loading.stated import one_line, parse_date, web_address

BYTES_PER_CHAR = 8  # UTF-16 and decomposed letters take up to six, escapes in JSON as much; the rest is other fields
_SAMPLE_BYTES = 400_000
_MAX_ID_CHARS = 500


def read_jsonl(path: Path, source: str, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
    """One article or error a line, in order; blank lines are skipped. Errors name `source:line`."""
    for number, line in _lines(path, source, settings):
        where = f"{source}:{number}"
        if isinstance(line, LoadError):
            yield line
            continue
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            yield LoadError(f"not valid JSON ({reason})", where=where, remedy="Mend or remove the line")
            continue
        if not isinstance(record, dict):
            yield LoadError("not a JSON object", where=where, remedy="Write one {...} a line")
            continue
        yield _article(record, number, source, where, settings)


def read_csv(path: Path, source: str, settings: LoadSettings) -> Iterator[RawArticle | LoadError]:
    """One article or error a row, in order. The first row names the columns; the delimiter is found from it.

    Delimiters are comma, semicolon, tab and bar. A row that cannot be parsed ends the file: what follows an unclosed
    quotation mark cannot be told apart.
    """
    stream = _strings(path, source, settings)
    header_line = next(stream, "")
    header_error = None
    if isinstance(header_line, LoadError):
        header_error = header_line
    else:
        delimiter, columns = _header(header_line, settings)
        if not _find(dict.fromkeys(columns, "x"), settings.text_field):
            header_error = LoadError(
                f"no column for the text among {', '.join(columns)[:200]!r}",
                where=source,
                remedy=f"Name one of {', '.join(settings.text_field)}, or set load.text_field",
            )
    if header_error:
        yield header_error
        return

    failed: list[LoadError] = []

    def good_lines() -> Iterator[str]:
        for line in stream:
            if isinstance(line, LoadError):
                failed.append(line)
                return
            yield line

    # The limit is the module's own and process-wide; it only ever grows.
    csv.field_size_limit(max(csv.field_size_limit(), settings.max_article_chars + 1))
    rows = csv.reader(good_lines(), delimiter=delimiter)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield LoadError(
                f"the rows from here on cannot be read ({error})",
                where=f"{source}:{rows.line_num + 1}",
                remedy="Look for a quotation mark that is not closed",
            )
            return
        if row is None:
            break
        where = f"{source}:{rows.line_num + 1}"
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(columns):
            yield LoadError(
                f"{len(row)} values for {len(columns)} columns",
                where=where,
                remedy="Quote values that hold a delimiter",
            )
            continue
        yield _article(dict(zip(columns, row, strict=False)), rows.line_num + 1, source, where, settings)
    yield from failed


def _article(
    record: Mapping[str, object], number: int, source: str, where: str, settings: LoadSettings
) -> RawArticle | LoadError:
    text = _find(record, settings.text_field)
    if not isinstance(text, str) or not text.strip():
        return LoadError(
            f"no text in the fields {', '.join(settings.text_field)}",
            where=where,
            remedy="Add it, or set load.text_field to the field that holds it",
        )
    if len(text) > settings.max_article_chars:
        return LoadError(
            f"an article of {len(text):,} characters",
            where=where,
            remedy=f"Split it, or raise load.max_article_chars ({settings.max_article_chars:,})",
        )
    lead = _find(record, settings.lead_field)
    if isinstance(lead, str) and lead.strip() and lead.strip() not in text:
        text = f"{lead.strip()}\n\n{text}"
    font = detect_legacy_font(text)

    def stated(names: Sequence[str]) -> str | None:
        value = one_line(_find(record, names))
        if value is None:
            return None
        return one_line(normalise(convert(value, detect_legacy_font(value, expected=font) if font else None)))

    url = web_address(_find(record, settings.url_field))
    try:
        canonical = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError:  # writing reaches the limit a few levels before reading does
        return LoadError("nested too deeply", where=where, remedy="Mend or remove the line")
    return RawArticle(
        source=f"{source}#{_record_id(record, url, number, settings)}",
        raw_sha256=hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest(),
        text=normalise(convert(text, font)),
        title=stated(settings.title_field),
        published_on=parse_date(_find(record, settings.date_field)),
        outlet=stated(settings.outlet_field),
        url=url,
    )


def _find(record: Mapping[str, object], names: Sequence[str]) -> object:
    """The first of the named fields that holds something; names match in any case if not exactly."""
    folded: dict[str, object] | None = None
    for name in names:
        value = record.get(name)
        if value in (None, ""):
            if folded is None:
                folded = {key.strip().casefold(): held for key, held in record.items()}
            value = folded.get(name.casefold())
        if value not in (None, ""):
            return value
    return None


def _record_id(record: Mapping[str, object], url: str | None, number: int, settings: LoadSettings) -> str:
    value = _find(record, settings.id_field)
    if isinstance(value, str | int) and not isinstance(value, bool):
        name = one_line(normalise(str(value)))
        if name:
            return name[:_MAX_ID_CHARS]
    return url[:_MAX_ID_CHARS] if url else str(number)


# ---- lines ------------------------------------------------------------------------------------------------------


def _lines(path: Path, source: str, settings: LoadSettings) -> Iterator[tuple[int, str | LoadError]]:
    """The lines of a text file with their numbers from 1, decoded but not normalised; an error for each bad one."""
    limit = settings.max_article_chars * BYTES_PER_CHAR
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        try:
            encoding = sniff_encoding(sample, where=source, by_line=True)
        except LoadError as error:
            yield 0, error
            return
        file.seek(_mark_length(sample, encoding))
        raw_lines = (
            _wide_lines(file, encoding, limit, source) if encoding.startswith("utf-") and encoding != "utf-8" else None
        )
        for number, raw in enumerate(raw_lines or _byte_lines(file, limit), start=1):
            where = f"{source}:{number}"
            if raw is None:
                yield (
                    number,
                    LoadError(
                        f"a line of more than {limit:,} bytes",
                        where=where,
                        remedy="Write one record a line, or raise load.max_article_chars",
                    ),
                )
            elif isinstance(raw, str | LoadError):
                yield number, raw
            elif b"\x00" in raw and encoding == "utf-8":
                yield number, LoadError("NUL bytes in the line", where=where, remedy="Mend or remove the line")
            else:
                try:
                    yield number, decode_as(raw, encoding, where=where)
                except LoadError as error:
                    yield number, error


def _strings(path: Path, source: str, settings: LoadSettings) -> Iterator[str | LoadError]:
    return (line for _, line in _lines(path, source, settings))


def _mark_length(sample: bytes, encoding: Encoding) -> int:
    marks = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }
    mark = marks.get(encoding, b"")
    return len(mark) if sample.startswith(mark) else 0


def _byte_lines(file: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Lines with their ends; None for one that is over the limit, whose rest is skipped without keeping it."""
    while line := file.readline(limit + 1):
        if len(line) <= limit:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(1 << 20)
        yield None


def _wide_lines(file: BinaryIO, encoding: Encoding, limit: int, source: str) -> Iterator[str | LoadError | None]:
    """The same for UTF-16 and UTF-32, where a wrong byte leaves nothing after it to rely on."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        while line := text.readline(limit + 1):
            if len(line) <= limit:
                yield line
                continue
            while line and not line.endswith("\n"):
                line = text.readline(1 << 20)
            yield None
    except UnicodeDecodeError:
        yield LoadError(
            f"not valid {encoding.upper()} from here on", where=source, remedy="Save the file as UTF-8 text"
        )
    finally:
        if not file.closed:  # as when a reader that was not finished is collected
            text.detach()  # the file is its opener's to close


def _header(line: str, settings: LoadSettings) -> tuple[str, list[str]]:
    """The delimiter whose reading of the first line gives the most known names, and the names."""
    known = {
        name.casefold()
        for names in (
            settings.title_field,
            settings.text_field,
            settings.lead_field,
            settings.date_field,
            settings.url_field,
            settings.outlet_field,
            settings.id_field,
        )
        for name in names
    }
    best: tuple[int, str, list[str]] | None = None
    for delimiter in ",;\t|":
        try:
            row = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        columns = [re.sub(r"\s+", " ", name).strip() for name in row]
        score = sum(name.casefold() in known for name in columns)
        if best is None or score > best[0]:
            best = (score, delimiter, columns)
    return (best[1], best[2]) if best else (",", [line.strip()])
