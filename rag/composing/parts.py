"""A question that asks several things, in its parts, each of which can be asked alone. Rules over its wording.

"Ông A gọi X là gì, và ông nói gì trước phiên họp?" asks two things, "Ngoại trưởng Mỹ và Ngoại trưởng Anh là những ai?"
one thing of two. A question that is not clearly of several parts stays whole: a wrong cut would lose more.
"""

from __future__ import annotations

import re

from rag import vietnamese
from rag.composing.coordination import PREDICATE, as_question
from rag.composing.persons import titles
from rag.composing.sharing import ASKS, asked_alike
from rag.composing.standing import ASK_PHRASE, QUOTED, inside, names_something, own_name, standalone

MOST_PARTS = 4

# Between two questions. A bare "và" also joins two things of one question: what follows must be a clause of its own.
_BETWEEN = re.compile(r"[,;]?\s+(?:và|đồng thời)\s+|[,;]\s+(?:còn|cũng như)\s+|\s*[?;]\s*(?=\S)|,\s+", re.IGNORECASE)
_APART = re.compile(r"\s*[?;]|,\s+\w", re.IGNORECASE)
_PLURAL_ASKS = re.compile(
    r"(?<!\w)(?:(?:là |gồm |có )?(?:những|các) (?P<what>ai|gì|[^\W\d_]+(?: [^\W\d_]+){0,2} (?:nào|gì))|"
    r"(?P<each>lần lượt|tương ứng))(?!\w)",
    re.IGNORECASE,
)
# Things asked of one event at once: "ở đâu, khi nào và vì sao".
_ASKED = (
    r"(?:(?:vào |từ )?(?:ngày|tháng|năm|khi|lúc) nào|ở đâu|tại đâu|bao giờ|mấy giờ|vì sao|tại sao|thế nào|như thế nào|"
    r"ra sao|bao lâu|với ai|do ai|ai)"
)
_ASKED_TOGETHER = rf"{_ASKED}(?:,\s+{_ASKED})*(?:,?\s+và|,)\s+{_ASKED}"
_TOGETHER_LAST = re.compile(rf"^(?P<of>.+?),?\s+(?P<asked>{_ASKED_TOGETHER})$", re.IGNORECASE)
_TOGETHER_FIRST = re.compile(rf"^(?P<asked>{_ASKED_TOGETHER})\s+(?P<of>.+)$", re.IGNORECASE)
# "gửi gì cho Ukraine, khi nào và ở đâu": where, when and how of what the first question is about.
_ALSO = (
    r"(?:(?:vào |từ )?(?:ngày|tháng|năm|khi|lúc) nào|(?:từ |đến )?(?:ở |tại )?đâu|bao giờ|mấy giờ|thế nào|như thế nào|"
    r"bao lâu|với ai|do ai|cho ai)"
)
_AND_ALSO = re.compile(
    rf"^(?P<first>.+?)(?:,?\s+và\s+|,\s+)(?P<asked>{_ALSO}(?:,\s+{_ALSO})*(?:(?:,?\s+và|,)\s+{_ALSO})?)$", re.IGNORECASE
)
_AGE = re.compile(r"\A\s+tuổi(?!\w)", re.IGNORECASE)
_MANY = re.compile(r"\s+(?:những|các)\Z", re.IGNORECASE)
_BETWEEN_ASKED = re.compile(r",?\s+và\s+|,\s+", re.IGNORECASE)
_BEFORE_ITS_CLAUSE = re.compile(r"vì sao|tại sao", re.IGNORECASE)
_AND_WHY = re.compile(r"^(?P<first>.+?),?\s+và\s+(?P<why>vì sao|tại sao)$", re.IGNORECASE)
_COORDINATED = re.compile(r",\s+|\s+(?:và|cùng|cũng như)\s+", re.IGNORECASE)
_ABOUT_BOTH = re.compile(
    r"^(?P<head>.*?(?:gì|thế nào|ra sao)\s+về)\s+(?P<one>.+?)\s+và\s+(?P<second>về\s+)(?P<other>.+)$"
)
# "ai và ai", "gì và gì" are one thing; a clause may end with "không".
_ONE_ASKED = re.compile(r"(?:(?:những|với|cho) )?(?:ai|gì|đâu|sao|.*không)\Z", re.IGNORECASE)
_LEAST_WORDS = 3
# Questions after each of several persons: who they are, or what they said.
_WHO_AT_THE_END = re.compile(r" (?:được nhắc đến )?(?:có )?(?:tên (?:là )?gì|là (?:những )?ai|tên là những gì)\Z", re.I)
_SAYS = re.compile(
    r"(?: (?:đã|sẽ|đang|từng))? (?:nói|phát biểu|cho biết|cho hay|nhận định|tuyên bố|khẳng định|bình luận|đánh giá|"
    r"phản ứng|trả lời|kêu gọi)(?!\w)",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"(?:ngoài|theo|trong|khi|sau|trước|tại|từ|với|nếu|vì|do|ở|cuộc gặp giữa)(?!\w)", re.IGNORECASE
)


