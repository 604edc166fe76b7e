"""Retrieval over real indexes and scripted legs: order, ranks, failures, chunks that vanish."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.config import RetrieveSettings
from rag.datatypes import Article, Hit, Scored
from rag.dates import dates_of
from rag.dense import DenseIndex
from rag.errors import LibraryDamaged, LibraryError, ModelError
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.retrieve import DENSE_FAILED, LEXICAL_FAILED, NO_TERM_FOUND, Query, Retrieved, retrieve
from tests.fakes import HashingEmbedder
from tests.helpers import add_articles, an_article, small_library

EMBEDDER = HashingEmbedder()
TEXTS = [
    "Thủ tướng chủ trì phiên họp về giá xăng dầu.",
    "Giá vàng trong nước tăng mạnh phiên cuối tuần.",
    "Bão số 3 đổ bộ Quảng Ninh, gió giật cấp 12.",
    "Đội tuyển Việt Nam thắng Thái Lan 2-1 trên sân Mỹ Đình.",
]


class ScriptedLeg:
    """Returns what it was given, or raises it."""

    def __init__(self, results: list[Scored] | Exception, notes: tuple[str, ...] = ()) -> None:
        self.results, self.notes = results, notes
        self.depths: list[int] = []

    def search(
        self, _: object, depth: int, *, keys: NDArray[np.int64] | None = None, alternatives: object = ()
    ) -> list[Scored]:
        if isinstance(self.results, Exception):
            raise self.results
        if keys is not None:
            return [found for found in self.results if found.key in keys]
        self.depths.append(depth)
        return self.results

    def frequency(self, _term: str) -> int:
        return 1

    def __len__(self) -> int:
        return 10


class BrokenEmbedder(HashingEmbedder):
    def embed_queries(self, texts: object) -> NDArray[np.float32]:
        raise ModelError("the model cannot run")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(tmp_path, TEXTS, embedder=EMBEDDER)


def ask(
    library: Library,
    question: str,
    *,
    dense: object = None,
    lexical: object = None,
    embedder: HashingEmbedder = EMBEDDER,
    **settings: float,
) -> Retrieved:
    return retrieve(
        Query(question),
        library=library,
        dense=dense or DenseIndex.open(library),  # type: ignore[arg-type]
        lexical=lexical or LexicalIndex.open(library),  # type: ignore[arg-type]
        embedder=embedder,
        settings=RetrieveSettings.model_validate({"rerank": False, **settings}),
    )


def test_hits_carry_text_source_and_ranks(library: Library) -> None:
    DenseIndex.open(library)
    LexicalIndex.open(library)
    found = ask(library, "bão Quảng Ninh")
    best = found.hits[0]
    assert (best.text, best.source, best.dense_rank, best.lexical_rank) == (TEXTS[2], "bài-2.txt", 1, 1)
    assert best.chunk.article_id == an_article("bài-2.txt", "x").id
    assert {hit.lexical_rank for hit in found.hits[1:]} == {None}
    assert sorted(hit.dense_rank or 0 for hit in found.hits) == [1, 2, 3, 4]
    assert list(found.hits) == sorted(found.hits, key=lambda hit: (-hit.score, hit.chunk.id))
    assert set(found.timings_ms) == {"embed", "dense", "lexical", "fuse", "rerank"}
    assert all(value >= 0 for value in found.timings_ms.values())
    assert found.notes == ()


def test_the_same_question_gets_the_same_hits(library: Library) -> None:
    assert ask(library, "giá vàng").hits == ask(library, "giá vàng").hits


def test_settings_bound_depth_and_hits(library: Library) -> None:
    dense, lexical = ScriptedLeg([Scored(1, 2.0), Scored(2, 1.0), Scored(3, 0.5)]), ScriptedLeg([Scored(4, 1.0)])
    found = ask(library, "giá", dense=dense, lexical=lexical, depth=7, hits=2)
    assert (dense.depths, lexical.depths, len(found.hits)) == ([7], [7], 2)


def test_ties_are_ordered_by_chunk_id_not_by_key(library: Library) -> None:
    keys = library.keys_since(0).tolist()
    found = ask(
        library,
        "giá",
        dense=ScriptedLeg([Scored(key, 1.0) for key in keys]),
        lexical=ScriptedLeg([Scored(key, 3.0) for key in reversed(keys)]),
    )
    ids = [hit.chunk.id for hit in found.hits]
    assert ids == sorted(ids)
    assert len(ids) == 4
    assert {hit.score for hit in found.hits} == {0.0}


def test_the_weight_decides_between_the_legs(library: Library) -> None:
    first, second = library.keys_since(0).tolist()[:2]
    legs = {
        "dense": ScriptedLeg([Scored(first, 0.9), Scored(second, 0.1)]),
        "lexical": ScriptedLeg([Scored(second, 9.0), Scored(first, 1.0)]),
    }
    by_dense = ask(library, "giá", dense_weight=0.75, **legs)  # type: ignore[arg-type]
    # z is 1 and -1 in both legs: .75 * 1 + .25 * -1.
    assert [hit.score for hit in by_dense.hits] == pytest.approx([0.5, -0.5])
    by_terms = ask(library, "giá", dense_weight=0.25, **legs)  # type: ignore[arg-type]
    assert [hit.text for hit in by_terms.hits] == [hit.text for hit in reversed(by_dense.hits)]


def test_a_query_may_weigh_the_legs_otherwise(library: Library) -> None:
    first, second = library.keys_since(0).tolist()[:2]

    def scores(weight: float | None) -> list[float]:
        found = retrieve(
            Query("gia vang", dense_weight=weight),
            library=library,
            dense=ScriptedLeg([Scored(first, 0.9), Scored(second, 0.1)]),  # type: ignore[arg-type]
            lexical=ScriptedLeg([Scored(second, 9.0), Scored(first, 1.0)]),  # type: ignore[arg-type]
            embedder=EMBEDDER,
            settings=RetrieveSettings(dense_weight=0.75, rerank=False),
        )
        return [hit.score for hit in found.hits]

    assert scores(None) == pytest.approx([0.5, -0.5])
    assert scores(0.0) == pytest.approx([1.0, -1.0])


@pytest.mark.parametrize("question", ["", "  \n\t"])
def test_an_empty_question_searches_nothing(library: Library, question: str) -> None:
    counting = HashingEmbedder()
    assert ask(library, question, embedder=counting) == Retrieved()
    assert counting.queries_embedded == 0


def test_notes_of_the_indexes_are_passed_on(library: Library) -> None:
    dense, lexical = ScriptedLeg([Scored(1, 1.0)], ("một",)), ScriptedLeg([Scored(1, 1.0)], ("hai",))
    assert ask(library, "giá", dense=dense, lexical=lexical).notes == ("một", "hai")


def test_where_the_embedder_or_the_dense_leg_fails_terms_serve(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    LexicalIndex.open(library)
    dense = ScriptedLeg([Scored(1, 1.0)])
    for broken in (
        ask(library, "giá vàng", embedder=BrokenEmbedder(), dense=dense),
        ask(library, "giá vàng", dense=ScriptedLeg(RuntimeError("broken"))),
    ):
        assert broken.notes == (DENSE_FAILED,)
        assert [hit.text for hit in broken.hits] == [TEXTS[1], TEXTS[0]]
        # Alone, a leg keeps the scale of its own standard scores.
        assert [hit.score for hit in broken.hits] == pytest.approx([1.0, -1.0])
        assert [hit.dense_rank for hit in broken.hits] == [None, None]
    assert "the model cannot run" in caplog.text


def test_where_the_lexical_leg_fails_meaning_serves(library: Library) -> None:
    DenseIndex.open(library)
    found = ask(library, "giá vàng", lexical=ScriptedLeg(ValueError("broken")))
    assert found.notes == (LEXICAL_FAILED,)
    assert found.hits[0].text == TEXTS[1]
    assert found.hits[0].lexical_rank is None


def test_where_both_legs_fail_the_first_error_is_raised(library: Library) -> None:
    with pytest.raises(ModelError, match="cannot run"):
        ask(library, "giá", embedder=BrokenEmbedder(), lexical=ScriptedLeg(ValueError("broken")))


def test_a_question_without_a_known_word_is_said_so(library: Library) -> None:
    DenseIndex.open(library)
    LexicalIndex.open(library)
    found = ask(library, "who won the match?")
    assert found.notes == (NO_TERM_FOUND,)
    assert len(found.hits) == 4


def test_nothing_found_is_no_hit(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as empty:
        assert ask(empty, "giá vàng").hits == ()


def test_chunks_removed_meanwhile_are_left_out(library: Library) -> None:
    first, second = library.keys_since(0).tolist()[:2]
    dense = ScriptedLeg([Scored(999, 1.0), Scored(second, 0.8), Scored(first, 0.5)])
    found = ask(library, "giá", dense=dense, lexical=ScriptedLeg([]), hits=2)
    assert [(hit.text, hit.dense_rank) for hit in found.hits] == [(TEXTS[1], 2), (TEXTS[0], 3)]


def test_an_article_removed_meanwhile_is_left_out_but_damage_is_told(library: Library) -> None:
    first, second = library.keys_since(0).tolist()[:2]
    gone = library.chunks([first])[first].article_id
    error: Exception = LibraryError("no article")

    def article_of(article_id: str) -> Article:
        if article_id == gone:
            raise error
        return library.article(article_id)

    def hits() -> list[str]:
        found = retrieve(
            Query("giá"),
            library=library,
            dense=ScriptedLeg([Scored(first, 1.0), Scored(second, 0.8)]),  # type: ignore[arg-type]
            lexical=ScriptedLeg([]),  # type: ignore[arg-type]
            embedder=EMBEDDER,
            settings=RetrieveSettings(),
            article_of=article_of,
        )
        return [hit.text for hit in found.hits]

    assert hits() == [TEXTS[1]]
    error = LibraryDamaged("not as it was stored")
    with pytest.raises(LibraryDamaged):
        hits()


def test_a_passage_and_its_reprint_are_one_hit(tmp_path: Path) -> None:
    story = "Nước sông Hương lên nhanh trong đêm vì mưa lớn kéo dài ở thượng nguồn."
    articles = [
        an_article("một.txt", story, title="Lũ ở Huế"),
        an_article("hai.txt", f"{story} Ảnh: Minh.", title="Huế: nước lên nhanh"),
        an_article("ba.txt", "Sông Hương: du khách đi thuyền nghe ca Huế trong đêm.", title="Ca Huế"),
    ]
    library = small_library(tmp_path, articles, embedder=EMBEDDER)
    group = [articles[0].id, articles[1].id]

    def hits(grouped: bool) -> list[Hit]:
        return list(
            retrieve(
                Query("nước sông Hương lên nhanh"),
                library=library,
                dense=DenseIndex.open(library),
                lexical=LexicalIndex.open(library),
                embedder=EMBEDDER,
                settings=RetrieveSettings(),
                copies_of=lambda id_: group if grouped and id_ in group else [id_],
            ).hits
        )

    best, other = hits(True)
    # The original, whichever of the two the question fits better.
    assert (best.source, best.copies) == ("một.txt", ("hai.txt",))
    assert (other.source, other.copies) == ("ba.txt", ())
    group.reverse()
    assert (hits(True)[0].source, hits(True)[0].copies) == ("hai.txt", ("một.txt",))
    group.reverse()
    assert [hit.copies for hit in hits(False)] == [()] * 3
    # What only one of them says stays: the other passages of a reprint are not thrown away with the one.
    longer = an_article("hai.txt", "Ông An khen thuyền nghe ca Huế. " * 5 + story, title="Huế: nước lên nhanh")
    add_articles(library, [longer], embedder=EMBEDDER, chunk_chars=160)
    assert any(hit.text.startswith("Ông An khen") for hit in hits(True))


def test_the_time_asked_for_is_preferred_and_looked_through_apart(tmp_path: Path) -> None:
    days = [date(2021, 4, number) for number in range(1, 21)]
    articles = [
        replace(
            an_article(f"{day}.txt", f"Giá vàng trong nước sáng nay là {day.day + 50} triệu đồng."), published_on=day
        )
        for day in days
    ]
    library = small_library(tmp_path, articles, embedder=EMBEDDER)
    asked = dates_of("Giá vàng ngày 7/4/2021", date(2021, 5, 1))

    def found(query: Query, **settings: float) -> Retrieved:
        return retrieve(
            query,
            library=library,
            dense=DenseIndex.open(library),
            lexical=LexicalIndex.open(library),
            embedder=EMBEDDER,
            settings=RetrieveSettings.model_validate(settings),
        )

    (near,) = library.chunk_keys(articles[6].id)
    question = Query("giá vàng trong nước", when=asked, near=np.array([near], dtype=np.int64))
    assert found(question).hits[0].source == "2021-04-07.txt"
    # Even where neither leg comes so far down by itself.
    assert found(question, depth=3).hits[0].source == "2021-04-07.txt"
    assert found(replace(question, near=None), depth=3).hits[0].source != "2021-04-07.txt"
    assert found(question, date_weight=0.0).hits == found(Query("giá vàng trong nước")).hits
    nowhere = replace(question, when=dates_of("Giá vàng ngày 7/4/2019", date(2021, 5, 1)), near=None)
    assert any("7/4/2019" in note for note in found(nowhere).notes)
