"""An answer as plain text to take along: its sentences with numbers, the quotations as footnotes."""

from __future__ import annotations

from collections.abc import Sequence

from app.keeping.records import KeptFluent
from app.rendering.arrangement import other_claims, short_of, supporting
from app.rendering.escaping import one_line, visible
from app.words import ChatWords, Words
from app.words.phrases import said, short_pieces
from rag.datatypes import Answer, Citation, Claim


def footnoted(answer: Answer, words: ChatWords) -> str:
    """Question, answer, and a footnote for each citation: quotation, title, outlet, day, file and place in it."""
    lines = [one_line(answer.question), ""]
    if answer.status == "not_found":
        lines.append(said(answer.text, words.language))
    else:
        short = "".join(piece.text for piece in short_pieces(short_of(answer), words.language))
        lines.append(f"{one_line(short)}{_numbers(supporting(answer))}")
        lines += ["", *(_claim(claim, words) for claim in claims)] if (claims := other_claims(answer)) else []
    return _shown([*lines, *_behind(answer, words)])


def fluent_footnoted(question: str, fluent: KeptFluent, words: Words) -> str:
    """The same of an answer in a model's words, which is said; what no source confirms is not taken along."""
    lines = [one_line(question), "", one_line(words.fluent.by_model.format(model=fluent.model)), ""]
    confirmed = (claim for claim in fluent.answer.claims if claim.status == "supported")
    lines += [f"{one_line(claim.text)}{_numbers(claim.citations)}" for claim in confirmed]
    return _shown([*lines, *_behind(fluent.answer, words.chat)])


def _behind(answer: Answer, words: ChatWords) -> list[str]:
    """What sources differ on, and the footnotes."""
    lines: list[str] = []
    for conflict in answer.conflicts:
        heading = words.update if conflict.kind == "update" else words.conflict
        values = "; ".join(f"{one_line(value.value)}{_numbers(value.citations)}" for value in conflict.values)
        lines += ["", f"{heading}: {values}"]
    if answer.citations:
        lines += ["", *(footnote(citation) for citation in answer.citations)]
    return lines


def _shown(lines: Sequence[str]) -> str:
    return "".join(character if character == "\n" else visible(character) for character in "\n".join(lines))


def footnote(citation: Citation) -> str:
    """One citation in a line: “quotation” — title, outlet, day. file, characters."""
    about = [one_line(citation.title)]
    if citation.outlet:
        about.append(one_line(citation.outlet))
    if citation.published_on:
        about.append(citation.published_on.strftime("%d/%m/%Y"))
    place = f"{one_line(citation.source)}, {citation.start}–{citation.end}"
    return f"[{citation.number}] “{one_line(citation.quote)}” — {', '.join(about)} ({place})"


def _claim(claim: Claim, words: ChatWords) -> str:
    unsupported = f" ({words.unsupported})" if claim.status == "unsupported" else ""
    return f"{one_line(claim.text)}{unsupported}{_numbers(claim.citations)}"


def _numbers(numbers: tuple[int, ...]) -> str:
    return "".join(f" [{number}]" for number in numbers)
