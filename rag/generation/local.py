"""A model of transformers in this process: from a folder, a .gguf file or by hub id."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from rag.config import GenerateSettings
from rag.errors import GeneratorError
from rag.generation.estimating import DEFAULT_CONTEXT_TOKENS
from rag.generation.model_places import find_place, model_folder
from rag.generation.records import Message
from rag.generation.thoughts import ThoughtFilter
from rag.generation.torch_model import Halted, TorchModel
from rag.generation.waiting import as_they_come

logger = logging.getLogger(__name__)

_POLL_S = 0.05


class LocalModel:
    """A `Generator` without a server. It is loaded at its first use; answers wait for each other."""

    at_once = 1

    def __init__(self, settings: GenerateSettings) -> None:
        """Raises SettingsError where the settings name no model, GeneratorError where a package is missing."""
        self._settings = settings
        self._place = find_place(settings.generator)
        self._loading = threading.Lock()
        self._turn = threading.Lock()
        self._model: TorchModel | None = None
        self._closed = False

    def open(self) -> None:
        """Load the model. Raises GeneratorError where that fails."""
        self._loaded()

    def is_open(self) -> bool:
        """Whether it is loaded by now."""
        return self._model is not None

    @property
    def name(self) -> str:
        return self._place.name

    @property
    def context_tokens(self) -> int:
        stated = self._loaded().stated_context
        wanted = self._settings.context_tokens
        if wanted and stated:
            return min(wanted, stated)
        return wanted or stated or DEFAULT_CONTEXT_TOKENS

    def count_tokens(self, messages: Sequence[Message]) -> int:
        model = self._loaded()
        try:
            return len(model.encode(messages))
        except GeneratorError:
            raise
        except Exception as error:
            logger.exception("the prompt cannot be put into tokens")
            raise self._failed(f"the language model's tokenizer failed ({error})") from error

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        put: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        left = threading.Event()

        def work() -> None:
            try:
                self._answer(messages, max_tokens, put.put, lambda: stop.is_set() or left.is_set())
            except Halted:
                pass
            except GeneratorError as error:
                put.put(error)
            except Exception as error:  # torch raises many kinds, such as a lack of memory
                put.put(self._failed(f"the language model failed ({error})"))
            put.put(None)

        threading.Thread(target=work, name="language-model", daemon=True).start()
        try:
            pieces: Iterator[str | Exception] = as_they_come(put, stop)
            for piece in pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            left.set()

    def close(self) -> None:
        """The model goes; one that is still loading is not waited for."""
        self._closed = True
        self._model = None

    def _answer(
        self, messages: Sequence[Message], max_tokens: int, put: Callable[[str], None], halted: Callable[[], bool]
    ) -> None:
        model, room = self._loaded(), self.context_tokens
        tokens = model.encode(messages)
        if len(tokens) >= room:
            raise GeneratorError(
                f"the prompt has {len(tokens)} tokens, and the language model has room for {room}",
                where=self.name,
                remedy="Ask for less, or name a model with a longer context",
                problem="context",
            )
        while not self._turn.acquire(timeout=_POLL_S):
            if halted():
                return
        try:
            thoughts = ThoughtFilter()
            most_tokens = min(max_tokens, room - len(tokens))

            def show(words: str) -> None:
                if words := thoughts.feed(words):
                    put(words)

            model.generate(
                tokens,
                show,
                max_tokens=most_tokens,
                temperature=self._settings.temperature,
                halted=halted,
            )
            if thoughts.thinks:
                raise GeneratorError(
                    f"the language model has used up its {most_tokens} tokens on thoughts",
                    where=self.name,
                    remedy="Take a model that does not think, or raise generate.max_tokens",
                    problem="thoughts",
                )
            if words := thoughts.end():
                put(words)
        finally:
            self._turn.release()

    def _loaded(self) -> TorchModel:
        with self._loading:
            if self._model is None and not self._closed:
                model = self._made()
                if not self._closed:
                    self._model = model
                return model
            if (loaded := self._model) is None:
                raise GeneratorError("the language model is closed", where=self.name)
            return loaded

    def _made(self) -> TorchModel:
        try:
            return TorchModel(model_folder(self._place))
        except GeneratorError:
            raise
        except Exception as error:  # of a disk, of the hub's library
            logger.exception("the language model was not loaded")
            raise GeneratorError(
                f"the language model cannot be loaded ({error})",
                where=self.name,
                remedy="Look at the program's log; name another model, or start it on a server",
                problem="load",
            ) from error

    def _failed(self, what: str) -> GeneratorError:
        return GeneratorError(
            what, where=self.name, remedy="Take a smaller model, or start it on a server", problem="local"
        )
