"""One answer on its way from a server to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from rag.generation.estimating import MOST_CHARS_PER_TOKEN
from rag.generation.thoughts import ThoughtFilter
from rag.generation.wire import EventReader, Piece, piece_of, whole_answer

# An event of one token takes 200 to 400 bytes; thoughts and keep-alive signs come on top.
_SPARE_BYTES, _TOKEN_BYTES = 1_000_000, 4_000
# Byte order mark and white space; how comments, "data", "event", "error", "id" and "retry" begin.
_NOTHING, _FIELDS_BEGIN = b"\xef\xbb\xbf \t\r\n", (b":", b"d", b"e", b"i", b"r")


class ServerProblem(Exception):
    """An error that a server tells of in the midst of its words."""


class Reply:
    """Pieces in, words out. A server that sends more words than it was asked for is not listened to any longer.

    `begun` says whether words have been handed on, `ended` whether the server has told that the model has ended,
    `thought` whether thoughts came, and `cut` whether the model had to end at its most tokens. Beside its
    `max_tokens` of words it may take `thought_tokens`.
    """

    def __init__(self, put: Callable[[str], None], max_tokens: int, thought_tokens: int = 0) -> None:
        self.most_tokens = max_tokens + thought_tokens
        self.thought = False
        self.cut = False
        self.begun = False
        self.ended = False
        self.prompt_tokens = 0
        self._put = put
        self._thoughts = ThoughtFilter()
        self._pieces = 0
        self._left_chars = max_tokens * MOST_CHARS_PER_TOKEN

    def take(self, piece: Piece) -> bool:
        """Whether nothing more is to be awaited. Raises ServerProblem."""
        if piece.error:
            raise ServerProblem(piece.error)
        self.prompt_tokens = piece.prompt_tokens or self.prompt_tokens
        if piece.words:
            self._pieces += 1
            self._show(self._thoughts.feed(piece.words))
        self.thought = self.thought or piece.alive or self._thoughts.thinks
        # A piece is a token, or more than one; two for one are no server's way.
        full = self._left_chars <= 0 or self._pieces > 2 * self.most_tokens
        self.cut = self.cut or piece.cut or full
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


async def listen(response: httpx.Response, reply: Reply, heard: Callable[[], None]) -> None:
    """What comes, into the reply; `heard` is told of every sign that the model is at work.

    Raises Unreadable and ServerProblem.
    """
    reader = EventReader(_SPARE_BYTES + reply.most_tokens * _TOKEN_BYTES)
    is_json = "json" in response.headers.get("Content-Type", "")
    body = bytearray()
    begins = b""
    whole = False
    async for block in response.aiter_bytes():
        events = reader.feed(block)
        begins = begins or block.lstrip(_NOTHING)[:1]
        # Some servers name events JSON, or JSON something else; no field of an event begins as JSON does.
        whole = begins == b"{" or (is_json and begins not in _FIELDS_BEGIN)
        if whole:
            body += block
            continue
        for event in events:
            piece = piece_of(event)
            if reply.take(piece):
                return
            if piece.words or piece.alive or piece.finished:
                heard()
    if whole:
        reply.take(whole_answer(bytes(body)))
        reply.ended = True
        return
    for event in reader.end():
        reply.take(piece_of(event))
