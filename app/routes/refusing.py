"""What is answered to a request that is not as it must be."""

from __future__ import annotations

import json

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response


async def refuse(_request: Request, error: Exception) -> Response:
    """422 with what was wrong where, and nothing of what was sent: that may be of any size, and no text at all."""
    wrong = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [{"loc": [str(part)[:100] for part in one["loc"]], "msg": one["msg"], "type": one["type"]} for one in wrong]
    # A lone surrogate stays an escape.
    return Response(json.dumps({"detail": told}), status_code=422, media_type="application/json")
