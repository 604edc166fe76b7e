"""The report page and its drawings."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from eval.plots import Axis, Box, Dots, Series, box_chart, dot_chart, legend_sample, line_chart, log_axis, number
from eval.records import QuestionRecord, Quote
from eval.report import render_report
from eval.score import METRICS
from eval.summary import separation, summarise, wilson_interval

HOSTILE = "</td><script>alert('x')</script><img src=x onerror=alert(1)>&amp;\"'"


def a_record(id_: str, **changes: Any) -> QuestionRecord:
    """A refused answerable question."""
    record = QuestionRecord(
        id=id_,
        kind="fact",
        question="Ai từ chức?",
        history=(),
        answerable=True,
        expected=(("Ông Nam", "Nam"),),
        evidence=(Quote("a.txt", "Ông Nam từ chức.", 0),),
        status="not_found",
        answer="Không tìm thấy trong nguồn.",
        short_answer=None,
        understood_as=None,
        citations=(),
        confidence=0.3,
        reason="refused",
        article_ranks=(1,),
        evidence_ranks=(12,),
        scores=dict.fromkeys(METRICS, 0.0),
        timings_ms={"search": 2.0, "total": 9.0},
    )
    return replace(record, **changes)


def a_summary(records: list[QuestionRecord], **changes: Any) -> dict[str, Any]:
    about = {
        "format": 1,
        "hoibao": "0.1",
        "finished_at": "2026-01-02T03:04:05+00:00",
        "set": {"file": "set.jsonl", "sha256": "0" * 64, "format": "set"},
        "library": {"folder": "library", "articles": 1234, "chunks": 5678, "model": {"name": "e5"}},
        "settings": {"answer": {"threshold": 0.5}, "load": {"title_field": ["title", "headline"]}},
        "notes": [],
        "lost_evidence": [],
    }
    return about | summarise(records, threshold=0.5) | changes


def page_of(*records: QuestionRecord, **changes: Any) -> str:
    return render_report(a_summary(list(records), **changes), records)


def visible(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


def test_every_failure_is_shown_with_what_was_expected_and_given() -> None:
    wrong = a_record(
        "q2",
        kind="several",
        status="answered",
        reason="wrong_answer",
        history=("Ông ấy làm gì?",),
        expected=(("Ông Nam",), ("hôm qua", "18/5")),
        answer="Bà Lan từ chức. [1]",
        short_answer="Bà Lan từ chức.",
        understood_as="ai từ chức",
        citations=(Quote("b.txt", "Bà Lan từ chức.", 1, "Tin"),),
        confidence=0.91,
        evidence_ranks=(3, None),
    )
    unanswerable = a_record(
        "q3", answerable=False, expected=(), evidence=(), reason="answered_anyway", status="answered",
        article_ranks=(), evidence_ranks=(),
    )  # fmt: skip
    fine = a_record("q4", reason=None, status="answered", answer="Ông Nam.")
    page = page_of(a_record("q1", evidence_ranks=(None,)), wrong, unanswerable, fine)
    assert re.findall(r'<tr data-kind="(\w+)" data-reason="(\w+)">', page) == [
        ("fact", "refused"),
        ("several", "wrong_answer"),
        ("fact", "answered_anyway"),
    ]
    text = visible(page)
    assert "q1 · evidence not retrieved" in text
    assert "Ông Nam or Nam" in text
    assert "before: Ông ấy làm gì?" in text
    assert "understood as: ai từ chức" in text
    assert "part 2 hôm qua or 18/5" in text
    assert "[1] Bà Lan từ chức. b.txt" in text
    assert "q2 · evidence at rank 3, not retrieved" in text
    assert "confidence 0.91" in text
    assert "no answer: “not found”" in text
    assert "q4" not in text
    assert '<option value="fact">fact (2)</option>' in page
    assert '<option value="wrong_answer">wrong answer (1)</option>' in page


def test_no_text_reaches_the_page_as_markup() -> None:
    hostile = a_record(
        HOSTILE,
        kind=HOSTILE,
        question=HOSTILE,
        history=(HOSTILE,),
        expected=((HOSTILE, HOSTILE),),
        evidence=(Quote(HOSTILE, HOSTILE, 0),),
        answer=HOSTILE,
        short_answer=HOSTILE + "s",
        understood_as=HOSTILE,
        citations=(Quote(HOSTILE, HOSTILE, 1, HOSTILE),),
        timings_ms={HOSTILE: 1.0},
    )
    changes = {
        "notes": [HOSTILE],
        "set": {"file": HOSTILE, "sha256": HOSTILE, "format": HOSTILE},
        "library": {"folder": HOSTILE, "model": {"name": HOSTILE}},
    }
    page = page_of(hostile, **changes)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "</td><script>" not in page
    assert "&lt;script&gt;alert(" in page


def test_the_page_asks_for_nothing_and_runs_its_own_script_only() -> None:
    page = page_of(a_record("q1"))
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["']?(?!#)\w+:""", page)
    assert "@import" not in page
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy == [
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    ]
    assert len(page) < 60_000


