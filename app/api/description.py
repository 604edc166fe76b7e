"""The API described as OpenAPI 3.1, with examples over the five articles that come with the program."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from rag import __version__

if TYPE_CHECKING:
    from fastapi import FastAPI

EXAMPLES_FILE = Path(__file__).parent / "examples.json"

_DESCRIPTION = (
    "Ask a library of Vietnamese news: every sentence of an answer is backed by quotations that were checked, letter "
    "by letter, against the articles they come from. Nothing leaves the machine that serves this, unless it was "
    "started with a language model elsewhere and a request asks for its words.\n\n"
    "Requests and answers are JSON in UTF-8; positions count Unicode code points. Every failure is an object with `id` "
    "and `error`. Questions are answered in a fair order: whoever asks many at once waits for those who ask one.\n\n"
    "Where the page is served with `--auth`, send a user's name and password (HTTP Basic) or a token (Bearer; "
    "`hoibao users token` makes one)."
)
_TAGS = [
    {"name": "questions", "description": "Questions about what the articles say."},
    {"name": "library", "description": "What the articles are."},
]


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By the operation: a request's body or parameters, and what is answered; of lists the first items."""
    read: dict[str, dict[str, Any]] = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    return read


def described(api: FastAPI) -> dict[str, Any]:
    """The whole description, as plain JSON values."""
    description = get_openapi(
        title=api.title,
        version=__version__,
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=api.routes,
        tags=_TAGS,
        servers=[{"url": "/api"}],
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    description["components"]["securitySchemes"] = {
        "basic": {"type": "http", "scheme": "basic", "description": "A user's name and password."},
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token of `hoibao users token`."},
    }
    # The empty one: on the machine itself nobody logs in.
    description["security"] = [{}, {"basic": []}, {"bearer": []}]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            operation["operationId"] = _name(method, path)
            _put_examples(operation, examples().get(_name(method, path), {}))
    return description


def _name(method: str, path: str) -> str:
    """ "ask", "articles", "article" for POST /v1/ask, GET /v1/articles, GET /v1/articles/{id}."""
    name = path.split("/")[2]
    return name.removesuffix("s") if path.endswith("}") else name


def _put_examples(operation: dict[str, Any], example: dict[str, Any]) -> None:
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "response" in example:
        operation["responses"]["200"]["content"]["application/json"]["example"] = example["response"]
        operation["responses"]["200"]["description"] = "As asked for."
    if "error" in example:
        operation["responses"]["422"]["content"]["application/json"]["example"] = example["error"]
