"""Caches of facts about single articles, each computed from an article's title and text alone.

The file holds, for every article, its digest and the facts as bytes, so that only articles that came or changed are
read again. As with the search indexes the file may be an older generation: what came and went since is applied in
memory, and the file is written anew once that has grown.

    facts.bin   8 bytes of magic, then little-endian: count, payload bytes, summary bytes (u64 each)
                ids (16 bytes each), digests (16 each), ends of the facts in the payload (u64 each), payload, summary
"""

from __future__ import annotations

import logging
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Held:
    digest: bytes
    facts: bytes


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
        self._held: dict[str, _Held] = {}
        self._generation = -1
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
        return len(self._held)

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
        self.rebuild({id_: held.facts for id_, held in self._held.items()}, b"")

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
        elif found.state == "missing" and self._held:
            findings.append(self._finding("it is not there (the next question builds it as well)"))
        stored = self._library.article_digests()
        with self._lock:
            held = {id_: item.digest for id_, item in self._held.items()}
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
                self._held, summary = _read(found.folder / FILE_NAME)
                self._generation = self._file_generation = found.generation
            except (OSError, ValueError) as error:
                logger.warning("cannot load %s: %s", found.folder, error)
                self._held, state = {}, "unusable"
        self.rebuild({id_: held.facts for id_, held in self._held.items()}, summary)
        self._apply_changes()
        self._save_if_due()
        if self._held and state in {"missing", "unusable"}:
            how = "Chưa có trên đĩa" if state == "missing" else "Trên đĩa bị hỏng hoặc không khớp với thư viện"
            self.notes = (f"{self.label}: {how[0].lower()}{how[1:]}, đã dựng lại từ cơ sở dữ liệu.",)

    def _apply_changes(self) -> None:
        target = self._library.generation
        ids = self._library.article_ids()
        gone = {id_: held.facts for id_, held in self._held.items() if id_ not in ids}
        for id_ in gone:
            del self._held[id_]
        come: dict[str, bytes] = {}
        lacking = ids - self._held.keys()
        for batch in self._library.texts_by_article(self._generation, lacking):
            for item in batch:
                before = self._held.get(item.id)
                if before is not None:
                    if before.digest == item.digest:
                        continue
                    gone[item.id] = before.facts
                come[item.id] = self.facts_of(item.title, item.text)
                self._held[item.id] = _Held(item.digest, come[item.id])
        if gone or come:
            self.update(gone, come)
        self._generation = target
        self._changed += len(gone.keys() | come.keys())

    def _save_if_due(self) -> None:
        if self._file_generation == self._generation or not (self._held or self._file_generation):
            return
        if self._file_generation is not None and self._changed <= min(_DELTA_ARTICLES, _DELTA_SHARE * len(self._held)):
            return
        with self._library.try_lock() as held:
            if held and self._generation == self._library.generation:
                self._save()

    def _save(self) -> None:
        folder = self._folder()
        try:
            with folder.draft() as draft:
                _write(draft / FILE_NAME, self._held, self.summary())
                folder.publish(draft, [FILE_NAME])
        except (OSError, LibraryError) as error:
            # What is in memory is right; only the next start is slower.
            logger.warning("the cache was not written to %s: %s", folder.root, error)
        else:
            self._file_generation = self._generation
            self._changed = 0

    def _finding(self, what: str) -> Finding:
        return Finding(what, str(self._library.folder / self.name), "Run `hoibao repair`")


def _write(path: Path, held: Mapping[str, _Held], summary: bytes) -> None:
    ids = sorted(held)
    ends, end = [], 0
    for id_ in ids:
        end += len(held[id_].facts)
        ends.append(end)
    with path.open("wb") as handle:
        handle.write(_MAGIC + _SIZES.pack(len(ids), end, len(summary)))
        handle.write("".join(ids).encode("ascii"))
        handle.write(b"".join(held[id_].digest for id_ in ids))
        handle.write(struct.pack(f"<{len(ends)}Q", *ends))
        handle.write(b"".join(held[id_].facts for id_ in ids))
        handle.write(summary)


def _read(path: Path) -> tuple[dict[str, _Held], bytes]:
    """The facts by id, and the summary. Raises ValueError for a file of another kind, OSError."""
    data = path.read_bytes()
    start = len(_MAGIC) + _SIZES.size
    if len(data) < start or not data.startswith(_MAGIC):
        raise ValueError("not a file of facts")
    count, payload_bytes, summary_bytes = _SIZES.unpack_from(data, len(_MAGIC))
    digests = start + count * _ID_BYTES
    ends_at = digests + count * _DIGEST_BYTES
    payload = ends_at + count * 8
    if len(data) != payload + payload_bytes + summary_bytes:
        raise ValueError("the sizes do not add up")
    names = data[start:digests].decode("ascii")
    ends = struct.unpack_from(f"<{count}Q", data, ends_at)
    starts = (0, *ends[:-1])
    if any(first > last for first, last in zip(starts, ends, strict=True)) or (ends[-1:] or (0,)) != (payload_bytes,):
        raise ValueError("the facts do not follow each other")
    held = {
        names[at * _ID_BYTES : (at + 1) * _ID_BYTES]: _Held(
            data[digests + at * _DIGEST_BYTES : digests + (at + 1) * _DIGEST_BYTES],
            data[payload + first : payload + last],
        )
        for at, (first, last) in enumerate(zip(starts, ends, strict=True))
    }
    return held, data[payload + payload_bytes :]
