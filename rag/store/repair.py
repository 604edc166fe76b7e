"""Mend a library: keep everything that is provably as it was stored, embed again what lost its vectors, name the rest.

A damaged database is not patched. What is sound is copied into a new one, which then takes its place in one step; the
old file stays beside it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.config import Settings
from rag.embed import Embedder
from rag.errors import LibraryDamaged
from rag.indexing import embed_owed
from rag.library import Library
from rag.store import database
from rag.store.cache_stamp import CacheKind, Finding
from rag.store.database import DATABASE_NAME, Connection, translated
from rag.store.lock import writer_lock
from rag.store.rows import ARTICLE_COLUMNS, article_of, model_from_text
from rag.store.verify import check_caches, check_chunks, verify
from rag.store.writer import store_article

DAMAGED_NAME = f"{DATABASE_NAME}.damaged"


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was found and what was done.

    `lost` are the sources of articles that could not be kept (or a number where even that cannot be read): their files
    must be indexed again. `embedded` counts passages embedded again, `owed` articles that still wait for that.
    `kept_aside` is the damaged database, if it was replaced.
    """

    findings: tuple[Finding, ...]
    lost: tuple[str, ...]
    embedded: int
    owed: int
    rebuilt: tuple[str, ...]
    kept_aside: Path | None


def repair(
    folder: str | Path,
    *,
    caches: Sequence[CacheKind] = (),
    open_embedder: Callable[[], Embedder] | None = None,
    settings: Settings | None = None,
) -> RepairReport:
    """Mend the library in `folder`. The caches are rebuilt if anything is wrong with them or with the database.

    `open_embedder` is called only if passages must be embedded again; without it their articles stay owed.
    Raises LibraryMissing, LibraryTooNew, LibraryLocked, and LibraryDamaged where nothing can be read at all.
    """
    place = Path(folder)
    database.require_library(place)
    findings = _look(place)
    lost: tuple[str, ...] = ()
    kept_aside = None
    if findings:
        with writer_lock(place):
            lost = _salvage(place)
            kept_aside = place / DAMAGED_NAME
    embedded = 0
    with Library.open(place) as library:
        if library.owed() and open_embedder is not None:
            embedded = embed_owed(library, open_embedder(), settings or Settings())
        rebuilt, cache_findings = _rebuild_caches(library, caches, everything=bool(findings))
        owed = len(library.owed())
    return RepairReport((*findings, *cache_findings), lost, embedded, owed, rebuilt, kept_aside)


def _look(folder: Path) -> tuple[Finding, ...]:
    """What is wrong with the database that copying can mend."""
    try:
        with Library.open(folder) as library:
            owed = set(library.owed())
            found = verify(library).findings
            return tuple(finding for finding in found if not any(f"article {id_} " in finding.where for id_ in owed))
    except LibraryDamaged as error:
        return (Finding(error.what, error.where, error.remedy),)


