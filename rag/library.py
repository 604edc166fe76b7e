"""The library: a folder whose SQLite database is the one truth. Articles, chunks and vectors live here.

Reading needs no lock and works on a read-only disk; writing goes through `Library.writer()`, one process at a time.
Everything handed out was checked against the digest stored with it.
"""

from __future__ import annotations

import contextlib
import json
import threading
import weakref
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Chunk, Filters, Manifest, ModelIdentity
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, LibraryMismatch
from rag.store import database
from rag.store.lock import LOCK_NAME, OWNER_NAME, writer_lock
from rag.store.rows import (
    ARTICLE_COLUMNS,
    ArticleRow,
    ArticleText,
    ChunkText,
    FileRow,
    StoredArticle,
    article_of,
    chunk_digest,
    date_of,
    model_from_text,
)
from rag.store.selection import selected_keys
from rag.store.writer import Writer
from rag.vietnamese import NORMALISER_VERSION

BATCH_ROWS = 2048
LOCK_WAIT_S = 2.0
ARTICLE_BATCH_ROWS = 256
CACHE_NAMES = ("dense", "lexical", "abbreviations", "copies")
# A user's own table of names, put there by hand (`rag.names`).
NAMES_NAME = "names.tsv"

_NO_MODEL = ModelIdentity("", "", "", "", 0, "", "")

_CHUNKS = """
SELECT c.key, a.id, c.ordinal, c.start, c.stop FROM chunks c JOIN articles a ON a.number = c.article
WHERE c.key IN (SELECT value FROM json_each(?))
"""
_VECTORS = """
SELECT c.key, c.article, c.ordinal, c.start, c.stop, c.generation, v.digest, v.vector
FROM chunks c LEFT JOIN vectors v ON v.key = c.key
WHERE c.key IN (SELECT value FROM json_each(?)) ORDER BY c.key
"""
_ROWS = """
SELECT id, source, title, title_stated, published_on, outlet, url, chars, generation FROM articles ORDER BY number
"""
_STORED = "SELECT id, path, raw_sha256, recipe, passages_sha256 FROM articles"


