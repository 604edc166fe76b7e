"""What is being added or taken out: jobs as records, and the line in which they wait for their turn."""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from app.adding.uploads import Placed
from rag.errors import RagError
from rag.indexing import FileOutcome
from rag.load import FoundFile

logger = logging.getLogger(__name__)

Kind = Literal["upload", "paste", "watch", "resume", "dismiss", "return"]
State = Literal["arriving", "queued", "running", "waiting", "done", "failed", "stopped", "undoing", "undone"]
UNDER_WAY: frozenset[State] = frozenset(("arriving", "queued", "running", "waiting", "undoing"))
KEPT = 40
_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not taken: a word for the reason, and the bound that it passes, if there is one."""

    reason: Literal["format", "empty", "file_bytes", "lost", "twice"]
    bound: int = 0


@dataclass(slots=True)
class Item:
    """One file of a job. `title` and `id` are of the article in it, where there is one alone.

    `original` is the title of an article of the library that it reprints.
    """

    name: str
    size: int = 0
    arrived: bool = False
    refusal: Refusal | None = None
    placed: Placed | None = None
    outcome: FileOutcome | None = None
    id: str | None = None
    title: str | None = None
    original: str | None = None
    undone: Literal["gone", "restored", "left"] | None = None


@dataclass(slots=True)
class Job:
    """Something to be done to the library. `ids` are the articles that are taken out or brought back.

    `files` and `gone` are what has changed in the watched folder named `label`. `share` of the job is done, 0 to 1;
    `articles` and `passages` are counts so far. `backwards` while, or when, it is taken back. `stop` asks it to end.
    """

    owner: str
    kind: Kind
    items: list[Item] = field(default_factory=list)
    ids: tuple[str, ...] = ()
    files: tuple[FoundFile, ...] = ()
    gone: tuple[Path, ...] = ()
    label: str = ""
    backwards: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "queued"
    share: float = 0.0
    articles: int = 0
    passages: int = 0
    removed: int = 0
    error: RagError | None = None
    unexpected: bool = False
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    def seen_by(self, owner: str) -> bool:
        """Whether a person sees it: one's own, and what nobody began."""
        return self.owner == owner or self.kind in {"watch", "resume"}

    def shown(self) -> Job:
        """A copy that does not change any more."""
        return replace(self, items=[replace(item) for item in self.items])


class Line:
    """Jobs one after another, in a thread of its own.

    `work` does a job or, if it says so, takes it back, and may raise. `forget` hears of jobs that are kept no longer.
    """

    def __init__(self, work: Callable[[Job], None], forget: Callable[[Job], None]) -> None:
        self._work, self._forget = work, forget
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._queue: queue.Queue[Job | None] = queue.Queue()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="library-jobs", daemon=True)
        self._thread.start()

    def add(self, job: Job) -> None:
        """Keep a job that still waits for something, without doing it."""
        with self._lock:
            self._jobs[job.id] = job
            finished = [other for other in self._jobs.values() if not other.under_way]
            forgotten = finished[: max(0, len(finished) - KEPT)]
            for old in forgotten:
                del self._jobs[old.id]
        for old in forgotten:
            self._forget(old)

    def submit(self, job: Job, *, undo: bool = False) -> None:
        """Do a job when it is its turn, or take it back."""
        job.state, job.backwards, job.share = "undoing" if undo else "queued", undo, 0.0
        if not undo:
            self.add(job)
        self._queue.put(job)

    def job(self, id: str, owner: str) -> Job:
        """Raises KeyError for one that is not there or is somebody else's."""
        with self._lock:
            job = self._jobs[id]
        if not job.seen_by(owner):
            raise KeyError(id)
        return job

    def drop(self, job: Job) -> None:
        """Show a finished job no more, nor undo it."""
        with self._lock:
            self._jobs.pop(job.id, None)
        self._forget(job)

    def jobs(self, owner: str) -> list[Job]:
        """What a person sees, last begun first."""
        with self._lock:
            return [job.shown() for job in reversed(self._jobs.values()) if job.seen_by(owner)]

    def waiting(self, owner: str) -> int:
        """How many jobs of a person are under way."""
        with self._lock:
            return sum(job.owner == owner and job.under_way for job in self._jobs.values())

    def busy(self) -> bool:
        """Whether any job is under way."""
        with self._lock:
            return any(job.under_way for job in self._jobs.values())

    def arriving(self) -> Sequence[Job]:
        """Jobs whose files are still arriving."""
        with self._lock:
            return [job for job in self._jobs.values() if job.state == "arriving"]

    def end(self) -> None:
        """Begin nothing more, stop the job at hand, and wait for it a little: what it has stored is kept."""
        self._ending.set()
        with self._lock:
            for job in self._jobs.values():
                job.stop.set()
        self._queue.put(None)
        self._thread.join(_END_SECONDS)

    def _serve(self) -> None:
        while (job := self._queue.get()) is not None and not self._ending.is_set():
            try:
                self._work(job)
            except RagError as error:
                logger.warning("not added to the library: %s", error)
                job.error, job.state = error, "failed"
            except Exception:
                # The last place where a fault can still be told to the person.
                logger.exception("not added to the library")
                job.unexpected, job.state = True, "failed"
