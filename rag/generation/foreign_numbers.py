"""Numbers, months and currencies of a foreign sentence that the Vietnamese one does not state."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from rag.translating.languages import Language
from rag.values import Kind, values_of
from rag.valuing.numerals import numeral_at, tokens_of

# "1,500", "1.500", "1 500": three digits behind a gap belong to the number.
_NUMBER = re.compile(r"\d+(?:[.,]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")
_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+\Z")
# Scale words with what they multiply by, the longer ones first.
_SCALES: dict[Language, tuple[tuple[str, float], ...]] = {
    "en": (("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)),
    "fr": (("milliard", 1e9), ("million", 1e6), ("billion", 1e12), (r"mille\b", 1e3)),
    "ru": (("тыс", 1e3), ("млн|миллион", 1e6), ("млрд|миллиард", 1e9), ("трлн|триллион", 1e12)),
    "zh": (("十亿", 1e9), ("百万", 1e6), ("千万", 1e7), ("亿", 1e8), ("万", 1e4), ("千", 1e3)),
}
# What of them a Vietnamese text has to name where no figure stands in front of them.
_SCALES_VIETNAMESE = {1e3: r"\b(?:nghìn|ngàn)\b", 1e6: r"\btriệu\b", 1e9: r"\b(?:tỷ|tỉ)\b"}
MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre"),
    "ru": ("январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр",
           "декабр"),
}  # fmt: skip
# The numbers up to nineteen and the tens; "twenty-five", "soixante et onze" and "двадцать пять" are made of both.
_ONES: dict[Language, tuple[str, ...]] = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
           "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "fr": ("une?", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
           "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
    "ru": ("один|одн[аоу]", "дв[ае]|двух", "три|тр[её]х", "четыре|четыр[её]х", "пят[ьи]", "шест[ьи]", "сем[ьи]",
           "восем[ьи]|восьми", "девят[ьи]", "десят[ьи]", "одиннадцат[ьи]", "двенадцат[ьи]", "тринадцат[ьи]",
           "четырнадцат[ьи]", "пятнадцат[ьи]", "шестнадцат[ьи]", "семнадцат[ьи]", "восемнадцат[ьи]", "девятнадцат[ьи]"),
}  # fmt: skip
_TENS: dict[Language, tuple[str, ...]] = {
    "en": ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    "fr": ("vingt", "trente", "quarante", "cinquante", "soixante", "", "quatre-vingts?", ""),
    "ru": ("двадцат[ьи]", "тридцат[ьи]", "сорока?", "пят(?:ь|и)десяти?", "шест(?:ь|и)десяти?", "сем(?:ь|и)десяти?",
           "вос(?:емь|ьми)десяти?", "девяност[оа]"),
}  # fmt: skip
_HUNDRED: dict[Language, str] = {"en": "hundred", "fr": r"cents?\b", "ru": "сот|сто|двести|триста"}
_BEHIND: dict[Language, re.Pattern[str]] = {
    language: re.compile(
        rf"[\s-](?:{hundred}|{'|'.join(pattern for pattern, _ in _SCALES[language])})[^\W\d_]*", re.IGNORECASE
    )
    for language, hundred in _HUNDRED.items()
}
_CURRENCIES: tuple[tuple[str, str], ...] = (
    (r"\bdollars?\b|\bUSD\b|\$|доллар|美元", r"\bUSD\b|\bđô\b|\bđô[- ]?la\b|\bdollar|\$"),
    (r"\beuros?\b|\bEUR\b|€|евро|欧元", r"\beuro\b|\bEUR\b|€"),
    (r"\bdongs?\b|\bVND\b|донг|越南盾|越盾", r"\bđồng\b|\bVN[DĐ]\b|₫"),
    (r"\byuan\b|\bRMB\b|юан|人民币", r"\bnhân dân tệ\b|\bNDT\b|\bCNY\b|\btệ\b|\byuan\b"),
    (r"\byens?\b|日元", r"\byên\b|\byen\b|\bJPY\b"),
    (r"\bro?ubles?\b|рубл|卢布", r"\brúp\b|\brouble\b|\bruble\b|\bRUB\b"),
)


def foreign_numbers(sentence: str, told: str, language: Language) -> Iterator[str]:
    """Numbers, in figures and in words, scales, months and currencies that the Vietnamese text does not state."""
    stated, months = _stated(told)
    rest = sentence
    for written, readings in _scaled(sentence, language):
        if any(math.isclose(reading, number, rel_tol=1e-6) for reading in readings for number in stated):
            rest = rest.replace(written, " ", 1)
        else:
            yield written
            rest = rest.replace(written, written.lstrip("0123456789., \u00a0\u202f-"), 1)
    for written in _NUMBER.findall(rest):
        if not _readings(written) & stated:
            yield written
    for pattern, scale in _SCALES.get(language, ()):
        found = re.search(pattern, rest, re.IGNORECASE)
        vietnamese = _SCALES_VIETNAMESE.get(scale)
        if found and vietnamese and not re.search(vietnamese, told, re.IGNORECASE):
            yield found.group()
    for number, word in enumerate(MONTHS.get(language, ()), 1):
        # "May" alone is a verb as well.
        found = re.search(rf"\b{word}\w*" if word != "may" else r"\bMay\b(?= \d)|(?<=\d )May\b", sentence, _flags(word))
        if found and number not in months:
            yield found.group()
    for written, number in _in_words(rest, language):
        if number not in stated:
            yield written
    yield from _currencies(sentence, told)


def _currencies(sentence: str, told: str) -> Iterator[str]:
    for named, vietnamese in _CURRENCIES:
        found = re.search(named, sentence, re.IGNORECASE)
        if found and not re.search(vietnamese, told, re.IGNORECASE):
            yield found.group()


def _stated(told: str) -> tuple[set[float], set[int]]:
    """The numbers and the months of a Vietnamese text."""
    values = values_of(told)
    stated = {number for written in _NUMBER.findall(told) for number in _readings(written)}
    stated |= {bound for value in values for bound in (value.low, value.high)}
    tokens = tokens_of(told)
    numerals = (numeral_at(tokens, at) for at in range(len(tokens)))
    stated |= {bound for numeral in numerals if numeral for bound in (numeral.low, numeral.high)}
    months = {day.month for value in values if value.kind is Kind.DATE for day in (value.first, value.last) if day}
    # Days without a year have no month in their value where only their distance is known: "5/10" has it in its digits.
    return stated, months | {int(number) for number in stated if number in range(1, 13)}


def _scaled(sentence: str, language: Language) -> list[tuple[str, frozenset[float]]]:
    """Figures with the scale words behind them: "1.5 billion", "5 thousand billion"."""
    scales = _SCALES.get(language, ())
    if not scales:
        return []
    word = "|".join(f"(?:{pattern})" for pattern, _ in scales)
    letters = "" if language == "zh" else r"[^\W\d_]*\.?"
    found = re.finditer(rf"({_NUMBER.pattern})((?:[\s-]?(?:{word}){letters})+)", sentence, re.IGNORECASE)
    return [(each[0], frozenset(r * _product(each[2], word, scales) for r in _readings(each[1]))) for each in found]


def _product(words: str, word: str, scales: tuple[tuple[str, float], ...]) -> float:
    product = 1.0
    for found in re.findall(word, words, re.IGNORECASE):
        product *= next(scale for pattern, scale in scales if re.fullmatch(pattern, found, re.IGNORECASE))
    return product


def _in_words(sentence: str, language: Language) -> Iterator[tuple[str, int]]:
    """Numbers up to ninety-nine in words, times the scale behind them. "One" alone may be an article or a pronoun."""
    ones, tens = _ONES.get(language, ()), _TENS.get(language, ())
    if not ones:
        return
    some_one = "|".join(sorted(ones, key=len, reverse=True))
    some_ten = "|".join(ten for ten in tens[::-1] if ten)
    pattern = rf"\b(?:(?P<ten>{some_ten})(?:[\s-](?:et[\s-])?(?P<more>{some_one}))?|(?P<one>{some_one}))\b"
    for found in re.finditer(pattern, sentence, re.IGNORECASE):
        number = _place(found["one"] or found["more"], ones)
        if found["ten"]:
            number += 10 * (_place(found["ten"], tens) + 1)
        behind = _BEHIND.get(language)
        scale = behind.match(sentence, found.end()) if behind else None
        # "One hundred and twenty" is none of its parts.
        if scale and re.match(
            rf"[\s-](?:and[\s-])?(?:{some_ten}|{some_one})\b", sentence[scale.end() :], re.IGNORECASE
        ):
            continue
        if scale:
            scales = ((_HUNDRED[language], 1e2), *_SCALES[language])
            number *= round(_product(scale[0], "|".join(f"(?:{each})" for each, _ in scales), scales))
        if number > 1 and not re.search(
            rf"(?:{_HUNDRED[language]})\w*(?:[\s-]and)?[\s-]\Z", sentence[: found.start()], re.I
        ):
            yield found[0], number


def _place(word: str | None, words: tuple[str, ...]) -> int:
    """Which of them it is, from 1; 0 where there is none."""
    return next((at for at, each in enumerate(words, 1) if word and re.fullmatch(each, word, re.IGNORECASE)), 0)


def _flags(word: str) -> re.RegexFlag:
    return re.NOFLAG if word == "may" else re.IGNORECASE


def _readings(written: str) -> frozenset[float]:
    """What digits may mean: "1.500" is fifteen hundred or one and a half."""
    readings = {float(re.sub(r"\D", "", written))} if _GROUPED.match(written) or written.isdigit() else set()
    parts = re.split(r"\D", written)
    if len(parts) == 2:
        readings.add(float(f"{parts[0]}.{parts[1]}"))
    if not readings:
        readings = {float(part) for part in parts}
    return frozenset(readings)
