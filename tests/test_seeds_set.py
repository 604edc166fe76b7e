"""The hand-written set over the five seed articles keeps the promises of eval/sets/README.md."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from eval.metrics import contains_answer, normalise_answer, overlap
from eval.sets_io import EvalQuestion, load_set
from rag.config import LoadSettings
from rag.datatypes import Article, RawArticle
from rag.load import FoundFile, discover, read_articles, to_article
from rag.vietnamese import sentences

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
SET = ROOT / "eval" / "sets" / "seeds.jsonl"
README = ROOT / "eval" / "sets" / "README.md"
MINIMA = {
    "fact": 40,
    "paraphrase": 15,
    "no_diacritics": 12,
    "typo": 10,
    "name_variant": 10,
    "who_said_what": 15,
    "why_how": 10,
    "several_articles": 10,
    "conflict": 8,
    "follow_up": 10,
    "english": 8,
    "unanswerable": 25,
    "false_premise": 10,
    "off_topic": 10,
}
NOT_ANSWERABLE = {"unanswerable", "false_premise", "off_topic"}
# What the eleven furniture traps ask for, as it stands in a caption or teaser.
TRAPS = {
    "s229": "chỉ diễn ra trong 2 giờ",
    "s230": "Vladimir Medinsky",
    "s231": "Kharkiv ngày 31/1/2022",
    "s232": "hồi tháng 2/2022",
    "s233": "khả năng sẵn sàng chiến đấu và năng lực tác chiến",
    "s234": "35cm",
    "s235": "kênh truyền hình NBC",
    "s236": "Sochi",
    "s237": "Tòa án hình sự quốc tế",
    "s238": "tỉnh Bình Định",
    "s239": "Trung tâm Dự báo khí tượng thủy văn",
}


@pytest.fixture(scope="module")
def questions() -> list[EvalQuestion]:
    return load_set(SET)


@pytest.fixture(scope="module")
def raw() -> dict[str, str]:
    return {path.name: unicodedata.normalize("NFC", path.read_text("utf-8")) for path in SEEDS.glob("*.txt")}


@pytest.fixture(scope="module")
def cleaned() -> dict[str, Article]:
    articles = {}
    for path in sorted(SEEDS.glob("*.txt")):
        (found,) = discover([path])
        assert isinstance(found, FoundFile)
        (article,) = read_articles(found, LoadSettings())
        assert isinstance(article, RawArticle)
        articles[path.name] = to_article(article, LoadSettings())
    return articles


def test_there_are_enough_questions_of_each_kind_and_the_readme_states_their_number(
    questions: list[EvalQuestion],
) -> None:
    counts = Counter(question.kind for question in questions)
    assert set(counts) == set(MINIMA)
    assert [kind for kind, minimum in MINIMA.items() if counts[kind] < minimum] == []
    text = README.read_text("utf-8")
    assert {kind: int(n) for kind, n in re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.M)} == counts
    assert f"holds {len(questions)} questions" in text


def test_ids_are_unique_and_no_question_is_asked_twice(questions: list[EvalQuestion]) -> None:
    assert len({question.id for question in questions}) == len(questions)
    asked = Counter((question.history, normalise_answer(question.question)) for question in questions)
    assert [key for key, count in asked.items() if count > 1] == []


def test_only_the_kinds_that_promise_it_are_not_answerable(questions: list[EvalQuestion]) -> None:
    assert {question.kind for question in questions if not question.answerable} == NOT_ANSWERABLE
    assert not {question.kind for question in questions if question.answerable} & NOT_ANSWERABLE


def test_each_quote_stands_in_the_raw_file(questions: list[EvalQuestion], raw: dict[str, str]) -> None:
    for question in questions:
        for item in question.evidence:
            assert item.quote in raw[item.file], question.id


def test_each_quote_stands_in_the_cleaned_body(questions: list[EvalQuestion], cleaned: dict[str, Article]) -> None:
    missing = {
        (question.id, item.quote)
        for question in questions
        for item in question.evidence
        if item.quote not in cleaned[item.file].text
    }
    assert missing == set()


def test_the_quotes_spread_over_all_five_articles(questions: list[EvalQuestion], raw: dict[str, str]) -> None:
    counts = Counter(
        file
        for question in questions
        if question.answerable
        for file in sorted({item.file for item in question.evidence})
    )
    assert set(counts) == set(raw)
    assert min(counts.values()) >= 25


def test_each_sentence_of_each_body_serves_a_question(
    questions: list[EvalQuestion], cleaned: dict[str, Article]
) -> None:
    unused = []
    for file, article in cleaned.items():
        quotes = {item.quote for question in questions for item in question.evidence if item.file == file}
        places = [(article.text.find(quote), len(quote)) for quote in quotes]
        for span in sentences(article.text):
            used = any(2 * overlap(span.start, span.end, at, at + n) >= span.end - span.start for at, n in places)
            if not used:
                unused.append(span.of(article.text))
    assert [sentence for sentence in unused if sentence != "Các cuộc đàm phán bí mật"] == []  # A crosshead.


def test_each_part_has_an_accepted_answer_in_its_evidence(questions: list[EvalQuestion]) -> None:
    for question in questions:
        for part, accepted in enumerate(question.answers):
            quotes = [item.quote for item in question.evidence if item.part == part]
            assert any(contains_answer(quote, accepted) for quote in quotes), (question.id, accepted)


def test_questions_without_diacritics_have_none(questions: list[EvalQuestion]) -> None:
    assert all(question.question.isascii() for question in questions if question.kind == "no_diacritics")


def test_only_questions_of_several_articles_or_conflicts_need_two_files(questions: list[EvalQuestion]) -> None:
    for question in questions:
        if question.kind == "several_articles":
            assert len({item.file for item in question.evidence}) >= 2, question.id
            assert len(question.answers) >= 2, question.id


def test_follow_ups_have_a_history_and_other_answerable_questions_stand_alone(questions: list[EvalQuestion]) -> None:
    for question in questions:
        if question.answerable:
            assert bool(question.history) == (question.kind == "follow_up"), question.id


def test_furniture_traps_are_answered_by_furniture_only(
    questions: list[EvalQuestion], raw: dict[str, str], cleaned: dict[str, Article]
) -> None:
    by_id = {question.id: question for question in questions}
    for trap, wording in TRAPS.items():
        assert by_id[trap].kind == "unanswerable"
        assert any(wording in text for text in raw.values()), trap
        assert not any(wording in article.text for article in cleaned.values()), trap
