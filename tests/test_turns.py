"""Questions take turns: in a fair order, few at once, and nothing changes under one that is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.config import Settings
from rag.datatypes import Article, Hit
from rag.engine import Engine
from rag.pipeline import ask, build, open_engine
from rag.question import Question
from rag.reader import Reading
from rag.turns import Turns, asking_for
from tests.fakes import HashingEmbedder

WAIT_S = 10.0


class Line:
    """Threads that wait for turns, one behind the other, and note who has had one."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.had: list[str] = []
        self.threads: list[threading.Thread] = []

    def join(self, asker: str, name: str, *, background: bool = False) -> None:
        """One more stands in the line; it is in it when this returns."""

        def wait() -> None:
            with asking_for(asker, background=background), self.turns.one():
                self.had.append(name)

        before = self._length()
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        self.threads.append(thread)
        end = time.monotonic() + WAIT_S
        while self._length() == before and time.monotonic() < end:
            time.sleep(0.001)

    def _length(self) -> int:
        return len(self.turns._waiting)

    def served(self) -> list[str]:
        for thread in self.threads:
            thread.join(WAIT_S)
        return self.had


def test_whoever_asks_much_does_not_keep_others_waiting() -> None:
    line = Line(Turns(1))
    with line.turns.one():
        for name in ("a1", "a2", "a3", "b1", "b2", "c1"):
            line.join(name[0], name)
        assert line.turns.waiting() == 6
    assert line.served() == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert line.turns.waiting() == 0


def test_of_one_name_whoever_came_first_is_first() -> None:
    line = Line(Turns(1))
    with line.turns.one():
        for name in "1234":
            line.join("", name)
    assert line.served() == ["1", "2", "3", "4"]


def test_what_nobody_waits_for_comes_last_and_alone() -> None:
    line = Line(Turns(2))
    with line.turns.one():
        line.join("", "background", background=True)
        assert line.turns.waiting() == 0
        line.had.clear()
        with line.turns.one():
            line.join("a", "person")
        line.threads[-1].join(WAIT_S)
        # One turn is free, but a question of a person is under way.
        assert line.had == ["person"]
    assert line.served() == ["person", "background"]


def test_no_more_are_let_in_than_at_once() -> None:
    turns, inside, most = Turns(2), 0, 0
    lock = threading.Lock()

    def take() -> None:
        nonlocal inside, most
        with turns.one():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=take, daemon=True) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert most == 2


def test_a_failure_gives_the_turn_back() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="no"), turns.one():
        raise ValueError("no")
    with turns.one():
        pass


# ---- over a library -------------------------------------------------------------------------------------------------


class SlowReader:
    """A reader that goes on when it is told to, and finds nothing."""

    def __init__(self) -> None:
        self.reading, self.go_on = threading.Semaphore(0), threading.Semaphore(0)
        self.seen: list[list[str]] = []

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        self.reading.release()
        assert self.go_on.acquire(timeout=WAIT_S)
        self.seen.append([article_of(hit.chunk.article_id).text for hit in hits])
        return Reading((), 0.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "một.txt").write_text("Mưa lớn ở Huế làm 12 trường học phải đóng cửa vào sáng thứ hai.", encoding="utf-8")
    (folder / "hai.txt").write_text("Giá gạo tại An Giang tăng lên 8.000 đồng một ký trong tuần này.", encoding="utf-8")
    return folder


@pytest.fixture
def engine(corpus: Path, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings.model_validate({"answer": {"reader": "sentences"}})
    build([corpus], tmp_path / "library", settings, embedder=HashingEmbedder())
    with open_engine(tmp_path / "library", settings, embedder=HashingEmbedder()) as opened:
        yield opened


def beside(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_while_one_question_is_read_the_next_gets_ready(engine: Engine) -> None:
    reader = engine.reader = SlowReader()
    threads = [beside(lambda: ask(engine, "Bao nhiêu trường học ở Huế đóng cửa?")) for _ in range(3)]
    assert reader.reading.acquire(timeout=WAIT_S)
    assert reader.reading.acquire(timeout=WAIT_S)
    # The third waits until one of them is through.
    assert not reader.reading.acquire(timeout=0.2)
    assert engine.turns.waiting() == 1
    for _ in threads:
        reader.go_on.release()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(reader.seen) == 3


def test_what_is_indexed_while_a_question_is_read_is_seen_by_the_next_alone(
    engine: Engine, corpus: Path, tmp_path: Path
) -> None:
    reader = engine.reader = SlowReader()
    generation = engine.library.generation
    first = beside(lambda: ask(engine, "Bao nhiêu trường học ở Huế đóng cửa?"))
    assert reader.reading.acquire(timeout=WAIT_S)
    (corpus / "một.txt").write_text("Nắng to ở Huế, 40 trường học mở cửa lại sau trận mưa lớn.", encoding="utf-8")
    build([corpus], tmp_path / "library", engine.settings, embedder=HashingEmbedder())
    second = beside(lambda: ask(engine, "Bao nhiêu trường học ở Huế mở cửa?"))
    refreshed = beside(engine.refresh)
    # Neither of them changes anything as long as the first question is under way.
    assert not reader.reading.acquire(timeout=0.3)
    assert engine.library.generation == generation
    reader.go_on.release()
    first.join(WAIT_S)
    assert any("12 trường học" in text for text in reader.seen[0])
    reader.go_on.release()
    for thread in (second, refreshed):
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert engine.library.generation > generation
    assert any("40 trường học" in text for text in reader.seen[1])


def test_a_turn_inside_a_turn_is_the_same(engine: Engine) -> None:
    with engine.turn(), engine.turn():
        assert ask(engine, "Giá gạo tại An Giang tăng lên bao nhiêu?").hits
    assert engine.turns.waiting() == 0


def test_what_is_looked_up_quickly_waits_for_no_question(engine: Engine, corpus: Path, tmp_path: Path) -> None:
    reader = engine.reader = SlowReader()
    asking = beside(lambda: ask(engine, "Bao nhiêu trường học ở Huế đóng cửa?"))
    assert reader.reading.acquire(timeout=WAIT_S)
    engine.refresh()  # where nothing is new, there is nothing to wait for
    (corpus / "ba.txt").write_text("Chợ nổi Cái Răng đón 3.000 lượt khách trong ngày đầu năm.", encoding="utf-8")
    build([corpus], tmp_path / "library", engine.settings, embedder=HashingEmbedder())
    with engine.glance():
        assert len(list(engine.library.articles())) == 3
    reader.go_on.release()
    asking.join(WAIT_S)


def test_at_once_is_answered_as_one_after_the_other(engine: Engine) -> None:
    questions = [
        "Bao nhiêu trường học ở Huế đóng cửa?",
        "Giá gạo tại An Giang tăng lên bao nhiêu?",
        "Trường học nào đóng cửa, và giá gạo tăng lên bao nhiêu?",
        "mua lon o dau",
    ] * 5
    alone = [ask(engine, question) for question in questions]
    together: dict[int, object] = {}

    def one(place: int) -> None:
        with asking_for(str(place % 3)):
            answer = ask(engine, questions[place])
        together[place] = (answer.status, answer.text, answer.citations, answer.hits, answer.notes)

    threads = [beside(lambda place=place: one(place)) for place in range(len(questions))]  # type: ignore[misc]
    for thread in threads:
        thread.join(WAIT_S)
    assert [together[place] for place in range(len(questions))] == [
        (answer.status, answer.text, answer.citations, answer.hits, answer.notes) for answer in alone
    ]
