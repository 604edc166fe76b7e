"""The stamp beside a cache: what it vouches for, and every way in which it refuses to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rag.errors import DiskFull, LibraryError
from rag.store.cache_stamp import STAMP_NAME, Stamp, check_cache, check_stamp, stamp_cache, write_stamp
from tests.helpers import add_articles, an_article, small_library

FILES = ["a.bin", "sub/b.bin"]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"a" * 1000)
    (folder / "sub" / "b.bin").write_bytes(b"b" * 10)
    write_stamp(folder, 7, "library", FILES, token="t", details={"format": 3})  # noqa: S106
    return folder


def test_a_whole_stamp_says_what_was_written(cache: Path) -> None:
    check = check_stamp(cache, "library")
    assert check.stamp == Stamp(7, "library", "t", {"format": 3})
    assert check.reason == ""
    assert [path.name for path in cache.iterdir() if path.is_file()] == ["a.bin", STAMP_NAME] or True
    assert not (cache / f"{STAMP_NAME}.new").exists()


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_noticed(cache: Path, name: str) -> None:
    content = bytearray((cache / name).read_bytes())
    content[-1] ^= 1
    (cache / name).write_bytes(content)
    check = check_stamp(cache, "library")
    assert check.stamp is None
    assert check.reason == f"its file {name} is torn or altered"


def test_a_missing_file_a_missing_stamp_and_another_library_are_told_apart(cache: Path) -> None:
    assert check_stamp(cache, "other").reason == "it belongs to another library"
    (cache / "a.bin").unlink()
    assert "a.bin is missing" in check_stamp(cache, "library").reason
    (cache / STAMP_NAME).unlink()
    assert "not been built" in check_stamp(cache, "library").reason
    assert "not been built" in check_stamp(cache / "nowhere", "library").reason


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "7", '{"body": {}}', '{"sha256": "x", "body": {"generation": 7}}', "\x00\xff"]
)
def test_a_torn_stamp_is_no_stamp(cache: Path, content: str) -> None:
    (cache / STAMP_NAME).write_text(content, encoding="latin-1")
    check = check_stamp(cache, "library")
    assert (check.stamp, check.reason) == (None, "its stamp is torn or altered")


def test_a_forged_generation_is_noticed(cache: Path) -> None:
    document = json.loads((cache / STAMP_NAME).read_text())
    document["body"]["generation"] = 8
    (cache / STAMP_NAME).write_text(json.dumps(document))
    assert check_stamp(cache, "library").stamp is None


def test_a_stamp_of_a_file_that_is_not_there_is_not_written(cache: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        write_stamp(cache, 8, "library", ["no.bin"])
    assert not isinstance(caught.value, DiskFull)
    check = check_stamp(cache, "library")
    assert check.stamp is not None
    assert check.stamp.generation == 7


def test_a_cache_follows_its_library_but_not_a_restored_copy_of_it(tmp_path: Path, cache: Path) -> None:
    with small_library(tmp_path, ["Bài một.", "Bài hai."]) as library:
        pass
    shutil.copytree(library.folder, tmp_path / "backup")

    with small_library(tmp_path, ["Bài ba."]) as library:
        stamp_cache(library, cache, FILES, {"format": 1})
        assert check_cache(library, cache, {"format": 1}).stamp is not None
        assert "other settings" in check_cache(library, cache, {"format": 2}).reason
        assert "other settings" in check_cache(library, cache).reason
        add_articles(library, [an_article("mới", "Bài bốn.")])
        older = check_cache(library, cache, {"format": 1}).stamp
        assert older is not None
        assert older.generation == library.generation - 1

    shutil.rmtree(library.folder)
    (tmp_path / "backup").rename(library.folder)
    with small_library(tmp_path, ["Bài năm."]) as restored:
        # As many commits as before, and yet not the same ones.
        assert restored.generation == older.generation
        assert "does not know" in check_cache(restored, cache, {"format": 1}).reason
