"""A model's Markdown and HTML as plain text: no links, no images, no markup, nothing that cannot be seen."""

from __future__ import annotations

import html
import re

from rag.vietnamese import nfc

# Zero-width and bidi characters, soft hyphens, variation selectors, tags, and other controls than line breaks and tabs.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_FENCE = re.compile(r"^[ \t]{0,3}(?:```|~~~)[^\n]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*(?:-->|\Z)")
_ELEMENT = re.compile(r"<(script|style|think|thinking)\b[^>]*>(?:[^<]|<(?!/\1\b))*(?:</\1\s*>|\Z)", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>\n]{0,500}>|</?[a-zA-Z][^<>\n]{0,500}\Z")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])")
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_NAMED_LINK = re.compile(
    r"^[ \t]*\[[^\[\]\n]{1,200}\]:[ \t]*(?:<|https?:|ftp:|/|www\.)[^\n]*$", re.MULTILINE | re.IGNORECASE
)
_ADDRESS = re.compile(
    r"<?(?<![\w])(?:https?|ftp|file|data|javascript|mailto|tel):[^\s<>\])】]+>?|(?<!\w)www\.[^\s<>\])】]+", re.I
)
# A heading stands on a line of its own; it states nothing, so that it is left out.
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t][^\n]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|[|:=\- \t]{3,})$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•·▪●◦–—][ \t]+|\d{1,3}[.)][ \t]+(?!tháng|năm)|[a-zđ]\)[ \t]+)", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\1(?![\w*])")
_UNDERLINED = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]{1,2000}?)(?<=[^\s_])\1(?![\w_])")
_STRUCK = re.compile(r"~~([^~\n]{1,2000})~~")
_CODE = re.compile(r"`{1,3}([^`\n]{0,2000})`{1,3}")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """The text in normal form C as lines of prose. Markers of citations stay as they are; the words of links stay,
    their addresses and images do not. Time is linear in the length."""
    text = nfc(_INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _INVISIBLE.sub("", html.unescape(text)) if "&" in text else text
    text = _ELEMENT.sub(" ", _COMMENT.sub(" ", text)) if "<" in text else text
    text = _TAG.sub("", _BREAK.sub("\n", text)) if "<" in text else text
    text = _FENCE.sub("", text)
    text = _NAMED_LINK.sub("", text)
    text = _LINK.sub(_words_of_link, _IMAGE.sub(" ", text))
    text = _ADDRESS.sub(" ", text)
    text = _ROW.sub(lambda row: " ".join(row[1].replace("|", ", ").split()), _RULE.sub("", text))
    text = _QUOTE.sub("", text)
    text = _HEADING.sub("", text)
    text = _BULLET.sub("", text)
    for pattern, group in ((_EMPHASIS, 2), (_UNDERLINED, 2), (_EMPHASIS, 2), (_STRUCK, 1), (_CODE, 1)):
        text = pattern.sub(rf"\{group}", text)
    text = _ESCAPED.sub(r"\1", text)
    return "\n".join(line for line in (_SPACES.sub(" ", line).strip() for line in text.split("\n")) if line)


def _words_of_link(found: re.Match[str]) -> str:
    """A link's words; "[1](https://…)" is a marker with an address behind it."""
    words = found[1].strip()
    return f"[{words}]" if words.isdecimal() else words
