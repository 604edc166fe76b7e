"""`hoibao chat`: starts the page. Gradio is imported only when the command runs."""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import click

from app.server import is_loopback
from app.writing import opened_writing
from rag.commands.generating import generator_options
from rag.commands.options import library_option, report_problem, settings_from, settings_options
from rag.errors import SettingsError
from rag.library import Library
from rag.pipeline import open_engine
from rag.store.database import DATABASE_NAME

_END_SECONDS = 10.0


@click.command()
@library_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 for other machines, too, which needs --auth.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True, help="0 takes a free one.")
@click.option(
    "--watch",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Take over new, changed and deleted files of this folder while the page is open; may be repeated.",
)
@click.option(
    "--auth",
    "users_file",
    type=click.Path(path_type=Path),
    metavar="USERS_FILE",
    help="Ask for a name and password of this file; `hoibao users add` makes it.",
)
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="A name under which browsers reach this machine, such as that of a proxy before it; may be repeated.",
)
@generator_options
@settings_options
def chat(
    library_dir: Path,
    host: str,
    port: int,
    watch: tuple[Path, ...],
    users_file: Path | None,
    allowed: tuple[str, ...],
    generator: str | None,
    model: str | None,
    unsupported: str | None,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Open the chat page over the library, for a browser on this machine, or with --auth on others.

    Where there is no library yet, an empty one is made: articles can be added on the page.
    """
    if users_file is None and (allowed or not is_loopback(host)):
        raise SettingsError(
            "without a password the page is served to this machine alone",
            where=f"--allow-host {allowed[0]}" if is_loopback(host) else f"--host {host}",
            remedy="Add --auth USERS_FILE (`hoibao users add USERS_FILE NAME` makes one), or use 127.0.0.1 and an SSH "
            "tunnel",
        )
    access = None
    if users_file is not None:
        from app.login.access import Access

        access = Access(users_file)
    flags = {"generate__generator": generator, "generate__model": model, "generate__unsupported": unsupported}
    settings = settings_from(config, assignments, **flags)
    if not (library_dir / DATABASE_NAME).exists():
        Library.open(library_dir, create=True).close()
        click.echo(f"hoibao: {library_dir}: a new library, still empty; add articles on the page", err=True)
    with ThreadPoolExecutor(1) as beside:
        # Importing Gradio takes longer than opening a library: both at once.
        importing = [beside.submit(import_module, name) for name in ("app.chat", "app.serve")]
        with open_engine(library_dir, settings) as engine:
            engine.open_reader()
            serve = importing[1].result().serve
            with opened_writing(engine, report_problem) as writing:
                serve(
                    engine,
                    host=host,
                    port=port,
                    watch=watch,
                    access=access,
                    allowed=allowed,
                    writing=writing,
                    announce=lambda address: _announce(address, host),
                )
                _end_at_the_latest()


def _announce(address: str, host: str) -> None:
    port = address.rpartition(":")[2]
    anywhere = host in {"0.0.0.0", "::"}  # noqa: S104 - what was asked for
    click.echo(f"Hỏi Báo: {f'http://127.0.0.1:{port}' if anywhere else address}")
    if anywhere:
        click.echo(f"for others: http://{socket.gethostname()}:{port}")
    if not is_loopback(host):
        click.echo(
            "hoibao: passwords and answers travel unencrypted; beyond a network you trust, put a proxy with HTTPS "
            "before it (docs/serving.md)",
            err=True,
        )


def _end_at_the_latest() -> None:
    """Whatever a library's own threads still do when the page has ended: nothing of it is waited for longer."""
    last = threading.Timer(_END_SECONDS, os._exit, (0,))
    last.daemon = True
    last.start()
