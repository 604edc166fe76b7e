"""The page as it arrives, before a script has run: in its language, with its own masthead, style and words."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import gradio
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient

from app.shell import Shell, head_html, shell_html
from app.static_files import FONTS, ICON, SCRIPTS, SHARED, STATIC, STYLES, static_address, static_files
from app.words import LANGUAGES, Language, words_of

TEMPLATE = Path(gradio.__file__).parent / "templates/frontend/index.html"


@pytest.mark.parametrize("language", LANGUAGES)
def test_gradios_page_becomes_ours(language: Language) -> None:
    """Made over the template of the Gradio that is installed: what is looked for there must be there."""
    words = words_of(language)
    page = TEMPLATE.read_text("utf-8")
    for theirs in ('property="og:', 'name="twitter:', "manifest.json", "iframeResizer.contentWindow", 'lang="en"'):
        assert theirs in page
    html = shell_html(page, words)
    for theirs in (
        'property="og:',
        'name="twitter:',
        "manifest",
        "iframeResizer.contentWindow",
        "raw.githubusercontent",
    ):
        assert theirs not in html
    assert re.search(rf'<html\s[^>]*lang="{language}"', html)
    assert html.count("<title>") == 1
    assert words.chat.title in html
    head, body = html.split("</head>", 1)
    assert "window.gradio_config" in head
    for name in (*STYLES, *SCRIPTS, *SHARED, *FONTS, ICON):
        assert static_address(name) in head
        assert (STATIC / name).is_file()
    # Behind Gradio's own style, so that ours wins; before its own words, so that it speaks ours.
    assert head.index("assets/index") < head.index(static_address("style.css"))
    assert body.index(words.access.skip) < body.index(words.chat.tagline) < body.index("<gradio-app")
    assert words.access.needs_script in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_scripts_stand_in_the_page_as_plain_data(language: Language) -> None:
    head = head_html(words_of(language))
    (told,) = re.findall(r"window\.HB_WORDS = (\{.*?\});</script>", head)
    words = json.loads(told)
    assert "<" not in told
    assert words["language"] == language
    assert words["chat"]["copied"] == words_of(language).chat.copied
    assert words["fixed"] == dict(words_of(language).fixed)
    # A word that a script says and nobody sends would be `undefined` on the page.
    for script in STATIC.glob("*.js"):
        for part, name in re.findall(r"\bwords\.(chat|access|filters|keeping)\.(\w+)", script.read_text("utf-8")):
            assert isinstance(words[part][name], str), (script.name, part, name)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.add_middleware(Shell)
    app.mount(static_address("").rstrip("/"), static_files())
    page = TEMPLATE.read_text("utf-8")

    @app.get("/vi/")
    def whole() -> HTMLResponse:
        return HTMLResponse(page, headers={"cache-control": "max-age=99"})

    @app.get("/en/")
    def streamed() -> StreamingResponse:
        return StreamingResponse((page[at : at + 100] for at in range(0, len(page), 100)), media_type="text/html")

    @app.get("/vi/config")
    def other() -> PlainTextResponse:
        return PlainTextResponse("<html lang='en'></head>")

    @app.get("/fr/")
    def unknown() -> HTMLResponse:
        return HTMLResponse("<html lang='en'></head>")

    return TestClient(app)


def test_only_the_pages_are_rewritten_and_come_whole(client: TestClient) -> None:
    for language in LANGUAGES:
        # Gradio would compress it before it could be read.
        answer = client.get(f"/{language}/", headers={"accept-encoding": "gzip, br"})
        assert answer.text == shell_html(TEMPLATE.read_text("utf-8"), words_of(language))
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.headers["cache-control"] == "no-cache"
    assert client.get("/vi/config").text == "<html lang='en'></head>"
    assert client.get("/fr/").text == "<html lang='en'></head>"
    assert client.get("/vi/nothing/").status_code == 404


def test_files_are_kept_for_good_and_compressed(client: TestClient) -> None:
    for name in (*STYLES, *SCRIPTS, *FONTS, ICON):
        answer = client.get(static_address(name))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == (STATIC / name).read_bytes()
    with client.stream("GET", static_address("style.css"), headers={"accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        sent = b"".join(answer.iter_raw())
    assert gzip.decompress(sent) == (STATIC / "style.css").read_bytes()
    assert len(sent) < len(gzip.decompress(sent)) / 3
    missing = client.get(static_address("nothing.css"))
    assert (missing.status_code, "cache-control" in missing.headers) == (404, False)
    assert client.get(static_address("../chat.py")).status_code == 404


def test_the_fonts_are_small_and_have_their_licence() -> None:
    fonts = STATIC / "fonts"
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) < 300_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "LICENSE.txt").read_text("utf-8")
    named = set(re.findall(r'url\("([^"]+)"\)', (STATIC / "fonts.css").read_text("utf-8")))
    assert named == {f"fonts/{path.name}" for path in fonts.glob("*.woff2")}


def test_no_style_or_script_names_another_machine() -> None:
    for path in (*STATIC.glob("*.css"), *STATIC.glob("*.js")):
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text("utf-8")):
            assert address == "//www.w3.org", (path.name, address)
