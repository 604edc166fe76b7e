"""What passes between a language model, the checks and whoever shows its words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rag.datatypes import Answer

Verdict = Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Generator(Protocol):
    """A language model. Safe to share between threads.

    `name` is shown to people: the model, and where it runs. `context_tokens` is what prompt and answer share.
    """

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """How long a prompt is, as the model counts; where it cannot be asked, an estimate that is not too low."""
        ...

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        """The model's words as they come; they end soon after `stop` is set, and at `max_tokens` at the latest.

        Raises GeneratorError where the model cannot be reached, fails, or breaks off.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Numbered evidence for a prompt: `article.text[start:end] == text`. Numbers count from 1."""

    number: int
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence of a model without its markers; `cited` are the numbers of excerpts that it names, without repeats.

    `unknown` counts markers of numbers that were not given.
    """

    text: str
    cited: tuple[int, ...]
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a sentence. `score` in 0..1 says how surely its content is supported.

    `reasons` name what speaks against it, such as "number: 95 tấn", "name: Lavrov", "negation", "quotation", "content",
    "uncited"; they are empty where it is supported.
    """

    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model has written so far: unchecked, plain text, its markers as it wrote them."""

    text: str


@dataclass(frozen=True, slots=True)
class Fluent:
    """A checked answer in a model's words. `answer` is the extractive one where nothing of the model's survived.

    `generated` says whether the words are the model's. `dropped`, `replaced` (by a quotation) and `struck` count
    sentences without support, `repaired` supported ones whose markers were wrong or missing, `unknown_markers` markers
    without evidence. `first_word_ms` and `last_word_ms` count from the call.
    `problem` tells, in Vietnamese, why the extractive answer stands, where it does. `shown` are the numbers of the
    excerpts that the model was given, each with the text that sentences are checked against. It and the counts tell
    what the model did where the extractive answer stands, too.
    """

    answer: Answer
    generated: bool
    model: str
    sentences: tuple[tuple[Marked, Checked], ...] = ()
    dropped: int = 0
    repaired: int = 0
    struck: int = 0
    replaced: int = 0
    unknown_markers: int = 0
    first_word_ms: float | None = None
    last_word_ms: float | None = None
    problem: str | None = None
    shown: tuple[tuple[int, str], ...] = ()


class FluentAnswers(Protocol):
    """An extractive answer in, its wording by a model out: drafts as they grow, the checked answer last."""

    def __call__(
        self,
        answer: Answer,
        *,
        history: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Iterator[Draft | Fluent]: ...
