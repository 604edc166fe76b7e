"""Other spellings of names: the shipped table, what is recognised in a question and what not, and a user's own file."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.abbreviations import Abbreviations
from rag.errors import SettingsError
from rag.lexical import LexicalIndex
from rag.library import Library
from rag.names import FILE_NAME, MOST_WORDINGS, Names, own_file
from rag.naming.table import KINDS, Row, read_rows, shipped_rows, spelling_of
from rag.naming.words import words_of
from rag.vietnamese import syllables
from tests.helpers import an_article, small_library

UNITED_NATIONS = """
Afghanistan|Albania|Algeria|Andorra|Angola|Antigua và Barbuda|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|
Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia và Herzegovina|Botswana|Brazil|Brunei|
Bulgaria|Burkina Faso|Burundi|Cape Verde|Cambodia|Cameroon|Canada|Central African Republic|Chad|Chile|China|Colombia|
Comoros|Congo|Costa Rica|Cote d'Ivoire|Croatia|Cuba|Cyprus|Czech|North Korea|CHDC Congo|Denmark|Djibouti|Dominica|
Cộng hoà Dominica|Ecuador|Egypt|El Salvador|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|
Gabon|Gambia|Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hungary|Iceland|
India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kiribati|Kuwait|Kyrgyzstan|Laos|
Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|
Marshall Islands|Mauritania|Mauritius|Mexico|Micronesia|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|
Nauru|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|Bắc Macedonia|Norway|Oman|Pakistan|Palau|Panama|
Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|South Korea|Moldova|Romania|Russia|Rwanda|
Saint Kitts và Nevis|Saint Lucia|Saint Vincent và Grenadines|Samoa|San Marino|Sao Tome và Principe|Saudi Arabia|
Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Sudan|
Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Tajikistan|Tanzania|Thailand|Timor Leste|Togo|Tonga|
Trinidad và Tobago|Tunisia|Turkey|Turkmenistan|Tuvalu|Uganda|Ukraine|UAE|United Kingdom|United States|Uruguay|
Uzbekistan|Vanuatu|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe
"""


def everything(term: str) -> int:
    """A library that holds every wording."""
    return 1


def named_rows() -> list[Row]:
    """The rows that are more than references to others."""
    return [row for row in shipped_rows() if row.kind != "seat"]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(everything)


def found(names: Names, question: str) -> dict[str, dict[str, float]]:
    """What was recognised in a question as typed, with what is offered for it."""
    words = words_of(question)
    return {
        " ".join(word.surface for word in words[group.start : group.end]): {
            wording.text: wording.weight for wording in group.wordings
        }
        for group in names.alternatives(question)
    }


# ---- the shipped table ----------------------------------------------------------------------------------------------


def test_the_shipped_table_is_large_and_whole() -> None:
    rows = shipped_rows()
    assert len(rows) >= 500
    assert {row.kind for row in rows} <= set(KINDS)
    countries = {spelling.key for row in rows if row.kind == "country" for spelling in row.spellings}
    members = [name.strip() for name in UNITED_NATIONS.replace("\n", "").split("|")]
    assert len(members) == 193
    assert [name for name in members if spelling_of(name).key not in countries] == []


def test_the_shipped_table_is_in_normal_form() -> None:
    for row in shipped_rows():
        for spelling in row.spellings:
            assert spelling.text == unicodedata.normalize("NFC", spelling.text) == spelling.text.strip(), row.where


def test_no_spelling_stands_twice_unless_it_says_so() -> None:
    places: dict[str, list[tuple[Row, str, tuple[str, ...]]]] = defaultdict(list)
    for row in named_rows():
        for spelling in row.spellings:
            places[spelling.key].append((row, spelling.marks, spelling.surfaces))
    for key, standing in places.items():
        if len({row.where for row, _, _ in standing}) > 1:
            assert all("*" in marks for _, marks, _ in standing), (key, [row.where for row, _, _ in standing])
        else:  # in one row only with other capitals, where these matter
            assert len({surfaces for _, _, surfaces in standing}) == len(standing), (key, standing[0][0].where)
            assert len(standing) == 1 or all("!" in marks for _, marks, _ in standing), (key, standing[0][0].where)


def test_every_row_offers_something() -> None:
    for row in named_rows():
        if row.kind != "guard":
            offered = [spelling for spelling in row.spellings if ">" not in spelling.marks]
            recognised = [spelling for spelling in row.spellings if "<" not in spelling.marks]
            assert offered, row.where
            assert recognised, row.where
            assert len({spelling.key for spelling in (*offered, *recognised)}) > 1, row.where


def test_short_spellings_of_daily_words_need_their_capitals() -> None:
    daily = {"anh", "mỹ", "pháp", "đức", "nga", "ý", "áo", "bỉ", "hàn", "nhật", "lào", "séc", "who", "us", "is", "ai"}
    marks = {
        spelling.key: spelling.marks for row in named_rows() for spelling in row.spellings if spelling.key in daily
    }
    assert set(marks) == daily
    assert [key for key, of in marks.items() if "!" not in of] == []


# ---- what is recognised ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "typed", "offered"),
    [
        ("Xe tăng vào Kiev khi nào?", "Kiev", "Ki-ép"),
        ("Xe tăng vào Ki-ép khi nào?", "Ki ép", "Kyiv"),
        ("Ai thăm Mát-xcơ-va?", "Mát xcơ va", "Moscow"),
        ("Ai thăm Mátxcơva?", "Mátxcơva", "Moskva"),
        ("Ai thăm mat-xco-va?", "mat xco va", "Moskva"),
        ("Ai tới Lốt An-giơ-lét?", "Lốt An giơ lét", "Los Angeles"),
        ("Ông Vla-đi-mia Pu-tin nói gì?", "Vla đi mia Pu tin", "Putin"),
        ("Zelenskyy nói gì?", "Zelenskyy", "Zelensky"),
        ("Dmytro Kuleba nói gì?", "Dmytro Kuleba", "Dmitry Kuleba"),
        ("Tổng thống Mỹ là ai?", "Mỹ", "Hoa Kỳ"),
        ("Hoa Kỳ rút quân khi nào?", "Hoa Kỳ", "Mỹ"),
        ("Thủ tướng Anh từ chức khi nào?", "Anh", "UK"),
        ("NATO có bao nhiêu nước?", "NATO", "Tổ chức Hiệp ước Bắc Đại Tây Dương"),
        ("Khối quân sự Bắc Đại Tây Dương họp ở đâu?", "Khối quân sự Bắc Đại Tây Dương", "NATO"),
        ("Tổ chức y tế thế giới nói gì?", "Tổ chức y tế thế giới", "WHO"),
        ("to chuc y te the gioi noi gi", "to chuc y te the gioi", "WHO"),
        ("TP.HCM có bao nhiêu dân?", "TP HCM", "Thành phố Hồ Chí Minh"),
        ("thành phố hồ chí minh có gì mới", "thành phố hồ chí minh", "TP.HCM"),
        ("UBND tỉnh Thừa Thiên - Huế nói gì?", "Thừa Thiên Huế", "TT-Huế"),
        ("Bộ GD-ĐT công bố gì?", "Bộ GD ĐT", "Bộ Giáo dục và Đào tạo"),
        ("Bộ GD&ĐT công bố gì?", "Bộ GD ĐT", "Bộ Giáo dục và Đào tạo"),
        ("Bộ trưởng Công an nói gì về Covid-19?", "Covid 19", "SARS-CoV-2"),
        ("Quan hệ Mỹ - Trung ra sao?", "Trung", "China"),
        ("Quan hệ Mỹ-Trung ra sao?", "Mỹ", "Hoa Kỳ"),
        ("MU thắng mấy trận?", "MU", "Manchester United"),
        ("who is putin", "putin", "Pu-tin"),
        ("tổng thống mỹ là ai", "mỹ", "Hoa Kỳ"),
        ("thủ tướng ý thăm nước nào", "ý", "Italia"),
        ("tong thong putin tham dau", "putin", "Pu-tin"),
        ("Xứ sương mù vừa bầu thủ tướng", "Xứ sương mù", "Vương quốc Anh"),
        ("Ca sĩ xứ sở kim chi nào đến?", "xứ sở kim chi", "Hàn Quốc"),
        ("doi tuyen xu chua vang", "xu chua vang", "Thái Lan"),
    ],
)
def test_a_name_is_recognised(names: Names, question: str, typed: str, offered: str) -> None:
    assert offered in found(names, question).get(typed, {})


@pytest.mark.parametrize(
    "question",
    [
        "Anh ấy là ai?",
        "Anh đến lúc mấy giờ?",
        "anh ấy có đến không",
        "Tuấn Anh ghi bàn phút nào?",
        "Ca sĩ Đức Phúc hát bài gì?",
        "Mỹ Tâm hát ở Mỹ Đình khi nào?",
        "Ý kiến của ông ra sao?",
        "Áo dài có từ khi nào?",
        "Luật pháp quốc tế quy định gì?",
        "Điểm thi tiếng Anh ra sao?",
        "Cô Nguyễn Thị Nga làm nghề gì?",
        "Huyện Mỹ Đức ở đâu?",
        "who said that",
        "ai nói thế",
        "it is us",
        "Michael Jordan bao nhiêu tuổi?",
        "Eric Trump học ở đâu?",
        "Trump Tower ở đâu?",
        "Tour de France bắt đầu khi nào?",
        "Hàng Made in China bán ở đâu?",
        "Tàu BV 99986 gặp nạn ở đâu?",
        "Cao tốc Hà Nội - Trung Lương dài bao nhiêu?",
        "Ba lần thi đều trượt là ai?",
        "Đường Hồ Chí Minh dài bao nhiêu?",
        "AI NÓI THẾ",
    ],
)
def test_no_name_is_read_into_other_words(names: Names, question: str) -> None:
    wrong = {key: of for key, of in found(names, question).items() if key not in {"Hà Nội", "Cao tốc"}}
    assert wrong == {}


def test_the_longest_spelling_is_taken(names: Names) -> None:
    assert list(found(names, "Hội đồng Bảo an Liên Hợp Quốc họp khi nào?")) == ["Hội đồng Bảo an Liên Hợp Quốc"]
    assert list(found(names, "Nam Sudan giáp nước nào?")) == ["Nam Sudan"]
    groups = names.alternatives("Mỹ, Anh, Pháp và Liên bang Nga gặp EU ở Ki-ép")
    assert all(first.end <= second.start for first, second in pairwise(groups))
    assert len(groups) == 6


def test_places_are_those_of_the_syllables(names: Names) -> None:
    question = "Ngày 1/2/2020, 3.000 người ở TP.HCM (Việt Nam) và Ki-ép làm gì?"
    words = syllables(question)
    assert [words[group.start : group.end] for group in names.alternatives(question)] == [
        ["tp", "hcm"],
        ["việt", "nam"],
        ["ky", "ép"],
    ]


def test_what_was_typed_is_not_offered_nor_what_it_holds(names: Names) -> None:
    for question in ("Vương quốc Anh", "Ông Donald Trump", "ông Trump", "Viện KSND Tối cao", "Ki-ép"):
        for group in names.alternatives(question):
            typed = syllables(question)[group.start : group.end]
            for wording in group.wordings:
                assert " ".join(syllables(wording.text)) not in " ".join(typed)
                assert " ".join(typed) not in " ".join(syllables(wording.text))


def test_broader_spellings_count_half_and_not_inside_a_longer_name(names: Names) -> None:
    assert found(names, "TP.HCM mưa to")["TP HCM"]["Sài Gòn"] == 0.5
    assert found(names, "Sài Gòn mưa to")["Sài Gòn"]["TP.HCM"] == 0.5
    assert "Sài Gòn" not in found(names, "Đại học Sài Gòn ở đâu?")
    assert "Sài Gòn" not in found(names, "Tổng công ty Nông nghiệp Sài Gòn ở đâu?")
    inside = found(names, "Trường ĐH Công nghiệp TP.HCM ở đâu?")["TP HCM"]
    assert "Thành phố Hồ Chí Minh" in inside
    assert "Sài Gòn" not in inside


def test_a_spelling_that_is_only_recognised_is_not_offered(names: Names) -> None:
    assert "Moskva" in found(names, "Ai tới Mạc Tư Khoa?")["Mạc Tư Khoa"]
    assert "Mạc Tư Khoa" not in found(names, "Ai tới Moskva?")["Moskva"]


def test_only_wordings_that_the_library_holds_are_offered() -> None:
    held = {"kyiv": 3, "mát_xcơ": 2, "xcơ_va": 2, "hoa_kỳ": 9}
    names = Names(lambda term: held.get(term, 0))
    assert found(names, "Ai thăm Kiev và Moskva?") == {"Kiev": {"Kyiv": 1.0}, "Moskva": {"Mát-xcơ-va": 1.0}}
    assert found(names, "Ai thăm Luân Đôn?") == {}


def test_at_most_so_many_wordings_are_offered_the_surest_first(names: Names) -> None:
    for row in shipped_rows()[::7]:
        for group in names.alternatives(f"Chuyện gì ở {row.spellings[0].text}?"):
            weights = [wording.weight for wording in group.wordings]
            assert len(weights) <= MOST_WORDINGS
            assert weights == sorted(weights, reverse=True)
            assert all(0 < weight <= 1 for weight in weights)


@given(st.text(alphabet=st.sampled_from("aăâđêôơưếộ AĐMNg.,-–_/&'’()0123 \n\tẹ́̂İﬁＡ①½Ж中"), max_size=60))
def test_words_are_the_syllables_whatever_the_text(text: str) -> None:
    words = words_of(text)
    assert [word.syllable for word in words] == syllables(text)
    normal = unicodedata.normalize("NFC", text)
    assert all(normal[word.start :].startswith(word.surface) for word in words)


@given(st.text(max_size=80))
def test_any_text_is_taken(names: Names, text: str) -> None:
    groups = names.alternatives(text)
    count = len(syllables(text))
    assert all(0 <= group.start < group.end <= count for group in groups)
    assert names.alternatives(text) == groups


# ---- the library's own abbreviations and names ----------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return small_library(
        tmp_path,
        [
            "Công ty TNHH Thu phí tự động (VETC) mở thêm trạm. VETC thu phí.",
            "Theo Cổng thông tin điện tử (TTĐT), giá tăng.",
            "Ông Tổng thống Zakayev phát biểu. Ông Zakayev về nước.",
            "Sàn UPC niêm yết. Ngân hàng (BIDV) cho vay.",
        ],
    )


def own_names(library: Library) -> Names:
    return Names(LexicalIndex.open(library).frequency, abbreviations=Abbreviations.open(library))


def test_the_librarys_abbreviations_are_used_both_ways(library: Library) -> None:
    names = own_names(library)
    assert found(names, "VETC mở mấy trạm?") == {"VETC": {"Công ty TNHH Thu phí tự động": 0.6}}
    assert found(names, "vetc mở mấy trạm?") == {"vetc": {"Công ty TNHH Thu phí tự động": 0.6}}
    assert found(names, "công ty TNHH thu phí tự động mở mấy trạm?") == {"công ty TNHH thu phí tự động": {"VETC": 0.6}}


def test_an_abbreviation_that_is_a_word_needs_its_capitals(tmp_path: Path) -> None:
    library = small_library(tmp_path, ["Cơ sở Hỗ trợ Ong (CON) ở Huế. CON nuôi ong."])
    assert found(own_names(library), "con ở đâu") == {}
    assert "Cơ sở Hỗ trợ Ong" not in found(own_names(library), "Con ở đâu").get("Con", {})


def test_a_name_the_library_spells_otherwise_is_found_by_its_sound(library: Library) -> None:
    names = own_names(library)
    assert found(names, "Ông Zakaev nói gì?") == {"Zakaev": {"Zakayev": 0.9}}
    assert found(names, "ông zakaev nói gì") == {"zakaev": {"Zakayev": 0.9}}
    assert found(names, "Ông Da-ka-ép nói gì?") == {"Da ka ép": {"Zakayev": 0.9}}
    assert found(names, "Ông Zakayev nói gì?") == {}
    assert found(names, "Ông Zakarov nói gì?") == {}


def test_a_spelling_is_only_changed_for_a_far_commoner_one(tmp_path: Path) -> None:
    often = [an_article(f"{at}.txt", f"Tin {at}: ông Zakayev nói.") for at in range(20)]
    once = an_article("một.txt", "Ông Zakaev đến.")
    names = own_names(small_library(tmp_path, [*often, once]))
    assert found(names, "Ông Zakaev nói gì?") == {"Zakaev": {"Zakayev": 0.9}}
    names = own_names(small_library(tmp_path / "other", [*often[:19], once]))
    assert found(names, "Ông Zakaev nói gì?") == {}


def test_an_expansion_that_speaks_of_something_else_is_left_out(tmp_path: Path) -> None:
    library = small_library(
        tmp_path, ["Cục Kiểm tra thực phẩm miền Nam (BIDV) họp.", "Cục Kiểm tra thực phẩm miền Nam."]
    )
    assert "Cục Kiểm tra thực phẩm miền Nam" not in found(own_names(library), "BIDV ở đâu?").get("BIDV", {})


def test_a_question_is_worded_as_the_library_is() -> None:
    held: Mapping[str, int] = Counter(
        {"kiev": 40, "ky_ép": 1, "hoa_kỳ": 5, "mỹ": 30, "moskva": 3, "gandhi": 2, "who": 9}
    )
    names = Names(lambda term: held[term])
    text, groups = names.worded("Hoa Kỳ nói gì về Ki-ép, và Mạc Tư Khoa thì sao?")
    assert text == "Hoa Kỳ nói gì về Kiev, và Moskva thì sao?"  # "Mỹ" is not far commoner
    words = syllables(text)
    assert {" ".join(words[group.start : group.end]): group.wordings[0].text for group in groups} == {
        "hoa kỳ": "Mỹ",
        "kiev": "Ki-ép",
    }
    assert names.worded("Ki-ép") == ("Kiev", names.alternatives("Kiev"))
    assert names.worded("Găng-đi là ai?")[0] == "Gandhi là ai?"  # of half weight, but the only one held
    assert names.worded("không có tên nào") == ("không có tên nào", ())


def test_a_name_spelt_out_is_not_abbreviated_but_an_abbreviation_may_be_changed() -> None:
    names = Names(lambda term: {"who": 900, "nato": 900}.get(term, 0))
    question = "Tổ chức Y tế Thế giới nói gì?"
    assert names.worded(question) == (question, names.alternatives(question))
    assert names.worded("OTAN họp ở đâu?")[0] == "NATO họp ở đâu?"


# ---- a user's own file ----------------------------------------------------------------------------------------------


def write(path: Path, text: str, *, at: int = 0) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at, at))
    return path


def test_a_users_rows_are_recognised_and_join_the_shipped_ones(tmp_path: Path) -> None:
    own = write(tmp_path / FILE_NAME, "# của tôi\ncompany\tBáo Mới | Báo M\nperson\tZelensky | Dê Len Ki\n")
    names = Names(everything, own=own)
    assert found(names, "Ai viết cho Báo Mới?") == {"Báo Mới": {"Báo M": 1.0}}
    assert "Dê Len Ki" in found(names, "Zelenskyy nói gì?")["Zelenskyy"]
    assert "Zelenskyy" in found(names, "Ông Dê Len Ki nói gì?")["Dê Len Ki"]


def test_a_users_guard_switches_a_name_off(tmp_path: Path) -> None:
    own = write(tmp_path / FILE_NAME, "guard\tSài Gòn\n")
    assert found(Names(everything, own=own), "Sài Gòn mưa to") == {}


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    own = tmp_path / FILE_NAME
    names = Names(everything, own=own)
    assert found(names, "Xứ Lạ ở đâu?") == {}
    write(own, "other\tXứ Lạ | Đất Lạ\n", at=1_000_000_000)
    assert found(names, "Xứ Lạ ở đâu?") == {"Xứ Lạ": {"Đất Lạ": 1.0}}
    write(own, "other\tXứ Lạ | Đất Lạ\nother Xứ Quen\n", at=2_000_000_000)
    assert found(names, "Xứ Lạ ở đâu?") == {"Xứ Lạ": {"Đất Lạ": 1.0}}
    assert names.notes == ("Bảng tên riêng names.tsv có lỗi ở dòng 2: vẫn dùng bảng đọc được trước đó.",)
    write(own, "other\tXứ Lạ | Vùng Lạ\n", at=3_000_000_000)
    assert found(names, "Xứ Lạ ở đâu?") == {"Xứ Lạ": {"Vùng Lạ": 1.0}}
    assert names.notes == ()
    own.unlink()
    assert found(names, "Xứ Lạ ở đâu?") == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("country Mỹ | Hoa Kỳ", "no tab"),
        ("planet\tSao Hoả | Hoả Tinh", "no such kind"),
        ("country\tMỹ", "two spellings"),
        ("country\tMỹ |  | Hoa Kỳ", "empty spelling"),
        ("country\tMỹ | Mỹ", "twice"),
        ("country\tMỹ | Hoa Kỳ !~", "not separated by spaces"),
        ("country\tMỹ | Hoa Kỳ > <", "neither recognised nor offered"),
        ("country\tMỹ | " + "dài " * 20, "longer than 16"),
        ("seat\tMỹ | Washington ~", "mark it cannot have"),
        ("seat\tMỹ > | Washington", "mark it cannot have"),
        ("seat\tMỹ | Xứ Lạ", "no other row has the spelling 'Xứ Lạ'"),
        ("seat\tXứ Lạ | Washington", "no other row has the spelling 'Xứ Lạ'"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(tmp_path: Path, line: str, words: str) -> None:
    own = write(tmp_path / FILE_NAME, f"# tên\n\n{line}\n")
    with pytest.raises(SettingsError, match=words) as caught:
        Names(everything, own=own)
    assert caught.value.where == f"{own}, line 3"
    assert caught.value.remedy


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    own = tmp_path / FILE_NAME
    own.write_bytes(b"other\tA B | C D\nother\t\xff\xfe | x\n")
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        Names(everything, own=own)
    assert caught.value.where == f"{own}, line 2"
    own.write_bytes(b"#" * 4_000_001)
    with pytest.raises(SettingsError, match="larger than 4 MB"):
        Names(everything, own=own)


def test_where_a_users_file_is(tmp_path: Path) -> None:
    assert own_file(tmp_path, None) == tmp_path / "names.tsv"
    elsewhere = write(tmp_path / "khác.tsv", "")
    assert own_file(tmp_path / "library", elsewhere) == elsewhere
    with pytest.raises(SettingsError, match="no such table"):
        own_file(tmp_path, tmp_path / "không có.tsv")


def test_a_users_file_in_the_library_folder_is_no_article(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        assert str((library.folder / FILE_NAME).resolve()) in library.own_paths()


def test_marks_and_remarks_are_read() -> None:
    lines = ["\ufeff# remark", "", "other\tAnh Cả ! ~ | Cả ? = | Lớn >\r"]
    (row,) = read_rows(lines, "bảng")
    assert row.where == "bảng, line 3"
    assert [(spelling.text, set(spelling.marks)) for spelling in row.spellings] == [
        ("Anh Cả", set("!~")),
        ("Cả", set("?=")),
        ("Lớn", {">"}),
    ]
    assert [spelling.weight for spelling in row.spellings] == [0.5, 1.0, 1.0]
    assert [spelling.trust for spelling in row.spellings] == [1.0, 0.5, 1.0]
