"""Who does what, and who says it: whether a sentence gives it to another than its evidence does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rag.composing.attribution import Attribution, attributions
from rag.composing.wording import listed
from rag.generation.checks.naming import is_held, offices_in
from rag.generation.checks.polarity import CONTESTS
from rag.generation.checks.synonyms import groups_of
from rag.generation.checks.tokens import Token, Tokens, tokens_of
from rag.sentences import sentences

_HALVES = re.compile(r";\s")
_BODY = re.compile(
    r"(?:các |một |những )?(?:bộ|sở|ủy ban|ubnd|cơ quan|công an|cảnh sát|quân đội|chính phủ|văn phòng|tòa|viện|"
    r"hãng|công ty|tập đoàn|ngân hàng|hiệp hội|liên đoàn|đại sứ|trường|bệnh viện|đài|báo|điện|nhà trắng|thủ tướng|"
    r"tổng thống|bộ trưởng|ngoại trưởng|chủ tịch|giám đốc|phát ngôn|người phát ngôn|luật sư|đại diện|tổ chức|đảng|"
    r"trung tâm|cục|ban|hội)(?!\w)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<!\w)(?:ông|bà|anh|chị)\s", re.IGNORECASE)
_SUFFERS = re.compile(r"(?<!\w)(?:bị|được)\s", re.IGNORECASE)
_OTHERWISE = frozenset(("còn", "trong khi", "nhưng", "song"))
_LOST = frozenset(("thua", "để thua", "thất bại", "bại trận"))
_AUXILIARY = listed("đã đang sẽ vừa mới từng vẫn cũng đều luôn lại còn không chưa tiếp tục có thể phải chỉ")
# Said of the one and of the other: "A thay B bằng C", "C thay B".
_EITHER_WAY = frozenset((
    "thay", "thay thế", "trúng", "là", "gặp", "hội đàm", "kế nhiệm", "bán", "bắt đầu bán", "mở bán", "mở", "ra mắt",
    "phát hành", "tăng", "giảm", "khai thác", "vận hành",
))  # fmt: skip
_CONTEST = frozenset(("contest",))
_NO_DOER_AFTER = listed(
    "ở tại của với cho từ đến tới trên trong theo khỏi vào về giữa thuộc trước qua và sang gần người cùng để"
)
# "Cuộc gặp ở Paris kéo dài": a place does nothing.
_PLACED, _PLACED_REACH = (("ở",), ("tại",)), 4
_FROM = listed("sỹ văn viên thủ vợt phú dân nữ sao đạo vệ hlv khách")
_ARTICLES = listed("một các những chiếc cái con người")
_LEAST_SHARED, _LEAST_SAID = 0.5, 2
# Words that another gives about as well as the best may be those that a sentence tells.
_MARGIN = 0.25
# Of so many of the words it is clear by whom they are said.
_CLEARLY = 0.7
_SAYS_ELSE = re.compile(
    r"\s(?:cũng\s)?(?:cho biết|nói|xác nhận|thông báo|khẳng định|tuyên bố|đồng ý|thừa nhận|cho hay)(?!\w)"
)
# A name does what stands so near behind it.
_REACH = 3
_SIDE, _LEAST_TURNED = 4, 3
# No sentence has more; what is longer gains nothing by being looked at in full.
_MOST_CHARS, _MOST_NAMES, _MOST_TOKENS = 700, 24, 160


def swapped_actors(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence gives to a name that, in all of its evidence, another name does, though the evidence has both."""
    told = [(other, doers) for each in evidence for other, doers in doers_of(each).items()]
    saying = frozenset(groups_of(("nói",)))
    for token, doers in doers_of(sentence, ruled=True).items():
        if token.keys & saying:
            continue
        places = [there for other, there in told if other.keys & token.keys]
        if not places or any(not there for there in places):
            continue
        known = [doer for doer in doers if is_held(doer, evidence)]
        if len(known) < len(doers) or not doers:
            continue
        if not any(_same(doer, other) for doer in doers for there in places for other in there):
            yield sentence.text[token.start : token.end]


