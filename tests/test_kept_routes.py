"""What the page's script fetches of kept conversations, and the files to take along, over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import docx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.keeping.records import KeptTurn
from app.keeping.store import Conversations
from app.routes import conversations as conversation_routes
from app.routes import exports as export_routes
from app.words import words_of
from eval.sets_io import load_set
from rag.datatypes import Answer
from rag.engine import Engine
from rag.errors import DiskFull, LibraryDamaged, LibraryLocked, RagError
from rag.library import Library
from rag.pipeline import open_engine
from tests.fakes import HashingEmbedder
from tests.helpers import an_article, remove_articles, small_library
from tests.rendering import FIRST, TEXT, a_hit, an_answer

VI = words_of("vi")
SCRIPT = {"x-hoi-bao": "1"}
URL = "https://bao.example/tin"
ARTICLE = replace(an_article("báo/a.txt", TEXT, title="Viện trợ"), url=URL)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations.open(tmp_path)) as conversations:
        yield conversations


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    small_library(tmp_path, [ARTICLE]).close()
    with open_engine(tmp_path / "library", embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def client(kept: Conversations, engine: Engine) -> Iterator[TestClient]:
    """The routes over a real library; the person's name comes in a header, which the page has from a login."""
    app = FastAPI()

    @app.middleware("http")
    async def log_in(request: Request, call_next: Any) -> Any:
        request.state.user = request.headers.get("x-user", "")
        return await call_next(request)

    suggestions = SimpleNamespace(after=lambda answer, asked: [f"Sau {len(asked)} câu?"])
    site = cast(Any, SimpleNamespace(engine=engine, suggestions=suggestions, conversations=kept))
    app.include_router(conversation_routes.router(site))
    app.include_router(export_routes.router(site))
    with TestClient(app) as opened:
        yield opened


def a_conversation(kept: Conversations, *questions: str, owner: str = "") -> str:
    id = kept.begin(owner, questions[0])
    for question in questions:
        kept.put(owner, id, None, KeptTurn(question, replace(an_answer(ARTICLE, FIRST, short="Ba Lan"))))
    return id


# ---- the list


def test_the_list_is_of_one_s_own_and_searched(client: TestClient, kept: Conversations) -> None:
    mine, _ = a_conversation(kept, "Của tôi?", owner="lan"), a_conversation(kept, "Của họ?", owner="minh")
    shown = client.get("/ui/vi/conversations", headers={"x-user": "lan"}, params={"current": mine})
    assert shown.headers["cache-control"] == "no-store"
    assert "Của tôi?" in shown.text
    assert "aria-current=true" in shown.text
    assert "Của họ?" not in shown.text
    for search, found in (("cua", True), ("không có", False)):
        text = client.get("/ui/vi/conversations", headers={"x-user": "lan"}, params={"search": search}).text
        assert ("Của tôi?" in text) is found
        assert (VI.chat.nothing_found in text) is not found
    assert VI.chat.no_conversations in client.get("/ui/vi/conversations").text
    assert "No conversations yet." in client.get("/ui/en/conversations").text
    assert client.get("/ui/fr/conversations").status_code == 422
    assert client.get("/ui/vi/conversations", params={"search": "x" * 201}).status_code == 422


def test_older_ones_are_listed_when_they_are_asked_for(client: TestClient, kept: Conversations) -> None:
    for number in range(5):
        a_conversation(kept, f"Câu {number}?")
    shown = client.get("/ui/vi/conversations", params={"most": 2}).text
    assert shown.count("<li ") == 2
    assert 'data-most="202"' in shown
    shown = client.get("/ui/vi/conversations", params={"most": 5}).text
    assert shown.count("<li ") == 5
    assert "hb-older" not in shown


def test_trouble_is_told_in_the_list(client: TestClient, kept: Conversations) -> None:
    kept.trouble = "unwritable"
    assert VI.keeping.troubles["unwritable"] in client.get("/ui/vi/conversations").text


# ---- changes


@pytest.mark.parametrize("path", ["title", "delete", "restore", "judge"])
def test_a_change_that_no_script_of_the_page_sends_is_refused(
    client: TestClient, kept: Conversations, path: str
) -> None:
    id = a_conversation(kept, "Ai?")
    body = {"title": "Tên", "turn": 0, "thumb": "up"}
    assert client.post(f"/ui/vi/conversations/{id}/{path}", json=body).status_code == 403
    assert kept.one("", id).title == "Ai?"
    assert kept.turns("", id)[0].thumb is None


