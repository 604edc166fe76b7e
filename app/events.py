"""What comes with the page's events: who asks, what is asked of which turn, and under which filters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import gradio as gr

from app.keeping.records import KeptTurn
from app.routes.common import WORDED_COOKIE, asker_of
from rag.datatypes import Filters

_MOST_OUTLETS = 50


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: `owner` is the name that the person has logged in with, "" where nobody logs in.

    `asker` takes turns with others. `models` says whether a language model may be asked: a switch on the page.
    """

    owner: str
    asker: str
    models: bool

    @classmethod
    def of(cls, request: gr.Request) -> Self:
        owner = request.username or ""
        cookies = getattr(request, "cookies", None) or {}
        return cls(owner, asker_of(owner, f"page {request.session_hash}"), cookies.get(WORDED_COOKIE) != "no")


def data_of(event: gr.EventData) -> dict[str, Any]:
    """What came with an event; {} where nothing did."""
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}


def place_of(data: dict[str, Any], turns: Sequence[KeptTurn]) -> int | None:
    """The place of the turn that an event is about; None where another stands there by now."""
    at = data.get("turn")
    if not isinstance(at, int) or not 0 <= at < len(turns):
        return None
    return at if data.get("stamp") in {None, turns[at].stamp} else None


def example_of(data: dict[str, Any]) -> str | None:
    """The example question that was chosen, if that is what happened."""
    value = data.get("value")
    return str(value["text"]) if isinstance(value, dict) and value.get("text") else None


def filters_of(written: str) -> Filters:
    """The filters that the page's script keeps, as JSON; what cannot be read filters nothing."""
    try:
        given = json.loads(written or "{}")
        outlets = tuple(map(str, given.get("outlets") or ()))[:_MOST_OUTLETS]
        return Filters(_day(given.get("from")), _day(given.get("to")), outlets)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return Filters()


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)) if written else None
