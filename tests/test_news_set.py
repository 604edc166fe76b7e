"""The set `news.jsonl`, dated.jsonl and what it lacks for answers, keeps the promises of eval/sets/README.md.

What needs the articles themselves is checked where the data folder is present.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from eval.metrics import contains_answer, normalise_answer
from eval.sentences import DATA
from eval.sets_io import EvalQuestion, load_set
from eval.spans import resolve_spans
from rag.clean import clean
from rag.loading.encodings import normalise

SETS = Path(__file__).parents[1] / "eval" / "sets"
REFUSED = ("unanswerable", "false_premise", "off_topic")
MANY_PARTS = ("conflict", "several_articles", "list")
MINIMA = {
    "unanswerable": 35,
    "several_articles": 20,
    "conflict": 18,
    "false_premise": 15,
    "off_topic": 10,
    "yes_no": 5,
    "who_said_what": 4,
    "list": 3,
    "why_how": 3,
}
needs_news = pytest.mark.skipif(not (DATA / "news").is_dir(), reason="the news data is not here")


@pytest.fixture(scope="module")
def questions() -> list[EvalQuestion]:
    return load_set(SETS / "news.jsonl")


@pytest.fixture(scope="module")
def added(questions: list[EvalQuestion]) -> list[EvalQuestion]:
    return [question for question in questions if question.id.startswith("n")]


@pytest.fixture(scope="module")
def news() -> dict[str, dict[str, str]]:
    with gzip.open(DATA / "news" / "dated.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def resolved(questions: list[EvalQuestion], news: dict[str, dict[str, str]]) -> list[EvalQuestion]:
    named = {item.file for question in questions for item in question.evidence}
    return resolve_spans(questions, {name: [normalise(news[name]["text"])] for name in named})


def test_it_opens_with_the_dated_set_unchanged() -> None:
    dated = (SETS / "dated.jsonl").read_text("utf-8")
    assert (SETS / "news.jsonl").read_text("utf-8").startswith(dated)


def test_a_fifth_is_refused_and_enough_needs_several_articles(questions: list[EvalQuestion]) -> None:
    assert len(questions) >= 270
    assert sum(not question.answerable for question in questions) >= len(questions) / 5
    assert sum(question.kind in {"conflict", "several_articles"} for question in questions) >= 28


def test_the_readme_states_the_number_of_each_added_kind(added: list[EvalQuestion]) -> None:
    counts = Counter(question.kind for question in added)
    assert set(counts) == set(MINIMA)
    assert [kind for kind, minimum in MINIMA.items() if counts[kind] < minimum] == []
    readme = (SETS / "README.md").read_text("utf-8")
    told = re.search(r"`news\.jsonl` is `dated\.jsonl` and (\d+) more questions: ([^.]+)\.", readme)
    assert told is not None
    assert int(told[1]) == len(added)
    assert {kind: int(n) for n, kind in re.findall(r"(\d+)\s+`(\w+)`", told[2])} == counts


def test_ids_go_on_without_a_gap_and_nothing_is_asked_twice(
    questions: list[EvalQuestion], added: list[EvalQuestion]
) -> None:
    assert [question.id for question in added] == [f"n{number:03d}" for number in range(1, len(added) + 1)]
    asked = Counter((question.history, normalise_answer(question.question)) for question in questions)
    assert [key for key, count in asked.items() if count > 1] == []


def test_answers_parts_and_evidence_are_as_the_kind_says(added: list[EvalQuestion]) -> None:
    for question in added:
        assert question.answerable == (question.kind not in REFUSED), question.id
        assert (len(question.answers) >= 2) == (question.kind in MANY_PARTS), question.id
        stated = {item.part for item in question.evidence}
        if question.answerable:
            assert stated == set(range(len(question.answers))), question.id
        else:
            assert bool(question.evidence) == (question.kind == "false_premise"), question.id
        if question.kind == "several_articles":
            by_part = [{item.file for item in question.evidence if item.part == part} for part in sorted(stated)]
            assert not set.intersection(*by_part), question.id


def test_no_text_of_an_article_is_in_the_set(added: list[EvalQuestion]) -> None:
    for question in added:
        places = [(item.file, item.span, item.part) for item in question.evidence]
        assert len(set(places)) == len(places), question.id
        for item in question.evidence:
            assert re.fullmatch(r"news_[a-z]+_\d{3}", item.file), question.id
            assert item.quote == "", question.id
            assert item.span is not None, question.id
            assert 20 <= item.span.end - item.span.start <= 700, question.id
        assert all(len(answer) <= 80 for part in question.answers for answer in part), question.id


def test_some_of_the_added_questions_are_typed_without_diacritics(added: list[EvalQuestion]) -> None:
    bare = [question for question in added if question.question.isascii()]
    assert len(bare) >= 8
    assert len({question.kind for question in bare}) >= 5


@needs_news
def test_each_quote_stands_in_the_cleaned_body(resolved: list[EvalQuestion], news: dict[str, dict[str, str]]) -> None:
    bodies: dict[str, str] = {}
    for question in resolved:
        for item in question.evidence:
            record = news[item.file]
            if item.file not in bodies:
                bodies[item.file] = clean(normalise(record["text"]), stated_title=record["title"]).text
            assert item.quote, (question.id, item.file)
            assert item.quote in bodies[item.file], (question.id, item.file)


@needs_news
def test_each_quote_has_an_accepted_answer(resolved: list[EvalQuestion]) -> None:
    for question in resolved:
        if not question.answerable:
            continue
        for item in question.evidence:
            assert contains_answer(item.quote, question.answers[item.part]), (question.id, item.file)
