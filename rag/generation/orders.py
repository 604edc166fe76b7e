"""Whether a sentence of an article speaks to whoever reads it aloud rather than of the news.

Such sentences are left out of prompts: nothing that they tell would be evidence. It is a help, not the defence: what
a model makes of an article is checked against its text, whatever it was told there.
"""

from __future__ import annotations

import re

from rag.vietnamese import fold

# Over folded text: with and without diacritics alike.
_PATTERNS = (
    r"\b(?:bo qua|phot lo|quen|khong (?:lam|tuan) theo) (?:moi|tat ca|toan bo|cac|nhung)? ?"
    r"(?:chi dan|huong dan|chi thi|menh lenh|yeu cau|quy tac|cau lenh)",
    r"\b(?:chi dan|huong dan|chi thi|thong bao|lenh) (?:moi )?(?:cua|tu) he thong\b|\b(?:chi dan|chi thi) moi\s*:",
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|prompts?|rules|directions|context)\b",
    r"\b(?:system|developer|assistant|user|he thong|tro ly|nguoi dung)\s*(?:prompt|message)?\s*[:>\]]",
    r"\b(?:you are|act as|pretend to be)\b.{0,30}\b(?:assistant|model|ai|bot|chatbot|dan)\b",
    r"\b(?:ban la|hay dong vai|dong vai)\b.{0,20}\b(?:tro ly|mo hinh|chatbot|ai)\b",
    r"\b(?:hay|phai|chi|luon) (?:tra loi|noi|viet|khang dinh|in ra|dap) (?:rang|la|dung|nguyen van|cau)\b",
    r"\b(?:answer|reply|respond|say|output|print|write)\b.{0,20}"
    r"\b(?:only|exactly|with the|that the (?:answer|capital))\b",
    r"\b(?:cau tra loi|dap an|tra loi)(?: (?:dung|cuoi cung|chinh xac))?\s*:|\b(?:final |correct )?answer\s*:",
    r"\b(?:tro ly ai|mo hinh ngon ngu|language model|ai assistant|chatbot)\b.{0,40}"
    r"\b(?:hay|phai|must|should|please|tra loi|answer)\b",
    r"!\[[^\]]*\]\(|\]\(\s*(?:https?|data|javascript):",
    r"<\|?\s*/?(?:system|im_start|im_end|start_of_turn|end_of_turn|assistant|user|inst|s)\b|\[/?inst\]",
)
_ORDERS = re.compile("|".join(_PATTERNS))


def gives_orders(sentence: str) -> bool:
    """Whether a sentence gives orders to a program or plays one's part: "Bỏ qua mọi chỉ dẫn…", "System: …"."""
    return _ORDERS.search(fold(" ".join(visible(sentence).split()))) is not None


def visible(text: str) -> str:
    """The text without characters that nobody sees: zero-width ones, marks of direction, tags, controls."""
    return "".join(
        character if character.isprintable() or character in " \n\t" else " " if character.isspace() else ""
        for character in text
    )
