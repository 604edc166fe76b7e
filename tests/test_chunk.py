from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_text_splitters import TextSplitter

from rag.chunk import SentenceSplitter, chunk_article, passage_text
from rag.config import ChunkSettings
from rag.datatypes import Article, Chunk
from rag.errors import SettingsError
from rag.vietnamese import sentences

DEFAULT = ChunkSettings()


def article(text: str, title: str = "", published_on: date | None = None) -> Article:
    return Article(
        id="a1b2",
        source="a.txt",
        title=title or "Không đề",
        title_stated=bool(title),
        text=text,
        raw_sha256="",
        published_on=published_on,
    )


def pieces(text: str, target: int = 800, greatest: int = 900, overlap: int = 1) -> list[str]:
    settings = ChunkSettings(target_chars=target, max_chars=greatest, overlap_sentences=overlap)
    return [text[chunk.start : chunk.end] for chunk in chunk_article(article(text), settings)]


def check_invariants(text: str, chunks: tuple[Chunk, ...], settings: ChunkSettings) -> None:
    covered = [False] * len(text)
    for ordinal, chunk in enumerate(chunks):
        assert chunk.id == f"a1b2:{ordinal:04d}"
        assert chunk.article_id == "a1b2"
        assert chunk.ordinal == ordinal
        passage = text[chunk.start : chunk.end]
        assert passage
        assert passage == passage.strip()
        assert len(passage) <= settings.max_chars
        covered[chunk.start : chunk.end] = [True] * len(passage)
    assert all(inside or character.isspace() for inside, character in zip(covered, text, strict=True))
    assert all(one.start < two.start and one.end < two.end for one, two in pairwise(chunks))


# Words, marks and white space in any disorder, beside entirely arbitrary text.
HOSTILE = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            ["Ông", "nói", ".", "…", "”", "“", " ", "\n", "\n\n", "\t", "\u00a0", "\u0301", "x" * 90, "TP.", "3.0", "?"]
        ),
        max_size=120,
    ).map("".join),
    st.integers(0, 3_000).map("\n".__mul__),
    st.integers(0, 3_000).map("a".__mul__),
    st.integers(0, 3_000).map("e\u0323\u0302".__mul__),
)


@given(HOSTILE, st.integers(1, 120), st.integers(0, 60), st.integers(0, 3))
def test_invariants_hold_for_any_text(text: str, target: int, more: int, overlap: int) -> None:
    settings = ChunkSettings(target_chars=target, max_chars=target + more, overlap_sentences=overlap)
    chunks = chunk_article(article(text), settings)
    check_invariants(text, chunks, settings)
    assert chunks == chunk_article(article(text), settings)
    assert bool(chunks) == bool(text.strip())


@given(HOSTILE)
def test_invariants_hold_for_the_default_lengths(text: str) -> None:
    check_invariants(text, chunk_article(article(text), DEFAULT), DEFAULT)


def test_a_short_text_is_one_chunk_with_its_line_breaks() -> None:
    assert pieces("  Tiêu đề\n\nMột câu. Hai câu.\n") == ["Tiêu đề\n\nMột câu. Hai câu."]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_nothing_gives_no_chunk(text: str) -> None:
    assert pieces(text) == []


def test_chunks_end_at_sentence_ends_and_share_one_sentence() -> None:
    # Four sentences of 10 characters: with spaces 32 hold three, and a fourth would make 43.
    text = "Câu số 01. Câu số 02. Câu số 03. Câu số 04. Câu số 05. Câu số 06. Câu số 07."
    assert pieces(text, 32, 36) == [
        "Câu số 01. Câu số 02. Câu số 03.",
        "Câu số 03. Câu số 04. Câu số 05.",
        "Câu số 05. Câu số 06. Câu số 07.",
    ]


def test_overlap_can_be_none_or_several_sentences() -> None:
    text = "Câu số 01. Câu số 02. Câu số 03. Câu số 04."
    assert pieces(text, 21, 21, overlap=0) == ["Câu số 01. Câu số 02.", "Câu số 03. Câu số 04."]
    # Two sentences would take 21 of 32 characters: more than half, so one is shared.
    assert pieces(text, 32, 36, overlap=2) == ["Câu số 01. Câu số 02. Câu số 03.", "Câu số 03. Câu số 04."]
    assert pieces(text + " Câu số 05. Câu số 06.", 43, 43, overlap=2)[1].startswith("Câu số 03. Câu số 04. Câu")


