"""What a saved sentence-transformers folder says of itself, read without torch: is it a plain BERT-like encoder?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

_ACTIVATIONS = {"gelu": "erf", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh"}
_ROBERTA_LIKE = ("roberta", "xlm-roberta")
_PREFIXES = ("", "bert.", "roberta.", "0.auto_model.")


class OtherArchitectureError(Exception):
    """The model is of another kind; the message says in what."""


@dataclass(frozen=True, slots=True)
class BertSpec:
    """The shape of an encoder and how its token vectors become one vector."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    gelu: Literal["erf", "tanh"]
    pad_id: int
    first_position: int
    positions: int
    max_tokens: int
    pooling: Literal["mean", "cls"]


def read_spec(folder: Path) -> BertSpec:
    """The spec of a folder. Raises OtherArchitectureError for any other architecture, pooling or further module."""
    config = _json(folder / "config.json")
    kind = config.get("model_type")
    if kind not in ("bert", *_ROBERTA_LIKE):
        raise OtherArchitectureError(f"model type {kind!r}")
    gelu = _ACTIVATIONS.get(config.get("hidden_act", "gelu"))
    if gelu is None:
        raise OtherArchitectureError(f"activation {config.get('hidden_act')!r}")
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        raise OtherArchitectureError("relative positions or a decoder")
    if not (folder / "tokenizer.json").is_file():
        raise OtherArchitectureError("no tokenizer.json")
    pad_id = config.get("pad_token_id") or 0
    # RoBERTa counts positions from the padding id + 1.
    first_position = pad_id + 1 if kind in _ROBERTA_LIKE else 0
    pooling, stated_tokens = _sentence_modules(folder)
    positions = config["max_position_embeddings"] - first_position
    return BertSpec(
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config.get("layer_norm_eps", 1e-12),
        gelu="erf" if gelu == "erf" else "tanh",
        pad_id=pad_id,
        first_position=first_position,
        positions=positions,
        max_tokens=min(positions, stated_tokens or positions),
        pooling=pooling,
    )


def _sentence_modules(folder: Path) -> tuple[Literal["mean", "cls"], int | None]:
    """Pooling, and the greatest number of tokens if stated. Without modules.json: the mean, as the library does."""
    if not (folder / "modules.json").is_file():
        return "mean", None
    pooling: Literal["mean", "cls"] | None = None
    stated_tokens = None
    for module in _json(folder / "modules.json"):
        kind = module["type"].rpartition(".")[2]
        if kind == "Transformer" and module["path"] == "":
            settings = _optional_json(folder / "sentence_bert_config.json")
            if settings.get("do_lower_case"):
                raise OtherArchitectureError("text is lower-cased first")
            stated_tokens = settings.get("max_seq_length")
        elif kind == "Pooling":
            pooling = _pooling(_json(folder / module["path"] / "config.json"))
        elif kind != "Normalize":
            raise OtherArchitectureError(f"a module {kind!r}")
    if pooling is None:
        raise OtherArchitectureError("no pooling module")
    return pooling, stated_tokens


def _pooling(config: dict[str, Any]) -> Literal["mean", "cls"]:
    """Newer folders name the mode; older ones hold one switch a mode."""
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    if not config.get("include_prompt", True):
        raise OtherArchitectureError("pooling without the prompt")
    if modes in ("mean", ["mean"], ["pooling_mode_mean_tokens"]):
        return "mean"
    if modes in ("cls", ["cls"], ["pooling_mode_cls_token"]):
        return "cls"
    raise OtherArchitectureError(f"pooling {modes!r}")


def map_overlaid(paths: Sequence[Path], *, widen: bool = True) -> dict[str, NDArray[Any]]:
    """The tensors of several files; a later file's replace those of the same name. Raises as `map_weights` does."""
    found: dict[str, NDArray[Any]] = {}
    for path in paths:
        found |= map_weights(path, widen=widen)
    return found


def map_weights(path: Path, *, widen: bool = True) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, mapped into memory, without a "bert." or "roberta." before their names.

    float32 and float16 come as such, bfloat16 as float32, or as it is stored, in 16-bit integers, without `widen`.
    Mapped copy-on-write: the file is never changed. Raises OtherArchitectureError for other types, ModelError for a
    file that is cut short or not of this format.
    """
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="c")
        header_bytes = int(mapped[:8].view("<u8")[0])
        header: dict[str, Any] = json.loads(mapped[8 : 8 + header_bytes].tobytes())
        header.pop("__metadata__", None)
        return {
            _bare(name): _tensor(
                mapped[8 + header_bytes :], entry["dtype"], entry["shape"], entry["data_offsets"], widen
            )
            for name, entry in header.items()
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelError(
            f"the weights cannot be read ({error})", where=str(path), remedy="Fetch or save the model again"
        ) from error


def _tensor(data: NDArray[np.uint8], dtype: str, shape: list[int], offsets: list[int], widen: bool) -> NDArray[Any]:
    raw = data[offsets[0] : offsets[1]]
    if dtype == "BF16" and widen:
        return (raw.view("<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    types = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16, "I64": np.int64}
    if dtype not in types:
        raise OtherArchitectureError(f"weights of type {dtype}")
    if offsets[0] % np.dtype(types[dtype]).itemsize:
        raw = raw.copy()
    return raw.view(types[dtype]).reshape(shape)


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        if prefix and name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the model's configuration cannot be read ({error})", where=str(path), remedy="Save the model again"
        ) from error


def _optional_json(path: Path) -> dict[str, Any]:
    content = _json(path) if path.is_file() else {}
    return content if isinstance(content, dict) else {}
