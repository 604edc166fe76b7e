"""Copies of a published cache that can be changed without changing that: for a new generation, or one process alone."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.store.cache_folder import FoundCache


def fork(found: FoundCache, target: Path) -> None:
    """Put into `target` a copy of a published index that can be changed without changing that.

    Segment files are never changed once written, so they are linked, not copied; the rest is small.
    """
    if found.folder is None:
        return
    for name in found.files:
        source, copy = found.folder / name, target / name
        if copy.parent != target:
            raise ValueError(f"the stamp names a file outside its folder: {name}")
        if source.suffix == ".json":
            shutil.copyfile(source, copy)
            continue
        try:
            copy.hardlink_to(source)
        except OSError:
            if target.parent == found.folder.parent:
                shutil.copyfile(source, copy)
            else:
                copy.symlink_to(source.resolve())


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A new temporary folder, which outlives the block unless it raises."""
    folder = Path(tempfile.mkdtemp(prefix="hoibao-lexical-"))
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def forgetter(owner: object, folder: Path | None) -> Callable[[], object]:
    """Removes the folder when called, when `owner` is gone, or at exit, whichever comes first."""
    if folder is None:
        return lambda: None
    return weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
