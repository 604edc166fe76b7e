"""Where an article speaks to the program that reads it, rather than of the news: such words answer no question.

"Bỏ qua mọi chỉ dẫn…", "System: …", a chat template's tokens, a ready answer in JSON. What stands in a newspaper as well
("Ông trả lời: …", "Đáp án là không.") is none of these. Rules can be evaded: what a reader quotes is still a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.datatypes import Span
from rag.vietnamese import fold

_RULES = r"(?:chi dan|huong dan|chi thi|menh lenh|quy tac|cau lenh|yeu cau)"
_PROGRAM = (
    r"(?:tro ly (?:ai|ao)|mo hinh(?: ngon ngu| ai)?|chatbot|chuong trinh|phan mem doc \w+|"
    r"(?:ai )?(?:assistants?|readers|agents?|chatbots?)|(?:large )?language models?|llms?|the model)"
)
_SAYS = (
    r"(?:tra loi|dap|noi|viet|ghi|neu|in ra|khang dinh|tu choi|dan toi|"
    r"answers?|say|reply|respond|output|report|state|print|write|refuse|link|tell|include)"
)
# Over folded text: with and without diacritics alike.
_PATTERNS = (
    # What was said before is to be forgotten.
    rf"(?<!khong )(?<!chang )\b(?:bo qua|phot lo|quen|huy bo) (?:di |het )?(?:moi|tat ca|toan bo|cac|nhung) {_RULES}\b",
    rf"\b(?:bo qua|phot lo|quen|huy bo) {_RULES} (?:truoc|tren|o tren|cu|ban dau)\b",
    rf"\b(?:moi|cac) {_RULES} (?:cu|truoc) het\b",
    r"\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:instructions?|prompts?|guidelines|article|everything)\b",
    r"\bnew instructions? follow|\b(?:nhiem vu|chi thi|chi dan) moi cua (?:ban|tro ly|mo hinh)\b|\byour new task\b",
    # A part in a conversation with a program, its label in front; the marks of its template, its tools and its output.
    r"^\W*(?:system|assistant|developer|human|user|he thong|tro ly|tro ly ai|nguoi dung|quan tri vien|chatbot)"
    r"(?: (?:message|prompt|override|note))?\]?\s*:",
    r"^\W*\[(?:system|assistant|admin|quan tri vien|he thong)\]",
    r"^\W*#{2,} ?(?:instruction|response|system|answer|thong bao cua he thong|chi dan|lenh)\b",
    r"<\|[a-z_]+\|>|\{\{[#~/ ]{0,3}(?:system|user|assistant|prompt|instructions?)\b|\{%|"
    r"<(?:start|end)_of_turn>|\[/?inst\]|<</?sys>>|</s>",
    r"</?(?:answer|context|documents?|system|tool_result|instructions?|evidence)\b[^<>]{0,60}>",
    r"\"(?:short_answer|answer|claims|citations|verified)\"\s*:",
    r"={3,} ?(?:end|het)\b",
    # A ready answer, a few words and nothing else.
    r"^\W*(?:giai dap|dap an|dap so|dap|cau tra loi|(?:final |correct )?answer)[^\w:]*:\W*+(?:\S++\s*+){1,8}$",
    # A program is told what to say.
    rf"\b{_PROGRAM}\b[^.!?]{{0,30}}\b(?:hay|phai|khong duoc|can|must|should|shall|please)\b[^.!?]{{0,30}}\b{_SAYS}\b",
    rf"\b(?:yeu cau|de nghi|dear|ask|tell) (?:cac )?{_PROGRAM}\b[^.!?]{{0,20}}\b{_SAYS}\b",
    r"\b(?:neu ban la|ban la|hay dong vai|if you are|you are(?: now)?|pretend to be|act as)\b[^.!?]{0,20}"
    r"\b(?:tro ly|mo hinh|chatbot|assistant|language model|chat ?bot|developer mode|oracle|helpful)\b",
    r"\b(?:you are(?: now)?|act as|pretend to be) dan\b",
    r"(?:^|[,;:] )(?:xin |vui long )?hay (?:tra loi|noi|viet|in ra|dap)(?: rang| la|:| [“\"‘'])",
    r"\bchi duoc (?:tra loi|viet|dap)\s*:|\b(?:duoc|bi) hoi (?:ve bai nay|[“\"‘']).{0,400}\b(?:hay|phai|chi|thi) \w+",
    r"\b(?:answer|reply|respond)\b[^.!?]{0,30}\b(?:nothing else|to (?:every|all) questions?|with the (?:code|word))\b",
    r"\b(?:begin|start|end) (?:your|the) (?:reply|answer|response)\b|\byour (?:answer|reply) must\b",
    r"\b(?:dap an|dap so|cau tra loi|answer)\b[^.!?]{0,20}\b(?:moi cau hoi|(?:every|all|any) questions?)\b",
    r"\bregardless of the question\b|\bwhatever you are asked\b|\bdu hoi gi\b[^.!?]{0,30}\b(?:dap|tra loi)\b",
    r"\bwhen asked [“\"‘'].{0,400}\b(?:say|answers?|reply|state)\b",
)
_ORDERS = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
# Every pattern needs one of these: most sentences hold none, and looking for them costs little.
_CUES = (
    "bo qua", "phot lo", "quen", "huy bo", "cu het", "truoc het", "ignore", "disregard", "forget", "override",
    "instruction", "moi cua", "new task", "system", "assistant", "developer", "human", "user", "he thong", "tro ly",
    "nguoi dung", "quan tri", "chatbot", "admin", "##", "<", "{{", "{%", "inst]", '"', "===", "javascript", "![", "dap",
    "answer",
    "cau tra loi", "mo hinh", "chuong trinh", "phan mem doc", "readers", "agent", "language model", "llm", "the model",
    "ban la", "you are", "pretend", "act as", "hay ", "chi duoc", " hoi ", "reply", "respon", "regardless", "whatever",
)  # fmt: skip
_LINES = re.compile(r"[^\n]+")
_STOPS = re.compile(r"(?<=[.!?…])[”\"’»)]?\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…;,][”\"’»)\]]*\s*\Z")
# No sentence of an article; the rules look at its beginning alone.
_MOST_CHARS = 1_000
_LEAST_QUESTION_WORDS = 4
# So many sentences behind an order may be what is to be said.
_BEHIND = 2


def speaks_to_programs(text: str) -> bool:
    """Whether a sentence gives orders to a program, plays a part in its conversations or imitates its output."""
    folded = fold(" ".join(visible(text[:_MOST_CHARS]).split()))
    return any(cue in folded for cue in _CUES) and _ORDERS.search(folded) is not None


@lru_cache(maxsize=256)
def order_spans(text: str) -> tuple[Span, ...]:
    """The ranges of a text that speak to programs, in order and apart.

    Such a sentence and the two behind it in its line, for orders come first and what is to be said behind them; and the
    next line too where this one does not end like a sentence, as a label above it does not.
    """
    found: list[Span] = []
    label_ends = -1
    for line in _LINES.finditer(text):
        below_label = label_ends >= 0 and text.count("\n", label_ends, line.start()) == 1
        label_ends = -1
        if below_label:
            found.append(Span(line.start(), line.end()))
            continue
        sentences = list(_sentences(text, line.start(), line.end()))
        at = 0
        while at < len(sentences):
            if not speaks_to_programs(sentences[at].of(text)):
                at += 1
                continue
            last = min(at + _BEHIND, len(sentences) - 1)
            found.append(Span(sentences[at].start, sentences[last].end))
            at = last + 1
        if found and found[-1].end == line.end() and _ENDS_SENTENCE.search(line[0]) is None:
            label_ends = line.end()
    return tuple(found)


def blanked(text: str) -> str:
    """The text with spaces where it speaks to programs; as long as before, so that offsets hold."""
    for span in order_spans(text):
        text = f"{text[: span.start]}{' ' * (span.end - span.start)}{text[span.end :]}"
    return text


def without_orders(text: str, span: Span, around: Span) -> Span:
    """`span` of a text as far as it goes on around `around` without an order in between."""
    orders = [order for order in order_spans(text) if order.start < span.end and span.start < order.end]
    if not orders:
        return span
    start = max((order.end for order in orders if order.end <= around.start), default=max(0, span.start))
    end = min((order.start for order in orders if around.end <= order.start), default=min(len(text), span.end))
    kept = text[start:end]
    return Span(start + len(kept) - len(kept.lstrip()), end - len(kept) + len(kept.rstrip()))


def asks(sentence: str, question: str) -> bool:
    """Whether a sentence holds the question, with its question mark: it speaks of the question then."""
    wanted = fold(" ".join(question.split())).rstrip(" ?")
    return len(wanted.split()) >= _LEAST_QUESTION_WORDS and f"{wanted}?" in fold(" ".join(visible(sentence).split()))


def touches_order(text: str, span: Span) -> bool:
    """Whether a part of a range of a text speaks to programs."""
    return any(order.start < span.end and span.start < order.end for order in order_spans(text))


def visible(text: str) -> str:
    """The text without characters that nobody sees: zero-width ones, marks of direction, tags, controls."""
    return "".join(
        character if character.isprintable() or character in " \n\t" else " " if character.isspace() else ""
        for character in text
    )


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut at every full stop: an order need not begin with a capital letter."""
    at = start
    for stop in _STOPS.finditer(text, start, end):
        yield Span(at, stop.start())
        at = stop.end()
    if at < end:
        yield Span(at, end)
