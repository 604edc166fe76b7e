"""Hỏi Báo through its public interface: the passages indexed as articles, then searched, all with default settings.

Only the least length of an article is lowered, as a passage may be shorter than any article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peer_protocol import Given, System, serve

from rag.config import LoadSettings, Settings
from rag.embed import open_embedder
from rag.pipeline import build as index
from rag.pipeline import open_engine, search


def build(given: Given) -> Iterator[System]:
    settings = Settings(load=LoadSettings(min_article_chars=1))
    library = given.folder / "library"
    embedder = open_embedder(settings.embed)
    report = index([given.passages], library, settings, embedder=embedder)
    refused = tuple(f"not taken: {error}" for error in report.failed)
    with open_engine(library, settings, embedder=embedder) as engine:

        def ranked(question: str) -> Sequence[str]:
            hits = search(engine, question, k=given.depth).hits
            return [source.rpartition("#")[2] for hit in hits for source in (hit.source, *hit.copies)]

        yield System("Hỏi Báo", ranked, ("hoibao",), notes=refused)


if __name__ == "__main__":
    serve(build)
