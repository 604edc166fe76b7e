"""How large a request may be: nothing that people type or programs ask is larger than this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from rag.contract import error_to_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 2_000_000
# Lists of files and pasted texts; files themselves are counted as they arrive.
MOST_ADDED_BYTES = 30_000_000
_ADDING = re.compile(r"/ui/[^/]+/adding/")
_FILE = re.compile(r"/ui/[^/]+/adding/[^/]+/files/\d+")


class Bounds:
    """ASGI layer that takes no larger request. One that does not say how large it is ends where it is too large."""

    def __init__(self, app: ASGIApp, *, most_bytes: int = MOST_BYTES) -> None:
        self.app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _FILE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        most = MOST_ADDED_BYTES if _ADDING.match(scope["path"]) else self._most
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if stated.isdigit() and int(stated) > most:
            told = error_to_json(None, f"the request is larger than {most:,} bytes; ask less at once")
            await JSONResponse(told, 413, {"connection": "close"})(scope, receive, send)
            return
        arrived = 0

        async def receive_bounded() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > most:
                    return {"type": "http.disconnect"}
            return message

        await self.app(scope, receive_bounded, send)
