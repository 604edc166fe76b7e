"""Single files and single articles: what a page or a watched folder changes in a library.

Like `rag.indexing.index_paths`, which takes folders and looks at everything in them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.config import Settings
from rag.embed import Embedder
from rag.indexing import FileOutcome, IndexReport, Progress, Run, adopt, identity_of, is_gone
from rag.library import Library
from rag.load import FoundFile
from rag.store.cache_stamp import CacheKind
from rag.store.dismissal import dismissal

# What stored articles are made with is told by the recipe; the empty one would say that they wait to be embedded.
_UNKNOWN_RECIPE = "stored text"


def index_files(
    files: Sequence[FoundFile],
    library: Library,
    embedder: Embedder,
    settings: Settings,
    *,
    gone: Sequence[Path] = (),
    readmit: bool = False,
    progress: Progress | None = None,
    told: Callable[[FileOutcome], None] | None = None,
    caches: Sequence[CacheKind] = (),
) -> IndexReport:
    """Store what is new or changed in these files, and drop the articles of those in `gone` that are not there.

    `told` hears what was read of each file, before it is embedded and stored. With `readmit` articles that were taken
    out by hand come back. What does not belong to these files is not looked at.
    Raises LibraryMismatch for another model, LibraryLocked, DiskFull, LibraryDamaged.
    """
    started = time.perf_counter()
    with library.writer() as writer:
        first_generation = library.generation
        adopt(library, writer, embedder)
        run = Run(library, writer, embedder, settings, caches=caches, progress=progress, readmit=readmit, told=told)
        run.expect(files)
        for found in files:
            run.index_file(found)
        run.remove_files(path for path in dict.fromkeys(map(identity_of, gone)) if is_gone(path))
        run.flush()
        run.catch_up_caches()
    return run.report(started, first_generation)


def take_back(article_ids: Sequence[str], library: Library, embedder: Embedder, settings: Settings) -> tuple[str, ...]:
    """Bring articles back that were taken out by hand, as they were; the ids of those that came back.

    Those that are in the library again by now are left as they are. Raises LibraryError where nothing was kept of one,
    LibraryMismatch, LibraryLocked, DiskFull.
    """
    with library.writer() as writer:
        adopt(library, writer, embedder)
        run = Run(library, writer, embedder, settings)
        kept = [dismissal(library, id_) for id_ in dict.fromkeys(article_ids) if library.stored_article(id_) is None]
        for item in kept:
            run.add(run.make(item.article, item.path, item.recipe or _UNKNOWN_RECIPE))
        run.flush()
    return tuple(item.article.id for item in kept)
