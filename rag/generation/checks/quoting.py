"""What a sentence has in quotation marks: whether its evidence has it to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.vietnamese import nfc

_QUOTED = re.compile(r"“([^“”]*)”|«([^«»]*)»|\"([^\"]*)\"|(?<!\w)'([^']*)'(?!\w)|(?<!\w)‘([^‘’]*)’(?!\w)")
_MARKS = re.compile(r"[“”«»\"‘’']")
_ENDS = " \t\n.,;:!?…"
_OPEN = re.compile(r"[“«”»\"]")


def false_quotations(sentence: str, evidence: Sequence[str]) -> Iterator[str]:
    """The quotations of a sentence that no evidence has to the letter; white space, capitals and the
    marks at its ends are passed over.

    A quotation mark without its other half quotes all that is on its side of it.
    """
    texts = [_plain(text) for text in evidence]
    rest = sentence
    for found in _QUOTED.finditer(sentence):
        quoted = next(group for group in found.groups() if group is not None)
        rest = rest.replace(found[0], " ", 1)
        if (said := _plain(quoted)) and not any(said in text for text in texts):
            yield quoted.strip()
    alone = _OPEN.search(rest)
    if alone:
        opens = alone[0] in "“«" or (alone[0] == '"' and (not alone.start() or rest[alone.start() - 1].isspace()))
        quoted = rest[alone.end() :] if opens else rest[: alone.start()]
        if (said := _plain(quoted)) and not any(said in text for text in texts):
            yield quoted.strip()


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", nfc(text)).split()).strip(_ENDS).lower()