def parts_of(question: str) -> tuple[str, ...]:
    """The parts of a question (NFC, with diacritics), at most four, each a question of its own; itself if it is one."""
    text = vietnamese.nfc(question).strip()
    core = text.rstrip(" ?.!")
    if any(_asks(quoted[0]) for quoted in QUOTED.finditer(core)):
        return (text,)
    ways = (_asked_together, _asked_also, asked_alike, _questions, _about_both, _subjects)
    parts = next((parts for way in ways if (parts := way(core))), [])
    if len(parts) < 2 or len(parts) > MOST_PARTS:
        return (text,)
    return tuple(as_question(part) for part in parts)


def asks_again(question: str) -> bool:
    """Whether a question that stays whole asks for a thing, and behind a comma or "và" for another."""
    core = QUOTED.sub("", vietnamese.nfc(question)).strip().rstrip(" ?.!")
    return any(
        _asks(core[: cut.start()]) and _asks(core[cut.end() :]) and not _ONE_ASKED.match(core[cut.end() :])
        for cut in _BETWEEN.finditer(core)
    )


def _questions(text: str) -> list[str]:
    """Clauses that each ask something, with pronouns named; none where the text asks once."""
    pieces: list[str] = []
    joints: list[str] = [""]
    start = 0
    for cut in _BETWEEN.finditer(text):
        piece, rest = text[start : cut.start()], text[cut.end() :]
        if _asks(piece) and _asks(rest) and (_is_clause(rest, joint=cut[0]) or _is_short_clause(rest)):
            pieces.append(piece.strip())
            joints.append(cut[0])
            start = cut.end()
    pieces.append(text[start:].strip())
    if len(pieces) < 2:
        return _and_why(text)
    later = range(1, len(pieces))
    parts = [
        pieces[0],
        *(standalone(pieces[place], pieces[0], new=bool(re.search(r"[?;]", joints[place]))) for place in later),
    ]
    if any(parts[place] == pieces[place] and not _is_clause(pieces[place], joint=joints[place]) for place in later):
        return []
    # What no stop sets apart is cut only where each part says what it is about.
    close = [place for place in later if not _APART.match(joints[place])]
    if any(parts[place] == pieces[place] and not names_something(pieces[place]) for place in close):
        return []
    if not names_something(pieces[0]) and any(names_something(pieces[place]) for place in close):
        return []
    return parts


def _and_why(text: str) -> list[str]:
    """ "X bị phạt bao nhiêu, và vì sao": the second question is of what the first one says."""
    found = _AND_WHY.match(text)
    asks = ASKS.search(found["first"]) if found else None
    said = found["first"][: asks.start()].rstrip() if found and asks else ""
    if found is None or len(said.split()) < _LEAST_WORDS:
        return []
    return [found["first"], f"{found['why']} {inside(said)}"]


def _asked_together(text: str) -> list[str]:
    """ "X xảy ra ở đâu, khi nào và vì sao": one question of each."""
    found = _TOGETHER_LAST.match(text) or _TOGETHER_FIRST.match(text)
    if found is None or _asks(found["of"]) or len(found["of"].split()) < _LEAST_WORDS:
        return []
    of, last = found["of"], found.start("asked") > found.start("of")
    lower = inside(of)
    return [
        f"{of} {asked}" if last and not _BEFORE_ITS_CLAUSE.match(asked) else f"{asked} {lower if last else of}"
        for asked in _BETWEEN_ASKED.split(found["asked"])
    ]


