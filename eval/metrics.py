"""Measures of retrieval, answers, citations and abstention: pure functions over plain records.

Vocabulary. A question needs one or more *parts* (facts); `needed` is their number. Each part has one or more evidence
quotes, any one of which is enough for it. A ranked result is told as the parts that each rank gives, e.g.
`[{0}, set(), {0, 1}]`, so that overlapping passages which repeat one fact cannot count twice.

Per-question values come first, averages second: average with `mean_over(scores, ids)`, where a question missing from a
run counts as the default 0, so that a failure cannot vanish from an average. All values are in [0, 1].
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.sets_io import EvidenceItem

# The five Vietnamese tone marks: grave, acute, hook above, tilde, dot below.
TONES = frozenset("\u0300\u0301\u0309\u0303\u0323")
# Numbers with their inner signs (2,7; 31/1; 6-7/4), then words; a percent or currency sign is a word of its own.
TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+|[%$€£¥]")
THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
DATE = re.compile(r"\d{1,2}/\d{1,2}(?:/\d{4})?")
# "mỹ" and "mĩ", "quý" and "quí" are spellings of one word; "tay" and "tai", "thuý" and "thúi" are not.
FINAL_Y = re.compile(r"^(qu|[bcdđghklmnprstvx]{1,3})y$")


@dataclass(frozen=True, slots=True)
class Place:
    """A passage or quotation of a run: the source of its article, and its range in that article's text."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """Where an evidence quote of the part `part` stands in an article's text."""

    source: str
    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """How well an answer gives what was asked; see `score_answer`."""

    exact_match: float
    f1: float
    contained: float


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of means, B minus A, with a bootstrap interval."""

    difference: float
    low: float
    high: float


# ---- answers


def answer_tokens(text: str) -> list[str]:
    """Syllables of an answer in a form made for comparing, in order.

    NFC, lower case, punctuation dropped except inside numbers, thousands' dots dropped (8.500 = 8500), leading zeros of
    dates dropped (31/01 = 31/1), tone marks moved behind their syllable (hòa = hoà) and final y after consonants or qu
    written i (mỹ = mĩ, quý = quí). Vietnamese has no articles to drop.
    """
    return [_comparable(token) for token in TOKEN.findall(unicodedata.normalize("NFC", text).lower())]


def normalise_answer(text: str) -> str:
    """The tokens of `answer_tokens`, joined by spaces."""
    return " ".join(answer_tokens(text))


def exact_match(predicted: str, accepted: Sequence[str]) -> float:
    """1.0 when the prediction equals one of the accepted answers after normalisation."""
    return float(any(answer_tokens(predicted) == answer_tokens(answer) for answer in accepted))


def token_f1(predicted: str, accepted: Sequence[str]) -> float:
    """F1 of the multisets of syllables, the maximum over the accepted answers (Rajpurkar et al. 2016, section 6.1).

    An empty prediction scores 1 against an empty answer, else 0.
    """
    return max((_token_f1(answer_tokens(predicted), answer_tokens(answer)) for answer in accepted), default=0.0)


def contains_answer(text: str, accepted: Sequence[str]) -> float:
    """1.0 when an accepted answer stands in the text as a run of whole syllables."""
    tokens = answer_tokens(text)
    return float(any(_contains(tokens, answer_tokens(answer)) for answer in accepted))


def parts_found(text: str, parts: Sequence[Sequence[str]]) -> float:
    """Share of the parts of which an accepted answer stands in the text. Raises ValueError without parts."""
    if not parts:
        raise ValueError("parts_found needs at least one part")
    return sum(contains_answer(text, accepted) for accepted in parts) / len(parts)


def score_answer(short_answer: str | None, text: str, parts: Sequence[Sequence[str]]) -> AnswerScores:
    """Scores of one answer; `short_answer` is None, and `text` empty, when the system abstained.

    No part (unanswerable): 1 for abstaining, else 0, as in SQuAD 2.0 (Rajpurkar et al. 2018). One part: exact match and
    token F1 of the short answer, `contained` tells whether the text holds an accepted answer. Several parts: `f1` and
    `contained` are the share of parts found in the text, `exact_match` is 1 when all are.
    """
    if not parts:
        abstained = float(short_answer is None and not text.strip())
        return AnswerScores(abstained, abstained, abstained)
    if len(parts) == 1:
        short = short_answer or ""
        return AnswerScores(exact_match(short, parts[0]), token_f1(short, parts[0]), contains_answer(text, parts[0]))
    share = parts_found(text, parts)
    return AnswerScores(float(share == 1.0), share, share)


