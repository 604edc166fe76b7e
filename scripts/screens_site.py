"""The site that `scripts/screens` takes its pictures of: over tests/piles/news/."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.login.access import Access
from app.login.users import add_user
from app.server import Served, running
from app.site import create_app
from app.suggestions import Suggestions
from app.writing import Writing
from rag.config import load_settings
from rag.engine import Engine
from rag.generation.backends import make_generator
from rag.generation.fluent import fluent_answers
from rag.pipeline import build, open_engine

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.scripted_server import Handler, ScriptedServer, serving

PILE = Path(__file__).parent.parent / "tests" / "piles" / "news"


# What the model in the pictures writes: a script, whose last sentence is in no article.
HALF = "Đến sáng 15/10, Huế đã sơ tán 3.400 hộ dân, khoảng 11.000 người [1]. Trước đó, chiều 12/10, "
REST = "thành phố đã sơ tán 2.300 hộ ở các vùng trũng [2]. Quân đội đã tặng 900 chiếc thuyền cứu hộ [1]."


@dataclass(frozen=True)
class Site:
    """Where the page is served: openly, behind a login, and with a model; and what answers there.

    The model writes the first half of its words and waits for `go_on`.
    """

    engine: Engine
    address: str
    guarded: str
    worded: str
    go_on: threading.Event


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """The site over the pile, twice: for everybody, and behind a login."""
    users = folder / "users.json"
    add_user(users, "lan", "mật khẩu của Lan")
    shutil.copytree(PILE, folder / "báo")
    with contextlib.chdir(folder):
        build([Path("báo")], folder / "library")
    with open_engine(folder / "library", load_settings(None, {"generate.unsupported": "strike"})) as engine:
        suggestions = Suggestions(engine)
        go_on = threading.Event()
        guarded_app = create_app(engine, suggestions, access=Access(users), served=Served.on("127.0.0.1"))
        with (
            running(create_app(engine, suggestions), "127.0.0.1", 0) as address,
            running(guarded_app, "127.0.0.1", 0) as guarded,
            with_a_model(engine, suggestions, go_on) as worded,
        ):
            suggestions.wait(60)
            yield Site(engine, address, guarded, worded, go_on)
            suggestions.stop()


@contextmanager
def with_a_model(engine: Engine, suggestions: Suggestions, go_on: threading.Event) -> Iterator[str]:
    """The address of the site with a model that writes by script; its words are checked as any model's."""

    def script(handler: Handler) -> None:
        handler.begin()
        handler.say(HALF)
        go_on.wait(60)
        handler.say(REST)
        handler.done()

    told = {"id": "gemma3:4b", "owned_by": "library"}
    with serving(ScriptedServer([script], models={"data": [told]})) as server:
        generator = make_generator(load_settings(None, {"generate.generator": server.address}).generate)
        writing = Writing(engine, generator, fluent_answers(engine, generator))
        try:
            with running(create_app(engine, suggestions, writing=writing), "127.0.0.1", 0) as address:
                yield address
        finally:
            go_on.set()
            writing.close()
            generator.close()
