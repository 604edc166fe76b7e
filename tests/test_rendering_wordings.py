"""An answer in two wordings: what is a model's is told apart from what is quoted, and is text, whatever it is."""

from __future__ import annotations

from typing import get_args

import pytest

from app.keeping.records import KeptFluent, KeptTurn
from app.rendering import answers
from app.rendering.plain import fluent_footnoted
from app.rendering.wordings import problem_html, switch_html, turn_html
from app.words import LANGUAGES, Language, words_of
from rag.datatypes import Answer, Claim
from rag.errors import GeneratorError, GeneratorProblem
from rag.generation import problems
from tests.rendering import FIRST, HOSTILE, SECOND, Elements, a_citation, an_answer, an_article, of

VI, EN = words_of("vi"), words_of("en")
ARTICLE = an_article()
ANSWER = an_answer(ARTICLE, FIRST, SECOND, short="Ba Lan")


def worded(*claims: Claim, notes: tuple[str, ...] = (), model: str = "tiny (127.0.0.1)", **counts: int) -> KeptFluent:
    answer = Answer(
        ANSWER.id, ANSWER.question, "answered", FIRST, claims=claims, citations=(a_citation(ARTICLE, 1, FIRST),),
        notes=(*ANSWER.notes, *notes),
    )  # fmt: skip
    return KeptFluent(answer, model, **counts)


def test_an_answer_without_a_model_is_as_it_always_was() -> None:
    turn = KeptTurn(ANSWER.question, ANSWER)
    assert turn_html(turn, of(ARTICLE), VI) == answers.turn_html(turn, of(ARTICLE), VI)


def test_quotations_stand_until_there_is_something_else_to_show() -> None:
    shown = Elements(turn_html(KeptTurn(ANSWER.question, ANSWER), of(ARTICLE), VI, can_write=True))
    (wording,) = shown.with_class("hb-wording")
    assert (wording["data-wording"], "hidden" in wording) == ("extractive", False)
    buttons = {one["data-wording"]: one["aria-pressed"] for one in shown.with_class("hb-wording-of")}
    assert buttons == {"fluent": "false", "extractive": "true"}
    assert "data-fresh" not in shown.with_class("hb-wordings")[0]
    fresh = Elements(turn_html(KeptTurn("?", ANSWER), of(ARTICLE), VI, can_write=True, fresh=("id", "word")))
    assert (
        fresh.with_class("hb-wordings")[0] | {"data-of": "id", "data-fresh": "word"}
        == fresh.with_class("hb-wordings")[0]
    )


def test_what_is_not_found_has_no_other_wording() -> None:
    silent = Answer("1", "Vàng?", "not_found", "Không tìm thấy trong nguồn.")
    shown = turn_html(KeptTurn("Vàng?", silent), of(), VI, can_write=True, fresh=("id", "word"))
    assert "hb-wordings" not in shown
    assert "hb-wordings" not in turn_html(KeptTurn("Vàng?", None, "Hỏng."), of(), VI, can_write=True)


def test_a_models_words_are_said_to_be_so_with_chips_and_struck_ones_without() -> None:
    fluent = worded(
        Claim("Đạn do Ba Lan gửi.", (1,), "supported"),
        Claim("Pháp gửi thuyền.", (), "unsupported"),
        notes=(
            "Lời văn do mô hình tiny viết; từng câu được đối chiếu với câu trích dẫn.",
            "Chưa được nguồn xác nhận: 1 câu đã bỏ.",
            "Đã bỏ 2 số trích dẫn không có.",
        ),
        dropped=1,
        replaced=2,
        repaired=4,
        struck=3,
    )
    turn = KeptTurn(ANSWER.question, ANSWER, fluent=fluent)
    shown = turn_html(turn, of(ARTICLE), VI)
    elements = Elements(shown)
    assert [("hidden" in one, one["data-wording"]) for one in elements.with_class("hb-wording")] == [
        (False, "fluent"),
        (True, "extractive"),
    ]
    text = "".join(elements.text)
    assert "Lời văn do mô hình tiny (127.0.0.1) viết, từng câu đã đối chiếu với nguồn" in text
    assert '<s lang="vi">Pháp gửi thuyền.</s> <span class="hb-unsupported">(chưa được nguồn xác nhận)</span>' in shown
    assert "Chưa được nguồn xác nhận: 1 câu đã bỏ, 2 câu đã được thay bằng câu trích, 3 câu đã gạch ngang." in text
    assert "Đã ghi lại số trích dẫn của 4 câu mà mô hình ghi thiếu hoặc sai." in text
    assert "Đã bỏ 2 số trích dẫn không có." in text
    # Said once, above.
    assert "câu được đối chiếu với câu trích dẫn" not in text
    english = "".join(Elements(turn_html(turn, of(ARTICLE), EN)).text)
    assert "Written by the model tiny (127.0.0.1), every sentence checked against the sources" in english
    assert "1 left out, 2 replaced by a quotation, 3 struck out" in english
    assert "Taken out: 2 citation numbers" in english


def test_what_is_struck_through_is_not_copied() -> None:
    fluent = worded(Claim("Đạn do Ba Lan gửi.", (1,), "supported"), Claim("Pháp gửi thuyền.", (), "unsupported"))
    copied = fluent_footnoted("Ai gửi?", fluent, VI)
    assert "Đạn do Ba Lan gửi. [1]" in copied
    assert "thuyền" not in copied


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_of_a_model_is_markup(hostile: str) -> None:
    fluent = worded(
        Claim(f"Một {hostile}", (1,), "supported"), Claim(f"Hai {hostile}", (), "unsupported"), model=hostile
    )
    plain = worded(Claim("Một", (1,), "supported"), Claim("Hai", (), "unsupported"), model="m")
    shown, tame = (
        Elements(turn_html(KeptTurn(ANSWER.question, ANSWER, fluent=one), of(ARTICLE), VI)) for one in (fluent, plain)
    )
    assert [tag for tag, _ in shown.elements] == [tag for tag, _ in tame.elements]
    assert [set(attributes) for _, attributes in shown.elements] == [set(attributes) for _, attributes in tame.elements]
    problem = Elements(problem_html(hostile, VI))
    assert [tag for tag, _ in problem.elements] == ["div", "p"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "problem", [value for name, value in vars(problems).items() if name.isupper() and name[0] != "_"]
)
def test_a_problem_is_told_in_whole_sentences_of_the_pages_language(language: Language, problem: str) -> None:
    words = words_of(language)
    text = "".join(Elements(problem_html(problem, words)).text)
    assert words.fluent.stands in text
    assert (problem in text) == (language == "vi")
    assert ("ô hình" in text) == (language == "vi") or "mô hình" not in problem.lower()


@pytest.mark.parametrize("kind", [kind for kind in get_args(GeneratorProblem) if kind])
def test_every_error_of_a_model_has_a_sentence_with_a_remedy_and_none_of_its_own_words(kind: GeneratorProblem) -> None:
    problem = problems.problem_of(GeneratorError("HTTP 599 from tiny", where="host", remedy="Look", problem=kind))
    assert problem != problems.FAILED
    assert "Hãy " in problem
    assert not any(word in problem for word in ("HTTP", "host", "Look"))
    english = "".join(Elements(problem_html(problem, EN)).text)
    assert not any(word in english.lower() for word in ("mô hình", "máy chủ", "hãy"))


def test_the_switch_is_one() -> None:
    (box,) = (attributes for tag, attributes in Elements(switch_html(VI.fluent)).elements if tag == "input")
    assert box["role"] == "switch"
