"""The stamp beside a cache: which generation of which library it was built from, and the hash of each of its files.

A cache is a folder that can be built again from the library. Its stamp is written last, so that a cache torn by a
crash has either no stamp or one that does not fit its files.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.store.database import sync_folder, translated

if TYPE_CHECKING:
    from rag.library import Library

STAMP_NAME = "stamp.json"

Details = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a cache was built from. `token` names the very commit; `details` are the cache's own, such as a version.

    `files` maps each file's name to its hash.
    """

    generation: int
    library_id: str
    token: str = ""
    details: Details = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class StampCheck:
    """A stamp that fits its files and library, or None and the reason."""

    stamp: Stamp | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a library: what, where, and what puts it right."""

    what: str
    where: str
    remedy: str


class Cache(Protocol):
    """Something derived from a library that can be derived again."""

    @property
    def name(self) -> str: ...

    def catch_up(self) -> None:
        """Bring the cache to the library's generation, on disk where that can be written."""

    def verify(self) -> list[Finding]:
        """Compare the cache with the library, entry by entry."""


class CacheKind(Protocol):
    """A class of caches: what opens one for a library, caught up with it, built anew where there is no usable one."""

    @property
    def name(self) -> str: ...

    def open(self, library: Library, /) -> Cache: ...


def stamp_cache(
    library: Library,
    folder: Path,
    files: Iterable[str],
    details: Details | None = None,
    *,
    known: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Stamp a cache as built from `library` at its present generation. `files` are names relative to `folder`."""
    return write_stamp(
        folder,
        library.generation,
        library.library_id,
        files,
        token=library.token(library.generation) or "",
        details=details,
        known=known,
    )


def check_cache(library: Library, folder: Path, details: Details | None = None) -> StampCheck:
    """`check_stamp`, and that the stamp's generation is in this library's own past and `details` are the same.

    A library restored from a backup has a past that newer caches do not share, though their numbers may look right.
    """
    check = check_stamp(folder, library.library_id)
    stamp = check.stamp
    if stamp is None:
        return check
    if stamp.generation > library.generation or library.token(stamp.generation) != stamp.token:
        return StampCheck(None, "it was built from a state that this library does not know (an older copy restored?)")
    if dict(stamp.details) != dict(details or {}):
        return StampCheck(None, "it was built by another version or with other settings")
    return check


def write_stamp(
    folder: Path,
    generation: int,
    library_id: str,
    files: Iterable[str],
    *,
    token: str = "",
    details: Details | None = None,
    known: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Write the stamp over `files` (names relative to `folder`, "/" between parts), in one step; their hashes.

    The files are flushed to the disk first: a stamp never outlives a power cut that its files did not. `known` holds
    hashes, from an earlier stamp, of files that are never changed once written: these are not read again, so that what
    rotted since stays in contradiction to its hash.
    """
    known = known or {}
    with translated(folder):
        hashes = {name: known.get(name) or _synced_sha256(folder / name) for name in sorted(files)}
        body: dict[str, Any] = {
            "generation": generation,
            "library_id": library_id,
            "token": token,
            "details": dict(details or {}),
            "files": hashes,
        }
        draft = folder / f"{STAMP_NAME}.new"
        with draft.open("w", encoding="utf-8") as handle:
            json.dump({"sha256": _body_sha256(body), "body": body}, handle, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(folder / STAMP_NAME)
        sync_folder(folder)
    return hashes


def check_stamp(folder: Path, library_id: str) -> StampCheck:
    """The stamp in `folder` if it is whole, of this library, and every file it names has the hash it names."""
    try:
        stamp, files = _read_stamp(folder)
    except FileNotFoundError:
        return StampCheck(None, "it has not been built yet, or not to the end")
    except (OSError, ValueError, KeyError, TypeError):
        return StampCheck(None, "its stamp is torn or altered")
    if stamp.library_id != library_id:
        return StampCheck(None, "it belongs to another library")
    for name, expected in files.items():
        try:
            found = _sha256(folder / name)
        except OSError:
            return StampCheck(None, f"its file {name} is missing or cannot be read")
        if found != expected:
            return StampCheck(None, f"its file {name} is torn or altered")
    return StampCheck(replace(stamp, files=files))


def _read_stamp(folder: Path) -> tuple[Stamp, dict[str, str]]:
    document = json.loads((folder / STAMP_NAME).read_text(encoding="utf-8"))
    body = document["body"]
    if document["sha256"] != _body_sha256(body):
        raise ValueError("the stamp's own hash differs")
    stamp = Stamp(int(body["generation"]), str(body["library_id"]), str(body["token"]), dict(body["details"]))
    return stamp, dict(body["files"])


def _body_sha256(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("utf-8")).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _synced_sha256(path: Path) -> str:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
        return hashlib.file_digest(handle, "sha256").hexdigest()
