"""The JSON shapes, to the letter."""

from __future__ import annotations

import json
from datetime import date

from rag.contract import answer_to_json, article_to_json, error_to_json, reading_to_json, search_to_json, to_line
from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    Hit,
    PassageReading,
    Removed,
    SearchResult,
)

HIT = Hit(Chunk("a:0000", "a", 0, 0, 4), "x/a.txt", "Mưa.", 1.23456789, dense_rank=1)
HIT_JSON = {"article_id": "a", "source": "x/a.txt", "start": 0, "end": 4, "score": 1.234568, "text": "Mưa."}


def test_an_answer() -> None:
    answer = Answer(
        id="q1",
        question="Trời thế nào?",
        status="answered",
        text="Mưa. [1]",
        understood_as="Trời Huế thế nào?",
        short_answer="Mưa.",
        claims=(Claim("Mưa.", (1,), "supported"),),
        citations=(Citation(1, "a", "x/a.txt", "Thời tiết", "Báo Huế", date(2022, 10, 5), 0, 4, "Mưa."),),
        conflicts=(Conflict("trời", "update", (ConflictValue("mưa", (1,)),)),),
        hits=(HIT,),
        timings_ms={"total": 1.23456},
        notes=("ghi chú",),
        confidence=0.7,
    )
    assert answer_to_json(answer) == {
        "id": "q1",
        "question": "Trời thế nào?",
        "understood_as": "Trời Huế thế nào?",
        "status": "answered",
        "answer": "Mưa. [1]",
        "short_answer": "Mưa.",
        "claims": [{"text": "Mưa.", "citations": [1], "status": "supported"}],
        "citations": [
            {
                "number": 1,
                "article_id": "a",
                "source": "x/a.txt",
                "title": "Thời tiết",
                "outlet": "Báo Huế",
                "published_on": "2022-10-05",
                "start": 0,
                "end": 4,
                "quote": "Mưa.",
            }
        ],
        "conflicts": [
            {"about": "trời", "kind": "update", "values": [{"value": "mưa", "citations": [1], "published_on": None}]}
        ],
        "hits": [HIT_JSON],
        "timings_ms": {"total": 1.235},
        "notes": ["ghi chú"],
    }


def test_a_search_result() -> None:
    result = SearchResult("q1", "Mưa?", None, (HIT,), {"fuse": 0.5}, ("ghi chú",))
    assert search_to_json(result) == {
        "id": "q1",
        "question": "Mưa?",
        "understood_as": None,
        "hits": [HIT_JSON],
        "timings_ms": {"fuse": 0.5},
        "notes": ["ghi chú"],
    }


def test_a_reading_of_a_passage() -> None:
    assert reading_to_json(PassageReading("q1", "Mưa.", 0, 4, 0.75, 0.25, "answered")) == {
        "id": "q1",
        "short_answer": "Mưa.",
        "start": 0,
        "end": 4,
        "score": 0.75,
        "no_answer_score": 0.25,
        "status": "answered",
    }


def test_an_inspected_article() -> None:
    article = Article(
        "a", "a.txt", "Mưa", True, "Mưa.", "00", date(2022, 10, 5), None, None, (Removed(4, 10, "\nAnh A", "byline"),)
    )
    assert article_to_json(article) == {
        "source": "a.txt",
        "title": "Mưa",
        "title_stated": True,
        "published_on": "2022-10-05",
        "outlet": None,
        "text": "Mưa.",
        "removed": [{"text": "\nAnh A", "reason": "byline"}],
    }


def test_an_error_keeps_the_id() -> None:
    assert error_to_json("7", "xấu") == {"id": "7", "error": "xấu"}


def test_a_line_is_one_line_of_readable_utf_8_whatever_the_text() -> None:
    assert to_line({"a": "Mưa\n"}) == '{"a": "Mưa\\n"}'
    escaped = to_line({"a": "Mưa \ud800"})
    escaped.encode("ascii")
    assert json.loads(escaped) == {"a": "Mưa \ud800"}
