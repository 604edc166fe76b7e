"""Whether a question says what it asks about: "Ở đâu?" and "Ông ấy nói gì?" alone do not."""

from __future__ import annotations

import re

from rag import vietnamese
from rag.asking.forms import AnswerForm
from rag.asking.words import function_words, names_of
from rag.foreign import Language

# Words that elsewhere ask, point or connect.
_NOUNS = re.compile(r"\b(?:việc làm|con người|con cái|ông bà|bà con|ngày tháng|năm tháng)\b", re.IGNORECASE)
_PRONOUNS = frozenset(("nó", "hắn", "họ"))
# Without diacritics most function words are nouns, too ("cho": "chợ"): only what asks.
_FOLDED_ASKING = frozenset(
    vietnamese.syllables(
        "ai la gi o dau tu den luc khi nao vi tai sao do bao gio nhieu may lau xa the nhu ra bang cach lam de vay ha"
    )
)


def names_subject(text: str, form: AnswerForm, *, accented: bool, language: Language) -> bool:
    """Whether anything is left of a question without the words that ask, point and connect.

    `form` is that of its answer: the "thành phố" of "Ở thành phố nào?" is what is asked for and no subject.
    """
    if names_of(text) or _NOUNS.search(text):
        return True
    asking = _FOLDED_ASKING
    if accented or language == "en":
        asking = function_words(accented=True, language=language) | _PRONOUNS
    asked_for = vietnamese.syllables(f"{form.unit or ''} {form.noun or ''}")
    return any(syllable not in asking and syllable not in asked_for for syllable in vietnamese.syllables(text))
