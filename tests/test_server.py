"""Serving on one socket of this machine, and the guard around the page. No page is needed for it."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import pytest
from click.testing import CliRunner

from app.command import chat
from app.server import Guard, Served, is_loopback, running
from rag.errors import RagError, SettingsError


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """The smallest page."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"xin"})


def get(address: str, host: str | None = None) -> tuple[int, bytes, dict[str, str]]:
    place = address.removeprefix("http://")
    connection = http.client.HTTPConnection(place, timeout=120)
    try:
        connection.request("GET", "/", headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_the_address_is_given_once_the_page_answers_and_nothing_listens_afterwards() -> None:
    with running(Guard(hello), "127.0.0.1", 0) as address:
        status, body, headers = get(address)
        assert (status, body) == (200, b"xin")
        policy = headers["content-security-policy"]
        assert "connect-src 'self'" in policy
        assert "http" not in policy
        assert headers["referrer-policy"] == "same-origin"
    with pytest.raises(ConnectionRefusedError):
        get(address)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "localhost.evil.example", "8.8.8.8", "[::2]:80"])
def test_a_foreign_name_for_this_machine_is_refused(host: str) -> None:
    with running(Guard(hello), "127.0.0.1", 0) as address:
        status, body, _ = get(address, host)
        assert status == 403
        assert b"xin" not in body


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:7860", "[::1]:7860"])
def test_this_machine_s_own_names_are_answered(host: str) -> None:
    with running(Guard(hello), "127.0.0.1", 0) as address:
        assert get(address, host)[0] == 200


def test_a_taken_port_is_said_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RagError) as caught, running(Guard(hello), "127.0.0.1", port):
            pass
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "--port" in caught.value.remedy


def test_a_page_that_does_not_start_is_said() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.failed", "message": "no"})

    with pytest.raises(RagError, match="did not start"), running(broken, "127.0.0.1", 0):
        pass


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - the address that must be refused
        ("192.168.1.2", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_what_counts_as_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize("arguments", [("--host", "0.0.0.0"), ("--host", "192.168.1.2"), ("--allow-host", "báo.vn")])  # noqa: S104
def test_others_are_served_with_a_password_alone(arguments: tuple[str, str]) -> None:
    result = CliRunner().invoke(chat, [*arguments, "--library", "/nowhere"])
    assert isinstance(result.exception, SettingsError)
    assert " ".join(arguments) in str(result.exception)
    assert "--auth USERS_FILE (`hoibao users add" in str(result.exception)
    result = CliRunner().invoke(chat, [*arguments, "--auth", "/nowhere/users.json", "--library", "/nowhere"])
    assert isinstance(result.exception, SettingsError)
    assert "no such users file" in str(result.exception)


@pytest.mark.parametrize(
    ("listens", "allowed", "host", "served"),
    [
        ("127.0.0.1", (), "localhost", True),
        ("127.0.0.1", (), "192.168.1.2", False),
        ("127.0.0.1", (), socket.gethostname(), False),
        ("127.0.0.1", ("Bao.example.vn",), "bao.example.vn", True),
        ("127.0.0.1", ("bao.example.vn",), "bao.example.vn.evil.example", False),
        ("0.0.0.0", (), "192.168.1.2", True),  # noqa: S104
        ("0.0.0.0", (), "fe80::1", True),  # noqa: S104
        ("0.0.0.0", (), socket.gethostname().upper(), True),  # noqa: S104
        ("0.0.0.0", (), "evil.example", False),  # noqa: S104
        ("bao.local", (), "bao.local.", True),
        ("bao.local", (), "", False),
    ],
)
def test_under_which_names_it_is_served(listens: str, allowed: tuple[str, ...], host: str, served: bool) -> None:
    assert (host in Served.on(listens, allowed)) is served


def test_served_to_others_a_foreign_name_is_still_refused() -> None:
    guarded = Guard(hello, Served.on("0.0.0.0", ["bao.example.vn"]))  # noqa: S104
    with running(guarded, "127.0.0.1", 0) as address:
        assert get(address, "bao.example.vn")[0] == 200
        assert get(address, "192.168.1.2:7860")[0] == 200
        status, body, _ = get(address, "evil.example")
    assert status == 403
    assert b"--allow-host" in body
