"""The measures, with expected values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.metrics import (
    AnswerScores,
    EvidencePlace,
    Interval,
    Place,
    PrecisionRecall,
    abstention_scores,
    aligned,
    answer_tokens,
    citation_scores,
    contains_answer,
    exact_match,
    locate_evidence,
    mean_over,
    ndcg,
    normalise_answer,
    overlap,
    paired_bootstrap,
    parts_by_article,
    parts_by_passage,
    parts_found,
    percentile,
    recall_at_k,
    reciprocal_rank,
    same_source,
    score_answer,
    token_f1,
)
from eval.sets_io import EvidenceItem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa bình", "hoà bình"),
        ("thuý", "thúy"),
        ("phá huỷ", "phá hủy"),
        ("Mỹ", "mĩ"),
        ("quý", "quí"),
        ("“vô căn cứ”.", "vô căn cứ"),
        ("tie\u0302\u0301ng", "tiếng"),
        ("8.500", "8500"),
        ("1.200.000", "1200000"),
        ("31/01/2022", "31/1/2022"),
        ("06/4", "6/4"),
        ("Nga-Ukraine", "Nga Ukraine"),
        ("20%", "20 %"),
    ],
)
def test_spellings_of_one_answer_are_equal(one: str, other: str) -> None:
    assert normalise_answer(one) == normalise_answer(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("tay", "tai"), ("thúy", "thúi"), ("ma", "má"), ("ban", "bàn"), ("da", "đa"), ("2,7", "27"), ("6-7/4", "67/4")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise_answer(one) != normalise_answer(other)


def test_tokens_keep_numbers_whole_and_drop_punctuation() -> None:
    assert answer_tokens("“2,7 USD”, (31/1) 6-7/4: G20…") == ["2,7", "usd", "31/1", "6-7/4", "g", "20"]
    assert answer_tokens(" …!") == []


def test_exact_match_takes_the_best_accepted_answer() -> None:
    assert exact_match("Ngày 31/1.", ["31/1", "ngày 31/1"]) == 1.0
    assert exact_match("ngày 31", ["31/1", "ngày 31/1"]) == 0.0
    assert exact_match("gì đó", []) == 0.0


def test_token_f1_is_two_shared_over_the_sum_of_lengths() -> None:
    # Shared: khoảng, 8500; lengths 3 and 4.
    assert token_f1("khoảng 8.500 người", ["khoảng 8.500 binh lính"]) == pytest.approx(2 * 2 / 7)
    # Repeats count as often as they are shared: "vũ khí" twice in the first, three times in the second.
    assert token_f1("vũ khí vũ khí", ["vũ khí, vũ khí và vũ khí"]) == pytest.approx(2 * 4 / (4 + 7))
    assert token_f1("một hai", ["ba", "hai"]) == pytest.approx(2 / 3)
    assert token_f1("", ["ba"]) == 0.0
    assert token_f1("", [""]) == 1.0
    assert token_f1("ba", []) == 0.0


def test_contained_means_whole_syllables_in_order() -> None:
    assert contains_answer("Phiên họp ngày 31/1, khi cả hai", ["31/1"]) == 1.0
    assert contains_answer("Phiên họp ngày 31/12", ["31/1"]) == 0.0
    assert contains_answer("Ukraine và Nga", ["Nga và Ukraine"]) == 0.0
    assert contains_answer("hàng ngàn người", ["ngàn", "triệu"]) == 1.0
    assert contains_answer("bất kỳ", ["…"]) == 0.0


def test_parts_found_is_the_mean_over_parts() -> None:
    parts = [["đóng băng tài sản"], ["cấm đi lại", "cấm nhập cảnh"], ["cấm vận"]]
    assert parts_found("Anh sẽ đóng băng tài sản và cấm đi lại.", parts) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="at least one part"):
        parts_found("x", [])


def test_answer_scores_of_one_part_several_parts_and_none() -> None:
    one = score_answer("khoảng 8.500 người", "Có khoảng 8.500 binh lính.", [["khoảng 8.500 binh lính"]])
    assert one == AnswerScores(0.0, pytest.approx(4 / 7), 1.0)
    assert score_answer(None, "", [["8.500"]]) == AnswerScores(0.0, 0.0, 0.0)
    assert score_answer("Nga", "Nga và Anh", [["Nga"], ["Anh"]]) == AnswerScores(1.0, 1.0, 1.0)
    assert score_answer("Nga", "Nga và Mỹ", [["Nga"], ["Anh"]]) == AnswerScores(0.0, 0.5, 0.5)
    assert score_answer(None, "", []) == AnswerScores(1.0, 1.0, 1.0)
    assert score_answer("Nga", "Nga", []) == AnswerScores(0.0, 0.0, 0.0)


def test_a_source_is_the_file_a_path_to_it_or_a_record() -> None:
    assert same_source("a.txt", "a.txt")
    assert same_source("seeds/a.txt", "a.txt")
    assert same_source("x/pool.jsonl#p0001", "p0001")
    assert not same_source("seeds/aa.txt", "a.txt")
    assert not same_source("a.txt", "seeds/a.txt")


def test_every_occurrence_of_a_quote_is_located_and_a_missing_one_is_not() -> None:
    evidence = [EvidenceItem("a.txt", "ba", 0), EvidenceItem("b.txt", "ba", 1), EvidenceItem("a.txt", "không có", 2)]
    places = locate_evidence(evidence, {"s/a.txt": "ba và ba", "s/c.txt": "ba"})
    assert places == [EvidencePlace("s/a.txt", 0, 2, 0), EvidencePlace("s/a.txt", 6, 8, 0)]


def test_overlap_of_ranges() -> None:
    assert overlap(0, 10, 5, 20) == 5
    assert overlap(0, 5, 5, 9) == 0
    assert overlap(0, 3, 7, 9) == 0
    assert overlap(2, 4, 0, 9) == 2


def test_a_passage_gives_a_part_when_it_holds_half_of_a_quote() -> None:
    evidence = [EvidencePlace("a", 100, 120, 0), EvidencePlace("b", 0, 10, 1), EvidencePlace("a", 0, 10, 1)]
    ranked = [Place("a", 0, 110), Place("a", 0, 109), Place("b", 100, 120), Place("b", 4, 50), Place("a", 105, 500)]
    assert parts_by_passage(ranked, evidence) == [{0, 1}, {1}, frozenset(), {1}, {0}]
    assert parts_by_passage(ranked[:1], evidence, share=0.6) == [{1}]


def test_articles_are_counted_once_in_rank_order() -> None:
    evidence = [EvidenceItem("a.txt", "x", 0), EvidenceItem("b.txt", "y", 0), EvidenceItem("b.txt", "z", 1)]
    sources = ["s/c.txt", "s/b.txt", "s/c.txt", "s/b.txt", "s/a.txt"]
    assert parts_by_article(sources, evidence) == [frozenset(), {0, 1}, {0}]


RANKED: list[frozenset[int]] = [frozenset(), frozenset({1}), frozenset({1}), frozenset({0, 1})]


def test_recall_counts_each_needed_part_once() -> None:
    assert [recall_at_k(RANKED, 2, k) for k in (1, 2, 3, 4, 9)] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert recall_at_k(RANKED, 3, 4) == pytest.approx(2 / 3)
    assert recall_at_k([], 1, 5) == 0.0
    with pytest.raises(ValueError, match="at least 1"):
        recall_at_k(RANKED, 0, 5)
    with pytest.raises(ValueError, match="at least 1"):
        recall_at_k(RANKED, 1, 0)


def test_reciprocal_rank_counts_from_one_and_stops_at_k() -> None:
    assert reciprocal_rank(RANKED) == 0.5
    assert reciprocal_rank([frozenset({0})]) == 1.0
    assert reciprocal_rank([frozenset()] * 10 + [frozenset({0})]) == 0.0
    assert reciprocal_rank([frozenset()] * 9 + [frozenset({0})]) == pytest.approx(0.1)
    assert reciprocal_rank([]) == 0.0


def test_ndcg_discounts_the_first_rank_of_each_part() -> None:
    # Part 1 at rank 2 gains 1/log2(3), part 0 at rank 4 gains 1/log2(5); the ideal is 1 + 1/log2(3).
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert ndcg(RANKED, 2) == pytest.approx(expected)
    assert expected == pytest.approx(0.6509, abs=1e-4)
    assert ndcg([frozenset({0})], 1) == 1.0
    assert ndcg([frozenset(), frozenset({0})], 1) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([frozenset({0}), frozenset({1})], 2) == pytest.approx(1.0)
    assert ndcg([frozenset({0, 1})], 2) == 1.0
    assert ndcg([frozenset()] * 10 + [frozenset({0})], 1) == 0.0
    assert ndcg([frozenset({0}), frozenset({0}), frozenset({0})], 2) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    with pytest.raises(ValueError, match="at least 1"):
        ndcg(RANKED, 0)


def test_citations_are_right_when_they_share_half_of_the_shorter() -> None:
    evidence = [EvidencePlace("a", 0, 100, 0), EvidencePlace("a", 200, 220, 1)]
    citations = [Place("a", 10, 30), Place("a", 90, 130), Place("b", 0, 100), Place("a", 50, 150)]
    # Right: the first (inside a quote) and the last (half of it); the second shares 10 of 40. Part 1 is not cited.
    assert citation_scores(citations, evidence, 2) == PrecisionRecall(0.5, 0.5, 0.5)
    assert citation_scores(citations[:1], evidence, 2) == PrecisionRecall(1.0, 0.5, pytest.approx(2 / 3))
    assert citation_scores([], evidence, 2) == PrecisionRecall(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="at least 1"):
        citation_scores([], [], 0)


def test_abstention_counts_not_found_on_unanswerable_questions_as_right() -> None:
    # (answerable, abstained): 3 right, 1 wrong, 2 missed, 4 answered.
    outcomes = [(False, True)] * 3 + [(True, True)] + [(False, False)] * 2 + [(True, False)] * 4
    assert abstention_scores(outcomes) == PrecisionRecall(0.75, 0.6, pytest.approx(2 * 3 / (2 * 3 + 1 + 2)))
    assert abstention_scores([(True, False)]) == PrecisionRecall(0.0, 0.0, 0.0)
    assert abstention_scores([]) == PrecisionRecall(0.0, 0.0, 0.0)


def test_a_missing_question_counts_as_the_default() -> None:
    scores = {"a": 1.0, "b": 0.5, "not asked": 1.0}
    assert aligned(scores, ["b", "c", "a"]).tolist() == [0.5, 0.0, 1.0]
    assert aligned(scores, ["c"], default=0.25).tolist() == [0.25]
    assert mean_over(scores, ["a", "b", "c"]) == pytest.approx(0.5)
    assert mean_over({}, ["a"]) == 0.0
    with pytest.raises(ValueError, match="at least one id"):
        mean_over(scores, [])


def test_percentiles_are_interpolated() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == pytest.approx(2.5)
    # Position 0.95 * 3 = 2.85 between the third and the fourth value.
    assert percentile([1.0, 2.0, 3.0, 4.0], 95) == pytest.approx(3.85)
    assert percentile([7.0], 95) == 7.0
    with pytest.raises(ValueError, match="at least one value"):
        percentile([], 50)


def test_a_constant_difference_has_an_interval_of_no_width() -> None:
    ids = [f"q{n}" for n in range(20)]
    a = {id_: n / 100 for n, id_ in enumerate(ids)}
    b = {id_: value + 0.25 for id_, value in a.items()}
    interval = paired_bootstrap(a, b, ids, samples=200)
    assert (interval.difference, interval.low, interval.high) == pytest.approx((0.25, 0.25, 0.25))


def test_the_interval_of_a_coin_is_that_of_the_binomial() -> None:
    # 50 of 100 questions gained: the mean has deviation .5 / sqrt(100) = .05, so 95 % lies in .5 ± 1.96 * .05.
    ids = [f"q{n}" for n in range(100)]
    gained = dict.fromkeys(ids[:50], 1.0)
    interval = paired_bootstrap({}, gained, ids)
    assert interval.difference == 0.5
    assert interval.low == pytest.approx(0.402, abs=0.011)
    assert interval.high == pytest.approx(0.598, abs=0.011)
    assert paired_bootstrap({}, gained, ids) == interval
    assert paired_bootstrap(gained, {}, ids).difference == -0.5
    wide = paired_bootstrap({}, gained, ids, confidence=0.99)
    assert wide.low < interval.low < interval.high < wide.high


def test_the_bootstrap_works_in_blocks_and_needs_questions() -> None:
    # Five million draws: more than one block of four million.
    ids = [f"q{n}" for n in range(5000)]
    interval = paired_bootstrap({}, {"q0": 1.0}, ids, samples=1000)
    assert isinstance(interval, Interval)
    assert interval.difference == pytest.approx(1 / 5000)
    assert np.isfinite([interval.low, interval.high]).all()
    with pytest.raises(ValueError, match="at least one id"):
        paired_bootstrap({}, {}, [])
