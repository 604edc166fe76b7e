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
from rag.generation.backends import MANY_AT_ONCE
from rag.generation.connection import Connection, Failed
from rag.generation.estimating import DEFAULT_CONTEXT_TOKENS, estimate_prompt
from rag.generation.records import Message
from rag.generation.reply import Reply, ServerProblem, listen
from rag.generation.server_facts import ServerFacts, count_at, explained, read_facts
from rag.generation.wire import Unreadable

logger = logging.getLogger(__name__)
T = TypeVar("T")

_FIRST_PAUSE_S = 0.5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
# Of a shorter prompt the template is too large a part for its count to tell anything of others.
_TELLING_TOKENS = 500
_MARGIN = 1.25
# No tokenizer needs so few of the tokens that were estimated: such a count is not one of the whole prompt.
_LEAST_RATIO = 0.3
# For the thoughts of a model that has shown some, beside its answer.
_THOUGHT_TOKENS = 2_048
# So many times the longest wait for a word may pass until an answer is whole.
_MOST_WAITS = 20
# After the model has ended, for its count of tokens.
_LAST_WAIT_S = 2.0
# So long a server is not asked about itself again that did not answer, nor to count where it did not.
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
        self._counts_again_at = 0.0
        self._asked_again_at = 0.0
        # The server's counts over our estimates, the highest so far.
        self._ratio = 0.0
        self._thinks = False
        self._other_names: dict[str, str] = {}

    def open(self) -> None:
        """Ask the server for its models, whatever it said before; where the one named is none of them, say so once.

        Raises GeneratorError where it does not answer.
        """
        try:
            facts = self._connection.wait_for(partial(read_facts, self._connection, self._settings.model))
        except Failed as failed:
            raise explained(failed) from failed
        with self._lock:
            known, self._facts, self._asked_again_at = self._facts, facts, 0.0
        if facts.others and (known is None or known.others != facts.others):
            listed = ", ".join(facts.others)
            logger.warning("%s lists no model %r (generate.model); it has: %s", self._address.host, facts.model, listed)

    @property
    def others(self) -> tuple[str, ...]:
        """The models that the server lists where the one named is not among them, as far as it has been asked."""
        return self._facts.others if self._facts else ()

    @property
    def name(self) -> str:
        model = self._facts.model if self._facts else self._settings.model
        # Servers of a single file name the model by its path.
        if model.startswith(("/", "\\")) or model[1:3] == ":\\":
            model = re.split(r"[/\\]", model)[-1]
        model = self._connection.clean(model)
        # Where a machine of one's own stands is nobody else's business.
        if self._address.inside:
            return model or "localhost"
        return f"{model} ({self._address.host})" if model else self._address.host

    @property
    def at_once(self) -> int:
        """How many answers it may write at the same time."""
        return self._settings.at_once or (1 if self._address.local else MANY_AT_ONCE)

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
            if facts.kind and time.monotonic() >= self._counts_again_at:
                return self._asked(partial(count_at, self._connection, facts, messages))
        except GeneratorError as error:
            logger.info("estimating the prompt's length: %s", error)
            self._counts_again_at = time.monotonic() + _PAUSE_S
        return self._scaled(estimate_prompt(messages))

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        estimate = estimate_prompt(messages)

        async def talk(put: Callable[[str], None]) -> None:
            await self._talk(messages, max_tokens, estimate, put)

        return self._connection.pieces(talk, stop)

    def close(self) -> None:
        self._connection.close()

    def _scaled(self, estimate: int) -> int:
        """An estimate as the server's own counts have shown them to be."""
        return min(estimate, round(estimate * self._ratio * _MARGIN)) if self._ratio else estimate

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
        except Failed as failed:
            if failed.again:
                self._asked_again_at = time.monotonic() + _PAUSE_S
            raise

    async def _talk(
        self, messages: Sequence[Message], max_tokens: int, estimate: int, put: Callable[[str], None]
    ) -> None:
        """All attempts at one answer. Raises GeneratorError."""
        failures = thought_tokens = 0
        empty = False
        while True:
            reply = Reply(put, max_tokens, thought_tokens)
            remembered = self._facts
            try:
                facts = self._facts = remembered or await read_facts(self._connection, self._settings.model)
                if self._thinks and not thought_tokens:
                    thought_tokens = self._room_for_thoughts(facts, estimate, max_tokens)
                    reply = Reply(put, max_tokens, thought_tokens)
                await self._attempt(self._body(facts.model, messages, reply.most_tokens), reply)
            except Failed as failed:
                if self._is_gone(failed, remembered) or self._understood(failed):
                    continue
                failures += 1
                pause = self._pause(failed, failures)
                if reply.begun or pause is None:
                    raise _told(failed, reply) from failed
                logger.info("attempt %d of %d failed, next in %.1f s", failures, self._settings.retries + 1, pause)
                await anyio.sleep(pause)
            else:
                self._learnt(reply, estimate)
                if not (reply.begun or reply.thought or empty) and self._settings.retries:
                    # A server may end what it writes for the sake of another's request, and tell nothing of it.
                    empty = True
                    logger.info("the language model's server has ended without a word, asked once more")
                    await anyio.sleep(_FIRST_PAUSE_S)
                    continue
                if reply.begun or not (reply.thought and reply.cut):
                    return
                if thought_tokens or not self._room_for_thoughts(facts, estimate, max_tokens):
                    raise self._only_thoughts()

    def _learnt(self, reply: Reply, estimate: int) -> None:
        ratio = reply.prompt_tokens / estimate
        if ratio >= _LEAST_RATIO and estimate >= _TELLING_TOKENS:
            self._ratio = max(self._ratio, ratio)
        self._thinks = self._thinks or reply.thought

    def _room_for_thoughts(self, facts: ServerFacts, estimate: int, max_tokens: int) -> int:
        context = self._settings.context_tokens or facts.context_tokens or DEFAULT_CONTEXT_TOKENS
        return max(0, min(_THOUGHT_TOKENS, context - self._scaled(estimate) - max_tokens))

    def _is_gone(self, failed: Failed, remembered: ServerFacts | None) -> bool:
        """Whether a model that was the first of the server's is there no more; what is known of it is forgotten."""
        if failed.status != httpx.codes.NOT_FOUND or remembered is None:
            return False
        self._facts, self._ratio, self._thinks = None, 0.0, False
        return not self._settings.model

    async def _attempt(self, body: dict[str, Any], reply: Reply) -> None:
        wait_s = self._settings.timeout_s
        # Thoughts are signs of life, too; a server must not think for ever.
        latest = anyio.current_time() + _MOST_WAITS * wait_s
        with anyio.move_on_after(wait_s) as patience:

            def heard() -> None:
                patience.deadline = min(latest, anyio.current_time() + (_LAST_WAIT_S if reply.ended else wait_s))

            async with self._connection.request("POST", f"{self._address.base}/chat/completions", body) as response:
                try:
                    await listen(response, reply, heard)
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

    def _only_thoughts(self) -> Failed:
        return self._failed(
            "sent nothing but the model's thoughts",
            "Switch its thinking off, or raise generate.max_tokens",
            problem="thoughts",
        )

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

    def _understood(self, failed: Failed) -> bool:
        """Whether the server objected to a setting that can be put otherwise; from now on it is."""
        if failed.status not in {400, 422} or not any(word in failed.detail.lower() for word in _OBJECTIONS):
            return False
        for name, other in _OTHER_NAMES.items():
            if name in failed.detail and name not in self._other_names:
                self._other_names[name] = other
                return True
        return False

    def _pause(self, failed: Failed, failures: int) -> float | None:
        """Seconds until the next attempt; None where there is none. A wait longer than our patience is not waited."""
        passing = failed.again or failed.status in _PASSING
        if not passing or failures > self._settings.retries or "chat template" in failed.detail.lower():
            return None
        pause = max(failed.wait_s or 0.0, _FIRST_PAUSE_S * 2.0 ** (failures - 1))
        return pause if pause <= self._settings.timeout_s else None


def _told(failed: Failed, reply: Reply) -> GeneratorError:
    if reply.begun:
        return GeneratorError(
            f"the answer broke off: {failed.what}",
            where=failed.where,
            remedy=failed.remedy or "Ask again; if it goes on, look at the server's own log",
            problem="silent" if failed.problem == "silent" else "broke_off",
        )
    return explained(failed)
