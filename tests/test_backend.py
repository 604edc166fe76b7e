"""The language model behind the page: what is said of it, another in its place, and where the key goes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.backend import Backend, Look
from app.login.access import Access
from app.rendering.backend import form_html
from app.suggestions import Suggestions
from app.words import LANGUAGES, Language, words_of
from rag.config import GenerateSettings
from rag.engine import Engine
from rag.errors import GeneratorError, SettingsError
from rag.generation import problems
from rag.generation.endpoint import Endpoint
from tests.rendering import HOSTILE, Elements
from tests.scripted_server import ScriptedServer, answers, says, serving
from tests.sites import PASSWORDS, QUESTION, made, news_engine, users_file

GOOD = "Hơn 200 trường học ở Huế đóng cửa trong hai ngày [1]."
SCRIPT = {"x-hoi-bao": "1"}
VI = words_of("vi").backend


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with news_engine(tmp_path / "news") as opened:
        yield opened


@contextmanager
def client(engine: Engine, **options: Any) -> Iterator[TestClient]:
    suggestions = Suggestions(engine)
    with TestClient(
        made(engine, suggestions, **options), base_url="http://127.0.0.1", follow_redirects=False
    ) as opened:
        yield opened
    suggestions.stop()


def test_a_model_is_chosen_on_the_page_used_and_dropped(engine: Engine) -> None:
    with serving(ScriptedServer([says(GOOD)])) as server, client(engine) as page:
        assert VI.none in page.get("/ui/vi/model").text
        assert page.get("/ui/vi/model/now").json() == {"there": False}
        asked = {"question": QUESTION, "generate": True}
        assert page.post("/api/v1/ask", json=asked).status_code == 200
        assert server.asked == []
        got = page.post("/ui/vi/model", json={"generator": f" {server.address} ", "model": "tiny"}, headers=SCRIPT)
        assert (got.status_code, got.json()) == (200, {"there": True})
        shown = page.get("/ui/vi/model").text
        assert VI.ready in shown
        # Whoever reads the page need not know where on the machine it is.
        assert '<b class="hb-model">tiny</b>' in shown
        assert str(server.port) not in shown
        page.post("/api/v1/ask", json=asked)
        assert len(server.chats) == 1
        assert page.post("/ui/vi/model/drop", headers=SCRIPT).json() == {"there": False}
        page.post("/api/v1/ask", json=asked)
        assert len(server.chats) == 1


def test_a_model_that_the_server_does_not_list_is_taken_and_those_that_it_has_are_told(engine: Engine) -> None:
    with serving(ScriptedServer([says(GOOD)])) as server, client(engine) as page:
        got = page.post("/ui/vi/model", json={"generator": server.address, "model": "không-có"}, headers=SCRIPT)
        assert (got.status_code, got.json()) == (200, {"there": True, "told": VI.others.format(models="tiny")})
        shown = page.get("/ui/vi/model").text
        assert VI.others.format(models="tiny") in shown
        assert '<option value="tiny">' in shown
    shown = form_html(Look("ready", "khác", others=("tiny", "<b>")), words_of("vi"), choosable=True)
    assert '<option value="tiny"></option><option value="&lt;b&gt;"></option>' in shown
    assert "Máy chủ không liệt kê mô hình này. Ở đó có: tiny, &lt;b&gt;." in shown


def test_a_name_that_a_server_does_not_list_is_said_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    with serving(ScriptedServer([says(GOOD)])) as server:
        for model, told in (("", False), ("tiny", False), ("không-có", True)):
            caplog.clear()
            endpoint = Endpoint(GenerateSettings(generator=server.address, model=model))
            endpoint.open()
            endpoint.open()  # once is enough
            endpoint.close()
            assert [("tiny" in one.getMessage()) for one in caplog.records if one.levelname == "WARNING"] == [
                True
            ] * told


def test_a_server_that_is_off_or_no_model_is_refused_with_what_to_do_and_the_old_one_stays(engine: Engine) -> None:
    with serving(ScriptedServer([says(GOOD)])) as gone:
        pass
    with serving(ScriptedServer([says(GOOD)])) as server, client(engine) as page:
        page.post("/ui/vi/model", json={"generator": server.address}, headers=SCRIPT)
        for generator, told in (
            (gone.address, problems.problem_of(GeneratorError("", problem="unreachable"))),
            ("nothing", VI.wrong),
            ("http://a b/v1", VI.wrong),
            ("http://lan:secret@127.0.0.1/v1", VI.wrong),
        ):
            got = page.post("/ui/vi/model", json={"generator": generator}, headers=SCRIPT)
            assert (got.status_code, got.json()["detail"]) == (422, {"told": told})
        english = page.post("/ui/en/model", json={"generator": gone.address}, headers=SCRIPT).json()["detail"]["told"]
        assert english.startswith("The model's server cannot be reached.")
        assert VI.ready in page.get("/ui/vi/model").text


def test_a_server_that_has_gone_is_seen_and_one_that_is_back_too(engine: Engine) -> None:
    server = ScriptedServer([says(GOOD)])
    backend = Backend(engine)
    with serving(server):
        backend.choose(server.address)
        assert backend.look().state == "ready"
        server.models = None
        server.scripts[:] = [answers(404)]
        look = backend.look()
        assert (look.state, look.problem) == ("failed", problems.problem_of(GeneratorError("", problem="not_there")))
        server.models = {"data": [{"id": "tiny"}]}
        assert backend.look().state == "ready"
    assert backend.look().problem == problems.problem_of(GeneratorError("", problem="unreachable"))
    backend.close()
    assert backend.look() == Look("none")


def test_where_one_logs_in_the_page_tells_and_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    with serving(ScriptedServer([says(GOOD)])) as server, client(engine, access=Access(users_file(tmp_path))) as page:
        page.post("/login", data={"name": "lan", "password": PASSWORDS["lan"]})
        shown = page.get("/ui/vi/model")
        assert (shown.status_code, "<form" in shown.text) == (200, False)
        assert VI.by_starting.partition("{")[0] in shown.text
        assert page.post("/ui/vi/model", json={"generator": server.address}, headers=SCRIPT).status_code == 403
        assert page.post("/ui/vi/model/drop", headers=SCRIPT).status_code == 403
        assert server.asked == []


def test_a_foreign_page_can_choose_nothing(engine: Engine) -> None:
    with serving(ScriptedServer([says(GOOD)])) as server, client(engine) as page:
        assert page.post("/ui/vi/model", json={"generator": server.address}).status_code == 403
        assert page.post("/ui/vi/model/drop").status_code == 403
        assert server.asked == []


@pytest.mark.parametrize(
    ("configured", "given"),
    [
        (lambda own, other: "", True),
        (lambda own, other: own, True),
        # The key of one server is never sent to another.
        (lambda own, other: other, False),
    ],
)
def test_the_key_goes_to_the_server_that_it_is_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, configured: Callable[[str, str], str], given: bool
) -> None:
    monkeypatch.setenv("HOIBAO_API_KEY", "sk-secret")
    with serving(ScriptedServer([says(GOOD)])) as server:
        generate = GenerateSettings(generator=configured(server.address, "http://127.0.0.1:9/v1"))
        monkeypatch.setattr(engine, "settings", engine.settings.model_copy(update={"generate": generate}))
        backend = Backend(engine)
        backend.choose(server.address)
        backend.close()
    assert ["sk-secret" in json.dumps(each.headers) for each in server.asked] == [given]


def test_a_key_does_not_go_readably_over_a_network(engine: Engine) -> None:
    from app.backend import _key_variable

    none = GenerateSettings()
    assert _key_variable(none, "http://model.example/v1") == ""
    assert _key_variable(none, "https://model.example/v1") == "HOIBAO_API_KEY"
    assert _key_variable(none, "owner/name") == ""
    with pytest.raises(SettingsError):
        Backend(engine).choose("nothing")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_models_name_is_text_in_the_form(language: Language, hostile: str) -> None:
    words = words_of(language)
    tame, shown = (Elements(form_html(Look("ready", model), words, choosable=True)) for model in ("tiny", hostile))
    assert [tag for tag, _ in shown.elements] == [tag for tag, _ in tame.elements]


def test_looking_without_a_model_imports_nothing_of_models(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from tests.sites import news_engine, made
before = set(sys.modules)
from app.suggestions import Suggestions
with news_engine(Path({str(tmp_path)!r})) as engine:
    suggestions = Suggestions(engine)
    with TestClient(made(engine, suggestions), base_url="http://127.0.0.1") as page:
        assert page.get("/ui/vi/model").status_code == page.get("/ui/vi/model/now").status_code == 200
    suggestions.stop()
print([name for name in sys.modules if name.startswith('rag.generation') and name not in before])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr
