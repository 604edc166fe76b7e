"""What an English "how long", "how far" or "how old" measures: bodies extend, events last, and prices do neither."""

from __future__ import annotations

import re
from typing import Final


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_HOW: Final = re.compile(
    r"\bhow (?P<adjective>long|far|tall|high|deep|wide|heavy|old) (?:away )?(?:is|are|was|were|will|would)\b"
    r"(?P<subject>[^?.,;]*)",
    re.IGNORECASE,
)
_MEASURES: Final = {
    "far": _set("m duration"), "tall": _set("m"), "high": _set("m"), "deep": _set("m"), "wide": _set("m"),
    "heavy": _set("kg"), "old": _set("tuổi duration"),
}  # fmt: skip
_NO_BODIES: Final = _set(
    """
    price prices rate rates interest inflation tax taxes debt cost costs risk risks fine fines wage wages salary
    temperature unemployment score turnout crisis recession cut cuts loss losses growth
    """
)
_LASTING: Final = _set(
    """
    war ceasefire truce meeting talks trip visit sentence term contract ban strike lockdown quarantine wait delay course
    session trial flight journey drive ride film movie match game speech video holiday break stay period treatment
    operation ceremony election campaign project process it this that expected going able allowed to
    """
)
_EXTENDING: Final = _set(
    """
    bridge road highway motorway expressway tunnel river canal coast coastline border wall fence cable pipeline railway
    runway street beach ship vessel boat yacht submarine plane aircraft train bus car truck missile rocket snake
    crocodile whale shark fish dinosaur rope table hair dress pier dyke dam trench reef island cave queue line route
    track stretch section segment metro monorail
    """
)


def measures_of_how(text: str) -> frozenset[str] | None:
    """The kinds and units of values that answer such a question, those of `rag.asking.fitting`.

    None at all for "How long is …" of what may extend or last; None where nothing of the sort is asked.
    """
    found = _HOW.search(text)
    if not found:
        return None
    adjective, subject = found["adjective"].lower(), frozenset(re.findall(r"[a-z]+", found["subject"].lower()))
    if adjective != "long":
        return None if _NO_BODIES & subject else _MEASURES[adjective]
    if _LASTING & subject:
        return None
    return _set("m") if _EXTENDING & subject else frozenset()
