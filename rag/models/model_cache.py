"""Folders of the user's cache that are made once: written aside, renamed into place, and checked at every use.

    <cache>/<name>/...            the files, and seal.json with the size, time and sha256 of each
    <cache>/.<name>.making-*/     half made; swept by the next process that makes it
    <cache>/.<name>.lock          held while one process makes it and others wait

A folder whose seal does not fit any longer (a file cut short, altered, added or gone) is made again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout

from rag.errors import ModelError

logger = logging.getLogger(__name__)

CACHE_VARIABLE = "HOIBAO_CACHE"
_SEAL = "seal.json"
_WAIT_SECONDS = 600
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def cache_folder() -> Path:
    """Where made things are kept: `HOIBAO_CACHE` if set, else the user's cache folder of this system."""
    if stated := os.environ.get(CACHE_VARIABLE):
        return Path(stated).expanduser().absolute()
    return Path(platformdirs.user_cache_dir("hoibao", appauthor=False))


def made_folder(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, made by `make(folder)` if it is not there whole.

    Safe against other processes doing the same and against being killed at any instant. Raises ModelError when the
    cache cannot be written or there is no room.
    """
    target = cache_folder() / name
    if is_whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{name}.lock", timeout=_WAIT_SECONDS):
            if not is_whole(target):
                _make(target, make)
    except Timeout as error:
        raise ModelError(
            f"another process has been preparing the model for {_WAIT_SECONDS // 60} minutes",
            where=str(target),
            remedy="Wait for it or end it, then try again",
        ) from error
    except OSError as error:
        raise _explained(error, target.parent) from error
    return target


def is_whole(folder: Path) -> bool:
    """Whether the folder holds exactly the files of its seal.

    A file whose size and time are those of the seal is taken as unchanged; any other is hashed.
    """
    try:
        sealed: dict[str, dict[str, Any]] = json.loads((folder / _SEAL).read_text(encoding="utf-8"))["files"]
        if set(_file_names(folder)) != set(sealed):
            return False
        for name, expected in sealed.items():
            status = (folder / name).stat()
            if status.st_size != expected["size"]:
                return False
            if status.st_mtime_ns != expected["mtime_ns"] and file_sha256(folder / name) != expected["sha256"]:
                return False
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def file_sha256(path: Path) -> str:
    """The hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _make(target: Path, make: Callable[[Path], None]) -> None:
    if target.exists():
        logger.warning("%s is incomplete or altered: making it again", target)
    prefix = f".{target.name}.making-"
    for stale in target.parent.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        make(draft)
        _seal(draft)
        if target.exists():
            # Aside first: a folder cannot be replaced by a rename while it holds files.
            target.rename(Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent)) / "old")
        draft.rename(target)
    finally:
        for leftover in target.parent.glob(f"{prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)


def _seal(folder: Path) -> None:
    files = {}
    for name in _file_names(folder):
        path = folder / name
        status = path.stat()
        files[name] = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": file_sha256(path)}
    (folder / _SEAL).write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")
    folder.chmod(0o755)


def _file_names(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(name for path in paths if (name := path.relative_to(folder).as_posix()) != _SEAL)


def _explained(error: OSError, folder: Path) -> ModelError:
    if error.errno in _FULL:
        return ModelError(
            "no room left on the disk for the model",
            where=str(folder),
            remedy=f"Free about 500 MB, or set {CACHE_VARIABLE} to a folder on another disk",
        )
    return ModelError(
        f"the cache folder cannot be written ({error.strerror or error})",
        where=str(folder),
        remedy=f"Mend its permissions, or set {CACHE_VARIABLE} to a folder that can be written",
    )
