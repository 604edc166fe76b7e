"""The gate around the site where it is served to others: whoever is not logged in gets nothing but the way in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse

from app.login.access import Access, TooManyAttempts
from rag.contract import error_to_json

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

LOGIN, LOGOUT = "/login", "/logout"
# Style, scripts and fonts tell nothing of the library.
_OPEN = ("/static/",)
# Programs have no cookie.
_PROGRAMS = ("/api", "/mcp")


class Gate:
    """ASGI layer: puts the name of whoever is logged in into `request.state.user`, and turns everybody else away.

    A browser that opens a page is sent to the login page, anything else gets status 401.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"]
        if path in {LOGIN, LOGOUT} or path.startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        programs = any(path == place or path.startswith(f"{place}/") for place in _PROGRAMS)
        try:
            user = await self._access.user_of(scope, programs=programs)
        except TooManyAttempts as error:
            refused = JSONResponse(error_to_json(None, str(error)), 429, {"retry-after": str(error.seconds)})
            await refused(scope, receive, send)
            return
        if user is None:
            await _turned_away(scope, programs=programs)(scope, receive, send)
            return
        await self.app({**scope, "state": {**scope.get("state", {}), "user": user}}, receive, send)


def _turned_away(scope: Scope, *, programs: bool) -> Response:
    headers = HTTPConnection(scope).headers
    accepted = headers.get("accept", "")
    if scope["method"] in {"GET", "HEAD"} and "text/html" in accepted:
        query = f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else ""
        return RedirectResponse(f"{LOGIN}?next={quote(scope['path'] + query, safe='')}", 303)
    told = "wrong name, password or token" if programs and headers.get("authorization") else "not logged in"
    # Without a word of Basic, for which a browser would open a window of its own.
    return JSONResponse(
        error_to_json(None, f"{told}: send a user's name and password (HTTP Basic), or a token (Bearer)"),
        401,
        {"www-authenticate": 'Bearer realm="Hoi Bao"', "cache-control": "no-store"},
    )
