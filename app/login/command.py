"""`hoibao users`: who may use the page where it is served to others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.commands.options import printable
from rag.errors import SettingsError

_FILE = click.argument("file", type=click.Path(path_type=Path))
_NAME = click.argument("name")


@click.group(short_help="Say who may use the page where it is served to others.")
def users() -> None:
    """Say who may use the page where it is served to others: names with hashed passwords, in a file for
    `hoibao chat --auth FILE`. A running page heeds changes at once."""


@users.command(short_help="Add somebody, or set a new password.")
@_FILE
@_NAME
def add(file: Path, name: str) -> None:
    """Add NAME to FILE, which is made where there is none, or set a new password.

    The password is asked for twice on the terminal; elsewhere it is the first line of standard input. With a new
    password, whoever is logged in under the name has to log in again.
    """
    from app.login.users import add_user

    new = add_user(file, name, _password())
    click.echo(f"{printable(name)}: {'added' if new else 'new password set'}")


@users.command(short_help="Take somebody out.")
@_FILE
@_NAME
def remove(file: Path, name: str) -> None:
    """Take NAME out of FILE. Kept conversations stay, for a later user of that name."""
    from app.login.users import remove_user

    remove_user(file, name)
    click.echo(f"{printable(name)}: removed")


@users.command(name="list", short_help="List the names.")
@_FILE
def list_names(file: Path) -> None:
    """List the names in FILE, and who has a token."""
    from app.login.users import read_users

    for name, user in sorted(read_users(file).items()):
        click.echo(f"{printable(name)}{'  (token)' if user.token_sha256 else ''}")


@users.command(short_help="Make a token for programs.")
@_FILE
@_NAME
@click.option("--drop", is_flag=True, help="Take no token of this name any more.")
def token(file: Path, name: str, drop: bool) -> None:
    """Print a new token with which a program asks in the name of NAME: `Authorization: Bearer TOKEN`.

    It is shown this once, and an earlier one is no longer taken.
    """
    from app.login.users import drop_token, new_token

    if drop:
        drop_token(file, name)
        click.echo(f"{printable(name)}: no token any more")
    else:
        click.echo(new_token(file, name))


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt="The same again"))
    line = sys.stdin.readline()
    if not line:
        raise SettingsError("no password came on standard input", remedy="Write it there, on one line")
    return line.rstrip("\r\n")
