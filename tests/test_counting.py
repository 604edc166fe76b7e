"""A number of another thing than the one that is counted."""

from __future__ import annotations

import pytest

from tests.composing import composed, dated, span_in


@pytest.mark.parametrize(("unit", "short"), [("bao thuốc lá", "4.470 bao"), ("người", "3 đối tượng")])
def test_what_is_marked_with_the_unit_asked_for_leads(unit: str, short: str) -> None:
    article = dated("a.txt", "Cờ Đỏ bắt 3 đối tượng chở hàng nghìn bao thuốc lá. Trong giỏ có 4.470 bao thuốc lá lậu.")
    evidence = [span_in(article, "3 đối tượng", 2.0), span_in(article, "4.470 bao", 0.5)]
    answer = composed(f"Bao nhiêu {unit} bị bắt ở Cờ Đỏ?", [article], evidence)
    assert (answer.short_answer or "").startswith(short)
