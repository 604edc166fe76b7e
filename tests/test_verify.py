"""Damage of every kind: that `verify` finds it, that nothing false is handed out, and that `repair` keeps the rest."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from rag.config import Settings
from rag.datatypes import Article
from rag.dense import DenseIndex
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, LibraryMissing
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.store.cache_stamp import Finding
from rag.store.lock import writer_lock
from rag.store.repair import DAMAGED_NAME, repair
from rag.store.rows import Changes, FileRow
from rag.store.verify import verify
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, remove_articles, small_library

TEXTS = [" ".join(f"Bài {number}: câu {at} nói về việc thứ {number * at}." for at in range(12)) for number in range(10)]
CACHES = (DenseIndex, LexicalIndex)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path, TEXTS) as opened:
        with opened.writer() as writer:
            writer.apply(
                Changes(files=[FileRow(f"/nowhere/bài-{n}.txt", f"bài-{n}.txt", "ab", 9, "recipe") for n in range(10)])
            )
        remove_articles(opened, [list(opened.articles())[-1].id])
        for kind in CACHES:
            kind.open(opened)
        yield opened


def articles_of(library: Library) -> dict[str, Article]:
    return {row.id: library.article(row.id) for row in library.articles()}


def vectors_of(library: Library) -> dict[str, list[bytes]]:
    held = {
        key: vector.tobytes()
        for keys, vectors in library.vectors_since(0)
        for key, vector in zip(keys, vectors, strict=True)
    }
    return {row.id: [held[key] for key in library.chunk_keys(row.id)] for row in library.articles()}


def execute(library: Library, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as connection:
        connection.execute(sql, values)


# ---- findings --------------------------------------------------------------------------------------------------------


def test_a_sound_library_has_no_findings_and_is_left_alone(library: Library) -> None:
    before = library.generation
    steps: list[tuple[int, int]] = []
    report = verify(library, caches=CACHES, progress=lambda done, total: steps.append((done, total)))
    assert report.findings == ()
    assert report.sound
    assert (report.articles, report.chunks) == (9, library.manifest().chunks)
    assert steps == [(done, 9) for done in range(1, 10)]
    library.refresh()
    assert library.generation == before
    assert verify(library, deep=False).sound


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE articles SET text = replace(text, 'việc', 'viêc') WHERE id = ?", "not as it was stored"),
        ("UPDATE articles SET source = 'other' WHERE id = ?", "not as it was stored"),
        ("UPDATE articles SET text_sha256 = 'x' WHERE id = ?", "text is not as it was stored"),
        ("UPDATE articles SET chars = 3 WHERE id = ?", "text is not as it was stored"),
        ("UPDATE articles SET recipe = '' WHERE id = ?", "waits to be embedded"),
        ("INSERT INTO removed SELECT number, 0, 0, 1, 'a', 'b' FROM articles WHERE id = ?", "not as it was stored"),
        ("UPDATE chunks SET stop = 100000 WHERE ordinal = 1 AND article = {}", "passage 1 does not lie in the text"),
        ("UPDATE chunks SET start = stop WHERE ordinal = 1 AND article = {}", "passage 1 does not lie in the text"),
        ("UPDATE chunks SET ordinal = 77 WHERE ordinal = 1 AND article = {}", "does not lie in the text"),
        ("DELETE FROM chunks WHERE ordinal = 1 AND article = {}", "does not lie in the text"),
        ("UPDATE chunks SET start = start + 9 WHERE ordinal = 1 AND article = {}", "between passages 0 and 1"),
        ("DELETE FROM chunks WHERE ordinal = 3 AND article = {}", "after its last passage"),
        ("DELETE FROM chunks WHERE article = {}", "no passages"),
        ("UPDATE vectors SET vector = zeroblob(512) WHERE key IN {keys}", "vector of passage 0 is not as it was"),
        ("DELETE FROM vectors WHERE key IN {keys}", "vector of passage 0 is not as it was"),
    ],
)
def test_each_altered_row_is_named(library: Library, damage: str, what: str) -> None:
    victim = list(library.articles())[2].id
    article = "(SELECT number FROM articles WHERE id = ?)"
    keys = f"(SELECT key FROM chunks WHERE article = {article})"  # noqa: S608
    execute(library, "PRAGMA foreign_keys = ON")
    execute(library, damage.replace("{keys}", keys).replace("{}", article), victim)
    execute(library, "DELETE FROM vectors WHERE key NOT IN (SELECT key FROM chunks)")
    findings = verify(library).findings
    assert findings
    assert all(victim in finding.where for finding in findings)
    assert what in findings[0].what
    assert findings[0].remedy.startswith("Run `hoibao ")
    assert verify(library, deep=False).sound


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE library SET generation = 1", "generations do not agree"),
        ("UPDATE chunks SET generation = 99 WHERE key = 1", "generations do not agree"),
        ("INSERT INTO tombstones VALUES (1, 1)", "1 passages are both there and removed"),
        ("UPDATE library SET model = NULL", "no model they come from"),
        ("DELETE FROM articles WHERE number = 3", "rows belong to nothing"),
        ("DROP TABLE generations", "not as it was written"),
        ("DROP TABLE articles", "not as it was written"),
    ],
)
def test_each_contradiction_between_rows_is_found(library: Library, damage: str, what: str) -> None:
    execute(library, damage)
    with Library.open(library.folder) as opened:
        assert what in "\n".join(finding.what for finding in verify(opened).findings)


def test_a_vector_of_another_length_or_dimension_is_found_though_its_hash_fits(library: Library) -> None:
    import numpy as np

    from rag.store.rows import chunk_digest

    rows = library.select("SELECT key, article, ordinal, start, stop, generation FROM chunks WHERE key < 3")
    for row, vector in zip(rows, (np.full(256, 0.5, "<f2"), np.ones(1, "<f2")), strict=True):
        blob = vector.tobytes()
        execute(
            library, "UPDATE vectors SET vector = ?, digest = ? WHERE key = ?", blob, chunk_digest(row, blob), row[0]
        )
    first, second = (finding.what for finding in verify(library).findings)
    assert first == "the vector of passage 0 is not of length 1"
    assert second == "the vector of passage 1 has 1 dimensions, the model 256"


def test_damaged_caches_are_told_and_not_silently_mended(library: Library) -> None:
    victims = [path for path in library.folder.rglob("*") if path.is_file() and path.name == "vectors.faiss"]
    (victim,) = victims
    victim.write_bytes(victim.read_bytes()[:-100] + bytes(100))
    for _ in range(2):
        findings = verify(library, caches=CACHES).findings
        assert len(findings) == 1
        assert findings[0].where == str(library.folder / "dense")


class Broken:
    """A cache that cannot be opened until it is rebuilt."""

    name = "broken"
    opened: ClassVar[int] = 0

    @classmethod
    def open(cls, library: Library) -> Broken:
        if not library.may_write_caches:
            raise LibraryDamaged("torn beyond use")
        assert not (library.folder / "broken").exists()
        cls.opened += 1
        return cls()

    def catch_up(self) -> None: ...

    def verify(self) -> list[Finding]:
        return []


def test_a_cache_that_cannot_be_opened_is_a_finding(library: Library) -> None:
    (finding,) = verify(library, caches=[Broken]).findings
    assert (finding.what, finding.where) == ("torn beyond use", str(library.folder / "broken"))
    assert library.may_write_caches


class Busy:
    """A cache beside which, at the first looks, another process commits; only what stays is a difference."""

    name = "busy"
    looks: ClassVar[int] = 0

    def __init__(self, library: Library) -> None:
        self.library = library

    @classmethod
    def open(cls, library: Library) -> Busy:
        return cls(library)

    def catch_up(self) -> None: ...

    def verify(self) -> list[Finding]:
        Busy.looks += 1
        if Busy.looks > 2:
            return []
        with Library.open(self.library.folder) as other:
            add_articles(other, [an_article(f"mới {Busy.looks}", "Một bài vừa thêm.")])
        return [Finding("it lacks 1 passages", "busy", "")]


def test_what_is_committed_meanwhile_is_no_finding(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    Busy.looks = 0
    assert verify(library, caches=[Busy]).findings == ()
    assert Busy.looks == 3
    select = Library.select

    def select_and_commit(self: Library, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        rows = select(self, sql, values)
        if sql == "SELECT max(generation) FROM generations":
            with Library.open(self.folder) as other:
                add_articles(other, [an_article("xen giữa", "Một bài nữa.")])
        return rows

    monkeypatch.setattr(Library, "select", select_and_commit)
    assert verify(library).findings == ()


# ---- repair ----------------------------------------------------------------------------------------------------------


def test_there_is_nothing_to_repair_in_a_sound_library(library: Library) -> None:
    generation, library_id = library.generation, library.library_id
    report = repair(library.folder, caches=CACHES)
    assert (report.findings, report.lost, report.embedded, report.owed) == ((), (), 0, 0)
    assert (report.rebuilt, report.kept_aside) == ((), None)
    with Library.open(library.folder) as opened:
        assert (opened.generation, opened.library_id) == (generation, library_id)


def test_only_a_damaged_cache_is_rebuilt(library: Library) -> None:
    Broken.opened = 0
    (library.folder / "broken").mkdir()
    report = repair(library.folder, caches=[DenseIndex, Broken])
    assert report.rebuilt == ("broken",)
    assert report.kept_aside is None
    assert Broken.opened == 1


def test_missing_caches_are_told_and_built(library: Library) -> None:
    for kind in CACHES:
        shutil.rmtree(library.folder / kind.name)
    assert [finding.where for finding in verify(library, caches=CACHES).findings] == [
        str(library.folder / "dense"),
        str(library.folder / "lexical"),
    ]
    assert not (library.folder / "dense").exists()
    report = repair(library.folder, caches=CACHES)
    assert (report.rebuilt, len(report.findings), report.kept_aside) == (("dense", "lexical"), 2, None)
    assert repair(library.folder, caches=CACHES).findings == ()


def test_caches_are_not_built_while_another_process_writes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.library.LOCK_WAIT_S", 0.0)
    shutil.rmtree(library.folder / "dense")
    with writer_lock(library.folder), pytest.raises(LibraryLocked):
        repair(library.folder, caches=CACHES)
    assert not (library.folder / "dense").exists()


def test_lost_vectors_are_embedded_again_and_nothing_else_is(library: Library) -> None:
    texts, vectors = articles_of(library), vectors_of(library)
    victim = list(library.articles())[4]
    execute(library, "UPDATE vectors SET vector = zeroblob(512) WHERE key = ?", library.chunk_keys(victim.id)[1])
    library.close()
    embedder = HashingEmbedder()
    report = repair(library.folder, caches=CACHES, open_embedder=lambda: embedder)
    assert (report.lost, report.owed, report.rebuilt) == ((), 0, ("dense", "lexical"))
    assert report.embedded == embedder.passages_embedded > 0
    assert report.kept_aside == library.folder / DAMAGED_NAME
    with Library.open(library.folder) as opened:
        assert verify(opened, caches=CACHES).sound
        assert articles_of(opened) == texts
        del vectors[victim.id]
        assert vectors.items() <= vectors_of(opened).items()
        assert opened.library_id != library.library_id
        assert opened.file("/nowhere/bài-1.txt") == FileRow("/nowhere/bài-1.txt", "bài-1.txt", "ab", 9, "recipe")
        assert len(DenseIndex.open(opened)) == opened.manifest().chunks


def test_without_a_model_articles_stay_owed(library: Library) -> None:
    execute(library, "DELETE FROM vectors WHERE key = 1")
    report = repair(library.folder)
    assert (report.embedded, report.owed, report.lost) == (0, 1, ())
    with Library.open(library.folder) as opened:
        assert len(opened.owed()) == 1
        assert len(articles_of(opened)) == 9
    again = repair(library.folder, open_embedder=HashingEmbedder, settings=Settings())
    assert (again.owed, again.findings) == (0, ())
    assert again.embedded > 0


def test_a_lost_text_is_named_and_its_file_is_looked_into_again(library: Library) -> None:
    victim = list(library.articles())[4]
    execute(library, "UPDATE articles SET text = 'nothing' WHERE id = ?", victim.id)
    report = repair(library.folder)
    assert report.lost == (victim.source,)
    with Library.open(library.folder) as opened:
        assert verify(opened).sound
        assert victim.id not in articles_of(opened)
        assert len(articles_of(opened)) == 8
        row = opened.file("/nowhere/bài-1.txt")
        assert row is not None
        assert row.raw_sha256 == ""


def test_without_its_manifest_the_texts_are_kept_and_embedded_anew(library: Library) -> None:
    texts = articles_of(library)
    execute(library, "UPDATE library SET model = 'x'")
    report = repair(library.folder, open_embedder=HashingEmbedder)
    assert (report.lost, report.owed) == ((), 0)
    with Library.open(library.folder) as opened:
        assert articles_of(opened) == texts
        assert opened.identity == HashingEmbedder().identity
        assert verify(opened).sound
        assert opened.generation > library.generation


def test_what_cannot_be_read_at_all_is_left_as_it_is(library: Library) -> None:
    library.close()
    path = library.folder / "library.db"
    path.write_bytes(b"x" * 50_000)
    with pytest.raises(LibraryDamaged):
        repair(library.folder)
    assert path.read_bytes() == b"x" * 50_000
    with pytest.raises(LibraryMissing):
        repair(library.folder / "nothing")


@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_a_truncated_database_keeps_what_is_left(tmp_path: Path, share: float) -> None:
    with small_library(tmp_path, [f"{number}. {text}" for number in range(9) for text in TEXTS]) as library:
        texts = articles_of(library)
    path = library.folder / "library.db"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    report = repair(library.folder, open_embedder=HashingEmbedder)
    assert report.findings
    with Library.open(library.folder) as opened:
        assert verify(opened).sound
        kept = articles_of(opened)
        assert kept.items() <= texts.items()
        assert len(kept) > 90 * share - 20


def test_a_mended_library_goes_on_as_usual(library: Library) -> None:
    execute(library, "DELETE FROM vectors WHERE key = 1")
    repair(library.folder, open_embedder=HashingEmbedder)
    with Library.open(library.folder) as opened:
        add_articles(opened, [an_article("mới", "Bài mới. Sau khi sửa.")])
        assert verify(opened).sound
        assert opened.manifest().articles == 10


# ---- bit rot ---------------------------------------------------------------------------------------------------------


def rot(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    kind = chance.randrange(3)
    at = chance.randrange(len(content))
    if kind == 0:
        damaged[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        page = at // 4096 * 4096
        damaged[page : page + 4096] = bytes(4096)
    else:
        damaged[at : at + 16] = chance.randbytes(len(damaged[at : at + 16]))
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(24))
def test_bit_rot_never_passes_for_truth_and_what_is_sound_survives(library: Library, tmp_path: Path, seed: int) -> None:
    texts, vectors = articles_of(library), vectors_of(library)
    library.close()
    folder = tmp_path / "rotten"
    folder.mkdir()
    content = (library.folder / "library.db").read_bytes()
    chance = random.Random(seed)  # noqa: S311
    for _ in range(4):
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "library.db").write_bytes(rot(content, chance))
        try:
            with Library.open(folder) as opened:
                if verify(opened).sound:
                    assert articles_of(opened) == texts
                    assert vectors_of(opened) == vectors
                    continue
        except LibraryError:
            pass
        try:
            report = repair(folder, open_embedder=HashingEmbedder)
        except LibraryError:
            continue
        with Library.open(folder) as opened:
            assert verify(opened).sound
            kept = articles_of(opened)
            assert kept.items() <= texts.items()
            assert len(kept) + len(report.lost) >= len(texts) or not kept
