"""Kept conversations: what survives a restart, owners apart, search, undo, and what may be wrong with the file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.keeping.places import open_conversations
from app.keeping.records import KeptFluent, KeptTurn
from app.keeping.store import FILE_NAME, Conversations
from rag.datatypes import Answer, Conflict, ConflictValue, Filters
from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryTooNew
from tests.helpers import another_user
from tests.rendering import FIRST, SECOND, a_hit, an_answer, an_article

QUESTION = "Ai gửi đạn cho Ukraine?"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations.open(tmp_path)) as conversations:
        yield conversations


def a_turn(question: str = QUESTION, short: str = "Ba Lan") -> KeptTurn:
    return KeptTurn(question, replace(an_answer(an_article(), FIRST, SECOND, short=short), question=question))


def a_conversation(kept: Conversations, *questions: str, owner: str = "") -> str:
    id = kept.begin(owner, questions[0])
    for question in questions:
        kept.put(owner, id, None, a_turn(question))
    return id


def asked(kept: Conversations, id: str, owner: str = "") -> list[str]:
    return [turn.question for turn in kept.turns(owner, id)]


def titles(kept: Conversations, search: str = "", owner: str = "") -> list[str]:
    return [one.title for one in kept.listed(owner, search)]


# ---- what is kept is given back


def test_a_turn_comes_back_whole_after_a_restart(tmp_path: Path) -> None:
    article = an_article()
    answer = replace(
        an_answer(article, FIRST, SECOND, short="Ba Lan"),
        understood_as="Ai gửi đạn?",
        read_as="Ai gửi đạn?",
        notes=("Một ghi chú.",),
        conflicts=(Conflict("số đạn", "update", (ConflictValue("mười", (1,), date(2022, 4, 7)),)),),
        hits=(replace(a_hit("Đoạn."), dense_rank=1, copies=("c.txt",)),),
        timings_ms={"total": 12.345678901234567},
        confidence=0.123456789,
    )
    answer = replace(answer, citations=tuple(replace(one, copies=("c.txt",)) for one in answer.citations))
    filters = Filters(date(2022, 1, 1), None, ("Báo Thử",))
    failed = KeptTurn("Rồi sao?", None, "Đĩa đã đầy.")
    with closing(Conversations.open(tmp_path)) as kept:
        id = kept.begin("", QUESTION)
        assert kept.put("", id, None, KeptTurn(QUESTION, answer, as_typed=True, filters=filters)) == 0
        assert kept.put("", id, None, failed) == 1
        before = kept.one("", id)
    with closing(Conversations.open(tmp_path)) as kept:
        assert kept.trouble is None
        assert kept.one("", id) == before
        assert kept.listed("") == [before]
        first, second = kept.turns("", id)
        assert first.answer == answer
        assert (first.as_typed, first.filters, first.failure) == (True, filters, None)
        assert (second.question, second.answer, second.failure) == ("Rồi sao?", None, "Đĩa đã đầy.")
        assert first.asked_at is not None
        assert timedelta() <= datetime.now(UTC) - first.asked_at < timedelta(minutes=1)
        assert before.created_at <= first.asked_at <= before.changed_at


def test_the_last_changed_comes_first_and_shows_how_much_was_asked(kept: Conversations) -> None:
    first, second = a_conversation(kept, "Một?", "Hai?"), a_conversation(kept, "Ba?")
    assert [(one.id, one.title, one.turns) for one in kept.listed("")] == [(second, "Ba?", 1), (first, "Một?", 2)]
    kept.put("", first, None, a_turn("Bốn?"))
    assert titles(kept) == ["Một?", "Ba?"]
    assert [one.id for one in kept.listed("", most=1)] == [first]


def test_what_nothing_is_asked_in_any_more_is_not_listed(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    kept.cut("", id, 0)
    assert titles(kept) == []
    kept.put("", id, None, a_turn("Câu khác?"))
    assert titles(kept) == ["Câu khác?"]


def test_owners_are_kept_apart(kept: Conversations) -> None:
    mine, theirs = a_conversation(kept, "Của tôi?", owner="lan"), a_conversation(kept, "Của họ?", owner="minh")
    assert titles(kept, owner="lan") == ["Của tôi?"]
    assert titles(kept, "họ", owner="lan") == []
    assert titles(kept) == []
    for forbidden in (
        lambda: kept.turns("lan", theirs),
        lambda: kept.one("lan", theirs),
        lambda: kept.put("lan", theirs, None, a_turn()),
        lambda: kept.cut("lan", theirs, 0),
        lambda: kept.judge("lan", theirs, 0, "up"),
        lambda: kept.rename("lan", theirs, "Tên"),
        lambda: kept.delete("lan", theirs),
        lambda: kept.restore("lan", theirs),
        lambda: kept.turns("lan", "no such id"),
    ):
        with pytest.raises(KeyError):
            forbidden()
    assert asked(kept, theirs, "minh") == ["Của họ?"]
    kept.judge("minh", theirs, 0, "up")
    assert list(kept.judged("lan")) == []
    assert [id for id, _, _ in kept.judged()] == [theirs]
    assert asked(kept, mine, "lan") == ["Của tôi?"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("dan ukraine", True),
        ("đạn Ukraine", True),
        ("ĐẠN", True),
        ("đa\u0323n", True),  # typed by a keyboard that gives combining marks
        ("   ", True),
        ("kuleba", True),  # only the answer says it
        ("đạn kuleba", True),  # one word in the question, the other in the answer
        ("kul", True),
        ("dan, ukraine!", True),
        ("thoi tiet", True),
        ("thời tiét", False),  # typed with another mark
        ("lek", False),  # inside a word
        ("dàn", False),
        ("pháo", False),
        ("dan phao", False),
        ("' OR 1=1 --", False),
    ],
)
def test_search_finds_words_of_questions_and_answers_with_and_without_diacritics(
    kept: Conversations, search: str, found: bool
) -> None:
    id = a_conversation(kept, "Thời tiết?", QUESTION)
    assert [one.id for one in kept.listed("", search)] == ([id] if found else [])


def test_a_title_of_one_s_own_is_searched_for_and_survives_the_first_question(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    kept.rename("", id, "  Viện trợ\n Ba Lan ")
    assert titles(kept, "vien tro") == ["Viện trợ Ba Lan"]
    kept.put("", id, 0, a_turn("Câu đã sửa?"))
    assert titles(kept) == ["Viện trợ Ba Lan"]
    kept.rename("", id, " ")
    assert titles(kept) == ["Câu đã sửa?"]
    kept.put("", id, 0, a_turn("Câu sửa lần nữa?"))
    assert titles(kept) == ["Câu sửa lần nữa?"]


def test_a_long_question_makes_a_short_title(kept: Conversations) -> None:
    a_conversation(kept, "từ " * 1000)
    (title,) = titles(kept)
    assert len(title) <= 81
    assert title.endswith("…")


# ---- changes and undo


def test_a_turn_is_put_in_its_place_or_behind_all_others(kept: Conversations) -> None:
    id = a_conversation(kept, "Một?", "Hai?", "Ba?")
    assert kept.put("", id, 1, a_turn("Hai nữa?")) == 1
    assert asked(kept, id) == ["Một?", "Hai nữa?", "Ba?"]
    kept.cut("", id, 1)
    assert asked(kept, id) == ["Một?"]
    # Its place is gone: places always count on from 0, or a judgement would go to another answer.
    assert kept.put("", id, 2, a_turn("Ba nữa?")) == 1
    kept.judge("", id, 1, "up")
    assert [turn.thumb for turn in kept.turns("", id)] == [None, "up"]


def test_two_tabs_of_one_conversation_lose_nothing(tmp_path: Path) -> None:
    with closing(Conversations.open(tmp_path)) as one, closing(Conversations.open(tmp_path)) as other:
        id = a_conversation(one, "Một?")
        assert one.put("", id, None, a_turn("Từ thẻ này?")) == 1
        assert other.put("", id, None, a_turn("Từ thẻ kia?")) == 2
        assert asked(one, id) == asked(other, id) == ["Một?", "Từ thẻ này?", "Từ thẻ kia?"]


def test_asking_again_takes_back_what_was_thought_of_the_answer(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    kept.judge("", id, 0, "down", "sai tên")
    assert [(turn.thumb, turn.reason) for turn in kept.turns("", id)] == [("down", "sai tên")]
    kept.put("", id, 0, a_turn())
    assert [(turn.thumb, turn.reason) for turn in kept.turns("", id)] == [(None, None)]


def test_a_judgement_can_be_changed_and_taken_back(kept: Conversations) -> None:
    id = a_conversation(kept, "Một?", "Hai?")
    kept.judge("", id, 1, "down", "thiếu nguồn")
    ((found, place, turns),) = kept.judged()
    assert (found, place) == (id, 1)
    assert [turn.question for turn in turns] == ["Một?", "Hai?"]
    kept.judge("", id, 1, "up")
    assert [(turn.thumb, turn.reason) for turn in kept.turns("", id)] == [(None, None), ("up", None)]
    kept.judge("", id, 1, None, "không còn nghĩa gì")
    assert list(kept.judged()) == []
    with pytest.raises(KeyError):
        kept.judge("", id, 2, "up")


def test_deleted_is_gone_from_everywhere_until_it_is_restored(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    kept.judge("", id, 0, "up")
    kept.delete("", id)
    assert titles(kept) == []
    assert titles(kept, "đạn") == []
    assert list(kept.judged()) == []
    for gone in (lambda: kept.turns("", id), lambda: kept.put("", id, None, a_turn()), lambda: kept.delete("", id)):
        with pytest.raises(KeyError):
            gone()
    kept.restore("", id)
    assert asked(kept, id) == [QUESTION]
    assert len(list(kept.judged())) == 1


def test_another_program_does_not_cut_the_undo_short(kept: Conversations, tmp_path: Path) -> None:
    id = a_conversation(kept, QUESTION)
    kept.delete("", id)
    Conversations.open(tmp_path).close()
    kept.restore("", id)
    assert asked(kept, id) == [QUESTION]


def test_what_was_deleted_days_ago_is_gone_for_good(tmp_path: Path) -> None:
    with closing(Conversations.open(tmp_path)) as kept:
        deleted, emptied, stays = (a_conversation(kept, question) for question in ("Một?", "Hai?", "Ba?"))
        kept.delete("", deleted)
        kept.cut("", emptied, 0)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        days_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat()
        connection.execute("UPDATE conversations SET changed_at = ?", (days_ago,))
        connection.execute("UPDATE conversations SET deleted_at = ? WHERE deleted_at IS NOT NULL", (days_ago,))
    Conversations.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("SELECT id FROM conversations").fetchall() == [(stays,)]
        assert connection.execute("SELECT DISTINCT conversation FROM turns").fetchall() == [(stays,)]


# ---- texts that are hard to keep


@pytest.mark.parametrize(
    "hard", ["a\ud800b", "a\x00b", "a\u202eb\u200bc", "'; DROP TABLE turns; --", "👍" * 50, "\ufffe"]
)
def test_any_question_can_be_kept(kept: Conversations, hard: str) -> None:
    question = f"{hard} là gì?"
    turn = replace(a_turn(question), answer=replace(an_answer(an_article(), FIRST), question=question, notes=(hard,)))
    id = kept.begin("", question)
    kept.put("", id, None, replace(turn, filters=Filters(outlets=(hard,)), reason=hard, thumb="down"))
    kept.rename("", id, question)
    kept.judge("", id, 0, "down", hard)
    (back,) = kept.turns("", id)
    expected = hard.replace("\ud800", "\ufffd")
    assert back.question == f"{expected} là gì?"
    assert back.reason == expected
    assert back.answer is not None
    assert back.answer.question == f"{expected} là gì?"
    assert back.answer.notes == (expected,)
    assert back.filters == Filters(outlets=(expected,))
    assert len(kept.listed("", hard)) == 1


# ---- a file that is not as it should be


def damaged(folder: Path, kind: str) -> None:
    path = folder / FILE_NAME
    with closing(Conversations.open(folder)) as kept:
        for number in range(50):
            a_conversation(kept, f"Câu {number}?")
    data = path.read_bytes()
    if kind == "no database":
        path.write_bytes(b"not a database at all" * 500)
    elif kind == "torn":
        path.write_bytes(data[: len(data) // 3])
    elif kind == "altered":
        path.write_bytes(data[:4096] + bytes(len(data) - 4096))
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE turns")


@pytest.mark.parametrize("kind", ["no database", "torn", "altered", "table gone"])
def test_a_damaged_file_is_set_aside_and_the_page_opens(tmp_path: Path, kind: str) -> None:
    damaged(tmp_path, kind)
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(LibraryDamaged) as caught:
        Conversations.open(tmp_path)
    assert FILE_NAME in caught.value.where
    assert "hoibao repair" not in str(caught.value)
    with closing(open_conversations(tmp_path)) as kept:
        assert kept.trouble == "damaged"
        id = a_conversation(kept, QUESTION)
    (aside,) = tmp_path.glob(f"{FILE_NAME}.damaged-*")
    assert aside.read_bytes() == before
    with closing(open_conversations(tmp_path)) as kept:
        assert kept.trouble is None
        assert asked(kept, id) == [QUESTION]


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    for content in (b"one" * 500, b"two" * 500):
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / FILE_NAME).write_bytes(content)
        open_conversations(tmp_path).close()
    assert sorted(path.read_bytes()[:3] for path in tmp_path.glob(f"{FILE_NAME}.damaged-*")) == [b"one", b"two"]


def test_a_newer_file_is_left_alone_and_said_so(tmp_path: Path) -> None:
    with closing(Conversations.open(tmp_path)) as kept:
        a_conversation(kept, QUESTION)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("PRAGMA user_version = 3")
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(LibraryTooNew, match="format 3"):
        Conversations.open(tmp_path)
    with closing(open_conversations(tmp_path)) as kept:
        assert kept.trouble == "newer"
        assert titles(kept) == []
        assert titles_after_asking(kept) == ["Hôm nay?"]
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert list(tmp_path.glob("*damaged*")) == []


def titles_after_asking(kept: Conversations) -> list[str]:
    a_conversation(kept, "Hôm nay?")
    return titles(kept, "hom nay")


def test_an_answer_that_cannot_be_read_any_more_costs_that_answer_alone(kept: Conversations, tmp_path: Path) -> None:
    id = a_conversation(kept, "Một?", "Hai?", "Ba?")
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE turns SET answer = '{\"id\": 1' WHERE position = 0")
        connection.execute("UPDATE turns SET answer = '{\"id\": \"1\"}', filters = 'x' WHERE position = 1")
    turns = kept.turns("", id)
    assert [turn.answer is None for turn in turns] == [True, True, False]
    assert [turn.failure for turn in turns] == [None, None, None]
    assert turns[1].filters == Filters()


def test_an_answer_of_a_program_that_knew_more_fields_is_read(kept: Conversations, tmp_path: Path) -> None:
    id = a_conversation(kept, QUESTION)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE turns SET answer = json_set(answer, '$.mood', 'good')")
    assert [turn.answer and turn.answer.short_answer for turn in kept.turns("", id)] == ["Ba Lan"]


# ---- folders that cannot be written


def test_in_a_read_only_folder_conversations_last_as_long_as_the_program(public: Path) -> None:
    folder = public / "library"
    folder.mkdir()
    with closing(Conversations.open(folder)) as kept:
        earlier = a_conversation(kept, "Hôm qua?")
    folder.chmod(0o555)
    (folder / FILE_NAME).chmod(0o444)
    before = (folder / FILE_NAME).read_bytes()
    with another_user():
        with pytest.raises(LibraryError, match="permission denied"):
            Conversations.open(folder)
        with closing(open_conversations(folder)) as kept:
            assert kept.trouble == "unwritable"
            assert asked(kept, earlier) == ["Hôm qua?"]
            assert titles_after_asking(kept) == ["Hôm nay?"]
            kept.put("", earlier, None, a_turn("Nữa?"))
            assert asked(kept, earlier) == ["Hôm qua?", "Nữa?"]
    assert (folder / FILE_NAME).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_in_a_read_only_folder_without_conversations_they_begin_empty(public: Path) -> None:
    folder = public / "library"
    folder.mkdir(mode=0o555)
    with another_user(), closing(open_conversations(folder)) as kept:
        assert kept.trouble == "unwritable"
        assert titles(kept) == []
        assert titles_after_asking(kept) == ["Hôm nay?"]
    assert list(folder.iterdir()) == []


def test_what_stands_in_the_file_s_place_does_not_keep_the_page_from_opening(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with closing(open_conversations(tmp_path)) as kept:
        assert kept.trouble == "unwritable"
        assert titles_after_asking(kept) == ["Hôm nay?"]
    assert (tmp_path / FILE_NAME).is_dir()


@pytest.mark.usefixtures("file_size_limit")
def test_a_full_disk_costs_the_new_turn_alone_and_is_said(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    large = replace(an_answer(an_article(), FIRST), hits=(a_hit("x" * 300_000),))
    with pytest.raises(DiskFull):
        kept.put("", id, None, KeptTurn("Câu lớn?", large))
    assert asked(kept, id) == [QUESTION]
    kept.put("", id, None, a_turn("Câu nhỏ?"))
    assert asked(kept, id) == [QUESTION, "Câu nhỏ?"]


# ---- several at once


WRITER = """
import sys
from pathlib import Path
from app.keeping.records import KeptTurn
from app.keeping.store import Conversations
kept = Conversations.open(Path(sys.argv[1]))
for number in range(40):
    id = kept.begin("", f"{sys.argv[2]} {number}?")
    kept.put("", id, None, KeptTurn(f"{sys.argv[2]} {number}?", None, "x"))
    kept.put("", sys.argv[3], None, KeptTurn(f"{sys.argv[2]} {number}?", None, "x"))
