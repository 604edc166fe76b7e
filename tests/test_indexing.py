"""The build: what is new, changed, unchanged, gone, moved or broken, and what each costs."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from rag.config import ChunkSettings, LoadSettings, Settings
from rag.copies import Copies, Reprint
from rag.datatypes import Article
from rag.dense import DenseIndex
from rag.errors import LibraryMismatch
from rag.indexing import IndexReport, IndexState, embed_owed, index_paths
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.store.cache_stamp import Finding
from rag.store.path_cover import covered_by
from rag.store.verify import verify
from tests.fakes import HashingEmbedder

SETTINGS = Settings(chunk=ChunkSettings(target_chars=120, max_chars=160))
TOPICS = ["giá xăng", "bóng đá", "thời tiết", "giáo dục", "y tế", "giao thông", "du lịch", "nông sản"]


def story(number: int, sentences: int = 6) -> str:
    topic = TOPICS[number % len(TOPICS)]
    return " ".join(
        f"Câu thứ {at} của bài số {number} kể về {topic} tại tỉnh thứ {number * 7 + at}." for at in range(sentences)
    )


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `báo` with three files, seen from the folder around it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "báo"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as opened:
        yield opened


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


def index(
    library: Library,
    *paths: str | Path,
    embedder: HashingEmbedder | None = None,
    prune: bool = False,
    rebuild: bool = False,
) -> IndexReport:
    return index_paths(
        paths or ("báo",),
        library,
        embedder or HashingEmbedder(),
        SETTINGS,
        prune=prune,
        rebuild=rebuild,
        caches=[Copies],
    )


def counts(report: IndexReport) -> tuple[int, int, int, int]:
    return (report.new, report.updated, report.unchanged, report.removed)


def sources(library: Library) -> list[str]:
    return [row.source for row in library.articles()]


def write_records(path: Path, records: Sequence[Mapping[str, object] | str]) -> None:
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ---- new, unchanged, changed, gone -----------------------------------------------------------------------------------


def test_a_first_run_stores_everything_and_a_second_touches_nothing(
    library: Library, corpus: Path, embedder: HashingEmbedder
) -> None:
    first = index(library, embedder=embedder)
    assert counts(first) == (3, 0, 0, 0)
    assert (first.failed, first.failures, first.missing, first.reprints) == ((), 0, (), ())
    assert first.chunks_embedded == embedder.passages_embedded == library.manifest().chunks > 3
    assert sources(library) == ["báo/0.txt", "báo/1.txt", "báo/2.txt"]
    assert [library.article(row.id).text for row in library.articles()] == [story(number) for number in range(3)]
    assert verify(library).sound

    generation = library.generation
    second = index(library, embedder=embedder)
    assert counts(second) == (0, 0, 3, 0)
    assert second.chunks_embedded == 0
    assert embedder.passages_embedded == first.chunks_embedded
    assert library.generation == generation


def test_only_a_changed_file_is_embedded_again(library: Library, corpus: Path, embedder: HashingEmbedder) -> None:
    index(library)
    before = {row.id: library.chunk_keys(row.id) for row in library.articles()}
    changed = corpus / "1.txt"
    stat = changed.stat()
    changed.write_text(story(1).replace("giá", "gía").replace("bóng đá", "bóng bàn"), encoding="utf-8")
    os.utime(changed, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    report = index(library, embedder=embedder)
    assert counts(report) == (0, 1, 2, 0)
    first, second, third = library.articles()
    assert embedder.passages_embedded == len(library.chunk_keys(second.id))
    assert library.chunk_keys(first.id) == before[first.id]
    assert library.chunk_keys(third.id) == before[third.id]
    assert not set(library.chunk_keys(second.id)) & set(before[second.id])
    assert "bóng bàn" in library.article(second.id).text


def test_a_file_that_is_gone_is_reported_and_removed_only_on_request(library: Library, corpus: Path) -> None:
    index(library)
    (corpus / "1.txt").unlink()
    report = index(library)
    assert (counts(report), report.missing) == ((0, 0, 2, 0), ("báo/1.txt",))
    assert len(sources(library)) == 3
    report = index(library, prune=True)
    assert (counts(report), report.missing) == ((0, 0, 2, 1), ())
    assert sources(library) == ["báo/0.txt", "báo/2.txt"]
    assert counts(index(library, prune=True)) == (0, 0, 2, 0)
    assert verify(library).sound


def test_what_cannot_be_looked_at_is_not_gone(library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be entered for now, as a disk that fails, loses no article to `--prune`."""
    index(library)
    really = os.lstat
    monkeypatch.setattr("rag.indexing.discover", lambda paths, without: iter(()))
    monkeypatch.setattr(
        "rag.indexing.os.lstat", lambda path: _refuse() if str(path).startswith(str(corpus)) else really(path)
    )
    assert counts(index(library, prune=True)) == (0, 0, 0, 0)
    assert len(sources(library)) == 3


