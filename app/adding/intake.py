"""The way into the library from the page: what arrives, waits for its turn, is told of, undone and deleted for good."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from app.adding.jobs import Item, Job, Line, Refusal
from app.adding.limits import Limits
from app.adding.names import extension_of
from app.adding.uploads import Pasted, Uploads
from app.adding.work import Work
from rag.engine import Engine
from rag.library import Library
from rag.load import FoundFile
from rag.store.database import translated
from rag.store.dismissal import dismissed, forget_dismissed

_ABANDONED_SECONDS = 1800.0
_TO_TAKE_BACK = frozenset(("upload", "paste", "dismiss"))


class Refused(Exception):
    """More than may be added: which bound of `Limits`, and how much it allows."""

    def __init__(self, bound: str, most: int) -> None:
        self.bound, self.most = bound, most
        super().__init__(f"{bound}: {most}")


class Intake:
    """Takes jobs for one library. Safe to use from several threads.

    Every method that names a job takes the owner too, and raises KeyError for a job that is not there, is somebody
    else's, or is not in a state for it.
    """

    def __init__(self, engine: Engine, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.least_chars = engine.settings.load.min_article_chars
        self._folder = engine.library.folder
        self._uploads = Uploads(self._folder, self.limits)
        self._work = Work(engine, self._uploads)
        # Two that come at once must not both be given the room that is left.
        self._admitting = threading.Lock()
        self._receiving: set[tuple[str, int]] = set()
        self._line = Line(self._work.do, lambda job: self._uploads.forget(job.id))
        self._uploads.clean()
        if self._uploads.files():
            self._line.submit(Job("", "resume"))

    def jobs(self, owner: str) -> list[Job]:
        """What a person sees, last begun first; what nobody began only if it changed something."""
        return [
            job
            for job in self._line.jobs(owner)
            if job.kind not in {"watch", "resume"} or job.items or job.removed or job.state == "failed"
        ]

    def busy(self) -> bool:
        """Whether anything is under way."""
        return self._line.busy()

    # ---- adding -----------------------------------------------------------------------------------------------------

    def announce(self, owner: str, files: Sequence[tuple[str, int]]) -> Job:
        """A job for files of these names and sizes, which arrive one by one; `start` it then.

        Those that cannot be taken have the reason with them. Raises Refused where they are too many or too large.
        """
        self._sweep()
        if len(files) > self.limits.files:
            raise Refused("files", self.limits.files)
        items = [Item(name, size, refusal=self._refusal(name, size)) for name, size in files]
        coming = sum(item.size for item in items if item.refusal is None)
        if coming > self.limits.go_bytes:
            raise Refused("go_bytes", self.limits.go_bytes)
        job = Job(owner, "upload", items, state="arriving")
        with self._admitting:
            self._require_room(owner, coming)
            self._line.add(job)
        return job

    async def receive(self, owner: str, id: str, index: int, parts: AsyncIterator[bytes]) -> None:
        """Take in the file of this place in a job that was announced. Raises Refused, LibraryError."""
        job = self._line.job(id, owner)
        if job.state != "arriving" or not 0 <= index < len(job.items):
            raise KeyError(id)
        item = job.items[index]
        if item.arrived or item.refusal or (id, index) in self._receiving:
            raise KeyError(id)
        self._receiving.add((id, index))
        try:
            await self._receive(job, index, parts)
        finally:
            self._receiving.discard((id, index))

    async def _receive(self, job: Job, index: int, parts: AsyncIterator[bytes]) -> None:
        item = job.items[index]
        path = await run_in_threadpool(self._uploads.incoming, job.id, index, item.name)
        room = min(self.limits.go_bytes - sum(other.size for other in job.items if other.arrived), item.size)
        size = 0
        try:
            with translated(path), path.open("wb") as file:
                async for part in parts:
                    size += len(part)
                    # No more than was announced, which has been found to fit.
                    if size > room:
                        item.refusal = Refusal("file_bytes", self.limits.file_bytes)
                        raise Refused("file_bytes", self.limits.file_bytes)
                    await run_in_threadpool(file.write, part)
            if job.state != "arriving":
                # Begun without it, or stopped.
                raise KeyError(job.id)
        except BaseException:
            path.unlink(missing_ok=True)
            if job.state == "stopped":
                self._uploads.drop(job.id)
            raise
        item.size, item.arrived = size, size > 0
        if not size:
            item.refusal = Refusal("empty")

    def start(self, owner: str, id: str) -> Job:
        """Everything that is going to arrive has arrived."""
        job = self._line.job(id, owner)
        if job.state != "arriving":
            raise KeyError(id)
        for item in job.items:
            if not item.arrived and item.refusal is None:
                item.refusal = Refusal("lost")
        self._line.submit(job)
        return job

    def paste(self, owner: str, pasted: Pasted) -> Job:
        """A job for a pasted article. Raises Refused, LibraryError."""
        if len(pasted.text) > self.limits.paste_chars:
            raise Refused("paste_chars", self.limits.paste_chars)
        job = Job(owner, "paste")
        with self._admitting:
            self._require_room(owner, len(pasted.text.encode("utf-8", "replace")))
            name, arrived = self._uploads.paste(pasted, job.id)
            job.items = [Item(name, arrived.stat().st_size, arrived=True)]
            self._line.submit(job)
        return job

    def watched(self, label: str, files: Sequence[FoundFile], gone: Sequence[Path]) -> Job:
        """A job for what has changed in a watched folder."""
        job = Job("", "watch", files=tuple(files), gone=tuple(gone), label=label)
        self._line.submit(job)
        return job

    # ---- taking out -------------------------------------------------------------------------------------------------

    def dismiss(self, owner: str, ids: Sequence[str]) -> Job:
        """A job that takes articles out of the library. Raises Refused."""
        return self._admitted(Job(owner, "dismiss", ids=tuple(dict.fromkeys(ids))))

    def bring_back(self, owner: str, ids: Sequence[str]) -> Job:
        """A job that brings back what was taken out. Raises Refused."""
        return self._admitted(Job(owner, "return", ids=tuple(dict.fromkeys(ids))))

    def forget(self, ids: Sequence[str]) -> None:
        """Delete for good what was taken out, and uploaded files of which nothing is left. Raises LibraryError."""
        wanted = set(ids)
        with Library.open(self._folder) as library:
            forgotten = [item for item in dismissed(library) if item.id in wanted]
            forget_dismissed(library, [item.id for item in forgotten])
            held = {item.path for item in dismissed(library) if item.can_return}
            empty = [item.source for item in forgotten if item.path not in held and not library.stored(item.path)]
        self._uploads.delete(empty)

    # ---- jobs -------------------------------------------------------------------------------------------------------

    def undo(self, owner: str, id: str) -> None:
        """Take a finished or failed job back when it is its turn."""
        job = self._line.job(id, owner)
        if job.state not in {"done", "failed"} or job.kind not in _TO_TAKE_BACK:
            raise KeyError(id)
        self._line.submit(job, undo=True)

    def retry(self, owner: str, id: str) -> None:
        """Try a failed job again, or to take it back where that failed."""
        job = self._line.job(id, owner)
        if job.state != "failed":
            raise KeyError(id)
        job.error, job.unexpected = None, False
        job.stop.clear()
        self._line.submit(job, undo=job.backwards)

    def stop(self, owner: str, id: str) -> None:
        """End a job that is under way; what it has done is taken back."""
        job = self._line.job(id, owner)
        if not job.under_way or job.backwards or job.kind not in _TO_TAKE_BACK:
            raise KeyError(id)
        job.stop.set()
        if job.state == "arriving":
            job.state = "stopped"
            self._uploads.drop(job.id)

    def drop(self, owner: str, id: str) -> None:
        """Show a finished job no more; it can no longer be undone."""
        job = self._line.job(id, owner)
        # What a failed one has left behind is taken back first.
        if job.under_way or (job.state == "failed" and job.kind in _TO_TAKE_BACK):
            raise KeyError(id)
        self._line.drop(job)

    def end(self) -> None:
        """The program ends: what is stored stays, the rest is done at its next start."""
        self._work.ending = True
        self._line.end()

    # -----------------------------------------------------------------------------------------------------------------

    def _refusal(self, name: str, size: int) -> Refusal | None:
        if extension_of(name) is None:
            return Refusal("format")
        if size <= 0:
            return Refusal("empty")
        return Refusal("file_bytes", self.limits.file_bytes) if size > self.limits.file_bytes else None

    def _admitted(self, job: Job) -> Job:
        """The job, in the line. Raises Refused."""
        with self._admitting:
            self._require_room(job.owner)
            self._line.submit(job)
        return job

    def _require_room(self, owner: str, coming: int = 0) -> None:
        """Raise Refused where a person has too much waiting, or so many bytes would be too many with those awaited."""
        if self._line.waiting(owner) >= self.limits.waiting:
            raise Refused("waiting", self.limits.waiting)
        awaited = [
            item.size for job in self._line.arriving() for item in job.items if not (item.arrived or item.refusal)
        ]
        if coming and self._uploads.kept_bytes() + sum(awaited) + coming > self.limits.kept_bytes:
            raise Refused("kept_bytes", self.limits.kept_bytes)

    def _sweep(self) -> None:
        """Give up what was announced and never came: the browser was closed."""
        for job in self._line.arriving():
            if (datetime.now(UTC) - job.began_at).total_seconds() > _ABANDONED_SECONDS:
                job.state = "stopped"
                self._uploads.drop(job.id)
