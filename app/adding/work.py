"""Doing jobs and taking them back, over an open library. One at a time: in the thread of `jobs.Line`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.adding.considerate import ConsiderateEmbedder
from app.adding.jobs import Item, Job, Refusal, State
from app.adding.uploads import Uploads, sha256_of
from rag.adding import index_files, take_back
from rag.engine import Engine
from rag.errors import LibraryLocked, RagError
from rag.indexing import FileOutcome, IndexState, identity_of
from rag.library import Library
from rag.listing import rows_of
from rag.load import FoundFile
from rag.store.dismissal import dismiss

logger = logging.getLogger(__name__)

# Another program may be indexing: so long it is waited for, then it is told and can be tried again.
LOCK_SECONDS = 60.0
_TRY_AGAIN_SECONDS = 1.0


class _Stopped(Exception):
    """Somebody stopped the job at hand."""


class Work:
    """Does jobs. What it needs of the model it takes from the engine, in portions that let questions in between."""

    def __init__(self, engine: Engine, uploads: Uploads) -> None:
        self._engine, self._uploads = engine, uploads
        self.ending = False

    def do(self, job: Job) -> None:
        """Do a job, or take it back. Raises RagError, also where another program has been writing for too long."""
        ended: State | None = None
        try:
            if job.backwards:
                self._patiently(job, "undoing", self._reverse)
                ended = "undone"
            elif job.stop.is_set():
                raise _Stopped
            else:
                self._patiently(job, "running", self._change)
                self._see_the_new()
                self._describe(job)
                # What was stopped until now is taken back.
                _heed(job)
                job.share, ended = 1.0, "done"
        except _Stopped:
            # When the program ends what is stored stays, and the rest is done at its next start.
            if not self.ending:
                job.stop.clear()
                # Where that fails, trying again is to go on with it.
                job.backwards = True
                self._patiently(job, "undoing", self._reverse)
                ended = "stopped"
        finally:
            if ended:
                self._uploads.drop(job.id)
            self._see_the_new()
            # Last: who sees a job ended finds nothing of it under way.
            if ended:
                job.state = ended

    def _patiently(self, job: Job, state: State, act: Callable[[Job], None]) -> None:
        end = time.monotonic() + LOCK_SECONDS
        while True:
            job.state = state
            try:
                act(job)
            except LibraryLocked:
                if time.monotonic() > end or self.ending:
                    raise
                job.state = "waiting"
                if job.stop.wait(_TRY_AGAIN_SECONDS):
                    raise _Stopped from None
            else:
                return

    def _change(self, job: Job) -> None:
        with self._opened() as library:
            if job.kind == "dismiss":
                job.ids = dismiss(library, job.ids)
            elif job.kind == "return":
                job.ids = take_back(job.ids, library, self._engine.embedder, self._engine.settings)
            else:
                self._index(job, library)

    def _reverse(self, job: Job) -> None:
        with self._opened() as library:
            if job.kind == "dismiss":
                take_back(job.ids, library, self._engine.embedder, self._engine.settings)
            elif job.kind == "return":
                dismiss(library, job.ids)
            else:
                self._remove(job, library)

    # ---- files ------------------------------------------------------------------------------------------------------

    def _index(self, job: Job, library: Library) -> None:
        if job.kind == "resume":
            job.files = tuple(found for found in self._uploads.files() if not _is_known(found, library))
        files = [*job.files, *self._place(job)]
        items = {item.placed.found.source: item for item in job.items if item.placed}
        read = 0.0

        def told(outcome: FileOutcome) -> None:
            item = items.get(outcome.source)
            if item is None:
                if not (outcome.stored or outcome.removed or outcome.failed):
                    return
                item = items[outcome.source] = Item(outcome.source, arrived=True)
                job.items.append(item)
            # What an earlier attempt has stored is unchanged at the next.
            if item.outcome is None or outcome.stored or outcome.failed:
                item.outcome = outcome

        def progress(state: IndexState) -> None:
            nonlocal read
            _heed(job)
            job.articles, job.passages = state.articles, state.chunks
            read = state.bytes_done / state.bytes_total if state.bytes_total else 1.0

        stored_before = 0

        def embedded(done: int, total: int) -> None:
            nonlocal stored_before
            _heed(job)
            known = stored_before + total
            job.share = max(job.share, read * (stored_before + done) / known if known else read)
            job.passages = stored_before + done
            stored_before += total if done == total else 0

        report = index_files(
            files,
            library,
            ConsiderateEmbedder(self._engine.embedder, embedded),
            self._engine.settings,
            gone=job.gone,
            readmit=job.kind in {"upload", "paste"},
            progress=progress,
            told=told,
        )
        job.removed = report.removed
        for item in job.items:
            if item.placed and item.outcome and not _holds_anything(item.outcome):
                # A file that came to nothing does not stay, and what it replaced comes back.
                self._uploads.take_back(item.placed)
                item.placed = None

    def _place(self, job: Job) -> list[FoundFile]:
        """The files of a job in their places."""
        placed = [item.placed for item in job.items if item.placed]
        names = {one.found.path.name for one in placed}
        for index, item in enumerate(job.items if job.kind in {"upload", "paste"} else ()):
            _heed(job)
            if not item.arrived or item.placed or item.outcome or item.refusal:
                continue
            arrived = self._uploads.incoming(job.id, index, item.name)
            if sha256_of(arrived) in {one.sha256 for one in placed}:
                item.refusal = Refusal("twice")
                continue
            item.placed = self._uploads.place(arrived, item.name, job.id, self._engine.settings.load, names)
            placed.append(item.placed)
        return [one.found for one in placed]

    def _remove(self, job: Job, library: Library) -> None:
        """Take back what the files of a job brought."""
        returned: list[str] = []
        for item in job.items:
            if item.placed is None or item.undone is not None:
                continue
            item.undone = self._uploads.take_back(item.placed)
            if item.placed.how == "same" and item.outcome and item.outcome.new:
                returned += item.outcome.stored
                item.undone = "gone"
        placed = [(item.undone, item.placed.found) for item in job.items if item.placed]
        index_files(
            [found for undone, found in placed if undone == "restored"],
            library,
            self._engine.embedder,
            self._engine.settings,
            gone=[found.path for undone, found in placed if undone == "gone"],
        )
        if returned:
            dismiss(library, returned)

    # ---- around it --------------------------------------------------------------------------------------------------

    @contextmanager
    def _opened(self) -> Iterator[Library]:
        """The library for writing: the engine's own must not move on in the middle of a question."""
        with Library.open(self._engine.library.folder) as library:
            yield library

    def _see_the_new(self) -> None:
        with suppress(RagError), self._engine.lock:
            self._engine.refresh()

    def _describe(self, job: Job) -> None:
        """Name the one article of each file, and what it reprints."""
        library, copies = self._engine.library, self._engine.copies
        for item in job.items:
            if item.outcome is None:
                continue
            path = identity_of(item.placed.found.path) if item.placed else None
            ids = list(item.outcome.stored) or (list(library.stored(path)) if path else [])
            if len(ids) != 1:
                continue
            first = copies.group_of(ids[0])[0]
            rows = {row.id: row for row in rows_of(library, [ids[0], first])}
            if ids[0] in rows:
                item.id, item.title = ids[0], rows[ids[0]].title
                item.original = rows[first].title if first != ids[0] and first in rows else None


def _heed(job: Job) -> None:
    if job.stop.is_set():
        raise _Stopped


def _is_known(found: FoundFile, library: Library) -> bool:
    """Whether an uploaded file was indexed to the end; looks at its size alone."""
    row = library.file(identity_of(found.path))
    try:
        return row is not None and row.size_bytes == found.path.stat().st_size
    except OSError:
        return True


def _holds_anything(outcome: FileOutcome) -> bool:
    return bool(outcome.new or outcome.updated or outcome.unchanged or outcome.dismissed or outcome.removed)
