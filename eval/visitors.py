"""Visitors of a served page: each with a session of its own, speaking the page's own protocol or the HTTP API."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import time
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from rag.errors import RagError

Outcome = Literal["answered", "not_found", "failed", "refused", "lost"]

LIMIT_S = 120.0
_BUSY, _FAILED, _NOT_FOUND = "hb-busy", "hb-failed", "hb-not-found"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question. Times count from its sending, in seconds; None for what never came.

    `first_words_s` is when the first words of the answer stood there: with the HTTP API, which sends it whole, the end.
    "refused" was told that there are too many, "failed" was told an error, "lost" got no end at all.
    """

    question: str
    outcome: Outcome
    first_words_s: float | None
    total_s: float | None
    detail: str = ""


class Visitor(Protocol):
    """Somebody who asks, one question after another."""

    def ask(self, question: str) -> Asked: ...

    def leave(self) -> None:
        """What a visit leaves behind is removed."""


class Connection:
    """Requests to one server, with the cookies it gives; a connection is kept open as browsers do."""

    def __init__(self, address: str, headers: dict[str, str] | None = None) -> None:
        self._place = urlsplit(address).netloc
        self._headers = headers or {}
        self._cookies: dict[str, str] = {}
        self._open: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body. Raises OSError or http.client.HTTPException."""
        return self._whole("GET", path)

    def post(self, path: str, body: object = None, *, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """The same, sending JSON or a form."""
        if form is not None:
            return self._whole("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        return self._whole("POST", path, json.dumps(body).encode(), "application/json")

    def lines(self, path: str) -> Generator[bytes, None, None]:
        """The lines of an answer that comes bit by bit, on a connection of its own."""
        connection = http.client.HTTPConnection(self._place, timeout=LIMIT_S)
        try:
            yield from self._answer(connection, "GET", path)
        finally:
            connection.close()

    def _whole(self, method: str, path: str, sent: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        if self._open is None:
            self._open = http.client.HTTPConnection(self._place, timeout=LIMIT_S)
        answer = self._answer(self._open, method, path, sent, kind)
        return answer.status, answer.read()

    def _answer(
        self, connection: http.client.HTTPConnection, method: str, path: str, sent: bytes | None = None, kind: str = ""
    ) -> http.client.HTTPResponse:
        headers = {**self._headers, "x-hoi-bao": "1"}
        if kind:
            headers["content-type"] = kind
        if self._cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("set-cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()
        return answer

    def log_in(self, name: str, password: str) -> None:
        """Raises RagError where that is refused."""
        status, _ = self.post("/login", form={"name": name, "password": password})
        if status != HTTPStatus.SEE_OTHER:
            self.close()
            raise RagError(f"the page does not let {name!r} in (status {status})", where=self._place)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


class PageVisitor:
    """A browser with the chat page open: the page's events over Gradio's queue, and what its script fetches after."""

    def __init__(self, connection: Connection, *, language: str = "vi") -> None:
        """Opens the page. Raises RagError where it is none of Hỏi Báo's."""
        self._connection, self._language = connection, language
        self._session = secrets.token_hex(6)
        self._kept, self._turns = "", 0
        status, _ = connection.get(f"/{language}/")
        if status != HTTPStatus.OK:
            connection.close()
            raise RagError(f"the page does not open (status {status})", remedy="Is `hoibao chat` running there?")
        config = json.loads(connection.get(f"/{language}/config")[1])
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        self._box, self._chat = ids["hb-box"], ids["hb-chat"]
        self._event = next(each for each in config["dependencies"] if [self._box, "submit"] in each["targets"])
        self._names = {part: name for name, part in ids.items()}

    @property
    def kept(self) -> str:
        """The id of the conversation that is kept of this visit; "" before the first answer."""
        return self._kept

    def ask(self, question: str) -> Asked:
        """Type, press Enter, read until the answer stands. Afterwards the page fetches what could be asked next."""
        started = time.perf_counter()
        first: float | None = None
        last = ""
        try:
            status, body = self._connection.post(f"/{self._language}/gradio_api/queue/join", self._joining(question))
            if status == HTTPStatus.SERVICE_UNAVAILABLE:
                return Asked(question, "refused", None, time.perf_counter() - started, _detail(body))
            if status != HTTPStatus.OK:
                return Asked(question, "failed", None, time.perf_counter() - started, f"{status} {_detail(body)}")
            with closing(self._messages()) as messages:
                for message in messages:
                    output = message.get("output") or {}
                    if message["msg"] == "process_generating" and first is None:
                        shown = json.dumps(output["data"][1])
                        first = time.perf_counter() - started if _BUSY not in shown else None
                    elif message["msg"] == "process_completed" and not message["success"]:
                        return Asked(question, "failed", first, time.perf_counter() - started, str(output))
                    elif message["msg"] == "process_completed":
                        self._kept, last = str(output["data"][2] or self._kept), _last_of(output["data"][1])
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Asked(question, "lost", first, None, f"{type(error).__name__}: {error}")
        took = time.perf_counter() - started
        if not last:
            return Asked(question, "lost", first, None, "the stream ended without an answer")
        outcome: Outcome = "failed" if _FAILED in last else "not_found" if _NOT_FOUND in last else "answered"
        self._turns += 1
        self._look_for_next()
        return Asked(question, outcome, first if first is not None else took, took)

    def leave(self) -> None:
        if self._kept:
            with suppress(OSError, http.client.HTTPException):
                self._connection.post(f"/ui/{self._language}/conversations/{self._kept}/delete")
        self._connection.close()

    def _joining(self, question: str) -> dict[str, Any]:
        values = {"hb-box": question, "hb-kept": self._kept, "hb-filters-value": ""}
        return {
            "data": [values[self._names[part]] for part in self._event["inputs"]],
            "event_data": None,
            "fn_index": self._event["id"],
            "trigger_id": self._box,
            "session_hash": self._session,
        }

    def _messages(self) -> Generator[dict[str, Any], None, None]:
        path = f"/{self._language}/gradio_api/queue/data?session_hash={self._session}"
        with closing(self._connection.lines(path)) as lines:
            for line in lines:
                if line.startswith(b"data:"):
                    message = json.loads(line[5:])
                    yield message
                    if message["msg"] == "close_stream":
                        return

    def _look_for_next(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            self._connection.get(f"/ui/{self._language}/conversations/{self._kept}/next?turn={self._turns - 1}")


class ApiVisitor:
    """A program that asks over the HTTP API, without history."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, question: str) -> Asked:
        started = time.perf_counter()
        try:
            status, body = self._connection.post("/api/v1/ask", {"question": question})
            took = time.perf_counter() - started
            if status == HTTPStatus.SERVICE_UNAVAILABLE:
                return Asked(question, "refused", None, took, _detail(body))
            if status != HTTPStatus.OK:
                return Asked(question, "failed", None, took, f"{status} {_detail(body)}")
            found = json.loads(body)["status"]
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            self._connection.close()
            return Asked(question, "lost", None, None, f"{type(error).__name__}: {error}")
        return Asked(question, "answered" if found == "answered" else "not_found", took, took)

    def leave(self) -> None:
        self._connection.close()


def _last_of(messages: Any) -> str:
    """The HTML of the last message of the conversation."""
    return json.dumps(messages[-1]["content"]) if isinstance(messages, list) and messages else ""


def _detail(body: bytes) -> str:
    return re.sub(r"\s+", " ", body.decode("utf-8", "replace"))[:300]
