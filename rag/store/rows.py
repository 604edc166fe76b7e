"""What a library stores and hands out besides the records of `datatypes`, and the digests that guard every row."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.datatypes import Article, Chunk, ModelIdentity, Removed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article without its text."""

    id: str
    source: str
    title: str
    title_stated: bool
    published_on: date | None
    outlet: str | None
    url: str | None
    chars: int
    generation: int


@dataclass(frozen=True, slots=True)
class ChunkText:
    """What the lexical index reads: a chunk's key, its article's title and its own text."""

    key: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What caches of facts read: an article's id, the digest of its row, its title and its text."""

    id: str
    digest: bytes
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file whose articles are all stored. `path` is resolved, `source` is how it was first given.

    `recipe` names the settings its articles were made with.
    """

    path: str
    source: str
    raw_sha256: str
    size_bytes: int
    recipe: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What a second indexing compares with.

    `recipe` is "" where work is owed; `passages_sha256` stands for what was embedded of it.
    """

    id: str
    path: str
    raw_sha256: str
    recipe: str
    passages_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An article to store, replacing the one of the same id.

    `vectors` is float32 or float16, one L2-normalised row for each chunk; None where the chunks and vectors that are
    stored still fit.
    """

    article: Article
    path: str
    recipe: str
    passages_sha256: str
    chunks: tuple[Chunk, ...]
    vectors: NDArray[np.float32] | NDArray[np.float16] | None


@dataclass(frozen=True, slots=True)
class Dismissal:
    """An article that somebody takes out by hand. `at` is a UTC time in ISO 8601."""

    article: Article
    path: str
    recipe: str
    at: str


@dataclass(frozen=True, slots=True)
class Changes:
    """One transaction's worth of changes: all or nothing. Removals come first, then moves (old path, new path).

    `dismissed` articles are removed too, and kept aside; of those whose ids are `forgotten` only a mark is left there.
    """

    entries: Sequence[Entry] = ()
    removed: Sequence[str] = ()
    dismissed: Sequence[Dismissal] = ()
    forgotten: Sequence[str] = ()
    moved: Sequence[tuple[str, str]] = ()
    files: Sequence[FileRow] = ()
    forgotten_paths: Sequence[str] = ()

    def __bool__(self) -> bool:
        removals = self.removed or self.dismissed or self.forgotten or self.forgotten_paths
        return bool(self.entries or removals or self.moved or self.files)


def model_to_text(model: ModelIdentity) -> str:
    """A model's identity as it is stored, with a digest of itself."""
    fields = json.dumps(asdict(model), sort_keys=True)
    return json.dumps({"model": fields, "sha256": hashlib.sha256(fields.encode("utf-8")).hexdigest()})


def model_from_text(text: str) -> ModelIdentity:
    """The inverse of `model_to_text`. Raises ValueError where the text is not as it was written."""
    try:
        document = json.loads(text)
        if hashlib.sha256(document["model"].encode("utf-8")).hexdigest() != document["sha256"]:
            raise ValueError("the digest differs")
        return ModelIdentity(**json.loads(document["model"]))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error


# The columns of `articles` that make an Article, in the order `article_of` takes them.
ARTICLE_COLUMNS = "id, source, raw_sha256, title, title_stated, published_on, outlet, url, digest, text"


def article_of(row: Sequence[Any], parts: Iterable[Sequence[Any]]) -> Article:
    """The article in a row of `ARTICLE_COLUMNS` and its removed parts. Raises ValueError if it is not as stored."""
    id_, source, raw_sha256, title, stated, published_on, outlet, url, digest, text = row
    try:
        article = Article(
            id=id_,
            source=source,
            title=title,
            title_stated=bool(stated),
            text=text,
            raw_sha256=raw_sha256,
            published_on=date_of(published_on),
            outlet=outlet,
            url=url,
            removed=tuple(Removed(*part) for part in parts),
        )
        found = article_digest(article)
    except TypeError as error:
        raise ValueError(str(error)) from error
    if found != digest:
        raise ValueError("the digest differs")
    return article


def article_to_text(article: Article) -> str:
    """An article as one text, with a digest of itself."""
    fields = asdict(article)
    fields["published_on"] = article.published_on.isoformat() if article.published_on else None
    return json.dumps({"article": fields, "digest": article_digest(article).hex()}, ensure_ascii=False)


def article_from_text(text: str) -> Article:
    """The inverse of `article_to_text`. Raises ValueError where the text is not as it was written."""
    try:
        document = json.loads(text)
        fields = document["article"]
        parts = tuple(Removed(**part) for part in fields["removed"])
        article = Article(**{**fields, "removed": parts, "published_on": date_of(fields["published_on"])})
        found = article_digest(article).hex()
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(str(error)) from error
    if found != document["digest"]:
        raise ValueError("the digest differs")
    return article


def date_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_digest(article: Article) -> bytes:
    """16 bytes over an article, its removed parts included."""
    fields = [
        article.id,
        article.source,
        article.title,
        article.title_stated,
        article.text,
        article.raw_sha256,
        article.published_on.isoformat() if article.published_on else None,
        article.outlet,
        article.url,
        [[part.start, part.end, part.text, part.reason] for part in article.removed],
    ]
    return hashlib.blake2b(json.dumps(fields, ensure_ascii=False).encode("utf-8"), digest_size=16).digest()


def chunk_digest(row: tuple[int, int, int, int, int, int], vector: bytes) -> bytes:
    """16 bytes over a chunk's row together with its vector, so that neither can be altered or swapped unseen.

    `row` is (key, article number, ordinal, start, end, generation).
    """
    return hashlib.blake2b(struct.pack("<6q", *row) + vector, digest_size=16).digest()
