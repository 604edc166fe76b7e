"""Watched folders: what is new, changed or gone is told of once it has settled, and a missing drive deletes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.adding.intake import Intake
from app.adding.watching import Watched, Watcher
from app.command import chat
from rag.config import Settings
from rag.engine import Engine
from rag.errors import RagError, SettingsError
from rag.library import Library
from rag.load import FoundFile
from rag.pipeline import build, open_engine
from tests.fakes import HashingEmbedder

SETTINGS = Settings.model_validate({"answer": {"reader": "sentences"}})


def story(name: str) -> str:
    return f"Bài {name} kể chuyện nước lũ dâng cao ở nhiều nơi trong đêm. Dân làng {name} đi sơ tán lên đồi."


class Told:
    """What a watcher has said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, list[str], list[str]]] = []

    def __call__(self, label: str, files: Sequence[FoundFile], gone: Sequence[Path]) -> None:
        self.said.append((label, [found.source for found in files], [path.name for path in gone]))

    def take(self) -> list[tuple[str, list[str], list[str]]]:
        said, self.said = self.said, []
        return said


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tin" / "cũ").mkdir(parents=True)
    write(tmp_path / "tin" / "a.txt", story("a"))
    write(tmp_path / "tin" / "cũ" / "b.md", story("b"))
    return tmp_path / "tin"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    Library.open(tmp_path / "library", create=True).close()
    return tmp_path / "library"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watcher(folder: Path, library: Path, told: Told) -> Watcher:
    return Watcher([Path("tin")], library, told)


def write(path: Path, text: str) -> None:
    """A file whose time of change differs from its last one, however quick the test is."""
    path.write_text(text, encoding="utf-8")
    write.clock += 1  # type: ignore[attr-defined]
    os.utime(path, (write.clock, write.clock))  # type: ignore[attr-defined]


write.clock = 1_700_000_000  # type: ignore[attr-defined]


def watched(watcher: Watcher) -> Watched:
    (one,) = watcher.watched
    return one


def test_at_first_everything_then_what_changes_once_it_has_settled(watcher: Watcher, folder: Path, told: Told) -> None:
    one = watched(watcher)
    watcher.look(one, first=True)
    assert told.take() == [("tin", ["tin/a.txt", "tin/cũ/b.md"], [])]
    watcher.look(one)
    assert told.take() == []
    write(folder / "c.txt", story("c"))
    watcher.look(one)
    assert told.take() == []
    # It is still being written.
    write(folder / "c.txt", story("c") * 2)
    watcher.look(one)
    assert told.take() == []
    watcher.look(one)
    assert told.take() == [("tin", ["tin/c.txt"], [])]
    watcher.look(one)
    assert told.take() == []
    write(folder / "a.txt", story("a, mới"))
    (folder / "cũ" / "b.md").unlink()
    watcher.look(one)
    watcher.look(one)
    assert told.take() == [("tin", ["tin/a.txt"], ["b.md"])]
    watcher.look(one)
    assert told.take() == []


