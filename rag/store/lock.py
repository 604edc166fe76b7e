"""One writer at a time: a lock the kernel drops when its owner dies, and a note that says who the owner is."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import LibraryLocked
from rag.store.database import translated

LOCK_NAME = "library.lock"
OWNER_NAME = "library.owner.json"


@contextlib.contextmanager
def writer_lock(folder: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the library's writer lock. Raises LibraryLocked, naming the owner, where another holds it all that time.

    The lock itself is the kernel's, so that one left by a dead process is free at once; the note beside it only
    informs, and is overwritten by the next owner.
    """
    from filelock import FileLock, Timeout

    note = folder / OWNER_NAME
    lock = FileLock(folder / LOCK_NAME, timeout=wait_s, thread_local=False)
    with translated(folder):
        try:
            lock.acquire()
        except Timeout:
            raise _locked(folder) from None
    try:
        with translated(folder):
            note.write_text(_owner(), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink()
        lock.release()


def _owner() -> str:
    return json.dumps(
        {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        }
    )


def _locked(folder: Path) -> LibraryLocked:
    try:
        owner = json.loads((folder / OWNER_NAME).read_text(encoding="utf-8"))
        seconds = (datetime.now(UTC) - datetime.fromisoformat(owner["started"])).total_seconds()
        who = (
            f"process {int(owner['pid'])} on {owner['host']} (`{owner['command']}`), "
            f"since {owner['started']}, {_age(seconds)} ago"
        )
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process, which has not said who it is yet"
    return LibraryLocked(
        f"the library is being written by {who}",
        where=str(folder),
        remedy="Wait until it ends, or stop it: what it has stored is kept and the lock goes with it",
    )


def _age(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
