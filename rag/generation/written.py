"""What a model has written, and when."""

from __future__ import annotations

import time

from rag.datatypes import Answer
from rag.errors import GeneratorError
from rag.generation.judging import Judged
from rag.generation.records import Fluent, Generator
from rag.generation.wording import plain

_NAME_CHARS = 80
# All words so far are read anew each time: so often, and where so much has come since, in characters and as a share.
_EACH_S = 0.1
_GROWN_CHARS, _GROWN_SHARE = 80, 16


class Written:
    """The words of one answer as they come; times count from when it was made."""

    def __init__(self, generator: Generator) -> None:
        self.text = ""
        self.first_word_ms: float | None = None
        self.last_word_ms: float | None = None
        self.shown: tuple[tuple[int, str], ...] = ()
        self.judged = Judged()
        self.unknown_markers = 0
        self._generator = generator
        self._started = time.perf_counter()
        self._checked_ms: float | None = None
        self._heard_chars = 0
        self._due = 0.0

    @property
    def model(self) -> str:
        """Its name, which a server may tell only when it is asked for words."""
        return name_of(self._generator)

    def heard(self, raw: str, *, last: bool = False) -> bool:
        """All of the model's words so far; whether they have been read: not each time, except the `last`."""
        grown = len(raw) - self._heard_chars
        now = time.perf_counter()
        if grown < max(_GROWN_CHARS, len(raw) // _GROWN_SHARE) and now < self._due and not (last and grown):
            return False
        self.text = plain(raw)
        self._heard_chars, self._due = len(raw), time.perf_counter() + _EACH_S
        if self.text and self.first_word_ms is None:
            self.first_word_ms = self._now()
        return True

    def ended(self) -> None:
        if self.text:
            self.last_word_ms = self._now()

    def checked(self) -> None:
        self._checked_ms = self._now()

    def timings(self, answer: Answer) -> dict[str, float]:
        """Those of the answer, with the first and the last word and the checks; the total counts all of it."""
        told = dict(answer.timings_ms)
        if self.first_word_ms is not None and self.last_word_ms is not None:
            told |= {"first_word": self.first_word_ms, "last_word": self.last_word_ms}
            if self._checked_ms is not None:
                told["check"] = self._checked_ms - self.last_word_ms
        return told | {"total": answer.timings_ms.get("total", 0.0) + self._now()}

    def standing(self, answer: Answer, problem: str) -> Fluent:
        """The extractive answer, why it stands, and what became of the model's sentences as far as they were judged."""
        return self.told(answer, generated=False, problem=problem)

    def told(self, answer: Answer, *, generated: bool, problem: str | None = None) -> Fluent:
        """An answer with all that is known of how the model worded it."""
        return Fluent(
            answer=answer,
            generated=generated,
            model=self.model,
            sentences=tuple(self.judged.sentences),
            dropped=self.judged.dropped,
            repaired=self.judged.repaired,
            struck=self.judged.struck,
            replaced=self.judged.replaced,
            unknown_markers=self.unknown_markers,
            first_word_ms=self.first_word_ms,
            last_word_ms=self.last_word_ms,
            problem=problem,
            shown=self.shown,
        )

    def _now(self) -> float:
        return (time.perf_counter() - self._started) * 1000


def name_of(generator: Generator) -> str:
    """The model's name as it may be shown: a server can call it anything. Empty where it cannot be asked."""
    try:
        name = " ".join(plain(generator.name).split())
    except GeneratorError:
        return ""
    return name if len(name) <= _NAME_CHARS else f"{name[: _NAME_CHARS - 1]}…"
