"""The page's words: nothing missing, nothing untranslated, in either language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import gradio
import pytest

import rag
from app.rendering.answers import answer_html, failed_html, question_html
from app.rendering.telling import told_html
from app.words import LANGUAGES, Words, failures, preferred, words_of
from app.words.chat import EN, VI
from app.words.counting import counted
from app.words.gradio_words import FIXED, FIXED_EN, LOCALE, LOCALE_EN
from app.words.phrases import PHRASES, said, short_pieces
from rag import errors
from rag.config import Settings
from rag.datatypes import Article, Filters
from rag.errors import RagError
from rag.pipeline import ask, open_engine
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, small_library
from tests.rendering import Elements, of

QUICK = Settings.model_validate({"answer": {"reader": "sentences", "threshold": 0.0}})
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
# What keeps its name in every language.
NAMES = re.compile("Hỏi Báo|Tiếng Việt")
# What somebody might type, and a kind of file.
EXEMPT = {"timeline.example", "timeline.markdown"}
PLACE = re.compile(r"\{[^{}]*\}")


def texts(record: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record of words, with the way to it; names of errors stand for their classes."""
    if isinstance(record, str):
        yield path, record
    elif is_dataclass(record):
        for field in fields(record):
            yield from texts(getattr(record, field.name), f"{path}.{field.name}")
    elif isinstance(record, Mapping):
        for key, value in record.items():
            yield from texts(value, f"{path}[{getattr(key, '__name__', key)}]")
    elif isinstance(record, tuple):
        for at, value in enumerate(record):
            yield from texts(value, f"{path}[{at}]")
    else:
        raise TypeError(f"{path}: {record!r} is no text")


OWN = [field.name for field in fields(Words) if field.name not in {"language", "gradio", "fixed"}]


@pytest.mark.parametrize("part", OWN)
def test_every_word_stands_in_both_languages_with_the_same_places(part: str) -> None:
    vietnamese, english = (dict(texts(getattr(words_of(language), part))) for language in LANGUAGES)
    assert vietnamese.keys() == english.keys()
    for path, told in vietnamese.items():
        assert told.strip(), path
        assert english[path].strip(), path
        # English may say one and many apart.
        assert set(PLACE.findall(told)) == set(PLACE.findall(english[path])), path


@pytest.mark.parametrize("part", OWN)
def test_no_vietnamese_word_is_left_in_english(part: str) -> None:
    left = [
        (path, told)
        for path, told in texts(getattr(words_of("en"), part))
        if VIETNAMESE.search(NAMES.sub("", told)) and f"{part}{path}" not in EXEMPT
    ]
    assert left == []


# Words that are the same in both languages.
SAME = {"Hỏi Báo", "Tiếng Việt", "English", "vi", "en"}


@pytest.mark.parametrize("part", OWN)
def test_no_english_word_is_left_in_vietnamese(part: str) -> None:
    vietnamese, english = (dict(texts(getattr(words_of(language), part))) for language in LANGUAGES)
    same = [
        path for path, told in vietnamese.items() if re.search(r"\w{3}", told) and told == english[path] not in SAME
    ]
    # Signs with a number may be.
    left = [path for path in same if re.search("[a-z]{3}", PLACE.sub("", vietnamese[path]))]
    assert [path for path in left if f"{part}{path}" not in EXEMPT] == []


# ---- Gradio's own words


def test_every_section_of_gradios_dictionary_that_the_page_can_show_is_translated() -> None:
    """Read from Gradio's own English dictionary, so that a newer Gradio with more to say is found out here."""
    assets = Path(gradio.__file__).parent / "templates/frontend/assets"
    chunk = next(path for path in assets.glob("core-*.js") if "long_requests_queue:" in path.read_text("utf-8"))
    script = chunk.read_text("utf-8")
    for section, known in (
        ("blocks", "connection_can_break"),
        ("chatbot", "copied_message"),
        ("common", "built_with_gradio"),
        ("errors", "contact_page_author"),
        ("status", "queue_position"),
    ):
        (stated,) = re.findall(rf"=(\{{[^{{}}]*\b{known}:`(?:[^`]*`,\w+:`)*[^`]*`\}})", script)
        keys = {f"{section}.{key}" for key in re.findall(r"[{,](\w+):`", stated)}
        assert f"{section}.{known}" in keys
        assert keys - LOCALE.keys() == set()
    assert LOCALE_EN.keys() <= LOCALE.keys()
    assert [told for told in LOCALE_EN.values() if VIETNAMESE.search(told)] == []


