"""From the scores of tokens to spans of a passage: the best span of every sentence, vectorised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rag.datatypes import Span
from rag.reading.records import Signals, Window
from rag.reading.tidy import tidy

_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Found:
    """A span of a passage, tidied, and what its window says of it."""

    span: Span
    signals: Signals


def spans(passage: str, windows: Sequence[Window], sentences: Sequence[Span], longest: int) -> list[Found]:
    """For every window the best span that begins in each sentence of the passage, of at most `longest` tokens.

    Windows overlap, so a sentence may come more than once. `sentences` are sorted and need not cover the passage.
    """
    found = []
    ends = np.array([sentence.end for sentence in sentences], dtype=np.int64)
    for window in windows:
        # By its last character: a token may begin with the space before its word.
        sentence = np.searchsorted(ends, window.offsets[:, 1], side="left")
        scores, last = _best_from(window, sentence, longest)
        null = window.null_start + window.null_end
        normaliser = _log_sum(window.starts, window.null_start) + _log_sum(window.ends, window.null_end)
        for begin, end in _runs(sentence):
            first = begin + int(np.argmax(scores[begin:end]))
            score = float(scores[first])
            if score <= _NEVER:
                continue
            span = tidy(passage, Span(int(window.offsets[first, 0]), int(window.offsets[last[first], 1])))
            if span is not None:
                signals = Signals(score - null, score - normaliser, window.answerable, window.relevant)
                found.append(Found(span, signals))
    return found


def _best_from(
    window: Window, sentence: NDArray[np.int64], longest: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For every token as the first of a span within its sentence: the score of the best one, and its last token."""
    # Tokens that stand for no character are no edge of a span.
    empty = window.offsets[:, 1] <= window.offsets[:, 0]
    starts = np.where(empty, 2 * _NEVER, window.starts.astype(np.float64))
    ends = np.where(empty, 2 * _NEVER, window.ends.astype(np.float64))
    reach = np.concatenate([ends, np.full(longest - 1, 2 * _NEVER)])
    beyond = np.concatenate([sentence, np.full(longest - 1, -1)])
    same = sliding_window_view(beyond, longest) == sentence[:, None]
    band = np.where(same, sliding_window_view(reach, longest), 2 * _NEVER)
    further = np.argmax(band, axis=1)
    tokens = np.arange(len(starts))
    return starts + band[tokens, further], tokens + further


def _runs(values: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The runs of equal values as [begin, end)."""
    if not len(values):
        return []
    cuts = np.flatnonzero(np.diff(values)) + 1
    edges = [0, *cuts.tolist(), len(values)]
    return list(pairwise(edges))


def _log_sum(logits: NDArray[np.float32], null: float) -> float:
    """log of the sum of exp over the logits and the one for none."""
    values = np.append(logits.astype(np.float64), null)
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))
