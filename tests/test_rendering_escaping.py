"""Text as HTML text: nothing comes out of it but what is read."""

from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st

from app.rendering.escaping import escape, one_line, visible


def test_invisible_and_reordering_signs_are_made_visible() -> None:
    assert escape("a\u202eb\u200bc\u2066d\x00e\x1bf\ufeffg\u00adh") == "a·b·c·d·e·f·g·h"
    assert escape("a\ud800b") == "a\ufffdb"
    assert escape("một\nhai\tba\u00a0bốn") == "một\nhai\tba\u00a0bốn"
    assert escape("Tiếng Việt, 日本語, العربية, 👍") == "Tiếng Việt, 日本語, العربية, 👍"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"])))
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'${}`\\")
    assert html.unescape(escaped) == text


@given(st.characters())
def test_what_is_shown_of_a_character_can_be_sent(character: str) -> None:
    shown = visible(character)
    assert len(shown) == 1
    shown.encode()


def test_one_line_has_no_break() -> None:
    assert one_line(" một\n\u2028hai\t ba ") == "một hai ba"
