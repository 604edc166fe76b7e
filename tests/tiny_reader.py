"""A span reader of a few kilobytes with random weights on the tiny encoder, and a scorer that says what it is told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.reader.export import write_bfloat16
from rag.models.bert import map_weights
from rag.models.model_cache import file_sha256
from rag.reading.facts import UNFITTED
from rag.reading.records import Window
from rag.weights import resolve
from tests.tiny_model import HIDDEN


def write_tiny_reader(folder: Path, encoder: Path, /, **changes: Any) -> Path:
    """The weights file, with its facts beside it; `changes` are set in the facts."""
    random = np.random.default_rng(5)
    tensors = map_weights(encoder / "model.safetensors")
    tensors = {name: np.asarray(array, np.float32) for name, array in tensors.items() if "word_emb" not in name}
    for head in ("span", "cls"):
        tensors[f"{head}.weight"] = random.standard_normal((2, HIDDEN)).astype(np.float32)
        tensors[f"{head}.bias"] = random.standard_normal(2).astype(np.float32)
    path = folder / "reader.safetensors"
    write_bfloat16(tensors, path)
    facts = {
        "sha256": file_sha256(path),
        "encoder": {"name": str(encoder), "weights_sha256": resolve(str(encoder)).weights_sha256},
        "window_tokens": 40,
        "overlap_tokens": 10,
        "question_tokens": 12,
        "answer_tokens": 8,
        "fit": UNFITTED,
        **changes,
    }
    path.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
    return path


class ScriptedScorer:
    """Finds texts in passages: a token a character, each text with the logit it was given, and that for the window."""

    def __init__(self, answers: Mapping[str, float], relevant: Mapping[str, float] | None = None) -> None:
        self.answers = answers
        self.relevant = relevant or {}
        self.questions: list[str] = []

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        self.questions.append(question)
        return [[self._window(passage)] if passage else [] for passage in passages]

    def _window(self, passage: str) -> Window:
        starts = np.full(len(passage), -20.0, dtype=np.float32)
        ends = starts.copy()
        for text, logit in self.answers.items():
            if (at := passage.find(text)) >= 0:
                last = at + len(text) - 1
                starts[at], ends[last] = max(starts[at], logit / 2), max(ends[last], logit / 2)
        relevant = max((logit for text, logit in self.relevant.items() if text in passage), default=0.0)
        offsets = np.array([(at, at + 1) for at in range(len(passage))], dtype=np.int32)
        return Window(offsets, starts, ends, 0.0, 0.0, answerable=0.5, relevant=relevant)
