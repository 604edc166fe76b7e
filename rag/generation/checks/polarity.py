"""What a sentence denies, or says for certain, where its evidence does not; and predicates that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.generation.checks.compounds import denies_at
from rag.generation.checks.contrary_words import opposed, phrases
from rag.generation.checks.stances import is_entailed
from rag.generation.checks.tokens import Token, Tokens
from rag.vietnamese import syllables

_NEGATORS = frozenset(("không", "chưa", "chẳng", "chả"))
_ENDING = phrases(
    "dừng|ngừng|thôi|chấm dứt|hoãn|rút|gạch tên|gạch|loại|bỏ|khỏi|thiếu|mất|hết|tránh|vắng|tước|miễn|thu hồi|từ bỏ|"
    "tạm dừng|vô|tạm ngừng|hủy|đình chỉ"
)
_DENYING = phrases("phủ nhận|bác bỏ|từ chối|khước từ|bác|loại trừ|phản đối|hủy|hủy bỏ|cấm")
_BEFORE_QUOTED = re.compile(r"\s(?:phải\s)?(?:là\s)?[“\"«]")
_TWICE = frozenset(("vô", "phi", "bất", "thiếu", "mất"))
_LEFT = re.compile(
    r"(?:(?<!\w)(?P<no>không|chưa|chẳng)\s)?(?<!\w)(?:hề\s|vẫn\s|phải\s)?(?P<verb>còn|có|được|cần|phải|bị)\s(?P<what>\w+)",
    re.IGNORECASE,
)
_AMOUNTING = frozenset(("đủ", "đến", "tới", "đầy", "quá"))
_STOPPING = phrases("dừng|ngừng|tạm dừng|tạm ngừng|hoãn|hủy|hủy bỏ|chấm dứt|đình chỉ|thôi|ngưng")
_GOING = frozenset(("vẫn", "tiếp", "cứ"))
_SCOPE = 3
# "Không có thương vong" says that nobody died; "lần đầu tiên" that it has not been before.
_HARMED = phrases("thương vong|chết|thiệt mạng|tử vong|bị thương|thương tích|mất mạng|người chết|thiệt hại về người")
# What is free need not be paid.
_FREE = re.compile(r"(?<!\w)miễn(?!\w)", re.IGNORECASE)
_PAYING = frozenset(("mua", "trả", "đóng", "nộp", "mất", "tốn", "thu", "tính", "phí"))
_FIRST = phrases("đầu tiên|lần đầu|lần đầu tiên")
_BESIDE = 3
_PASSIVE = frozenset(("được", "bị"))
_POSSIBLE, _FUTURE, _REAL = 0, 1, 2
_MARKS = {
    **dict.fromkeys(
        phrases(
            "có thể|có khả năng|khả năng|có lẽ|có quyền|muốn|đề xuất|đề nghị|kêu gọi|nếu|cân nhắc|hy vọng|mong|"
            "dự báo|dự đoán|xem xét|kiến nghị|khuyến nghị|định|đe dọa|lo ngại|cảnh báo|kỳ vọng|mục tiêu|khuyến cáo|"
            "e ngại|lo sợ|quan ngại"
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
# What says a stance in words that are no synonyms of it.
_ENTAIL = {
    "yêu cầu": "buộc|chỉ đạo|giao|lệnh|phải|đề nghị|cần", "cho phép": "được phép|có thể|được|không cấm",
    "cảnh báo": "khuyến cáo|nguy cơ|đe dọa|dọa|lo ngại|coi chừng", "cam kết": "hứa|sẽ|thề|bảo đảm|đảm bảo",
    "hứa": "cam kết|sẽ",
    "phản đối": "không đồng ý|không ủng hộ|không chấp nhận|chỉ trích|lên án|bất bình|không đồng tình",
    "ủng hộ": "bỏ phiếu thuận|phiếu thuận|đứng về|hưởng ứng|đồng tình|hoan nghênh",
    "từ chối": "không|chưa|im lặng",
    "phủ nhận": "không phải|nói không|vô căn cứ|sai sự thật|không có|không liên quan",
    "bác bỏ": "không phải|vô căn cứ|sai sự thật|không có|phản đối",
    "xác nhận": "cho biết|nói|thông báo|cho hay|kết luận",
    "thừa nhận": "nhận", "cáo buộc": "khởi tố|truy tố|nghi|bị bắt vì|tội|vì", "đe dọa": "cảnh báo sẽ|dọa",
    "kêu gọi": "thúc giục|mong|hãy|cần", "hoan nghênh": "vui mừng|khen|đánh giá cao",
    "ca ngợi": "khen|đánh giá cao|biểu dương",
    "chỉ trích": "chê|phàn nàn|bất bình", "đồng ý": "gật đầu|nhận lời|ủng hộ|thuận",
}  # fmt: skip
_REACH = 5
_LEVEL_REACH = 2
# What is feared may come: for all that stands behind in the clause.
_FEARS = phrases("lo ngại|e ngại|sợ|lo sợ|lo lắng|quan ngại|e sợ|lo rằng")


def wrong_negations(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Words that a sentence denies and no evidence does, or that all evidence denies and the sentence does not."""
    there = [denied(each) for each in evidence]
    wide = [denied(each, wide=True) for each in evidence]
    own, known = denied(sentence), denied(sentence, wide=True).keys
    free = any(_FREE.search(each.text) for each in evidence)
    harmless = any(
        token.words[0] in _HARMED or " ".join(token.words) in _HARMED
        for each in wide
        for scope in each.scopes
        for token in scope
    )
    for negator, scope in own.parts:
        # "Không phải là vô căn cứ" denies twice what "vô căn cứ" denies once.
        twice = negator.words[0] in _NEGATORS and scope[0].words[0] in _TWICE
        if any(token.keys & each.keys for token in scope for each in (there if twice else wide)):
            continue
        denies = " ".join(negator.words) in _DENYING
        if denies and any(negator.keys & token.keys for each in evidence for token in each.all):
            continue
        if harmless and any(" ".join(token.words) in _HARMED for token in scope):
            continue
        if _is_amount(sentence, scope[0]) or (free and scope[0].words[0] in _PAYING):
            continue
        if negator.words[0] == "chưa" and any(
            " ".join(token.words) in _FIRST for each in evidence for token in each.all
        ):
            continue
        # "Không đủ" where the evidence has "thiếu".
        contrary = opposed().get(" ".join(scope[0].words), frozenset())
        if not any(" ".join(token.words) in contrary for each in evidence for token in each.all):
            yield sentence.text[scope[0].start : scope[0].end]
    clauses = {token.clause for token in own.negators if token.words[0] in _NEGATORS}
    for token in sentence.content:
        if token.clause in clauses or token.keys & known:
            continue
        places = [(other, each) for each, text in zip(there, evidence, strict=True) for other in text.content
                  if other.keys & token.keys]  # fmt: skip
        if places and all(other in each.first for other, each in places):
            yield sentence.text[token.start : token.end]


