"""From passages to evidence: which spans of which sentences answer the question, and whether any does.

`SpanReader` marks the answer inside the sentences, by a network: the one that is shipped, or any question-answering
model that is named. `SentenceReader` takes whole sentences and needs no more than the embedder: the baseline.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.config import Settings
from rag.embed import Embedder
from rag.reading.facts import UNFITTED, fit_of
from rag.reading.records import SIGNALS, Reader, Reading, Scorer, Signals, Window
from rag.reading.sentence_reader import FEATURES, WEIGHTS_FILE, SentenceReader, sentences_of
from rag.reading.span_reader import SpanReader

__all__ = [
    "FEATURES",
    "SIGNALS",
    "WEIGHTS_FILE",
    "Reader",
    "Reading",
    "Scorer",
    "SentenceReader",
    "Signals",
    "SpanReader",
    "Window",
    "make_reader",
    "sentences_of",
]

SPAN, SENTENCES = "span", "sentences"
_ANSWER_TOKENS = 40


def make_reader(settings: Settings, embedder: Callable[[], Embedder]) -> SpanReader | SentenceReader:
    """The reader that `answer.reader` names; `embedder` is called by the sentence reader alone.

    Raises ModelError if its model is missing, altered, or cannot be run; there is no silent fallback.
    """
    answer = settings.answer
    if answer.reader == SENTENCES:
        return SentenceReader(embedder(), passages=answer.passages)
    if answer.reader == SPAN:
        from rag.reading.scorers import open_scorer

        scorer, facts = open_scorer(settings.embed)
        return SpanReader(scorer, facts.fit, passages=answer.passages, answer_tokens=facts.answer_tokens)
    from rag.models.question_answering import QuestionAnsweringModel
    from rag.weights import resolve

    model = QuestionAnsweringModel(resolve(answer.reader).path, settings.embed.threads)
    return SpanReader(model, fit_of(UNFITTED), passages=answer.passages, answer_tokens=_ANSWER_TOKENS)
