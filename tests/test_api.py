"""The HTTP API: the contract exactly, bounds, one shape of errors, and a description that is true."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api import models
from app.api.asking import Asking, TooManyQuestions
from app.api.description import examples
from app.bounds import MOST_BYTES
from app.suggestions import Suggestions
from rag.contract import answer_to_json, article_to_json, search_to_json
from rag.engine import Engine
from rag.errors import LibraryDamaged
from rag.pipeline import ask, build, derived_id, open_engine, search
from tests.conftest import SEEDS
from tests.sites import QUESTION, made, news_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions), base_url="http://127.0.0.1") as opened:
        yield opened
    suggestions.stop()


def without_times(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "timings_ms": sorted(told["timings_ms"])}


# ---- questions ------------------------------------------------------------------------------------------------------


def test_an_answer_is_the_contract_exactly(client: TestClient, engine: Engine) -> None:
    got = client.post("/api/v1/ask", json={"question": QUESTION})
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/json"
    expected = answer_to_json(ask(engine, QUESTION))
    assert expected["status"] == "answered"
    assert without_times(got.json()) == without_times(json.loads(json.dumps(expected)))
    assert list(got.json()) == list(expected)


def test_all_that_a_question_may_come_with_is_heeded(client: TestClient, engine: Engine) -> None:
    asked = {
        "question": "Ông ấy ghi bàn khi nào?",
        "history": ["Ai ghi bàn quyết định?"],
        "answers": ["Nguyễn Quang Hải"],
        "filters": {"from": "2021-12-01", "to": "31/12/2021", "outlets": ["thanhnien"]},
        "today": "2021-12-21",
        "as_typed": True,
    }
    got = client.post("/api/v1/ask", json=asked).json()
    assert got["understood_as"] == "Nguyễn Quang Hải ghi bàn khi nào?"
    assert got["id"] == derived_id(asked["question"], asked["history"])  # type: ignore[arg-type]
    assert {hit["source"].rpartition("/")[2] for hit in got["hits"]} == {"bóng đá.md"}
    without = client.post("/api/v1/ask", json=asked | {"filters": {"outlets": ["laodong"]}}).json()
    assert without["status"] == "not_found"
    assert "laodong" in without["answer"]


@pytest.mark.parametrize("id", ["q-1", 7, 2.5, "câu ‘hỏi’"])
def test_an_id_comes_back_as_it_was_given(client: TestClient, id: object) -> None:
    for path in ("/api/v1/ask", "/api/v1/search"):
        got = client.post(path, json={"question": QUESTION, "id": id}).json()["id"]
        assert (got, type(got)) == (id, type(id))


def test_nothing_asked_is_not_found_and_no_error(client: TestClient) -> None:
    got = client.post("/api/v1/ask", json={"question": " ? "})
    assert (got.status_code, got.json()["status"]) == (200, "not_found")


def test_search_gives_the_nearest_passages(client: TestClient, engine: Engine) -> None:
    got = client.post("/api/v1/search", json={"question": QUESTION, "k": 2}).json()
    expected = search_to_json(search(engine, QUESTION, k=2))
    assert len(got["hits"]) == 2
    assert without_times(got) == without_times(json.loads(json.dumps(expected)))


def test_what_is_answered_has_the_shape_that_is_described(client: TestClient) -> None:
    for path, body, model in (
        ("/api/v1/ask", {"question": QUESTION}, models.Answer),
        ("/api/v1/ask", {"question": "x"}, models.Answer),
        ("/api/v1/search", {"question": QUESTION}, models.SearchResult),
    ):
        told = client.post(path, json=body).json()
        assert model.model_validate(told).model_dump(mode="json") == told
    for path, shape in (
        ("/api/v1/articles", models.Articles),
        ("/api/v1/library", models.Library),
        (f"/api/v1/articles/{told['hits'][0]['article_id']}", models.Article),
    ):
        told = client.get(path).json()
        assert shape.model_validate(told).model_dump(mode="json") == told


# ---- the library ----------------------------------------------------------------------------------------------------


def test_articles_are_listed_a_part_at_a_time(client: TestClient) -> None:
    whole = client.get("/api/v1/articles").json()
    assert (whole["total"], whole["offset"], len(whole["articles"])) == (3, 0, 3)
    assert [article["published_on"] for article in whole["articles"]] == ["2021-12-20", "2021-10-05", None]
    parts = [client.get("/api/v1/articles", params={"limit": 2, "offset": at}).json() for at in (0, 2, 4)]
    assert [article for part in parts for article in part["articles"]] == whole["articles"]
    assert {part["total"] for part in parts} == {3}


def test_articles_are_found_by_words_days_and_newspapers(client: TestClient) -> None:
    def titles(**asked: Any) -> list[str]:
        return [article["title"] for article in client.get("/api/v1/articles", params=asked).json()["articles"]]

    assert titles(words="song huong") == ["Lũ trên sông Hương"]
    assert titles(words="Mỹ Đình", order="best") == ["Việt Nam thắng Thái Lan"]
    assert titles(**{"from": "2021-12-01"}) == ["Việt Nam thắng Thái Lan"]
    assert titles(to="2021-12-01") == ["Lũ trên sông Hương"]
    assert titles(outlet=["tuoitre", "thanhnien"], order="oldest") == ["Lũ trên sông Hương", "Việt Nam thắng Thái Lan"]


def test_an_article_has_the_text_that_citations_count_in(client: TestClient, engine: Engine) -> None:
    (citation,) = client.post("/api/v1/ask", json={"question": QUESTION}).json()["citations"][:1]
    article = client.get(f"/api/v1/articles/{citation['article_id']}").json()
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    inspected = article_to_json(engine.article(citation["article_id"]))
    assert {name: article[name] for name in inspected} == json.loads(json.dumps(inspected))


def test_the_library_in_numbers(client: TestClient) -> None:
    told = client.get("/api/v1/library").json()
    assert (told["articles"], told["first_day"], told["last_day"]) == (3, "2021-10-05", "2021-12-20")
    assert (told["undated"], told["unnamed"], told["passages"]) == (1, 1, 3)
    assert told["newspapers"] == [{"name": "Thanh Niên", "articles": 1}, {"name": "Tuổi Trẻ", "articles": 1}]


# ---- bounds and errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "question: "),
        ({"question": 7}, "question: "),
        ({"question": "x" * 20_001}, "question: "),
        ({"question": "x", "history": ["x"] * 21}, "history: "),
        ({"question": "x", "history": "x"}, "history: "),
        ({"question": "x", "history": ["x" * 20_001]}, "history.0: "),
        ({"question": "x", "answers": ["x"]}, '"answers" has more entries than "history"'),
        ({"question": "x", "filters": {"from": "2021-13-01"}}, "filters.from: "),
        ({"question": "x", "filters": {"from": 1640995200}}, "filters.from: "),
        ({"question": "x", "filters": {"from": "2022-01-01", "to": "2021-01-01"}}, "filters: the filter ends"),
        ({"question": "x", "filters": {"outlets": ["x"] * 51}}, "filters.outlets: "),
        ({"question": "x", "filters": {"outlets": [" "]}}, "filters: the outlet is blank"),
        ({"question": "x", "from": "2021-01-01"}, "from: Extra inputs"),
        ({"question": "x", "as_typed": "perhaps"}, "as_typed: "),
        ({"question": "x", "id": True}, "id"),
        ({"question": "x", "id": []}, "id"),
        ({"question": "x", "k": 3}, "k: Extra inputs"),
        ([], "the body is no JSON object"),
        (None, "the body is no JSON object"),
    ],
)
def test_what_is_out_of_bounds_is_named(client: TestClient, body: object, place: str) -> None:
    got = client.post("/api/v1/ask", json=body)
    assert got.status_code == 422
    assert set(got.json()) == {"id", "error"}
    assert got.json()["error"].startswith(place)


@pytest.mark.parametrize("k", [0, 101, "many"])
def test_k_has_bounds(client: TestClient, k: object) -> None:
    got = client.post("/api/v1/search", json={"question": "x", "k": k, "id": "q"})
    assert (got.status_code, got.json()["id"]) == (422, "q")
    assert got.json()["error"].startswith("k: ")


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/api/v1/articles?limit=201", 422, "limit: "),
        ("GET", "/api/v1/articles?offset=-1", 422, "offset: "),
        ("GET", "/api/v1/articles?order=random", 422, "order: "),
        ("GET", "/api/v1/articles?from=gestern", 422, "from: "),
        ("GET", "/api/v1/articles?from=2022-01-01&to=2021-01-01", 422, "the filter ends"),
        ("GET", "/api/v1/articles/nothing", 404, "no article 'nothing'"),
        ("GET", "/api/v1/ask", 405, "/api/v1/ask is not asked for in this way"),
        ("GET", "/api/v2/ask", 404, "there is nothing at /api/v2/ask"),
    ],
)
def test_every_failure_has_one_shape(client: TestClient, method: str, path: str, status: int, said: str) -> None:
    got = client.request(method, path)
    assert got.status_code == status
    assert set(got.json()) == {"id", "error"}
    assert got.json()["error"].startswith(said)


def test_what_is_no_json_is_said(client: TestClient) -> None:
    for content, kind in ((b"{", "application/json"), (b"question=x", "application/x-www-form-urlencoded"), (b"", "")):
        got = client.post("/api/v1/ask", content=content, headers={"content-type": kind})
        assert (got.status_code, set(got.json())) == (422, {"id", "error"})


def test_hostile_texts_come_back_as_they_are(client: TestClient) -> None:
    for question in ("<script>alert(1)</script>", "a\u202eb\u200b", "\0", "𝕏 😀", '"; DROP TABLE articles; --'):
        got = client.post("/api/v1/ask", json={"question": question})
        assert (got.status_code, got.json()["question"]) == (200, question)
    lone = client.post("/api/v1/ask", content=b'{"question": "\\ud800"}', headers={"content-type": "application/json"})
    assert lone.status_code in {200, 422}
    json.loads(lone.text)


def test_a_request_has_a_size(client: TestClient) -> None:
    large = b'{"question": "' + b"x" * MOST_BYTES + b'"}'
    got = client.post("/api/v1/ask", content=large, headers={"content-type": "application/json"})
    assert (got.status_code, set(got.json())) == (413, {"id", "error"})
    assert client.post("/vi/gradio_api/queue/join", content=large).status_code == 413

    def unsaid() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    # Whoever does not say how large it is is not listened to any longer.
    with suppress(Exception):
        sent = client.post("/api/v1/ask", content=unsaid(), headers={"content-type": "application/json"})
        assert sent.status_code >= 400


def test_a_damaged_library_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise LibraryDamaged("the database is torn", remedy="Run `hoibao repair`")

    monkeypatch.setattr("rag.pipeline.ask", damaged)
    got = client.post("/api/v1/ask", json={"question": "x", "id": 3})
    assert got.status_code == 500
    assert got.json() == {"id": 3, "error": "the database is torn. Run `hoibao repair`"}


def test_a_fault_is_told_without_its_inside(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("inside")

    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        suggestions.stop()
        monkeypatch.setattr("rag.pipeline.ask", broken)
        got = client.post("/api/v1/ask", json={"question": "x", "id": 3})
    assert (got.status_code, got.json()["id"]) == (500, 3)
    assert "inside" not in got.text


def test_more_than_can_wait_are_refused_in_words(engine: Engine) -> None:
    asking = Asking(engine, queued=3, queued_each=2)

    async def crowd() -> list[object]:
        asked = models.AskRequest(question=QUESTION)
        names = ("a", "a", "a", "b", "c")
        with engine.lock:  # nobody gets on meanwhile
            tasks = [asyncio.ensure_future(asking.answer(name, asked)) for name in names]
            await asyncio.sleep(0.05)
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    first, second, third, fourth, fifth = asyncio.run(crowd())
    assert all(isinstance(answer, dict) for answer in (first, second, fourth))
    assert isinstance(third, TooManyQuestions)
    assert "2 questions of yours wait already" in str(third)
    assert isinstance(fifth, TooManyQuestions)
    assert "3 questions wait already" in str(fifth)
    # Places are given back.
    assert asyncio.run(asking.answer("a", models.AskRequest(question=QUESTION)))["status"] == "answered"
    asking.close()


def test_a_full_queue_is_status_503(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise TooManyQuestions("64 questions")

    monkeypatch.setattr(Asking, "answer", full)
    got = client.post("/api/v1/ask", json={"question": "x", "id": "q"})
    assert (got.status_code, got.headers["retry-after"]) == (503, "2")
    assert got.json() == {"id": "q", "error": "64 questions wait already. Try again in 2 seconds"}


def test_waiting_questions_hold_up_nothing_else(client: TestClient, engine: Engine) -> None:
    answers: list[int] = []
    with engine.turns.one(), engine.turns.one():
        threads = [
            threading.Thread(
                target=lambda: answers.append(client.post("/api/v1/ask", json={"question": QUESTION}).status_code)
            )
            for _ in range(30)
        ]
        for thread in threads:
            thread.start()
        assert client.get("/api/v1/library").status_code == 200
        assert client.get("/ui/vi/filters").status_code == 200
        assert answers == []
    for thread in threads:
        thread.join(30)
    assert answers == [200] * 30


# ---- the description ------------------------------------------------------------------------------------------------


def test_the_description_is_valid_openapi(client: TestClient) -> None:
    got = client.get("/api/openapi.json")
    description = got.json()
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()  # type: ignore[no-untyped-call]
    assert set(description["paths"]) == {
        "/v1/ask", "/v1/search", "/v1/articles", "/v1/articles/{id}", "/v1/library"
    }  # fmt: skip
    for operations in description["paths"].values():
        for operation in operations.values():
            answer = operation["responses"]["200"]["content"]["application/json"]
            assert "$ref" in answer["schema"]
            assert answer["example"]
            for status, told in operation["responses"].items():
                if status != "200":
                    assert told["content"]["application/json"]["schema"]["$ref"].endswith("/Error")


def test_the_page_tells_all_that_the_description_holds(client: TestClient) -> None:
    page = client.get("/api").text
    for name in client.get("/api/openapi.json").json()["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    for part in ("POST", "/api/v1/ask", "/api/v1/articles/{id}", "short_answer", "curl", "/mcp"):
        assert part.replace("{", "&#123;").replace("}", "&#125;") in page
    assert "<script" not in page
    assert "://" not in page.replace("http://127.0.0.1:7860", "")


@pytest.mark.model
def test_the_examples_are_what_the_seeds_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of lists the examples show the first items; numbers that differ from run to run are not compared."""
    monkeypatch.chdir(SEEDS.parent)
    build([SEEDS.name], tmp_path / "library")
    with open_engine(tmp_path / "library") as engine:
        suggestions = Suggestions(engine)
        with TestClient(made(engine, suggestions), base_url="http://127.0.0.1") as client:
            suggestions.stop()
            for name, example in examples().items():
                path = f"/api/v1/{name}" if name != "article" else f"/api/v1/articles/{example['parameters']['id']}"
                if "request" in example:
                    got = client.post(path, json=example["request"]).json()
                else:
                    asked = {} if name == "article" else example.get("parameters", {})
                    got = client.get(path, params=asked).json()
                assert is_shown_in(example["response"], got), name


def is_shown_in(shown: Any, whole: Any) -> bool:
    """Whether an example is the whole, or the first items of its lists, apart from fractions."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and list(shown) == list(whole) and all(
            is_shown_in(shown[name], whole[name]) for name in shown
        )  # fmt: skip
    if isinstance(shown, list):
        return len(shown) <= len(whole) and all(map(is_shown_in, shown, whole))
    if isinstance(shown, float):
        return isinstance(whole, float | int)
    if isinstance(shown, str) and shown.endswith("…"):
        return str(whole).startswith(shown[:-1])
    return bool(shown == whole)


@pytest.mark.parametrize("value", ["yes", 1, "true", None])
def test_whether_a_model_is_to_write_is_true_or_false_alone(client: TestClient, value: object) -> None:
    assert client.post("/api/v1/ask", json={"question": QUESTION, "generate": value}).status_code == 422
