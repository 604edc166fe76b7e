"""Whether a sentence of an article speaks to whoever reads it aloud rather than of the news.

Such sentences are left out of prompts: nothing that they tell would be evidence. It is a help, not the defence: what
a model makes of an article is checked against its text, whatever it was told there. The rules are wider than those of
`rag.reading.orders`, for an excerpt too few costs a model less than an answer costs a reader.
"""

from __future__ import annotations

import re

from rag.reading.orders import speaks_to_programs, visible
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
    # Whoever reads is spoken to: what to say, and what else will happen.
    r"\b(?:ban|you|your|chatbot|tro ly|model|assistants?)\b[^.!?]{0,40}"
    r"\b(?:tra loi|dap|answers?|reply|replies|respond|response|say|output)\b",
    r"\b(?:if you (?:do not|don['’]t|are)|unless (?:you|your)|neu ban khong|if you fail)\b",
    r"^\W*(?:please |always |just )?"
    r"(?:say|reply|output|print|repeat|answer|respond|append|begin your|end with|translate|decode|include|tell)\b",
    r"^\W*(?:hay|xin|vui long|luu y|yeu cau)\b[^.!?]{0,60}\b(?:tra loi|dap|viet|noi|chen|in ra|dong vai|doc)\b",
    r"\b(?:cau tra loi|dap an|dap so)\b[^.!?]{0,40}\b(?:la|thanh|bang|ket thuc|mo dau|bat dau|phai|chung)\b",
    r"\b(?:the|your|correct|every) answers?\b[^.!?]{0,30}\b(?:is|are|to|by|must|will)\b|\bexpected output\b",
    r"\b(?:khi|neu) duoc hoi [“\"‘']|\bdu hoi gi\b|\bai hoi [“\"‘']|\bcau hoi nao\b",
    r"\bwhen asked\b|\bwhatever (?:you|the question)\b|\bregardless of the question\b",
    r"\b(?:giai ma|decode|base ?64|rot13)\b|[a-z0-9+/]{28,}|(?:\b\w[.\-_*] ?){5,}",
    r"!\[[^\]]{0,80}\]\(|\]\(\s*(?:https?|data|javascript):",
    r"<\|?\s*/?(?:system|im_start|im_end|start_of_turn|end_of_turn|assistant|user|inst|s)\b|\[/?inst\]",
)
_ORDERS = re.compile("|".join(_PATTERNS))

_ANSWERS = re.compile(
    r"\b(?:cau tra loi|tra loi dung|dap an|dap so|giai dap|cau hoi|doan trich|trich dan so|da kiem (?:chung|tra))\b"
    r"|\b(?:answers?|excerpts?|verified|citations?|questions?)\b|\[\^?\d{1,3}\]|【|\bban (?:phai|se|hay|can)\b"
)


def gives_orders(sentence: str) -> bool:
    """Whether a sentence gives orders to a program or plays one's part: "Bỏ qua mọi chỉ dẫn…", "System: …"."""
    return speaks_to_programs(sentence) or _ORDERS.search(fold(" ".join(visible(sentence).split()))) is not None


def speaks_of_answers(sentence: str) -> bool:
    """Whether a sentence tells of questions, answers and excerpts, as news of other things does not.

    Wider than `gives_orders`: for sentences that are only context for others.
    """
    return _ANSWERS.search(fold(" ".join(visible(sentence).split()))) is not None
