"""What is asked: its wording, its type, its names and numbers, and what a follow-up leaves out. Rules over wording."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rag import vietnamese
from rag.asking.asked import Asked, asked_of, asks, is_accented
from rag.asking.fitting import form_fits, other_measure
from rag.asking.forms import AnswerForm, FormKind, form_of
from rag.asking.others import other_named
from rag.asking.relatives import of_relatives
from rag.asking.rewriting import Full, Turn, standalone
from rag.asking.speaker import speaker_of
from rag.asking.subject import names_subject
from rag.asking.words import content_of, names_of
from rag.foreign import Language, language_of

__all__ = ["AnswerForm", "Asked", "FormKind", "Question", "form_fits", "is_accented", "other_measure", "understand"]

_ANY_FORM = AnswerForm(FormKind.ANY)
_MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready for search.

    `text` is what was typed, in NFC, and `restored` the same with diacritics and capitals, without typos. `standalone`
    is searched for: that, or the full question that a follow-up is short for, or a follow-up behind the question that
    it leans on. `content` are its lower-cased syllables that carry meaning, `names` those of them that belong to names
    or are numbers, `focus` those that a follow-up adds to a question of which most is kept. `accented` says whether
    any letter carries a Vietnamese diacritic. `form` is what the answer looks like, `speaker` whose words are asked
    for, as the question names them. `joined` says that `standalone` is an earlier question with this one behind it,
    `complete` that it says what it asks about: a follow-up such as "Ở đâu?" does not where nothing was asked before.
    """

    text: str
    restored: str
    standalone: str
    asked: Asked
    content: tuple[str, ...]
    names: frozenset[str]
    focus: frozenset[str]
    accented: bool
    language: Language
    form: AnswerForm = _ANY_FORM
    speaker: str | None = None
    joined: bool = False
    complete: bool = True

    @property
    def own(self) -> str:
        """The full question, without an earlier one that was kept in front of it."""
        return self.restored if self.joined else self.standalone

    @property
    def vietnamese(self) -> bool:
        return self.language == "vi"

    @property
    def read_as(self) -> str | None:
        """The question itself with what was restored and mended in it, if anything was."""
        return self.restored if self.restored.lower() != self.text.lower() else None

    @property
    def understood_as(self) -> str | None:
        """What was understood, where it differs from what was typed by more than capitals."""
        return self.standalone if self.standalone.lower() != self.text.lower() else None


def understand(
    text: str,
    history: Sequence[str] = (),
    *,
    answers: Sequence[str | None] = (),
    restore: Callable[[str], str] = str,
    restore_history: bool = True,
    worded: str | None = None,
) -> Question:
    """Analyse a question. `history` holds the earlier questions of the conversation, oldest first.

    `answers` are their short answers, oldest first, as far as they are known. `restore` gives a question the diacritics
    it was typed without and mends its typos; what it returns is analysed. Without `restore_history` the earlier
    questions are leaned on as they are given.
    """
    typed = _one_line(text)
    text = restore(typed)
    turns = [
        Turn(restore(asked) if restore_history else asked, _one_line(answer) if answer else None)
        for question, answer in [*zip_longest(history, answers[: len(history)])][-_MOST_EARLIER:]
        if (asked := _one_line(question))
    ]
    whole = Full(_one_line(worded)) if worded else standalone(text, turns)
    full = whole.text if whole.joined else of_relatives(whole.text)
    own = text if whole.joined and asks(text) else full
    accented = is_accented(text)
    language = language_of(full)
    content = content_of(vietnamese.syllables(full), accented=accented, language=language)
    asked = asked_of(own)
    form = form_of(own, asked)
    other = other_named(text)
    complete = names_subject(full, form, accented=accented or is_accented(full), language=language)
    return Question(
        text=typed,
        restored=text,
        standalone=full,
        asked=asked,
        content=content,
        names=names_of(full) & frozenset(content),
        focus=_focus(text, content, turns) if whole.repeats else frozenset(),
        accented=accented,
        language=language,
        form=form,
        speaker=speaker_of(own),
        joined=whole.joined,
        complete=complete and (bool(turns) or other is None or bool(other.head)),
    )


def _focus(text: str, content: Sequence[str], turns: Sequence[Turn]) -> frozenset[str]:
    """The content words that a follow-up brings itself: "Còn Anh thì sao?" is about Anh, whatever came before.

    A follow-up that was rewritten to a question of its own has none: nothing else competes with it.
    """
    earlier = frozenset(syllable for turn in turns for syllable in vietnamese.syllables(turn.question))
    return (frozenset(vietnamese.syllables(text)) & frozenset(content)) - earlier


def _one_line(text: str) -> str:
    """NFC on one line, without control characters, lone surrogates and other code points that are no text."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in vietnamese.nfc(text))
    return " ".join("".join(kept).split())
