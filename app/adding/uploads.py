"""Uploaded files on the disk: received beside the library, kept in it under safe names, and put back by an undo.

uploads/             what people added; the articles' sources are "uploads/<name>"
uploads/.incoming/   what is still arriving, one folder for each go
uploads/.undo/       what a go replaced, until it can no longer be undone
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from app.adding.limits import Limits
from app.adding.names import extension_of, numbered, safe_name, safe_stem
from app.adding.versions import is_version
from rag.config import LoadSettings
from rag.load import FoundFile
from rag.store.database import sync_folder, translated

UPLOADS_NAME = "uploads"
_INCOMING, _UNDO = ".incoming", ".undo"
_MOST_OF_A_NAME = 1_000
_OLD_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A file in its place. `sha256` is its own, `replaced` where what stood there is kept for an undo."""

    found: FoundFile
    how: Literal["new", "same", "replaced"]
    sha256: str
    replaced: Path | None = None


@dataclass(frozen=True, slots=True)
class Pasted:
    """An article that somebody pasted. Only the text must be there."""

    text: str
    title: str = ""
    outlet: str = ""
    url: str = ""
    published_on: date | None = None


class Uploads:
    """The folder of uploaded files of one library. Nothing is made there before something arrives."""

    def __init__(self, library: Path, limits: Limits) -> None:
        self.folder = library / UPLOADS_NAME
        self.limits = limits

    def clean(self) -> None:
        """Forget what earlier runs of the program left unfinished: yesterday's, for another may run beside this one."""
        with suppress(OSError):
            for folder in (*(self.folder / _INCOMING).glob("*"), *(self.folder / _UNDO).glob("*")):
                if time.time() - folder.stat().st_mtime > _OLD_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

    def incoming(self, go: str, index: int, name: str) -> Path:
        """Where the file of this place in a go arrives, with the extension of its name; its folder is there.

        Raises LibraryError.
        """
        folder = self.folder / _INCOMING / go
        with translated(self.folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{index}{extension_of(name) or ''}"

    def drop(self, go: str) -> None:
        """Forget what arrived in a go and was not placed."""
        shutil.rmtree(self.folder / _INCOMING / go, ignore_errors=True)

    def forget(self, go: str) -> None:
        """Forget what arrived in a go and what it replaced: it can be neither tried again nor undone any more."""
        self.drop(go)
        shutil.rmtree(self.folder / _UNDO / go, ignore_errors=True)

    def kept_bytes(self) -> int:
        """How much is kept, with what is arriving and what can be undone."""
        return sum(_size(path) for path in self.folder.rglob("*"))

    def files(self) -> list[FoundFile]:
        """All that is kept, by name."""
        if not self.folder.is_dir():
            return []
        names = sorted(path.name for path in self.folder.iterdir() if path.is_file() and not path.name.startswith("."))
        return [self._found(name) for name in names]

    def place(self, arrived: Path, name: str, go: str, settings: LoadSettings, taken: set[str]) -> Placed:
        """Move a file that has arrived to where it is kept, under a name near its own.

        It replaces a file of that name if it is another version of it, else it stands beside it under a number.
        `taken` are the names that this go has used: two files of one go never replace each other.
        Raises ValueError for a name that tells of no format, LibraryError.
        """
        wanted = safe_name(name)
        sha256 = sha256_of(arrived)
        with translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for number in range(1, _MOST_OF_A_NAME):
                own = numbered(wanted, number)
                found = self._found(own)
                if own in taken:
                    continue
                taken.add(own)
                if not found.path.exists():
                    arrived.replace(found.path)
                    sync_folder(self.folder)
                    return Placed(found, "new", sha256)
                if sha256_of(found.path) == sha256:
                    arrived.unlink()
                    return Placed(found, "same", sha256)
                if is_version(arrived, found.path, settings):
                    return Placed(found, "replaced", sha256, self._replace(arrived, found, go))
                taken.discard(own)
        raise ValueError(name)

    def paste(self, pasted: Pasted, go: str) -> tuple[str, Path]:
        """Write a pasted article as a file of one record; the name for it, and where it is. Raises LibraryError."""
        name = f"{safe_stem(pasted.title or pasted.text[:60])}.jsonl"
        arrived = self.incoming(go, 0, name)
        record = {
            "id": "1",
            "title": pasted.title,
            "published_on": pasted.published_on.isoformat() if pasted.published_on else "",
            "outlet": pasted.outlet,
            "url": pasted.url,
            "text": pasted.text,
        }
        with translated(self.folder):
            line = json.dumps({name: value for name, value in record.items() if value}, ensure_ascii=False)
            arrived.write_bytes(line.encode("utf-8", "replace"))
        return name, arrived

    def take_back(self, placed: Placed) -> Literal["gone", "restored", "left"]:
        """Undo the placing of a file, unless it was changed since. Raises LibraryError."""
        path = placed.found.path
        with translated(self.folder):
            if placed.how == "same" or not path.exists() or sha256_of(path) != placed.sha256:
                return "left"
            if placed.how == "new":
                path.unlink()
                return "gone"
            if placed.replaced is None or not placed.replaced.exists():
                return "left"
            placed.replaced.replace(path)
            return "restored"

    def delete(self, sources: Sequence[str]) -> list[Path]:
        """Delete the files of these sources that are uploads; the paths of those deleted. Raises LibraryError."""
        deleted = []
        for source in dict.fromkeys(source.partition("#")[0] for source in sources):
            place, _, name = source.partition("/")
            path = self.folder / name
            if place != UPLOADS_NAME or not name or "/" in name or name.startswith("."):
                continue
            with translated(self.folder):
                if path.is_file() and not path.is_symlink():
                    path.unlink()
                    deleted.append(path)
        return deleted

    def _found(self, name: str) -> FoundFile:
        return FoundFile(self.folder / name, f"{UPLOADS_NAME}/{name}")

    def _replace(self, arrived: Path, found: FoundFile, go: str) -> Path:
        kept = self.folder / _UNDO / go / found.path.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found.path, kept)
        arrived.replace(found.path)
        sync_folder(self.folder)
        return kept


def sha256_of(path: Path) -> str:
    """The hash of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
