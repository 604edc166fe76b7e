"""Many visitors at once, over a real server: what is counted, and that nothing is counted as answered that was not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import app.chat
from eval.load import Load, load_command, run_load
from eval.visitors import ApiVisitor, Connection, PageVisitor, Visitor
from rag.engine import Engine
from rag.errors import LibraryDamaged, RagError, SettingsError
from tests.sites import PASSWORDS, QUESTION, news_engine, serving, users_file

QUESTIONS = [f"{QUESTION} Lần {number}?" for number in range(12)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(engine: Engine) -> Iterator[str]:
    with serving(engine) as place:
        yield place


@pytest.mark.parametrize("kind", [PageVisitor, ApiVisitor])
def test_all_that_ask_at_once_are_answered_and_timed(address: str, kind: type[PageVisitor] | type[ApiVisitor]) -> None:
    told: list[str] = []
    found = run_load(Load(5, 2, "page"), QUESTIONS, lambda: kind(Connection(address)), told.append)
    assert found["outcomes"] == {"answered": 10}
    assert found["unanswered"] == 0
    assert 0 < found["p50_s"] <= found["p95_s"] <= found["max_s"]
    assert 0 < found["first_words"]["p50_s"] <= found["max_s"]
    # Nobody asks what another asks.
    assert [asked["question"] for asked in found["questions"]] == QUESTIONS[:10]
    assert [one["unanswered"] for one in found["by_round"]] == [0, 0]
    assert len(told) == 2


def test_a_visit_keeps_its_conversation_and_leaves_nothing_behind(address: str) -> None:
    visitor = PageVisitor(Connection(address))
    first = visitor.ask("Nước sông Hương lên nhanh khi nào?")
    kept = visitor.kept
    second = visitor.ask("Vì sao?")
    assert {first.outcome, second.outcome} == {"answered"}
    assert first.first_words_s is not None
    assert first.total_s is not None
    assert first.first_words_s <= first.total_s
    assert visitor.kept == kept != ""
    visitor.leave()
    other = Connection(address)
    assert kept not in other.get("/ui/vi/conversations")[1].decode()
    other.close()


def test_whoever_is_refused_is_counted(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.chat, "AT_ONCE", 1)
    monkeypatch.setattr(app.chat, "QUEUED", 1)
    with serving(engine) as address:
        found = run_load(Load(6, 1, "page"), QUESTIONS, lambda: PageVisitor(Connection(address)))
    assert found["unanswered"] == found["outcomes"]["refused"] > 0
    assert found["outcomes"]["answered"] + found["outcomes"]["refused"] == 6


def test_an_error_is_no_answer(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise LibraryDamaged("the database is torn", remedy="Run `hoibao repair`")

    monkeypatch.setattr("app.handlers.ask", damaged)
    monkeypatch.setattr("rag.pipeline.ask", damaged)
    for visitor in (PageVisitor(Connection(address)), ApiVisitor(Connection(address))):
        assert visitor.ask(QUESTION).outcome == "failed"
        visitor.leave()


def test_a_server_that_goes_away_loses_questions(engine: Engine) -> None:
    with serving(engine) as address:
        visitors: list[Visitor] = [PageVisitor(Connection(address)), ApiVisitor(Connection(address))]
    for visitor in visitors:
        late = visitor.ask(QUESTION)
        assert (late.outcome, late.total_s) == ("lost", None)
        visitor.leave()


def test_what_is_no_page_is_said() -> None:
    with pytest.raises((RagError, OSError)):
        PageVisitor(Connection("http://127.0.0.1:9"))


def test_more_users_than_questions_are_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="24 different questions"):
        run_load(Load(12, 2, "page"), QUESTIONS, lambda: PageVisitor(Connection(address)))


def test_the_command_writes_what_it_measured(engine: Engine, tmp_path: Path) -> None:
    questions = tmp_path / "set.jsonl"
    questions.write_text(
        "".join(
            json.dumps(
                {
                    "id": f"q{at}",
                    "kind": "none",
                    "question": text,
                    "history": [],
                    "answerable": False,
                    "answers": [],
                    "evidence": [],
                }
            )
            + "\n"
            for at, text in enumerate(QUESTIONS)
        ),
        encoding="utf-8",
    )
    with serving(engine, users_file(tmp_path)) as address:
        result = CliRunner().invoke(
            load_command,
            ["--address", address, "--set", str(questions), "--users", "3", "--rounds", "1", "--login", "lan",
             "--out", str(tmp_path / "out")],
            input=f"{PASSWORDS['lan']}\n",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        refused = CliRunner().invoke(
            load_command,
            ["--address", address, "--set", str(questions), "--users", "1", "--rounds", "1", "--login", "lan"],
            input="wrong password\n",
        )
        assert "does not let 'lan' in" in str(refused.exception)
    written = json.loads((tmp_path / "out" / "load.json").read_text(encoding="utf-8"))
    assert (written["users"], written["through"], written["outcomes"]) == (3, "page", {"answered": 3})
    assert "goal 4.0 s" in result.output
    nothing = CliRunner().invoke(load_command, ["--set", str(questions)])
    assert "--library or --address" in str(nothing.exception)
