"""Every rule of the checks with and without what it is for, and what is left when all of them are passed."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.checker import FITTING, HELD_OUT, load, measure, open_checker
from rag.errors import ModelError
from rag.generation.checking import Checker
from rag.generation.checks.support import FEATURES, WEIGHTS_FILE, weights_of
from rag.generation.records import Excerpt
from tests.fakes import HashingEmbedder

CARGO = "Ngày 21/1, chuyến hàng viện trợ hơn 90 tấn, trị giá 200 triệu USD, đã được Mỹ chuyển đến Ukraine."
DENIAL = "Bộ trưởng Ngoại giao Nga Sergei Lavrov nói Moskva chưa nhận được đề nghị nào từ Kiev."
QUOTE = "Ông Biden nói: “Chúng tôi sẽ không gửi quân tới Ukraine”."
PLAN = "Hai bên dự kiến ký thỏa thuận vào ngày 5/6; lãi suất giảm từ 4,5% xuống 4%."
WON = "Đội tuyển Việt Nam thắng Thái Lan 2-1; Anh phản đối dự luật."
DEAD = "Động đất làm 126 người chết và 188 người bị thương."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(None, HashingEmbedder())


def kinds(checker: Checker, sentence: str, *evidence: str) -> set[str]:
    return {reason.split(":")[0] for reason in checker.reasons(sentence, evidence)}


@pytest.mark.parametrize(
    ("sentence", "evidence", "kind"),
    [
        ("Chuyến hàng viện trợ 95 tấn đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Chuyến hàng viện trợ 90 tấn đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Chuyến hàng viện trợ gần 90 tấn đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Chuyến hàng hơn 90 kg đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Chuyến hàng trị giá 200 triệu euro đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Ngày 22/1, chuyến hàng viện trợ đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Ngày 21/1/2021, chuyến hàng viện trợ đã được chuyển đến Ukraine.", CARGO, "number"),
        ("Động đất làm 188 người chết.", DEAD, "number"),
        ("Lãi suất tăng lên 4%.", PLAN, "comparison"),
        ("Chuyến hàng đã được Anh chuyển đến Ukraine.", CARGO, "name"),
        ("Chuyến hàng đã được Mỹ chuyển đến Ba Lan.", CARGO, "name"),
        ("Thủ tướng Sergei Lavrov nói Moskva chưa nhận được đề nghị nào.", DENIAL, "name"),
        ("Ông Sergei Shoigu nói Moskva chưa nhận được đề nghị nào.", DENIAL, "name"),
        ("Ông Lavrov nói Moskva đã nhận được đề nghị từ Kiev.", DENIAL, "negation"),
        ("Chuyến hàng viện trợ không được chuyển đến Ukraine.", CARGO, "negation"),
        ("Anh ủng hộ dự luật.", WON, "contrary"),
        ("Anh cáo buộc dự luật.", WON, "stance"),
        ("Hai bên đã ký thỏa thuận.", PLAN, "certainty"),
        ("Thái Lan thắng đội tuyển Việt Nam 2-1.", WON, "actor"),
        ("Ông Lavrov nói Kiev chưa nhận được đề nghị nào từ Moskva.", DENIAL, "actor"),
        ("Giá trị của chuyến hàng viện trợ là thuốc men.", CARGO, "complement"),
        ("Ông Biden nói: “Chúng tôi sẽ gửi quân tới Ba Lan”.", QUOTE, "quotation"),
        ("Ông Biden nói \"sẽ gửi quân\".", QUOTE, "quotation"),
        ("Ông Biden nói: “Chúng tôi sẽ gửi quân.", QUOTE, "quotation"),
        ('Quân sẽ tới Ba Lan", ông Biden nói.', QUOTE, "quotation"),
    ],
)  # fmt: skip
def test_a_rule_speaks_against(checker: Checker, sentence: str, evidence: str, kind: str) -> None:
    assert kind in kinds(checker, sentence, evidence)
    assert checker.check(sentence, [evidence]).verdict == "unsupported"


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Chuyến hàng viện trợ hơn 90 tấn đã được chuyển đến Ukraine.", CARGO),
        ("Chuyến hàng viện trợ hơn 90.000 kg đã được Hoa Kỳ chuyển đến Ukraine hôm 21/1.", CARGO),
        ("Động đất làm 188 người bị thương.", DEAD),
        ("Động đất làm 126 người thiệt mạng.", DEAD),
        ("Lãi suất hạ xuống 4%.", PLAN),
        ("Chuyến hàng của Mỹ là hàng viện trợ.", CARGO),
        ("Hai bên dự kiến ký thỏa thuận.", PLAN),
        ("Ngoại trưởng Nga Sergei Lavrov nói Moskva chưa nhận được đề nghị nào từ Kiev.", DENIAL),
        ("Theo ông Lavrov, Nga chưa nhận được đề nghị nào từ Ukraine.", DENIAL),
        ("Thái Lan thua đội tuyển Việt Nam 1-2.", WON),
        ("Anh phản đối dự luật.", WON),
        ("Ông Biden nói “sẽ không gửi quân tới Ukraine”.", QUOTE),
        ('Ông Biden nói "Chúng tôi sẽ không gửi quân".', QUOTE),
    ],
)
def test_no_rule_speaks_against_what_is_said(checker: Checker, sentence: str, evidence: str) -> None:
    assert kinds(checker, sentence, evidence) == set()


def test_words_of_one_speaker_are_not_given_to_another(checker: Checker) -> None:
    evidence = ("Bà Zakharova nói vụ cháy là do chập điện.", "Ông Podolyak cho rằng Nga sẽ nhượng bộ.")
    assert "speaker" in kinds(checker, "Ông Podolyak nói vụ cháy là do chập điện.", *evidence)
    assert kinds(checker, "Bà Zakharova nói vụ cháy là do chập điện.", *evidence) == set()


def test_a_sentence_that_says_nothing_is_unsupported(checker: Checker) -> None:
    for sentence in ("Không.", "Có."):
        assert checker.check(sentence, [QUOTE]).verdict == "unsupported"


def test_a_sentence_without_evidence_is_unsupported(checker: Checker) -> None:
    for evidence in ([], [""], ["  "]):
        checked = checker.check("Nga rút quân.", evidence)
        assert (checked.verdict, checked.reasons) == ("unsupported", ("uncited",))


def test_values_may_stand_in_different_excerpts(checker: Checker) -> None:
    assert kinds(checker, "Động đất làm 126 người chết; lãi suất xuống 4%.", DEAD, PLAN) == set()


def test_an_added_clause_lowers_every_cover(checker: Checker) -> None:
    sentence = "Động đất làm 126 người chết"
    plain = dict(zip(FEATURES, checker.features(f"{sentence}.", [DEAD]), strict=True))
    more = dict(
        zip(FEATURES, checker.features(f"{sentence}, nhiều trường học phải đóng cửa dài ngày.", [DEAD]), strict=True)
    )
    for name in ("words", "pairs", "worst", "similarity"):
        assert more[name] < plain[name]
    for name in ("run", "missing", "gap"):
        assert more[name] > plain[name]


def test_the_best_support_is_the_excerpt_that_says_most_of_it(checker: Checker) -> None:
    excerpts = [Excerpt(number, "a", 0, len(text), text) for number, text in enumerate((CARGO, DEAD, PLAN), 1)]
    best = checker.best_support("Động đất làm 200 người chết.", excerpts)
    assert best is not None
    assert best.number == 2
    assert checker.best_support("Giá cà phê Đắk Lắk hôm nay đi ngang.", excerpts) is None
    assert checker.best_support("", []) is None


def test_weights_that_lack_a_feature_are_refused(tmp_path: Path) -> None:
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    del stored["weights"]["run"]
    broken = tmp_path / "checker.json"
    broken.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelError, match="python -m eval"):
        weights_of(broken)
    with pytest.raises(ModelError):
        weights_of(tmp_path / "none.json")


@pytest.mark.parametrize(
    "piece", ["a", "Nga ", "1 ", "“", "không ", "[1]", "Nga bị Mỹ ", "A-", "7/4 ", "\u0301", "nói ", ", "]
)
def test_hostile_sentences_and_evidence_take_linear_time(checker: Checker, piece: str) -> None:
    long = piece * (60_000 // len(piece))
    begun = time.thread_time()
    assert checker.check(long, [DEAD]).verdict == "unsupported"
    checker.check("Nga nói không.", [long] * 8)
    checker.check((piece * 1_200)[:1_190], [long])
    assert time.thread_time() - begun < 10


def test_the_set_is_as_it_is_told() -> None:
    pairs = load()
    assert len({pair.id for pair in pairs}) == len(pairs) >= 500
    for part in (FITTING, HELD_OUT):
        mine = [pair for pair in pairs if pair.part == part]
        share = sum(pair.supported for pair in mine) / len(mine)
        assert len(mine) >= 300
        assert 0.45 <= share <= 0.6
    fitting, held = ({pair.evidence for pair in pairs if pair.part == part} for part in (FITTING, HELD_OUT))
    assert not fitting & held


class Saying:
    """Says one logit of everything, and remembers what it was asked."""

    def __init__(self, logit: float) -> None:
        self.logit = logit
        self.asked: list[tuple[str, str]] = []

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        self.asked += pairs
        return np.full(len(pairs), self.logit)


@pytest.mark.parametrize(("logit", "taken"), [(1.5, 1.5), (30.0, 8.0), (-np.inf, -8.0)])
def test_what_the_network_says_is_one_of_the_numbers(logit: float, taken: float) -> None:
    entailment = Saying(logit)
    features = Checker(entailment, HashingEmbedder()).features("Mỹ chuyển hàng.", [CARGO, DENIAL])
    assert features[FEATURES.index("entailed")] == taken
    assert entailment.asked == [("Mỹ chuyển hàng.", f"{CARGO} {DENIAL}")]


def test_a_long_excerpt_hides_no_other_from_the_network() -> None:
    entailment = Saying(0.0)
    Checker(entailment, HashingEmbedder()).features("Mỹ chuyển hàng.", ["dài " * 2_000, CARGO])
    assert entailment.asked[0][1].endswith(CARGO)


@pytest.mark.model
def test_unsupported_sentences_are_told_from_supported_ones() -> None:
    figures, _ = measure(open_checker(), [pair for pair in load() if pair.part == HELD_OUT])
    assert figures.precision >= 0.9
    assert figures.recall >= 0.9
