"""`hoibao ask --generator`: what is printed when, with which keys, and what Ctrl+C and a missing server leave."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.console import Console

from rag import pipeline
from rag.commands import terminal
from rag.config import GenerateSettings
from rag.datatypes import Answer, Citation, Claim
from rag.engine import Engine
from rag.errors import GeneratorError
from rag.generation.rewriting import NOTE
from tests.fakes import ScriptedGenerator
from tests.test_cli import ALWAYS, FLOOD, QUESTION, library, run
from tests.test_fluent import WordChecks

__all__ = ["library", "run"]

Run = Callable[..., Result]
GOOD = "Ở Huế, hơn 200 trường học đóng cửa trong hai ngày [1]."
BAD = "Thủ tướng Pháp đã tặng 900 chiếc thuyền [1]."
CLOSED = FLOOD[FLOOD.index("Hơn") :]
WITH_MODEL = ("ask", QUESTION, *ALWAYS, "--generator", "http://localhost:1/v1")


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ScriptedGenerator:
    generator = ScriptedGenerator(f"{GOOD} {BAD}")
    asked: list[GenerateSettings] = []

    def make(settings: GenerateSettings) -> ScriptedGenerator:
        asked.append(settings)
        return generator

    monkeypatch.setattr("rag.generation.backends.make_generator", make)
    monkeypatch.setattr("rag.generation.fluent.checker_of", lambda engine: WordChecks())
    generator.settings = asked  # type: ignore[attr-defined]
    return generator


def test_one_answer_with_the_keys_of_the_contract(run: Run, library: Path, generator: ScriptedGenerator) -> None:
    plain = json.loads(run("ask", QUESTION, *ALWAYS, "--json").stdout)
    result = run(*WITH_MODEL, "--json", "--unsupported", "drop", "--model", "gemma")
    worded = json.loads(result.stdout)
    assert list(worded) == list(plain)
    assert [(claim["text"], claim["citations"]) for claim in worded["claims"]] == [(GOOD.replace(" [1]", ""), [1])]
    assert worded["citations"][0]["quote"] == CLOSED
    assert {"first_word", "last_word", "total"} <= set(worded["timings_ms"])
    assert "first_word" not in plain["timings_ms"]
    assert any("mô hình kịch-bản" in note for note in worded["notes"])
    assert "Chưa được nguồn xác nhận: 1 câu đã bỏ." in worded["notes"]
    (settings,) = generator.settings  # type: ignore[attr-defined]
    assert (settings.generator, settings.model, settings.unsupported) == ("http://localhost:1/v1", "gemma", "drop")
    assert generator.closed


def test_settings_name_a_model_as_the_flags_do(
    run: Run, library: Path, generator: ScriptedGenerator, tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text('[generate]\ngenerator = "http://a/v1"\nunsupported = "strike"\n')
    claims = json.loads(run("ask", QUESTION, *ALWAYS, "--config", "s.toml", "--json").stdout)["claims"]
    assert [claim["status"] for claim in claims] == ["supported", "unsupported"]
    run("ask", QUESTION, *ALWAYS, "--config", "s.toml", "--generator", "http://b/v1")
    assert [settings.generator for settings in generator.settings] == ["http://a/v1", "http://b/v1"]  # type: ignore[attr-defined]


def test_every_line_is_worded_and_follow_ups_are_too(
    run: Run, library: Path, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = pipeline.ask

    def silent_to_the_rules(engine: Engine, question: str, *, worded: str | None = None, **given: Any) -> Answer:
        if given["history"] and worded is None:
            return Answer("1", question, "not_found", "Không tìm thấy trong nguồn.")
        return ask(engine, question, worded=worded, **given)

    monkeypatch.setattr(pipeline, "ask", silent_to_the_rules)
    rewrite = "Vì sao hơn 200 trường học ở Huế đóng cửa?"
    generator.texts = (rewrite, GOOD, GOOD)
    lines = [
        {"id": 1, "question": "Vì sao vậy?", "history": [QUESTION], "answers": ["hơn 200 trường học"]},
        {"id": 2, "question": QUESTION},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines)
    result = run("ask", "--jsonl", *ALWAYS, "--generator", "http://localhost:1/v1", stdin=stdin)
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["id"], second["id"]) == (1, 2)
    assert second["claims"][0]["text"] == GOOD.replace(" [1]", "")
    assert (first["understood_as"], NOTE in first["notes"]) == (rewrite, True)
    assert len(generator.prompts) == 3
    generator.prompts.clear()
    run("ask", "--jsonl", *ALWAYS, *WITH_MODEL[-2:], "-o", "generate.rewrite=false", stdin=json.dumps(lines[0]))
    assert generator.prompts == []


def test_without_a_terminal_the_last_word_is_printed_once_with_its_quotations(
    run: Run, library: Path, generator: ScriptedGenerator
) -> None:
    shown = run(*WITH_MODEL).stdout
    assert shown.count("Ở Huế, hơn 200 trường học đóng cửa") == 1
    assert f"    “{CLOSED}”" in shown
    assert "thuyền" not in shown
    assert "Ghi chú: Lời văn do mô hình kịch-bản viết" in shown


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal gets to show from now on."""
    screen = io.StringIO()
    out = Console(file=screen, force_terminal=True, color_system=None, markup=False, highlight=False, soft_wrap=True)
    monkeypatch.setattr(terminal, "console", lambda: out)
    return screen


