"""Which capitals and seats of government the table has for which states: "Washington" for the United States."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rag.errors import SettingsError
from rag.naming.table import Row

SEAT = "seat"


class Seats:
    """What the rows of kind `seat` say of the other rows, which are told apart by where they stand.

    Raises SettingsError for a seat row with a spelling that no other row has.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        known: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.kind not in {SEAT, "guard"}:
                for spelling in row.spellings:
                    known[spelling.key].append(row)
        self._states: dict[str, list[Row]] = defaultdict(list)
        self._capitals: dict[str, list[Row]] = defaultdict(list)
        for link in rows:
            if link.kind != SEAT:
                continue
            for spelling in link.spellings:
                if spelling.key not in known:
                    raise SettingsError(
                        f"no other row has the spelling {spelling.text!r}",
                        where=link.where,
                        remedy="Rows of kind `seat` join names that have rows of their own: write one, or mend it",
                    )
            states = known[link.spellings[0].key]
            for seat in link.spellings[1:]:
                for row in known[seat.key]:
                    if "<" not in seat.marks:
                        self._states[row.where] += states
                    if ">" not in seat.marks:
                        for state in states:
                            self._capitals[state.where].append(row)

    def states(self, row: Row) -> Sequence[Row]:
        """The states or unions that a row's city or house stands for."""
        return self._states.get(row.where, ())

    def capitals(self, row: Row) -> Sequence[Row]:
        """The capitals of a row's state."""
        return self._capitals.get(row.where, ())
