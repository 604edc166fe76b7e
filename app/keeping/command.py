"""`hoibao judged`: answers that were judged in the chat, as a set for `hoibao eval`."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

from app.keeping.judged import records_of
from app.keeping.store import Conversations
from app.words import words_of
from rag.commands.options import counted, library_option
from rag.contract import to_line
from rag.errors import LibraryDamaged, LibraryError, LibraryTooNew, SettingsError
from rag.store.database import require_library


@click.command()
@library_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The set file to write.")
def judged(library_dir: Path, out: Path) -> None:
    """Write the answers that were judged in the chat as a question set for `hoibao eval`.

    A good answer is expected from now on; a bad one becomes a draft, which is not asked until its answer is filled in.
    Lines that FILE already holds stay as they are, whatever was filled in there; new ones are added.
    """
    require_library(library_dir)
    already, known = _already(out)
    with contextlib.closing(_opened(library_dir)) as conversations:
        found = list(records_of(conversations.judged(), words_of("en")))
    new = [record for record in found if record["id"] not in known]
    if not found and not known:
        click.echo("No answer was judged yet: the chat has a thumb up and a thumb down below each.", err=True)
        return
    if new:
        _write(out, already + "".join(f"{to_line(record)}\n" for record in new))
    drafts = sum("draft" in record for record in new)
    click.echo(f"{out}: {counted(len(new), 'question')} added, {drafts} of them to be filled in; {len(known)} kept")


def _opened(folder: Path) -> Conversations:
    """Those of the folder, also where nothing can be written. Raises LibraryError."""
    try:
        return Conversations.open(folder)
    except (LibraryDamaged, LibraryTooNew):
        raise
    except LibraryError:
        return Conversations.in_memory(folder, "unwritable", copied=True)


def _already(out: Path) -> tuple[str, set[str]]:
    """What the file holds, and the ids in it. Raises SettingsError for one that is no set file."""
    try:
        text = out.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "", set()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("cannot be read", where=str(out), remedy="Name another file with --out") from error
    known: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                known.add(str(json.loads(line)["id"]))
            except (ValueError, TypeError, KeyError) as error:
                remedy = "Mend the line, or name another file with --out"
                raise SettingsError("not a line of a question set", where=f"{out}:{number}", remedy=remedy) from error
    return text if text.endswith("\n") or not text else f"{text}\n", known


def _write(out: Path, text: str) -> None:
    """Put the file in its place, whole or not at all. Raises SettingsError."""
    draft = out.with_name(f"{out.name}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise SettingsError(
            f"cannot be written ({error.strerror or error})", where=str(out), remedy="Name another file with --out"
        ) from error
