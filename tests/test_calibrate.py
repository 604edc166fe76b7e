"""The fitting of the decision: regressions on examples small enough to know the outcome, and the whole command."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval import calibrate
from eval.calibrating import questions
from eval.calibrating.fitting import (
    Prior,
    area,
    fit_logistic,
    fit_ranking,
    folds,
    kind_weights,
    operating_point,
    refusal_f1,
    refused_when_answering,
    still_answered,
)
from eval.calibrating.questions import is_right
from rag.config import Settings
from rag.decide import FEATURES, read_weights
from rag.reader import SpanReader, Window
from rag.reading.facts import UNFITTED, fit_of
from tests.fakes import HashingEmbedder
from tests.test_calibrate_sentences import squad

NAMES = ("good", "bad")
FREE = Prior({}, {})


def test_a_logistic_regression_finds_what_tells_labels_apart() -> None:
    rows = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]] * 10)
    labels = rows[:, 0] > 0.5
    found = fit_logistic(rows, labels, np.ones(40), NAMES, FREE)
    assert found[0] > 1
    assert abs(found[1]) < 0.1
    assert ((rows @ found[:-1] + found[-1] > 0) == labels).all()


def test_a_weight_keeps_the_sign_that_is_known() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]] * 10)
    labels = rows[:, 1] > 0.5
    found = fit_logistic(rows, labels, np.ones(20), NAMES, Prior({"good": 1, "bad": -1}, {}))
    assert found[:2].tolist() == [0.0, 0.0]


def test_a_feature_that_never_varies_keeps_what_was_known_of_it() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 0.0]] * 10)
    found = fit_logistic(rows, rows[:, 0] > 0.5, np.ones(20), NAMES, Prior({"bad": -1}, {"bad": -2.0}))
    assert found[1] == pytest.approx(-2.0)


def test_ranking_puts_right_pieces_first() -> None:
    group = (np.array([[0.9, 0.3], [0.5, 0.3], [0.4, 0.9]]), np.array([True, False, False]))
    found = fit_ranking([group] * 20, NAMES, FREE)
    assert int(np.argmax(group[0] @ found)) == 0
    nothing = (group[0], np.array([False, False, False]))
    assert fit_ranking([nothing], NAMES, Prior({}, {"good": 0.5})).tolist() == [0.5, 0.0]


def test_area_under_the_curve_counts_ties_half() -> None:
    assert area(np.array([2.0, 3.0]), np.array([1.0, 2.0])) == pytest.approx(0.875)
    assert np.isnan(area(np.array([]), np.array([1.0])))


def test_the_share_refused_where_nearly_all_are_answered() -> None:
    positive, negative = np.arange(10, 21, dtype=float), np.array([5.0, 10.5, 15.0, 10.9])
    assert refused_when_answering(positive, negative, 0.9) == pytest.approx(0.75)


def test_the_operating_point_has_the_best_f1_of_refusing() -> None:
    logits = np.array([0.1, 0.2, 0.3, 0.6, 0.7, 0.8])
    answerable = np.array([False, False, True, True, True, True])
    point = operating_point(logits, answerable, np.ones(6))
    assert 0.2 < point < 0.3
    assert refusal_f1(logits, answerable, np.ones(6), point) == 1.0


def test_the_operating_point_may_have_to_answer_enough() -> None:
    logits = np.array([0.1, 0.2, 0.3, 0.6])
    answerable = np.array([True, False, False, True])
    assert operating_point(logits, answerable, np.ones(4), least_answered=1.0) < 0.1


def test_kinds_of_unanswerable_questions_weigh_alike() -> None:
    answerable = np.array([True, True, False, False, False, False])
    weights = kind_weights(["a", "a", "out", "out", "out", "odd"], answerable, 0.25)
    assert weights.sum() == pytest.approx(6)
    assert weights[2:5].sum() == pytest.approx(weights[5])
    assert weights[2:].sum() == pytest.approx(1.5)


def test_the_point_at_which_a_share_is_still_answered() -> None:
    logits, even = np.array([3.0, 1.0, 2.0, 0.0]), np.ones(4)
    assert still_answered(logits, even, 0.75) == 1.0
    assert still_answered(logits, even, 1.0) == 0.0
    assert still_answered(logits, even, 0.01) == 3.0
    # A kind of questions that counts more is kept more.
    assert still_answered(logits, np.array([1.0, 1.0, 1.0, 9.0]), 0.75) == 0.0


def test_all_of_one_passage_are_in_the_same_part() -> None:
    parts = folds(["p", "q", "p", "r", "q"], 2, seed=1)
    assert parts[0] == parts[2]
    assert parts[1] == parts[4]
    assert set(parts.tolist()) == {0, 1}


def test_a_span_is_right_if_it_holds_an_answer_or_shares_half_of_it() -> None:
    assert is_right("hơn 90 tấn", ("90 tấn",))
    assert is_right("Volodymyr Zelenskiy", ("Tổng thống Volodymyr Zelenskiy",))
    assert not is_right("90", ("hơn 90 tấn đạn",))
    assert not is_right("", ("90",))


class NumberScorer:
    """A network that marks numbers, and answers as far as the passage holds the question's words."""

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        return [[self._window(set(question.lower().split()), passage)] for passage in passages]

    @staticmethod
    def _window(asked: set[str], passage: str) -> Window:
        offsets, at = [], 0
        for word in passage.split():
            start = passage.index(word, at)
            at = start + len(word)
            offsets.append((start, at))
        logits = np.array([6.0 if any(c.isdigit() for c in passage[a:b]) else 0.0 for a, b in offsets], np.float32)
        met = sum(word in passage.lower() for word in asked) / len(asked)
        return Window(np.array(offsets, np.int32), logits, logits, 1.0, 1.0, 8 * met - 5, 8 * met - 5)


