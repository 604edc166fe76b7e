"""Names that are restored as common words, and what the library says of them."""

from __future__ import annotations

import pytest

from rag.restoring.named import known_names, with_names


def test_names_that_look_alike_are_left_out() -> None:
    names = known_names()
    assert names["ba", "lan"] == ("ba", "lan")
    assert names["trung", "quoc"] == ("trung", "quốc")
    assert all(2 <= len(key) == len(words) for key, words in names.items())


@pytest.mark.parametrize(
    ("typed", "read", "counts", "meant"),
    [
        ("Ba Lan de xuat gi", "Bà Lan đề xuất gì", {"ba_lan": 3}, "Ba Lan đề xuất gì"),
        ("Ba Lan de xuat gi", "Bà Lan đề xuất gì", {"ba_lan": 3, "bà_lan": 4}, "Bà Lan đề xuất gì"),
        ("Ba Lan de xuat gi", "Bà Lan đề xuất gì", {}, "Bà Lan đề xuất gì"),
        ("con ba lan thi sao", "còn bà lan thì sao", {"ba_lan": 20, "bà_lan": 2}, "còn Ba Lan thì sao"),
        ("con ba lan thi sao", "còn bà lan thì sao", {"ba_lan": 20, "bà_lan": 3}, "còn bà lan thì sao"),
        # What was typed with diacritics is never changed.
        ("Bà Lan noi gi", "Bà Lan nói gì", {"ba_lan": 3}, "Bà Lan nói gì"),
        ("Hànội o dau", "Hà Nội ở đâu", {"hà_nội": 3}, "Hà Nội ở đâu"),
    ],
)
def test_the_library_decides(typed: str, read: str, counts: dict[str, int], meant: str) -> None:
    assert with_names(typed, read, lambda term: counts.get(term, 0)) == meant
