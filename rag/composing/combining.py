"""The answers to the parts of a question as one answer: a list, each part with its citations, what is missing said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.composing.citing import running_text
from rag.composing.wording import capitalised, readable, words
from rag.datatypes import Answer, Citation, Claim, Conflict, Hit
from rag.values import Kind, Value, values_of

MISSING = "Không tìm thấy trong nguồn phần này của câu hỏi: “{part}”."
SAME_PLACE = "Nguồn được dẫn chỉ nêu một lần “{short}”, cho cả hai phần của câu hỏi: “{one}” và “{other}”."
PERHAPS_ONE = "Câu hỏi hỏi nhiều điều; câu trả lời có thể mới nói về một trong các điều đó."

# Verbs that tell the same of a thing, each with the words that stand for them all.
_SAME_DEED = (
    (re.compile(r"(?<!\w)(?:quay trở|quay|trở) (?:lại|về)(?!\w)", re.IGNORECASE), "trở lại"),
    (re.compile(r"(?<!\w)(?:thành lập|sáng lập|ra đời)(?!\w)", re.IGNORECASE), "thành lập"),
    (re.compile(r"(?<!\w)(?:qua đời|từ trần|mất)(?!\w)", re.IGNORECASE), "qua đời"),
    (re.compile(r"(?<!\w)(?:hoàn thành|hoàn tất|kết thúc)(?!\w)", re.IGNORECASE), "hoàn thành"),
    (re.compile(r"(?<!\w)(?:khởi công|bắt đầu|khởi động)(?!\w)", re.IGNORECASE), "bắt đầu"),
)
_OF = re.compile(r"\A(?:của|ở|tại|trong|cho|với|về)\s+", re.IGNORECASE)


def combined(whole: Answer, parts: Sequence[Answer], *, most_hits: int | None = None, of: Sequence[str] = ()) -> Answer:
    """The answers to the parts, in their order, as the answer to the whole question.

    `of` names what each part is asked of; the short answer then says which value is whose ("Huế: 3 ca; Vinh: 3 ca").
    Parts that have the same short answer are told with it each; where the source gives it once, a note tells so.

    `whole` gives id, question and notes, and is returned as it is where no part is answered. Citations are numbered
    anew; the same quotation is cited once. A part that is not found is told in a note. The confidence is that of the
    least sure part that is answered. Hits are those of all parts, sorted by (-score, chunk id).
    """
    answered = [part for part in parts if part.status == "answered"]
    if not answered:
        return whole
    citations: list[Citation] = []
    place: dict[tuple[str, int, int], int] = {}
    claims: list[Claim] = []
    conflicts: list[Conflict] = []
    for part in answered:
        number_of: dict[int, int] = {}
        for citation in part.citations:
            key = (citation.article_id, citation.start, citation.end)
            if key not in place:
                place[key] = len(citations) + 1
                citations.append(replace(citation, number=place[key]))
            number_of[citation.number] = place[key]
        for claim in part.claims:
            moved = replace(claim, citations=tuple(number_of[number] for number in claim.citations))
            if moved not in claims:
                claims.append(moved)
        for conflict in part.conflicts:
            values = tuple(
                replace(value, citations=tuple(number_of[number] for number in value.citations))
                for value in conflict.values
            )
            conflicts.append(replace(conflict, values=values))
    shorts, once = _shorts(parts, of)
    missing = [MISSING.format(part=part.question) for part in parts if part.status != "answered"]
    notes = dict.fromkeys([*whole.notes, *(note for part in parts for note in part.notes), *once, *missing])
    return replace(
        whole,
        status="answered",
        text=running_text(claims),
        short_answer=capitalised("; ".join(shorts)) or None,
        claims=tuple(claims),
        citations=tuple(citations),
        conflicts=tuple(dict.fromkeys(conflicts)),
        hits=_merged(parts, most_hits),
        notes=tuple(notes),
        confidence=min(part.confidence for part in answered),
    )


def _shorts(parts: Sequence[Answer], of: Sequence[str]) -> tuple[list[str], list[str]]:
    """What the parts' short answers are together, and notes of those that stand for two parts at once."""
    told: list[str] = []
    notes: list[str] = []
    answered: list[Answer] = []
    for part, name in zip(parts, of or [""] * len(parts), strict=True):
        if part.status != "answered" or not part.short_answer:
            continue
        same = None if name else next((other for other in answered if _at_one_place(part, other)), None)
        answered.append(part)
        if same is None:
            told.append(_told_of(name, part.short_answer))
        elif (own := _own_value(same, part)) is not None:
            told.append(own)
        else:
            notes.append(SAME_PLACE.format(short=part.short_answer, one=same.question, other=part.question))
    return told, notes


def _at_one_place(one: Answer, other: Answer) -> bool:
    """Whether two parts have the same words of a sentence for an answer, which stand in it once."""
    if not one.short_answer or one.short_answer != other.short_answer or not (one.citations and other.citations):
        return False
    places = [(part.citations[0].article_id, part.citations[0].start) for part in (one, other)]
    return places[0] == places[1] and one.citations[0].quote.lower().count(one.short_answer.lower()) == 1


def _own_value(first: Answer, later: Answer) -> str | None:
    """The value that the sentence of two parts gives for what only the later one asks: the one other of the same kind,
    behind the later one's words. "Rút quân năm 2011 nhưng trở lại vào năm 2014"."""
    quote = readable(later.citations[0].quote)
    held = values_of(later.short_answer or "")
    alike = [value for value in values_of(quote) if held and _comparable(value, held[0])]
    if len(held) != 1 or len(alike) != 2 or alike[1].low == held[0].low or alike[0].low != held[0].low:
        return None
    own = _deeds(later.question) - _deeds(first.question)
    said = _deeds(quote[alike[0].end : alike[1].start])
    return quote[alike[1].start : alike[1].end] if own and own <= said else None


def _comparable(one: Value, other: Value) -> bool:
    """Whether two values are of one kind: both years, both days, both amounts of one unit."""
    if one.kind is not other.kind or one.unit != other.unit:
        return False
    return one.kind is not Kind.DATE or (one.high - one.low > 1) == (other.high - other.low > 1)


def _deeds(text: str) -> frozenset[str]:
    for same, deed in _SAME_DEED:
        text = same.sub(deed, text)
    return words(text)


def _told_of(name: str, short: str) -> str:
    """A short answer with what it is of, unless it says so itself."""
    name = _OF.sub("", name)
    return short if not name or name.lower() in short.lower() else f"{name}: {short}"


def _merged(parts: Sequence[Answer], most: int | None) -> tuple[Hit, ...]:
    best: dict[str, Hit] = {}
    for part in parts:
        for hit in part.hits:
            known = best.get(hit.chunk.id)
            if known is None or hit.score > known.score:
                best[hit.chunk.id] = hit
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.chunk.id))[:most])
