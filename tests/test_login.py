"""Users, sessions and attempts; the gate around the site is tested in test_gate.py."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
import tomllib
import unicodedata
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.login.access import Access, TooManyAttempts
from app.login.attempts import Attempts
from app.login.command import users as users_command
from app.login.passwords import hashed, is_hash, matches
from app.login.sessions import Sessions
from app.login.users import Users, add_user, drop_token, new_token, read_users, remove_user
from rag.cli import COMMANDS_GROUP
from rag.errors import SettingsError

PASSWORD = "mật khẩu dài 1"  # noqa: S105
OTHER = "một mật khẩu khác"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


# ---- passwords ------------------------------------------------------------------------------------------------------


def test_a_password_is_known_again_and_never_stored() -> None:
    stored = hashed(PASSWORD)
    assert stored.startswith("scrypt$32768$8$3$")
    assert PASSWORD not in stored
    assert hashed(PASSWORD) != stored
    assert matches(PASSWORD, stored)
    assert not matches(OTHER, stored)
    # A Mac and a phone compose the letters in their own ways.
    assert matches(unicodedata.normalize("NFD", PASSWORD), stored)


def test_nobody_s_password_is_wrong() -> None:
    assert not matches(PASSWORD, None)
    assert not matches("", None)


@pytest.mark.parametrize("password", ["", "ngắn", "1234567", "x" * 1_025])
def test_a_password_has_a_sensible_length(password: str) -> None:
    with pytest.raises(SettingsError, match="characters"):
        hashed(password)


def test_what_is_too_long_matches_nothing() -> None:
    assert not matches("x" * 1_025, hashed("x" * 1_024))


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "plain text",
        "scrypt$32768$8$3$AAAA$AAAA",
        "scrypt$1073741824$8$3$" + "A" * 24 + "$" + "A" * 43 + "=",
        "scrypt$32767$8$3$" + "A" * 24 + "$" + "A" * 43 + "=",
        "scrypt$32768$8$-1$" + "A" * 24 + "$" + "A" * 43 + "=",
        "md5$32768$8$3$" + "A" * 24 + "$" + "A" * 43 + "=",
    ],
)
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert not is_hash(stored)
    assert not matches("", stored)


# ---- the file -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A users file with Lan and Minh. Read it, never write to it."""
    path = tmp_path_factory.mktemp("users") / "users.json"
    add_user(path, "Lan", PASSWORD)
    add_user(path, "Minh Anh", OTHER)
    return path


def test_names_have_no_case_and_one_way_to_be_composed(two_users: Path) -> None:
    users = Users(two_users)
    assert sorted(read_users(two_users)) == ["lan", "minh anh"]
    assert users.check(" LAN ", PASSWORD)
    assert users.check("minh  anh", OTHER)
    assert not users.check("lan", OTHER)
    assert not users.check("hoa", PASSWORD)
    assert users.version("hoa") is None


def test_the_file_is_its_owner_s_alone(two_users: Path) -> None:
    assert two_users.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in two_users.read_text(encoding="utf-8")


