"""Watched folders: what is new, changed or deleted in them is brought into the library while the page is open.

Looked at again and again: no notification of the operating system reaches network drives and mounted clouds.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rag.errors import RagError, SettingsError
from rag.indexing import identity_of
from rag.library import Library
from rag.load import FoundFile
from rag.loading.discover import EXTENSIONS, accept
from rag.store.path_cover import covered_by

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 2.0
# A large folder is looked at less often: this much longer than looking takes.
_REST = 20.0
_END_SECONDS = 5.0

Submit = Callable[[str, Sequence[FoundFile], Sequence[Path]], object]
Condition = Literal["watched", "missing", "emptied"]
_Signature = tuple[int, int, int]
_NEVER: _Signature = (0, 0, 0)


@dataclass(slots=True)
class Watched:
    """A watched folder. `condition` is "missing" while it is not there or is another one than at first, "emptied" while
    all its files are gone at once: then its articles are kept, as a drive may only have been taken off."""

    folder: Path
    device: int
    condition: Condition = "watched"
    seen: dict[str, _Signature] = field(default_factory=dict)
    unsettled: dict[str, _Signature | None] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The folder's own name, without where it is."""
        return self.folder.resolve().name or str(self.folder)


class Watcher:
    """Watches folders, in a thread of its own once started. `submit` hears a folder's name, its new and changed files,
    and the paths of its files that are gone.

    Raises SettingsError for what is no folder.
    """

    def __init__(
        self, folders: Sequence[Path], library: Path, submit: Submit, *, interval_s: float = INTERVAL_SECONDS
    ) -> None:
        self.watched = [_opened(folder) for folder in dict.fromkeys(folders)]
        self._library, self._submit, self._interval_s = library, submit, interval_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watched-folders", daemon=True)

    def start(self) -> None:
        """Look at everything now, and then again and again."""
        if self.watched:
            self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def look(self, watched: Watched, *, first: bool = False) -> None:
        """Look at a folder once. A file counts as changed, or gone, when it is found so twice in a row.

        The first look takes every file, and what the library has from files that are no more.
        """
        now = _signatures(watched.folder, self._without())
        if now is None or _device_of(watched.folder) != watched.device:
            watched.condition = "missing"
            return
        gone_since = self._gone_before(watched, now) if first else []
        if not now and len(watched.seen) + len(gone_since) > 1:
            watched.condition = "emptied"
            return
        watched.condition = "watched"
        if first:
            watched.seen = now
            self._tell(watched, sorted(now), gone_since)
            return
        at_hand = {
            path: now.get(path) for path in sorted(now.keys() | watched.seen) if watched.seen.get(path) != now.get(path)
        }
        settled = [path for path, state in at_hand.items() if watched.unsettled.get(path, _NEVER) == state]
        watched.unsettled = {path: state for path, state in at_hand.items() if path not in settled}
        for path in settled:
            if path in now:
                watched.seen[path] = now[path]
            else:
                del watched.seen[path]
        self._tell(watched, [path for path in settled if path in now], [path for path in settled if path not in now])

    def _tell(self, watched: Watched, changed: Sequence[str], gone: Sequence[str]) -> None:
        files = [found for found in (accept(Path(path)) for path in changed) if isinstance(found, FoundFile)]
        if files or gone:
            self._submit(watched.label, files, [Path(path) for path in gone])

    def _gone_before(self, watched: Watched, now: Collection[str]) -> list[str]:
        """Files of the folder that the library has articles of, and that are not there any more."""
        present = {identity_of(Path(path)) for path in now}
        covered = covered_by([watched.folder])
        with Library.open(self._library) as library:
            return [path for path in library.paths() if path not in present and covered(path)]

    def _without(self) -> frozenset[str]:
        """The library's own files, where it lies inside a watched folder: what is uploaded is told of already."""
        return frozenset((os.path.realpath(self._library),))

    def _run(self) -> None:
        first = {id(watched) for watched in self.watched}
        while not self._ending.is_set():
            begun = time.monotonic()
            for watched in self.watched:
                try:
                    self.look(watched, first=id(watched) in first)
                    if watched.condition == "watched":
                        first.discard(id(watched))
                except (RagError, OSError) as error:
                    logger.warning("the watched folder could not be looked at: %s", error)
            took = time.monotonic() - begun
            self._ending.wait(max(self._interval_s, _REST * took))


def _opened(folder: Path) -> Watched:
    device = _device_of(folder)
    if device is None or not folder.is_dir():
        raise SettingsError("not a folder that can be watched", where=f"--watch {folder}", remedy="Check the path")
    return Watched(folder, device)


def _device_of(folder: Path) -> int | None:
    try:
        return folder.stat().st_dev
    except OSError:
        return None


def _signatures(folder: Path, without: frozenset[str]) -> dict[str, _Signature] | None:
    """The readable files of a folder with when they were changed, those that `rag.load.discover` would find; None where
    the folder cannot be read. Lighter than that: it is done every few seconds."""
    found: dict[str, _Signature] = {}
    waiting = [(str(folder), os.path.realpath(folder))]
    entered = {waiting[0][1], *without}
    while waiting:
        at, real = waiting.pop()
        try:
            with os.scandir(at) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    with suppress(OSError):
                        if entry.is_dir():
                            inside = os.path.realpath(entry.path) if entry.is_symlink() else f"{real}/{entry.name}"
                            if inside not in entered:
                                entered.add(inside)
                                waiting.append((entry.path, inside))
                        elif f".{entry.name.rpartition('.')[2].lower()}" in EXTENSIONS and entry.is_file():
                            stat = entry.stat()
                            found[entry.path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError:
            if at == str(folder):
                return None
    return found
