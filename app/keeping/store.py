"""Conversations on the machine: one SQLite file in the library's folder, so that they survive a restart.

Every change is one transaction. A conversation belongs to its `owner`, the name that a person has logged in with (""
on a machine where nobody logs in), and is shown to nobody else.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import TypeAdapter

from rag import vietnamese
from rag.datatypes import Answer, Filters
from rag.showing import shortened
from rag.store.database import Connection, open_side, translated

FILE_NAME = "conversations.db"
Thumb = Literal["up", "down"]

_VERSION = 1
_SCHEMA = """CREATE TABLE conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, folded TEXT NOT NULL, named INTEGER NOT NULL,
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;
CREATE INDEX conversations_by_owner ON conversations (owner, changed_at);
CREATE TABLE turns (
  conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  question TEXT NOT NULL, as_typed INTEGER NOT NULL, filters TEXT NOT NULL, answer TEXT, failure TEXT,
  asked_at TEXT NOT NULL, thumb TEXT, reason TEXT, folded TEXT NOT NULL,
  PRIMARY KEY (conversation, position)
) STRICT, WITHOUT ROWID"""
_ANSWERS = TypeAdapter(Answer)
_FILTERS = TypeAdapter(Filters)
_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One question with what was answered; `failure` is told in place of an answer to one that failed.

    `thumb` and `reason` are what the person thought of the answer.
    """

    question: str
    answer: Answer | None
    failure: str | None = None
    as_typed: bool = False
    filters: Filters = field(default_factory=Filters)
    asked_at: datetime | None = None
    thumb: Thumb | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation as a list shows it. Times are in UTC."""

    id: str
    title: str
    created_at: datetime
    changed_at: datetime
    turns: int


class Conversations:
    """The conversations of a library's folder. Safe to use from several threads.

    Every method takes the owner, and raises KeyError for a conversation that is not there or is somebody else's.
    """

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection, self._path, self._lock = connection, path, threading.RLock()
        with self._changing():
            connection.execute("DELETE FROM conversations WHERE deleted_at IS NOT NULL")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the conversations kept in a library's folder; made where there are none. Raises LibraryError."""
        path = folder / FILE_NAME
        return cls(open_side(path, _SCHEMA, _VERSION), path)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def listed(self, owner: str, search: str = "", *, most: int = 200) -> list[KeptConversation]:
        """Those of an owner, last changed first; with `search` those whose title, questions or answers hold all its
        words, with or without diacritics."""
        conditions, values = "c.owner = ? AND c.deleted_at IS NULL", list[object]([owner])
        for word in _folded(search).split():
            conditions += (
                " AND (instr(c.folded, ?) OR EXISTS"
                " (SELECT 1 FROM turns t WHERE t.conversation = c.id AND instr(t.folded, ?)))"
            )
            values += [word, word]
        rows = self._rows(
            "SELECT c.id, c.title, c.created_at, c.changed_at,"  # noqa: S608 - only whole conditions are added
            " (SELECT count(*) FROM turns t WHERE t.conversation = c.id) FROM conversations c"
            f" WHERE {conditions} ORDER BY c.changed_at DESC, c.id LIMIT ?",
            [*values, most],
        )
        return [KeptConversation(id, title, _time(made), _time(at), turns) for id, title, made, at, turns in rows]

    def one(self, owner: str, id: str) -> KeptConversation:
        """One conversation as a list shows it."""
        title, made, at = self._owned(owner, id)
        turns = self._rows("SELECT count(*) FROM turns WHERE conversation = ?", [id])[0][0]
        return KeptConversation(id, title, _time(made), _time(at), turns)

    def turns(self, owner: str, id: str) -> list[KeptTurn]:
        """What was asked and answered, in order."""
        self._owned(owner, id)
        return [_turn(row) for row in self._rows(f"{_SELECT_TURNS} WHERE conversation = ? ORDER BY position", [id])]

    def begin(self, owner: str, first_question: str) -> str:
        """A new conversation, which bears its first question as a title until it is renamed; its id."""
        id, now, title = uuid.uuid4().hex, _now(), shortened(first_question, _TITLE_CHARS)
        with self._changing() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, 0, ?, ?, NULL)",
                (id, owner, title, _folded(title), now, now),
            )
        return id

    def put(self, owner: str, id: str, position: int, turn: KeptTurn) -> None:
        """Keep a turn in its place, new or instead of what stands there."""
        with self._changing() as connection:
            self._owned(owner, id)
            answer = _ANSWERS.dump_json(turn.answer).decode() if turn.answer else None
            told = f"{turn.question} {turn.answer.text if turn.answer else ''}"
            connection.execute(
                "INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (id, position, turn.question, turn.as_typed, _FILTERS.dump_json(turn.filters).decode(), answer,
                 turn.failure, _now(), turn.thumb, turn.reason, _folded(told)),
            )  # fmt: skip
            if position == 0:
                title = shortened(turn.question, _TITLE_CHARS)
                connection.execute(
                    "UPDATE conversations SET title = ?, folded = ? WHERE id = ? AND NOT named",
                    (title, _folded(title), id),
                )
            self._touch(connection, id)

    def cut(self, owner: str, id: str, length: int) -> None:
        """Keep the first `length` turns alone."""
        with self._changing() as connection:
            self._owned(owner, id)
            connection.execute("DELETE FROM turns WHERE conversation = ? AND position >= ?", (id, length))
            self._touch(connection, id)

    def judge(self, owner: str, id: str, position: int, thumb: Thumb | None, reason: str | None = None) -> None:
        """Keep what the person thinks of an answer; None takes it back. Raises KeyError where there is no such turn."""
        with self._changing() as connection:
            self._owned(owner, id)
            done = connection.execute(
                "UPDATE turns SET thumb = ?, reason = ? WHERE conversation = ? AND position = ?",
                (thumb, reason if thumb else None, id, position),
            )
            if not done.rowcount:
                raise KeyError(position)

    def judged(self) -> Iterator[tuple[str, int, list[KeptTurn]]]:
        """Every answer that somebody judged: its conversation, its place, and the turns up to and with it."""
        for id, position in self._rows(
            "SELECT conversation, position FROM turns t JOIN conversations c ON c.id = t.conversation"
            " WHERE thumb IS NOT NULL AND c.deleted_at IS NULL ORDER BY c.created_at, c.id, position",
            [],
        ):
            rows = self._rows(
                f"{_SELECT_TURNS} WHERE conversation = ? AND position <= ? ORDER BY position", [id, position]
            )
            yield id, position, [_turn(row) for row in rows]

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give a title of one's own; an empty one gives back the first question. Raises KeyError."""
        with self._changing() as connection:
            self._owned(owner, id)
            title = " ".join(title.split())
            first = connection.execute(
                "SELECT question FROM turns WHERE conversation = ? AND position = 0", (id,)
            ).fetchone()
            shown = shortened(title or (first[0] if first else ""), _TITLE_CHARS)
            connection.execute(
                "UPDATE conversations SET title = ?, folded = ?, named = ? WHERE id = ?",
                (shown, _folded(shown), bool(title), id),
            )

    def delete(self, owner: str, id: str) -> None:
        """Put a conversation away: it can be brought back until the program is started anew."""
        with self._changing() as connection:
            self._owned(owner, id)
            connection.execute("UPDATE conversations SET deleted_at = ? WHERE id = ?", (_now(), id))

    def restore(self, owner: str, id: str) -> None:
        """Bring back what was deleted."""
        with self._changing() as connection:
            done = connection.execute(
                "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND owner = ?", (id, owner)
            )
            if not done.rowcount:
                raise KeyError(id)

    def _owned(self, owner: str, id: str) -> tuple[str, str, str]:
        rows = self._rows(
            "SELECT title, created_at, changed_at FROM conversations WHERE id = ? AND owner = ? AND deleted_at IS NULL",
            [id, owner],
        )
        if not rows:
            raise KeyError(id)
        title, made, at = rows[0]
        return title, made, at

    def _touch(self, connection: Connection, id: str) -> None:
        connection.execute("UPDATE conversations SET changed_at = ? WHERE id = ?", (_now(), id))

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock, translated(self._path):
            return self._connection.execute(sql, tuple(values)).fetchall()

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """One transaction."""
        with self._lock, translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


_SELECT_TURNS = "SELECT question, as_typed, filters, answer, failure, asked_at, thumb, reason FROM turns"


def _turn(row: tuple[Any, ...]) -> KeptTurn:
    question, as_typed, filters, answer, failure, asked_at, thumb, reason = row
    return KeptTurn(
        question=question,
        answer=_ANSWERS.validate_json(answer) if answer else None,
        failure=failure,
        as_typed=bool(as_typed),
        filters=_FILTERS.validate_json(filters),
        asked_at=_time(asked_at),
        thumb=thumb,
        reason=reason,
    )


def _folded(text: str) -> str:
    return vietnamese.fold(vietnamese.nfc(text)).lower()


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)