def test_changes_are_heeded_while_the_page_is_served(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    add_user(path, "lan", PASSWORD)
    users = Users(path)
    before = users.version("lan")
    add_user(path, "lan", OTHER)
    assert users.check("lan", OTHER)
    assert users.version("lan") not in {None, before}
    remove_user(path, "lan")
    assert not users.check("lan", OTHER)
    assert users.version("lan") is None


def test_a_slip_in_the_file_shuts_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "users.json"
    add_user(path, "lan", PASSWORD)
    users = Users(path)
    path.write_text('{"version": 1, "users": {', encoding="utf-8")
    assert users.check("lan", PASSWORD)
    assert "as they were before" in caplog.text


def test_a_token_is_known_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    add_user(path, "lan", PASSWORD)
    first = new_token(path, "Lan")
    users = Users(path)
    assert first not in path.read_text(encoding="utf-8")
    assert users.of_token(first) == "lan"
    assert users.of_token(f"{first}x") is None
    assert users.of_token("") is None
    second = new_token(path, "lan")
    assert users.of_token(first) is None
    assert users.of_token(second) == "lan"
    add_user(path, "lan", OTHER)
    assert users.of_token(second) == "lan"
    drop_token(path, "lan")
    assert users.of_token(second) is None


@pytest.mark.parametrize("name", ["", " \n", "a:b", "a\0b", "x" * 65, "../../etc", "<b>", "a\u202eb"])
def test_what_cannot_be_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be a name"):
        add_user(tmp_path / "users.json", name, PASSWORD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "users": {}}',
        '{"version": 1, "users": []}',
        '{"version": 1, "users": {"lan": "mật khẩu"}}',
        '{"version": 1, "users": {"lan": {"password": "mật khẩu"}}}',
        json.dumps({"version": 1, "users": {"lan": {"password": hashed(PASSWORD), "token_sha256": 7}}}),
        json.dumps({"version": 1, "users": {"lan": {"password": hashed(PASSWORD), "token_sha256": "ấ" * 64}}}),
        "[" * 100_000,
    ],
)
def test_what_is_no_users_file_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Users(path)
    assert str(path) in str(caught.value)
    assert "hoibao users add" in str(caught.value)


def test_a_file_with_nobody_in_it_serves_nobody(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    add_user(path, "lan", PASSWORD)
    remove_user(path, "lan")
    with pytest.raises(SettingsError, match="nobody"):
        Users(path)
    with pytest.raises(SettingsError, match="no such users file"):
        Users(tmp_path / "missing.json")


# ---- the command ----------------------------------------------------------------------------------------------------


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(users_command, arguments, input=given)


def test_the_command_adds_lists_and_removes(tmp_path: Path) -> None:
    path = str(tmp_path / "users.json")
    assert run("add", path, "lan", given=f"{PASSWORD}\n").output == "lan: added\n"
    assert run("add", path, "Lan", given=f"{OTHER}\r\n").output == "Lan: new password set\n"
    assert Users(Path(path)).check("lan", OTHER)
    token = run("token", path, "lan").output.strip()
    assert Users(Path(path)).of_token(token) == "lan"
    assert run("list", path).output == "lan  (token)\n"
    assert run("token", path, "lan", "--drop").exit_code == 0
    assert run("list", path).output == "lan\n"
    assert run("remove", path, "LAN").output == "LAN: removed\n"
    assert run("list", path).output == ""
    assert json.loads(Path(path).read_text(encoding="utf-8")) == {"version": 1, "users": {}}


def test_what_the_command_cannot_do_is_said(tmp_path: Path) -> None:
    path = str(tmp_path / "users.json")
    for arguments in (("list", path), ("remove", path, "lan"), ("token", path, "lan")):
        assert "hoibao users add" in str(run(*arguments).exception)
    assert "no password" in str(run("add", path, "lan").exception)
    assert "3 characters" in str(run("add", path, "lan", given="abc\n").exception)
    assert not Path(path).exists()
    run("add", path, "lan", given=PASSWORD)
    assert "hoibao users list" in str(run("remove", path, "hoa").exception)


def test_the_command_is_part_of_the_command_line() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entry = EntryPoint("users", project["entry-points"][COMMANDS_GROUP]["users"], COMMANDS_GROUP)
    assert entry.load() is users_command


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    code = "from app.login.command import users; users()"
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code, "add", str(path), "lan"],
        stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
    ) as asking:  # fmt: skip
        os.close(inside)
        shown = b""
        for prompt in (b"Password", b"again"):
            while prompt not in shown:
                shown += os.read(terminal, 1_000)
            os.write(terminal, f"{PASSWORD}\n".encode())
        with suppress(OSError):  # how a terminal says that the other side has gone
            while part := os.read(terminal, 1_000):
                shown += part
        os.close(terminal)
    assert asking.returncode == 0
    assert "lan: added" in shown.decode()
    assert PASSWORD not in shown.decode()
    assert Users(path).check("lan", PASSWORD)


