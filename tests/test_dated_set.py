"""The sets over development data, `parallel.jsonl` and `dated.jsonl`, keep the promises of eval/sets/README.md.

What needs the data itself is checked where the data folder is present.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from eval.metrics import contains_answer, normalise_answer
from eval.sentences import DATA
from eval.sets_io import EvalQuestion, load_set, load_squad
from eval.spans import resolve_spans
from rag.clean import clean
from rag.loading.encodings import normalise

README = Path(__file__).parents[1] / "eval" / "sets" / "README.md"
SETS = Path(__file__).parents[1] / "eval" / "sets"
LANGUAGES = ("en", "fr", "ru", "zh")
SCRIPTS = {"en": r"[a-z]", "fr": r"[a-z]", "ru": r"[а-яё]", "zh": r"[\u4e00-\u9fff]"}
VIETNAMESE_ONLY = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)
MINIMA = {
    "fact": 55,
    "date": 25,
    "no_diacritics": 25,
    "name_variant": 20,
    "paraphrase": 15,
    "typo": 12,
    "english": 10,
    "follow_up": 8,
}
# Words that mean another day, or another article, when the question is asked on another day.
RELATIVE = re.compile(r"hôm (qua|nay)|sáng nay|đêm nay|tuần trước|đến nay|mới nhất|gần đây nhất", re.I)
needs_news = pytest.mark.skipif(not (DATA / "news").is_dir(), reason="the news data is not here")
needs_reader_data = pytest.mark.skipif(not (DATA / "reader_dev").is_dir(), reason="the reader data is not here")


@pytest.fixture(scope="module")
def parallel() -> list[dict[str, str]]:
    lines = (SETS / "parallel.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_there_are_a_hundred_different_parallel_questions(parallel: list[dict[str, str]]) -> None:
    assert len(parallel) == 100
    assert len({question["id"] for question in parallel}) == 100
    for language in LANGUAGES:
        assert len({question[language] for question in parallel}) == 100, language


def test_each_parallel_question_has_every_language_and_no_vietnamese(parallel: list[dict[str, str]]) -> None:
    for question in parallel:
        assert tuple(question) == ("id", "set", *LANGUAGES), question["id"]
        for language in LANGUAGES:
            text = question[language]
            assert text == unicodedata.normalize("NFC", text.strip()), (question["id"], language)
            assert not VIETNAMESE_ONLY.search(text), (question["id"], text)
            letters = [letter for letter in text.replace("Amborella trichopoda", "").lower() if letter.isalpha()]
            own = [letter for letter in letters if re.match(SCRIPTS[language], letter)]
            assert len(own) >= 0.8 * len(letters), text


def test_each_parallel_question_ends_as_one(parallel: list[dict[str, str]]) -> None:
    endings = {"en": "?", "fr": " ?", "ru": "?", "zh": "？"}
    odd = [
        (question["id"], language)
        for question in parallel
        for language in LANGUAGES
        if not question[language].endswith(endings[language])
    ]
    assert odd == [("8d9cad172b3e", "fr")]  # "Citez l'une des …": French asks for one of several this way.


@needs_reader_data
def test_parallel_questions_translate_questions_of_the_development_set(parallel: list[dict[str, str]]) -> None:
    for name in sorted({question["set"] for question in parallel}):
        _passages, questions = load_squad(DATA / f"{name}.json.gz")
        known = {question.id: question for question in questions}
        for question in (one for one in parallel if one["set"] == name):
            assert known[question["id"]].answerable, question["id"]
            asked = known[question["id"]].question.replace(".", "")
            for language in LANGUAGES:
                given = re.sub(r"(?<=\d)[., ](?=\d{3})", "", question[language])
                assert set(re.findall(r"\d{3,}", asked)) == set(re.findall(r"\d{3,}", given)), question["id"]


@pytest.fixture(scope="module")
def dated() -> list[EvalQuestion]:
    return load_set(SETS / "dated.jsonl")


@pytest.fixture(scope="module")
def news() -> dict[str, dict[str, str]]:
    with gzip.open(DATA / "news" / "dated.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def resolved(dated: list[EvalQuestion], news: dict[str, dict[str, str]]) -> list[EvalQuestion]:
    named = {item.file for question in dated for item in question.evidence}
    return resolve_spans(dated, {name: [normalise(news[name]["text"])] for name in named})


def test_there_are_enough_dated_questions_of_each_kind_and_the_readme_states_their_number(
    dated: list[EvalQuestion],
) -> None:
    counts = Counter(question.kind for question in dated)
    assert set(counts) == set(MINIMA)
    assert [kind for kind, minimum in MINIMA.items() if counts[kind] < minimum] == []
    told = re.search(r"`dated\.jsonl` holds (\d+) questions: ([^.]+)\.", README.read_text("utf-8"))
    assert told is not None
    assert int(told[1]) == len(dated)
    assert {kind: int(n) for n, kind in re.findall(r"(\d+)\s+`(\w+)`", told[2])} == counts


def test_dated_ids_go_on_without_a_gap_and_nothing_is_asked_twice(dated: list[EvalQuestion]) -> None:
    assert [question.id for question in dated] == [f"d{number:03d}" for number in range(1, len(dated) + 1)]
    asked = Counter((question.history, normalise_answer(question.question)) for question in dated)
    assert [key for key, count in asked.items() if count > 1] == []


def test_dated_evidence_is_named_by_its_place_and_holds_no_text_of_an_article(dated: list[EvalQuestion]) -> None:
    for question in dated:
        places = [(item.file, item.span) for item in question.evidence]
        assert len(set(places)) == len(places), question.id
        for item in question.evidence:
            assert re.fullmatch(r"news_[a-z]+_\d{3}", item.file), question.id
            assert item.quote == "", question.id
            assert item.span is not None, question.id
            assert 20 <= item.span.end - item.span.start <= 700, question.id
        assert all(len(answer) <= 80 for part in question.answers for answer in part), question.id


def test_dated_questions_spread_over_all_sections_and_over_many_articles(dated: list[EvalQuestion]) -> None:
    first = [question.evidence[0].file for question in dated]
    assert len(set(first)) >= 150
    sections = Counter(name.rsplit("_", 1)[0] for name in first)
    assert len(sections) == 10
    assert min(sections.values()) >= 10


def test_dated_questions_are_typed_as_their_kind_says(dated: list[EvalQuestion]) -> None:
    for question in dated:
        text = question.question
        assert bool(question.history) == (question.kind == "follow_up"), question.id
        assert text.isascii() == (question.kind in {"no_diacritics", "english"}), question.id
        relative = question.kind == "date" and RELATIVE.search(text) is not None
        assert (question.today is not None) == relative, question.id


@needs_news
def test_each_dated_quote_stands_in_the_cleaned_body(
    resolved: list[EvalQuestion], news: dict[str, dict[str, str]]
) -> None:
    bodies: dict[str, str] = {}
    for question in resolved:
        for item in question.evidence:
            record = news[item.file]
            if item.file not in bodies:
                bodies[item.file] = clean(normalise(record["text"]), stated_title=record["title"]).text
            assert item.quote in bodies[item.file], (question.id, item.file)


@needs_news
def test_each_dated_question_has_an_accepted_answer_in_each_of_its_quotes(resolved: list[EvalQuestion]) -> None:
    for question in resolved:
        for item in question.evidence:
            assert contains_answer(item.quote, question.answers[item.part]), (question.id, item.file)


@needs_news
def test_no_article_is_younger_than_the_day_a_question_is_asked_on(
    dated: list[EvalQuestion], news: dict[str, dict[str, str]]
) -> None:
    asked = [(question, question.today) for question in dated if question.today is not None]
    assert len(asked) >= 10
    for question, today in asked:
        for item in question.evidence:
            published = date.fromisoformat(news[item.file]["date"])
            assert 0 <= (today - published).days <= 7, (question.id, item.file)
