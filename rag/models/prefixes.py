"""What a model wants before a question and before a passage."""

from __future__ import annotations

import json
import re

from rag.weights import ModelFolder

_PASSAGE_PROMPTS = ("passage", "document")

# A family is recognised by the model's name or the one it was made from; the first match counts, others want nothing.
_INSTRUCTED = "Instruct: Given a question, retrieve passages that answer it\nQuery: "
_FAMILIES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?<![a-z0-9])e5(?![a-z0-9]).*instruct", re.IGNORECASE), _INSTRUCTED, ""),
    (re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])", re.IGNORECASE), "query: ", "passage: "),
)


def model_prefixes(model: ModelFolder) -> tuple[str, str]:
    """(query prefix, passage prefix): the prompts that the model's folder states, else those of its family."""
    prompts = _read(model, "config_sentence_transformers.json").get("prompts")
    if isinstance(prompts, dict):
        passages = [prompts[name] for name in _PASSAGE_PROMPTS if isinstance(prompts.get(name), str)]
        queries = [prompts["query"]] if isinstance(prompts.get("query"), str) else []
        # A prompt that is stated empty means: see the family.
        if any(queries) or any(passages):
            return next(iter(queries), ""), next((prompt for prompt in passages if prompt), "")
    origin = _read(model, "config.json").get("_name_or_path")
    for name in (model.name, origin if isinstance(origin, str) else ""):
        for family, query, passage in _FAMILIES:
            if family.search(name):
                return query, passage
    return "", ""


def _read(model: ModelFolder, file: str) -> dict[str, object]:
    try:
        content = json.loads((model.path / file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
