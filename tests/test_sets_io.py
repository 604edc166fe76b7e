"""Reading question sets and SQuAD files, whole and broken."""

from __future__ import annotations

import gzip
import json
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.sets_io import EvidenceItem, EvidenceSpan, load_set, load_squad
from rag.errors import LoadError, SettingsError

GOOD: dict[str, Any] = {
    "id": "q1",
    "kind": "fact",
    "question": "Ai đến thăm?",
    "history": [],
    "answerable": True,
    "answers": ["ông A", "A"],
    "evidence": [{"file": "a.txt", "quote": "Ông A đến thăm."}],
}
TWO_PARTS = GOOD | {
    "answers": [["ông A"], ["ông B", "B"]],
    "evidence": [
        {"file": "a.txt", "quote": "Ông A đến.", "part": 0},
        {"file": "b.txt", "quote": "Ông B đi.", "part": 1},
    ],
}
BY_PLACE = GOOD | {"evidence": [{"file": "r1", "start": 4, "end": 19, "sha256": "ab" * 32}]}


def placed(**fields: object) -> dict[str, Any]:
    return GOOD | {"evidence": [BY_PLACE["evidence"][0] | fields]}


def write_set(folder: Path, *records: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def test_a_flat_list_of_answers_is_one_part(tmp_path: Path) -> None:
    (question,) = load_set(write_set(tmp_path, GOOD))
    assert question.answers == (("ông A", "A"),)
    assert question.evidence == (EvidenceItem("a.txt", "Ông A đến thăm.", 0),)
    assert question.history == ()
    assert question.answerable


def test_a_list_of_lists_is_one_part_each(tmp_path: Path) -> None:
    (question,) = load_set(write_set(tmp_path, TWO_PARTS))
    assert question.answers == (("ông A",), ("ông B", "B"))
    assert [item.part for item in question.evidence] == [0, 1]


def test_an_unanswerable_question_may_quote_what_the_sources_say_instead(tmp_path: Path) -> None:
    (question,) = load_set(write_set(tmp_path, GOOD | {"answerable": False, "answers": []}))
    assert question.answers == ()
    assert len(question.evidence) == 1


def test_a_question_may_bring_the_answers_before_it_and_a_note_for_people(tmp_path: Path) -> None:
    record = GOOD | {"history": ["Ai?", "Gì?"], "history_answers": ["ông A", None], "note": "sai tên", "draft": False}
    (question,) = load_set(write_set(tmp_path, record))
    assert question.history_answers == ("ông A", None)
    assert load_set(write_set(tmp_path, GOOD))[0].history_answers == ()


def test_a_draft_is_not_asked_whatever_it_lacks(tmp_path: Path) -> None:
    draft = GOOD | {"id": "q2", "answers": [], "evidence": [], "draft": True}
    assert [question.id for question in load_set(write_set(tmp_path, draft, GOOD, {"draft": True}))] == ["q1"]
    with pytest.raises(LoadError, match=r"only drafts in this file \(1\).*draft"):
        load_set(write_set(tmp_path, draft))


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"draft": "yes"}, "draft must be true or false"),
        ({"note": ""}, "note must be a text"),
        ({"history": ["Ai?"], "history_answers": ["A", "B"]}, "one entry, a text or null"),
        ({"history": ["Ai?"], "history_answers": [1]}, "history_answers must be a text"),
        ({"history": ["Ai?"], "history_answers": "A"}, "history_answers must be a list"),
    ],
)
def test_what_a_question_brings_besides_is_checked(tmp_path: Path, fields: dict[str, Any], match: str) -> None:
    with pytest.raises(LoadError, match=match):
        load_set(write_set(tmp_path, GOOD | fields))


def test_evidence_may_be_named_by_its_place(tmp_path: Path) -> None:
    (question,) = load_set(write_set(tmp_path, BY_PLACE))
    assert question.evidence == (EvidenceItem("r1", "", 0, EvidenceSpan(4, 19, "ab" * 32)),)


def test_a_question_may_state_the_day_it_is_asked_on(tmp_path: Path) -> None:
    path = write_set(tmp_path, GOOD, GOOD | {"id": "q2", "today": "2021-04-30"})
    assert [question.today for question in load_set(path)] == [None, date(2021, 4, 30)]


