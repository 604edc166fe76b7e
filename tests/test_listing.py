"""The library as a list: words with and without diacritics, phrases, days, newspapers, reprints in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.copies import Copies
from rag.datatypes import Article, Filters
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.listing import Asked, Listing, Place, list_articles, places, rows_of
from tests.helpers import add_articles, an_article, remove_articles, small_library

LONG = " ".join(f"Đoạn {n} nói về thời tiết, mùa màng và chuyện làng chuyện xóm ở nơi xa." for n in range(12))


def _article(name: str, text: str, day: date | None = None, outlet: str | None = None, title: str = "Tin") -> Article:
    return replace(an_article(name, text, title=title), published_on=day, outlet=outlet)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(
        tmp_path,
        [
            _article("a", "Công an Hà Nội bắt giữ ba nghi phạm.", date(2024, 5, 1), "Tuổi Trẻ"),
            _article("b", "Ẩn mình trong công viên Hà Nội.", date(2024, 5, 3), "VnExpress"),
            _article("c", f"Bão số 3 vào Quảng Ninh. {LONG} Lũ quét ở Lào Cai.", date(2023, 9, 7), "Tuổi Trẻ", "Bão"),
            _article("d", "Giá vàng tăng mạnh phiên cuối tuần.", None, None, "Hà Nội: giá vàng"),
            _article("e", f"Bão số 3 vào Quảng Ninh. {LONG} Lũ quét ở Lào Cai.", date(2023, 9, 6), "Dân Trí", "Bão"),
        ],
    )


def ask(library: Library, asked: Asked) -> Listing:
    return list_articles(library, LexicalIndex.open(library), Copies.open(library), asked)


def names(library: Library, words: str = "", filters: Filters | None = None, order: str = "newest") -> str:
    listing = ask(library, Asked(words, filters or Filters(), order))  # type: ignore[arg-type]
    found = "".join(next(iter(library.sources([group[0]]).values())) for group in listing.groups)
    assert listing.articles == len(listing.numbers) == sum(map(len, listing.groups))
    return found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "baed"),
        ("hà nội", "bad"),
        ("HA NOI", "bad"),
        ("ha nôi", ""),
        ("công an", "a"),
        ("cong an", "ba"),
        ("“công an”", "a"),
        ('"cong an"', "a"),
        ('"an cong"', ""),
        ('"nội bắt giữ" ba', "a"),
        ("vàng Hà Nội", "d"),
        ("bão lào cai", "e"),
        ("bão vàng", ""),
        ("...", "baed"),
        ('""', "baed"),
        ('"', "baed"),
        ("title:bão OR *", ""),
    ],
)
def test_words(library: Library, words: str, found: str) -> None:
    assert names(library, words) == found


def test_orders_keep_what_has_no_day_for_the_end(library: Library) -> None:
    assert names(library, order="newest") == "baed"
    assert names(library, order="oldest") == "eabd"
    assert names(library, order="added") == "edba"
    add_articles(library, [_article("b", "Ẩn mình trong công viên Hà Nội, viết lại.", date(2024, 5, 3), "VnExpress")])
    assert names(library, order="added")[0] == "b"


def test_what_fits_best_comes_first(library: Library) -> None:
    assert names(library, "bắt giữ hà nội", order="best") == "a"
    assert names(library, "hà nội", order="best")[-1] in "abd"
    assert set(names(library, "hà nội", order="best")) == set("abd")
    assert names(library, "giá vàng hà nội", order="best") == "d"


def test_filters(library: Library) -> None:
    assert names(library, filters=Filters(outlets=("tuoi tre",))) == "ac"
    assert names(library, filters=Filters(published_from=date(2024, 5, 2))) == "b"
    assert names(library, "hà nội", Filters(published_to=date(2024, 5, 2))) == "a"
    assert names(library, filters=Filters(outlets=("Nhân Dân",))) == ""


def test_a_reprint_stands_with_its_original_if_that_passes(library: Library) -> None:
    ids = {source: id_ for id_, source in library.sources([row.id for row in library.articles()]).items()}
    assert (ids["e"], ids["c"]) in ask(library, Asked("bão")).groups
    (alone,) = ask(library, Asked(filters=Filters(outlets=("Tuổi Trẻ",), published_to=date(2024, 1, 1)))).groups
    assert alone == (ids["c"],)


def test_rows_come_in_the_order_asked_for(library: Library) -> None:
    by_source = {row.source: row for row in library.articles()}
    wanted = [by_source["d"].id, "gone", by_source["a"].id]
    assert rows_of(library, wanted) == [by_source["d"], by_source["a"]]


def test_places_of_all_and_of_a_list(library: Library) -> None:
    assert set(places(library)) == {
        Place(date(2024, 5, 1), "Tuổi Trẻ", None, 1),
        Place(date(2024, 5, 3), "VnExpress", None, 1),
        Place(date(2023, 9, 7), "Tuổi Trẻ", None, 1),
        Place(date(2023, 9, 6), "Dân Trí", None, 1),
        Place(None, None, None, 1),
    }
    assert set(places(library, ask(library, Asked("vàng")))) == {Place(None, None, None, 1)}
    assert places(library, ask(library, Asked("không có gì như vậy"))) == []


def test_what_is_removed_is_not_listed_though_the_index_still_has_it(library: Library) -> None:
    lexical, copies = LexicalIndex.open(library), Copies.open(library)
    remove_articles(library, [row.id for row in library.articles() if row.source == "a"])
    found = list_articles(library, lexical, copies, Asked("công an"))
    assert (found.articles, found.groups) == (0, ())


def test_an_empty_library(tmp_path: Path) -> None:
    library = small_library(tmp_path, [])
    assert ask(library, Asked()).groups == ()
    assert ask(library, Asked("bão", order="best")).groups == ()
