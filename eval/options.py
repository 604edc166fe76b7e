"""What the commands that train networks share: the data folder, a line of progress, errors in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rag.commands.options import fail
from rag.errors import RagError, SettingsError

data_option = click.option(
    "--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True, help="Data folder."
)


def guarded(function: Callable[..., None]) -> Callable[..., None]:
    """The function, which says what went wrong in one line and ends with 2 for settings, 1 for all else."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            function(*arguments, **options)
        except RagError as error:
            fail(str(error), status=2 if isinstance(error, SettingsError) else 1)

    return run


def say(what: str) -> None:
    """One line of progress."""
    click.echo(what, err=True)
