"""A model of transformers in this process: from a folder, a .gguf file or by hub id."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from rag.config import GenerateSettings
from rag.errors import GeneratorError
from rag.generation.model_places import find_place, model_folder
from rag.generation.records import Message
from rag.generation.thoughts import ThoughtFilter
from rag.generation.torch_model import Halted, TorchModel

DEFAULT_CONTEXT_TOKENS = 4096
_POLL_S = 0.05


class LocalModel:
    """A `Generator` without a server. It is loaded at its first use; answers wait for each other."""

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
        return len(self._loaded().encode(messages))

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
            while not stop.is_set():
                try:
                    piece = put.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise piece
                if not stop.is_set():
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

            def show(words: str) -> None:
                if words := thoughts.feed(words):
                    put(words)

            model.generate(
                tokens,
                show,
                max_tokens=min(max_tokens, room - len(tokens)),
                temperature=self._settings.temperature,
                halted=halted,
            )
            if words := thoughts.end():
                put(words)
        finally:
            self._turn.release()

    def _loaded(self) -> TorchModel:
        with self._loading:
            model = self._model
            if model is None:
                model = TorchModel(model_folder(self._place))
                if not self._closed:
                    self._model = model
            return model

    def _failed(self, what: str) -> GeneratorError:
        return GeneratorError(
            what, where=self.name, remedy="Take a smaller model, or start it on a server", problem="local"
        )
