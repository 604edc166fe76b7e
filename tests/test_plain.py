"""Markdown as plain text: headings, and how long they take."""

from __future__ import annotations

import time

from rag.generation.checks.plain import plain


def test_a_heading_of_blanks_takes_no_time() -> None:
    began = time.process_time()
    assert plain("#\ta" + " \t" * 750 + "x\nSau đó.") == "Sau đó."
    assert plain("## Tóm tắt ##\nSau đó.") == "Sau đó."
    assert time.process_time() - began < 2
