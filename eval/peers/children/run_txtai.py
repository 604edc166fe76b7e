"""txtai's hybrid index: `hybrid=True` as its documentation has it, and with its newer "bb25" scores.

`instructions` are its way to give the model's prefixes. The default tokenizer of its term index cuts by the rules of
Unicode, in lower case, which suits Vietnamese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from peer_protocol import PASSAGE_PREFIX, QUERY_PREFIX, Given, System, serve
from txtai import Embeddings


def build(given: Given) -> Iterator[System]:
    documents = list(zip(given.ids, given.texts, strict=True))

    def indexed(**scoring: object) -> Callable[[str], Sequence[str]]:
        index = Embeddings(
            path=given.model,
            instructions={"query": QUERY_PREFIX, "data": PASSAGE_PREFIX},
            vectors={"dtype": given.precision},
            gpu=False,
            **scoring,
        )
        # With a checkpoint the second index takes the vectors that the first has computed.
        index.index(documents, checkpoint=str(given.folder / "checkpoint"))
        return lambda question: [identifier for identifier, _ in index.search(question, given.depth)]

    packages = ("txtai", "transformers", "faiss-cpu")
    yield System("txtai hybrid", indexed(hybrid=True), packages)
    bayes = {"method": "bm25", "terms": True, "normalize": "bb25"}
    yield System("txtai hybrid, bb25", indexed(dense=True, scoring=bayes), packages, after="txtai hybrid")


if __name__ == "__main__":
    serve(build)
