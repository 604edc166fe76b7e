"""What is kept of a conversation, and how it is written into its database."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from rag.datatypes import Answer, Filters

Record = TypeVar("Record")
Thumb = Literal["up", "down"]
# Which of an answer's two wordings somebody saw.
Wording = Literal["extractive", "fluent"]
HISTORY = 6
TURN_COLUMNS = ("question", "as_typed", "filters", "answer", "failure", "asked_at", "thumb", "reason", "fluent")

_FILTERS = TypeAdapter(Filters)
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class KeptFluent:
    """An answer as a language model has worded it, checked.

    `dropped`, `replaced` (by a quotation) and `struck` count sentences that no source confirmed, `repaired` those that
    one confirms and that had its number wrong. `judged` says that the turn's thumb is about these words.
    """

    answer: Answer
    model: str
    dropped: int = 0
    repaired: int = 0
    struck: int = 0
    replaced: int = 0
    judged: bool = False


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One question with what was answered; `failure` is told in place of an answer to one that failed.

    With neither of them an answer was kept that cannot be read any more. `thumb` and `reason` are what the person
    thought of the answer. `fluent` is the same answer in a model's words, if there is one. Times are in UTC.
    """

    question: str
    answer: Answer | None
    failure: str | None = None
    as_typed: bool = False
    filters: Filters = field(default_factory=Filters)
    asked_at: datetime | None = None
    thumb: Thumb | None = None
    reason: str | None = None
    fluent: KeptFluent | None = None

    @property
    def judged_wording(self) -> Wording:
        """Which wording the thumb is about."""
        return "fluent" if self.fluent is not None and self.fluent.judged else "extractive"

    @property
    def stamp(self) -> str:
        """Tells this turn from others that come to stand in its place."""
        asked_at = self.asked_at.isoformat() if self.asked_at else ""
        told = f"{self.question}\n{self.as_typed}\n{self.answer.text if self.answer else ''}\n{asked_at}"
        return hashlib.blake2b(whole(told).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation as a list shows it. Times are in UTC."""

    id: str
    title: str
    created_at: datetime
    changed_at: datetime
    turns: int


_ANSWERS = TypeAdapter(Answer)
_FLUENT = TypeAdapter(KeptFluent)


def leaned_on(turns: Sequence[KeptTurn]) -> list[Answer]:
    """The answers before a question that it may lean on: not what failed, and nothing that is long past."""
    return [turn.answer for turn in turns if turn.answer is not None][-HISTORY:]


def whole(text: str) -> str:
    """The text without lone surrogates, which a question may come with and no file can hold."""
    return _SURROGATES.sub("\ufffd", text)


def answer_to_text(answer: Answer) -> str:
    """The whole record as JSON; `answer_of` gives it back."""
    return _to_text(_ANSWERS, answer)


def fluent_to_text(fluent: KeptFluent) -> str:
    """The whole record as JSON; `fluent_of` gives it back."""
    return _to_text(_FLUENT, fluent)


def answer_of(written: str | None) -> Answer | None:
    """The record; None for one that was altered, or written in a shape that is not known."""
    try:
        return _ANSWERS.validate_json(written) if written else None
    except ValidationError:
        return None


def fluent_of(written: str | None) -> KeptFluent | None:
    """The record; None like `answer_of`: the answer itself stands."""
    try:
        return _FLUENT.validate_json(written) if written else None
    except ValidationError:
        return None


def filters_to_text(filters: Filters) -> str:
    """The filters as JSON; `filters_of` gives them back."""
    return _FILTERS.dump_json(Filters(filters.published_from, filters.published_to, _whole(filters.outlets))).decode()


def filters_of(written: str) -> Filters:
    """The filters; none where they cannot be read."""
    try:
        return _FILTERS.validate_json(written)
    except ValidationError:
        return Filters()


def turn_of(row: Sequence[Any]) -> KeptTurn:
    """The turn in a row of `TURN_COLUMNS`."""
    question, as_typed, filters, answer, failure, asked_at, thumb, reason, fluent = row
    return KeptTurn(
        question=question,
        answer=answer_of(answer),
        failure=failure,
        as_typed=bool(as_typed),
        filters=filters_of(filters),
        asked_at=datetime.fromisoformat(asked_at),
        thumb=thumb,
        reason=reason,
        fluent=fluent_of(fluent),
    )


def _whole(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(whole, texts))


def _to_text(adapter: TypeAdapter[Record], record: Record) -> str:
    try:
        return adapter.dump_json(record).decode()
    except PydanticSerializationError:
        return whole(json.dumps(adapter.dump_python(record, mode="json"), ensure_ascii=False))