def _refuse() -> os.stat_result:
    raise PermissionError(errno.EACCES, "told")


def test_the_library_inside_the_folder_is_passed_over(library: Library, corpus: Path) -> None:
    (corpus.parent / "link").symlink_to(library.folder)
    for path in (".", "library", "*", str(library.folder)):
        report = index_paths([path], library, HashingEmbedder(), SETTINGS, caches=[DenseIndex, LexicalIndex])
        assert [str(error) for error in report.failed] == []
    assert (library.folder / "lexical").exists()
    assert len(sources(library)) == 3


def test_a_library_may_lie_among_its_articles(library: Library, corpus: Path) -> None:
    with Library.open(corpus, create=True) as inside:
        for expected in ((3, 0, 0, 0), (0, 0, 3, 0)):
            report = index(inside)
            assert (counts(report), report.failures) == (expected, 0)


def test_pruning_looks_only_under_the_given_paths(library: Library, corpus: Path) -> None:
    other = corpus.parent / "báo khác"
    shutil.copytree(corpus, other)
    for number in range(3):
        (other / f"{number}.txt").write_text(story(10 + number), encoding="utf-8")
    index(library, "báo", "báo khác")
    shutil.rmtree(other)
    (corpus / "0.txt").unlink()
    report = index(library, "báo", prune=True)
    assert report.removed == 1
    assert sources(library) == ["báo/1.txt", "báo/2.txt", "báo khác/0.txt", "báo khác/1.txt", "báo khác/2.txt"]
    report = index(library, "báo khác/[01].txt", prune=True)
    assert report.removed == 2
    assert sources(library) == ["báo/1.txt", "báo/2.txt", "báo khác/2.txt"]


@pytest.mark.parametrize(
    ("given", "path", "expected"),
    [
        ("/d/a.txt", "/d/a.txt", True),
        ("/d/a.txt", "/d/a.txt.bak", False),
        ("/d", "/d/sub/a.txt", True),
        ("/d", "/data/a.txt", False),
        ("/d/*.txt", "/d/a.txt", True),
        ("/d/*.txt", "/d/sub/a.txt", False),
        ("/d/*", "/d/sub/a.txt", True),
        ("/d/**", "/d/x/y/a.txt", True),
        ("/d/**/*.txt", "/d/a.txt", True),
        ("/d/**/*.txt", "/d/x/y/a.txt", True),
        ("/d/**/*.txt", "/d/x/y/a.md", False),
        ("/d/?.txt", "/d/ab.txt", False),
        ("/d/[!a].txt", "/d/a.txt", False),
        ("/d/[!a].txt", "/d/b.txt", True),
        ("/d/[a-c].txt", "/d/b.txt", True),
        ("/d/a+b (1)/*.txt", "/d/a+b (1)/x.txt", True),
        ("/d/2024[x", "/d/2024[x/a.txt", True),
    ],
)
def test_what_lies_under_a_path(given: str, path: str, expected: bool) -> None:
    assert covered_by([given])(path) is expected


