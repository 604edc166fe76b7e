"""Logging in and out, and who is logged in."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.login.access import SESSION_COOKIE, Access, TooManyAttempts, address_of
from app.login.gate import LOGIN, LOGOUT
from app.login.sessions import IDLE_SECONDS
from app.rendering.login import logged_in_html, login_html
from app.routes.common import LANGUAGE_COOKIE, fragment, owner_of
from app.server import host_of, is_loopback
from app.words import LANGUAGES, Language, preferred, words_of

_MOST_BYTES = 16_384
_FIELD_CHARS = 4_000


def router(access: Access | None) -> APIRouter:
    """/login and /logout, and /ui/{language}/session for the masthead. Without users, there is nobody to log in."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/ui/{language}/session")
    def session(language: Language, request: Request) -> HTMLResponse:
        name = owner_of(request)
        return fragment(logged_in_html(words_of(language), name) if name else "")

    if access is None:
        return routes

    @routes.get(LOGIN)
    def form(
        request: Request,
        next: Annotated[str, Query(max_length=_FIELD_CHARS)] = "/",
        language: Language | None = None,
    ) -> Response:
        token = request.cookies.get(SESSION_COOKIE)
        if token and access.sessions.name_of(token) is not None:
            return RedirectResponse(own_place(next), 303)
        return _page(request, language, next=next)

    @routes.post(LOGIN)
    async def log_in(request: Request) -> Response:
        fields = await _fields(request)
        chosen = next((language for language in LANGUAGES if language == fields.get("language")), None)
        words = words_of(chosen or _language(request)).login
        name, goal = fields.get("name", ""), fields.get("next", "/")
        if not is_own(request):
            return _page(request, chosen, next=goal, name=name, problem=words.forged, status=403)
        try:
            found = await access.log_in(name, fields.get("password", ""), address_of(request.scope))
        except TooManyAttempts as error:
            told = words.too_many.format(seconds=error.seconds)
            answer = _page(request, chosen, next=goal, name=name, problem=told, status=429)
            answer.headers["retry-after"] = str(error.seconds)
            return answer
        if found is None:
            return _page(request, chosen, next=goal, name=name, problem=words.wrong, status=401)
        # Whoever had a session before leaves it.
        access.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        entered = RedirectResponse(own_place(goal), 303)
        entered.set_cookie(
            SESSION_COOKIE,
            access.sessions.begin(found),
            max_age=int(IDLE_SECONDS),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return entered

    @routes.post(LOGOUT)
    def log_out(request: Request) -> Response:
        if not is_own(request):
            return Response(status_code=403)
        access.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        left = RedirectResponse(LOGIN, 303)
        left.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
        return left

    return routes


def is_own(request: Request) -> bool:
    """Whether a form was sent from a page of this site, as far as the browser says."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def own_place(goal: str) -> str:
    """A path of this site, of what a link said; "/" for anything else."""
    plain = goal.startswith("/") and not goal.startswith("//") and "\\" not in goal and goal.isprintable()
    return goal if plain and not goal.startswith((LOGIN, LOGOUT)) else "/"


def _page(
    request: Request, language: Language | None, *, next: str, name: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    encrypted = request.url.scheme == "https" or is_loopback(host_of(request.scope))
    words = words_of(language or _language(request))
    return HTMLResponse(
        login_html(words, next=own_place(next), name=name, problem=problem, encrypted=encrypted),
        status,
        {"cache-control": "no-store"},
    )


def _language(request: Request) -> Language:
    return preferred(request.headers.get("accept-language", ""), request.cookies.get(LANGUAGE_COOKIE))


async def _fields(request: Request) -> dict[str, str]:
    """What a form says; {} where it is too long to be one."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return {}
    try:
        sent = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0][:_FIELD_CHARS] for name, values in sent.items()}
