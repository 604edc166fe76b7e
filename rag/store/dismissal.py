"""Articles taken out by hand: kept aside, so that their files do not bring them back and so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryDamaged, LibraryError
from rag.store.rows import Changes, Dismissal, article_from_text, date_of

if TYPE_CHECKING:
    from rag.library import Library

_LISTED = (
    "SELECT id, source, raw_sha256, path, dismissed_at, article IS NOT NULL, json_extract(article, '$.article.title'),"
    " json_extract(article, '$.article.outlet'), json_extract(article, '$.article.published_on')"
    " FROM dismissed ORDER BY dismissed_at DESC, id"
)


@dataclass(frozen=True, slots=True)
class Dismissed:
    """An article taken out by hand, without its text. One that was forgotten has no title and cannot be brought back.

    It is passed over by indexing as long as its record has this `raw_sha256`. `dismissed_at` is in UTC.
    """

    id: str
    source: str
    raw_sha256: str
    path: str
    dismissed_at: datetime
    can_return: bool
    title: str | None
    outlet: str | None
    published_on: date | None


def dismiss(library: Library, article_ids: Sequence[str], *, now: datetime | None = None) -> tuple[str, ...]:
    """Take articles out and keep them aside; the ids of those that were there. No file is touched.

    An article that is not as it was stored is taken out as well, but cannot be brought back. Raises LibraryLocked.
    """
    at = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
    with library.writer() as writer:
        kept: list[Dismissal] = []
        removed: list[str] = []
        for id_ in dict.fromkeys(article_ids):
            stored = library.stored_article(id_)
            if stored is None:
                continue
            try:
                kept.append(Dismissal(library.article(id_), stored.path, stored.recipe, at))
            except LibraryDamaged:
                removed.append(id_)
        writer.apply(Changes(dismissed=kept, removed=removed))
    return (*(dismissal.article.id for dismissal in kept), *removed)


def dismissed(library: Library) -> list[Dismissed]:
    """All that was taken out by hand, last first."""
    return [
        Dismissed(id_, source, sha, path, datetime.fromisoformat(at), bool(there), title, outlet, date_of(published_on))
        for id_, source, sha, path, at, there, title, outlet, published_on in _select(library, _LISTED)
    ]


def dismissal(library: Library, article_id: str) -> Dismissal:
    """What was kept of an article. Raises LibraryError where nothing was, LibraryDamaged if it is not as it was."""
    rows = _select(library, "SELECT article, path, recipe, dismissed_at FROM dismissed WHERE id = ?", (article_id,))
    if not rows or rows[0][0] is None:
        raise LibraryError(
            f"nothing was kept of article {article_id}",
            where=str(library.folder),
            remedy="Index its file again with --readmit",
        )
    text, path, recipe, at = rows[0]
    try:
        return Dismissal(article_from_text(text), path, recipe, at)
    except ValueError as error:
        raise LibraryDamaged(
            f"article {article_id}, which was taken out, is not as it was kept",
            where=str(library.folder),
            remedy="Index its file again with --readmit",
        ) from error


def forget_dismissed(library: Library, article_ids: Sequence[str]) -> None:
    """Keep no more of articles that were taken out than what tells them apart. Raises LibraryLocked."""
    wanted = set(article_ids)
    there = [item.id for item in dismissed(library) if item.id in wanted and item.can_return]
    with library.writer() as writer:
        writer.apply(Changes(forgotten=there))


def _select(library: Library, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query on the table; none in a library that does not have it yet."""
    if not library.select("SELECT 1 FROM sqlite_master WHERE name = 'dismissed'"):
        return []
    return library.select(sql, values)


def marks(library: Library, path: str | None = None) -> dict[str, str]:
    """The `raw_sha256` of what was taken out, by article id; of one file, or of all."""
    condition, values = ("WHERE path = ?", (path,)) if path is not None else ("", ())
    return dict(_select(library, f"SELECT id, raw_sha256 FROM dismissed {condition} ORDER BY id", values))  # noqa: S608
