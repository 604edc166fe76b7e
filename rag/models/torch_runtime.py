"""Any sentence-transformers model on torch. The only module that imports either."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.weights import offline

# Small batches of like lengths are fastest on a processor: 28.8 passages/s at 4-8 against 20 at 32.
_BATCH_TEXTS = 8
_NOISY_LOGGERS = ("transformers", "sentence_transformers")


class TorchEncoder:
    """Texts -> pooled vectors. Safe to share between threads: calls wait for each other."""

    def __init__(
        self, folder: Path, precision: Literal["float32", "bfloat16"], max_tokens: int, threads: int = 0
    ) -> None:
        with quiet(), offline():
            import torch
            from sentence_transformers import SentenceTransformer

            if threads:
                torch.set_num_threads(threads)
            try:
                self._model = SentenceTransformer(
                    str(folder),
                    device="cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"dtype": getattr(torch, precision), "use_safetensors": True},
                )
            except Exception as error:  # the library raises many kinds
                raise ModelError(
                    f"sentence-transformers cannot load the model ({error})",
                    where=str(folder),
                    remedy="Check that SentenceTransformer(folder) loads it offline, without remote code",
                ) from error
        stated = self._model.max_seq_length
        self._model.max_seq_length = min(max_tokens, stated) if stated else max_tokens
        self._lock = threading.Lock()
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError("the model states no dimension", where=str(folder), remedy="Use another model")
        self.dimension = int(dimension)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) float32, in input order."""
        import torch

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock, torch.inference_mode():
            # The empty prompt keeps the library from adding a default one: prefixes are ours.
            tensor = self._model.encode(
                list(texts),
                prompt="",
                batch_size=_BATCH_TEXTS,
                show_progress_bar=False,
                convert_to_numpy=False,
                convert_to_tensor=True,
            )
        # numpy knows no bfloat16.
        return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)


@contextmanager
def quiet() -> Iterator[None]:
    """Loading without bars and reports on standard error."""
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    levels = {name: logging.getLogger(name).level for name in _NOISY_LOGGERS}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]
