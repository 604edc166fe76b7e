"""`hoibao`: the command line. Messages go to standard error, results to standard output.

Exit status: 0 when the run completed, 1 for a failure, 2 for bad usage, 130 when interrupted.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from rag import __version__
from rag.commands.ask import ask, read, search
from rag.commands.info import info
from rag.commands.library import index, inspect, repair, verify
from rag.commands.options import fail
from rag.commands.timeline import timeline
from rag.errors import RagError, SettingsError

COMMANDS_GROUP = "hoibao.commands"
# What these log of a damaged file names no file; the error that is made of it does.
_PARSERS = ("pypdf", "trafilatura")


class _Commands(click.Group):
    """Adds the commands that other packages register, and turns errors that are meant for the user into one line."""

    def _registered(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=COMMANDS_GROUP)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._registered()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = self._registered().get(cmd_name)
        if entry is None:
            return None
        command = entry.load()
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            fail(str(error), status=2)
        except RagError as error:
            fail(str(error), status=1)
        except KeyboardInterrupt:
            fail("interrupted", status=130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hoibao")
@click.option("--verbose", "-v", is_flag=True, help="Say on standard error what is being done.")
def cli(verbose: bool) -> None:
    """Ask your own pile of Vietnamese news: every sentence of an answer is backed by a checked quotation.

    \b
    hoibao index articles/        build or update a library from files and folders
    hoibao ask "câu hỏi"          one question, one cited answer
    hoibao chat                   the chat page in the browser
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="hoibao: %(message)s", stream=sys.stderr, force=True
    )
    for parser in _PARSERS:
        logging.getLogger(parser).setLevel(logging.NOTSET if verbose else logging.CRITICAL)


for _command in (index, ask, search, read, timeline, info, inspect, verify, repair):
    cli.add_command(_command)


def main() -> None:
    """The entry point of the `hoibao` script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        cli.main(prog_name="hoibao")
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: nothing more to say, and nothing to flush into.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(128 + signal.SIGPIPE) from None