kept.close()
"""


def test_programs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    with closing(Conversations.open(tmp_path)) as kept:
        shared = a_conversation(kept, QUESTION)
    names = ("An", "Bình", "Chi")
    programs = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name, shared], stderr=subprocess.PIPE)
        for name in names
    ]
    for program in programs:
        _, errors = program.communicate(timeout=120)
        assert program.returncode == 0, errors.decode()
    with closing(Conversations.open(tmp_path)) as kept:
        assert len(kept.listed("")) == 121
        turns = asked(kept, shared)
        assert len(turns) == len(set(turns)) == 121
        for name in names:
            assert [turn for turn in turns if turn.startswith(name)] == [f"{name} {number}?" for number in range(40)]


def test_programs_that_begin_the_file_at_once_begin_one(tmp_path: Path) -> None:
    failures: list[Exception] = []
    together = threading.Barrier(8)

    def begin(number: int) -> None:
        together.wait()
        try:
            with closing(Conversations.open(tmp_path)) as kept:
                a_conversation(kept, f"Câu {number}?")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with closing(Conversations.open(tmp_path)) as kept:
        assert len(kept.listed("")) == 8


def test_threads_share_what_is_open(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)

    def write(name: str) -> None:
        for number in range(20):
            kept.put("", id, None, a_turn(f"{name}{number}?"))
            kept.listed("", name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(asked(kept, id))) == 81


def test_thousands_of_conversations_are_listed_and_searched_quickly(kept: Conversations, tmp_path: Path) -> None:
    id = kept.begin("", QUESTION)
    kept.put("", id, None, KeptTurn(QUESTION, replace(a_turn().answer or NOTHING, text="Câu trả lời dài. " * 40)))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute(MANY_CONVERSATIONS)
        connection.execute(MANY_TURNS)

    def took(search: str) -> float:
        start = time.perf_counter()
        kept.listed("", search)
        return time.perf_counter() - start

    assert len(kept.listed("")) == 200
    assert len(kept.listed("", most=6_000)) == 5_001
    assert [one.title for one in kept.listed("", "câu 4321")] == ["Câu 4321?"]
    assert min(took("") for _ in range(3)) < 0.1
    assert min(took("không có ở đâu cả") for _ in range(3)) < 1.0


NOTHING = Answer("1", "?", "not_found", "")
_NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)"
MANY_CONVERSATIONS = f"""INSERT INTO conversations {_NUMBERS}
    SELECT 'c' || n, '', 'Câu ' || n || '?', ' câu ' || n || ' cau ' || n, 0, created_at,
        '2026-01-01T00:00:00.' || (100000 + n) || '+00:00', NULL
    FROM conversations, numbers"""  # noqa: S608 - a constant
MANY_TURNS = """INSERT INTO turns
    SELECT c.id, places.column1, question, as_typed, filters, answer, failure, asked_at, thumb, reason,
        t.findable, fluent
    FROM turns t, conversations c, (VALUES (0), (1), (2), (3)) places WHERE c.id LIKE 'c%' AND t.conversation != c.id"""


def test_a_models_words_are_kept_beside_the_answer_and_found(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION, "Hai?")
    first = kept.turns("", id)[0]
    assert first.answer is not None
    fluent = KeptFluent(replace(first.answer, text="Warszawa đã gửi đạn \ud800."), "tiny (127.0.0.1)", 1, 2, 3)
    kept.word("", id, 0, first, fluent)
    kept.judge("", id, 0, "up")
    again, other = kept.turns("", id)
    assert again.fluent == replace(fluent, answer=replace(fluent.answer, text="Warszawa đã gửi đạn \ufffd."))
    assert again.answer == first.answer
    assert other.fluent is None
    assert titles(kept, "warszawa") == [QUESTION]
    # What was asked again has an answer of its own.
    kept.put("", id, 0, a_turn())
    assert kept.turns("", id)[0].fluent is None
    with pytest.raises(KeyError):
        kept.word("", id, 0, first, fluent)
    with pytest.raises(KeyError):
        kept.word("somebody", id, 0, kept.turns("", id)[0], fluent)


def test_a_models_words_that_cannot_be_read_cost_themselves_alone(kept: Conversations, tmp_path: Path) -> None:
    id = a_conversation(kept, QUESTION)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE turns SET fluent = '{\"model\": 1}'")
    (turn,) = kept.turns("", id)
    assert turn.fluent is None
    assert turn.answer is not None


@pytest.mark.parametrize("in_memory", [False, True])
def test_conversations_of_before_models_are_taken_over(tmp_path: Path, in_memory: bool) -> None:
    written = (Path(__file__).parent / "conversations_version_1.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(written)
    opened = Conversations.in_memory(tmp_path, "unwritable", copied=True) if in_memory else Conversations.open(tmp_path)
    with closing(opened) as kept:
        ((id, title),) = [(one.id, one.title) for one in kept.listed("lan")]
        assert title == "Bao nhiêu trường học đóng cửa?"
        answered, failed = kept.turns("lan", id)
        assert answered.answer is not None
        assert answered.answer.citations[0].quote == "Hơn 200 trường học đóng cửa."
        assert (answered.thumb, answered.reason, answered.fluent) == ("down", "thiếu tên trường", None)
        assert failed.failure == "Đĩa đầy."
        kept.word("lan", id, 0, answered, KeptFluent(answered.answer, "tiny"))
        again = kept.turns("lan", id)[0]
        assert again.fluent == KeptFluent(answered.answer, "tiny")
        # It was about the quotations.
        assert (again.thumb, again.judged_wording) == ("down", "extractive")
        assert kept.put("lan", id, None, a_turn()) == 2
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1 if in_memory else 2,)


def test_a_running_program_goes_on_where_a_newer_one_has_added_columns(kept: Conversations, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as newer, newer:
        newer.execute("ALTER TABLE turns ADD COLUMN later TEXT")
        newer.execute("ALTER TABLE conversations ADD COLUMN later TEXT")
    id = a_conversation(kept, QUESTION)
    assert [turn.question for turn in kept.turns("", id)] == [QUESTION]


def test_a_thumb_belongs_to_the_wording_that_was_shown(kept: Conversations) -> None:
    id = a_conversation(kept, QUESTION)
    (turn,) = kept.turns("", id)
    assert turn.answer is not None
    kept.judge("", id, 0, "up", wording="fluent")
    # There were no other words then.
    assert kept.turns("", id)[0].judged_wording == "extractive"
    kept.word("", id, 0, turn, KeptFluent(turn.answer, "tiny"))
    assert kept.turns("", id)[0].judged_wording == "extractive"
    for wording in ("fluent", "extractive"):
        kept.judge("", id, 0, "down", "sai", wording=wording)
        assert kept.turns("", id)[0].judged_wording == wording
        assert kept.turns("", id)[0].fluent == KeptFluent(turn.answer, "tiny", judged=wording == "fluent")
    kept.judge("", id, 0, "down", wording="fluent")
    kept.judge("", id, 0, None, wording="fluent")
    assert kept.turns("", id)[0].judged_wording == "extractive"


def test_a_closed_file_says_so(tmp_path: Path) -> None:
    kept = Conversations.open(tmp_path)
    kept.close()
    with pytest.raises(LibraryError, match="closed"):
        kept.listed("")


def test_an_answer_found_nowhere_is_kept_too(kept: Conversations) -> None:
    silent = Answer("1", "Vàng?", "not_found", "Không tìm thấy trong nguồn.", hits=(a_hit("Giá dầu."),))
    id = kept.begin("", "Vàng?")
    kept.put("", id, None, KeptTurn("Vàng?", silent))
    assert [turn.answer for turn in kept.turns("", id)] == [silent]
