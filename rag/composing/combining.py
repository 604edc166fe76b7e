"""The answers to the parts of a question as one answer: a list, each part with its citations, what is missing said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.composing.citing import running_text
from rag.datatypes import Answer, Citation, Claim, Conflict, Hit

MISSING = "Không tìm thấy trong nguồn phần này của câu hỏi: “{part}”."


def combined(whole: Answer, parts: Sequence[Answer], *, most_hits: int | None = None) -> Answer:
    """The answers to the parts, in their order, as the answer to the whole question.

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
    shorts = dict.fromkeys(part.short_answer for part in answered if part.short_answer)
    missing = [MISSING.format(part=part.question) for part in parts if part.status != "answered"]
    notes = dict.fromkeys([*whole.notes, *(note for part in parts for note in part.notes), *missing])
    return replace(
        whole,
        status="answered",
        text=running_text(claims),
        short_answer="; ".join(shorts) or None,
        claims=tuple(claims),
        citations=tuple(citations),
        conflicts=tuple(dict.fromkeys(conflicts)),
        hits=_merged(parts, most_hits),
        notes=tuple(notes),
        confidence=min(part.confidence for part in answered),
    )


def _merged(parts: Sequence[Answer], most: int | None) -> tuple[Hit, ...]:
    best: dict[str, Hit] = {}
    for part in parts:
        for hit in part.hits:
            known = best.get(hit.chunk.id)
            if known is None or hit.score > known.score:
                best[hit.chunk.id] = hit
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.chunk.id))[:most])
