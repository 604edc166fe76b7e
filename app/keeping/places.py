"""Where conversations are kept: in the library's folder, and what to do where that cannot be."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from app.keeping.store import FILE_NAME, Conversations, Trouble
from rag.errors import LibraryDamaged, LibraryError, LibraryTooNew

logger = logging.getLogger(__name__)


def open_conversations(folder: Path) -> Conversations:
    """The conversations of a library's folder, whatever state they are in: the page must open all the same.

    A damaged file is set aside and a new one begun. Where nothing can be written (a read-only folder, a full disk), or
    a newer program has written, conversations last as long as this program does. `trouble` of what is given says so.
    """
    try:
        return Conversations.open(folder)
    except LibraryTooNew as error:
        return _passing(folder, "newer", error)
    except LibraryDamaged as error:
        try:
            aside = _set_aside(folder)
            conversations = Conversations.open(folder)
        except (LibraryError, OSError):
            return _passing(folder, "damaged", error)
        logger.warning("%s; it is now %s, and a new file was begun", error.what, aside)
        conversations.trouble = "damaged"
        return conversations
    except LibraryError as error:
        return _passing(folder, "unwritable", error)


def _passing(folder: Path, trouble: Trouble, error: LibraryError) -> Conversations:
    """Conversations that end with the program, with those of earlier days where they can be read."""
    logger.warning("conversations are kept until the program ends, and no longer: %s", error)
    if trouble == "unwritable":
        try:
            return Conversations.in_memory(folder, trouble, copied=True)
        except LibraryError:
            logger.warning("the conversations of earlier days cannot be read")
    return Conversations.in_memory(folder, trouble, copied=False)


def _set_aside(folder: Path) -> Path:
    """Give the file, and what SQLite keeps beside it, another name; the new one. Raises OSError."""
    path = folder / FILE_NAME
    stem = f"{FILE_NAME}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    names = [stem, *(f"{stem}-{count}" for count in range(2, 100))]
    aside = folder / next(name for name in names if not (folder / name).exists())
    for suffix in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
