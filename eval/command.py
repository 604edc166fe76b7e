"""`hoibao eval` and `hoibao eval compare`: options in, a run's files and a short table out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from rag.cli_options import library_option, settings_from, settings_options
from rag.terminal import console, printable, progress_bar

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
@library_option
@settings_options
@click.pass_context
def evaluate(  # noqa: PLR0917 (click passes them by name)
    ctx: click.Context,
    set_path: Path | None,
    out: Path | None,
    library_dir: Path,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Ask every question of a set and write answers, records, figures and a report.

    The passages of a SQuAD file are indexed in OUT/library; any other set is asked of the library given.

    \b
    hoibao eval --set eval/sets/seeds.jsonl --library library --out runs/seeds
    hoibao eval compare runs/before runs/after
    """
    # Imported here so that `hoibao --help`, which loads every command, stays quick.
    from eval.run import REPORT_NAME, evaluate_set

    if ctx.invoked_subcommand is not None:
        return
    if set_path is None or out is None:
        missing = "--set" if set_path is None else "--out"
        raise click.UsageError(f"Missing option '{missing}'.", ctx)
    settings = settings_from(config, assignments)
    with progress_bar() as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if bar is not None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total)
                bar.update(tasks[stage], completed=done, total=total)

        summary = evaluate_set(set_path, library_dir, out, settings, progress=show)
    for note in summary["notes"]:
        click.echo(f"hoibao: {note}", err=True)
    console().print(summary_table(summary))
    console().print(f"report: {out / REPORT_NAME}")


@evaluate.command("compare")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Also write compare.json to this folder.")
def compare_command(a: Path, b: Path, out: Path | None) -> None:
    """What changed from run A to run B: differences with 95 % intervals, and which questions flipped."""
    from eval.compare import compare_runs, comparison_to_json
    from eval.run import COMPARE_NAME, write_json

    found = compare_runs(a, b)
    for note in comparison_notes(found):
        click.echo(f"hoibao: {note}", err=True)
    screen = console()
    screen.print(comparison_table(found))
    for title, flips in (("now right", found.gained), ("no longer right", found.lost)):
        screen.print(Text(f"{title}: {len(flips)}", style="bold"))
        for flip in flips[:FLIPS_SHOWN]:
            was, now = flip.a_reason or "right", flip.b_reason or "right"
            screen.print(f"  {printable(flip.id)} ({printable(flip.kind)}): {was} -> {now}: {printable(flip.question)}")
        if len(flips) > FLIPS_SHOWN:
            screen.print(f"  and {len(flips) - FLIPS_SHOWN} more; `--out DIR` writes them all")
    if out is not None:
        write_json(out, COMPARE_NAME, comparison_to_json(found))
        screen.print(f"written: {out / COMPARE_NAME}")


def summary_table(summary: dict[str, Any]) -> Table:
    """The figures of a run by kind, all questions last."""
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for head in ("questions", "failures", "right", "right+cited", "F1", "evidence R@10", "cited P", "cited R"):
        table.add_column(head, justify="right")
    metrics = ("right", "right_and_cited", "f1", "evidence_recall@10", "citation_precision", "citation_recall")
    for kind, of_kind in summary["by_kind"].items():
        table.add_row(
            printable(kind), str(of_kind["questions"]), str(of_kind["failures"]), *(share(of_kind[m]) for m in metrics)
        )
    counts = summary["counts"]
    table.add_row(
        "all",
        str(counts["questions"]),
        str(counts["failures"]),
        *(share(summary["overall"][metric]) for metric in metrics),
        style="bold",
    )
    abstention = summary["abstention"]
    table.caption = (
        f"abstention P {share(abstention['precision'])} R {share(abstention['recall'])} F1 {share(abstention['f1'])}"
        + "".join(
            f"; {stage} p50 {times['p50']:.1f} p95 {times['p95']:.1f} ms"
            for stage, times in summary["timings_ms"].items()
            if stage == "total"
        )
    )
    table.caption_justify = "left"
    return table


def comparison_table(found: Comparison) -> Table:
    """One line a figure; a star where the interval leaves out zero."""
    table = Table(box=None, pad_edge=False)
    for head, justify in (("figure", "left"), ("n", "right"), ("A", "right"), ("B", "right"), ("B - A", "right")):
        table.add_column(head, justify=justify)  # type: ignore[arg-type]
    table.add_column("95 % interval", justify="right")
    table.add_column("")
    for one in found.differences:
        table.add_row(
            one.name,
            str(one.questions),
            *(f"{value:.3f}" for value in (one.a, one.b)),
            f"{one.difference:+.3f}",
            f"[{one.low:+.3f}, {one.high:+.3f}]",
            _verdict(one),
        )
    return table


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


def _verdict(one: Difference) -> Text:
    if not one.sure:
        return Text("")
    improved = one.difference * one.better > 0
    return Text("* better" if improved else "* worse", style="green" if improved else "red")
