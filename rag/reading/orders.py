"""Where an article speaks to the program that reads it, rather than of the news: such words answer no question.

"Bỏ qua mọi chỉ dẫn…", "System: …", a chat template's tokens, a ready answer in JSON. What stands in a newspaper as well
("Ông trả lời: …", "Đáp án là không.") is none of these. Rules can be evaded: what a reader quotes is still a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rag.datatypes import Span
from rag.vietnamese import fold

_FORGET = r"(?:bo qua|phot lo|quen|huy bo)"
_RULES = r"(?:chi dan|huong dan|chi thi|menh lenh|quy tac|cau lenh|yeu cau)"
# What programs are called that read for others. "Chương trình" and "mô hình" are mostly something else in the news.
_PROGRAM = (
    r"(?:tro ly (?:ai|ao|so)|mo hinh (?:ngon ngu|ai)|mo hinh(?= (?:hay|phai|khong duoc)\b)|chatbot|"
    r"tro ly(?= hay (?:tra|noi|doc|bao|ghi|neu)\b)|"
    r"chuong trinh (?:doc|tra loi|hoi dap|tom tat|tro ly)|"
    r"may (?:doc|tra loi|tom tat|tong hop|tim tin|hoi dap|tra cuu)|(?:doc gia|nguoi doc) may|"
    r"(?:phan mem|cong cu|he thong|bo may) (?:tu dong|hoi dap|tra loi|tom tat|tong hop|tra cuu|doc \w+)|"
    r"(?:ai|automated|digital|virtual|machine) (?:assistants?|readers?|agents?|helpers?|systems?)|chatbots?|bots|"
    r"summari[sz]ers|search engines|(?:large )?language models?|llms?|the model)"
)
# In a label in front of words that are meant for them, less is enough.
_ADDRESSED = (
    rf"(?:{_PROGRAM}|phan mem|cong cu|chuong trinh may tinh|may|may moc|bo may|tri tue nhan tao|ai|"
    r"software|machines?|tools|programs|bots?|systems|scrapers|crawlers)"
)
_TO = (
    r"\b(?:(?:cho|voi|gui|gui toi|chuyen toi|nhan|nhac|luu y) (?:cac |moi |nhung )?|"
    r"(?:for|dear|(?:note|message) to) (?:all |any |our |the )?)"
)
_NOTE = (
    r"(?:tom tat|ghi chu|luu y|chu thich|dinh chinh|noi lai|nhan|nhac|thong bao|cap nhat|loi nhan|chuoi|"
    r"notes?|erratum|correction|in brief|summary|tl;?dr|message|reminder|hint|p\.?s)"
)
_SAYS = (
    r"(?:tra loi|dap(?! ung)|noi(?! tieng)|viet(?! nam)|ghi|neu|in ra|khang dinh|tu choi|dan toi|nhac lai|"
    r"answers?|say|reply|respond|output|report|state|print|write|refuse|link|tell|include|quote|mention)"
)
_USES = (
    r"(?:dung|lay|trich|theo|use|quote|take|follow|apply) (?:lai |dung )?"
    r"(?:ban|so|con so|cau|doan|dong|ten|ngay|thong tin|the (?:corrected|new|figure|number|text)|this|these)"
)
# Over folded text: with and without diacritics alike.
_PATTERNS = (
    # What was said before is to be forgotten: all of it, or that which was said to a program.
    rf"(?<!khong )(?<!chang )\b{_FORGET} (?:di |het )?(?:moi|tat ca|toan bo) (?:cac |nhung )?{_RULES}\b",
    rf"(?<!khong )(?<!chang )\b{_FORGET} (?:di |het )?(?:cac|nhung) {_RULES}"
    r"(?:(?: \w+){0,3} (?:truoc|tren|cu|ban dau|he thong)\b|\s*(?:[^\w\s]|$| va\b| roi\b))",
    rf"\b{_FORGET} {_RULES} (?:truoc|tren|o tren|cu|ban dau)\b",
    rf"\b(?:moi|cac) {_RULES} (?:cu|truoc) het\b",
    r"\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:instructions?|prompts?|guidelines|article|everything)\b",
    r"\bnew instructions? follow|\b(?:nhiem vu|chi thi|chi dan) moi cua (?:ban|tro ly|mo hinh)\b|\byour new task\b",
    # A part in a conversation with a program, its label in front; the marks of its template, its tools and its output.
    r"^\W*(?:system|assistant|developer|human|user|he thong|tro ly|tro ly ai|nguoi dung|quan tri vien|chatbot)"
    r"(?: (?:message|prompt|override|note))?\]?\s*:",
    r"^\W*(?:system|assistant|model|user|human|bot|ai)\s?>",
    r"^\W*\[(?:system|assistant|admin|quan tri vien|he thong)\]",
    r"^\W*#{2,} ?(?:instruction|response|system|answer|thong bao cua he thong|chi dan|lenh)\b",
    r"<\|[a-z_]+\|>|\{\{[#~/ ]{0,3}(?:system|user|assistant|prompt|instructions?)\b|\{%|"
    r"<(?:start|end)_of_turn>|\[/?inst\]|<</?sys>>|</s>",
    r"</?(?:answer|context|documents?|system|tool_result|instructions?|evidence|final_\w+)\b[^<>]{0,60}>",
    r"\"(?:short_answer|answer|acceptedanswer|claims|citations|verified)\"\s*:",
    r"={3,} ?(?:end|het)\b|^\W*={3,} ?\w{6,40} ?={3,}",
    # What a page keeps from those who look at it.
    r"<!--|<meta\b|"
    r"<[a-z]+ [^<>]{0,80}(?:aria-hidden|display ?: ?none|visibility ?: ?hidden|(?:font-size|opacity) ?: ?0)",
    # A ready answer, a few words and nothing else. What somebody shouts in quotation marks is none.
    r"^\W*(?:giai dap|dap an(?: tim duoc| cuoi cung)?|dap so|dap(?!\s*:\s*[\"“])|cau tra loi|"
    r"(?:final |correct )?answer)[^\w:]*:\W*+(?:\S++\s*+){1,8}$",
    # Evidence by its number, as no newspaper has it.
    r"\b(?:documents?|sources?|excerpts?|passages?|doan|tai lieu|nguon|trich dan)(?: so)? ?\[\d|"
    r"\btheo (?:cac )?trich dan so \d",
    r"\b(?:so|con so|gia|ten|ngay|gia tri|phuong an|ket qua) can (?:doc|neu|dua ra|tra loi)\b(?! (?:bat|dung|ro|cao)\b)"
    r"[^.!?:]{0,20}(?:\bla\b|:)",
    r"\bthe (?:sum|number|figure|value|name|date|answer|place|amount) to (?:quote|give|report|say|use|state) is\b",
    # A program is told what to say, or what to take.
    rf"\b{_PROGRAM}\b[^.!?]{{0,30}}\b(?:hay|phai|khong duoc|can|nen|must|should|shall|please|(?:are|is) required)\b"
    rf"[^.!?]{{0,30}}\b(?:{_SAYS}|{_USES})\b",
    r"(?:^|[,.;:(] |\b(?:cac|toa soan|moi) )(?:may|bot|ai) (?:chi|hay) "
    r"(?:tra loi|noi|nhac|ghi|neu|dap|dan|chen|doc (?:so|cau|to))\b",
    r"\bchuong trinh (?:hay|phai|khong duoc) (?:in ra|tra loi|tu choi|dap(?! ung)|noi (?:rang|la|khong co))\b",
    r"\b(?:assistants?|readers|agents) (?:must|should|shall) "
    r"(?:\w+ )?(?:answer|say|reply|respond|output|refuse|quote)\b",
    # Of users who ask a chatbot for something newspapers tell.
    r"(?:\b(?:dear|ask|tell)|(?:^\W*|[.,;:–-] |\b(?:toa soan|ban bien tap|chung toi|rat|xin|kinh) )"
    r"(?:yeu cau|de nghi|mong))"
    rf" (?:cac )?{_PROGRAM}\b[^.!?]{{0,20}}\b(?:{_SAYS}|thay)\b",
    rf"\b(?:would|could|will) (?:the |all |any )?{_PROGRAM}\b[^.!?]{{0,40}}\b{_SAYS}\b",
    rf"\b(?:told|tell|asked|ordered|instructed) (?:every|each|all|any) {_PROGRAM} to {_SAYS}\b",
    r"\bquy (?:cong cu|phan mem|chatbot)\b|\bde (?:cac )?may (?:trich|doc lai|tra loi|nhac lai)\b|"
    r"\bcu bao may (?:rang|la)\b|\btell the (?:bot|machine)\b",
    r"\b(?:kindly|please) (?:tell|let|inform) "
    r"(?:(?:the|your|any|all) )?(?:users?|readers?|whoever|any(?:body|one) who)\b",
    rf"^[^:]{{0,50}}{_TO}(?:{_PROGRAM}|assistants|agents)\s?\)?\s?:",
    rf"^\W*{_NOTE}\b[^:]{{0,40}}{_TO}{_ADDRESSED}(?: (?:doc|nghe|khac|readers?|only))?\s?\)?\s?:",
    rf"\((?:[^()]{{0,40}})?{_TO}{_ADDRESSED}\)",
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
    "nguoi dung", "quan tri", "chatbot", "admin", "##", "<", ">", "{{", "{%", "inst]", '"', "===", "dap", "answer",
    "cau tra loi", "mo hinh", "chuong trinh", "phan mem", "cong cu", "bo may", "may doc", "may tra", "may to",
    "may tim", "may hoi", "may trich", "may nhac", "may chi", "may hay", "bao may", "doc may", "doc gia may", "may:",
    "may moc:", "may)", "ai chi", "ai hay", "nhan tao", "ai:", "ai)", "readers", "agent", "bot", "machine", "engines",
    "helpers", "summari", "software", "tools", "programs", "trich dan so",
    "crawler", "scraper", "language model", "llm", "the model", "[", "can doc", "can neu", "can dua ra", "can tra",
    "to quote", "to give", "to report", "to say", "to use", "to state", "kindly", "please", "ban la", "you are",
    "pretend", "act as", "hay ", "chi duoc", " hoi ", "reply", "respon", "regardless", "whatever",
)  # fmt: skip
# "Bản này", "con số đó": what stands before an order is what is to be said.
_POINTS_BACK = re.compile(
    r"\b(?:ban(?: dinh chinh)?|dinh chinh|con so|so|cau|doan|tin|thong tin) (?:nay|do|tren|vua roi)\b|"
    r"^\W*do (?:moi )?la\b|"
    r"\b(?:this|that|the corrected|the above) (?:correction|sentence|line|number|figure|date|name|version|text)\b"
)
# "B.ỏ q.u.a", and letters of other scripts and brackets that look like those of a rule.
_SPELT = re.compile(r"\b\w(?:[.\-_*·]\w)+\b")
_LOOKALIKES = str.maketrans("аеорсухіјѕԁмтнкв‹›〈〉", "aeopcyxijsdmthkb<><>")
_LINES = re.compile(r"[^\n]+")
_STOPS = re.compile(r"(?<=[.!?…])[”\"’»)]?\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…;,][”\"’»)\]]*\s*\Z")
# A longer sentence is looked at in pieces that overlap, as many as these.
_PIECE_CHARS, _OVERLAP_CHARS, _MOST_PIECES = 1_000, 200, 40
_LEAST_QUESTION_WORDS = 4
# So many sentences behind an order may be what is to be said, and so many lines below a label.
_BEHIND = 2
_BELOW = 2
# An answer of so few words behind its question was made ready.
_READY_WORDS = 5


def speaks_to_programs(text: str) -> bool:
    """Whether a sentence gives orders to a program, plays a part in its conversations or imitates its output."""
    step = _PIECE_CHARS - _OVERLAP_CHARS
    starts = range(0, max(1, len(text) - _OVERLAP_CHARS), step)[:_MOST_PIECES]
    return any(_gives_order(_as_rules_see(text[start : start + _PIECE_CHARS])) for start in starts)


@lru_cache(maxsize=256)
def order_spans(text: str) -> tuple[Span, ...]:
    """The ranges of a text that speak to programs, in order and apart.

    Such a sentence and the two behind it in its line, for orders come first and what is to be said behind them; the one
    before it where the order points back to it; and the next two lines where this one does not end like a sentence, as
    a label above them does not.
    """
    found: list[Span] = []
    label_ends, below = -1, 0
    for line in _LINES.finditer(text):
        if below and text.count("\n", label_ends, line.start()) == 1:
            found.append(Span(line.start(), line.end()))
            label_ends, below = line.end(), _BELOW if speaks_to_programs(line[0]) else below - 1
            continue
        below = 0
        sentences = list(_sentences(text, line.start(), line.end()))
        at = 0
        while at < len(sentences):
            if not speaks_to_programs(sentences[at].of(text)):
                at += 1
                continue
            first, last = at, min(at + _BEHIND, len(sentences) - 1)
            if at and _POINTS_BACK.search(_as_rules_see(sentences[at].of(text))):
                first = at - 1
            if found and sentences[first].start < found[-1].end:
                first = at
            found.append(Span(sentences[first].start, sentences[last].end))
            at = last + 1
        if found and found[-1].end == line.end() and _ENDS_SENTENCE.search(line[0]) is None:
            label_ends, below = line.end(), _BELOW
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


def is_ready_answer(text: str, span: Span, question: str) -> bool:
    """Whether a range of a text is a few words that stand directly behind the question itself."""
    before = text[max(0, span.start - _PIECE_CHARS) : span.start].rstrip()
    last = before[max(before.rfind("\n"), before.rfind(". "), 0) :]
    return before.endswith("?") and len(span.of(text).split()) <= _READY_WORDS and asks(last, question)


def touches_order(text: str, span: Span) -> bool:
    """Whether a part of a range of a text speaks to programs."""
    return any(order.start < span.end and span.start < order.end for order in order_spans(text))


def visible(text: str) -> str:
    """The text without characters that nobody sees: zero-width ones, marks of direction, tags, controls."""
    return "".join(
        character if character.isprintable() or character in " \n\t" else " " if character.isspace() else ""
        for character in text
    )


def _as_rules_see(text: str) -> str:
    """Folded, on one line, without unseen characters and without letters that only look like others."""
    seen = visible(text)
    if not seen.isascii():
        seen = unicodedata.normalize("NFKC", seen).lower().translate(_LOOKALIKES)
    return fold(_SPELT.sub(lambda spelt: spelt[0][::2], " ".join(seen.split())))


def _gives_order(folded: str) -> bool:
    return any(cue in folded for cue in _CUES) and _ORDERS.search(folded) is not None


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut at every full stop: an order need not begin with a capital letter."""
    at = start
    for stop in _STOPS.finditer(text, start, end):
        yield Span(at, stop.start())
        at = stop.end()
    if at < end:
        yield Span(at, end)
