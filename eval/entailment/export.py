"""From trained tensors to the file that is shipped: bfloat16, with the facts beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.entailment.train import LOWER_LAYERS, Rows
from eval.reader.export import renamed, write_bfloat16
from rag.models.model_cache import file_sha256


def export(state: dict[str, NDArray[np.float32]], out: Path, reader_sha256: str, training: dict[str, Any]) -> None:
    """Write `out` and, beside it, the JSON of `rag.reading.entailing`.

    `state` has the names of `eval.entailment.train.train`; the head of one number gets a second one, always 0, as the
    reader's has two.
    """
    tensors = renamed(state)
    for kind in ("weight", "bias"):
        tensors[f"cls.{kind}"] = np.concatenate([tensors[f"cls.{kind}"], np.zeros_like(tensors[f"cls.{kind}"])])
    draft = out.with_suffix(".draft")
    write_bfloat16(tensors, draft)
    draft.replace(out)
    facts = {
        "sha256": file_sha256(out),
        "reader_sha256": reader_sha256,
        "lower_layers": LOWER_LAYERS,
        **asdict(Rows()),
        "training": training,
    }
    out.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
