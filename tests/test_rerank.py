"""The second look: signals worked out by hand, weights that are refused when torn, and the fit that makes them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eval.rerank import Example, first_share, fit
from rag import rerank
from rag.datatypes import Alternatives, Wording
from rag.errors import ModelError
from rag.rerank import FEATURES, SIGNALS, features, rescored, shipped_weights, signals, sought


def held_by_none(term: str) -> int:
    return 0


def told(question: str, passage: str, title: str = "", **more: object) -> dict[str, float]:
    """The signals when every syllable and pair weighs the same."""
    asked = sought(question, held_by_none, 10, **more)  # type: ignore[arg-type]
    return dict(zip(SIGNALS, signals(asked, passage, title), strict=True))


def test_shares_of_syllables_and_pairs() -> None:
    found = told("sông Hồng chảy đâu", "Sông Hồng rất dài và chảy xiết.")
    # Three of four syllables; "sông hồng" of three pairs; within 30 syllables as many as anywhere. Of the six pairs at
    # most three apart, "sông hồng" and "hồng chảy" are near in the passage; "chảy" stands five after "sông".
    assert found["covered"] == pytest.approx(3 / 4)
    assert found["covered_rare"] == pytest.approx(3 / 4)
    assert found["pairs"] == pytest.approx(1 / 3)
    assert found["within_30"] == found["within_60"] == pytest.approx(3 / 4)
    assert found["near"] == pytest.approx(2 / 6)
    assert found["title"] == 0.0


def test_words_far_apart_are_not_within_one_window() -> None:
    passage = "vàng " + "x " * 40 + "tăng"
    found = told("vàng tăng", passage)
    assert (found["covered"], found["within_30"], found["within_60"]) == (1.0, 0.5, 1.0)
    assert told("vàng tăng", "vàng " + "x " * 28 + "tăng")["within_30"] == 1.0
    assert told("vàng tăng", "vàng " + "x " * 29 + "tăng")["within_30"] == 0.5


def test_order_counts_for_pairs_and_hardly_for_nearness() -> None:
    turned = told("giá vàng", "vàng giá")
    assert (turned["pairs"], turned["near"]) == (0.0, 1.0)
    assert told("giá vàng", "giá x x x vàng")["near"] == 1.0
    assert told("giá vàng", "giá x x x x vàng")["near"] == 0.0


def test_rare_syllables_weigh_more() -> None:
    counts = {"của": 9, "fansipan": 0}
    asked = sought("của Fansipan", lambda term: counts.get(term, 0), 10)
    common, rare = math.log(1 + 1.5 / 9.5), math.log(1 + 10.5 / 0.5)
    found = dict(zip(SIGNALS, signals(asked, "Đỉnh Fansipan"), strict=True))
    assert found["covered"] == pytest.approx(rare / (common + rare))
    assert found["covered_rare"] == pytest.approx(rare**2 / (common**2 + rare**2))


def test_a_repeated_syllable_counts_once() -> None:
    assert told("ai ai gặp", "gặp")["covered"] == pytest.approx(1 / 2)


def test_only_what_the_passage_lacks_counts_in_the_title() -> None:
    found = told("bão Yagi đổ bộ", "Bão đổ bộ rạng sáng.", "Bão Yagi")
    assert found["title"] == pytest.approx(1 / 4)
    assert told("bão Yagi đổ bộ", "Bão Yagi đổ bộ.", "Bão Yagi")["title"] == 0.0


def test_without_diacritics_both_sides_are_folded() -> None:
    assert told("song hong", "Sông Hồng")["covered"] == 0.0
    found = told("song hong", "Sông Hồng", folded=True)
    assert (found["covered"], found["pairs"]) == (1.0, 1.0)


def test_folded_questions_ask_for_the_counts_of_folded_terms() -> None:
    asked: list[str] = []

    def frequency(term: str) -> int:
        asked.append(term)
        return 0

    sought("song hong", frequency, 10, folded=True)
    assert asked == ["~song", "~hong", "~song_hong"]


def test_another_wording_stands_for_its_syllables() -> None:
    other = Alternatives(1, 3, (Wording("Hoa Kỳ Bắc Mỹ", 0.5),))
    found = told("quân nước Mỹ rút", "Quân Hoa Kỳ Bắc Mỹ rút.", alternatives=[other])
    # "quân" and "rút" whole, "nước" half by the wording, "mỹ" whole by itself; the pairs "quân nước" and "nước mỹ"
    # half, "mỹ rút" whole, as the last syllable is there itself.
    assert found["covered"] == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert found["pairs"] == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert told("quân nước Mỹ rút", "Quân Hoa Kỳ rút.", alternatives=[other])["covered"] == pytest.approx(2 / 4)


def test_a_wording_beyond_the_syllables_looked_at_is_passed_over() -> None:
    assert told("giá", "vàng", alternatives=[Alternatives(0, 4, (Wording("vàng"),))])["covered"] == 0.0


@pytest.mark.parametrize("question", ["", "?", "一", "a" * 3000, "giá " * 500])
def test_any_question_and_passage_have_shares(question: str) -> None:
    for passage in ("", "giá", question):
        assert all(0.0 <= share <= 1.0 + 1e-9 for share in told(question, passage, passage).values())


def test_features_put_the_legs_before_the_signals() -> None:
    asked = sought("giá vàng", held_by_none, 10)
    rows = features(asked, [("giá vàng", ""), ("bạc", "")], [7, 8], {7: 2.0, 9: -1.5}, {8: 1.0})
    assert rows.shape == (2, len(FEATURES))
    # A passage that a leg knows nothing of has that leg's lowest score.
    assert rows[:, 0].tolist() == [2.0, -1.5]
    assert rows[:, 1].tolist() == [1.0, 1.0]
    assert rows[0, 2] == 1.0
    assert rows[1, 2] == 0.0


def test_scores_have_the_mean_nought() -> None:
    scores = rescored(np.array([[1.0] * len(FEATURES), [0.0] * len(FEATURES)]), np.ones(len(FEATURES)))
    assert scores.tolist() == [len(FEATURES) / 2, -len(FEATURES) / 2]


def test_the_shipped_weights_are_whole() -> None:
    weights = shipped_weights()
    assert set(weights) == {"accented", "unaccented", "foreign"}
    # Saying more of the question never speaks against a passage of a Vietnamese question taken as a whole.
    for manner in ("accented", "unaccented"):
        assert weights[manner][FEATURES.index("covered") :].sum() > 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored.pop("features"),
        lambda stored: stored["features"].reverse(),
        lambda stored: stored["accented"].pop(),
        lambda stored: stored.__setitem__("accented", [float("nan")] * len(FEATURES)),
        lambda stored: stored.__setitem__("accented", "many"),
    ],
)
def test_torn_weights_are_refused(
    damage: Callable[[dict[str, object]], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = json.loads(rerank.WEIGHTS_FILE.read_text(encoding="utf-8"))
    damage(stored)
    (tmp_path / "rerank.json").write_text(json.dumps(stored), encoding="utf-8")
    monkeypatch.setattr(rerank, "WEIGHTS_FILE", tmp_path / "rerank.json")
    shipped_weights.cache_clear()
    try:
        with pytest.raises(ModelError, match="Install the program again"):
            shipped_weights()
    finally:
        monkeypatch.undo()
        shipped_weights.cache_clear()


def test_the_fit_finds_the_weights_that_made_the_choices() -> None:
    generator = np.random.default_rng(3)
    true = np.zeros(len(FEATURES))
    true[:3] = (2.0, 0.0, -1.0)
    examples = []
    for _ in range(1500):
        rows = generator.normal(size=(12, len(FEATURES)))
        odds = np.exp(rows @ true)
        right = np.zeros(12, dtype=bool)
        right[generator.choice(12, p=odds / odds.sum())] = True
        examples.append(Example("made", rows, right))
    weights = fit(examples)
    assert weights == pytest.approx(true, abs=0.25)
    assert first_share(examples, weights)[0] > first_share(examples, -true)[0]


def test_the_fit_needs_a_choice() -> None:
    with pytest.raises(ValueError, match="both right and wrong"):
        fit([Example("made", np.ones((3, len(FEATURES))), np.zeros(3, dtype=bool))])


def test_shares_of_first_places_by_hand() -> None:
    rows = np.zeros((3, len(FEATURES)))
    rows[:, 0] = (3.0, 2.0, 1.0)
    weights = np.eye(len(FEATURES))[0]
    first, second, none = (np.array(right) for right in ([True, False, False], [False, True, False], [False] * 3))
    examples = [Example("x", rows, right) for right in (first, second, none)]
    assert first_share(examples, weights) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
