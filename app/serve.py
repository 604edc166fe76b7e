"""Serves the site until it is told to end."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from app.login.access import Access
from app.server import Served, running
from app.site import create_app
from app.suggestions import Suggestions
from app.writing import Writing
from rag.engine import Engine

logger = logging.getLogger(__name__)

END_SECONDS = 8.0


def serve(
    engine: Engine,
    *,
    host: str,
    port: int,
    watch: Sequence[Path] = (),
    access: Access | None = None,
    allowed: Collection[str] = (),
    writing: Writing | None = None,
    announce: Callable[[str], None] = logger.info,
) -> None:
    """Serve the page until interrupted or told to end, with the folders `watch` taken over as they change.

    With `access` one has to log in; `allowed` are names of this machine under which it is reached, too. `writing` is
    the language model that words answers, if there is one.

    Raises RagError for a port that cannot be had, SettingsError for what is no folder.
    """
    suggestions = Suggestions(engine)
    try:
        app = create_app(
            engine, suggestions, watch=watch, access=access, served=Served.on(host, allowed), writing=writing
        )
        with _ending_on_sigterm(), running(app, host, port) as address:
            announce(address)
            try:
                threading.Event().wait()
            finally:
                # Before the server: pages that have just been opened wait for them.
                suggestions.stop()
    except KeyboardInterrupt:
        logger.info("stopped")
    finally:
        # The networks must not run while the program ends.
        engine.rest(END_SECONDS)


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """SIGTERM ends the program in the same orderly way as Ctrl-C, with status 0."""

    def end(_signal: int, _frame: object) -> NoReturn:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
