"""The networks of the reader's kind on torch, where OpenVINO cannot run or is slower."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.models.bert import BertSpec, map_overlaid, map_weights

_WORDS = "embeddings.word_embeddings.weight"


class TorchReader:
    """Rows of token ids -> logits, as `OpenVinoReader` gives them. Safe to share between threads."""

    def __init__(
        self,
        weights: Sequence[Path],
        encoder: Path,
        spec: BertSpec,
        precision: Literal["float32", "bfloat16"],
        threads: int = 0,
    ) -> None:
        """Raises KeyError for a tensor that is not there, ModelError for files that cannot be read."""
        import torch
        from transformers import BertConfig, BertModel

        if threads:
            torch.set_num_threads(threads)
        stored = {name: torch.from_numpy(array) for name, array in map_overlaid(weights).items()}
        stored[_WORDS] = torch.from_numpy(map_weights(encoder / "model.safetensors")[_WORDS])
        config = BertConfig(
            vocab_size=len(stored[_WORDS]),
            hidden_size=spec.hidden,
            num_hidden_layers=spec.layers,
            num_attention_heads=spec.heads,
            intermediate_size=len(stored["encoder.layer.0.intermediate.dense.weight"]),
            max_position_embeddings=len(stored["embeddings.position_embeddings.weight"]),
            layer_norm_eps=spec.epsilon,
            pad_token_id=spec.pad_id,
        )
        # Nothing is initialised: every tensor comes from the files.
        with torch.device("meta"):
            self._model = BertModel(config, add_pooling_layer=False)
        kind = getattr(torch, precision)
        heads = {name: stored.pop(name).to(kind) for name in ("span.weight", "span.bias", "cls.weight", "cls.bias")}
        expected = {name for name, _ in self._model.named_parameters()}
        if missing := sorted(expected - set(stored)):
            raise KeyError(missing[0])
        self._model.load_state_dict({name: stored[name].to(kind) for name in expected}, assign=True, strict=False)
        # Buffers are not stored.
        places = config.max_position_embeddings
        self._model.embeddings.register_buffer("position_ids", torch.arange(places)[None], persistent=False)
        self._model.embeddings.register_buffer("token_type_ids", torch.zeros((1, places), dtype=torch.long), False)
        self._model.train(False)
        self._heads = heads
        self._lock = threading.Lock()

    def logits(
        self, ids: Sequence[NDArray[np.int32]], seconds: Sequence[int]
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Per row the logits of every token, (length, 2), and of the row, (2,)."""
        import torch
        from torch.nn.functional import linear

        out = []
        with self._lock, torch.inference_mode():
            for row, second in zip(ids, seconds, strict=True):
                tokens = torch.from_numpy(row.astype(np.int64))[None]
                types = (torch.arange(len(row)) >= second).long()[None]
                hidden = self._model(input_ids=tokens, token_type_ids=types).last_hidden_state[0]
                span = linear(hidden, self._heads["span.weight"], self._heads["span.bias"])
                whole = linear(hidden[0], self._heads["cls.weight"], self._heads["cls.bias"])
                out.append((span.float().numpy(), whole.float().numpy()))
        return out
