"""The address of a server, and the key to it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.errors import SettingsError

_SETTING = "setting 'generate.generator'"
# So many signs of a key are taken for its beginning.
_TELLING_CHARS = 8
_EXAMPLE = "Name the server's base address, such as http://127.0.0.1:11434/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """`base` ends with the version ("…/v1"), `root` is what stands before it; neither ends with a slash.

    `host` is how a person knows the server. `local` says that it is on this machine, `inside` that it is there or in a
    network of one's own.
    """

    base: str
    root: str
    host: str
    local: bool
    inside: bool


def is_address(generator: str) -> bool:
    """Whether a setting names a server rather than a model."""
    return generator.strip().lower().startswith(("http://", "https://"))


def parse_address(generator: str) -> Address:
    """Raises SettingsError for what no server can have, and for a key in the address, without repeating it."""
    text = generator.strip()
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise SettingsError("this address cannot be read", where=_SETTING, remedy=_EXAMPLE) from error
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "the address holds more than host and path",
            where=_SETTING,
            remedy="A key belongs into the environment variable that generate.key_variable names",
        )
    if not host or not text.isascii() or any(sign.isspace() for sign in text):
        raise SettingsError("this address cannot be read", where=_SETTING, remedy=_EXAMPLE)
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    server = f"{parts.scheme.lower()}://{parts.netloc}"
    shown = f"[{host}]" if ":" in host else host
    return Address(
        base=server + path,
        root=server + path.removesuffix("/v1"),
        host=shown if port is None else f"{shown}:{port}",
        local=_is_loopback(host),
        inside=_is_loopback(host) or _is_private(host),
    )


def read_key(variable: str) -> SecretStr | None:
    """The key in this environment variable, if there is one. Raises SettingsError, without repeating it."""
    key = os.environ.get(variable, "").strip() if variable else ""
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError(
            "holds what cannot be a key (keys are printable ASCII without spaces)",
            where=f"environment variable {variable}",
            remedy="Set it again",
        )
    return SecretStr(key)


def hidden(text: str, key: str) -> str:
    """The text with asterisks for the key: in capitals or small letters, percent-encoded, or cut off at the end."""
    signs = [rf"(?:{re.escape(sign)}|%(?:25)*{ord(sign):02x})" for sign in key]
    begins = re.compile("".join(signs[:_TELLING_CHARS]), re.IGNORECASE)
    goes_on = [re.compile(sign, re.IGNORECASE) for sign in signs[_TELLING_CHARS:]]
    told, start = "", 0
    while found := begins.search(text, start):
        told += f"{text[start : found.start()]}***"
        start = found.end()
        for sign in goes_on:
            more = sign.match(text, start)
            if more is None:
                break
            start = more.end()
    return told + text[start:]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_private(host: str) -> bool:
    """Whether a host is in a network of one's own: its address is a private one, or its name means nothing outside."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
