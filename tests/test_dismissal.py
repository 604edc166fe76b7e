"""Articles taken out by hand: they stay out, they can come back, and repairing keeps both true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.adding import index_files, take_back
from rag.config import ChunkSettings, Settings
from rag.datatypes import Article
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked
from rag.indexing import IndexReport, index_paths
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.load import FoundFile
from rag.store.dismissal import dismiss, dismissal, dismissed, forget_dismissed
from rag.store.lock import writer_lock
from rag.store.repair import repair
from rag.store.verify import verify
from tests.fakes import HashingEmbedder

SETTINGS = Settings(chunk=ChunkSettings(target_chars=120, max_chars=160))
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def story(name: str) -> str:
    return " ".join(f"Câu thứ {at} của bài {name} kể chuyện thời tiết ở miền Trung." for at in range(6))


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "báo"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(story(name), encoding="utf-8")
    records = [{"id": name, "title": f"Bài {name}", "text": story(name), "date": "2024-04-30"} for name in ("x", "y")]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return folder


@pytest.fixture
def library(corpus: Path, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as opened:
        assert index(opened).new == 4
        yield opened


def index(library: Library, *, readmit: bool = False) -> IndexReport:
    return index_paths(["báo"], library, HashingEmbedder(), SETTINGS, readmit=readmit)


def named(library: Library) -> dict[str, Article]:
    return {row.source: library.article(row.id) for row in library.articles()}


def test_what_is_taken_out_is_not_found_and_stays_out(library: Library) -> None:
    before = named(library)
    gone = [before["báo/a.txt"].id, before["báo/c.jsonl#x"].id]
    assert dismiss(library, [*gone, "nobody", gone[0]], now=NOON) == tuple(gone)
    assert set(named(library)) == {"báo/b.txt", "báo/c.jsonl#y"}
    held = library.chunks([scored.key for scored in LexicalIndex.open(library).search("thời tiết", 99)])
    assert {chunk.article_id for chunk in held.values()} == {article.id for article in named(library).values()}
    for _ in range(2):
        report = index(library)
        assert (report.new, report.unchanged, report.dismissed) == (0, 2, 2)
    assert verify(library).sound
    listed = dismissed(library)
    assert [(item.source, item.can_return, item.dismissed_at) for item in listed] == [
        (source, True, NOON) for source in sorted(("báo/a.txt", "báo/c.jsonl#x"), key=lambda name: before[name].id)
    ]
    assert {item.title for item in listed} == {before["báo/a.txt"].title, "Bài x"}
    assert {str(item.published_on) for item in listed} == {"None", "2024-04-30"}


def test_it_comes_back_as_it_was(library: Library) -> None:
    before = named(library)
    ids = [article.id for article in before.values()]
    dismiss(library, ids)
    assert library.manifest().chunks == 0
    embedder = HashingEmbedder()
    assert take_back([ids[2], ids[0]], library, embedder, SETTINGS) == (ids[2], ids[0])
    assert embedder.passages_embedded == library.manifest().chunks > 0
    assert named(library) == {source: article for source, article in before.items() if article.id in (ids[0], ids[2])}
    assert [item.id for item in dismissed(library)] == sorted((ids[1], ids[3]))
    report = index(library)
    assert (report.new, report.updated, report.unchanged, report.dismissed) == (0, 0, 2, 2)
    # Twice is once.
    assert take_back([ids[0]], library, embedder, SETTINGS) == ()
    assert verify(library).sound


def test_a_changed_record_is_another_one(library: Library, corpus: Path) -> None:
    dismiss(library, [named(library)["báo/a.txt"].id])
    (corpus / "a.txt").write_text(story("a, viết lại"), encoding="utf-8")
    report = index(library)
    assert (report.new, report.dismissed) == (1, 0)
    assert dismissed(library) == []


def test_asked_for_by_name_it_comes_back_from_its_file(library: Library, corpus: Path) -> None:
    before = named(library)
    dismiss(library, [article.id for article in before.values()])
    found = FoundFile(corpus / "a.txt", "báo/a.txt")
    report = index_files([found], library, HashingEmbedder(), SETTINGS)
    assert (report.new, report.dismissed) == (0, 1)
    assert index_files([found], library, HashingEmbedder(), SETTINGS, readmit=True).new == 1
    assert index(library, readmit=True).new == 3
    assert named(library) == before
    assert dismissed(library) == []


def test_what_is_forgotten_leaves_only_its_mark(library: Library) -> None:
    gone = named(library)["báo/a.txt"]
    dismiss(library, [gone.id])
    forget_dismissed(library, [gone.id, "nobody"])
    (item,) = dismissed(library)
    assert (item.id, item.can_return, item.title) == (gone.id, False, None)
    assert index(library).dismissed == 1
    with pytest.raises(LibraryError, match="nothing was kept"):
        take_back([gone.id], library, HashingEmbedder(), SETTINGS)
    assert library.select("SELECT article FROM dismissed") == [(None,)]


def test_an_altered_one_does_not_come_back(library: Library) -> None:
    gone = named(library)["báo/a.txt"]
    dismiss(library, [gone.id])
    with library.writer() as writer:
        writer._connection.execute("UPDATE dismissed SET article = replace(article, 'miền Trung', 'miền Nam')")
    with pytest.raises(LibraryDamaged):
        dismissal(library, gone.id)
    with pytest.raises(LibraryDamaged):
        take_back([gone.id], library, HashingEmbedder(), SETTINGS)


def test_a_damaged_article_is_taken_out_for_good(library: Library) -> None:
    gone = named(library)["báo/a.txt"]
    with library.writer() as writer:
        writer._connection.execute("UPDATE articles SET title = 'x' WHERE id = ?", (gone.id,))
    assert dismiss(library, [gone.id]) == (gone.id,)
    assert dismissed(library) == []
    assert library.stored_article(gone.id) is None


def test_a_repair_keeps_it_out(library: Library, tmp_path: Path) -> None:
    gone = named(library)["báo/a.txt"]
    dismiss(library, [gone.id])
    library.close()
    with Library.open(tmp_path / "library") as damaged, damaged.writer() as writer:
        writer._connection.execute("UPDATE articles SET title = 'x' WHERE source = 'báo/b.txt'")
    assert repair(tmp_path / "library").lost == ("báo/b.txt",)
    with Library.open(tmp_path / "library") as mended:
        assert [item.id for item in dismissed(mended)] == [gone.id]
        assert (index(mended).new, index(mended).dismissed) == (1, 1)
        assert take_back([gone.id], mended, HashingEmbedder(), SETTINGS) == (gone.id,)
        assert mended.article(gone.id) == gone


def test_a_library_without_the_table_has_nothing_taken_out(library: Library) -> None:
    with library.writer() as writer:
        writer._connection.execute("DROP TABLE dismissed")
    assert dismissed(library) == []
    with pytest.raises(LibraryError, match="nothing was kept"):
        dismissal(library, "x")
    dismiss(library, [named(library)["báo/a.txt"].id])
    assert len(dismissed(library)) == 1


def test_two_writers_do_not_meet(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.library.LOCK_WAIT_S", 0.0)
    with writer_lock(library.folder), pytest.raises(LibraryLocked, match="is being written by process"):
        dismiss(library, [named(library)["báo/a.txt"].id])
    assert len(named(library)) == 4
