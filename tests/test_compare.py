"""Two runs compared: differences, intervals, flips."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.command import evaluate
from eval.compare import Comparison, compare, compare_runs, comparison_to_json
from eval.records import QuestionRecord, read_records, record_to_json
from rag.errors import RagError
from tests.test_report import a_record


def right(id_: str, *, total_ms: float = 10.0, answerable: bool = True) -> QuestionRecord:
    return a_record(
        id_,
        answerable=answerable,
        status="answered" if answerable else "not_found",
        answer=f"đúng {id_}",
        reason=None,
        scores={"right": 1.0, "f1": 1.0, "citation_precision": 1.0 if answerable else None},
        timings_ms={"total": total_ms},
    )


def wrong(id_: str, *, total_ms: float = 10.0, answerable: bool = True) -> QuestionRecord:
    return replace(
        right(id_, total_ms=total_ms, answerable=answerable),
        status="not_found" if answerable else "answered",
        answer=f"sai {id_}",
        reason="refused" if answerable else "answered_anyway",
        scores={"right": 0.0, "f1": 0.0, "citation_precision": None},
    )


def figures(found: Comparison) -> dict[str, tuple[int, float, float, float]]:
    return {one.name: (one.questions, one.a, one.b, one.difference) for one in found.differences}


def test_means_flips_and_intervals() -> None:
    a = [wrong("q1"), right("q2"), right("q3"), wrong("q4")]
    b = [right("q1"), wrong("q2"), right("q3"), right("q4")]
    found = compare(a, b)
    assert figures(found)["right"] == (4, 0.5, 0.75, 0.25)
    # Both runs answered q3 only: a precision of a refusal does not exist.
    assert figures(found)["citation_precision"] == (1, 1.0, 1.0, 0.0)
    assert [flip.id for flip in found.gained] == ["q1", "q4"]
    assert [(flip.id, flip.a_answer, flip.b_answer, flip.b_reason) for flip in found.lost] == [
        ("q2", "đúng q2", "sai q2", "refused")
    ]
    (interval,) = [(one.low, one.high) for one in found.differences if one.name == "right"]
    # Four questions with differences +1, -1, 0, +1: the mean of a resample runs from -1 to 1 in quarters.
    assert interval == (-0.5, 1.0)
    assert not next(one for one in found.differences if one.name == "right").sure


def test_a_clear_difference_is_sure() -> None:
    a = [wrong(f"q{n}") for n in range(30)] + [right(f"r{n}") for n in range(10)]
    b = [right(f"q{n}") for n in range(30)] + [right(f"r{n}") for n in range(10)]
    found = next(one for one in compare(a, b).differences if one.name == "right")
    assert found.sure
    assert found.difference == 0.75
    # The standard error is sqrt(.75 * .25 / 40) = .0685; the bootstrap must be near .75 ± 1.96 * .0685.
    assert found.low == pytest.approx(0.75 - 0.134, abs=0.03)
    assert found.high == pytest.approx(0.75 + 0.134, abs=0.03)


def test_one_run_against_itself_is_zero_throughout() -> None:
    run = [right("q1"), wrong("q2"), right("u1", answerable=False), wrong("u2", answerable=False)]
    found = compare(run, run)
    assert {(one.difference, one.low, one.high) for one in found.differences} == {(0.0, 0.0, 0.0)}
    assert found.gained == found.lost == ()


def test_abstention_is_counted_over_the_whole_set() -> None:
    # A refuses q1 (wrongly) and u1 (rightly), and answers u2: precision 1/2, recall 1/2, F1 1/2.
    a = [wrong("q1"), right("q2"), right("u1", answerable=False), wrong("u2", answerable=False)]
    # B refuses u1 and u2, and nothing else.
    b = [right("q1"), right("q2"), right("u1", answerable=False), right("u2", answerable=False)]
    found = figures(compare(a, b))
    assert found["abstention_precision"] == (4, 0.5, 1.0, 0.5)
    assert found["abstention_recall"] == (4, 0.5, 1.0, 0.5)
    assert found["abstention_f1"] == (4, 0.5, 1.0, 0.5)
    assert "abstention_f1" not in figures(compare(a[:2], b[:2]))


def test_times_are_compared_by_percentiles() -> None:
    a = [right(f"q{n}", total_ms=10.0 * n) for n in range(1, 6)]
    b = [right(f"q{n}", total_ms=20.0 * n) for n in range(1, 6)]
    found = {one.name: one for one in compare(a, b).differences}
    assert (found["total_ms_p50"].a, found["total_ms_p50"].b, found["total_ms_p50"].better) == (30.0, 60.0, -1)
    assert found["total_ms_p95"].difference == pytest.approx(48.0)
    untimed = [replace(record, timings_ms={}) for record in a]
    assert "total_ms_p50" not in figures(compare(untimed, b))


def test_only_common_and_unaltered_questions_count() -> None:
    a = [right("q1"), right("q2"), right("only a")]
    b = [wrong("q1"), replace(wrong("q2"), question="Một câu khác?"), right("only b")]
    found = compare(a, b)
    assert (found.common, found.only_a, found.only_b, found.altered) == (1, ("only a",), ("only b",), ("q2",))
    assert figures(found)["right"] == (1, 1.0, 0.0, -1.0)


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(RagError, match="no question in common"):
        compare([right("q1")], [right("q2")], names=("x", "y"))


# ---- files and the command


def write(folder: Path, records: list[QuestionRecord]) -> Path:
    folder.mkdir()
    lines = [json.dumps(record_to_json(record), ensure_ascii=False) for record in records]
    (folder / "records.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    records = [right("q1"), wrong("q2"), a_record("q3", history=("trước\u2028?",), evidence_ranks=(None, 3))]
    assert read_records(write(tmp_path / "a", records)) == records


def test_unreadable_runs_are_said(tmp_path: Path) -> None:
    good = write(tmp_path / "good", [right("q1")])
    with pytest.raises(RagError, match=r"no evaluation run here .* Name a folder"):
        compare_runs(good, tmp_path / "none")
    torn = write(tmp_path / "torn", [right("q1"), right("q2")])
    text = (torn / "records.jsonl").read_text(encoding="utf-8")
    (torn / "records.jsonl").write_text(text[:-30], encoding="utf-8")
    with pytest.raises(RagError, match=r"records\.jsonl: line 2 is not a record of this version \(JSONDecodeError"):
        compare_runs(good, torn)
    (torn / "records.jsonl").write_text('{"id": "q1"}\n[]\n', encoding="utf-8")
    with pytest.raises(RagError, match=r"line 1 is not a record of this version \(KeyError: 'history'\)"):
        compare_runs(torn, good)
    (torn / "records.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(RagError, match="holds no question"):
        compare_runs(torn, good)
    (torn / "records.jsonl").write_bytes(b"\xff\n")
    with pytest.raises(RagError, match="cannot read the records"):
        compare_runs(torn, good)


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    a = write(tmp_path / "a", [wrong(f"q{n}") for n in range(25)] + [right("z1")])
    b = write(tmp_path / "b", [right(f"q{n}") for n in range(25)] + [wrong("z1"), right("extra")])
    result = CliRunner().invoke(evaluate, ["compare", str(a), str(b), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    (row,) = [line.split() for line in lines if line.startswith("right ")]
    assert row[:5] == ["right", "26", "0.038", "0.962", "+0.923"]
    assert row[-1] == "better"
    assert "now right: 25" in lines
    assert "  and 5 more; `--out DIR` writes them all" in lines
    assert "no longer right: 1" in lines
    assert "  z1 (fact): right -> refused: Ai từ chức?" in lines
    assert any("comparing the 26 they share (0 only in A, 1 only in B)" in line for line in lines)
    written = json.loads((tmp_path / "out/compare.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(comparison_to_json(compare_runs(a, b))))
    assert len(written["gained"]) == 25
    assert written["differences"][0]["name"] == "right"
    assert written["differences"][0]["sure"] is True


def test_python_m_eval_is_the_same_command(tmp_path: Path) -> None:
    run = write(tmp_path / "a", [right("q1")])
    done = subprocess.run(
        [sys.executable, "-m", "eval", "compare", str(run), str(run)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("figure")
    failed = subprocess.run(
        [sys.executable, "-m", "eval", "compare", str(run), str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith("hoibao: ")
    assert len(failed.stderr.splitlines()) == 1


def test_questions_that_differ_are_said(tmp_path: Path) -> None:
    a = write(tmp_path / "a", [right(f"q{n}") for n in range(7)] + [right("same")])
    b = write(tmp_path / "b", [replace(right(f"q{n}"), question="Khác?") for n in range(7)] + [right("same")])
    result = CliRunner().invoke(evaluate, ["compare", str(a), str(b)])
    assert result.exit_code == 0
    assert "7 ids stand for questions that differ" in result.output
    assert "q4, …" in result.output
