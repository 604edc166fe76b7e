"""Subword tokens: the packaged encoder's tokenizer is built here, and any model's tokenizer.json is read here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.models.packed import Packed

MASK_PIECE = "<mask>"
_UNKNOWN_PIECES = frozenset(("<unk>", "[UNK]"))

# No token of a known vocabulary stands for more characters than this, so nothing that is kept is lost.
_MAX_CHARS_PER_TOKEN = 64


def build_tokenizer(packed: Packed, path: Path) -> None:
    """Write the tokenizer.json of a packed encoder.

    Its character map is Unicode NFKC, with the control characters dropped and exotic spaces made plain; those two
    lists are taken from the map itself.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    changed = packed.character_map.items()
    dropped = "".join(character for character, normal in changed if not normal)
    spaces = "".join(character for character, normal in changed if normal == " " and character != " ")
    tokenizer = Tokenizer(models.Unigram(list(packed.pieces), unk_id=packed.unknown_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_character_class(dropped)), ""),
            normalizers.Replace(Regex(_character_class(spaces)), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    begin, end, pad, unknown = (
        packed.pieces[identifier][0]
        for identifier in (packed.begin_id, packed.end_id, packed.pad_id, packed.unknown_id)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, packed.begin_id), (end, packed.end_id)],
    )
    special = [begin, pad, end, unknown]
    if any(piece == MASK_PIECE for piece, _ in packed.pieces):
        special.append(MASK_PIECE)
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in special])
    tokenizer.save(str(path), pretty=False)


def _character_class(characters: str) -> str:
    """A regular expression for any one of the characters."""
    return "[" + "".join(f"\\x{{{ord(character):X}}}" for character in sorted(characters)) + "]"


class Tokens:
    """A tokenizer.json; what reads the same file shares it. Safe to share between threads."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        self._tokenizer = _loaded(path.resolve(), path.stat().st_mtime_ns if path.is_file() else 0)
        self._kept = max(0, max_tokens - self._tokenizer.num_special_tokens_to_add(is_pair=False))
        self._max_chars = max_tokens * _MAX_CHARS_PER_TOKEN
        added = self._tokenizer.get_added_tokens_decoder().items()
        marks = sorted(mark for mark, token in added if token.special and token.content not in _UNKNOWN_PIECES)
        self._marks = np.array(marks, dtype=np.int32)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special tokens included, at most `max_tokens`."""
        # One by one: the library's own batches start threads that compete with the encoder's and distrust later forks.
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[int]:
        encoding = self._tokenizer.encode(text[: self._max_chars], add_special_tokens=False)
        encoding.truncate(self._kept)
        ids: list[int] = self._tokenizer.post_process(encoding).ids
        return ids

    def pieces(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Ids (n,) of a whole text without special tokens, and where each stands in it: offsets (n, 2).

        A text that spells one out ("</s>") has no token there: it must not end its own row.
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        # Looked for among the ids: normal forms spell them too, and some models have them in the plain vocabulary.
        ids = np.array(encoding.ids, dtype=np.int32)
        kept = ~np.isin(ids, self._marks)
        return ids[kept], np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)[kept]


@lru_cache(2)
def _loaded(path: Path, changed: int) -> Tokenizer:
    """The tokenizer of a file that was `changed` then, without truncation and padding; a large one takes a second."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(
            f"the tokenizer cannot be read ({error})", where=str(path), remedy="Fetch or unpack the model again"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
