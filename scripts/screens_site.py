"""The site that `scripts/screens` takes its pictures of: over tests/piles/news/."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.login.access import Access
from app.login.users import add_user
from app.server import Served, running
from app.site import create_app
from app.suggestions import Suggestions
from rag.engine import Engine
from rag.pipeline import build, open_engine

PILE = Path(__file__).parent.parent / "tests" / "piles" / "news"


@dataclass(frozen=True)
class Site:
    """Where the page is served, openly and behind a login, and what answers there."""

    engine: Engine
    address: str
    guarded: str


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """The site over the pile, twice: for everybody, and behind a login."""
    users = folder / "users.json"
    add_user(users, "lan", "mật khẩu của Lan")
    shutil.copytree(PILE, folder / "báo")
    with contextlib.chdir(folder):
        build([Path("báo")], folder / "library")
    with open_engine(folder / "library") as engine:
        suggestions = Suggestions(engine)
        guarded_app = create_app(engine, suggestions, access=Access(users), served=Served.on("127.0.0.1"))
        with (
            running(create_app(engine, suggestions), "127.0.0.1", 0) as address,
            running(guarded_app, "127.0.0.1", 0) as guarded,
        ):
            suggestions.wait(60)
            yield Site(engine, address, guarded)
            suggestions.stop()