def test_a_file_that_is_away_for_a_moment_is_not_gone(watcher: Watcher, folder: Path, told: Told) -> None:
    one = watched(watcher)
    watcher.look(one, first=True)
    told.take()
    path = folder / "a.txt"
    stat = path.stat()
    aside = folder / ".aside"
    path.rename(aside)
    watcher.look(one)
    aside.rename(path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    watcher.look(one)
    watcher.look(one)
    assert told.take() == []


def test_hidden_unreadable_and_linked_files(watcher: Watcher, folder: Path, told: Told, tmp_path: Path) -> None:
    write(folder / ".ẩn.txt", story("x"))
    write(folder / "ảnh.png", "x")
    (folder / "vòng").symlink_to(folder)
    (folder / "gãy.txt").symlink_to(folder / "không có.txt")
    (tmp_path / "kho").mkdir()
    write(tmp_path / "kho" / "d.txt", story("d"))
    (folder / "kho").symlink_to(tmp_path / "kho")
    (folder / ".git").mkdir()
    write(folder / ".git" / "e.txt", story("e"))
    watcher.look(watched(watcher), first=True)
    assert told.take() == [("tin", ["tin/a.txt", "tin/cũ/b.md", "tin/kho/d.txt"], [])]


def test_the_library_in_a_watched_folder_is_passed_over(folder: Path, told: Told) -> None:
    Library.open(folder / "library", create=True).close()
    (folder / "library" / "uploads").mkdir()
    write(folder / "library" / "uploads" / "u.txt", story("u"))
    one = Watcher([folder], folder / "library", told)
    one.look(one.watched[0], first=True)
    assert told.take() == [("tin", [str(folder / "a.txt"), str(folder / "cũ" / "b.md")], [])]


def test_what_went_while_the_program_was_not_running(watcher: Watcher, folder: Path, library: Path, told: Told) -> None:
    write(folder / "c.txt", story("c"))
    build(["tin"], library, SETTINGS, embedder=HashingEmbedder())
    (folder / "c.txt").unlink()
    watcher.look(watched(watcher), first=True)
    assert told.take() == [("tin", ["tin/a.txt", "tin/cũ/b.md"], ["c.txt"])]


def test_a_drive_that_was_taken_off_deletes_nothing(
    watcher: Watcher, folder: Path, library: Path, told: Told, tmp_path: Path
) -> None:
    one = watched(watcher)
    watcher.look(one, first=True)
    told.take()
    folder.rename(tmp_path / "away")
    watcher.look(one)
    watcher.look(one)
    assert (one.condition, told.take()) == ("missing", [])
    # The place is there, and nothing is mounted on it.
    folder.mkdir()
    watcher.look(one)
    watcher.look(one)
    assert (one.condition, told.take()) == ("emptied", [])
    folder.rmdir()
    (tmp_path / "away").rename(folder)
    write(folder / "c.txt", story("c"))
    watcher.look(one)
    watcher.look(one)
    assert (one.condition, told.take()) == ("watched", [("tin", ["tin/c.txt"], [])])


def test_the_same_at_the_first_look(folder: Path, library: Path, told: Told, tmp_path: Path) -> None:
    build(["tin"], library, SETTINGS, embedder=HashingEmbedder())
    folder.rename(tmp_path / "away")
    folder.mkdir()
    watcher = Watcher([folder], library, told)
    one = watched(watcher)
    watcher.look(one, first=True)
    assert (one.condition, told.take()) == ("emptied", [])


def test_what_is_no_folder_cannot_be_watched(library: Path, tmp_path: Path, told: Told) -> None:
    (tmp_path / "a.txt").write_text("x")
    for path in (tmp_path / "a.txt", tmp_path / "nowhere"):
        with pytest.raises(SettingsError, match="not a folder that can be watched"):
            Watcher([path], library, told)


@pytest.fixture
def engine(library: Path) -> Iterator[Engine]:
    with open_engine(library, SETTINGS, embedder=HashingEmbedder()) as opened:
        yield opened


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


def test_a_watched_folder_is_taken_over_while_the_program_runs(engine: Engine, folder: Path) -> None:
    intake = Intake(engine)
    watcher = Watcher([Path("tin")], engine.library.folder, intake.watched, interval_s=0.02)

    def held() -> set[str]:
        with engine.turn():
            return {f"{row.source}: {engine.article(row.id).text[:8]}" for row in engine.library.articles()}

    watcher.start()
    try:
        until(lambda: held() == {"tin/a.txt: Bài a kể", "tin/cũ/b.md: Bài b kể"})
        write(folder / "c.txt", story("c"))
        (folder / "a.txt").unlink()
        write(folder / "cũ" / "b.md", story("khác"))
        until(lambda: held() == {"tin/c.txt: Bài c kể", "tin/cũ/b.md: Bài khác"})
    finally:
        watcher.end()
        intake.end()
    assert {job.label for job in intake.jobs("whoever")} == {"tin"}


def test_the_command_says_at_once_what_is_no_folder(tmp_path: Path) -> None:
    said = CliRunner().invoke(chat, ["--library", str(tmp_path / "library"), "--watch", str(tmp_path / "nowhere")])
    assert said.exit_code == 2
    assert "does not exist" in said.output
    assert not (tmp_path / "library").exists()


def test_where_there_is_no_library_the_command_makes_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise RagError("far enough")

    monkeypatch.setattr("app.command.open_engine", stop)
    arguments = ["--library", str(tmp_path / "library")]
    first, second = (CliRunner().invoke(chat, arguments) for _ in range(2))
    assert "a new library, still empty; add articles on the page" in first.stderr
    assert second.stderr == ""
    with Library.open(tmp_path / "library") as library:
        assert library.manifest().articles == 0
