"""What the library view looks at: lists and counts of the library as it is now, made once for each question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.datatypes import Article
from rag.engine import Engine
from rag.errors import LibraryError
from rag.listing import Asked, Listing, Place, list_articles, places, rows_of
from rag.store.dismissal import Dismissed, dismissed
from rag.store.holdings import Holdings, holdings
from rag.store.rows import ArticleRow

_KEPT = 32


class Shelf:
    """Reads the library of an engine beside its questions. Safe to use from several threads.

    Every method raises RagError for a library that is damaged or gone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._listings: OrderedDict[tuple[str, int, Asked], Listing] = OrderedDict()

    def holdings(self) -> Holdings:
        """What there is in all."""
        self._catch_up()
        return holdings(self._engine.library)

    def listing(self, asked: Asked) -> Listing:
        """The articles asked for, in order."""
        self._catch_up()
        engine = self._engine
        key = (engine.library.library_id, engine.lexical.generation, asked)
        with self._lock:
            found = self._listings.get(key)
            if found is not None:
                self._listings.move_to_end(key)
                return found
        found = list_articles(engine.library, engine.lexical, engine.copies, asked)
        with self._lock:
            self._listings[key] = found
            while len(self._listings) > _KEPT:
                self._listings.popitem(last=False)
        return found

    def rows(self, ids: Sequence[str]) -> list[ArticleRow]:
        """These articles without their texts; those that are gone by now are left out."""
        return rows_of(self._engine.library, ids)

    def places(self, listing: Listing) -> list[Place]:
        """Where and when the articles of a list appeared."""
        return places(self._engine.library, listing)

    def article(self, id: str) -> Article | None:
        """One article; None where it is gone."""
        self._catch_up()
        try:
            return self._engine.article(id)
        except LibraryError:
            if self._engine.library.stored_article(id) is None:
                return None
            raise

    def group_of(self, id: str) -> tuple[str, ...]:
        """The article and its reprints, the original first."""
        return self._engine.copies.group_of(id)

    def dismissed(self) -> list[Dismissed]:
        """What was taken out by hand, last first."""
        return dismissed(self._engine.library)

    def _catch_up(self) -> None:
        """See what was committed since; waits for a question at hand only where there is something."""
        engine = self._engine
        ((generation,),) = engine.library.select("SELECT generation FROM library")
        if engine.library.was_replaced() or engine.lexical.generation != generation:
            with engine.lock:
                engine.refresh()
