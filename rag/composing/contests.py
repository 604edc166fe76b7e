"""Whether a sentence tells that one beat the other as a question asks it, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.wording import share, topic_words, vocabulary
from rag.matching.located import Located, locate
from rag.matching.roles import Role, group_of, roles_in, swapped
from rag.matching.view import View, normal_words, view_of
from rag.matching.wanted import wanted_names
from rag.question import Question

_WINS = group_of(normal_words("thắng", folded=False), folded=False)
# "Chiến thắng 1-0 dành cho A trước B": the winner stands behind the noun.
_VICTORY = re.compile(r"(?<!\w)(?:chiến thắng|thắng lợi)(?: [\w-]+){0,4}? (?:cho|về|của)(?!\w)", re.IGNORECASE)
_OVER = "trước"
# Of another match of the two.
_OTHER = re.compile(
    r"(?<!\w)(?:lượt đi|trước đó|mùa (?:giải )?trước|năm ngoái|năm \d{4}|lần gần nhất|trận trước|nếu|có thể|sẽ|không|"
    r"chưa|suýt)(?!\w)",
    re.IGNORECASE,
)
_OF_TOPIC = 0.6


def beaten_as_asked(question: Question, sentence: str, article: str) -> bool | None:
    """Whether a sentence has the winner that is asked for: False where the two are exchanged, None where it tells
    neither, may be of another match, or the article has too little of what else is asked."""
    if not question.accented or _OTHER.search(sentence):
        return None
    asked_view, view, nothing = (view_of(text, folded=False) for text in (question.own, sentence, ""))
    names = wanted_names(question.own, (), lambda _: 0, 100, folded=False)
    asked = _won(asked_view, [locate(one, asked_view, nothing, folded=False) for one in names])
    located = [locate(one, view, nothing, folded=False) for one in names]
    said = [*_won(view, located), *_victories(view, located, sentence)]
    if not asked or share(topic_words(question), vocabulary(f"{article} {sentence}", question)) < _OF_TOPIC:
        return None
    return False if swapped(asked, said) else (True if set(asked) & set(said) else None)


def _won(view: View, located: Sequence[Located]) -> list[Role]:
    roles = roles_in(view, range(len(view.words)), located, folded=False)
    return [role for role in roles if role.verb == _WINS]


def _victories(view: View, located: Sequence[Located], sentence: str) -> list[Role]:
    places = sorted((start, end, at) for at, one in enumerate(located) for start, end, _ in one.places)
    found = []
    for noun in _VICTORY.finditer(sentence):
        behind = [place for place in places if view.starts[place[0]] >= noun.end()]
        if not behind or not sentence[noun.end() : view.starts[behind[0][0]]].isspace():
            continue
        _, end, winner = behind[0]
        start, _, loser = next((place for place in behind if place[2] != winner), behind[0])
        if winner != loser and tuple(view.words[end:start]) == (_OVER,) and _WINS is not None:
            found.append(Role(_WINS, winner, loser))
    return found
