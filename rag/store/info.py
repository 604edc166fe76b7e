"""What is in a library, in numbers, and how its caches stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.datatypes import Manifest
from rag.library import Library
from rag.store.cache_stamp import STAMP_NAME, check_stamp
from rag.store.rows import date_of
from rag.store.selection import host_counts


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """A cache on the disk. `generation` is None where it cannot be used, and `reason` says why."""

    name: str
    size_bytes: int
    generation: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """What `hoibao info` tells. `owed` counts articles that wait to be embedded, `unfinished_files` files that were
    not indexed to the end or hold records that could not be.

    `outlets` and `hosts` are (name, articles), the most frequent first: the newspapers that articles state, and the
    hosts of their addresses. `reprints` counts the articles that are copies of an earlier one, in so many groups.
    """

    manifest: Manifest
    library_id: str
    files: int
    unfinished_files: int
    chars: int
    owed: int
    reprints: int
    reprint_groups: int
    first_date: date | None
    last_date: date | None
    undated: int
    outlets: tuple[tuple[str, int], ...]
    hosts: tuple[tuple[str, int], ...]
    database_bytes: int
    caches: tuple[CacheInfo, ...]


def library_info(library: Library, caches: Sequence[str] = (), *, groups: Sequence[Sequence[str]] = ()) -> LibraryInfo:
    """Look at a library as a whole and at the caches of these names; reads no text and no vector.

    `groups` are the ids of articles that are copies of each other, the original first.
    """
    with library.snapshot():
        manifest = library.manifest()
        ((files, unfinished),) = library.select("SELECT count(*), coalesce(sum(raw_sha256 = ''), 0) FROM files")
        ((chars, owed, first, last, dated),) = library.select(
            "SELECT coalesce(sum(chars), 0), coalesce(sum(recipe = ''), 0),"
            " min(published_on), max(published_on), count(published_on) FROM articles"
        )
        outlets = library.select(
            "SELECT outlet, count(*) FROM articles WHERE outlet IS NOT NULL GROUP BY outlet ORDER BY 2 DESC, 1"
        )
        hosts = host_counts(library)
    return LibraryInfo(
        manifest=manifest,
        library_id=library.library_id,
        files=files,
        unfinished_files=unfinished,
        chars=chars,
        owed=owed,
        reprints=sum(len(group) - 1 for group in groups),
        reprint_groups=len(groups),
        first_date=date_of(first),
        last_date=date_of(last),
        undated=manifest.articles - dated,
        outlets=tuple((name, count) for name, count in outlets),
        hosts=tuple(hosts),
        database_bytes=sum(path.stat().st_size for path in library.folder.glob("library.db*") if path.is_file()),
        caches=tuple(_cache(library, name) for name in caches),
    )


def _cache(library: Library, name: str) -> CacheInfo:
    folder = library.folder / name
    stamps = sorted(folder.glob(f"[0-9]*/{STAMP_NAME}"), reverse=True)
    if not stamps:
        return CacheInfo(name, _size_bytes(folder), None, "it is not there")
    check = check_stamp(stamps[0].parent, library.library_id)
    return CacheInfo(name, _size_bytes(folder), check.stamp.generation if check.stamp else None, check.reason)


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
