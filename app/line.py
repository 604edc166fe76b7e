"""The line before the language model: who may enter, whose turn it is, and how many stand before whom."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.errors import RagError

_LOOK_S = 0.2


class TooMuchToWrite(RagError):
    """Too many answers wait for the model already."""

    def __init__(self, whose: str) -> None:
        super().__init__(f"{whose} wait for the language model", remedy="Try again in some minutes")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer waits for its turn; so many are written before it."""

    ahead: int


@dataclass(eq=False, slots=True)
class Place:
    """A place in the line. It is given up where `stop` is set; who is `beside` waits for no other of the same asker."""

    asker: str
    stop: threading.Event
    beside: bool = False
    writes: bool = False


class Line:
    """`at_once` answers are written at the same time, one of each asker, in the order they came.

    A place is taken until whoever writes has ended, also where nobody hears it any more: a model may be slow to stop.
    """

    def __init__(self, *, at_once: int, queued: int, queued_each: int) -> None:
        self._at_once, self._queued, self._queued_each = at_once, queued, queued_each
        self._places: list[Place] = []
        self._changed = threading.Condition()

    def enter(self, asker: str, stop: threading.Event, *, beside: bool = False) -> Place:
        """A place behind all others, to be left again. Raises TooMuchToWrite."""
        with self._changed:
            if sum(place.asker == asker for place in self._places) >= self._queued_each:
                raise TooMuchToWrite(f"{self._queued_each} answers of yours")
            if len(self._places) >= self._queued:
                raise TooMuchToWrite(f"{self._queued} answers")
            self._places.append(place := Place(asker, stop, beside))
        return place

    def leave(self, place: Place) -> None:
        with self._changed:
            self._places.remove(place)
            self._changed.notify_all()

    @contextmanager
    def turn(
        self, place: Place, tell: Callable[[int], None] = lambda ahead: None, within_s: float | None = None
    ) -> Iterator[bool]:
        """When it is this place's turn; False where it is given up before, or the turn has not come in time.

        `tell` hears how many are before it, as often as that changes.
        """
        end = None if within_s is None else time.monotonic() + within_s
        told = 0
        with self._changed:
            while not place.stop.is_set():
                if self._is_next(place):
                    place.writes = True
                    break
                if end is not None and time.monotonic() >= end:
                    break
                if (ahead := self._ahead(place)) != told:
                    told = ahead
                    tell(ahead)
                self._changed.wait(_LOOK_S)
        try:
            yield place.writes
        finally:
            with self._changed:
                place.writes = False
                self._changed.notify_all()

    def stop_all(self) -> None:
        """Every place is given up."""
        with self._changed:
            for place in self._places:
                place.stop.set()
            self._changed.notify_all()

    def _is_next(self, place: Place) -> bool:
        if sum(other.writes for other in self._places) >= self._at_once:
            return False
        return next((other for other in self._places if self._could_begin(other)), None) is place

    def _could_begin(self, place: Place) -> bool:
        if place.writes or place.stop.is_set():
            return False
        return place.beside or not any(other.writes and other.asker == place.asker for other in self._places)

    def _ahead(self, place: Place) -> int:
        at = self._places.index(place)
        return sum(
            other.writes or (before < at and not other.stop.is_set())
            for before, other in enumerate(self._places)
            if other is not place
        )
