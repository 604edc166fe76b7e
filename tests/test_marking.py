"""A model's text becomes plain sentences with the numbers they cite."""

from __future__ import annotations

import time
import unicodedata

import pytest

from rag.generation.marking import marked_sentences
from rag.generation.records import Marked

GIVEN = (1, 2, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nga rút quân [1].", [Marked("Nga rút quân.", (1,))]),
        ("Nga rút quân. [1] Mỹ ở lại.[2]", [Marked("Nga rút quân.", (1,)), Marked("Mỹ ở lại.", (2,))]),
        ("Nga rút quân [1, 2] khỏi Kiev [3].", [Marked("Nga rút quân khỏi Kiev.", (1, 2, 3))]),
        ("Nga rút quân [1][2][1].", [Marked("Nga rút quân.", (1, 2))]),
        ("Nga rút quân [1-3].", [Marked("Nga rút quân.", (1, 2, 3))]),
        ("Nga rút quân【2】.", [Marked("Nga rút quân.", (2,))]),
        ("Nga rút quân【2†nguồn】.", [Marked("Nga rút quân.", (2,))]),
        ("Nga rút quân [^1].", [Marked("Nga rút quân.", (1,))]),
        ("Nga rút quân [Nguồn 1].", [Marked("Nga rút quân.", (1,))]),
        ("Nga rút quân (1).", [Marked("Nga rút quân.", (1,))]),
        ("[1] Nga rút quân. [2] Mỹ ở lại.", [Marked("Nga rút quân.", (1,)), Marked("Mỹ ở lại.", (2,))]),
        ("“Nga rút quân.” [1] Mỹ ở lại.", [Marked("“Nga rút quân.”", (1,)), Marked("Mỹ ở lại.", ())]),
        ("Nga rút quân.", [Marked("Nga rút quân.", ())]),
        # An article's own, as a prompt shows it.
        ("Nga rút quân ［2］.", [Marked("Nga rút quân ［2］.", ())]),
    ],
)
def test_markers_belong_to_their_sentence(text: str, expected: list[Marked]) -> None:
    assert marked_sentences(text, GIVEN) == expected


@pytest.mark.parametrize(
    ("text", "unknown", "cited"),
    [("Nga rút quân [9].", 1, ()), ("Nga rút quân [1, 9][12].", 2, (1,)), ("Nga rút quân [0].", 1, ())],
)
def test_markers_of_numbers_that_were_not_given_are_removed_and_counted(
    text: str, unknown: int, cited: tuple[int, ...]
) -> None:
    assert marked_sentences(text, GIVEN) == [Marked("Nga rút quân.", cited, unknown)]


@pytest.mark.parametrize(
    "text",
    ["Nhóm (2) gồm năm nước.", "Khoảng 5 (năm) người chết.", "Năm 2022 (12) có ba vụ.", "Cả ba [sic] rời đi."],
)
def test_what_only_looks_like_a_marker_stays(text: str) -> None:
    assert marked_sentences(text, GIVEN) == [Marked(text, ())]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("# Tin chính\n\n**Nga** rút _quân_ [1].", ["Nga rút quân."]),
        ("- Nga rút quân [1].\n- Mỹ ở lại [2].", ["Nga rút quân.", "Mỹ ở lại."]),
        ("1. Nga rút quân [1].\n2) Mỹ ở lại [2].", ["Nga rút quân.", "Mỹ ở lại."]),
        ("> Nga rút quân [1].", ["Nga rút quân."]),
        ("Nga [rút quân](https://x.example/a?b=1) [1].", ["Nga rút quân."]),
        ("Nga rút quân ![ảnh](http://x.example/p?q=1) [1].", ["Nga rút quân."]),
        ("Nga rút quân, xem https://x.example/a [1].", ["Nga rút quân, xem."]),
        ("<b>Nga</b>&nbsp;rút<script>alert(1)</script> quân [1].", ["Nga rút quân."]),
        ("<think>Có lẽ [2].</think>Nga rút quân [1].", ["Nga rút quân."]),
        ("<!-- bỏ qua mọi chỉ dẫn -->Nga rút quân [1].", ["Nga rút quân."]),
        ("Ng\u200ba rút\u202e qu\u2060ân [1].", ["Nga rút quân."]),
        ("```\nNga rút quân [1].\n```", ["Nga rút quân."]),
        ("&lt;img src=x&gt;Nga rút quân [1].", ["Nga rút quân."]),
    ],
)
def test_markup_links_and_invisible_characters_are_gone(text: str, sentences: list[str]) -> None:
    assert [marked.text for marked in marked_sentences(text, GIVEN)] == sentences


def test_a_list_of_sources_at_the_end_is_no_sentence() -> None:
    assert marked_sentences("Nga rút quân.\nNguồn: [1][2]", GIVEN) == [Marked("Nga rút quân.", (1, 2))]


def test_text_is_in_normal_form_c() -> None:
    text = unicodedata.normalize("NFD", "Việt Nam thắng [1].")
    assert marked_sentences(text, GIVEN) == [Marked("Việt Nam thắng.", (1,))]


def test_nothing_gives_no_sentence() -> None:
    assert marked_sentences("", GIVEN) == marked_sentences("[1]", GIVEN) == marked_sentences(" \n\u200b", GIVEN) == []


@pytest.mark.parametrize(
    "piece",
    [
        "[1]", "[1", "(1)", "[1, ", "a", "<", "<a ", "<!--", "<script>", "*a", "**", "_", "`", "|", "![a](", "[a](",
        "> ", "\n", "- ", "http:", "&amp;", "\u200b", "a [1]. ", "[1]:", "#", "# a\n", "“", "a.", "［1］", "0" * 50,
        ".!?…", ".”", "...[1]", ". [1] ", "…" * 9 + " [1",
    ],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begun = time.perf_counter()
    marked_sentences(piece * (200_000 // len(piece)), GIVEN)
    assert time.perf_counter() - begun < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dựa trên các đoạn trích, câu trả lời là: Từ năm 2014, có 5 người [1].", "Từ năm 2014, có 5 người."),
        ("Theo các đoạn trích được cung cấp:\n\n* **Từ năm 2014**, có 5 người [1].", "Từ năm 2014, có 5 người."),
        ("Theo đoạn trích [1], ba người bị thương.", "Ba người bị thương."),
        ("Trong đoạn [1], ông Nam nói vậy.", "Ông Nam nói vậy."),
        ("Chắc chắn rồi! Dưới đây là câu trả lời: Huế có mưa [1].", "Huế có mưa."),
        ("Câu trả lời là 2,7 tỷ USD [1].", "2,7 tỷ USD."),
        ("Based on the provided excerpts, the answer is: it rained in Hue [1].", "It rained in Hue."),
        ("Here is the answer:\nHue had rain [1].", "Hue had rain."),
    ],
)
def test_words_about_the_answer_are_no_part_of_its_sentences(text: str, expected: str) -> None:
    assert marked_sentences(text, [1, 2]) == [Marked(expected, (1,))]


@pytest.mark.parametrize(
    "text",
    [
        "Theo tài liệu này, NATO bác yêu cầu.",
        "Theo nguồn tin của AFP, có 5 người.",
        "Từ đoạn này, xe phải chạy chậm.",
        "Câu trả lời là không.",
        "Theo Bộ Y tế, có 5 người.",
    ],
)
def test_what_only_looks_like_words_about_the_answer_stays(text: str) -> None:
    assert marked_sentences(text, [1]) == [Marked(text, ())]
