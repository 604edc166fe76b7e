"""Names under which uploaded files are kept: safe in any file system, and never outside their folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from app.rendering.escaping import visible
from rag.loading.discover import EXTENSIONS
from rag.vietnamese import nfc

MAX_NAME_BYTES = 160
_FORBIDDEN = re.compile(r'[<>:"|?*#\x00-\x1f\x7f\\/]+')
# Names of devices in one widespread system, which a copied library could meet.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
_FALLBACK = "bài"


def extension_of(name: str) -> str | None:
    """The extension that says how a file is read, in small letters; None where no such file can be read."""
    _, dot, after = _base(name).rpartition(".")
    suffix = f"{dot}{after.lower()}"
    return suffix if suffix in EXTENSIONS else None


def safe_name(name: str) -> str:
    """The last part of a name as a file's name: NFC, nothing invisible, no separators, not hidden, not too long.

    The extension is kept. Raises ValueError for a name whose extension says of no readable format.
    """
    suffix = extension_of(name)
    if suffix is None:
        raise ValueError(name)
    stem = _base(name)[: -len(suffix)]
    return f"{safe_stem(stem)}{suffix}"


def safe_stem(text: str, *, fallback: str = _FALLBACK) -> str:
    """Any text as the part of a file's name before its extension."""
    shown = "".join(character if visible(character) == character else " " for character in nfc(text))
    stem = " ".join(_FORBIDDEN.sub("_", shown.replace("\n", " ").replace("\t", " ")).split()).strip(". _")
    stem = _cut(stem, MAX_NAME_BYTES).rstrip(". ")
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return stem or fallback


def numbered(name: str, number: int) -> str:
    """ "bài.txt" as "bài (2).txt"; the first has no number."""
    if number < 2:
        return name
    path = PurePosixPath(name)
    return f"{path.stem} ({number}){path.suffix}"


def _base(name: str) -> str:
    return re.split(r"[\\/]", name)[-1].strip()


def _cut(text: str, most_bytes: int) -> str:
    """As much of the text as fits, without tearing a letter from its marks."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most_bytes:
        return data.decode("utf-8")
    cut = data[:most_bytes].decode("utf-8", "ignore")
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut
