"""What a server tells about itself: its models, how much text one of them holds, and whether it counts tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rag.errors import GeneratorError, GeneratorProblem
from rag.generation.connection import Connection, Failed
from rag.generation.estimating import MESSAGE_TOKENS
from rag.generation.records import Message
from rag.generation.wire import clean_line

Kind = Literal["llama.cpp", "llama-cpp-python", "vllm", ""]

# What the servers call themselves in their list of models.
_KINDS: dict[str, Kind] = {"llamacpp": "llama.cpp", "me": "llama-cpp-python", "vllm": "vllm"}
_OF_ANY_NAME = frozenset(("llamacpp", "me"))
_MAX_NAME_CHARS, _MOST_NAMED = 200, 20
_KEY = "Put the server's key into the environment variable that generate.key_variable names"
_REMEDIES: dict[int, tuple[GeneratorProblem, str]] = {
    401: ("key", _KEY),
    403: ("key", _KEY),
    404: ("not_there", "Check the address (most end with /v1) and generate.model"),
    429: ("busy", "Wait, or look at the service's limits"),
    500: (
        "server",
        "Look at the server's own log; an unknown model, or one without a chat template, can end like this, too",
    ),
}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """`context_tokens` is None where the server does not state it; `kind` is empty where no tokenizer can be asked.

    `others` are the models that the server lists where the one named is not among them.
    """

    model: str
    context_tokens: int | None
    kind: Kind
    others: tuple[str, ...] = ()


async def read_facts(connection: Connection, model: str) -> ServerFacts:
    """The model named, or the first that the server lists. Raises GeneratorError."""
    base, host = connection.address.base, connection.address.host
    try:
        listed = _models(await connection.json("GET", f"{base}/models"))
    except Failed as failed:
        # Some servers list nothing, and with a name nothing need be listed.
        if not model or failed.again or failed.status in {401, 403}:
            raise
        listed = []
    if not model and not listed:
        raise GeneratorError(
            "the language model's server lists no model",
            where=host,
            remedy="Load one there, or set generate.model",
            problem="no_model",
        )
    entry = next((entry for entry in listed if entry["id"] == model), listed[0] if listed and not model else {})
    kind = _KINDS.get(str(entry.get("owned_by")), "")
    return ServerFacts(
        model=model or entry["id"],
        context_tokens=await _context(connection, entry, kind),
        kind=kind,
        others=_others(model, listed),
    )


def _others(model: str, listed: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What the server lists in place of a model that it does not have, as far as that can be told."""
    names = [str(entry["id"]) for entry in listed]
    # Ollama adds the tag; servers of a single model take any name for it.
    known = {part for name in names for part in (name, name.removesuffix(":latest"), name.rpartition("/")[2])}
    single = any(str(entry.get("owned_by")) in _OF_ANY_NAME for entry in listed)
    return () if not model or model in known or single else tuple(names[:_MOST_NAMED])


async def count_at(connection: Connection, facts: ServerFacts, messages: Sequence[Message]) -> int:
    """The prompt's length in the server's own tokens. Raises GeneratorError where the server does not tell."""
    root = connection.address.root
    said = [{"role": message.role, "content": message.text} for message in messages]
    try:
        if facts.kind == "vllm":
            counted = await connection.json("POST", f"{root}/tokenize", {"model": facts.model, "messages": said})
            return _counted(counted["count"])
        if facts.kind == "llama.cpp":
            prompt = (await connection.json("POST", f"{root}/apply-template", {"messages": said}))["prompt"]
            asked = {"content": prompt, "add_special": True, "parse_special": True}
            return _counted(len((await connection.json("POST", f"{root}/tokenize", asked))["tokens"]))
        if facts.kind == "llama-cpp-python":
            text = "\n".join(message.text for message in messages)
            counted = await connection.json("POST", f"{root}/extras/tokenize/count", {"input": text})
            return _counted(counted["count"]) + MESSAGE_TOKENS * (len(messages) + 1)
    except (KeyError, TypeError, ValueError) as error:
        raise GeneratorError("the server's count of tokens cannot be read", where=connection.address.host) from error
    raise GeneratorError("the server counts no tokens", where=connection.address.host)


def explained(failed: Failed) -> GeneratorError:
    """The same error with a remedy, where what the server answered tells one."""
    kind, remedy = _explained(failed)
    return GeneratorError(
        failed.what, where=failed.where, remedy=failed.remedy or remedy, problem=failed.problem or kind
    )


def _explained(failed: Failed) -> tuple[GeneratorProblem, str]:
    said = failed.detail.lower()
    if "chat template" in said or "chat_template" in said:
        return "template", (
            "It is a base model without a chat template: take an instruct model, or give the server a template "
            "(vLLM and llama.cpp: --chat-template)"
        )
    if "context" in said and any(word in said for word in ("length", "size", "window", "exceed", "maximum")):
        return "context", "Set generate.context_tokens to what the server was started with, or start it with more"
    if 300 <= failed.status < 400:
        return "moved", "Name the address that it moved to in generate.generator"
    return _REMEDIES.get(failed.status, ("server", "Ask again; if it goes on, look at the server's own log"))


def _models(answer: Any) -> list[dict[str, Any]]:
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        return []
    known = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    return [entry for entry in known if entry["id"] == clean_line(entry["id"], _MAX_NAME_CHARS)]


async def _context(connection: Connection, entry: dict[str, Any], kind: Kind) -> int | None:
    if kind == "llama.cpp":
        # Older ones list only what the model was trained with, not what one request has.
        meta = entry.get("meta")
        if isinstance(meta, dict) and (stated := _positive(meta.get("n_ctx"))):
            return stated
        try:
            properties = await connection.json("GET", f"{connection.address.root}/props")
            return _positive(properties["default_generation_settings"]["n_ctx"])
        except (Failed, KeyError, TypeError):
            return None
    return _positive(entry.get("max_model_len")) or _positive(entry.get("context_length"))


def _counted(count: object) -> int:
    """Raises ValueError for what no prompt can count."""
    if (number := _positive(count)) is None:
        raise ValueError(f"{count!r:.40} tokens")
    return number


def _positive(number: object) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None
