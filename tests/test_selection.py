"""Which passages pass filters on day and newspaper."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.datatypes import Article, Filters
from rag.library import Library
from rag.store.selection import host_counts, why_none_passes
from tests.helpers import add_articles, an_article, small_library

TEXT = "Nước sông Hương lên nhanh vì mưa lớn trong hai ngày qua. " * 3  # two passages of 120 characters


def _article(name: str, day: date | None, outlet: str | None, url: str | None) -> Article:
    return replace(an_article(name, f"{name}. {TEXT}"), published_on=day, outlet=outlet, url=url)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(
        tmp_path,
        [
            _article("a", date(2020, 10, 1), "Tuổi Trẻ", None),
            _article("b", date(2020, 10, 5), None, "https://tuoitre.vn/thoi-su/b.htm"),
            _article("c", date(2021, 4, 1), "VnExpress", "https://vnexpress.net/c-1.html"),
            _article("d", None, None, "https://WWW.Dantri.com.vn?ref=tuoitre.vn/vnexpress"),
            _article("e", None, None, None),
        ],
    )


def _passing(library: Library, filters: Filters) -> str:
    keys = library.keys_of(filters)
    assert sorted(keys.tolist()) == keys.tolist()
    names = library.sources([chunk.article_id for chunk in library.chunks(keys.tolist()).values()]).values()
    kept = "".join(names)
    whole = sum(len(library.chunk_keys(article.id)) for article in library.articles() if article.source in kept)
    assert len(keys) == whole
    return kept


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), "abcde"),
        (Filters(published_from=date(2020, 10, 5)), "bc"),
        (Filters(published_to=date(2020, 10, 5)), "ab"),
        (Filters(published_from=date(2020, 10, 1), published_to=date(2020, 10, 1)), "a"),
        (Filters(published_from=date(2022, 1, 1)), ""),
        (Filters(outlets=("tuổi trẻ",)), "ab"),
        (Filters(outlets=("TUOITRE",)), "ab"),
        (Filters(outlets=("vnexpress",)), "c"),
        (Filters(outlets=("dantri", "vnexpress.net")), "cd"),
        (Filters(outlets=("Tuổi Trẻ",), published_from=date(2020, 10, 2)), "b"),
        (Filters(outlets=("Nhân Dân",)), ""),
        (Filters(outlets=("...",)), ""),
        (Filters(outlets=("%",)), ""),
    ],
)
def test_the_passages_that_pass(library: Library, filters: Filters, passing: str) -> None:
    assert _passing(library, filters) == passing


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (
            Filters(published_from=date(2022, 1, 1)),
            "Thư viện không có bài nào đăng từ 01/01/2022 trở đi. Các bài có ngày đăng từ 01/10/2020 đến 01/04/2021; "
            "2 bài không ghi ngày thì bị bỏ qua.",
        ),
        (Filters(published_to=date(2000, 1, 1)), "Thư viện không có bài nào đăng đến hết 01/01/2000. Các bài"),
        (
            Filters(published_from=date(2020, 10, 2), published_to=date(2020, 10, 4)),
            "Thư viện không có bài nào đăng từ 02/10/2020 đến 04/10/2020. Các bài",
        ),
        (
            Filters(outlets=("Nhân Dân", "zing")),
            "Thư viện không có bài nào của báo “Nhân Dân”, “zing”. Trong thư viện có: Tuổi Trẻ (1), VnExpress (1), "
            "dantri.com.vn (1), tuoitre.vn (1).",
        ),
        (
            Filters(outlets=("VnExpress",), published_to=date(2020, 12, 31)),
            "Thư viện không có bài nào của báo đó đăng đến hết 31/12/2020. Các bài có ngày",
        ),
    ],
)
def test_the_filter_that_leaves_nothing_is_named(library: Library, filters: Filters, told: str) -> None:
    assert not len(library.keys_of(filters))
    assert why_none_passes(library, filters).startswith(told)


def test_a_library_without_days_and_newspapers_says_so(tmp_path: Path) -> None:
    library = small_library(tmp_path, [_article("e", None, None, "tuoitre.vn/no-address")])
    assert why_none_passes(library, Filters(published_from=date(2020, 1, 1))).endswith(
        "Không bài nào trong thư viện ghi ngày đăng."
    )
    assert why_none_passes(library, Filters(outlets=("x",))).endswith(
        "Không bài nào trong thư viện ghi tên báo hay địa chỉ."
    )


def test_hosts_are_counted(library: Library) -> None:
    assert host_counts(library) == [("dantri.com.vn", 1), ("tuoitre.vn", 1), ("vnexpress.net", 1)]


def test_an_article_that_comes_later_passes_too(library: Library) -> None:
    filters = Filters(published_from=date(2021, 1, 1))
    assert _passing(library, filters) == "c"
    add_articles(library, [_article("f", date(2021, 4, 2), None, None)])
    library.refresh()
    assert _passing(library, filters) == "cf"


def test_a_library_made_before_the_index_is_filtered_and_gets_it_with_the_next_change(tmp_path: Path) -> None:
    library = small_library(tmp_path, [_article("a", date(2020, 10, 1), "Tuổi Trẻ", None)])
    library.close()
    with sqlite3.connect(tmp_path / "library" / "library.db") as connection:
        connection.execute("DROP INDEX articles_by_day")
    connection.close()
    with Library.open(tmp_path / "library") as library:
        assert _passing(library, Filters(outlets=("tuoi tre",), published_to=date(2020, 12, 31))) == "a"
        add_articles(library, [_article("b", date(2020, 10, 2), "Tuổi Trẻ", None)])
        library.refresh()
        assert _passing(library, Filters(published_from=date(2020, 10, 1))) == "ab"
        (plan, *_) = library.select("EXPLAIN QUERY PLAN SELECT number FROM articles WHERE published_on > '2020'")
        assert "articles_by_day" in plan[-1]
