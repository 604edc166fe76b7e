"""Where a cache lives: one folder a generation, published by a rename, never changed afterwards.

    <library>/<name>/000000000012-5f3a9c01/    stamp.json and the files it names
    <library>/<name>/.new-…/                   a draft; left behind by a crash and swept by the next writer

So a crash leaves the old or the new generation, and a reader never sees half of one.
"""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.store.cache_stamp import Details, check_cache, stamp_cache

if TYPE_CHECKING:
    from rag.library import Library

logger = logging.getLogger(__name__)

_GENERATION_FOLDER = re.compile(r"(\d{12})-[0-9a-f]{8}\Z")


@dataclass(frozen=True, slots=True)
class FoundCache:
    """The newest usable generation on the disk, with its files' hashes, or None and why (`state`)."""

    state: Literal["missing", "unusable", "older", "current"]
    folder: Path | None = None
    generation: int = 0
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """The generations of one cache of one library. `details` must be equal for a cache to be usable."""

    library: Library
    name: str
    details: Details

    @property
    def root(self) -> Path:
        return self.library.folder / self.name

    def newest(self, *, trusted: FoundCache | None = None) -> FoundCache:
        """The newest generation whose stamp and files are whole. `trusted` was checked before and is not read again."""
        folders = self._folders()
        if folders and int(folders[0].name[:12]) > self.library.generation:
            # Another process has published since; its database is newer as well.
            self.library.refresh()
        for folder in folders:
            generation = int(folder.name[:12])
            state: Literal["older", "current"] = "current" if generation == self.library.generation else "older"
            if trusted is not None and folder == trusted.folder:
                return replace(trusted, state=state)
            check = check_cache(self.library, folder, self.details)
            if check.stamp is not None and check.stamp.generation == generation:
                return FoundCache(state, folder, generation, check.stamp.files)
            logger.warning("cache %s cannot be used: %s", folder, check.reason or "its name was changed")
        return FoundCache("unusable" if folders else "missing")

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A new folder to write the next generation in; removed at the end unless it was published."""
        folder = self.root / f".new-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, draft: Path, files: Iterable[str], *, known: Mapping[str, str] | None = None) -> FoundCache:
        """Stamp the draft as the library's present generation and put it in place. The caller holds the lock.

        `known` holds the hashes of files taken over unchanged from an older generation.
        """
        hashes = stamp_cache(self.library, draft, files, self.details, known=known)
        target = self.root / f"{self.library.generation:012d}-{secrets.token_hex(4)}"
        draft.rename(target)
        for other in self.root.iterdir():
            # Readers that have an older generation open keep it: its files live until the last one closes them.
            if other != target:
                _remove(other)
        return FoundCache("current", target, self.library.generation, hashes)

    def _folders(self) -> list[Path]:
        try:
            names = [path for path in self.root.iterdir() if _GENERATION_FOLDER.match(path.name) and path.is_dir()]
        except OSError:
            return []
        return sorted(names, key=lambda path: path.name, reverse=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