def test_what_gradio_has_fixed_is_replaced_in_both_languages() -> None:
    # Words that are good English already stay.
    assert FIXED.keys() - FIXED_EN.keys() == {"Error", "Warning", "Info", "Success", "Close", "Empty value", "No value"}
    assert FIXED_EN.keys() <= FIXED.keys()
    assert not any(VIETNAMESE.search(told) for told in FIXED_EN.values())


# ---- the language that a browser is greeted in


@pytest.mark.parametrize(
    ("accepted", "chosen", "expected"),
    [
        ("", None, "vi"),
        ("en", None, "en"),
        ("EN-gb", None, "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", None, "vi"),
        ("en-GB;q=0.4,vi;q=0.5", None, "vi"),
        ("en-GB; q=0.9, vi; q=0.5", None, "en"),
        ("fr;q=1, en;q=0.2", None, "en"),
        ("fr, de", None, "vi"),
        ("en;q=0, vi;q=0.1", None, "vi"),
        ("en;q=0", None, "vi"),
        ("en;q=much, vi;q=0.3", None, "vi"),
        ("en;q=nan", None, "vi"),
        ("*", None, "vi"),
        (",;q=1,,", None, "vi"),
        ("en," * 5_000, None, "en"),
        ("vi", "en", "en"),
        ("en", "vi", "vi"),
        ("en", "xx", "en"),
        ("en", "<script>", "en"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers(accepted: str, chosen: str | None, expected: str) -> None:
    assert preferred(accepted, chosen) == expected


# ---- errors


def kinds(of_kind: type[RagError] = RagError) -> Iterator[type[RagError]]:
    yield of_kind
    for kind in of_kind.__subclasses__():
        yield from kinds(kind)


# A part of the page may have a kind of its own, which speaks for itself.
OF_THE_LIBRARY = [kind for kind in kinds() if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", OF_THE_LIBRARY, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("words", [*map(words_of, LANGUAGES)], ids=LANGUAGES)
def test_every_error_says_what_it_means_and_what_helps(kind: type[RagError], words: Words) -> None:
    error = kind("page 7 is torn", where="library.db", remedy="Run it")
    told = words.failures.told(error)
    assert told.endswith(".")
    shown = failed_html(told, words.chat, str(error))
    assert "".join(Elements(shown).text).count("page 7 is torn") == 1


def test_the_kind_that_fits_best_speaks() -> None:
    for words in (failures.VI, failures.EN):
        for kind, told in words.kinds.items():
            assert words.told(kind("x")) == told
        # What an error says itself never stands alone: it is English and for those who mend.
        assert list(words.kinds)[-1] is errors.RagError


# ---- the library's own phrases


def literals(module: Path) -> Iterator[str]:
    """The texts of a module, without docstrings; "7" where a value is put in."""
    tree = ast.parse(module.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in docstrings or id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Behind a word without a space stands what may be missing.
            yield PLACE.sub("7", re.sub(r"(?<=\w)\{[^{}]*\}", "", node.value))
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


def sentences_of_the_library() -> list[str]:
    """Whole Vietnamese sentences in the code of the library: what answers can say. Patterns and samples are none."""
    folder = Path(rag.__file__).parent
    found = []
    for module in sorted(folder.rglob("*.py")):
        place = module.relative_to(folder)
        # The command line speaks for itself, one module measures with sample sentences, and some speak to models.
        if place.parts[0] == "commands" or place.name in {"runtime_measure.py", "prompting.py", "rewriting.py"}:
            continue
        found += [
            text
            for text in literals(module)
            if VIETNAMESE.search(text)
            and re.search(r"^[“\"7]?[A-ZĐÂÊÔÁÀ7]", text)
            and re.search(r"[^.][.)]$", text)
            and not re.search(r"\(\?|\\|\|", text)
            and len(text.split()) > 3
        ]
    return found


def test_every_sentence_that_the_library_says_has_its_english() -> None:
    found = sentences_of_the_library()
    assert len(found) > 35
    assert "Không tìm thấy trong nguồn." in found
    untold = [text for text in found if VIETNAMESE.search(said(text, "en"))]
    assert untold == []
    assert [text for text in found if said(text, "vi") != text] == []


def test_phrases_are_whole_and_the_longer_of_two_comes_first() -> None:
    for at, (vietnamese, english) in enumerate(PHRASES):
        assert VIETNAMESE.search(vietnamese)
        assert not VIETNAMESE.search(english)
        places = set(PLACE.findall(vietnamese))
        # A place that only the Vietnamese has is a detail that English leaves out on purpose.
        assert set(PLACE.findall(english)) <= places
        for earlier, _ in PHRASES[:at]:
            assert not (vietnamese.startswith(earlier.rstrip(".")) and len(vietnamese) > len(earlier))


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [
        ("“hôm nay” được hiểu là ngày 22/11/2026.", "“hôm nay” was taken to mean 22/11/2026."),
        ("“quý 2” được hiểu là từ 1/4/2021 đến 30/6/2021.", "“quý 2” was taken to mean 1/4/2021 to 30/6/2021."),
        ("“từ đó” được hiểu là từ ngày 1/4/2021.", "“từ đó” was taken to mean from 1/4/2021."),
        ("“trước tháng 4” được hiểu là đến hết ngày 31/3/2021.", "“trước tháng 4” was taken to mean until 31/3/2021."),
        (
            "“hôm qua” tính từ ngày đăng bài (5/4/2022) là ngày 4/4/2022.",
            "“hôm qua”, counted from the day of publication (5/4/2022), is 4/4/2022.",
        ),
        (
            "Không thấy bài nào đăng ngày 1/2/2020 hoặc từ 1/3/2020 đến 4/3/2020 hay nhắc đến thời gian đó: "
            "kết quả là của thời gian khác.",
            "No article published on 1/2/2020 or from 1/3/2020 to 4/3/2020, or speaking of that time, was found: "
            "the results are of another time.",
        ),
        (
            "Không tìm thấy trong nguồn. Thư viện không có bài nào của báo “Báo Lạ”. "
            "Trong thư viện có: Báo A (2), b.vn (1).",
            "Not found in the sources. The library has no article of “Báo Lạ”. The library has: Báo A (2), b.vn (1).",
        ),
        ("Câu gì đó mà chương trình không có.", "Câu gì đó mà chương trình không có."),
        ("", ""),
    ],
)
def test_phrases_in_english(vietnamese: str, english: str) -> None:
    assert said(vietnamese, "en") == english
    assert said(vietnamese, "vi") == vietnamese


def test_what_is_quoted_is_marked_as_vietnamese_and_stays_text() -> None:
    html = told_html("“hôm <b>nay” được hiểu là ngày 22/11/2026. Câu lạ <i>.", "en")
    assert html == (
        '“<span lang="vi">hôm &lt;b&gt;nay</span>” was taken to mean 22/11/2026. '
        '<span lang="vi">Câu lạ &lt;i&gt;.</span>'
    )
    assert "<span" not in told_html("“hôm nay” được hiểu là ngày 22/11/2026.", "vi")


def test_yes_and_no_are_said_in_the_pages_language() -> None:
    assert [piece.text for piece in short_pieces("Có: Ông A từ chức.", "en")] == ["Yes: ", "Ông A từ chức."]
    assert [piece.text for piece in short_pieces("Không: Ông A ở lại.", "en")] == ["No: ", "Ông A ở lại."]
    for short in ("Có ba người.", "Không", "Tổng: 3"):
        assert [piece.text for piece in short_pieces(short, "en")] == [short]
    assert [piece.text for piece in short_pieces("Có: Ông A từ chức.", "vi")] == ["Có: Ông A từ chức."]


# ---- real answers


ARTICLES = [
    (
        "a.txt",
        "Bà Lan Anh cho biết chợ Bến Thành mở cửa lúc sáu giờ sáng. Hôm qua chợ đóng cửa.",
        date(2022, 4, 7),
        "Báo A",
    ),
    ("b.txt", "Ông Minh nói chợ Bến Thành mở cửa lúc bảy giờ sáng. Giá vé là 5.000 đồng.", date(2022, 4, 9), "Báo B"),
    ("c.txt", "Bà Lan Anh sinh ở Huế. Bà không ủng hộ dự án cầu Thị Nghè.", None, None),
]
QUESTIONS = [
    "", "???", "Ai?", "Chợ Bến Thành mở cửa lúc nào?", "Hôm qua chợ Bến Thành mở cửa không?",
    "Tuần trước có gì ở chợ Bến Thành?", "Năm 1999 chợ Bến Thành thế nào?",
    "Bà Lan Anh có ủng hộ dự án cầu Thị Nghè không?",
    "Bà Lan Anh sinh ở đâu và ông Minh nói gì?", "Giá vé là bao nhiêu và ai xây cầu Thị Nghè?", "xyzzy qwfp zxcv",
    "So sánh Bà Lan Anh và sao Hoả", "Diễn biến ở chợ Bến Thành theo thời gian", "cho ben thanh mo cua luc nao",
    "What time does Ben Thanh market open?", f"{'dài dòng ' * 400} chợ mở cửa lúc nào?",
]  # fmt: skip
FILTERS = [
    Filters(),
    Filters(outlets=("Báo Lạ",)),
    Filters(published_from=date(2030, 1, 1)),
    Filters(published_to=date(1990, 1, 1)),
    Filters(published_from=date(2022, 4, 9), published_to=date(2022, 4, 9), outlets=("Báo A",)),
]


def test_no_vietnamese_of_the_program_is_left_in_real_answers(tmp_path: Path) -> None:
    articles: list[Article] = [
        replace(an_article(source, text), published_on=day, outlet=outlet) for source, text, day, outlet in ARTICLES
    ]
    small_library(tmp_path, articles).close()
    with open_engine(tmp_path / "library", QUICK, embedder=HashingEmbedder()) as engine:
        told = set()
        for filters in FILTERS:
            for question in QUESTIONS:
                answer = ask(engine, question, filters=filters)
                told |= {answer.text if answer.status == "not_found" else "", *answer.notes}
                for language in LANGUAGES:
                    html = question_html(question) + answer_html(answer, engine.article, words_of(language).chat)
                    if language == "en":
                        assert unmarked(html) == [], (question, filters)
    assert len(told) > 12


def test_no_vietnamese_of_the_program_is_left_in_made_up_answers() -> None:
    from tests.rendering import a_hit, an_answer
    from tests.rendering import an_article as a_shown_article

    article = a_shown_article(url="https://báo.example/bài")
    answer = replace(
        an_answer(article, "Ba Lan gửi đạn cho Ukraine."),
        understood_as="Ai gửi đạn?",
        read_as="Ai gửi đạn?",
        hits=(a_hit("Đoạn gần."),),
        notes=tuple(sentences_of_the_library()),
    )
    for as_typed in (False, True):
        assert unmarked(answer_html(answer, of(article), EN, as_typed=as_typed)) == []
        assert unmarked(answer_html(answer, of(), EN, as_typed=as_typed)) == []


# What names a file or a place in one is no language.
NO_LANGUAGE = {"hb-file", "hb-copy-of", "hb-read", "hb-copies", "hb-link"}


def unmarked(html: str) -> list[str]:
    """Vietnamese in the text or the attributes that is not marked as such."""
    reader = Marked()
    reader.feed(html)
    reader.close()
    return [text for text in reader.found if VIETNAMESE.search(NAMES.sub("", text))]


class Marked(Elements):
    """Collects the texts outside of what is marked as Vietnamese."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.inside: list[bool] = []
        super().__init__("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        named = dict(attrs)
        theirs = named.get("lang") == "vi" or bool(NO_LANGUAGE.intersection((named.get("class") or "").split()))
        self.found += [value or "" for name, value in attrs if name in {"aria-label", "title", "placeholder", "alt"}]
        if len(self.open) > len(self.inside):
            self.inside.append(theirs or bool(self.inside and self.inside[-1]))

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if not (self.inside and self.inside[-1]):
            self.found.append(data)


def test_a_failure_kept_in_the_other_language_is_told_in_this_one() -> None:
    vi, en = failures.VI, failures.EN
    for told in (*vi.kinds.values(), vi.unexpected):
        assert not VIETNAMESE.search(NAMES.sub("", en.retold(told)))
        assert vi.retold(en.retold(told)) == told
    assert en.retold("Something else.") == "Something else."


def test_one_and_many() -> None:
    assert [counted(EN.questions, count) for count in (0, 1, 2)] == ["0 questions", "1 question", "2 questions"]
    assert [counted(VI.questions, count) for count in (0, 1, 2)] == ["0 câu hỏi", "1 câu hỏi", "2 câu hỏi"]
    assert counted("{count} article|{count} articles", 12_345, ",") == "12,345 articles"
