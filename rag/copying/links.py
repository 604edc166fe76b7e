"""Which of many texts are copies of each other, and how pairs make groups: each text goes to what it most wholly is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rag.copying.compare import overlap
from rag.copying.sketch import Sketch, candidates
from rag.copying.words import Words


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`part` is a copy of `whole`, the longer text, or of this share of it. Texts go by the digests of their words."""

    part: bytes
    whole: bytes
    share: float


def find_links(
    sketches: Mapping[bytes, Sketch], wanted: Collection[bytes], words: Callable[[bytes], Words | None]
) -> Iterator[Link]:
    """The copies among the wanted texts and between them and any other. `words` is None for a text that is gone."""
    for one, other in candidates(sketches, wanted):
        first, second = words(one), words(other)
        if first is None or second is None:
            continue
        found = overlap(first, second)
        if found.is_copy:
            part, whole = sorted((one, other), key=lambda digest: (sketches[digest].length, digest))
            yield Link(part, whole, round(found.copied / found.longer_length, 4))


def groups(links: Iterable[Link]) -> list[list[bytes]]:
    """Groups of at least two texts, each group and the list sorted.

    Every text is put to the one longer text of which it makes up most. A group is such a tree: all of it stands in one
    text, its longest, and two reports that merely share a third are not brought together by it.
    """
    best: dict[bytes, Link] = {}
    members: dict[bytes, list[bytes]] = {}
    for link in sorted(links):
        known = best.get(link.part)
        if known is None or link.share > known.share:
            best[link.part] = link
    for name in sorted(best.keys() | {link.whole for link in best.values()}):
        root = name
        while root in best:
            root = best[root].whole
        members.setdefault(root, []).append(name)
    return sorted(sorted(group) for group in members.values())
