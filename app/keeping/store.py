"""Conversations on the machine: one SQLite file in the library's folder, so that they survive a restart.

Every change is one transaction. A conversation belongs to its `owner`, the name that a person has logged in with (""
on a machine where nobody logs in), and is shown to nobody else. Several programs may have the file open at once.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

from app.keeping.records import (
    TURN_COLUMNS,
    KeptConversation,
    KeptFluent,
    KeptTurn,
    Thumb,
    Wording,
    answer_to_text,
    filters_to_text,
    fluent_to_text,
    turn_of,
    whole,
)
from rag import vietnamese
from rag.errors import LibraryDamaged
from rag.showing import shortened
from rag.store.database import Connection, translated
from rag.store.side import open_side, open_side_in_memory

FILE_NAME = "conversations.db"
SHOWN = 200
# Why conversations are not kept where they belong, see `places`.
Trouble = Literal["damaged", "newer", "unwritable"]

_VERSION = 2
_SCHEMA = """CREATE TABLE conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, findable TEXT NOT NULL, named INTEGER NOT NULL,
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;
CREATE INDEX conversations_by_owner ON conversations (owner, changed_at);
CREATE TABLE turns (
  conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  question TEXT NOT NULL, as_typed INTEGER NOT NULL, filters TEXT NOT NULL, answer TEXT, failure TEXT,
  asked_at TEXT NOT NULL, thumb TEXT, reason TEXT, findable TEXT NOT NULL, fluent TEXT,
  PRIMARY KEY (conversation, position)
) STRICT"""
_UPGRADES = {1: "ALTER TABLE turns ADD COLUMN fluent TEXT"}
# What was deleted can be brought back for so long; another program that opens the file must not cut that short.
_KEPT_DELETED = timedelta(days=1)
_TITLE_CHARS = 80


class Conversations:
    """The conversations of a library's folder. Safe to use from several threads.

    Every method takes the owner, and raises KeyError for a conversation that is not there or is somebody else's, and
    LibraryError where the file cannot be read or written. `trouble` says why they are not kept where they belong.
    """

    def __init__(self, connection: Connection, path: Path, trouble: Trouble | None = None) -> None:
        self._connection, self._path, self._lock = connection, path, threading.RLock()
        self.trouble = trouble
        try:
            self._clear_out()
        except BaseException:
            connection.close()
            raise

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the conversations kept in a library's folder; made where there are none.

        Raises LibraryTooNew for those of a newer program, LibraryDamaged, or LibraryError where it cannot be written.
        """
        path = folder / FILE_NAME
        try:
            return cls(open_side(path, _SCHEMA, _VERSION, _UPGRADES), path)
        except LibraryDamaged as error:
            # Nothing of the library is damaged, and none of its commands mends this.
            remedy = "Move the file away; `hoibao chat` does that when it starts, and begins a new one"
            raise LibraryDamaged(error.what, where=str(path), remedy=remedy) from error

    @classmethod
    def in_memory(cls, folder: Path, trouble: Trouble, *, copied: bool) -> Self:
        """Conversations that end with the program, with a copy of what the folder's file holds if `copied`.

        Raises LibraryError where that file cannot be read.
        """
        path = folder / FILE_NAME
        connection = open_side_in_memory(path if copied else None, _SCHEMA, _VERSION, _UPGRADES)
        return cls(connection, path, trouble)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def listed(self, owner: str, search: str = "", *, most: int = SHOWN) -> list[KeptConversation]:
        """Those of an owner, last changed first; with `search` those whose title, questions or answers hold all its
        words or their beginnings, with or without diacritics. One in which nothing is asked any more is not listed."""
        conditions, values = "c.owner = ? AND c.deleted_at IS NULL", list[object]([owner])
        conditions += " AND EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id)"
        for word in vietnamese.syllables(whole(search)):
            conditions += (
                " AND (instr(c.findable, ?) OR EXISTS"
                " (SELECT 1 FROM turns t WHERE t.conversation = c.id AND instr(t.findable, ?)))"
            )
            values += [f" {word}", f" {word}"]
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
        return [turn_of(row) for row in self._rows(f"{_SELECT_TURNS} WHERE conversation = ? ORDER BY position", [id])]

    def begin(self, owner: str, first_question: str) -> str:
        """A new conversation, which bears its first question as a title until it is renamed; its id."""
        id, now, title = uuid.uuid4().hex, _now(), _title(first_question)
        with self._changing() as connection:
            connection.execute(
                "INSERT INTO conversations (id, owner, title, findable, named, created_at, changed_at)"
                " VALUES (?, ?, ?, ?, 0, ?, ?)",
                (id, owner, title, _findable(title), now, now),
            )
        return id

    def put(self, owner: str, id: str, position: int | None, turn: KeptTurn, *, last: bool = False) -> int:
        """Keep a turn instead of what stands at `position`, or behind all others; the place it has got.

        It is put behind the others too where that place is gone: somebody may have cut the conversation in between.
        With `last` nothing stays behind it.
        """
        with self._changing() as connection:
            self._owned(owner, id)
            behind = self._rows("SELECT count(*) FROM turns WHERE conversation = ?", [id])[0][0]
            at = int(behind if position is None else min(position, behind))
            told = f"{turn.question} {turn.answer.text if turn.answer else ''}"
            connection.execute(
                _PUT_TURN,
                (id, at, whole(turn.question), turn.as_typed, filters_to_text(turn.filters),
                 answer_to_text(turn.answer) if turn.answer else None, turn.failure,
                 turn.asked_at.isoformat() if turn.asked_at else _now(), turn.thumb,
                 turn.reason and whole(turn.reason), _findable(told),
                 fluent_to_text(turn.fluent) if turn.fluent else None),
            )  # fmt: skip
            if last:
                connection.execute("DELETE FROM turns WHERE conversation = ? AND position > ?", (id, at))
            if at == 0:
                title = _title(turn.question)
                connection.execute(
                    "UPDATE conversations SET title = ?, findable = ? WHERE id = ? AND NOT named",
                    (title, _findable(title), id),
                )
            self._touch(connection, id)
        return at

    def cut(self, owner: str, id: str, length: int) -> None:
        """Keep the first `length` turns alone."""
        with self._changing() as connection:
            self._owned(owner, id)
            connection.execute("DELETE FROM turns WHERE conversation = ? AND position >= ?", (id, length))
            self._touch(connection, id)

    def word(self, owner: str, id: str, position: int, turn: KeptTurn, fluent: KeptFluent) -> bool:
        """Keep an answer in a model's words beside it; a thumb that was about other words of a model goes with those.

        Gives whether there was such a thumb. Raises KeyError where `turn` is not there any more.
        """
        told = f"{turn.question} {turn.answer.text if turn.answer else ''} {fluent.answer.text}"
        with self._changing() as connection:
            self._owned(owner, id)
            there = self._at(id, position)
            if not there or there[0].asked_at != turn.asked_at:
                raise KeyError(position)
            earlier = there[0].fluent
            judged = earlier is not None and earlier.judged
            gone = judged and (earlier and earlier.answer.text) != fluent.answer.text
            kept = replace(fluent, judged=judged and not gone)
            connection.execute(
                "UPDATE turns SET fluent = ?, findable = ? WHERE conversation = ? AND position = ?",
                (fluent_to_text(kept), _findable(told), id, position),
            )
            if gone:
                connection.execute(
                    "UPDATE turns SET thumb = NULL, reason = NULL WHERE conversation = ? AND position = ?",
                    (id, position),
                )
        return gone

    def judge(
        self,
        owner: str,
        id: str,
        at: int,
        thumb: Thumb | None,
        reason: str | None = None,
        stamp: str | None = None,
        wording: Wording = "extractive",
    ) -> bool:
        """Keep what the person thinks of an answer in the `wording` that was shown; None takes it back.

        Gives whether it was kept: not where the turn in that place has another `stamp`. Raises KeyError where there is
        no such turn.
        """
        with self._changing() as connection:
            self._owned(owner, id)
            turns = self._at(id, at)
            if not turns:
                raise KeyError(at)
            if stamp is not None and turns[0].stamp != stamp:
                return False
            connection.execute(
                "UPDATE turns SET thumb = ?, reason = ? WHERE conversation = ? AND position = ?",
                (thumb, whole(reason) if thumb and reason else None, id, at),
            )
            if (fluent := turns[0].fluent) is not None:
                judged = replace(fluent, judged=thumb is not None and wording == "fluent")
                connection.execute(
                    "UPDATE turns SET fluent = ? WHERE conversation = ? AND position = ?",
                    (fluent_to_text(judged), id, at),
                )
        return True

    def judged(self, owner: str | None = None) -> Iterator[tuple[str, int, list[KeptTurn]]]:
        """Every answer that somebody judged: its conversation, its place, and the turns up to and with it.

        Those of one owner, or everybody's; the conversations in the order in which they were begun.
        """
        for id, position in self._rows(
            "SELECT conversation, position FROM turns t JOIN conversations c ON c.id = t.conversation"
            " WHERE thumb IS NOT NULL AND c.deleted_at IS NULL AND c.owner = coalesce(?, c.owner)"
            " ORDER BY c.created_at, c.id, position",
            [owner],
        ):
            rows = self._rows(
                f"{_SELECT_TURNS} WHERE conversation = ? AND position <= ? ORDER BY position", [id, position]
            )
            yield id, position, [turn_of(row) for row in rows]

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give a title of one's own; an empty one gives back the first question. Raises KeyError."""
        with self._changing() as connection:
            self._owned(owner, id)
            title = " ".join(title.split())
            first = connection.execute(
                "SELECT question FROM turns WHERE conversation = ? AND position = 0", (id,)
            ).fetchone()
            shown = _title(title or (first[0] if first else ""))
            connection.execute(
                "UPDATE conversations SET title = ?, findable = ?, named = ? WHERE id = ?",
                (shown, _findable(shown), bool(title), id),
            )

    def delete(self, owner: str, id: str) -> None:
        """Put a conversation away: it can be brought back for a day."""
        with self._changing() as connection:
            self._owned(owner, id)
            connection.execute("UPDATE conversations SET deleted_at = ? WHERE id = ?", (_now(), id))

    def restore(self, owner: str, id: str) -> None:
        """Bring back what was deleted. Raises KeyError where it is gone for good."""
        with self._changing() as connection:
            done = connection.execute(
                "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND owner = ?", (id, owner)
            )
            if not done.rowcount:
                raise KeyError(id)

    def _clear_out(self) -> None:
        """Drop what was deleted or emptied some time ago."""
        before = (datetime.now(UTC) - _KEPT_DELETED).isoformat()
        with self._changing() as connection:
            # A file with other columns is found out now, and not by the first question.
            connection.execute("SELECT asked_at, reason, findable, fluent FROM turns LIMIT 0")
            connection.execute(
                "DELETE FROM conversations WHERE deleted_at < ? OR (changed_at < ? AND NOT EXISTS"
                " (SELECT 1 FROM turns WHERE turns.conversation = conversations.id))",
                (before, before),
            )

    def _owned(self, owner: str, id: str) -> tuple[str, str, str]:
        rows = self._rows(
            "SELECT title, created_at, changed_at FROM conversations WHERE id = ? AND owner = ? AND deleted_at IS NULL",
            [id, owner],
        )
        if not rows:
            raise KeyError(id)
        title, made, at = rows[0]
        return title, made, at

    def _at(self, id: str, position: int) -> list[KeptTurn]:
        rows = self._rows(f"{_SELECT_TURNS} WHERE conversation = ? AND position = ?", [id, position])
        return [turn_of(row) for row in rows]

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
                self._connection.execute("COMMIT")
            except BaseException:
                # On some errors, a full disk among them, SQLite has rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


# By name: a newer program may have added a column while this one runs.
_PUT_TURN = (
    "INSERT OR REPLACE INTO turns (conversation, position, question, as_typed, filters, answer, failure, asked_at,"
    " thumb, reason, findable, fluent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT_TURNS = f"SELECT {', '.join(TURN_COLUMNS)} FROM turns"  # noqa: S608 - names of columns


def _findable(text: str) -> str:
    """The text's syllables, each after a space, as they are spelt and then without diacritics.

    So a word typed with diacritics finds that word, one typed without them any that is spelt so, by their beginnings.
    """
    spelt = vietnamese.syllables(whole(text))
    return f" {' '.join(spelt)} {' '.join(map(vietnamese.fold, spelt))}"


def _title(text: str) -> str:
    return shortened(whole(text), _TITLE_CHARS)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)