def _rebuild_caches(
    library: Library, kinds: Sequence[CacheKind], *, everything: bool
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    rebuilt = []
    # Those of a replaced database belong to another library now: nothing worth saying.
    found = {} if everything else check_caches(library, kinds)
    for kind in kinds:
        if everything or found[kind.name]:
            # Under the lock: nobody else may be writing there.
            with library.writer():
                shutil.rmtree(library.folder / kind.name, ignore_errors=True)
                kind.open(library)
            rebuilt.append(kind.name)
    return tuple(rebuilt), tuple(finding for findings in found.values() for finding in findings)


def _salvage(folder: Path) -> tuple[str, ...]:
    """Replace the database by a new one with all that is sound in it. Returns the sources of what is not."""
    with database.open_damaged(folder) as source, database.draft_database(folder) as target:
        copy = _Copy(source, target)
        copy.run()
        _keep_aside(folder)
    return tuple(copy.lost)


def _keep_aside(folder: Path) -> None:
    aside = folder / DAMAGED_NAME
    aside.unlink(missing_ok=True)
    try:
        os.link(folder / DATABASE_NAME, aside)
    except OSError:  # a file system without links
        shutil.copyfile(folder / DATABASE_NAME, aside)


class _Copy:
    """Copies what is sound from one database into another, empty one."""

    def __init__(self, source: Connection, target: Connection) -> None:
        self.source = source
        self.target = target
        self.lost: list[str] = []
        self.dimension = 0

    def run(self) -> None:
        self._copy_manifest()
        for number in self._numbers():
            if not self._copy_article(number):
                self.lost.append(self._name(number))
        files = self._read("SELECT path, source, raw_sha256, size_bytes, recipe FROM files")
        if self.lost:
            # Which file an unreadable article came from is not known: look into all of them at the next indexing.
            files = [(path, source, "", size_bytes, recipe) for path, source, _, size_bytes, recipe in files]
        self.target.executemany("INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?, ?)", files)
        # None in a library made before there was this table.
        aside = self._read("SELECT id, source, path, recipe, raw_sha256, dismissed_at, article FROM dismissed")
        self.target.executemany("INSERT OR IGNORE INTO dismissed VALUES (?, ?, ?, ?, ?, ?, ?)", aside)

    def _copy_manifest(self) -> None:
        rows = self._read("SELECT generation, normaliser_version, model FROM library")
        known = self._read("SELECT max(generation) FROM generations") + self._read("SELECT max(generation) FROM chunks")
        generation = 1 + max([0, *(row[0] for row in [*rows, *known] if isinstance(row[0], int))])
        normaliser_version = model = None
        try:
            ((_, normaliser_version, model),) = rows
            self.dimension = model_from_text(model).dimension
        except (ValueError, TypeError):
            # Without knowing what made them no vector can be trusted: all articles will be embedded again.
            normaliser_version = model = None
        # A new identity: caches of the old database must not be taken for this one's.
        self.target.execute(
            "INSERT INTO library VALUES (1, ?, ?, ?, ?)", (uuid.uuid4().hex, generation, normaliser_version, model)
        )
        self.target.execute("INSERT INTO generations VALUES (?, ?)", (generation, uuid.uuid4().hex))

    def _numbers(self) -> list[int]:
        """All article numbers that the table or one of its indexes still tells of."""
        ways = ("NOT INDEXED", "INDEXED BY articles_by_path", "INDEXED BY articles_by_text")
        numbers = {
            number
            for way in ways
            for (number,) in self._read(f"SELECT number FROM articles {way}")  # noqa: S608
        }
        return sorted(numbers)

    def _copy_article(self, number: int) -> bool:
        rows = self._read(
            f"SELECT path, recipe, passages_sha256, generation, {ARTICLE_COLUMNS} FROM articles"  # noqa: S608
            " NOT INDEXED WHERE number = ?",
            (number,),
        )
        parts = self._read(
            "SELECT ordinal, start, stop, text, reason FROM removed WHERE article = ? ORDER BY ordinal", (number,)
        )
        try:
            ((path, recipe, passages_sha256, generation, *row),) = rows
            article = article_of(row, [part[1:] for part in parts])
        except (ValueError, TypeError):
            return False
        if next(check_chunks(self._read, number, article, self.dimension), None) is not None:
            recipe = ""
        store_article(self.target, article, path, recipe, passages_sha256, generation, number=number)
        if recipe:
            self.target.executemany(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?)",
                self._read(
                    "SELECT key, article, ordinal, start, stop, generation FROM chunks WHERE article = ?", (number,)
                ),
            )
            self.target.executemany(
                "INSERT INTO vectors VALUES (?, ?, ?)",
                self._read(
                    "SELECT v.key, v.digest, v.vector FROM chunks c JOIN vectors v USING (key) WHERE c.article = ?",
                    (number,),
                ),
            )
        return True

    def _name(self, number: int) -> str:
        rows = self._read("SELECT source FROM articles NOT INDEXED WHERE number = ?", (number,))
        return str(rows[0][0]) if rows else f"article number {number}"

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query up to the first that cannot be read."""
        rows: list[tuple[Any, ...]] = []
        with contextlib.suppress(LibraryDamaged), translated(Path(DATABASE_NAME)):
            for row in self.source.execute(sql, values):
                rows.append(row)  # noqa: PERF402 - what was read before an error is kept
        return rows
