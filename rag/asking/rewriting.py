"""A follow-up as a question of its own: what it leaves out is taken from the question before and its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.asking.asked import Asked, asked_of, asks, is_accented
from rag.asking.leaning import is_of_something, leans_back
from rag.asking.length import end_of
from rag.asking.mentions import Mention, mentions_of
from rag.asking.others import counterpart, other_named
from rag.asking.pronouns import resolved
from rag.asking.shifting import time_beside
from rag.asking.statement import statement_of

_OPENED = re.compile(r"^(?:thế còn|vậy còn|còn|thế thì|vậy thì|thế|vậy|rồi|nhưng|và)\s+", re.IGNORECASE)
_THEN = re.compile(r"^(?P<subject>.{2,60}?) thì (?=\S)")
_BARE = re.compile(
    r"^(?:(?:vậy|thế|và|rồi)\s+)?(?P<asks>vì sao|tại sao|do đâu|bằng cách nào|làm thế nào|(?:từ |đến |vào )?khi nào|"
    r"bao giờ|(?:vào |từ |đến |hồi )?(?:ngày|năm|tháng|thời điểm|lúc) (?:nào|mấy|bao nhiêu)|lúc mấy giờ|mấy giờ|"
    r"(?:ở |tại |từ |đến )?(?:đâu|nước nào|thành phố nào|nơi nào)|với ai|cho ai|bao nhiêu|bao lâu|trong bao lâu|"
    r"(?:như )?thế nào|ra sao|để làm gì)(?:\s+(?:vậy|thế|nhỉ|hả|ạ|nữa))?\s*\?*$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(?:vì sao|tại sao|do đâu|bằng cách nào|làm thế nào|khi nào|bao giờ)$", re.IGNORECASE)
_LONGEST_CHARS = 800
# Of what a conversation grows to the newest is kept: about as much as one question may be long.
_MOST_JOINED_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question, and its short answer where it is known. `joined` says that another stands before it."""

    question: str
    answer: str | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Full:
    """A question that needs no other. `repeats` says that it asks the earlier one again, of something else or behind
    it word for word; `joined` that it is the latter.
    """

    text: str
    repeats: bool = False
    joined: bool = False


def standalone(text: str, turns: Sequence[Turn]) -> Full:
    """A question with what it leans on; itself where it stands alone or there is nothing before.

    A follow-up that cannot be rewritten safely keeps the question before in front of it: "Mỹ viện trợ gì? Vì sao lại
    từ chối?". Of a long one only the end, so that both are not longer than 2,000 characters; the follow-up is whole.
    """
    if not _leans(text):
        return Full(text)
    before: Turn | None = None
    for turn in turns:
        full = _with(turn.question, before)
        before = Turn(full.text, turn.answer, full.joined)
    return _with(text, before)


def _with(text: str, before: Turn | None) -> Full:
    if before is None or not _leans(text):
        return Full(text)
    if is_accented(before.question) and len(before.question) + len(text) <= _LONGEST_CHARS:
        for rewrite in (_bare, _beside, _other, _pointing):
            full = rewrite(text, before)
            if full is not None:
                return full
    return _joined(text, before)


def _leans(text: str) -> bool:
    return leans_back(text) or is_of_something(text)


def _joined(text: str, before: Turn) -> Full:
    earlier = end_of(before.question, _MOST_JOINED_CHARS - len(text) - 1)
    return Full(f"{earlier} {text}", repeats=True, joined=True) if earlier else Full(text)


def _bare(text: str, before: Turn) -> Full | None:
    """ "Vì sao?" after a question that stands alone."""
    found = _BARE.match(text)
    if not found or before.joined:
        return None
    statement = statement_of(before.question)
    asks, asked = found["asks"].lower(), asked_of(before.question)
    # "Vì sao?" after "Có … không?" asks why or why not.
    if statement is None or asked is Asked.YES_NO or asked is asked_of(f"{asks}?"):
        return None
    if before.answer:
        statement = _answered(before.question, before.answer) or statement
    return Full(f"{_capital(asks)} {_small(statement)}?" if _FIRST.match(asks) else f"{statement} {asks}?")


_ANSWERED = re.compile(r"(?<=\w) (?P<asks>gì|ai|(?:thành phố|nước|quốc gia) nào)(?=\s|$)", re.IGNORECASE)
_SHORT_WORDS = 12


def _answered(question: str, answer: str) -> str | None:
    """The statement with the answer in its place: "Ba Lan đề xuất cung cấp hàng chục ngàn quả đạn cho Ukraine"."""
    plain = question.rstrip(" ?")
    found = _ANSWERED.search(plain)
    if found is None or len(answer.split()) > _SHORT_WORDS or len(_ANSWERED.findall(plain)) != 1:
        return None
    return f"{plain[: found.start()]} {_small(answer.strip(' .'))}{plain[found.end() :]}"


def _other(text: str, before: Turn) -> Full | None:
    """ "Còn Anh thì sao?": the question before, asked of another."""
    other = other_named(text)
    replaced = counterpart(other, before.question, joined=before.joined) if other else None
    if other is None or replaced is None:
        return None
    # "Năm 2021 thì sao?": only its place gave the day a capital.
    named = _small_first(other.named.text) if other.named.kind == "date" else other.named.text
    return _instead(named, replaced, before)


def _beside(text: str, before: Turn) -> Full | None:
    """ "Còn hôm sau?": the question before, asked of the next day."""
    moved = time_beside(text, before.question)
    return _instead(moved[1], moved[0], before) if moved else None


def _instead(named: str, replaced: Mention, before: Turn) -> Full:
    full = f"{before.question[: replaced.start]}{named}{before.question[replaced.end :]}"
    return Full(_capital(full), repeats=True, joined=before.joined)


def _pointing(text: str, before: Turn) -> Full | None:
    """Pronouns replaced; what still points back, or only opens like a follow-up, keeps the question before it."""
    earlier = mentions_of(before.question)
    without_pronouns = full = resolved(text, before.question, before.answer, earlier)
    opened = _OPENED.match(full)
    if opened and not re.match(r"còn (?:bao nhiêu|mấy)\b", full, re.IGNORECASE) and asks(full[opened.end() :]):
        full = _capital(_THEN.sub(r"\g<subject> ", full[opened.end() :]))
    if full == text:
        return None
    return _joined(full, before) if without_pronouns == text or leans_back(full) else Full(full)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _small(statement: str) -> str:
    """A statement behind "vì sao": its first letter small unless a name or a title with one begins there."""
    first = next((mention for mention in mentions_of(statement) if mention.start == 0), None)
    if first is not None and first.kind == "date":
        return _small_first(statement)
    title = first is not None and first.kind == "person" and re.match(r"(?:Ông|Bà|Anh|Chị|Cô) ", statement)
    acronym = re.match(r"[^\W\d_]{2,}\b", statement)
    if (first is not None and not title) or (acronym and acronym[0].isupper()):
        return statement
    return _small_first(statement)
