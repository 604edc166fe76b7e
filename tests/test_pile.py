"""The pile that the screenshots are taken over holds what they are to show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.config import Settings
from rag.datatypes import Article
from rag.engine import Engine
from rag.errors import LoadError
from rag.load import discover, read_articles, to_article
from rag.pipeline import ask, build, open_engine

PILE = Path(__file__).parent / "piles" / "news"


def articles_of(pile: Path) -> Iterator[Article]:
    settings = Settings().load
    for found in discover([pile]):
        assert not isinstance(found, LoadError), found
        for raw in read_articles(found, settings):
            assert not isinstance(raw, LoadError), raw
            yield to_article(raw, settings)


def test_every_article_states_title_day_newspaper_and_address() -> None:
    articles = list(articles_of(PILE))
    assert len(articles) == 18
    for article in articles:
        assert article.title_stated
        assert article.published_on is not None
        assert article.outlet is not None
        # Reserved for examples (RFC 2606): no press on a picture leads to anybody's site.
        assert article.url is not None
        assert article.url.split("/")[2].endswith(".example")
    assert len({article.outlet for article in articles}) == 5
    assert len({article.published_on.replace(day=1) for article in articles if article.published_on}) >= 6
    reasons = {part.reason for article in articles for part in article.removed}
    assert {"headline", "caption", "tail"} <= reasons


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("pile") / "library"
    build([PILE], folder)
    with open_engine(folder) as opened:
        yield opened


@pytest.mark.model
def test_its_articles_agree_differ_and_follow_each_other(engine: Engine) -> None:
    agreed = ask(engine, "Huế có bao nhiêu trường học đóng cửa?")
    assert [claim.citations for claim in agreed.claims] == [(1, 2)]
    assert not agreed.conflicts
    (cost,) = ask(engine, "Tổng vốn đầu tư cầu Vàm Trà là bao nhiêu?").conflicts
    assert (cost.kind, {value.value for value in cost.values}) == ("contradiction", {"1.850 tỷ đồng", "2.100 tỷ đồng"})
    moved = ask(engine, "Huế sơ tán bao nhiêu hộ dân?")
    assert moved.conflicts[0].kind == "update"
    assert [value.value for value in moved.conflicts[0].values] == ["3.400 hộ dân", "2.300 hộ dân"]
    assert [len(citation.copies) for citation in moved.citations] == [1, 0]
    bare = ask(engine, "khi nao cau Vam Tra thong xe?")
    assert (bare.understood_as, bare.short_answer) == ("khi nào cầu Vàm Trà thông xe?", "Cuối năm 2029")
