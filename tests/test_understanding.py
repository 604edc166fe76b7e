"""From a question to a query over a small library: names, words of other languages, days, what settings leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.abbreviations import Abbreviations
from rag.config import RetrieveSettings
from rag.datatypes import Filters
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.names import FILE_NAME as NAMES_FILE
from rag.retrieve import Query
from rag.understanding import Understanding
from tests.helpers import add_articles, an_article, small_library

TODAY = date(2021, 4, 30)
ARTICLES = (
    ("kiev.txt", "Thủ tướng Anh đến Kyiv gặp Tổng thống Ukraine sau khi máy bay hạ cánh.", date(2021, 4, 20)),
    ("who.txt", "Tổ chức Y tế Thế giới công bố số ca mắc mới trong tuần.", date(2020, 10, 1)),
    ("xăng.txt", "Giá xăng tăng 500 đồng một lít từ chiều nay.", None),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    articles = (replace(an_article(name, text), published_on=day) for name, text, day in ARTICLES)
    return small_library(tmp_path, articles)


def understanding(library: Library, **settings: object) -> Understanding:
    return Understanding(
        library,
        LexicalIndex.open(library),
        Abbreviations.open(library),
        RetrieveSettings.model_validate(settings),
    )


def query(library: Library, text: str, **settings: object) -> Query:
    meaning = understanding(library, **settings)
    return meaning.query(meaning.question(text), keys=None, today=TODAY)


def wordings(made: Query) -> set[str]:
    return {wording.text for group in made.alternatives for wording in group.wordings}


def keys_of(library: Library, *names: str) -> list[int]:
    return sorted(key for name in names for key in library.chunk_keys(an_article(name, "x").id))


def test_a_name_is_searched_for_under_the_librarys_spelling(library: Library) -> None:
    assert query(library, "Ai đến Ki-ép?").text == "Ai đến Kyiv?"
    plain = query(library, "Ai đến Ki-ép?", expand_names=False)
    assert (plain.text, plain.alternatives) == ("Ai đến Ki-ép?", ())
    # A spelling that the library holds as well stays, and the other is an alternative.
    add_articles(library, [an_article("hai.txt", "Thị trưởng Kiev kêu gọi dân Kiev bình tĩnh.")])
    held = query(library, "Ai kêu gọi dân Kiev?")
    assert held.text == "Ai kêu gọi dân Kiev?"
    assert "Kyiv" in wordings(held)
    assert wordings(query(library, "Giá xăng tăng bao nhiêu?")) == set()


def test_ones_own_names_stand_in_a_file_of_the_library(library: Library) -> None:
    (library.folder / NAMES_FILE).write_text(
        "organisation\tTổ chức Y tế Thế giới | Cơ quan Sức khoẻ Hoàn cầu\n", "utf-8"
    )
    assert query(library, "Cơ quan Sức khoẻ Hoàn cầu nói gì?").text == "Tổ chức Y tế Thế giới nói gì?"


def test_a_foreign_question_is_searched_for_in_vietnamese_words(library: Library) -> None:
    made = query(library, "How much did the petrol price increase?")
    assert made.text == "How much did the petrol price increase?"
    assert made.terms is not None
    assert made.terms != made.text
    assert {"xăng", "giá"} & {word for wording in wordings(made) | {made.terms} for word in wording.split()}
    assert made.typed == "foreign"
    assert query(library, "How much did the petrol price increase?", translate=False).terms is None


def test_the_form_of_a_question_is_told(library: Library) -> None:
    questions = ("Giá xăng tăng bao nhiêu?", "gia xang tang bao nhieu", "Who came to Kyiv last week?")
    assert [query(library, text, restore=False).typed for text in questions] == ["accented", "unaccented", "foreign"]
    assert query(library, questions[1]).typed == "accented"


def test_days_are_looked_through_apart(library: Library) -> None:
    made = query(library, "Ngày 20/4/2021 ai đến Kyiv?")
    assert made.when.ranges
    assert made.near is not None
    assert made.near.tolist() == keys_of(library, "kiev.txt")
    assert query(library, "Ngày 20/4/2021 ai đến Kyiv?", use_dates=False).near is None
    assert query(library, "Ai đến Kyiv?").near is None
    # "mới nhất" names no day: nothing to look through apart, but the newest are preferred.
    latest = query(library, "Tin mới nhất về Kyiv?")
    assert (latest.when.latest, latest.near) == (True, None)


def test_days_and_filters_must_both_hold(library: Library) -> None:
    meaning = understanding(library)
    asked = meaning.question("Trong năm 2021 hoặc tháng 10/2020 có gì?")
    keys = library.keys_of(Filters(published_from=date(2021, 1, 1)))
    made = meaning.query(asked, keys=keys, today=TODAY)
    assert made.keys is keys
    assert made.near is not None
    assert set(made.near.tolist()) <= set(keys.tolist())
    assert np.array_equal(keys, np.array(keys_of(library, "kiev.txt")))
