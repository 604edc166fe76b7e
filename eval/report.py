"""The report page: pure functions from a run's figures and records to one HTML document.

The page is self-contained: drawings are inline SVG, its content policy allows no request at all, and only its own
script, named by its hash, may run. Everything from questions and articles is escaped by the template.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from eval.ablation_report import ablation_view
from eval.plots import number
from eval.records import REASONS, QuestionRecord, Reason
from eval.report_plots import percent, plots_of
from eval.summary import wilson_interval

REASON_NAMES: Final[dict[Reason, str]] = {
    "error": "error",
    "refused": "refused, though answerable",
    "answered_anyway": "answered, though unanswerable",
    "wrong_answer": "wrong answer",
    "not_cited": "right, not cited",
}
COLUMNS: Final = (
    ("right", "Right"),
    ("right_and_cited", "Right, cited"),
    ("exact_match", "EM"),
    ("f1", "F1"),
    ("citation_precision", "Cited P"),
    ("citation_recall", "Cited R"),
    ("article_recall@1", "Article R@1"),
    ("evidence_recall@1", "Evidence R@1"),
    ("evidence_recall@10", "Evidence R@10"),
    ("evidence_mrr@10", "MRR"),
    ("evidence_ndcg@10", "nDCG"),
)


def render_report(summary: Mapping[str, Any], records: Sequence[QuestionRecord]) -> str:
    """The whole page. `summary` is what `summary.json` holds."""
    template_files = _template_files()
    script = template_files["report.js"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    failures = [_failure(record) for record in records if record.reason is not None]
    template = _environment().get_template("report.html.j2")
    return template.render(
        title=f"Evaluation: {summary['set']['file']}",
        lead=_lead(summary),
        script=Markup(script),  # noqa: S704 (our own file, no data in it)
        script_hash=f"sha256-{digest}",
        style=Markup(template_files["report.css"]),  # noqa: S704 (our own file, no data in it)
        notes=summary["notes"],
        tiles=_tiles(summary),
        plots=plots_of(summary),
        generated=_generated(summary["generated"]) if "generated" in summary else None,
        ablation=ablation_view(summary["ablation"]) if "ablation" in summary else None,
        columns=COLUMNS,
        by_kind=summary["by_kind"],
        overall=summary["overall"],
        answerable=summary["answerable"],
        unanswerable=summary["unanswerable"],
        counts=summary["counts"],
        failures_answerable=sum(one["answerable"] for one in failures),
        failures_unanswerable=sum(not one["answerable"] for one in failures),
        failures=failures,
        failure_kinds=sorted(Counter(one["kind"] for one in failures).items()),
        failure_reasons=[
            (reason, REASON_NAMES[reason], count)
            for reason in REASONS
            if (count := summary["counts"]["by_reason"][reason])
        ],
        about=_about(summary),
        footer=f"Hỏi Báo {summary['hoibao']}, finished {summary['finished_at']}. Intervals are 95 %.",
    )


def _lead(summary: Mapping[str, Any]) -> str:
    counts, library = summary["counts"], summary["library"]
    of = f" over {library['articles']:,} articles ({library['chunks']:,} passages)" if "articles" in library else ""
    return (
        f"{counts['questions']:,} questions{of}, {counts['answerable']:,} of them answerable."
        f" {counts['answered']:,} were answered, {counts['not_found']:,} refused; {counts['failures']:,} failed."
    )


def _tiles(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """The key figures; shares of questions with their interval."""
    counts, overall, answerable = summary["counts"], summary["overall"], summary["answerable"]
    tiles = [
        _share_tile("Right", overall["right"], counts["questions"]),
        _share_tile("Right and cited", overall["right_and_cited"], counts["questions"]),
    ]
    if counts["answerable"]:
        tiles += [
            _plain_tile("F1, answerable", answerable["f1"], f"exact match {percent(answerable['exact_match'])}%"),
            _plain_tile(
                "Evidence recall@10",
                answerable["evidence_recall@10"],
                f"@1 {percent(answerable['evidence_recall@1'])}%, MRR {percent(answerable['evidence_mrr@10'])}%",
            ),
        ]
    if counts["unanswerable"]:
        found = summary["abstention"]
        tiles.append(
            _plain_tile(
                "Abstention F1",
                found["f1"],
                f"precision {percent(found['precision'])}%, recall {percent(found['recall'])}%",
            )
        )
    total = summary["timings_ms"].get("total")
    if total:
        tiles.append(
            {
                "name": "Answer time, p95",
                "value": number(total["p95"]),
                "unit": "ms",
                "more": f"median {number(total['p50'])} ms",
            }
        )
    return tiles


def _generated(found: Mapping[str, Any]) -> dict[str, Any]:
    """The table of a model's wording: name, figure, and what it counts."""
    counts, times = found["counts"], found["timings_ms"]
    shares = [
        (name, percent(found[key], "%"), _counted(found[key], counts[whole], what))
        for name, key, whole, what in (
            ("Citation recall, as written", "written_supported", "written", "sentences, by the checker"),
            ("Citation precision, as written", "written_precise", "markers", "citations"),
            ("Sentences with a wrong number, as written", "wrong_numbers", "written", "sentences"),
            ("Sentences with a wrong name, as written", "wrong_names", "written", "sentences"),
            ("Citation recall, as shown", "citation_recall", "shown", "sentences that the same checker let through"),
            ("Citation precision, as shown", "citation_precision", "cited", "citations"),
            ("Supported by the set's evidence, as shown", "supported_by_gold", "gold", "sentences"),
        )
    ]
    shares += [
        (name, percent(found[key], "%"), more)
        for name, key, more in (
            ("Citation recall, as written, mean over answers", "written_supported_mean", "as ALCE tells it"),
            ("Citation precision, as written, mean over answers", "written_precise_mean", "as ALCE tells it"),
            ("Answer F1", "f1", "the short answer, which is a quotation"),
            ("F1 of the whole text", "f1_text", "answerable questions"),
            ("Accepted form in the text", "contained", f"quotations: {percent(found['contained_extractive'], '%')}"),
        )
    ]
    shares += [
        (name, f"{number(times[key]['p50'])} ms", f"95th percentile {number(times[key]['p95'])} ms")
        for name, key in (("First word, median", "first_word"), ("Last word, median", "last_word"))
        if times[key]
    ]
    lead = (
        f"{found['model']} was asked {found['asked']:,} of {found['questions']:,} questions;"
        f" {found['generated']:,} answers are in its words. {counts['dropped']:,} sentences were dropped,"
        f" {counts['replaced']:,} replaced by quotations, {counts['struck']:,} struck out,"
        f" {counts['repaired']:,} given the right citation;"
        f" {counts['unknown_markers']:,} markers named nothing."
    )
    return {"lead": lead, "rows": shares, "problems": list(found["problems"].items())}


