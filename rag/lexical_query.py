"""Queries for the lexical index: terms, other wordings of parts of a question, and a choice of passages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rag.datatypes import Alternatives
from rag.vietnamese import syllables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_QUERY_TERMS = 256
# A wording of few terms, such as an abbreviation, is raised to the weight of a long name at most so far.
MOST_SCALE = 4.0
# Above this share of all passages, restricting a query costs more than fetching further.
PICKED_SHARE = 0.25


class QueryMaker:
    """Makes Tantivy queries of plain terms: nothing in a question is syntax."""

    def __init__(self, schema: Any, analyse: Callable[[str], list[str]], title_boost: float) -> None:
        self._schema = schema
        self._analyse = analyse
        self._title_boost = title_boost

    def of(
        self, searcher: Any, text: str, alternatives: Sequence[Alternatives], keys: NDArray[np.int64] | None
    ) -> Any | None:
        """The query for a question; None if it has no terms.

        With `keys` it finds these passages alone, unless they are most of all: then the caller picks them.
        """
        from tantivy import Occur, Query

        clauses = self._clauses(searcher, text, alternatives)
        if not clauses:
            return None
        query = _any_of(clauses)
        if keys is None or len(keys) > PICKED_SHARE * int(searcher.num_docs):
            return query
        among = Query.const_score_query(Query.term_set_query(self._schema, "key", keys.tolist()), 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, among)])

    def all_of(self, terms: Sequence[str]) -> Any | None:
        """The query for passages that hold every term, in their text or their title; None without terms. Unscored."""
        from tantivy import Occur, Query

        clauses = [
            (Occur.Must, _any_of([Query.term_query(self._schema, field, term, "basic") for field in ("title", "body")]))
            for term in terms
        ]
        return Query.const_score_query(Query.boolean_query(clauses), 0.0) if clauses else None

    def _clauses(self, searcher: Any, text: str, alternatives: Sequence[Alternatives]) -> list[Any]:
        terms = dict.fromkeys(self._analyse(text))
        words = syllables(text) if alternatives else []
        groups = []
        for group in alternatives:
            own = dict.fromkeys(self._analyse(" ".join(words[group.start : group.end])))
            groups.append((list(own), [(self._analyse(other.text), other.weight) for other in group.wordings]))
            for term in own:
                terms.pop(term, None)
        clauses = self._terms(_rarest(searcher, list(terms)))
        either = (self._either(searcher, own, wordings) for own, wordings in groups)
        return clauses + [clause for clause in either if clause is not None]

    def _either(self, searcher: Any, own: list[str], wordings: Sequence[tuple[list[str], float]]) -> Any | None:
        """The best of a text's own terms and those of its other wordings; None if there is no term at all."""
        from tantivy import Query

        weight = _weight_of(searcher, own)
        choices = [_any_of(self._terms(own))] if own else []
        for terms, share in wordings:
            other = _weight_of(searcher, terms)
            if not other:  # the library does not hold it
                continue
            scale = min(weight / other, MOST_SCALE) if weight else 1.0
            wording = _any_of(self._terms(dict.fromkeys(terms)))
            choices.append(Query.boost_query(wording, share * scale))
        return Query.disjunction_max_query(choices) if choices else None

    def _terms(self, words: Iterable[str]) -> list[Any]:
        """Clauses side by side: with those of each word in a query of its own a search takes twice as long."""
        from tantivy import Query

        clauses = []
        for word in words:
            clauses.append(Query.term_query(self._schema, "body", word, "freq"))
            if self._title_boost:
                title = Query.term_query(self._schema, "title", word, "freq")
                clauses.append(Query.boost_query(title, self._title_boost))
        return clauses


def _any_of(queries: Sequence[Any]) -> Any:
    from tantivy import Occur, Query

    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _rarest(searcher: Any, words: list[str]) -> list[str]:
    if len(words) <= MAX_QUERY_TERMS:
        return words
    counts = [(searcher.doc_freq("body", word), place) for place, word in enumerate(words)]
    rarest = sorted(pair for pair in counts if pair[0])[:MAX_QUERY_TERMS]
    return [words[place] for place in sorted(place for _, place in rarest)]


def _weight_of(searcher: Any, terms: Sequence[str]) -> float:
    """What terms can add to a score, in all: the sum of their inverse document frequencies as BM25 has them."""
    total = int(searcher.num_docs)
    counts = (int(searcher.doc_freq("body", term)) for term in dict.fromkeys(terms))
    return math.fsum(math.log1p(max(total - count, 0) + 0.5) - math.log(count + 0.5) for count in counts if count)
