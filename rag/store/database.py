"""SQLite at arm's length: the schema, connections, and SQLite's errors turned into the library's own.

The only module that imports sqlite3.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryLocked, LibraryMissing, LibraryTooNew

DATABASE_NAME = "library.db"
# SQLite's own files beside it, drafts, and what a repair leaves.
SUFFIXES = ("", "-wal", "-shm", "-journal", ".new", ".new-journal", ".copy", ".damaged")
APPLICATION_ID = 0x48424130  # "HBA0" in the file's header
SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 10.0

# The text stands last in its row, so that the columns before it are read without touching overflow pages.
SCHEMA = """
CREATE TABLE library (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  library_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  normaliser_version INTEGER,
  model TEXT
) STRICT;
CREATE TABLE generations (
  generation INTEGER PRIMARY KEY,
  token TEXT NOT NULL
) STRICT;
CREATE TABLE files (
  path TEXT PRIMARY KEY,
  source TEXT NOT NULL UNIQUE,
  raw_sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  recipe TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE articles (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  recipe TEXT NOT NULL,
  raw_sha256 TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,
  passages_sha256 TEXT NOT NULL,
  title TEXT NOT NULL,
  title_stated INTEGER NOT NULL CHECK (title_stated IN (0, 1)),
  published_on TEXT,
  outlet TEXT,
  url TEXT,
  chars INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  digest BLOB NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX articles_by_path ON articles (path);
CREATE INDEX articles_by_text ON articles (text_sha256);
CREATE INDEX articles_by_generation ON articles (generation);
CREATE INDEX articles_owed ON articles (number) WHERE recipe = '';
CREATE INDEX articles_by_day ON articles (published_on, outlet, url);
CREATE TABLE removed (
  article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (article, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  UNIQUE (article, ordinal)
) STRICT;
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE vectors (
  key INTEGER PRIMARY KEY REFERENCES chunks (key) ON DELETE CASCADE,
  digest BLOB NOT NULL,
  vector BLOB NOT NULL
) STRICT;
CREATE TABLE tombstones (
  key INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL
) STRICT;
CREATE INDEX tombstones_by_generation ON tombstones (generation);
"""
# Articles that somebody took out by hand, kept so that indexing their file again does not bring them back, and so that
# it can be undone. Libraries made before this table have it from their next change on.
SCHEMA_DISMISSED = """
CREATE TABLE IF NOT EXISTS dismissed (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  path TEXT NOT NULL,
  recipe TEXT NOT NULL,
  raw_sha256 TEXT NOT NULL,
  dismissed_at TEXT NOT NULL,
  article TEXT
) STRICT
"""

DAMAGED_REMEDY = (
    "Run `hoibao verify`, then `hoibao repair`; if the library does not even open, move the folder away "
    "and index the articles again"
)


class Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, unlike sqlite3's own."""


@contextlib.contextmanager
def translated(place: Path) -> Iterator[None]:
    """Raise what SQLite and the file system complain of as the library's errors, each with its remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise _library_error(error, place) from error
    except UnicodeDecodeError as error:  # not even SQLite's own complaint could be decoded
        raise _damaged("the database is torn or altered", place) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _disk_full(place) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise _not_permitted(place) from error
        raise LibraryError(
            f"the file system reports: {error.strerror or error}", where=str(place), remedy="Check the disk and retry"
        ) from error


def _damaged(what: str, place: Path) -> LibraryDamaged:
    return LibraryDamaged(what, where=str(place), remedy=DAMAGED_REMEDY)


def _disk_full(place: Path) -> DiskFull:
    return DiskFull(
        "no room left on the disk (or a limit on file sizes is reached); nothing was changed",
        where=str(place),
        remedy="Free some space and run the command again: it continues where it stopped",
    )


def _not_permitted(place: Path) -> LibraryError:
    return LibraryError(
        "permission denied, or a read-only disk",
        where=str(place),
        remedy="Check the folder's owner and permissions (`ls -ld`), or choose another with --library",
    )


def _library_error(error: sqlite3.Error, place: Path) -> LibraryError:
    name: str = getattr(error, "sqlite_errorname", None) or ""
    if name in {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"}:
        return _disk_full(place)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return _not_permitted(place)
    kind, what, remedy = LibraryError, "", ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        kind, what = LibraryLocked, "another program keeps the database busy"
        remedy = "Close it or wait, then run again"
    elif name.startswith("SQLITE_IOERR"):
        what, remedy = f"the disk failed while the database was in use ({error})", "Check the disk, run again"
    elif isinstance(error, sqlite3.ProgrammingError):
        what, remedy = "the library was closed while it was in use", "Open it again"
    elif name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")) or "malformed" in str(error):
        return _damaged(f"the database is torn or altered ({error})", place)
    else:
        # What is left ("no such table", a constraint that fails) can only come from a database that was altered.
        return _damaged(f"the database is not as it was written ({error})", place)
    return kind(what, where=str(place), remedy=remedy)


def create_database(folder: Path) -> None:
    """Create an empty library in `folder`, whole or not at all. The caller holds the writer's lock."""
    with draft_database(folder) as connection:
        connection.execute("INSERT INTO library VALUES (1, ?, 0, NULL, NULL)", (uuid.uuid4().hex,))
        connection.execute("INSERT INTO generations VALUES (0, ?)", (uuid.uuid4().hex,))


@contextlib.contextmanager
def draft_database(folder: Path) -> Iterator[Connection]:
    """A new database with empty tables, inside a transaction; at the end it takes the place of the library's own."""
    target = folder / DATABASE_NAME
    draft = folder / f"{DATABASE_NAME}.new"
    with translated(target):
        try:
            draft.unlink(missing_ok=True)
            connection = connect(draft, "mode=rwc")
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                connection.executescript(f"BEGIN; {SCHEMA}{SCHEMA_DISMISSED}")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
            # Whatever was logged for the file that goes must not be taken for the new one's.
            for suffix in ("-wal", "-shm"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
            draft.replace(target)
            sync_folder(folder)
        except BaseException:
            for leftover in (draft, folder / f"{draft.name}-journal"):
                leftover.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def open_damaged(folder: Path) -> Iterator[Connection]:
    """A read-only connection to a copy of a database that may be torn; what can be read of it can be read here."""
    original, copy = folder / DATABASE_NAME, folder / f"{DATABASE_NAME}.copy"
    with translated(original):
        _merge_log(folder)
        try:
            shutil.copyfile(original, copy)
            _pad(copy)
            connection = connect(copy, "mode=ro&immutable=1")
            try:
                connection.execute("SELECT count(*) FROM sqlite_master")
                yield connection
            finally:
                connection.close()
        finally:
            copy.unlink(missing_ok=True)


def _pad(path: Path) -> None:
    """Make a file that was cut short as long as its header says; SQLite refuses it as a whole otherwise."""
    with path.open("r+b") as handle:
        header = handle.read(100)
        page_bytes = int.from_bytes(header[16:18], "big")
        page_bytes = 65_536 if page_bytes == 1 else page_bytes
        pages = int.from_bytes(header[28:32], "big")
        length = handle.seek(0, os.SEEK_END)
        # A header that was altered may claim any length; no more than tripling is believed.
        if length < pages * page_bytes <= 3 * length + page_bytes:
            handle.truncate(pages * page_bytes)


def _merge_log(folder: Path) -> None:
    """Move what the write-ahead log holds into the database file, as far as that can still be done."""
    with contextlib.suppress(sqlite3.Error):
        connection = connect(folder / DATABASE_NAME, "mode=rw")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_reader(folder: Path) -> Connection:
    """A read-only connection, also where nothing can be written."""
    return open_to_read(folder / DATABASE_NAME)


def open_to_read(path: Path) -> Connection:
    """The same for any database of the folder."""
    with translated(path):
        try:
            connection = connect(path, "mode=ro")
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            if not (getattr(error, "sqlite_errorname", None) or "").startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                raise
            connection = _open_unwritable(path, error)
    return connection


def _open_unwritable(path: Path, error: sqlite3.OperationalError) -> Connection:
    """Open a database beside which SQLite may not put its own files. Nobody else can be writing there either."""
    if not os.access(path, os.R_OK):
        raise error
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise LibraryError(
            "the last changes still wait in the write-ahead log, and this folder cannot be written",
            where=str(path),
            remedy="Run `hoibao info` once where the folder can be written, or copy the whole folder elsewhere",
        )
    return connect(path, "mode=ro&immutable=1")


def open_writer(folder: Path) -> Connection:
    """A connection that writes, in WAL mode with synchronous=FULL. The caller holds the writer's lock."""
    path = folder / DATABASE_NAME
    with translated(path):
        connection = connect(path, "mode=rw")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # Libraries made before this index have it from their next change on; until then filters are only slower.
            connection.execute("CREATE INDEX IF NOT EXISTS articles_by_day ON articles (published_on, outlet, url)")
            connection.execute(SCHEMA_DISMISSED)
        except BaseException:
            connection.close()
            raise
    return connection


def connect(path: Path, mode: str) -> Connection:
    """A connection as SQLite gives it, with its errors as they are; `mode` is of SQLite's URIs."""
    # Threads never share a connection while it is in use, but any thread may close it.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_S,
        check_same_thread=False,
        factory=Connection,
    )


def connect_memory() -> Connection:
    """A database in memory, which ends with the connection."""
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=Connection)


def require_library(folder: Path) -> None:
    """Raise LibraryMissing, with what is there instead, unless `folder` holds a database."""
    remedy = "Build one with `hoibao index PATH... --library DIR`, or name another with --library"
    if folder.exists() and not folder.is_dir():
        raise LibraryMissing("this is a file, and a library is a folder", where=str(folder), remedy=remedy)
    try:
        found = (folder / DATABASE_NAME).is_file()
    except PermissionError as error:
        raise _not_permitted(folder) from error
    if not found:
        raise LibraryMissing("there is no library here", where=str(folder), remedy=remedy)


def check_header(connection: Connection, folder: Path) -> None:
    """Raise unless the database is a library of this or an older version, and as long as its header says."""
    path = folder / DATABASE_NAME
    with translated(path):
        application_id = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
        # Pages may still be in the log, so the length says something only without one. In this order: whatever another
        # process commits or moves over meanwhile, a sound database is never taken for a short one.
        log = path.with_name(f"{path.name}-wal")
        settled = not (log.exists() and log.stat().st_size)
        short = settled and path.stat().st_size < pages * page_bytes
    if application_id != APPLICATION_ID:
        raise LibraryDamaged(
            "this file is not the database of a library (empty, altered, or of another program)",
            where=str(path),
            remedy="Move it away and index the articles again",
        )
    if version > SCHEMA_VERSION:
        raise LibraryTooNew(
            f"the library has format {version}, this program knows formats up to {SCHEMA_VERSION}",
            where=str(path),
            remedy="Upgrade Hỏi Báo, or index the articles into another library",
        )
    if short:
        raise _damaged("the database is cut short", path)
