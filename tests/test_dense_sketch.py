"""The sketch that stands in for many vectors: what it finds, when it is made, and how it lives through changes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import dense as dense_module
from rag.dense import DenseIndex
from rag.dense_sketch import INDEX_FILE, MEASURED_FILE, WANTED_RECALL, Sketch
from rag.library import Library
from tests.corruption import corrupt
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, remove_articles, small_library

EMBEDDER = HashingEmbedder()
WORDS = [f"từ{number}" for number in range(400)]
LIMIT = 900


def texts(count: int, seed: int) -> list[str]:
    chosen = random.Random(seed)  # noqa: S311
    return [" ".join(chosen.choices(WORDS, k=12)) for _ in range(count)]


def query(text: str) -> NDArray[np.float32]:
    (vector,) = EMBEDDER.embed_queries([text])
    return vector


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(dense_module, "EXACT_PASSAGES", LIMIT)
    return small_library(tmp_path, texts(1_000, 1), embedder=EMBEDDER, chunk_chars=200)


def published(library: Library) -> Path:
    (folder,) = [path for path in (library.folder / "dense").iterdir() if not path.name.startswith(".")]
    return folder


def exact(library: Library, monkeypatch: pytest.MonkeyPatch) -> DenseIndex:
    with monkeypatch.context() as patch:
        patch.setattr(dense_module, "EXACT_PASSAGES", 10**9)
        index = DenseIndex(library)
        index._start_empty()
        index._apply_changes()
    return index


def test_a_large_library_is_sketched_and_finds_what_comparing_all_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = DenseIndex.open(library)
    assert index.sketch is not None
    assert (index.sketch.vectors, index.sketch.recall_at_50 >= WANTED_RECALL) == (1_000, True)
    everything = exact(library, monkeypatch)
    assert everything.sketch is None
    found = wanted = 0
    for text in texts(50, 2):
        true, near = everything.search(query(text), 10), index.search(query(text), 10)
        found += len({item.key for item in true} & {item.key for item in near})
        wanted += len(true)
        scores = {item.key: item.score for item in everything.search(query(text), 1_000)}
        assert [item.score for item in near] == pytest.approx([scores[item.key] for item in near], abs=1e-3)
        assert near == sorted(near, key=lambda item: (-item.score, item.key))
    assert found / wanted >= 0.99


def test_a_small_library_has_none(tmp_path: Path) -> None:
    assert DenseIndex.open(small_library(tmp_path, texts(50, 1), embedder=EMBEDDER)).sketch is None


def test_it_is_read_again_and_follows_changes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index = DenseIndex.open(library)
    assert {INDEX_FILE, MEASURED_FILE} <= {path.name for path in published(library).iterdir()}
    monkeypatch.setattr(Sketch, "make", None)  # what follows must not make another
    again = DenseIndex.open(library)
    assert again.sketch == index.sketch
    new = an_article("mới.txt", "Nước sông Hương lên nhanh trong đêm.")
    gone = an_article("bài-7.txt", "x").id
    (gone_key,) = library.chunk_keys(gone)
    add_articles(library, [new], embedder=EMBEDDER)
    remove_articles(library, [gone])
    (new_key,) = library.chunk_keys(new.id)
    for opened in (again, DenseIndex.open(library)):
        opened._library.refresh()
        opened.catch_up()
        assert opened.search(query("nước sông Hương lên nhanh"), 1)[0].key == new_key
        assert gone_key not in {item.key for item in opened.search(query(texts(1_000, 1)[7]), 50)}
        assert opened.verify() == []


def test_it_is_made_anew_when_much_was_removed_and_dropped_when_little_is_left(library: Library) -> None:
    first = DenseIndex.open(library).sketch
    add_articles(library, [an_article(f"x{at}", text) for at, text in enumerate(texts(150, 3))], embedder=EMBEDDER)
    remove_articles(library, [an_article(f"bài-{number}.txt", "x").id for number in range(150)])
    index = DenseIndex.open(library)
    assert index.sketch is not None
    assert index.sketch != first
    assert len(index._sketch or ()) == len(index) == 1_000
    remove_articles(library, [an_article(f"bài-{number}.txt", "x").id for number in range(150, 400)])
    left = DenseIndex.open(library)
    assert (left.sketch, len(left)) == (None, 750)
    assert INDEX_FILE not in {path.name for path in published(library).iterdir()}


def test_chosen_passages_are_all_compared(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index, everything = DenseIndex.open(library), exact(library, monkeypatch)
    keys = library.keys_since(0)[::3]
    assert index.search(query("từ1 từ2"), 20, keys=keys) == everything.search(query("từ1 từ2"), 20, keys=keys)


def test_a_damaged_sketch_is_made_again(library: Library) -> None:
    DenseIndex.open(library)
    for name in (INDEX_FILE, MEASURED_FILE):
        for round_ in range(4):
            corrupt(published(library) / name, random.Random(round_))  # noqa: S311
            index = DenseIndex.open(library)
            assert index.notes
            assert index.sketch is not None
            assert DenseIndex.open(library).notes == ()
