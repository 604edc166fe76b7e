"""`python -m eval.entailment`: train and measure the network that tells whether a sentence follows from a text."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Final

import click

from eval.entailment.pairs import (
    DEVELOPMENT,
    TEST,
    TRAINING,
    WRITTEN,
    WRITTEN_FILE,
    Example,
    converted,
    load_written,
    read_written,
)
from eval.options import data_option, guarded, say
from rag.errors import SettingsError
from rag.reading.entailing import WEIGHTS_FILE

SEED: Final = 20220407
STATED_SETS: Final = ("news_vi", "viquad1_vi", "viquad2_unanswerable_vi", "wiki_vi", "law_vi", "regulation_vi")
# So often a pass takes what was written for this; the others once.
TIMES: Final = {WRITTEN: 3}
ALTERED: Final = 8_000


@click.group()
def main() -> None:
    """Train and measure the network that checks sentences. See docs/checking.md."""


@main.command("train")
@data_option
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS_FILE, help="The packaged file by default.")
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), help="Passes over the examples.")
@guarded
def train_command(data: Path, out: Path, epochs: float | None) -> None:
    """Train on the shipped reader's lower layers and write the weights. Takes about thirty minutes on two cores."""
    import torch

    from eval.entailment.export import export
    from eval.entailment.train import EPOCHS, Lower, reader_network, train
    from rag.reading.facts import WEIGHTS_FILE as READER_FILE
    from rag.reading.facts import facts_of
    from rag.weights import resolve

    # Numbers too small to matter, which some processors compute a hundred times slower.
    torch.set_flush_denormal(True)
    reader = facts_of(READER_FILE)
    encoder = resolve(reader.encoder).path
    network = reader_network(encoder, READER_FILE)
    examples = _examples(data)
    development = {DEVELOPMENT: read_written(data, DEVELOPMENT)}
    state = train(
        network, Lower(network, encoder), examples, TIMES, development, say, seed=SEED, epochs=epochs or EPOCHS
    )
    training = {
        "how": "python -m eval.entailment train",
        "seed": SEED,
        "epochs": epochs or EPOCHS,
        "examples": dict(sorted(Counter(one.kind for one in examples).items())),
    }
    export({name: tensor.numpy() for name, tensor in state.items()}, out, reader.sha256, training)
    say(f"written: {out}; run python -m eval.checker fit")


@main.command()
@data_option
@click.option("--part", type=click.Choice((DEVELOPMENT, TEST)), default=TEST, show_default=True)
@guarded
def figures(data: Path, part: str) -> None:
    """How the checker judges the sentences written for this, with these weights and all its rules."""
    from eval.checker import measure, open_checker, table, written_pairs

    found, _ = measure(open_checker(), written_pairs(data, part))
    click.echo(table(found))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--development", multiple=True, help="Packs that nothing is trained on.")
@click.option("--test", multiple=True, help="Packs for the figures alone.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=WRITTEN_FILE, help="The file in the package by default."
)
@guarded
def written(folder: Path, development: tuple[str, ...], test: tuple[str, ...], out: Path) -> None:
    """Take over pairs written by hand, PACK.pairs.jsonl over PACK.passages.jsonl in FOLDER, without the texts."""
    packs = sorted(path.name.partition(".")[0] for path in folder.glob("*.pairs.jsonl"))
    if unknown := sorted({*development, *test} - set(packs)) or sorted(set(development) & set(test)):
        raise SettingsError(f"no such pack, or named twice: {', '.join(unknown)}", where=str(folder))
    part_of = {pack: DEVELOPMENT if pack in development else TEST if pack in test else TRAINING for pack in packs}
    lines = converted(folder, part_of)
    out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    say(f"{len(lines)} pairs written: {out}")


def _examples(data: Path) -> list[Example]:
    from eval.entailment import altered, statements
    from eval.reader.pairs import read_squad, train_file
    from eval.reader.written import read_written as written_questions

    chance = random.Random(SEED)  # noqa: S311 (an order, no secret)
    written = load_written()
    held_out = {one.record for one in written if one.part != TRAINING}
    asked = [
        *written_questions(data, but=held_out),
        *(pair for name in STATED_SETS for pair in read_squad(train_file(data, name))),
    ]
    return [
        *statements.examples(asked, chance),
        *altered.examples(data, ALTERED, {one.record for one in written}, chance),
        *read_written(data, TRAINING),
    ]


if __name__ == "__main__":
    main()
