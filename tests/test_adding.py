"""Single files in a library: what is told of each, what goes with files that are gone, what is left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.adding import index_files
from rag.config import ChunkSettings, Settings
from rag.copies import Copies, Reprint
from rag.errors import LibraryMismatch
from rag.indexing import FileOutcome, IndexReport, IndexState
from rag.library import Library
from rag.load import FoundFile, article_id
from rag.store.verify import verify
from tests.fakes import HashingEmbedder

SETTINGS = Settings(chunk=ChunkSettings(target_chars=120, max_chars=160))


def story(name: str) -> str:
    return " ".join(f"Câu thứ {at} của bài {name} kể chuyện thời tiết ở miền Trung." for at in range(6))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as opened:
        yield opened


def written(folder: Path, name: str, text: str) -> FoundFile:
    (folder / name).write_text(text, encoding="utf-8")
    return FoundFile(folder / name, f"tin/{name}")


def add(library: Library, *files: FoundFile, gone: tuple[Path, ...] = ()) -> tuple[IndexReport, list[FileOutcome]]:
    told: list[FileOutcome] = []
    report = index_files(files, library, HashingEmbedder(), SETTINGS, gone=gone, told=told.append, caches=[Copies])
    return report, told


def sources(library: Library) -> list[str]:
    return [row.source for row in library.articles()]


def test_each_file_is_told_of(library: Library, tmp_path: Path) -> None:
    good, empty = written(tmp_path, "a.txt", story("a")), written(tmp_path, "b.txt", "")
    lines = [json.dumps({"id": name, "text": story(name)}) for name in "xy"]
    records = written(tmp_path, "c.jsonl", "\n".join([*lines, "{"]))
    strange = written(tmp_path, "d.exe", story("d"))
    states: list[IndexState] = []
    told: list[FileOutcome] = []
    files = [good, empty, records, strange]
    index_files(files, library, HashingEmbedder(), SETTINGS, progress=states.append, told=told.append)
    assert [(one.source, one.new, one.updated, one.unchanged, len(one.failed)) for one in told] == [
        ("tin/a.txt", 1, 0, 0, 0),
        ("tin/b.txt", 0, 0, 0, 1),
        ("tin/c.jsonl", 2, 0, 0, 1),
        ("tin/d.exe", 0, 0, 0, 1),
    ]
    assert told[1].failed[0].what == "the file is empty"
    assert told[0].stored == (article_id("tin/a.txt"),)
    assert told[2].stored == (article_id("tin/c.jsonl#x"), article_id("tin/c.jsonl#y"))
    assert (states[-1].files_done, states[-1].files_total) == (4, 4)
    assert states[-1].bytes_done == states[-1].bytes_total

    again = add(library, good)[1]
    assert [(one.new, one.updated, one.unchanged, one.stored) for one in again] == [(0, 0, 1, ())]
    (changed,) = add(library, written(tmp_path, "a.txt", story("a khác")))[1]
    assert (changed.updated, changed.stored) == (1, (article_id("tin/a.txt"),))
    (shorter,) = add(library, written(tmp_path, "c.jsonl", lines[0]))[1]
    assert (shorter.unchanged, shorter.removed) == (1, 1)
    assert verify(library).sound


def test_the_articles_of_files_that_are_gone_go_and_no_others(library: Library, tmp_path: Path) -> None:
    files = [written(tmp_path, f"{name}.txt", story(name)) for name in "abc"]
    add(library, *files)
    files[0].path.unlink()
    files[1].path.unlink()
    # The third is still there, whatever is said of it; the fourth never was.
    report, _ = add(library, gone=(files[0].path, files[2].path, tmp_path / "d.txt"))
    assert report.removed == 1
    assert sources(library) == ["tin/b.txt", "tin/c.txt"]
    assert verify(library).sound


def test_reprints_are_told_where_their_cache_is_kept(library: Library, tmp_path: Path) -> None:
    add(library, written(tmp_path, "a.txt", story("a")))
    report, _ = add(library, written(tmp_path, "b.txt", story("a")))
    assert report.reprints == (Reprint("tin/b.txt", "tin/a.txt", same_words=True),)


def test_another_model_is_refused(library: Library, tmp_path: Path) -> None:
    found = written(tmp_path, "a.txt", story("a"))
    add(library, found)
    with pytest.raises(LibraryMismatch):
        index_files([found], library, HashingEmbedder(name="other"), SETTINGS)