def test_key_figures_and_plots() -> None:
    right = a_record("q1", reason=None, status="answered", scores=dict.fromkeys(METRICS, 1.0), confidence=0.8)
    refused = a_record(
        "q2", answerable=False, expected=(), evidence=(), reason=None, confidence=0.1,
        article_ranks=(), evidence_ranks=(), scores={"right": 1.0, "right_and_cited": 1.0},
    )  # fmt: skip
    page = page_of(right, refused, a_record("q3"))
    text = visible(page)
    assert "3 questions over 1,234 articles (5,678 passages), 2 of them answerable." in text
    assert "Right 66.7% 2 of 3, 20.8–93.9%" in text
    assert "Abstention F1 66.7% precision 50.0%, recall 100.0%" in text
    assert "Answer time, p95 9.00 ms median 9.00 ms" in text
    titles = re.findall(r"<h3>([^<]+)</h3>", page)
    assert titles[:6] == [
        "Recall against k",
        "Abstention over the threshold",
        "Scores by kind",
        "Right against answered",
        "Refusing: precision against recall",
        "Time by stage",
    ]
    assert "used: 0.5" in text
    assert "title field title, headline" in text


def test_the_trade_off_of_refusing_is_drawn_with_the_run_on_it() -> None:
    right = a_record("q1", reason=None, status="answered", scores=dict.fromkeys(METRICS, 1.0), confidence=0.8)
    wrong = a_record("q2", reason="wrong_answer", status="answered", confidence=0.6)
    held_back = a_record("q3", confidence=0.3, held_back={"right": 1.0, "right_and_cited": 0.0})
    silent = a_record("q4", answerable=False, expected=(), evidence=(), reason=None, confidence=0.1)
    page = page_of(right, wrong, held_back, silent)
    text = visible(page)
    # Half of the questions were answered, half of these rightly; one of the two refusals is right.
    assert "this run: 50%" in text
    assert "50.0 (this run) 0.500 50.0 50.0" in text
    assert "75.0 0.300 66.7 33.3" in text
    assert "100.0 (this run) 0.500 50.0" in text
    rings = re.findall(r'<circle class="spot"[^>]*><title>([^<]+)</title>', page)
    assert rings == ["this run, right: 50.0%", "this run, right and cited: 50.0%", "this run: 50.0% at 100.0%"]


def test_a_line_of_many_points_is_thinned_to_what_can_be_seen() -> None:
    records = [a_record(f"q{n}", status="answered", reason="wrong_answer", confidence=n / 900) for n in range(900)]
    silent = a_record("none", answerable=False, expected=(), evidence=(), reason=None, confidence=0.0)
    page = page_of(*(replace(record, reason=None) for record in [*records, silent]))
    drawing = page.split('aria-label="Right against answered"')[1].split("</svg>")[0]
    assert drawing.count('class="dot s0') <= 101


