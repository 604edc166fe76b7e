"""What the library view looks at: lists and counts of the library as it is now, made once for each question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

from rag.datatypes import Article
from rag.engine import Engine
from rag.errors import LibraryError
from rag.listing import Asked, Listing, Place, list_articles, places, rows_of
from rag.store.dismissal import Dismissed, dismissed
from rag.store.holdings import Holdings, holdings
from rag.store.rows import ArticleRow

_KEPT = 48
Made = TypeVar("Made")


class Shelf:
    """Reads the library of an engine beside its questions. Safe to use from several threads.

    Every method raises RagError for a library that is damaged or gone.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._made: OrderedDict[object, object] = OrderedDict()

    def holdings(self) -> Holdings:
        """What there is in all."""
        return self._once("holdings", None, lambda: holdings(self._engine.library))

    def listing(self, asked: Asked) -> Listing:
        """The articles asked for, in order."""
        engine = self._engine
        return self._once("listing", asked, lambda: list_articles(engine.library, engine.lexical, engine.copies, asked))

    def places(self, asked: Asked) -> list[Place]:
        """Where and when the articles asked for appeared."""
        # All of them are counted without being named one by one.
        chosen = self.listing(asked) if asked.words or asked.filters else None
        return self._once("places", asked, lambda: places(self._engine.library, chosen))

    def rows(self, ids: Sequence[str]) -> list[ArticleRow]:
        """These articles without their texts; those that are gone by now are left out."""
        return rows_of(self._engine.library, ids)

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

    def _once(self, what: str, asked: Asked | None, make: Callable[[], Made]) -> Made:
        """What was made before for the library as it is, or is made now."""
        self._catch_up()
        key = (what, self._engine.library.library_id, self._engine.lexical.generation, asked)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]  # type: ignore[return-value]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    def _catch_up(self) -> None:
        """See what was committed since; waits for questions at hand only where there is something."""
        engine = self._engine
        ((generation,),) = engine.library.select("SELECT generation FROM library")
        if engine.library.was_replaced() or engine.lexical.generation != generation:
            with engine.lock:
                engine.refresh()
