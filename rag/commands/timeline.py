"""`hoibao timeline`: dated and cited sentences about a topic, in order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from rag.commands.conditions import conditions_from, conditions_options
from rag.commands.options import library_option, settings_from, settings_options
from rag.contract import timeline_to_json, to_line


@click.command(short_help="Dated, cited sentences about a topic, in order.")
@click.argument("topic")
@library_option
@click.option(
    "--most", type=click.IntRange(1, 200), default=40, show_default=True, help="How many sentences at the most."
)
@click.option("--json", "as_json", is_flag=True, help="Print the timeline as one JSON object.")
@conditions_options
@settings_options
def timeline(
    topic: str,
    library_dir: Path,
    most: int,
    as_json: bool,
    published_from: date | None,
    published_to: date | None,
    outlets: tuple[str, ...],
    today: date | None,
    as_typed: bool,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Print what the library tells of TOPIC, which may be a question, day by day.

    A sentence stands under the day that it names, or else under that of its publication. Days whose year is not known
    come behind the others, sentences without any day last.
    """
    from rag import pipeline
    from rag.commands import terminal
    from rag.timeline import timeline as timeline_of

    given = conditions_from(published_from, published_to, outlets, today, as_typed)
    with pipeline.open_engine(library_dir, settings_from(config, assignments)) as engine:
        found = timeline_of(engine, topic, filters=given.filters, today=given.today, most=most, as_typed=given.as_typed)
    if as_json:
        click.echo(to_line(timeline_to_json(found), indent=2))
    else:
        terminal.print_timeline(found, terminal.console())
