"""Logging in, and telling who a request is from: by session, by password, or by token."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import math
import os
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from app.login.attempts import Attempts
from app.login.sessions import Sessions
from app.login.users import Users

if TYPE_CHECKING:
    from starlette.types import Scope

SESSION_COOKIE = "hb_session"
# Password checks that wait for the one under way; more come from somebody who guesses.
_WAITING = 16
_BUSY_SECONDS = 5.0
_KEPT = 1_000


class TooManyAttempts(Exception):
    """The password is not looked at now; `seconds` from now it may be."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"too many attempts; try again in {self.seconds} s")


class Access:
    """The users of a file, their sessions, and what has been tried. Raises SettingsError where the file is no good."""

    def __init__(self, users_file: Path, *, attempts: Attempts | None = None) -> None:
        self.users = Users(users_file)
        self.sessions = Sessions(self.users.version)
        self._attempts = attempts or Attempts()
        self._checking = asyncio.Semaphore(1)
        self._waiting = 0
        # Programs send their password with every request: checked once, it is known by what only this process can make.
        self._key = os.urandom(32)
        self._known: OrderedDict[bytes, tuple[str, str | None]] = OrderedDict()

    async def log_in(self, name: str, password: str, address: str) -> str | None:
        """The name as the file has it where the password is right. Raises TooManyAttempts.

        Checks wait for each other, and not for long: they cost memory and time.
        """
        name = self.users.name_of(name)
        self._require_no_pause(name, address)
        if self._waiting >= _WAITING:
            raise TooManyAttempts(_BUSY_SECONDS)
        self._waiting += 1
        try:
            async with self._checking:
                # Those before may have failed meanwhile: many at once are no more guesses than one after another.
                self._require_no_pause(name, address)
                right = await asyncio.to_thread(self.users.check, name, password)
                if not right:
                    self._attempts.failed(name, address)
                    return None
        finally:
            self._waiting -= 1
        self._attempts.succeeded(name, address)
        return name

    def _require_no_pause(self, name: str, address: str) -> None:
        pause = self._attempts.pause_s(name, address)
        if pause > 0:
            raise TooManyAttempts(pause)

    async def user_of(self, scope: Scope, *, programs: bool) -> str | None:
        """Who a request is from; None for nobody known. With `programs` a password or token in the Authorization header
        is taken, too. Raises TooManyAttempts."""
        connection = HTTPConnection(scope)
        token = connection.cookies.get(SESSION_COOKIE)
        if token and (name := self.sessions.name_of(token)) is not None:
            return name
        kind, _, given = connection.headers.get("authorization", "").partition(" ")
        if not programs or not given:
            return None
        if kind.lower() == "bearer":
            # Nobody guesses one: it is looked up, and not slowly.
            return self.users.of_token(given.strip())
        if kind.lower() == "basic":
            return await self._by_password(given.strip(), address_of(scope))
        return None

    async def _by_password(self, given: str, address: str) -> str | None:
        try:
            name, colon, password = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if not colon:
            return None
        key = hmac.digest(self._key, f"{len(name)}:{name}{password}".encode(), hashlib.sha256)
        known = self._known.get(key)
        if known is not None and known[1] is not None and self.users.version(known[0]) == known[1]:
            return known[0]
        self._known.pop(key, None)
        found = await self.log_in(name, password, address)
        if found is not None:
            self._known[key] = found, self.users.version(found)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found


def address_of(scope: Scope) -> str:
    """Where a request comes from; "" where that is not known."""
    client = scope.get("client")
    return str(client[0]) if client else ""
