"""Any question-answering model of transformers as a scorer of passages, from a folder or by hub id."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError
from rag.reading.records import Window
from rag.reading.windows import encodable_in_place

_ROOM, _OVERLAP = 384, 128
_BATCH_ROWS = 4


class QuestionAnsweringModel:
    """A `Scorer` over AutoModelForQuestionAnswering. "No answer" is a span on the first token, as in SQuAD 2 models.

    Such a model says nothing of a window as a whole: the best span's lead over none stands for both logits.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """Raises ModelError for a folder that holds no such model with a fast tokenizer."""
        from rag.weights import offline

        with offline():
            import torch
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer

            if threads:
                torch.set_num_threads(threads)
            options = {"local_files_only": True, "trust_remote_code": False}
            try:
                self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, use_fast=True, **options)
                if not self._tokenizer.is_fast:
                    raise ValueError("its tokenizer gives no offsets")
                self._model: Any = AutoModelForQuestionAnswering.from_pretrained(
                    folder, dtype=torch.float32, use_safetensors=True, **options
                ).eval()
            except Exception as error:  # the library raises many kinds
                raise ModelError(
                    f"transformers cannot load it as a question-answering model ({error})",
                    where=str(folder),
                    remedy="Name a model that AutoModelForQuestionAnswering loads offline with a fast tokenizer, "
                    "or leave out answer.reader",
                ) from error
        self._room = min(_ROOM, self._tokenizer.model_max_length)
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        """The windows of each passage, in order."""
        import torch

        asked = self._tokenizer(
            encodable_in_place(question), add_special_tokens=False, truncation=True, max_length=self._room // 4
        )
        asked = self._tokenizer.decode(asked["input_ids"])
        out: list[list[Window]] = [[] for _ in passages]
        rows: list[tuple[int, Any, Any]] = []
        for index, passage in enumerate(passages):
            encoded = self._tokenizer(
                asked,
                encodable_in_place(passage),
                truncation="only_second",
                max_length=self._room,
                stride=min(_OVERLAP, self._room // 4),
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
            )
            rows += [(index, encoded, at) for at in range(len(encoded["input_ids"])) if passage.strip()]
        names = self._tokenizer.model_input_names
        for start in range(0, len(rows), _BATCH_ROWS):
            batch = rows[start : start + _BATCH_ROWS]
            inputs = self._tokenizer.pad(
                {name: [encoded[name][at] for _, encoded, at in batch] for name in names if name in batch[0][1]},
                padding_side="right",
                return_tensors="pt",
            )
            with self._lock, torch.inference_mode():
                scored = self._model(**inputs)
            for place, (index, encoded, at) in enumerate(batch):
                starts, ends = (x[place].float().numpy() for x in (scored.start_logits, scored.end_logits))
                out[index].append(_window(encoded, at, starts, ends))
        return out


def _window(encoded: Any, at: int, starts: Any, ends: Any) -> Window:
    tokens = [token for token, part in enumerate(encoded.sequence_ids(at)) if part == 1]
    offsets = np.array([encoded["offset_mapping"][at][token] for token in tokens], dtype=np.int32).reshape(-1, 2)
    null_start, null_end = float(starts[0]), float(ends[0])
    lead = 0.0
    if tokens:
        # Over all orders of first and last: a sign of the window, not the span itself.
        lead = float(starts[tokens].max() + ends[tokens].max()) - null_start - null_end
    return Window(offsets, starts[tokens], ends[tokens], null_start, null_end, lead, lead)
