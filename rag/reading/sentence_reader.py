"""The baseline reader, which answers with whole sentences.

`SentenceReader` weighs, for every sentence of the passages: the cosine of its embedding with
the question's, how many of the question's content words it holds, how many its passage holds, and whether it has the
form asked for (a number, a date, a cause). The weights are logistic regressions fitted by
`python -m eval.calibrate_sentences` on development questions over Vietnamese news; the figures are in
docs/decisions.md.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import vietnamese
from rag.datatypes import Article, Evidence, Hit, Span
from rag.embed import Embedder
from rag.errors import ModelError
from rag.question import Asked, Question
from rag.reading.orders import touches_order
from rag.reading.records import Reading
from rag.vietnamese import CAPITAL

FEATURES = ("similarity", "coverage", "passage_coverage", "name_coverage", "form", "form_missing", "rank")
WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "sentence_reader.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """Two logistic regressions over `FEATURES`; `answerable` ends with its intercept."""

    ranking: NDArray[np.float64]
    answerable: NDArray[np.float64]


@lru_cache
def shipped_weights() -> dict[str, Weights]:
    """The weights for questions typed with diacritics ("accented") and without. Raises ModelError if they are torn."""
    try:
        stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
        if tuple(stored["features"]) != FEATURES:
            raise ValueError("made for other features")
        return {
            name: Weights(np.array(stored[name]["ranking"]), np.array(stored[name]["answerable"]))
            for name in ("accented", "unaccented")
        }
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"the sentence reader's weights cannot be used ({error})",
            where=str(WEIGHTS_FILE),
            remedy="Install the program again, or run `python -m eval.calibrate_sentences`",
        ) from error


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage, in article offsets."""

    article_id: str
    start: int
    end: int
    text: str
    passage: str
    rank: int


