"""nom-vn: its BM25 over its own Vietnamese words; with its rule-based restoration; and its hybrid of BM25 and vectors.

`fix_diacritics` without a model is what the package does without a download. The hybrid is what its `RAG` class puts
together: BM25Retriever and DenseRetriever, fused by reciprocal ranks, with an embedder that its protocol allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nom.retrieve import BM25Retriever, DenseRetriever, hybrid_score
from nom.text import fix_diacritics
from peer_protocol import PASSAGE_PREFIX, QUERY_PREFIX, Given, System, serve

PACKAGES = ("nom-vn", "bm25s")


def build(given: Given) -> Iterator[System]:
    bm25 = BM25Retriever.fit(given.texts)

    def named(hits: Sequence[Any]) -> Sequence[str]:
        return [given.ids[hit.idx] for hit in hits]

    yield System("nom-vn BM25", lambda question: named(bm25.search(question, top_k=given.depth)), PACKAGES)
    yield System(
        "nom-vn BM25, fix_diacritics",
        lambda question: named(bm25.search(fix_diacritics(question), top_k=given.depth)),
        PACKAGES,
        after="nom-vn BM25",
    )

    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(given.model, device="cpu", model_kwargs={"dtype": given.precision})
    passages = [PASSAGE_PREFIX + text for text in given.texts]
    dense = DenseRetriever(model.encode(passages, normalize_embeddings=True, show_progress_bar=False))

    def hybrid(question: str) -> Sequence[str]:
        vector = model.encode(QUERY_PREFIX + question, normalize_embeddings=True, show_progress_bar=False)
        legs = [bm25.search(question, top_k=given.depth), dense.search(vector, top_k=given.depth)]
        return named(hybrid_score(legs, top_k=given.depth))

    packages = (*PACKAGES, "sentence-transformers")
    yield System("nom-vn hybrid", hybrid, packages, after="nom-vn BM25")
    yield System(
        "nom-vn hybrid, fix_diacritics",
        lambda question: hybrid(fix_diacritics(question)),
        packages,
        after="nom-vn hybrid",
    )


if __name__ == "__main__":
    serve(build)
