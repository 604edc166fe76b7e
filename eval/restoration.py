"""How well diacritics are restored and mistakes mended: `python -m eval.restoration [--data FOLDER]`.

Questions of the development sets are spoiled and restored over the pool of `eval.retrieval_pool`, which holds the
passages of `viquad1_vi` and `news_vi`, not those of `mailong_vi`.

*Syllables* is the share, over all questions, of the words spelled like a Vietnamese syllable in the set's question
(`rag.restoring.words.is_syllable`: "Nga" and "la" are, "Minsk" is not) that stand in the same one spelling (tone place,
i or y) at their place in the restored question; where that has another number of words, at their place in the longest
matching blocks of both. Nothing else is left out: words the writers of a set mistyped count as wrong when mended.
*Questions* is the share of questions without a wrong word. *Bare*: every diacritic is taken away; *half*: those of each
word with a chance of one half. *Changed*: questions that are changed as they stand. Time is the median of the
processor's, without what finding passages takes.

Typing mistakes: one per question, in a word of three letters or more: a letter missing, too many, wrong, doubled or two
swapped (*edit*), in a name the pool knows (*name*), another tone (*tone*), the keys of Telex (*telex*). *Mended* is
exactly what it was, *untouched* what was typed, *other* anything else; mistakes that a set has itself, when mended,
make an *other*.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import string
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from unicodedata import normalize

import click
import numpy as np
from numpy.typing import NDArray

from eval.retrieval_pool import Pool
from rag.datatypes import ModelIdentity
from rag.lexical import LexicalIndex
from rag.restore import Restorer
from rag.restoring.sources import PASSAGES_READ
from rag.restoring.words import folded, is_syllable, split_tones, words_of
from rag.vietnamese import fold, nfc

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SETS = ("viquad1_vi", "news_vi", "mailong_vi")
DISTRACTORS = 1500
_WORD = re.compile(r"[^\W\d_]+")
_TONES = dict(zip("fsxrj", "\u0300\u0301\u0303\u0309\u0323", strict=True))
_KEYS = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}


@dataclass(slots=True)
class Sources:
    """The two sources of a restorer over the pool; `seconds` is what finding passages took."""

    lexical: LexicalIndex
    texts: dict[int, str]
    seconds: float = 0.0

    def passages(self, text: str) -> list[str]:
        started = time.thread_time()
        texts = [self.texts[found.key] for found in self.lexical.search(fold(text), PASSAGES_READ)]
        self.seconds += time.thread_time() - started
        return texts


@dataclass(slots=True)
class Tally:
    """Counts over the questions of one set in one form."""

    right: int = 0
    words: int = 0
    flawless: int = 0
    questions: int = 0
    times_ms: list[float] = field(default_factory=list)

    def add(self, asked: str, restored: str) -> None:
        wrong, words = compare(asked, restored)
        self.right += words - wrong
        self.words += words
        self.flawless += wrong == 0
        self.questions += 1

    def __str__(self) -> str:
        share, flawless = self.right / max(self.words, 1), self.flawless / max(self.questions, 1)
        return f"{share:.2%} | {flawless:.1%} | {statistics.median(self.times_ms):.1f}"


def compare(asked: str, restored: str) -> tuple[int, int]:
    """How many of the Vietnamese syllables of a question are wrong, and how many there are."""
    gold = [word.syllable for word in words_of(asked) if word.symbol is None]
    found = [word.syllable for word in words_of(restored) if word.symbol is None]
    if len(gold) == len(found):
        right = [one == two for one, two in zip(gold, found, strict=True)]
    else:
        right = [False] * len(gold)
        for block in SequenceMatcher(None, gold, found, autojunk=False).get_matching_blocks():
            right[block.a : block.a + block.size] = [True] * block.size
    counted = [fits for word, fits in zip(gold, right, strict=True) if is_syllable(word)]
    return counted.count(False), len(counted)


def bare(word: str) -> str:
    """The word without diacritics, its case kept."""
    return "".join(fold(letter).upper() if letter.isupper() else fold(letter) for letter in word)


def without_accents(text: str, share: float, chance: random.Random) -> str:
    """The text with the diacritics of each word taken away with this chance."""
    return _WORD.sub(lambda found: bare(found.group()) if chance.random() < share else found.group(), text)


def edited(word: str, chance: random.Random) -> str:
    """The word with one letter missing, too many, wrong or doubled, or two swapped."""
    at = chance.randrange(len(word))
    head, letter, tail = word[:at], word[at], word[at + 1 :]
    other = chance.choice(string.ascii_lowercase)
    return chance.choice(
        (head + tail, head + other + letter + tail, head + other + tail, head + letter * 2 + tail, swapped(word, at))
    )


def swapped(word: str, at: int) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def toned(word: str, chance: random.Random) -> str:
    """The word with another tone, at the same letter; itself if it has none."""
    typed = split_tones(word)[1]
    if not typed:
        return word
    mark, other = _TONES[typed[0]], _TONES[chance.choice(sorted(set(_TONES) - {typed[0]}))]

    def changed(letter: str) -> str:
        decomposed = normalize("NFD", letter)
        return nfc(nfc(decomposed.replace(mark, "")) + other) if mark in decomposed else letter

    return "".join(map(changed, word))


def in_telex(word: str, _: random.Random) -> str:
    """The keys that give the word in Telex."""
    letters, tones = split_tones(word)
    return "".join(_KEYS.get(letter.lower(), letter) for letter in letters) + tones


def spoiled(text: str, kind: str, known: Callable[[str], bool], chance: random.Random) -> str | None:
    """The question with one mistake of a kind, None if it has no word for it."""
    words = [found for found in _WORD.finditer(text) if len(found.group()) > 2 and not found.group().isupper()]
    if kind in ("tone", "telex"):
        words = [
            found for found in words if is_syllable(found.group().lower()) and bare(found.group()) != found.group()
        ]
    elif kind == "name":
        words = [
            found
            for found in words
            if found.group()[0].isupper()
            and len(found.group()) > 4
            and not is_syllable(folded(found.group().lower()))
            and known(found.group().lower())
        ]
    if not words:
        return None
    found = chance.choice(words)
    spoil = {"tone": toned, "telex": in_telex}.get(kind, edited)
    result = text[: found.start()] + spoil(found.group(), chance) + text[found.end() :]
    return None if result == text else result


@contextmanager
def restorers(data: Path) -> Iterator[tuple[dict[str, Restorer], Sources]]:
    """Restorers over the pool by what they know: general counts, the library's too, its passages too."""
    with Pool(data, _NoVectors(), None, DISTRACTORS) as pool:
        texts = {item.key: f"{item.title}.\n{item.text}" for batch in pool.library.texts_since(0) for item in batch}
        sources = Sources(LexicalIndex.open(pool.library), texts)
        frequency = sources.lexical.frequency
        yield (
            {
                "general": Restorer(),
                "+ library": Restorer(frequency),
                "+ passages": Restorer(frequency, sources.passages),
            },
            sources,
        )


