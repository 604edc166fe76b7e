"""Which articles are reprints or near-copies of each other: a cache derived from the library.

Candidates are found by sketches and then compared word for word in the stored texts, so that what counts as a copy does
not hang on the sketches. Links between texts are kept with the sketches; a new article is compared with all others, the
others are not compared again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rag.copying.links import Link, find_links, groups
from rag.copying.sketch import digest_of, sketch_bytes
from rag.copying.words import Words, words_of
from rag.errors import LibraryError
from rag.store.article_facts import ArticleFacts

if TYPE_CHECKING:
    from rag.library import Library

logger = logging.getLogger(__name__)

_TEXTS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article (its source) that is a copy of an earlier one, word for word or nearly."""

    source: str
    original: str
    same_words: bool


class Copies(ArticleFacts):
    """Groups of articles that are copies of each other. Safe to share between threads."""

    name: ClassVar[str] = "copies"
    # To be raised with any change to what counts as a copy, too: the links are kept.
    version: ClassVar[int] = 1
    label: ClassVar[str] = "Bảng bài đăng lại"

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        # Articles whose texts have the same words share a digest, and are compared with others once.
        self._sketches: dict[bytes, bytes] = {}
        self._ids: dict[bytes, set[str]] = {}
        self._links: set[Link] = set()
        self._groups: tuple[tuple[str, ...], ...] = ()
        self._group_of: dict[str, tuple[str, ...]] = {}

    def group_of(self, article_id: str) -> tuple[str, ...]:
        """The ids of the article's group, itself among them, the original first: the earliest published or stored."""
        return self._group_of.get(article_id, (article_id,))

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """All groups of at least two articles, by the age of their originals."""
        return self._groups

    def reprints(self, among: Collection[str] | None = None) -> list[Reprint]:
        """Every article with its original, in the order of the groups; only pairs with one of `among`, if given."""
        with self._lock:
            digests = {id_: digest for digest, ids in self._ids.items() for id_ in ids}
            pairs = [
                (copy, group[0])
                for group in self._groups
                for copy in group[1:]
                if among is None or copy in among or group[0] in among
            ]
        sources = self._library.sources(list({id_ for pair in pairs for id_ in pair}))
        return [
            Reprint(sources[copy], sources[original], digests.get(copy) == digests.get(original))
            for copy, original in pairs
            if copy in sources and original in sources
        ]

    # ---- what the base asks for -------------------------------------------------------------------------------------

    def facts_of(self, title: str, text: str) -> bytes:
        return sketch_bytes(words_of(text))

    def rebuild(self, facts: Mapping[str, bytes], summary: bytes) -> None:
        self._sketches, self._ids, self._links = {}, {}, set()
        for id_, data in facts.items():
            self._add(id_, data)
        if summary:
            self._links = _links_from(summary)
        else:
            self._compare(self._sketches)
        self._regroup()

    def update(self, gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> None:
        known = set(self._sketches)
        for id_, data in gone.items():
            self._remove(id_, data)
        for id_, data in come.items():
            self._add(id_, data)
        lost = known - self._sketches.keys()
        if lost:
            self._links = {link for link in self._links if link.part not in lost and link.whole not in lost}
        self._compare(self._sketches.keys() - known)
        self._regroup()

    def summary(self) -> bytes:
        return _links_to(self._links)

    # ---- links and groups -------------------------------------------------------------------------------------------

    def _add(self, id_: str, data: bytes) -> None:
        digest = digest_of(data)
        self._sketches[digest] = data
        self._ids.setdefault(digest, set()).add(id_)

    def _remove(self, id_: str, data: bytes) -> None:
        digest = digest_of(data)
        holders = self._ids.get(digest, set())
        holders.discard(id_)
        if not holders:
            self._ids.pop(digest, None)
            self._sketches.pop(digest, None)

    def _compare(self, wanted: Collection[bytes]) -> None:
        """Add the links of these texts."""
        self._links.update(find_links(self._sketches, wanted, lru_cache(_TEXTS_KEPT)(self._words)))

    def _words(self, digest: bytes) -> Words | None:
        """The words of a text; None if it cannot be read, or its articles were removed meanwhile."""
        try:
            return words_of(self._library.article(min(self._ids[digest])).text)
        except LibraryError as error:
            logger.info("not compared with others: %s", error)
            return None

    def _regroup(self) -> None:
        found = groups(self._links)
        linked = {digest for group in found for digest in group}
        found += [[digest] for digest, ids in self._ids.items() if len(ids) > 1 and digest not in linked]
        together = [[id_ for digest in group for id_ in self._ids.get(digest, ())] for group in found]
        published = self._library.published([id_ for ids in together for id_ in ids])
        age = {id_: (day or date.max, at) for at, (id_, day) in enumerate(published.items())}
        ordered = [tuple(sorted((id_ for id_ in ids if id_ in age), key=age.__getitem__)) for ids in together]
        self._groups = tuple(sorted((group for group in ordered if len(group) > 1), key=lambda group: age[group[0]]))
        self._group_of = {id_: group for group in self._groups for id_ in group}


def _links_to(links: Iterable[Link]) -> bytes:
    return json.dumps([[link.part.hex(), link.whole.hex(), link.share] for link in sorted(links)]).encode("ascii")


def _links_from(data: bytes) -> set[Link]:
    return {Link(bytes.fromhex(part), bytes.fromhex(whole), share) for part, whole, share in json.loads(data)}
