"""Names of tensors where they are trained -> names in Hugging Face's BERT, which the files of models have."""

from __future__ import annotations

EMBEDDINGS = {
    "word.weight": "embeddings.word_embeddings.weight",
    "pos.weight": "embeddings.position_embeddings.weight",
    "typ.weight": "embeddings.token_type_embeddings.weight",
    "norm.weight": "embeddings.LayerNorm.weight",
    "norm.bias": "embeddings.LayerNorm.bias",
}
NORMS = {"n1": "attention.output.LayerNorm", "n2": "output.LayerNorm"}
PRODUCTS = {"out": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense"}
