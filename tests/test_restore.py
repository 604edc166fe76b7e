"""Restoring diacritics and mending mistakes, with the general counts that ship with the program."""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence

import pytest

from rag.restore import MOST_WORDS, Restorer, language
from rag.vietnamese import fold, nfc, terms


def outcome(restorer: Restorer, text: str) -> tuple[str, bool, bool]:
    """The text understood, whether diacritics were restored, and whether mistakes were mended."""
    restored = restorer.restore(text)
    return restored.text, restored.accents, restored.typos


UNACCENTED = {
    "thu tuong Nhat Ban tham Viet Nam ngay nao": "thủ tướng Nhật Bản thăm Việt Nam ngày nào",
    "Tong thong Nga gap ai o Minsk?": "Tổng thống Nga gặp ai ở Minsk?",
    "gia vang hom nay": "giá vàng hôm nay",
    "bao nhieu nguoi chet vi lu": "bao nhiêu người chết vì lũ",
    "vi sao gia xang tang": "vì sao giá xăng tăng",
    "can bo nao bi bat": "cán bộ nào bị bắt",
    "to chuc nao cong bo": "tổ chức nào công bố",
    "nha vo dich World Cup 2022": "nhà vô địch World Cup 2022",
    "Co bao nhieu nam nu tham gia?": "Có bao nhiêu nam nữ tham gia?",
    "Nam 2019 co gi moi?": "Năm 2019 có gì mới?",
    "ai la vua": "ai là vua",
    "Viet-Nam va Han Quoc hop tac gi?": "Việt-Nam và Hàn Quốc hợp tác gì?",
}


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer()


class SmallLibrary:
    """The two sources of a restorer over a few passages; counts how often the passages were asked for."""

    def __init__(self, *passages: str) -> None:
        self.held = passages
        self.counts = Counter(term for passage in passages for term in set(terms(passage)))
        self.asked = 0

    def frequency(self, term: str) -> int:
        return self.counts[term]

    def passages(self, text: str) -> Sequence[str]:
        self.asked += 1
        wanted = set(fold(text).split())
        return sorted(self.held, key=lambda passage: -len(wanted & set(fold(passage).split())))


@pytest.mark.parametrize(("typed", "meant"), UNACCENTED.items())
def test_diacritics_are_restored_from_context(restorer: Restorer, typed: str, meant: str) -> None:
    assert outcome(restorer, typed) == (meant, True, False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("may nuoc tham gia?", "mấy nước tham gia?"),
        # Another word asks, or there is a thing of that name.
        ("thang may o dau", "thang máy ở đâu"),
        ("may bay cua Nga roi o dau", "máy bay của Nga rơi ở đâu"),
        ("may bay cua Nga", "máy bay của Nga"),
    ],
)
def test_bare_words_are_rather_read_as_a_question(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed).text == meant


def test_case_punctuation_and_spacing_stay_as_typed(restorer: Restorer) -> None:
    assert restorer.restore("  TONG THONG Nga,  (ong Putin) noi gi ?! ").text == (
        "  TỔNG THỐNG Nga,  (ông Putin) nói gì ?! "
    )
    assert restorer.restore("THU TUONG NHAT BAN LA AI").text == "THỦ TƯỚNG NHẬT BẢN LÀ AI"
    decomposed = unicodedata.normalize("NFD", "Ai là tổng thống Mỹ?")
    assert outcome(restorer, decomposed) == ("Ai là tổng thống Mỹ?", False, False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tổng thong Nga gap ai ngày nao", "tổng thống Nga gặp ai ngày nào"),
        ("Ai là tổng thong Mỹ?", "Ai là tổng thống Mỹ?"),
        ("Nguyễn Phú Trọng gap chu tich nuoc nao", "Nguyễn Phú Trọng gặp chủ tịch nước nào"),
        ("gia vàng hom nay bao nhiêu", "giá vàng hôm nay bao nhiêu"),
    ],
)
def test_half_accented_questions_keep_what_was_typed(restorer: Restorer, typed: str, meant: str) -> None:
    assert outcome(restorer, typed) == (meant, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Ai là vua của Anh?",
        "Ba người con trai của bà Lan làm nghề gì?",
        "Công ty nào bán hai căn nhà cho ông Nam?",
        "Đội tuyển Nga thua ai trong trận chung kết?",
        "Năm nay ai đi thăm cha?",
        "Vì sao tàu hoả chậm hai giờ?",
        "Tổng thống Nga thăm Minsk ngày nào?",
        "Hòa bình, thủy lợi, quí khách, kĩ thuật",
        "Quán phở của chị Hoa mở cửa lúc mấy giờ?",
        "Mấy nước tặng vắc xin, tháng mấy?",
        "Vì sao ông từ chức, ai bổ nhiệm người thay?",
        "Đầu mối chuyên giao ma tuý là ai?",
        "Mỗi lứa đẻ được bao nhiêu con?",
        # Foreign names that look like keys of Telex, like joined syllables, or are spelled as Vietnamese ones.
        "Paul Baran và Robert Barro nói gì?",
        "Ông Talon thắng cử với bao nhiêu phiếu?",
        "Ông Ca-nen gặp ai ở Can-be-ra?",
    ],
)
def test_a_question_typed_with_diacritics_is_left_alone(restorer: Restorer, text: str) -> None:
    assert outcome(restorer, text) == (text, False, False)


