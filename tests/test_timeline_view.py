"""The timeline as it is shown and taken along: the axis, the chart, the list, files, and what the page fetches."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.rendering.axis import axis_of
from app.rendering.days import when
from app.rendering.timeline import result_html, summary, view_html
from app.rendering.timeline_chart import chart_html
from app.rendering.timeline_files import csv_file, inert, markdown_file
from app.routes.timeline import router
from app.site import Site
from app.words import words_of
from rag.datatypes import Article, Citation, Filters, Timeline, TimelineEntry
from rag.errors import LibraryDamaged
from rag.pipeline import Engine, open_engine
from tests.composing import dated
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library
from tests.rendering import HOSTILE, Elements

VI, EN = words_of("vi"), words_of("en")
NO_FILTERS = Filters()


# ---- the axis


def days_from(first: date, *after: int) -> list[date]:
    return [first + timedelta(days) for days in after]


@pytest.mark.parametrize(
    ("after", "unit"),
    [
        ((0, 3, 9), "day"),
        (tuple(range(0, 120, 7)), "week"),
        (tuple(range(0, 480, 30)), "month"),
        (tuple(range(0, 1500, 90)), "quarter"),
        (tuple(range(0, 5000, 365)), "year"),
        (tuple(range(0, 50_000, 3_650)), "decade"),
        (tuple(range(0, 500_000, 36_500)), "century"),
    ],
)
def test_the_unit_is_the_finest_that_gives_few_columns(after: tuple[int, ...], unit: str) -> None:
    axis = axis_of(days_from(date(1500, 1, 1), *after), most=20)
    assert axis.unit == unit
    assert len(axis.columns) <= 20
    assert sorted(place for column in axis.columns for place in column.members) == list(range(len(after)))


def test_columns_follow_each_other_without_a_gap_or_with_a_break_that_says_of_how_long() -> None:
    axis = axis_of(days_from(date(2020, 1, 1), 0, 2, 40, 41, 42, 43), most=20)
    assert axis.unit == "day"
    assert [column.is_break for column in axis.columns] == [False, False, False, True, False, False, False, False]
    for before, after in zip(axis.columns, axis.columns[1:], strict=False):
        assert after.first == before.last + timedelta(1)
    (gap,) = [column for column in axis.columns if column.is_break]
    assert (gap.first, gap.last) == (date(2020, 1, 4), date(2020, 2, 9))


def test_single_days_far_apart_are_not_drawn_side_by_side() -> None:
    # A column each with a break between any two would look like days that follow each other.
    axis = axis_of(days_from(date(2010, 1, 1), 0, 700, 1500, 2900), most=20)
    assert axis.unit in {"quarter", "year"}
    assert sum(column.is_break for column in axis.columns) <= 1


def test_the_first_and_the_last_days_there_are_have_an_axis() -> None:
    for day in (date.min, date.max):
        assert axis_of([day], most=5).columns[0].members == (0,)
    assert [column.members for column in axis_of([date.min, date.max], most=5).columns] == [(0,), (), (1,)]


@pytest.mark.parametrize(
    ("first", "last", "vi", "en"),
    [
        (date(2022, 1, 31), date(2022, 1, 31), "31/1/2022", "31/1/2022"),
        (date(2022, 2, 16), date(2022, 2, 20), "16/2–20/2/2022", "16/2–20/2/2022"),
        (date(2021, 12, 28), date(2022, 1, 3), "28/12/2021–3/1/2022", "28/12/2021–3/1/2022"),
        (date(2024, 2, 1), date(2024, 2, 29), "Tháng 2/2024", "February 2024"),
        (date(2020, 1, 1), date(2020, 12, 31), "Năm 2020", "2020"),
    ],
)
def test_days_as_they_are_written(first: date, last: date, vi: str, en: str) -> None:
    assert (when(first, last, VI.timeline), when(first, last, EN.timeline)) == (vi, en)


def test_days_without_their_year() -> None:
    assert when(date(2000, 2, 1), date(2000, 2, 29), VI.timeline, with_year=False) == "Tháng 2"
    assert when(date(2000, 4, 6), date(2000, 4, 7), EN.timeline, with_year=False) == "6/4–7/4"


# ---- the chart


def an_entry(number: int, day: date | None, last: date | None = None, **changed: object) -> TimelineEntry:
    text = f"Câu số {number} nói về lũ ở Quảng Bình."
    citation = Citation(number, f"{number:016d}", f"{number}.txt", f"Bài {number}", "Tuổi Trẻ", day, 0, len(text), text)
    entry = TimelineEntry("named" if day else "undated", day, last or day, "", text, citation)
    return replace(entry, **changed)  # type: ignore[arg-type]


def groups(svg: str) -> list[dict[str, str]]:
    return Elements(svg).with_class("hb-group")


def drawn(entries: Sequence[TimelineEntry]) -> dict[str, str]:
    """The wide and the narrow drawing."""
    html = chart_html(entries, VI.timeline)
    Elements(html)
    return dict(re.findall(r'<svg class="hb-(wide|narrow)"(.*?)</svg>(?=<svg class|<figcaption)', html, re.DOTALL))


def test_every_sentence_with_a_day_is_a_dot_in_a_column_that_can_be_pressed() -> None:
    entries = [an_entry(at + 1, day) for at, day in enumerate(days_from(date(2021, 4, 1), 0, 0, 1, 30, 31))]
    for svg in drawn(entries).values():
        assert svg.count("<circle") == 5
        pressed = groups(f"<svg{svg}</svg>")
        assert " ".join(group["data-entries"] for group in pressed).split() == ["1", "2", "3", "4", "5"]
        assert all((group["role"], group["tabindex"]) == ("button", "0") for group in pressed)
    labels = [group["aria-label"] for group in groups(chart_html(entries, EN.timeline))]
    assert "1/4/2021: 2 sentences" in labels
    assert "2/4/2021: 1 sentence" in labels


def test_a_narrow_place_has_fewer_columns_and_the_same_sentences() -> None:
    entries = [an_entry(at + 1, day) for at, day in enumerate(days_from(date(2021, 1, 1), *range(0, 120, 7)))]
    both = drawn(entries)
    wide, narrow = (groups(f"<svg{both[size]}</svg>") for size in ("wide", "narrow"))
    assert len(narrow) <= 11 < len(wide) <= 20
    assert sum(len(group["data-entries"].split()) for group in narrow) == len(entries)


def test_labels_of_the_axis_do_not_run_into_each_other() -> None:
    for after in (range(14), range(0, 120, 7), range(0, 480, 30), range(0, 5000, 365)):
        entries = [an_entry(at + 1, day) for at, day in enumerate(days_from(date(2019, 12, 25), *after))]
        for size, svg in drawn(entries).items():
            # The narrowest such a place can be, and letters as wide as any.
            width, letter = {"wide": 494, "narrow": 294}[size], 7
            ends: dict[str, float] = {}
            ticks = re.findall(
                r'<text class="hb-tick[^"]*" x="([\d.]+)%" y="(\d+)" text-anchor="(\w+)"[^>]*>([^<]+)', svg
            )
            assert len(ticks) >= 3
            for x, row, anchor, text in ticks:
                long = len(text) * letter
                begin = float(x) / 100 * width - {"start": 0, "middle": long / 2, "end": long}[anchor]
                assert begin >= ends.get(row, -20), (size, text)
                assert begin + long <= width + 20
                ends[row] = begin + long


def test_a_high_column_says_how_many_more_there_are() -> None:
    entries = [an_entry(at + 1, date(2021, 4, 1)) for at in range(11)] + [an_entry(12, date(2021, 4, 2))]
    for svg in drawn(entries).values():
        assert svg.count("<circle") == 9
        assert ">+3</text>" in svg


def test_kinds_of_days_look_different_and_are_told_where_there_are_several() -> None:
    entries = [
        an_entry(1, date(2021, 4, 1)),
        an_entry(2, date(2021, 4, 2), dating="published"),
        an_entry(3, date(2021, 4, 3), dating="year_inferred"),
        an_entry(4, date(2021, 4, 1), date(2021, 4, 30)),
        an_entry(5, date(2000, 4, 1), dating="year_unknown"),
        an_entry(6, None),
    ]
    html = chart_html(entries, VI.timeline)
    assert [told in html for told in (VI.timeline.named, VI.timeline.published, VI.timeline.inferred)] == [True] * 3
    assert VI.timeline.long in html
    assert html.count('class="hb-dot hb-published" cx="7"') == 1
    # What has no full date has no place on the axis.
    shown = " ".join(group["data-entries"] for group in groups(html)).split()
    assert sorted(set(shown)) == ["1", "2", "3", "4"]
    assert "hb-legend" not in chart_html([*entries[:1], an_entry(7, date(2021, 5, 1))], VI.timeline)


def test_without_days_there_is_no_chart_and_that_is_said() -> None:
    assert VI.timeline.no_chart in chart_html([an_entry(1, None)], VI.timeline)
    assert chart_html([an_entry(1, date(2021, 4, 1))], VI.timeline) == ""


# ---- the list


def a_timeline(*entries: TimelineEntry, **changed: object) -> Timeline:
    return replace(Timeline("lũ", None, None, entries), **changed)  # type: ignore[arg-type]


def articles(*entries: TimelineEntry) -> dict[str, Article]:
    return {
        entry.citation.article_id: replace(
            an_article(entry.citation.source, entry.citation.quote), id=entry.citation.article_id
        )
        for entry in entries
    }


def shown(*entries: TimelineEntry, filters: Filters = NO_FILTERS, words: str = "vi", **changed: object) -> str:
    timeline = a_timeline(*entries, **changed)
    of = articles(*entries)
    return result_html(timeline, of.__getitem__, VI if words == "vi" else EN, filters=filters)


def test_the_list_has_its_days_and_says_where_they_are_from() -> None:
    html = shown(
        an_entry(1, date(2021, 4, 1)),
        an_entry(2, date(2021, 4, 2), dating="published"),
        an_entry(3, date(2021, 4, 3), dating="year_inferred"),
        an_entry(4, date(2000, 4, 1), dating="year_unknown"),
        an_entry(5, None),
    )
    elements = Elements(html)
    fronts = re.findall(r'<div class="hb-when">(.*?)</div>', html)
    assert fronts == [
        '<time datetime="2021-04-01">1/4/2021</time>',
        f'<time datetime="2021-04-02">2/4/2021</time><small>{VI.timeline.published_tag}</small>',
        f'<time datetime="2021-04-03">3/4 (2021?)</time><small>{VI.timeline.inferred_tag}</small>',
        "<time>1/4</time>",
        "",
    ]
    headings = [VI.timeline.unknown_year, VI.timeline.undated]
    assert [html.index(f"<h3>{heading}</h3>") for heading in headings] == sorted(
        html.index(f"<h3>{heading}</h3>") for heading in headings
    )
    chips = [chip for chip in elements.with_class("hb-chip") if "data-citation" in chip]
    assert [chip["data-citation"] for chip in chips] == ["1", "2", "3", "4", "5"]
    marks = elements.with_class("hb-mark")
    assert [mark["data-citation"] for mark in marks] == ["1", "2", "3", "4", "5"]


def test_what_was_found_is_counted_in_both_languages() -> None:
    entries = [an_entry(1, date(2021, 1, 1), date(2021, 12, 31)), an_entry(2, date(2022, 2, 1), date(2022, 2, 5))]
    assert summary(entries, VI.timeline) == "2 câu trong 2 bài, từ năm 2021 đến 5/2/2022."
    assert summary(entries, EN.timeline) == "2 sentences from 2 articles, 2021 to 5/2/2022."
    assert summary(entries[:1], EN.timeline) == "1 sentence from 1 article."


def test_what_was_understood_can_be_taken_back() -> None:
    html = shown(an_entry(1, None), understood_as="Lũ", read_as="Lũ")
    assert VI.timeline.as_typed in html
    assert 'data-typed="true"' in html
    typed = result_html(a_timeline(an_entry(1, None)), articles(an_entry(1, None)).__getitem__, VI,
                        filters=NO_FILTERS, as_typed=True)  # fmt: skip
    assert VI.timeline.as_at_first in typed
    assert 'data-typed="false"' in typed


def test_nothing_found_is_told_with_the_conditions_it_was_asked_under() -> None:
    html = shown(
        reason="Không tìm thấy trong nguồn. Không có câu nào nói về chủ đề này.",
        filters=Filters(outlets=("Tuổi Trẻ",)),
        words="en",
    )
    assert "Not found in the sources. No sentence tells of this topic." in html
    assert "Tuổi Trẻ" in html
    assert "hb-timeline-files" not in html


def test_hostile_texts_stay_texts() -> None:
    for text in HOSTILE:
        entry = an_entry(1, date(2021, 4, 1))
        citation = replace(
            entry.citation, title=text, outlet=text, source=text, quote=text, end=len(text), copies=(text,)
        )
        hostile = [replace(entry, text=text, citation=citation), an_entry(2, date(2021, 5, 1))]
        html = shown(*hostile, topic=text, understood_as=text, read_as=text, filters=Filters(outlets=(text,)))
        elements = Elements(html)
        assert {name for name, _ in elements.elements} <= {
            "div", "article", "h3", "p", "span", "mark", "time", "button", "figure", "figcaption", "svg", "g", "line",
            "rect", "circle", "text", "title", "ul", "ol", "li", "small", "a", "details", "summary",
        }  # fmt: skip
        assert not any(name.startswith("on") for _, attributes in elements.elements for name in attributes)
        links = [attributes["href"] for name, attributes in elements.elements if name == "a"]
        assert all(link.startswith("/ui/vi/timeline.") for link in links)


def test_the_view_has_labels_in_its_language() -> None:
    for words in (VI, EN):
        elements = Elements(view_html(words, most_chars=2_000))
        assert words.timeline.topic in elements.text
        (field,) = [attributes for name, attributes in elements.elements if attributes.get("id") == "hb-topic"]
        assert field["maxlength"] == "2000"
    assert len(VI.timeline.columns) == len(EN.timeline.columns)


# ---- files


@pytest.mark.parametrize("sign", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "\r\n=cmd|' /C calc'!A0"])
def test_no_cell_begins_a_formula(sign: str) -> None:
    assert inert(sign).startswith("'")
    assert inert("Câu = 1") == "Câu = 1"


def test_csv_has_a_row_a_sentence_with_days_that_machines_read() -> None:
    hostile = an_entry(2, date(2021, 4, 2), dating="published", text='=HYPERLINK("http://evil.example")')
    entries = [
        an_entry(1, date(2021, 4, 1), date(2021, 4, 30)),
        hostile,
        an_entry(3, date(2000, 4, 1), dating="year_unknown"),
    ]
    file = csv_file(a_timeline(*entries), VI, filters=NO_FILTERS, as_typed=False)
    assert file.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert tuple(head) == VI.timeline.columns
    assert [row[:5] for row in rows] == [
        ["1", "Tháng 4/2021", "2021-04-01", "2021-04-30", VI.timeline.named],
        ["2", "2/4/2021", "2021-04-02", "2021-04-02", VI.timeline.published],
        ["3", "1/4", "", "", VI.timeline.unknown_year],
    ]
    assert rows[1][5] == '\'=HYPERLINK("http://evil.example")'
    assert rows[0][10:13] == ["1.txt", "0", str(len(entries[0].text))]


def test_markdown_has_the_days_the_sources_and_no_markup_of_others() -> None:
    hostile = an_entry(2, None, text="<script>alert(1)</script> [bấm](javascript:alert(1))")
    file = markdown_file(
        a_timeline(an_entry(1, date(2021, 4, 1)), hostile), VI, filters=Filters(date(2021, 1, 1)), as_typed=False
    )
    text = file.content.decode()
    assert text.startswith("# Dòng thời gian: lũ\n")
    assert "- **1/4/2021**: Câu số 1 nói về lũ ở Quảng Bình. \\[1\\]" in text
    assert f"## {VI.timeline.undated}" in text
    assert "từ 01/01/2021" in text
    assert "<script>" not in text
    assert "[bấm](" not in text
    assert "1.txt, 0–" in text.replace("\\", "")
    assert 'filename="dong-thoi-gian-lu.md"' in file.disposition.lower()


# ---- what the page fetches


FLOOD = replace(
    dated(
        "lũ.txt",
        "Ngày 16/10/2020, mưa lớn trút xuống Quảng Bình gây lũ. Ngày 18/10, quân đội cứu dân vùng lũ Quảng Bình.",
        date(2020, 10, 21),
        title="Lũ ở Quảng Bình",
    ),
    outlet="Tuổi Trẻ",
)
AFTER = dated("sau lũ.txt", "Nước lũ ở Quảng Bình đã rút, người dân trở về nhà dọn bùn.", date(2020, 10, 25))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    small_library(tmp_path, [FLOOD, AFTER], chunk_chars=2_000).close()
    with open_engine(tmp_path / "library", embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def client(engine: Engine) -> TestClient:
    app = FastAPI()
    app.include_router(router(cast(Site, SimpleNamespace(engine=engine))))
    return TestClient(app)


def test_a_topic_is_answered_with_chart_list_and_sources(client: TestClient) -> None:
    answer = client.get("/ui/vi/timeline", params={"q": "lũ ở Quảng Bình"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "3 câu trong 2 bài, từ 16/10/2020 đến 25/10/2020." in answer.text
    assert Elements(answer.text).with_class("hb-group")
    assert "Tuổi Trẻ" in answer.text


def test_filters_and_as_typed_go_with_the_topic(client: TestClient) -> None:
    asked = {"q": "lu o quang binh", "from": "2020-10-24", "to": "2020-10-30"}
    answer = client.get("/ui/vi/timeline", params=asked).text
    assert "1 câu trong 1 bài." in answer
    assert "từ 24/10/2020" in answer
    (markdown, _) = [attributes["href"] for name, attributes in Elements(answer).elements if name == "a"]
    assert "from=2020-10-24" in markdown
    assert "1 câu trong 1 bài" in client.get(markdown).text
    assert (
        client.get("/ui/vi/timeline", params={"q": "lũ ở Quảng Bình", "outlet": "tuoi tre"}).text.count("data-entry=")
        == 2
    )
    assert VI.timeline.searched_as_typed in client.get("/ui/vi/timeline", params={**asked, "typed": "true"}).text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "The topic is empty"),
        ({"q": " ?"}, "The topic is empty"),
        ({"q": "núi lửa ở Iceland"}, "No sentence tells of this topic."),
        ({"q": "lũ", "from": "1999-01-01", "to": "1999-02-01"}, "The library has no article published"),
        ({"q": "lũ", "from": "2020-10-24", "to": "2020-10-01"}, "The library has no article published"),
    ],
)
def test_what_cannot_be_told_is_told_in_the_page_s_language(
    client: TestClient, asked: dict[str, str], told: str
) -> None:
    answer = client.get("/ui/en/timeline", params=asked)
    assert answer.status_code == 200
    assert told in answer.text


def test_bounds_are_kept(client: TestClient) -> None:
    assert "2,000" in client.get("/ui/en/timeline", params={"q": "lũ ở Quảng Bình " * 200}).text.replace(
        "2.000", "2,000"
    )
    assert client.get("/ui/vi/timeline", params={"q": "x" * 20_001}).status_code == 422
    assert client.get("/ui/vi/timeline", params={"q": "lũ", "from": "gestern"}).status_code == 422
    assert client.get("/ui/fr/timeline", params={"q": "lũ"}).status_code == 422
    assert client.get("/ui/vi/timeline.exe", params={"q": "lũ"}).status_code == 422


def test_files_come_as_downloads_with_a_name(client: TestClient) -> None:
    for kind, media in (("md", "text/markdown"), ("csv", "text/csv")):
        file = client.get(f"/ui/vi/timeline.{kind}", params={"q": "lũ ở Quảng Bình"})
        assert file.headers["content-type"].startswith(media)
        assert file.headers["content-disposition"].startswith("attachment;")
        assert "Ngày 16/10/2020, mưa lớn trút xuống Quảng Bình gây lũ." in file.text


def test_a_damaged_library_is_told_with_the_remedy(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Timeline:
        raise LibraryDamaged("a page is torn", where="library.db", remedy="Run `hoibao verify`")

    monkeypatch.setattr("app.routes.timeline.timeline", fail)
    answer = client.get("/ui/vi/timeline", params={"q": "lũ"})
    assert VI.timeline.failed in answer.text
    assert "hoibao repair" in answer.text
    file = client.get("/ui/en/timeline.csv", params={"q": "lũ"})
    assert (file.status_code, "hoibao repair" in file.text) == (503, True)
