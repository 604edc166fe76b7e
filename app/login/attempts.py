"""How often a password may be tried: after some failures, ever longer pauses."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_Key = tuple[str, str, str]

_FORGOTTEN_SECONDS = 15 * 60.0
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many failures are free; then the pause doubles from one second on, up to `longest_s`."""

    free: int
    longest_s: float

    def pause_s(self, failures: int) -> float:
        return 0.0 if failures < self.free else min(self.longest_s, 2.0 ** min(failures - self.free, 20))


# A name from one address; an address with any names; a name from anywhere, which must not lock its owner out for long.
_PAIR, _ADDRESS, _NAME = _Limit(5, 900.0), _Limit(30, 900.0), _Limit(60, 30.0)


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """Failed attempts by name and address, forgotten after a quarter of an hour. Safe to use from several threads."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: OrderedDict[_Key, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def pause_s(self, name: str, address: str) -> float:
        """How many seconds until the next attempt is looked at; 0 for now."""
        with self._lock:
            return max(self._left_s(key, limit) for key, limit in _keys(name, address))

    def failed(self, name: str, address: str) -> None:
        """Note a wrong password."""
        with self._lock:
            for key, _ in _keys(name, address):
                failures = self._known(key) or _Failures(0, 0.0)
                failures.count, failures.last = failures.count + 1, self._now()
                self._failures[key] = failures
                self._failures.move_to_end(key)
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget what this person has mistyped. What others tried from the address stays."""
        with self._lock:
            self._failures.pop(("both", name, address), None)

    def _left_s(self, key: _Key, limit: _Limit) -> float:
        failures = self._known(key)
        if failures is None:
            return 0.0
        return max(0.0, failures.last + limit.pause_s(failures.count) - self._now())

    def _known(self, key: _Key) -> _Failures | None:
        failures = self._failures.get(key)
        if failures is not None and self._now() - failures.last > _FORGOTTEN_SECONDS:
            del self._failures[key]
            return None
        return failures


def _keys(name: str, address: str) -> Iterator[tuple[_Key, _Limit]]:
    yield ("both", name, address), _PAIR
    yield ("address", "", address), _ADDRESS
    yield ("name", name, ""), _NAME