class SentenceReader:
    """A reader that answers with whole sentences; needs nothing but the embedder."""

    def __init__(self, embedder: Embedder, *, passages: int) -> None:
        self._embedder = embedder
        self._passages = passages

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        candidates = on_focus(question, sentences_of(hits[: self._passages], article_of))
        if not candidates:
            return Reading((), 0.0)
        features = self.features(question, candidates)
        weights = _weights_for(question)
        ranking = features @ weights.ranking
        order = sorted(
            range(len(candidates)),
            key=lambda i: (-ranking[i], candidates[i].article_id, candidates[i].start),
        )
        evidence = tuple(
            Evidence(
                article_id=candidates[i].article_id,
                start=candidates[i].start,
                end=candidates[i].end,
                span_start=candidates[i].start,
                span_end=candidates[i].end,
                score=float(ranking[i]),
            )
            for i in order
        )
        return Reading(evidence, _confidence(features[order[0]], weights))

    def read_passage(self, question: Question, passage: str) -> tuple[Span | None, float]:
        """The best sentence of a given passage (NFC) and the probability that it answers; no sentence, no span."""
        candidates = [
            Candidate("", span.start, span.end, span.of(passage), passage, 0)
            for span in vietnamese.sentences(passage)
            if not touches_order(passage, span)
        ]
        if not candidates:
            return None, 0.0
        features = self.features(question, candidates)
        weights = _weights_for(question)
        ranking = features @ weights.ranking
        best = min(range(len(candidates)), key=lambda i: (-ranking[i], candidates[i].start))
        span = Span(candidates[best].start, candidates[best].end)
        return span, _confidence(features[best], weights)

    def features(self, question: Question, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """(n, len(FEATURES)) for the candidates, each about between 0 and 1."""
        query = self._embedder.embed_queries([question.standalone])[0]
        vectors = self._embedder.embed_passages([candidate.text for candidate in candidates])
        similarity = vectors @ query
        rows = []
        for candidate, cosine in zip(candidates, similarity, strict=True):
            sentence = _vocabulary(candidate.text, question)
            passage = _vocabulary(candidate.passage, question)
            form = has_form(question.asked, candidate.text)
            rows.append(
                (
                    float(cosine),
                    _covered(question, sentence),
                    _covered(question, passage),
                    _share(question.names, passage, question),
                    1.0 if form else 0.0,
                    1.0 if form is False else 0.0,
                    math.log1p(candidate.rank),
                )
            )
        return np.array(rows, dtype=np.float64)


def sentences_of(hits: Sequence[Hit], article_of: Callable[[str], Article]) -> list[Candidate]:
    """The sentences of the passages, each once, in the order of the hits."""
    found: dict[tuple[str, int, int], Candidate] = {}
    for rank, hit in enumerate(hits):
        article = article_of(hit.chunk.article_id)
        title = article.title if article.title_stated else ""
        for span in vietnamese.sentences(hit.text):
            start, end = hit.chunk.start + span.start, hit.chunk.start + span.end
            key = (article.id, start, end)
            if key not in found and not touches_order(hit.text, span):
                text = article.text[start:end]
                found[key] = Candidate(article.id, start, end, text, f"{title}\n{hit.text}", rank)
    return list(found.values())


def on_focus(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that hold at least half as much of what a follow-up adds as the best of them; all where it adds nothing.

    Without this the longer question before it would decide, and "Còn Anh thì sao?" would get the former answer again.
    Where no candidate holds a name that was added, there are none.
    """
    if not question.focus or not question.vietnamese:
        return list(candidates)
    shares = [_share(question.focus, _vocabulary(candidate.text, question), question) for candidate in candidates]
    best = max(shares, default=0.0)
    if best == 0.0:
        return [] if question.focus & question.names else list(candidates)
    return [candidate for candidate, share in zip(candidates, shares, strict=True) if share >= best / 2]


_NUMBER = re.compile(
    r"\d|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|chục|trăm|nghìn|ngàn|triệu|tỷ|tỉ)\b", re.IGNORECASE
)
_DATE = re.compile(
    r"\d{1,2}/\d{1,4}|\b(?:ngày|tháng|năm|hôm|sáng|chiều|tối|tuần|thứ) (?:\d+|nay|qua|trước|sau|tới|ngoái|hai|ba|tư|"
    r"năm|sáu|bảy)\b|chủ nhật|\b(?:19|20)\d\d\b|\d ?(?:giờ|h)\b|gần đây|trước đó|cùng ngày",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b(?:tại|ở|đến|tới|từ|về|sang|gần|quanh|vào) (?:[^\W\d_]+ ){{0,3}}?{CAPITAL}")
_CAUSE = re.compile(
    r"\b(?:vì|do|bởi|nhằm|để|khiến|nhờ|lý do|nguyên nhân|trong bối cảnh|lo ngại|dẫn đến|nên)\b", re.IGNORECASE
)
_NAME = re.compile(rf"{CAPITAL}[^\W\d_]+")
_FORMS: dict[Asked, re.Pattern[str]] = {
    Asked.HOW_MANY: _NUMBER,
    Asked.WHEN: _DATE,
    Asked.WHERE: _PLACE,
    Asked.WHY: _CAUSE,
    Asked.WHO: _NAME,
}


def has_form(asked: Asked, text: str) -> bool | None:
    """Whether the text holds the form of thing asked for; None where the question asks for no particular form."""
    pattern = _FORMS.get(asked)
    return None if pattern is None else pattern.search(text) is not None


def _vocabulary(text: str, question: Question) -> frozenset[str]:
    if question.accented:
        return frozenset(vietnamese.syllables(text))
    return frozenset(vietnamese.fold(syllable) for syllable in vietnamese.syllables(text))


def _covered(question: Question, vocabulary: frozenset[str]) -> float:
    """The share of the content words that occur; names alone across languages.

    Names and numbers count twice, and what a follow-up adds counts as much as all that it leans on.
    """
    words = question.content if question.vietnamese else tuple(w for w in question.content if w in question.names)
    focus = max(1.0, (len(words) - len(question.focus)) / max(1, len(question.focus)))
    total = found = 0.0
    for word in words:
        weight = 2.0 if word in question.names else 1.0
        weight *= focus if word in question.focus else 1.0
        total += weight
        key = word if question.accented else vietnamese.fold(word)
        found += weight * (key in vocabulary)
    return found / total if total else 0.0


def _share(names: frozenset[str], vocabulary: frozenset[str], question: Question) -> float:
    if not names:
        return 1.0
    keys = names if question.accented else {vietnamese.fold(name) for name in names}
    return sum(key in vocabulary for key in keys) / len(keys)


def _weights_for(question: Question) -> Weights:
    return shipped_weights()["accented" if question.accented or not question.vietnamese else "unaccented"]


def _confidence(row: NDArray[np.float64], weights: Weights) -> float:
    return probability(float(row @ weights.answerable[:-1] + weights.answerable[-1]))


def probability(logit: float) -> float:
    """The logistic function, finite at the extremes."""
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit))))
