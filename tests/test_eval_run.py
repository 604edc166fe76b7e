"""Running a set: every number below is worked out by hand from the six questions of `small_run`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.command import evaluate
from eval.prepare import QuestionSet, read_set, settings_for_eval
from eval.records import read_records
from eval.run import Setup, evaluate_set, evidence_sources, lost_evidence, write_run
from eval.run_files import prepare_out, write_passages
from eval.sets_io import EvalQuestion, EvidenceItem, Passage
from rag.config import AnswerSettings, RetrieveSettings, Settings
from rag.datatypes import Answer, Chunk, Citation, Hit
from rag.errors import LibraryMissing, LoadError, RagError, SettingsError
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library

TEXTS = {
    "news/a.txt": "Hà Nội mưa lớn. Giá xăng tăng 500 đồng. Ông Nam từ chức.",
    "news/b.txt": "Bão số 3 vào Quảng Ninh. Gió giật cấp 12.",
}
# The reader that needs no network of its own.
QUICK = Settings(answer=AnswerSettings(reader="sentences"))
PRICE = EvidenceItem("a.txt", "Giá xăng tăng 500 đồng.")
WIND = EvidenceItem("b.txt", "Gió giật cấp 12.", 1)


def asked(
    id_: str, kind: str, question: str, *answers: tuple[str, ...], evidence: tuple[EvidenceItem, ...] = ()
) -> EvalQuestion:
    history = ("Câu trước?",) if kind == "follow_up" else ()
    return EvalQuestion(id_, kind, question, history, bool(answers), answers, evidence)


QUESTIONS = (
    asked("q1", "fact", "Giá xăng tăng bao nhiêu?", ("500 đồng",), evidence=(PRICE,)),
    asked("q2", "fact", "Ai từ chức?", ("Ông Nam", "Nam"), evidence=(EvidenceItem("a.txt", "Ông Nam từ chức."),)),
    asked("q3", "unanswerable", "Ai nhậm chức?"),
    asked("q4", "unanswerable", "Giá vàng tăng bao nhiêu?"),
    asked("q5", "several", "Giá xăng tăng và gió mạnh thế nào?", ("500 đồng",), ("cấp 12",), evidence=(PRICE, WIND)),
    asked(
        "q6", "follow_up", "Còn bão?", ("Quảng Ninh",), evidence=(EvidenceItem("b.txt", "Bão số 3 vào Quảng Ninh."),)
    ),
)


def hit(source: str, quote: str, score: float) -> Hit:
    start = TEXTS[source].index(quote)
    return Hit(Chunk(f"{source}:0000", source, 0, start, start + len(quote)), source, quote, score)


def cited(number: int, source: str, quote: str) -> Citation:
    start = TEXTS[source].index(quote)
    return Citation(number, source, source, "Tiêu đề", None, None, start, start + len(quote), quote)


IN_A = hit("news/a.txt", PRICE.quote, 0.5)
IN_B = hit("news/b.txt", WIND.quote, 0.4)
REFUSAL = "Không tìm thấy trong nguồn."
ANSWERS = {
    "q1": Answer(
        "q1",
        QUESTIONS[0].question,
        "answered",
        "Giá xăng tăng 500 đồng. [1]",
        short_answer="Giá xăng tăng 500 đồng.",
        citations=(cited(1, "news/a.txt", PRICE.quote),),
        hits=(hit("news/b.txt", "Bão số 3 vào Quảng Ninh.", 0.9), IN_A),
        timings_ms={"search": 4.0, "total": 10.0},
        confidence=0.9,
    ),
    "q2": Answer(
        "q2",
        QUESTIONS[1].question,
        "not_found",
        REFUSAL,
        hits=(hit("news/a.txt", "Ông Nam từ chức.", 0.8),),
        timings_ms={"search": 5.0, "total": 20.0},
        confidence=0.4,
    ),
    "q3": Answer(
        "q3",
        QUESTIONS[2].question,
        "answered",
        "Ông Nam từ chức. [1]",
        short_answer="Ông Nam từ chức.",
        citations=(cited(1, "news/a.txt", "Ông Nam từ chức."),),
        timings_ms={"search": 6.0, "total": 30.0},
        confidence=0.6,
    ),
    "q4": Answer("q4", QUESTIONS[3].question, "not_found", REFUSAL, timings_ms={"total": 40.0}, confidence=0.2),
    "q5": Answer(
        "q5",
        QUESTIONS[4].question,
        "answered",
        "Giá xăng tăng 500 đồng. [1] Gió giật cấp 12.",
        citations=(cited(1, "news/a.txt", PRICE.quote),),
        hits=(IN_A, IN_B),
        timings_ms={"total": 50.0},
        confidence=0.8,
    ),
}


def scripted(question: EvalQuestion) -> Answer:
    """The answers above; q6 fails, and checks that the history came along."""
    if question.id == "q6":
        raise RagError(f"torn ({question.question}, {question.history[0]})", remedy="Run `hoibao repair`")
    return ANSWERS[question.id]


@pytest.fixture
def small_run(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    out = tmp_path / "run"
    prepare_out(out)
    steps: list[tuple[str, int, int]] = []
    summary = write_run(
        QuestionSet(tmp_path / "bộ câu hỏi.jsonl", "0" * 64, QUESTIONS, None),
        scripted,
        TEXTS,
        Setup("library", None, Settings(), ("a note",)),
        out,
        hits_kept=1,
        progress=lambda *step: steps.append(step),
        now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    assert steps == [("asking", done, 6) for done in range(1, 7)]
    return out, summary


def test_summary_holds_the_figures(small_run: tuple[Path, dict[str, object]]) -> None:
    out, returned = small_run
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary == returned
    assert summary["counts"] == {
        "questions": 6,
        "answerable": 4,
        "unanswerable": 2,
        "answered": 3,
        "not_found": 2,
        "failures": 4,
        "by_reason": {"error": 1, "refused": 1, "answered_anyway": 1, "wrong_answer": 0, "not_cited": 1},
    }
    overall = summary["overall"]
    assert overall["right"] == 0.5  # q1, q4, q5
    assert overall["right_and_cited"] == pytest.approx(2 / 6, abs=1e-6)  # q5 cites one part of two
    assert overall["exact_match"] == pytest.approx(2 / 6, abs=1e-6)  # q4, q5
    assert overall["f1"] == pytest.approx((4 / 7 + 1 + 1) / 6, abs=1e-6)  # q1: 2 of 5 syllables, 2 of 2
    assert overall["citation_precision"] == 1.0  # q1 and q5; refusals cite nothing
    assert overall["citation_recall"] == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    assert overall["article_recall@1"] == pytest.approx((0 + 1 + 0.5 + 0) / 4)
    assert overall["article_recall@5"] == pytest.approx(3 / 4)
    assert overall["evidence_mrr@10"] == pytest.approx((1 / 2 + 1 + 1 + 0) / 4)
    assert summary["answerable"]["right"] == 0.5
    assert summary["unanswerable"]["right"] == 0.5
    assert summary["unanswerable"]["evidence_recall@10"] is None
    assert summary["by_kind"]["fact"]["questions"] == 2
    assert summary["by_kind"]["fact"]["failures"] == 1
    assert list(summary["by_kind"]) == ["fact", "unanswerable", "several", "follow_up"]


def test_summary_holds_the_curves(small_run: tuple[Path, dict[str, object]]) -> None:
    summary = json.loads((small_run[0] / "summary.json").read_text(encoding="utf-8"))
    assert len(summary["recall"]["article"]) == len(summary["recall"]["evidence"]) == 50
    assert summary["recall"]["evidence"][:2] == [0.375, 0.75]
    abstention = summary["abstention"]
    assert abstention["precision"] == pytest.approx(1 / 3, abs=1e-6)  # refused: q2, q4, and q6 by its error
    assert (abstention["recall"], abstention["f1"]) == (0.5, 0.4)
    assert abstention["separation"] == 0.625  # 5 of the 8 pairs
    assert abstention["threshold"] == Settings().answer.threshold
    at_half = abstention["curve"][50]
    assert (at_half["threshold"], at_half["lost"], at_half["false_answers"]) == (0.5, 0.5, 0.5)
    assert (abstention["curve"][0]["lost"], abstention["curve"][0]["false_answers"]) == (0.0, 1.0)
    assert summary["timings_ms"]["total"]["questions"] == 5
    assert (summary["timings_ms"]["total"]["p50"], summary["timings_ms"]["total"]["p95"]) == (30.0, 48.0)
    assert summary["timings_ms"]["search"]["p50"] == 5.0


def test_summary_says_what_was_run(small_run: tuple[Path, dict[str, object]]) -> None:
    summary = json.loads((small_run[0] / "summary.json").read_text(encoding="utf-8"))
    assert summary["finished_at"] == "2026-01-02T03:04:05+00:00"
    assert summary["set"] == {"file": "bộ câu hỏi.jsonl", "sha256": "0" * 64, "format": "set", "bad_lines": 0}
    assert summary["settings"]["retrieve"]["dense_weight"] == Settings().retrieve.dense_weight
    assert (summary["notes"], summary["lost_evidence"]) == (["a note"], [])


def test_records_tell_each_question(small_run: tuple[Path, dict[str, object]]) -> None:
    records = {record.id: record for record in read_records(small_run[0])}
    assert [record.reason for record in records.values()] == [
        None,
        "refused",
        "answered_anyway",
        None,
        "not_cited",
        "error",
    ]
    assert (records["q1"].article_ranks, records["q1"].evidence_ranks) == ((2,), (2,))
    assert (records["q5"].article_ranks, records["q5"].evidence_ranks) == ((1, 2), (1, 2))
    assert records["q1"].citations[0].text == PRICE.quote
    assert records["q5"].expected == (("500 đồng",), ("cấp 12",))
    assert records["q6"].answer == "torn (Còn bão?, Câu trước?). Run `hoibao repair`"
    assert records["q6"].scores["right"] == records["q6"].scores["evidence_recall@10"] == 0.0


def test_answers_follow_the_contract_with_the_usual_number_of_hits(small_run: tuple[Path, dict[str, object]]) -> None:
    lines = [json.loads(line) for line in (small_run[0] / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert len(lines[0]["hits"]) == 1
    assert lines[0]["short_answer"] == "Giá xăng tăng 500 đồng."
    assert set(lines[5]) == {"id", "error"}


def test_two_runs_differ_in_one_field_only(tmp_path: Path) -> None:
    summaries = []
    for name, day in (("one", 1), ("two", 2)):
        prepare_out(tmp_path / name)
        question_set = QuestionSet(tmp_path / "set.jsonl", "0" * 64, QUESTIONS, None)
        setup = Setup("library", None, Settings())
        now = datetime(2026, 1, day, tzinfo=UTC)
        summaries.append(write_run(question_set, scripted, TEXTS, setup, tmp_path / name, hits_kept=1, now=now))
    assert [key for key in summaries[0] if summaries[0][key] != summaries[1][key]] == ["finished_at"]
    assert (tmp_path / "one/records.jsonl").read_bytes() == (tmp_path / "two/records.jsonl").read_bytes()


def test_other_exceptions_are_not_hidden(tmp_path: Path) -> None:
    def broken(_question: EvalQuestion) -> Answer:
        raise ZeroDivisionError

    question_set = QuestionSet(tmp_path / "set.jsonl", "0" * 64, QUESTIONS, None)
    with pytest.raises(ZeroDivisionError):
        write_run(question_set, broken, TEXTS, Setup("library", None, Settings()), tmp_path, hits_kept=1)


# ---- the folder


def test_a_former_run_is_overwritten_and_other_files_stay(small_run: tuple[Path, dict[str, object]]) -> None:
    out, _ = small_run
    (out / "my notes.txt").write_text("mine")
    prepare_out(out)
    assert not (out / "summary.json").exists()
    assert not (out / "report.html").exists()
    assert (out / "my notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["thesis.docx", "report.html", "summary.json", "library"])
def test_a_folder_with_other_things_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(RagError, match=r"not empty and holds no evaluation run\. Name a new folder"):
        prepare_out(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("below", [".", "below"])
def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RagError, match="a file, not a folder"):
        prepare_out(tmp_path / "file" / below)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").mkdir()
    question_set = QuestionSet(tmp_path / "set.jsonl", "0" * 64, QUESTIONS, None)
    with pytest.raises(RagError, match=r"cannot write the run's files \(Is a directory\)"):
        write_run(question_set, scripted, TEXTS, Setup("library", None, Settings()), tmp_path, hits_kept=1)


# ---- sets and settings


def squad_file(path: Path) -> Path:
    context = "Sông Hồng dài 1.149\u00a0km\u200b. Sông Đà là phụ lưu lớn nhất của sông Hồng."
    asked_of_it = [
        {
            "id": "s1",
            "question": "Sông Hồng dài bao nhiêu?",
            "answers": [{"text": "1.149\u00a0km", "answer_start": 14}],
        },
        {"id": "s2", "question": "Ai xây cầu?", "is_impossible": True, "answers": []},
    ]
    document = {"data": [{"title": "Sông_Hồng", "paragraphs": [{"context": context, "qas": asked_of_it}]}]}
    data = json.dumps(document).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["sông.json", "sông.json.gz"])
def test_squad_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    found = read_set(squad_file(tmp_path / name))
    assert found.passages is not None
    assert [passage.id for passage in found.passages] == ["p0001"]
    assert [question.id for question in found.questions] == ["s1", "s2"]


def test_a_missing_set_and_a_bad_line_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        read_set(tmp_path / "none.jsonl")
    (tmp_path / "bad.jsonl").write_text('{"id": "q1"}\n')
    with pytest.raises(LoadError, match=r"bad\.jsonl:1: missing fields kind"):
        read_set(tmp_path / "bad.jsonl")


def test_passages_become_a_corpus(tmp_path: Path) -> None:
    path = write_passages([Passage("p0001", "Sông_Hồng", "Dòng một.\nDòng hai."), Passage("p0002", "", "x")], tmp_path)
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [
        {"id": "p0001", "title": "Sông Hồng", "text": "Dòng một.\nDòng hai."},
        {"id": "p0002", "text": "x"},
    ]


def test_enough_hits_are_asked_for_and_nothing_else_changes() -> None:
    settings = Settings(retrieve=RetrieveSettings(hits=7, depth=80))
    deep = settings_for_eval(settings, squad=False)
    assert (deep.retrieve.hits, deep.retrieve.depth) == (50, 80)
    assert (deep.load, deep.answer, deep.embed) == (settings.load, settings.answer, settings.embed)
    assert settings_for_eval(settings, squad=True).load.min_article_chars == 1


def test_only_named_sources_are_read() -> None:
    sources = ["news/a.txt", "news/ba.txt", "b.txt", "x.jsonl#a.txt", "c.txt"]
    assert evidence_sources(sources, QUESTIONS) == ["news/a.txt", "b.txt", "x.jsonl#a.txt"]


def test_evidence_that_is_not_in_the_library_is_found() -> None:
    assert lost_evidence(QUESTIONS, TEXTS) == []
    assert lost_evidence(QUESTIONS, {"news/a.txt": TEXTS["news/a.txt"]}) == ["q5", "q6"]


# ---- the whole of it, with a fake embedder


def seeds_set(path: Path) -> Path:
    lines = [
        {
            "id": question.id,
            "kind": question.kind,
            "question": question.question,
            "history": list(question.history),
            "answerable": question.answerable,
            "answers": [list(part) for part in question.answers],
            "evidence": [{"file": one.file, "quote": one.quote, "part": one.part} for one in question.evidence],
        }
        for question in QUESTIONS
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with small_library(tmp_path, [an_article(source, text) for source, text in TEXTS.items()]) as opened:
        return opened.folder


def test_a_set_is_asked_of_a_library(tmp_path: Path, library: Path) -> None:
    out = tmp_path / "out"
    summary = evaluate_set(seeds_set(tmp_path / "set.jsonl"), library, out, QUICK, embedder=HashingEmbedder())
    assert sorted(entry.name for entry in out.iterdir()) == [
        "answers.jsonl",
        "records.jsonl",
        "report.html",
        "summary.json",
    ]
    assert summary["library"]["articles"] == 2
    assert summary["library"]["model"]["name"] == "hashing"
    assert summary["notes"] == []
    assert summary["recall"]["article"][1] == 1.0  # two articles in all
    assert summary["settings"]["retrieve"]["hits"] == Settings().retrieve.hits
    assert summary["timings_ms"]["total"]["questions"] == 6


def test_a_library_without_the_evidence_is_noted(tmp_path: Path) -> None:
    with small_library(tmp_path, [an_article("news/a.txt", TEXTS["news/a.txt"])]) as opened:
        folder = opened.folder
    set_path = seeds_set(tmp_path / "set.jsonl")
    summary = evaluate_set(set_path, folder, tmp_path / "out", QUICK, embedder=HashingEmbedder())
    assert summary["lost_evidence"] == ["q5", "q6"]
    assert "evidence of 2 questions does not stand in the library's articles" in summary["notes"][0]
    assert "q5, q6" in (tmp_path / "out/report.html").read_text(encoding="utf-8")


def test_squad_passages_become_the_library(tmp_path: Path) -> None:
    out, untouched = tmp_path / "out", tmp_path / "library"
    seen: list[str] = []
    for _ in range(2):  # a second run into the folder uses the library that is there
        embedder = HashingEmbedder()
        summary = evaluate_set(
            squad_file(tmp_path / "sông.json"),
            untouched,
            out,
            QUICK,
            embedder=embedder,
            progress=lambda stage, done, total: seen.append(stage),
        )
    assert embedder.passages_embedded <= 8  # sentences that the reader scores; the passage itself is not embedded again
    assert not untouched.exists()
    assert (out / "library").is_dir()
    assert summary["lost_evidence"] == []
    assert summary["overall"]["evidence_recall@1"] == 1.0
    assert {"indexing passages", "asking"} == set(seen)


def test_a_missing_library_is_said(tmp_path: Path) -> None:
    set_path = seeds_set(tmp_path / "set.jsonl")
    with pytest.raises(LibraryMissing):
        evaluate_set(set_path, tmp_path / "none", tmp_path / "out", QUICK, embedder=HashingEmbedder())


# ---- the command


@pytest.fixture
def hoibao_eval(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setattr("rag.engine.open_embedder", lambda settings: HashingEmbedder())

    def run(*arguments: str | Path) -> tuple[int, str]:
        result = CliRunner().invoke(evaluate, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_the_command_prints_the_figures(
    tmp_path: Path, library: Path, hoibao_eval: Callable[..., tuple[int, str]]
) -> None:
    out = tmp_path / "out"
    status, printed = hoibao_eval(
        "--set", seeds_set(tmp_path / "set.jsonl"), "--library", library, "--out", out, "-o", "answer.reader=sentences"
    )
    assert status == 0
    rows = [line.split() for line in printed.splitlines()]
    assert ["fact", "2"] in [row[:2] for row in rows]
    assert ["all", "6"] in [row[:2] for row in rows]
    assert f"report: {out / 'report.html'}" in printed


def test_bad_lines_are_named_and_counted_and_the_others_asked(
    tmp_path: Path, library: Path, hoibao_eval: Callable[..., tuple[int, str]]
) -> None:
    set_path = seeds_set(tmp_path / "set.jsonl")
    with set_path.open("a", encoding="utf-8") as lines:
        lines.write('{"id": "q99", "kind": "fact"}\nno JSON\n')
    out = tmp_path / "out"
    status, printed = hoibao_eval(
        "--set", set_path, "--library", library, "--out", out, "-o", "answer.reader=sentences"
    )
    assert status == 0
    assert printed.count("left out: ") == 2
    assert "set.jsonl:7: missing fields" in printed
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["set"]["bad_lines"], summary["counts"]["questions"]) == (2, 6)


@pytest.mark.parametrize("missing", ["--set", "--out"])
def test_the_command_needs_both_options(missing: str, hoibao_eval: Callable[..., tuple[int, str]]) -> None:
    given = {"--set": "set.jsonl", "--out": "out"}
    del given[missing]
    status, printed = hoibao_eval(*(word for pair in given.items() for word in pair))
    assert status == 2
    assert f"Missing option '{missing}'" in printed
