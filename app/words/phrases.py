"""What the library says of itself in answers, in the page's language: its fixed phrases are Vietnamese.

Each phrase stands here with its English, `{name}` where the library puts a value in. Quotations inside are left as they
are; days keep their figures and get English words around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from app.words.languages import Language
from app.words.model_phrases import MODEL_PHRASES

# (Vietnamese, English). Of two that fit the same place the longer one stands first.
PHRASES: tuple[tuple[str, str], ...] = (
    (
        "Không tìm thấy trong nguồn phần này của câu hỏi: “{part}”.",
        "Not found in the sources: this part of the question, “{part}”.",
    ),
    (
        "Không tìm thấy trong nguồn.",
        "Not found in the sources.",
    ),
    (
        "Câu hỏi trống: hãy gõ một câu hỏi.",
        "The question is empty: please type one.",
    ),
    (
        "Câu hỏi chưa nói là hỏi về ai hay về việc gì: hãy hỏi cả câu.",
        "The question does not say whom or what it is about: please ask it in full.",
    ),
    (
        "Chủ đề trống: hãy gõ một chủ đề hay một câu hỏi.",
        "The topic is empty: please type a topic or a question.",
    ),
    (
        "Không có câu nào nói về chủ đề này.",
        "No sentence tells of this topic.",
    ),
    (
        "Dòng thời gian nêu nhiều nhất {count} câu.",
        "A timeline holds at most {count} sentences.",
    ),
    (
        "Thư viện chưa có bài báo nào.",
        "The library holds no articles yet.",
    ),
    (
        "Không có đoạn nào liên quan đến câu hỏi.",
        "No passage is about the question.",
    ),
    (
        "Có đoạn gần với câu hỏi nhưng không nêu điều được hỏi.",
        "Some passages are near the question, but they do not state what is asked.",
    ),
    (
        "Thư viện không có bài nào của thời gian được hỏi.",
        "The library has no articles of the time that is asked about.",
    ),
    (
        "Nguồn nói khác với điều mà câu hỏi cho là đúng.",
        "The sources say otherwise than the question takes for granted.",
    ),
    (
        "Bài có tiêu đề gần với câu hỏi: “{title}” ({where})",
        "An article's headline is near the question: “{title}” ({where})",
    ),
    (
        "Nguồn viết: “{quote}” ({where})",
        "The source says: “{quote}” ({where})",
    ),
    (
        "Nguồn được dẫn chỉ nêu một lần “{short}”, cho cả hai phần của câu hỏi: “{one}” và “{other}”.",
        "The cited source states “{short}” only once, for both parts of the question: “{one}” and “{other}”.",
    ),
    (
        "Câu hỏi hỏi nhiều điều; câu trả lời có thể mới nói về một trong các điều đó.",
        "The question asks several things; the answer may be about only one of them.",
    ),
    (
        "“{answer}” tính từ ngày đăng bài ({published}) là {span}.",
        "“{answer}”, counted from the day of publication ({published}), is {span}.",
    ),
    (
        "Bài không ghi ngày đăng, nên không rõ “{answer}” là ngày nào.",
        "The article has no date, so which day “{answer}” is is not known.",
    ),
    (
        "“{answer}” là ngày {day}, nêu ở trước đó trong bài.",
        "“{answer}” is {day}, named earlier in the article.",
    ),
    (
        "Câu không nêu ngày được xếp theo ngày đăng bài.",
        "Sentences without a day are ordered by the day of publication.",
    ),
    (
        "Câu không nêu ngày đứng sau cùng.",
        "Sentences without a day stand last.",
    ),
    (
        "Không tìm thấy câu nào về “{side}” trong các đoạn liên quan.",
        "No sentence about “{side}” was found in the passages on the subject.",
    ),
    (
        "Tìm kiếm theo nghĩa gặp lỗi: lần này chỉ tìm theo từ khoá.",
        "The search by meaning failed: this time only words were searched for.",
    ),
    (
        "Tìm kiếm theo từ khoá gặp lỗi: lần này chỉ tìm theo nghĩa.",
        "The search for words failed: this time only the meaning was searched for.",
    ),
    (
        "Không có từ nào của câu hỏi xuất hiện trong nguồn: chỉ tìm theo nghĩa.",
        "No word of the question occurs in the sources: only its meaning was searched for.",
    ),
    (
        "Không khôi phục được dấu và lỗi gõ: câu hỏi được tìm đúng như đã gõ.",
        "Diacritics and typos could not be restored: the question was searched for as typed.",
    ),
    (
        "Không tra được cách viết khác của tên: câu hỏi được tìm đúng như đã viết.",
        "Other spellings of names could not be looked up: the question was searched for as written.",
    ),
    (
        "Không hiểu được thời gian trong câu hỏi: kết quả không xét ngày.",
        "The time in the question was not understood: days were not considered.",
    ),
    (
        "“{asked}” được hiểu là {span}.",
        "“{asked}” was taken to mean {span}.",
    ),
    (
        "Các bài tìm được không ghi ngày đăng, nên không rõ có bài nào đăng {days} hay không.",
        "The articles found have no date, so whether any was published {days} is not known.",
    ),
    (
        "Không thấy bài nào đăng {days} hay nhắc đến thời gian đó: kết quả là của thời gian khác.",
        "No article published {days}, or speaking of that time, was found: the results are of another time.",
    ),
    (
        "Thư viện không có bài nào của báo đó đăng {days}.",
        "The library has no article of that newspaper published {days}.",
    ),
    (
        "Thư viện không có bài nào của báo {names}.",
        "The library has no article of {names}.",
    ),
    (
        "Thư viện không có bài nào đăng {days}.",
        "The library has no article published {days}.",
    ),
    (
        "Không bài nào trong thư viện ghi ngày đăng.",
        "No article in the library has a date.",
    ),
    (
        "Các bài có ngày đăng {days}; {count} bài không ghi ngày thì bị bỏ qua.",
        "Dated articles run {days}; {count} without a date are passed over.",
    ),
    (
        "Các bài có ngày đăng {days}.",
        "Dated articles run {days}.",
    ),
    (
        "Không bài nào trong thư viện ghi tên báo hay địa chỉ.",
        "No article in the library names its newspaper or address.",
    ),
    (
        "Trong thư viện có: {names}.",
        "The library has: {names}.",
    ),
    (
        "Câu hỏi quá dài: chỉ phần cuối, không quá {most} ký tự, được dùng.",
        "The question is too long: only its end, of at most {most} characters, was used.",
    ),
    (
        "Bảng tên riêng {name} có lỗi ở dòng {line}: vẫn dùng bảng đọc được trước đó.",
        "The table of names {name} has an error in line {line}: the one read before is still used.",
    ),
    (
        "Bảng tên riêng {name} có lỗi: vẫn dùng bảng đọc được trước đó.",
        "The table of names {name} has an error: the one read before is still used.",
    ),
    (
        "Chưa có chỉ mục từ khoá trên đĩa: đã dựng lại từ cơ sở dữ liệu.",
        "There was no index of words on the disk: it was built anew from the database.",
    ),
    (
        "Chỉ mục từ khoá trên đĩa bị hỏng hoặc không khớp với thư viện: đã dựng lại từ cơ sở dữ liệu.",
        "The index of words on the disk was damaged or of another library: it was built anew from the database.",
    ),
    (
        "Chỉ mục từ khoá trên đĩa cũ hơn thư viện: đã cập nhật từ cơ sở dữ liệu.",
        "The index of words on the disk was older than the library: it was brought up to date from the database.",
    ),
    (
        "Chưa có chỉ mục ngữ nghĩa trên đĩa: đã dựng lại từ cơ sở dữ liệu.",
        "There was no index of meanings on the disk: it was built anew from the database.",
    ),
    (
        "Chỉ mục ngữ nghĩa trên đĩa bị hỏng hoặc không khớp với thư viện: đã dựng lại từ cơ sở dữ liệu.",
        "The index of meanings on the disk was damaged or of another library: it was built anew from the database.",
    ),
    *MODEL_PHRASES,
    (
        "{table}: {what}, đã dựng lại từ cơ sở dữ liệu.",
        "A table derived from the articles was built anew from the database.",
    ),
)

# Values that the program writes itself; all others are an article's or a person's own words.
_COUNTED = {"day", "days", "span", "count", "most", "line", "published", "table", "what"}
_PLACE = re.compile(r"\\\{(\w+)\\\}")
_NAMED = re.compile(r"\{(\w+)\}")
_DAYS = (
    (re.compile(r"từ (?:ngày )?(\S+) trở đi"), r"from \1 on"),
    (re.compile(r"đến hết (?:ngày )?(\S+)"), r"until \1"),
    (re.compile(r"từ (?:ngày )?(\S+) đến (?:ngày )?(\S+)"), r"from \1 to \2"),
    (re.compile(r"từ (?:ngày )?(\S+)"), r"from \1"),
    (re.compile(r"(?:ngày )(\S+)"), r"on \1"),
    (re.compile(r" hoặc "), " or "),
)
_VERDICTS = {"Có": "Yes", "Không": "No"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is said; `quoted` of what is an article's or a person's own, in Vietnamese as a rule."""

    text: str
    quoted: bool = False


