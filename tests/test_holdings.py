"""What a library holds: every newspaper with as many articles as its filter lets pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from rag.datatypes import Article, Filters
from rag.library import Library
from rag.store.holdings import Newspaper, holdings, name_of
from tests.helpers import an_article, small_library

TEXT = "Nước sông Hương lên nhanh vì mưa lớn trong hai ngày qua."


def _article(name: str, day: date | None = None, outlet: str | None = None, url: str | None = None) -> Article:
    return replace(an_article(name, f"{name}. {TEXT}"), published_on=day, outlet=outlet, url=url)


def _passing(library: Library, name: str) -> int:
    keys = library.keys_of(Filters(outlets=(name,))).tolist()
    return len({chunk.article_id for chunk in library.chunks(keys).values()})


def test_newspapers_by_name_else_by_host_and_the_days_between(tmp_path: Path) -> None:
    library = small_library(
        tmp_path,
        [
            _article("a", date(2020, 10, 5), "Tuổi Trẻ"),
            _article("b", date(2020, 10, 1), "TUỔI TRẺ", "https://tuoitre.vn/b.htm"),
            _article("c", date(2021, 4, 1), "Tuổi Trẻ"),
            _article("d", None, None, "https://www.tuoitre.vn/d.htm"),
            _article("e", None, "Tuổi Trẻ Cười", None),
            _article("f", None, None, "https://vnexpress.net/f.html"),
            _article("g", None, "–", None),
            _article("h"),
        ],
    )
    held = holdings(library)
    assert (held.articles, held.undated, held.unnamed) == (8, 5, 2)
    assert (held.first_day, held.last_day) == (date(2020, 10, 1), date(2021, 4, 1))
    # The two spellings are one newspaper, and its site is not told apart from it.
    assert held.newspapers == (
        Newspaper("Tuổi Trẻ", 5),
        Newspaper("Tuổi Trẻ Cười", 1),
        Newspaper("vnexpress.net", 1),
    )
    assert {paper.name: paper.articles for paper in held.newspapers} == {
        paper.name: _passing(library, paper.name) for paper in held.newspapers
    }


def test_an_empty_library_holds_nothing(tmp_path: Path) -> None:
    held = holdings(small_library(tmp_path, []))
    assert (held.articles, held.first_day, held.last_day, held.newspapers, held.unnamed) == (0, None, None, (), 0)


def test_a_name_of_one_letter_swallows_no_site(tmp_path: Path) -> None:
    library = small_library(tmp_path, [_article("a", outlet="V"), _article("b", url="https://vnexpress.net/b")])
    assert [paper.name for paper in holdings(library).newspapers] == ["V", "vnexpress.net"]


def test_every_article_is_counted_under_one_name() -> None:
    named = name_of([Newspaper("Tuổi Trẻ", 3), Newspaper("Tuổi Trẻ Cười", 1), Newspaper("vnexpress.net", 1)])
    assert named("TUỔI TRẺ", "vnexpress.net") == "Tuổi Trẻ"
    assert named("Tuổi Trẻ Cười", None) == "Tuổi Trẻ Cười"
    assert named(None, "cuoi.tuoitre.vn") == "Tuổi Trẻ"
    assert named("–", "vnexpress.net") == "vnexpress.net"
    assert named("Mới", None) == "Mới"
    assert named(None, "moi.vn") == "moi.vn"
    assert named(None, None) is None