def test_an_ablation_has_its_tables() -> None:
    figures = {"questions": 2, "right": 0.5, "right_and_cited": 0.25}
    abstention = {"f1": 0.5, "precision": 0.4, "recall": 0.75, "separation": 0.9}
    rungs = [
        {"name": name, "label": label, "settings": {}, "unanswerable": unanswerable, "abstention": abstention}
        | {"total_ms": {"p50": 10.0, "p95": 20.0}, "by_kind": {HOSTILE: figures}}
        | figures
        for name, label, unanswerable in (("1", "sentence baseline", 1), ("2", "+ reader", 0))
    ]
    of = {"difference": 0.125, "low": 0.0625, "high": 0.25, "better": 1, "sure": True}
    slower = of | {"difference": 3.0, "low": -1.0, "high": 7.0, "better": -1, "sure": False}
    differences = {"right": of, "total_ms_p50": slower}
    steps = [{"a": "1", "b": "2", "gained": 3, "lost": 1, "differences": differences}]
    page = page_of(a_record("q1"), ablation={"rungs": rungs, "steps": steps})
    section = page.split('id="ablation"')[1].split("</section>")[0]
    assert "<script>" not in section
    cells = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", section)]
    assert ["sentence baseline", "50.0", "25.0", "50.0", "40.0", "75.0", "90.0", "10.0", "20.0"] in cells
    assert ["+ reader", "50.0", "25.0", "–", "–", "–", "–", "10.0", "20.0"] in cells
    assert ["all parts together", "+12.5 [+6.2, +25.0] *", "–", "–", "+3.0 [-1.0, +7.0]", "3", "1"] in cells
    assert 'id="ablation"' not in page_of(a_record("q1"))


def test_plots_without_figures_are_left_out() -> None:
    refused = a_record(
        "q1",
        answerable=False,
        expected=(),
        evidence=(),
        reason=None,
        article_ranks=(),
        evidence_ranks=(),
        timings_ms={},
    )
    page = page_of(refused)
    assert re.findall(r"<h3>([^<]+)</h3>", page)[0] == "Scores by kind"
    assert "Recall against k" not in page
    assert "Abstention over the threshold" not in page
    assert "No question failed." in page
    assert "–" in page


def test_wilson_interval_against_the_published_example() -> None:
    # 81 of 263: Newcombe 1998, table I, method 3.
    low, high = wilson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson_interval(0, 10)[0] == 0.0
    with pytest.raises(ValueError, match="at least one trial"):
        wilson_interval(0, 0)


def test_separation_counts_ties_half() -> None:
    def of(answerable: bool, confidence: float) -> QuestionRecord:
        return a_record("q", answerable=answerable, confidence=confidence)

    # Pairs: .5 > .2, .5 = .5 (half), .5 = .5 (half), .1 < .2, .1 < .5, .1 < .5: 2 of 6.
    records = [of(True, 0.5), of(True, 0.1), of(False, 0.2), of(False, 0.5), of(False, 0.5)]
    assert separation(records) == pytest.approx(2 / 6)
    assert separation(records[:2]) is None


# ---- drawings


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 (made by the code under test)


def test_line_chart_places_points() -> None:
    unit = Axis("x", 0.0, 1.0, (0.0, 1.0))
    drawing = parsed(line_chart([Series("a<b", ((0.0, 0.0), (1.0, 1.0)), 0)], unit, unit, title="T", marker=(0.9, "m")))
    (path,) = list(drawing.iter("path"))
    # The area is 46 … 446 wide and 12 … 256 high.
    assert path.get("d") == "M46 256L446 12"
    assert [one.text for one in drawing.iter("title")] == ["a<b: 0 at 0", "a<b: 1 at 1"]
    (marker,) = [one for one in drawing.iter("line") if one.get("class") == "marker"]
    assert marker.get("x1") == "406"


