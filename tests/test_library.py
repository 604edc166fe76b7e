"""The library as a store: what goes in comes out, generations, the lock, and every way a folder can be wrong."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.datatypes import Removed
from rag.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    LibraryTooNew,
)
from rag.library import Library
from rag.store import database
from rag.store.info import library_info
from rag.store.rows import Changes, FileRow
from rag.vietnamese import NORMALISER_VERSION
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, an_entry, another_user, remove_articles, small_library

RAIN = "Hà Nội mưa lớn suốt đêm. Nhiều tuyến phố ngập sâu. Công an phân luồng từ sáng sớm."
SUN = "Thành phố Hồ Chí Minh nắng nóng. Nhiệt độ cao nhất 38 độ."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path, [RAIN, SUN], chunk_chars=30) as opened:
        yield opened


def db(library: Library | Path) -> sqlite3.Connection:
    folder = library if isinstance(library, Path) else library.folder
    return sqlite3.connect(folder / "library.db", isolation_level=None)


# ---- in and out -----------------------------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    article = replace(
        an_article("báo/thủ đô.txt", RAIN, title="Mưa lớn"),
        published_on=date(2026, 2, 3),
        outlet="Báo Mới",
        url="https://example.vn/1",
        removed=(Removed(0, 5, "Ảnh: ", "caption"), Removed(9, 10, "\n", "blank")),
    )
    with small_library(tmp_path, [article]) as library:
        assert library.article(article.id) == article
        (row,) = library.articles()
    assert (row.id, row.source, row.title, row.chars) == (article.id, "báo/thủ đô.txt", "Mưa lớn", len(RAIN))
    assert (row.published_on, row.outlet) == (date(2026, 2, 3), "Báo Mới")


def test_a_text_may_hold_nul_bytes_and_characters_outside_the_basic_plane(tmp_path: Path) -> None:
    text = "Dòng một\x00 dòng hai 𝐇à Nội 🎉. Hết."
    with small_library(tmp_path, [text]) as library:
        (row,) = library.articles()
        assert library.article(row.id).text == text
        assert row.chars == len(text)
        assert "".join(chunk.text for batch in library.texts_since(0) for chunk in batch) == text


def test_chunks_are_looked_up_by_key_and_unknown_keys_are_absent(library: Library) -> None:
    first, second = library.articles()
    assert library.chunk_keys(first.id) == [1, 2, 3]
    assert library.chunk_keys(second.id) == [4, 5]
    chunks = library.chunks([5, 1, 77, -1])
    assert sorted(chunks) == [1, 5]
    assert chunks[1].id == f"{first.id}:0000"
    assert (chunks[5].article_id, chunks[5].ordinal, chunks[5].start) == (second.id, 1, 30)
    assert library.chunks([]) == {}


def test_vectors_and_texts_come_in_key_order_as_half_floats_of_what_was_embedded(library: Library) -> None:
    ((keys, vectors),) = library.vectors_since(0)
    assert keys.tolist() == [1, 2, 3, 4, 5]
    assert (keys.dtype.name, vectors.dtype.name, vectors.shape) == ("int64", "float16", (5, 256))
    expected = HashingEmbedder().embed_passages([RAIN[:30], RAIN[30:60], RAIN[60:], SUN[:30], SUN[30:]])
    assert np.array_equal(vectors, expected.astype(np.float16))
    (texts,) = library.texts_since(0)
    assert [(text.key, text.text) for text in texts] == [
        (1, RAIN[:30]),
        (2, RAIN[30:60]),
        (3, RAIN[60:]),
        (4, SUN[:30]),
        (5, SUN[30:]),
    ]
    assert texts[3].title == "Thành phố Hồ Chí Minh nắng nóng"


def test_batches_split_a_library_without_losing_or_repeating(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.library.BATCH_ROWS", 2)
    assert [keys.tolist() for keys, _ in library.vectors_since(0)] == [[1, 2], [3, 4], [5]]
    assert [[text.key for text in batch] for batch in library.texts_since(0)] == [[1, 2], [3, 4], [5]]
    assert "".join(text.text for batch in library.texts_since(0) for text in batch) == RAIN + SUN


def test_a_changed_article_replaces_its_chunks_under_new_keys(library: Library) -> None:
    (first, second), before = list(library.articles()), library.generation
    add_articles(library, [an_article("bài-1.txt", "Trời mát.")])
    assert library.generation == before + 1
    assert library.article(second.id).text == "Trời mát."
    assert library.removed_since(before).tolist() == [4, 5]
    assert library.keys_since(before).tolist() == [6]
    assert library.removed_since(library.generation).tolist() == []
    assert library.chunk_keys(first.id) == [1, 2, 3]


def test_keys_of_removed_chunks_are_never_used_again(library: Library) -> None:
    first, second = library.articles()
    remove_articles(library, [second.id, first.id, "no such article"])
    assert library.manifest().articles == library.manifest().chunks == 0
    assert list(library.vectors_since(0)) == []
    assert list(library.texts_since(0)) == []
    add_articles(library, [SUN])
    assert library.keys_since(0).tolist() == [6]
    assert library.removed_since(0).tolist() == [1, 2, 3, 4, 5]


def test_ids_of_articles_stored_or_changed_since(library: Library) -> None:
    first, second = library.articles()
    assert library.ids_since(0) == [first.id, second.id]
    before = library.generation
    add_articles(library, [an_article("bài-1.txt", "Trời mát."), an_article("bài-2.txt", "Trời lạnh.")])
    assert library.ids_since(before) == [second.id, an_article("bài-2.txt", "").id]
    assert library.ids_since(library.generation) == []


def test_days_of_publication_come_in_stored_order(tmp_path: Path) -> None:
    dated = replace(an_article("z", RAIN), published_on=date(2026, 2, 3))
    with small_library(tmp_path, [dated, an_article("a", SUN)]) as library:
        found = library.published([an_article("a", "").id, "no such article", dated.id])
        assert list(found.items()) == [(dated.id, date(2026, 2, 3)), (an_article("a", "").id, None)]


def test_the_manifest_counts_and_names_the_model(library: Library) -> None:
    manifest = library.manifest()
    assert (manifest.articles, manifest.chunks, manifest.generation) == (2, 5, library.generation)
    assert manifest.model == HashingEmbedder().identity == library.identity
    assert (manifest.schema_version, manifest.normaliser_version) == (database.SCHEMA_VERSION, NORMALISER_VERSION)


def test_an_empty_library_is_whole(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a" / "b", create=True) as library:
        assert library.identity is None
        assert library.manifest().model.name == ""
        assert (library.generation, list(library.articles())) == (0, [])
        assert list(library.vectors_since(0)) == []
        library.require_model(HashingEmbedder().identity)
    with Library.open(tmp_path / "a" / "b", create=True) as again:
        assert again.library_id == library.library_id


def test_an_unknown_article_is_an_error_that_names_it(library: Library) -> None:
    with pytest.raises(LibraryError, match="no article 0123456789abcdef"):
        library.article("0123456789abcdef")


def test_files_are_remembered_and_forgotten(library: Library) -> None:
    row = FileRow("/data/a.txt", "a.txt", "ab" * 32, 12, "recipe")
    with library.writer() as writer:
        writer.apply(Changes(files=[row]))
        assert library.file("/data/a.txt") == library.file_of_source("a.txt") == row
        assert "/data/a.txt" in library.paths()
        writer.apply(Changes(forgotten_paths=["/data/a.txt"]))
    assert library.file("/data/a.txt") is None
    assert library.file_of_source("a.txt") is None


# ---- transactions, generations, threads ------------------------------------------------------------------------------


def test_nothing_to_change_makes_no_generation(library: Library) -> None:
    before = library.generation
    with library.writer() as writer:
        writer.apply(Changes())
    assert library.generation == before
    assert not library.refresh()


def test_a_transaction_that_fails_changes_nothing(library: Library) -> None:
    embedder = HashingEmbedder()
    before = (library.generation, library.manifest(), [row.id for row in library.articles()])
    good = an_entry(an_article("new.txt", "Bài mới. Nội dung."), embedder)
    bad = replace(an_entry(an_article("bad.txt", "Bài hỏng."), embedder), vectors=np.zeros((7, 3), np.float32))
    with library.writer() as writer:
        with pytest.raises(ValueError, match=r"bad\.txt: 1 chunks but vectors of shape \(7, 3\)"):
            writer.apply(Changes(entries=[good, bad], removed=[before[2][0]]))
        with pytest.raises(ValueError, match="recipe"):
            writer.apply(Changes(entries=[replace(good, recipe="")]))
    library.refresh()
    assert (library.generation, library.manifest(), [row.id for row in library.articles()]) == before


def test_vectors_need_a_model(tmp_path: Path) -> None:
    with Library.open(tmp_path / "new", create=True) as library, library.writer() as writer:
        entry = an_entry(an_article("a", RAIN), HashingEmbedder())
        with pytest.raises(ValueError, match="no model"):
            writer.apply(Changes(entries=[entry]))


def test_another_open_library_sees_a_commit_only_when_it_refreshes(library: Library) -> None:
    with Library.open(library.folder) as reader:
        before = reader.generation
        add_articles(library, [an_article("c", "Bài thứ ba.")])
        assert reader.generation == before
        assert reader.keys_since(0).tolist() == [1, 2, 3, 4, 5]
        assert reader.refresh()
        assert reader.keys_since(before).tolist() == [6]
        assert not reader.refresh()


def test_a_snapshot_sees_one_state_while_others_commit(library: Library) -> None:
    with Library.open(library.folder) as reader, reader.snapshot():
        first, _ = reader.articles()
        remove_articles(library, [first.id])
        with reader.snapshot():
            assert reader.article(first.id).text == RAIN
        assert reader.manifest().articles == 2
    with pytest.raises(LibraryError, match="no article"):
        library.article(first.id)


def test_tokens_name_commits_and_differ(library: Library) -> None:
    tokens = [library.token(generation) for generation in range(library.generation + 1)]
    assert None not in tokens
    assert len(set(tokens)) == len(tokens)
    assert library.token(library.generation + 1) is None


def test_threads_read_at_once_while_one_writes(library: Library) -> None:
    first, _ = library.articles()
    failures: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                assert library.article(first.id).text == RAIN
                assert library.chunks([1, 2, 3])[2].start == 30
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        add_articles(library, [an_article(f"n{number}", f"Bài số {number}.")])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert library.manifest().articles == 22


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        library.manifest()


# ---- the lock --------------------------------------------------------------------------------------------------------

_HOLD = """
import sys
from rag.library import Library
with Library.open(sys.argv[1]) as library, library.writer():
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.library.LOCK_WAIT_S", 0.0)


