"""Which files lie under the files, folders and globs that a user named, also those that are gone."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path


def covered_by(paths: Sequence[str | Path]) -> Callable[[str], bool]:
    """A predicate over resolved paths: is it one of `paths`, inside one of them, or inside a match of one?"""
    patterns = [_pattern(path) for path in paths]
    return lambda path: any(pattern.match(path) for pattern in patterns)


def _pattern(given: str | Path) -> re.Pattern[str]:
    # A name that no file can have covers nothing; what else cannot be looked at, the functions of os.path pass over.
    path = Path(str(given).replace("\0", "\ufffd"))
    parts = path.parts
    # A folder may well be called "[2024]": what exists is meant literally.
    magic = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    if os.path.lexists(path):
        magic = len(parts)
    base = Path(os.path.realpath(Path(*parts[:magic])))
    pieces = [re.escape(part) for part in base.parts[1:]]
    pieces += [".*" if part == "**" else _segment(part) for part in parts[magic:]]
    return re.compile("/" + "/".join(pieces).replace("/.*/", "/(?:.*/)?") + r"(?:/.*)?\Z", re.DOTALL)


def _segment(part: str) -> str:
    """One part of a glob as a regular expression; its wildcards stay within the part."""
    pieces = []
    for piece in re.split(r"(\*+|\?|\[!?[^\]]+\])", part):
        if piece.startswith("*"):
            pieces.append("[^/]*")
        elif piece == "?":
            pieces.append("[^/]")
        elif piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            inside = piece[1:-1].replace("\\", "\\\\")
            pieces.append(f"[{'^' + inside[1:] if inside.startswith('!') else inside}]")
        else:
            pieces.append(re.escape(piece))
    return "".join(pieces)
