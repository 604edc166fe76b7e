"""`hoibao eval` and `hoibao eval compare`: options in, a run's files and a short table out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.commands.generating import generator_options
from rag.commands.options import library_option, printable, settings_from, settings_options
from rag.commands.terminal import progress_bar

if TYPE_CHECKING:
    from eval.compare import Comparison, Difference

FLIPS_SHOWN = 20


@click.group(invoke_without_command=True)
@click.option(
    "--set",
    "set_path",
    type=click.Path(path_type=Path),
    help="A question set (.jsonl) or SQuAD file (.json, .json.gz).",
)
@click.option("--out", type=click.Path(path_type=Path), help="The folder for the run's files.")
@click.option("--ablation", is_flag=True, help="Ask five times, with the parts of answering switched on one by one.")
@generator_options
@library_option
@settings_options
@click.pass_context
def evaluate(
    ctx: click.Context,
    set_path: Path | None,
    out: Path | None,
    ablation: bool,
    generator: str | None,
    model: str | None,
    unsupported: str | None,
    library_dir: Path,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Ask every question of a set and write answers, records, figures and a report.

    The passages of a SQuAD file are indexed in OUT/library; any other set is asked of the library given. With
    --ablation the runs of the parts are in OUT/rungs, and that of everything together in OUT. With --generator each
    answer is also worded by a model: how faithfully, the report tells, and OUT/generated.jsonl holds what it wrote.

    \b
    hoibao eval --set eval/sets/seeds.jsonl --library library --out runs/seeds
    hoibao eval compare runs/before runs/after
    """
    # Imported here so that `hoibao --help`, which loads every command, stays quick.
    from eval.ablation import evaluate_ablation
    from eval.ablation_report import ablation_lines
    from eval.run import evaluate_set
    from eval.run_files import REPORT_NAME

    if ctx.invoked_subcommand is not None:
        return
    if set_path is None or out is None:
        missing = "--set" if set_path is None else "--out"
        raise click.UsageError(f"Missing option '{missing}'.", ctx)
    if ablation and generator:
        raise click.UsageError("--ablation takes parts of answering without a model; leave --generator out.", ctx)
    flags = {"generate__generator": generator, "generate__model": model, "generate__unsupported": unsupported}
    settings = settings_from(config, assignments, **flags)
    with progress_bar() as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if bar is not None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total)
                bar.update(tasks[stage], completed=done, total=total)

        run = evaluate_ablation if ablation else evaluate_set
        summary = run(set_path, library_dir, out, settings, progress=show)
    for note in summary["notes"]:
        click.echo(f"hoibao: {note}", err=True)
    parts = [*ablation_lines(summary["ablation"], aligned), ""] if ablation else []
    for line in (*parts, *summary_lines(summary), f"report: {out / REPORT_NAME}"):
        click.echo(line)


@evaluate.command("compare")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Also write compare.json to this folder.")
def compare_command(a: Path, b: Path, out: Path | None) -> None:
    """What changed from run A to run B: differences with 95 % intervals, and which questions flipped."""
    from eval.compare import compare_runs, comparison_to_json
    from eval.run_files import COMPARE_NAME, write_json

    found = compare_runs(a, b)
    for note in comparison_notes(found):
        click.echo(f"hoibao: {note}", err=True)
    for line in comparison_lines(found):
        click.echo(line)
    for title, flips in (("now right", found.gained), ("no longer right", found.lost)):
        click.echo(f"{title}: {len(flips)}")
        for flip in flips[:FLIPS_SHOWN]:
            was, now = flip.a_reason or "right", flip.b_reason or "right"
            click.echo(f"  {printable(flip.id)} ({printable(flip.kind)}): {was} -> {now}: {printable(flip.question)}")
        if len(flips) > FLIPS_SHOWN:
            click.echo(f"  and {len(flips) - FLIPS_SHOWN} more; `--out DIR` writes them all")
    if out is not None:
        write_json(out, COMPARE_NAME, comparison_to_json(found))
        click.echo(f"written: {out / COMPARE_NAME}")


