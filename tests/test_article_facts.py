"""Facts about single articles: computed once for each article, and the life of their file."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from rag.library import Library
from rag.store import article_facts
from rag.store.article_facts import FILE_NAME, ArticleFacts
from rag.store.cache_stamp import stamp_cache
from rag.store.lock import writer_lock
from tests.corruption import corrupt
from tests.helpers import add_articles, an_article, remove_articles, small_library

TEXTS = [f"Tin số {at} nói về giá {word}." for at, word in enumerate(("vàng", "xăng", "gạo", "thép"))]


class Words(ArticleFacts):
    """Counts in how many articles each word stands."""

    name = "abbreviations"
    version = 1
    label = "Bảng từ"

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.computed: list[str] = []
        self.summaries: list[bytes] = []
        self.counts: Counter[str] = Counter()

    def facts_of(self, title: str, text: str) -> bytes:
        self.computed.append(text)
        return " ".join(sorted({*title.split(), *text.split()})).encode()

    def rebuild(self, facts: Mapping[str, bytes], summary: bytes) -> None:
        self.summaries.append(summary)
        self.counts = Counter(word for line in facts.values() for word in line.decode().split())

    def summary(self) -> bytes:
        return f"{len(self.counts)} words".encode()


class Doubtful(Words):
    version = 2


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path, TEXTS)


def only_folder(library: Library) -> Path:
    (folder,) = [path for path in (library.folder / "abbreviations").iterdir() if not path.name.startswith(".")]
    return folder


def by_hand(library: Library) -> Counter[str]:
    articles = [library.article(row.id) for row in library.articles()]
    return Counter(word for article in articles for word in {*article.title.split(), *article.text.split()})


def test_all_articles_are_read_once_and_the_next_start_reads_none(library: Library) -> None:
    first = Words.open(library)
    assert sorted(first.computed) == sorted(TEXTS)
    assert first.counts["vàng."] == 1
    assert first.notes == ("Bảng từ: chưa có trên đĩa, đã dựng lại từ cơ sở dữ liệu.",)
    again = Words.open(library)
    assert (again.computed, again.counts, len(again), again.notes) == ([], by_hand(library), 4, ())
    assert again.summaries == [f"{len(first.counts)} words".encode()]
    assert again.verify() == []


def test_only_what_changed_is_read_again(library: Library) -> None:
    facts = Words.open(library)
    facts.computed.clear()
    remove_articles(library, [an_article("bài-3.txt", "x").id])
    add_articles(library, [an_article("bài-0.txt", "Giá vàng giảm."), an_article("mới.txt", "Giá điện.")])
    facts.catch_up()
    assert sorted(facts.computed) == ["Giá vàng giảm.", "Giá điện."]
    assert facts.counts == by_hand(library)
    assert (facts.generation, len(facts)) == (library.generation, 4)


def test_a_new_title_is_a_change(library: Library) -> None:
    facts = Words.open(library)
    add_articles(library, [an_article("bài-1.txt", TEXTS[1], title="Xăng hạ nhiệt")])
    facts.catch_up()
    assert facts.counts["nhiệt"] == 1


def test_empty_library_and_its_first_article(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", create=True)
    facts = Words.open(library)
    assert (len(facts), facts.notes, facts.verify()) == (0, (), [])
    add_articles(library, TEXTS[:1])
    facts.catch_up()
    assert facts.counts == by_hand(library)
    remove_articles(library, [an_article("bài-0.txt", "x").id])
    facts.catch_up()
    assert (len(facts), facts.counts) == (0, Counter())
    assert Words.open(library).counts == Counter()


def test_a_small_change_is_not_written_and_a_large_one_is(tmp_path: Path) -> None:
    library = small_library(tmp_path, [f"Bài {at}." for at in range(100)])
    facts = Words.open(library)
    written = only_folder(library).name
    add_articles(library, [an_article("mới.txt", "Mới.")])
    facts.catch_up()
    assert only_folder(library).name == written
    again = Words.open(library)
    assert (again.computed, again.counts) == (["Mới."], by_hand(library))
    add_articles(library, [an_article(f"mới-{at}.txt", "Mới.") for at in range(6)])
    again.catch_up()
    assert only_folder(library).name != written
    assert Words.open(library).computed == []


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_built_anew_and_told(library: Library, seed: int) -> None:
    Words.open(library)
    done = corrupt(only_folder(library) / FILE_NAME, random.Random(seed))  # noqa: S311
    library.may_write_caches = False
    (finding,) = Words.open(library).verify()
    assert "torn" in finding.what, done
    library.may_write_caches = True
    facts = Words.open(library)
    assert facts.counts == by_hand(library), done
    assert "đã dựng lại" in facts.notes[0]
    assert Words.open(library).notes == ()


@pytest.mark.parametrize("how", ["short", "sizes", "order", "foreign"])
def test_a_stamped_file_of_another_kind_is_refused(library: Library, how: str) -> None:
    Words.open(library)
    folder = only_folder(library)
    data = bytearray((folder / FILE_NAME).read_bytes())
    if how == "short":
        data = data[:20]
    elif how == "sizes":
        data[8] += 1
    elif how == "foreign":
        data[0] ^= 1
    else:
        ends = 8 + 24 + 4 * (16 + 16)
        data[ends : ends + 16] = data[ends + 8 : ends + 16] + data[ends : ends + 8]
    (folder / FILE_NAME).write_bytes(data)
    stamp_cache(library, folder, [FILE_NAME], {"format": 1})
    facts = Words.open(library)
    assert facts.counts == by_hand(library)
    assert len(facts.computed) == 4


def test_another_version_of_the_facts_is_computed_anew(library: Library) -> None:
    Words.open(library)
    assert len(Doubtful.open(library).computed) == 4


def test_a_locked_or_read_only_library_is_served_from_memory(library: Library) -> None:
    with writer_lock(library.folder):
        library_of_another = Library.open(library.folder)
        facts = Words.open(library_of_another)
        assert facts.counts == by_hand(library)
        assert not (library.folder / "abbreviations").exists()
    library.may_write_caches = False
    assert Words.open(library).counts == by_hand(library)
    assert not (library.folder / "abbreviations").exists()
    assert "not there" in Words.open(library).verify()[0].what


def test_a_full_disk_costs_only_the_file(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(article_facts, "_write", full)
    facts = Words.open(library)
    assert facts.counts == by_hand(library)
    assert list((library.folder / "abbreviations").iterdir()) == []


def test_verify_tells_what_differs(library: Library) -> None:
    facts = Words.open(library)
    remove_articles(library, [an_article("bài-3.txt", "x").id])
    add_articles(library, [an_article("bài-0.txt", "Giá vàng giảm."), an_article("mới.txt", "Giá điện.")])
    assert [finding.what for finding in facts.verify()] == [
        "it lacks 1 articles",
        "it differs in 1 articles",
        "it still holds the removed 1 articles",
    ]


def test_articles_that_a_file_lacks_are_found_at_opening(library: Library) -> None:
    facts = Words.open(library)
    del facts._facts[an_article("bài-2.txt", "x").id]
    facts._save()
    again = Words.open(library)
    assert (again.computed, again.counts) == ([TEXTS[2]], by_hand(library))


def test_a_cache_of_a_lost_past_is_not_used(library: Library, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    library.close()
    shutil.copytree(library.folder, saved)
    with Library.open(library.folder) as newer:
        add_articles(newer, [an_article("mới.txt", "Mới.")])
        Words.open(newer)
    (library.folder / "library.db").unlink()
    shutil.copy(saved / "library.db", library.folder / "library.db")
    with Library.open(library.folder) as restored:
        add_articles(restored, [an_article("khác.txt", "Khác.")])
        assert Words.open(restored).counts == by_hand(restored)


def test_a_change_that_could_not_be_taken_in_is_taken_in_the_next_time(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words.open(library)
    add_articles(library, [an_article("mới.txt", "Tàu hoả chậm hai giờ.")])
    library.refresh()
    with monkeypatch.context() as patch:
        patch.setattr(Words, "update", lambda *_: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            words.catch_up()
    words.catch_up()
    assert (words.counts, words.generation) == (by_hand(library), library.generation)