class Library:
    """An open library. Safe to use from several threads; close it, or use it as a context manager.

    `generation` is what was last looked at: `refresh()` moves it on when another process has committed since, and
    everything `*_since` returns belongs to it or an earlier one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library_id = ""
        self.generation = 0
        self.identity: ModelIdentity | None = None
        self.normaliser_version: int | None = None
        self._local = threading.local()
        self._connections: weakref.WeakSet[database.Connection] = weakref.WeakSet()
        self.may_write_caches = True
        self._writing = False
        self._closed = False
        self._file = _file_of(folder)

    @classmethod
    def open(cls, folder: str | Path, *, create: bool = False) -> Library:
        """Open the library in `folder`; with `create`, make an empty one where there is none.

        Raises LibraryMissing, LibraryTooNew, LibraryDamaged, or LibraryError where the folder cannot be used.
        """
        place = Path(folder)
        if create and not (place.exists() and not place.is_dir()):
            _create_if_missing(place)
        database.require_library(place)
        library = cls(place)
        try:
            database.check_header(library._connection(), place)
            library._look()
        except BaseException:
            library.close()
            raise
        return library

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._closed = True
        for connection in list(self._connections):
            connection.close()

    def refresh(self) -> bool:
        """Look again; True if a newer generation was committed since, by whomever."""
        before = self.generation
        self._look()
        return self.generation != before

    def is_behind(self) -> bool:
        """Whether a newer generation was committed since `refresh` was called last."""
        ((generation,),) = self.select("SELECT generation FROM library")
        return bool(generation != self.generation)

    def own_paths(self) -> frozenset[str]:
        """The resolved paths of what is in the folder for this program's use; nothing there is an article."""
        names = [f"{database.DATABASE_NAME}{suffix}" for suffix in database.SUFFIXES]
        names += [LOCK_NAME, OWNER_NAME, NAMES_NAME, *CACHE_NAMES]
        return frozenset(str(self.folder.resolve() / name) for name in names)

    def was_replaced(self) -> bool:
        """Whether there is another database at this place by now: repaired, or removed and made again; or none."""
        return _file_of(self.folder) != self._file

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of this thread inside see one state, whatever is committed meanwhile. Keep it short."""
        connection = self._connection()
        with database.translated(self._path):
            nested = connection.in_transaction
            if not nested:
                connection.execute("BEGIN")
        if nested:
            yield
            return
        try:
            yield
        finally:
            with contextlib.suppress(LibraryError), database.translated(self._path):
                connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writer(self) -> Iterator[Writer]:
        """Take the single-writer lock. Raises LibraryLocked, naming the owner, where another process holds it."""
        # Whoever only brings a cache up to date, as a question does, is done by then.
        with writer_lock(self.folder, wait_s=LOCK_WAIT_S):
            connection = database.open_writer(self.folder)
            self._writing = True
            try:
                self._look()
                yield Writer(connection, self._path, self._look)
            finally:
                self._writing = False
                # Leave one whole file behind wherever no reader is in the way; the log does as well.
                with contextlib.suppress(LibraryError), database.translated(self._path):
                    connection.execute("PRAGMA busy_timeout = 50")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()

    @contextlib.contextmanager
    def try_lock(self) -> Iterator[bool]:
        """Whether caches may be written to the folder now: this process has or gets the writer's lock."""
        if not self.may_write_caches:
            yield False
            return
        if self._writing:
            yield True
            return
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(writer_lock(self.folder))
            except LibraryError:
                yield False
                return
            yield True

    def require_model(self, model: ModelIdentity) -> None:
        """Raise LibraryMismatch unless what is stored was made with this model and the present text normaliser."""
        problem = mismatch(self.identity, self.normaliser_version, model, NORMALISER_VERSION)
        if problem:
            raise LibraryMismatch(
                problem,
                where=str(self.folder),
                remedy="Name that model in the settings, or embed everything anew: `hoibao index --rebuild PATH...`",
            )

    def manifest(self) -> Manifest:
        """What the library says of itself. An empty library has a model with an empty name."""
        with self.snapshot():
            return Manifest(
                schema_version=self._one("PRAGMA user_version"),
                generation=self._one("SELECT generation FROM library"),
                normaliser_version=self.normaliser_version or 0,
                model=self.identity or _NO_MODEL,
                articles=self._one("SELECT count(*) FROM articles"),
                chunks=self._one("SELECT count(*) FROM chunks"),
            )

    def token(self, generation: int) -> str | None:
        """The random name of a commit; None if this library never had that generation."""
        rows = self.select("SELECT token FROM generations WHERE generation = ?", (generation,))
        return rows[0][0] if rows else None

    def article(self, article_id: str) -> Article:
        """One article. Raises LibraryError if there is none, LibraryDamaged if it is not as it was stored."""
        with self.snapshot():
            rows = self.select(f"SELECT number, {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (article_id,))  # noqa: S608
            if not rows:
                raise LibraryError(
                    f"no article {article_id}", where=str(self.folder), remedy="It may just have been removed"
                )
            number, *row = rows[0]
            parts = self.select(
                "SELECT start, stop, text, reason FROM removed WHERE article = ? ORDER BY ordinal", (number,)
            )
        try:
            return article_of(row, parts)
        except ValueError as error:
            raise LibraryDamaged(
                f"article {article_id} ({row[1]}) is not as it was stored",
                where=str(self._path),
                remedy="Run `hoibao repair`, then index its file again",
            ) from error

    def articles(self) -> Iterator[ArticleRow]:
        """All articles without their texts, in the order in which they were first stored."""
        for id_, source, title, stated, published_on, outlet, url, chars, generation in self.select(_ROWS):
            yield ArticleRow(id_, source, title, bool(stated), date_of(published_on), outlet, url, chars, generation)

    def ids_since(self, generation: int) -> list[str]:
        """Ids of articles stored or changed after `generation`, in stored order."""
        return [
            id_ for (id_,) in self.select("SELECT id FROM articles WHERE generation > ? ORDER BY number", (generation,))
        ]

    def chunks(self, keys: Sequence[int]) -> dict[int, Chunk]:
        """The chunks of these keys; keys of removed chunks are absent."""
        wanted = json.dumps([int(key) for key in keys])
        return {
            key: Chunk(f"{article_id}:{ordinal:04d}", article_id, ordinal, start, end)
            for key, article_id, ordinal, start, end in self.select(_CHUNKS, (wanted,))
        }

    def chunk_keys(self, article_id: str) -> list[int]:
        """The keys of an article's chunks, in the order of the text."""
        return [
            key
            for (key,) in self.select(
                "SELECT c.key FROM chunks c JOIN articles a ON a.number = c.article WHERE a.id = ? ORDER BY c.ordinal",
                (article_id,),
            )
        ]

    def keys_of(self, filters: Filters) -> NDArray[np.int64]:
        """Keys of the chunks whose article passes the filters, ascending; all where the filters are empty."""
        return selected_keys(self, filters)

    def removed_since(self, generation: int) -> NDArray[np.int64]:
        """Keys of chunks removed after `generation`, ascending."""
        return self._keys(
            "SELECT key FROM tombstones WHERE generation > ? AND generation <= ? ORDER BY key", generation
        )

    def keys_since(self, generation: int) -> NDArray[np.int64]:
        """Keys of live chunks added after `generation`, ascending."""
        return self._keys("SELECT key FROM chunks WHERE generation > ? AND generation <= ? ORDER BY key", generation)

    def vectors_since(self, generation: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
        """Live chunks added after `generation`: keys (n,), ascending, and L2-normalised vectors (n, dimension).

        In batches, so that a large library passes through little memory. Raises LibraryDamaged at a vector that is
        not as it was stored.
        """
        dimension = self.identity.dimension if self.identity else 0
        for batch in _batches(self.keys_since(generation)):
            keys: list[int] = []
            vectors = bytearray()
            for key, article, ordinal, start, end, of, digest, vector in self.select(_VECTORS, (batch,)):
                row = (key, article, ordinal, start, end, of)
                if vector is None or len(vector) != dimension * 2 or chunk_digest(row, vector) != digest:
                    raise LibraryDamaged(
                        f"the vector of chunk {key} is not as it was stored",
                        where=str(self._path),
                        remedy="Run `hoibao repair`: it embeds such passages again",
                    )
                keys.append(key)
                vectors += vector
            if keys:
                yield np.array(keys, dtype=np.int64), np.frombuffer(vectors, dtype="<f2").reshape(len(keys), dimension)

    def texts_since(self, generation: int) -> Iterator[list[ChunkText]]:
        """Titles and texts of live chunks added after `generation`, ascending by key, in batches."""
        number, title, text = -1, "", ""
        for batch in _batches(self.keys_since(generation)):
            found: list[ChunkText] = []
            with self.snapshot():
                for key, article, start, end in self.select(
                    "SELECT key, article, start, stop FROM chunks"
                    " WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key",
                    (batch,),
                ):
                    if article != number:
                        number = article
                        ((title, text),) = self.select("SELECT title, text FROM articles WHERE number = ?", (number,))
                    found.append(ChunkText(key, title, text[start:end]))
            number = -1  # the next batch may see another state
            if found:
                yield found

    def article_ids(self) -> frozenset[str]:
        """The ids of all articles."""
        return frozenset(chain.from_iterable(self.select("SELECT id FROM articles")))

    def article_digests(self) -> dict[str, bytes]:
        """The digest of every article's row, by id: it changes with anything that is stored of the article."""
        return dict(self.select("SELECT id, digest FROM articles ORDER BY number"))

    def texts_by_article(self, generation: int, also: Collection[str] = ()) -> Iterator[list[ArticleText]]:
        """Articles stored or changed after `generation` and those of the ids in `also`, in stored order, in batches."""
        numbers = [
            number
            for (number,) in self.select(
                "SELECT number FROM articles WHERE generation > ? AND generation <= ?"
                " UNION SELECT number FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number",
                (generation, self.generation, json.dumps(sorted(also))),
            )
        ]
        for at in range(0, len(numbers), ARTICLE_BATCH_ROWS):
            some = json.dumps(numbers[at : at + ARTICLE_BATCH_ROWS])
            rows = self.select(
                "SELECT id, digest, title, text FROM articles"
                " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
                (some,),
            )
            yield [ArticleText(*row) for row in rows]

    def file(self, path: str) -> FileRow | None:
        """What is known of a file, by its resolved path."""
        rows = self.select("SELECT path, source, raw_sha256, size_bytes, recipe FROM files WHERE path = ?", (path,))
        return FileRow(*rows[0]) if rows else None

    def file_of_source(self, source: str) -> FileRow | None:
        """What is known of a file, by the source it was first given as."""
        rows = self.select("SELECT path, source, raw_sha256, size_bytes, recipe FROM files WHERE source = ?", (source,))
        return FileRow(*rows[0]) if rows else None

    def paths(self) -> list[str]:
        """The resolved paths of all files that articles came from, sorted."""
        return [path for (path,) in self.select("SELECT path FROM files UNION SELECT path FROM articles ORDER BY path")]

    def stored(self, path: str) -> dict[str, StoredArticle]:
        """The articles of one file, by id."""
        rows = self.select(f"{_STORED} WHERE path = ? ORDER BY number", (path,))
        return {row[0]: StoredArticle(*row) for row in rows}

    def stored_article(self, article_id: str) -> StoredArticle | None:
        rows = self.select(f"{_STORED} WHERE id = ?", (article_id,))
        return StoredArticle(*rows[0]) if rows else None

    def sources(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The sources of these articles, by id, in stored order; ids that are not there are absent."""
        return dict(
            self.select(
                "SELECT id, source FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number",
                (json.dumps(list(article_ids)),),
            )
        )

    def published(self, article_ids: Sequence[str]) -> dict[str, date | None]:
        """The days of publication of these articles, by id, in stored order; ids that are not there are absent."""
        rows = self.select(
            "SELECT id, published_on FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number",
            (json.dumps(list(article_ids)),),
        )
        return {id_: date_of(published_on) for id_, published_on in rows}

    def owed(self) -> list[str]:
        """Ids of articles that have to be chunked and embedded again, in stored order."""
        return [id_ for (id_,) in self.select("SELECT id FROM articles WHERE recipe = '' ORDER BY number")]

    def select(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query: for the modules that look after the storage, none else."""
        connection = self._connection()
        with database.translated(self._path):
            return connection.execute(sql, values).fetchall()

    @property
    def _path(self) -> Path:
        return self.folder / database.DATABASE_NAME

    def _connection(self) -> database.Connection:
        connection: database.Connection | None = getattr(self._local, "connection", None)
        if self._closed:
            raise LibraryError("the library is closed", where=str(self.folder), remedy="Open it again")
        if connection is None:
            connection = database.open_reader(self.folder)
            self._local.connection = connection
            self._connections.add(connection)
        return connection

    def _one(self, sql: str) -> int:
        return int(self.select(sql)[0][0])

    def _keys(self, sql: str, generation: int) -> NDArray[np.int64]:
        rows = self.select(sql, (generation, self.generation))
        return np.fromiter((key for (key,) in rows), dtype=np.int64, count=len(rows))

    def _look(self) -> None:
        rows = self.select("SELECT library_id, generation, normaliser_version, model FROM library")
        try:
            ((library_id, generation, normaliser_version, model),) = rows
            identity = model_from_text(model) if model is not None else None
        except ValueError as error:
            raise LibraryDamaged(
                "the manifest cannot be read", where=str(self._path), remedy=database.DAMAGED_REMEDY
            ) from error
        self.library_id, self.generation = library_id, generation
        self.normaliser_version, self.identity = normaliser_version, identity


def mismatch(
    stored: ModelIdentity | None, stored_normaliser: int | None, model: ModelIdentity, normaliser_version: int
) -> str | None:
    """In what a library's model or normaliser differs from the present ones; None if in nothing that matters.

    How vectors were computed (runtime, precision) is recorded but not compared: they agree within float noise.
    """
    if stored is None:
        return None
    recorded = ("runtime", "precision")
    old = {name: value for name, value in asdict(stored).items() if name not in recorded}
    new = {name: value for name, value in asdict(model).items() if name not in recorded}
    names = [name for name in old if old[name] != new[name]]
    if names:
        told = ", ".join(f"{name} {_short(old[name])} there, {_short(new[name])} now" for name in names)
        return f"the library was built with another embedding model ({told})"
    if stored_normaliser != normaliser_version:
        return f"the library was built with text normaliser {stored_normaliser}, this program has {normaliser_version}"
    return None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 24 else f"{text[:12]}…"


def _file_of(folder: Path) -> tuple[int, int] | None:
    """What the operating system knows the database by; None if there is none or the disk fails."""
    try:
        status = (folder / database.DATABASE_NAME).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _create_if_missing(folder: Path) -> None:
    with database.translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / database.DATABASE_NAME).exists():
            return
    try:
        with writer_lock(folder):
            if not (folder / database.DATABASE_NAME).exists():
                database.create_database(folder)
    except LibraryLocked:
        # Another process is just creating it: that one's will do if it is there by now.
        if not (folder / database.DATABASE_NAME).exists():
            raise


def _batches(keys: NDArray[np.int64]) -> Iterator[str]:
    for at in range(0, len(keys), BATCH_ROWS):
        yield json.dumps(keys[at : at + BATCH_ROWS].tolist())
