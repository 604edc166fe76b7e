"""The folder of an evaluation run: which files stand in it, and how they are written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from eval.records import RECORDS_NAME
from eval.sets_io import Passage
from rag.contract import to_line
from rag.errors import RagError

ANSWERS_NAME: Final = "answers.jsonl"
GENERATED_NAME: Final = "generated.jsonl"
SUMMARY_NAME: Final = "summary.json"
REPORT_NAME: Final = "report.html"
PASSAGES_NAME: Final = "passages.jsonl"
LIBRARY_NAME: Final = "library"
COMPARE_NAME: Final = "compare.json"
RUNGS_NAME: Final = "rungs"
# What tells a run's folder from any other: the other names are too common.
RUN_MARKS: Final = frozenset({ANSWERS_NAME, RECORDS_NAME, PASSAGES_NAME, COMPARE_NAME, RUNGS_NAME})


def prepare_out(out: Path) -> None:
    """Make the folder for a run's files and take a former run's figures out of it.

    Raises RagError for a folder that holds other things and no run, or that cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        present = {entry.name for entry in out.iterdir()}
        if present and not present & RUN_MARKS:
            raise RagError(
                "the folder is not empty and holds no evaluation run",
                where=str(out),
                remedy="Name a new folder, or one that an earlier run wrote (only its own files are overwritten)",
            )
        for name in (SUMMARY_NAME, REPORT_NAME, GENERATED_NAME):
            (out / name).unlink(missing_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RagError("this is a file, not a folder", where=str(out), remedy="Name another folder") from error
    except OSError as error:
        raise unwritable(out, error) from error


def write_passages(passages: Iterable[Passage], out: Path) -> Path:
    """The passages of a SQuAD file as a JSONL corpus in the run's folder; underscores of titles become spaces."""
    path = out / PASSAGES_NAME
    with path.open("w", encoding="utf-8") as file:
        for passage in passages:
            record = {"id": passage.id, "title": passage.title.replace("_", " ").strip(), "text": passage.text}
            file.write(to_line({name: value for name, value in record.items() if value}) + "\n")
    return path


def write_json(out: Path, name: str, value: Mapping[str, Any]) -> None:
    """Write one JSON file into a folder, which is made if missing. Raises RagError when that cannot be done."""
    write_text(out, name, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_text(out: Path, name: str, text: str) -> None:
    """Write beside and rename, so that a file of this name is always whole. Raises RagError as `write_json`."""
    beside = out / (name + ".part")
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        beside.replace(out / name)
    except OSError as error:
        raise unwritable(out, error) from error


def unwritable(out: Path, error: OSError) -> RagError:
    """The error to raise where a run's folder refuses a file."""
    return RagError(
        f"cannot write the run's files ({error.strerror or error})",
        where=str(out),
        remedy="Choose a folder that can be written, with room on its disk",
    )
