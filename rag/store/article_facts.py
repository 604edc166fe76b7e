"""Caches of facts about single articles, each computed from an article's title and text alone.

The file holds, for every article, its digest and the facts as bytes, so that only articles that came or changed are
read again. As with the search indexes the file may be an older generation: what came and went since is applied in
memory, and the file is written anew once that has grown.

    facts.bin   8 bytes of magic, then little-endian: count, payload bytes, summary bytes (u64 each)
                ids (16 bytes each), digests (16 each), ends of the facts in the payload (u64 each), payload, summary
"""

from __future__ import annotations

import logging
import operator
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from rag.errors import LibraryError
from rag.store.cache_folder import CacheFolder
from rag.store.cache_stamp import Finding

if TYPE_CHECKING:
    from rag.library import Library

logger = logging.getLogger(__name__)

FILE_NAME = "facts.bin"
_MAGIC = b"HBAFACT1"
_SIZES = struct.Struct("<3Q")
_ID_BYTES = 16
_DIGEST_BYTES = 16
_DELTA_ARTICLES = 64
_DELTA_SHARE = 0.05


class ArticleFacts(ABC):
    """The base of such caches; a `rag.store.cache_stamp.Cache`. Safe to share between threads.

    A child names itself (`name` is the folder in the library), numbers what `facts_of` returns (`version`: raise it
    when that changes), and says what the cache is in a Vietnamese note (`label`). It makes what it looks up in
    `rebuild` and, where that is slow, in `update`; both are called with `_lock` held. `notes` says what had to be
    mended at opening.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    label: ClassVar[str]

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.RLock()
        # By article id. Plain bytes in plain dictionaries: records would cost a tenth of a second at every start.
        self._facts: dict[str, bytes] = {}
        self._digests: dict[str, bytes] = {}
        self._generation = -1
        self._torn = False
        self._changed = 0
        self._file_generation: int | None = None
        self.notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, library: Library) -> Self:
        """The facts of the library's present generation, from the disk where that is sound."""
        cache = cls(library)
        with cache._lock:
            cache._load()
        return cache

    @property
    def generation(self) -> int:
        """The library's generation that this cache shows."""
        return self._generation

    def __len__(self) -> int:
        """The number of articles whose facts are held."""
        return len(self._facts)

    # ---- what a child provides --------------------------------------------------------------------------------------

    @abstractmethod
    def facts_of(self, title: str, text: str) -> bytes:
        """What is to be known of an article. The same input must give the same bytes."""

    @abstractmethod
    def rebuild(self, facts: Mapping[str, bytes], summary: bytes) -> None:
        """Make what is looked up from the facts of all articles, by id.

        `summary` is what `summary()` gave when these very facts were written, b"" where they were not read from a file.
        """

    def update(self, gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> None:
        """The facts of these articles left, those of these came; a changed article is in both."""
        self.rebuild(self._facts, b"")

    def summary(self) -> bytes:
        """Something about all articles to keep in the file, where making it from the facts is slow."""
        return b""

    # ---- life -------------------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Bring the facts to the library's generation; the file too, if it lags far and the lock is free."""
        with self._lock:
            if self._generation != self._library.generation:
                self._apply_changes()
                self._save_if_due()

    def verify(self) -> list[Finding]:
        """Whether the file on disk is sound, and whether every article is held as it is stored."""
        findings = []
        found = self._folder().newest()
        if found.state == "unusable":
            findings.append(self._finding("the file is torn, altered, or of another library"))
        elif found.state == "missing" and self._facts:
            findings.append(self._finding("it is not there (the next question builds it as well)"))
        stored = self._library.article_digests()
        with self._lock:
            held = dict(self._digests)
        different = sum(held[id_] != digest for id_, digest in stored.items() if id_ in held)
        for count, what in (
            (len(stored.keys() - held.keys()), "lacks"),
            (different, "differs in"),
            (len(held.keys() - stored.keys()), "still holds the removed"),
        ):
            if count:
                findings.append(self._finding(f"it {what} {count} articles"))
        return findings

    def _folder(self) -> CacheFolder:
        return CacheFolder(self._library, self.name, {"format": self.version})

    def _load(self) -> None:
        found = self._folder().newest()
        state = found.state
        summary = b""
        if found.folder is not None:
            try:
                self._facts, self._digests, summary = _read(found.folder / FILE_NAME)
                self._generation = self._file_generation = found.generation
            except (OSError, ValueError) as error:
                logger.warning("cannot load %s: %s", found.folder, error)
                state = "unusable"
        self.rebuild(self._facts, summary)
        self._apply_changes()
        self._save_if_due()
        if self._facts and state in {"missing", "unusable"}:
            how = "Chưa có trên đĩa" if state == "missing" else "Trên đĩa bị hỏng hoặc không khớp với thư viện"
            self.notes = (f"{self.label}: {how[0].lower()}{how[1:]}, đã dựng lại từ cơ sở dữ liệu.",)

    def _apply_changes(self) -> None:
        target = self._library.generation
        ids = self._library.article_ids()
        gone: dict[str, bytes] = {}
        for id_ in self._facts.keys() - ids:
            gone[id_] = self._facts.pop(id_)
            del self._digests[id_]
        come: dict[str, bytes] = {}
        for batch in self._library.texts_by_article(self._generation, ids - self._facts.keys()):
            for item in batch:
                if self._digests.get(item.id) == item.digest:
                    continue
                if item.id in self._facts:
                    gone[item.id] = self._facts[item.id]
                come[item.id] = self.facts_of(item.title, item.text)
                self._facts[item.id], self._digests[item.id] = come[item.id], item.digest
        if self._torn:
            self.rebuild(self._facts, b"")
        elif gone or come:
            self._torn = True  # until it has succeeded: half an update is not continued
            self.update(gone, come)
        self._torn = False
        self._generation = target
        self._changed += len(gone.keys() | come.keys())

    def _save_if_due(self) -> None:
        if self._file_generation == self._generation or not (self._facts or self._file_generation):
            return
        if self._file_generation is not None and self._changed <= min(_DELTA_ARTICLES, _DELTA_SHARE * len(self)):
            return
        with self._library.try_lock() as held:
            if held and self._generation == self._library.generation:
                self._save()

    def _save(self) -> None:
        folder = self._folder()
        try:
            with folder.draft() as draft:
                _write(draft / FILE_NAME, self._facts, self._digests, self.summary())
                folder.publish(draft, [FILE_NAME])
        except (OSError, LibraryError) as error:
            # What is in memory is right; only the next start is slower.
            logger.warning("the cache was not written to %s: %s", folder.root, error)
        else:
            self._file_generation = self._generation
            self._changed = 0

    def _finding(self, what: str) -> Finding:
        return Finding(what, str(self._library.folder / self.name), "Run `hoibao repair`")


def _write(path: Path, facts: Mapping[str, bytes], digests: Mapping[str, bytes], summary: bytes) -> None:
    ids = sorted(facts)
    ends = [*accumulate(len(facts[id_]) for id_ in ids)]
    with path.open("wb") as handle:
        handle.write(_MAGIC + _SIZES.pack(len(ids), ends[-1] if ends else 0, len(summary)))
        handle.write("".join(ids).encode("ascii"))
        handle.write(b"".join(digests[id_] for id_ in ids))
        handle.write(struct.pack(f"<{len(ends)}Q", *ends))
        handle.write(b"".join(facts[id_] for id_ in ids))
        handle.write(summary)


def _read(path: Path) -> tuple[dict[str, bytes], dict[str, bytes], bytes]:
    """Facts and digests by id, and the summary. Raises ValueError for a file of another kind, OSError."""
    data = path.read_bytes()
    ids_at = len(_MAGIC) + _SIZES.size
    if len(data) < ids_at or not data.startswith(_MAGIC):
        raise ValueError("not a file of facts")
    count, payload_bytes, summary_bytes = _SIZES.unpack_from(data, len(_MAGIC))
    digests_at = ids_at + count * _ID_BYTES
    ends_at = digests_at + count * _DIGEST_BYTES
    payload_at = ends_at + count * 8
    if len(data) != payload_at + payload_bytes + summary_bytes:
        raise ValueError("the sizes do not add up")
    names = data[ids_at:digests_at].decode("ascii")
    ids = [names[at : at + _ID_BYTES] for at in range(0, len(names), _ID_BYTES)]
    ends = struct.unpack_from(f"<{count}Q", data, ends_at)
    starts = (0, *ends[:-1])
    if any(map(operator.gt, starts, ends)) or (ends[-1:] or (0,)) != (payload_bytes,):
        raise ValueError("the facts do not follow each other")
    digests = [data[at : at + _DIGEST_BYTES] for at in range(digests_at, ends_at, _DIGEST_BYTES)]
    payload = data[payload_at : payload_at + payload_bytes]
    facts = [payload[first:last] for first, last in zip(starts, ends, strict=False)]
    return (
        dict(zip(ids, facts, strict=False)),
        dict(zip(ids, digests, strict=False)),
        data[payload_at + payload_bytes :],
    )
