"""The users file: names with hashed passwords and tokens. Read anew whenever it has changed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import stat
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from app.login.passwords import hashed, is_hash, matches
from rag.errors import SettingsError

logger = logging.getLogger(__name__)

_VERSION = 1
_NAME_CHARS = 64
_LOCK_SECONDS = 5.0
_TOKEN_BYTES = 32
_SHA256 = re.compile("[0-9a-f]{64}")
_TOKEN_PREFIX = "hoibao_"  # noqa: S105 - what a token begins with, so that it is recognised where it has leaked


@dataclass(frozen=True, slots=True)
class User:
    """A password as `passwords.hashed` gives it, and the SHA-256 of a token, in hex, where there is one."""

    password: str
    token_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    stamp: tuple[int, int, int]
    users: Mapping[str, User] = field(default_factory=dict)


class Users:
    """The users of a file, as they are now. Safe to use from several threads.

    Raises SettingsError where the file cannot be read when it is opened; afterwards, whoever was known stays known.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._state = _State(_stamp(path), read_users(path))
        if not self._state.users:
            raise SettingsError("nobody is in the users file", where=str(path), remedy=_add_remedy(path))

    def check(self, name: str, password: str) -> bool:
        """Whether the name has this password. Takes about a quarter of a second, also for a name that is not there."""
        user = self._users().get(_plain(name))
        return matches(password, user.password if user else None)

    def of_token(self, token: str) -> str | None:
        """The name that a token belongs to."""
        given = _token_sha256(token)
        for name, user in self._users().items():
            if user.token_sha256 is not None and secrets.compare_digest(user.token_sha256, given):
                return name
        return None

    def name_of(self, typed: str) -> str:
        """A name as the file has it, of what somebody typed."""
        return _plain(typed)

    def version(self, name: str) -> str | None:
        """What changes when the password does; None for somebody who is not there (any more)."""
        user = self._users().get(name)
        return hashlib.sha256(user.password.encode()).hexdigest() if user else None

    def _users(self) -> Mapping[str, User]:
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._state.stamp:
                try:
                    users: Mapping[str, User] = read_users(self._path)
                except SettingsError as error:
                    # A slip in the file must not shut everybody out; nobody new comes in through it either.
                    logger.warning("the users are as they were before: %s", error)
                    users = self._state.users
                self._state = _State(stamp, users)
            return self._state.users


def read_users(path: Path) -> dict[str, User]:
    """The users of a file, by name. Raises SettingsError that says what to do."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError("there is no such users file", where=str(path), remedy=_add_remedy(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"the users file cannot be read ({reason})", where=str(path)) from error
    try:
        stored = json.loads(text)
        if stored["version"] != _VERSION:
            raise ValueError(f"version {stored['version']!r}")
        users = {
            str(name): User(str(entry["password"]), entry.get("token_sha256"))
            for name, entry in stored["users"].items()
        }
        if wrong := [name for name, user in users.items() if not (_is_name(name) and _is_sound(user))]:
            raise ValueError(f"entry {wrong[0]!r}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SettingsError(
            f"this is no users file ({type(error).__name__}: {error})", where=str(path), remedy=_add_remedy(path)
        ) from error
    return users


def add_user(path: Path, name: str, password: str) -> bool:
    """Add somebody, or give a new password; whether the name is new. Makes the file where there is none.

    Raises SettingsError for a name or password that cannot be taken, or a file that cannot be written.
    """
    name, password = _checked(name), hashed(password)
    with _changing(path, create=True) as users:
        known = users.get(name)
        users[name] = replace(known, password=password) if known else User(password)
    return known is None


def remove_user(path: Path, name: str) -> None:
    """Take somebody out. Raises SettingsError where nobody has the name."""
    with _changing(path) as users:
        del users[_known(users, name, path)]


def new_token(path: Path, name: str) -> str:
    """A new token for programs that ask in this name; an earlier one is no longer taken. Raises SettingsError."""
    token = _TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    with _changing(path) as users:
        name = _known(users, name, path)
        users[name] = replace(users[name], token_sha256=_token_sha256(token))
    return token


def drop_token(path: Path, name: str) -> None:
    """Take no token in this name any more. Raises SettingsError where nobody has the name."""
    with _changing(path) as users:
        name = _known(users, name, path)
        users[name] = replace(users[name], token_sha256=None)


@contextmanager
def _changing(path: Path, *, create: bool = False) -> Iterator[dict[str, User]]:
    """The users to be changed, written when the context ends: the old file or the new one, never half of one."""
    try:
        with FileLock(f"{path}.lock", timeout=_LOCK_SECONDS):
            users = {} if create and not path.exists() else read_users(path)
            yield users
            _write(path, users)
    except Timeout as error:
        raise SettingsError(
            "another program is changing the users file", where=str(path), remedy="Try again"
        ) from error
    except OSError as error:
        raise SettingsError(f"the users file cannot be written ({error.strerror})", where=str(path)) from error


def _write(path: Path, users: Mapping[str, User]) -> None:
    entries = {
        name: {"password": user.password} | ({"token_sha256": user.token_sha256} if user.token_sha256 else {})
        for name, user in sorted(users.items())
    }
    text = json.dumps({"version": _VERSION, "users": entries}, ensure_ascii=False, indent=2) + "\n"
    # A link is written through.
    path = path.resolve()
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(made)
    try:
        # Readable by its owner alone, as it is made; what the old file allowed its owner stays.
        with os.fdopen(handle, "w", encoding="utf-8") as writing:
            writing.write(text)
            writing.flush()
            os.fsync(writing.fileno())
        if path.exists():
            new.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700 | 0o600)
        new.replace(path)
    except BaseException:
        new.unlink()
        raise


def _known(users: Mapping[str, User], name: str, path: Path) -> str:
    plain = _plain(name)
    if plain not in users:
        raise SettingsError(
            f"nobody is called {name!r} there", where=str(path), remedy=f"`hoibao users list {path}` lists all names"
        )
    return plain


def _checked(name: str) -> str:
    plain = _plain(name)
    if not _is_name(plain):
        raise SettingsError(
            f"{name!r} cannot be a name",
            remedy=f"Use 1 to {_NAME_CHARS} letters and digits, with spaces, dots, @, _ or - between them",
        )
    return plain


def _is_name(name: str) -> bool:
    """Names stand in headers and lists: no colon, no control character."""
    sound = all(character.isalnum() or unicodedata.combining(character) or character in " .@_-" for character in name)
    return 0 < len(name) <= _NAME_CHARS and sound and name == _plain(name)


def _is_sound(user: User) -> bool:
    """Whether both can be compared with what is given."""
    token: object = user.token_sha256
    return is_hash(user.password) and (token is None or (isinstance(token, str) and bool(_SHA256.fullmatch(token))))


def _plain(name: str) -> str:
    """Names are told apart without regard to case, and to how letters are composed."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def _token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_ino, found.st_mtime_ns, found.st_size


def _add_remedy(path: Path) -> str:
    return f"`hoibao users add {path} NAME` makes it and adds somebody"