def test_logarithmic_axis() -> None:
    axis = Axis("k", 1.0, 100.0, (), scale="log")
    assert axis.place(10.0) == pytest.approx(0.5)
    assert axis.place(1000.0) == 1.0
    assert axis.place(0.0) == 0.0
    assert log_axis("ms", [0.0, 0.02, 700.0]).ticks == pytest.approx((0.01, 0.1, 1, 10, 100, 1000))
    assert log_axis("ms", [2.0, 9.0]).ticks == pytest.approx((1, 3, 10))
    assert (log_axis("ms", [10.0]).low, log_axis("ms", []).high) == (10.0, 10.0)


def test_dot_chart_skips_what_does_not_apply() -> None:
    rows = [Dots("fact", (0.5, None, 1.0)), Dots("a kind with a very long name", (None, None, None))]
    drawing = parsed(dot_chart(rows, ["right", "cited", "recall"], title="T"))
    titles = [one.text for one in drawing.iter("title")]
    assert titles == ["fact – right: 50.0%", "fact – recall: 100.0%"]
    assert "a kind with a very l…" in [one.text for one in drawing.iter("text")]
    assert len([one for one in drawing.iter("line") if one.get("class") == "span"]) == 1


def test_box_chart_is_in_order() -> None:
    drawing = parsed(box_chart([Box("read", 1.0, 2.0, 3.0, 4.0, 10.0)], unit="ms", title="T"))
    (whisker,) = [one for one in drawing.iter("line") if one.get("class") == "whisker"]
    (box,) = list(drawing.iter("rect"))
    (median,) = [one for one in drawing.iter("line") if one.get("class") == "median"]
    left, width = float(box.get("x", "")), float(box.get("width", ""))
    assert whisker.get("x1") == "108"  # the lowest value is the start of the axis
    assert 108 < left < float(median.get("x1", "")) < left + width < float(whisker.get("x2", ""))
    assert "read: median 3.00 ms, 95 % within 10.0 ms" in [one.text for one in drawing.iter("title")]


def test_legend_samples_differ() -> None:
    samples = {str(legend_sample("mark", style)) for style in range(3)} | {str(legend_sample("line", 0))}
    assert len(samples) == 4


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.123, "0.12"), (9.87, "9.87"), (12.34, "12.3"), (99.99, "100.0"), (1234.5, "1,234")],
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


# ---- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_failures_are_filtered_and_nothing_is_fetched(tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    path = tmp_path / "report.html"
    records = [
        a_record("q1", question="Thủ tướng đi đâu?"),
        a_record("q2", question=HOSTILE, kind="typo", reason="wrong_answer", status="answered"),
        a_record("q3", question="Đường nào ngập?", kind="typo"),
    ]
    path.write_text(page_of(*records), encoding="utf-8")
    requests: list[str] = []
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390

        def shown() -> list[str]:
            return [row.inner_text().splitlines()[0] for row in page.locator("#failures tbody tr:visible").all()]

        assert page.inner_text("#shown") == "3 of 3"
        page.select_option("[name=kind]", "typo")
        assert shown() == ["wrong answer typo", "refused, though answerable typo"]
        page.select_option("[name=reason]", "refused")
        assert page.inner_text("#shown") == "1 of 3"
        page.click("button[type=reset]")
        page.fill("[name=words]", "duong ngap")  # finds what is written with diacritics
        page.wait_for_function("document.getElementById('shown').textContent === '1 of 3'")
        assert "Đường nào ngập?" in page.locator("#failures tbody tr:visible").inner_text()
        ink, back = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        browser.close()
    assert (problems, requests) == ([], [path.as_uri()])
    assert (sum_of(ink) > sum_of(back)) == (scheme == "dark")


def sum_of(colour: str) -> int:
    """How light a CSS colour `rgb(r, g, b)` is."""
    return sum(int(part) for part in re.findall(r"\d+", colour))
