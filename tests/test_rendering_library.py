"""Pieces of the library view that are pure: marked words, excerpts, charts, and why files could not be read."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import rag
from app.adding.jobs import Item, Job, Refusal
from app.adding.limits import Limits
from app.adding.uploads import Placed
from app.adding.watching import Watched
from app.rendering.charts import Bucket, buckets, charts_html
from app.rendering.finding import excerpt_html, marked, matches
from app.rendering.jobs import jobs_html, size_of
from app.words import words_of
from app.words.counting import counted
from app.words.load_errors import known, told
from rag.errors import DiskFull, LibraryLocked, LoadError
from rag.indexing import FileOutcome
from rag.listing import Place
from rag.load import FoundFile
from tests.rendering import Elements

VI, EN = words_of("vi"), words_of("en")
TEXT = "Chợ Bến Thành ở TP.HCM mở cửa. Tiếng chuông COVID-19 vang lên ở bến."


def found(words: str, text: str = TEXT) -> list[str]:
    return [span.of(text) for span in matches(text, words)]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("bến", ["Bến", "bến"]),
        ("ben", ["Bến", "bến"]),
        ("bền", []),
        ("thành cho", ["Thành"]),
        ("cho thanh", ["Chợ", "Thành"]),
        ("tp.hcm", ["TP", "HCM"]),
        ("covid", ["COVID"]),
        ("Tie\u0302\u0301ng", ["Tiếng"]),
        ("", []),
        ("... <b>", []),
    ],
)
def test_places_of_words(words: str, places: list[str]) -> None:
    assert found(words) == places


def test_marking_escapes_everything() -> None:
    text = "<b>bến</b> & bến"
    html = marked(text, matches(text, "bến"))
    assert html == ('&lt;b&gt;<mark class="hb-found">bến</mark>&lt;/b&gt; &amp; <mark class="hb-found">bến</mark>')
    assert marked(text, []) == "&lt;b&gt;bến&lt;/b&gt; &amp; bến"


def test_an_excerpt_is_where_most_of_the_words_stand() -> None:
    text = "Mở đầu nói về lũ. " + "Chuyện khác. " * 40 + "Ở đây lũ về làng xa. " + "Chuyện khác. " * 40
    html = excerpt_html(text, "lũ làng xa")
    assert html.startswith("… ")
    assert html.endswith(" …")
    for word in ("lũ", "làng", "xa"):
        assert f'<mark class="hb-found">{word}</mark>' in html
    assert len(html) < 400
    assert excerpt_html(text, "").startswith("Mở đầu nói về lũ.")
    assert excerpt_html("Ngắn\nthôi.", "thôi") == 'Ngắn <mark class="hb-found">thôi</mark>.'
    assert excerpt_html("", "thôi") == ""
    assert excerpt_html("x" * 1000, "") == f"{'x' * 170} …"


# ---- charts ----------------------------------------------------------------------------------------------------------


def one(outlet: str | None, host: str | None) -> str | None:
    return outlet or host


def span_of(first: date, days: int) -> list[Place]:
    return [Place(first, "A", None, 1), Place(first + timedelta(days=days), "A", None, 2)]


@pytest.mark.parametrize(
    ("days", "unit", "count"),
    [
        (0, "day", 1),
        (71, "day", 72),
        (72, "month", 4),
        (365 * 5, "month", 61),
        (365 * 6, "year", 7),
        (36_500, "year", 101),
    ],
)
def test_time_is_cut_as_finely_as_can_be_read(days: int, unit: str, count: int) -> None:
    made = buckets(span_of(date(1950, 1, 31), days), one)
    assert (made[0].unit, len(made)) == (unit, count)
    assert made[0].first <= date(1950, 1, 31) <= made[0].last
    assert made[0].counts == Counter({"A": 1 if days else 3})
    assert all(before.last + timedelta(days=1) == after.first for before, after in pairwise(made))


def test_a_month_ends_where_it_ends() -> None:
    made = buckets([Place(date(2024, 2, 10), None, "b.vn", 1), Place(date(2024, 12, 1), None, None, 1)], one)
    assert made[0] == Bucket(date(2024, 2, 1), date(2024, 2, 29), "month", Counter({"b.vn": 1}))
    assert (made[-1].last, made[-1].counts) == (date(2024, 12, 31), Counter({"": 1}))
    assert buckets([Place(None, "A", None, 3)], one) == []


def test_bars_stand_on_each_other_and_sum_up() -> None:
    places = [
        Place(date(2024, 5, 1), name, None, count)
        for name, count in (("A", 50), ("B", 20), ("C", 10), ("D", 8), ("E", 6), ("F", 4), ("G", 2))
    ]
    html = charts_html([*places, Place(date(2024, 5, 2), None, None, 100)], one, VI.library)
    elements = Elements(html)
    bars = [item for tag, item in elements.elements if tag == "rect" and item["x"] == "0.1"]
    assert [item["class"] for item in bars] == ["hb-c1", "hb-c2", "hb-c3", "hb-c4", "hb-c5", "hb-c0"]
    assert [float(item["height"]) for item in bars] == [50, 20, 10, 8, 6, 6]
    assert float(bars[-1]["y"]) == 0
    assert "không rõ báo" in html
    assert [item["data-outlet"] for item in elements.with_class("hb-paper") if "data-outlet" in item] == list("ABCDEFG")


def test_many_newspapers_are_summed_up_and_names_are_text() -> None:
    places = [Place(None, f"<b>{number}", None, 20 - number) for number in range(12)]
    html = charts_html(places, one, EN.library)
    assert "4 other newspapers" in html
    assert "&lt;b&gt;0" in html
    assert "<b>0<" not in html
    assert "None of these articles states a date." in html


# ---- jobs ------------------------------------------------------------------------------------------------------------


def outcome(**counts: object) -> FileOutcome:
    plain: dict[str, object] = {"new": 0, "updated": 0, "unchanged": 0, "removed": 0, "dismissed": 0}
    return FileOutcome(source="uploads/a.txt", **{"stored": (), "failed": (), **plain, **counts})  # type: ignore[arg-type]


def shown(job: Job, language: str = "vi") -> str:
    html = jobs_html([job], [], words_of(language), Limits())  # type: ignore[arg-type]
    Elements(html)
    return html


def test_each_result_in_words(tmp_path: Path) -> None:
    placed = Placed(FoundFile(tmp_path / "a (2).txt", "uploads/a (2).txt"), "new", "x")
    items = [
        Item("a.txt", outcome=outcome(new=1, stored=("1",)), placed=placed, id="1", title="Tít", original="Gốc"),
        Item("b.txt", outcome=outcome(updated=1, removed=2)),
        Item("c.txt", outcome=outcome(unchanged=1)),
        Item("d.jsonl", outcome=outcome(new=2, unchanged=3)),
        Item("e.txt", refusal=Refusal("lost")),
        Item("f.txt"),
        Item("g.txt", outcome=outcome(new=1), undone="restored"),
    ]
    html = shown(Job("", "upload", items, state="done"))
    for text in (
        "mới</span>", "lưu với tên a (2).txt, vì tên cũ đã có bài khác", "đăng lại bài “Gốc”",
        "đã cập nhật, 2 bài không",
        "không đổi, đã có trong thư viện", "2 bài mới, 3 bài không đổi", "chưa nhận được. Hãy gửi lại", "đang đợi",
        "đã trả lại bản trước", "Thêm 7 tệp",
    ):  # fmt: skip
        assert text in html, text
    assert "Add 1 file<" in shown(Job("", "upload", items[:1], state="done"), "en")


@pytest.mark.parametrize(
    ("state", "kind", "buttons"),
    [
        ("arriving", "upload", ["stop"]),
        ("queued", "upload", ["stop"]),
        ("running", "paste", ["stop"]),
        ("running", "dismiss", []),
        ("running", "watch", []),
        ("undoing", "upload", []),
        ("failed", "upload", ["retry", "undo"]),
        ("failed", "watch", ["retry", "drop"]),
        ("failed", "return", ["retry", "drop"]),
        ("done", "upload", ["undo", "drop"]),
        ("done", "dismiss", ["undo", "drop"]),
        ("done", "return", ["drop"]),
        ("done", "watch", ["drop"]),
        ("undone", "upload", ["drop"]),
        ("stopped", "upload", ["drop"]),
    ],
)
def test_what_can_be_done_with_a_job(state: str, kind: str, buttons: list[str]) -> None:
    items = [Item("a.txt", outcome=outcome(new=1, stored=("1",)))] if kind not in {"dismiss", "return"} else []
    job = Job("", kind, items, ids=("1",), state=state)  # type: ignore[arg-type]
    assert [item["data-do"] for item in Elements(shown(job)).with_class("hb-job-do")] == buttons


def test_failures_are_told_with_the_remedy() -> None:
    for error, text in (
        (LibraryLocked("locked by process 7", remedy="Wait"), "Đợi nó xong (hoặc dừng nó) rồi thử lại."),
        (DiskFull("full"), "Đĩa đã đầy."),
    ):
        html = shown(Job("", "upload", state="failed", error=error))
        assert text in html
        assert error.what in html
    assert "lỗi không lường trước" in shown(Job("", "upload", state="failed", unexpected=True))


def test_watched_folders_are_told_by_their_own_names(tmp_path: Path) -> None:
    (tmp_path / "<tin>").mkdir()
    watched = [Watched(tmp_path / "<tin>", 1, condition) for condition in ("watched", "missing", "emptied")]  # type: ignore[arg-type]
    html = jobs_html([], watched, VI, Limits())
    assert html.count("“&lt;tin&gt;”") == 3
    assert str(tmp_path) not in html
    assert "hoibao index --prune" in html


def test_sizes_and_numbers() -> None:
    assert (size_of(100_000_000), size_of(1_500_000), size_of(10_000_000_000)) == ("100 MB", "1.5 MB", "10 GB")
    assert counted("{count} article|{count} articles", 1, ",") == "1 article"
    assert counted("{count} article|{count} articles", 12_345, ",") == "12,345 articles"
    assert counted("{count} bài", 12_345, ".") == "12.345 bài"


# ---- why a file could not be read ------------------------------------------------------------------------------------


def messages() -> list[str]:
    """What every LoadError of the loading code says, with the first value that comes to mind for what varies."""
    said: list[str] = []
    root = Path(rag.__file__).parent
    for path in (root / "load.py", root / "indexing.py", *sorted((root / "loading").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "LoadError"
                and node.args
            ):
                what = node.args[0]
                if isinstance(what, ast.Constant):
                    said.append(str(what.value))
                elif isinstance(what, ast.JoinedStr):
                    said.append("".join(part.value if isinstance(part, ast.Constant) else "7" for part in what.values))
    return said


def test_every_reason_has_a_vietnamese_sentence() -> None:
    said = messages()
    assert len(said) > 35
    assert [what for what in said if known(what) is None] == []


def test_reasons_in_both_languages() -> None:
    error = LoadError("only 12 characters of article text", where="a.txt", remedy="Remove it")
    assert told(error, "vi") == "chỉ có 12 ký tự nội dung. Kiểm tra xem tệp có đủ bài không"
    assert told(error, "en") == "only 12 characters of article text. Remove it"
    assert told(LoadError("something new", remedy="Do it"), "vi") == "something new. Do it"
    assert told(LoadError("an article of 3,000,000 characters"), "vi").startswith("bài quá dài (3.000.000 ký tự).")
