"""A conversation as a file to take along: Markdown, Word or JSON, with every citation in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote

from app.keeping.document import ArticleOf, document_of
from app.keeping.markdown import markdown_of
from app.keeping.records import KeptConversation, KeptFluent, KeptTurn
from app.keeping.word import docx_of
from app.rendering.arrangement import host_of
from app.words import Words
from rag import vietnamese
from rag.cite import stands
from rag.contract import answer_to_json, to_line
from rag.datatypes import Answer
from rag.errors import RagError

FORMAT = "hoibao-conversation"
VERSION = 1
_NAME_CHARS = 80
_NAME_BYTES = 180

Kind = Literal["md", "docx", "json"]
_MEDIA_TYPES: dict[Kind, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: what is in it, its type (RFC 6838), and its name."""

    content: bytes
    media_type: str
    name: str


def export(
    kind: Kind,
    conversation: KeptConversation,
    turns: Sequence[KeptTurn],
    article_of: ArticleOf,
    words: Words,
    exported_at: datetime,
) -> Exported:
    """The conversation as a file. `article_of` raises RagError for an article that is no longer there."""
    if kind == "json":
        content = json_of(conversation, turns, article_of, exported_at).encode()
    else:
        blocks = document_of(conversation, turns, article_of, words, exported_at)
        content = (
            markdown_of(blocks).encode()
            if kind == "md"
            else docx_of(blocks, title=conversation.title, at=exported_at, language=words.language)
        )
    return Exported(content, _MEDIA_TYPES[kind], file_name(conversation.title, kind, words.keeping.file_name))


def json_of(
    conversation: KeptConversation, turns: Sequence[KeptTurn], article_of: ArticleOf, exported_at: datetime
) -> str:
    """The conversation as JSON: `format` and `version` say how to read it, each `answer` is that of the JSON contract.

    Texts are as they were kept. What is invisible or reorders the text around it is written as an escape, so that a
    program reads it as it is, and a person sees that it is there.
    """
    written = to_line(
        {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": exported_at.isoformat(),
            "id": conversation.id,
            "title": conversation.title,
            "created_at": conversation.created_at.isoformat(),
            "changed_at": conversation.changed_at.isoformat(),
            "turns": [_turn(turn) for turn in turns],
            "articles": _articles(turns, article_of),
        },
        indent=2,
    )
    return (
        "".join(
            character if character.isprintable() or character in "\n\u00a0" else _escape(character)
            for character in written
        )
        + "\n"
    )


def _turn(turn: KeptTurn) -> dict[str, Any]:
    return {
        "question": turn.question,
        "asked_at": turn.asked_at.isoformat() if turn.asked_at else None,
        "as_typed": turn.as_typed,
        "filters": {
            "published_from": _day(turn.filters.published_from),
            "published_to": _day(turn.filters.published_to),
            "outlets": list(turn.filters.outlets),
        },
        "answer": answer_to_json(turn.answer) if turn.answer else None,
        "fluent": fluent_to_json(turn.fluent) if turn.fluent else None,
        "failure": turn.failure,
        "judgement": {"thumb": turn.thumb, "reason": turn.reason, "wording": turn.judged_wording}
        if turn.thumb
        else None,
    }


def fluent_to_json(fluent: KeptFluent) -> dict[str, Any]:
    """A model's words: its name, an `answer` of the JSON contract, and how many sentences became what."""
    return {
        "model": fluent.model,
        "answer": answer_to_json(fluent.answer),
        "dropped": fluent.dropped,
        "repaired": fluent.repaired,
        "struck": fluent.struck,
        "replaced": fluent.replaced,
    }


def _articles(turns: Sequence[KeptTurn], article_of: ArticleOf) -> list[dict[str, Any]]:
    """The cited articles as the library holds them now: whether they are there, their addresses, who reprints them."""
    answers = [turn.answer for turn in turns if turn.answer]
    answers += [turn.fluent.answer for turn in turns if turn.fluent]
    ids = dict.fromkeys(citation.article_id for answer in answers for citation in answer.citations)
    return [_article(id, answers, article_of) for id in ids]


def _article(id: str, answers: Sequence[Answer], article_of: ArticleOf) -> dict[str, Any]:
    citations = [one for answer in answers for one in answer.citations if one.article_id == id]
    copies = list(dict.fromkeys(copy for citation in citations for copy in citation.copies))
    try:
        article = article_of(id)
    except RagError:
        return {"article_id": id, "in_library": False, "url": None, "quotations_stand": None, "reprints": copies}
    return {
        "article_id": id,
        "in_library": True,
        "url": article.url if host_of(article.url) else None,
        "quotations_stand": all(stands(citation, article) for citation in citations),
        "reprints": copies,
    }


def file_name(title: str, kind: str, otherwise: str) -> str:
    """A name that every system takes, from a title: nothing that means something in a path, not too long."""
    kept = "".join(character if character.isprintable() else " " for character in vietnamese.nfc(title))
    stem = _trimmed(" ".join(re.sub(r'[\\/:*?"<>|\x7f]', " ", kept).split()))
    while len(stem) > _NAME_CHARS or len(stem.encode()) > _NAME_BYTES:
        stem = _trimmed(stem[:-1])
    if not any(character.isalnum() for character in stem):
        stem = otherwise
    # Windows takes these names for devices, whatever their ending.
    if re.fullmatch(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", stem, re.IGNORECASE):
        stem = f"_{stem}"
    return f"{stem}.{kind}"


def disposition(name: str) -> str:
    """The header that gives a download its name (RFC 6266), with one of ASCII for whoever does not read RFC 8187."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", vietnamese.fold(name)).strip("-")
    plain = re.sub(r"-+\.", ".", plain)
    if plain.startswith("."):
        plain = f"hoi-bao{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _trimmed(text: str) -> str:
    return text.strip(" .")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _escape(character: str) -> str:
    data = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[at]:02x}{data[at + 1]:02x}" for at in range(0, len(data), 2))
