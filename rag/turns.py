"""Whose turn it is: few questions at once, in an order that is fair to everybody who asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_ASKERS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits: askers of different names take turns. Nobody waits for what is looked up in the background."""

    name: str = ""
    background: bool = False


_NOBODY = Asker()
_ASKER: ContextVar[Asker] = ContextVar("asker", default=_NOBODY)


@contextmanager
def asking_for(name: str = "", *, background: bool = False) -> Iterator[None]:
    """Every question of this thread inside is asked for this person or program, or for nobody in particular."""
    token = _ASKER.set(Asker(name, background))
    try:
        yield
    finally:
        _ASKER.reset(token)


class Turns:
    """Lets at most `at_once` in. Whoever had the last turn longest ago is next, and of one name whoever came first.

    What is done in the background begins when nobody waits and nothing is under way.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._open = 0
        self._waiting: list[_Waiter] = []
        self._arrived = self._begun = 0
        self._last: OrderedDict[str, int] = OrderedDict()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn, as soon as it is this thread's. It must not take another one inside."""
        waiter = _Waiter(_ASKER.get())
        with self._lock:
            self._arrived += 1
            waiter.number = self._arrived
            self._waiting.append(waiter)
            self._call()
        try:
            waiter.called.wait()
            yield
        finally:
            with self._lock:
                # An interruption comes while it waits, too.
                if waiter in self._waiting:
                    self._waiting.remove(waiter)
                else:
                    self._open -= 1
                self._call()

    def waiting(self) -> int:
        """How many questions that somebody waits for have not begun."""
        with self._lock:
            return sum(not waiter.asker.background for waiter in self._waiting)

    def _call(self) -> None:
        while self._waiting and self._open < self._at_once:
            waiter = min(self._waiting, key=self._place)
            if waiter.asker.background and self._open:
                return
            self._waiting.remove(waiter)
            self._open += 1
            self._begun += 1
            self._last[waiter.asker.name] = self._begun
            self._last.move_to_end(waiter.asker.name)
            if len(self._last) > _ASKERS_KEPT:
                self._last.popitem(last=False)
            waiter.called.set()

    def _place(self, waiter: _Waiter) -> tuple[bool, int, int]:
        return waiter.asker.background, self._last.get(waiter.asker.name, 0), waiter.number


class _Waiter:
    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.number = 0
        self.called = threading.Event()
