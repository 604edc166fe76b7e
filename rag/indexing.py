"""From files to a library: discover, read, skip what is unchanged, clean, chunk, embed, store.

Whole articles go into the database in batches, each one transaction: whatever stops the run loses at most the batch at
hand, and the next run finds the rest stored and continues.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag import __version__
from rag.chunk import chunk_article, passage_text
from rag.config import Settings
from rag.copies import Copies, Reprint
from rag.datatypes import Article, Chunk, RawArticle
from rag.embed import Embedder
from rag.errors import LibraryDamaged, LoadError
from rag.library import Library
from rag.load import FoundFile, article_id, discover, read_articles, to_article
from rag.store.cache_stamp import Cache, CacheKind
from rag.store.dismissal import marks
from rag.store.path_cover import covered_by
from rag.store.rows import Changes, Entry, FileRow, StoredArticle
from rag.store.writer import Writer
from rag.vietnamese import NORMALISER_VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

BATCH_CHUNKS = 256
CATCH_UP_CHUNKS = 8192
ERRORS_KEPT = 1000

# Never the hash of a file: its articles are not, or not all, stored.
_UNFINISHED = ""
# Never equal to a recipe: stored from the library's own text, to be cleaned anew when the file is seen again.
_FROM_STORED_TEXT = "stored text"


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far a run is. `source` is the file at hand."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    source: str
    articles: int
    chunks: int


Progress = Callable[[IndexState], None]


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file, in articles; `stored` are the ids of those that are new or updated."""

    source: str
    new: int
    updated: int
    unchanged: int
    removed: int
    dismissed: int
    stored: tuple[str, ...]
    failed: tuple[LoadError, ...]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did, in articles.

    `missing` are the sources of known files that are gone, and of records that were not met in a file of which not all
    could be read; with `prune` these articles count as removed instead. `reprints` are the copies of which one side was
    stored by this run; they are looked for where `Copies` is among the caches. `dismissed` counts what was passed over
    because it was taken out by hand.
    `failed` holds the first errors only (`ERRORS_KEPT`); `failures` counts them all.
    """

    new: int
    updated: int
    unchanged: int
    removed: int
    missing: tuple[str, ...]
    reprints: tuple[Reprint, ...]
    failed: tuple[LoadError, ...]
    failures: int
    chunks_embedded: int
    seconds: float
    dismissed: int = 0


def index_paths(
    paths: Sequence[str | Path],
    library: Library,
    embedder: Embedder,
    settings: Settings,
    *,
    prune: bool = False,
    rebuild: bool = False,
    readmit: bool = False,
    progress: Progress | None = None,
    caches: Sequence[CacheKind] = (),
) -> IndexReport:
    """Bring the library up to date with files, folders and globs.

    An article that cannot be loaded is reported and never stops the run; what is stored of it stays. With `prune`,
    articles whose files under `paths` have disappeared are removed. With `rebuild`, every article is embedded anew,
    with whatever model it was before; those outside `paths` from their stored texts. Articles that were taken out by
    hand stay out as long as they are unchanged, unless `readmit`.

    Raises LibraryMismatch for another model (unless `rebuild`), LibraryLocked, DiskFull, LibraryDamaged.
    """
    started = time.perf_counter()
    with library.writer() as writer:
        first_generation = library.generation
        if rebuild and library.identity is not None:
            writer.start_over(embedder.identity, NORMALISER_VERSION)
        adopt(library, writer, embedder)
        run = Run(library, writer, embedder, settings, caches=caches, progress=progress, readmit=readmit)
        found_files = run.discover(paths)
        for found in found_files:
            run.index_file(found)
        missing = run.missing(paths, {identity_of(found.path) for found in found_files})
        if prune:
            run.remove_files(missing)
            run.remove_records(run.withheld)
        run.flush()
        run.embed_owed()
        run.catch_up_caches()
    return run.report(started, first_generation, missing=() if prune else (*missing.values(), *run.withheld.values()))


def embed_owed(library: Library, embedder: Embedder, settings: Settings) -> int:
    """Chunk and embed the articles that `repair` or an interrupted rebuild left without; the number of chunks."""
    with library.writer() as writer:
        adopt(library, writer, embedder)
        run = Run(library, writer, embedder, settings)
        run.embed_owed()
    return run.chunks_embedded


def adopt(library: Library, writer: Writer, embedder: Embedder) -> None:
    """Make sure that what embeds is what has embedded before, or the first to do so. Raises LibraryMismatch."""
    library.require_model(embedder.identity)
    if library.identity is None:
        writer.adopt(embedder.identity, NORMALISER_VERSION)


def recipe_of(settings: Settings) -> str:
    """A name for all that shapes articles and chunks: one made by another recipe is made again.

    The program's version is part of it, as its rules for cleaning may have changed. Making an article again takes
    milliseconds; it is embedded again only if what is embedded of it has changed.
    """
    shaping = {"load": settings.load.model_dump(mode="json"), "chunk": settings.chunk.model_dump(mode="json")}
    return hashlib.sha256(json.dumps([shaping, __version__], sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Made:
    """An article ready to be embedded: its chunks and, for each, the text that the model gets."""

    article: Article
    path: str
    recipe: str
    passages_sha256: str
    chunks: tuple[Chunk, ...]
    texts: list[str]

    def entry(self, vectors: NDArray[np.float32] | None) -> Entry:
        return Entry(self.article, self.path, self.recipe, self.passages_sha256, self.chunks, vectors)


class Run:
    """The state of one run: counters, and the batch at hand."""

    def __init__(
        self,
        library: Library,
        writer: Writer,
        embedder: Embedder,
        settings: Settings,
        *,
        caches: Sequence[CacheKind] = (),
        progress: Progress | None = None,
        readmit: bool = False,
        told: Callable[[FileOutcome], None] | None = None,
    ) -> None:
        self.library = library
        self.writer = writer
        self.embedder = embedder
        self.settings = settings
        self._cache_kinds = caches
        self._caches: list[Cache] = []
        self.progress = progress
        self.recipe = recipe_of(settings)
        self.new = self.updated = self.unchanged = self.removed = self.dismissed = 0
        self._told = told
        self._stored: list[str] = []
        self._readmit = readmit
        # Hashes of what was taken out by hand, by article.
        self._aside = marks(library)
        self.failed: list[LoadError] = []
        self.failures = 0
        self.chunks_embedded = 0
        self._uncaught = 0
        # Id and source of records that may have vanished from their file, or may be what could not be read of it.
        self.withheld: dict[str, str] = {}
        self._batch: dict[str, _Made] = {}
        self._batch_chunks = 0
        self._restated: list[Entry] = []
        self._removals: list[str] = []
        self._forgotten: list[str] = []
        self._files: dict[str, FileRow] = {}
        self._files_done = self._files_total = self._bytes_done = self._bytes_total = 0
        self._source = ""

    def discover(self, paths: Sequence[str | Path]) -> list[FoundFile]:
        found_files = []
        for found in discover(paths, without=self.library.own_paths()):
            if isinstance(found, LoadError):
                self._fail(found)
            else:
                found_files.append(found)
        self.expect(found_files)
        return found_files

    def expect(self, found_files: Sequence[FoundFile]) -> None:
        """What is going to be indexed, for the progress."""
        self._files_total = len(found_files)
        self._bytes_total = sum(_size(found.path) for found in found_files)

    def index_file(self, found: FoundFile) -> None:
        """Store what is new or changed in one file, and drop the records that have vanished from it."""
        self._source = found.source
        before = self._counts()
        self._stored, failed_before = [], len(self.failed)
        try:
            self._index_file(found)
        except LoadError as error:
            self._fail(error)
        except UnicodeEncodeError:
            self._fail(
                LoadError(
                    "the name or a text in it holds characters that are not Unicode",
                    where=ascii(found.source),
                    remedy="Rename the file, or save it as UTF-8",
                )
            )
        self._files_done += 1
        self._bytes_done += _size(found.path)
        self._report()
        if self._told is not None:
            new, updated, unchanged, removed, dismissed = (
                now - then for now, then in zip(self._counts(), before, strict=True)
            )
            stored, failed = tuple(self._stored), tuple(self.failed[failed_before:])
            self._told(
                FileOutcome(found.source, new, updated, unchanged, removed, dismissed, stored=stored, failed=failed)
            )

    def _counts(self) -> tuple[int, ...]:
        return self.new, self.updated, self.unchanged, self.removed, self.dismissed

    def _index_file(self, found: FoundFile) -> None:
        path = identity_of(found.path)
        # Hashed before it is read: a file that changes meanwhile has another hash at the next run.
        raw_sha256, size_bytes = _sha256(found.path), _size(found.path)
        known = self.library.file(path)
        aside = len(marks(self.library, path)) if self._aside else 0
        same = known is not None and known.raw_sha256 == raw_sha256 != _UNFINISHED and known.recipe == self.recipe
        if same and not (aside and self._readmit):
            self.unchanged += len(self.library.stored(path))
            self.dismissed += aside
            return
        source = known.source if known else self._free_source(found.source, path, size_bytes)
        row = FileRow(path, source, raw_sha256, size_bytes, self.recipe)
        stored = self.library.stored(path)
        failures_before = self.failures
        seen: set[str] = set()
        for raw in read_articles(replace(found, source=source), self.settings.load):
            try:
                if isinstance(raw, LoadError):
                    raise raw
                self._index_record(raw, row, stored, seen)
            except LoadError as error:
                self._fail(error)
        complete = self.failures == failures_before
        vanished = [id_ for id_ in stored if id_ not in seen]
        if complete:
            self.remove_records(vanished)
        elif seen:
            self.withheld |= self.library.sources(vanished)
        if seen or stored:
            self._files[path] = row if complete else replace(row, raw_sha256=_UNFINISHED)
        if len(self._files) >= BATCH_CHUNKS:
            self.flush()

    def _index_record(self, raw: RawArticle, row: FileRow, stored: dict[str, StoredArticle], seen: set[str]) -> None:
        id_ = article_id(raw.source)
        old = stored.get(id_)
        if id_ in seen or (old is None and (id_ in self._batch or self.library.stored_article(id_) is not None)):
            raise _twice(raw.source)
        if old is None and not self._readmit and self._aside.get(id_) == raw.raw_sha256:
            seen.add(id_)
            self.dismissed += 1
            return
        if old and old.raw_sha256 == raw.raw_sha256 and old.recipe == self.recipe:
            seen.add(id_)
            self.unchanged += 1
            return
        if old:
            seen.add(id_)  # also if it fails now: the article stays what it was
        made = self.make(to_article(raw, self.settings.load), row.path, self.recipe)
        seen.add(id_)
        # Known from the first batch on, so that a run cut short recognises the file under any spelling.
        self._files.setdefault(row.path, replace(row, raw_sha256=_UNFINISHED))
        if old is None:
            self.new += 1
            self._stored.append(id_)
            self.add(made)
            return
        if old.passages_sha256 == made.passages_sha256 and self._are_stored(made.chunks):
            same = self._is_stored(made.article)
            self.unchanged += same
            self.updated += not same
            self._stored += [] if same else [id_]
            self._restate(made)
        else:
            self.updated += 1
            self._stored.append(id_)
            self.add(made)

    def make(self, article: Article, path: str, recipe: str) -> _Made:
        """The article cut into passages, ready to be embedded."""
        chunks = chunk_article(article, self.settings.chunk)
        texts = [passage_text(article, chunk) for chunk in chunks]
        digest = hashlib.sha256(json.dumps([article.title, *texts]).encode()).hexdigest()
        return _Made(article, path, recipe, digest, chunks, texts)

    def _is_stored(self, article: Article) -> bool:
        try:
            return self.library.article(article.id) == article
        except LibraryDamaged:
            return False

    def _are_stored(self, chunks: tuple[Chunk, ...]) -> bool:
        stored = self.library.chunks(self.library.chunk_keys(chunks[0].article_id))
        return tuple(stored[key] for key in sorted(stored)) == chunks

    def missing(self, paths: Sequence[str | Path], present: set[str]) -> dict[str, str]:
        """Path and source of each file under `paths` that articles came from and that is gone."""
        covered = covered_by(paths)
        gone = {}
        for path in self.library.paths():
            if path not in present and covered(path) and is_gone(path):
                row = self.library.file(path)
                gone[path] = row.source if row else path
        return gone

    def remove_files(self, gone: Iterable[str]) -> None:
        for path in gone:
            self.remove_records(self.library.stored(path))
            self._forgotten.append(path)

    def remove_records(self, article_ids: Iterable[str]) -> None:
        before = len(self._removals)
        self._removals += article_ids
        self.removed += len(self._removals) - before

    def embed_owed(self) -> None:
        """Chunk and embed from the stored texts what was not met again in the files."""
        for id_ in self.library.owed():
            stored = self.library.stored_article(id_)
            if stored is None:
                continue
            try:
                article = self.library.article(id_)
            except LibraryDamaged as error:
                self._fail(LoadError(error.what, where=error.where, remedy=error.remedy))
                continue
            self._source = article.source
            self.updated += 1
            self.add(self.make(article, stored.path, _FROM_STORED_TEXT))
        self.flush()

    def flush(self) -> None:
        """Embed and commit the batch at hand."""
        texts = [text for made in self._batch.values() for text in made.texts]
        entries = self._restated
        if texts:
            vectors = self.embedder.embed_passages(texts)
            at = 0
            for made in self._batch.values():
                entries.append(made.entry(vectors[at : at + len(made.chunks)]))
                at += len(made.chunks)
        self.writer.apply(
            Changes(
                entries=entries,
                removed=self._removals,
                files=list(self._files.values()),
                forgotten_paths=self._forgotten,
            )
        )
        self._batch, self._batch_chunks, self._restated = {}, 0, []
        self._removals, self._forgotten, self._files = [], [], {}
        self.chunks_embedded += len(texts)
        self._uncaught += len(texts)
        if self._uncaught >= CATCH_UP_CHUNKS:
            self._uncaught = 0
            self.catch_up_caches()
        self._report()

    def catch_up_caches(self) -> None:
        # Opening one catches it up, so it is done only once there is something to catch up with.
        for cache in self._caches:
            cache.catch_up()
        if not self._caches:
            self._caches = [kind.open(self.library) for kind in self._cache_kinds]

    def report(self, started: float, first_generation: int, *, missing: tuple[str, ...] = ()) -> IndexReport:
        """What the run did since `started`, a time of `time.perf_counter`, when the library had that generation."""
        return IndexReport(
            new=self.new,
            updated=self.updated,
            unchanged=self.unchanged,
            removed=self.removed,
            missing=missing,
            reprints=self.reprints_since(first_generation),
            failed=tuple(self.failed),
            failures=self.failures,
            chunks_embedded=self.chunks_embedded,
            seconds=time.perf_counter() - started,
            dismissed=self.dismissed,
        )

    def reprints_since(self, generation: int) -> tuple[Reprint, ...]:
        """The copies of which one side was stored after `generation`."""
        stored = set(self.library.ids_since(generation))
        copies = [cache for cache in self._caches if isinstance(cache, Copies)] if stored else []
        return tuple(pair for cache in copies for pair in cache.reprints(stored))

    def add(self, made: _Made) -> None:
        """Store an article with the batch at hand."""
        self._batch[made.article.id] = made
        self._batch_chunks += len(made.chunks)
        if self._batch_chunks >= BATCH_CHUNKS:
            self.flush()

    def _restate(self, made: _Made) -> None:
        """Store an article anew under the vectors it has."""
        self._restated.append(made.entry(None))
        if len(self._restated) >= BATCH_CHUNKS:
            self.flush()

    def _free_source(self, source: str, path: str, size_bytes: int) -> str:
        """The source to store a file under that was not known: as given, unless another living file has that name."""
        holder = self._file_of_source(source)
        if holder is None or holder.path == path:
            return source
        if is_gone(holder.path):
            # The same name somewhere else, and the old place empty: moved, so its articles keep their ids.
            moved = FileRow(path, source, _UNFINISHED, size_bytes, "")
            self.writer.apply(Changes(moved=[(holder.path, path)], files=[moved]))
            return source
        if self._file_of_source(path) is not None:
            raise _twice(path)
        return path

    def _file_of_source(self, source: str) -> FileRow | None:
        waiting = (row for row in self._files.values() if row.source == source)
        return next(waiting, None) or self.library.file_of_source(source)

    def _fail(self, error: LoadError) -> None:
        self.failures += 1
        if len(self.failed) < ERRORS_KEPT:
            self.failed.append(error)
        logger.info("not indexed: %s", error)

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(
                IndexState(
                    self._files_done,
                    self._files_total,
                    self._bytes_done,
                    self._bytes_total,
                    self._source,
                    self.new + self.updated + self.unchanged,
                    self.chunks_embedded,
                )
            )


def _twice(source: str) -> LoadError:
    return LoadError(
        "another record or file has the same name",
        where=source,
        remedy="Give each its own id (names that differ only in how accents are encoded count as one)",
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def is_gone(path: str) -> bool:
    """Whether there is certainly no file at this resolved path any more; not so where it only cannot be looked at."""
    if os.path.realpath(path) != path:  # a link has taken its place, or that of a folder above
        return True
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def identity_of(path: Path) -> str:
    """What a file is known by: its path with every link resolved; bytes that are not UTF-8 as escapes."""
    return os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")


def _sha256(path: Path) -> str:
    """The hash of a file; "" where it cannot be read, which is for the reading itself to complain of."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return _UNFINISHED