def test_an_existing_folder_with_brackets_is_meant_literally(tmp_path: Path) -> None:
    (tmp_path / "[2024]").mkdir()
    covered = covered_by([tmp_path / "[2024]"])
    assert covered(str(tmp_path / "[2024]" / "a.txt"))
    assert not covered(str(tmp_path / "2" / "a.txt"))


# ---- records of one file ---------------------------------------------------------------------------------------------


def test_records_come_go_and_change_by_themselves(library: Library, corpus: Path, embedder: HashingEmbedder) -> None:
    path = corpus.parent / "tin.jsonl"
    records = [{"id": f"r{number}", "title": f"Tin {number}", "text": story(number)} for number in range(4)]
    write_records(path, records)
    assert counts(index(library, "tin.jsonl")) == (4, 0, 0, 0)
    assert sources(library) == [f"tin.jsonl#r{number}" for number in range(4)]
    write_records(path, [records[0], {**records[1], "text": story(20)}, records[3], {"id": "r9", "text": story(21)}])
    report = index(library, "tin.jsonl", embedder=embedder)
    assert counts(report) == (1, 1, 2, 1)
    assert sources(library) == ["tin.jsonl#r0", "tin.jsonl#r1", "tin.jsonl#r3", "tin.jsonl#r9"]
    fresh = [row.id for row in library.articles() if row.source in {"tin.jsonl#r1", "tin.jsonl#r9"}]
    assert embedder.passages_embedded == sum(len(library.chunk_keys(id_)) for id_ in fresh)
    assert verify(library).sound


def test_a_bad_record_is_reported_at_every_run_and_stops_nothing(library: Library, corpus: Path) -> None:
    path = corpus.parent / "tin.jsonl"
    write_records(
        path, [{"id": 1, "text": story(1)}, "{not json", {"id": 2, "text": "ba"}, {"id": 3, "text": story(3)}]
    )
    for expected in ((2, 0, 0, 0), (0, 0, 2, 0)):
        report = index(library, "tin.jsonl")
        assert (counts(report), report.failures, len(report.failed)) == (expected, 2, 2)
    assert sources(library) == ["tin.jsonl#1", "tin.jsonl#3"]


def test_a_record_that_turned_bad_keeps_its_article(library: Library, corpus: Path) -> None:
    path = corpus.parent / "tin.jsonl"
    write_records(path, [{"id": number, "text": story(number)} for number in range(3)])
    index(library, "tin.jsonl")
    write_records(path, [{"id": 0, "text": story(0)}, {"id": 1, "text": "ba"}, {"id": 2, "text": story(9)}])
    report = index(library, "tin.jsonl", prune=True)
    assert (counts(report), report.failures) == ((0, 1, 1, 0), 1)
    assert sources(library) == ["tin.jsonl#0", "tin.jsonl#1", "tin.jsonl#2"]


def test_a_file_cut_short_loses_no_record_unless_asked_to(library: Library, corpus: Path) -> None:
    path = corpus.parent / "tin.jsonl"
    records = [{"id": number, "text": story(number)} for number in range(4)]
    write_records(path, records)
    index(library, "tin.jsonl")
    write_records(path, [*records[:2], '{"id": 2, "te'])
    for _ in range(2):
        report = index(library, "tin.jsonl")
        assert (counts(report), report.failures) == ((0, 0, 2, 0), 1)
        assert report.missing == ("tin.jsonl#2", "tin.jsonl#3")
    report = index(library, "tin.jsonl", prune=True)
    assert (counts(report), report.missing) == ((0, 0, 2, 2), ())
    assert sources(library) == ["tin.jsonl#0", "tin.jsonl#1"]
    assert verify(library).sound


