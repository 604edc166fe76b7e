"""Haystack: BM25 of its in-memory store, and its pipeline of hybrid retrieval with two ways to join.

Joined by reciprocal ranks, and by the distribution of the scores of each retriever, DocumentJoiner's two ways that
take the scales of the legs into account. Prefixes go through the embedders' `prefix`, as their documentation has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from peer_protocol import PASSAGE_PREFIX, QUERY_PREFIX, Given, System, serve

BM25 = "Haystack BM25"
PACKAGES = ("haystack-ai",)


def named(found: Sequence[Document]) -> Sequence[str]:
    return [document.id for document in found]


def build(given: Given) -> Iterator[System]:
    documents = [Document(id=identifier, content=text) for identifier, text in zip(given.ids, given.texts, strict=True)]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine", return_embedding=False)
    store.write_documents(documents)
    bm25 = InMemoryBM25Retriever(document_store=store, top_k=given.depth)
    yield System(BM25, lambda question: named(bm25.run(query=question)["documents"]), PACKAGES)

    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    loading = {"model": given.model, "model_kwargs": {"dtype": given.precision}, "progress_bar": False}
    embedder = SentenceTransformersDocumentEmbedder(prefix=PASSAGE_PREFIX, **loading)
    embedder.warm_up()
    store.write_documents(embedder.run(documents)["documents"], policy=DuplicatePolicy.OVERWRITE)

    def hybrid(join_mode: str) -> Callable[[str], Sequence[str]]:
        pipeline = Pipeline()
        pipeline.add_component("text_embedder", SentenceTransformersTextEmbedder(prefix=QUERY_PREFIX, **loading))
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(document_store=store, top_k=given.depth))
        pipeline.add_component("bm25", InMemoryBM25Retriever(document_store=store, top_k=given.depth))
        pipeline.add_component("joiner", DocumentJoiner(join_mode=join_mode, top_k=given.depth))
        pipeline.connect("text_embedder.embedding", "dense.query_embedding")
        pipeline.connect("bm25", "joiner")
        pipeline.connect("dense", "joiner")

        def search(question: str) -> Sequence[str]:
            found = pipeline.run({"text_embedder": {"text": question}, "bm25": {"query": question}})
            return named(found["joiner"]["documents"])

        return search

    packages = (*PACKAGES, "sentence-transformers-haystack", "sentence-transformers")
    rank_fusion = "Haystack hybrid, reciprocal ranks"
    yield System(rank_fusion, hybrid("reciprocal_rank_fusion"), packages, after=BM25)
    yield System(
        "Haystack hybrid, score distributions", hybrid("distribution_based_rank_fusion"), packages, after=rank_fusion
    )


if __name__ == "__main__":
    serve(build)
