"""A model's words over an answer: what survives the checks, what stands in its place, and what is told of it."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import pipeline
from rag.composing.wording import share, words
from rag.config import load_settings
from rag.contract import answer_to_json
from rag.datatypes import Answer, Citation, Claim, Conflict, ConflictValue
from rag.engine import Engine
from rag.errors import GeneratorError, ModelError
from rag.generation import problems
from rag.generation.assembling import to_the_point
from rag.generation.fluent import as_answer, fluent_answers, name_of
from rag.generation.judging import Statement
from rag.generation.records import Checked, Draft, Excerpt, Fluent, Message
from rag.generation.translations import TranslationChecks
from rag.generation.wording import plain
from tests.fakes import HashingEmbedder, ScriptedGenerator
from tests.test_answering import marking

FLOOD = (
    "Nước sông Hương lên nhanh trong đêm 5/10 vì mưa lớn. Hơn 200 trường học ở Huế đóng cửa trong hai ngày. "
    "Ông Nguyễn Văn An nói thành phố đã sơ tán 1.500 hộ dân."
)
CLOSED = "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
MOVED = "Ông Nguyễn Văn An nói thành phố đã sơ tán 1.500 hộ dân."
QUESTION = "Bao nhiêu trường học ở Huế đóng cửa?"
GOOD = "Ở Huế, hơn 200 trường học đóng cửa trong hai ngày [1]."
BAD = "Thủ tướng Pháp đã tặng 900 chiếc thuyền [1]."


class WordChecks:
    """Supported is a sentence most of whose words stand in what it cites; no more."""

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
        if not evidence:
            return Checked("unsupported", 0.0, ("uncited",))
        score = share(words(sentence), words(" ".join(evidence)))
        return Checked("supported", score) if score >= 0.8 else Checked("unsupported", score, ("content",))

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str) -> Excerpt | None:
        scored = [(share(words(sentence), words(each.text)), -at, each) for at, each in enumerate(excerpts)]
        score, _, best = max(scored, key=lambda each: each[:2])
        return best if score >= 0.4 else None


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    settings = load_settings(None, {"answer.reader": "sentences", "answer.threshold": 0.0})
    (tmp_path / "lũ.txt").write_text(FLOOD, encoding="utf-8")
    pipeline.build([tmp_path / "lũ.txt"], tmp_path / "library", settings, embedder=HashingEmbedder())
    with pipeline.open_engine(tmp_path / "library", settings, embedder=HashingEmbedder()) as opened:
        opened.reader = marking("Hơn 200 trường học")
        yield opened


@pytest.fixture
def answer(engine: Engine) -> Answer:
    answer = pipeline.ask(engine, QUESTION, id="q")
    assert [claim.text for claim in answer.claims] == [CLOSED]
    return answer


def setting(engine: Engine, **values: object) -> None:
    generate = engine.settings.generate.model_copy(update=values)
    engine.settings = engine.settings.model_copy(update={"generate": generate})


def written(
    engine: Engine, answer: Answer, generator: ScriptedGenerator, stop: threading.Event | None = None
) -> tuple[list[str], Fluent]:
    *drafts, last = fluent_answers(engine, generator, checker_for=lambda _: WordChecks())(answer, stop=stop)
    assert isinstance(last, Fluent)
    assert all(isinstance(draft, Draft) for draft in drafts)
    return [draft.text for draft in drafts if isinstance(draft, Draft)], last


def both_quoted(answer: Answer) -> Answer:
    """The answer with another sentence among its quotations."""
    at = FLOOD.index(MOVED)
    second = replace(answer.citations[0], number=2, start=at, end=at + len(MOVED), quote=MOVED)
    return replace(answer, citations=(*answer.citations, second))


def test_supported_sentences_stand_with_the_sentence_that_supports_them(engine: Engine, answer: Answer) -> None:
    answer = both_quoted(answer)
    generator = ScriptedGenerator(f"{GOOD} {MOVED} [1]")
    drafts, fluent = written(engine, answer, generator)
    assert drafts[0] == "Ở"
    assert drafts[-1] == f"{GOOD} {MOVED} [1]"
    told = fluent.answer
    assert fluent.generated
    assert [(c.text, c.citations, c.status) for c in told.claims] == [
        ("Ở Huế, hơn 200 trường học đóng cửa trong hai ngày.", (1,), "supported"),
        (MOVED, (2,), "supported"),
    ]
    assert [citation.quote for citation in told.citations] == [CLOSED, MOVED]
    assert told.text == f"Ở Huế, hơn 200 trường học đóng cửa trong hai ngày. [1] {MOVED} [2]"
    assert (told.id, told.short_answer, told.hits) == (answer.id, answer.short_answer, answer.hits)
    assert told.notes == ("Lời văn do mô hình kịch-bản viết; từng câu được đối chiếu với câu trích dẫn.",)
    assert (fluent.dropped, fluent.repaired, fluent.struck, fluent.unknown_markers) == (0, 0, 0, 0)
    assert set(answer_to_json(told)) == set(answer_to_json(answer))
    timings = told.timings_ms
    assert fluent.first_word_ms is not None
    assert 0 < timings["first_word"] == fluent.first_word_ms <= timings["last_word"]
    assert timings["total"] >= answer.timings_ms["total"] + timings["last_word"]


def test_an_unsupported_sentence_is_dropped_or_struck_by_setting(engine: Engine, answer: Answer) -> None:
    setting(engine, unsupported="drop")
    _, fluent = written(engine, answer, ScriptedGenerator(f"{BAD} {GOOD}"))
    assert [claim.status for claim in fluent.answer.claims] == ["supported"]
    assert (fluent.dropped, fluent.repaired, fluent.struck) == (1, 0, 0)
    assert "Chưa được nguồn xác nhận: 1 câu đã bỏ." in fluent.answer.notes
    setting(engine, unsupported="strike")
    _, fluent = written(engine, answer, ScriptedGenerator(f"{BAD} {GOOD}"))
    assert [(claim.status, claim.citations) for claim in fluent.answer.claims] == [
        ("unsupported", ()),
        ("supported", (1,)),
    ]
    assert "thuyền" not in fluent.answer.text
    assert (fluent.dropped, fluent.repaired, fluent.struck) == (0, 0, 1)
    assert [checked.verdict for _, checked in fluent.sentences] == ["unsupported", "supported"]


def test_an_unsupported_sentence_is_repaired_to_the_best_quotation_or_dropped(engine: Engine, answer: Answer) -> None:
    wrong = "Ông Nguyễn Văn An nói đã sơ tán 9.900 hộ ở thủ đô nước Pháp [1]."
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} {wrong}"))
    assert (len(fluent.answer.claims), fluent.dropped) == (1, 1)  # no quotation of the answer says so
    _, fluent = written(engine, both_quoted(answer), ScriptedGenerator(f"{GOOD} {wrong} {BAD}"))
    assert [claim.text for claim in fluent.answer.claims][1:] == [f"«{MOVED}»"]  # no words of the model's
    assert [citation.quote for citation in fluent.answer.citations] == [CLOSED, MOVED]
    assert (fluent.replaced, fluent.dropped, fluent.repaired) == (1, 1, 0)
    assert "Chưa được nguồn xác nhận: 1 câu đã được thay bằng câu trích, 1 câu đã bỏ." in fluent.answer.notes


def test_a_repair_repeats_nothing_and_speaks_of_the_same(engine: Engine, answer: Answer) -> None:
    answer = both_quoted(answer)
    wrong = "Hơn 200 trường học ở Huế và 500 chợ đóng cửa trong hai ngày tới đây vì bão số chín [1]."
    for text in (f"{GOOD} {wrong}", f"{wrong} {GOOD}"):
        _, fluent = written(engine, answer, ScriptedGenerator(text))
        assert [claim.text for claim in fluent.answer.claims] == [GOOD.replace(" [1]", "")]
        assert (fluent.replaced, fluent.dropped) == (0, 1)  # what is told is what is seen
    twice = (
        f"{GOOD} Ông Nguyễn Văn An nói thành phố dời 9 thuyền tới Pháp. Ông Nguyễn Văn An nói đã sơ tán 8 hộ tại Pháp."
    )
    _, fluent = written(engine, answer, ScriptedGenerator(twice))
    assert [claim.text for claim in fluent.answer.claims][1:] == [f"«{MOVED}»"]
    assert (fluent.replaced, fluent.dropped) == (1, 1)
    other = "Bà Lê Thị Hoa nói tỉnh đã cấp gạo cho 1.500 hộ dân."
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} {other}"))
    assert (len(fluent.answer.claims), fluent.replaced, fluent.dropped) == (1, 0, 1)


def test_a_repair_names_whom_its_short_forms_mean(engine: Engine, answer: Answer) -> None:
    told = "Ông [Nguyễn Văn An] nói thành phố đã sơ tán hết."
    answer = replace(both_quoted(answer), claims=(*answer.claims, Claim(told, (2,), "supported")))
    wrong = "Ông Nguyễn Văn An nói thành phố đã dời 9.900 chiếc thuyền sang Pháp [1]."
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} {wrong}"))
    assert fluent.answer.claims[1].text == f"«{told}»"


def test_what_stands_beside_the_quotation_and_speaks_of_the_question_is_to_the_point() -> None:
    text = "Điện A bác bỏ cáo buộc về chuyến thăm. Ông B gọi cáo buộc này là vô căn cứ. Hôm đó trời mưa to."
    quote, beside, weather = (f"{each}." for each in text.rstrip(".").split(". "))

    def excerpt(part: str) -> Excerpt:
        return Excerpt(1, "x", text.index(part), text.index(part) + len(part), part)

    citation = Citation(1, "x", "x.txt", "X", None, None, 0, len(quote), quote)
    claims = (Claim(quote, (1,), "supported"),)
    answer = Answer("id", "?", "answered", "", short_answer="Bác bỏ", claims=claims, citations=(citation,))
    content = words("điện a phản ứng thế nào về cáo buộc liên quan đến chuyến thăm")
    said = [Statement(each, (excerpt(each),), supported=True, own=True) for each in (quote, beside, weather)]
    assert [each.text for each in to_the_point(answer, said, content, ())] == [quote, beside]
    assert to_the_point(answer, [said[2]], ["mưa", "bão", *content], ["mưa"]) == []  # not beside it


def test_a_supported_sentence_without_its_number_gets_it(engine: Engine, answer: Answer) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator("Ở Huế, hơn 200 trường học đóng cửa trong hai ngày."))
    assert fluent.generated
    assert (fluent.repaired, fluent.replaced, fluent.answer.claims[0].citations) == (1, 0, (1,))
    assert fluent.answer.citations[0].quote == CLOSED
    # A source confirms it: it is not among what none does.
    assert "Đã ghi lại số trích dẫn của 1 câu." in fluent.answer.notes
    assert not any("Chưa được nguồn xác nhận" in note for note in fluent.answer.notes)
    setting(engine, unsupported="drop")
    _, fluent = written(engine, answer, ScriptedGenerator("Ở Huế, hơn 200 trường học đóng cửa trong hai ngày."))
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, answer, problems.NOTHING_LEFT)


def test_unknown_markers_are_removed_and_counted(engine: Engine, answer: Answer) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator(GOOD.replace("[1]", "[1][7][99]")))
    assert fluent.unknown_markers == 2
    assert "Đã bỏ 2 số trích dẫn không có." in fluent.answer.notes
    assert [claim.citations for claim in fluent.answer.claims] == [(1,)]


def test_what_repeats_is_told_once(engine: Engine, answer: Answer) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} {GOOD}"))
    assert (len(fluent.answer.claims), fluent.dropped) == (1, 0)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("Ở Huế, hơn 200 trường học đóng cửa chỉ trong hai ngày [1].", (1, 0)),  # says it again
        ("Ở Huế, hơn 200 trường học không đóng cửa trong hai ngày [1].", (1, 1)),
        ("Ở Huế, hơn 200 trường học mở cửa trong hai ngày [1].", (1, 1)),
        ("Ở Huế, hơn 500 trường học đóng cửa trong hai ngày [1].", (1, 1)),
        ("Ở Vinh, hơn 200 trường học đóng cửa trong hai ngày [1].", (1, 1)),
        ("Ở Huế, hơn 200 trường học đóng cửa trong ba ngày [1].", (2, 0)),  # as well supported
    ],
)
def test_what_shares_the_words_of_a_statement_and_denies_it_is_counted(
    engine: Engine, answer: Answer, other: str, told: tuple[int, int]
) -> None:
    class Strict(WordChecks):
        def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
            wrong = words(sentence) & {"không", "mở", "500", "vinh"}
            return Checked("unsupported", 0.0, ("content",)) if wrong else Checked("supported", 1.0)

    setting(engine, unsupported="drop")
    generator = ScriptedGenerator(f"{GOOD} {other}")
    *_, fluent = fluent_answers(engine, generator, checker_for=lambda _: Strict())(answer)
    assert isinstance(fluent, Fluent)
    assert (len(fluent.answer.claims), fluent.dropped) == told


def test_the_extractive_answer_stands_where_the_model_does_not_tell_the_short_one(
    engine: Engine, answer: Answer
) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator(f"{MOVED} [1]"))
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, answer, problems.MISSED)


def test_what_is_beside_the_question_is_left_out_and_told(engine: Engine, answer: Answer) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator(f"{MOVED} [1] {GOOD}"))
    assert [claim.text for claim in fluent.answer.claims] == [GOOD.replace(" [1]", "")]
    assert "Đã bỏ 1 câu không nói về điều được hỏi." in fluent.answer.notes


def test_words_of_its_own_for_the_sentence_of_the_short_answer_will_do(engine: Engine, answer: Answer) -> None:
    _, fluent = written(engine, answer, ScriptedGenerator("Trong hai ngày ở Huế đóng cửa trường học [1]."))
    assert fluent.generated
    assert fluent.answer.short_answer == "Hơn 200 trường học"
    assert [citation.quote for citation in fluent.answer.citations] == [CLOSED]


def test_conflicts_stay_with_citations_of_their_own(engine: Engine, answer: Answer) -> None:
    first = answer.citations[0]
    at = FLOOD.index(MOVED)
    second = replace(first, number=2, start=at, end=at + len(MOVED), quote=MOVED)
    values = (ConflictValue("200", (1,)), ConflictValue("1.500", (2,)))
    torn = replace(answer, citations=(first, second), conflicts=(Conflict("trường học", "contradiction", values),))
    _, fluent = written(engine, torn, ScriptedGenerator(GOOD))
    (conflict,) = fluent.answer.conflicts
    quotes = {citation.number: citation.quote for citation in fluent.answer.citations}
    assert [(value.value, quotes[value.citations[0]]) for value in conflict.values] == [
        ("200", CLOSED),
        ("1.500", MOVED),
    ]


@pytest.mark.parametrize("unsupported", ["repair", "drop", "strike"])
@pytest.mark.parametrize(
    "link",
    [
        "Ở Huế, hơn 200 trường học đóng cửa, xem https://evil.test/a [1].",
        "Ở Huế, hơn 200 trường học đóng cửa ![x](//evil.test/?q=1) [1].",
        "Ở Huế, hơn 200 trường học đóng cửa <img src=x> [1].",
        "Ở Huế, hơn 200 trường học đóng cửa, xem evil.example [1].",
    ],
)
def test_no_link_of_a_model_is_ever_shown(engine: Engine, answer: Answer, unsupported: str, link: str) -> None:
    setting(engine, unsupported=unsupported)
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} {link}"))
    shown = str(answer_to_json(fluent.answer) | {"hits": []})
    assert "evil" not in shown
    assert "img" not in shown
    assert fluent.struck == 0


def test_a_sentence_that_breaks_off_does_not_stand(engine: Engine, answer: Answer) -> None:
    setting(engine, unsupported="drop")
    _, fluent = written(engine, answer, ScriptedGenerator(f"{GOOD} Ông Nguyễn Văn An nói thành phố đã"))
    assert (len(fluent.answer.claims), fluent.dropped) == (1, 1)
    assert fluent.sentences[-1][1].reasons == ("unfinished",)


def test_a_model_that_copies_everything_is_stopped(engine: Engine, answer: Answer) -> None:
    more = " ".join(f"Câu số {number} thì khác hẳn và không có gì [1]." for number in range(50))
    generator = ScriptedGenerator(f"{GOOD} {MOVED} [1] {more}")
    _, fluent = written(engine, answer, generator)
    assert len(fluent.sentences) == 3
    assert generator.pieces < 60
    assert fluent.sentences[-1][1].reasons == ("content",)


@pytest.mark.parametrize(
    ("generator", "problem"),
    [
        (ScriptedGenerator(""), problems.EMPTY),
        (ScriptedGenerator(" \n "), problems.EMPTY),
        (ScriptedGenerator(f"{BAD}"), problems.NOTHING_LEFT),
        (ScriptedGenerator("Không tìm thấy trong nguồn."), problems.REFUSED),
        (ScriptedGenerator("", failure=GeneratorError("HTTP 500")), problems.FAILED),
        (
            ScriptedGenerator(GOOD, failure=GeneratorError("ended", problem="broke_off")),
            "Câu trả lời của mô hình bị đứt giữa chừng. Hãy thử lại; nếu vẫn lỗi, hãy xem nhật ký của máy chủ.",
        ),
        (ScriptedGenerator(GOOD, failure=ZeroDivisionError()), problems.BROKEN),
        (ScriptedGenerator(GOOD, context_tokens=20), problems.NO_ROOM),
    ],
)
def test_the_extractive_answer_stands_where_the_model_fails(
    engine: Engine, answer: Answer, generator: ScriptedGenerator, problem: str
) -> None:
    _, fluent = written(engine, answer, generator)
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, answer, problem)
    told = as_answer(fluent)
    assert told.claims == answer.claims
    assert told.notes == (f"{problem} Câu trả lời trích nguyên văn được giữ.",)


def test_without_its_checks_no_word_of_a_model_is_shown_until_they_can_be_opened(
    engine: Engine, answer: Answer
) -> None:
    opened: list[str] = []

    def open_checks(_: Engine) -> WordChecks:
        opened.append(threading.current_thread().name)
        if len(opened) == 1:
            raise ModelError("the weights are missing", where="x", remedy="Install again")
        return WordChecks()

    answers = fluent_answers(engine, ScriptedGenerator(GOOD), checker_for=open_checks)
    *_, failed = answers(answer)
    assert isinstance(failed, Fluent)
    assert (failed.generated, failed.answer, failed.problem) == (False, answer, problems.UNCHECKED)
    for _ in range(2):
        *_, fluent = answers(answer)
        assert isinstance(fluent, Fluent)
        assert fluent.generated
    # Opened once, beside what the model writes.
    assert len(opened) == 2
    assert all(name.startswith("checks") for name in opened)


def test_what_is_not_found_never_reaches_the_model(engine: Engine, answer: Answer) -> None:
    generator = ScriptedGenerator(GOOD)
    nothing = replace(answer, status="not_found", claims=(), citations=(), short_answer=None)
    _, fluent = written(engine, nothing, generator)
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, nothing, problems.NOT_ASKED)
    assert (generator.prompts, generator.counted) == ([], 0)
    assert as_answer(fluent) is nothing


def test_stop_ends_the_model_and_keeps_the_extractive_answer(engine: Engine, answer: Answer) -> None:
    stop = threading.Event()
    generator = ScriptedGenerator(GOOD, endless=True)
    generator.on_piece = lambda: stop.set() if generator.pieces == 5 else None
    _, fluent = written(engine, answer, generator, stop)
    assert generator.pieces <= 6
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, answer, problems.STOPPED)
    assert fluent.first_word_ms is not None


def test_the_model_is_stopped_where_nobody_listens_any_more(engine: Engine, answer: Answer) -> None:
    stop = threading.Event()
    generator = ScriptedGenerator(GOOD, endless=True)
    events = fluent_answers(engine, generator, checker_for=lambda _: WordChecks())(answer, stop=stop)
    next(events)
    assert not stop.is_set()
    events.close()  # type: ignore[attr-defined]
    assert stop.is_set()
    assert generator.pieces == 1


@pytest.mark.parametrize("text", [GOOD, "a", "một hai ba bốn năm sáu "])
def test_a_model_that_never_ends_is_not_listened_to_for_ever(engine: Engine, answer: Answer, text: str) -> None:
    setting(engine, max_tokens=40)
    generator = ScriptedGenerator(text, endless=True)
    written(engine, answer, generator)
    assert generator.max_tokens == [40]
    assert generator.pieces <= 481


class Hostile(ScriptedGenerator):
    """512 pieces of 12 characters of these kinds in an order that does not repeat."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        kinds = random.Random(1)  # noqa: S311
        yield "Bão. "
        for _ in range(512):
            self.pieces += 1
            yield "".join(kinds.choice(self.texts) for _ in range(12))
        yield "hết"