def said(text: str, language: Language) -> str:
    """Fixed phrases of an answer in the page's language, one after the other; what is none stays as it is."""
    return "".join(piece.text for piece in pieces(text, language))


def pieces(text: str, language: Language) -> list[Piece]:
    """The same in pieces, with what is not in the page's language apart."""
    if language == "vi":
        return [Piece(text)]
    told: list[Piece] = []
    at = 0
    while at < len(text):
        match, english = _phrase_at(text, at)
        if match is None:
            told.append(Piece(text[at:], quoted=True))
            break
        told += _filled(english, match.groupdict())
        if match["_space"]:
            told.append(Piece(match["_space"]))
        at = match.end()
    return told


def short_pieces(short: str, language: Language) -> list[Piece]:
    """A short answer, which is quoted but for the "Có" or "Không" that the library has put in front."""
    verdict, colon, rest = short.partition(": ")
    if language == "vi" or not colon or verdict not in _VERDICTS:
        return [Piece(short, quoted=True)]
    return [Piece(f"{_VERDICTS[verdict]}: "), Piece(rest, quoted=True)]


def _filled(english: str, values: dict[str, str]) -> list[Piece]:
    """The English phrase with its values; every second part of what the split gives is a value's name."""
    parts = _NAMED.split(english)
    told = [
        Piece(_in_english(part, values[part]) if at % 2 else part, quoted=bool(at % 2) and part not in _COUNTED)
        for at, part in enumerate(parts)
    ]
    return [piece for piece in told if piece.text]


def _phrase_at(text: str, at: int) -> tuple[re.Match[str] | None, str]:
    for pattern, english in _patterns():
        if match := pattern.match(text, at):
            return match, english
    return None, ""


def _in_english(name: str, value: str) -> str:
    if name not in {"days", "span"}:
        return value
    for pattern, english in _DAYS:
        value = pattern.sub(english, value)
    # "is 5/4/2022", "was published on 5/4/2022".
    return re.sub(r"^on (?=\S+$)|^from (?=\S+ to )", "", value) if name == "span" else value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(phrase)) + r"(?P<_space>\s*)", re.DOTALL), english)
        for phrase, english in PHRASES
    )
