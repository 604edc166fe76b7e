"""The one JSON shape of an answer, of a search result and of an inspected article (DESIGN.md, section 7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rag.datatypes import (
    Answer,
    Article,
    Citation,
    Conflict,
    Hit,
    PassageReading,
    SearchResult,
    Timeline,
    TimelineEntry,
)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values, keys in the order of the contract."""
    return {
        "id": answer.id,
        "question": answer.question,
        "understood_as": answer.understood_as,
        "status": answer.status,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "claims": [
            {"text": claim.text, "citations": list(claim.citations), "status": claim.status} for claim in answer.claims
        ],
        "citations": [_citation(citation) for citation in answer.citations],
        "conflicts": [_conflict(conflict) for conflict in answer.conflicts],
        "hits": [_hit(hit) for hit in answer.hits],
        "timings_ms": _timings(answer.timings_ms),
        "notes": list(answer.notes),
    }


def search_to_json(result: SearchResult) -> dict[str, Any]:
    """Retrieval alone."""
    return {
        "id": result.id,
        "question": result.question,
        "understood_as": result.understood_as,
        "hits": [_hit(hit) for hit in result.hits],
        "timings_ms": _timings(result.timings_ms),
        "notes": list(result.notes),
    }


def timeline_to_json(timeline: Timeline) -> dict[str, Any]:
    """A timeline; the days of an entry are null where they or their year are not known."""
    return {
        "topic": timeline.topic,
        "understood_as": timeline.understood_as,
        "status": "answered" if timeline.entries else "not_found",
        "reason": timeline.reason,
        "entries": [_entry(entry) for entry in timeline.entries],
        "timings_ms": _timings(timeline.timings_ms),
        "notes": list(timeline.notes),
    }


def article_to_json(article: Article) -> dict[str, Any]:
    """What `hoibao inspect --json` prints of one article."""
    return {
        "source": article.source,
        "title": article.title,
        "title_stated": article.title_stated,
        "published_on": article.published_on.isoformat() if article.published_on else None,
        "outlet": article.outlet,
        "text": article.text,
        "removed": [{"text": part.text, "reason": part.reason} for part in article.removed],
    }


def reading_to_json(reading: PassageReading) -> dict[str, Any]:
    """What `hoibao read` prints of one passage."""
    return {
        "id": reading.id,
        "short_answer": reading.short_answer,
        "start": reading.start,
        "end": reading.end,
        "score": round(reading.score, 6),
        "no_answer_score": round(reading.no_answer_score, 6),
        "status": reading.status,
    }


def error_to_json(record_id: str | None, message: str) -> dict[str, Any]:
    """What stands in place of an answer when a line of input was bad."""
    return {"id": record_id, "error": message}


def to_line(value: Mapping[str, Any] | list[dict[str, Any]], *, indent: int | None = None) -> str:
    """Strict JSON (no NaN), Vietnamese left readable, lone surrogates escaped so that any console can print it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent)
    return text


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "source": citation.source,
        "title": citation.title,
        "outlet": citation.outlet,
        "published_on": citation.published_on.isoformat() if citation.published_on else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    known = entry.dating != "year_unknown"
    return {
        "day": entry.written,
        "dating": entry.dating,
        "first_day": entry.first_day.isoformat() if entry.first_day and known else None,
        "last_day": entry.last_day.isoformat() if entry.last_day and known else None,
        "text": entry.text,
        "citation": _citation(entry.citation),
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "about": conflict.about,
        "kind": conflict.kind,
        "values": [
            {
                "value": value.value,
                "citations": list(value.citations),
                "published_on": value.published_on.isoformat() if value.published_on else None,
            }
            for value in conflict.values
        ],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.chunk.article_id,
        "source": hit.source,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": round(hit.score, 6),
        "text": hit.text,
    }


def _timings(timings_ms: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 3) for stage, value in timings_ms.items()}
