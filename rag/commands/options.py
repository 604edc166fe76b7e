"""What the commands share: options, settings, and the way to end with an error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from rag.config import Settings, load_settings
from rag.errors import SettingsError


def printable(text: str) -> str:
    """Control characters made visible: no text can move the cursor or colour the screen."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else f"\\x{ord(character):02x}"
        for character in text
    )


def counted(number: int, noun: str) -> str:
    """ "1 article", "2 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def report_problem(message: str) -> None:
    """One line on standard error, whatever the name of a file or the text of an error holds."""
    click.echo(f"hoibao: {printable(message.replace(chr(10), ' '))}", err=True)


def fail(message: str, *, status: int) -> NoReturn:
    """Say what went wrong in one line and end with the status."""
    report_problem(message)
    raise SystemExit(status)


def library_option(command: Any) -> Any:
    """`--library DIR`, the same everywhere."""
    return click.option(
        "--library",
        "library_dir",
        type=click.Path(path_type=Path),
        default=Path("library"),
        show_default=True,
        envvar="HOIBAO_LIBRARY",
        show_envvar=True,
        help="The library folder.",
    )(command)


def unused_library_option(command: Any) -> Any:
    """`--library DIR` where there is nothing to open: every command takes it, so that a program can always give it."""
    return click.option(
        "--library", type=click.Path(), expose_value=False, help="Accepted as everywhere; no library is opened here."
    )(command)


def settings_options(command: Any) -> Any:
    """`--config FILE` and `--option NAME=VALUE`, the same everywhere."""
    command = click.option(
        "--option",
        "-o",
        "assignments",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set one setting, such as answer.threshold=0.6; may be repeated.",
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        default=None,
        help="A TOML file with settings; `hoibao info --settings` lists them.",
    )(command)


def settings_from(config: Path | None, assignments: Sequence[str], **flags: Any) -> Settings:
    """Defaults, then the file, then the flags; one that was not given, None, changes nothing.

    Raises SettingsError for a wrong setting, UsageError for a model's name without a server.
    """
    overrides: dict[str, Any] = {}
    for assignment in assignments:
        name, separator, value = assignment.partition("=")
        if not separator or "." not in name:
            raise SettingsError(
                f"{assignment!r} is not of the form section.name=value", remedy="See `hoibao info --settings`"
            )
        overrides[name] = value
    given = {name.replace("__", "."): value for name, value in flags.items() if value is not None}
    settings = load_settings(config, overrides | given)
    if given.get("generate.model") and not settings.generate.generator.strip():
        raise click.UsageError(
            "--model names a model at a server, and no server is named: give its address with --generator "
            "(http://127.0.0.1:11434/v1 for Ollama)"
        )
    return settings
