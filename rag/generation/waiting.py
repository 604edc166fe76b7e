"""Waiting that ends at once when nobody waits any more, for work that cannot be interrupted itself."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.05


class Stopped(Exception):
    """Nobody waits any more."""


class Patience(threading.Event):
    """Set as soon as another event is, or so many seconds are over; what it is made from is left as it is."""

    def __init__(self, seconds: float, other: threading.Event | None = None) -> None:
        super().__init__()
        self._other = other
        self._over_at = time.monotonic() + seconds

    def is_set(self) -> bool:
        is_over = time.monotonic() >= self._over_at
        return is_over or super().is_set() or (self._other is not None and self._other.is_set())

    def wait(self, timeout: float | None = None) -> bool:
        ends_at = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left_s = _POLL_S if ends_at is None else min(_POLL_S, ends_at - time.monotonic())
            if left_s <= 0:
                return False
            super().wait(left_s)
        return True


def unless_stopped(work: Callable[[], T], stop: threading.Event) -> T:
    """The result of `work`, or whatever it raises; Stopped soon after `stop` is set.

    It runs in a thread of its own, which is then left to end by itself: a model that is loading is loaded for the next
    time. `work` must be safe to run beside another call of itself.
    """
    if stop.is_set():
        raise Stopped
    results: list[T] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    threading.Thread(target=run, name="language-model-waiting", daemon=True).start()
    while not ended.wait(_POLL_S):
        if stop.is_set():
            raise Stopped
    if errors:
        raise errors[0]
    return results[0]


def as_they_come(put: queue.SimpleQueue[T | None], stop: threading.Event) -> Iterator[T]:
    """What is put, until None is; nothing more once `stop` is set."""
    while not stop.is_set():
        try:
            piece = put.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if piece is None:
            return
        if not stop.is_set():
            yield piece
