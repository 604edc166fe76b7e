""" "Không" as a word of its own, and as half of another."""

from __future__ import annotations

import pytest

from rag.generation.checks.compounds import is_denying
from rag.generation.translations import TranslationChecks
from tests.fakes import HashingEmbedder


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("Hàng không Việt Nam", False), ("phòng không Ukraine", False), ("trên không", False),
        ("không khí lạnh", False), ("không gian sống", False), ("không chỉ vậy", False), ("không lưu", False),
        ("tên lửa đất đối không", False), ("tên lửa không đối đất", False), ("máy bay không người lái", False),
        ("chẳng hạn", False),
        ("Khách hàng không trả tiền", True), ("hàng không rõ nguồn gốc", True), ("Văn phòng không mở cửa", True),
        ("cấp trên không đồng ý", True), ("không gian dối", True), ("không chỉ định thầu", True),
        ("không kích động", True), ("không đối thoại", True), ("không ngừng bắn", True), ("không người chết", True),
        ("không vận hành", True), ("chưa lưu hành", True), ("chẳng ai", True),
    ],
)  # fmt: skip
def test_not_is_no_half_of_another_word(text: str, denies: bool) -> None:
    assert is_denying(text) is denies


def test_a_translation_of_what_a_customer_does_not_get() -> None:
    checks = TranslationChecks(HashingEmbedder(), "en")
    there = ("Khách hàng không được hoàn tiền vé.",)
    assert "negation" in checks.check("Customers get their money back.", there, question="").reasons
    assert "negation" not in checks.check("Customers do not get their money back.", there, question="").reasons
