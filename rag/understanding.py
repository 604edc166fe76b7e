"""What a question means over an open library: what was meant by what was typed, and what it may be called there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from rag.abbreviations import Abbreviations
from rag.datatypes import Alternatives, Article, Filters
from rag.dates import dates_of
from rag.foreign import Translator
from rag.names import Names, own_file
from rag.question import Question, understand
from rag.restore import Restorer
from rag.restoring.named import with_names
from rag.retrieve import NO_TIME, Query, Typed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.config import RetrieveSettings
    from rag.dates import When
    from rag.lexical import LexicalIndex
    from rag.library import Library

logger = logging.getLogger(__name__)

NOT_RESTORED = "Không khôi phục được dấu và lỗi gõ: câu hỏi được tìm đúng như đã gõ."
NO_WORDINGS = "Không tra được cách viết khác của tên: câu hỏi được tìm đúng như đã viết."
NO_DAYS = "Không hiểu được thời gian trong câu hỏi: kết quả không xét ngày."

T = TypeVar("T")

# News of a day appear on it or soon after. Long periods are not looked through apart: their news are found anyway.
_DAYS_AFTER = timedelta(3)
_LONG = timedelta(100)
_PASSAGES_READ = 10


class Understanding:
    """Turns questions into queries, with what the library itself knows of words and names."""

    def __init__(
        self,
        library: Library,
        lexical: LexicalIndex,
        abbreviations: Abbreviations,
        settings: RetrieveSettings,
        *,
        article_of: Callable[[str], Article] | None = None,
    ) -> None:
        self._library = library
        self._lexical = lexical
        self._article_of = article_of or library.article
        self._settings = settings
        # Of the question that the thread is at: others are got ready meanwhile.
        self._asked = threading.local()
        self._restorer = Restorer(
            lexical.frequency, self._passages, accents=settings.restore, typos=settings.mend_typos
        )
        own = own_file(library.folder, settings.names_file)
        self._names = Names(lexical.frequency, abbreviations=abbreviations, own=own)
        self._translator = Translator(lexical.frequency)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the user's own names, and what failed for the last question or its parts (Vietnamese)."""
        return (*self._names.notes, *self._failed)

    @property
    def _failed(self) -> tuple[str, ...]:
        failed: tuple[str, ...] = getattr(self._asked, "failed", ())
        return failed

    def _or(self, default: T, note: str, make: Callable[[], T]) -> T:
        """What `make` gives; if it fails, the default and a note: such help must not cost the answer."""
        try:
            return make()
        except Exception:
            logger.exception("%s", note)
            self._asked.failed = tuple(dict.fromkeys((*self._failed, note)))
            return default

    def restore(self, text: str) -> str:
        """A question with the diacritics and capitals of names that it was typed without, and without its typos."""
        return self._or(text, NOT_RESTORED, lambda: self._restored(text))

    def _restored(self, text: str) -> str:
        restored = self._restorer.restore(text)
        if not restored.accents:
            return restored.cased
        return with_names(text, restored.cased, self._lexical.frequency)

    def question(
        self,
        text: str,
        history: Sequence[str] = (),
        *,
        answers: Sequence[str | None] = (),
        as_typed: bool = False,
        restore_history: bool = True,
        worded: str | None = None,
    ) -> Question:
        """Analyse a question; `as_typed` leaves it as it is. The rest is as in `rag.question.understand`."""
        self._asked.failed = ()
        restore = str if as_typed else self.restore
        return understand(
            text, history, answers=answers, restore=restore, restore_history=restore_history, worded=worded
        )

    def part(self, text: str) -> Question:
        """Analyse a part of the last question, restored with it; what failed for that still holds."""
        return understand(text)

    def query(self, question: Question, *, keys: NDArray[np.int64] | None, today: date) -> Query:
        """What to search for, among the passages of `keys` where they are given."""
        settings = self._settings
        when = self._or(NO_TIME, NO_DAYS, lambda: _when(question, today)) if settings.use_dates else NO_TIME
        plain: tuple[str, str | None, tuple[Alternatives, ...]] = (question.standalone, None, ())
        text, terms, alternatives = self._or(plain, NO_WORDINGS, lambda: self._wordings(question))
        return Query(
            text,
            terms=terms,
            alternatives=alternatives,
            dense_weight=_dense_weight(question, settings),
            typed=_typed(question),
            keys=keys,
            when=when,
            near=self._or(None, NO_DAYS, lambda: self._near(when, keys)),
        )

    def _wordings(self, question: Question) -> tuple[str, str | None, tuple[Alternatives, ...]]:
        """What to embed, what the lexical leg searches for (None: the same), and other wordings in that."""
        settings, text, terms = self._settings, question.standalone, None
        translated: tuple[Alternatives, ...] = ()
        if settings.translate and not question.vietnamese:
            translation = self._translator.translate(text, question.language)
            if translation is not None:
                terms, translated = translation.text, translation.alternatives
        if not settings.expand_names:
            return text, terms, translated
        if terms is None:
            text, named = self._names.worded(text)
        else:
            named = self._names.alternatives(terms)
        taken = [range(group.start, group.end) for group in named]
        apart = [g for g in translated if not any(g.start < t.stop and t.start < g.end for t in taken)]
        return text, terms, tuple(sorted((*named, *apart), key=lambda group: group.start))

    def _passages(self, text: str) -> list[str]:
        """What the words of a question find as they were typed: the library's own wording of the same."""
        keys = [found.key for found in self._lexical.search(text, _PASSAGES_READ)]
        chunks = self._library.chunks(keys)
        present = [chunks[key] for key in keys if key in chunks]
        return [self._article_of(chunk.article_id).text[chunk.start : chunk.end] for chunk in present]

    def _near(self, when: When, keys: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        """Keys of the passages published at the time asked for; None where there is nothing to look through apart."""
        import numpy as np

        found = [
            self._library.keys_of(Filters(asked.first, asked.last + _DAYS_AFTER))
            for asked in when.ranges
            if asked.first and asked.last and asked.last - asked.first <= _LONG
        ]
        if not found:
            return None
        near = np.unique(np.concatenate(found))
        return near if keys is None else np.intersect1d(near, keys)


def _typed(question: Question) -> Typed:
    if not question.vietnamese:
        return "foreign"
    return "accented" if question.accented else "unaccented"


def _dense_weight(question: Question, settings: RetrieveSettings) -> float:
    weights = {
        "accented": settings.dense_weight,
        "unaccented": settings.dense_weight_unaccented,
        "foreign": settings.dense_weight_foreign,
    }
    return weights[_typed(question)]


def _when(question: Question, today: date) -> When:
    """The time that a question names itself, or else that of the questions it leans on."""
    own = dates_of(question.restored, today)
    return own if own.ranges or question.restored == question.standalone else dates_of(question.standalone, today)
