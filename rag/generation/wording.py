"""From what a model wrote to plain text: without turns, emphasis and characters that nobody sees."""

from __future__ import annotations

import re

from rag.generation.marking import INSIDE
from rag.reading.orders import visible
from rag.vietnamese import nfc

# Of thoughts whose beginning stood in the server's own template.
_THOUGHTS = re.compile(r"\A.*?</think>", re.DOTALL)
# What a server that does not know its model's template lets through.
_TURN = re.compile(r"<\|?(?:end_of_turn|start_of_turn|im_end|im_start|eot_id|endoftext|end)\|?>|</s>|\[/?INST\]")
_TURNS = re.compile(rf"\A(?:\s*(?:{_TURN.pattern}))+\s*")
_ROLE = re.compile(
    r"\A(?:\s*(?:model\n|assistant\n|(?:trả lời|câu trả lời|đáp án|answer|assistant|model)\s*:))+\s*", re.IGNORECASE
)
_EMPHASIS = re.compile(r"\*\*|__|^#{1,6} |^[*•] |^- ", re.MULTILINE)
# A prompt shows an article's brackets so; what would be a marker in others stays what it is.
_SHOWN_BRACKETS = re.compile(rf"［(?!(?i:{INSIDE})］|[\s\d,;-]*］)([^［］\n]*)］")
_LOOP_CHARS, _LOOP_TIMES = 40, 4


def plain(text: str) -> str:
    """A model's words as plain text in NFC."""
    text = _TURNS.sub("", _THOUGHTS.sub("", text))
    text = _TURN.split(text, maxsplit=1)[0].rstrip()
    text = _EMPHASIS.sub("", _ROLE.sub("", visible(nfc(text))))
    return _SHOWN_BRACKETS.sub(r"[\1]", text).translate(str.maketrans("‹›", "<>")).strip()


def loops(text: str) -> bool:
    """Whether a text goes round and round: its end has stood in it several times."""
    end = text[-_LOOP_CHARS:]
    return len(text) >= _LOOP_CHARS * _LOOP_TIMES and text.count(end) >= _LOOP_TIMES
