"""Questions in other languages: which language they are in, and what their words are in Vietnamese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.foreign import Language, Translation, Translator, language_of
from rag.lexical import LexicalIndex
from rag.translating import calendar
from rag.translating.cyrillic import romanised
from rag.translating.forms import english_forms, french_forms
from rag.translating.lexicon import lexicon, sino_vietnamese
from rag.vietnamese import fold, syllables
from tests.helpers import small_library

Frequency = Callable[[str], int] | None
LANGUAGES: tuple[Language, ...] = ("en", "fr", "ru", "zh")


def nothing(term: str) -> int:
    """A library that holds no term."""
    return 0


def only(*held: str) -> Callable[[str], int]:
    """A library that holds these terms."""
    return lambda term: int(term in held)


def translated(question: str, frequency: Frequency = None, language: Language | None = None) -> Translation:
    found = Translator(frequency).translate(question, language)
    assert found is not None
    return found


def in_words(question: str, frequency: Frequency = None, language: Language | None = None) -> str:
    return translated(question, frequency, language).text


def other_wordings(
    question: str, frequency: Frequency = None, language: Language | None = None
) -> dict[str, list[str]]:
    """By what stands in the text, the other wordings of it."""
    found = translated(question, frequency, language)
    words = syllables(found.text)
    return {
        " ".join(words[group.start : group.end]): [wording.text for wording in group.wordings]
        for group in found.alternatives
    }


# ---- language -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Tổng thống Nga thăm Minsk ngày nào?", "vi"),
        ("tong thong Nga tham Minsk ngay nao", "vi"),
        ("WHO khi nao cong bo dich?", "vi"),
        ("IS 'chuyen lua' ve Dong Nam A", "vi"),
        ("League of Legends là gì?", "vi"),
        ("金星 là gì?", "vi"),
        ("ca si, nhac si va but danh", "vi"),
        ("bong da world cup qatar", "vi"),
        ("Putin", "vi"),
        ("covid-19", "vi"),
        ("2020?", "vi"),
        ("", "vi"),
        ("Who met Tô Lâm in Hà Nội?", "en"),
        ("What day did the crew return to Earth?", "en"),
        ("WHO IS THE PRESIDENT OF FRANCE?", "en"),
        ("Vietnam inflation rate 2020", "en"),
        ("Où est né l'empereur Minh Mạng ?", "fr"),
        ("La capitale de la France", "fr"),
        ("Qui dirigeait l'Ossétie du Sud en 2007 ?", "fr"),
        ("Кто президент Украины?", "ru"),
        ("На кого ориентированы Radio Djiido et Radio Rythmes Bleus?", "ru"),
        ("Что такое «áo dài»?", "ru"),
        ("Хто президент України?", "other"),
        ("谁是乌克兰总统？", "zh"),
        ("Volontaires nationaux是什么？", "zh"),
        ("ベトナムの首都はどこですか", "other"),
        ("베트남의 수도는 어디입니까?", "other"),
        ("¿Quién es el presidente de Francia?", "other"),
        ("Wer ist der Präsident von Frankreich?", "other"),
        ("من هو رئيس فرنسا؟", "other"),
    ],
)
def test_the_language_of_a_question(question: str, language: Language) -> None:
    assert language_of(question) == language


@pytest.mark.parametrize(
    "question", ["Ai là tổng thống Pháp?", "ai la tong thong Phap", "¿Quién es el presidente?", ""]
)
def test_vietnamese_and_languages_without_a_lexicon_are_not_translated(question: str) -> None:
    assert Translator(nothing).translate(question) is None


def test_a_question_of_function_words_alone_has_no_translation() -> None:
    assert Translator().translate("Who is it?") is None


# ---- English --------------------------------------------------------------------------------------------------------


def test_the_longest_phrase_counts_and_function_words_are_left_out() -> None:
    assert in_words("When did the Second World War begin?") == "bắt đầu chiến tranh thế giới thứ hai"
    assert in_words("Who was the prime minister of Japan?") == "thủ tướng Nhật Bản"


def test_what_describes_a_noun_follows_it_in_vietnamese() -> None:
    assert in_words("the national economic crisis") == "khủng hoảng kinh tế quốc gia"
    assert in_words("the economic history of the city") == "lịch sử kinh tế thành phố"


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("the cities", "thành phố"),
        ("the prime ministers", "thủ tướng"),
        ("prisoners of war", "tù binh"),
        ("it was invading", "xâm lược"),
        ("it was planned", "kế hoạch"),
        ("the hottest of them", "nóng"),
        ("it is militarily so", "quân sự"),
        ("they took part in it", "tham gia"),
    ],
)
def test_inflected_words_are_found(question: str, wording: str) -> None:
    assert in_words(question, language="en") == wording


def test_names_numbers_and_unknown_words_stay_as_they_were_typed() -> None:
    assert in_words("Did Jürgen Klopp praise Zirkzee 3 times?") == "Jürgen Klopp khen ngợi Zirkzee 3 thời gian"


def test_a_word_that_looks_like_a_vietnamese_syllable_is_dropped_unless_all_is_in_small_letters() -> None:
    assert "tran" not in in_words("Who was that tran in Paris?")
    assert in_words("who was tran hung dao") == "Trần Hưng Đạo"
    assert "dinh" in in_words("who was dinh of vietnam")


def test_names_with_capitals_are_other_words_than_those_without() -> None:
    assert in_words("the March of 1979 in Turkey") == "tháng 3 năm 1979 Thổ Nhĩ Kỳ"
    assert "Mỹ" in in_words("Who helps the US win?")
    assert "Mỹ" not in in_words("who helps us win in france")
    assert in_words("the president of france") == "tổng thống Pháp"


def test_an_ordinary_word_with_a_capital_may_be_a_name() -> None:
    assert other_wordings("What did Theresa Hill say?")["hill"] == ["đồi"]
    assert in_words("What is on the hill?") == "đồi"


def test_other_wordings_stand_where_the_first_one_stands() -> None:
    wordings = other_wordings("How many soldiers did the British government send?")
    assert wordings["binh sỹ"][:1] == ["binh lính"]
    assert wordings["anh"] == ["người Anh"]


def test_a_word_that_articles_use_as_it_is_stays_as_another_wording() -> None:
    question = "Who hosts the show?"
    assert "show" in other_wordings(question, only("show"))["chương trình"]
    assert "show" not in other_wordings(question, nothing)["chương trình"]


# ---- French, Russian ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qui est l'actuel premier ministre du Japon ?", "hiện tại thủ tướng Nhật Bản"),
        ("Quelles sont les plus grandes villes d'Allemagne ?", "lớn nhất thành phố Đức"),
        ("Qui etait l'empereur d'Autriche pendant la guerre ?", "hoàng đế Áo trong chiến tranh"),
        ("Que contient la Bibliothèque ?", "chứa thư viện"),
        ("Combien de soldats américains ont été tués ?", "binh sĩ Mỹ giết"),
    ],
)
def test_french(question: str, words: str) -> None:
    assert in_words(question) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Кто был президентом Украины?", "tổng thống Ukraine"),
        ("Сколько солдат погибло во Второй мировой войне?", "binh sĩ chết chiến tranh thế giới thứ hai"),
        ("Какие города находятся в Германии?", "thành phố vị trí Đức"),
        ("Где находится посольство Франции?", "vị trí đại sứ quán Pháp"),
    ],
)
def test_russian(question: str, words: str) -> None:
    assert in_words(question) == words


def test_a_name_in_cyrillic_letters_is_given_as_the_library_spells_it() -> None:
    assert romanised("Щукин") == "shchukin"
    assert romanised("Зеленский") == "zelensky"
    assert in_words("Что такое Рябков?", only("ryabkov")) == "Ryabkov"
    assert in_words("Кто встретил Рябкова?", only("ryabkov")) == "gặp Ryabkov"


def test_a_name_that_the_library_does_not_hold_is_given_in_every_likely_spelling() -> None:
    assert other_wordings("О чём говорил с Рябковым?", nothing)["ryabkov"] == ["ryabkovym"]


def test_a_short_stem_does_not_make_a_word_of_a_name() -> None:
    assert "hơi" not in in_words("Что такое Пари?")


# ---- Chinese --------------------------------------------------------------------------------------------------------


def test_chinese_words_come_by_the_longest_match() -> None:
    assert in_words("谁是联合国安理会主席？").split() == [
        "chủ",
        "tịch",
        "Hội",
        "Đồng",
        "Bảo",
        "An",
        "Liên",
        "Hợp",
        "Quốc",
    ]


def test_what_describes_a_chinese_noun_follows_it_in_vietnamese() -> None:
    assert in_words("德国的经济") == "kinh tế Đức"


def test_characters_that_no_word_covers_are_read_the_sino_vietnamese_way() -> None:
    assert in_words("郑克塽是谁？") == "Trịnh Khắc Sảng"
    assert in_words("郑成功是谁？", only("trịnh_thành", "thành_công")) == "Trịnh Thành Công"


def test_a_reading_that_the_library_does_not_hold_is_left_out() -> None:
    found = Translator(nothing).translate("郑克塽在哪里出生？")
    assert found is not None
    assert found.text == "sinh"


def test_the_second_reading_of_a_character_counts_where_the_library_holds_it() -> None:
    assert "mạng" in sino_vietnamese()["命"]
    assert in_words("陈命的家庭", only("trần_mạng")) == "gia đình Trần Mạng"


def test_the_sounds_of_a_foreign_name_are_not_read() -> None:
    assert in_words("马特乌斯的家庭", nothing) == "gia đình"


def test_latin_letters_in_a_chinese_question_stay() -> None:
    assert in_words("Donald Trump是总统吗？") == "Donald Trump tổng thống"


# ---- days, years and numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "worded"),
    [
        ("en", "September 21, 2020", "21 tháng 9 năm 2020"),
        ("en", "Sept 3rd", "3 tháng 9"),
        ("en", "21 September 2020", "21 tháng 9 năm 2020"),
        ("en", "the 1st of May 1975", None),
        ("en", "1st of May 1975", "1 tháng 5 năm 1975"),
        ("en", "May 1975", "tháng 5 năm 1975"),
        ("en", "19th century", "thế kỷ 19"),
        ("en", "19th-century", "thế kỷ 19"),
        ("en", "1990s", "thập niên 1990"),
        ("en", "1945", "năm 1945"),
        ("en", "1945.5", None),
        ("en", "19450", None),
        ("en", "21,000", None),
        ("en", "99th century", None),
        ("fr", "1er janvier 1900", "1 tháng 1 năm 1900"),
        ("fr", "15 août", "15 tháng 8"),
        ("fr", "XIXe siècle", "thế kỷ 19"),
        ("fr", "années 1930", "thập niên 1930"),
        ("ru", "22 июня 1941 года", "22 tháng 6 năm 1941"),
        ("ru", "мае 1945", "tháng 5 năm 1945"),
        ("ru", "XIX веке", "thế kỷ 19"),
        ("ru", "1943 году", "năm 1943"),
        ("zh", "2020年9月21日", "21 tháng 9 năm 2020"),
        ("zh", "2020年9月", "tháng 9 năm 2020"),
        ("zh", "9月2日", "2 tháng 9"),
        ("zh", "1945年", "năm 1945"),
        ("zh", "十九世纪", "thế kỷ 19"),
        ("zh", "20世纪90年代", "thập niên 1990"),
        ("zh", "300万", "3 triệu"),
        ("zh", "六百万", "6 triệu"),
        ("zh", "2.5亿", "250 triệu"),
        ("zh", "30亿", "3 tỷ"),
        ("zh", "5万", "50.000"),
        ("zh", "13月", None),
    ],
)
def test_days_years_and_numbers(language: calendar.Spaced, text: str, worded: str | None) -> None:
    found = calendar.match(language, text, 0)
    assert (found[1].text if found else None) == worded
    if found:
        assert found[0] == len(text)


def test_centuries_and_months_have_other_wordings() -> None:
    assert other_wordings("in the 19th century", language="en")["thế kỷ 19"] == ["thế kỷ XIX"]
    assert other_wordings("in September 2020", language="en")["tháng 9 năm 2020"] == ["9/2020"]
    assert other_wordings("it grew by 2.7 percent")["2.7"] == ["2,7"]


# ---- the data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicons_are_well_formed(language: Language) -> None:
    text = (resources.files("rag") / "data" / f"lexicon_{language}.tsv").read_text(encoding="utf-8")
    seen: set[str] = set()
    for line in text.splitlines():
        keys, wordings = line.split("\t")
        assert unicodedata.is_normalized("NFC", line), line
        for key in keys.split(", "):
            assert key.strip() == key != "", line
            assert key not in seen, key
            seen.add(key)
        parts = wordings.split("; ")
        assert 1 <= len(parts) <= 5, line
        assert len(set(parts)) == len(parts), line
        assert all(syllables(part) and part.strip() == part for part in parts), line
    assert len(seen) > {"en": 5000, "fr": 3000, "ru": 3000, "zh": 3000}[language]


def test_every_key_is_found_as_it_stands() -> None:
    for language in ("en", "fr", "ru"):
        entries = lexicon(language)
        text = (resources.files("rag") / "data" / f"lexicon_{language}.tsv").read_text(encoding="utf-8")
        for line in text.splitlines():
            keys, _ = line.split("\t")
            for key in keys.split(", "):
                assert entries.find(re.split(r"[\W_]+", key.strip("."))) is not None, key


def test_every_month_is_in_every_lexicon() -> None:
    for number in range(1, 13):
        held = [
            any(f"tháng {number}" in line for line in _lines_of(language) if "\ttháng" in line)
            for language in LANGUAGES
        ]
        assert all(held), number


def test_the_commonest_characters_have_a_reading() -> None:
    table = sino_vietnamese()
    for character in "的一是不了在人有我他这中大来上国越南阮陈黎李武":
        assert table[character]
        assert all(fold(reading).isalpha() for reading in table[character])


def test_forms() -> None:
    assert "carry" in english_forms("carries")
    assert "plan" in english_forms("planning")
    assert "invade" in english_forms("invaded")
    assert not list(english_forms("us"))
    assert "régional" in french_forms("régionaux")
    assert "acteur" not in french_forms("acteur")
    assert "actif" in french_forms("actives")
    assert "réparer" in french_forms("réparées")


def _lines_of(language: Language) -> list[str]:
    return (resources.files("rag") / "data" / f"lexicon_{language}.tsv").read_text(encoding="utf-8").splitlines()


# ---- all together ---------------------------------------------------------------------------------------------------

ARTICLES = (
    "Tổng thống Ukraine thăm Berlin để bàn về khí đốt. Chuyến thăm kéo dài hai ngày.",
    "Ngân hàng trung ương Nhật Bản giữ nguyên lãi suất vì lạm phát thấp.",
    "Động đất mạnh làm rung chuyển thủ đô Mexico, hàng trăm người bị thương.",
    "Trần Hưng Đạo đánh tan quân Nguyên trên sông Bạch Đằng.",
)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Why did the Japanese central bank keep interest rates?", 1),
        ("How many people were injured by the earthquake?", 2),
        ("Pourquoi le président ukrainien s'est-il rendu en Allemagne pour le gaz ?", 0),
        ("Combien de blessés a fait le séisme ?", 2),
        ("Где произошло сильное землетрясение?", 2),
        ("Почему Центральный банк Японии не изменил процентную ставку?", 1),
        ("陈兴道在哪里打败了元军？", 3),
        ("日本央行为什么保持利率不变？", 1),
    ],
)
def test_the_lexical_leg_finds_the_passage_of_a_foreign_question(tmp_path: Path, question: str, place: int) -> None:
    with small_library(tmp_path, ARTICLES) as library:
        index = LexicalIndex.open(library)
        found = translated(question, index.frequency)
        best = index.search(found.text, 1, alternatives=found.alternatives)
        chunk = library.chunks([best[0].key])[best[0].key]
        assert library.article(chunk.article_id).text == ARTICLES[place]


ALPHABET = "aeétọmay THEFranceВойнапрезидент中国阮的0123 .,'’-–éèçàÀ年月日万世纪"


@given(st.text(ALPHABET, max_size=60) | st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_any_text_can_be_asked_and_its_alternatives_lie_within_it(text: str, language: Language) -> None:
    language_of(text)
    for frequency in (None, nothing, lambda term: 1):
        found = Translator(frequency).translate(text, language)
        if found is None:
            continue
        count = len(syllables(found.text))
        assert count
        ends = [0]
        for group in found.alternatives:
            assert ends[-1] <= group.start < group.end <= count
            assert group.wordings
            assert all(0 < wording.weight <= 1 for wording in group.wordings)
            ends.append(group.end)


def test_a_giant_question_is_cut() -> None:
    assert len(in_words("the war " * 100_000)) < 20_000