def test_the_command_fits_and_writes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ["Huế", "Vinh", "Đà Lạt", "Cần Thơ", "Sa Pa", "Quy Nhơn", "Hội An", "Nha Trang", "Pleiku", "Hà Tiên"]
    news = {
        f"Đêm qua mưa lớn ở {place} kéo dài. Có {number}00 trường học ở {place} đóng cửa. Chợ {place} vẫn họp.": [
            (f"Bao nhiêu trường học ở {place} đóng cửa?", f"{number}00"),
            (f"Cầu nào ở {place} bị sập?", None),
        ]
        for number, place in enumerate(places, 2)
    }
    squad(tmp_path / "data/reader_dev/news.json.gz", news)
    (tmp_path / "data/news").mkdir()
    with gzip.open(tmp_path / "data/news/large.jsonl.gz", "wt", encoding="utf-8") as out:
        for number in range(5):
            text = f"Đội số {number} thắng trận thứ {number} tại sân nhà."
            out.write(json.dumps({"id": str(number), "title": "Bóng đá", "text": text}) + "\n")
    (tmp_path / "reader.json").write_text(json.dumps({"sha256": "0", "fit": {}}))
    sources = (("reader_dev/news", 10, 10),)
    for module in (questions, calibrate):
        monkeypatch.setattr(module, "POOLED", sources)
        monkeypatch.setattr(module, "ALONE", sources)
    monkeypatch.setattr(calibrate, "UNACCENTED", 3)
    monkeypatch.setattr(calibrate, "READER_FILE", tmp_path / "reader.safetensors")
    monkeypatch.setattr(calibrate, "ANSWER_FILE", tmp_path / "answer.json")
    for module_name in ("rag.pipeline", "rag.engine"):
        monkeypatch.setattr(f"{module_name}.open_embedder", lambda settings: HashingEmbedder())

    def fake_reader(settings: Settings, embedder: object) -> SpanReader:
        return SpanReader(NumberScorer(), fit_of(UNFITTED), passages=settings.answer.passages, answer_tokens=5)

    for where in ("eval.calibrate", "rag.engine"):
        monkeypatch.setattr(f"{where}.make_reader", fake_reader)
    command = ["--data", str(tmp_path / "data"), "--work", str(tmp_path / "work")]
    done = CliRunner().invoke(calibrate.main, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "against news adversarial (10)" in done.output
    assert "against news left out (10)" in done.output
    assert "news without diacritics (3)" in done.output
    read_weights(json.loads((tmp_path / "answer.json").read_text(encoding="utf-8")))
    reader = json.loads((tmp_path / "reader.json").read_text(encoding="utf-8"))
    fit_of(reader["fit"])
    assert reader["sha256"] == "0"
    first = (tmp_path / "answer.json").read_text(encoding="utf-8")
    again = CliRunner().invoke(calibrate.main, command, catch_exceptions=False)
    assert "questions, 0 to read" in again.output
    assert (tmp_path / "answer.json").read_text(encoding="utf-8") == first


def test_every_feature_has_a_known_sign() -> None:
    from eval.calibrating.answer_fit import SIGNS

    assert set(SIGNS) == set(FEATURES)