def test_other_commands_load_nothing_of_the_server() -> None:
    code = (
        "import sys; from app.login.command import users; from app.command import chat; from rag.cli import cli; "
        "print(sorted({'gradio', 'mcp', 'starlette', 'fastapi', 'uvicorn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- sessions -------------------------------------------------------------------------------------------------------


def test_a_session_lasts_as_long_as_it_is_used() -> None:
    clock = Clock()
    sessions = Sessions(lambda name: "1", idle_seconds=100, now=clock)
    token, other = sessions.begin("lan"), sessions.begin("minh")
    for _ in range(5):
        clock.now += 60
        assert sessions.name_of(token) == "lan"
    assert sessions.name_of(other) is None
    clock.now += 101
    assert sessions.name_of(token) is None


def test_a_session_ends_with_its_password_and_when_told_to() -> None:
    versions: dict[str, str | None] = {"lan": "1", "minh": "1"}
    sessions = Sessions(versions.get)
    lan, minh, again = sessions.begin("lan"), sessions.begin("minh"), sessions.begin("minh")
    assert len({lan, minh, again}) == 3
    assert min(map(len, (lan, minh, again))) >= 43
    versions["lan"] = "2"
    assert sessions.name_of(lan) is None
    sessions.end(minh)
    assert sessions.name_of(minh) is None
    assert sessions.name_of(again) == "minh"
    versions["minh"] = None
    assert sessions.name_of(again) is None
    assert sessions.name_of("made up") is None


# ---- attempts -------------------------------------------------------------------------------------------------------


def test_pauses_double_after_five_failures_and_are_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(now=clock)
    pauses = []
    for _ in range(9):
        pauses.append(attempts.pause_s("lan", "10.0.0.1"))
        clock.now += pauses[-1]
        attempts.failed("lan", "10.0.0.1")
    assert pauses == [0, 0, 0, 0, 0, 1, 2, 4, 8]
    assert attempts.pause_s("lan", "10.0.0.1") == 16
    # Others are not held up: not the same name from elsewhere, not another name from there.
    assert attempts.pause_s("lan", "10.0.0.2") == 0
    assert attempts.pause_s("minh", "10.0.0.1") == 0
    clock.now += 15 * 60 + 1
    assert attempts.pause_s("lan", "10.0.0.1") == 0


def test_trying_many_names_from_one_address_is_slowed_down() -> None:
    attempts = Attempts(now=Clock())
    for number in range(30):
        assert attempts.pause_s(f"name {number}", "10.0.0.1") == 0
        attempts.failed(f"name {number}", "10.0.0.1")
    assert attempts.pause_s("a new one", "10.0.0.1") > 0
    assert attempts.pause_s("a new one", "10.0.0.2") == 0


def test_a_name_tried_from_everywhere_is_slowed_down_for_half_a_minute_at_most() -> None:
    attempts = Attempts(now=Clock())
    for number in range(200):
        attempts.failed("lan", f"10.0.{number}.1")
    assert 0 < attempts.pause_s("lan", "192.168.0.1") <= 30


def test_success_forgets_what_was_mistyped() -> None:
    attempts = Attempts(now=Clock())
    for _ in range(6):
        attempts.failed("lan", "10.0.0.1")
    attempts.succeeded("lan", "10.0.0.1")
    assert attempts.pause_s("lan", "10.0.0.1") == 0


def test_many_at_once_are_no_more_guesses(tmp_path: Path) -> None:
    add_user(tmp_path / "users.json", "lan", PASSWORD)

    async def guess() -> list[str | BaseException | None]:
        access = Access(tmp_path / "users.json", attempts=Attempts(now=Clock()))
        return await asyncio.gather(
            *(access.log_in("lan", f"đoán {number}", "10.0.0.1") for number in range(12)), return_exceptions=True
        )

    found = asyncio.run(guess())
    assert found[:5] == [None] * 5
    assert {type(refused) for refused in found[5:]} == {TooManyAttempts}
