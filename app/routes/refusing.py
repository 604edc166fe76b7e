"""What is answered to a request that is not as it must be, or that cannot be met."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from app.adding.intake import Refused
from app.rendering.jobs import failure_told, refused_told
from app.words import Language, words_of
from rag.errors import DiskFull, LibraryLocked, RagError


async def refuse(_request: Request, error: Exception) -> Response:
    """422 with what was wrong where, and nothing of what was sent: that may be of any size, and no text at all."""
    wrong = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [{"loc": [str(part)[:100] for part in one["loc"]], "msg": one["msg"], "type": one["type"]} for one in wrong]
    # A lone surrogate stays an escape.
    return Response(json.dumps({"detail": told}), status_code=422, media_type="application/json")


@contextmanager
def refusals(language: Language) -> Iterator[None]:
    """What the intake refuses as an answer that says so: 404 for a job that is not there, 413 for too much, 507 for a
    full disk."""
    words = words_of(language)
    try:
        yield
    except KeyError as error:
        raise HTTPException(404, "no such job, or not in a state for it") from error
    except Refused as error:
        raise HTTPException(413, {"told": refused_told(error.bound, error.most, words)}) from error
    except RagError as error:
        status = 507 if isinstance(error, DiskFull) else 500
        raise HTTPException(status, {"told": failure_told(error, words)}) from error


@contextmanager
def kept_refusals(language: Language) -> Iterator[None]:
    """404 for a conversation or turn that is not there, or is somebody else's; where the file cannot be read or
    written, an answer that says so: 507 for a full disk, 503 while another program holds it."""
    try:
        yield
    except KeyError as error:
        raise HTTPException(404, "no such conversation") from error
    except RagError as error:
        status = 507 if isinstance(error, DiskFull) else 503 if isinstance(error, LibraryLocked) else 500
        raise HTTPException(status, {"told": words_of(language).failures.told(error)}) from error
