"""The ways in which one question is typed: with diacritics, without, with slips, in other languages. Pure."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from eval.asked import Asked, read_text
from rag.errors import LoadError
from rag.vietnamese import nfc

ACCENTED: Final = "accented"
LANGUAGES: Final = {"english": "en", "french": "fr", "russian": "ru", "chinese": "zh"}

_WORD = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_form(questions: Sequence[Asked], form: str, parallel: Mapping[str, Mapping[str, str]]) -> list[Asked]:
    """The questions in a form; in another language, those that `parallel` holds (id to language to text).

    The earlier questions of a conversation are changed alike. Slips depend on the question's id alone.
    """
    if form in LANGUAGES:
        language = LANGUAGES[form]
        return [
            replace(question, text=parallel[question.id][language], history=())
            for question in questions
            if question.id in parallel and parallel[question.id].get(language)
        ]
    change = FORMS[form]
    return [
        replace(
            question,
            text=change(question.text, question.id),
            history=tuple(change(earlier, question.id) for earlier in question.history),
        )
        for question in questions
    ]


def read_parallel(path: Path) -> dict[str, dict[str, str]]:
    """Translations by the id of their question: lines of {"id", "en", "fr", "ru", "zh"}. Raises LoadError."""
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            found[str(fields["id"])] = {
                language: fields[language] for language in LANGUAGES.values() if isinstance(fields.get(language), str)
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LoadError(
                f"not a line of translations ({error})",
                where=f"{path}:{number}",
                remedy='Each line holds {"id", "en", "fr", "ru", "zh"}',
            ) from error
    return found


def without_diacritics(text: str, _seed: str = "") -> str:
    """As typed on a keyboard without Vietnamese letters; capitals stay."""
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", nfc(text)))
    return nfc(bare.replace("đ", "d").replace("Đ", "D"))


def lower_without_diacritics(text: str, _seed: str = "") -> str:
    """The same without capitals."""
    return without_diacritics(text).lower()


def partly_without_diacritics(text: str, seed: str) -> str:
    """Every other word, at random, without its diacritics."""
    chance = random.Random(f"partly {seed}")  # noqa: S311 (no secret)
    return _WORD.sub(lambda found: without_diacritics(found[0]) if chance.random() < 0.5 else found[0], nfc(text))


def with_a_typo(text: str, seed: str) -> str:
    """One slip in one word of three letters or more.

    Two letters swapped, one left out, one doubled, a wrong tone mark, or a letter's diacritics forgotten.
    """
    text = nfc(text)
    chance = random.Random(f"typo {seed}")  # noqa: S311
    words = [found for found in _WORD.finditer(text) if len(found[0]) >= 3]
    chance.shuffle(words)
    for found in words:
        slips = [swap, drop, double, wrong_tone, forget]
        chance.shuffle(slips)
        for slip in slips:
            changed = slip(found[0], chance)
            if changed != found[0]:
                return text[: found.start()] + changed + text[found.end() :]
    return text


def swap(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def drop(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def double(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[: at + 1] + word[at:]


def wrong_tone(word: str, chance: random.Random) -> str:
    marks = unicodedata.normalize("NFD", word)
    toned = [at for at, mark in enumerate(marks) if mark in _TONES]
    if not toned:
        return word
    at = chance.choice(toned)
    other = chance.choice([tone for tone in _TONES if tone != marks[at]])
    return nfc(marks[:at] + other + marks[at + 1 :])


def forget(word: str, chance: random.Random) -> str:
    marked = [at for at, letter in enumerate(word) if without_diacritics(letter) != letter]
    if not marked:
        return word
    at = chance.choice(marked)
    return word[:at] + without_diacritics(word[at]) + word[at + 1 :]


FORMS: Final[Mapping[str, Callable[[str, str], str]]] = {
    ACCENTED: lambda text, _seed: text,
    "unaccented": without_diacritics,
    "lower": lower_without_diacritics,
    "partly": partly_without_diacritics,
    "typo": with_a_typo,
}
ALL_FORMS: Final = (*FORMS, *LANGUAGES)
