"""Any question-answering model of transformers as a scorer of passages, from a folder or by hub id."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        """Raises ModelError for a folder that holds no such model, trained, with a fast tokenizer."""
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
                model, found = AutoModelForQuestionAnswering.from_pretrained(
                    folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **options
                )
                # transformers makes up what is not there: of an encoder alone, the very layer that answers.
                if lacking := sorted(found["missing_keys"]):
                    raise ValueError(f"its weights lack {', '.join(lacking[:3])}")
            except Exception as error:  # the library raises many kinds
                raise ModelError(
                    f"transformers cannot load it as a question-answering model ({error})",
                    where=str(folder),
                    remedy="Name a model that AutoModelForQuestionAnswering loads offline with a fast tokenizer, "
                    "or leave out answer.reader",
                ) from error
        self._model: Any = model.eval()
        positions = getattr(model.config, "max_position_embeddings", None) or _ROOM
        # Models of RoBERTa's kind do not use their first two positions.
        self._room = min(_ROOM, self._tokenizer.model_max_length, positions - 2)
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        """The windows of each passage, in order. Safe to share between threads: calls wait for each other."""
        # The tokenizer, too: how it cuts is set on it, for everybody.
        with self._lock:
            return self._scored(question, passages)

    def _scored(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        import torch

        asked = self._cut(encodable_in_place(question))
        out: list[list[Window]] = [[] for _ in passages]
        rows: list[_Row] = []
        for index, passage in enumerate(passages):
            if passage.strip():
                rows += self._rows(index, asked, encodable_in_place(passage))
        for start in range(0, len(rows), _BATCH_ROWS):
            batch = rows[start : start + _BATCH_ROWS]
            inputs = self._tokenizer.pad(
                {name: [row.inputs[name] for row in batch] for name in batch[0].inputs},
                padding_side="right",
                return_tensors="pt",
            )
            with torch.inference_mode():
                scored = self._model(**inputs)
            for place, row in enumerate(batch):
                starts, ends = (x[place].float().numpy() for x in (scored.start_logits, scored.end_logits))
                out[row.passage].append(_window(row, starts, ends))
        return out

    def _cut(self, question: str) -> str:
        """The question, of a long one as much as a quarter of the room holds."""
        encoded = self._tokenizer(
            question,
            add_special_tokens=False,
            truncation=True,
            max_length=self._room // 4,
            return_offsets_mapping=True,
        )
        places = encoded["offset_mapping"]
        return question[: places[-1][1]] if places else ""

    def _rows(self, index: int, question: str, passage: str) -> Iterator[_Row]:
        encoded = self._tokenizer(
            question,
            passage,
            truncation="only_second",
            max_length=self._room,
            stride=min(_OVERLAP, self._room // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        special, unknown = set(self._tokenizer.all_special_ids), self._tokenizer.unk_token_id
        for at, ids in enumerate(encoded["input_ids"]):
            parts = encoded.sequence_ids(at)
            inputs = {name: encoded[name][at] for name in self._tokenizer.model_input_names if name in encoded}
            if unknown is not None:
                # A text that spells a special token out must not end its own row.
                inputs["input_ids"] = [
                    unknown if part is not None and token in special else token
                    for part, token in zip(parts, ids, strict=True)
                ]
            tokens = [token for token, part in enumerate(parts) if part == 1]
            offsets = [encoded["offset_mapping"][at][token] for token in tokens]
            yield _Row(index, inputs, tokens, np.array(offsets, dtype=np.int32).reshape(-1, 2))


@dataclass(frozen=True, slots=True)
class _Row:
    """What the model reads of a passage, given by its number: the places of the passage's tokens, and their offsets."""

    passage: int
    inputs: dict[str, list[int]]
    tokens: list[int]
    offsets: NDArray[np.int32]


def _window(row: _Row, starts: NDArray[np.float32], ends: NDArray[np.float32]) -> Window:
    null_start, null_end = float(starts[0]), float(ends[0])
    lead = 0.0
    if row.tokens:
        # Over all orders of first and last: a sign of the window, not the span itself.
        lead = float(starts[row.tokens].max() + ends[row.tokens].max()) - null_start - null_end
    return Window(row.offsets, starts[row.tokens], ends[row.tokens], null_start, null_end, lead, lead)
