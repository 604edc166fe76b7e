"""Any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, `transformers serve`, hosted services."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import anyio
import httpx

from rag.config import GenerateSettings
from rag.errors import GeneratorError, GeneratorProblem
from rag.generation.address import parse_address, read_key
from rag.generation.connection import Connection, Failed
from rag.generation.estimating import estimate_prompt
from rag.generation.records import Message
from rag.generation.reply import Reply, ServerProblem
from rag.generation.server_facts import ServerFacts, count_at, explained, read_facts
from rag.generation.wire import EventReader, Unreadable, piece_of, whole_answer

logger = logging.getLogger(__name__)
T = TypeVar("T")

DEFAULT_CONTEXT_TOKENS = 4096
_FIRST_PAUSE_S = 0.5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
# An event of one token takes 200 to 400 bytes; thoughts and keep-alive signs come on top.
_SPARE_BYTES, _TOKEN_BYTES = 1_000_000, 4_000
# Of a shorter prompt the template is too large a part for its count to tell anything of others.
_TELLING_TOKENS = 500
_MARGIN = 1.25
# So many times the longest wait for a word may pass until an answer is whole.
_MOST_WAITS = 20
# After the model has ended, for its count of tokens.
_LAST_WAIT_S = 2.0
# So long a server is not asked about itself again that did not answer.
_PAUSE_S = 30.0
_OBJECTIONS = ("support", "unrecognized", "unknown", "unexpected", "permitted", "instead")
# What some services want by another name, or not at all.
_OTHER_NAMES = {"max_tokens": "max_completion_tokens", "temperature": "", "stream_options": ""}


class Endpoint:
    """A `Generator` at an address. Nothing is asked of the server before it is needed."""

    def __init__(self, settings: GenerateSettings) -> None:
        """Raises SettingsError for an address or a key that cannot be one."""
        self._settings = settings
        self._address = parse_address(settings.generator)
        self._connection = Connection(self._address, read_key(settings.key_variable), settings.timeout_s)
        self._lock = threading.Lock()
        self._facts: ServerFacts | None = None
        self._counts = True
        self._asked_again_at = 0.0
        # The server's counts over our estimates, the highest so far.
        self._ratio = 0.0
        self._other_names: dict[str, str] = {}

    def open(self) -> None:
        """Ask the server for its models, whatever it said before. Raises GeneratorError where it does not answer."""
        try:
            facts = self._connection.wait_for(partial(read_facts, self._connection, self._settings.model))
        except Failed as problem:
            raise explained(problem) from problem
        with self._lock:
            self._facts, self._asked_again_at = facts, 0.0

    @property
    def name(self) -> str:
        model = self._facts.model if self._facts else self._settings.model
        # Servers of a single file name the model by its path.
        if model.startswith(("/", "\\")) or model[1:3] == ":\\":
            model = re.split(r"[/\\]", model)[-1]
        return f"{model} ({self._address.host})" if model else self._address.host

    @property
    def context_tokens(self) -> int:
        if self._settings.context_tokens:
            return self._settings.context_tokens
        try:
            return self._known().context_tokens or DEFAULT_CONTEXT_TOKENS
        except GeneratorError:
            return DEFAULT_CONTEXT_TOKENS

    def count_tokens(self, messages: Sequence[Message]) -> int:
        try:
            facts = self._known()
            if self._counts and facts.kind:
                return self._asked(partial(count_at, self._connection, facts, messages))
        except GeneratorError as problem:
            logger.info("estimating the prompt's length: %s", problem)
            if self._facts is not None and not (isinstance(problem, Failed) and problem.again):
                self._counts = False
        estimate = estimate_prompt(messages)
        return min(estimate, round(estimate * self._ratio * _MARGIN)) if self._ratio else estimate

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        estimate = estimate_prompt(messages)

        async def talk(put: Callable[[str], None]) -> None:
            await self._talk(messages, max_tokens, estimate, put)

        return self._connection.pieces(talk, stop)

    def close(self) -> None:
        self._connection.close()

    def _known(self) -> ServerFacts:
        with self._lock:
            if self._facts is None:
                self._facts = self._asked(partial(read_facts, self._connection, self._settings.model))
            return self._facts

    def _asked(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`; a server that did not answer is left alone for a while. Raises GeneratorError."""
        if time.monotonic() < self._asked_again_at:
            raise Failed(
                "the language model's server did not answer just now",
                where=self._address.host,
                again=True,
                problem="no_reply",
            )
        try:
            return self._connection.wait_for(work)
        except Failed as problem:
            if problem.again:
                self._asked_again_at = time.monotonic() + _PAUSE_S
            raise

    async def _talk(
        self, messages: Sequence[Message], max_tokens: int, estimate: int, put: Callable[[str], None]
    ) -> None:
        """All attempts at one answer. Raises GeneratorError."""
        failures = 0
        while True:
            reply = Reply(put, max_tokens)
            try:
                facts = self._facts = self._facts or await read_facts(self._connection, self._settings.model)
                await self._attempt(self._body(facts.model, messages, max_tokens), reply)
            except Failed as problem:
                if self._understood(problem):
                    continue
                failures += 1
                pause = self._pause(problem, failures)
                if reply.begun or pause is None:
                    raise _told(problem, reply) from problem
                logger.info("attempt %d of %d failed, next in %.1f s", failures, self._settings.retries + 1, pause)
                await anyio.sleep(pause)
            else:
                if reply.prompt_tokens and estimate >= _TELLING_TOKENS:
                    self._ratio = max(self._ratio, reply.prompt_tokens / estimate)
                return

    async def _attempt(self, body: dict[str, Any], reply: Reply) -> None:
        wait_s = self._settings.timeout_s
        # Thoughts are signs of life, too; a server must not think for ever.
        latest = anyio.current_time() + _MOST_WAITS * wait_s
        with anyio.move_on_after(wait_s) as patience:

            def heard() -> None:
                patience.deadline = min(latest, anyio.current_time() + (_LAST_WAIT_S if reply.ended else wait_s))

            async with self._connection.request("POST", f"{self._address.base}/chat/completions", body) as response:
                try:
                    await _listen(response, reply, heard)
                except Unreadable as error:
                    raise self._failed(
                        f"cannot be understood: {error}",
                        "Check that the address is that of an OpenAI-compatible server (most end with /v1)",
                        problem="unreadable",
                    ) from error
                except ServerProblem as error:
                    detail = self._connection.clean(str(error))
                    raise self._failed(f"reports an error: {detail}", detail=detail) from error
        if reply.ended:
            reply.finish()
            return
        if patience.cancelled_caught:
            raise self._failed(
                f"has sent no words for {wait_s:g} s",
                "Wait longer (generate.timeout_s), or take a smaller model",
                problem="silent",
            )
        raise self._failed("ended before the answer did", again=True, problem="broke_off")

    def _failed(
        self, what: str, remedy: str = "", *, detail: str = "", again: bool = False, problem: GeneratorProblem = ""
    ) -> Failed:
        return Failed(
            f"the language model's server {what}",
            where=self._address.host,
            remedy=remedy,
            detail=detail,
            again=again,
            problem=problem,
        )

    def _body(self, model: str, messages: Sequence[Message], max_tokens: int) -> dict[str, Any]:
        body = {
            "model": model,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "max_tokens": max_tokens,
            "temperature": self._settings.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        for name, other in self._other_names.items():
            value = body.pop(name)
            if other:
                body[other] = value
        return body

    def _understood(self, problem: Failed) -> bool:
        """Whether the server objected to a setting that can be put otherwise; from now on it is."""
        if problem.status not in {400, 422} or not any(word in problem.detail.lower() for word in _OBJECTIONS):
            return False
        for name, other in _OTHER_NAMES.items():
            if name in problem.detail and name not in self._other_names:
                self._other_names[name] = other
                return True
        return False

    def _pause(self, problem: Failed, failures: int) -> float | None:
        """Seconds until the next attempt; None where there is none. A wait longer than our patience is not waited."""
        passing = problem.again or problem.status in _PASSING
        if not passing or failures > self._settings.retries or "chat template" in problem.detail.lower():
            return None
        pause = max(problem.wait_s or 0.0, _FIRST_PAUSE_S * 2.0 ** (failures - 1))
        return pause if pause <= self._settings.timeout_s else None


async def _listen(response: httpx.Response, reply: Reply, heard: Callable[[], None]) -> None:
    """What comes, into the reply; `heard` is told of every sign that the model is at work.

    Raises Unreadable and ServerProblem.
    """
    reader = EventReader(_SPARE_BYTES + reply.max_tokens * _TOKEN_BYTES)
    whole = "json" in response.headers.get("Content-Type", "")
    body = b""
    async for block in response.aiter_bytes():
        events = reader.feed(block)
        if whole:
            body += block
            continue
        for event in events:
            piece = piece_of(event)
            if reply.take(piece):
                return
            if piece.words or piece.alive or piece.finished:
                heard()
    if whole:
        reply.take(whole_answer(body))
        reply.ended = True
        return
    for event in reader.end():
        reply.take(piece_of(event))


def _told(problem: Failed, reply: Reply) -> GeneratorError:
    if reply.begun:
        return GeneratorError(
            f"the answer broke off: {problem.what}",
            where=problem.where,
            remedy=problem.remedy or "Ask again; if it goes on, look at the server's own log",
            problem="silent" if problem.problem == "silent" else "broke_off",
        )
    return explained(problem)
