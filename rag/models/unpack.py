"""Writes the packed encoder as an ordinary sentence-transformers folder, which other programs can load as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.packed import Packed, parse
from rag.models.tokens import MASK_PIECE, build_tokenizer

UNPACK_VERSION = 1
"""Raised whenever the folder written for the same packed file changes in a way that changes an embedding."""


def unpack(data: bytes, folder: Path, prompts: Mapping[str, str], step: Callable[[str], None]) -> None:
    """Write the folder: configuration, weights, tokenizer, pooling by the mean, normalisation, prompts.

    `step` is told what begins. Weights are stored in float16: half the size of float32, and nearer to the 4-bit
    values than bfloat16 (relative error 2^-12 against 2^-9).
    """
    step("Reading the packed encoder")
    packed = parse(data)
    step("Writing the tokenizer")
    build_tokenizer(packed, folder / "tokenizer.json")
    step("Writing the weights")
    _write_weights(packed, folder / "model.safetensors")
    for name, content in _configuration(packed, prompts).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write_weights(packed: Packed, path: Path) -> None:
    from safetensors.numpy import save_file

    halves = {name: tensor.astype(np.float16) for name, tensor in sorted(packed.tensors.items())}
    save_file(halves, path, {"format": "pt"})


def _configuration(packed: Packed, prompts: Mapping[str, str]) -> dict[str, Any]:
    """File name -> content."""
    sizes = packed.sizes
    module = "sentence_transformers.models."
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "hidden_act": "gelu",
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.layer_norm_epsilon,
            "position_embedding_type": "absolute",
            "pad_token_id": packed.pad_id,
            "bos_token_id": packed.begin_id,
            "eos_token_id": packed.end_id,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": packed.pieces[packed.begin_id][0],
            "cls_token": packed.pieces[packed.begin_id][0],
            "eos_token": packed.pieces[packed.end_id][0],
            "sep_token": packed.pieces[packed.end_id][0],
            "pad_token": packed.pieces[packed.pad_id][0],
            "unk_token": packed.pieces[packed.unknown_id][0],
            "mask_token": MASK_PIECE,
            "model_max_length": sizes.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": dict(prompts),
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
