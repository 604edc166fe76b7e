"""What a page or a terminal could make a link or a picture of, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Of the names of countries those that are no word of the languages told in.
_TOP_LEVEL = (
    r"(?:com|net|org|info|biz|edu|gov|vn|io|ai|ru|cn|de|fr|uk|us|eu|jp|kr|tk|pw|cc|tv|gg|gl|xyz|top|ly|me|co|dev|app|site|"
    r"online|link|pro|shop|store|click|club|live|vip|icu|win|bet|page|blog|news|cloud|mobi|example|test|xn--[a-z0-9-]{1,40})"
)
_LABELS = r"(?<![\w-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
_NUMBER = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}:[/\\]{2}|(?<![\w:/\\])[/\\]{2}[\w-]{1,63}\.\w|\bwww\.|\]\(|!\[|<\s?/?[a-z!]|"
    r"\b(?:mailto|javascript|data):\s?\S|[\w.+-]@[\w-]{1,63}\.\w|"
    # A host with what is to be had there.
    rf"{_LABELS}\.(?:{_TOP_LEVEL}|(?-i:[a-z]{{2,24}}))(?::\d{{1,5}})?[/\\?#]\w|"
    rf"(?<![\w.])(?:{_NUMBER}\.){{3}}{_NUMBER}(?:[/\\]|:\d)",
    re.IGNORECASE,
)
_HOST = re.compile(rf"{_LABELS}\.{_TOP_LEVEL}(?![\w-])", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def is_link(text: str, known: Sequence[str] = ()) -> bool:
    """Whether a text holds an address, Markdown or markup that something could follow or load.

    The bare name of a host ("Booking.com") is a word like others where one of the `known` texts has it to the letter.
    """
    # Full stops and slashes of other widths are those of an address as well.
    shown = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace("。", ".")
    return _ADDRESS.search(shown) is not None or any(not _stands(found[0], known) for found in _HOST.finditer(shown))


def _stands(host: str, known: Sequence[str]) -> bool:
    exactly = re.compile(rf"(?<![\w.@-]){re.escape(host)}(?![\w-]|\.\w)")
    return any(exactly.search(text) for text in known)
