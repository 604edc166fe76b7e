"""The login page, whole: it needs no script. And who is logged in, for the masthead."""

from __future__ import annotations

from urllib.parse import urlencode

from app.rendering.documents import document_html
from app.rendering.escaping import escape
from app.words import LANGUAGES, Words, words_of

_COMMAND = "hoibao users add USERS_FILE NAME"


def login_html(words: Words, *, next: str, name: str = "", problem: str = "", encrypted: bool = True) -> str:
    """The page with the form. `next` is where the browser goes once logged in, `problem` why it is asked again."""
    login = words.login
    languages = " ".join(
        f'<a href="/login?{escape(urlencode({"language": language, "next": next}))}" lang="{language}"'
        f"{' aria-current=true' if language == words.language else ''}>{words_of(language).chat.language_name}</a>"
        for language in LANGUAGES
    )
    told = f'<p class="hb-problem" role="alert">{escape(problem)}</p>' if problem else ""
    clear = "" if encrypted else f'<p class="hb-note">{login.in_the_clear}</p>'
    # With a name there already, the password is what is typed next.
    on_name, on_password = ("", " autofocus") if name else (" autofocus", "")
    command = f"<code>{escape(_COMMAND)}</code>"
    body = (
        f'<main class="hb-login"><nav class="hb-languages">{languages}</nav>'
        f'<h1 lang="vi">{words.chat.title}</h1><p class="hb-tagline">{words.chat.tagline}</p>'
        f'<form method="post" action="/login"><h2>{login.title}</h2><p>{login.lead}</p>{told}'
        f'<label>{login.name}<input name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none"'
        f' spellcheck="false" maxlength="200" required{on_name}></label>'
        f'<label>{login.password}<input name="password" type="password" autocomplete="current-password"'
        f' maxlength="2000" required{on_password}></label>'
        f'<input type="hidden" name="next" value="{escape(next)}">'
        f'<input type="hidden" name="language" value="{words.language}">'
        f'<button type="submit">{login.log_in}</button>{clear}'
        f'<p class="hb-note">{login.forgotten.format(command=command)}</p></form></main>'
    )
    return document_html(f"{login.title} · {words.chat.title}", body, language=words.language)


def logged_in_html(words: Words, name: str) -> str:
    """The name and the way out."""
    told = escape(words.login.logged_in_as.format(name=name))
    return (
        f'<form method="post" action="/logout" class="hb-out"><span class="hb-me" title="{told}">{escape(name)}</span>'
        f'<button type="submit" title="{told}">{words.login.log_out}</button></form>'
    )
