"""`hoibao index`, `inspect`, `verify` and `repair`: what an operator does with a library."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.commands.options import (
    counted,
    fail,
    library_option,
    report_problem,
    settings_from,
    settings_options,
    unused_library_option,
)
from rag.contract import article_to_json, to_line
from rag.datatypes import Article, RawArticle
from rag.errors import LoadError

if TYPE_CHECKING:
    from rag.indexing import IndexReport, IndexState
    from rag.store.cache_stamp import CacheKind

SHOWN = 20


@click.command(short_help="Build or update a library from files and folders.")
@click.argument("paths", nargs=-1, required=True)
@library_option
@click.option("--prune", is_flag=True, help="Also remove articles under PATHS whose files have disappeared.")
@click.option("--rebuild", is_flag=True, help="Embed every article anew, as after a change of model.")
@click.option("--readmit", is_flag=True, help="Also take back what was taken out by hand in the chat page's library.")
@click.option("--model", default=None, help="Embedding model: a packaged name, a folder, or a hub id.")
@click.option("--runtime", default=None, help="How the model is run; `hoibao info --runtimes` lists the choices.")
@click.option(
    "--title-field", multiple=True, help="Field of records that holds the headline, tried before the usual ones."
)
@click.option("--text-field", multiple=True, help="... the text.")
@click.option("--lead-field", multiple=True, help="... the lead, put before the text where it lacks it.")
@click.option("--date-field", multiple=True, help="... the date of publication.")
@click.option("--url-field", multiple=True, help="... the address.")
@click.option("--outlet-field", multiple=True, help="... the newspaper.")
@click.option("--id-field", multiple=True, help="... the record's own id.")
@settings_options
def index(
    paths: tuple[str, ...],
    library_dir: Path,
    prune: bool,
    rebuild: bool,
    readmit: bool,
    model: str | None,
    runtime: str | None,
    title_field: tuple[str, ...],
    text_field: tuple[str, ...],
    lead_field: tuple[str, ...],
    date_field: tuple[str, ...],
    url_field: tuple[str, ...],
    outlet_field: tuple[str, ...],
    id_field: tuple[str, ...],
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Build or update the library from PATHS: files, folders (recursively) and globs.

    Reads .txt, .md, .html, .pdf, .docx, .jsonl and .csv. What is unchanged is not touched; a run that was interrupted
    continues where it stopped. A file that cannot be read is named, counted and passed over.
    """
    from rag import pipeline

    known = settings_from(config, assignments).load
    settings = settings_from(
        config,
        assignments,
        embed__model=model,
        embed__runtime=runtime,
        load__title_field=_first(title_field, known.title_field),
        load__text_field=_first(text_field, known.text_field),
        load__lead_field=_first(lead_field, known.lead_field),
        load__date_field=_first(date_field, known.date_field),
        load__url_field=_first(url_field, known.url_field),
        load__outlet_field=_first(outlet_field, known.outlet_field),
        load__id_field=_first(id_field, known.id_field),
    )
    try:
        with _progress() as progress:
            report = pipeline.build(
                paths, library_dir, settings, prune=prune, rebuild=rebuild, readmit=readmit, progress=progress
            )
    except KeyboardInterrupt:
        fail(f"{library_dir}: interrupted; what is stored is kept, the same command continues from there", status=130)
    _print_report(report, library_dir)
    handled = report.new + report.updated + report.unchanged + report.removed + report.dismissed
    if report.failures and not handled:
        fail("nothing could be read", status=1)


