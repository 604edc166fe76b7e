"""Databases beside the library's own, for what people keep: not derived from the articles, touched by no repair."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from rag.errors import LibraryLocked, LibraryTooNew
from rag.store.database import BUSY_TIMEOUT_S, Connection, connect, connect_memory, open_to_read, translated


def open_side(path: Path, schema: str, version: int, upgrades: Mapping[int, str] | None = None) -> Connection:
    """A connection that writes, in WAL mode; the database is made with `schema` where there is none.

    Of an older one `upgrades` hold the statements that lead from each version to the next.

    Raises LibraryTooNew for one that a newer version has written, and leaves that as it is, LibraryDamaged for what is
    no database, and LibraryError where it cannot be written.
    """
    with translated(path):
        connection = connect(path, "mode=rwc")
        try:
            _require_known(connection, path, version)
            _in_wal_mode(connection, path)
            connection.execute("PRAGMA synchronous = NORMAL")
            _create(connection, schema, version, upgrades or {})
            _require_known(connection, path, version)
        except BaseException:
            connection.close()
            raise
    return connection


def open_side_in_memory(
    path: Path | None, schema: str, version: int, upgrades: Mapping[int, str] | None = None
) -> Connection:
    """The same where nothing can be written: in memory, with a copy of what `path` holds, if that is given and there.

    Raises LibraryError where that cannot be read.
    """
    connection = connect_memory()
    try:
        if path is not None and path.exists():
            with translated(path), closing(open_to_read(path)) as original:
                _require_known(original, path, version)
                original.backup(connection)
        _create(connection, schema, version, upgrades or {})
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: Connection, schema: str, version: int, upgrades: Mapping[int, str]) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    steps = [schema] if found == 0 else [upgrades[step] for step in range(found, version) if step in upgrades]
    for statement in (statement for step in steps for statement in step.split(";\n")):
        connection.execute(statement)
    if found < version:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")


def _require_known(connection: Connection, path: Path, version: int) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > version:
        raise LibraryTooNew(
            f"the file has format {found}, this program knows formats up to {version}",
            where=str(path),
            remedy="Upgrade Hỏi Báo, or move the file away",
        )


def _in_wal_mode(connection: Connection, path: Path) -> None:
    """Go over to a write-ahead log. SQLite itself does not wait for another program that does the same."""
    end = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            with translated(path):
                connection.execute("PRAGMA journal_mode = WAL")
        except LibraryLocked:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
