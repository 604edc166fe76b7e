"""An answer in two wordings: its quotations, and what a language model has made of them. A model makes no markup.

The page's script changes between the two, and puts the second beside the first when it is written (fluent.js).
"""

from __future__ import annotations

from app.keeping.records import KeptFluent, KeptTurn
from app.rendering import answers
from app.rendering.answers import ArticleOf
from app.rendering.escaping import escape
from app.rendering.plain import fluent_footnoted
from app.rendering.telling import told_html
from app.words import Words
from app.words.fluent import FluentWords
from rag.datatypes import Answer, Claim
from rag.foreign import language_of

# What the page says of a model's words in its own way, with the model's name and the counts.
_SAID_ABOVE = ("Lời văn do mô hình ", "Chưa được nguồn xác nhận:", "Đã ghi lại số trích dẫn của ")


def switch_html(words: FluentWords, *, shown: bool = True) -> str:
    """Whether answers are to be worded by the model; the page's script keeps it, and shows it when there is one."""
    return (
        f'<label class="hb-worded-switch" title="{words.worded_long}"{"" if shown else " hidden"}>'
        f'<input type="checkbox" role="switch" checked> {words.worded}</label>'
    )


def turn_html(
    turn: KeptTurn,
    article_of: ArticleOf,
    words: Words,
    *,
    can_write: bool = False,
    fresh: tuple[str, str] | None = None,
) -> str:
    """A turn as it is shown when it is done; with `can_write` a model can word its answer.

    `fresh` is the id of its conversation and a word that stands nowhere else, for an answer that has just been found:
    the model then begins without being asked.
    """
    answer = turn.answer
    if answer is None or answer.status == "not_found" or not (can_write or turn.fluent):
        return answers.turn_html(turn, article_of, words)
    understood = answers.understood_html(answer, words.chat, as_typed=turn.as_typed)
    fluent = fluent_html(answer, turn.fluent, article_of, words) if turn.fluent else ""
    quoted = answers.quoted_html(answer, article_of, words.chat)
    actions = answers.actions_html(words.chat, judged=turn.thumb, answered=True)
    buttons = _wordings(words.fluent, turn.stamp, worded=bool(fluent), fresh=fresh)
    return (
        f'<div class="hb-answer">{buttons}{understood}{fluent}'
        f'<div class="hb-wording" data-wording="extractive"{" hidden" if fluent else ""}>{quoted}</div>{actions}</div>'
    )


def fluent_html(answer: Answer, fluent: KeptFluent, article_of: ArticleOf, words: Words) -> str:
    """What the checks have left of a model's words over an answer, with its sources and how to copy it."""
    worded, chat = fluent.answer, words.chat
    own = worded.notes[len(answer.notes) :]
    notes = [*answer.notes, *(note for note in own if not note.startswith(_SAID_ABOVE))]
    return (
        f'<div class="hb-wording" data-wording="fluent">{answers.carried_sources_html(worded, article_of, chat)}'
        f'<p class="hb-by-model">{_by(words.fluent.checked, fluent.model)}</p>'
        f'<p class="hb-worded">{" ".join(_sentence(claim, words) for claim in worded.claims)}</p>'
        f"{_left_out(fluent, words.fluent)}{answers.conflicts_html(worded, chat)}"
        f"{answers.sources_list_html(worded, chat)}{answers.notes_html(notes, chat)}"
        f'<div class="hb-copy-of" hidden inert>{escape(fluent_footnoted(answer.question, fluent, words))}</div></div>'
    )


def problem_html(problem: str, words: Words) -> str:
    """Why the quotations stand: `problem` as a Fluent tells it."""
    return f'<div class="hb-problem"><p>{told_html(problem, words.language)} {words.fluent.stands}</p></div>'


def _wordings(words: FluentWords, stamp: str, *, worded: bool, fresh: tuple[str, str] | None) -> str:
    """What changes between the two, or has the second one written: of the turn with that stamp."""

    def button(wording: str, label: str, *, pressed: bool, title: str = "") -> str:
        about = f' title="{title}"' if title else ""
        return (
            f'<button type="button" class="hb-wording-of" data-wording="{wording}"'
            f' aria-pressed="{str(pressed).lower()}"{about}>{label}</button>'
        )

    new = f' data-of="{escape(fresh[0])}" data-fresh="{escape(fresh[1])}"' if fresh else ""
    return (
        f'<div class="hb-wordings" role="group" aria-label="{words.wordings}" data-stamp="{stamp}"{new}>'
        + button("fluent", words.fluent, pressed=worded, title="" if worded else words.write)
        + button("extractive", words.extractive, pressed=not worded)
        + "</div>"
    )


def _sentence(claim: Claim, words: Words) -> str:
    language = language_of(claim.text)
    lang = "" if language == "other" else f' lang="{language}"'
    if claim.status == "unsupported":
        return (
            f'<span class="hb-struck"><s{lang}>{escape(claim.text)}</s>'
            f' <span class="hb-unsupported">({words.fluent.struck})</span></span>'
        )
    chips = answers.chips_html(claim.citations, words.chat)
    return f'<span class="hb-sentence"{lang}>{escape(claim.text)}</span>{chips}'


def _left_out(fluent: KeptFluent, words: FluentWords) -> str:
    counts = ((fluent.dropped, words.dropped), (fluent.replaced, words.replaced), (fluent.struck, words.struck_out))
    told = ", ".join(said.format(count=count) for count, said in counts if count)
    notes = [words.left_out.format(counts=told)] if told else []
    if fluent.repaired:
        notes.append(words.repaired.format(count=fluent.repaired))
    return "".join(f'<p class="hb-note">{note}</p>' for note in notes)


def _by(said: str, model: str) -> str:
    """A sentence with the model's name, which a server may make up as it likes."""
    before, after = said.split("{model}")
    return f'{before}<span class="hb-model">{escape(model)}</span>{after}'
