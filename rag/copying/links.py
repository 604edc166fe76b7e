"""Which of many texts are copies of each other, and how pairs make groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rag.copying.compare import overlap
from rag.copying.sketch import candidates, sketch_of
from rag.copying.words import Words

NEARLY_WHOLE = 0.8


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`part` is a copy of `whole`, the longer text, or of this share of it. Texts go by the digests of their words."""

    part: bytes
    whole: bytes
    share: float


def find_links(
    sketches: Mapping[bytes, bytes], wanted: Collection[bytes], words: Callable[[bytes], Words | None]
) -> Iterator[Link]:
    """The copies among the wanted texts and between them and any other; `words` gives None for a text that is gone.

    `sketches` are as `sketch_bytes` makes them, by digest.
    """
    for one, other in candidates(sketches, wanted):
        first, second = words(one), words(other)
        if first is None or second is None:
            continue
        found = overlap(first, second)
        if found.is_copy:
            part, whole = sorted((one, other), key=lambda digest: (sketch_of(sketches[digest]).length, digest))
            yield Link(part, whole, round(found.copied / found.longer_length, 4))


def groups(links: Iterable[Link]) -> list[list[bytes]]:
    """Groups of at least two texts, each group and the list sorted.

    Texts that are nearly the whole of each other belong together, and what belongs to one of them belongs to all. A
    part goes to the one text of which it makes up most: so two reports that merely share a third are not brought
    together by it.
    """
    first: dict[bytes, bytes] = {}

    def first_of(name: bytes) -> bytes:
        while name in first:
            name = first[name]
        return name

    def join(one: bytes, other: bytes) -> None:
        one, other = sorted((first_of(one), first_of(other)))
        if one != other:
            first[other] = one

    strongest_first = sorted(links, key=lambda link: (-link.share, link))
    for link in strongest_first:
        if link.share >= NEARLY_WHOLE:
            join(link.part, link.whole)
    names = sorted({name for link in strongest_first for name in (link.part, link.whole)})
    cluster_of = {name: first_of(name) for name in names}
    placed: set[bytes] = set()
    for link in strongest_first:
        cluster = cluster_of[link.part]
        if cluster not in placed and cluster != cluster_of[link.whole]:
            placed.add(cluster)
            join(link.part, link.whole)
    members: dict[bytes, list[bytes]] = {}
    for name in names:
        members.setdefault(first_of(name), []).append(name)
    return sorted(group for group in members.values() if len(group) > 1)
