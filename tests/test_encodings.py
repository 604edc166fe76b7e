from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import LoadError
from rag.loading.encodings import decode_bytes, normalise, to_unicode
from rag.loading.legacy_fonts import convert, detect_legacy_font, from_tcvn3, from_vni, is_syllable
from tests.vietnamese_forms import FORMS, LETTERS, TO_TCVN3, TO_VNI, cp1258, tcvn3_text, vni_text

# Names that begin with a toned capital are left out here: TCVN3 has none, see the tests of capitals below.
ARTICLE = """Bão số 5 đổ bộ vào Đà Nẵng
Sáng 12/9, cơn bão mạnh cấp 11 đã tràn vào đất liền, làm tốc mái hơn 1.200 căn nhà ở ven biển miền Trung.
Ông Nguyễn Văn Hữu, chủ tịch xã, nói: “Chúng tôi đã sơ tán được 350 hộ dân trước nửa đêm”.
Ưu tiên trước mắt là khôi phục điện, nước và thông các tuyến đường bị cây đổ chắn ngang."""


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_one_text_give_the_same_text(form: str) -> None:
    assert decode_bytes(FORMS[form](ARTICLE), where="a.txt").text == ARTICLE


def test_the_result_is_nfc_and_names_the_encoding() -> None:
    decoded = decode_bytes(FORMS["utf-16-be"](ARTICLE), where="a.txt")
    assert decoded.encoding == "utf-16-be"
    assert unicodedata.is_normalized("NFC", decoded.text)
    assert decode_bytes(FORMS["vni"](ARTICLE), where="a.txt").encoding == "vni"


def test_every_accented_letter_of_both_cases_is_in_the_tables() -> None:
    letters = LETTERS + LETTERS.upper()
    assert len(set(letters)) == 134
    assert [from_vni(TO_VNI[letter]) for letter in letters] == list(letters)
    assert [from_tcvn3("x" + TO_TCVN3[letter]) for letter in LETTERS] == ["x" + letter for letter in LETTERS]
    assert [from_tcvn3("x" + TO_TCVN3[letter]) for letter in "ĂÂÊÔƠƯĐ"] == ["x" + letter for letter in "ĂÂÊÔƠƯĐ"]
    assert [normalise(cp1258(letter).decode("cp1258")) for letter in letters] == list(letters)


def test_known_lines_of_the_legacy_fonts() -> None:
    assert from_tcvn3("Céng hßa x· héi") == "Cộng hòa xã hội"
    assert from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam") == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert from_vni("ÑOÄC LAÄP - TÖÏ DO - HAÏNH PHUÙC") == "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"


