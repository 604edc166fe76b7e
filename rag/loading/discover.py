"""What there is to read: files, folders, patterns and links, in a fixed order, each file once."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rag.errors import LoadError

EXTENSIONS = frozenset(
    (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx", ".jsonl", ".ndjson", ".csv", ".tsv")
)
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read. `source` is its path as given, relative where that was relative."""

    path: Path
    source: str


def discover(paths: Sequence[str | Path], *, without: Collection[str] = frozenset()) -> Iterator[FoundFile | LoadError]:
    """Every file under the paths, which may be files, folders and glob patterns (`*`, `?`, `[...]`, `**`).

    In the order of the paths, sorted within each. A file reached in several ways comes once. Hidden files and folders
    are passed over unless named, and so are the files and folders whose resolved paths are in `without`. An error for
    whatever cannot be read, links that lead nowhere or in a circle included.
    """
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        if _MAGIC.search(str(path)) and not os.path.lexists(path):
            matches = sorted(_glob(path))
            if not matches:
                yield LoadError("no file matches the pattern", where=str(given), remedy="Check the pattern")
            for match in matches:
                yield from _once(_under(match, without), seen)
        else:
            yield from _once(_under(path, without), seen)


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


def _under(path: Path, without: Collection[str]) -> Iterator[FoundFile | LoadError]:
    """The path itself if it is a file, else all files of the folder, sorted by path."""
    kind = kind_of(path)
    if isinstance(kind, LoadError):
        yield kind
    elif kind == "file":
        yield accept(path)
    else:
        found: list[FoundFile | LoadError] = []
        _walk(path, (), set(without), found)
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
        found.append(unreadable(folder, error))
        return
    for _, name in names:  # links after real entries, so that a file keeps its own path
        if str(Path(real, name)) in seen:
            continue
        path = folder / name
        kind = kind_of(path)
        if isinstance(kind, LoadError):
            found.append(kind)
        elif kind == "folder":
            _walk(path, (*above, real), seen, found)
        else:
            found.append(accept(path))


def kind_of(path: Path) -> str | LoadError:
    """ "file" or "folder", following links; an error for whatever can be neither read nor entered."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return unreadable(path, error)
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISREG(mode):
        return "file"
    # Opening a pipe would wait for a writer for ever.
    return LoadError("not a regular file (a pipe, socket or device)", where=_source(path), remedy="Name a file")


def accept(path: Path) -> FoundFile | LoadError:
    """The file, if its extension is one that can be read."""
    if path.suffix.lower() in EXTENSIONS:
        return FoundFile(path, _source(path))
    suffix = f"the extension {path.suffix!r} is unknown" if path.suffix else "the file has no extension"
    return LoadError(suffix, where=_source(path), remedy=f"Known are {', '.join(sorted(EXTENSIONS))}")


def _source(path: Path) -> str:
    """The path as text; bytes of a name that are not UTF-8 are written as escapes, so that it can be stored."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def unreadable(path: Path, error: OSError | ValueError) -> LoadError:
    """What an error of the operating system means for the user."""
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
