"""What a model made of answers, counted: the numbers below are worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

import eval.generated
from eval.command import evaluate, generated_lines
from eval.faithfulness import citation_counts, faithfulness, summary_of, worded
from eval.report import render_report
from eval.run import evaluate_set
from eval.sets_io import EvalQuestion, EvidenceItem
from rag.config import AnswerSettings, GenerateSettings, Settings
from rag.datatypes import Answer, Citation, Claim
from rag.errors import GeneratorError
from rag.generation.records import Checked, Draft, Fluent, Marked
from tests.fakes import HashingEmbedder, ScriptedGenerator
from tests.helpers import an_article, small_library

BRIDGE, WIDTH = "Cầu ở Huế dài 90 m.", "Cầu ở Huế rộng 9 m."
QUESTION = EvalQuestion(
    "q1", "fact", "Cầu ở Huế dài bao nhiêu?", (), True, (("90 m",),), (EvidenceItem("a.txt", BRIDGE),)
)


class Overlap:
    """Supported is what stands in one of the texts, or in all of them together, word for word."""

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
        held = set(" ".join(evidence).split())
        new = [word for word in sentence.split() if word not in held]
        reasons = [f"number: {word}" for word in new if word.isdigit()] + ["name: Lào"] * ("Lào" in new)
        return Checked("unsupported" if new else "supported", 1.0, tuple(reasons))


def an_answer(*claims: Claim) -> Answer:
    citations = tuple(
        Citation(number, "a", "a.txt", "Cầu", None, None, 0, len(quote), quote)
        for number, quote in enumerate((BRIDGE, WIDTH), 1)
    )
    return Answer(
        "q1",
        QUESTION.question,
        "answered",
        " ".join(claim.text for claim in claims),
        short_answer="90 m",
        claims=claims,
        citations=citations,
    )


@pytest.mark.parametrize(
    ("sentence", "quotes", "expected"),
    [
        ("a b", ["a b c"], (True, 1)),
        ("a b", ["c"], (False, 0)),
        ("a b", [], (False, 0)),
        ("a b", ["a", "b"], (True, 2)),  # neither alone, and neither can be left out
        ("a b", ["a b", "c"], (True, 1)),  # the second neither supports it nor is missed
        ("a b", ["a b", "b a"], (True, 2)),  # each supports it alone
        ("a b", ["a", "b", "a b"], (True, 1)),  # the first two are not needed
    ],
)
def test_alce_recall_and_precision(sentence: str, quotes: list[str], expected: tuple[bool, int]) -> None:
    assert citation_counts(sentence, quotes, Overlap(), question="?") == expected


def test_sentences_are_counted_as_written_and_as_shown() -> None:
    extractive = an_answer(Claim(BRIDGE, (1,), "supported"))
    answer = an_answer(
        Claim(BRIDGE, (1, 2), "supported"),
        Claim("Cầu ở Huế rộng 9 m.", (2,), "supported"),
        Claim("Cầu đẹp.", (), "unsupported"),
    )
    sentences = (
        (Marked(BRIDGE, (1, 2)), Checked("supported", 1.0)),
        (Marked("Cầu dài 95 m ở Lào.", (1,)), Checked("unsupported", 0.0, ("number: 95 m", "name: Lào"))),
        (Marked("Cầu dài 96 m.", (1,)), Checked("unsupported", 0.0, ("number: 96 m", "number: m"))),
    )
    fluent = Fluent(
        answer,
        generated=True,
        model="m",
        sentences=sentences,
        dropped=1,
        struck=1,
        unknown_markers=2,
        shown=((1, BRIDGE), (2, WIDTH)),
    )
    draft = "Cầu ở Huế dài 90 m. [1][2] Cầu ở Huế rộng 9 m. [2][7] Cầu ở Huế dài 95 m. [1] Lào có cầu dài 96 m."
    draft += " Cầu đẹp. [8]"
    found = faithfulness(QUESTION, extractive, draft, fluent, Overlap())
    counts = {name: count for name, count in found.counts.items() if count}
    assert counts == {
        "written": 5,
        "written_cited": 3,
        "written_supported": 2,
        "markers": 6,  # two of them name nothing
        "written_precise": 2,
        "wrong_numbers": 2,  # one of them without a marker
        "wrong_names": 1,
        "shown": 1,  # the second statement is a quotation in the place of a sentence
        "supported": 1,
        "cited": 2,
        "precise": 1,
        "gold": 1,
        "supported_by_gold": 1,
        "dropped": 1,
        "struck": 1,
        "unknown_markers": 2,
    }
    assert found.scores["f1"] == 1.0
    assert found.scores["contained"] == found.scores["contained_extractive"] == 1.0
    summary = summary_of([found], "m")
    assert (summary["written_supported"], summary["wrong_numbers"], summary["wrong_names"]) == (0.4, 0.4, 0.2)
    assert summary["written_precise"] == pytest.approx(2 / 6, abs=1e-6)
    assert (summary["citation_recall"], summary["citation_precision"]) == (1.0, 0.5)
    assert summary["supported_by_gold"] == 1.0
    assert summary["timings_ms"] == {"first_word": None, "last_word": None}


def test_an_answer_that_stands_counts_no_sentence_as_shown() -> None:
    extractive = an_answer(Claim(BRIDGE, (1,), "supported"))

    def stands(answer: Answer, **_more: object) -> object:
        yield Draft("Cầu dài 7 m. [1]")
        yield Fluent(
            answer,
            generated=False,
            model="m",
            problem="Vì thế.",
            dropped=1,
            first_word_ms=4.0,
            last_word_ms=6.0,
            shown=((1, BRIDGE),),
        )

    draft, fluent = worded(stands, extractive)  # type: ignore[arg-type]
    found = faithfulness(QUESTION, extractive, draft, fluent, Overlap())
    assert (found.asked, found.generated, found.draft, found.counts["shown"]) == (True, False, "Cầu dài 7 m. [1]", 0)
    # What it invented counts, though nothing of it was shown.
    assert [found.counts[name] for name in ("written", "written_supported", "wrong_numbers", "dropped")] == [1, 0, 1, 1]
    summary = summary_of([found, found], "mô hình")
    assert (summary["written_supported"], summary["wrong_numbers"], summary["written_precise_mean"]) == (0.0, 1.0, 0.0)
    assert summary["problems"] == {"Vì thế.": 2}
    assert summary["citation_recall"] is None
    assert summary["timings_ms"]["first_word"] == {"p50": 4.0, "p95": 4.0}
    lines = generated_lines(summary)
    assert lines[0] == "mô hình: 2 questions, 2 put to the model, 0 answers in its words"
    assert "first word: p50 4 ms, p95 4 ms" in lines
    assert lines[-1] == "not worded, 2: Vì thế."


# ---- a run


@pytest.fixture
def a_set(tmp_path: Path) -> Path:
    rows = [
        {"id": "q1", "kind": "fact", "question": "Cầu Tràng Tiền dài bao nhiêu mét?", "history": [], "answerable": True,
         "answers": ["402 mét", "402"], "evidence": [{"file": "a.txt", "quote": "Cầu Tràng Tiền dài 402 mét."}]},
        {"id": "q2", "kind": "unanswerable", "question": "Sao Hỏa có mấy vệ tinh?", "history": [], "answerable": False,
         "answers": [], "evidence": []},
    ]  # fmt: skip
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    texts = ["Cầu Tràng Tiền dài 402 mét. Cầu bắc qua sông Hương ở Huế.", "Lễ hội áo dài mở ở Huế trong tháng sáu."]
    with small_library(tmp_path, [an_article("a.txt", texts[0]), an_article("b.txt", texts[1])]) as opened:
        return opened.folder


def quick(**generate: object) -> Settings:
    return Settings(
        answer=AnswerSettings(reader="sentences", threshold=0.0, check=False), generate=GenerateSettings(**generate)
    )


def test_a_run_with_a_model_tells_what_it_made_of_the_answers(
    a_set: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ScriptedGenerator("Cầu Tràng Tiền dài 402 mét [1]. Cầu Tràng Tiền dài 500 mét [1][9].")
    monkeypatch.setattr(eval.generated, "make_generator", lambda settings: model)
    out = tmp_path / "out"
    settings = quick(generator="http://127.0.0.1:1/v1", unsupported="repair")
    summary = evaluate_set(a_set, library, out, settings, embedder=HashingEmbedder())
    assert model.closed
    found = summary["generated"]
    assert found["model"] == "kịch-bản"
    assert found["questions"] == 2
    assert found["generated"] >= 1
    assert found["counts"]["wrong_numbers"] >= 1
    assert found["counts"]["unknown_markers"] >= 1
    assert found["citation_recall"] == found["citation_precision"] == 1.0
    assert found["supported_by_gold"] is not None
    assert set(found["timings_ms"]["first_word"]) == {"p50", "p95"}
    lines = [json.loads(line) for line in (out / "generated.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["q1", "q2"]
    assert "500 mét" in lines[0]["draft"]
    assert lines[0]["generated"]
    assert "500" not in lines[0]["answer"]["answer"]
    assert json.loads((out / "answers.jsonl").read_text(encoding="utf-8").splitlines()[0])["id"] == "q1"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "In a model’s words" in page
    assert "kịch-bản was asked" in page
    summary["generated"]["problems"] = {"<b>": 1}
    assert "<li>1: &lt;b&gt;</li>" in render_report(summary, [])


def test_a_model_that_fails_leaves_the_quotations(
    a_set: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ScriptedGenerator("Cầu", failure=GeneratorError("the server broke off"))
    monkeypatch.setattr(eval.generated, "make_generator", lambda settings: model)
    settings = quick(generator="http://127.0.0.1:1/v1")
    summary = evaluate_set(a_set, library, tmp_path / "out", settings, embedder=HashingEmbedder())
    found = summary["generated"]
    assert found["generated"] == 0
    assert sum(found["problems"].values()) == found["questions"]
    assert found["contained"] == found["contained_extractive"]


def test_without_a_model_nothing_of_it_is_imported_or_written(a_set: Path, library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out).mkdir()
    (out / "records.jsonl").touch()
    (out / "generated.jsonl").write_text("{}", encoding="utf-8")  # of a former run
    summary = evaluate_set(a_set, library, out, quick(), embedder=HashingEmbedder())
    assert "generated" not in summary
    assert not (out / "generated.jsonl").exists()
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import eval.run, eval.command, sys; print([m for m in sys.modules if 'rag.generation' in m])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


def test_the_parts_of_answering_are_measured_without_a_model(tmp_path: Path) -> None:
    arguments = ["--set", "x.jsonl", "--out", str(tmp_path), "--ablation", "--generator", "http://127.0.0.1:1/v1"]
    told = CliRunner().invoke(evaluate, arguments)
    assert told.exit_code == 2
    assert "without a model" in told.output
