"""rank_bm25's BM25Okapi as its README shows it, over lower-case words; and over words without diacritics.

Its README leaves preprocessing to the user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from peer_protocol import Given, System, serve, words
from rank_bm25 import BM25Okapi
from unidecode import unidecode


def folded(text: str) -> list[str]:
    return list(words(unidecode(text)))


def searcher(given: Given, tokenize: Callable[[str], list[str]]) -> Callable[[str], Sequence[str]]:
    index = BM25Okapi([tokenize(text) for text in given.texts])

    def search(question: str) -> Sequence[str]:
        found: Sequence[str] = index.get_top_n(tokenize(question), given.ids, n=given.depth)
        return found

    return search


def build(given: Given) -> Iterator[System]:
    yield System("rank_bm25", searcher(given, words), ("rank-bm25",))
    yield System("rank_bm25, Unidecode", searcher(given, folded), ("rank-bm25", "Unidecode"))


if __name__ == "__main__":
    serve(build)
