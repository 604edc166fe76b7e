"""A conversation as a document to take along: what stands in it, before it is written as Markdown or for Word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.keeping.records import KeptConversation, KeptFluent, KeptTurn
from app.rendering.arrangement import address_of, agreeing, other_claims, short_of, supporting
from app.rendering.filters import conditions
from app.words import Words
from app.words.counting import counted
from app.words.phrases import said
from rag.cite import stands
from rag.datatypes import Answer, Article, Citation, Claim, Conflict
from rag.errors import RagError
from rag.showing import shortened

LEADS = 3
_LEAD_CHARS = 280
_QUESTION_CHARS = 2_000

ArticleOf = Callable[[str], Article]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on one line. `address` is one of the web that the text leads to, never anything else."""

    text: str
    strong: bool = False
    faint: bool = False
    address: str | None = None


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more lines that belong together."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is one or more lines."""

    items: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the head."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Heading | Paragraph | Bullets | Table


def document_of(
    conversation: KeptConversation,
    turns: Sequence[KeptTurn],
    article_of: ArticleOf,
    words: Words,
    exported_at: datetime,
) -> list[Block]:
    """The whole conversation with its citations, notes, conflicts, and what was thought of its answers.

    `article_of` raises RagError for an article that is no longer there; its quotations are given as they were kept.
    """
    keeping = words.keeping
    blocks: list[Block] = [
        Heading(conversation.title, 1),
        _faint(
            keeping.begun.format(time=_time(conversation.created_at)),
            keeping.exported.format(time=_time(exported_at)),
        ),
    ]
    if not turns:
        blocks.append(_plain(keeping.nobody_asked))
    for number, turn in enumerate(turns, 1):
        blocks += _turn(number, turn, article_of, words)
    return blocks


def _turn(number: int, turn: KeptTurn, article_of: ArticleOf, words: Words) -> Iterator[Block]:
    chat, keeping = words.chat, words.keeping
    question = turn.question if len(turn.question) <= _QUESTION_CHARS else f"…{turn.question[-_QUESTION_CHARS:]}"
    yield Heading(f"{number}. {question}", 2)
    about = [keeping.asked.format(time=_time(turn.asked_at))] if turn.asked_at else []
    if turn.filters:
        about.append(f"{words.filters.active} {', '.join(conditions(turn.filters, words.filters))}.")
    if turn.as_typed:
        about.append(chat.searched_as_typed)
    if turn.answer and turn.answer.understood_as:
        about.append(f"{chat.understood} {turn.answer.understood_as}")
    if about:
        yield _faint(*about)
    if turn.answer is None:
        yield _plain(f"{chat.failed} {words.failures.retold(turn.failure or keeping.unreadable)}")
    elif turn.answer.status == "not_found":
        yield from _not_found(turn.answer, words)
    else:
        yield from _answered(turn.answer, article_of, words)
        if turn.fluent:
            yield from _worded(turn.answer, turn.fluent, article_of, words)
    if turn.thumb:
        judged = keeping.judged_up if turn.thumb == "up" else keeping.judged_down
        because = f" {keeping.because.format(reason=turn.reason)}" if turn.reason else ""
        yield _faint(f"{judged}{because}")


def _answered(answer: Answer, article_of: ArticleOf, words: Words) -> Iterator[Block]:
    chat = words.chat
    agreed = agreeing(answer)
    badge = (Piece(f" ({chat.agreed.format(count=agreed)})", faint=True),) if agreed else ()
    yield Paragraph(((Piece(short_of(answer), strong=True), *_numbers(supporting(answer)), *badge),))
    if claims := other_claims(answer):
        yield Bullets(tuple((_claim(claim, words),) for claim in claims))
    for conflict in answer.conflicts:
        yield _table(conflict, answer, words)
    yield from _notes(answer.notes, words)
    yield from _sources(answer, article_of, words)


def _worded(answer: Answer, fluent: KeptFluent, article_of: ArticleOf, words: Words) -> Iterator[Block]:
    """The same answer in a model's words, which is said above them; numbers are of the citations below.

    A sentence without support has no place in a text that others take up, where a struck one can lose its line.
    """
    yield Heading(words.fluent.by_model.format(model=fluent.model), 3)
    confirmed = (claim for claim in fluent.answer.claims if claim.status == "supported")
    yield Paragraph((tuple(piece for claim in confirmed for piece in _sentence(claim)),))
    yield from _notes(fluent.answer.notes[len(answer.notes) :], words)
    yield from _sources(fluent.answer, article_of, words)