@pytest.mark.usefixtures("no_waiting")
def test_a_second_writer_is_told_who_writes_and_since_when(library: Library) -> None:
    with _holder(library.folder) as process:
        with (
            pytest.raises(LibraryLocked, match=rf"process {process.pid} on .* since 20\d\d-.*ago\. Wait") as caught,
            library.writer(),
        ):
            pass
        assert str(library.folder) in str(caught.value)
        with library.try_lock() as held:
            assert not held
        assert library.manifest().articles == 2
        process.communicate()
    add_articles(library, [RAIN])


def test_the_lock_of_a_killed_writer_is_taken_over(library: Library) -> None:
    with _holder(library.folder) as process:
        process.kill()
        process.communicate()
    assert (library.folder / "library.owner.json").exists()
    add_articles(library, [RAIN])
    assert not (library.folder / "library.owner.json").exists()


def test_a_writer_waits_for_one_who_is_soon_done(library: Library) -> None:
    with _holder(library.folder) as process, ThreadPoolExecutor() as pool:
        waiting = pool.submit(add_articles, library, [RAIN])
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.2)
        process.communicate()
        waiting.result(timeout=120)


@pytest.mark.usefixtures("no_waiting")
def test_two_writers_in_one_process_exclude_each_other(library: Library) -> None:
    with library.writer(), library.try_lock() as held:
        assert held
        with pytest.raises(LibraryLocked, match=f"process {os.getpid()}"), library.writer():
            pass
        (library.folder / "library.owner.json").write_text("{torn", encoding="utf-8")
        with Library.open(library.folder) as other:
            with pytest.raises(LibraryLocked, match="has not said who"), other.writer():
                pass
            with other.try_lock() as also:
                assert not also
    with library.try_lock() as held:
        assert held
    library.may_write_caches = False
    with library.try_lock() as held:
        assert not held