# ---- retrieval and citations


def same_source(source: str, file: str) -> bool:
    """Whether an article's source is the file (or record) that a set names.

    True for the same path, for a path that ends in it, and for a record of it: `x.jsonl#<file>`.
    """
    return source == file or source.endswith(("/" + file, "#" + file))


def locate_evidence(evidence: Iterable[EvidenceItem], texts: Mapping[str, str]) -> list[EvidencePlace]:
    """Every occurrence of every quote in the texts, a mapping from source to article text.

    A quote that does not occur yields nothing: its part stays needed and cannot be met, which is what should show.
    """
    return [
        EvidencePlace(source, start, start + len(item.quote), item.part)
        for item in evidence
        for source, text in texts.items()
        if same_source(source, item.file)
        for start in _occurrences(text, item.quote)
    ]


def overlap(start: int, end: int, other_start: int, other_end: int) -> int:
    """Number of characters that two half-open ranges share."""
    return max(0, min(end, other_end) - max(start, other_start))


def parts_by_passage(
    ranked: Sequence[Place], evidence: Sequence[EvidencePlace], share: float = 0.5
) -> list[frozenset[int]]:
    """The parts that each passage gives: those with a quote of which it holds at least `share` of the characters."""
    return [
        frozenset(
            item.part
            for item in evidence
            if item.source == place.source
            and overlap(place.start, place.end, item.start, item.end) >= share * (item.end - item.start)
        )
        for place in ranked
    ]


def parts_by_article(sources: Sequence[str], evidence: Iterable[EvidenceItem]) -> list[frozenset[int]]:
    """The parts that each article gives; `sources` in rank order, of which repeats are dropped."""
    items = list(evidence)
    return [
        frozenset(item.part for item in items if same_source(source, item.file)) for source in dict.fromkeys(sources)
    ]


def recall_at_k(ranked: Sequence[Collection[int]], needed: int, k: int) -> float:
    """Share of the needed parts given by the first k ranks. With one part this is success@k."""
    _check(needed, k)
    return len(_first_ranks(ranked[:k])) / needed


def reciprocal_rank(ranked: Sequence[Collection[int]], k: int = 10) -> float:
    """1 / rank of the first rank, from 1, that gives any part; 0.0 if none of the first k does. Its mean is MRR@k."""
    return next((1.0 / rank for rank, parts in enumerate(ranked[:k], start=1) if parts), 0.0)


def ndcg(ranked: Sequence[Collection[int]], needed: int, k: int = 10) -> float:
    """nDCG@k over parts: each part gains 1 / log2(1 + rank) at the first rank that gives it, repeats gain nothing.

    That is alpha-nDCG with alpha = 1 (Clarke et al. 2008) on the discount of Järvelin and Kekäläinen 2002. The ideal
    ranking gives one part at each rank; one that is better than that, with several parts at one rank, is cut to 1.
    """
    _check(needed, k)
    gained = math.fsum(1.0 / math.log2(1 + rank) for rank in _first_ranks(ranked[:k]).values())
    ideal = math.fsum(1.0 / math.log2(1 + rank) for rank in range(1, min(needed, k) + 1))
    return min(1.0, gained / ideal)


def citation_scores(citations: Sequence[Place], evidence: Sequence[EvidencePlace], needed: int) -> PrecisionRecall:
    """Citations of an answer to an answerable question against the evidence.

    A citation is right when it shares with a quote at least half of the characters of the shorter of the two. Precision
    is the share of the citations that are right, recall the share of needed parts with a right citation (citation
    precision and recall as in Gao et al. 2023, with human evidence in place of an entailment model). Without citations
    all are 0.
    """
    _check(needed, 1)
    given = [
        frozenset(
            item.part
            for item in evidence
            if item.source == place.source
            and 2 * overlap(place.start, place.end, item.start, item.end)
            >= min(place.end - place.start, item.end - item.start)
        )
        for place in citations
    ]
    precision = sum(1 for parts in given if parts) / len(given) if given else 0.0
    return _precision_recall(precision, len(_first_ranks(given)) / needed)


