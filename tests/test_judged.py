"""Judged answers as questions for an evaluation: good ones are expected, bad ones wait to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import eval.run
from app.keeping.command import judged
from app.keeping.judged import BAD, GOOD, judged_file, parts_of, records_of
from app.keeping.records import KeptFluent, KeptTurn, Thumb, leaned_on
from app.keeping.store import FILE_NAME, Conversations
from app.words import words_of
from eval.run import evaluate_set
from eval.sets_io import load_set
from rag.config import Settings
from rag.contract import answer_to_json
from rag.datatypes import Answer, Claim, Conflict, ConflictValue, Filters
from rag.errors import LibraryDamaged, LibraryMissing, LoadError, SettingsError
from rag.pipeline import ask, build, open_engine
from tests.fakes import HashingEmbedder
from tests.helpers import another_user
from tests.rendering import FIRST, SECOND, TEXT, a_citation, a_hit, an_answer, an_article

EN = words_of("en")
ASKED = datetime(2026, 3, 1, 12, tzinfo=UTC)
SILENT = Answer("2", "Vàng?", "not_found", "Không tìm thấy trong nguồn.", hits=(a_hit("Giá dầu."),))


def a_turn(answer: Answer | None, thumb: Thumb | None = "up", question: str = "Ai gửi đạn?", **more: Any) -> KeptTurn:
    return KeptTurn(question, answer, None if answer else "x", asked_at=ASKED, thumb=thumb, **more)


def record_of(*turns: KeptTurn) -> dict[str, Any]:
    (record,) = records_of([("c0", len(turns) - 1, list(turns))], EN)
    return record


def short(text: str | None = "Ba Lan") -> Answer:
    return replace(an_answer(an_article(), FIRST, SECOND), short_answer=text)


def loaded(folder: Path, *records: dict[str, Any]) -> Any:
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return load_set(path)


# ---- what becomes of a judgement


def test_a_good_answer_is_expected_with_its_quotation_as_evidence(tmp_path: Path) -> None:
    record = record_of(a_turn(short()))
    assert record == {
        "id": "c0-0",
        "kind": GOOD,
        "question": "Ai gửi đạn?",
        "history": [],
        "answerable": True,
        "answers": ["Ba Lan"],
        "evidence": [{"file": "báo/a.txt", "quote": FIRST}],
        "today": "2026-03-01",
    }
    (question,) = loaded(tmp_path, record)
    assert question.answers == (("Ba Lan",),)
    assert question.today == date(2026, 3, 1)


def test_a_good_refusal_makes_a_question_that_cannot_be_answered(tmp_path: Path) -> None:
    record = record_of(a_turn(SILENT))
    assert (record["answerable"], record["answers"], record["evidence"]) == (False, [], [])
    assert "draft" not in record
    (question,) = loaded(tmp_path, record)
    assert not question.answerable


def test_a_bad_answer_waits_to_be_filled_in_with_what_was_wrong(tmp_path: Path) -> None:
    record = record_of(a_turn(short("Đức"), "down", reason="phải là Ba Lan"))
    assert record["kind"] == BAD
    assert (record["answerable"], record["answers"], record["evidence"]) == (True, [], [])
    assert record["draft"] is True
    told = record["note"].split("\n")
    assert told[0] == "Reason: phải là Ba Lan"
    assert told[1] == "It answered: Đức"
    assert f"It quoted báo/a.txt: “{FIRST}”" in told
    assert told[-1] == EN.keeping.draft_note
    good = record_of(a_turn(short()))
    # It is passed over until somebody has filled it in, and then it is a question like any other.
    assert [question.id for question in loaded(tmp_path, replaced(record, id="d"), good)] == ["c0-0"]
    filled = {name: value for name, value in record.items() if name != "draft"}
    with pytest.raises(LoadError, match="answers must be given"):
        loaded(tmp_path, filled)
    filled |= {"answers": ["Ba Lan"], "evidence": [{"file": "báo/a.txt", "quote": FIRST}]}
    assert loaded(tmp_path, filled)[0].answers == (("Ba Lan",),)


def replaced(record: dict[str, Any], **values: Any) -> dict[str, Any]:
    return record | values


def test_a_bad_refusal_says_that_nothing_was_found() -> None:
    record = record_of(a_turn(SILENT, "down"))
    assert record["answerable"] is True
    assert record["note"].startswith(EN.keeping.draft_not_found)
    assert record_of(a_turn(None, "down"))["draft"] is True


def test_only_drafts_are_no_set_and_said_so(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="only drafts in this file \\(1\\)"):
        loaded(tmp_path, record_of(a_turn(short(), "down")))


def test_an_answer_that_rests_on_nothing_is_a_draft_however_good() -> None:
    record = record_of(a_turn(replace(short(), citations=())))
    assert record["draft"] is True
    assert record["kind"] == GOOD


def test_a_models_words_come_along_and_which_wording_was_judged(tmp_path: Path) -> None:
    worded = replace(short(), text="Đạn do Ba Lan gửi. [1]")
    for on_it in (True, False):
        fluent = KeptFluent(worded, "tiny", replaced=1, judged=on_it)
        good = record_of(a_turn(short(), fluent=fluent))
        assert good["wording"] == ("fluent" if on_it else "extractive")
        assert (good["fluent"]["model"], good["fluent"]["replaced"]) == ("tiny", 1)
        assert good["fluent"]["answer"] == answer_to_json(worded)
        # What is expected is the answer, whoever worded it.
        assert (good["answers"], good["evidence"]) == (["Ba Lan"], [{"file": "báo/a.txt", "quote": FIRST}])
        assert loaded(tmp_path, good)[0].answers == (("Ba Lan",),)
        bad = record_of(a_turn(short(), "down", fluent=fluent))
        assert f"It answered: {worded.text if on_it else 'Ba Lan'}" in bad["note"]
    assert not {"wording", "fluent"} & set(record_of(a_turn(short())))


def test_how_it_was_asked_is_noted() -> None:
    record = record_of(a_turn(short(), as_typed=True, filters=Filters(date(2022, 1, 1), None, ("Báo Thử",))))
    assert record["note"] == "Asked with a filter: from 01/01/2022, Báo Thử.\nSearched exactly as typed."
    assert "draft" not in record


def test_a_follow_up_brings_what_it_leans_on(tmp_path: Path) -> None:
    first = a_turn(replace(short(), question="ai gui", read_as="Ai gửi?"), None, "ai gui")
    record = record_of(first, a_turn(None, None, "hỏng?"), a_turn(SILENT, None, "Vàng?"), a_turn(short(), question="?"))
    assert record["id"] == "c0-3"
    assert record["history"] == ["Ai gửi?", "Vàng?"]
    assert record["history_answers"] == ["Ba Lan", None]
    (question,) = loaded(tmp_path, record)
    assert question.history_answers == ("Ba Lan", None)


def test_what_is_long_past_is_not_leaned_on() -> None:
    turns = [a_turn(replace(SILENT, question=f"{number}?"), None, f"{number}?") for number in range(9)]
    assert [answer.question for answer in leaned_on(turns)] == [f"{number}?" for number in range(3, 9)]


# ---- several parts


def test_each_thing_of_a_list_is_a_part(tmp_path: Path) -> None:
    answer = short("Ba Lan; NATO")
    record = record_of(a_turn(answer))
    assert record["answers"] == [["Ba Lan"], ["NATO"]]
    assert record["evidence"] == [
        {"file": "báo/a.txt", "quote": FIRST, "part": 0},
        {"file": "báo/a.txt", "quote": SECOND, "part": 1},
    ]
    assert len(loaded(tmp_path, record)[0].answers) == 2


def test_each_value_on_which_sources_differ_is_a_part() -> None:
    values = (ConflictValue("mười", (2,)), ConflictValue("chín", (1,)))
    answer = replace(short("mười"), text="Nơi nêu mười, nơi nêu chín.", conflicts=(Conflict("số", "update", values),))
    assert parts_of(answer) == [(["mười"], [2]), (["chín"], [1])]
    # What the answer does not tell, no evaluation would find in it.
    assert parts_of(replace(answer, text="Nơi nêu mười.")) == [(["mười"], [1])]


def test_without_a_short_answer_every_claim_is_a_part() -> None:
    answer = short(None)
    answer = replace(answer, claims=(*answer.claims, Claim("Chưa chắc.", (), "unsupported")))
    assert parts_of(answer) == [([FIRST], [1]), ([SECOND], [2])]


def test_a_citation_that_is_not_there_is_no_evidence() -> None:
    answer = replace(short(), claims=(Claim(FIRST, (1, 9), "supported"),))
    assert parts_of(answer) == [(["Ba Lan"], [1])]


def test_a_file_to_download_holds_a_line_for_each() -> None:
    file = judged_file([("c0", 0, [a_turn(short())]), ("c1", 0, [a_turn(SILENT, "down")])], words_of("vi"))
    assert file.name == "Đánh giá.jsonl"
    assert [json.loads(line)["id"] for line in file.content.decode().splitlines()] == ["c0-0", "c1-0"]
    assert "Cần điền câu trả lời đúng" in file.content.decode()


# ---- the command


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    (folder / "articles").mkdir()
    (folder / "articles" / "a.txt").write_text(TEXT, encoding="utf-8")
    build([folder / "articles"], folder / "library", embedder=HashingEmbedder())
    return folder / "library"


QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})


@pytest.fixture
def kept(library: Path) -> Iterator[Conversations]:
    for path in library.glob(f"{FILE_NAME}*"):
        path.unlink()
    with closing(Conversations.open(library)) as conversations:
        yield conversations


def run(library: Path, out: Path) -> Result:
    return CliRunner().invoke(judged, ["--library", str(library), "--out", str(out)])


def asked_and_judged(kept: Conversations, library: Path, thumb: Thumb, owner: str = "") -> str:
    with open_engine(library, QUICK, embedder=HashingEmbedder()) as engine:
        answer = ask(engine, "Ba Lan gửi gì cho Ukraine?")
    assert answer.status == "answered"
    id = kept.begin(owner, answer.question)
    kept.put(owner, id, None, KeptTurn(answer.question, answer))
    kept.judge(owner, id, 0, thumb, "sai" if thumb == "down" else None)
    return id


def test_what_was_judged_is_evaluated_without_an_error(kept: Conversations, library: Path, tmp_path: Path) -> None:
    good, bad = asked_and_judged(kept, library, "up", "lan"), asked_and_judged(kept, library, "down", "minh")
    out = tmp_path / "sets" / "judged.jsonl"
    result = run(library, out)
    assert result.exit_code == 0, result.output
    assert "2 questions added, 1 of them to be filled in; 0 kept" in result.output
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == [
        f"{good}-0",
        f"{bad}-0",
    ]
    summary = evaluate_set(out, library, tmp_path / "run", QUICK, embedder=HashingEmbedder())
    assert summary["counts"]["questions"] == 1
    assert summary["counts"]["failures"] == 0
    assert summary["lost_evidence"] == []
    # What was found good is found again.
    assert summary["overall"]["right_and_cited"] == 1.0


def test_a_follow_up_is_asked_with_the_answers_before_it(
    kept: Conversations, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = asked_and_judged(kept, library, "up")
    kept.judge("", id, 0, None)
    before = kept.turns("", id)[0].answer
    assert before is not None
    kept.put("", id, None, KeptTurn("Vàng?", SILENT))
    kept.judge("", id, 1, "up")
    assert run(library, tmp_path / "judged.jsonl").exit_code == 0
    leaned_on: list[tuple[Any, Any]] = []

    def noted(engine: Any, question: str, **options: Any) -> Answer:
        leaned_on.append((options["history"], options["answers"]))
        return ask(engine, question, **options)

    monkeypatch.setattr(eval.run, "ask", noted)
    evaluate_set(tmp_path / "judged.jsonl", library, tmp_path / "run", QUICK, embedder=HashingEmbedder())
    assert leaned_on[0] == ((before.question,), (before.short_answer,))


def test_what_was_filled_in_stays_and_new_judgements_are_added(
    kept: Conversations, library: Path, tmp_path: Path
) -> None:
    first = asked_and_judged(kept, library, "down")
    out = tmp_path / "judged.jsonl"
    run(library, out)
    record = json.loads(out.read_text(encoding="utf-8"))
    del record["draft"]
    edited = json.dumps(record | {"answers": ["đạn"], "evidence": [{"file": "a.txt", "quote": FIRST}]})
    out.write_text(edited, encoding="utf-8")  # without a line's end, as some editors save
    second = asked_and_judged(kept, library, "up")
    result = run(library, out)
    assert "1 question added, 0 of them to be filled in; 1 kept" in result.output
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == edited
    assert [question.id for question in load_set(out)] == [f"{first}-0", f"{second}-0"]
    before = out.read_bytes()
    assert "0 questions added, 0 of them to be filled in; 2 kept" in run(library, out).output
    assert out.read_bytes() == before


def test_nothing_judged_writes_nothing(kept: Conversations, library: Path, tmp_path: Path) -> None:
    kept.put("", kept.begin("", "Ai?"), None, KeptTurn("Ai?", short()))
    result = run(library, tmp_path / "judged.jsonl")
    assert result.exit_code == 0
    assert "No answer was judged yet" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_missing_library_a_damaged_file_and_a_foreign_one_are_said(library: Path, tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "nowhere", tmp_path / "x.jsonl").exception, LibraryMissing)
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "foreign.jsonl").write_text('{"id": "1"}\nno line of a set\n', encoding="utf-8")
    error = run(library, tmp_path / "foreign.jsonl").exception
    assert isinstance(error, SettingsError)
    assert error.where.endswith("foreign.jsonl:2")
    for path in library.glob(f"{FILE_NAME}*"):
        path.unlink()
    (library / FILE_NAME).write_bytes(b"no database" * 500)
    assert isinstance(run(library, tmp_path / "x.jsonl").exception, LibraryDamaged)
    (library / FILE_NAME).unlink()


def test_a_read_only_library_gives_its_judgements(public: Path, library: Path) -> None:
    folder = public / "library"
    folder.mkdir()
    (folder / "library.db").write_bytes((library / "library.db").read_bytes())
    with closing(Conversations.open(folder)) as conversations:
        id = conversations.begin("", "Ai?")
        conversations.put("", id, None, KeptTurn("Ai?", short()))
        conversations.judge("", id, 0, "up")
    folder.chmod(0o555)
    out = public / "out"
    out.mkdir()
    out.chmod(0o777)
    with another_user():
        result = run(folder, out / "judged.jsonl")
    assert result.exit_code == 0, result.exception
    assert [question.id for question in load_set(out / "judged.jsonl")] == [f"{id}-0"]


def test_a_file_that_cannot_be_written_is_said(kept: Conversations, library: Path, tmp_path: Path) -> None:
    asked_and_judged(kept, library, "up")
    (tmp_path / "file").write_text("x")
    error = run(library, tmp_path / "file" / "judged.jsonl").exception
    assert isinstance(error, SettingsError)
    assert "--out" in error.remedy


def test_every_quotation_of_a_citation_can_be_evidence(tmp_path: Path) -> None:
    one, two = an_article(id="a"), an_article(id="b")
    answer = replace(
        short(),
        claims=(Claim(FIRST, (1, 2), "supported"),),
        citations=(a_citation(one, 1, FIRST), a_citation(two, 2, FIRST)),
    )
    (question,) = loaded(tmp_path, record_of(a_turn(answer)))
    assert [(item.file, item.quote, item.part) for item in question.evidence] == [
        ("báo/a.txt", FIRST, 0),
        ("báo/b.txt", FIRST, 0),
    ]
