"""The language model behind the page: which it is, whether it answers, and another one in its place.

Nothing of `rag.generation` is imported before there is a model.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.writing import Writing
from rag.errors import GeneratorError

if TYPE_CHECKING:
    from rag.config import GenerateSettings
    from rag.engine import Engine
    from rag.generation.records import Generator

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """A model as it is found: its name, and in Vietnamese what keeps it from answering.

    `others` are the models that its server has instead, where it lists no such model.
    """

    state: Literal["none", "ready", "opening", "failed"]
    model: str = ""
    problem: str = ""
    others: tuple[str, ...] = ()


class Backend:
    """Which model words answers. `choosable` says whether people on the page may change it.

    Safe to use from several threads. The caller closes the model that it starts with.
    """

    def __init__(self, engine: Engine, writing: Writing | None = None, *, choosable: bool = False) -> None:
        self.choosable = choosable
        self._engine, self._writing = engine, writing
        self._lock = threading.Lock()

    @property
    def writing(self) -> Writing | None:
        """What words answers now; None where there is no model."""
        return self._writing

    def look(self) -> Look:
        """Ask the model's server, if it has one, whether it is there: that takes 10 seconds at most."""
        writing = self._writing
        if writing is None:
            return Look("none")
        from rag.generation.problems import problem_of

        generator = writing.generator
        try:
            if is_open := getattr(generator, "is_open", None):
                return Look("ready" if is_open() else "opening", writing.model)
            _open(generator)
        except GeneratorError as error:
            logger.info("the language model does not answer: %s", error)
            return Look("failed", writing.model, problem_of(error))
        return Look("ready", writing.model, others=getattr(generator, "others", ()))

    def choose(self, generator: str, model: str = "") -> tuple[str, ...]:
        """Another model from now on; what the old one is at ends.

        A server is asked first, a model of this process is loaded beside everything else. Raises SettingsError for what
        names no model, GeneratorError for one that cannot be had: then all stays as it was.
        Returns the models that its server lists where it does not list this one; some servers have more than they list.
        """
        from rag.generation.backends import make_generator

        configured = self._engine.settings.generate
        settings = configured.model_copy(
            update={
                "generator": generator.strip(),
                "model": model.strip(),
                "key_variable": _key_variable(configured, generator),
            }
        )
        made = make_generator(settings)
        if hasattr(made, "is_open"):
            threading.Thread(target=_opened, args=(made,), name="language-model-opening", daemon=True).start()
        else:
            try:
                _open(made)
            except BaseException:
                made.close()
                raise
        self._put(Writing(self._engine, made))
        return tuple(getattr(made, "others", ()))

    def drop(self) -> None:
        """No model from now on."""
        self._put(None)

    def close(self) -> None:
        """The model is ended, wherever it is."""
        self._put(None)

    def _put(self, writing: Writing | None) -> None:
        with self._lock:
            old, self._writing = self._writing, writing
        if old is not None:
            old.close()
            old.generator.close()


def _key_variable(configured: GenerateSettings, generator: str) -> str:
    """Where the key is: it is for the server that the program was started with, and goes to no other.

    Without one it is for whichever is chosen, but never readably over a network.
    """
    from rag.generation.address import is_address, parse_address

    if not is_address(generator):
        return ""
    chosen = parse_address(generator)
    if is_address(configured.generator):
        fits = parse_address(configured.generator).root == chosen.root
    else:
        fits = chosen.local or generator.strip().lower().startswith("https:")
    return configured.key_variable if fits else ""


def _open(generator: Generator) -> None:
    from rag.generation.backends import open_now

    open_now(generator)


def _opened(generator: Generator) -> None:
    try:
        _open(generator)
    except GeneratorError as error:
        logger.warning("the language model cannot be loaded: %s", error)