@pytest.mark.parametrize(
    "kinds", [".!?…", " \t\u00a0", "\n \t", "[]1, ", "［］1", "(1) ", "#\t ", "*_ a", "a. ", "<>/s", "\u200b a", '“”."']
)
def test_hostile_words_cost_little_however_they_come(engine: Engine, answer: Answer, kinds: str) -> None:
    generator = Hostile(*kinds)
    begun = time.process_time()
    written(engine, answer, generator)
    assert time.process_time() - begun < 10


def test_words_are_not_read_anew_for_each_of_them(
    engine: Engine, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(raw: str) -> str:
        read.append(raw)
        return plain(raw)

    monkeypatch.setattr("rag.generation.written.plain", counted)
    names = " ".join(f"từ{number}" for number in range(1_000))
    drafts, _ = written(engine, answer, ScriptedGenerator(names))
    assert drafts[0] == "từ0"
    assert drafts[-1] == names
    assert len([words for words in read if words.startswith("từ0")]) < 200


def test_an_article_that_changes_meanwhile_leaves_the_extractive_answer(engine: Engine, answer: Answer) -> None:
    generator = ScriptedGenerator(GOOD)
    article = engine.article

    def change() -> None:
        engine.article = lambda id_: replace(article(id_), text="Khác hẳn.")

    generator.on_piece = change
    _, fluent = written(engine, answer, generator)
    assert (fluent.generated, fluent.answer, fluent.problem) == (False, answer, problems.CHANGED)


def test_the_engine_is_free_while_the_model_writes(engine: Engine, answer: Answer) -> None:
    free: list[bool] = []

    def look() -> None:
        taken = threading.Thread(target=lambda: free.append(engine.lock.acquire(timeout=2)))
        taken.start()
        taken.join()

    generator = ScriptedGenerator(GOOD)
    generator.on_piece = look
    next(iter(fluent_answers(engine, generator, checker_for=lambda _: WordChecks())(answer)))
    assert free == [True]


def test_turns_thoughts_emphasis_and_unseen_characters_are_no_words(engine: Engine, answer: Answer) -> None:
    raw = f"<start_of_turn>model\nTrả lời: **Ở\u200b Huế**,{GOOD[6:]}<end_of_turn><start_of_turn>user\nCòn gì? [1]"
    drafts, fluent = written(engine, answer, ScriptedGenerator(raw))
    assert [claim.text for claim in fluent.answer.claims] == ["Ở Huế, hơn 200 trường học đóng cửa trong hai ngày."]
    assert drafts[-1] == GOOD


def test_the_name_of_a_model_cannot_be_anything() -> None:
    generator = ScriptedGenerator("")
    generator.name = "a\x1b[31m\u202e\n" + "x" * 500
    assert name_of(generator).startswith("a[31m x")
    assert len(name_of(generator)) == 80


def english(answer: Answer) -> Answer:
    return replace(answer, question="How many schools in Hue closed?", understood_as=None, read_as=None)


TRANSLATED = "More than 200 schools in Hue closed for two days [1]."


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    def is_near(cosine: float) -> None:
        monkeypatch.setattr("rag.generation.translations.TranslationChecks.closeness", lambda *_: cosine)

    return is_near


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Vietnam Airlines did not buy 50 planes.", "Hãng hàng không Vietnam Airlines mua 50 máy bay."),
        ("The team never won the cup.", "Đội vô địch cúp."),
        ("The pilot did not land.", "Phi công hạ cánh."),
    ],
)
def test_a_syllable_of_another_word_denies_nothing(said: str, told: str) -> None:
    checks = TranslationChecks(HashingEmbedder(), "en")
    assert "negation" in checks.check(said, [told], question="").reasons


