"""Make the general counts of `rag.restoring.table`: `scripts/syllable-table DATA`.

Counted are the articles of `news/large.jsonl.gz` (equal texts once) and, several times over because news asks little,
the Vietnamese questions of `reader_train`. The model is an interpolated trigram with absolute discounting; its lowest
order counts in how many contexts a word occurs (Kneser and Ney 1995). Bigrams and trigrams that add least to the
likelihood are left out (Seymore and Rosenfeld 1996). The same data gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from rag.restoring.casing import Case
from rag.restoring.table import TABLE, SyllableTable
from rag.restoring.words import COMMA, QUESTION, SENTENCE, SYMBOLS, UNKNOWN, folded, words_of
from rag.vietnamese import nfc

QUESTION_SETS = ("news_vi", "viquad1_vi", "mailong_vi", "wiki_vi", "law_vi", "regulation_vi")
QUESTION_WEIGHT = 5
LEAST_COUNT = 3
BIGRAMS, TRIGRAMS = 300_000, 600_000
DISCOUNT = 0.7

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def article_lines(data: Path) -> Iterator[str]:
    """Title, lead and lines of each article; of articles with the same text the first."""
    seen: set[str] = set()
    with gzip.open(data / "news" / "large.jsonl.gz", "rt", encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            if record["text"] not in seen:
                seen.add(record["text"])
                yield from (record["title"], record["sapo"], *record["text"].split("\n"))


def question_lines(data: Path) -> Iterator[str]:
    """Each distinct question of each set."""
    for name in QUESTION_SETS:
        with gzip.open(data / "reader_train" / f"{name}.json.gz", "rt", encoding="utf-8") as handle:
            document = json.load(handle)
        asked = (qa["question"] for article in document["data"] for part in article["paragraphs"] for qa in part["qas"])
        yield from dict.fromkeys(question.rstrip(" ?.") + "?" for question in asked)


UNSEEN = 3
"""The case of a word at the beginning of a sentence, and of what is no word."""


class Stream(NamedTuple):
    """The words of a text by number, and the case of each (`rag.restoring.casing.Case` or `UNSEEN`)."""

    words: Ints
    cases: NDArray[np.uint8]


class Counter:
    """Numbers words as they come; lines become arrays of them, each after a boundary."""

    def __init__(self) -> None:
        self.numbers = {symbol: number for number, symbol in enumerate(SYMBOLS)}

    def encode(self, lines: Iterator[str]) -> Stream:
        stream, cases = [SENTENCE], [UNSEEN]
        for line in lines:
            for word in words_of(nfc(line.replace("_", " "))):
                if word.symbol is None:
                    cases.append(UNSEEN if stream[-1] in (SENTENCE, QUESTION) else Case.of(word.text))
                    stream.append(self.numbers.setdefault(word.syllable, len(self.numbers)))
                else:
                    cases.append(UNSEEN)
                    stream.append(word.symbol)
            if stream[-1] != SENTENCE:
                stream.append(SENTENCE)
                cases.append(UNSEEN)
        return Stream(np.array(stream, dtype=np.int64), np.array(cases, dtype=np.uint8))


def make_table(text: Stream, words: list[str]) -> SyllableTable:
    """The table of a text; `words` are named by their numbers."""
    stream, cases = text
    counts = np.bincount(stream, minlength=len(words))
    kept = [number for number in range(len(SYMBOLS), len(words)) if counts[number] >= LEAST_COUNT]
    kept.sort(key=lambda number: (folded(words[number]), -counts[number], words[number]))
    renumbered = np.full(len(words), UNKNOWN, dtype=np.int64)
    renumbered[: len(SYMBOLS)] = range(len(SYMBOLS))
    renumbered[kept] = np.arange(len(kept)) + len(SYMBOLS)
    stream = renumbered[stream]
    vocabulary = [*SYMBOLS, *(words[number] for number in kept)]
    size = len(vocabulary)

    # Whatever ends a sentence is one and the same to what comes after it.
    before = np.where(stream == QUESTION, SENTENCE, stream)
    pairs, place, pair_counts = np.unique(before[:-1] << 16 | stream[1:], return_inverse=True, return_counts=True)
    pair_case = 4 * _mostly(place, cases[:-1], len(pairs)) + _mostly(place, cases[1:], len(pairs))
    inside = stream[1:-1] > COMMA
    triples, triple_counts = np.unique(
        (before[:-2] << 32 | stream[1:-1] << 16 | stream[2:])[inside], return_counts=True
    )
    contexts = np.bincount(pairs & 0xFFFF, minlength=size) + 0.1
    lowest = contexts / contexts.sum()

    first, second = pairs >> 16, pairs & 0xFFFF
    totals = np.bincount(first, weights=pair_counts, minlength=size)
    share = np.maximum(pair_counts - DISCOUNT, 0) / totals[first]
    left = 1.0 - np.bincount(first, weights=share, minlength=size)
    keep = _most_telling(pair_counts * np.log1p(share / (left[first] * lowest[second])), BIGRAMS)
    keep &= share > 0
    pairs, share, pair_case = pairs[keep], share[keep], pair_case[keep]
    first, second = first[keep], second[keep]
    rest = np.maximum(1 - np.bincount(first, weights=share, minlength=size), 1e-4)
    pair_chance = share + rest[first] * lowest[second]

    context, third = triples >> 16, triples & 0xFFFF
    _, which = np.unique(context, return_inverse=True)
    of_context = np.bincount(which, weights=triple_counts)
    triple_share = np.maximum(triple_counts - DISCOUNT, 0) / of_context[which]
    triple_left = (1 - np.bincount(which, weights=triple_share))[which]
    triple_lower = triple_left * _chances(pairs, pair_chance, rest, lowest, triples & 0xFFFFFFFF)
    place = np.minimum(np.searchsorted(pairs, context), len(pairs) - 1)
    useful = (pairs[place] == context) & (triple_share > 0)
    keep = (
        _most_telling(np.where(useful, triple_counts * np.log1p(triple_share / triple_lower), 0.0), TRIGRAMS) & useful
    )
    return SyllableTable.pack(
        vocabulary=vocabulary,
        counts=np.bincount(stream, minlength=size),
        lowest=lowest,
        pairs=pairs,
        pair_share=share,
        case=_mostly(stream, cases, size),
        pair_case=pair_case,
        triple_context=place[keep],
        triple_last=third[keep],
        triple_share=triple_share[keep],
    )


def _mostly(which: Ints, cases: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The most frequent case of each of `size` things, lower case where none was seen."""
    counts = np.bincount(which * 4 + cases, minlength=size * 4).reshape(size, 4)
    most: NDArray[np.uint8] = counts[:, :UNSEEN].argmax(axis=1).astype(np.uint8)
    return most


def _most_telling(gain: Floats, count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(len(gain), dtype=np.bool_)
    chosen[np.argsort(-gain, kind="stable")[:count]] = True
    return chosen


def _chances(pairs: Ints, chance: Floats, left: NDArray[Any], lowest: NDArray[Any], wanted: Ints) -> Floats:
    place = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return np.where(pairs[place] == wanted, chance[place], left[wanted >> 16] * lowest[wanted & 0xFFFF])


def encode_data(data: Path, question_sets: bool = True) -> tuple[Stream, list[str]]:
    """The stream of all the data and the words by number."""
    counter = Counter()
    parts = [counter.encode(article_lines(data))]
    if question_sets:
        parts += [counter.encode(question_lines(data))] * QUESTION_WEIGHT
    return Stream(*(np.concatenate(column) for column in zip(*parts, strict=True))), list(counter.numbers)


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=TABLE, help="where to write the table")
@click.option("--without-questions", is_flag=True, help="count the news alone")
def main(data: Path, out: Path, without_questions: bool) -> None:
    """Count DATA and write the table."""
    table = make_table(*encode_data(data, not without_questions))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(table.to_bytes())
    click.echo(f"{out}: {table.summary}, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
