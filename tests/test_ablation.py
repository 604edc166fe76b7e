"""The ablation: which settings are run, what is kept of each, and what is said of their differences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.ablation import STEP_FIGURES, ablation_figures, evaluate_ablation, rungs
from eval.ablation_report import ablation_lines
from eval.command import aligned, evaluate
from eval.records import QuestionRecord, read_records
from eval.summary import summarise
from rag.config import AnswerSettings, RetrieveSettings, Settings
from rag.datatypes import Answer
from rag.errors import SettingsError
from rag.pipeline import Engine
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library
from tests.test_eval_run import QUESTIONS, TEXTS, seeds_set
from tests.test_report import a_record, a_summary

NAMES = ["1-sentences", "2-reader", "3-rerank", "4-check", "5-group"]
LABELS = ["sentence baseline", "+ reader", "+ re-ranking", "+ type and entity checks", "+ grouping"]


def test_each_rung_switches_on_one_part_more() -> None:
    settings = Settings(answer=AnswerSettings(threshold=0.3, reader="some/model"), retrieve=RetrieveSettings(hits=7))
    found = rungs(settings)
    assert [(rung.name, rung.label) for rung in found] == list(zip(NAMES, LABELS, strict=True))
    answers = [rung.settings.answer for rung in found]
    assert [(of.reader, of.rerank, of.check, of.group) for of in answers] == [
        ("sentences", False, False, False),
        ("some/model", False, False, False),
        ("some/model", True, False, False),
        ("some/model", True, True, False),
        ("some/model", True, True, True),
    ]
    assert {of.threshold for of in answers} == {0.3}
    assert all(rung.settings.retrieve == settings.retrieve for rung in found)
    assert found[-1].settings == settings


def test_there_has_to_be_a_reader_to_add() -> None:
    with pytest.raises(SettingsError, match="where an ablation starts"):
        rungs(Settings(answer=AnswerSettings(reader="sentences")))


# ---- figures


def a_run(right: int, of: int) -> list[QuestionRecord]:
    """Answerable questions, the first `right` of which went well, and one that is rightly refused."""
    scores = [{"right": float(n < right), "right_and_cited": float(n < right)} for n in range(of)]
    records = [
        a_record(f"q{n}", status="answered", reason=None if n < right else "wrong_answer", scores=scores[n])
        for n in range(of)
    ]
    silent = a_record("none", kind="unanswerable", answerable=False, expected=(), reason=None, confidence=0.1)
    return [*records, silent]


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    ladder = rungs(Settings())[:3]
    records = {rung.name: a_run(right, 40) for rung, right in zip(ladder, (10, 30, 31), strict=True)}
    summaries = {name: a_summary(of) | summarise(of, threshold=0.5) for name, of in records.items()}
    return ablation_figures(ladder, summaries, records, samples=2_000)


def test_neighbours_are_compared_and_the_ends(figures: dict[str, Any]) -> None:
    assert [(step["a"], step["b"]) for step in figures["steps"]] == [
        ("1-sentences", "2-reader"),
        ("2-reader", "3-rerank"),
        ("1-sentences", "3-rerank"),
    ]
    first, second, whole = figures["steps"]
    assert list(first["differences"]) == list(STEP_FIGURES)
    right = first["differences"]["right"]
    # The refused question has no right score in a_record's defaults but 0 in both runs: 20 of 41.
    assert right["difference"] == pytest.approx(20 / 41)
    assert 0.3 < right["low"] < right["difference"] < right["high"] < 0.7
    assert (right["sure"], first["gained"], first["lost"]) == (True, 20, 0)
    assert second["differences"]["right"]["sure"] is False
    assert whole["differences"]["right"]["difference"] == pytest.approx(21 / 41)


def test_figures_of_a_rung(figures: dict[str, Any]) -> None:
    rung = figures["rungs"][1]
    assert (rung["name"], rung["label"], rung["questions"], rung["unanswerable"]) == ("2-reader", "+ reader", 41, 1)
    assert rung["settings"] == {"reader": "span", "rerank": False, "check": False, "group": False}
    assert rung["abstention"] == {"f1": 1.0, "precision": 1.0, "recall": 1.0, "separation": 1.0}
    assert rung["total_ms"] == {"p50": 9.0, "p95": 9.0}
    assert rung["by_kind"]["fact"] == {"questions": 40, "right": 0.75, "right_and_cited": 0.75}


def test_a_terminal_gets_three_tables(figures: dict[str, Any]) -> None:
    lines = ablation_lines(figures, aligned)
    assert lines.count("") == 2
    (row,) = [line for line in lines if line.startswith("+ reader") and "1.000" in line]
    assert row.split()[2:] == ["0.732", "0.732", "1.000", "1.000", "1.000", "1.000", "9.00", "9.00"]
    (step,) = [line for line in lines if line.startswith("all parts together")]
    assert "+0.512 [" in step
    assert step.split()[-2:] == ["21", "0"]
    assert [line.split() for line in lines if line.startswith("fact")] == [["fact", "40", "0.250", "0.750", "0.775"]]


def test_without_an_unanswerable_question_there_is_no_refusing(figures: dict[str, Any]) -> None:
    rung = figures["rungs"][0] | {"unanswerable": 0, "total_ms": None}
    lines = ablation_lines({"rungs": [rung], "steps": []}, aligned)
    assert lines[1].split()[2:] == ["0.244", "0.244", "–", "–", "–", "–", "–", "–"]


# ---- the whole of it


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bool, float]]]:
    """What was put to the engine: reader, re-ranking and threshold of each question; no answer but with re-ranking."""
    seen: list[tuple[str, bool, float]] = []
    engines: list[tuple[Path, Settings, HashingEmbedder]] = []

    class FakeEngine(Engine):
        def __init__(self, folder: Path, settings: Settings, embedder: HashingEmbedder) -> None:
            from rag.library import Library

            self.library, self.settings, self.embedder = Library.open(folder), settings, embedder
            self.article = self.library.article

    def open_engine(folder: Path, settings: Settings, *, embedder: HashingEmbedder | None = None) -> Engine:
        engines.append((folder, settings, embedder or HashingEmbedder()))
        assert embedder is None or embedder is engines[0][2], "one embedder for all rungs"
        return FakeEngine(*engines[-1])

    def ask(engine: Engine, question: str, *, id: str, **_: Any) -> Answer:
        of = engine.settings.answer
        seen.append((of.reader, of.rerank, of.threshold))
        said = of.rerank or of.threshold == 0.0
        text = "Giá xăng tăng 500 đồng."
        return Answer(
            id, question, "answered" if said else "not_found", text, short_answer=text if said else None,
            timings_ms={"total": 1.0}, confidence=0.6 if of.rerank else 0.4,
        )  # fmt: skip

    monkeypatch.setattr("eval.ablation.open_engine", open_engine)
    monkeypatch.setattr("eval.run.ask", ask)
    yield seen
    assert all(settings.retrieve.hits == 50 for _, settings, _ in engines)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with small_library(tmp_path, [an_article(source, text) for source, text in TEXTS.items()]) as opened:
        return opened.folder


def test_every_rung_is_a_run_and_the_last_has_the_report(
    tmp_path: Path, library: Path, asked: list[tuple[str, bool, float]]
) -> None:
    out = tmp_path / "out"
    steps: list[str] = []
    summary = evaluate_ablation(
        seeds_set(tmp_path / "set.jsonl"), library, out, Settings(), samples=200,
        progress=lambda stage, done, total: steps.append(stage),
    )  # fmt: skip
    # Refused questions are asked a second time without a threshold, to know what was held back.
    assert [asked.count(one) for one in dict.fromkeys(asked)] == [6, 6, 6, 6, 18]
    assert list(dict.fromkeys(steps)) == [f"{label}: asking" for label in LABELS]
    assert sorted(entry.name for entry in (out / "rungs").iterdir()) == NAMES[:-1]
    for name in NAMES[:-1]:
        assert {entry.name for entry in (out / "rungs" / name).iterdir()} == {
            "answers.jsonl", "records.jsonl", "report.html", "summary.json",
        }  # fmt: skip
    written = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert written == summary
    assert [rung["right"] for rung in written["ablation"]["rungs"]] == [
        pytest.approx(n / 6, abs=1e-6) for n in (2, 2, 1, 1, 1)
    ]
    assert written["settings"]["answer"]["group"] is True
    assert "What each part adds" in (out / "report.html").read_text(encoding="utf-8")
    held_back = {record.id: record.held_back for record in read_records(out / "rungs" / "2-reader")}
    assert held_back["q1"] == {"right": 1.0, "right_and_cited": 0.0}
    assert all(record.held_back is None for record in read_records(out))
    points = written["trade_off"]["points"]
    assert [point["answered"] for point in points] == [0.0, 1.0]


def test_a_run_into_the_same_folder_is_taken_for_one(
    tmp_path: Path, library: Path, asked: list[tuple[str, bool, float]]
) -> None:
    out = tmp_path / "out"
    (out / "rungs" / "1-sentences").mkdir(parents=True)
    (out / "rungs" / "1-sentences" / "records.jsonl").write_text("")  # an ablation that was stopped
    evaluate_ablation(seeds_set(tmp_path / "set.jsonl"), library, out, Settings(), samples=200)
    assert len(read_records(out / "rungs" / "1-sentences")) == len(QUESTIONS)


def test_the_command_prints_the_ladder(
    tmp_path: Path, library: Path, asked: list[tuple[str, bool, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.compare.SAMPLES", 200)
    arguments = ["--set", seeds_set(tmp_path / "set.jsonl"), "--library", library, "--out", tmp_path / "out"]
    result = CliRunner().invoke(evaluate, [*map(str, arguments), "--ablation"], catch_exceptions=False)
    assert result.exit_code == 0
    firsts = [line.split("  ")[0] for line in result.output.splitlines() if line]
    assert [label for label in firsts if label in LABELS] == [*LABELS, *LABELS[1:]]
    assert "all parts together" in firsts
    assert f"report: {tmp_path / 'out' / 'report.html'}" in result.output
