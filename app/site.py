"""The whole site over an open library: the chat page in every language, what its script fetches, and the HTTP API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.routing import Route

from app.adding.intake import Intake
from app.adding.limits import Limits
from app.adding.watching import Watcher
from app.api.asking import Asking
from app.api.service import service
from app.backend import Backend
from app.bounds import Bounds
from app.keeping.places import open_conversations
from app.keeping.store import Conversations
from app.login.access import Access
from app.login.gate import Gate
from app.routes import adding as adding_routes
from app.routes import backend as backend_routes
from app.routes import conversations as conversation_routes
from app.routes import exports as export_routes
from app.routes import filters as filter_routes
from app.routes import fluent as fluent_routes
from app.routes import library as library_routes
from app.routes import login as login_routes
from app.routes import timeline as timeline_routes
from app.routes.common import LANGUAGE_COOKIE
from app.routes.refusing import refuse
from app.server import Guard, Served
from app.shelf import Shelf
from app.shell import Shell
from app.static_files import static_address, static_files
from app.suggestions import Suggestions
from app.words import LANGUAGES, Language, preferred
from app.writing import Writing
from rag.engine import Engine

_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Site:
    """What every part of the site is made over."""

    engine: Engine
    suggestions: Suggestions
    conversations: Conversations
    shelf: Shelf
    intake: Intake
    watcher: Watcher
    backend: Backend

    @property
    def writing(self) -> Writing | None:
        """The language model that words answers; None where there is none."""
        return self.backend.writing


def create_app(
    engine: Engine,
    suggestions: Suggestions | None = None,
    *,
    watch: Sequence[Path] = (),
    limits: Limits | None = None,
    access: Access | None = None,
    served: Served | None = None,
    writing: Writing | None = None,
) -> FastAPI:
    """The site over an open library, as an ASGI application.

    What changes in the folders `watch` is taken over while it runs. With `access`, nobody gets anything without logging
    in; `served` are the names under which it answers, beside those of the loopback. `writing` is the language model
    behind it, if there is one; where nobody has to log in, the page can put another in its place. It is closed
    with the site. Raises SettingsError for what is no folder.
    """
    # Gradio takes seconds to import.
    from app.api.tools import MCP, Tools
    from app.chat import mount_page

    intake = Intake(engine, limits)
    site = Site(
        engine=engine,
        suggestions=suggestions or Suggestions(engine),
        conversations=open_conversations(engine.library.folder),
        shelf=Shelf(engine),
        intake=intake,
        watcher=Watcher(watch, engine.library.folder, intake.watched),
        backend=Backend(engine, writing, choosable=access is None),
    )

    asking = Asking(engine, lambda: site.writing)
    tools = Tools(asking, site.shelf)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        site.watcher.start()
        async with tools.running():
            yield
        asking.close()
        site.backend.close()
        site.watcher.end()
        site.intake.end()
        site.conversations.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_exception_handler(RequestValidationError, refuse)
    app.add_middleware(Shell)
    app.add_middleware(Bounds)
    if access is not None:
        app.add_middleware(Gate, access=access)
    app.add_middleware(Guard, served=served or Served())
    app.get("/", include_in_schema=False)(_greet)
    app.get("/language/{language}", include_in_schema=False)(_choose_language)
    app.mount(static_address("").rstrip("/"), static_files(), name="static")
    app.include_router(conversation_routes.router(site))
    app.include_router(export_routes.router(site))
    app.include_router(fluent_routes.router(site))
    app.include_router(backend_routes.router(site))
    app.include_router(filter_routes.router(site))
    app.include_router(library_routes.router(site.shelf, site.intake))
    app.include_router(adding_routes.router(site.intake, site.watcher))
    app.include_router(timeline_routes.router(site))
    app.include_router(login_routes.router(access))
    api = service(site, asking)
    app.get("/api", include_in_schema=False)(lambda: RedirectResponse("/api/", 307))
    app.mount("/api", api)
    app.router.routes.append(Route(MCP, tools))
    for language in LANGUAGES:
        mount_page(app, site, language)
    return app


def _greet(request: Request) -> RedirectResponse:
    """To the page in the language chosen before, else the browser's."""
    language = preferred(request.headers.get("accept-language", ""), request.cookies.get(LANGUAGE_COOKIE))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{language}/{query}", status_code=307, headers={"vary": "accept-language, cookie"})


def _choose_language(language: Language, request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    answer = RedirectResponse(f"/{language}/{query}", status_code=303)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="strict")
    return answer
