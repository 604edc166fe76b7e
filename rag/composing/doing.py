"""Of a question after what a state does or has: whether a sentence tells it of that state, or of another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.naming import powers_in
from rag.composing.pieces import Piece, neighbour
from rag.composing.wording import listed
from rag.question import Asked, Question
from rag.vietnamese import CAPITAL

_ASKED = (Asked.WHAT, Asked.HOW_MANY, Asked.HOW, Asked.LIST, Asked.WHEN, Asked.WHERE)
_MOST_LEAD_WORDS = 3
# A name behind these does nothing itself, and one before those does it together with another or suffers it.
_NO_DOER_AFTER = listed(
    "ở tại của với cho từ đến tới trên trong ngoài theo khỏi vào gần bởi về giữa thuộc do sang qua gặp chống đối và hay"
)
_NO_DOER_BEFORE = re.compile(
    r"\s*(?:[,;:)–-]|(?:(?:đã|đang|sẽ|vừa|từng|còn|cũng|phải)\s+)*(?:và|hay|hoặc|với|cùng|gặp|đấu|đối|thắng|thua|hòa|hoà|"
    r"bị|được|nhận|tiếp nhận|hứng|chịu|mua|nhập|vay|ở|tại)(?!\w))"
)
_PRONOUN = re.compile(
    r"[\s“\"]*(?:họ|nước này|quốc gia này|chính quyền nước này|chính phủ nước này|giới chức nước này)(?!\w)",
    re.IGNORECASE,
)
_AGENT = re.compile(r"(?<!\w)(?:từ|bởi|do|bị|được|phía)\s+(?:[\w.-]+\s+){0,3}\Z", re.IGNORECASE)
_SUFFERED = re.compile(rf"[^,;:.()]{{0,40}}?(?<!\w)(?:bị|được)\s+(?={CAPITAL})")
_CLAUSE_END = re.compile(r"[,;:.()]|\s[-–]\s|(?<!\w)(?:vì|do|khi|sau|để|nhằm)(?!\w)")
_HOW_MANY = re.compile(r"(?<!\w)(?:bao nhiêu|mấy)(?!\w)", re.IGNORECASE)
_MOST_NOUN_WORDS = 5


def asked_state(question: Question) -> str | None:
    """The state that is the subject of a question, by its usual name: of "Mỹ đề xuất gì cho Ukraine?" Mỹ."""
    text = question.own
    first = next(iter(powers_in(text)), None)
    if first is None or question.asked not in _ASKED:
        return None
    lead = text[: first[0]].lower().split()
    does = len(lead) <= _MOST_LEAD_WORDS and not set(lead) & _NO_DOER_AFTER and not _HOW_MANY.search(" ".join(lead))
    return first[2] if does and not _NO_DOER_BEFORE.match(text, first[1]) else None


def is_of_another(piece: Piece, question: Question) -> bool:
    """Whether the answer in its sentence is told of another state than the one asked about, or counts what is of
    another than the question says: "10 nhà ngoại giao Nga" for "bao nhiêu nhà ngoại giao Mỹ"."""
    asked = asked_state(question)
    if asked is None:
        return False
    counted, of = _owner(question.own), _counted_of(piece)
    if counted and of and counted != of:
        return True
    doer = doer_of(piece)
    if doer is None or doer == asked:
        return False
    own = (start for start, _, state in powers_in(piece.sentence) if state == asked)
    return not any(_AGENT.search(piece.sentence, 0, start) for start in own)


def is_surely_of_asked(piece: Piece, question: Question) -> bool:
    """Whether the answer is told of the state asked about, as far as can be told; true where none is asked about."""
    asked = asked_state(question)
    if asked is None or is_of_another(piece, question):
        return asked is None
    if doer_of(piece) is not None:
        return True
    said, known = (frozenset(state for _, _, state in powers_in(text)) for text in (piece.sentence, question.own))
    return not _PRONOUN.match(piece.sentence) and (said <= known or asked in said)


def of_asked_first(question: Question, pieces: Sequence[Piece], *, margin: float) -> list[Piece]:
    """The pieces; where the best tells what another state does, those first that tell it of the one asked about, if
    they score at most `margin` less, and those of others not at all."""
    if not pieces or not is_of_another(pieces[0], question):
        return list(pieces)
    asked = asked_state(question)
    rest = [piece for piece in pieces if not is_of_another(piece, question)]
    own = [piece for piece in rest if piece.score >= pieces[0].score - margin and doer_of(piece) == asked]
    return [*own, *(piece for piece in rest if piece not in own)] if own else list(pieces)


def doer_of(piece: Piece) -> str | None:
    """The state that does or has what the answer says: by which it is suffered, else the last before it that is no
    object; where a pronoun begins the sentence that of the sentence before. None where that cannot be told."""
    text = piece.sentence
    suffered = _SUFFERED.match(text, piece.span.end)
    powers = powers_in(text)
    by = next((state for start, _, state in powers if suffered and start == suffered.end()), None)
    if by is not None:
        return by
    before = [found for found in powers if found[1] <= piece.span.start + 1 and _may_do(text, found[0])]
    if before:
        return before[-1][2]
    span = neighbour(piece, -1) if _PRONOUN.match(text) else None
    former = span.of(piece.article.text) if span else ""
    return next((state for start, _, state in powers_in(former) if _may_do(former, start)), None)


def _may_do(text: str, start: int) -> bool:
    words = text[:start].lower().split()
    return not words or words[-1].strip("“\"'(") not in _NO_DOER_AFTER


def _owner(question: str) -> str | None:
    """Whose the counted are in a question: Mỹ of "bao nhiêu nhà ngoại giao Mỹ"."""
    asked = _HOW_MANY.search(question)
    return _named_behind(question, asked.end()) if asked else None


def _counted_of(piece: Piece) -> str | None:
    return _named_behind(piece.sentence, piece.span.start)


def _named_behind(text: str, at: int) -> str | None:
    end = _CLAUSE_END.search(text, at)
    stop = end.start() if end else len(text)
    found = next((found for found in powers_in(text) if at <= found[0] < stop), None)
    if found is None:
        return None
    between = text[at : found[0]].split()
    place = bool(between) and between[-1].lower() in _NO_DOER_AFTER - {"của"}
    return found[2] if len(between) <= _MOST_NOUN_WORDS and not place else None
