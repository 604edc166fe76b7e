"""The site as it is served to others: nobody gets in without a password, and what is one's own stays one's own."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount

from app.login.access import Access
from app.login.users import add_user, new_token, remove_user
from app.routes.login import own_place
from app.suggestions import Suggestions
from eval.visitors import Connection, PageVisitor
from rag.engine import Engine
from tests.sites import PASSWORDS, QUESTION, made, news_engine, serving, users_file

HTML = {"accept": "text/html,*/*"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with news_engine(tmp_path_factory.mktemp("news")) as opened:
        yield opened


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return users_file(tmp_path_factory.mktemp("users"))


@pytest.fixture(scope="module")
def site(engine: Engine, users: Path) -> Iterator[Any]:
    suggestions = Suggestions(engine)
    yield made(engine, suggestions, access=Access(users))
    suggestions.stop()


@pytest.fixture
def stranger(site: Any) -> TestClient:
    """Somebody who is not logged in, and follows no redirection."""
    return TestClient(site, base_url="http://127.0.0.1", follow_redirects=False)


def logged_in(site: Any, name: str, **options: Any) -> TestClient:
    client = TestClient(site, base_url=options.pop("base_url", "http://127.0.0.1"), follow_redirects=False, **options)
    answer = client.post("/login", data={"name": name, "password": PASSWORDS[name], "next": "/vi/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/vi/")
    return client


# ---- nothing without logging in -------------------------------------------------------------------------------------


def paths_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every path that the site knows, Gradio's own among them, with a method that it takes."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from paths_of(list(included.routes), prefix)
        elif isinstance(route, Mount):
            yield from paths_of(list(route.routes or []), prefix + route.path)
            yield "GET", f"{prefix}{route.path}/"
        else:
            path = re.sub(r"\{[^}]*\}", "x", str(getattr(route, "path", "/")))
            for method in sorted(getattr(route, "methods", None) or {"GET", "POST"}):
                yield method, prefix + path


def test_no_path_gives_a_stranger_anything_but_the_way_in(site: Any, stranger: TestClient) -> None:
    seen = set(paths_of(site.routes)) | {("GET", "/"), ("GET", "/vi/"), ("POST", "/mcp"), ("GET", "/nothing")}
    assert len(seen) > 100
    assert {("POST", "/vi/gradio_api/queue/join"), ("GET", "/en/config"), ("POST", "/api/v1/ask")} <= seen
    for method, path in sorted(seen):
        if path.startswith("/static/") or path in {"/login", "/logout"}:
            continue
        answer = stranger.request(method, path)
        assert answer.status_code == 401, (method, path)
        if method != "HEAD":
            assert set(answer.json()) == {"id", "error"}


def test_a_browser_is_sent_to_the_login_page_and_back(stranger: TestClient) -> None:
    answer = stranger.get("/vi/?conversation=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={quote('/vi/?conversation=1', safe='')}"
    page = stranger.get(answer.headers["location"], headers=HTML)
    assert page.status_code == 200
    assert 'name="next" value="/vi/?conversation=1"' in unescape(page.text)
    assert page.headers["cache-control"] == "no-store"
    entered = stranger.post("/login", data={"name": "Lan", "password": PASSWORDS["lan"], "next": "/vi/?conversation=1"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/vi/?conversation=1")
    assert stranger.get("/vi/", headers=HTML).status_code == 200
    # Whoever is logged in is not asked again.
    assert stranger.get("/login?next=/en/").headers["location"] == "/en/"


def test_the_login_page_speaks_both_languages_and_needs_no_script(stranger: TestClient) -> None:
    for language, title, other in (("vi", "Đăng nhập", "Log in"), ("en", "Log in", "Đăng nhập")):
        chosen = stranger.get(f"/login?language={language}").text
        greeted = stranger.get("/login", headers={"accept-language": language}).text
        for page in (chosen, greeted):
            assert f'<html lang="{language}">' in page
            assert f"<h2>{title}</h2>" in page
            assert f"<h2>{other}</h2>" not in page
            assert "<script" not in page
            assert "not encrypted" not in page


def test_a_connection_that_anybody_can_read_is_called_so(engine: Engine, users: Path) -> None:
    with serving(engine, users) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
        connection.request("GET", "/login?language=en", headers={"host": "bao.example.vn"})
        assert b"not encrypted" in connection.getresponse().read()
        connection.close()


def test_style_and_icon_are_there_before(stranger: TestClient) -> None:
    page = stranger.get("/login").text
    for address in re.findall(r'href="(/static/[^"]+)"', page):
        assert stranger.get(address).status_code == 200


# ---- the password ---------------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_name_are_told_alike(stranger: TestClient) -> None:
    told = []
    for name in ("lan", "nobody"):
        answer = stranger.post("/login", data={"name": name, "password": "wrong password", "language": "en"})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        told.append(answer.text.replace(f'value="{name}"', ""))
    assert told[0] == told[1]
    assert "The name or the password is wrong." in told[0]


def test_hostile_names_and_places_are_shown_as_text(stranger: TestClient) -> None:
    answer = stranger.post("/login", data={"name": '"><script>alert(1)</script>', "password": "x", "next": '"><b>'})
    assert "<script" not in answer.text
    assert "<b>" not in answer.text
    assert stranger.post("/login", content=b"x" * 100_000).status_code == 401
    assert stranger.post("/login", content="&".join(f"a{n}=1" for n in range(50)).encode()).status_code == 401


def test_after_some_failures_one_has_to_wait(engine: Engine, users: Path) -> None:
    suggestions = Suggestions(engine)
    app = made(engine, suggestions, access=Access(users))
    suggestions.stop()
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    wrong = {"name": "minh", "password": "wrong password", "language": "vi"}
    statuses = [client.post("/login", data=wrong).status_code for _ in range(5)]
    assert statuses == [401] * 5
    held_up = client.post("/login", data={**wrong, "password": PASSWORDS["minh"]})
    assert held_up.status_code == 429
    assert int(held_up.headers["retry-after"]) >= 1
    assert "Đã thử quá nhiều lần" in held_up.text
    given = base64.b64encode(f"minh:{PASSWORDS['minh']}".encode()).decode()
    refused = client.get("/api/v1/library", headers={"authorization": f"Basic {given}"})
    assert (refused.status_code, set(refused.json())) == (429, {"id", "error"})
    # Somebody else is not held up.
    assert client.post("/login", data={"name": "lan", "password": PASSWORDS["lan"]}).status_code == 303


def test_many_checks_at_once_do_not_pile_up(users: Path) -> None:
    access = Access(users)

    async def flood() -> list[object]:
        tries = [access.log_in("lan", "wrong password", f"10.0.0.{number}") for number in range(40)]
        return list(await asyncio.gather(*tries, return_exceptions=True))

    outcomes = asyncio.run(flood())
    assert outcomes.count(None) == 16
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 24


# ---- sessions -------------------------------------------------------------------------------------------------------


def test_the_session_s_cookie_is_out_of_reach(stranger: TestClient, site: Any) -> None:
    sent = {"name": "lan", "password": PASSWORDS["lan"]}
    plain = stranger.post("/login", data=sent).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=strict" in plain
    assert "secure" not in plain
    safe = TestClient(site, base_url="https://127.0.0.1", follow_redirects=False)
    assert "secure" in safe.post("/login", data=sent).headers["set-cookie"].lower()


def test_behind_a_proxy_with_https_the_cookie_is_sent_there_alone(engine: Engine, users: Path) -> None:
    with serving(engine, users) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
        body = f"name=lan&password={quote(PASSWORDS['lan'])}"
        headers = {
            "host": "bao.example.vn",
            "x-forwarded-proto": "https",
            "content-type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/login", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303
        assert "secure" in answer.headers["set-cookie"].lower()
        connection.close()


def test_logging_out_ends_the_session(site: Any) -> None:
    client = logged_in(site, "lan")
    token = client.cookies["hb_session"]
    assert client.get("/ui/vi/session").text.count("lan") >= 1
    assert client.post("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/ui/vi/session").status_code == 200
    left = client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    again = TestClient(site, base_url="http://127.0.0.1", cookies={"hb_session": token})
    assert again.get("/ui/vi/session").status_code == 401


def test_a_new_password_and_a_removed_name_end_sessions(engine: Engine, tmp_path: Path) -> None:
    users = users_file(tmp_path)
    suggestions = Suggestions(engine)
    app = made(engine, suggestions, access=Access(users))
    suggestions.stop()
    lan, minh = logged_in(app, "lan"), logged_in(app, "minh")
    add_user(users, "lan", "ein anderes Passwort")
    remove_user(users, "minh")
    assert lan.get("/ui/vi/session").status_code == 401
    assert minh.get("/ui/vi/session").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_site_logs_nobody_in(stranger: TestClient, headers: dict[str, str]) -> None:
    answer = stranger.post("/login", data={"name": "lan", "password": PASSWORDS["lan"]}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("goal", "place"),
    [
        ("/vi/?a=1#x", "/vi/?a=1#x"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/vi/\r\nset-cookie: x=1", "/"),
        ("/logout", "/"),
        ("/login?next=/login", "/"),
        ("", "/"),
    ],
)
def test_one_is_led_to_this_site_alone(goal: str, place: str) -> None:
    assert own_place(goal) == place


# ---- programs -------------------------------------------------------------------------------------------------------


def test_programs_show_a_password_or_a_token(stranger: TestClient, users: Path) -> None:
    token = new_token(users, "lan")
    right = base64.b64encode(f"Lan:{PASSWORDS['lan']}".encode()).decode()
    for given in (f"Bearer {token}", f"bearer {token}", f"Basic {right}", f"Basic {right}"):
        got = stranger.post("/api/v1/ask", json={"question": QUESTION}, headers={"authorization": given})
        assert got.json()["status"] == "answered", given
    for given in ("Bearer x", "Basic x", f"Basic {base64.b64encode(b'lan').decode()}", "Digest x", "Bearer", ""):
        got = stranger.post("/api/v1/ask", json={"question": QUESTION}, headers={"authorization": given})
        assert got.status_code == 401, given
        assert got.json()["error"].startswith("wrong name, password or token" if given else "not logged in")
        assert got.headers["www-authenticate"].startswith("Bearer")
    # The page itself is a browser's: what a browser sends along by itself opens nothing there.
    assert stranger.get("/vi/config", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert stranger.get("/apis", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_password_once_checked_is_known_until_it_changes(tmp_path: Path) -> None:
    users = users_file(tmp_path)
    access = Access(users)
    checks = []
    check = access.users.check
    access.users.check = lambda name, password: checks.append(name) or check(name, password)  # type: ignore[assignment, func-returns-value]
    given = base64.b64encode(f"lan:{PASSWORDS['lan']}".encode())
    scope = {"type": "http", "headers": [(b"authorization", b"Basic " + given)], "client": ("10.0.0.1", 1)}

    async def twice() -> list[str | None]:
        return [await access.user_of(scope, programs=True) for _ in range(2)]

    assert asyncio.run(twice()) == ["lan", "lan"]
    assert len(checks) == 1
    add_user(users, "lan", "ein anderes Passwort")
    assert asyncio.run(twice()) == [None, None]


# ---- two people -----------------------------------------------------------------------------------------------------


def test_the_conversations_of_two_people_are_apart(engine: Engine, users: Path) -> None:
    """Over the page's own protocol, at the same time."""
    with serving(engine, users) as address:
        connections = {name: Connection(address) for name in PASSWORDS}
        for name, connection in connections.items():
            connection.log_in(name, PASSWORDS[name])
        visitors = {name: PageVisitor(connection) for name, connection in connections.items()}
        asked = {"lan": QUESTION, "minh": "Ai ghi bàn quyết định?"}
        outcomes: dict[str, str] = {}
        threads = [
            threading.Thread(target=lambda name=name: outcomes.update({name: visitors[name].ask(asked[name]).outcome}))  # type: ignore[misc]
            for name in visitors
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert outcomes == {"lan": "answered", "minh": "answered"}
        for name, other in (("lan", "minh"), ("minh", "lan")):
            listed = unescape(connections[name].get("/ui/vi/conversations")[1].decode())
            assert asked[name] in listed
            assert asked[other] not in listed
            # Not even by its id.
            stolen = visitors[other].kept
            assert connections[name].get(f"/ui/vi/conversations/{stolen}/next?turn=0")[0] == 404
            assert connections[name].post(f"/ui/vi/conversations/{stolen}/delete")[0] == 404
        thief = PageVisitor(connections["minh"])
        thief._kept = visitors["lan"].kept
        assert thief.ask("Vì sao?").outcome in {"answered", "not_found"}
        assert thief.kept != visitors["lan"].kept
        for connection in connections.values():
            connection.close()


def test_gradio_knows_who_asks(engine: Engine, users: Path) -> None:
    with serving(engine, users) as address:
        connection = Connection(address)
        connection.log_in("lan", PASSWORDS["lan"])
        assert json.loads(connection.get("/vi/gradio_api/user")[1]) == "lan"
        connection.close()