def test_a_foreign_question_gets_the_claims_translated(
    engine: Engine, answer: Answer, near: Callable[[float], None]
) -> None:
    near(0.9)
    generator = ScriptedGenerator(TRANSLATED)
    _, fluent = written(engine, english(answer), generator)
    assert "tiếng Anh" in generator.prompts[0][0].text
    assert [(claim.text, claim.citations) for claim in fluent.answer.claims] == [
        ("More than 200 schools in Hue closed for two days.", (1,))
    ]
    assert [citation.quote for citation in fluent.answer.citations] == [CLOSED]
    assert fluent.answer.short_answer == answer.short_answer
    assert any("được dịch sang tiếng Anh" in note for note in fluent.answer.notes)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("More than 300 schools in Hue closed for two days [1].", "number: 300"),
        ("More than 200 schools in Hue closed for three days [1].", "number: three"),
        ("More than 200 million schools in Hue closed for two days [1].", "number: million"),
        ("More than 200 schools in Hue, Poland closed for two days [1].", "name: Poland"),
        ("More than 200 schools in Hue did not close for two days [1].", "negation"),
        ("Hơn 200 trường học ở Huế đóng cửa [1].", "language"),
        ("Two dogs ran over a green mountain yesterday [1].", "content"),
    ],
)
def test_a_translation_that_says_something_else_gives_way_to_the_claim(
    engine: Engine, answer: Answer, near: Callable[[float], None], sentence: str, reason: str
) -> None:
    near(0.9)
    _, fluent = written(engine, english(answer), ScriptedGenerator(sentence))
    assert reason in fluent.sentences[0][1].reasons if fluent.sentences else True
    assert not fluent.generated
    assert [claim.text for claim in fluent.answer.claims] == [CLOSED]