@pytest.mark.parametrize(
    "name", ["Minsk", "Putin", "Joe Biden", "NATO", "Kim Jong Un", "Park Hang Seo", "Twitter", "EU"]
)
def test_foreign_names_are_left_alone(restorer: Restorer, name: str) -> None:
    assert restorer.restore(f"Bao chi noi gi ve {name}").text == f"Báo chí nói gì về {name}"
    assert restorer.restore(name).text == name


ENGLISH = """Who is the president of Russia?
When did the war in Ukraine start?
can you say who won the match
How many people died in the flood in Vietnam?
What did Joe Biden say to Putin in Geneva?
is it true that the bank of Japan cut rates
tell me more about the new law on land
Where is Hanoi?
who met Kim Jong Un in Hanoi
why did the price of gold go up
Is Nguyen Phu Trong ill?
When did Nguyễn Phú Trọng visit Beijing?
Did Vietnam win the gold medal in the men's football?
covid cases today in Ho Chi Minh City
to be or not to be
Has the UN sent aid to Gaza?
When will the Thu Thiem tunnel open?
the man who ran to the bank
How long has it been?
Why not
no one can say
Which team did Park Hang Seo coach?
Who said that?
What is the name of the king?"""
FRENCH = """Qui est le président de la Russie ?
Quand la guerre en Ukraine a-t-elle commencé ?
Où est né Emmanuel Macron ?
combien de morts dans le tremblement de terre
Que dit le ministre de la santé sur le vaccin ?
pourquoi le prix du gaz monte
Le Vietnam a-t-il gagné la médaille d'or ?
Qui a tué le roi ?
a quelle heure part le train de Hanoi
Est-ce que la France va mieux ?
ou est la mer
il a dit que non
Quel âge a-t-il ?
on va au cinema ce soir
Où se trouve la baie d'Along ?"""
SPANISH = """¿Quién es el presidente de Rusia?
cuando comenzo la guerra en Ucrania
¿Cuántas personas murieron en la inundación?
donde esta la casa de la moneda
que dijo el ministro de salud
¿Por qué sube el precio del oro?
el hombre que fue a la luna
no hay mal que por bien no venga
quien gano la copa del mundo
¿Dónde está Hanói?
como se llama el rey de España
hay que ir a ver a la tia"""
INDONESIAN = """Siapa presiden Rusia sekarang?
Kapan perang di Ukraina dimulai?
berapa orang yang meninggal dalam banjir
di mana ibu kota Indonesia
apa kata menteri kesehatan tentang vaksin
mengapa harga emas naik
saya mau pergi ke pasar
dia tidak tahu apa itu
Apakah Vietnam menang melawan Indonesia?
kapan hari raya tahun ini
siapa nama ibu dia
anak itu makan nasi di rumah"""
PINYIN = """ni hao ma
bei jing shi zhong guo de shou du
ta shi shui
ni jiao shen me ming zi
wo men qu na li chi fan
mei guo zong tong shi shui
zhe ge duo shao qian
xi jin ping fang wen yue nan
Shei shi Eluosi zongtong?
wo bu zhi dao
jin tian tian qi hen hao
he nei zai na li"""
OTHERS = """Wer ist der Präsident von Russland?
Wie viele Menschen starben bei der Flut?
Chi è il presidente della Russia?
dove si trova la torre
quem é o presidente da russia
kto jest prezydentem rosji
sino ang pangulo ng pilipinas
nani no hanashi desu ka
Кто президент России?
谁是俄罗斯总统？
ロシアの大統領は誰ですか"""