def _asked_also(text: str) -> list[str]:
    """ "X gửi gì cho Y, khi nào": the later questions are of all that the first one says but what it asks."""
    found = _AND_ALSO.match(text)
    if found is None or len(ASKS.findall(found["first"])) != 1:
        return []
    asks = ASK_PHRASE.search(found["first"])
    behind = _AGE.sub("", found["first"][asks.end() :]) if asks else ""
    said = f"{_MANY.sub('', found['first'][: asks.start()])}{behind}" if asks else ""
    if asks is None or not asks.start() or len(said.split()) < _LEAST_WORDS:
        return []
    return [found["first"], *(f"{said} {asked}" for asked in _BETWEEN_ASKED.split(found["asked"]))]


def _asks(text: str) -> bool:
    return ASKS.search(text) is not None


def _is_clause(rest: str, *, joint: str) -> bool:
    """Whether what follows is a question of its own: not "ai và ai", not the second half of "ở đâu, khi nào"."""
    upto = ASKS.search(rest)
    words = len(rest[: upto.start()].split()) if upto else 0
    # "…, còn X ở đâu?" has its own subject; a bare "và làm gì?" is about the same thing, "và ai" only before a verb.
    if re.search(r"còn|và|đồng thời|[?;]", joint, re.IGNORECASE):
        return words >= 1 or (upto is not None and len(rest[upto.end() :].split()) >= _LEAST_WORDS - 1)
    return words >= _LEAST_WORDS


def _is_short_clause(rest: str) -> bool:
    """Whether what follows a comma asks for a thing of its own in a word or two: "tỷ số bao nhiêu", "ai đóng"."""
    clause = re.split(r"[,;?]|\s+(?:và|còn)\s+", rest, maxsplit=1)[0]
    asks = ASK_PHRASE.search(clause)
    return asks is not None and bool(clause[: asks.start()].strip() or clause[asks.end() :].strip())


def _about_both(text: str) -> list[str]:
    """ "… nói gì về A và về B" asks about each."""
    found = _ABOUT_BOTH.match(text)
    return [f"{found['head']} {found[each]}" for each in ("one", "other")] if found else []


def _subjects(text: str) -> list[str]:
    """ "A và B là những ai": one thing of several. Only where a plural asks, or who they are, or what they said."""
    verb = _shared_verb(text)
    if verb is None or _NO_SUBJECT.match(text):
        return []
    subject, rest = text[:verb], text[verb:]
    members = _COORDINATED.split(subject)
    # "giữa A và B", "cả A và B" and short pairs of names ("Mỹ và Anh") act together.
    together = re.search(r"(?<!\w)(?:giữa|cả|hai|ba|cùng nhau|nếu|khi)(?!\w)", subject, re.IGNORECASE)
    if len(members) < 2 or together or any(len(member.split()) < _LEAST_WORDS for member in members):
        return []
    if not all(_begins_anew(member.strip(), members[0]) for member in members[1:]):
        return []
    if "những ai" not in rest and _WHO_AT_THE_END.search(text) and not all(map(_is_office, members)):
        return []
    singular = re.sub(r"(?<!\w)(?:những|các) (?=(?:ai|gì|[^\W\d_]+))", "", rest, count=1, flags=re.IGNORECASE)
    return [f"{member.strip()}{singular}" for member in members]


def _begins_anew(member: str, first: str) -> bool:
    """Whether a member is one of its own, not the rest of a name: "Thể thao" of "Sở Văn hóa và Thể thao"."""
    alike = member.split(maxsplit=1)[0].lower() == first.split(maxsplit=1)[0].lower()
    return alike or member[0].islower() or _is_office(member) or own_name(member) is not None


def _is_office(text: str) -> bool:
    """Whether words begin with a title: asked "tên là gì", each of several such is a person."""
    return any(start == 0 for _, start, _ in titles(text.strip()))


def _shared_verb(text: str) -> int | None:
    """Where the verb begins that subjects joined at the start share; None where they may have done it together."""
    who = _WHO_AT_THE_END.search(text)
    if who is not None:
        return who.start()
    plural = _PLURAL_ASKS.search(text)
    joints = [found.end() for found in _COORDINATED.finditer(text, 0, plural.start() if plural else len(text))]
    if not joints:
        return None
    verb = PREDICATE.search(text, joints[-1], plural.start() + 1 if plural else len(text))
    if verb is None or (plural is None and not _SAYS.match(text, verb.start())):
        return None
    return verb.start()
