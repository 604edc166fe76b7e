"""How well sentence boundaries are found: `python -m eval.sentences [--data FOLDER]`.

The gold, `eval/sets/sentences.jsonl`, holds no text: each line names a passage (file, record, range of characters,
SHA-256) and the offsets, within the passage, at which its sentences end. News is read from the data folder, the seeds
from the repository. The end of a passage is not counted, since no splitter can miss it.

How the gold was marked. A sentence ends where its last mark or the quotation mark closing after it stands. Each
headline, caption, photo credit, byline and list item is one, also where the text has lost the line break or full stop
before the next. Inside a quotation every sentence counts; one with its speaker after it ("...?" - ông hỏi) does not end
at the quotation mark. Dots of abbreviations, initials and list labels, and ellipses in mid-sentence, end nothing.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from rag.errors import LoadError
from rag.vietnamese import sentences

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "eval" / "sets" / "sentences.jsonl"
DATA = ROOT.parent / "shared" / "data"
PARTS = ("tune", "test", "seeds")


@dataclass(frozen=True, slots=True)
class Passage:
    """A hand-marked passage: `boundaries` are the ends of its sentences but the last, in the passage's offsets."""

    part: str
    why: str
    file: str
    id: str
    start: int
    end: int
    sha256: str
    boundaries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """What was compared in one passage: its text, the gold boundaries, the found ones."""

    passage: Passage
    text: str
    gold: frozenset[int]
    found: frozenset[int]


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Counts and shares over some passages; `f1` is 2·hits / (gold + found), 1 where both are empty."""

    passages: int
    gold: int
    found: int
    hits: int

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.hits / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.gold + self.found) if self.gold + self.found else 1.0


def read_gold(path: Path = GOLD) -> tuple[Passage, ...]:
    """The marked passages in file order."""
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    return tuple(Passage(**{**record, "boundaries": tuple(record["boundaries"])}) for record in records)


def _records(path: Path) -> Iterator[tuple[str, str]]:
    """Ids and texts of a news file; a cluster file's documents are named `<cluster>/<document>`."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record: dict[str, Any] = json.loads(line)
            if "docs" not in record:
                yield record["id"], record["text"]
                continue
            documents = record["docs"]
            for document in ast.literal_eval(documents) if isinstance(documents, str) else documents:
                yield f"{record['cluster']}/{document['id']}", document["text"]


def read_texts(passages: Sequence[Passage], data: Path) -> list[str]:
    """The text of each passage, in order. Raises LoadError where a file or record is missing or has changed."""
    texts: dict[tuple[str, str], str] = {}
    for file in sorted({passage.file for passage in passages}):
        path = ROOT / file if file.startswith("seeds/") else data / file
        if not path.is_file():
            raise LoadError("no such file", where=str(path), remedy="Name the folder that holds `news` with --data")
        wanted = {passage.id for passage in passages if passage.file == file}
        if file.startswith("seeds/"):
            texts[file, ""] = path.read_bytes().decode("utf-8")
        else:
            texts.update({(file, record): text for record, text in _records(path) if record in wanted})
    result = []
    for passage in passages:
        text = texts.get((passage.file, passage.id), "")[passage.start : passage.end]
        if hashlib.sha256(text.encode("utf-8")).hexdigest() != passage.sha256:
            raise LoadError(
                f"record {passage.id!r} is missing or not the text that was marked",
                where=passage.file,
                remedy="Use the data the gold was marked on",
            )
        result.append(text)
    return result


def boundaries(text: str) -> frozenset[int]:
    """The ends of all sentences found but the last."""
    return frozenset(span.end for span in sentences(text)[:-1])


def compare(passages: Sequence[Passage], texts: Iterable[str]) -> list[Marked]:
    """Gold and found boundaries of every passage."""
    return [
        Marked(passage, text, frozenset(passage.boundaries), boundaries(text))
        for passage, text in zip(passages, texts, strict=True)
    ]


def score(marked: Iterable[Marked], keep: Callable[[str, int], bool] = lambda _text, _offset: True) -> BoundaryScore:
    """The score over the boundaries that `keep(text, offset)` lets count."""
    passages = gold = found = hits = 0
    for one in marked:
        passages += 1
        gold += sum(keep(one.text, offset) for offset in one.gold)
        found += sum(keep(one.text, offset) for offset in one.found)
        hits += sum(keep(one.text, offset) for offset in one.gold & one.found)
    return BoundaryScore(passages, gold, found, hits)


def within_line(text: str, offset: int) -> bool:
    """Whether text follows on the same line: the boundaries that a line break does not give away."""
    rest = text[offset:]
    return "\n" not in rest[: len(rest) - len(rest.lstrip())]


def _context(text: str, offset: int) -> str:
    return f"{text[max(0, offset - 40) : offset]}¦{text[offset : offset + 40]}".replace("\n", "↵")


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=DATA, show_default="../shared/data", help="Data folder."
)
@click.option("--part", type=click.Choice(PARTS), multiple=True, help="Measure these parts only.")
@click.option("--failures", is_flag=True, help="Show every missed and every wrong boundary.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(data: Path, part: tuple[str, ...], failures: bool, as_json: bool) -> None:
    """Precision, recall and F1 of sentence boundaries against the hand-marked passages."""
    chosen = [passage for passage in read_gold() if passage.part in (part or PARTS)]
    try:
        marked = compare(chosen, read_texts(chosen, data))
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    rows = []
    for name in part or PARTS:
        of_part = [one for one in marked if one.passage.part == name]
        for which, keep in (("all", lambda _text, _offset: True), ("within lines", within_line)):
            result = score(of_part, keep)
            rows.append(
                {
                    "part": name,
                    "boundaries": which,
                    "passages": result.passages,
                    "gold": result.gold,
                    "found": result.found,
                    "precision": round(result.precision, 4),
                    "recall": round(result.recall, 4),
                    "f1": round(result.f1, 4),
                }
            )
    if as_json:
        click.echo(json.dumps(rows))
    else:
        click.echo("part   boundaries    passages  gold  found  precision  recall     F1")
        for row in rows:
            click.echo(
                f"{row['part']:<6} {row['boundaries']:<13} {row['passages']:>8} {row['gold']:>5} {row['found']:>6}"
                f" {row['precision']:>10.4f} {row['recall']:>7.4f} {row['f1']:>6.4f}"
            )
    if failures:
        for one in marked:
            for kind, offsets in (("missed", one.gold - one.found), ("wrong", one.found - one.gold)):
                for offset in sorted(offsets):
                    click.echo(f"{one.passage.part} {kind:<6} {one.passage.id}: {_context(one.text, offset)}")


if __name__ == "__main__":
    main()