@pytest.mark.parametrize("text", "\n".join((ENGLISH, FRENCH, SPANISH, INDONESIAN, PINYIN, OTHERS)).splitlines())
def test_other_languages_are_left_alone(restorer: Restorer, text: str) -> None:
    assert language(text) == "other"
    assert outcome(restorer, text) == (nfc(text), False, False)


@pytest.mark.parametrize(
    "text", [*UNACCENTED, *UNACCENTED.values(), "Putin la ai", "Elon Musk mua Twitter gia bao nhieu"]
)
def test_vietnamese_is_known_with_and_without_diacritics(text: str) -> None:
    assert language(text) == "vi"


def test_the_library_decides_between_forms() -> None:
    plain = Restorer().restore("ong Hoang Van Hien lam gi o xa Tuong Son").text
    library = SmallLibrary(
        *["Ông Hoàng Văn Hiển ở xã Tượng Sơn đã khai báo. Hoàng Văn Hiển là chủ tịch xã Tượng Sơn."] * 30
    )
    known = Restorer(library.frequency).restore("ong Hoang Van Hien lam gi o xa Tuong Son").text
    assert "Văn Hiến" in plain
    assert "Văn Hiển" in known


def test_half_of_a_known_foreign_name_is_not_accented() -> None:
    library = SmallLibrary("Ben Wallace mời Sergei Shoigu sang London.")
    restorer = Restorer(library.frequency, library.passages)
    assert restorer.restore("Ben Wallace moi ai sang London?").text == "Ben Wallace mời ai sang London?"
    assert restorer.restore("Tong Thong Wallace gap ai?").text == "Tổng Thống Wallace gặp ai?"


def test_passages_teach_forms_that_nothing_else_knows_of() -> None:
    library = SmallLibrary("Làng Khuẫng có lễ hội. Người làng Khuẫng ăn mừng.", "Giá vàng tăng.")
    assert "Khuẫng" not in Restorer(library.frequency).restore("lang Khuang co le hoi gi").text
    found = Restorer(library.frequency, library.passages).restore("lang Khuang co le hoi gi")
    assert found.text == "làng Khuẫng có lễ hội gì"


def test_passages_are_asked_for_once_and_only_when_something_changes() -> None:
    library = SmallLibrary("Tổng thống Nga thăm Minsk.")
    restorer = Restorer(library.frequency, library.passages)
    restorer.restore("Tổng thống Nga thăm Minsk ngày nào?")
    restorer.restore("Who is the president of Russia?")
    assert library.asked == 0
    assert restorer.restore("tong thong Nga tham Minsk ngay nao").text == "tổng thống Nga thăm Minsk ngày nào"
    assert library.asked == 1
    assert restorer.restore("tổng thong Nga thăm Minsk ngày nao").accents
    assert library.asked == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Tổng thốngg Nga là ai", "Tổng thống Nga là ai"),
        ("thủ tướgn Đức gặp ai", "thủ tướng Đức gặp ai"),
        ("Cả nướcc có bao nhiêu ca mắc?", "Cả nước có bao nhiêu ca mắc?"),
        ("Vì sao giá xăn tằng?", "Vì sao giá xăng tăng?"),
        ("Tổng thống Ukrine là ai", "Tổng thống Ukraine là ai"),
        ("Zelenksy gặp ai", "Zelensky gặp ai"),
        ("Hànội có gì mới?", "Hà Nội có gì mới?"),
        ("thủtướng Đức là ai?", "thủ tướng Đức là ai?"),
        ("Toongr thoongs Nga thawm nuwowcs naof", "Tổng thống Nga thăm nước nào"),
        ("chieesn tranh Ukraine bắt đầu khi naof", "chiến tranh Ukraine bắt đầu khi nào"),
        ("Thủ tướng Dduwcs ở Danang", "Thủ tướng Đức ở Đà Nẵng"),
        ("To63ng tho61ng Nga o73 Ha2 No65i", "Tổng thống Nga ở Hà Nội"),
    ],
)
def test_mistakes_are_mended(restorer: Restorer, typed: str, meant: str) -> None:
    assert outcome(restorer, typed) == (meant, False, True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguời dân Hà Nội đi đâu?", "Người dân Hà Nội đi đâu?"),
        ("Sự khởi đầu đuợc đánh dấu bằng gì?", "Sự khởi đầu được đánh dấu bằng gì?"),
        ("Bộ trưởng dược bổ nhiệm khi nào?", "Bộ trưởng được bổ nhiệm khi nào?"),
        ("Ai dánh bại Trump?", "Ai đánh bại Trump?"),
        ("Đại hoc Paris có từ bao giờ?", "Đại học Paris có từ bao giờ?"),
    ],
)
def test_a_diacritic_left_out_is_restored(restorer: Restorer, typed: str, meant: str) -> None:
    assert outcome(restorer, typed) == (meant, True, False)


