"""A citation is a slice of its article, or there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import check, cite, stands
from rag.datatypes import Evidence
from rag.errors import QuotationError
from tests.helpers import an_article

ARTICLE = an_article("bài.txt", "Mưa lớn ở Huế. Nước sông Hương lên nhanh.", title="Mưa lớn")


def piece(start: int, end: int) -> Evidence:
    return Evidence(ARTICLE.id, start, end, start, end, 1.0)


def test_citations_are_numbered_from_one_and_each_range_once() -> None:
    citations = cite([piece(15, 41), piece(0, 14), piece(15, 41)], lambda _: ARTICLE)
    assert [(c.number, c.quote) for c in citations] == [(1, "Nước sông Hương lên nhanh."), (2, "Mưa lớn ở Huế.")]
    assert citations[0].title == "Mưa lớn"
    assert citations[0].source == "bài.txt"


@pytest.mark.parametrize(("start", "end"), [(-3, 5), (5, 5), (9, 4), (0, 10_000), (14, 15)])
def test_a_range_that_holds_no_text_of_the_article_is_refused(start: int, end: int) -> None:
    with pytest.raises(QuotationError, match="does not stand"):
        cite([piece(start, end)], lambda _: ARTICLE)


def test_an_altered_article_no_longer_bears_its_quotations() -> None:
    (citation,) = cite([piece(0, 14)], lambda _: ARTICLE)
    assert stands(citation, ARTICLE)
    assert not stands(citation, replace(ARTICLE, text="Nắng to ở Huế. " + ARTICLE.text))
    with pytest.raises(QuotationError, match=r"bài\.txt"):
        check(replace(citation, quote="Mưa nhỏ ở Huế."), ARTICLE)


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_every_citation_that_is_made_stands(start: int, end: int) -> None:
    try:
        (citation,) = cite([piece(start, end)], lambda _: ARTICLE)
    except QuotationError:
        return
    assert ARTICLE.text[citation.start : citation.end] == citation.quote
    assert citation.quote.strip()
