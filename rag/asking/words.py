"""Which words of a question carry meaning, and which of them are names or numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import vietnamese
from rag.foreign import Language

# Syllables that ask or connect and so say nothing of the subject.
FUNCTION_WORDS = frozenset(
    vietnamese.syllables(
        """
    ai gì nào đâu sao mấy bao nhiêu vì tại lý do thế như ra khi lúc hồi giờ bằng cách làm để
    là của và với cho về ở trong ngoài trên dưới từ đến tới vào lên xuống bởi theo qua cùng giữa trước sau
    có không chưa đã đang sẽ được bị phải cần nên rằng thì mà hay hoặc cũng vẫn còn chỉ rất lại nữa những các
    một này kia đó ấy đây vậy nhỉ nhé à ạ ư hả việc cái chiếc con người ngày tháng năm hôm
    ông bà nói biết hỏi xin hãy
        """
    )
)
_ENGLISH_WORDS = frozenset(
    vietnamese.syllables(
        """
    the of in on at to for from with by and or is are was were be been did does do has have had will would can could
    who whom whose what which when where why how many much long it its this that these those he she they his her their
    a an as about after before during than then not no yes there any say said tell me
        """
    )
)
_FOLDED_FUNCTION_WORDS = frozenset(vietnamese.fold(word) for word in FUNCTION_WORDS)


def function_words(*, accented: bool, language: Language) -> frozenset[str]:
    """The syllables of a language that ask or connect, without diacritics where the question has none."""
    if language == "en":
        return _ENGLISH_WORDS
    return FUNCTION_WORDS if accented else _FOLDED_FUNCTION_WORDS


def content_of(syllables: Sequence[str], *, accented: bool, language: Language) -> tuple[str, ...]:
    """The syllables that carry meaning, each once; all of them where none does."""
    stop = function_words(accented=accented, language=language)
    kept = tuple(dict.fromkeys(syllable for syllable in syllables if syllable not in stop))
    return kept or tuple(dict.fromkeys(syllables))


_WORD = re.compile(r"[^\W_]+(?:[./,'’-][^\W_]+)*", re.UNICODE)


def names_of(text: str) -> frozenset[str]:
    """Syllables of names and numbers: capitalised beyond the first word, or holding a digit, or all capitals."""
    found: set[str] = set()
    words = list(_WORD.finditer(text))
    for position, word in enumerate(words):
        surface = word.group()
        numeric = any(character.isdigit() for character in surface)
        follows_stop = position == 0 or text[max(0, word.start() - 3) : word.start()].rstrip()[-1:] in "?!."
        acronym = len(surface) > 1 and surface.isupper()
        next_capital = position + 1 < len(words) and words[position + 1].group()[:1].isupper()
        capital = surface[:1].isupper() and (not follows_stop or next_capital)
        if numeric or acronym or capital:
            found.update(set(vietnamese.syllables(surface)) - FUNCTION_WORDS)
    return frozenset(found)
