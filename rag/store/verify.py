"""Is a library what it was when it was written? Every row, every vector, every cache."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.datatypes import Article
from rag.errors import LibraryDamaged, LibraryError, RagError
from rag.library import Library
from rag.store.cache_stamp import CacheKind, Finding
from rag.store.rows import chunk_digest, text_sha256

NORM_TOLERANCE = 0.01
_ATTEMPTS = 5
_REPAIR = "Run `hoibao repair`"

Progress = Callable[[int, int], None]
Select = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at, and what is wrong with it; nothing if `findings` is empty."""

    findings: tuple[Finding, ...]
    articles: int
    chunks: int
    seconds: float

    @property
    def sound(self) -> bool:
        return not self.findings


def verify(
    library: Library, *, deep: bool = True, caches: Sequence[CacheKind] = (), progress: Progress | None = None
) -> VerifyReport:
    """Check a library and the given caches of it; changes nothing.

    `deep` reads every article, chunk and vector; without it only the database's structure and counts are checked.
    `progress` is told how many articles of how many are done.
    """
    started = time.perf_counter()
    findings = [*_structure(library, deep), *_manifest(library)]
    articles = chunks = 0
    try:
        numbers = [number for (number,) in library.select("SELECT number FROM articles ORDER BY number")]
        articles = len(numbers)
        chunks = library.select("SELECT count(*) FROM chunks")[0][0]
        for done, number in enumerate(numbers if deep else (), start=1):
            findings += check_article(library, number)
            if progress is not None:
                progress(done, articles)
    except LibraryDamaged as error:
        findings.append(Finding(error.what, error.where, _REPAIR))
    for of_cache in check_caches(library, caches).values():
        findings += of_cache
    return VerifyReport(tuple(dict.fromkeys(findings)), articles, chunks, time.perf_counter() - started)


def check_article(library: Library, number: int) -> list[Finding]:
    """What is wrong with one article, its chunks and its vectors."""
    where = f"article number {number}"
    try:
        with library.snapshot():
            rows = library.select(
                "SELECT id, source, text_sha256, chars, recipe FROM articles WHERE number = ?", (number,)
            )
            if not rows:  # removed meanwhile
                return []
            id_, source, expected, chars, recipe = rows[0]
            where = f"article {id_} ({source})"
            article = library.article(id_)
            if text_sha256(article.text) != expected or len(article.text) != chars:
                return [Finding("its text is not as it was stored", where, _REPAIR)]
            if not recipe:
                return [Finding("it waits to be embedded", where, "Run `hoibao index` or `hoibao repair`")]
            dimension = library.identity.dimension if library.identity else 0
            return [Finding(what, where, _REPAIR) for what in check_chunks(library.select, number, article, dimension)]
    except LibraryDamaged:
        return [Finding("it is not as it was stored", where, _REPAIR)]
    except LibraryError as error:  # also "no such article", where an index has lost one that is there
        return [Finding(error.what, where, _REPAIR)]


def check_chunks(select: Select, number: int, article: Article, dimension: int) -> Iterator[str]:
    """What is wrong with the passages and vectors of a sound article, as phrases."""
    covered = 0
    count = 0
    rows = select(
        "SELECT c.key, c.ordinal, c.start, c.stop, c.generation, v.digest, v.vector"
        " FROM chunks c LEFT JOIN vectors v ON v.key = c.key WHERE c.article = ? ORDER BY c.ordinal",
        (number,),
    )
    for at, (key, ordinal, start, stop, generation, digest, vector) in enumerate(rows):
        count += 1
        if not 0 <= start < stop <= len(article.text) or ordinal != at:
            yield f"passage {ordinal} does not lie in the text"
            return
        if start > covered and article.text[covered:start].strip():
            yield f"text between passages {at - 1} and {at} belongs to none"
        covered = max(covered, stop)
        if vector is None or chunk_digest((key, number, ordinal, start, stop, generation), vector) != digest:
            yield f"the vector of passage {ordinal} is not as it was stored"
        elif len(vector) != dimension * 2:
            yield f"the vector of passage {ordinal} has {len(vector) // 2} dimensions, the model {dimension}"
        elif not abs(float(np.linalg.norm(np.frombuffer(vector, dtype="<f2").astype(np.float32))) - 1) < NORM_TOLERANCE:
            yield f"the vector of passage {ordinal} is not of length 1"
    if not count:
        yield "it has no passages"
    elif article.text[covered:].strip():
        yield "text after its last passage belongs to none"


def _structure(library: Library, deep: bool) -> list[Finding]:
    place = str(library.folder)
    try:
        lines = [line for (line,) in library.select(f"PRAGMA {'integrity_check' if deep else 'quick_check'}")]
        findings = [Finding(f"the database is damaged: {line}", place, _REPAIR) for line in lines if line != "ok"]
        strays = len(library.select("PRAGMA foreign_key_check"))
    except LibraryDamaged as error:
        return [Finding(error.what, error.where, _REPAIR)]
    if strays:
        findings.append(Finding(f"{strays} rows belong to nothing", place, _REPAIR))
    return findings


def _manifest(library: Library) -> list[Finding]:
    """Contradictions in the tables, in one state: a commit by another process in between would look like one."""
    with library.snapshot():
        return _contradictions(library)


def _contradictions(library: Library) -> list[Finding]:
    place = str(library.folder)
    findings = []
    try:
        newest = library.select("SELECT max(generation) FROM generations")[0][0]
        later = library.select(
            "SELECT max(generation) FROM (SELECT max(generation) AS generation FROM chunks"
            " UNION ALL SELECT max(generation) FROM articles UNION ALL SELECT max(generation) FROM tombstones)"
        )[0][0]
        generation = library.select("SELECT generation FROM library")[0][0]
        risen = library.select("SELECT count(*) FROM chunks WHERE key IN (SELECT key FROM tombstones)")[0][0]
        chunks = library.select("SELECT count(*) FROM chunks")[0][0]
    except LibraryDamaged as error:
        return [Finding(error.what, error.where, _REPAIR)]
    if newest != generation or (later or 0) > generation:
        findings.append(Finding("the generations do not agree", place, _REPAIR))
    if risen:
        findings.append(Finding(f"{risen} passages are both there and removed", place, _REPAIR))
    if chunks and library.identity is None:
        findings.append(Finding("there are vectors but no model they come from", place, _REPAIR))
    return findings


def check_caches(library: Library, kinds: Sequence[CacheKind]) -> dict[str, list[Finding]]:
    """What is wrong with each cache, by name; changes nothing."""
    findings: dict[str, list[Finding]] = {}
    # Opening mends what is wrong with a cache's files, and here it is to be told instead.
    before, library.may_write_caches = library.may_write_caches, False
    try:
        for kind in kinds:
            for _ in range(_ATTEMPTS):
                try:
                    with library.snapshot():
                        library.refresh()
                        findings[kind.name] = kind.open(library).verify()
                except RagError as error:
                    findings[kind.name] = [Finding(error.what, str(library.folder / kind.name), _REPAIR)]
                # Files that another process has published since do not fit what was seen: then look again.
                if not findings[kind.name] or not library.refresh():
                    break
    finally:
        library.may_write_caches = before
    return findings