def test_a_terminal_shows_the_quotations_at_once_then_the_words_as_they_come(
    run: Run, library: Path, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = on_a_terminal(monkeypatch)
    seen: list[str] = []
    generator.on_piece = lambda: seen.append(screen.getvalue())
    run(*WITH_MODEL, "--unsupported", "strike")
    shown = screen.getvalue()
    assert CLOSED in seen[0]
    assert "đang viết, chưa được kiểm tra" not in seen[0]
    assert "đang viết, chưa được kiểm tra" in seen[2]
    first, draft, last = (shown.index(text) for text in (CLOSED, f"{GOOD} {BAD}", "(chưa được nguồn xác nhận)"))
    assert first < draft < last


def test_ctrl_c_stops_the_model_and_keeps_the_quotations(
    run: Run, library: Path, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        if generator.pieces == 3:
            raise KeyboardInterrupt

    generator.on_piece = interrupt
    result = run(*WITH_MODEL, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["claims"][0]["text"] == CLOSED
    assert "Mô hình đã được dừng. Câu trả lời trích nguyên văn được giữ." in told["notes"]
    assert generator.closed
    generator.pieces = 0
    screen = on_a_terminal(monkeypatch)
    assert run(*WITH_MODEL).exit_code == 0
    assert screen.getvalue().count(CLOSED) == 1
    assert "Mô hình đã được dừng. Câu trả lời ở trên vẫn giữ." in screen.getvalue()


def test_ctrl_c_while_a_follow_up_is_worded_keeps_what_was_found(
    run: Run, library: Path, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(engine: Engine, question: str, **given: Any) -> Answer:
        return Answer("1", question, "not_found", "Không tìm thấy trong nguồn.")

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "ask", silent)
    generator.on_piece = interrupt
    result = run("ask", "Vì sao vậy?", "--history", QUESTION, *ALWAYS, *WITH_MODEL[-2:], "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"] == "not_found"
    assert len(generator.prompts) == 1
    # Of many lines it ends the program, as it does without a model.
    line = json.dumps({"question": "Vì sao vậy?", "history": [QUESTION]})
    assert run("ask", "--jsonl", *ALWAYS, *WITH_MODEL[-2:], stdin=line).exit_code != 0


def test_a_model_that_cannot_be_had_is_told_of_and_costs_no_answer(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: GenerateSettings) -> ScriptedGenerator:
        raise GeneratorError("no package", where="local", remedy="Install it")

    monkeypatch.setattr("rag.generation.backends.make_generator", fail)
    result = run(*WITH_MODEL, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["claims"][0]["text"] == CLOSED
    assert result.stderr.splitlines() == ["hoibao: local: no package. Install it. The answers are quotations."]


def test_wrong_flags_are_usage_errors(run: Run, library: Path) -> None:
    assert run("ask", QUESTION, "--unsupported", "believe").exit_code == 2
    assert run("ask", QUESTION, "-o", "generate.unsupported=believe").exit_code == 2
    alone = run("ask", QUESTION, "--model", "gemma3:4b")
    assert alone.exit_code == 2
    assert "give its address with --generator" in alone.stderr


def test_what_a_model_writes_cannot_move_the_cursor(
    run: Run, library: Path, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = on_a_terminal(monkeypatch)
    generator.texts = (f"\x1b]0;x\x07\x1b[2J[bold]{GOOD}",)
    run(*WITH_MODEL)
    shown = screen.getvalue()
    assert "[bold]" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown


def test_claims_without_support_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    citation = Citation(1, "a", "a.txt", "A", None, None, 0, 3, "Một\nhai.")
    claims = (Claim("Một.", (1,), "supported"), Claim("Ba.", (), "unsupported"))
    answer = Answer("id", "?", "answered", "Một. [1]", claims=claims, citations=(citation,))
    terminal.print_answer(answer, terminal.console(sys.stdout), quotes=True)
    shown = capsys.readouterr().out
    assert "  • Ba. (chưa được nguồn xác nhận)\n" in shown
    assert "    “Một hai.”\n" in shown


def test_a_server_that_is_not_there_leaves_the_quotations(seeds_library: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("hoibao"), "ask", "Tổng thư ký NATO là ai?", "--library", str(seeds_library),
         "--generator", "http://127.0.0.1:9/v1", "-o", "generate.retries=0", "--json"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["short_answer"] == "Jens Stoltenberg"
    assert any("Câu trả lời trích nguyên văn được giữ." in note for note in told["notes"])
