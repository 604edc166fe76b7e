"""The trade-off of refusing: every point below is counted by hand."""

from __future__ import annotations

import pytest

from eval.trade_off import trade_off
from tests.test_report import a_record

RIGHT = {"right": 1.0, "right_and_cited": 1.0}


def test_each_confidence_is_a_point() -> None:
    records = [
        a_record("right", status="answered", reason=None, confidence=0.9, scores=RIGHT),
        a_record("not cited", status="answered", confidence=0.7, scores={"right": 1.0, "right_and_cited": 0.0}),
        a_record("answered anyway", status="answered", answerable=False, confidence=0.7, scores={"right": 0.0}),
        a_record("held back", confidence=0.4, held_back=RIGHT),
        a_record("rightly refused", answerable=False, confidence=0.2, held_back={"right": 0.0}),
    ]
    found = trade_off(records, threshold=0.5)
    columns = ("threshold", "answered", "right", "right_and_cited", "precision", "recall")
    assert [tuple(point[name] for name in columns) for point in found["points"]] == [  # type: ignore[literal-required]
        (None, 0.0, None, None, 0.4, 1.0),
        (0.9, 0.2, 1.0, 1.0, 0.5, 1.0),
        (0.7, 0.6, pytest.approx(2 / 3, abs=1e-6), pytest.approx(1 / 3, abs=1e-6), 0.5, 0.5),
        (0.4, 0.8, 0.75, 0.5, 1.0, 0.5),
        (0.2, 1.0, 0.6, 0.4, 0.0, 0.0),
    ]
    assert found["used"] == {**found["points"][2], "threshold": 0.5}


def test_what_can_never_be_answered_stays_refused() -> None:
    records = [
        a_record("answered", status="answered", confidence=0.8, scores=RIGHT),
        a_record("an error", status="error", confidence=0.0),
        a_record("nothing held back", answerable=False, confidence=0.9),
    ]
    found = trade_off(records, threshold=0.5)
    assert [point["answered"] for point in found["points"]] == [0.0, pytest.approx(1 / 3, abs=1e-6)]
    assert (found["points"][-1]["precision"], found["points"][-1]["recall"]) == (0.5, 1.0)


def test_a_refusal_by_another_rule_puts_the_run_off_the_curve() -> None:
    records = [
        a_record("sure, yet refused", answerable=False, confidence=0.9, held_back={"right": 0.0}),
        a_record("answered", status="answered", confidence=0.8, scores=RIGHT),
    ]
    found = trade_off(records, threshold=0.5)
    assert [(point["answered"], point["right"]) for point in found["points"]] == [(0.0, None), (0.5, 0.0), (1.0, 0.5)]
    assert (found["used"]["answered"], found["used"]["right"]) == (0.5, 1.0)


def test_nothing_asked_and_nothing_to_refuse() -> None:
    assert trade_off([], threshold=0.5)["used"]["answered"] == 0.0
    found = trade_off([a_record("q", status="answered", scores=RIGHT)], threshold=0.5)
    assert (found["used"]["precision"], found["used"]["recall"]) == (0.0, 0.0)
