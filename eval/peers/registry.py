"""The peers: what each child runs in, and the systems it must deliver."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CHILDREN = Path(__file__).with_name("children")
PROTOCOL = CHILDREN / "peer_protocol.py"


@dataclass(frozen=True, slots=True)
class Peer:
    """A child script and the systems that it must deliver. `environment` None is the interpreter of this process."""

    name: str
    environment: str | None
    systems: tuple[str, ...]
    script: Path

    @classmethod
    def of(cls, name: str, environment: str | None, *systems: str) -> Peer:
        return cls(name, environment, systems, CHILDREN / f"run_{name}.py")


PEERS = {
    peer.name: peer
    for peer in (
        Peer.of("hoibao", None, "Hỏi Báo"),
        Peer.of("rank_bm25", "rank_bm25", "rank_bm25", "rank_bm25, Unidecode"),
        Peer.of(
            "nom",
            "nom",
            "nom-vn BM25",
            "nom-vn BM25, fix_diacritics",
            "nom-vn hybrid",
            "nom-vn hybrid, fix_diacritics",
        ),
        Peer.of(
            "haystack",
            "haystack",
            "Haystack BM25",
            "Haystack hybrid, reciprocal ranks",
            "Haystack hybrid, score distributions",
        ),
        Peer.of("langchain", "langchain", "LangChain + Chroma", "LangChain ensemble (BM25 + Chroma)"),
        Peer.of("txtai", "txtai", "txtai hybrid", "txtai hybrid, bb25"),
    )
}