def _sentence(claim: Claim) -> Line:
    return (Piece(claim.text), *_numbers(claim.citations), Piece(" "))


def _sources(answer: Answer, article_of: ArticleOf, words: Words) -> Iterator[Block]:
    if answer.citations:
        yield Heading(words.keeping.sources, 3)
        yield Bullets(tuple(_citation(citation, article_of, words) for citation in answer.citations))


def _not_found(answer: Answer, words: Words) -> Iterator[Block]:
    yield Paragraph(((Piece(said(answer.text, words.language), strong=True),),))
    yield from _notes(answer.notes, words)
    if answer.hits:
        yield Heading(words.chat.leads, 3)
        yield Bullets(
            tuple(
                (
                    (Piece(shortened(hit.text, _LEAD_CHARS)),),
                    (Piece(_place(hit.source, hit.chunk.start, hit.chunk.end, words), faint=True),),
                )
                for hit in answer.hits[:LEADS]
            )
        )


def _notes(notes: Sequence[str], words: Words) -> Iterator[Block]:
    if notes:
        yield Heading(words.keeping.notes, 3)
        yield Bullets(tuple(((Piece(said(note, words.language)),),) for note in notes))


def _claim(claim: Claim, words: Words) -> Line:
    unsupported = (Piece(f" ({words.chat.unsupported})", faint=True),) if claim.status == "unsupported" else ()
    return (Piece(claim.text), *unsupported, *_numbers(claim.citations))


def _table(conflict: Conflict, answer: Answer, words: Words) -> Table:
    chat = words.chat
    quotes = {citation.number: citation.quote for citation in answer.citations}
    heading = chat.update if conflict.kind == "update" else chat.conflict
    return Table(
        f"{heading}: {conflict.about}",
        (chat.value, chat.day, chat.quote),
        tuple(
            (
                (Piece(value.value), *_numbers(value.citations)),
                (Piece(day_of(value.published_on) or chat.no_day),),
                (Piece(" ".join(f"“{quotes[number]}”" for number in value.citations if number in quotes)),),
            )
            for value in conflict.values
        ),
    )


def _citation(citation: Citation, article_of: ArticleOf, words: Words) -> tuple[Line, ...]:
    """The quotation; where it stands; and what has become of the article since."""
    chat = words.chat
    stated = [citation.title, citation.outlet, day_of(citation.published_on)]
    lines: list[Line] = [
        (Piece(f"[{citation.number}]", strong=True), Piece(f" “{citation.quote}”")),
        (Piece(" — ".join(part for part in stated if part)),),
        (Piece(_place(citation.source, citation.start, citation.end, words), faint=True),),
    ]
    if citation.copies:
        lines.append((Piece(f"{counted(chat.reprinted, len(citation.copies))}: {', '.join(citation.copies)}"),))
    try:
        article = article_of(citation.article_id)
    except RagError:
        lines.append((Piece(chat.gone, faint=True),))
        return tuple(lines)
    if not stands(citation, article):
        lines.append((Piece(chat.altered.format(numbers=citation.number), faint=True),))
    if article.url and (address := address_of(article.url)):
        lines.append((Piece(f"{words.keeping.address}: "), Piece(article.url, address=address)))
    return tuple(lines)


def _place(source: str, start: int, end: int, words: Words) -> str:
    return f"{source}, {words.keeping.place.format(start=start, end=end)}"


def _numbers(numbers: Sequence[int]) -> Line:
    return (Piece("".join(f" [{number}]" for number in numbers)),) if numbers else ()


def _plain(text: str) -> Paragraph:
    return Paragraph(((Piece(text),),))


def _faint(*lines: str) -> Paragraph:
    return Paragraph(tuple((Piece(line, faint=True),) for line in lines))


def _time(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M, %d/%m/%Y")


def day_of(day: date | None) -> str | None:
    """A day as Vietnamese newspapers write it."""
    return day.strftime("%d/%m/%Y") if day else None
