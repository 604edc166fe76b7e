"""The HTML that Gradio's page comes in: made ours before it leaves, so that the first paint is the page's own.

Gradio puts what it is given for the head there with a script, when it has loaded. Here style, words and scripts stand
in the page as it arrives, in its language and without Gradio's cards for social networks, and the masthead can be read
while the rest is loading.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.rendering.page import opening_html
from app.static_files import FONTS, ICON, SCRIPTS, SHARED, STYLES, static_address
from app.words import LANGUAGES, Words, words_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Cards for social networks, a manifest that is not there, and what fits a page into a frame of another.
_NOT_OURS = re.compile(
    r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>|\s*<link rel="manifest"[^>]*>'
    r"|\s*<script>(?:(?!</script>).)*iframeResizer\.contentWindow(?:(?!</script>).)*</script>",
    re.DOTALL,
)
_LANGUAGE = re.compile(r'(<html\s[^>]*?)lang="[^"]*"')


class Shell:
    """ASGI layer that rewrites the pages at /vi/ and /en/, and lets everything else through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = scope["path"].strip("/") if scope["type"] == "http" and scope["path"].endswith("/") else ""
        language = next((language for language in LANGUAGES if language == page), None)
        if language is None:
            await self.app(scope, receive, send)
            return
        # Rewritten as it is: whoever compresses stands further out.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, _Rewriting(send, words_of(language)))


class _Rewriting:
    """Holds an answer back until its body is whole; what is no HTML page goes on as it is."""

    def __init__(self, send: Send, words: Words) -> None:
        self._send, self._words = send, words
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _finish(self, start: Message) -> None:
        body = shell_html(self._body.decode("utf-8", "replace"), self._words).encode() if self._body else b""
        changed = {b"content-length", b"cache-control"}
        headers = [(name, value) for name, value in start["headers"] if name.lower() not in changed]
        # The page names files by their version, so that an old copy of it would show old ones.
        headers += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-cache")]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    kind = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
    return start["status"] == 200 and bytes(kind).startswith(b"text/html")


def shell_html(page: str, words: Words) -> str:
    """Gradio's page with our head and masthead."""
    page = _NOT_OURS.sub("", page)
    page = _LANGUAGE.sub(rf'\1lang="{words.language}"', page, count=1)
    # At the end of the head, so that our rules stand behind those of Gradio that are there from the start.
    page = page.replace("</head>", f"{head_html(words)}</head>", 1)
    return re.sub(r"<body[^>]*>", lambda body: body[0] + opening_html(words), page, count=1)


def head_html(words: Words) -> str:
    """Title, style, words and scripts."""
    told = json.dumps(_told(words), ensure_ascii=False).replace("<", "\\u003c")
    # Gradio speaks the browser's language where it can; the page speaks its own.
    language = "Object.defineProperty(navigator, 'language', {get: () => 'en'});"
    preloaded = "".join(
        f'<link rel="preload" as="font" type="font/woff2" href="{static_address(name)}" crossorigin>' for name in FONTS
    )
    return (
        f"<title>{words.chat.title}</title>{preloaded}"
        f'<link rel="icon" type="image/svg+xml" href="{static_address(ICON)}">'
        + "".join(f'<link rel="stylesheet" href="{static_address(name)}">' for name in STYLES)
        + f"<script>{language}window.HB_WORDS = {told};</script>"
        + "".join(f'<link rel="modulepreload" href="{static_address(name)}">' for name in SHARED)
        + "".join(f'<script type="module" src="{static_address(name)}"></script>' for name in SCRIPTS)
    )


def _told(words: Words) -> dict[str, object]:
    """What the page's scripts say, by the part of the page; what is no plain text stays here."""
    own = asdict(words)
    told: dict[str, object] = {"language": own["language"], "fixed": own["fixed"]}
    for part, record in own.items():
        if part not in {"language", "fixed", "gradio"}:
            told[part] = {name: value for name, value in record.items() if isinstance(value, str)}
    return told