def test_a_conversation_is_renamed_deleted_and_restored(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai?")
    place = f"/ui/vi/conversations/{id}"
    assert client.post(f"{place}/title", json={"title": "Việc Ba Lan"}, headers=SCRIPT).status_code == 204
    assert kept.one("", id).title == "Việc Ba Lan"
    assert client.post(f"{place}/title", json={"title": "x" * 201}, headers=SCRIPT).status_code == 422
    assert client.post(f"{place}/delete", headers=SCRIPT).status_code == 204
    assert "Việc Ba Lan" not in client.get("/ui/vi/conversations").text
    assert client.get(f"{place}/export.md").status_code == 404
    assert client.post(f"{place}/restore", headers=SCRIPT).status_code == 204
    assert "Việc Ba Lan" in client.get("/ui/vi/conversations").text
    other = SCRIPT | {"x-user": "minh"}
    for path, body in (("title", {"title": ""}), ("delete", {}), ("restore", {}), ("judge", {"turn": 0})):
        assert client.post(f"{place}/{path}", json=body, headers=other).status_code == 404


def test_a_judgement_is_kept_changed_and_bounded(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai?")
    place = f"/ui/vi/conversations/{id}/judge"
    body = {"turn": 0, "thumb": "down", "reason": "sai"}
    assert client.post(place, json=body, headers=SCRIPT).status_code == 204
    assert (kept.turns("", id)[0].thumb, kept.turns("", id)[0].reason) == ("down", "sai")
    assert client.post(place, json={"turn": 0, "thumb": None}, headers=SCRIPT).status_code == 204
    assert kept.turns("", id)[0].thumb is None
    assert client.post(place, json={"turn": 7, "thumb": "up"}, headers=SCRIPT).status_code == 404
    assert client.post(place, json={"turn": 0, "thumb": "up", "wording": "fluent"}, headers=SCRIPT).status_code == 204
    for wrong in (
        {"turn": -1, "thumb": "up"},
        {"turn": 0, "thumb": "sideways"},
        {"turn": 0, "reason": "x" * 2001},
        {"turn": 0, "thumb": "up", "wording": "another"},
    ):
        assert client.post(place, json=wrong, headers=SCRIPT).status_code == 422


def test_a_judgement_of_an_answer_that_is_another_by_now_is_refused(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai?")
    place = f"/ui/vi/conversations/{id}/judge"
    stamp = kept.turns("", id)[0].stamp
    assert client.post(place, json={"turn": 0, "stamp": stamp, "thumb": "up"}, headers=SCRIPT).status_code == 204
    kept.put("", id, 0, KeptTurn("Bao giờ?", kept.turns("", id)[0].answer))
    refused = client.post(place, json={"turn": 0, "stamp": stamp, "thumb": "down"}, headers=SCRIPT)
    assert refused.status_code == 409
    assert refused.json()["detail"] == {"told": VI.chat.changed_elsewhere}
    assert kept.turns("", id)[0].thumb is None


@pytest.mark.parametrize(("error", "status"), [(LibraryLocked, 503), (DiskFull, 507), (LibraryDamaged, 500)])
def test_a_file_of_conversations_that_cannot_be_used_is_told(
    client: TestClient, kept: Conversations, monkeypatch: pytest.MonkeyPatch, error: type[RagError], status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("locked", where="conversations.db", remedy="Retry")

    id = a_conversation(kept, "Ai?")
    for name in ("listed", "turns", "one", "rename", "delete", "restore", "judge", "judged"):
        monkeypatch.setattr(kept, name, fail)
    place = f"/ui/vi/conversations/{id}"
    answers = [
        client.get("/ui/vi/conversations"),
        client.get(f"{place}/next?turn=0"),
        client.get(f"{place}/export.md"),
        client.get("/ui/vi/judged.jsonl"),
        client.post(f"{place}/title", json={"title": "a"}, headers=SCRIPT),
        client.post(f"{place}/delete", headers=SCRIPT),
        client.post(f"{place}/restore", headers=SCRIPT),
        client.post(f"{place}/judge", json={"turn": 0, "thumb": "up"}, headers=SCRIPT),
    ]
    assert [answer.status_code for answer in answers] == [status] * len(answers)
    assert {answer.json()["detail"]["told"] for answer in answers} == {VI.failures.kinds[error]}


def test_questions_to_ask_next_are_told_apart_from_ones_to_ask_instead(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai?", "Gì?")
    kept.put("", id, None, KeptTurn("Vàng?", Answer("1", "Vàng?", "not_found", "Không.")))
    kept.put("", id, None, KeptTurn("Hỏng?", None, "Đĩa đầy."))
    place = f"/ui/vi/conversations/{id}/next"
    assert VI.chat.next in client.get(place, params={"turn": 0}).text
    assert "Sau 4 câu?" in client.get(place, params={"turn": 0}).text
    assert VI.chat.instead in client.get(place, params={"turn": 2}).text
    for turn in (3, 4, -1):
        assert client.get(place, params={"turn": turn}).text == ""
    assert client.get("/ui/vi/conversations/none/next", params={"turn": 0}).status_code == 404


# ---- files to take along


def test_a_conversation_is_downloaded_in_every_format(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai gửi đạn?")
    place = f"/ui/vi/conversations/{id}/export"
    text = client.get(f"{place}.md")
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.headers["cache-control"] == "no-store"
    assert "filename*=UTF-8''Ai%20g%E1%BB%ADi%20%C4%91%E1%BA%A1n.md" in text.headers["content-disposition"]
    assert text.text.startswith("# Ai gửi đạn?")
    assert f"(<{URL}>)" in text.text
    read = json.loads(client.get(f"{place}.json").content)
    assert read["turns"][0]["answer"]["citations"][0]["quote"] == FIRST
    assert read["articles"][0]["url"] == URL
    word = docx.Document(io.BytesIO(client.get(f"{place}.docx").content))
    assert word.paragraphs[0].text == "Ai gửi đạn?"
    assert "Asked" in client.get(f"/ui/en/conversations/{id}/export.md").text
    assert client.get(f"{place}.pdf").status_code == 422


def test_nobody_else_s_conversation_is_downloaded(client: TestClient, kept: Conversations) -> None:
    id = a_conversation(kept, "Ai?", owner="lan")
    for name in ("minh", ""):
        assert client.get(f"/ui/vi/conversations/{id}/export.md", headers={"x-user": name}).status_code == 404
    assert client.get(f"/ui/vi/conversations/{id}/export.md", headers={"x-user": "lan"}).status_code == 200


def test_what_has_left_the_library_since_is_exported_as_it_was_kept(
    client: TestClient, kept: Conversations, engine: Engine
) -> None:
    id = a_conversation(kept, "Ai?")
    assert URL in client.get(f"/ui/vi/conversations/{id}/export.md").text
    with Library.open(engine.library.folder) as another:
        remove_articles(another, [ARTICLE.id])
    text = client.get(f"/ui/vi/conversations/{id}/export.md").text
    assert FIRST in text
    assert VI.chat.gone in text
    assert URL not in text
    assert (
        json.loads(client.get(f"/ui/vi/conversations/{id}/export.json").content)["articles"][0]["in_library"] is False
    )


def test_one_s_own_judgements_are_downloaded_as_a_set(client: TestClient, kept: Conversations, tmp_path: Path) -> None:
    silent = Answer("1", "Vàng?", "not_found", "Không.", hits=(a_hit("Dầu."),))
    for owner, thumb in (("lan", "up"), ("lan", "down"), ("minh", "up")):
        id = a_conversation(kept, f"{owner} {thumb}?", owner=owner)
        kept.put(owner, id, None, KeptTurn("Vàng?", silent))
        kept.judge(owner, id, 0, cast(Any, thumb), "sai" if thumb == "down" else None)
    answer = client.get("/ui/vi/judged.jsonl", headers={"x-user": "lan"})
    assert answer.headers["content-type"] == "application/jsonl"
    assert 'filename="danh-gia.jsonl"' in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["question"] for line in lines] == ["lan up?", "lan down?"]
    assert "draft" in lines[1]
    (tmp_path / "set.jsonl").write_bytes(answer.content)
    assert [question.question for question in load_set(tmp_path / "set.jsonl")] == ["lan up?"]
    assert client.get("/ui/vi/judged.jsonl").text == ""