def resumed(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence says to go on, and all evidence to be stopped: "vẫn tổ chức" for "dừng tổ chức"."""
    if any(" ".join(token.words) in _STOPPING for token in sentence.all) or denied(sentence).negators:
        return
    going = {clause for clause, word in ((token.clause, token.words[0]) for token in sentence.all) if word in _GOING}
    for token in sentence.content:
        if token.clause not in going:
            continue
        places = [(each, at) for each in evidence for at, other in enumerate(each.all)
                  if other.kind == "content" and other.keys & token.keys]  # fmt: skip
        if places and all(at and " ".join(each.all[at - 1].words) in _STOPPING for each, at in places):
            yield sentence.text[token.start : token.end]


def _is_amount(sentence: Tokens, token: Token) -> bool:
    """Whether "chưa đủ" or "không đến" stands before a number: the values tell whether that is said."""
    behind = sentence.text[token.end :].lstrip()
    return token.words[0] in _AMOUNTING and behind[:1].isdigit()


def turned_remainders(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """ "Còn nhiều" where all evidence has "không còn nhiều"."""
    there: dict[tuple[str, str], bool] = {}
    for each in evidence:
        for other in _LEFT.finditer(each.text):
            what = _what_is_left(other)
            there[what] = there.get(what, True) and bool(other["no"])
    for found in _LEFT.finditer(sentence.text):
        if not found["no"] and there.get(_what_is_left(found)):
            yield found[0]


def _what_is_left(found: re.Match[str]) -> tuple[str, str]:
    return found["verb"].lower(), found["what"].lower()


class Denied:
    """The negations of a text: the words that deny, what each denies, and the first word of that."""

    __slots__ = ("first", "keys", "negators", "parts", "scopes")

    def __init__(self, negators: Sequence[Token], scopes: Sequence[Sequence[Token]]) -> None:
        self.negators = tuple(negators)
        self.parts = tuple(zip(negators, map(tuple, scopes), strict=True))
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
        # "Không phải là “vô căn cứ”": what is quoted is denied as well.
        last = token.clause + (_BEFORE_QUOTED.match(tokens.text, token.end) is not None)
        scope = [
            other for other in tokens.all[at + 1 : at + 9] if other.clause <= last and other.kind in ("content", "name")
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
        other = [place for each in evidence for place in _places(each, contrary, frozenset())
                 if each.all[place[1]] not in denied(each).first]  # fmt: skip
        if not other:
            continue
        if not own:
            core = set(token.words) - _PASSIVE
            near = _near(sentence, at)
            if any(core <= _outside_names(each) for each in evidence):
                continue
            if not near or any(_meets(near, _near(*place)) for place in other):
                yield sentence.text[token.start : token.end]
            continue
        follows = _following(sentence, at)
        if follows and not _meet(own, follows) and _meet(other, follows):
            yield sentence.text[token.start : token.end]


def _outside_names(tokens: Tokens) -> frozenset[str]:
    """The syllables of a text but for those of names: "Việt Nam" has no "nam"."""
    return frozenset(word for token in tokens.all if token.kind != "name" for word in token.words)


def _places(tokens: Tokens, wordings: frozenset[str] | set[str], keys: frozenset[str]) -> Iterator[tuple[Tokens, int]]:
    for at, token in enumerate(tokens.all):
        if token.kind != "name" and (" ".join(token.words) in wordings or token.keys & keys):
            yield tokens, at


def _following(tokens: Tokens, at: int) -> frozenset[str]:
    """The keys of the next word with content in the same clause."""
    clause = tokens.all[at].clause
    following = [token for token in tokens.all[at + 1 : at + 4] if token.clause == clause and token.kind == "content"]
    return following[0].keys if following else frozenset()


def _meets(near: Sequence[frozenset[str]], there: Sequence[frozenset[str]]) -> bool:
    """Whether two predicates stand among the same words: half of those of one, where it has any."""
    held = frozenset(key for keys in there for key in keys)
    shared = sum(bool(keys & held) for keys in near)
    return not there or 2 * shared >= min(len(near), len(there))


def _near(tokens: Tokens, at: int) -> list[frozenset[str]]:
    """The keys of the names and words with content right beside a word, on both sides in its clause."""
    clause = tokens.all[at].clause
    sides = [tokens.all[:at][::-1], tokens.all[at + 1 :]]
    kept = [[token for token in side if token.clause == clause and token.kind in ("content", "name")] for side in sides]
    return [token.keys for side in kept for token in side[:_BESIDE]]


def _meet(places: Sequence[tuple[Tokens, int]], keys: frozenset[str]) -> bool:
    return any(_following(tokens, at) & keys for tokens, at in places)


def unfounded(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Stances that a sentence tells of and no evidence does, in any wording."""
    for at, token in enumerate(sentence.all):
        wording = " ".join(token.words)
        if token.kind != "content" or wording not in _STANCES or any(token.keys & each.keys for each in evidence):
            continue
        if not any(is_entailed(sentence, at, other, each) for other in _entailing(wording) for each in evidence):
            yield sentence.text[token.start : token.end]


@lru_cache(64)
def _entailing(stance: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(syllables(each)) for each in _ENTAIL.get(stance, "").split("|") if each)


def wrong_certainty(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence says to have happened, or to be going to, where all evidence says that it will or may."""
    there = [(each, _levels(each, _REACH)) for each in evidence]
    for token, level in _levels(sentence).items():
        told = _POSSIBLE if _is_feared(sentence, token) else level
        levels = [found.get(other) for each, found in there for other in each.content if other.keys & token.keys]
        if levels and None not in levels and told > max(level for level in levels if level is not None):
            yield sentence.text[token.start : token.end]


def _is_feared(tokens: Tokens, token: Token) -> bool:
    return any(
        other.clause == token.clause and other.start < token.start and " ".join(other.words) in _FEARS
        for other in tokens.all
    )


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
