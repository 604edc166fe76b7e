"""How many tokens a prompt has at most, where no tokenizer can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from rag.generation.records import Message

DEFAULT_CONTEXT_TOKENS = 4096
"""What prompt and answer share where nobody states it."""

MOST_CHARS_PER_TOKEN = 12
"""No tokenizer's tokens are longer on average."""

# What templates put around a message: roles, turn marks, line breaks.
MESSAGE_TOKENS = 12


def estimate_tokens(text: str) -> int:
    """Not too low for Vietnamese, whatever the model; docs/decisions.md names the tokenizers it was held against.

    Many tokenizers give every digit a token of its own; of other text, vocabularies of 32,000 need three tokens for
    five bytes of UTF-8, and today's larger ones half of that.
    """
    digits = sum(sign.isdigit() for sign in text)
    others = len(text.encode("utf-8", "replace")) - digits
    return digits + (3 * others + 4) // 5


def estimate_prompt(messages: Sequence[Message]) -> int:
    """The same for a conversation, with what a chat template adds."""
    return sum(estimate_tokens(message.text) + MESSAGE_TOKENS for message in messages) + MESSAGE_TOKENS
