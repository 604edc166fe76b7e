"""What could be followed or loaded, and what only looks a little like it."""

from __future__ import annotations

import pytest

from rag.generation.links import is_link


@pytest.mark.parametrize(
    "text",
    [
        "Xem https://tin-nhanh.example/a.",
        "Xem www.tin-nhanh.example.",
        "Xem tin-nhanh.vn.",
        "Xem tin-nhanh.page/a?hoi=1.",
        "Xem thu.thap.ai/x.",
        "Xem hxxps://tin-nhanh[.]example.",
        "![ảnh](x)",
        "[đây](//x)",
        "<img src=x>",
        "javascript:alert(1)",
    ],
)
def test_links(text: str) -> None:
    assert is_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cầu dài 90 m.",
        "Đoàn đi từ TP.HCM/Hà Nội.",
        "GS.TS/PGS đều được mời.",
        "Giá 1.500/2.000 đồng, ngày 5/9.",
        "Xe chạy 60 km/h, mở cửa 24/7.",
        "Kết quả: 3-1 [1].",
    ],
)
def test_no_links(text: str) -> None:
    assert not is_link(text)
