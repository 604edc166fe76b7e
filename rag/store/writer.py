"""The one process that changes a library: whole transactions, each a new generation."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from rag.datatypes import Article, ModelIdentity
from rag.store import database
from rag.store.rows import (
    Changes,
    Dismissal,
    Entry,
    article_digest,
    article_to_text,
    chunk_digest,
    model_from_text,
    model_to_text,
    text_sha256,
)

_ARTICLE = (
    "id",
    "source",
    "path",
    "recipe",
    "raw_sha256",
    "text_sha256",
    "passages_sha256",
    "title",
    "title_stated",
    "published_on",
    "outlet",
    "url",
    "chars",
    "generation",
    "digest",
    "text",
)
_UPSERT = (
    f"INSERT INTO articles (number, {', '.join(_ARTICLE)}) VALUES (?{', ?' * len(_ARTICLE)})"  # noqa: S608
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _ARTICLE)} RETURNING number"
)


def store_article(
    connection: database.Connection,
    article: Article,
    path: str,
    recipe: str,
    passages_sha256: str,
    generation: int,
    *,
    number: int | None = None,
) -> int:
    """Insert an article with its removed parts, or replace the one of the same id; its number in the database."""
    stored_as: int = connection.execute(
        _UPSERT,
        (
            number,
            article.id,
            article.source,
            path,
            recipe,
            article.raw_sha256,
            text_sha256(article.text),
            passages_sha256,
            article.title,
            int(article.title_stated),
            article.published_on.isoformat() if article.published_on else None,
            article.outlet,
            article.url,
            len(article.text),
            generation,
            article_digest(article),
            article.text,
        ),
    ).fetchone()[0]
    connection.execute("DELETE FROM removed WHERE article = ?", (stored_as,))
    connection.executemany(
        "INSERT INTO removed VALUES (?, ?, ?, ?, ?, ?)",
        [(stored_as, at, part.start, part.end, part.text, part.reason) for at, part in enumerate(article.removed)],
    )
    return stored_as


class Writer:
    """Changes to a library. From `Library.writer()`, which holds the lock while this lives."""

    def __init__(self, connection: database.Connection, path: Path, committed: Callable[[], None]) -> None:
        self._connection = connection
        self._path = path
        self._committed = committed

    def apply(self, changes: Changes) -> None:
        """Make all the changes in one transaction, and a new generation of it; nothing if there are none.

        Raises ValueError for vectors that do not fit their chunks or the library's dimension: a fault of the caller.
        """
        if not changes:
            return
        with self._transaction() as generation:
            for article_id in changes.removed:
                self._remove(article_id, generation)
            for dismissal in changes.dismissed:
                self._dismiss(dismissal, generation)
            for article_id in changes.forgotten:
                self._connection.execute("UPDATE dismissed SET article = NULL WHERE id = ?", (article_id,))
            for old, new in changes.moved:
                for table in ("articles", "dismissed"):
                    self._connection.execute(f"UPDATE {table} SET path = ? WHERE path = ?", (new, old))  # noqa: S608
                self._connection.execute("DELETE FROM files WHERE path = ?", (old,))
            for path in changes.forgotten_paths:
                self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
            for entry in changes.entries:
                self._store(entry, generation)
            for file in changes.files:
                # A source that moved to another path, or a path given another source, replaces the older row.
                self._connection.execute(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                    (file.path, file.source, file.raw_sha256, file.size_bytes, file.recipe),
                )

    def adopt(self, model: ModelIdentity, normaliser_version: int) -> None:
        """Record what embeds from now on. The caller has made sure that it agrees with what is stored."""
        with self._transaction():
            self._connection.execute(
                "UPDATE library SET model = ?, normaliser_version = ?", (model_to_text(model), normaliser_version)
            )

    def start_over(self, model: ModelIdentity, normaliser_version: int) -> None:
        """Drop all chunks and vectors but keep the articles, as owed, for another model or normaliser."""
        with self._transaction() as generation:
            self._connection.execute(
                "UPDATE library SET model = ?, normaliser_version = ?", (model_to_text(model), normaliser_version)
            )
            self._connection.execute("INSERT INTO tombstones SELECT key, ? FROM chunks", (generation,))
            self._connection.execute("DELETE FROM chunks")
            self._connection.execute("UPDATE files SET raw_sha256 = ''")
            self._connection.execute("UPDATE articles SET recipe = ''")

    def owe(self, article_ids: list[str]) -> None:
        """Drop the chunks and vectors of these articles, which keep their texts, so that they are embedded again."""
        with self._transaction() as generation:
            for article_id in article_ids:
                self._bury("a.id = ?", article_id, generation)
                self._connection.execute("UPDATE articles SET recipe = '' WHERE id = ?", (article_id,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[int]:
        connection = self._connection
        with database.translated(self._path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                (generation,) = connection.execute(
                    "UPDATE library SET generation = generation + 1 RETURNING generation"
                ).fetchone()
                connection.execute("INSERT INTO generations VALUES (?, ?)", (generation, uuid.uuid4().hex))
                yield generation
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some failures (a full disk), not after others.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        self._committed()

    def _remove(self, article_id: str, generation: int) -> None:
        self._bury("a.id = ?", article_id, generation)
        self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def _dismiss(self, dismissal: Dismissal, generation: int) -> None:
        article = dismissal.article
        self._remove(article.id, generation)
        self._connection.execute(
            "INSERT OR REPLACE INTO dismissed VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.source,
                dismissal.path,
                dismissal.recipe,
                article.raw_sha256,
                dismissal.at,
                article_to_text(article),
            ),
        )

    def _bury(self, which: str, value: str, generation: int) -> None:
        self._connection.execute(
            "INSERT INTO tombstones SELECT c.key, ? FROM chunks c JOIN articles a ON a.number = c.article"  # noqa: S608
            f" WHERE {which}",
            (generation, value),
        )
        self._connection.execute(
            f"DELETE FROM chunks WHERE article IN (SELECT a.number FROM articles a WHERE {which})",  # noqa: S608
            (value,),
        )

    def _store(self, entry: Entry, generation: int) -> None:
        article = entry.article
        if not entry.recipe:
            raise ValueError(f"{article.source}: an article is stored with the recipe it was made with")
        number = store_article(self._connection, article, entry.path, entry.recipe, entry.passages_sha256, generation)
        self._connection.execute("DELETE FROM dismissed WHERE id = ?", (article.id,))
        if entry.vectors is None:
            return
        self._bury("a.id = ?", article.id, generation)
        vectors = np.asarray(entry.vectors, dtype="<f2")
        if vectors.shape != (len(entry.chunks), self._dimension()):
            raise ValueError(f"{article.source}: {len(entry.chunks)} chunks but vectors of shape {vectors.shape}")
        for chunk, vector in zip(entry.chunks, vectors, strict=True):
            (key,) = self._connection.execute(
                "INSERT INTO chunks (article, ordinal, start, stop, generation) VALUES (?, ?, ?, ?, ?) RETURNING key",
                (number, chunk.ordinal, chunk.start, chunk.end, generation),
            ).fetchone()
            blob = vector.tobytes()
            digest = chunk_digest((key, number, chunk.ordinal, chunk.start, chunk.end, generation), blob)
            self._connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (key, digest, blob))

    def _dimension(self) -> int:
        (model,) = self._connection.execute("SELECT model FROM library").fetchone()
        if model is None:
            raise ValueError("no model adopted yet")
        return model_from_text(model).dimension