def _first(given: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names given, tried before those known already: a folder may hold files of several makes."""
    return (*given, *known) if given else None


def _print_report(report: IndexReport, library_dir: Path) -> None:
    for error in report.failed:
        report_problem(str(error))
    if report.failures > len(report.failed):
        report_problem(f"and {report.failures - len(report.failed):,} more of this kind")
    for copy in report.reprints[:SHOWN]:
        what = "the same text as" if copy.same_words else "a copy of"
        report_problem(f"{copy.source}: {what} {copy.original}; kept, and not counted as a second source")
    if len(report.reprints) > SHOWN:
        report_problem(
            f"and {len(report.reprints) - SHOWN:,} more copies of others; `hoibao info --copies` lists them all"
        )
    for source in report.missing[:SHOWN]:
        report_problem(f"{source}: no longer there; its articles are kept. Run with --prune to remove them")
    if len(report.missing) > SHOWN:
        report_problem(f"and {len(report.missing) - SHOWN:,} more that are no longer there")
    if report.dismissed:
        report_problem(
            f"{counted(report.dismissed, 'article')} passed over: taken out by hand. Run with --readmit to take back"
        )
    parts = [f"{report.new:,} new", f"{report.updated:,} updated", f"{report.unchanged:,} unchanged"]
    parts += [f"{report.removed:,} removed"] if report.removed else []
    parts += [f"{report.failures:,} failed"] if report.failures else []
    parts += [f"{len(report.reprints):,} reprinting another"] if report.reprints else []
    click.echo(
        f"{library_dir}: {', '.join(parts)}; "
        f"{counted(report.chunks_embedded, 'passage')} embedded in {report.seconds:.1f} s"
    )


@contextmanager
def _progress() -> Iterator[Callable[[IndexState], None] | None]:
    from rag.commands.terminal import progress_bar

    with progress_bar() as bar:
        if bar is None:
            yield None
            return
        task = bar.add_task("indexing", total=None)

        def show(state: IndexState) -> None:
            bar.update(
                task,
                total=max(state.bytes_total, 1),
                completed=state.bytes_done,
                description=f"{counted(state.articles, 'article')}, {counted(state.chunks, 'passage')}",
            )

        yield show


@click.command(short_help="Show what is kept of a file, and what is set aside and why.")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print a list with one JSON object for each article.")
@unused_library_option
@settings_options
def inspect(file: str, as_json: bool, config: Path | None, assignments: tuple[str, ...]) -> None:
    """Show what is kept of FILE as the article, and what is set aside and why. Nothing is stored."""
    from rag.clean import segments
    from rag.commands import terminal
    from rag.load import discover, read_articles, to_article

    settings = settings_from(config, assignments)
    shown: list[tuple[Article, RawArticle]] = []
    failures = 0
    for found in discover([file]):
        for raw in [found] if isinstance(found, LoadError) else read_articles(found, settings.load):
            try:
                if isinstance(raw, LoadError):
                    raise raw
                shown.append((to_article(raw, settings.load), raw))
            except LoadError as error:
                failures += 1
                report_problem(str(error))
    if as_json:
        click.echo(to_line([article_to_json(article) for article, _ in shown], indent=2))
    else:
        out = terminal.console()
        for article, raw in shown:
            terminal.print_inspected(article, segments(raw.text, article.removed), out)
    if failures and not shown:
        raise SystemExit(1)


@click.command(short_help="Check every article, passage, vector and cache.")
@library_option
@click.option("--quick", is_flag=True, help="Only the database's structure and the caches' stamps; not every row.")
def verify(library_dir: Path, quick: bool) -> None:
    """Check every stored article, passage, vector and cache against its hash. Changes nothing.

    Exit status 1 where something is wrong; each finding says what puts it right.
    """
    from rag.library import Library
    from rag.store.verify import verify as verify_library

    with _caches_left_to_findings(), Library.open(library_dir) as library, _counting("verifying") as progress:
        report = verify_library(library, deep=not quick, caches=_cache_kinds(), progress=progress)
    for finding in report.findings:
        report_problem(f"{finding.where}: {finding.what}. {finding.remedy}")
    checked = f"{counted(report.articles, 'article')}, {counted(report.chunks, 'passage')}"
    if report.findings:
        fail(f"{library_dir}: {counted(len(report.findings), 'finding')} in {checked}", status=1)
    click.echo(f"{library_dir}: sound; {checked} checked in {report.seconds:.1f} s")


@click.command(short_help="Mend what `verify` finds.")
@library_option
@settings_options
def repair(library_dir: Path, config: Path | None, assignments: tuple[str, ...]) -> None:
    """Mend what `verify` finds: rebuild caches, embed again what lost its vectors, name what must be indexed again.

    Nothing that is sound is embedded again. A damaged database is kept beside the new one.
    """
    from rag.embed import open_embedder
    from rag.store.repair import repair as repair_library

    settings = settings_from(config, assignments)
    with _caches_left_to_findings():
        report = repair_library(
            library_dir,
            caches=_cache_kinds(),
            open_embedder=lambda: open_embedder(settings.embed),
            settings=settings,
        )
    for finding in report.findings:
        report_problem(f"{finding.where}: {finding.what}")
    for source in report.lost:
        report_problem(f"{source}: could not be kept; run `hoibao index` on it again")
    if report.kept_aside:
        report_problem(f"the damaged database is kept as {report.kept_aside}")
    if not report.findings:
        click.echo(f"{library_dir}: sound; nothing to repair")
        return
    rebuilt = f"; rebuilt: {', '.join(report.rebuilt)}" if report.rebuilt else ""
    click.echo(f"{library_dir}: repaired; {counted(report.embedded, 'passage')} embedded again{rebuilt}")
    if report.lost or report.owed:
        raise SystemExit(1)


def _cache_kinds() -> tuple[CacheKind, ...]:
    from rag.abbreviations import Abbreviations
    from rag.copies import Copies
    from rag.dense import DenseIndex
    from rag.lexical import LexicalIndex

    return DenseIndex, LexicalIndex, Abbreviations, Copies


@contextmanager
def _caches_left_to_findings() -> Iterator[None]:
    """What opening a damaged cache logs is said by the findings, once."""
    caches = logging.getLogger("rag.store.cache_folder")
    level = caches.level
    caches.setLevel(logging.ERROR)
    try:
        yield
    finally:
        caches.setLevel(level)


@contextmanager
def _counting(what: str) -> Iterator[Callable[[int, int], None] | None]:
    from rag.commands.terminal import progress_bar

    with progress_bar() as bar:
        if bar is None:
            yield None
            return
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