# ---- abstention


def abstention_scores(outcomes: Iterable[tuple[bool, bool]]) -> PrecisionRecall:
    """Precision, recall and F1 of abstaining over (answerable, abstained) pairs.

    Positive is "not found"; it is right when the question is unanswerable. A ratio with nothing below it is 0.
    """
    counts = Counter(outcomes)
    right, wrong, missed = counts[False, True], counts[True, True], counts[False, False]
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    return _precision_recall(precision, recall)


# ---- over many questions


def aligned(scores: Mapping[str, float], ids: Sequence[str], default: float = 0.0) -> NDArray[np.float64]:
    """The scores in the order of the ids, (n,) float64; a missing one is the default."""
    return np.array([scores.get(id_, default) for id_ in ids], dtype=np.float64)


def mean_over(scores: Mapping[str, float], ids: Sequence[str], default: float = 0.0) -> float:
    """Mean over the ids, a missing score counting as the default. Raises ValueError without ids."""
    if not ids:
        raise ValueError("mean_over needs at least one id")
    return math.fsum(scores.get(id_, default) for id_ in ids) / len(ids)


def percentile(values: Sequence[float], percent: float) -> float:
    """Percentile with linear interpolation (Hyndman and Fan 1996, type 7). Raises ValueError without values."""
    if not values:
        raise ValueError("percentile needs at least one value")
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent))


def paired_bootstrap(
    a: Mapping[str, float],
    b: Mapping[str, float],
    ids: Sequence[str],
    *,
    samples: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile-bootstrap interval of the mean of b minus a over the same questions (Efron and Tibshirani 1993).

    Questions are drawn with replacement, both runs' scores of a drawn question together; missing scores are 0.
    Raises ValueError without ids.
    """
    if not ids:
        raise ValueError("paired_bootstrap needs at least one id")
    differences = aligned(b, ids) - aligned(a, ids)
    generator = np.random.default_rng(seed)
    # A resample's mean depends only on how often each question was drawn; blocks bound the memory of large sets.
    block = max(1, 4_000_000 // len(ids))
    means = np.concatenate(
        [
            differences[generator.integers(0, len(ids), size=(min(block, samples - done), len(ids)))].mean(axis=1)
            for done in range(0, samples, block)
        ]
    )
    tail = 50.0 * (1.0 - confidence)
    low, high = np.percentile(means, [tail, 100.0 - tail])
    return Interval(float(differences.mean()), float(low), float(high))


# ---- helpers


def _comparable(token: str) -> str:
    if token[0].isdigit():
        if THOUSANDS.fullmatch(token):
            return token.replace(".", "")
        return "/".join(str(int(part)) for part in token.split("/")) if DATE.fullmatch(token) else token
    marks = unicodedata.normalize("NFD", token)
    tones = "".join(mark for mark in marks if mark in TONES)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
    return FINAL_Y.sub(r"\1i", bare) + tones


def _token_f1(predicted: list[str], accepted: list[str]) -> float:
    if not predicted or not accepted:
        return float(predicted == accepted)
    shared = (Counter(predicted) & Counter(accepted)).total()
    return 2 * shared / (len(predicted) + len(accepted))


def _contains(tokens: list[str], wanted: list[str]) -> bool:
    width = len(wanted)
    return width > 0 and any(tokens[i : i + width] == wanted for i in range(len(tokens) - width + 1))


def _occurrences(text: str, quote: str) -> Iterable[int]:
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def _first_ranks(ranked: Sequence[Collection[int]]) -> dict[int, int]:
    first: dict[int, int] = {}
    for rank, parts in enumerate(ranked, start=1):
        for part in parts:
            first.setdefault(part, rank)
    return first


def _check(needed: int, k: int) -> None:
    if needed < 1 or k < 1:
        raise ValueError(f"needed and k must be at least 1, not {needed} and {k}")


def _precision_recall(precision: float, recall: float) -> PrecisionRecall:
    total = precision + recall
    return PrecisionRecall(precision, recall, 2 * precision * recall / total if total else 0.0)
