"""Respelling questions: which name is changed, into what, and when not."""

from __future__ import annotations

import pytest

from eval.name_variants import Change, as_markdown, other_spelling
from eval.retrieval_pool import Figures
from rag.naming.lookup import NameLookup
from rag.naming.table import read_rows

ROWS = [
    "country\tMỹ ! | Hoa Kỳ | USA ~ | Huê Kỳ >",
    "city\tKiev | Ki-ép | Kyiv",
    "term\tTNGT | tai nạn giao thông",
    "guard\tMỹ thuật",
]


@pytest.fixture
def lookup() -> NameLookup:
    return NameLookup(read_rows(ROWS, "bảng"))


def test_a_name_that_the_article_holds_is_spelled_as_it_does_not(lookup: NameLookup) -> None:
    question, article = "Ngày 1/2, ai (người Mỹ) tới Kiev?", "Một người Mỹ tới Kiev, tức Kyiv."
    assert other_spelling(lookup, question, article) in {
        "Ngày 1/2, ai (người Hoa Kỳ) tới Kiev?",
        "Ngày 1/2, ai (người Huê Kỳ) tới Kiev?",
    }
    assert other_spelling(lookup, "Ai tới Kiev?", article) == "Ai tới Ki-ép?"


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Ai tới Kiev?", "Ông tới Kyiv, hay Ki-ép."),  # the article does not hold the name as asked
        ("Ai tới Kiev?", "Kiev, Ki-ép và Kyiv là một."),  # nor lacks another
        ("TNGT ở đâu?", "TNGT xảy ra."),  # no name
        ("Triển lãm Mỹ thuật ở đâu?", "Mỹ thuật của Mỹ."),
        ("Ai tới Huế?", "Ông tới Huế."),
    ],
)
def test_other_questions_stay(lookup: NameLookup, question: str, article: str) -> None:
    assert other_spelling(lookup, question, article) is None


def test_the_report_names_changed_questions() -> None:
    change = Change("Ai tới Ki-ép?", 2, 1, "ki ép: Kiev")
    report = as_markdown("news", [("as written, both", Figures(0.5, 0.75, 1.0, 0.625))], [change])
    assert "| as written, both | 0.5000 | 0.7500 | 1.0000 | 0.6250 |" in report
    assert "- 2 to 1: Ai tới Ki-ép? (ki ép: Kiev)" in report
