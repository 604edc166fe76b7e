"""The form for the language model: which it is, whether it answers, and how to choose another."""

from __future__ import annotations

from app.backend import Look
from app.rendering.escaping import escape
from app.rendering.telling import told_html
from app.words import Words

_EXAMPLE = "http://127.0.0.1:11434/v1"
_PULL = "ollama pull gemma3:4b"
_COMMAND = f"hoibao chat --generator {_EXAMPLE} --model gemma3:4b"


def open_html(words: Words) -> str:
    """What opens the form."""
    return f'<button type="button" class="hb-model-open" aria-haspopup="dialog">{words.backend.open}</button>'


def form_html(look: Look, words: Words, *, choosable: bool) -> str:
    """What stands in the form."""
    told = words.backend
    how = told.how.format(pull=_code(_PULL), address=_code(_EXAMPLE))
    parts = [f"<h2>{told.heading}</h2>", f"<p>{told.about}</p>", _now(look, words)]
    if choosable:
        if look.state == "none":
            parts.append(f"<p>{how}</p>")
        drop = f'<button type="button" class="hb-model-drop">{told.drop}</button>' if look.state != "none" else ""
        parts.append(
            f"<form><fieldset><legend>{told.choose}</legend>"
            f'<label>{told.generator}<input name="generator" required maxlength="500" placeholder="{_EXAMPLE}"'
            f' spellcheck="false" autocomplete="off"></label>'
            f'<label>{told.model}<input name="model" maxlength="200" placeholder="gemma3:4b" spellcheck="false"'
            f' autocomplete="off" list="hb-models"></label>{_offered(look)}</fieldset>'
            '<p class="hb-wrong" role="alert" hidden></p>'
            f'<div class="hb-form-buttons">{drop}<button type="submit">{told.use}</button></div></form>'
        )
    ending = told.until_end if choosable else told.by_starting
    parts.append(f'<p class="hb-note">{ending.format(command=_code(_COMMAND))}</p>')
    parts.append(f'<button type="button" class="hb-model-close">{told.close}</button>')
    return "".join(parts)


def _offered(look: Look) -> str:
    """The models of the server, to choose from."""
    options = "".join(f'<option value="{escape(model)}"></option>' for model in look.others)
    return f'<datalist id="hb-models">{options}</datalist>'


def _now(look: Look, words: Words) -> str:
    told = words.backend
    if look.state == "none":
        return f"<p>{told.none}</p>"
    before, after = told.now.split("{model}")
    said = {"ready": told.ready, "opening": told.opening}.get(look.state, "")
    if look.state == "failed":
        said = f"{told_html(look.problem, words.language)} {told.meanwhile}"
    elif look.others:
        said = escape(told.others.format(models=", ".join(look.others)))
    return f'<p>{before}<b class="hb-model">{escape(look.model)}</b>{after} {said}</p>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
