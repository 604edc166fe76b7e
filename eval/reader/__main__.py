"""`python -m eval.reader`: the steps of `make reader`, and figures of the reader that is there."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from eval.options import data_option, guarded, say
from eval.reader.plan import PLAN_FILE, read_plan
from rag.commands.options import settings_from, settings_options
from rag.errors import SettingsError

WORK: Final = Path("runs/reader")
DEV_MINED: Final = "dev-negatives.jsonl"
PAGE_MARK: Final = "reader"
RERANKING_MARK: Final = "reranking"

work_option = click.option(
    "--work", type=click.Path(path_type=Path), default=WORK, show_default=True, help="Where all is kept meanwhile."
)
plan_option = click.option("--plan", "plan_file", type=click.Path(path_type=Path), default=PLAN_FILE)


def command(function: Callable[..., None]) -> click.Command:
    """A command that says what went wrong in one line."""
    return main.command(function.__name__)(guarded(function))


@click.group()
def main() -> None:
    """Train and measure the span reader. See docs/reader.md."""


@command
@data_option
@work_option
@click.option("--again", is_flag=True, help="Also if it was done before.")
def negatives(data: Path, work: Path, again: bool) -> None:
    """Search for passages that do not answer the training questions."""
    from eval.reader.negatives import mine_training
    from eval.reader.train import MINED

    work.mkdir(parents=True, exist_ok=True)
    if (work / MINED).is_file() and not again:
        say(f"{work / MINED}: done before")
        return
    mine_training(data, work / MINED, work / "pool", say)


@command
@data_option
@work_option
@plan_option
@click.option("--threads", type=click.IntRange(min=0), default=0, help="Processor cores used; 0: torch's own choice.")
def train(data: Path, work: Path, plan_file: Path, threads: int) -> None:
    """Run the plan, or what is left of it: after an interruption the same command goes on from the last checkpoint."""
    import torch

    from eval.reader.export import ENCODER
    from eval.reader.train import RESULT, train
    from rag.weights import resolve

    if threads:
        torch.set_num_threads(threads)
    # Numbers too small to matter, which some processors compute a hundred times slower.
    torch.set_flush_denormal(True)
    result = train(read_plan(plan_file), data, resolve(ENCODER).path, work, say)
    shutil.copyfile(result, work / RESULT)
    say(f"written: {work / RESULT}")


@command
@work_option
@plan_option
@click.option("--out", type=click.Path(path_type=Path), help="The packaged file by default.")
@click.option("--keep-fit", is_flag=True, help="Keep what was fitted with other weights.")
def export(work: Path, plan_file: Path, out: Path | None, keep_fit: bool) -> None:
    """Write the trained weights into the package: rag/data/reader.safetensors and the facts beside it."""
    from safetensors.numpy import load_file

    from eval.reader.export import UNFITTED_WARNING
    from eval.reader.export import export as write_reader
    from eval.reader.train import RESULT
    from rag.reading.facts import WEIGHTS_FILE

    weights = work / RESULT
    if not weights.is_file():
        raise SettingsError("no such file", where=str(weights), remedy="Make it with: python -m eval.reader train")
    training = read_plan(plan_file).model_dump(mode="json")
    fitted = write_reader(load_file(weights), out or WEIGHTS_FILE, training, keep_fit=keep_fit)
    say(f"written: {out or WEIGHTS_FILE}")
    if not fitted:
        say(UNFITTED_WARNING)


@command
@data_option
@work_option
@click.option("--page", type=click.Path(path_type=Path), help="Fill the marked place of this page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@settings_options
def figures(
    data: Path, work: Path, page: Path | None, as_json: bool, config: Path | None, assignments: tuple[str, ...]
) -> None:
    """Read the development questions with the reader that the settings name, and say how well it does."""
    from eval.reader.figures import as_markdown, measure
    from rag.embed import open_embedder
    from rag.reader import make_reader

    settings = settings_from(config, assignments)
    mined = _dev_mined(data, work)
    reader = make_reader(settings, lambda: open_embedder(settings.embed))
    found = measure(data, reader.read_passage, mined, say)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else as_markdown(found))
    if page is not None:
        _fill(page, PAGE_MARK, as_markdown(found))


@command
@data_option
@click.option("--page", type=click.Path(path_type=Path), help="Fill the marked place of this page.")
@settings_options
def reranking(data: Path, page: Path | None, config: Path | None, assignments: tuple[str, ...]) -> None:
    """Ask the development questions of a pool, and say how often the right passage stands first before and after."""
    from eval.reader.reranking import measure_reranking, reranking_as_markdown

    table = reranking_as_markdown(measure_reranking(data, settings_from(config, assignments), say))
    click.echo(table)
    if page is not None:
        _fill(page, RERANKING_MARK, table)


@command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The file in the package by default.")
def written(folder: Path, out: Path | None) -> None:
    """Take over questions written by hand: PACK.written.jsonl and PACK.passages.jsonl in FOLDER, without passages."""
    from eval.reader.written import WRITTEN_FILE, converted

    lines = [one.line() for one in converted(folder, say)]
    (out or WRITTEN_FILE).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    say(f"{len(lines)} questions written: {out or WRITTEN_FILE}")


def _dev_mined(data: Path, work: Path) -> Sequence[Any]:
    """Passages that the search finds for development questions among all development passages and other news."""
    from eval.reader.negatives import mine, open_pool, read_mined, write_mined
    from eval.reader.pairs import read_squad

    path = work / DEV_MINED
    if not path.is_file():
        work.mkdir(parents=True, exist_ok=True)
        asked = [pair for name in ("viquad1_vi", "news_vi") for pair in read_squad(data / f"reader_dev/{name}.json.gz")]
        with (
            tempfile.TemporaryDirectory(prefix="hoibao-reader-") as folder,
            open_pool([pair.passage for pair in asked], data, Path(folder), say) as engine,
        ):
            write_mined(mine(engine, [pair for pair in asked if pair.answer], say), path)
    return read_mined(path)


def _fill(page: Path, mark: str, tables: str) -> None:
    from eval.retrieval_report import filled_in

    try:
        page.write_text(filled_in(page.read_text("utf-8"), {mark: f"\n{tables}\n"}, str(page)), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"cannot be filled in ({error.strerror})", where=str(page), remedy="Name a page that can be written"
        ) from error


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main()
