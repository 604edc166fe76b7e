"""Whether a foreign sentence may stand for the Vietnamese one that it translates: numbers, names, negation, closeness.

The words themselves cannot be compared as those of two Vietnamese sentences can. So a translation has the quotation
beside it wherever it is shown, and the answer says what was checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag import vietnamese
from rag.embed import Embedder
from rag.foreign import Translator
from rag.generation.checks.compounds import is_denying
from rag.generation.records import Checked, Excerpt
from rag.naming.known import known_names
from rag.translating.languages import Language, guess_language
from rag.values import Kind, values_of
from rag.valuing.numerals import numeral_at, tokens_of

# Between sentences of multilingual-e5-small; see docs/decisions.md.
LEAST_CLOSENESS = 0.84
LEAST_SHARE = 0.3

# "1,500", "1.500", "1 500": three digits behind a gap belong to the number.
_NUMBER = re.compile(r"\d+(?:[.,]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")
_GROUPED = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+\Z")
_CAPITALISED = re.compile(r"(?<![\w’'-])[A-ZÀ-ÖØ-ÞĐ][\w’'-]*")
_SCALES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"thousand|mille\b|тыс|千|\b(?:nghìn|ngàn)\b",
        r"million|млн|миллион|百万|\btriệu\b",
        r"billion|milliard|млрд|миллиард|十亿|\btỷ\b|\btỉ\b",
    )
)
_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre"),
    "ru": ("январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр",
           "декабр"),
}  # fmt: skip
_COUNTS: dict[Language, tuple[str, ...]] = {
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    "fr": ("deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    "ru": ("дв[ае]|двух", "три|тр[её]х", r"четыр\w+", "пят[ьи]", "шест[ьи]", "сем[ьи]", "восем[ьи]", "девят[ьи]",
           "десят[ьи]"),
}  # fmt: skip
# What denies in any case, and what may stand for it: "từ chối" for "did not accept".
_DENIES: dict[Language, str] = {
    "en": r"\b(?:not|no|never|neither|nor|without|none|nobody|nothing|cannot)\b|n['’]t\b",
    "fr": r"\bne\b|\bn['’]|\bpas\b|\bjamais\b|\bsans\b|\baucune?\b",
    "ru": r"\bне\b|\bни\b|\bнет\b|\bбез\b|\bникогда\b",
    "zh": r"[不没未无非]",
}
_OPPOSES: dict[Language, str] = {
    "en": r"\b(?:refus|reject|den[yi]|oppos|ban(?:s|ned)?\b|stop|lack|absen|fail|un[a-z]{4})",
    "fr": r"\b(?:refus|rejet|ni(?:er|é|e)\b|oppos|interdi|manqu|absen|échou|in[a-z]{5})",
    "ru": r"\b(?:отказ|отверг|отриц|запре|отсутств|против|недо|не[а-я]{4})",
    "zh": r"[拒缺]|否认|驳回|反对|禁|停",
}
# "Vô địch", "phi công" deny nothing.
_OPPOSES_VIETNAMESE = re.compile(
    r"\b(?:từ chối|bác(?! sĩ| học)|phủ nhận|phản đối|thiếu|"
    r"vô(?! địch)|phi(?! công| cơ| vụ)|miễn|trái|cấm|ngừng|ngưng|dừng)\b",
    re.IGNORECASE,
)


class TranslationChecks:
    """The checks of `rag.generation.judging.Checks` for one foreign language."""

    def __init__(self, embedder: Embedder, language: Language) -> None:
        self._embedder = embedder
        self._language = language
        self._translator = Translator()

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked:
        """Supported where numbers, names and negation agree, most words are known from the evidence, and it is close.

        What is in another language than the question is not a translation, and never supported.
        """
        if not evidence:
            return Checked("unsupported", 0.0, ("uncited",))
        told = " ".join(evidence)
        reasons = [
            *(f"number: {written}" for written in _foreign_numbers(sentence, told, self._language)),
            *(f"name: {name}" for name in _foreign_names(sentence, told, self._language)),
        ]
        if _turned(sentence, told, self._language):
            reasons.append("negation")
        if guess_language(sentence).language != self._language:
            reasons.append("language")
        closeness = max(self.closeness(sentence, text) for text in (told, *evidence))
        share = self.share(sentence, told)
        if closeness < LEAST_CLOSENESS or share < LEAST_SHARE:
            reasons.append("content")
        return Checked("unsupported" if reasons else "supported", max(0.0, min(1.0, closeness)), tuple(reasons))

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str) -> Excerpt | None:
        """The nearest excerpt; None where none is near."""
        near = [(self.closeness(sentence, excerpt.text), -at, excerpt) for at, excerpt in enumerate(excerpts)]
        best = max(near, default=None, key=lambda each: each[:2])
        return best[2] if best is not None and best[0] >= LEAST_CLOSENESS else None

    def closeness(self, sentence: str, text: str) -> float:
        """The cosine of the two, both taken as passages."""
        one, other = self._embedder.embed_passages([sentence, text])
        return float(one @ other)

    def share(self, sentence: str, text: str) -> float:
        """How many of the sentence's words the lexicon or the sentence itself finds in the Vietnamese text, 0..1."""
        translation = self._translator.translate(sentence, self._language)
        if translation is None:
            return 0.0
        held = frozenset(vietnamese.syllables(text))
        syllables = vietnamese.syllables(translation.text)
        found = [syllable in held for syllable in syllables]
        for group in translation.alternatives:
            others = [vietnamese.syllables(wording.text) for wording in group.wordings]
            if any(set(other) <= held for other in others if other):
                found[group.start : group.end] = [True] * (group.end - group.start)
        return sum(found) / len(found) if found else 0.0


