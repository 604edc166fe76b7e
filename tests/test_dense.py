"""Dense search against plain numpy, and the life of its file: lagging, damaged, foreign, locked."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import dense as dense_module
from rag.datatypes import Scored
from rag.dense import FILE_NAME, DenseIndex
from rag.errors import LibraryMismatch, ModelError
from rag.library import Library
from rag.store.cache_stamp import STAMP_NAME, stamp_cache
from rag.store.lock import writer_lock
from tests.corruption import corrupt
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, remove_articles, small_library

EMBEDDER = HashingEmbedder(32)
WORDS = ("vàng", "xăng", "gạo", "thép", "sữa", "điện")
TEXTS = [f"Tin số {at}: giá {word} tăng {at} phần trăm." for at, word in enumerate(WORDS)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path, TEXTS, embedder=EMBEDDER)


def query(text: str) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = EMBEDDER.embed_queries([text])[0]
    return vector


def by_hand(library: Library, vector: NDArray[np.float32], depth: int) -> list[Scored]:
    """All inner products over the stored float16 vectors, by numpy."""
    found = [
        Scored(int(key), pytest.approx(float(stored.astype(np.float64) @ vector), abs=1e-5))
        for keys, vectors in library.vectors_since(0)
        for key, stored in zip(keys, vectors, strict=True)
    ]
    return sorted(found, key=lambda item: (-round(item.score.expected, 5), item.key))[:depth]


def only_folder(library: Library) -> Path:
    (folder,) = [path for path in (library.folder / "dense").iterdir() if not path.name.startswith(".")]
    return folder


@pytest.mark.parametrize("depth", [1, 3, 6, 50])
def test_search_agrees_with_numpy(library: Library, depth: int) -> None:
    vector = query("giá thép")
    assert DenseIndex.open(library).search(vector, depth) == by_hand(library, vector, depth)


def test_search_takes_a_row_or_a_vector_and_no_depth_is_no_result(library: Library) -> None:
    index = DenseIndex.open(library)
    vector = query("giá gạo")
    assert index.search(vector[np.newaxis, :], 2) == index.search(vector, 2)
    assert index.search(vector, 0) == []
    assert len(index) == 6


def test_only_the_passages_of_given_keys_are_seen(library: Library) -> None:
    index = DenseIndex.open(library)
    everything = index.search(query("giá vàng"), len(index))
    for step in (1, 2, 3, len(everything)):
        keys = np.array(sorted(item.key for item in everything[::step]), dtype=np.int64)
        expected = [item for item in everything if item.key in set(keys.tolist())]
        assert index.search(query("giá vàng"), len(index), keys=keys) == expected
        assert index.search(query("giá vàng"), 1, keys=keys) == expected[:1]
    assert index.search(query("giá vàng"), 3, keys=np.array([], dtype=np.int64)) == []
    assert index.search(query("giá vàng"), 3, keys=np.array([10**9], dtype=np.int64)) == []


def test_equal_passages_are_cut_by_key(tmp_path: Path) -> None:
    library = small_library(tmp_path, ["Mưa lớn ở Huế."] * 30 + ["Mưa."], embedder=EMBEDDER)
    found = DenseIndex.open(library).search(query("Mưa lớn ở Huế."), 4)
    keys = sorted(library.keys_since(0).tolist())
    assert [item.key for item in found] == keys[:4]
    assert len({item.score for item in found}) == 1


def test_empty_library_and_its_first_article(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", create=True)
    index = DenseIndex.open(library)
    assert (len(index), index.notes, index.search(query("gì"), 5)) == (0, (), [])
    assert index.verify() == []
    add_articles(library, TEXTS[:2], embedder=EMBEDDER)
    index.catch_up()
    assert len(index.search(query("giá"), 5)) == 2
    assert index.generation == library.generation


@pytest.mark.parametrize(
    ("vector", "error", "words"),
    [
        (np.zeros(31, dtype=np.float32), LibraryMismatch, "32 dimensions"),
        (np.zeros((2, 32), dtype=np.float32), LibraryMismatch, "shape"),
        (np.full(32, np.nan, dtype=np.float32), ModelError, "not finite"),
        (np.full(32, np.inf, dtype=np.float32), ModelError, "not finite"),
    ],
)
def test_wrong_vectors_are_refused(
    library: Library, vector: NDArray[np.float32], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        DenseIndex.open(library).search(vector, 3)


def test_removed_and_replaced_articles_leave_the_results(library: Library) -> None:
    index = DenseIndex.open(library)
    remove_articles(library, [an_article("bài-3.txt", "x").id])
    add_articles(library, [an_article("bài-0.txt", "Giá vàng giảm sâu.")], embedder=EMBEDDER)
    index.catch_up()
    for at_hand in (index, DenseIndex.open(library)):
        assert len(at_hand) == 5
        assert at_hand.search(query("giá thép vàng"), 9) == by_hand(library, query("giá thép vàng"), 9)


def test_a_small_change_leaves_the_file_alone_and_is_found_at_the_next_open(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_module, "_DELTA_SHARE", 0.5)
    index = DenseIndex.open(library)
    before = only_folder(library)
    add_articles(library, [an_article("mới.txt", "Bão đổ bộ Quảng Ninh.")], embedder=EMBEDDER)
    index.catch_up()
    assert only_folder(library) == before
    reopened = DenseIndex.open(library)
    assert reopened.notes == ()
    assert reopened.search(query("bão"), 1) == index.search(query("bão"), 1) == by_hand(library, query("bão"), 1)
    assert only_folder(library) == before

    add_articles(library, [an_article(f"mới-{at}.txt", f"Bão số {at}.") for at in range(12)], embedder=EMBEDDER)
    index.catch_up()
    assert only_folder(library) != before
    assert DenseIndex.open(library).search(query("bão"), 20) == by_hand(library, query("bão"), 20)


def test_more_than_the_absolute_limit_rewrites_the_file(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_module, "_DELTA_SHARE", 1.0)
    monkeypatch.setattr(dense_module, "_DELTA_CHUNKS", 1)
    index = DenseIndex.open(library)
    before = only_folder(library)
    remove_articles(library, [an_article("bài-1.txt", "x").id])
    index.catch_up()
    assert only_folder(library) == before
    remove_articles(library, [an_article("bài-2.txt", "x").id])
    index.catch_up()
    assert only_folder(library) != before


def test_missing_file_is_rebuilt_and_told(library: Library) -> None:
    expected = DenseIndex.open(library).search(query("điện"), 6)
    shutil.rmtree(library.folder / "dense")
    index = DenseIndex.open(library)
    assert "Chưa có chỉ mục" in index.notes[0]
    assert index.search(query("điện"), 6) == expected
    assert DenseIndex.open(library).notes == ()


def test_every_corruption_is_found_and_mended(library: Library) -> None:
    expected = DenseIndex.open(library).search(query("giá xăng"), 6)
    generator = random.Random(1)  # noqa: S311
    for _ in range(120):
        done = corrupt(only_folder(library) / FILE_NAME, generator)
        index = DenseIndex.open(library)
        assert index.notes, done
        assert "bị hỏng" in index.notes[0], done
        assert index.search(query("giá xăng"), 6) == expected, done
    assert DenseIndex.open(library).notes == ()


def test_a_corrupted_stamp_never_gives_wrong_results(library: Library) -> None:
    expected = DenseIndex.open(library).search(query("giá xăng"), 6)
    generator = random.Random(2)  # noqa: S311
    for _ in range(100):
        done = corrupt(only_folder(library) / STAMP_NAME, generator)
        assert DenseIndex.open(library).search(query("giá xăng"), 6) == expected, done


def test_another_librarys_file_is_not_used(library: Library, tmp_path: Path) -> None:
    other = small_library(tmp_path / "other", [text[::-1] for text in TEXTS], embedder=EMBEDDER)
    DenseIndex.open(other)
    expected = DenseIndex.open(library).search(query("giá sữa"), 6)
    shutil.rmtree(library.folder / "dense")
    shutil.copytree(other.folder / "dense", library.folder / "dense")
    index = DenseIndex.open(library)
    assert "không khớp" in index.notes[0]
    assert index.search(query("giá sữa"), 6) == expected


def test_a_sound_stamp_over_another_kind_of_index_is_not_trusted(library: Library) -> None:
    import faiss

    expected = DenseIndex.open(library).search(query("giá sữa"), 6)
    forgeries = [
        faiss.IndexFlatIP(32),
        faiss.IndexIDMap(faiss.IndexFlatIP(32)),
        faiss.IndexIDMap(faiss.IndexScalarQuantizer(16, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)),
        faiss.IndexIDMap(faiss.IndexScalarQuantizer(32, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2)),
        # The right kind, but not of this library's vectors.
        faiss.IndexIDMap(faiss.IndexScalarQuantizer(32, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)),
    ]
    for forged in forgeries:
        folder = only_folder(library)
        faiss.serialize_index(forged).tofile(folder / FILE_NAME)
        stamp_cache(library, folder, [FILE_NAME], {"format": 1, "dimension": 32})
        index = DenseIndex.open(library)
        assert index.notes
        assert index.search(query("giá sữa"), 6) == expected
    folder = only_folder(library)
    (folder / "other").write_bytes(b"")
    stamp_cache(library, folder, ["other"], {"format": 1, "dimension": 32})
    assert DenseIndex.open(library).notes


def test_what_is_read_is_bounded_by_the_size_of_the_file(library: Library) -> None:
    import faiss

    DenseIndex.open(library)
    faiss.set_deserialization_vector_byte_limit(1 << 40)
    faiss.set_deserialization_loop_limit(0)
    DenseIndex.open(library)
    assert faiss.get_deserialization_vector_byte_limit() == (only_folder(library) / FILE_NAME).stat().st_size + 1
    assert faiss.get_deserialization_loop_limit() == 1_000


def test_without_the_lock_the_index_is_right_and_nothing_is_written(library: Library) -> None:
    with writer_lock(library.folder):
        index = DenseIndex.open(library)
        assert index.search(query("giá"), 6) == by_hand(library, query("giá"), 6)
        assert not (library.folder / "dense").exists()
    # The next change finds the lock free.
    add_articles(library, ["Giá cà phê."], embedder=EMBEDDER)
    index.catch_up()
    assert only_folder(library).name.startswith(f"{library.generation:012d}-")


def test_a_disk_that_takes_no_file_costs_only_the_file(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dense_module.CacheFolder, "publish", full)
    assert len(DenseIndex.open(library)) == 6
    assert "No space left" in caplog.text
    assert list((library.folder / "dense").iterdir()) == []


def test_a_library_restored_from_a_backup_does_not_use_the_newer_file(library: Library, tmp_path: Path) -> None:
    DenseIndex.open(library)
    library.close()
    backup = tmp_path / "backup"
    shutil.copytree(library.folder, backup)
    with Library.open(library.folder) as newer:
        add_articles(newer, [an_article(f"n-{at}", f"Tin mới {at}") for at in range(5)], embedder=EMBEDDER)
        DenseIndex.open(newer)
    shutil.rmtree(backup / "dense")
    shutil.copytree(library.folder / "dense", backup / "dense")
    with Library.open(backup) as restored:
        index = DenseIndex.open(restored)
        assert index.notes
        assert index.search(query("tin mới"), 9) == by_hand(restored, query("tin mới"), 9)
        # Moved on by another way to the same number, the file still is not of this past.
        add_articles(restored, [an_article("khác", "Chuyện khác hẳn.")], embedder=EMBEDDER)
        index.catch_up()
        assert index.search(query("chuyện"), 9) == by_hand(restored, query("chuyện"), 9)


def test_another_model_starts_the_index_anew(library: Library) -> None:
    index = DenseIndex.open(library)
    wider = HashingEmbedder(64, name="wider")
    with library.writer() as writer:
        writer.start_over(wider.identity, 1)
    index.catch_up()
    assert len(index) == 0
    add_articles(library, TEXTS, embedder=wider)
    index.catch_up()
    assert [item.key for item in index.search(wider.embed_queries(["giá thép"])[0], 1)] == [
        item.key for item in DenseIndex.open(library).search(wider.embed_queries(["giá thép"])[0], 1)
    ]
    assert len(index) == 6


def test_verify_counts_what_differs(library: Library) -> None:
    import faiss

    index = DenseIndex.open(library)
    assert index.verify() == []
    (first, second, *_) = library.keys_since(0).tolist()
    index._index.remove_ids(faiss.IDSelectorBatch(np.array([first, second], dtype=np.int64)))
    index._index.add_with_ids(np.ones((2, 32), dtype=np.float32), np.array([second, 999], dtype=np.int64))
    findings = [finding.what for finding in index.verify()]
    assert findings == ["it lacks 1 vectors", "it differs in 1 vectors", "it still holds the removed 1 vectors"]
    index = DenseIndex.open(library)
    (only_folder(library) / FILE_NAME).write_bytes(b"torn")
    assert ["torn" in finding.what for finding in index.verify()] == [True]
    shutil.rmtree(library.folder / "dense")
    assert ["not there" in finding.what for finding in index.verify()] == [True]


def test_searches_go_on_while_the_index_catches_up(library: Library) -> None:
    index = DenseIndex.open(library)
    stop = threading.Event()
    failures: list[BaseException] = []

    def search() -> None:
        try:
            while not stop.is_set():
                found = index.search(query("giá vàng"), 5)
                assert len({item.key for item in found}) == 5
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(15):
        add_articles(library, [an_article(f"t-{at}", f"Giá vàng lần {at}.")], embedder=EMBEDDER)
        index.catch_up()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == 21
