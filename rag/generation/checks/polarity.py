"""What a sentence denies, or says for certain, where its evidence does not; and predicates that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.generation.checks.compounds import denies_at
from rag.generation.checks.contrary_words import opposed, phrases
from rag.generation.checks.tokens import Token, Tokens

_NEGATORS = frozenset(("không", "chưa", "chẳng", "chả"))
_ENDING = phrases("dừng|ngừng|thôi|chấm dứt|hoãn|rút")
_DENYING = phrases("phủ nhận|bác bỏ|từ chối|khước từ|bác|loại trừ|phản đối|hủy|hủy bỏ|cấm")
_SCOPE = 3
_POSSIBLE, _FUTURE, _REAL = 0, 1, 2
_MARKS = {
    **dict.fromkeys(
        phrases(
            "có thể|có khả năng|khả năng|có lẽ|có quyền|muốn|đề xuất|đề nghị|kêu gọi|nếu|cân nhắc|hy vọng|mong|"
            "dự báo|dự đoán|xem xét|kiến nghị|khuyến nghị|định|đe dọa|lo ngại|cảnh báo|kỳ vọng|mục tiêu|khuyến cáo"
        ),
        _POSSIBLE,
    ),
    **dict.fromkeys(phrases("sẽ|sắp|yêu cầu|dự kiến|kế hoạch|chuẩn bị|cam kết|hứa|dự định|dự tính"), _FUTURE),
    **dict.fromkeys(phrases("đã|vừa|từng|chắc chắn"), _REAL),
}
CONTESTS = phrases("thắng|đánh bại|hạ|hạ gục|chiến thắng|thua|để thua|thất bại|bại trận")
"""Won by one, lost by the other: told of the other side with the contrary predicate."""
_STANCES = phrases(
    "xác nhận|thừa nhận|phủ nhận|bác bỏ|ủng hộ|phản đối|đồng ý|từ chối|chỉ trích|lên án|cáo buộc|cho phép|cam kết|"
    "xin lỗi|đe dọa|hứa|kêu gọi|yêu cầu|cảnh báo|hoan nghênh|ca ngợi"
)
_REACH = 5
_LEVEL_REACH = 2


def wrong_negations(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Words that a sentence denies and no evidence does, or that all evidence denies and the sentence does not."""
    there = [denied(each) for each in evidence]
    wide = [denied(each, wide=True) for each in evidence]
    own = denied(sentence)
    for scope in own.scopes:
        if any(token.keys & each.keys for token in scope for each in wide):
            continue
        # "Không đủ" where the evidence has "thiếu".
        contrary = opposed().get(" ".join(scope[0].words), frozenset())
        if not any(" ".join(token.words) in contrary for each in evidence for token in each.all):
            yield sentence.text[scope[0].start : scope[0].end]
    clauses = {token.clause for token in own.negators if token.words[0] in _NEGATORS}
    for token in sentence.content:
        if token.clause in clauses or token.keys & own.keys:
            continue
        places = [(other, each) for each, text in zip(there, evidence, strict=True) for other in text.content
                  if other.keys & token.keys]  # fmt: skip
        if places and all(other in each.first for other, each in places):
            yield sentence.text[token.start : token.end]


class Denied:
    """The negations of a text: the words that deny, what each denies, and the first word of that."""

    __slots__ = ("first", "keys", "negators", "scopes")

    def __init__(self, negators: Sequence[Token], scopes: Sequence[Sequence[Token]]) -> None:
        self.negators = tuple(negators)
        self.scopes = tuple(tuple(scope) for scope in scopes if scope)
        self.first = frozenset(scope[0] for scope in self.scopes)
        self.keys = frozenset(key for scope in self.scopes for token in scope for key in token.keys)