def test_texts_become_nfc_and_blank_lines_and_a_byte_order_mark_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    record = json.dumps(GOOD | {"question": unicodedata.normalize("NFD", "Tiếng nói?")}, ensure_ascii=False)
    path.write_text(f"\ufeff\n{record}\n\n", "utf-8")
    assert load_set(path)[0].question == "Tiếng nói?"


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ({key: value for key, value in GOOD.items() if key != "answers"}, "missing field answers"),
        ({"id": "q1"}, "missing fields kind, question, history, answerable, answers, evidence"),
        (GOOD | {"extra": 1}, "unknown field extra"),
        (["not", "an", "object"], "not a JSON object"),
        (GOOD | {"answerable": "yes"}, "answerable must be true or false"),
        (GOOD | {"answerable": False}, "answers must be given when answerable is true"),
        (GOOD | {"answers": []}, "answers must be given when answerable is true"),
        (GOOD | {"answers": [["ông A"], []]}, "a part of answers is empty"),
        (GOOD | {"answers": [["ông A"], "B"]}, "answers must be a list"),
        (GOOD | {"answers": [1]}, "answers must be a text"),
        (GOOD | {"answers": "ông A"}, "answers must be a list"),
        (GOOD | {"question": "  "}, "question must be a text that is not empty"),
        (GOOD | {"history": "Ai?"}, "history must be a list"),
        (GOOD | {"evidence": []}, "evidence must be given for each of the 1 parts"),
        (TWO_PARTS | {"evidence": GOOD["evidence"]}, "evidence must be given for each of the 2 parts"),
        (GOOD | {"evidence": ["Ông A"]}, "not a JSON object"),
        (GOOD | {"evidence": [{"file": "a.txt"}]}, "quote of evidence must be a text"),
        (GOOD | {"evidence": [{"file": "a.txt", "quote": "x", "page": 1}]}, "unknown field of evidence: page"),
        (GOOD | {"evidence": [{"file": "a.txt", "quote": "x", "part": -1}]}, "part of evidence must be a number"),
        (GOOD | {"evidence": [{"file": "a.txt", "quote": "x", "part": True}]}, "part of evidence must be a number"),
        (placed(quote="Ông A đến thăm."), "evidence has either a quote or start, end and sha256"),
        (placed(start="4"), "start of evidence must be a number"),
        (placed(end=None), "end of evidence must be a number"),
        (placed(end=4), "end of evidence must be greater than its start"),
        (placed(sha256="ab"), "sha256 of evidence must be 64 hexadecimal digits"),
        (placed(sha256=None), "sha256 of evidence must be 64 hexadecimal digits"),
        (GOOD | {"evidence": [{"file": "a.txt", "start": 4}]}, "end of evidence must be a number"),
        (GOOD | {"today": "30/4/2021"}, "today must be a day such as 2021-04-30"),
        (GOOD | {"today": 20210430}, "today must be a text"),
    ],
)
def test_a_wrong_line_is_one_clear_message_with_its_place(tmp_path: Path, record: object, complaint: str) -> None:
    path = write_set(tmp_path, GOOD | {"id": "q0"}, record)
    with pytest.raises(LoadError) as caught:
        load_set(path)
    assert caught.value.where == f"{path}:2"
    assert caught.value.what.startswith(complaint)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    path = write_set(tmp_path, GOOD, GOOD)
    with pytest.raises(LoadError, match=r"set\.jsonl:2: id 'q1' was used on line 1"):
        load_set(path)


@pytest.mark.parametrize("line", ['{"id": "q1",', "[" * 100_000, "9" * 5_000], ids=["cut", "deep", "long number"])
def test_a_line_that_is_not_json_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + line + "\n", "utf-8")
    with pytest.raises(LoadError, match=r"set\.jsonl:2: not JSON"):
        load_set(path)


def test_a_file_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no questions in this file"):
        load_set(write_set(tmp_path))


def test_a_missing_file_a_folder_and_bytes_that_are_not_text_are_settings_errors(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_set(tmp_path / "none.jsonl")
    with pytest.raises(SettingsError, match="is a directory"):
        load_set(tmp_path)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"ok \xff")
    with pytest.raises(SettingsError, match="not UTF-8 at byte 3"):
        load_set(bad)
    torn = tmp_path / "torn.json.gz"
    torn.write_bytes(gzip.compress(b"{}" * 1000)[:-9])
    with pytest.raises(SettingsError, match="not a whole gzip file"):
        load_squad(torn)