def test_two_records_of_one_id_are_not_taken_for_one(library: Library, corpus: Path) -> None:
    path = corpus.parent / "tin.jsonl"
    write_records(path, [{"id": "x", "text": story(1)}, {"id": "x", "text": story(2)}])
    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        report = index(library, "tin.jsonl")
        assert (counts(report), report.failures) == (expected, 1)
        assert "tin.jsonl#x" in str(report.failed[0])
    ((row,),) = [list(library.articles())]
    assert library.article(row.id).text == story(1)


def test_a_file_named_like_a_record_does_not_take_its_place(library: Library, corpus: Path) -> None:
    write_records(corpus.parent / "a.jsonl", [{"id": "x.txt", "text": story(1)}])
    (corpus.parent / "a.jsonl#x.txt").write_text(story(2), encoding="utf-8")
    for _ in range(2):
        report = index(library, "a.jsonl", "a.jsonl#x.txt")
        assert report.failures == 1
    ((row,),) = [list(library.articles())]
    assert library.article(row.id).text == story(1)


def test_only_the_first_errors_are_kept_but_all_are_counted(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.indexing.ERRORS_KEPT", 5)
    write_records(corpus.parent / "bad.jsonl", ["{"] * 20 + [json.dumps({"text": story(1)})])
    report = index(library, "bad.jsonl")
    assert (report.new, report.failures, len(report.failed)) == (1, 20, 5)


# ---- bad files -------------------------------------------------------------------------------------------------------


def test_bad_files_are_reported_and_the_rest_goes_on(library: Library, corpus: Path) -> None:
    (corpus / "empty.txt").write_text("")
    (corpus / "short.txt").write_text("abc")
    (corpus / "thing.xyz").write_bytes(b"\x00\x01")
    (corpus / "circle").symlink_to(corpus)
    report = index(library, "báo", "no such file.txt")
    assert counts(report) == (3, 0, 0, 0)
    told = "\n".join(str(error) for error in report.failed)
    for name in ("empty.txt", "short.txt", "thing.xyz", "circle", "no such file.txt"):
        assert name in told
    assert report.failures == 5
    assert verify(library).sound


def test_a_file_that_can_no_longer_be_read_keeps_its_article(library: Library, corpus: Path) -> None:
    index(library)
    (corpus / "1.txt").write_text("")
    for _ in range(2):
        report = index(library, prune=True)
        assert (counts(report), report.failures) == ((0, 0, 2, 0), 1)
    assert len(sources(library)) == 3
    (corpus / "1.txt").write_text(story(1), encoding="utf-8")
    report = index(library)
    assert (counts(report), report.failures) == ((0, 0, 3, 0), 0)


@pytest.mark.skipif(not os.path.supports_unicode_filenames and os.name != "posix", reason="needs byte file names")
def test_a_file_name_that_is_not_unicode(library: Library, corpus: Path) -> None:
    name = os.fsencode(corpus) + b"/t\xecn.txt"
    with open(name, "wb") as handle:  # noqa: PTH123 - a name in bytes
        handle.write(story(5).encode())
    assert counts(index(library)) == (4, 0, 0, 0)
    assert counts(index(library, prune=True)) == (0, 0, 4, 0)
    assert "báo/t\\xecn.txt" in sources(library)


# ---- who is who ------------------------------------------------------------------------------------------------------


def test_a_file_is_the_same_under_every_spelling_of_its_path(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(library)
    before = [row.id for row in library.articles()]
    (corpus.parent / "link").symlink_to(corpus)
    for spelling in ("./báo", str(corpus), "link", "báo/../báo", "báo/*.txt"):
        assert counts(index(library, spelling)) == (0, 0, 3, 0)
    (corpus.parent / "elsewhere").mkdir()
    monkeypatch.chdir(corpus.parent / "elsewhere")
    (corpus / "1.txt").write_text(story(9), encoding="utf-8")
    assert counts(index(library, "../báo")) == (0, 1, 2, 0)
    assert [row.id for row in library.articles()] == before
    assert sources(library) == ["báo/0.txt", "báo/1.txt", "báo/2.txt"]


def test_the_same_spelling_of_another_file_gets_its_full_path(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(library)
    twin = corpus.parent / "elsewhere" / "báo"
    shutil.copytree(corpus, twin)
    (twin / "0.txt").write_text(story(7), encoding="utf-8")
    monkeypatch.chdir(twin.parent)
    report = index(library)
    assert counts(report) == (3, 0, 0, 0)
    assert sources(library)[3:] == [str(twin / f"{number}.txt") for number in range(3)]
    assert report.reprints == (
        Reprint(str(twin / "1.txt"), "báo/1.txt", same_words=True),
        Reprint(str(twin / "2.txt"), "báo/2.txt", same_words=True),
    )
    assert counts(index(library)) == (0, 0, 3, 0)


def test_a_moved_folder_keeps_its_articles(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch, embedder: HashingEmbedder
) -> None:
    index(library)
    before = [row.id for row in library.articles()]
    (corpus.parent / "new home").mkdir()
    corpus.rename(corpus.parent / "new home" / "báo")
    monkeypatch.chdir(corpus.parent / "new home")
    report = index(library, embedder=embedder)
    assert counts(report) == (0, 0, 3, 0)
    assert embedder.passages_embedded == 0
    assert [row.id for row in library.articles()] == before
    assert counts(index(library, prune=True)) == (0, 0, 3, 0)
    assert library.file(str(corpus / "0.txt")) is None


@pytest.mark.parametrize("moved", ["báo", "báo/1.txt"])
def test_what_was_moved_and_left_a_link_behind_keeps_its_articles(
    library: Library, corpus: Path, embedder: HashingEmbedder, moved: str
) -> None:
    index(library)
    before = [row.id for row in library.articles()]
    place, target = corpus.parent / moved, corpus.parent / "larger disk"
    place.rename(target)
    place.symlink_to(target)
    for _ in range(2):
        assert counts(index(library, prune=True, embedder=embedder)) == (0, 0, 3, 0)
    assert embedder.passages_embedded == 0
    assert [row.id for row in library.articles()] == before


def test_copies_are_stored_and_told_of_once(library: Library, corpus: Path) -> None:
    (corpus / "copy.txt").write_text(story(0), encoding="utf-8")
    report = index(library)
    same = Reprint("báo/copy.txt", "báo/0.txt", same_words=True)
    assert (counts(report), report.reprints) == ((4, 0, 0, 0), (same,))
    assert index(library).reprints == ()
    (corpus / "near.txt").write_text(f"{story(0)} Theo một tờ báo khác.", encoding="utf-8")
    assert index(library).reprints == (Reprint("báo/near.txt", "báo/0.txt", same_words=False),)
    # A new original: the copies that were there before are told of as its copies.
    (corpus / "first.txt").write_text(f"---\ndate: 2020-01-01\n---\n{story(0)}", encoding="utf-8")
    (corpus / "first.txt").rename(corpus / "first.md")
    report = index(library)
    assert [(pair.source, pair.original) for pair in report.reprints] == [
        (f"báo/{name}.txt", "báo/first.md") for name in ("0", "copy", "near")
    ]


# ---- settings, models, rebuilding ------------------------------------------------------------------------------------


def test_other_chunk_settings_make_chunks_anew(library: Library, corpus: Path) -> None:
    index(library)
    chunks = library.manifest().chunks
    larger = Settings(chunk=ChunkSettings(target_chars=400, max_chars=500))
    report = index_paths(["báo"], library, HashingEmbedder(), larger)
    assert counts(report) == (0, 3, 0, 0)
    assert library.manifest().chunks < chunks
    assert counts(index_paths(["báo"], library, HashingEmbedder(), larger)) == (0, 0, 3, 0)


def test_a_setting_without_effect_on_the_passages_embeds_nothing(library: Library, corpus: Path) -> None:
    index(library)
    keys = library.keys_since(0).tolist()
    embedder = HashingEmbedder()
    patient = SETTINGS.model_copy(update={"load": LoadSettings(min_article_chars=10)})
    for generations in (1, 0):
        before = library.generation
        assert counts(index_paths(["báo"], library, embedder, patient)) == (0, 0, 3, 0)
        assert library.generation == before + generations
    assert embedder.passages_embedded == 0
    assert library.keys_since(0).tolist() == keys
    assert verify(library).sound


def test_a_page_whose_furniture_changed_keeps_its_vectors(library: Library, corpus: Path) -> None:
    path = corpus.parent / "tin.jsonl"
    record = {"id": 1, "title": "Tin", "date": "2026-01-02", "text": story(1), "outlet": "Báo A"}
    write_records(path, [record])
    index(library, "tin.jsonl")
    embedder = HashingEmbedder()
    write_records(path, [{**record, "outlet": "Báo B", "views": 17}])
    assert counts(index(library, "tin.jsonl", embedder=embedder)) == (0, 1, 0, 0)
    assert embedder.passages_embedded == 0
    (row,) = library.articles()
    assert row.outlet == "Báo B"
    assert library.removed_since(0).tolist() == []
    write_records(path, [{**record, "title": "Tin khác"}])
    assert counts(index(library, "tin.jsonl", embedder=embedder)) == (0, 1, 0, 0)
    assert embedder.passages_embedded == library.manifest().chunks
    assert verify(library).sound


def test_a_damaged_article_is_mended_by_indexing_its_file_anew(library: Library, corpus: Path) -> None:
    index(library)
    (row, *_) = library.articles()
    with library.writer() as writer:
        writer._connection.execute("UPDATE articles SET title = 'x', recipe = 'old' WHERE id = ?", (row.id,))
        writer._connection.execute("UPDATE files SET raw_sha256 = ''")
    assert counts(index(library)) == (0, 1, 2, 0)
    assert verify(library).sound


def test_another_model_needs_a_rebuild_and_gets_one(library: Library, corpus: Path) -> None:
    index(library)
    other = HashingEmbedder(64, name="other")
    generation = library.generation
    with pytest.raises(LibraryMismatch, match="--rebuild"):
        index(library, embedder=other)
    assert library.generation == generation

    report = index(library, "báo/0.txt", embedder=other, rebuild=True)
    assert counts(report) == (0, 3, 0, 0)
    assert report.chunks_embedded == other.passages_embedded == library.manifest().chunks
    assert library.identity == other.identity
    ((_, vectors),) = library.vectors_since(0)
    assert vectors.shape[1] == 64
    assert verify(library).sound
    # Those outside the given paths were embedded from their stored texts and are cleaned anew when met again.
    for generations in (1, 0):
        before = library.generation
        assert counts(index(library, embedder=other)) == (0, 0, 3, 0)
        assert library.generation == before + generations
    assert other.passages_embedded == report.chunks_embedded


def test_a_rebuild_of_an_empty_library_is_a_build(library: Library, corpus: Path) -> None:
    assert counts(index(library, rebuild=True)) == (3, 0, 0, 0)


class Stops(HashingEmbedder):
    """Embeds so many batches, then behaves as if the user had pressed Ctrl-C."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        if self.batches == 0:
            raise KeyboardInterrupt
        self.batches -= 1
        return super().embed_passages(texts)


def test_an_interrupted_rebuild_is_finished_by_the_next_run(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.indexing.BATCH_CHUNKS", 1)
    index(library)
    with pytest.raises(KeyboardInterrupt):
        index(library, embedder=Stops(1), rebuild=True)
    library.refresh()
    assert len(library.owed()) == 2
    assert [finding.what for finding in verify(library).findings] == ["it waits to be embedded"] * 2
    assert counts(index(library)) == (0, 2, 1, 0)
    assert verify(library).sound


def test_owed_articles_can_be_embedded_without_their_files(library: Library, corpus: Path) -> None:
    index(library)
    ids = [row.id for row in library.articles()]
    with library.writer() as writer:
        writer.owe(ids[:2])
    shutil.rmtree(corpus)
    embedder = HashingEmbedder()
    assert embed_owed(library, embedder, SETTINGS) == embedder.passages_embedded > 0
    assert library.owed() == []
    assert verify(library).sound


def test_an_interrupted_run_keeps_its_batches_and_continues(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch, embedder: HashingEmbedder
) -> None:
    write_records(corpus.parent / "big.jsonl", [{"id": number, "text": story(number)} for number in range(30)])
    monkeypatch.setattr("rag.indexing.BATCH_CHUNKS", 20)
    with pytest.raises(KeyboardInterrupt):
        index(library, "big.jsonl", embedder=Stops(3))
    library.refresh()
    kept = len(sources(library))
    assert 0 < kept < 30
    assert verify(library).sound
    monkeypatch.chdir(corpus)
    report = index(library, "../big.jsonl", embedder=embedder)
    assert counts(report) == (30 - kept, 0, kept, 0)
    assert sources(library) == [f"big.jsonl#{number}" for number in range(30)]
    assert embedder.passages_embedded < library.manifest().chunks


# ---- progress and caches ---------------------------------------------------------------------------------------------


def test_progress_grows_to_the_whole(library: Library, corpus: Path) -> None:
    states: list[IndexState] = []
    index_paths(["báo"], library, HashingEmbedder(), SETTINGS, progress=states.append)
    size = sum(path.stat().st_size for path in corpus.iterdir())
    assert (states[-1].files_done, states[-1].files_total) == (3, 3)
    assert (states[-1].bytes_done, states[-1].bytes_total) == (size, size)
    assert (states[-1].articles, states[-1].chunks) == (3, library.manifest().chunks)
    assert states[0].source == "báo/0.txt"
    assert [state.bytes_done for state in states] == sorted(state.bytes_done for state in states)


class RecordingCache:
    """Notes at which generation it was opened and caught up."""

    name = "recording"
    seen: ClassVar[list[tuple[str, int]]] = []

    def __init__(self, library: Library) -> None:
        self.library = library

    @classmethod
    def open(cls, library: Library) -> RecordingCache:
        cls.seen.append(("open", library.generation))
        return cls(library)

    def catch_up(self) -> None:
        self.seen.append(("catch up", self.library.generation))

    def verify(self) -> list[Finding]:
        return []


def test_caches_are_caught_up_in_between_and_at_the_end(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.indexing.BATCH_CHUNKS", 1)
    monkeypatch.setattr("rag.indexing.CATCH_UP_CHUNKS", 8)
    RecordingCache.seen.clear()
    index_paths(["báo"], library, HashingEmbedder(), SETTINGS, caches=[RecordingCache])
    assert RecordingCache.seen[0][0] == "open"
    assert RecordingCache.seen[-1] == ("catch up", library.generation)
    assert len(RecordingCache.seen) > 1


def test_memory_is_bounded_by_the_batch_not_by_the_file(
    library: Library, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no time are more articles held than make up a batch."""
    held: list[int] = []
    monkeypatch.setattr("rag.indexing.BATCH_CHUNKS", 10)

    class Watching(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            held.append(len(texts))
            return super().embed_passages(texts)

    write_records(corpus.parent / "big.jsonl", [{"id": number, "text": story(number)} for number in range(50)])
    index(library, "big.jsonl", embedder=Watching())
    assert len(held) > 5
    assert max(held) < 20


def test_what_is_stored_is_what_loading_made_of_it(library: Library, corpus: Path) -> None:
    from rag.load import FoundFile, read_articles, to_article

    index(library)
    found = FoundFile(corpus / "2.txt", "báo/2.txt")
    (raw,) = read_articles(found, LoadSettings())
    expected = to_article(raw, LoadSettings())  # type: ignore[arg-type]
    assert isinstance(expected, Article)
    assert library.article(expected.id) == expected
