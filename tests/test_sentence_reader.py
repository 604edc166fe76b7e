"""The sentence reader: its candidates, its features worked out by hand, and its shipped weights."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
import pytest

from rag.datatypes import Chunk, Hit
from rag.errors import ModelError
from rag.question import Asked, understand
from rag.reading import sentence_reader as reader_module
from rag.reading.records import Reading
from rag.reading.sentence_reader import (
    FEATURES,
    SentenceReader,
    has_form,
    on_focus,
    probability,
    sentences_of,
    shipped_weights,
)
from tests.fakes import HashingEmbedder
from tests.helpers import an_article

TEXT = "Nước sông Hương lên nhanh vì mưa lớn. Hơn 200 trường học ở Huế đóng cửa. Ông An nói sẽ sơ tán dân."
ARTICLE = an_article("lũ.txt", TEXT, title="Huế ngập")


def hit(start: int, end: int, ordinal: int = 0) -> Hit:
    chunk = Chunk(f"{ARTICLE.id}:{ordinal:04d}", ARTICLE.id, ordinal, start, end)
    return Hit(chunk, ARTICLE.source, TEXT[start:end], 1.0)


def test_overlapping_passages_give_each_sentence_once_in_article_offsets() -> None:
    second = TEXT.index("Hơn")
    third = TEXT.index("Ông")
    candidates = sentences_of([hit(second, len(TEXT)), hit(0, third - 1, 1)], lambda _: ARTICLE)
    assert [(c.text, c.rank) for c in candidates] == [
        ("Hơn 200 trường học ở Huế đóng cửa.", 0),
        ("Ông An nói sẽ sơ tán dân.", 0),
        ("Nước sông Hương lên nhanh vì mưa lớn.", 1),
    ]
    assert all(TEXT[c.start : c.end] == c.text for c in candidates)
    assert candidates[0].passage.startswith("Huế ngập\n")


def test_the_features_of_a_sentence() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    question = understand("Bao nhiêu trường học Huế đóng cửa?")
    assert question.content == ("trường", "học", "huế", "đóng", "cửa")
    assert question.names == {"huế"}
    rows = reader.features(question, sentences_of([hit(0, len(TEXT))], lambda _: ARTICLE))
    named = [dict(zip(FEATURES, row, strict=True)) for row in rows]
    # "Hơn 200 trường học ở Huế đóng cửa." holds all five words, the name counting twice; a number has the form asked.
    assert named[1]["coverage"] == 1.0
    assert (named[1]["form"], named[1]["form_missing"]) == (1.0, 0.0)
    # The first sentence holds none of them and no number; its passage holds them all.
    assert named[0]["coverage"] == 0.0
    assert named[0]["passage_coverage"] == 1.0
    assert (named[0]["form"], named[0]["form_missing"]) == (0.0, 1.0)
    assert named[0]["name_coverage"] == 1.0
    assert all(row["rank"] == 0.0 for row in named)
    assert named[1]["similarity"] > named[0]["similarity"]


def test_a_name_that_the_passage_lacks_is_missed() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    question = understand("Bao nhiêu trường học ở Hà Tĩnh đóng cửa?")
    rows = reader.features(question, sentences_of([hit(0, len(TEXT))], lambda _: ARTICLE))
    assert question.names == {"hà", "tĩnh"}
    assert rows[1][FEATURES.index("name_coverage")] == 0.0
    # trường, học, đóng, cửa of (those four and twice two): 4 / 8
    assert rows[1][FEATURES.index("coverage")] == 0.5


def test_a_question_without_diacritics_is_compared_without() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    rows = reader.features(
        understand("bao nhieu truong hoc hue dong cua"), sentences_of([hit(0, len(TEXT))], lambda _: ARTICLE)
    )
    assert rows[1][FEATURES.index("coverage")] == 1.0


def test_an_english_question_is_compared_by_its_names() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    rows = reader.features(
        understand("How many schools were closed in Huế?"), sentences_of([hit(0, len(TEXT))], lambda _: ARTICLE)
    )
    assert rows[1][FEATURES.index("coverage")] == 1.0
    assert rows[0][FEATURES.index("coverage")] == 0.0


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        (Asked.HOW_MANY, "Có hai người.", True),
        (Asked.HOW_MANY, "Không rõ số lượng.", False),
        (Asked.WHEN, "Ngày 31/1, đoàn đến.", True),
        (Asked.WHEN, "Hôm qua trời mưa.", True),
        (Asked.WHEN, "Đoàn đã đến.", False),
        (Asked.WHERE, "Họp tại Hà Nội.", True),
        (Asked.WHERE, "Họp tại Úc.", True),
        (Asked.WHERE, "Họp kín.", False),
        (Asked.WHY, "Vì mưa lớn.", True),
        (Asked.WHO, "ông Nguyễn Văn A", True),
        (Asked.WHO, "bà Ánh", True),
        (Asked.WHO, "không ai cả", False),
        (Asked.WHAT, "Bất cứ gì.", None),
    ],
)
def test_the_form_of_the_thing_asked_for(asked: Asked, text: str, expected: bool | None) -> None:
    assert has_form(asked, text) is expected


def test_reading_is_sorted_and_its_confidence_a_probability() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    reading = reader.read(understand("Bao nhiêu trường học Huế đóng cửa?"), [hit(0, len(TEXT))], lambda _: ARTICLE)
    assert TEXT[reading.evidence[0].start : reading.evidence[0].end] == "Hơn 200 trường học ở Huế đóng cửa."
    assert [e.score for e in reading.evidence] == sorted((e.score for e in reading.evidence), reverse=True)
    assert 0.0 < reading.confidence < 1.0


def test_nothing_to_read_is_no_evidence() -> None:
    reader = SentenceReader(HashingEmbedder(), passages=3)
    assert reader.read(understand("Ai?"), [], lambda _: ARTICLE) == Reading((), 0.0)
    assert reader.read_passage(understand("Ai?"), " \n") == (None, 0.0)


def test_the_shipped_weights_prefer_what_they_should() -> None:
    for weights in shipped_weights().values():
        assert len(weights.ranking) == len(FEATURES)
        assert len(weights.answerable) == len(FEATURES) + 1
        assert np.isfinite(weights.ranking).all()
        assert np.isfinite(weights.answerable).all()
        assert weights.ranking[FEATURES.index("coverage")] > 0
    assert shipped_weights()["accented"].ranking[0] > 0


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"features": ["other"]})])
def test_torn_or_foreign_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    torn = tmp_path / "weights.json"
    torn.write_text(content, encoding="utf-8")
    monkeypatch.setattr(reader_module, "WEIGHTS_FILE", torn)
    shipped_weights.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"weights\.json"):
            shipped_weights()
    finally:
        shipped_weights.cache_clear()


def test_confidence_stays_finite_at_the_extremes() -> None:
    assert probability(1e9) == pytest.approx(1.0)
    assert math.isfinite(probability(-1e9))


@pytest.mark.parametrize("asked", list(Asked))
def test_looking_for_a_form_takes_linear_time(asked: Asked) -> None:
    begun = time.perf_counter()
    for unit in ("1", "tại a ", "ngày ", "A", "19"):
        has_form(asked, unit * 200_000)
    assert time.perf_counter() - begun < 5  # the square of it takes minutes
    assert has_form(Asked.WHEN, "lúc 120 giờ") is has_form(Asked.WHEN, "9h sáng") is True


def test_a_follow_up_is_answered_by_what_it_adds() -> None:
    text = "Ba Lan gửi đạn cho Ukraine. Anh gửi tên lửa. Đức chưa quyết định."
    article = an_article("viện trợ.txt", text)
    chunk = Chunk(f"{article.id}:0000", article.id, 0, 0, len(text))
    candidates = sentences_of([Hit(chunk, article.source, text, 1.0)], lambda _: article)
    history = ["Ba Lan gửi gì cho Ukraine?"]
    assert [c.text for c in on_focus(understand("Còn Anh thì sao?", history), candidates)] == ["Anh gửi tên lửa."]
    assert [c.text for c in on_focus(understand("con duc thi sao", history), candidates)] == ["Đức chưa quyết định."]
    assert on_focus(understand("Còn Nhật Bản thì sao?", history), candidates) == []
    # What adds nothing of its own, or no name that is missing, leaves all of them.
    assert on_focus(understand("Vì sao?", history), candidates) == candidates
    assert on_focus(understand("Còn thiệt hại thì sao?", history), candidates) == candidates
    assert on_focus(understand(history[0]), candidates) == candidates
