"""Fusion: hand-worked scores, ties, and properties over arbitrary legs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Scored
from rag.fuse import fuse_standardised, reciprocal_rank_fusion


def leg(**scores: float) -> list[Scored]:
    return [Scored(int(name[1:]), score) for name, score in scores.items()]


legs = st.dictionaries(
    st.integers(1, 40), st.floats(-1e300, 1e300, allow_nan=False, allow_infinity=False), max_size=20
).map(
    lambda scores: [Scored(key, score) for key, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
)


def test_standardised_sum_worked_by_hand() -> None:
    # dense: mean 4, deviation 2, z = 1, -1. lexical: mean 20, deviation sqrt(200/3), z = 1.2247, 0, -1.2247.
    fused = fuse_standardised(leg(k1=6.0, k2=2.0), leg(k2=30.0, k3=20.0, k4=10.0), 0.5)
    root = math.sqrt(1.5)
    # k1 is missing in lexical and takes its lowest z; k3 and k4 are missing in dense and take -1.
    expected = {1: 0.5 * 1 + 0.5 * -root, 2: 0.5 * -1 + 0.5 * root, 3: -0.5, 4: -0.5 - 0.5 * root}
    assert {item.key: item.score for item in fused} == pytest.approx(expected)
    assert [item.key for item in fused] == [2, 1, 3, 4]


def test_weight_one_and_zero_follow_one_leg() -> None:
    dense, lexical = leg(k1=0.9, k2=0.8, k3=0.1), leg(k3=9.0, k2=5.0, k1=1.0)
    assert [item.key for item in fuse_standardised(dense, lexical, 1.0)] == [1, 2, 3]
    assert [item.key for item in fuse_standardised(dense, lexical, 0.0)] == [3, 2, 1]


def test_a_leg_of_equal_scores_says_nothing() -> None:
    fused = fuse_standardised(leg(k1=0.7, k2=0.7), leg(k2=3.0, k1=1.0), 0.6)
    assert [(item.key, pytest.approx(item.score)) for item in fused] == [(2, 0.4), (1, -0.4)]


def test_single_candidates_and_empty_legs() -> None:
    assert fuse_standardised([], [], 0.6) == []
    assert fuse_standardised(leg(k5=0.3), [], 0.6) == [Scored(5, 0.0)]
    alone = fuse_standardised([], leg(k1=2.0, k2=1.0), 0.6)
    assert [(item.key, pytest.approx(item.score)) for item in alone] == [(1, 0.4), (2, -0.4)]


def test_ties_go_to_the_lower_key() -> None:
    assert [item.key for item in fuse_standardised(leg(k9=1.0, k2=1.0), leg(k9=4.0, k2=4.0), 0.5)] == [2, 9]
    assert [item.key for item in reciprocal_rank_fusion([leg(k9=1.0, k2=0.5), leg(k2=4.0, k9=3.0)])] == [2, 9]


def test_reciprocal_rank_counts_from_one() -> None:
    fused = reciprocal_rank_fusion([leg(k1=0.9, k2=0.8), leg(k2=7.0)], k=60)
    assert fused == [Scored(2, pytest.approx(1 / 62 + 1 / 61)), Scored(1, pytest.approx(1 / 61))]
    assert reciprocal_rank_fusion([leg(k1=0.9)], k=0) == [Scored(1, 1.0)]
    assert reciprocal_rank_fusion([]) == []


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan])
def test_wrong_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="dense_weight"):
        fuse_standardised([], [], weight)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        fuse_standardised([Scored(1, 1.0), Scored(1, 2.0)], [], 0.5)
    with pytest.raises(ValueError, match="twice"):
        reciprocal_rank_fusion([[Scored(1, 1.0), Scored(1, 2.0)]])
    with pytest.raises(ValueError, match="finite"):
        fuse_standardised([Scored(1, math.inf)], [], 0.5)
    with pytest.raises(ValueError, match="k must"):
        reciprocal_rank_fusion([], k=-1)


@given(legs, legs, st.floats(0, 1))
def test_every_candidate_once_sorted_and_finite(dense: list[Scored], lexical: list[Scored], weight: float) -> None:
    fused = fuse_standardised(dense, lexical, weight)
    assert sorted(item.key for item in fused) == sorted({item.key for item in dense} | {item.key for item in lexical})
    assert all(math.isfinite(item.score) for item in fused)
    assert fused == sorted(fused, key=lambda item: (-item.score, item.key))
    assert fused == fuse_standardised(dense[::-1], lexical[::-1], weight)


@given(legs, st.floats(0.5, 1000), st.floats(-1000, 1000))
def test_shifting_and_scaling_a_leg_changes_nothing(scores: list[Scored], factor: float, shift: float) -> None:
    tame = [Scored(item.key, float(rank)) for rank, item in enumerate(scores)]
    moved = [Scored(item.key, item.score * factor + shift) for item in tame]
    other = leg(k1=3.0, k50=1.0)
    before = {item.key: item.score for item in fuse_standardised(tame, other, 0.6)}
    after = {item.key: item.score for item in fuse_standardised(moved, other, 0.6)}
    assert before == pytest.approx(after, abs=1e-6)
