"""From trained weights to the file that is shipped: `python -m eval.reader export`.

Trained weights are float32 tensors: `pos`, `typ` and `norm` of the embeddings, `layers.<n>.` with
`qkv` (query, key and value on top of each other), `out`, `n1`, `up`, `down` and `n2`, and the heads `span` and `cls`.
Tensors get the names of Hugging Face's BERT and become bfloat16. The word embeddings stay with the encoder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.reader.tensor_names import EMBEDDINGS, NORMS, PRODUCTS
from rag.models.model_cache import file_sha256
from rag.reading.facts import UNFITTED
from rag.weights import resolve

ENCODER = "multilingual-e5-small"
MOST_BYTES = 45_000_000
UNFITTED_WARNING = "these weights are not fitted yet: run python -m eval.calibrate"
WINDOWS = {"window_tokens": 256, "overlap_tokens": 100, "question_tokens": 64, "answer_tokens": 40}
_PARTS = {**NORMS, **PRODUCTS}


def export(
    state: dict[str, NDArray[np.float32]], out: Path, training: dict[str, Any] | None = None, *, keep_fit: bool = False
) -> bool:
    """Write `out` and, beside it, the JSON of `rag.reading.facts`; returns whether it is fitted.

    What an earlier file says was fitted belongs to its weights: it stays where these are the same, or with `keep_fit`.
    `training` None keeps the training facts of an earlier file. Raises ValueError for a checkpoint that gives too large
    a file.
    """
    encoder = resolve(ENCODER)
    draft = out.with_suffix(".draft")
    write_bfloat16(renamed(state), draft)
    if draft.stat().st_size > MOST_BYTES:
        draft.unlink()
        raise ValueError(f"the weights would be larger than {MOST_BYTES:,} bytes")
    draft.replace(out)
    path = out.with_suffix(".json")
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sha256 = file_sha256(out)
    fit = before.get("fit", UNFITTED) if keep_fit or before.get("sha256") == sha256 else UNFITTED
    facts = {
        "sha256": sha256,
        "encoder": {"name": ENCODER, "weights_sha256": encoder.weights_sha256},
        **WINDOWS,
        "fit": fit,
        "training": before.get("training", {}) if training is None else training,
    }
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return bool(fit != UNFITTED)


def renamed(state: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The tensors by their names in Hugging Face's BERT, with query, key and value apart. Word embeddings are left out.

    Raises KeyError for a tensor of an unknown name.
    """
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, tensor in state.items():
        if name.startswith("word."):
            continue
        if name in EMBEDDINGS:
            tensors[EMBEDDINGS[name]] = tensor
        elif name.startswith(("span.", "cls.")):
            tensors[name] = tensor
        else:
            _, layer, part, kind = name.split(".")
            if part == "qkv":
                for which, third in zip(("query", "key", "value"), np.split(tensor, 3), strict=True):
                    tensors[f"encoder.layer.{layer}.attention.self.{which}.{kind}"] = third
            else:
                tensors[f"encoder.layer.{layer}.{_PARTS[part]}.{kind}"] = tensor
    return tensors


def write_bfloat16(tensors: dict[str, NDArray[np.float32]], path: Path) -> None:
    """A safetensors file of the tensors, sorted by name, rounded to the nearest bfloat16 (ties to even)."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, tensor in sorted(tensors.items()):
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [at, at + 2 * tensor.size]}
        at += 2 * tensor.size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, tensor in sorted(tensors.items()):
            bits = np.ascontiguousarray(tensor, dtype=np.float32).view(np.uint32)
            file.write(((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes())
