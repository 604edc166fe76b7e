"""Whether a sentence affirms or denies what a yes-or-no question asks; most sentences do neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from rag import vietnamese
from rag.composing.naming import states_in
from rag.composing.wording import share, topic_words, vocabulary
from rag.question import Question

# "Có" and "Không" need nearly all of the question's content and all of its names in the sentence.
_OF_CONTENT = 0.8
_NEGATION = re.compile(
    r"(?<!\w)(?:không|chưa|chẳng|chả|bác bỏ|phủ nhận|từ chối|bác|không hề|khó có khả năng|khó có thể|loại trừ|"
    r"phản đối|hủy bỏ|huỷ bỏ|bãi bỏ)(?!\w)",
    re.IGNORECASE,
)
# "không quân", "không gian", "không chỉ … mà còn": the word is no negation there.
_NO_NEGATION = re.compile(
    r"(?<!\w)không (?:quân|gian|khí|phận|lưu|tặc|trung|kích|chỉ|những|ngừng|ít|vận|nhỏ)(?!\w)|hàng không|phòng không",
    re.IGNORECASE,
)
# What somebody expects, demands or says of others is not stated as a fact.
_HEDGES = (
    r"có thể|cáo buộc|nghi|nghi ngờ|cho rằng|được cho là|dự kiến|dự định|kêu gọi|yêu cầu|đề nghị|muốn|mong muốn|nếu|"
    r"liệu|có lẽ|khả năng|nguy cơ|cảnh báo|lo ngại|sẽ|coi là|hy vọng|tin đồn|cân nhắc|xem xét|đề xuất"
)
_HEDGE = re.compile(rf"(?<!\w)(?:{_HEDGES})(?!\w)", re.IGNORECASE)
_ASKS_NO = re.compile(r"(?<!\w)(?:không|chưa)(?!\w)(?!\s*(?:\?|$|vậy|ạ|thế))", re.IGNORECASE)
_DENIES_THAT = re.compile(
    r"(?<!\w)(?:phủ nhận|bác bỏ|bác)(?: \w+){0,2} "
    r"(?:điều (?:này|đó)|(?:những |các )?(?:cáo buộc|thông tin|tin đồn)(?: (?:này|đó|trên))?)",
    re.IGNORECASE,
)
_SUFFERS = re.compile(r"(?<!\w)bị(?!\w)", re.IGNORECASE)
_NEAR_SYLLABLES = 4


def stated(question: Question, sentence: str) -> Literal["yes", "no"] | None:
    """What the sentence states of the question's proposition; None where it states neither."""
    topic = topic_words(question)
    held = vocabulary(sentence, question)
    names = topic & frozenset(
        question.names if question.accented else (vietnamese.fold(name) for name in question.names)
    )
    if not topic or share(names, held) < 1.0 or share(topic, held) < _OF_CONTENT:
        return None
    if any(not _is_part_of_a_word(found) for found in _ASKS_NO.finditer(question.restored)):
        return None
    # A state at the head of a question has no capital that tells it as a name.
    states = {name for _, _, name in states_in(question.restored)}
    if not states <= {name for _, _, name in states_in(sentence)} or _other_roles(question, sentence):
        return None
    negations = [found for found in _NEGATION.finditer(sentence) if not _is_part_of_a_word(found)]
    if _left_open(question, sentence, negations):
        return None
    if negations:
        return "no" if any(_governs(question, sentence, found, topic) for found in negations) else None
    return "yes"


def _left_open(question: Question, sentence: str, negations: Sequence[re.Match[str]]) -> bool:
    """Whether the sentence only supposes or reports something, or negates a negation: "không phủ nhận"."""
    if any(not sentence[one.end() : other.start()].strip() for one, other in pairwise(negations)):
        return True
    asked = {found[0].lower() for found in _HEDGE.finditer(question.restored)}
    hedges = [found for found in _HEDGE.finditer(sentence) if found[0].lower() not in asked]
    # "Khó có khả năng" denies by its own hedge, "sẽ không" denies as well.
    beside = [(no.start() - (sentence[: no.start()].lower().endswith("sẽ ") and 3), no.end()) for no in negations]
    return any(not any(start <= found.start() < end for start, end in beside) for found in hedges)


def _other_roles(question: Question, sentence: str) -> bool:
    """Whether those who are named may have changed places: named in another order, or something was done to one."""
    asked, said = (
        [name for _, _, name in states_in(text)] or _names_in(question, text) for text in (question.restored, sentence)
    )
    common = [name for name in dict.fromkeys(asked) if name in said]
    if [name for name in dict.fromkeys(said) if name in common] != common:
        return True
    return len(common) > 1 and bool(_SUFFERS.search(question.restored)) != bool(_SUFFERS.search(sentence))


def _names_in(question: Question, text: str) -> list[str]:
    keys = vietnamese.syllables(text) if question.accented else map(vietnamese.fold, vietnamese.syllables(text))
    names = question.names if question.accented else {vietnamese.fold(name) for name in question.names}
    return [key for key in keys if key in names]


def _is_part_of_a_word(negation: re.Match[str]) -> bool:
    return any(other.start() <= negation.start() < other.end() for other in _NO_NEGATION.finditer(negation.string))


def _governs(question: Question, sentence: str, negation: re.Match[str], topic: frozenset[str]) -> bool:
    """Whether one of the next words is one of the question's that is no name: what it does not do is what is asked."""
    after = vietnamese.syllables(sentence[negation.end() :])[:_NEAR_SYLLABLES]
    keys = after if question.accented else [vietnamese.fold(syllable) for syllable in after]
    names = question.names if question.accented else {vietnamese.fold(name) for name in question.names}
    return any(key in topic and key not in names for key in keys)


def denies_the_former(sentence: str) -> bool:
    """Whether a sentence denies what stands before it: "Nga phủ nhận điều này"."""
    return _DENIES_THAT.search(sentence) is not None