CONTEXT = "Ông A đến Hà Nội. Ông B ở lại Huế. Ngày mai ông A về."


def squad(*questions: dict[str, Any], context: str = CONTEXT, version: str = "v2.0") -> dict[str, Any]:
    return {"version": version, "data": [{"title": "T", "paragraphs": [{"context": context, "qas": list(questions)}]}]}


def asked(identifier: str, *answers: str, impossible: bool = False, context: str = CONTEXT) -> dict[str, Any]:
    found = [{"text": answer, "answer_start": context.index(answer)} for answer in answers]
    return {"id": identifier, "question": f"{identifier}?", "answers": found, "is_impossible": impossible}


def write_squad(folder: Path, document: object) -> Path:
    path = folder / "squad.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_squad_evidence_is_the_sentence_around_the_answer(tmp_path: Path) -> None:
    document = squad(asked("a", "Huế", "lại Huế"), asked("b", impossible=True))
    passages, questions = load_squad(write_squad(tmp_path, document))
    assert [(p.id, p.title, p.text) for p in passages] == [("p0001", "T", CONTEXT)]
    first, second = questions
    assert first.answers == (("Huế", "lại Huế"),)
    assert first.evidence == (EvidenceItem("p0001", "Ông B ở lại Huế."),)
    assert (first.kind, first.answerable, first.history) == ("squad", True, ())
    assert (second.kind, second.answerable, second.answers, second.evidence) == ("unanswerable", False, (), ())


def test_squad_1_has_no_is_impossible_and_gz_is_read(tmp_path: Path) -> None:
    question = asked("a", "Hà Nội")
    del question["is_impossible"]
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps(squad(question, version="1.1")).encode()))
    _, (only,) = load_squad(path)
    assert only.evidence == (EvidenceItem("p0001", "Ông A đến Hà Nội."),)


def test_squad_offsets_of_decomposed_text_are_moved_to_nfc(tmp_path: Path) -> None:
    context = unicodedata.normalize("NFD", CONTEXT)
    answer = unicodedata.normalize("NFD", "Huế")
    _, (only,) = load_squad(write_squad(tmp_path, squad(asked("a", answer, context=context), context=context)))
    assert only.answers == (("Huế",),)
    assert only.evidence == (EvidenceItem("p0001", "Ông B ở lại Huế."),)


def test_a_context_met_twice_is_one_passage(tmp_path: Path) -> None:
    document = squad(asked("a", "Huế"))
    document["data"].append(squad(asked("b", "Hà Nội"))["data"][0])
    passages, questions = load_squad(write_squad(tmp_path, document))
    assert len(passages) == 1
    assert {question.evidence[0].file for question in questions} == {"p0001"}


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ([], "not a JSON object"),
        ({}, "data is missing or not a list"),
        ({"data": []}, "no questions in this file"),
        ({"data": [{"title": "T"}]}, r"data\[0\]: paragraphs is missing"),
        ({"data": ["x"]}, r"data\[0\]: not a JSON object"),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, r"paragraphs\[0\]: context is missing or empty"),
        (squad({"question": "?"}), r"qas\[0\]: id is missing"),
        (squad({"id": "a", "question": "?", "answers": []}), "no answers, and is_impossible is not true"),
        (
            squad({"id": "a", "question": "?", "answers": [{"text": "Huế", "answer_start": 0}]}),
            r"qas\[0\]\.answers\[0\]: answer_start does not point",
        ),
    ],
)
def test_a_wrong_squad_file_names_the_place(tmp_path: Path, document: object, complaint: str) -> None:
    with pytest.raises(LoadError, match=complaint) as caught:
        load_squad(write_squad(tmp_path, document))
    assert "squad.json" in caught.value.where
    assert "\n" not in str(caught.value)


def test_a_repeated_id_in_a_squad_file_keeps_both_questions(tmp_path: Path) -> None:
    document = squad(asked("a", "Huế"), asked("a", impossible=True), asked("a", "Huế"))
    _, questions = load_squad(write_squad(tmp_path, document))
    assert [question.id for question in questions] == ["a", "a~2", "a~3"]
