"""Who is logged in: random tokens that browsers keep in a cookie. They end with the program."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

IDLE_SECONDS = 14 * 24 * 3600.0
_TOKEN_BYTES = 32
_KEPT = 10_000


@dataclass(slots=True)
class _Session:
    name: str
    version: str
    seen: float


class Sessions:
    """Sessions by the hash of their token, the one longest unused first. Safe to use from several threads."""

    def __init__(
        self, version_of: Callable[[str], str | None], *, idle_seconds: float = IDLE_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """`version_of` a name changes when its sessions must end: None for somebody who is no user any more."""
        self._version_of, self._idle, self._now = version_of, idle_seconds, now
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str) -> str:
        """A token for somebody who has shown the password."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            self._sessions[_key(token)] = _Session(name, self._version_of(name) or "", self._now())
            while len(self._sessions) > _KEPT:
                self._sessions.popitem(last=False)
        return token

    def name_of(self, token: str) -> str | None:
        """Whose token it is; None for one that was never given, has been idle too long, or ended."""
        key = _key(token)
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            now = self._now()
            if now - session.seen > self._idle or self._version_of(session.name) != session.version:
                del self._sessions[key]
                return None
            session.seen = now
            self._sessions.move_to_end(key)
            return session.name

    def end(self, token: str) -> None:
        """The token is no longer taken."""
        with self._lock:
            self._sessions.pop(_key(token), None)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
