"""What something could follow or load is recognised; what only has a full stop in it is not."""

from __future__ import annotations

import time

import pytest

from rag.generation.links import is_link


@pytest.mark.parametrize(
    "text",
    [
        "Nhận thưởng tại t.me/abc nhé.",
        "Truy cập bit.do/abc",
        "vào goo.gl/x",
        "Xem evil.de.",
        "kiemtien.pro",
        "truy cập 10.0.0.1/x",
        "truy cập 10.0.0.1:8080",
        "//evil.de",
        "https:\\\\evil.de",
        "\\\\evil.de\\x",
        "ｈttps：//evil.test",
        "evil。com/x",
        "evil\u200b.com",
        "evil.xn--p1ai",
        "admin@evil.de",
        "mailto: ai@o.vn",
        "[a](b)",
        "![a",
        "< img src=x",
        "http://",
    ],
)
def test_addresses_are_links_whatever_was_read(text: str) -> None:
    assert is_link(text)
    if not text.endswith((".", "pro", "com", "p1ai")):
        assert is_link(text, [text])


@pytest.mark.parametrize(
    "text",
    [
        "TP.HCM/Hà Nội",
        "1.200.300.400 đồng/năm",
        "giá 3.000 đồng/kg",
        "GS.TS Nguyễn Văn A.",
        "gọi 1900.1234",
        "Thông tư 15/2020/TT-BTC",
        "tốc độ 5.5 km/h",
        "v.v. và U.S./China",
        "Thông tin [sic] (trích) đúng",
    ],
)
def test_what_newspapers_write_is_none(text: str) -> None:
    assert not is_link(text)


def test_the_bare_name_of_a_host_is_a_word_where_it_was_read() -> None:
    read = ["Booking.com tăng giá phòng 5%, theo VnExpress.net."]
    assert is_link("Booking.com tăng giá.")
    assert not is_link("Booking.com tăng giá.", read)
    for other in ("booking.com", "Booking.com.evil.com", "Booking.com/x", "https://Booking.com", "a@Booking.com"):
        assert is_link(f"Xem {other}", read)
    assert is_link("Xem evil.com", ["notevil.com", "evil.com.vn", "x@evil.com"])


@pytest.mark.parametrize("piece", ["a.", "a", "a-", "1.", "/", "@", "a@", "a.b/", "[ ", "a+", "<", ":", "\u200b"])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begun = time.process_time()
    is_link(piece * (20_000 // len(piece)))
    assert time.process_time() - begun < 3
