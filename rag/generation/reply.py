"""One answer on its way from a server to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

from rag.generation.thoughts import ThoughtFilter
from rag.generation.wire import Piece

# No tokenizer has longer tokens on average.
_TOKEN_CHARS = 12


class ServerProblem(Exception):
    """An error that a server tells of in the midst of its words."""


class Reply:
    """Pieces in, words out. A server that sends more words than it was asked for is not listened to any longer.

    `begun` says whether words have been handed on, `ended` whether the server has told that the model has ended.
    """

    def __init__(self, put: Callable[[str], None], max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self.begun = False
        self.ended = False
        self.prompt_tokens = 0
        self._put = put
        self._thoughts = ThoughtFilter()
        self._pieces = 0
        self._left_chars = max_tokens * _TOKEN_CHARS

    def take(self, piece: Piece) -> bool:
        """Whether nothing more is to be awaited. Raises ServerProblem."""
        if piece.error:
            raise ServerProblem(piece.error)
        self.prompt_tokens = piece.prompt_tokens or self.prompt_tokens
        if piece.words:
            self._pieces += 1
            self._show(self._thoughts.feed(piece.words))
        # A piece is a token, or more than one; two for one are no server's way.
        full = self._left_chars <= 0 or self._pieces > 2 * self.max_tokens
        self.ended = self.ended or piece.finished or full
        return piece.last or full

    def finish(self) -> None:
        """Hand on what was held back."""
        self._show(self._thoughts.end())

    def _show(self, words: str) -> None:
        if words := words[: max(0, self._left_chars)]:
            self.begun = True
            self._left_chars -= len(words)
            self._put(words)
