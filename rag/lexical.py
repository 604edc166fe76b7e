"""Lexical search: BM25 with Tantivy over our own terms, a cache derived from the library.

Tantivy sees terms made by `rag.vietnamese.terms`, joined by spaces, and splits at white space only. Questions become a
query of terms directly, never through a query language, so nothing in a question is syntax.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.datatypes import Alternatives, Scored
from rag.errors import LibraryError
from rag.lexical_query import QueryMaker
from rag.store.cache_folder import CacheFolder, FoundCache
from rag.store.cache_fork import forgetter, fork, private_folder
from rag.store.cache_stamp import Finding
from rag.vietnamese import NORMALISER_VERSION, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.library import Library

logger = logging.getLogger(__name__)

TITLE_BOOST = 0.25
MAX_QUESTION_CHARS = 20_000

_FORMAT = 1
# Used only as far as needed: with 64 MB a first build of 60,000 passages is slowed by merging its segments.
_HEAP_BYTES = 200_000_000
_DELETE_BATCH = 1_000
_OPEN_ATTEMPTS = 3
_REMOVED_SHARE = 0.1
_ANALYSER = "terms"
_LOCK_FILES = frozenset((".tantivy-writer.lock", ".tantivy-meta.lock"))
# Tantivy's bindings raise ValueError for nearly everything, file system errors included.
_TROUBLE = (OSError, ValueError, KeyError, RuntimeError)


class LexicalIndex:
    """BM25 over titles and passages. Safe to share between threads.

    `notes` (Vietnamese) says what had to be mended when the index was opened.
    """

    name = "lexical"

    def __init__(
        self, library: Library, *, title_boost: float = TITLE_BOOST, analyse: Callable[[str], list[str]] = terms
    ) -> None:
        self._library = library
        self._analyse = analyse
        self._lock = threading.Lock()
        self._schema = _schema()
        self._queries = QueryMaker(self._schema, analyse, title_boost)
        self._index: Any = None
        self._searcher: Any = None
        self._generation = -1
        self._on_disk: FoundCache | None = None
        # An index of this process alone may be changed in place; it lives in a temporary folder or in memory.
        self._is_private = False
        self._private: Path | None = None
        self._forget_private: Callable[[], object] = lambda: None
        self.notes: tuple[str, ...] = ()

    @classmethod
    def open(
        cls, library: Library, *, title_boost: float = TITLE_BOOST, analyse: Callable[[str], list[str]] = terms
    ) -> LexicalIndex:
        """The index of the library's present generation.

        `analyse` makes the terms of passages and questions alike; terms must not contain white space. What is missing,
        older, torn or altered on the disk is caught up or built anew there if the writer lock is free; otherwise
        privately, in a temporary folder or in memory.
        """
        lexical = cls(library, title_boost=title_boost, analyse=analyse)
        with lexical._lock:
            state = lexical._load()
        if len(lexical):
            lexical.notes = _NOTES.get(state, ())
        return lexical

    @property
    def generation(self) -> int:
        """The library's generation that this index shows."""
        return self._generation

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        text: str,
        depth: int,
        *,
        alternatives: Sequence[Alternatives] = (),
        keys: NDArray[np.int64] | None = None,
    ) -> list[Scored]:
        """The `depth` passages with the highest BM25 score for the text, sorted by (-score, key).

        Passages that share no term with it are left out. Of a text longer than `MAX_QUESTION_CHARS` the beginning
        counts, and of its terms the 256 rarest. Where the text has `alternatives`, the best fitting
        wording of each counts, scaled to weigh as much as the text's own. With `keys`, only those passages are seen.
        """
        searcher = self._searcher
        total = int(searcher.num_docs)
        if depth < 1 or not total or (keys is not None and not len(keys)):
            return []
        query = self._queries.of(searcher, text[:MAX_QUESTION_CHARS], alternatives, keys)
        return [] if query is None else self._best(searcher, query, depth, keys)

    def keys_with(self, wanted: Sequence[str]) -> NDArray[np.int64]:
        """Keys of the passages that hold all of these terms of `rag.vietnamese.terms`, in the text or the title.

        In no order; none where no term is wanted.
        """
        import numpy as np

        searcher = self._searcher
        query = self._queries.all_of(wanted)
        if query is None:
            return np.empty(0, dtype=np.int64)
        hits = searcher.search(query, limit=max(int(searcher.num_docs), 1), count=False).hits
        return np.array(searcher.fast_field_values("key", [address for _, address in hits]), dtype=np.int64)

    def frequency(self, term: str) -> int:
        """How many passages hold a term of `rag.vietnamese.terms`; removed ones count until their files are merged."""
        return int(self._searcher.doc_freq("body", term))

    def catch_up(self) -> None:
        """Bring the index to the library's generation, on disk if the writer lock is free."""
        with self._lock:
            if self._generation != self._library.generation:
                self._load()

    def verify(self) -> list[Finding]:
        """Whether the files are sound and hold exactly the library's passages."""
        state = self._cache().newest().state
        if state == "unusable":
            return [self._finding("the files are torn, altered, or of another library")]
        if state == "missing" and len(self):
            return [self._finding("it is not there (the next question builds it as well)")]
        searcher = self._searcher
        total = int(searcher.num_docs)
        addresses = [address for _, address in searcher.search(_all(), limit=max(total, 1), count=False).hits]
        held = searcher.fast_field_values("key", addresses)
        expected = set(self._library.keys_since(0).tolist())
        findings = []
        for count, what in (
            (len(expected.difference(held)), "lacks"),
            (len(set(held) - expected), "still holds the removed"),
            (len(held) - len(set(held)), "holds twice"),
        ):
            if count:
                findings.append(self._finding(f"it {what} {count} passages"))
        return findings

    # ---- loading and building ---------------------------------------------------------------------------------------

    def _cache(self) -> CacheFolder:
        return CacheFolder(
            self._library,
            self.name,
            {"format": _FORMAT, "normaliser": NORMALISER_VERSION, "analyser": self._analyse.__name__},
        )

    def _load(self) -> str:
        """Show the library's present generation, by the cheapest way that works; the state found on the disk."""
        for _ in range(_OPEN_ATTEMPTS):
            found = self._find()
            if found.state == "current":
                return found.state
            if not self._library.generation and found.folder is None:
                break
            with self._library.try_lock() as held:
                if held:
                    try:
                        self._publish(found)
                        return found.state
                    except (*_TROUBLE, LibraryError) as error:
                        logger.warning("the lexical index was not written to %s: %s", self._cache().root, error)
            if self._show_private(found):
                return found.state
            if found.folder is None or found.folder.exists():
                break
            # Swept by another process, which has published a newer generation then.
        self._show_in_memory()
        return found.state

    def _find(self) -> FoundCache:
        """The newest usable generation on the disk; shown already if it is the present one."""
        for _ in range(_OPEN_ATTEMPTS):
            found = self._cache().newest(trusted=self._on_disk)
            if found.state != "current" or self._show_folder(found):
                self._on_disk = found if found.folder else None
                return found
            # Another process has published a newer generation and swept this one, or it cannot be opened at all.
            self._on_disk = None
        return FoundCache("unusable")

    def _show_folder(self, found: FoundCache) -> bool:
        if found.folder is None:
            return False
        try:
            self._show(_open(found.folder), found.generation)
        except _TROUBLE as error:
            # Tantivy wants a lock file even to read; on a read-only disk it gets one in a folder of links.
            logger.debug("cannot open %s in place: %s", found.folder, error)
            try:
                with private_folder() as private:
                    fork(found, private)
                    self._show(_open(private), found.generation, private)
            except _TROUBLE as second:
                logger.warning("cannot open %s: %s", found.folder, second)
                return False
        return True

    def _publish(self, found: FoundCache) -> None:
        """Write the present generation to the disk and show it. The caller holds the writer lock."""
        cache = self._cache()
        if self._is_worn(found):
            found = FoundCache("missing")
        with cache.draft() as draft:
            fork(found, draft)
            self._apply_changes(_create(draft, self._schema), found.generation)
            files = sorted({path.name for path in draft.iterdir()} - _LOCK_FILES)
            known = {name: digest for name, digest in found.files.items() if not name.endswith(".json")}
            published = cache.publish(draft, files, known=known)
        self._on_disk = published
        if not self._show_folder(published):
            raise OSError(f"cannot open {published.folder}")

    def _is_worn(self, found: FoundCache) -> bool:
        """Whether so much of the index would be removed passages, which BM25 still counts, that a new one is due."""
        if found.folder is None:
            return False
        segments = json.loads((found.folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        held = sum(segment["max_doc"] for segment in segments)
        removed = sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment["deletes"])
        return bool(removed + len(self._library.removed_since(found.generation)) > _REMOVED_SHARE * held)

    def _show_private(self, found: FoundCache) -> bool:
        """Show the present generation without writing to the library's folder, if there is something to start from."""
        generation = self._library.generation
        try:
            if self._is_private and found.generation <= self._generation <= generation:
                self._apply_changes(self._index, self._generation)
                self._show(self._index, generation, self._private)
                self._is_private = True
                return True
            if found.folder is not None:
                with private_folder() as private:
                    fork(found, private)
                    index = _create(private, self._schema)
                    self._apply_changes(index, found.generation)
                    self._show(index, generation, private)
                return True
        except _TROUBLE as error:
            logger.info("cannot catch up a copy of the lexical index: %s", error)
        return False

    def _show_in_memory(self) -> None:
        generation = self._library.generation
        index = _create(None, self._schema)
        self._apply_changes(index, 0)
        self._show(index, generation)
        self._is_private = True

    def _show(self, index: Any, generation: int, private: Path | None = None) -> None:
        searcher = index.searcher()
        if private != self._private:
            self._forget_private()
            self._forget_private = forgetter(self, private)
        self._index, self._searcher, self._generation = index, searcher, generation
        self._private, self._is_private = private, private is not None

    def _apply_changes(self, index: Any, since: int) -> None:
        """Add and remove in the index what the library has since; applying twice changes nothing."""
        from tantivy import Document, Query

        with _panics_as_errors():
            # One indexing thread: with more, the same library gives other segments each time.
            writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            if since:
                # By query: deleting by term does nothing for unsigned fields in these bindings.
                gone = [*self._library.removed_since(since).tolist(), *self._library.keys_since(since).tolist()]
                for at in range(0, len(gone), _DELETE_BATCH):
                    some = Query.term_set_query(self._schema, "key", gone[at : at + _DELETE_BATCH])
                    writer.delete_documents_by_query(some)
            title, title_terms = "", ""
            for batch in self._library.texts_since(since):
                for item in batch:
                    if item.title != title:  # passages of one article follow each other
                        title, title_terms = item.title, " ".join(self._analyse(item.title))
                    document = Document()
                    document.add_unsigned("key", item.key)
                    document.add_text("title", title_terms)
                    document.add_text("body", " ".join(self._analyse(item.text)))
                    writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            index.reload()

    # ---- queries ----------------------------------------------------------------------------------------------------

    def _best(self, searcher: Any, query: Any, depth: int, keys: NDArray[np.int64] | None) -> list[Scored]:
        """Everything that ties with the last is fetched as well, so that the cut does not depend on order."""
        total = int(searcher.num_docs)
        allowed = None if keys is None else frozenset(keys.tolist())
        fetch = min(depth + 1, total)
        while True:
            hits = searcher.search(query, limit=fetch, count=False).hits
            # Summing in another order moves the last bits of a score; rounded, equal passages tie.
            scores = [round(float(score), 4) for score, _ in hits]
            found_keys = searcher.fast_field_values("key", [address for _, address in hits])
            found = [
                Scored(int(key), score)
                for key, score in zip(found_keys, scores, strict=True)
                if allowed is None or key in allowed
            ]
            enough = len(found) > depth and scores[-1] < found[depth - 1].score
            if len(hits) < fetch or fetch == total or enough:
                return sorted(found, key=lambda item: (-item.score, item.key))[:depth]
            fetch = min(fetch * 4, total)

    def _finding(self, what: str) -> Finding:
        return Finding(what, str(self._library.folder / self.name), "Run `hoibao repair`")


_NOTES: dict[str, tuple[str, ...]] = {
    "missing": ("Chưa có chỉ mục từ khoá trên đĩa: đã dựng lại từ cơ sở dữ liệu.",),
    "unusable": ("Chỉ mục từ khoá trên đĩa bị hỏng hoặc không khớp với thư viện: đã dựng lại từ cơ sở dữ liệu.",),
    "older": ("Chỉ mục từ khoá trên đĩa cũ hơn thư viện: đã cập nhật từ cơ sở dữ liệu.",),
}


def _schema() -> Any:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_text_field("body", tokenizer_name=_ANALYSER, index_option="freq")
    return builder.build()


def _all() -> Any:
    from tantivy import Query

    return Query.all_query()


def _open(folder: Path) -> Any:
    from tantivy import Index

    with _panics_as_errors():
        index = Index.open(str(folder))
        _prepare(index)
        index.reload()
        return index


def _prepare(index: Any) -> None:
    from tantivy import TextAnalyzerBuilder, Tokenizer

    index.register_tokenizer(_ANALYSER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    # Otherwise a thread watches the folder for changes.
    index.config_reader(reload_policy="manual")


def _create(folder: Path | None, schema: Any) -> Any:
    """The index in `folder`, new if there is none; in memory for None."""
    from tantivy import Index

    with _panics_as_errors():
        index = Index(schema, path=None if folder is None else str(folder))
        _prepare(index)
        return index


@contextlib.contextmanager
def _panics_as_errors() -> Iterator[None]:
    """A panic in Tantivy arrives as a BaseException of its own; make it a RuntimeError that can be handled."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(f"the search engine gave up: {error}") from error
        raise
