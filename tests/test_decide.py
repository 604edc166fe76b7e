"""The decision to answer or refuse, with hand-made readings and weights."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag import decide as deciding
from rag.datatypes import Article, Chunk, Evidence, Hit
from rag.dates import dates_of
from rag.decide import FEATURES, Decision, Weights, decide, read_weights
from rag.deciding.pieces import pieces
from rag.entities import sought_in
from rag.errors import ModelError
from rag.question import understand
from rag.reading.records import Reading, Signals
from rag.retrieve import NO_TIME, Query
from rag.vietnamese import sentences

TODAY = date(2022, 12, 31)


def weights(ranking: dict[str, float], answerable: dict[str, float], intercept: float = 0.0) -> Weights:
    ordered = [np.array([named.get(name, 0.0) for name in FEATURES]) for named in (ranking, answerable)]
    return Weights(ordered[0], ordered[1], intercept)


FITTING = weights({"difference": 1.0, "covered": 4.0}, {"difference": 1.0, "covered": 4.0, "contradicted": -9.0}, -3.0)


class Found:
    """Articles of one passage each, and the pieces that a reader would mark in them."""

    def __init__(self, *texts: str, published_on: date | None = None) -> None:
        self.articles = {
            f"a{number}": Article(f"a{number}", f"a{number}.txt", "", False, text, "", published_on)
            for number, text in enumerate(texts)
        }
        self.hits = tuple(
            Hit(Chunk(f"{one.id}:0000", one.id, 0, 0, len(one.text)), one.source, one.text, 1.0 - number)
            for number, one in enumerate(self.articles.values())
        )
        self.evidence: list[Evidence] = []
        self.signals: list[Signals] = []

    def mark(self, number: int, span: str, difference: float, relevant: float = 1.0) -> Found:
        article = self.articles[f"a{number}"]
        start = article.text.index(span)
        around = next(s for s in sentences(article.text) if s.start <= start < s.end)
        self.evidence.append(Evidence(article.id, around.start, around.end, start, start + len(span), score=difference))
        self.signals.append(Signals(difference, difference, difference, relevant, difference, number + 1, 1.0))
        return self

    def decide(self, question: str, *, using: Weights = FITTING, copies: Sequence[str] = ()) -> Decision:
        understood = understand(question)
        return decide(
            understood,
            Query(understood.standalone, when=dates_of(question, TODAY)),
            Reading(tuple(self.evidence), 0.0, self.hits, tuple(self.signals)),
            self.hits,
            self.articles.__getitem__,
            frequency=lambda _: 1,
            passages=100,
            copies_of=(lambda _: copies) if copies else None,
            weights=using,
        )


def test_evidence_that_fits_is_an_answer() -> None:
    found = Found("Ba Lan gửi hàng chục ngàn quả đạn cho Ukraine.").mark(0, "hàng chục ngàn quả đạn", 2.0)
    decision = found.decide("Ba Lan gửi gì cho Ukraine?")
    assert decision.reason == "answered"
    assert decision.probability > 0.9
    assert decision.matches[0].covered == 1.0


def test_the_piece_that_fits_leads_before_the_better_span() -> None:
    found = Found("Đức gửi mũ sắt cho Ukraine.", "Ba Lan gửi đạn cho Ukraine.")
    found.mark(0, "mũ sắt", 3.0).mark(1, "đạn", 2.0)
    decision = found.decide("Ba Lan gửi gì cho Ukraine?")
    assert [one.article_id for one in decision.evidence] == ["a1", "a0"]
    assert decision.evidence[0].score > decision.evidence[1].score
    assert decision.matches[0].clashing == ()
    assert decision.matches[1].clashing == ("đức",)


def test_pieces_that_score_alike_come_by_article_and_place() -> None:
    text = "Ba Lan gửi đạn. Ba Lan gửi súng."
    found = Found(text, text).mark(1, "súng", 1.0).mark(1, "đạn", 1.0).mark(0, "súng", 1.0)
    order = [(one.article_id, one.start) for one in found.decide("Ba Lan gửi gì?").evidence]
    assert order == [("a0", 16), ("a1", 0), ("a1", 16)]


def test_a_detail_that_is_not_stated() -> None:
    found = Found("Ba Lan gửi đạn cho Ukraine hôm qua.").mark(0, "đạn", -9.0)
    decision = found.decide("Số đạn Ba Lan gửi cho Ukraine trị giá bao nhiêu tiền?")
    assert decision.reason == "not_stated"
    assert decision.probability < 0.05
    assert decision.contradicting == ()


def test_nothing_relevant() -> None:
    found = Found("Ba Lan gửi đạn cho Ukraine hôm qua.").mark(0, "đạn", -9.0, relevant=-5.0)
    assert found.decide("Dân số Hà Nội là bao nhiêu?").reason == "nothing_relevant"
    assert Found().decide("Dân số Hà Nội là bao nhiêu?") == Decision(0.0, "nothing_relevant")


def test_a_passage_with_all_names_is_related_and_one_with_some_of_the_words_alone_is_not() -> None:
    found = Found("Ông Putin gặp ông Lukashenko ở Minsk.").mark(0, "ở Minsk", -9.0, relevant=-2.0)
    assert found.decide("Ông Putin và ông Lukashenko ký văn kiện nào?").reason == "not_stated"
    assert found.decide("Ông Putin và ông Biden ký văn kiện nào?").reason == "nothing_relevant"
    alone = Found("Giá dầu phiên này lên từ hôm qua.").mark(0, "hôm qua", -9.0, relevant=-2.0)
    assert alone.decide("Giá vàng miếng lên bao nhiêu mỗi phiên?").reason == "nothing_relevant"
    # The day alone is no subject.
    dated = Found("Giá dầu lên.", published_on=TODAY).mark(0, "dầu", -9.0, relevant=-2.0)
    assert dated.decide("Hôm nay vàng miếng bán ra bao nhiêu?").reason == "nothing_relevant"


def test_what_happened_on_another_day_is_no_answer() -> None:
    found = Found("Ngày 31/1, Mỹ và Anh nói sẽ trừng phạt Nga.").mark(0, "sẽ trừng phạt Nga", 5.0)
    assert found.decide("Ngày 31/1/2022 Mỹ và Anh nói gì?").reason == "answered"
    assert found.decide("Ngày 1/2/2022 Mỹ và Anh nói gì?").reason == "not_stated"
    # Told before of that day.
    told = Found("Ngày 31/1, Mỹ nói sẽ cùng Anh họp. Cuộc họp là ngày 1/2.").mark(0, "sẽ cùng Anh họp", 5.0)
    assert told.decide("Ngày 1/2/2022 Mỹ làm gì?").reason == "answered"


def test_outside_the_dates_of_what_was_found() -> None:
    found = Found("Ba Lan gửi đạn cho Ukraine.", published_on=date(2020, 1, 5)).mark(0, "đạn", -9.0)
    assert found.decide("Ngày 24/2/2022 Ba Lan gửi gì cho Ukraine?").reason == "outside_dates"
    inside = Found("Ba Lan gửi đạn cho Ukraine.", published_on=date(2022, 2, 24)).mark(0, "đạn", -9.0)
    assert inside.decide("Ngày 24/2/2022 Ba Lan gửi gì cho Ukraine?").reason == "not_stated"
    assert Found("Tin cũ.", published_on=date(2020, 1, 5)).decide("Ngày 24/2/2022 có gì?").reason == "outside_dates"


def test_a_refuted_premise_comes_with_what_refutes_it() -> None:
    found = Found("Ông Shoigu đã chấp nhận lời mời gặp ông Wallace ở Moskva.").mark(0, "ở Moskva", 2.0)
    decision = found.decide("Vì sao ông Shoigu từ chối lời mời của ông Wallace?")
    assert decision.reason == "premise_contradicted"
    assert decision.contradicting == decision.evidence


def test_quoted_is_what_speaks_of_the_quantity_asked_for() -> None:
    found = Found(
        "Lợi nhuận ròng của Huawei tại Trung Quốc tăng 3%.",
        "Biên lợi nhuận ròng quý một của tập đoàn tăng 4 điểm.",
    )
    found.mark(0, "3%", 99.0).mark(1, "4 điểm", 9.0)
    decision = found.decide("Biên lợi nhuận ròng quý một của Huawei tại Trung Quốc giảm bao nhiêu?")
    assert decision.reason == "premise_contradicted"
    assert [one.article_id for one in decision.contradicting] == ["a1"]


def test_a_round_up_tells_of_other_matches_as_well() -> None:
    text = "Nam Định thắng Than Quảng Ninh trong trận đầu. Khán đài đông. Trời mưa. Ngọc Hà ghi bàn cho đội nhà."
    found = Found(text).mark(0, "Ngọc Hà", 9.0)
    assert found.decide("Ai ghi bàn cho Nam Định trong trận gặp Than Quảng Ninh?").reason != "answered"
    near = Found("Nam Định gặp Than Quảng Ninh. Ngọc Hà ghi bàn.").mark(0, "Ngọc Hà", 9.0)
    assert near.decide("Ai ghi bàn cho Nam Định trong trận gặp Than Quảng Ninh?").reason == "answered"


def test_what_is_plainly_refuted_is_not_answered_however_sure_the_reader_is() -> None:
    question = "Vì sao Đức ủng hộ kế hoạch thuế của Pháp?"
    refuted = Found("Đức phản đối kế hoạch thuế của Pháp vì lo ngại.").mark(0, "vì lo ngại", 99.0)
    decision = refuted.decide(question)
    assert (decision.reason, decision.probability > 0.5) == ("premise_contradicted", True)
    both = Found("Đức phản đối kế hoạch thuế của Pháp vì lo ngại.", "Đức ủng hộ kế hoạch thuế của Pháp vì công bằng.")
    assert both.mark(0, "vì lo ngại", 99.0).mark(1, "vì công bằng", 9.0).decide(question).reason == "answered"


def test_a_sentence_with_the_contrary_predicate_answers_nothing_though_it_names_not_all() -> None:
    found = Found("Ông Blinken đến. Mỹ bác bỏ yêu cầu của Nga về Ukraine vì lo ngại.").mark(0, "vì lo ngại", 99.0)
    assert found.decide("Vì sao ông Blinken chấp nhận yêu cầu của Nga về Ukraine?").reason == "premise_contradicted"


def test_what_is_said_of_another_event_or_of_others_answers_nothing() -> None:
    question = "Ông Boris Johnson từ chức khi nào?"
    other = Found("Ông Boris Johnson nhậm chức hôm 5/1.").mark(0, "hôm 5/1", 99.0)
    assert other.decide(question).reason == "not_stated"
    assert (
        Found("Ông Boris Johnson chưa từ chức hôm 5/1.").mark(0, "hôm 5/1", 99.0).decide(question).reason
        == "not_stated"
    )
    both = Found("Ông Boris Johnson nhậm chức hôm 5/1.", "Ông Boris Johnson từ chức hôm 9/1.").mark(0, "hôm 5/1", 99.0)
    decision = both.mark(1, "hôm 9/1", 1.0).decide(question)
    assert (decision.reason, decision.evidence[0].article_id) == ("answered", "a1")
    why = Found("Ông Boris Johnson được bổ nhiệm sang bộ khác.").mark(0, "được bổ nhiệm sang bộ khác", 99.0)
    assert why.decide("Vì sao ông Boris Johnson từ chức?").reason == "answered"
    opposing = Found("Về phần mình, Moskva phản đối việc NATO giúp Ukraine vì lo ngại.").mark(0, "vì lo ngại", 99.0)
    assert opposing.decide("Vì sao Ukraine phản đối?").reason == "not_stated"
    assert opposing.decide("Vì sao Moskva phản đối?").reason == "answered"
    refusing = Found("Tuy nhiên, NATO từ chối gửi quân, bác yêu cầu của Kiev vì lo ngại.").mark(0, "vì lo ngại", 99.0)
    assert refusing.decide("Vì sao Kiev từ chối?").reason == "not_stated"
    assert opposing.decide("Vì sao NATO giúp Ukraine?").reason == "answered"
    sent = Found("Năm ngoái Washington cung cấp 650 triệu USD viện trợ cho Kiev.").mark(0, "650 triệu USD", 99.0)
    assert sent.decide("Washington cung cấp cho Kiev bao nhiêu viện trợ?").reason == "answered"


def test_a_question_of_something_else_is_not_answered_however_sure_the_reader_is() -> None:
    found = Found("Ông An củng cố mạng lưới cổ động viên bằng cách giảm giá vé.").mark(0, "giảm giá vé", 99.0)
    assert found.decide("cach cai python tren ubuntu").reason == "nothing_relevant"
    assert found.decide("Mạng lưới được củng cố bằng cách nào?").reason == "answered"


def test_the_sentence_readers_order_and_confidence_are_kept() -> None:
    found = Found("Đức gửi mũ sắt cho Ukraine.", "Ba Lan gửi đạn cho Ukraine.").mark(0, "mũ sắt", 1).mark(1, "đạn", 0)
    reading = Reading(tuple(found.evidence), 0.7)
    asked = understand("Ba Lan gửi gì cho Ukraine?")
    decision = decide(
        asked, Query(asked.standalone), reading, found.hits, found.articles.__getitem__, frequency=lambda _: 1,
        passages=100,
    )  # fmt: skip
    assert (decision.probability, decision.evidence, decision.reason) == (0.7, reading.evidence, "answered")


def features(found: Found, question: str, copies: Sequence[str] = ()) -> list[dict[str, float]]:
    asked = understand(question)
    sought = sought_in(asked, Query(asked.standalone, when=NO_TIME), lambda _: 1, 100)
    reading = Reading(tuple(found.evidence), 0.0, found.hits, tuple(found.signals))
    made = pieces(
        asked, sought, reading, found.hits, found.articles.__getitem__, copies_of=(lambda _: copies) if copies else None
    )
    return [dict(zip(FEATURES, piece.features.tolist(), strict=True)) for piece in made]


def test_independent_articles_that_say_the_same_agree() -> None:
    found = Found("Ba Lan gửi 90 tấn đạn.", "Kiev nhận 90 tấn đạn.", "Đức gửi 5 xe.")
    found.mark(0, "90 tấn đạn", 1).mark(1, "90 tấn", 1).mark(2, "5 xe", 1)
    question = "Ba Lan gửi bao nhiêu tấn đạn?"
    assert [row["agreement"] for row in features(found, question)] == [0.5, 0.5, 0.0]
    assert [row["agreement"] for row in features(found, question, copies=("a0", "a1"))] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "span", "question", "change"),
    [
        ("Chỉ số tăng thêm 3 điểm lên 90 điểm.", "3 điểm", "Chỉ số là bao nhiêu điểm?", 1.0),
        ("Chỉ số tăng thêm 3 điểm lên 90 điểm.", "90 điểm", "Chỉ số là bao nhiêu điểm?", 0.0),
        ("Chỉ số tăng thêm 3 điểm lên 90 điểm.", "3 điểm", "Chỉ số tăng bao nhiêu điểm?", 0.0),
        ("Cổ phiếu hạng A tăng 3 điểm.", "3 điểm", "Cổ phiếu hạng A được bao nhiêu điểm?", 1.0),
        ("Lãi suất tăng 0,5%, lên 6%.", "0,5%", "Lãi suất là bao nhiêu phần trăm?", 1.0),
        ("Cô kết hôn với chồng kém 10 tuổi.", "10 tuổi", "Cô kết hôn ở độ tuổi bao nhiêu?", 1.0),
        ("Quân đội bắn hạ 5 máy bay.", "5 máy bay", "Quân đội phá hủy bao nhiêu máy bay?", 0.0),
    ],
)
def test_what_something_changed_by_is_told_where_its_level_is_asked(
    text: str, span: str, question: str, change: float
) -> None:
    assert features(Found(text).mark(0, span, 1), question)[0]["change"] == change


def test_the_form_asked_for_and_an_echo_of_the_question() -> None:
    found = Found("Ba Lan gửi đạn hôm 31/1 cho Ukraine.").mark(0, "31/1", 1.0).mark(0, "Ba Lan gửi", 1.0)
    first, second = features(found, "Ba Lan gửi đạn ngày nào?")
    assert (first["form"], first["echo"]) == (1.0, 0.0)
    assert (second["form"], second["echo"]) == (0.0, 1.0)
    assert first["form_missing"] == second["form_missing"] == 0.0


def stored() -> dict[str, dict[str, float]]:
    return {"ranking": dict.fromkeys(FEATURES, 0.5), "answerable": {**dict.fromkeys(FEATURES, 0.1), "intercept": -1.0}}


def test_weights_must_be_of_these_features_and_finite() -> None:
    assert read_weights(stored()).intercept == -1.0
    with pytest.raises(ValueError, match="other features: words"):
        read_weights({**stored(), "ranking": {n: 0.5 for n in FEATURES if n != "words"}})
    with pytest.raises(ValueError, match="not finite"):
        read_weights({**stored(), "ranking": {**dict.fromkeys(FEATURES, 0.5), "words": float("nan")}})


def test_torn_weights_say_how_to_mend_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"ranking": {}}))
    monkeypatch.setattr(deciding, "WEIGHTS_FILE", path)
    deciding.shipped_weights.cache_clear()
    with pytest.raises(ModelError, match=r"eval\.calibrate"):
        deciding.shipped_weights()
    deciding.shipped_weights.cache_clear()


def test_thirty_pieces_cost_little() -> None:
    text = " ".join(f"Ba Lan gửi {number} quả đạn cho Ukraine qua biên giới phía đông." for number in range(100))
    found = Found(*[f"Tin {number}. {text}" for number in range(6)])
    for article in range(6):
        for number in range(10, 15):
            found.mark(article, f" {number} quả", 1.0)
    found.decide("Ba Lan gửi bao nhiêu quả đạn cho Ukraine?")
    started = time.process_time()
    for _ in range(5):
        found.decide("Ba Lan gửi bao nhiêu quả đạn cho Ukraine?")
    assert time.process_time() - started < 5 * 0.25
