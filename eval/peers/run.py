"""`python -m eval.peers`: the same passages and questions through other search libraries and through this one.

Tables go to standard output and to the folder `--out`, what is being done to standard error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from eval.peers.child import Failed, Measured, Task, run_peer
from eval.peers.pool import DATED, SETS, PeerPool, read_pool, write_pool
from eval.peers.registry import PEERS
from eval.peers.table import Row, as_markdown, not_first, tables
from eval.retrieval_report import filled_in
from rag.config import EmbedSettings
from rag.errors import RagError, SettingsError
from rag.models.model_cache import cache_folder
from rag.weights import resolve

DEPTH = 50
OURS = "Hỏi Báo"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option(
    "--set",
    "sets",
    multiple=True,
    default=tuple(SETS),
    show_default=True,
    help=f"{', '.join(SETS)}, {DATED}, or a SQuAD-format file.",
)
@click.option("--peers", "names", default=",".join(PEERS), show_default=True, help="Which ones, with commas between.")
@click.option("--distractors", type=click.IntRange(min=0), default=2000, show_default=True, help="News articles added.")
@click.option("--limit", type=click.IntRange(min=1), help="Questions of each file, at even distances.")
@click.option("--titles/--no-titles", default=True, show_default=True, help="Whether passages come with headlines.")
@click.option(
    "--precision",
    type=click.Choice(["bfloat16", "float32"]),
    default="bfloat16",
    show_default=True,
    help="Of the encoder's weights in the peers; bfloat16 is slow on processors without AVX512_BF16.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="Environments and results; the user's cache by default.")
@click.option("--out", type=click.Path(path_type=Path), help="Write peers.md and peers.json to this folder.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, writable=True),
    help="Fill the place marked `figures: peers` of this page.",
)
@click.option("--timeout", type=click.FloatRange(min=1), default=3600, show_default=True, help="Seconds for each peer.")
@click.option("--force", is_flag=True, help="Run again what was run before on the same.")
def peers_command(
    data: Path,
    sets: tuple[str, ...],
    names: str,
    distractors: int,
    limit: int | None,
    titles: bool,
    precision: str,
    cache: Path | None,
    out: Path | None,
    page: Path | None,
    timeout: float,
    force: bool,
) -> None:
    """Search the same passages with other libraries and with this one, and compare.

    Each peer runs in an environment of its own, made at its first use.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in PEERS]:
        raise SettingsError(f"no such peer: {', '.join(unknown)}", remedy=f"The peers are {', '.join(PEERS)}")
    cache = (cache or cache_folder() / "peers").absolute()
    pool = read_pool(data, sets, distractors=distractors, titles=titles, limit=limit)
    passages, questions = write_pool(pool, cache / "pools")
    click.echo(f"peers: {len(pool.passages):,} passages, {len(pool.questions):,} questions", err=True)
    model = str(resolve(EmbedSettings().model).path)
    task = Task(passages, questions, model, precision, DEPTH, timeout)
    found: list[Measured | Failed] = []
    for name in chosen:
        click.echo(f"peers: {name} …", err=True)
        found += run_peer(PEERS[name], task, cache / "environments", cache / "runs", force=force)
        for one in found:
            if isinstance(one, Failed) and one.name in PEERS[name].systems:
                click.echo(f"peers: {one.name} failed: {one.reason}", err=True)
    report = as_markdown(pool, found)
    click.echo(report)
    shown = tables(pool, found)
    for sentence in not_first(shown, OURS):
        click.echo(f"peers: not first: {sentence}", err=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "peers.md").write_text(f"{report}\n", encoding="utf-8")
        content = json.dumps(as_json(pool, found, shown), ensure_ascii=False, indent=2)
        (out / "peers.json").write_text(f"{content}\n", encoding="utf-8")
    if page is not None:
        page.write_text(filled_in(page.read_text(encoding="utf-8"), {"peers": report}, str(page)), encoding="utf-8")


def as_json(pool: PeerPool, found: Sequence[Measured | Failed], shown: dict[str, list[Row | Failed]]) -> dict[str, Any]:
    """All figures without the rankings."""
    return {
        "passages": len(pool.passages),
        "questions": {name: len(pool.asked(*name.rsplit(", ", 1))) for name in shown},
        "tables": {name: [asdict(row) for row in rows] for name, rows in shown.items()},
        "systems": [
            asdict(one)
            if isinstance(one, Failed)
            else {
                "name": one.name,
                "index_s": one.index_s,
                "index_cpu_s": one.index_cpu_s,
                "peak_memory_mib": one.peak_memory_bytes / 2**20,
                "versions": one.versions,
                "notes": one.notes,
            }
            for one in found
        ],
    }


def main() -> None:
    try:
        peers_command.main(prog_name="python -m eval.peers")
    except RagError as error:
        click.echo(f"peers: {error}", err=True)
        raise SystemExit(2 if isinstance(error, SettingsError) else 1) from error
