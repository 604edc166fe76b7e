"""`hoibao info`: what is in a library, which articles are copies of each other, the settings, the runtimes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.commands.options import counted, library_option, printable, settings_from, settings_options
from rag.config import Settings

if TYPE_CHECKING:
    from rag.library import Library
    from rag.store.info import LibraryInfo
    from rag.store.rows import ArticleRow

SHOWN = 20


@click.command(short_help="Say what is in a library.")
@library_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--copies", "show_copies", is_flag=True, help="List the articles that are copies of each other.")
@click.option("--settings", "show_settings", is_flag=True, help="List all settings with their values, as TOML.")
@click.option("--runtimes", is_flag=True, help="List the ways in which the model can be run on this machine.")
@settings_options
def info(
    library_dir: Path,
    as_json: bool,
    show_copies: bool,
    show_settings: bool,
    runtimes: bool,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Say what is in the library, with which model it was built, and how its caches stand."""
    settings = settings_from(config, assignments)
    if show_settings:
        click.echo(_as_toml(settings))
        return
    if runtimes:
        from rag.embed import embedder_available_runtimes

        for runtime in embedder_available_runtimes(settings.embed):
            click.echo(f"{runtime.name:20} {runtime.unavailable or 'available'}")
        return
    from rag.copies import Copies
    from rag.library import CACHE_NAMES, Library
    from rag.store.info import library_info

    with Library.open(library_dir) as library:
        groups = Copies.open(library).groups
        if show_copies:
            _print_copies(library, groups, as_json=as_json)
            return
        found = library_info(library, CACHE_NAMES, groups=groups)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
    else:
        _print_info(found, library_dir)


def _print_info(found: LibraryInfo, library_dir: Path) -> None:
    manifest, model = found.manifest, found.manifest.model
    dates = f"{found.first_date} to {found.last_date}, " if found.first_date else ""
    outlets = _most_frequent(found.outlets) or "none stated"
    rows = [
        ("library", f"{library_dir} (generation {manifest.generation}, schema {manifest.schema_version})"),
        ("articles", f"{manifest.articles:,} in {counted(found.files, 'file')}, {found.chars:,} characters"),
        ("passages", f"{manifest.chunks:,}"),
        ("reprints", f"{found.reprints:,} in {counted(found.reprint_groups, 'group')}" if found.reprints else "none"),
        ("dates", f"{dates}{found.undated:,} undated"),
        ("outlets", outlets),
        *([("hosts", _most_frequent(found.hosts))] if found.hosts else []),
        (
            "model",
            f"{model.name}, {model.dimension} dimensions, {model.runtime} {model.precision}"
            if model.name
            else "none yet",
        ),
        ("database", f"{found.database_bytes / 1e6:,.1f} MB"),
    ]
    for cache in found.caches:
        state = f"generation {cache.generation}" if cache.generation is not None else f"to be rebuilt: {cache.reason}"
        rows.append((cache.name, f"{cache.size_bytes / 1e6:,.1f} MB, {state}"))
    if found.owed:
        rows.append(
            ("waiting", f"{counted(found.owed, 'article')} to be embedded; run `hoibao index` or `hoibao repair`")
        )
    if found.unfinished_files:
        rows.append(("unfinished", f"{counted(found.unfinished_files, 'file')}; run `hoibao index` on them again"))
    for name, value in rows:
        click.echo(f"{name:14}{value}")


def _most_frequent(places: Sequence[tuple[str, int]]) -> str:
    more = ", …" if len(places) > SHOWN else ""
    return ", ".join(f"{printable(name)} ({count:,})" for name, count in places[:SHOWN]) + more


def _print_copies(library: Library, groups: Sequence[Sequence[str]], *, as_json: bool) -> None:
    """Each group of articles, the original first; on a terminal the others below it."""
    wanted = {article_id for group in groups for article_id in group}
    rows = {row.id: row for row in library.articles() if row.id in wanted}
    if as_json:
        listed = [[_record(rows[id_]) for id_ in group if id_ in rows] for group in groups]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for group in groups:
        for at, id_ in enumerate(id_ for id_ in group if id_ in rows):
            click.echo(f"{'    ' if at else ''}{_line(rows[id_])}")


def _record(row: ArticleRow) -> dict[str, Any]:
    return {
        "article_id": row.id,
        "source": row.source,
        "title": row.title,
        "outlet": row.outlet,
        "published_on": row.published_on.isoformat() if row.published_on else None,
    }


def _line(row: ArticleRow) -> str:
    stated = [part for part in (row.outlet, row.published_on.isoformat() if row.published_on else None) if part]
    return printable(f"{row.source} ({', '.join(stated) or 'outlet and date not stated'}): {row.title}")


def _as_toml(settings: Settings) -> str:
    """The settings as a TOML file that `--config` reads; None, the default of some, has no form in TOML."""
    lines: list[str] = []
    for section, values in settings.model_dump(mode="json").items():
        lines += ["", f"[{section}]"]
        for name, value in values.items():
            lines.append(
                f"# {name} is not set" if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
            )
    return "\n".join(lines).strip()
