"""Timelines: which sentences tell of a topic, of what day, in which order; asked of real storage and on the command
line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.cite import stands
from rag.cli import cli
from rag.compose import NO_SUBJECT, NOTHING_INDEXED
from rag.composing.chronology import chronology
from rag.config import EmbedSettings
from rag.contract import timeline_to_json
from rag.datatypes import Article, Filters, TimelineEntry
from rag.pipeline import Engine, open_engine
from rag.question import understand
from rag.timeline import AT_MOST, EMPTY_TOPIC, NOTHING_TOLD, entries_of, timeline
from tests.composing import a_hit, dated
from tests.fakes import HashingEmbedder
from tests.helpers import small_library

TOPIC = "lũ ở Quảng Bình"
FLOOD = dated(
    "lũ.txt",
    "Trận lũ lớn ở Quảng Bình làm 9 người thiệt mạng, cuốn trôi hàng trăm con bò của nông dân. "
    "Ngày 18/10, quân đội đưa xuồng đến cứu dân vùng lũ Quảng Bình. "
    "Ngày 16/10/2020, mưa lớn bắt đầu trút xuống Quảng Bình gây lũ. "
    "Trong tháng 9, Quảng Bình đã chịu một trận lũ nhỏ hơn nhiều. "
    "Năm 2016, lũ ở Quảng Bình cũng làm nhiều người mất nhà cửa.",
    date(2020, 10, 21),
    title="Lũ ở Quảng Bình",
)
AFTER = dated("sau lũ.txt", "Nước lũ ở Quảng Bình đã rút, người dân trở về nhà dọn bùn.", date(2020, 10, 25))
YEARLESS = dated("không năm.txt", "Ngày 5/3, chính quyền Quảng Bình phát gạo cho người dân vùng lũ nặng nhất.")
UNDATED = dated("không ngày.txt", "Áo ấm và thuốc men là những thứ cần nhất ở Quảng Bình sau cơn lũ vừa qua.")
GOLD = dated("vàng.txt", "Ngày 19/10/2020, giá vàng trong nước tăng mạnh theo giá thế giới.", date(2020, 10, 20))


def entries(
    topic: str, articles: Sequence[Article], *, most: int = 40, reprints: Sequence[Article] = ()
) -> tuple[TimelineEntry, ...]:
    """The timeline of these articles, all of them found; `reprints` are copies of each other."""
    known = {article.id: article for article in articles}
    copies = [article.id for article in reprints]

    def copies_of(id_: str) -> Sequence[str]:
        return copies if id_ in copies else (id_,)

    hits = [a_hit(article, 1.0 - at / 100) for at, article in enumerate(articles)]
    found = chronology(understand(topic), hits, known.__getitem__, copies_of=copies_of, most=most)
    return entries_of(found, known.__getitem__, copies_of)


def days(found: Sequence[TimelineEntry]) -> list[tuple[str, str]]:
    return [(entry.written, entry.dating) for entry in found]


def test_sentences_stand_in_order_each_with_its_day_and_where_that_is_from() -> None:
    found = entries(TOPIC, [UNDATED, AFTER, YEARLESS, FLOOD, GOLD])
    assert days(found) == [
        ("Năm 2016", "named"),
        ("Tháng 9/2020", "named"),
        ("16/10/2020", "named"),
        ("18/10/2020", "named"),
        ("Đăng 21/10/2020", "published"),
        ("Đăng 25/10/2020", "published"),
        ("5/3", "year_unknown"),
        ("", "undated"),
    ]
    assert [entry.citation.number for entry in found] == list(range(1, 9))
    assert (found[1].first_day, found[1].last_day) == (date(2020, 9, 1), date(2020, 9, 30))
    assert (found[2].first_day, found[2].last_day) == (date(2020, 10, 16), date(2020, 10, 16))
    assert found[-1].first_day is None


def test_every_sentence_is_quoted_from_its_article() -> None:
    articles = {article.id: article for article in (FLOOD, AFTER)}
    for entry in entries(TOPIC, [FLOOD, AFTER]):
        assert stands(entry.citation, articles[entry.citation.article_id])
        assert entry.text == entry.citation.quote


def test_what_two_articles_say_in_the_same_words_stands_there_once() -> None:
    again = dated("lại.txt", "Ngày 16/10/2020, mưa lớn bắt đầu trút xuống tỉnh Quảng Bình, gây lũ.", date(2020, 10, 22))
    assert days(entries(TOPIC, [FLOOD, again])).count(("16/10/2020", "named")) == 1


def test_of_reprints_one_speaks_and_names_the_other() -> None:
    copy = dated("lại.txt", f"{FLOOD.text} Báo khác đăng lại nguyên văn bài về lũ Quảng Bình.", date(2020, 10, 22))
    found = entries(TOPIC, [FLOOD, copy], reprints=[FLOOD, copy])
    assert {entry.citation.source for entry in found} == {"lũ.txt"}
    assert found[0].citation.copies == ("lại.txt",)


def test_a_pronoun_is_told_with_the_name_it_stands_for() -> None:
    article = dated(
        "họp.txt",
        "Ngoại trưởng Ukraine Dmytro Kuleba đến Brussels. Ngày 7/4/2022, ông nói Ukraine cần thêm vũ khí.",
        title="Ukraine xin NATO vũ khí",
    )
    (told,) = [entry for entry in entries("vũ khí cho Ukraine", [article]) if entry.dating == "named"]
    assert told.text == "Ngày 7/4/2022, ông [Dmytro Kuleba] nói Ukraine cần thêm vũ khí."
    assert told.citation.quote == "Ngày 7/4/2022, ông nói Ukraine cần thêm vũ khí."


def test_a_year_is_told_by_a_day_nearby_and_not_by_another_year() -> None:
    article = dated(
        "lũ.txt",
        "Ngày 2/1, lũ ở Quảng Bình rút dần và người dân về nhà. Ngày 29/12/2020, mưa lớn gây lũ ở Quảng Bình.",
        title="Lũ ở Quảng Bình",
    )
    found = entries(TOPIC, [article])
    assert days(found) == [("29/12/2020", "named"), ("2/1", "year_inferred")]
    assert found[1].first_day == date(2021, 1, 2)
    background = replace(article, text=article.text.replace("Ngày 29/12/2020", "Năm 2010"))
    assert days(entries(TOPIC, [background])) == [("Năm 2010", "named"), ("2/1", "year_unknown")]


def test_a_february_without_its_year_ends_on_its_last_day() -> None:
    article = dated(
        "lũ.txt", "Trong tháng 2, lũ ở Quảng Bình làm hỏng lúa. Ngày 1/3/2021, quân đội đến cứu dân vùng lũ Quảng Bình."
    )
    found = entries(TOPIC, [article])
    assert (found[0].first_day, found[0].last_day) == (date(2021, 2, 1), date(2021, 2, 28))


SAME_DAY = (
    "Ngày 18/10/2020, quân đội đưa xuồng máy đến Lệ Thủy cứu dân vùng lũ. "
    "Sáng 18/10/2020, ga Đồng Hới ngừng bán vé vì đường sắt ngập trong nước lũ. "
    "Chiều 18/10/2020, lũ cuốn hai công nhân thủy điện khi họ trở về lán trại. "
    "Tối 18/10/2020, học sinh toàn tỉnh được nghỉ học, theo công văn hỏa tốc về lũ. "
    "Đêm 18/10/2020, nhiều bệnh viện phải chạy máy phát điện do lũ gây mất điện diện rộng. "
)


def test_no_day_speaks_too_often_where_there_are_others() -> None:
    other_days = " ".join(f"Ngày {day}/10/2020, lũ ở Quảng Bình đạt mức báo động cao." for day in range(1, 15))
    article = dated("cứu trợ.txt", f"{SAME_DAY}{other_days}", title="Lũ ở Quảng Bình")
    written = [entry.written for entry in entries(TOPIC, [article])]
    assert (written.count("18/10/2020"), len(written)) == (3, 17)
    alone = replace(article, text=SAME_DAY)
    assert [entry.written for entry in entries(TOPIC, [alone])] == ["18/10/2020"] * 5


def test_figures_of_two_days_are_told_in_the_same_words() -> None:
    article = dated(
        "ca.txt",
        "Ngày 21/4/2021, Ấn Độ ghi nhận thêm 295.041 ca mắc Covid-19 trong 24 giờ. "
        "Ngày 22/4/2021, Ấn Độ ghi nhận thêm 314.835 ca mắc Covid-19 trong 24 giờ. "
        "Hôm 22/4/2021, Ấn Độ ghi nhận thêm 314.835 ca mắc Covid-19 chỉ trong 24 giờ.",
    )
    assert [entry.written for entry in entries("Covid-19 ở Ấn Độ", [article])] == ["21/4/2021", "22/4/2021"]


@pytest.mark.parametrize(
    ("topic", "other"),
    [
        # Each holds the topic's syllables, not its words.
        (
            "dịch Covid-19 ở Hải Dương",
            "Ngày 3/5/2021, dịch Covid-19 ở Hải Phòng thêm hai ca dương tính tại một bệnh viện.",
        ),
        ("bão số 9", "Ngày 3/5/2021, một số tàu gặp bão trên biển và 9 thủy thủ mất tích từ đêm."),
        ("núi lửa ở Iceland", "Ngày 3/5/2021, núi lửa ở Indonesia phun trào khiến hàng nghìn người sơ tán."),
    ],
)
def test_what_only_sounds_like_the_topic_is_left_out(topic: str, other: str) -> None:
    assert entries(topic, [dated("khác.txt", other)]) == ()


def test_a_topic_typed_without_diacritics_is_found_as_it_stands() -> None:
    assert [entry.written for entry in entries("lu o quang binh", [FLOOD])][:2] == ["Năm 2016", "Tháng 9/2020"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    small_library(tmp_path, [FLOOD, AFTER, YEARLESS, UNDATED, GOLD], chunk_chars=2_000).close()
    with open_engine(tmp_path / "library", embedder=HashingEmbedder()) as opened:
        yield opened


def test_a_library_is_asked_for_a_topic(engine: Engine) -> None:
    found = timeline(engine, TOPIC)
    assert [entry.written for entry in found.entries][:4] == ["Năm 2016", "Tháng 9/2020", "16/10/2020", "18/10/2020"]
    assert all(stands(entry.citation, engine.article(entry.citation.article_id)) for entry in found.entries)
    assert (found.topic, found.reason) == (TOPIC, None)
    assert "GOLD" not in {entry.citation.source for entry in found.entries}
    assert found.timings_ms["total"] > 0


def test_diacritics_are_restored_unless_it_is_taken_as_typed(engine: Engine) -> None:
    restored = timeline(engine, "lu o quang binh")
    assert (restored.understood_as, restored.read_as) == ("Lũ ở Quảng Bình", "Lũ ở Quảng Bình")
    assert restored.entries
    assert timeline(engine, "lu o quang binh", as_typed=True).understood_as is None


def test_filters_leave_out_articles_and_say_where_none_is_left(engine: Engine) -> None:
    found = timeline(engine, TOPIC, filters=Filters(date(2020, 10, 24), date(2020, 10, 26)))
    assert {entry.citation.source for entry in found.entries} == {"sau lũ.txt"}
    none = timeline(engine, TOPIC, filters=Filters(date(1999, 1, 1), date(1999, 1, 31)))
    assert none.entries == ()
    assert "Thư viện không có bài nào đăng" in (none.reason or "")


@pytest.mark.parametrize(
    ("topic", "reason"),
    [("", EMPTY_TOPIC), (" ?! ", EMPTY_TOPIC), ("Ở đâu?", NO_SUBJECT), ("núi lửa ở Iceland", NOTHING_TOLD)],
)
def test_a_topic_that_nothing_tells_of_is_answered_in_words(engine: Engine, topic: str, reason: str) -> None:
    found = timeline(engine, topic)
    assert found.entries == ()
    assert reason in (found.reason or "")


def test_an_empty_library_says_that_it_is(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    library = small_library(tmp_path, [FLOOD], embedder=embedder)
    with library.writer() as writer:
        from rag.store.rows import Changes

        writer.apply(Changes(removed=[FLOOD.id]))
    library.close()
    with open_engine(tmp_path / "library", embedder=embedder) as opened:
        assert timeline(opened, TOPIC).reason == NOTHING_INDEXED


def test_of_many_sentences_the_most_relevant_are_told_and_that_is_said(engine: Engine) -> None:
    found = timeline(engine, TOPIC, most=2)
    assert len(found.entries) == 2
    assert found.notes[-1] == AT_MOST.format(count=2)


def test_a_topic_that_is_too_long_is_taken_by_its_end(engine: Engine) -> None:
    found = timeline(engine, "Tôi đọc báo từ lâu và xin hỏi các bạn một điều như sau đây. " * 100 + TOPIC)
    assert any("quá dài" in note for note in found.notes)


def test_the_json_names_no_day_whose_year_is_unknown(engine: Engine) -> None:
    printed = timeline_to_json(timeline(engine, TOPIC))
    assert (printed["status"], printed["reason"], printed["topic"]) == ("answered", None, TOPIC)
    by_dating = {entry["dating"]: entry for entry in reversed(printed["entries"])}
    assert (by_dating["year_unknown"]["day"], by_dating["year_unknown"]["first_day"]) == ("5/3", None)
    assert by_dating["undated"]["day"] == ""
    assert by_dating["published"]["first_day"] == "2020-10-21"
    assert by_dating["named"]["citation"]["number"] == 1


Run = Callable[..., str]


@pytest.fixture
def run(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def open_hashing(_settings: EmbedSettings) -> HashingEmbedder:
        return HashingEmbedder()

    monkeypatch.setattr("rag.engine.open_embedder", open_hashing)

    def invoke(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["timeline", "--library", str(tmp_path / "library"), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    return invoke


def test_the_command_prints_days_in_order_and_the_sources(run: Run) -> None:
    lines = run(TOPIC).splitlines()
    assert lines[0] == "Năm 2016  Năm 2016, lũ ở Quảng Bình cũng làm nhiều người mất nhà cửa. [1]"
    assert lines.index("Không rõ năm:") < lines.index("Không rõ ngày:") < lines.index("")
    assert any(line.startswith("    lũ.txt, ký tự ") for line in lines)


def test_the_command_prints_json_under_conditions(run: Run) -> None:
    printed = json.loads(run(TOPIC, "--json", "--from", "2020-10-24", "--most", "1"))
    assert [entry["citation"]["source"] for entry in printed["entries"]] == ["sau lũ.txt"]
    assert json.loads(run("núi lửa ở Iceland", "--json"))["status"] == "not_found"
