"""Small libraries for tests, built with the hashing embedder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.datatypes import Article, Chunk
from rag.library import Library
from rag.store.rows import Changes, Entry
from rag.vietnamese import NORMALISER_VERSION
from tests.fakes import HashingEmbedder


def an_article(source: str, text: str, *, title: str | None = None) -> Article:
    """An article as loading would make it of a text without furniture."""
    return Article(
        id=hashlib.sha256(source.encode()).hexdigest()[:16],
        source=source,
        title=title or text.split(".", maxsplit=1)[0],
        title_stated=title is not None,
        text=text,
        raw_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def an_entry(article: Article, embedder: HashingEmbedder, *, chunk_chars: int = 120) -> Entry:
    """The article cut every `chunk_chars` characters and embedded."""
    chunks = tuple(
        Chunk(f"{article.id}:{at:04d}", article.id, at, start, min(start + chunk_chars, len(article.text)))
        for at, start in enumerate(range(0, len(article.text), chunk_chars))
    )
    vectors = embedder.embed_passages([article.text[chunk.start : chunk.end] for chunk in chunks])
    return Entry(article, f"/nowhere/{article.source}", "recipe", "", chunks, vectors)


def small_library(
    tmp_path: Path,
    articles: Iterable[Article | str],
    *,
    embedder: HashingEmbedder | None = None,
    chunk_chars: int = 120,
) -> Library:
    """An open library at `tmp_path / "library"` with these articles (a string is a text of its own)."""
    library = Library.open(tmp_path / "library", create=True)
    add_articles(library, articles, embedder=embedder, chunk_chars=chunk_chars)
    return library


def add_articles(
    library: Library,
    articles: Iterable[Article | str],
    *,
    embedder: HashingEmbedder | None = None,
    chunk_chars: int = 120,
) -> None:
    """Add articles, or replace those with the same source, in one transaction."""
    embedder = embedder or HashingEmbedder()
    records = [
        article if isinstance(article, Article) else an_article(f"bài-{at}.txt", article)
        for at, article in enumerate(articles)
    ]
    with library.writer() as writer:
        if library.identity is None:
            writer.adopt(embedder.identity, NORMALISER_VERSION)
        writer.apply(Changes(entries=[an_entry(article, embedder, chunk_chars=chunk_chars) for article in records]))


def remove_articles(library: Library, article_ids: Sequence[str]) -> None:
    with library.writer() as writer:
        writer.apply(Changes(removed=article_ids))


@contextmanager
def another_user() -> Iterator[None]:
    """Be a user without special rights, where this process has them."""
    import filelock  # what is imported inside would not be found any more

    assert filelock
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)
