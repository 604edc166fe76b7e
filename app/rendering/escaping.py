"""Text as HTML: everything that comes from an article, a question or a model goes through `escape`."""

from __future__ import annotations

import unicodedata

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    # Gradio's HTML component knows JavaScript and Handlebars templates, and a marker for its translations.
    "$": "&#36;",
    "{": "&#123;",
    "}": "&#125;",
    "`": "&#96;",
    "\\": "&#92;",
}


def escape(text: str) -> str:
    """Text as HTML text: no markup, nothing a template could expand, and nothing invisible or reordering.

    Control and format characters (bidirectional overrides, zero-width signs) are shown as a dot, so that what is
    read is what is there; a lone surrogate, which cannot be sent at all, as the replacement character.
    """
    return "".join(_ENTITIES.get(character) or visible(character) for character in text)


def visible(character: str) -> str:
    """A character as it may be shown or copied: nothing invisible, nothing that reorders what stands around it."""
    if character.isprintable() or character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return "·" if category in {"Cc", "Cf"} else character


def one_line(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())