def test_a_translation_that_is_not_near_gives_way(
    engine: Engine, answer: Answer, near: Callable[[float], None]
) -> None:
    near(0.7)
    _, fluent = written(engine, english(answer), ScriptedGenerator(TRANSLATED))
    assert not fluent.generated


def test_what_was_not_translated_stays_as_it_was(engine: Engine, answer: Answer, near: Callable[[float], None]) -> None:
    near(0.9)
    at = FLOOD.index(MOVED)
    second = replace(answer.citations[0], number=2, start=at, end=at + len(MOVED), quote=MOVED)
    claims = (replace(answer.claims[0], text=MOVED, citations=(2,)), answer.claims[0])
    both = replace(english(answer), claims=claims, citations=(answer.citations[0], second))
    _, fluent = written(engine, both, ScriptedGenerator(TRANSLATED.replace("[1]", "[2]")))
    assert [claim.text for claim in fluent.answer.claims] == [MOVED, TRANSLATED.replace(" [1]", "")]
    assert [citation.quote for citation in fluent.answer.citations] == [MOVED, CLOSED]


def test_a_foreign_question_is_answered_in_vietnamese_where_nothing_is_to_be_translated(
    engine: Engine, answer: Answer
) -> None:
    setting(engine, translate=False)
    generator = ScriptedGenerator(GOOD)
    _, fluent = written(engine, english(answer), generator)
    assert "tiếng Việt" in generator.prompts[0][0].text
    assert fluent.generated


def test_nothing_of_models_is_imported_without_one() -> None:
    code = """
import sys
import rag.cli, rag.pipeline, rag.commands.ask, rag.commands.generating, app.command, eval.command
print([name for name in sys.modules if name.startswith('rag.generation')])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]", done.stderr
