"""The address of a server, and the key to it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.errors import SettingsError

_SETTING = "setting 'generate.generator'"
_EXAMPLE = "Name the server's base address, such as http://127.0.0.1:11434/v1"


@dataclass(frozen=True, slots=True)
class Address:
    """`base` ends with the version ("…/v1"), `root` is what stands before it; neither ends with a slash.

    `host` is how a person knows the server. `local` says that it is on this machine.
    """

    base: str
    root: str
    host: str
    local: bool


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


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