class _NoVectors:
    """An embedder for a pool whose dense search is not used."""

    identity = ModelIdentity("none", "", "", "", 1, "none", "float32")

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)

    embed_queries = embed_passages


def measure(restorer: Restorer, sources: Sources, questions: Sequence[str], share: float) -> Tally:
    """Restore every question with this share of its words bare."""
    tally, chance = Tally(), random.Random(0)  # noqa: S311
    for question in questions:
        typed = without_accents(question, share, chance)
        sources.seconds, started = 0.0, time.thread_time()
        restored = restorer.restore(typed)
        tally.times_ms.append((time.thread_time() - started - sources.seconds) * 1000)
        tally.add(question, restored.text)
    return tally


def mend(restorer: Restorer, sources: Sources, questions: Sequence[str], kind: str) -> str:
    """A row of the table of typing mistakes."""
    chance = random.Random(0)  # noqa: S311
    outcomes = {"mended": 0, "untouched": 0, "other": 0}
    for question in questions:
        typed = spoiled(question, kind, lambda word: sources.lexical.frequency(word) > 0, chance)
        if typed is None:
            continue
        restored = restorer.restore(typed).text
        exact = [word.syllable for word in words_of(restored)] == [word.syllable for word in words_of(question)]
        outcomes["mended" if exact else "untouched" if restored == nfc(typed) else "other"] += 1
    count = sum(outcomes.values())
    return " | ".join([str(count), *(f"{number / max(count, 1):.1%}" for number in outcomes.values())])


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DATA, show_default=True)
@click.option("--limit", type=int, help="Questions of each set.")
@click.option("--show", is_flag=True, help="List the questions that are changed as they stand.")
def main(data: Path, limit: int | None, show: bool) -> None:
    """Print the figures of each set as Markdown tables."""
    asked = {name: read_questions(data, name)[:limit] for name in SETS}
    with restorers(data) as (known, sources):
        click.echo("| set | sources | bare: syllables | questions | ms | half: syllables | questions | ms | changed |")
        click.echo("|---|---|---|---|---|---|---|---|---|")
        for name, questions in asked.items():
            for what, restorer in known.items():
                tallies = [measure(restorer, sources, questions, share) for share in (1.0, 0.5)]
                altered = [(text, result.text) for text in questions if (result := restorer.restore(text)).text != text]
                click.echo(f"| {name} | {what} | {tallies[0]} | {tallies[1]} | {len(altered)} of {len(questions)} |")
                for pair in altered if show else ():
                    click.echo(f"    {' -> '.join(pair)}")
        click.echo("\n| set | mistake | questions | mended | untouched | other |\n|---|---|---|---|---|---|")
        for name, questions in asked.items():
            for kind in ("edit", "tone", "telex", "name"):
                click.echo(f"| {name} | {kind} | {mend(known['+ passages'], sources, questions, kind)} |")


def read_questions(data: Path, name: str) -> list[str]:
    """The distinct questions of a development set, in NFC."""
    with gzip.open(data / "reader_dev" / f"{name}.json.gz", "rt", encoding="utf-8") as handle:
        records = json.load(handle)["data"]
    asked = (qa["question"] for record in records for part in record["paragraphs"] for qa in part["qas"])
    return list(dict.fromkeys(map(nfc, asked)))


if __name__ == "__main__":
    main()
