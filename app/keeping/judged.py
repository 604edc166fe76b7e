"""Answers that somebody judged, as questions for an evaluation: lines in the format of eval/sets/README.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.keeping.export import Exported, file_name, fluent_to_json
from app.keeping.records import KeptTurn, leaned_on
from app.rendering.arrangement import supporting
from app.rendering.filters import conditions
from app.words import Words
from rag.contract import to_line
from rag.datatypes import Answer

# The kinds by which an evaluation tells its figures.
GOOD, BAD = "judged_good", "judged_bad"

# A conversation, the place of the answer in it, and the turns up to and with it.
Judged = tuple[str, int, list[KeptTurn]]
# Of each part of an answer the accepted forms, and the numbers of the citations that state it.
Part = tuple[list[str], Sequence[int]]


def judged_file(judged: Iterable[Judged], words: Words) -> Exported:
    """All of them as a file."""
    lines = "".join(f"{to_line(record)}\n" for record in records_of(judged, words))
    name = file_name(words.keeping.judged_file_name, "jsonl", words.keeping.judged_file_name)
    return Exported(lines.encode(), "application/jsonl", name)


def records_of(judged: Iterable[Judged], words: Words) -> Iterator[dict[str, Any]]:
    """One question a judgement; the same judgement gives the same id each time.

    A good answer is what is expected from now on, with its quotations as evidence; one that says that nothing was found
    makes a question that cannot be answered. Of a bad answer nobody knows what it should have been: it makes a draft,
    which an evaluation passes over until the answer is filled in, with a note that says what was wrong. Where a model
    had worded the answer, `fluent` holds its words and `wording` says which of the two was judged.
    """
    for conversation, place, turns in judged:
        turn, before = turns[-1], leaned_on(turns[:-1])
        record: dict[str, Any] = {
            "id": f"{conversation}-{place}",
            "kind": GOOD if turn.thumb == "up" else BAD,
            "question": turn.question,
            "history": [earlier.read_as or earlier.question for earlier in before],
        }
        parts = parts_of(turn.answer) if turn.thumb == "up" and turn.answer else []
        refused = turn.thumb == "up" and turn.answer is not None and turn.answer.status == "not_found"
        record |= _expected(turn.answer, parts) if turn.answer and parts else _nothing(answerable=not refused)
        if before:
            record["history_answers"] = [earlier.short_answer for earlier in before]
        if turn.asked_at:
            record["today"] = turn.asked_at.astimezone().date().isoformat()
        is_draft = not parts and not refused
        if turn.fluent is not None:
            record |= {"wording": turn.judged_wording, "fluent": fluent_to_json(turn.fluent)}
        if note := _note(turn, words, is_draft=is_draft):
            record["note"] = note
        if is_draft:
            record["draft"] = True
        yield record


def parts_of(answer: Answer) -> list[Part]:
    """What an answer that was found good gives: each value where sources differ, each thing of a list, or the one
    answer; where there is no short answer every claim. Nothing where no quotation is behind it."""
    known = {citation.number for citation in answer.citations}
    for parts in (_values(answer), _listed(answer), _short(answer), _claims(answer)):
        if parts and all(known.intersection(numbers) for _, numbers in parts) and _all_told(answer, parts):
            return [(forms, [number for number in numbers if number in known]) for forms, numbers in parts]
    return []


def _values(answer: Answer) -> list[Part]:
    values = [value for conflict in answer.conflicts[:1] for value in conflict.values]
    return [([value.value], value.citations) for value in values]


def _listed(answer: Answer) -> list[Part]:
    things = [thing.strip() for thing in (answer.short_answer or "").split(";") if thing.strip()]
    if len(things) < 2:
        return []
    return [([thing], _holding(answer, thing) or supporting(answer)) for thing in things]


def _short(answer: Answer) -> list[Part]:
    return [([answer.short_answer], supporting(answer))] if answer.short_answer else []


def _claims(answer: Answer) -> list[Part]:
    return [([claim.text], claim.citations) for claim in answer.claims if claim.status == "supported"]


def _holding(answer: Answer, thing: str) -> tuple[int, ...]:
    holding = [claim for claim in answer.claims if thing.lower() in claim.text.lower()]
    return tuple(dict.fromkeys(number for claim in holding for number in claim.citations))


def _all_told(answer: Answer, parts: Sequence[Part]) -> bool:
    """Whether an evaluation would find the parts where it looks for them: the one in the short answer, several in the
    whole text."""
    told = (answer.short_answer or answer.text if len(parts) == 1 else answer.text).lower()
    return all(form.lower() in told for forms, _ in parts for form in forms)


def _expected(answer: Answer, parts: Sequence[Part]) -> dict[str, Any]:
    cited = {citation.number: citation for citation in answer.citations}
    evidence: list[dict[str, Any]] = []
    for part, (_, numbers) in enumerate(parts):
        for number in numbers:
            item: dict[str, Any] = {"file": cited[number].source, "quote": cited[number].quote}
            evidence.append(item | ({"part": part} if len(parts) > 1 else {}))
    answers = parts[0][0] if len(parts) == 1 else [forms for forms, _ in parts]
    return {"answerable": True, "answers": answers, "evidence": evidence}


def _nothing(*, answerable: bool) -> dict[str, Any]:
    return {"answerable": answerable, "answers": [], "evidence": []}


def _note(turn: KeptTurn, words: Words, *, is_draft: bool) -> str:
    """What the person said of it, how it was asked, and for a draft what was answered and is to be done."""
    keeping = words.keeping
    told = [keeping.because.format(reason=turn.reason)] if turn.reason else []
    if turn.filters:
        told.append(keeping.note_filters.format(filters=", ".join(conditions(turn.filters, words.filters))))
    if turn.as_typed:
        told.append(keeping.note_as_typed)
    if is_draft:
        if turn.answer and turn.answer.status == "answered":
            worded = turn.fluent.answer.text if turn.fluent and turn.judged_wording == "fluent" else None
            answered = worded or turn.answer.short_answer or turn.answer.text
            told.append(keeping.draft_answered.format(answer=answered))
            told += [
                keeping.draft_quoted.format(source=citation.source, quote=citation.quote)
                for citation in turn.answer.citations
            ]
        elif turn.answer:
            told.append(keeping.draft_not_found)
        told.append(keeping.draft_note)
    return "\n".join(told)