def test_mistakes_in_unaccented_questions(restorer: Restorer) -> None:
    assert outcome(restorer, "tong thonh Nga la ai") == ("tổng thống Nga là ai", True, True)
    assert restorer.restore("chieesn tranh Ukraine bat dau khi nao").text == "chiến tranh Ukraine bắt đầu khi nào"
    assert restorer.restore("Hanoi co gi moi").text == "Hà Nội có gì mới"


def test_names_are_mended_to_those_of_the_library() -> None:
    library = SmallLibrary(*["Bà Tikhanovskaya sang Litva.", "Tikhanovskaya gặp ai?"] * 3)
    assert Restorer(library.frequency).restore("Tikhanovskya gặp ai").text == "Tikhanovskaya gặp ai"
    # Known in general, but not here: nothing would be found by it.
    assert Restorer(library.frequency).restore("Zelenksy gặp ai").text == "Zelenksy gặp ai"
    # The library knows the word as typed.
    assert Restorer(SmallLibrary("Ukrine").frequency).restore("Ukrine là ai").text == "Ukrine là ai"


@pytest.mark.parametrize(
    "text", ["U23 Việt Nam đá với ai?", "CO2 và SO2 là gì?", "Vitamin B12 có ở đâu?", "Vietnam Airlines lỗ bao nhiêu?"]
)
def test_what_only_looks_like_a_mistake_stays(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text).text == text


@pytest.mark.parametrize(
    ("typed", "cased"),
    [
        ("joe biden noi gi ve nato", "Joe Biden nói gì về NATO"),
        ("giá vàng ở hà nội hôm nay?", "Giá vàng ở Hà Nội hôm nay?"),
        ("co bao nhieu nam sinh o viet nam. vi sao?", "Có bao nhiêu nam sinh ở Việt Nam. Vì sao?"),
        ("Giá vàng ở hà nội", "Giá vàng ở hà nội"),
        ("who met joe biden", "who met joe biden"),
    ],
)
def test_a_question_without_capitals_gets_those_of_names(restorer: Restorer, typed: str, cased: str) -> None:
    restored = restorer.restore(typed)
    assert restored.cased == cased
    assert restored.text.lower() == cased.lower()
    assert not restored.text[1:].isupper()


def test_capitals_are_those_of_the_passages() -> None:
    library = SmallLibrary(*["Theo anh Hời, vợ chồng Hời ở xã Sao Bọng.", "Một vụ hời."] * 2)
    typed = "vợ chồng hời ở xã sao bọng là ai"
    assert Restorer(typos=False).restore(typed).cased.endswith("xã sao bọng là ai")
    found = Restorer(library.frequency, library.passages).restore(typed)
    assert found.cased == "Vợ chồng Hời ở xã Sao Bọng là ai"
    assert found.text == typed
    assert library.asked == 1


def test_each_half_can_be_switched_off() -> None:
    accents_only, typos_only, neither = (
        Restorer(accents=a, typos=t) for a, t in ((True, False), (False, True), (False, False))
    )
    assert accents_only.restore("tong thong Nga la ai").text == "tổng thống Nga là ai"
    assert accents_only.restore("Tổng thốngg Nga là ai").text == "Tổng thốngg Nga là ai"
    assert typos_only.restore("tong thong Nga la ai").text == "tong thong Nga la ai"
    assert typos_only.restore("Tổng thốngg Nga là ai").text == "Tổng thống Nga là ai"
    assert neither.restore("tong thongg Nga la ai").text == "tong thongg Nga la ai"


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "2022", "a", "\u0301", "👍🏽", "ﷺ", "x" * 5000, "đ" * 300, "_ _", "1a2b3c4d"]
)
def test_odd_texts_are_returned(restorer: Restorer, text: str) -> None:
    assert outcome(restorer, text) == (nfc(text), False, False)


def test_a_long_text_is_returned_as_it_is(restorer: Restorer) -> None:
    assert restorer.restore(" ".join(["gia vang"] * (MOST_WORDS // 2))).accents
    long = " ".join(["gia vang"] * MOST_WORDS)
    assert restorer.restore(long).text == long


def test_threads_get_the_same_answers(restorer: Restorer) -> None:
    results: list[list[str]] = []

    def work() -> None:
        results.append([restorer.restore(text).text for text in UNACCENTED])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [list(UNACCENTED.values())] * 4