def test_capitals_that_tcvn3_lacks_come_back_where_the_text_shows_them() -> None:
    assert from_tcvn3(tcvn3_text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")) == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert from_tcvn3(tcvn3_text("Ở Hà Nội trời mưa. Ở Huế thì không.")) == "Ở Hà Nội trời mưa. Ở Huế thì không."
    assert (
        from_tcvn3(tcvn3_text("Thủ tướng Ấn Độ thăm châu Á, rồi đến Úc")) == "Thủ tướng Ấn Độ thăm châu Á, rồi đến Úc"
    )
    assert from_tcvn3(tcvn3_text("chị Nguyễn Ngọc Ánh nhìn ánh đèn")) == "chị Nguyễn Ngọc Ánh nhìn ánh đèn"
    assert from_tcvn3("Aµ, nh¸ vµ ¢Êm") == "À, nhá và Ấm"
    # One capital at the beginning of a name says nothing of the letter after it.
    assert from_tcvn3(tcvn3_text("Hà Nội và Đà Nẵng")) == "Hà Nội và Đà Nẵng"


def test_signs_that_are_no_letters_stay() -> None:
    assert from_tcvn3("© 2005 B¸o") == "© 2005 Báo"
    assert from_tcvn3("plain") == "plain"
    assert from_tcvn3("diÖn tÝch 30 km²") == "diện tích 30 km²"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_legacy_text_with_typographic_quotation_marks(encoding: str) -> None:
    quotes = "“{}”" if encoding == "cp1252" else '"{}"'
    text = quotes.format("Chúng tôi không thể chờ thêm được nữa") + ", bà Lê Thị Hồng nói với phóng viên."
    assert decode_bytes(tcvn3_text(text).encode(encoding), where="a").text == text


def test_the_full_tcvn_set_with_toned_capitals() -> None:
    text = "HÀ NỘI: Ở đây, Ủy ban và Ấn Độ đã ký kết. Ý kiến của Úc, Áo được ghi nhận"
    capitals = {"À": 0x80, "Ộ": 0x97, "Ở": 0x99, "Ủ": 0x9E, "Ấ": 0xC4, "Ý": 0x16, "Ú": 0x01, "Á": 0x83}
    data = bytes(capitals.get(c) or ord(TO_TCVN3.get(c, c)) for c in text)
    decoded = decode_bytes(data, where="a")
    assert (decoded.text, decoded.encoding) == (text, "tcvn-vn1")


UNTOUCHED = [
    "Les élèves français étudient à l’école près de la forêt, où il a plu hier; ça s’arrête bientôt. Déjà vu, garçon!",
    "Für die Größe der Brücke über die Straße gibt es keine Lösung; die Bürger hören schöne Märchen.",
    "El niño comió piñas en la montaña; ¿cuándo volverá su mamá? Mañana, señor.",
    "Perché la città è così bella? È già finita la libertà, però più di così non si può.",
    "Não há ninguém à porta; amanhã às três vêm os irmãos. Coração, ações e lições.",
    "På lørdag går vi over åen, når høsten er forbi. Ærlig talt, øl og smørrebrød.",
    "Tôi không có bà nào là cô giáo, và cá thì có lúa.",  # Vietnamese with letters of Latin-1 only
    "Nhiệt độ 37°C, diện tích 30 m², giá ½ — “Cháy” © Báo §5",
    "Plain English text only, no marks at all.",
    "Москва и Киев ведут переговоры.",
    "Anh ấy nói «không» rồi đi",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_proper_unicode_of_any_language_is_never_converted(text: str) -> None:
    assert detect_legacy_font(text) is None
    assert decode_bytes(text.encode(), where="a").text == text


@pytest.mark.parametrize("text", [*UNTOUCHED[:2], "He said “fine” – and left the café."])
def test_western_8_bit_text_is_read_as_windows_1252(text: str) -> None:
    assert decode_bytes(text.encode("cp1252"), where="a").text == text


def test_a_short_title_follows_the_font_of_its_body() -> None:
    assert detect_legacy_font("Céng hßa") is None
    assert convert("Céng hßa", detect_legacy_font("Céng hßa", expected="tcvn3")) == "Cộng hòa"
    assert detect_legacy_font("Tổng thống", expected="tcvn3") is None
    assert detect_legacy_font("ASCII", expected="tcvn3") is None
    assert detect_legacy_font("là và", expected="vni") is None


def test_control_and_invisible_characters_go() -> None:
    raw = "\ufeffMột\u200b ha\x00i\u202e\u00ad\r\nba\u00a0bốn\rnăm\u2028sáu\ud800\x07\U000e0041"
    assert normalise(raw) == "Một hai\nba bốn\nnăm\nsáu\ufffd"
    assert normalise("e\u200b\u0302\u0301") == "ế"


def test_mixed_text_stays_as_it_is() -> None:
    mixed = ARTICLE + "\n" + tcvn3_text("một dòng cũ rất ngắn")
    assert to_unicode(mixed) == normalise(mixed)


REFUSED = {
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4,
    "noise without NUL": bytes(range(1, 256)) * 20,
    "NUL in a text": "Một hai ba\x00 bốn năm".encode(),
    "NUL after a mark": "\ufeffMột\x00hai".encode(),
    "text with one broken letter": ARTICLE.encode().replace(b"\xba", b"\x20", 1),
    "cut off in a letter": ARTICLE.encode()[: ARTICLE.encode().index("ề".encode()) + 2],
    "UTF-16 of odd length": ARTICLE.encode("utf-16") + b"a",
    "UTF-16 without mark of odd length": ARTICLE.encode("utf-16-le") + b"a",
    "Russian in koi8": "Москва и Киев ведут переговоры об обмене".encode("koi8-r"),
    "C1 controls": b"abc def ghi \x81\x8d\x8f",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_is_refused(name: str) -> None:
    with pytest.raises(LoadError) as caught:
        decode_bytes(REFUSED[name], where="a.txt")
    assert caught.value.where == "a.txt"
    assert caught.value.what
    assert caught.value.remedy


def test_a_letter_cut_by_the_sample_does_not_count_against_utf_8() -> None:
    text = "ấ" * 200_000  # 600,000 bytes, and the sample of 400,000 ends within a letter
    assert decode_bytes(text.encode(), where="a").text == text


def test_empty_bytes_are_an_empty_text() -> None:
    assert decode_bytes(b"", where="a").text == ""


@pytest.mark.parametrize(
    ("word", "valid"),
    [
        ("nghiêng", True),
        ("Quyết", True),
        ("giường", True),
        ("gì", True),
        ("khuya", True),
        ("yêu", True),
        ("đ", False),
        ("ở", True),
        ("Việt", True),
        ("cac", True),
        ("các", True),
        ("càc", False),
        ("sàch", False),
        ("ngiêng", False),
        ("kà", False),
        ("ká", False),
        ("cê", False),
        ("bób", False),
        ("tiểú", False),
        ("", False),
        ("nghiêngggg", False),
        ("iêu", False),
    ],
)
def test_syllables(word: str, valid: bool) -> None:
    assert is_syllable(word) is valid


_ONSET_LIST = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = "a an ang anh ao ay ăn ăng âm ân âu ây e em en eo ê ên êu i iên iêu in inh o oa oan oi ong ô ôi ôn ông ơ ơi ơn"
_MORE = "u ua ui un ung uôi uôn uông ư ưa ưng ươi ươn ương y uyên uynh uy uê oai oang"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]


def _syllable(onset: str, rime: str, tone: str) -> str:
    """Onset and rime with the tone on the vowel that carries a mark, else on the first of two."""
    vowels = [i for i, letter in enumerate(rime) if letter in "aăâeêioôơuưy"]
    marked = [i for i in vowels if rime[i] in "ăâêôơư"]
    at = marked[-1] if marked else vowels[min(len(vowels) - 1, 1) if len(rime) > len(vowels) else 0]
    return unicodedata.normalize("NFC", onset + rime[: at + 1] + tone + rime[at + 1 :])


syllables = st.builds(
    _syllable,
    st.sampled_from(["", *_ONSET_LIST.split()]),
    st.sampled_from((_RIMES + " " + _MORE).split()),
    st.sampled_from(_TONES),
).filter(is_syllable)


@given(st.lists(syllables, min_size=12, max_size=40), st.sampled_from(sorted(FORMS)))
@settings(max_examples=300)
def test_reading_undoes_writing(words: list[str], form: str) -> None:
    text = "Bản tin được gửi về từ miền Bắc: " + " ".join(words) + "."
    assert decode_bytes(FORMS[form](text), where="a").text == text


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_arbitrary_bytes_give_a_text_or_a_load_error(data: bytes) -> None:
    try:
        text = decode_bytes(data, where="a").text
    except LoadError:
        return
    assert "\x00" not in text
    assert "\r" not in text
    assert normalise(text) == text
    text.encode("utf-8")


@given(st.text())
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    expected = normalise(text)
    if "\x00" in text or text.startswith("\ufeff") or detect_legacy_font(unicodedata.normalize("NFC", text)):
        return
    assert decode_bytes(text.encode(), where="a").text == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_vni_and_tcvn3_texts_inside_proper_unicode_files() -> None:
    for write in (tcvn3_text, vni_text):
        assert to_unicode(write(ARTICLE)) == ARTICLE


def test_spaces_left_behind_by_crawlers_become_plain() -> None:
    assert normalise("Hà&nbspNội,&nbsp;Huế\u00a0&amp; Vinh") == "Hà Nội, Huế &amp; Vinh"
