"""The benchmarks on a small news file with the hashing embedder, in real subprocesses; one with the real model."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.bench import Bench, _spaced, bench_command, bench_killed, goals, machine, main, questions_for
from eval.bench_child import ToldEmbedder, peak_memory_bytes, tokens_per_passage
from rag.config import Settings
from rag.errors import RagError
from tests.fakes import HashingEmbedder

FAKE = "tests.fakes:HashingEmbedder"
# The reader that needs no network.
QUICK = ("-o", "answer.reader=sentences")
WORDS = ("xăng dầu tăng giá", "bão đổ bộ miền Trung", "đội tuyển thắng trận", "học sinh nghỉ học", "tàu cập cảng")


SYLLABLES = [
    onset + rime for onset in "bcdđghlmnt" for rime in ("a", "ai", "an", "ang", "anh", "ao", "ông", "ơn", "ưng")
]


def news(number: int) -> dict[str, str]:
    """An article of about three passages, unlike the others: no copies to be compared word for word."""
    chosen = random.Random(number)  # noqa: S311
    body = [
        f"Ngày {number % 28 + 1} {WORDS[(number + n) % 5]}: {' '.join(chosen.choices(SYLLABLES, k=14))}."
        for n in range(30)
    ]
    return {"id": f"{number:06d}", "title": f"Tin số {number}: {WORDS[number % 5]}", "text": " ".join(body)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "news").mkdir()
    (folder / "reader_dev").mkdir()
    lines = "".join(json.dumps(news(number), ensure_ascii=False) + "\n" for number in range(400))
    (folder / "news/large.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    asked = [
        {"id": f"r{n}", "question": f"Câu hỏi {n}?", "answers": [{"text": "Tin", "answer_start": 0}]} for n in range(5)
    ]
    document = {"data": [{"title": "", "paragraphs": [{"context": "Tin trong ngày.", "qas": asked}]}]}
    (folder / "reader_dev/news_vi.json.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    return folder


def run(*arguments: str | Path) -> dict[str, Any]:
    result = CliRunner().invoke(bench_command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_index_and_ask_are_measured_and_written(data: Path, tmp_path: Path) -> None:
    found = run(
        "--data", data, "--only", "index", "--only", "ask", "--articles", "20", "--questions", "6",
        "--work", tmp_path / "work", "--out", tmp_path / "out", "--embedder", FAKE, *QUICK,
    )  # fmt: skip
    assert json.loads((tmp_path / "out/bench.json").read_text(encoding="utf-8")) == found
    index = found["index"]
    assert (index["articles"], index["failures"], index["tokens_per_passage"]) == (20, 0, None)
    assert index["passages"] >= 40
    assert index["passages_per_s"] == pytest.approx(index["passages"] / index["seconds"], rel=0.01)
    assert 20 < index["peak_memory_mib"] < 4000
    assert index["library_mib"] > 0
    assert (found["ask"]["questions"], found["ask"]["passages"]) == (6, index["passages"])
    stages = found["ask"]["stages_ms"]
    assert {"dense", "lexical", "read", "total", "retrieval"} <= set(stages)
    assert all(0 <= stage["p50"] <= stage["p95"] <= stage["max"] for stage in stages.values())
    assert stages["retrieval"]["p50"] <= stages["total"]["p50"]
    assert [goal["name"].split(":")[0] for goal in found["goals"]] == ["index", "ask"]


def test_the_work_folder_is_used_again(data: Path, tmp_path: Path) -> None:
    common = (
        "--data", data, "--work", tmp_path / "work", "--out", tmp_path, "--embedder", FAKE, *QUICK, "--articles", "5",
    )  # fmt: skip
    first = run(*common, "--only", "ask", "--questions", "2")  # makes the library it lacks
    again = run(*common, "--only", "ask", "--questions", "2")
    assert first["index"]["articles"] == 5
    assert "index" not in again
    assert again["ask"]["passages"] == first["ask"]["passages"]


def test_a_killed_run_continues(data: Path, tmp_path: Path) -> None:
    found = bench_killed(Bench(data, tmp_path, Settings(), FAKE), 400, lambda done, total: None)
    assert found["killed_in_batch"] == 3
    assert found["articles"] == 400
    assert found["findings"] == []
    assert 0 < found["passages_kept"] < found["passages"]
    assert found["embedded_twice"] == found["batch_lost"] > 0
    assert found["passages_kept"] + found["passages_embedded_by_the_second_run"] == found["passages"]
    assert found["continued"] is True


def test_a_run_too_short_to_be_killed_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RagError, match=r"over after 1 batches, .* --killed-articles"):
        bench_killed(Bench(data, tmp_path, Settings(), FAKE), 5, lambda done, total: None)


def test_an_indexing_process_that_fails_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RagError, match="indexing ended with status 1"):
        bench_killed(Bench(data, tmp_path, Settings(), "tests.fakes:Nothing"), 5, lambda done, total: None)


def test_a_cold_start_that_fails_is_said(data: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "bench-library").mkdir(parents=True)
    arguments = ["--data", str(data), "--only", "cold", "--cold-runs", "1", "--work", str(work), "--out", str(tmp_path)]
    result = CliRunner().invoke(bench_command, arguments)
    assert isinstance(result.exception, RagError)
    assert "`hoibao ask` failed (hoibao: " in str(result.exception)


def test_missing_data_ends_with_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--data", str(tmp_path / "none"), "--only", "index"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "cannot read the news file (No such file or directory). Name the data folder" in capsys.readouterr().err


def test_questions_alternate_between_headlines_and_hand_written_ones(data: Path) -> None:
    found = questions_for(data, 6, 400)
    # Headlines 0, 133 and 266 of 400; questions 0, 1 and 3 of 5.
    assert found == [
        "Tin số 0: xăng dầu tăng giá",
        "Câu hỏi 0?",
        "Tin số 133: học sinh nghỉ học",
        "Câu hỏi 1?",
        "Tin số 266: bão đổ bộ miền Trung",
        "Câu hỏi 3?",
    ]
    assert _spaced(["a", "b"], 5) == ["a", "b", "a", "b", "a"]
    assert _spaced([], 3) == []


def test_goals_name_what_was_missed() -> None:
    found = {
        "index": {"passages_of_200_tokens_per_s": 44.0, "peak_memory_mib": 3072.0},
        "ask": {"stages_ms": {"retrieval": {"p95": 60.1}}},
        "cold": {"median_s": 3.0},
        "killed": {"continued": False},
    }
    assert [(goal["goal"], goal["met"]) for goal in goals(found)] == [
        (">= 45", False),
        ("<= 3072", True),
        ("<= 60", False),
        ("<= 4", True),
        (">= 1", False),
    ]
    assert goals({}) == []


def test_the_machine_and_the_memory_are_known() -> None:
    assert machine()["cores"] >= 1
    assert isinstance(machine()["avx512_bf16"], bool)
    assert 10 * 2**20 < peak_memory_bytes() < 64 * 2**30


def test_told_embedder_tells_before_it_embeds(capsys: pytest.CaptureFixture[str]) -> None:
    inner = HashingEmbedder()
    told = ToldEmbedder(inner)
    texts = [f"câu {n}" for n in range(100)]
    assert (told.embed_passages(texts) == HashingEmbedder().embed_passages(texts)).all()
    assert (told.embed_queries(["a"]) == HashingEmbedder().embed_queries(["a"])).all()
    assert capsys.readouterr().out == '{"event": "embedding", "passages": 100}\n'
    assert told.sample == texts[::4]
    assert told.identity == inner.identity
    assert tokens_per_passage([], Settings(), inner.identity) is None


@pytest.mark.model
def test_the_real_model_from_end_to_end(data: Path, tmp_path: Path) -> None:
    found = run(
        "--data", data, "--only", "index", "--only", "cold", "--articles", "4", "--cold-runs", "1",
        "--work", tmp_path / "work", "--out", tmp_path / "out",
    )  # fmt: skip
    index = found["index"]
    # About 13 syllables a sentence and 800 characters a passage: a token is 3 to 5 characters.
    assert 120 < index["tokens_per_passage"] < 350
    assert index["passages_of_200_tokens_per_s"] == pytest.approx(
        index["passages_per_s"] * index["tokens_per_passage"] / 200, rel=0.01
    )
    assert 0 < found["cold"]["median_s"] < 120