def denied(tokens: Tokens, *, wide: bool = False) -> Denied:
    """What a text denies; `wide` where "dừng", "ngừng" count as well."""
    negators: list[Token] = []
    scopes: list[list[Token]] = []
    for at, token in enumerate(tokens.all):
        if not _is_negator(tokens, at) and not (wide and " ".join(token.words) in _ENDING):
            continue
        scope = [
            other
            for other in tokens.all[at + 1 : at + 9]
            if other.clause == token.clause and other.kind in ("content", "name")
        ][:_SCOPE]
        if scope:
            negators.append(token)
            scopes.append(scope)
    return Denied(negators, scopes)


def _is_negator(tokens: Tokens, at: int) -> bool:
    token = tokens.all[at]
    wording = " ".join(token.words)
    if wording in _DENYING:
        return True
    if token.kind not in ("shape", "content") or token.words[0] not in _NEGATORS or len(token.words) > 1:
        return False
    return denies_at(tokens.text, token.start, token.end)


def contraries(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Predicates of a sentence whose contrary, but not they themselves, stands in the evidence, or stands there before
    the same word."""
    turned = {key for text in (sentence, *evidence) for key in denied(text).keys}
    for at, token in enumerate(sentence.all):
        wording = " ".join(token.words)
        contrary = opposed().get(wording)
        if not contrary or token.kind == "name" or token.keys & turned or (wording in CONTESTS and sentence.names):
            continue
        own = [place for each in evidence for place in _places(each, {wording}, token.keys)]
        other = [place for each in evidence for place in _places(each, contrary, frozenset())]
        if not other:
            continue
        if not own:
            yield sentence.text[token.start : token.end]
            continue
        follows = _following(sentence, at)
        if follows and not _meet(own, follows) and _meet(other, follows):
            yield sentence.text[token.start : token.end]


def _places(tokens: Tokens, wordings: frozenset[str] | set[str], keys: frozenset[str]) -> Iterator[tuple[Tokens, int]]:
    for at, token in enumerate(tokens.all):
        if token.kind != "name" and (" ".join(token.words) in wordings or token.keys & keys):
            yield tokens, at


def _following(tokens: Tokens, at: int) -> frozenset[str]:
    """The keys of the next word with content in the same clause."""
    clause = tokens.all[at].clause
    following = [token for token in tokens.all[at + 1 : at + 4] if token.clause == clause and token.kind == "content"]
    return following[0].keys if following else frozenset()


def _meet(places: Sequence[tuple[Tokens, int]], keys: frozenset[str]) -> bool:
    return any(_following(tokens, at) & keys for tokens, at in places)


def unfounded(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Stances that a sentence tells of and no evidence does, in any wording."""
    for token in sentence.content:
        if " ".join(token.words) in _STANCES and not any(token.keys & each.keys for each in evidence):
            yield sentence.text[token.start : token.end]


def wrong_certainty(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence says to have happened, or to be going to, where all evidence says that it will or may."""
    there = [(each, _levels(each, _REACH)) for each in evidence]
    for token, told in _levels(sentence).items():
        levels = [found.get(other) for each, found in there for other in each.content if other.keys & token.keys]
        if levels and None not in levels and told > max(level for level in levels if level is not None):
            yield sentence.text[token.start : token.end]


def _levels(tokens: Tokens, most: int = _LEVEL_REACH) -> dict[Token, int]:
    """The first words behind marks of certainty in their clause, at most so many, each with the least certain mark."""
    found: dict[Token, int] = {}
    for at, token in enumerate(tokens.all):
        level = _level_at(tokens, at)
        if level is None:
            continue
        following = [
            other
            for other in tokens.all[at + 1 : at + 1 + _REACH]
            if other.clause == token.clause and other.kind == "content" and " ".join(other.words) not in _MARKS
        ][:most]
        for other in following:
            found[other] = min(level, found.get(other, level))
    return found


def _level_at(tokens: Tokens, at: int) -> int | None:
    token = tokens.all[at]
    own = _MARKS.get(" ".join(token.words))
    if own is not None:
        return own
    if at + 1 < len(tokens.all):
        both = (*token.words, *tokens.all[at + 1].words)
        return _MARKS.get(" ".join(both))
    return None