@pytest.mark.parametrize(
    ("seconds", "age"), [(5, "5 s ago"), (125, "2 min 5 s ago"), (7_320, "2 h 2 min ago"), (-9, "0 s ago")]
)
def test_the_age_of_a_lock_is_told_in_words(seconds: int, age: str) -> None:
    from rag.store.lock import _age

    assert f"{_age(seconds)} ago" == age


# ---- what a folder can be instead of a library -----------------------------------------------------------------------


def test_no_library(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(LibraryMissing, match=r"no library here.*hoibao index"):
            Library.open(place)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("create", [False, True])
def test_a_file_where_a_folder_should_be(tmp_path: Path, create: bool) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryMissing, match="this is a file"):
        Library.open(tmp_path / "file", create=create)
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_below_a_file_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="Not a directory"):
        Library.open(tmp_path / "file" / "library", create=True)


def test_a_newer_format(library: Library) -> None:
    library.close()
    with closing(db(library)) as connection:
        connection.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION + 1}")
    with pytest.raises(LibraryTooNew, match=r"format 2.*up to 1.*Upgrade"):
        Library.open(library.folder)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 500, os.urandom(20_000)])
def test_something_that_is_no_database(library: Library, content: bytes) -> None:
    library.close()
    for name in ("library.db-wal", "library.db-shm"):
        (library.folder / name).unlink(missing_ok=True)
    (library.folder / "library.db").write_bytes(content)
    with pytest.raises(LibraryDamaged):
        Library.open(library.folder)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    with closing(db(tmp_path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(LibraryDamaged, match="of another program"):
        Library.open(tmp_path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_database(library: Library, share: float) -> None:
    library.close()
    path = library.folder / "library.db"
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(LibraryDamaged, match="hoibao repair"):
        Library.open(library.folder)


def test_another_model_is_refused_with_what_differs_and_how_to_rebuild(library: Library) -> None:
    same = replace(HashingEmbedder().identity, runtime="other runtime", precision="int8")
    library.require_model(same)
    with pytest.raises(LibraryMismatch, match=r"name 'hashing' there, 'other' now.*--rebuild"):
        library.require_model(HashingEmbedder(name="other").identity)
    with pytest.raises(LibraryMismatch, match="query_prefix"):
        library.require_model(replace(same, query_prefix="hỏi: "))
    library.normaliser_version = NORMALISER_VERSION + 1
    with pytest.raises(LibraryMismatch, match="text normaliser"):
        library.require_model(same)


@pytest.mark.parametrize("model", ["{", "[]", '{"name": "x"}'])
def test_a_manifest_that_cannot_be_read(library: Library, model: str) -> None:
    with closing(db(library)) as connection:
        connection.execute("UPDATE library SET model = ?", (model,))
    with pytest.raises(LibraryDamaged, match="manifest"):
        Library.open(library.folder)


def test_a_missing_table_is_damage(library: Library) -> None:
    with closing(db(library)) as connection:
        connection.execute("DROP TABLE tombstones")
    with pytest.raises(LibraryDamaged, match="not as it was written"):
        library.removed_since(0)


@pytest.mark.parametrize(
    ("column", "value"),
    [("text", "Hà Nội nắng."), ("title", "Khác"), ("outlet", "Khác"), ("published_on", "1999-01-01"), ("url", "x")],
)
def test_an_altered_article_is_never_handed_out(library: Library, column: str, value: str) -> None:
    first, second = library.articles()
    with closing(db(library)) as connection:
        connection.execute(f"UPDATE articles SET {column} = ? WHERE id = ?", (value, first.id))  # noqa: S608
    with pytest.raises(LibraryDamaged, match=rf"{first.id}.*not as it was stored.*repair"):
        library.article(first.id)
    assert library.article(second.id).text == SUN


@pytest.mark.parametrize("value", ["tomorrow", "2026-13-01"])
def test_an_impossible_date_is_damage(library: Library, value: str) -> None:
    first, _ = library.articles()
    with closing(db(library)) as connection:
        connection.execute("UPDATE articles SET published_on = ? WHERE id = ?", (value, first.id))
    with pytest.raises(LibraryDamaged, match="not as it was stored"):
        library.article(first.id)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vectors SET vector = zeroblob(512) WHERE key = 2",
        "UPDATE vectors SET vector = x'00' WHERE key = 2",
        "UPDATE chunks SET start = 1 WHERE key = 2",
        "DELETE FROM vectors WHERE key = 2",
        "UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE key = 3) WHERE key = 2",
    ],
)
def test_an_altered_vector_is_never_handed_out(library: Library, damage: str) -> None:
    with closing(db(library)) as connection:
        connection.execute(damage)
    with pytest.raises(LibraryDamaged, match=r"vector of chunk 2 .*hoibao repair"):
        list(library.vectors_since(0))


# ---- disks that are full, read-only, or somebody else's --------------------------------------------------------------


def test_a_library_on_a_read_only_disk_can_be_read_but_not_written(public: Path) -> None:
    with small_library(public, [RAIN, SUN]) as library:
        pass
    for name in ("library.db-wal", "library.db-shm"):
        (library.folder / name).unlink(missing_ok=True)
    library.folder.chmod(0o555)
    (library.folder / "library.lock").chmod(0o444)
    with another_user(), Library.open(library.folder) as opened:
        assert [opened.article(row.id).text for row in opened.articles()] == [RAIN, SUN]
        with opened.try_lock() as held:
            assert not held
        with pytest.raises(LibraryError, match="permission denied"), opened.writer():
            pass


def test_commits_that_wait_in_a_log_nobody_may_touch_are_not_passed_over(public: Path) -> None:
    with small_library(public, [RAIN]) as library:
        copy = public / "copy"
        copy.mkdir()
        with library.writer() as writer:
            writer.apply(Changes(entries=[an_entry(an_article("new", SUN), HashingEmbedder())]))
            for name in ("library.db", "library.db-wal"):
                (copy / name).write_bytes((library.folder / name).read_bytes())
    copy.chmod(0o555)
    with another_user(), pytest.raises(LibraryError, match="write-ahead log"):
        Library.open(copy)
    copy.chmod(0o755)
    with Library.open(copy) as opened:
        assert [row.source for row in opened.articles()] == ["bài-0.txt", "new"]


@pytest.mark.parametrize("create", [False, True])
def test_a_folder_of_somebody_else_is_told_apart_from_a_missing_one(public: Path, create: bool) -> None:
    with small_library(public, [RAIN]) as library:
        pass
    library.folder.chmod(0o000)
    with another_user(), pytest.raises(LibraryError, match="permission denied") as caught:
        Library.open(library.folder, create=create)
    library.folder.chmod(0o755)
    assert type(caught.value) is LibraryError


def test_an_unreadable_database_file(public: Path) -> None:
    with small_library(public, [RAIN]) as library:
        pass
    (library.folder / "library.db").chmod(0o000)
    with another_user(), pytest.raises(LibraryError, match="permission denied"):
        Library.open(library.folder)


def test_a_full_disk_stops_a_write_and_changes_nothing(tmp_path: Path, file_size_limit: None) -> None:
    with small_library(tmp_path, [RAIN]) as library:
        before = library.generation
        big = [an_article(f"n{number}", f"Bài {number}. " * 400) for number in range(40)]
        with pytest.raises(DiskFull, match=r"no room left.*nothing was changed.*Free some space"):
            add_articles(library, big)
        library.refresh()
        assert library.generation == before
        assert [row.source for row in library.articles()] == ["bài-0.txt"]
        add_articles(library, [an_article("small", "Bài nhỏ.")])
        assert library.manifest().articles == 2


def test_a_full_disk_at_creation_leaves_nothing_behind(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 1024, before[1]))
    try:
        with pytest.raises(DiskFull):
            Library.open(tmp_path / "new", create=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["library.lock"]
    with Library.open(tmp_path / "new", create=True) as library:
        assert library.generation == 0


def test_a_creation_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "library.db.new").write_bytes(os.urandom(5_000))
    with pytest.raises(LibraryMissing):
        Library.open(tmp_path / "new")
    with Library.open(tmp_path / "new", create=True) as library:
        assert library.generation == 0
    assert not (tmp_path / "new" / "library.db.new").exists()