def summary_lines(summary: dict[str, Any]) -> list[str]:
    """The figures of a run by kind, all questions last."""
    metrics = ("right", "right_and_cited", "f1", "evidence_recall@10", "citation_precision", "citation_recall")
    rows: list[tuple[str, ...]] = [
        ("kind", "questions", "failures", "right", "right+cited", "F1", "evidence R@10", "cited P", "cited R")
    ]
    for kind, found in summary["by_kind"].items():
        counts = (str(found["questions"]), str(found["failures"]))
        rows.append((printable(kind), *counts, *(share(found[metric]) for metric in metrics)))
    counts = (str(summary["counts"]["questions"]), str(summary["counts"]["failures"]))
    rows.append(("all", *counts, *(share(summary["overall"][metric]) for metric in metrics)))
    abstention, total = summary["abstention"], summary["timings_ms"].get("total")
    lines = aligned(rows)
    if summary["counts"]["unanswerable"]:
        precision, recall, f1 = (share(abstention[name]) for name in ("precision", "recall", "f1"))
        lines.append(f"abstention: P {precision}, R {recall}, F1 {f1}")
    if total:
        lines.append(f"time of an answer: p50 {total['p50']:.1f} ms, p95 {total['p95']:.1f} ms")
    if "generated" in summary:
        lines += ["", *generated_lines(summary["generated"])]
    return lines


def generated_lines(found: dict[str, Any]) -> list[str]:
    """What a model made of the answers."""
    counts, times = found["counts"], found["timings_ms"]
    lines = [
        f"{printable(found['model'])}: {found['questions']} questions, {found['asked']} put to the model,"
        f" {found['generated']} answers in its words",
        f"as written: {counts['written']} sentences, {counts['written_cited']} with a citation; citation recall"
        f" {share(found['written_supported'])}, precision {share(found['written_precise'])} (means over answers"
        f" {share(found['written_supported_mean'])}, {share(found['written_precise_mean'])});"
        f" wrong numbers {share(found['wrong_numbers'])}, wrong names {share(found['wrong_names'])}",
        f"what became of them: {counts['dropped']} dropped, {counts['replaced']} replaced by quotations,"
        f" {counts['struck']} struck out, {counts['repaired']} given the right citation;"
        f" {counts['unknown_markers']} markers of nothing",
        f"as shown: {counts['shown']} sentences in its words, by the checker that let them through: citation recall"
        f" {share(found['citation_recall'])}, precision {share(found['citation_precision'])}, supported by the set's"
        f" evidence {share(found['supported_by_gold'])}",
        f"answer: F1 {share(found['f1'])}, of its text {share(found['f1_text'])}, accepted form in its text"
        f" {share(found['contained'])} (quotations: {share(found['contained_extractive'])})",
    ]
    lines += [
        f"{name}: p50 {times[key]['p50']:.0f} ms, p95 {times[key]['p95']:.0f} ms"
        for key, name in (("first_word", "first word"), ("last_word", "last word"))
        if times[key]
    ]
    return [*lines, *(f"not worded, {count}: {problem}" for problem, count in found["problems"].items())]


def comparison_lines(found: Comparison) -> list[str]:
    """One line a figure; a star where the interval leaves out zero."""
    rows: list[tuple[str, ...]] = [("figure", "n", "A", "B", "B - A", "95 % interval", "")]
    rows += [
        (
            one.name,
            str(one.questions),
            f"{one.a:.3f}",
            f"{one.b:.3f}",
            f"{one.difference:+.3f}",
            f"[{one.low:+.3f}, {one.high:+.3f}]",
            _verdict(one),
        )
        for one in found.differences
    ]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length as lines: the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def comparison_notes(found: Comparison) -> list[str]:
    """What a reader must know of the two sets of questions; nothing where they are the same."""
    notes = []
    if found.only_a or found.only_b:
        notes.append(
            f"the runs asked different questions: comparing the {found.common} they share"
            f" ({len(found.only_a)} only in A, {len(found.only_b)} only in B)"
        )
    if found.altered:
        notes.append(
            f"{len(found.altered)} ids stand for questions that differ between the runs and are left out:"
            f" {', '.join(printable(one) for one in found.altered[:5])}{', …' if len(found.altered) > 5 else ''}"
        )
    return notes


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _verdict(one: Difference) -> str:
    if not one.sure:
        return ""
    return "* better" if one.difference * one.better > 0 else "* worse "
