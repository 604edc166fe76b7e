"""Whether a sentence follows from a text: a network of the reader's kind, its upper layers trained for that.

The lower layers are the reader's own and are not stored again. docs/checking.md says what it was trained on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.config import EmbedSettings
from rag.errors import ModelError
from rag.models.bert import map_weights
from rag.models.model_cache import file_sha256
from rag.reading.facts import WEIGHTS_FILE as READER_FILE
from rag.reading.facts import facts_of
from rag.reading.scorers import Network, encoding_of, open_network
from rag.reading.windows import Encoding

WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "entailment.safetensors"
REMEDY = "Install the program again, or train the network with `make entailment`"
_NUMBERS = ("lower_layers", "window_tokens", "overlap_tokens", "question_tokens", "text_tokens")
_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class EntailmentFacts:
    """What `rag/data/entailment.json` says: hashes of the weights and of the reader's that they lie over, how many
    layers are the reader's, and lengths in tokens: `question_tokens` are the most of the sentence, `text_tokens`
    of the text at once.
    """

    sha256: str
    reader_sha256: str
    lower_layers: int
    window_tokens: int
    overlap_tokens: int
    question_tokens: int
    text_tokens: int


class Entailment:
    """Sentences against texts -> logits. Safe to share between threads."""

    def __init__(self, network: Network, encoding: Encoding, text_tokens: int) -> None:
        self._network = network
        self._encoding = encoding
        self._text_tokens = text_tokens

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """(n,) for n pairs of a sentence and a text: above 0 where it rather follows than not.

        A text longer than a window is read in several, and the best counts. An empty text supports nothing: -inf.
        """
        rows = [
            (place, row)
            for place, (sentence, text) in enumerate(pairs)
            for row in self._encoding.rows(self._encoding.question(sentence), text, most=self._text_tokens)
        ]
        found = self._network.logits([row.ids for _, row in rows], [row.second for _, row in rows])
        best = np.full(len(pairs), -np.inf)
        for (place, _), (_, whole) in zip(rows, found, strict=True):
            best[place] = max(best[place], float(whole[0]))
        return best


def entailment_facts(weights: Path = WEIGHTS_FILE) -> EntailmentFacts:
    """The facts beside a weights file, checked against it. Raises ModelError if either is missing, torn or altered."""
    path = weights.with_suffix(".json")
    if not weights.is_file():
        raise ModelError("the weights that check sentences are missing", where=str(weights), remedy=REMEDY)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        facts = EntailmentFacts(
            sha256=stored["sha256"],
            reader_sha256=stored["reader_sha256"],
            **{name: int(stored[name]) for name in _NUMBERS},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"what belongs to the weights cannot be read ({error})", where=str(path), remedy=REMEDY) from (
            error
        )
    if file_sha256(weights) != facts.sha256:
        raise ModelError("the weights that check sentences are altered", where=str(weights), remedy=REMEDY)
    return facts


def open_entailment(
    settings: EmbedSettings, weights: Path = WEIGHTS_FILE, reader_weights: Path = READER_FILE
) -> Entailment:
    """The network on the runtime that the reader would take.

    Raises ModelError for weights that are missing, altered, or made for another reader or encoder, or if no runtime can
    run them; SettingsError for a runtime that cannot be used.
    """
    facts, reader = entailment_facts(weights), facts_of(reader_weights)
    if facts.reader_sha256 != reader.sha256:
        raise ModelError(
            "the weights that check sentences belong to another version of the reader",
            where=str(weights),
            remedy=REMEDY,
        )
    if set(map_weights(weights, widen=False)) != _replaced(
        map_weights(reader_weights, widen=False), facts.lower_layers
    ):
        raise ModelError("not the tensors that lie over the reader's", where=str(weights), remedy=REMEDY)
    encoder, network = open_network((reader_weights, weights), reader.encoder, reader.encoder_sha256, settings)
    return Entailment(network, encoding_of(encoder, facts), facts.text_tokens)


def _replaced(reader: Iterable[str], lower_layers: int) -> set[str]:
    """Of the reader's tensors those of the layers above the lower ones, and of the head."""
    return {
        name
        for name in reader
        if name.startswith("cls.") or ((layer := _LAYER.match(name)) and int(layer.group(1)) >= lower_layers)
    }