def test_a_long_sentence_is_not_shared() -> None:
    long = "Đây là một câu dài hơn nửa đoạn."
    assert pieces(f"{long} Câu ngắn.", 40, 40) == [long, "Câu ngắn."]


def test_a_length_nearest_to_the_target_is_taken() -> None:
    # 21 or 32 characters around a target of 24 with 40 allowed: 21 is nearer. Around 28: 32 is nearer.
    text = "Câu số 01. Câu số 02. Câu số 03. Câu số 04. Câu số 05. Câu số 06."
    assert pieces(text, 24, 40, overlap=0)[0] == "Câu số 01. Câu số 02."
    assert pieces(text, 28, 40, overlap=0)[0] == "Câu số 01. Câu số 02. Câu số 03."


def test_a_tiny_last_piece_joins_the_one_before_if_there_is_room() -> None:
    text = "Câu số 01. Câu số 02. Câu số 03. Hết."
    assert pieces(text, 32, 36, overlap=0) == ["Câu số 01. Câu số 02.", "Câu số 03. Hết."]
    assert pieces(text, 32, 40, overlap=0) == [text]


def test_a_tiny_last_piece_is_evened_out_otherwise() -> None:
    sentence = "Câu này dài đúng bốn mươi ký tự, tính cả chấm."
    text = " ".join([sentence] * 4) + " Hết rồi."
    last_two = pieces(text, 190, 190)
    assert len(last_two) == 2
    assert min(map(len, last_two)) >= 90


def test_a_sentence_longer_than_a_chunk_is_cut_after_a_clause() -> None:
    text = "Mệnh đề thứ nhất ở đây, mệnh đề thứ hai ở đó, mệnh đề thứ ba ở kia"
    assert pieces(text, 25, 25) == ["Mệnh đề thứ nhất ở đây,", "mệnh đề thứ hai ở đó,", "mệnh đề thứ ba ở kia"]


def test_a_run_without_spaces_is_cut_anywhere() -> None:
    assert pieces("x" * 2_000) == ["x" * 900, "x" * 900, "x" * 200]


def test_sentences_of_ordinary_length_are_never_cut() -> None:
    text = " ".join(f"Câu thứ {number} kể một chuyện rất dài dòng ở TP. HCM năm 2022." for number in range(100))
    ends = {span.end for span in sentences(text)}
    starts = {span.start for span in sentences(text)}
    chunks = chunk_article(article(text), DEFAULT)
    assert all(chunk.end in ends and chunk.start in starts for chunk in chunks)
    assert all(700 <= chunk.end - chunk.start <= 900 for chunk in chunks[:-1])
    for one, two in pairwise(chunks):
        assert sum(two.start <= span.start and span.end <= one.end for span in sentences(text)) == 1


def test_a_target_above_the_greatest_length_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"chunk\.target_chars 901 is more than chunk\.max_chars 900"):
        chunk_article(article("Một câu."), ChunkSettings(target_chars=901, max_chars=900))


def test_the_splitter_serves_langchain() -> None:
    splitter = SentenceSplitter(target_chars=21, max_chars=21, overlap_sentences=0)
    assert isinstance(splitter, TextSplitter)
    documents = splitter.create_documents(["Câu số 01. Câu số 02. Câu số 03."], [{"source": "a.txt"}])
    assert [document.page_content for document in documents] == ["Câu số 01. Câu số 02.", "Câu số 03."]
    assert documents[1].metadata == {"source": "a.txt"}


def test_passage_text_prepends_what_is_stated() -> None:
    plain = article("Một câu. Hai câu.")
    full = article("Một câu. Hai câu.", "Nhan đề", date(2022, 2, 1))
    chunk = Chunk("a1b2:0000", "a1b2", 0, 0, 8)
    assert passage_text(plain, chunk) == "Một câu."
    assert passage_text(full, chunk) == "Nhan đề\n01/02/2022\nMột câu."
    assert passage_text(article("Một câu.", "", date(2022, 2, 1)), chunk) == "01/02/2022\nMột câu."
