"""Whether what a sentence says is said of those whom the question names, or of others."""

from __future__ import annotations

import re

from rag import vietnamese
from rag.composing.naming import is_place, states_in
from rag.composing.pieces import Piece, neighbour
from rag.composing.wording import listed, vocabulary
from rag.naming.words import is_vietnamese
from rag.question import Question
from rag.vietnamese import CAPITAL

_RUN = re.compile(rf"(?<![\w&]){CAPITAL}[\w&.’'-]*(?: (?:{CAPITAL}[\w&.’'-]*|\d[\w.-]*))*")
_SPEAKS = re.compile(
    r"\s*(?:,[^,]{0,60},\s*)?(?:(?:hôm|ngày|sáng|chiều|tối)\s[\w/ ]{1,16}?\s)?(?:cũng |đã )?"
    r"(?:cho biết|cho hay|nói|thông tin|thông báo|khẳng định|xác nhận|tuyên bố|nhận định|tiết lộ|công bố|dẫn|đưa tin|"
    r"báo cáo|ước tính|chia sẻ|tin rằng)(?!\w)",
    re.IGNORECASE,
)
_PREPOSITIONS = listed(
    "ở tại của với cho từ đến tới trên trong ngoài theo khỏi vào gần bởi về giữa thuộc do tờ báo hãng đài ngày tháng"
)
# What may stand before a name that begins a clause: "ngoài ra ông", "tập đoàn".
_MOST_LEAD_WORDS = 3
# What may stand between a number and the name of what has it: "cổ phần trong tập đoàn".
_MOST_WORDS_BETWEEN = 6


def around(piece: Piece) -> str:
    """A sentence with the one before it and the title."""
    span = neighbour(piece, -1)
    before = span.of(piece.article.text) if span else ""
    return f"{piece.article.title if piece.article.title_stated else ''}\n{before}\n{piece.sentence}"


def lacks_a_name(piece: Piece, question: Question) -> bool:
    """Whether a piece does not speak of all names of the question: cases in another city.

    A name may stand elsewhere in the article where the sentence names no other place; a state may be left unsaid where
    it names no other state.
    """
    near = _lacking(question, around(piece))
    if not near:
        return False
    if any(is_place(name) and not _is_asked(name, question) for name in _runs(piece.sentence)):
        return True
    asked = {question.restored[start:end] for start, end, _ in states_in(question.restored)}
    states = vocabulary(" ".join(asked), question)
    others = {name for _, _, name in states_in(piece.sentence)} - {name for _, _, name in states_in(question.restored)}
    far = _lacking(question, piece.article.text)
    return bool(far - states) or (bool(far) and bool(others)) or far == _names(question)


def of_another(piece: Piece, question: Question) -> bool:
    """Whether the name before the answer in its sentence, as the subject of it, is one that is not asked about."""
    runs = [found for found in _RUN.finditer(piece.sentence, 0, piece.span.start) if not _is_first_word(found)]
    bracket = piece.sentence.rfind("(", 0, piece.span.start)
    if bracket > piece.sentence.rfind(")", 0, piece.span.start):
        # What stands in brackets is said of what stands before them: "Samsung Life (công ty sở hữu …)".
        named = [run for run in runs if run.end() in (bracket, bracket - 1)]
        return bool(named) and not _is_asked(named[0][0], question)
    for run in reversed(runs):
        lead = re.split(r"[,;:.(“\"]|\s[-–]\s|\s(?:mà|khi|rằng)\s", piece.sentence[: run.start()])[-1].lower().split()
        subject = len(lead) <= _MOST_LEAD_WORDS and not set(lead) & _PREPOSITIONS
        if subject and not _SPEAKS.match(piece.sentence, run.end()):
            return not _is_asked(run[0], question)
    return False


def named_behind(piece: Piece, question: Question) -> bool | None:
    """Whether a name right behind the answer ("4,18% trong Samsung Electronics") is one that is asked about; None where
    none stands there."""
    end = re.compile(r"[,;:.()]").search(piece.sentence, piece.span.end)
    behind = piece.sentence[piece.span.end : end.start() if end else None]
    runs = [run for run in _RUN.finditer(behind) if len(behind[: run.start()].split()) <= _MOST_WORDS_BETWEEN]
    return any(_is_asked(run[0], question) for run in runs) if runs else None


def _is_first_word(run: re.Match[str]) -> bool:
    """Whether a capital is only that of the sentence: "Vụ giẫm đạp", not "Samsung nắm"."""
    text = run.string[: run.start()].strip(" “”\"'‘(–-")
    words = [word for word in run[0].split() if not word[0].isdigit()]
    return not text and len(words) == 1 and is_vietnamese(words[0].lower())


def _is_asked(name: str, question: Question) -> bool:
    """Whether a name holds one of the question's whole, or is part of one, or a word for one of its states."""
    own = vietnamese.syllables(name)
    if {state for _, _, state in states_in(name)} & {state for _, _, state in states_in(question.restored)}:
        return True
    return any(
        set(own) <= set(asked) or set(asked) <= set(own)
        for asked in (vietnamese.syllables(run) for run in _runs(question.restored))
    ) or set(own) <= set(question.content)


def _runs(text: str) -> list[str]:
    return [found[0] for found in _RUN.finditer(text)]


def _names(question: Question) -> frozenset[str]:
    return vocabulary(" ".join(sorted(name for name in question.names if name.isalpha())), question)


def _lacking(question: Question, text: str) -> frozenset[str]:
    states = {name for _, _, name in states_in(text)}
    called = [question.restored[start:end] for start, end, name in states_in(question.restored) if name in states]
    return _names(question) - vocabulary(f"{text} {' '.join(called)}", question)