def exchanged(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """The predicates around which two names of the evidence have changed places."""
    said = [(verb, one, other) for each in evidence for verb, one, other in _directed(each)]
    for verb, one, other in _directed(sentence):
        same = [(first, second) for there, first, second in said if there.keys & verb.keys]
        straight = any(_same(one, first) and _same(other, second) for first, second in same)
        turned = any(_same(one, second) and _same(other, first) for first, second in same)
        if turned and not straight:
            yield sentence.text[verb.start : verb.end]


def wrong_speakers(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Speakers who stand in no evidence beside the words that they are given, where others do."""
    there = [found for each in evidence for found in _attributed(each.text)]
    for text, one in _attributed(sentence.text):
        said = _keys(one.said.of(text))
        speaker = _SUFFERS.split(one.speaker.of(text))[-1]
        if len(said) < _LEAST_SAID:
            continue
        shares = [(len(said & _keys(other.said.of(each))) / len(said), each, other) for each, other in there]
        best = max((share for share, _, _ in shares), default=0.0)
        if best < _LEAST_SHARED:
            continue
        if not _named(speaker):
            if best >= _CLEARLY and _is_party(
                speaker, said, [(each, other) for share, each, other in shares if share >= best]
            ):
                yield speaker.strip()
            continue
        near = [(each, other) for share, each, other in shares if share >= best - _MARGIN]
        # "Ông nói": who is meant stands in another sentence.
        if all(_named(other.speaker.of(each)) for each, other in near) and not any(
            _may_be_one(speaker, _beside(each, other))
            or _speaks_too(speaker, each)
            or _has_office(speaker, other.speaker.of(each))
            or _is_described(speaker, other.speaker.of(each), evidence)
            for each, other in near
        ):
            yield speaker.strip()


def doers_of(tokens: Tokens, *, ruled: bool = False) -> dict[Token, tuple[Token, ...]]:
    """The words right behind a name, each with the names before it in its sentence; those behind prepositions aside.

    With `ruled` these count as well, but of the words only those right behind a name."""
    found: dict[Token, tuple[Token, ...]] = {}
    doers: list[Token] = []
    since, last = _REACH, tokens.all[0] if tokens.all else None
    before: Token | None = None
    for token in tokens.all:
        if before is not None and (_ends_sentence(tokens, before, token) or token.words[0] in _OTHERWISE):
            doers, since = [], _REACH
        if token.kind == "name":
            if ruled or before is None or before.words[-1] not in _NO_DOER_AFTER:
                if not _is_origin(before, token) and not (ruled and _is_place(tokens, token)):
                    doers.append(token)
                since, last = 0, token
        elif token.words[0] in ("bị", "được"):
            since = _REACH
        elif token.kind == "content" and not token.capital:
            since += 1
            if doers and ((ruled and _does(tokens, last, token)) or (not ruled and since <= _REACH)):
                found[token] = tuple(doers)
        before = token
    return found


def _is_place(tokens: Tokens, name: Token) -> bool:
    """Whether a name only says where: "cuộc gặp tại thủ đô nước Pháp kéo dài"."""
    ahead = [token for token in tokens.all if token.end <= name.start and token.clause == name.clause][-_PLACED_REACH:]
    for token in reversed(ahead):
        if token.kind == "name":
            return False
        if token.words in _PLACED:
            return True
    return False


def _is_origin(before: Token | None, name: Token) -> bool:
    """Whether a country only says where somebody is from: "nghệ sĩ Anh"."""
    person = before is not None and before.words[-1] in _FROM
    return person and any(key.startswith("state ") for key in name.keys)


def _does(tokens: Tokens, name: Token | None, verb: Token) -> bool:
    """Whether a word stands right behind a name, or words that only shape it between."""
    if name is None or name.clause != verb.clause or " ".join(verb.words) in _EITHER_WAY:
        return False
    between = [word for token in tokens.all if name.end <= token.start < verb.start for word in token.words]
    return all(word in _AUXILIARY for word in between)


def _ends_sentence(tokens: Tokens, before: Token, token: Token) -> bool:
    return any(mark in tokens.text[before.end : token.start] for mark in ".;!?")


def _directed(tokens: Tokens) -> Iterator[tuple[Token, Token, Token]]:
    """(verb, who does it, to whom): the words between two names of a clause, the passive turned."""
    names = tokens.names[:_MOST_NAMES]
    for number, one in enumerate(names):
        for other in names[number + 1 : number + 3]:
            if other.clause != one.clause:
                break
            between = [token for token in tokens.all if one.end <= token.start < other.start]
            if between and between[0].words == ("cho",):
                # "A cho B vay".
                yield from ((verb, one, other) for verb in _behind(tokens, other)[:1])
                continue
            if not between or between[0].words[0] in _NO_DOER_AFTER:
                continue
            if between[-1].words[0] in ("của", "theo", "tại", "ở"):
                continue
            first = next((at for at, token in enumerate(between) if token.kind == "content"), len(between))
            suffered = any(token.words[0] in ("bị", "được") for token in between[:first])
            verbs = [token for token in _up_to_object(between) if token.kind == "content"][:_REACH]
            if suffered:
                # "A bị B kiện": the verb stands behind both.
                behind = _behind(tokens, other)
                if between[-1].words[0] in ("bị", "được"):
                    yield from ((verb, other, one) for verb in behind[:1])
                continue
            for verb in verbs:
                turned = " ".join(verb.words) in _LOST
                keys = verb.keys | _CONTEST if turned or " ".join(verb.words) in CONTESTS else verb.keys
                yield (replace(verb, keys=keys), *((other, one) if turned else (one, other)))


def mirrored(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Predicates with what stands on their left in the evidence on their right, and the reverse."""
    for verb, left, right in _sides(sentence):
        there = [(one, other) for each in evidence for same, one, other in _sides(each) if same.keys & verb.keys]
        both = [
            _meet(left, other) + _meet(right, one) for one, other in there if _meet(left, other) and _meet(right, one)
        ]
        turned = max(both, default=0)
        if turned >= _LEAST_TURNED and turned > max(
            (_meet(left, one) + _meet(right, other) for one, other in there), default=0
        ):
            yield sentence.text[verb.start : verb.end]


def suffered(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence says that a name does, and the evidence that it is done to it by somebody."""
    for name in sentence.names[:_MOST_NAMES]:
        after = [token for token in sentence.all if token.start >= name.end and token.clause == name.clause]
        if not after or after[0].kind != "content":
            continue
        places = [(other, each) for each in evidence for other in each.content if other.keys & after[0].keys]
        if places and all(_is_suffered(other, name, each) for other, each in places):
            yield sentence.text[after[0].start : after[0].end]


def _is_suffered(verb: Token, name: Token, tokens: Tokens) -> bool:
    """Whether "bị" stands before a verb with somebody between, and the name before that."""
    clause = [token for token in tokens.all if token.clause == verb.clause and token.start < verb.start]
    at = next((at for at in range(len(clause) - 1, -1, -1) if clause[at].words == ("bị",)), None)
    if at is None or not any(token.kind in ("content", "name") for token in clause[at + 1 :]):
        return False
    before = [token for token in tokens.names if token.start < clause[at].start]
    return any(_same(name, token) for token in before)


def _up_to_object(between: Sequence[Token]) -> Sequence[Token]:
    """The words before a number or an article: what stands behind these is a thing, no predicate."""
    ends = (at for at, token in enumerate(between) if token.kind == "value" or token.words[0] in _ARTICLES)
    return between[: next(ends, len(between))]


def _sides(tokens: Tokens) -> Iterator[tuple[Token, list[Token], list[Token]]]:
    """Each word with content, the four before it and the four behind it in its clause; none in the passive."""
    all_tokens = tokens.all[:_MOST_TOKENS]
    for clause in dict.fromkeys(token.clause for token in all_tokens):
        inside = [token for token in all_tokens if token.clause == clause]
        if any(token.words[0] in ("bị", "được", "của") for token in inside):
            continue
        kept = [token for token in inside if token.kind in ("content", "name")]
        for at in range(1, len(kept) - 1):
            if kept[at].kind == "content":
                yield kept[at], kept[max(0, at - _SIDE) : at], kept[at + 1 : at + 1 + _SIDE]


def _meet(some: Sequence[Token], others: Sequence[Token]) -> int:
    """How many words of one side stand on another."""
    return sum(any(one.keys & other.keys for other in others) for one in some)


def _behind(tokens: Tokens, name: Token) -> list[Token]:
    return [
        token
        for token in tokens.all
        if token.start >= name.end and token.clause == name.clause and token.kind == "content"
    ]


def _same(one: Token, other: Token) -> bool:
    """Whether two names may be one: by a spelling or a part in common, or one of the state of the other."""
    return bool(one.keys & other.keys or set(one.words) & set(other.words))


def _keys(text: str) -> frozenset[str]:
    return frozenset(key for token in tokens_of(text).all if token.kind in ("content", "name") for key in token.keys)


@lru_cache(256)
def _attributed(text: str) -> tuple[tuple[str, Attribution], ...]:
    """What is given as somebody's words in each sentence of a text, with that sentence."""
    each = [part for span in sentences(text) for part in _HALVES.split(span.of(text))]
    return tuple((one, found) for one in each if len(one) <= _MOST_CHARS for found in attributions(one))


def _beside(sentence: str, one: Attribution) -> str:
    """A sentence without what it says that is said."""
    return f"{sentence[: one.said.start]} … {sentence[one.said.end :]}"


def _named(speaker: str) -> bool:
    return any(token.kind == "name" for token in tokens_of(speaker).all)


def _is_party(speaker: str, said: frozenset[str], places: Sequence[tuple[str, Attribution]]) -> bool:
    """Whether a speaker without a name is somebody else of those sentences than the one, with a name, who speaks."""
    own = _keys(speaker)
    return bool(own) and all(
        _named(other.speaker.of(each))
        and not own & _keys(_beside(each, other))
        and own <= _keys(each)
        and not said & _keys_beside(own, each)
        for each, other in places
    )


def _keys_beside(keys: frozenset[str], text: str) -> frozenset[str]:
    """What else stands in the clauses in which some words do."""
    tokens = tokens_of(text)
    clauses = {token.clause for token in tokens.all if token.keys & keys}
    kept = (token for token in tokens.all if token.clause in clauses and token.kind in ("content", "name"))
    return frozenset(key for token in kept for key in token.keys) - keys


def _speaks_too(speaker: str, sentence: str) -> bool:
    """Whether a name of a speaker stands in a sentence before another word of saying: "A báo tin, B xác nhận"."""
    names = tokens_of(speaker).names
    return any(
        _SAYS_ELSE.match(sentence, token.end) is not None
        for token in tokens_of(sentence).names
        if any(_same(token, name) for name in names)
    )


def _has_office(speaker: str, other: str) -> bool:
    """Whether two speakers have one office, and one of them no name but that of where he has it."""
    return bool(offices_in(speaker) & offices_in(other)) and not _PERSON.search(speaker)


def _is_described(speaker: str, other: str, evidence: Sequence[Tokens]) -> bool:
    """Whether the evidence calls a speaker whom it names elsewhere by what he is: "lão nông Cà Mau nói"."""
    own, words = tokens_of(speaker).names, other.split()
    if not own or not words or _PERSON.search(other) or _BODY.match(other.strip()):
        return False
    # "Vladimir Putin nói" names him.
    named = any(token.start == len(other) - len(other.lstrip()) for token in tokens_of(other).names)
    return not named and all(is_held(token, evidence) for token in own)


def _may_be_one(speaker: str, other: str) -> bool:
    names = [[token for token in tokens_of(text).all if token.kind == "name"] for text in (speaker, other)]
    # "Bộ Quốc phòng Ukraine" is not that of Russia.
    states = [{key for token in each for key in token.keys if key.startswith("state ")} for each in names]
    if all(states) and not states[0] & states[1]:
        return False
    return any(_same(one, two) for one in names[0] for two in names[1])
