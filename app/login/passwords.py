"""Passwords as they are stored: never themselves, but what scrypt (RFC 7914) makes of them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata

from rag.errors import SettingsError

MIN_CHARS, MAX_CHARS = 8, 1_024
# Memory is 128 · N · r bytes, 32 MiB here; a check takes about a quarter of a second of one core.
_N, _R, _P = 2**15, 8, 3
_SALT_BYTES, _HASH_BYTES = 16, 32
# A file that somebody has altered must not be able to take all the memory.
_MOST_N, _MOST_R, _MOST_P = 2**17, 16, 16


def hashed(password: str) -> str:
    """The password as a line "scrypt$N$r$p$salt$hash", salt and hash in base64; two of the same password differ.

    Raises SettingsError for a password that is too short or too long.
    """
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise SettingsError(
            f"the password has {len(password)} characters", remedy=f"Choose one of {MIN_CHARS} to {MAX_CHARS:,}"
        )
    salt = os.urandom(_SALT_BYTES)
    made = (base64.b64encode(part).decode() for part in (salt, _scrypt(password, salt, _N, _R, _P)))
    return "$".join(("scrypt", str(_N), str(_R), str(_P), *made))


def is_hash(stored: str) -> bool:
    """Whether a line is of the form that `hashed` gives, and can be checked on an ordinary machine."""
    return _parts(stored) is not None


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one. Takes as long where nothing is stored: names cannot be tried out."""
    parts = _parts(stored) if stored is not None else None
    n, r, p, salt, expected = parts or (_N, _R, _P, bytes(_SALT_BYTES), bytes(_HASH_BYTES))
    # What cannot be a password is compared all the same.
    given = _scrypt(password[:MAX_CHARS], salt, n, r, p)
    return hmac.compare_digest(given, expected) and parts is not None and len(password) <= MAX_CHARS


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One password, whichever way the machine composes Vietnamese letters.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=_HASH_BYTES)


def _parts(stored: str) -> tuple[int, int, int, bytes, bytes] | None:
    try:
        kind, n, r, p, salt, made = stored.split("$")
        numbers = int(n), int(r), int(p)
        decoded = base64.b64decode(salt, validate=True), base64.b64decode(made, validate=True)
    except (ValueError, binascii.Error):
        return None
    fits = 2 <= numbers[0] <= _MOST_N and 1 <= numbers[1] <= _MOST_R and 1 <= numbers[2] <= _MOST_P
    sound = fits and numbers[0] & (numbers[0] - 1) == 0 and len(decoded[0]) >= 8 and len(decoded[1]) == _HASH_BYTES
    return (*numbers, *decoded) if kind == "scrypt" and sound else None
