"""Whether a sentence affirms or denies what a yes-or-no question asks; most sentences do neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from rag import vietnamese
from rag.composing.contests import beaten_as_asked
from rag.composing.naming import states_in
from rag.composing.predicate import held_words, in_place, names_share, predicate_words, sides_of_predicates
from rag.composing.wording import share, topic_words, vocabulary
from rag.question import Question

# "Có" and "Không" need nearly all of the question's content and all of its names in the sentence.
_OF_CONTENT = 0.8
_HEAD_WORDS = 2
_NEGATION = re.compile(
    r"(?<!\w)(?:không|chưa|chẳng|chả|bác bỏ|phủ nhận|từ chối|bác|không hề|khó có khả năng|khó có thể|loại trừ|"
    r"phản đối|hủy bỏ|huỷ bỏ|hủy|huỷ|bãi bỏ|dừng|ngừng|cấm)(?!\w)",
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
    r"liệu|có lẽ|khả năng|nguy cơ|cảnh báo|lo ngại|sẽ|coi là|hy vọng|tin đồn|cân nhắc|xem xét|đề xuất|theo kế hoạch|"
    r"tin rằng|trường hợp"
)
_HEDGE = re.compile(rf"(?<!\w)(?:{_HEDGES})(?!\w)", re.IGNORECASE)
_ASKS_NO = re.compile(r"(?<!\w)(?:không|chưa)(?!\w)(?!\s*(?:\?|$|vậy|ạ|thế))", re.IGNORECASE)
_DENIES_THAT = re.compile(
    r"(?<!\w)(?:phủ nhận|bác bỏ|bác)(?: \w+){0,2} "
    r"(?:điều (?:này|đó)|(?:những |các )?(?:cáo buộc|thông tin|tin đồn)(?: (?:này|đó|trên))?)",
    re.IGNORECASE,
)
_SUFFERS = re.compile(r"(?<!\w)(?<!trang )(?<!chuẩn )(?<!thiết )(?<!dự )bị(?!\w)", re.IGNORECASE)
_NEAR_SYLLABLES = 4


def stated(question: Question, sentence: str, article: str = "") -> Literal["yes", "no"] | None:
    """What the sentence states of the question's proposition; None where it states neither.

    Days and numbers of the question may stand elsewhere in the text of its `article`. A predicate may be stated in
    another wording, and denied by its contrary.
    """
    if asks(sentence):
        return None
    won = beaten_as_asked(question, sentence, article)
    if won is not None:
        return "yes" if won else "no"
    return _stated(question, sentence) if _about_the_same(question, sentence, article) else None


def _stated(question: Question, sentence: str) -> Literal["yes", "no"] | None:
    """The same of a sentence that has the question's names and words."""
    asked = vietnamese.syllables(question.restored.rstrip(" ?.!"))[:-1]
    negations = [
        found
        for found in _NEGATION.finditer(sentence)
        # A question whether something is denied is not denied by the word it asks with.
        if not _is_part_of_a_word(found) and not _holds(asked, vietnamese.syllables(found[0]))
    ]
    if _left_open(question, sentence, negations):
        return None
    if any(contrary and not own for one, own, contrary in sides_of_predicates(question, sentence) if one.strong):
        return "no"
    if negations:
        topic = topic_words(question)
        return "no" if any(_governs(question, sentence, found, topic) for found in negations) else None
    return "yes"


def asks(sentence: str) -> bool:
    """Whether a sentence of an article asks itself."""
    return sentence.rstrip(" ”\"'»)").endswith("?")


def _about_the_same(question: Question, sentence: str, article: str) -> bool:
    """Whether a sentence has all names of the question, in their order, its predicate and nearly all other words."""
    topic = topic_words(question)
    numbers = frozenset(word for word in topic if word[:1].isdigit()) & vocabulary(article, question)
    numbered = f"{sentence} {' '.join(sorted(numbers))}"
    held = held_words(question, sentence) | numbers
    if not topic or names_share(question, numbered) < 1.0:
        return False
    names = frozenset(question.names if question.accented else (vietnamese.fold(name) for name in question.names))
    if not frozenset(predicate_words(question)[:_HEAD_WORDS]) <= held or share(topic, held | names) < _OF_CONTENT:
        return False
    if any(not _is_part_of_a_word(found) for found in _ASKS_NO.finditer(question.restored)):
        return False
    # A state at the head of a question has no capital that tells it as a name.
    states = {name for _, _, name in states_in(question.restored)}
    if not states <= {name for _, _, name in states_in(sentence)}:
        return False
    return in_place(question, sentence) and not _other_roles(question, sentence)


def _holds(syllables: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(list(syllables[at : at + len(wanted)]) == list(wanted) for at in range(len(syllables)))


def _left_open(question: Question, sentence: str, negations: Sequence[re.Match[str]]) -> bool:
    """Whether the sentence only supposes or reports something, or negates a negation: "không phủ nhận"."""
    if any(not sentence[one.end() : other.start()].strip() for one, other in pairwise(negations)):
        return True
    hedges = _hedges(question, sentence)
    # "Khó có khả năng" denies by its own hedge, "sẽ không" denies as well.
    beside = [(no.start() - (sentence[: no.start()].lower().endswith("sẽ ") and 3), no.end()) for no in negations]
    return any(not any(start <= found.start() < end for start, end in beside) for found in hedges)


def supposes(question: Question, sentence: str) -> bool:
    """Whether a sentence only supposes, expects or reports something that the question does not put so itself."""
    return bool(_hedges(question, sentence))


def _hedges(question: Question, sentence: str) -> list[re.Match[str]]:
    asked = {found[0].lower() for found in _HEDGE.finditer(question.restored)}
    return [found for found in _HEDGE.finditer(sentence) if found[0].lower() not in asked]


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
