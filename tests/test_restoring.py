"""The parts behind `rag.restore`: words, keys, edits, the table and its making."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval.syllable_table import UNSEEN, Stream, encode_data, main, make_table
from rag.restoring.casing import Case
from rag.restoring.mending import edits, fits, from_telex, from_vni, parts
from rag.restoring.sources import LibraryCounts, PassageCounts, Sources
from rag.restoring.table import SyllableTable, general_table
from rag.restoring.words import COMMA, NUMBER, QUESTION, SENTENCE, SYMBOLS, is_syllable, one_spelling, spoken, words_of


def test_words_numbers_and_boundaries() -> None:
    found = words_of('Ngày 31/1, "TP.HCM" có 3.000 ca Covid-19... vì sao?!')
    assert [word.syllable if word.symbol is None else word.symbol for word in found] == [
        "ngày", NUMBER, NUMBER, COMMA, "tp", SENTENCE, "hcm", COMMA, "có", NUMBER, NUMBER, "ca", "covid", NUMBER,
        SENTENCE, "vì", "sao", QUESTION,
    ]  # fmt: skip
    assert [text for text, _ in spoken("Hòa, Kĩ 3 thuật")] == ["hoà", "", "kỹ", "", "thuật"]
    # A tone typed before the circumflex does not compose; the word is still one.
    assert [(word.text, word.syllable) for word in words_of("diẻ̂n ra")] == [("diẻ̂n", "diển"), ("ra", "ra")]


@pytest.mark.parametrize(
    "word", ["nghiêng", "uống", "quý", "giếng", "gì", "y", "ở", "khuỷu", "thuở", "đắk", "hoà", "hòa", "la", "the"]
)
def test_syllables_are_known(word: str) -> None:
    if word == "đắk":  # a highland name, with a coda that Vietnamese lacks
        assert not is_syllable(word)
    else:
        assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["minsk", "putin", "obama", "của2", "đướć", "cằt", "nguời", "website", "zoom", "strưng"]
)
def test_other_words_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_one_spelling_leaves_foreign_words() -> None:
    assert [one_spelling(word) for word in ("hòa", "quí", "kĩ", "montréal", "thủy")] == [
        "hoà",
        "quý",
        "kỹ",
        "montréal",
        "thuỷ",
    ]


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("thuwowng", "thương"), ("thuongwf", "thường"), ("chieesn", "chiến"), ("nuocws", "nước"), ("vietej", "việt"),
        ("ddi", "đi"), ("dads", "đá"), ("quyeenf", "quyền"), ("muaw", "mưa"), ("xoawn", "xoăn"), ("hoaf", "hoà"),
        ("tranh", None), ("was", None), ("windows", None), ("fox", None), ("nga", None), ("covids", None),
        ("barro", None),
    ],
)  # fmt: skip
def test_keys_of_telex(keys: str, syllable: str | None) -> None:
    assert from_telex(keys) == syllable


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("ha2", "hà"), ("no65i", "nội"), ("d9a5t", "đạt"), ("tie61ng", "tiếng"), ("d9u7o7ng2", "đường"),
        ("mu7a", "mưa"), ("a8n", "ăn"),
        ("u23", None), ("h2o", None), ("g20", None), ("covid19", None), ("b52", None), ("t9", None),
    ],
)  # fmt: skip
def test_keys_of_vni(keys: str, syllable: str | None) -> None:
    assert from_vni(keys) == syllable


def test_edits_are_all_one_edit_away() -> None:
    found = set(edits("ab"))
    # 2 letters missing, 1 swap, 2 x 25 others, 3 x 26 additions of which two double "a" and two double "b".
    assert {"a", "b", "ba", "xb", "ax", "xab", "axb", "abx", "aab", "abb"} <= found
    assert len(found) == 2 + 1 + 50 + 3 * 26 - 2
    assert "ab" not in found


def test_fits_allows_more_diacritics_not_others() -> None:
    assert fits("tông", "tổng")
    assert fits("tong", "tổng")
    assert fits("thương", "thường")
    assert not fits("thường", "thương")
    assert not fits("tóng", "tổng")


def test_joined_syllables() -> None:
    table = general_table()
    assert parts(table, "hànội") == ("hà", "nội")
    assert parts(table, "vietnam") == ("việt", "nam")
    assert parts(table, "hanói") is None
    for word in ("london", "online", "bose", "tuva"):
        assert parts(table, word) is None


def a_table() -> SyllableTable:
    words = [*SYMBOLS, "hà", "nội", "ha", "ăn"]
    first = len(SYMBOLS)
    sentence = [SENTENCE, first + 3, first, first + 1]
    numbers = np.array([*sentence * 3, SENTENCE, *[first + 2] * 3, SENTENCE], dtype=np.int64)
    cases = np.array([*[UNSEEN, UNSEEN, Case.CAPITAL, Case.CAPITAL] * 3, *[UNSEEN] * 2, *[Case.UPPER] * 2, UNSEEN])
    return make_table(Stream(numbers, cases.astype(np.uint8)), words)


def test_chances_worked_by_hand() -> None:
    table = a_table()
    assert table.forms_of("ha") == ["ha", "hà"]
    assert (table.count("hà"), table.count("hồ"), table.counts[SENTENCE]) == (3, 0, 5)
    city, name, before = (table.numbers([word]) for word in ("hà", "nội", "ăn"))
    (chances,) = table.pair_chances([city, name])
    # share (3 - 0.7) / 3; what is left falls to "nội" by its contexts, 1.1 of all: <s> 2, hà 1, nội 1, ha 2, ăn 1.
    lowest = 1.1 / (7 + 0.1 * len(table.words))
    assert chances[0, 0] == pytest.approx(2.3 / 3 + 0.7 / 3 * lowest, rel=0.04)
    (triple,) = table.triple_chances([before, city, name])
    assert triple[0, 0, 0] == pytest.approx(2.3 / 3 + 0.7 / 3 * chances[0, 0], rel=0.04)
    assert table.knows_pair("hà", "nội") == pytest.approx(2.3, rel=0.04)
    assert (table.case("hà"), table.case("ha"), table.case("ăn"), table.case("hồ")) == (1, 2, 0, 0)
    assert (table.pair_case("hà", "nội"), table.pair_case("ăn", "hà")) == ((1, 1), (0, 1))
    assert (table.knows_pair("nội", "hà"), table.knows_pair("nội", "hồ")) == (0.0, 0.0)


def test_chances_after_a_word_sum_to_one() -> None:
    table = general_table()
    everything = np.arange(len(table.words))
    for word in ("hà", "nội", "minsk"):
        (chances,) = table.pair_chances([table.numbers([word]), everything])
        # The unknown words share their chance; here one of them is counted.
        assert chances.sum() == pytest.approx(1.0, abs=0.03)


def test_the_table_survives_its_file(tmp_path: Path) -> None:
    table = a_table()
    (tmp_path / "table").write_bytes(table.to_bytes())
    again = SyllableTable.load(tmp_path / "table")
    assert again.words == table.words
    assert again.to_bytes() == table.to_bytes()


def test_making_the_table(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "reader_train").mkdir()
    with gzip.open(tmp_path / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as handle:
        for text in ("Thành_phố Hòa Bình.\nHoà Bình đẹp.", "Thành_phố Hòa Bình.\nHoà Bình đẹp.", "Một tin khác."):
            print(json.dumps({"title": "Hòa Bình", "sapo": "Tin.", "text": text}), file=handle)
    question = {"question": "Hòa Bình ở đâu ?"}
    document = {"data": [{"paragraphs": [{"qas": [question, question]}]}]}
    for name in ("news_vi", "viquad1_vi", "mailong_vi", "wiki_vi", "law_vi", "regulation_vi"):
        with gzip.open(tmp_path / "reader_train" / f"{name}.json.gz", "wt", encoding="utf-8") as handle:
            json.dump(document, handle)
    stream, words = encode_data(tmp_path)
    counts = {word: int((stream.words == at).sum()) for at, word in enumerate(words)}
    # Two articles once, the third has the text of the first; a question of each of six sets, five times.
    assert (counts["hoà"], counts["thành"], counts["đâu"], counts["<question>"]) == (4 + 30, 1, 30, 30)
    assert "hòa" not in counts
    made = [tmp_path / "one", tmp_path / "two"]
    for out in made:
        result = CliRunner().invoke(main, [str(tmp_path), "--out", str(out)])
        assert result.exit_code == 0, result.output
    assert made[0].read_bytes() == made[1].read_bytes()
    assert SyllableTable.load(made[0]).forms_of("hoa") == ["hoà"]
    news_alone = encode_data(tmp_path, question_sets=False)[1]
    assert "đâu" not in news_alone


def test_sources_smooth_each_other() -> None:
    table = general_table()
    general = np.array([[0.2, 0.1]])
    asked: list[str] = []

    def frequency(term: str) -> int:
        asked.append(term)
        return {"~ha_noi": 10, "hà_nội": 10, "hà": 10}.get(term, 0)

    sources = Sources(table, LibraryCounts(frequency), None)
    prior = 100 + 0.3 * table.count("hà")
    mixed = sources.mix([""], ["hà"], ["nội", "nói"], general[None])
    assert mixed[0, 0].tolist() == pytest.approx([(10 + prior * 0.2) / (10 + prior), prior * 0.1 / (10 + prior)])
    assert len(asked) == len(set(asked))  # each term once
    passages = PassageCounts(words_of("ha noi"), ["Hà Nội và Hà Nội", "Hà Nội"])
    # The second passage counts one half; 5.5 words and one for safety.
    assert (passages.single["hà"], passages.double["hà", "nội"], passages.forms["noi"]) == (2.5, 2.5, {"nội"})
    assert passages.total == 1 + 5 + 2 / 2
    near = Sources(table, LibraryCounts(None), passages).mix([""], ["hà"], ["nội", "nói"], general[None])
    prior = 30 + 0.01 * table.count("hà")
    smooth = 0.95 * 0.2 + 0.05 * 2.5 / 7
    assert near[0, 0, 0] == pytest.approx((2.5 + prior * smooth) / (2.5 + prior))
    assert near[0, 0, 0] > mixed[0, 0, 0] > 0.2
