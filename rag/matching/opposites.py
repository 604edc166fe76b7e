"""Predicates of the news that exclude each other, and statements that something is not so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.matching.view import Form, View, normal_words

# One side | the other. Only what can hardly be said of the same event at once; strong ones first.
_STRONG = (
    "đồng ý, chấp nhận, chấp thuận, ủng hộ, tán thành, hoan nghênh, khen ngợi, ca ngợi, nhất trí, phê duyệt, đáp ứng, "
    "kêu gọi, sẵn sàng, cam kết | từ chối, bác bỏ, phản đối, không đồng ý, không chấp nhận, không ủng hộ, chỉ trích, "
    "lên án, khước từ, phủ quyết, bác đề nghị, bác yêu cầu, không đáp ứng, gây hại, quan ngại, tức giận",
    "thừa nhận, xác nhận, công nhận, nhận tội | phủ nhận, bác bỏ, chối tội, không thừa nhận, không xác nhận, "
    "không công nhận",
    "cho phép, cấp phép | cấm, không cho phép, ngăn cấm, nghiêm cấm",
    "rút quân, rút khỏi, rời khỏi | đưa quân, điều quân, tăng quân, triển khai thêm, tiến vào, gia nhập",
    "đề xuất cung cấp, cung cấp, viện trợ, gửi | từ chối cung cấp, không cung cấp, ngừng cung cấp, không gửi, "
    "từ chối gửi, không viện trợ",
    "tăng, tăng lên, gia tăng | giảm, giảm xuống, sụt giảm, hạ",
    "thắng, chiến thắng, đánh bại, vô địch | thua, thất bại, bại trận",
    "bắt giữ, bắt giam, bắt | trả tự do, phóng thích, thả",
    "hợp pháp | bất hợp pháp, trái phép, phi pháp",
    "tham gia, tham dự | không tham gia, không tham dự, vắng mặt, tẩy chay",
    "công khai, công bố | bí mật, không công khai, không công bố, giữ kín",
)
_WEAK = (
    "mua, mua vào | bán, bán ra",
    "nhập khẩu, nhập | xuất khẩu, xuất",
    "trong nước | nước ngoài, ngoài nước",
    "mở cửa, khai trương, khánh thành | đóng cửa, ngừng hoạt động",
    "bắt đầu, khởi công, khai mạc | kết thúc, chấm dứt, bế mạc",
    "nhiều nhất, lớn nhất, cao nhất, tối đa | ít nhất, nhỏ nhất, thấp nhất, tối thiểu",
    "đầu tiên, lần đầu | cuối cùng, lần cuối",
    "sống sót | thiệt mạng, tử vong, qua đời",
    "thành công | thất bại",
    "có lãi, lãi | thua lỗ, lỗ",
    "đỗ, trúng tuyển, trúng cử | trượt, thất cử",
    "kết hôn, cưới | ly hôn, ly dị",
    "đến, tới, sang thăm | rời",
    "cho vay | đi vay",
)
_NEGATORS = ("không", "chưa", "chẳng", "đừng", "phủ nhận", "bác bỏ", "từ chối", "không hề", "chưa từng")
# "không" and "chưa" as parts of other words: air force, space, not only, unceasing, unprecedented.
_AFTER_IN_A_WORD = frozenset(
    ("khí", "quân", "gian", "chỉ", "những", "ngừng", "phận", "kích", "lưu", "trung", "tặc", "tưởng", "vận", "ít")
)
_BEFORE_IN_A_WORD = frozenset(("hàng", "phòng", "hư", "trên"))
_REACH = 6
_LEAST_DENIED = 2


@dataclass(frozen=True, slots=True)
class Opposed:
    """A predicate of the question, and those that state the contrary. `strong` ones can refute a premise."""

    asked: tuple[str, ...]
    contrary: tuple[tuple[str, ...], ...]
    strong: bool


def opposed_predicates(question: View, *, folded: bool) -> tuple[Opposed, ...]:
    """The predicates of a question that have a contrary; one inside a longer one does not count."""
    found = [
        (range(at, at + len(phrase)), Opposed(phrase, contrary, strong))
        for phrase, contrary, strong in _table(folded)
        for at in question.find(Form(phrase))
    ]
    found.sort(key=lambda pair: (-len(pair[0]), pair[0].start))
    kept: list[tuple[range, Opposed]] = []
    for place, one in found:
        outer = [other for other, _ in kept if other.start <= place.start and place.stop <= other.stop]
        if all(other == place for other in outer):
            kept.append((place, one))
    return tuple(one for _, one in kept)


def contraries(predicates: Sequence[Opposed], text: View, where: range) -> Iterator[Opposed]:
    """The predicates whose contrary, but not they themselves, stands among the words `where` of a text."""
    for one in predicates:
        contrary = [place for other in one.contrary for place in _inside(text, other, where)]
        if not contrary:
            continue
        own = _inside(text, one.asked, where)
        if all(any(mine.start >= its.start and mine.stop <= its.stop for its in contrary) for mine in own):
            yield one


def denies(text: View, where: range, said: Collection[str], *, folded: bool) -> bool:
    """Whether a negation stands among the words `where`, with at least two words of `said` soon after it.

    `said` are words of the question other than names; a question with a negation of its own should not ask.
    """
    for negator in _negators(folded):
        for place in _inside(text, negator, where):
            after = text.words[place.stop : min(place.stop + _REACH, where.stop)]
            single = len(negator) == 1 and negator[0] in {"không", "khong", "chưa", "chua"}
            before = text.words[place.start - 1] if place.start else ""
            if single and ((after and after[0] in _AFTER_IN_A_WORD) or before in _BEFORE_IN_A_WORD):
                continue
            if len(set(after) & set(said)) >= _LEAST_DENIED:
                return True
    return False


def is_negated(question: View, *, folded: bool) -> bool:
    """Whether a question denies something itself; "không" and "chưa" as its last word ask yes or no."""
    last = len(question.words) - 1
    for negator in _negators(folded):
        for at in question.find(Form(negator)):
            end = at + len(negator)
            follows = question.words[end] if end <= last else ""
            part = follows in _AFTER_IN_A_WORD or (at > 0 and question.words[at - 1] in _BEFORE_IN_A_WORD)
            if end <= last and not part:
                return True
    return False


def _inside(text: View, phrase: tuple[str, ...], where: range) -> list[range]:
    found = (range(at, at + len(phrase)) for at in text.find(Form(phrase)))
    return [place for place in found if where.start <= place.start and place.stop <= where.stop]


@lru_cache(2)
def _table(folded: bool) -> tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...], bool], ...]:
    rows = []
    for lines, strong in ((_STRONG, True), (_WEAK, False)):
        for line in lines:
            one, other = (
                tuple(normal_words(phrase, folded=folded) for phrase in side.split(",")) for side in line.split("|")
            )
            rows += [(phrase, other, strong) for phrase in one]
            rows += [(phrase, one, strong) for phrase in other]
    # Without diacritics a single syllable is too many words at once ("bán", "bàn", "bạn").
    return tuple((phrase, contrary, strong) for phrase, contrary, strong in rows if not folded or len(phrase) > 1)


@lru_cache(2)
def _negators(folded: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(normal_words(phrase, folded=folded) for phrase in _NEGATORS)