def test_a_creation_by_another_process_at_the_same_time_is_waited_for_by_the_user(tmp_path: Path) -> None:
    from rag.store.lock import writer_lock

    (tmp_path / "new").mkdir()
    with writer_lock(tmp_path / "new"), pytest.raises(LibraryLocked):
        Library.open(tmp_path / "new", create=True)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SQLITE_BUSY", LibraryLocked),
        ("SQLITE_IOERR_READ", LibraryError),
        ("SQLITE_CONSTRAINT", LibraryDamaged),
        ("SQLITE_CORRUPT_VTAB", LibraryDamaged),
        ("SQLITE_FULL", DiskFull),
        ("SQLITE_READONLY_DBMOVED", LibraryError),
    ],
)
def test_every_complaint_of_the_database_has_its_error(code: str, expected: type[LibraryError]) -> None:
    error = sqlite3.OperationalError("told")
    error.sqlite_errorname = code
    with pytest.raises(LibraryError) as caught, database.translated(Path("place")):
        raise error
    assert type(caught.value) is expected
    assert caught.value.remedy
    assert str(caught.value).startswith("place: ")


def test_info_counts_what_is_there(tmp_path: Path) -> None:
    articles = [
        replace(an_article("a", RAIN), outlet="Báo A", published_on=date(2026, 1, 2)),
        replace(an_article("b", RAIN), outlet="Báo B", published_on=date(2025, 5, 5)),
        replace(an_article("c", SUN), outlet="Báo B"),
    ]
    with small_library(tmp_path, articles) as library:
        with library.writer() as writer:
            writer.apply(Changes(files=[FileRow("/a", "a", "ff", 9, "r"), FileRow("/b", "b", "", 9, "r")]))
        info = library_info(library, groups=[["1", "2", "3"], ["4", "5"]])
        (missing,) = library_info(library, ["dense"]).caches
    assert (info.files, info.unfinished_files, info.owed) == (2, 1, 0)
    assert (info.reprints, info.reprint_groups) == (3, 2)
    assert info.chars == 2 * len(RAIN) + len(SUN)
    assert (info.first_date, info.last_date, info.undated) == (date(2025, 5, 5), date(2026, 1, 2), 1)
    assert info.outlets == (("Báo B", 2), ("Báo A", 1))
    assert info.database_bytes > 4096
    assert info.caches == ()
    assert (missing.generation, missing.size_bytes, missing.reason) == (None, 0, "it is not there")


def test_info_tells_how_the_caches_stand(tmp_path: Path) -> None:
    from rag.store.cache_stamp import stamp_cache

    with small_library(tmp_path, [RAIN]) as library:
        for name in ("dense", "lexical"):
            folder = library.folder / name / "000000000002-00000000"
            folder.mkdir(parents=True)
            (folder / "data").write_bytes(b"x" * 1000)
            stamp_cache(library, folder, ["data"])
        (library.folder / "dense" / "000000000002-00000000" / "data").write_bytes(b"y")
        (library.folder / "notes").mkdir()
        dense, lexical = library_info(library, ["dense", "lexical"]).caches
    assert (dense.name, dense.generation, dense.reason) == ("dense", None, "its file data is torn or altered")
    assert (lexical.name, lexical.generation, lexical.reason) == ("lexical", library.generation, "")
    assert lexical.size_bytes > 1000


def test_a_library_closed_by_another_thread_is_not_called_damaged(library: Library) -> None:
    library._connection().close()
    with pytest.raises(LibraryError, match="closed while it was in use") as caught:
        library.manifest()
    assert type(caught.value) is LibraryError
