"""Example questions: drawn from articles, kept only where the library answers them from the sentence they came from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

import app.suggestions
from app.suggest import candidates, examples
from app.suggestions import WARMING, Suggestions
from rag.datatypes import Answer, Article, Chunk, Citation, Hit
from rag.errors import LibraryDamaged, LibraryError
from tests.helpers import an_article

SPOKEN = "Hôm qua trời mưa. Ngoại trưởng Anh Liz Truss cho biết NATO ủng hộ. Ba Lan đề xuất gửi đạn."
SILENT = "Sông Hồng dâng cao. Nước Sông Hồng ngập bãi. Dân bên Sông Hồng dời đi."


def questions(text: str) -> list[str]:
    return [candidate.question for candidate in candidates(an_article("a.txt", text))]


def answered(article: Article, start: int, end: int) -> Answer:
    citation = Citation(1, article.id, article.source, article.title, None, None, start, end, article.text[start:end])
    return Answer(id="1", question="?", status="answered", text="", citations=(citation,))


def always(article: Article) -> Callable[[str], Answer]:
    return lambda question: answered(article, 0, len(article.text))


NOT_FOUND = Answer(id="1", question="?", status="not_found", text="Không tìm thấy trong nguồn.")


def test_speakers_become_questions_the_fullest_name_first() -> None:
    assert questions(SPOKEN) == ["Ngoại trưởng Anh Liz Truss nói gì?", "Ba Lan đề xuất gì?"]


def test_a_name_after_any_other_word_is_not_cut_out_of_a_longer_one() -> None:
    assert questions("Hôm qua, hãng Tân Hoa Xã cho biết trời mưa.") == []


def test_what_stands_between_a_speaker_and_the_verb_is_left_out() -> None:
    told = "Bà Hoàng Lan Phương, Giám đốc Trung tâm Quản lý giao thông, cho biết sẽ mở thêm tuyến."
    assert questions(told) == ["Bà Hoàng Lan Phương nói gì?"]
    assert questions("Ông Blinken, theo bà Truss. Người này, hôm qua, cho biết trời mưa.") == []


def test_an_office_in_mid_sentence_opens_the_question_with_a_capital() -> None:
    assert questions("Tối qua ông Blinken đã khẳng định lập trường.") == ["Ông Blinken khẳng định gì?"]


def test_where_nobody_speaks_the_most_frequent_name_is_asked_about() -> None:
    assert questions(SILENT) == ["Có tin gì về Sông Hồng?"]


def test_nothing_but_letters_comes_out_of_an_article() -> None:
    assert questions("Ông <script>Blinken</script> cho biết trời mưa. Ông Blin\u202eken nói.") == []


def test_a_very_long_name_makes_no_question() -> None:
    assert questions(f"Ông {' '.join(['Nguyễnnnnnnnnnn'] * 6)} cho biết trời mưa.") == []


def test_only_questions_answered_from_their_own_sentence_are_kept() -> None:
    article = an_article("a.txt", SPOKEN)
    own = SPOKEN.index("Ba Lan")
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return answered(article, own, len(SPOKEN))

    assert list(examples([article], ask)) == ["Ba Lan đề xuất gì?"]
    assert asked == ["Ngoại trưởng Anh Liz Truss nói gì?", "Ba Lan đề xuất gì?"]
    other = an_article("b.txt", SPOKEN)
    assert list(examples([article], always(other))) == []
    assert list(examples([article], lambda question: NOT_FOUND)) == []


def test_one_question_an_article_none_twice_and_no_more_than_asked_for() -> None:
    articles = [an_article(f"{n}.txt", f"Ông {name} cho biết trời mưa.") for n, name in enumerate(["An", "An", "Bình"])]
    by_question = {"Ông An nói gì?": articles[0], "Ông Bình nói gì?": articles[2]}

    def ask(question: str) -> Answer:
        article = by_question[question]
        return answered(article, 0, len(article.text))

    assert list(examples(articles, ask)) == ["Ông An nói gì?", "Ông Bình nói gì?"]
    assert list(examples(articles, ask, count=1)) == ["Ông An nói gì?"]


def test_the_search_ends_when_told_and_does_not_read_a_large_library() -> None:
    article = an_article("a.txt", SPOKEN)
    assert list(examples([article], always(article), stop=lambda: True)) == []
    read = 0

    def articles() -> Iterator[Article]:
        nonlocal read
        while True:
            read += 1
            yield article

    assert list(examples(articles(), lambda question: NOT_FOUND)) == []
    assert read <= 50


class FakeEngine:
    """As much of an engine as the search for suggestions touches."""

    def __init__(self, *articles: Article) -> None:
        self.known = {article.id: article for article in articles}
        self.lock = threading.RLock()
        self.library = self
        self.generation = 1
        self.turns = self
        self.people_wait = False

    @contextmanager
    def glance(self) -> Iterator[None]:
        yield

    def waiting(self) -> int:
        return int(self.people_wait)

    def manifest(self) -> SimpleNamespace:
        return SimpleNamespace(chunks=len(self.known))

    def articles(self) -> Iterator[SimpleNamespace]:
        for id in list(self.known):
            yield SimpleNamespace(id=id)

    def article(self, id: str) -> Article:
        if id not in self.known:
            raise LibraryError(f"no article {id}")
        return self.known[id]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    article = an_article("a.txt", SPOKEN)
    fake = FakeEngine(article)
    monkeypatch.setattr(app.suggestions, "ask", lambda engine, question: answered(article, 0, len(article.text)))
    return fake


def suggestions(engine: FakeEngine) -> Suggestions:
    return Suggestions(cast(Any, engine))


def test_suggestions_are_found_once_for_each_generation(engine: FakeEngine) -> None:
    found = suggestions(engine)
    assert found.wait() == ["Ngoại trưởng Anh Liz Truss nói gì?"]
    assert not found.empty()
    engine.known.clear()
    assert found.wait() == ["Ngoại trưởng Anh Liz Truss nói gì?"]
    engine.generation = 2
    assert found.wait() == []
    assert found.empty()


def test_what_the_first_questions_need_is_made_ready_once(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    article = next(iter(engine.known.values()))

    def noted(engine: object, question: str) -> Answer:
        asked.append(question)
        return answered(article, 0, len(article.text))

    monkeypatch.setattr(app.suggestions, "ask", noted)
    found = suggestions(engine)
    example = "Ngoại trưởng Anh Liz Truss nói gì?"
    assert found.wait() == [example]
    found._thread.join(10)
    assert asked == [example, *WARMING]
    engine.generation = 2
    found.wait()
    found._thread.join(10)
    assert asked == [example, *WARMING, example]


def test_while_people_wait_nothing_is_looked_for_after_an_answer(engine: FakeEngine) -> None:
    article = next(iter(engine.known.values()))
    answer = answered(article, 0, len(article.text))
    found = suggestions(engine)
    example = "Ngoại trưởng Anh Liz Truss nói gì?"
    assert found.wait() == [example]
    engine.people_wait = True
    asked: list[str] = []
    found._ask = lambda question: asked.append(question) or answer  # type: ignore[assignment, func-returns-value]
    assert found.after(answer, []) == [example]
    assert asked == []
    engine.people_wait = False
    found.after(answer, [])
    assert asked


def test_what_to_ask_next_is_looked_for_once_at_a_time(engine: FakeEngine) -> None:
    article = next(iter(engine.known.values()))
    answer = answered(article, 0, len(article.text))
    found = suggestions(engine)
    example = "Ngoại trưởng Anh Liz Truss nói gì?"
    assert found.wait() == [example]
    begun, let, asked = threading.Event(), threading.Event(), []

    def slow(question: str) -> Answer:
        asked.append(question)
        begun.set()
        assert let.wait(20)
        return answer

    found._ask = slow  # type: ignore[method-assign]
    first = threading.Thread(target=found.after, args=(answer, []))
    first.start()
    assert begun.wait(20)
    assert found.after(answer, []) == [example]
    assert len(asked) == 1
    let.set()
    first.join(20)
    found.after(answer, [])
    assert len(asked) == 2


def test_a_library_that_is_damaged_meanwhile_costs_no_more_than_what_to_ask_next(engine: FakeEngine) -> None:
    article = next(iter(engine.known.values()))
    found = suggestions(engine)
    example = "Ngoại trưởng Anh Liz Truss nói gì?"
    assert found.wait() == [example]

    def broken(question: str) -> Answer:
        raise LibraryDamaged("torn")

    found._ask = broken  # type: ignore[method-assign]
    assert found.after(answered(article, 0, len(article.text)), []) == [example]


def test_a_damaged_library_has_no_suggestions(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: object, question: str) -> Answer:
        raise LibraryDamaged("torn")

    monkeypatch.setattr(app.suggestions, "ask", broken)
    assert suggestions(engine).wait() == []


def test_the_search_can_be_stopped(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, stopped = threading.Event(), threading.Event()

    def slow(engine: object, question: str) -> Answer:
        asked.set()
        assert stopped.wait(10)
        return NOT_FOUND

    monkeypatch.setattr(app.suggestions, "ask", slow)
    article = next(iter(engine.known.values()))
    engine.known |= {str(n): article for n in range(30)}
    found = suggestions(engine)
    assert asked.wait(10)
    # It waits for the question that is being asked.
    threading.Timer(0.3, stopped.set).start()
    found.stop()
    assert stopped.is_set()
    monkeypatch.setattr(app.suggestions, "ask", lambda engine, question: pytest.fail("asked after the stop"))
    assert found.wait(10) == []


# ---- what to ask after an answer


TWO_SPEAKERS = "Ông An cho biết trời mưa. Ông Bình cho biết trời nắng."


def after_engine(monkeypatch: pytest.MonkeyPatch, *articles: Article) -> FakeEngine:
    """An engine whose every article answers every question, and which gives no examples of its own."""
    fake = FakeEngine(*articles)
    everything = [
        Citation(1, one.id, one.source, one.title, None, None, 0, len(one.text), one.text) for one in articles
    ]
    answer = Answer(id="1", question="?", status="answered", text="", citations=tuple(everything))
    monkeypatch.setattr(app.suggestions, "ask", lambda engine, question: answer)
    return fake


def test_after_an_answer_its_own_articles_are_asked_about_and_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    cited, near = an_article("a.txt", TWO_SPEAKERS), an_article("b.txt", "Ông Chi cho biết trời lạnh.")
    found = suggestions(after_engine(monkeypatch, cited, near))
    found._thread.join(10)
    found._found.clear()
    hit = Hit(Chunk("b:0000", near.id, 0, 0, 5), near.source, near.text, 1.0)
    answer = replace(answered(cited, 0, 5), hits=(hit,))
    assert found.after(answer, ["Ai nói gì?"]) == ["Ông An nói gì?", "Ông Chi nói gì?"]
    # The end mark and capitals make no other question of it.
    assert found.after(answer, ["ông an nói gì"]) == ["Ông Bình nói gì?", "Ông Chi nói gì?"]
    assert found.after(answer, ["Ông An nói gì?"], count=1) == ["Ông Bình nói gì?"]


def test_after_an_answer_examples_make_up_the_number(engine: FakeEngine) -> None:
    found = suggestions(engine)
    assert found.wait() == ["Ngoại trưởng Anh Liz Truss nói gì?"]
    assert found.after(NOT_FOUND, ["Vàng?"]) == ["Ngoại trưởng Anh Liz Truss nói gì?"]
    assert found.after(NOT_FOUND, ["Ngoại trưởng Anh Liz Truss nói gì?"]) == []


def test_an_article_that_has_left_the_library_is_passed_over(engine: FakeEngine) -> None:
    found = suggestions(engine)
    found.wait()
    assert found.after(answered(an_article("gone.txt", TWO_SPEAKERS), 0, 5), []) == [
        "Ngoại trưởng Anh Liz Truss nói gì?"
    ]


def test_once_it_is_stopped_nothing_more_is_asked(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    found = suggestions(engine)
    found.wait()
    found.stop()
    found._found.clear()
    monkeypatch.setattr(app.suggestions, "ask", lambda engine, question: pytest.fail("asked after the stop"))
    article = next(iter(engine.known.values()))
    assert found.after(answered(article, 0, 5), []) == []
