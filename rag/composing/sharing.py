"""What the parts of one question share: the words before the first thing asked, the event or place behind the last.

"VinFast bán bao nhiêu ôtô và bao nhiêu xe máy trong năm 2020?" says "VinFast bán" and "trong năm 2020" once, of both.
Rules over the wording.
"""

from __future__ import annotations

import re

from rag.vietnamese import CAPITAL

ASKS = re.compile(
    r"(?<!\w)(?:ai(?! Cập\b)|gì|nào|đâu|bao nhiêu|bao lâu|bao xa|bao giờ|mấy|(?-i:sao)|thế nào|ra sao|vì sao|tại sao|"
    r"khi nào|(?<!hàng )không\s*$)(?!\w)",
    re.IGNORECASE,
)

_NUMBER = r"(?:bao nhiêu|mấy)"
_WHICH = r"(?:ai|[^\W\d_]+(?: [^\W\d_]+){0,2} nào)"
_WITHIN = "trong đó"
_AGAIN = re.compile(
    rf"(?:,?\s+(?P<within>{_WITHIN})\s+(?:có\s+|gồm\s+)?|,\s+(?:(?:và|còn|cùng)\s+)?|\s+(?:và|lẫn|cùng|còn)\s+)"
    rf"(?P<ask>{_NUMBER}|{_WHICH})(?=\s+\w)",
    re.IGNORECASE,
)
_COUNTING = re.compile(rf"(?<!\w){_NUMBER}(?!\w)", re.IGNORECASE)
# Where and of what something happened, at the end of a question.
_PLACED = (
    r"(?:trong|tại|ở|đến|tới|sang|vào|từ|sau|khi|trước|do|vì|cho|trên|ngày|tháng|hôm|quý|"
    r"(?:năm|tháng|ngày|quý)(?= (?:\d|nay|ngoái)))"
)
_EVENT = r"(?:vụ|trận|giải|cuộc|phiên|chuyến|cơn|đợt|kỳ|hội nghị|dự án|lễ|mùa giải|phim|bộ phim)"
_UNIT = r"(?:USD|VND|VNĐ|EUR|Euro|[KMGT]B|[KMG]W|[kKMG]?Hz|C)\b"
_TAIL = re.compile(
    rf"(?<!\S)(?:(?P<placed>{_PLACED})(?= \w)|(?P<event>{_EVENT})(?= \w)|(?-i:(?!{_UNIT}){CAPITAL}\w*))", re.IGNORECASE
)
# "bao nhiêu cho Vinhomes", "bao nhiêu là nữ": what is counted was said before.
_COUNTED_BEFORE = re.compile(
    r"(?:cho|dành|là|thuộc|ở|tại|đến|trong|từ|do|vì|được|bị|đã|đang|sẽ|không)(?!\w)", re.IGNORECASE
)
_CLASSIFIER = re.compile(r"(?P<what>người|ca|vụ|chiếc|con|cái)(?: (?P<of>\S.*))?\Z", re.IGNORECASE)


def asked_alike(text: str) -> list[str]:
    """The questions of a text that asks "bao nhiêu … và bao nhiêu …" or "ai …, ai …", each with what is said once.

    None where it does not, or asks something else as well.
    """
    again = list(_AGAIN.finditer(text))
    # The first thing asked may itself stand behind a comma: "Hôm qua, ai thắng, ai thua".
    again = [found for found in again if ASKS.search(text[: found.start()])]
    if not again:
        return []
    first = _ask_like(again[0]["ask"], text[: again[0].start()])
    if first is None:
        return []
    ends = [*(found.start() for found in again), len(text)]
    asks = [first[0], *(found["ask"] for found in again)]
    said = [text[first.end() : ends[0]].strip()]
    said += [text[found.end() : end].strip() for found, end in zip(again, ends[1:], strict=True)]
    kinds = {_COUNTING.fullmatch(ask) is None for ask in asks}
    if len(kinds) > 1 or ASKS.search(text[: first.start()]) or any(map(ASKS.search, said)):
        return []
    if not said[0] and not again[0]["within"]:
        return []
    for place, found in enumerate(again, start=1):
        if found["within"]:
            said[place] = _narrowed(said[0], said[place])
    stem = text[: first.start()]
    givers = [0] if any(found["within"] for found in again) else [len(said) - 1, 0]
    return [f"{stem}{ask} {words}".strip() for ask, words in zip(asks, _with_tails(said, givers), strict=True)]


def _ask_like(ask: str, text: str) -> re.Match[str] | None:
    """Where a text asks in the same way, "mấy" as "bao nhiêu"."""
    same = _COUNTING if _COUNTING.fullmatch(ask) else re.compile(rf"(?<!\w){re.escape(ask)}(?!\w)", re.IGNORECASE)
    return same.search(text)


def _narrowed(whole: str, some: str) -> str:
    """What is counted among what was counted before: "người chết", "trẻ em" -> "trẻ em chết"."""
    tail = _TAIL.search(whole)
    counted = (whole[: tail.start()] if tail else whole).strip()
    if _COUNTED_BEFORE.match(some):
        return f"{counted} {some}".strip()
    classified = _CLASSIFIER.match(counted)
    if classified is None or not classified["of"]:
        return some
    head, _, rest = some.partition(" ")
    if head.lower() == classified["what"].lower():
        return f"{counted} {rest}".strip()
    own = _TAIL.search(some)
    upto = own.start() if own else len(some)
    return f"{some[:upto].strip()} {classified['of']} {some[upto:]}".strip()


def _with_tails(said: list[str], givers: list[int]) -> list[str]:
    """Each with the event or place that stands behind the first giver which has one, where it has none itself."""
    tails = [found.start() if (found := _TAIL.search(words)) else None for words in said]
    for given in givers:
        if start := tails[given]:
            tail = said[given][start:]
            return [
                words if own is not None else f"{words} {tail}".strip() for words, own in zip(said, tails, strict=True)
            ]
    return said


def happening(text: str) -> tuple[str, bool] | None:
    """The event, day or place that stands behind what a text asks: "Ai thắng trận A - B" -> ("trận A - B", True).

    True where it is an event, which can be named first; False where it goes on from what stands before.
    """
    asks = ASKS.search(text)
    tail = _TAIL.search(text, asks.end()) if asks else None
    if tail is None or not (tail["placed"] or tail["event"]):
        return None
    return text[tail.start() :], tail["event"] is not None


def counted_in(question: str) -> str | None:
    """What a question counts, without the event or place behind it: "người bị thương"; None where it counts nothing."""
    asks = _COUNTING.search(question)
    tail = _TAIL.search(question, asks.end()) if asks else None
    return question[asks.end() : tail.start() if tail else len(question)].strip(" ?.!,") or None if asks else None
