"""Sentences of the news, reworded a little, or altered so that they say something else: examples near to the wording.

What is written by hand is far from its text; a model's words are often as near as these.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from eval.entailment.pairs import Example
from eval.reader.written import news_records
from rag.sentences import sentences
from rag.vietnamese import nfc

_LEAST_SYLLABLES, _MOST_SYLLABLES, _MOST_TEXT = 7, 45, 110
# Of all examples so many are supported, and so many are sentences from near by that their text does not hold.
_SUPPORTED, _NEAR = 0.42, 0.10
_REWORDED, _MOST_SYNONYMS = 0.8, 3
_OPPOSITE_WORDS = (
    "tăng/giảm, ủng hộ/phản đối, cao hơn/thấp hơn, nhiều hơn/ít hơn, đồng ý/từ chối, trước/sau, mua/bán, "
    "nhập khẩu/xuất khẩu, bắt đầu/kết thúc, thắng/thua, cho phép/cấm, đóng cửa/mở cửa, thành lập/giải thể, "
    "rút khỏi/tham gia, lớn nhất/nhỏ nhất, đầu tiên/cuối cùng, xác nhận/bác bỏ, tiếp tục/ngừng, mở rộng/thu hẹp, "
    "công khai/bí mật, hợp pháp/trái phép, có lãi/thua lỗ, an toàn/nguy hiểm, tự nguyện/bắt buộc, sáng/tối, "
    "thành công/thất bại, nhanh/chậm, trong nước/nước ngoài, hơn/chưa đến, ít nhất/nhiều nhất, "
    "một số/tất cả, nhiều/ít, sẽ/đã, có thể/chắc chắn, đề xuất/quyết định, kêu gọi/buộc, dự kiến/đã, "
    "nghi ngờ/kết luận, muốn/không muốn, chưa/đã, nói/phủ nhận, cho biết/phủ nhận, yêu cầu/từ chối, bị/không bị, "
    "được/không được, có/không có, phải/không phải, do/không phải do, hoàn thành/bỏ dở, gia hạn/rút ngắn, "
    "khen ngợi/chỉ trích, lo ngại/yên tâm, thừa nhận/chối"
)
_OPPOSITES: Final = tuple(tuple(pair.split("/")) for pair in _OPPOSITE_WORDS.split(", "))
_LIKE_WORDS = (
    "cho biết/nói, hiện nay/hiện, khoảng/chừng, sử dụng/dùng, thông báo/báo tin, "
    "nhằm/để, thiệt mạng/tử vong, tử vong/chết, bởi vì/vì, tuy nhiên/song, gần đây/mới đây, "
    "rất/hết sức, khẳng định/quả quyết, công bố/đưa ra, đề nghị/kiến nghị, bắt giữ/bắt, trẻ em/trẻ nhỏ, "
    "hàng năm/mỗi năm, toàn bộ/tất cả, thực hiện/tiến hành, ngoài ra/bên cạnh đó, xảy ra/diễn ra, "
    "trước đó/trước đây"
)
_SYNONYMS: Final = tuple(tuple(pair.split("/")) for pair in _LIKE_WORDS.split(", "))
_MARKS = " .,;:\"“”'"
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)*(?![\w/-])")
_CAPITALS = r"[A-ZĐÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬÉÈẺẼẸÊẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢÚÙỦŨỤƯỨỪỬỮỰÝỲỶỸỴ]"
_NAME = re.compile(rf"(?<![.!?\"“] )(?<!^)(?<!\w){_CAPITALS}[\w-]+(?: {_CAPITALS}[\w-]+)*")
_OPENS_WITH_TIME = re.compile(r"(?:Ngày|Hôm|Sáng|Chiều|Tối|Năm|Tháng|Theo|Tại|Ở|Trong)\b")
_JOINS = re.compile(r"(?:[\s,/–-]|và|với|cùng|hoặc|hay|\w+,)*")
# Syllables that are a part of a longer word mean something else there.
_INSIDE_WORDS = re.compile(
    r"thiết bị|chuẩn bị|trang bị|tối đa|tối thiểu|tối ưu|sáng tạo|sáng kiến|ánh sáng|tăng cường|có thể|không thể|"
    r"không có|không được|không phải|không bị|không còn|chưa có|chưa được|chưa bị|do đó|vì do|tự do|lý do|được biết|"
    r"trước mắt|sau đó|trước đó|nói chung|nói riêng|phải chăng|trái phải|bên phải|hơn nữa|hơn hết|đã từng|đầu tiên|"
    r"có lẽ|cụ thể hơn"
)
_CLAUSE = re.compile(r",\s|;\s|\s(?=và\s)")


def examples(data: Path, count: int, but: Collection[str], chance: random.Random) -> Iterator[Example]:
    """At most so many examples, each over an article of its own; articles whose ids are in `but` are left out.

    Raises SettingsError where the news cannot be read.
    """
    articles = [record for record in news_records(data) if str(record["id"]) not in but]
    chance.shuffle(articles)
    made = 0
    for article in articles:
        if made == count:
            return
        for example in _of_article(nfc(article["text"]), chance):
            made += 1
            yield example


def _of_article(text: str, chance: random.Random) -> Iterator[Example]:
    told = [text[span.start : span.end] for span in sentences(text)]
    told = [
        one
        for one in told
        if "\n" not in one
        and not one.endswith(("?", "…", "..."))
        and _LEAST_SYLLABLES <= len(one.split()) <= _MOST_SYLLABLES
    ]
    if len(told) < 8:
        return
    start, length = chance.randrange(len(told) - 6), chance.choice((1, 2, 2, 3))
    window = told[start : start + length]
    source = " ".join(window)
    if len(source.split()) > _MOST_TEXT:
        return
    place = chance.randrange(length)
    following = window[place + 1] if place + 1 < length else ""
    other = told[start + length + chance.randrange(3)]
    sentence = reworded(window[place], following, chance) if chance.random() < _REWORDED else window[place]
    kind = chance.random()
    if kind < _SUPPORTED:
        yield Example(sentence, source, True, "altered")
    elif kind < _SUPPORTED + _NEAR:
        if other not in source:
            yield Example(reworded(other, "", chance), source, False, "altered")
    elif changed := altered(sentence, source, other, chance):
        yield Example(changed, source, False, "altered")


def reworded(sentence: str, following: str, chance: random.Random) -> str:
    """The sentence shortened, turned round or joined to the one behind it, with up to three other words."""
    parts, way = re.split(r",\s", sentence.rstrip(".")), chance.random()
    if way < 0.3 and len(parts) > 1 and len(parts[-1].split()) > 3 and len(" ".join(parts[:-1]).split()) > 5:
        sentence = ", ".join(parts[:-1]) + "."
    elif way < 0.45 and len(parts) > 1 and _OPENS_WITH_TIME.match(parts[0]):
        rest = ", ".join(parts[1:])
        sentence = f"{rest[:1].upper()}{rest[1:]} {parts[0][:1].lower()}{parts[0][1:]}."
    elif way < 0.6 and 0 < len(following.split()) < 25 and len(sentence.split()) < 25:
        joint = chance.choice((", đồng thời ", "; ", ", và "))
        sentence = f"{sentence.rstrip('.')}{joint}{following}"
    left = _MOST_SYNONYMS
    for word, other in chance.sample(_SYNONYMS, len(_SYNONYMS)):
        if left and (found := _word(word).search(sentence)):
            sentence, left = _put(sentence, found, other), left - 1
    return sentence


def altered(sentence: str, source: str, other: str, chance: random.Random) -> str | None:
    """The sentence with one thing wrong, in one of five ways; None where none can be taken."""
    plain = [word.strip(_MARKS) for word in sentence.split()]
    ways: list[Callable[[str, str, str, random.Random], str | None]] = [
        _opposite, _opposite, _other_number, _other_name, _exchanged, _with_an_addition,
    ]  # fmt: skip
    chance.shuffle(ways)
    for way in ways:
        new = way(sentence, source, other, chance)
        if new and [word.strip(_MARKS) for word in new.split()] != plain:
            return new
    return None


def _opposite(sentence: str, _source: str, _other: str, chance: random.Random) -> str | None:
    longer = [match.span() for match in _INSIDE_WORDS.finditer(sentence.lower())]
    found = [
        (match, new)
        for one, two in _OPPOSITES
        for old, new in ((one, two), (two, one))
        if (match := _word(old).search(sentence))
        and not any(start <= match.start() and match.end() <= end and len(old) < end - start for start, end in longer)
    ]
    return _put(sentence, *chance.choice(found)) if found else None


def _other_number(sentence: str, source: str, _other: str, chance: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(sentence))
    if not numbers:
        return None
    at = chance.choice(numbers)
    others = [number for number in _NUMBER.findall(source) if number != at.group()]
    if others and chance.random() < 0.6:
        return _put(sentence, at, chance.choice(others))
    place = chance.choice([place for place, character in enumerate(at.group()) if character.isdigit()])
    digit = chance.choice([digit for digit in "123456789" if digit != at.group()[place]])
    return _put(sentence, at, at.group()[:place] + digit + at.group()[place + 1 :])


def _other_name(sentence: str, source: str, _other: str, chance: random.Random) -> str | None:
    names = list(_NAME.finditer(sentence))
    if not names:
        return None
    name = chance.choice(names)
    own = set(name.group().lower().split())
    others = [
        other for other in _NAME.findall(source) if other not in sentence and not own & set(other.lower().split())
    ]
    return _put(sentence, name, chance.choice(others)) if others else None


def _exchanged(sentence: str, _source: str, _other: str, chance: random.Random) -> str | None:
    names: Sequence[re.Match[str]] = list(_NAME.finditer(sentence))
    if len(names) < 2:
        return None
    first, second = sorted(chance.sample(names, 2), key=lambda name: name.start())
    if _JOINS.fullmatch(sentence[first.end() : second.start()]):
        # Members of a list may change places.
        return None
    return _put(_put(sentence, second, first.group()), first, second.group())


def _with_an_addition(sentence: str, _source: str, other: str, _: random.Random) -> str | None:
    tail = _CLAUSE.split(other.rstrip("."))[-1]
    return f"{sentence.rstrip('.')}, {tail}." if 4 <= len(tail.split()) <= 18 else None


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _put(sentence: str, at: re.Match[str], new: str) -> str:
    return sentence[: at.start()] + new + sentence[at.end() :]
