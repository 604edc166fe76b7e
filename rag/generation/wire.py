"""What a server sends, as bytes in and words out. Pure functions: nothing here touches the network.

The stream is of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each holding a
chunk of OpenAI's chat completions, the last one "[DONE]".
"""

from __future__ import annotations

import email.utils
import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

DONE = "[DONE]"
_MAX_DETAIL_CHARS = 300
_LINE_ENDS = re.compile(rb"\r\n|\n|\r")


class Unreadable(ValueError):
    """What came is not what the protocol knows; the message says what it is instead."""


class Piece(NamedTuple):
    """What one event adds.

    `alive` tells of thoughts, which are not shown; `finished` that the model has ended, `cut` that it had to, at its
    most tokens; `last` that nothing follows; `prompt_tokens` is how long the prompt was, where the server says so.
    """

    words: str = ""
    alive: bool = False
    finished: bool = False
    cut: bool = False
    last: bool = False
    error: str = ""
    prompt_tokens: int = 0


class EventReader:
    """Bytes as they come -> the data of whole events. Raises Unreadable for what is no UTF-8, and for endless bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._rest: list[bytes] = []
        self._data: list[str] = []
        self._begun = False
        self._returned = False

    def feed(self, block: bytes) -> list[str]:
        """The events that `block` completes."""
        self._left -= len(block)
        if self._left < 0:
            raise Unreadable("it sends without end")
        if self._returned and block:
            block = block.removeprefix(b"\n")
            self._returned = False
        if b"\n" not in block and b"\r" not in block:
            self._rest.append(block)
            return []
        self._returned = block.endswith(b"\r")
        *lines, rest = _LINE_ENDS.split(b"".join((*self._rest, block)))
        self._rest = [rest]
        return [event for line in lines if (event := self._take(line)) is not None]

    def end(self) -> list[str]:
        """What is left when the bytes end. Some servers forget the empty line behind the last event."""
        events = [self._take(b"".join(self._rest)), self._take(b"")]
        self._rest = []
        return [event for event in events if event is not None]

    def _take(self, line: bytes) -> str | None:
        try:
            text = line.decode("utf-8" if self._begun else "utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable("its words are not UTF-8") from error
        self._begun = True
        if not text:
            data, self._data = "\n".join(self._data), []
            return data or None
        field, _, value = text.partition(":")
        # "error:" is what older servers of llama.cpp write in the place of data.
        if field in {"data", "error"}:
            self._data.append(value.removeprefix(" "))
        return None


def piece_of(data: str) -> Piece:
    """One chunk. Raises Unreadable."""
    if data.strip() == DONE:
        return Piece(finished=True, last=True)
    chunk = _json(data)
    if problem := chunk.get("error"):
        return Piece(error=detail_of(json.dumps({"error": problem}).encode()) or "without words")
    choices = chunk.get("choices")
    if choices is None:
        raise Unreadable("its JSON is no chat completion")
    usage = chunk.get("usage")
    counted = usage.get("prompt_tokens") if isinstance(usage, dict) else 0
    prompt_tokens = counted if isinstance(counted, int) else 0
    if not choices:
        return Piece(prompt_tokens=prompt_tokens)
    try:
        choice = choices[0]
        delta = choice.get("delta") or choice.get("message") or {}
        words = _text(delta.get("content"))
        thoughts = _text(delta.get("reasoning_content") or delta.get("reasoning"))
        reason = choice.get("finish_reason")
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable("its JSON is no chat completion") from error
    finished, cut = reason is not None, reason == "length"
    return Piece(words, alive=bool(thoughts), finished=finished, cut=cut, prompt_tokens=prompt_tokens)


def whole_answer(body: bytes) -> Piece:
    """The words of a server that does not stream. Raises Unreadable."""
    try:
        return piece_of(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("its words are not UTF-8") from error


def detail_of(body: bytes) -> str:
    """What a server says of its error, in one line without control characters; empty where it says nothing."""
    text = body.decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return "" if "<html" in text.lower() else clean_line(text, len(text))
    for _ in range(4):
        if isinstance(parsed, list):
            parsed = parsed[0] if parsed else ""
        if not isinstance(parsed, dict):
            break
        found = (parsed[name] for name in ("error", "message", "detail", "msg") if parsed.get(name))
        parsed = next(found, "")
    return clean_line(parsed, len(parsed)) if isinstance(parsed, str) else ""


def clean_line(text: str, max_chars: int = _MAX_DETAIL_CHARS) -> str:
    """Foreign words for a message: one line of what can be printed."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= max_chars else line[: max_chars - 1] + "…"


def wait_asked_for(header: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date (RFC 9110, section 10.2.3)."""
    if not header:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d+)?", header.strip(), re.ASCII):
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def _json(data: str) -> dict[str, Any]:
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it sends what is no JSON") from error
    if not isinstance(chunk, dict):
        raise Unreadable("its JSON is no chat completion")
    return chunk


def _text(content: object) -> str:
    """A delta's text. Half a surrogate pair, which JSON can hold, becomes a replacement character."""
    if content is None:
        return ""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    if not isinstance(content, str):
        raise Unreadable("its JSON is no chat completion")
    return content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