def _turned(sentence: str, told: str, language: Language) -> bool:
    """Whether one of the two denies what the other says."""
    denies = re.search(_DENIES[language], sentence, re.IGNORECASE) is not None
    opposes = denies or re.search(_OPPOSES[language], sentence, re.IGNORECASE) is not None
    denied = is_denying(told)
    opposed = denied or _OPPOSES_VIETNAMESE.search(told) is not None
    return (denies and not opposed) or (denied and not opposes)


def _foreign_numbers(sentence: str, told: str, language: Language) -> Iterator[str]:
    """Numbers, months and scales of the sentence that the Vietnamese text does not state."""
    values = values_of(told)
    stated = {number for written in _NUMBER.findall(told) for number in _readings(written)}
    stated |= {bound for value in values for bound in (value.low, value.high)}
    tokens = tokens_of(told)
    numerals = (numeral_at(tokens, at) for at in range(len(tokens)))
    stated |= {bound for numeral in numerals if numeral for bound in (numeral.low, numeral.high)}
    months = {day.month for value in values if value.kind is Kind.DATE for day in (value.first, value.last) if day}
    # Days without a year have no month in their value where only their distance is known: "5/10" has it in its digits.
    months |= {int(number) for number in stated if number in range(1, 13)}
    for written in _NUMBER.findall(sentence):
        if not _readings(written) & stated:
            yield written
    for pattern in _SCALES:
        found = pattern.search(sentence)
        if found and not pattern.search(told):
            yield found.group()
    for number, word in enumerate(_MONTHS.get(language, ()), 1):
        # "May" alone is a verb as well.
        found = re.search(rf"\b{word}\w*" if word != "may" else r"\bMay\b(?= \d)|(?<=\d )May\b", sentence, _flags(word))
        if found and number not in months:
            yield found.group()
    for number, word in enumerate(_COUNTS.get(language, ()), 2):
        found = re.search(rf"\b(?:{word})\b", sentence, re.IGNORECASE)
        if found and number not in stated:
            yield found.group()


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


def _foreign_names(sentence: str, told: str, language: Language) -> Iterator[str]:
    """Names of the sentence that the Vietnamese text does not spell in any way. Other scripts are not looked at."""
    held = vietnamese.fold(told)
    held_words = set(re.findall(r"[\w-]+", held))
    known = known_names(sentence)
    for name in known:
        if not any(vietnamese.fold(spelling.text) in held for spelling in name.row.spellings):
            yield sentence[name.start : name.end]
    translator = Translator()
    first = re.match(r"\W*", sentence)
    opens = first.end() if first else 0
    months = set(_MONTHS.get(language, ()))
    for found in _CAPITALISED.finditer(sentence):
        inside = any(name.start <= found.start() < name.end for name in known)
        word = re.sub(r"['’]s?\Z", "", found.group())
        if inside or vietnamese.fold(word) in held_words or word.lower() in months:
            continue
        translation = translator.translate(word, language)
        if translation is None or translation.text == word:
            if found.start() > opens and len(word) > 1:
                yield word
            continue
        wordings = [translation.text, *(w.text for group in translation.alternatives for w in group.wordings)]
        ordinary = any(set(vietnamese.syllables(wording)) & set(vietnamese.syllables(told)) for wording in wordings)
        if not ordinary and found.start() > opens:
            yield word