def _counted(share: float | None, whole: int, what: str) -> str:
    """What a share is of, with its 95 % interval."""
    if share is None:
        return f"of {whole} {what}"
    low, high = wilson_interval(share * whole, whole)
    return f"of {whole} {what}, {percent(low)}–{percent(high)}%"


def _share_tile(name: str, share: float | None, questions: int) -> dict[str, str]:
    low, high = wilson_interval((share or 0.0) * questions, questions)
    right = round((share or 0.0) * questions)
    more = f"{right} of {questions}, {percent(low)}–{percent(high)}%"
    return {"name": name, "value": percent(share, "%"), "unit": "", "more": more}


def _plain_tile(name: str, share: float | None, more: str) -> dict[str, str]:
    return {"name": name, "value": percent(share, "%"), "unit": "", "more": more}


def _failure(record: QuestionRecord) -> dict[str, Any]:
    """What the table shows of a failed question."""
    assert record.reason is not None  # noqa: S101 (for the type checker: callers pass failures)
    return {
        "id": record.id,
        "kind": record.kind,
        "reason": record.reason,
        "reason_name": REASON_NAMES[record.reason],
        "question": record.question,
        "history": record.history,
        "understood_as": record.understood_as,
        "answerable": record.answerable,
        "expected": record.expected,
        "evidence": record.evidence,
        "answer": record.answer,
        "short_answer": record.short_answer,
        "citations": record.citations,
        "confidence": record.confidence,
        "f1": record.scores.get("f1") if record.answerable else None,
        "where": _where(record),
    }


def _where(record: QuestionRecord) -> str:
    """Where retrieval had the evidence: tells a failure of search from one of reading."""
    if not record.evidence_ranks:
        return ""
    ranks = [str(rank) if rank is not None else "not retrieved" for rank in record.evidence_ranks]
    return f"evidence at rank {', '.join(ranks)}" if any(record.evidence_ranks) else "evidence not retrieved"


def _about(summary: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The set, the library, and every setting, as name and value."""
    library = dict(summary["library"])
    model = library.pop("model", None) or {}
    return [
        ("Question set", _pairs(summary["set"])),
        ("Library", _pairs(library)),
        ("Embedding model", _pairs(model)),
        *((f"Settings: {section}", _pairs(values)) for section, values in summary["settings"].items()),
    ]


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in values.items()
    ]


@cache
def _template_files() -> dict[str, str]:
    folder = files("eval") / "templates"
    return {name: (folder / name).read_text(encoding="utf-8") for name in ("report.html.j2", "report.css", "report.js")}


def _environment() -> Environment:
    return Environment(loader=DictLoader(_template_files()), autoescape=True, undefined=StrictUndefined)
