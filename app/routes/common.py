"""What the routes share."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

# Only a script of this site can send it: a foreign page's form cannot, and its script is not let through.
SCRIPT_HEADER = "x-hoi-bao"
LANGUAGE_COOKIE = "hb_language"
# "no" where the switch on the page keeps questions from language models; see fluent.js.
WORDED_COOKIE = "hb_worded"


def owner_of(request: Request) -> str:
    """The name that the person has logged in with; "" where nobody logs in."""
    return str(getattr(request.state, "user", "") or "")


def asker_of(owner: str, otherwise: str) -> str:
    """Who takes turns with others: a person with all their pages and programs, and where nobody logs in `otherwise`."""
    return f"user {owner}" if owner else otherwise


def require_script(request: Request) -> None:
    """Raise 403 for a change that no script of this site sends (a forged form)."""
    if request.headers.get(SCRIPT_HEADER) != "1":
        raise HTTPException(403, "changes are made by the page's own script")


def fragment(html: str) -> HTMLResponse:
    """A piece of a page, never kept by a browser."""
    return HTMLResponse(html, headers={"cache-control": "no-store"})
