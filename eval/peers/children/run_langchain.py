"""LangChain: a Chroma vector store, and the EnsembleRetriever that fuses it with BM25 by reciprocal ranks.

Prefixes go through `encode_kwargs` and `query_encode_kwargs`, the distance through `collection_configuration`, the
words of BM25 through `preprocess_func`, as the documentation of each has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from peer_protocol import PASSAGE_PREFIX, QUERY_PREFIX, Given, System, serve, words

BATCH = 500
STORE = "LangChain + Chroma"
PACKAGES = ("langchain-chroma", "chromadb", "langchain-huggingface", "sentence-transformers")


def build(given: Given) -> Iterator[System]:
    embeddings = HuggingFaceEmbeddings(
        model_name=given.model,
        model_kwargs={"device": "cpu", "model_kwargs": {"dtype": given.precision}},
        encode_kwargs={"prompt": PASSAGE_PREFIX, "normalize_embeddings": True},
        query_encode_kwargs={"prompt": QUERY_PREFIX, "normalize_embeddings": True},
    )
    store = Chroma(
        collection_name="passages",
        embedding_function=embeddings,
        persist_directory=str(given.folder / "chroma"),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    documents = [
        Document(page_content=text, metadata={"id": identifier}, id=identifier)
        for identifier, text in zip(given.ids, given.texts, strict=True)
    ]
    for at in range(0, len(documents), BATCH):
        store.add_documents(documents[at : at + BATCH])
    dense = store.as_retriever(search_kwargs={"k": given.depth})

    def named(found: Sequence[Document]) -> Sequence[str]:
        return [document.metadata["id"] for document in found]

    yield System(STORE, lambda question: named(dense.invoke(question)), PACKAGES)

    bm25 = BM25Retriever.from_documents(documents, preprocess_func=words, k=given.depth)
    ensemble = EnsembleRetriever(retrievers=[bm25, dense], weights=[0.5, 0.5], id_key="id")
    yield System(
        "LangChain ensemble (BM25 + Chroma)",
        lambda question: named(ensemble.invoke(question)),
        (*PACKAGES, "langchain-classic", "langchain-community", "rank-bm25"),
        after=STORE,
    )


if __name__ == "__main__":
    serve(build)
