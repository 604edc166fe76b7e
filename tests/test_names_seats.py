"""Capitals and seats of government for their states, and capitals that a question does not name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from rag.names import FILE_NAME, MOST_STATES, MOST_WORDINGS, Names
from rag.naming.table import Row, shipped_rows
from rag.naming.words import words_of

SEATS = [row for row in shipped_rows() if row.kind == "seat"]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(lambda term: 1)


def offers(names: Names, question: str, typed: str) -> dict[str, float]:
    """What is offered for a part of a question, with its weights; nothing where it is not recognised."""
    words = words_of(question)
    for group in names.alternatives(question):
        if " ".join(word.surface for word in words[group.start : group.end]) == typed:
            return {wording.text: wording.weight for wording in group.wordings}
    return {}


# ---- the shipped table ----------------------------------------------------------------------------------------------


def test_seats_join_one_row_of_a_state_with_rows_of_cities_and_houses() -> None:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in shipped_rows():
        if row.kind not in {"seat", "guard"}:
            for spelling in row.spellings:
                rows[spelling.key].append(row)
    for link in SEATS:
        assert [len(rows[spelling.key]) for spelling in link.spellings] == [1] * len(link.spellings), link.where
        state, *seats = (rows[spelling.key][0].kind for spelling in link.spellings)
        assert state in {"country", "organisation"}, link.where
        assert set(seats) <= {"city", "province", "foreign_agency"}, link.where


def test_states_have_one_capital_at_most_and_most_large_ones_have_one() -> None:
    capitals = Counter(link.spellings[0].key for link in SEATS for seat in link.spellings[1:] if ">" not in seat.marks)
    assert set(capitals.values()) == {1}
    assert len(capitals) >= 100
    assert max(Counter(link.spellings[0].key for link in SEATS).values()) == 1


# ---- seats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("Washington", "Mỹ"),
        ("Washington", "Hoa Kỳ"),
        ("Oasinhtơn", "Hoa Kỳ"),
        ("Nhà Trắng", "Hoa Kỳ"),
        ("Lầu Năm Góc", "Hoa Kỳ"),
        ("Phố Downing", "Vương quốc Anh"),
        ("Moscow", "Nga"),
        ("Điện Kremlin", "Liên bang Nga"),
        ("Bắc Kinh", "Trung Quốc"),
        ("Bình Nhưỡng", "Triều Tiên"),
        ("Seoul", "Hàn Quốc"),
        ("Kyiv", "Ukraine"),
        ("Tel Aviv", "Israel"),
        ("Brussels", "EU"),
        ("Brussels", "NATO"),
        ("New Delhi", "Ấn Độ"),
        ("Warsaw", "Ba Lan"),
    ],
)
def test_a_seat_offers_its_state_with_half_weight_at_most(names: Names, typed: str, state: str) -> None:
    assert 0 < offers(names, f"{typed} nói gì về vụ này?", typed)[state] <= 0.5


def test_a_seats_own_spellings_stay_before_its_state(names: Names) -> None:
    offered = offers(names, "Moskva nói gì?", "Moskva")
    assert len(offered) == MOST_WORDINGS
    states = {"Nga", "Liên bang Nga", "LB Nga", "nước Nga", "Russia", "Russian Federation"} & set(offered)
    assert len(states) == MOST_STATES
    assert [*offered][-MOST_STATES:] == [name for name in offered if name in states]


def test_a_state_does_not_offer_its_capital(names: Names) -> None:
    assert offers(names, "Mỹ nói gì?", "Mỹ")
    for state, capital in (("Mỹ", "Washington"), ("Hoa Kỳ", "Nhà Trắng"), ("Nga", "Moskva"), ("NATO", "Brussels")):
        assert capital not in offers(names, f"{state} nói gì?", state)


def test_some_cities_are_only_cities(names: Names) -> None:
    for city, state in (("Hà Nội", "Việt Nam"), ("Jerusalem", "Israel"), ("Brussels", "Bỉ"), ("New York", "Mỹ")):
        offered = offers(names, f"{city} có gì mới?", city)
        assert offered
        assert state not in offered


@pytest.mark.parametrize(
    "question", ["Đại học Washington ở đâu?", "Ai viết cho Washington Post?", "Washington Irving?", "AS Roma gặp ai?"]
)
def test_a_seat_in_a_longer_name_stands_for_no_state(names: Names, question: str) -> None:
    texts = {wording.text for group in names.alternatives(question) for wording in group.wordings}
    assert not {"Mỹ", "Hoa Kỳ", "Italia"} & texts


def test_a_seat_that_the_library_lacks_is_not_replaced_by_its_state() -> None:
    held: Mapping[str, int] = Counter({"ba_lan": 900, "paris": 900, "kiev": 90})
    names = Names(lambda term: held[term])
    for question in ("Warsaw nói gì?", "Thủ đô nước Pháp có gì?"):
        text, groups = names.worded(question)
        assert text == question
        assert len(groups) == 1
    assert names.worded("Kyiv nói gì?")[0] == "Kiev nói gì?"


# ---- capitals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "capital"),
    [
        ("thủ đô nước Pháp", "Paris"),
        ("thủ đô của nước Pháp", "Paris"),
        ("thủ đô Pháp", "Paris"),
        ("thủ đô Nga", "Moskva"),
        ("Thủ đô của Liên bang Nga", "Mát-xcơ-va"),
        ("thủ đô Ba Lan", "Warsaw"),
        ("thủ đô Việt Nam", "Hà Nội"),
        ("thủ đô Israel", "Jerusalem"),
        ("thu do Myanmar", "Naypyidaw"),
    ],
)
def test_a_capital_that_is_not_named_is_known(names: Names, typed: str, capital: str) -> None:
    assert offers(names, f"Vụ nổ ở {typed} xảy ra khi nào?", typed)[capital] > 0.5
    assert offers(names, f"{typed} có gì mới?", typed)[capital] > 0.5


def test_a_capital_is_known_without_any_capitals(names: Names) -> None:
    assert "Moskva" in offers(names, "vụ nổ ở thủ đô nga xảy ra khi nào", "thủ đô nga")


def test_the_state_of_a_capital_is_still_looked_for(names: Names) -> None:
    assert offers(names, "Vụ nổ ở thủ đô Mỹ?", "thủ đô Mỹ")["Hoa Kỳ"] == 0.5


@pytest.mark.parametrize(
    "question",
    ["Thủ đô của ai?", "Thủ đô Hà Nội có gì mới?", "Thủ đô", "Thủ đô của", "thủ đô EU ở đâu?", "thủ phủ Nga?"],
)
def test_no_capital_is_read_into_other_words(names: Names, question: str) -> None:
    words = words_of(question)
    for group in names.alternatives(question):
        assert words[group.start].syllable not in {"thủ", "đô"}


def test_a_city_named_with_the_word_capital_is_itself(names: Names) -> None:
    assert "Mê-hi-cô Xi-ti" in offers(names, "Thủ đô Mexico City ở đâu?", "Thủ đô Mexico City")


# ---- a user's own seats ---------------------------------------------------------------------------------------------


def test_a_users_seats_join_names_of_both_tables(tmp_path: Path) -> None:
    own = tmp_path / FILE_NAME
    own.write_text("other\tXứ Lạ | Đất Lạ\ncity\tLạ Thành | Phố Lạ\nseat\tXứ Lạ | Lạ Thành | New York >\n", "utf-8")
    names = Names(lambda term: 1, own=own)
    assert offers(names, "Phố Lạ nói gì?", "Phố Lạ") == {"Lạ Thành": 1.0, "Xứ Lạ": 0.5, "Đất Lạ": 0.5}
    assert "Đất Lạ" in offers(names, "New York nói gì?", "New York")
    assert offers(names, "thủ đô Xứ Lạ ở đâu?", "thủ đô Xứ Lạ") == {"Lạ Thành": 0.7, "Phố Lạ": 0.7, "Đất Lạ": 0.5}


# ---- terms that begin a name ----------------------------------------------------------------------------------------


def test_a_term_that_begins_a_name_counts_little(names: Names) -> None:
    assert offers(names, "Trường ĐH Công nghiệp ở đâu?", "ĐH") == {"đại học": 0.25}
    assert offers(names, "Có mấy trường ĐH ở Huế?", "ĐH") == {"đại học": 1.0}
    assert offers(names, "CÓ MẤY TRƯỜNG ĐH Ở HUẾ?", "ĐH").get("đại học", 1.0) == 1.0
