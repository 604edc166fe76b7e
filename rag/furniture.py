"""What one line of a crawled news page is, judged by its wording alone; `clean` adds what only the context can tell.

Everything here looks at one line (white space squeezed, invisible characters dropped) and is pure. Patterns are
anchored or bounded, so a line costs time linear in its length.
"""

from __future__ import annotations

import re

# Why a part was set aside: the whole vocabulary.
HEADLINE = "headline"
BYLINE = "byline"
DATELINE = "dateline"
BREADCRUMB = "breadcrumb"
CAPTION = "caption"
CREDIT = "credit"
ALT_TEXT = "alt text"
TEASER = "teaser"
TAIL_HEADING = "tail heading"
TAIL = "tail"
FOLLOW_US = "follow-us"
SHARE = "share"
TAGS = "tags"
COPYRIGHT = "copyright"
EDITORIAL_NOTE = "editorial note"
SOURCE_LINE = "source line"
DUPLICATE = "duplicate"
MARKUP = "markup"
END_MARK = "end mark"
BLANK_LINES = "blank lines"

REASONS = (
    HEADLINE, BYLINE, DATELINE, BREADCRUMB, CAPTION, CREDIT, ALT_TEXT, TEASER, TAIL_HEADING, TAIL, FOLLOW_US, SHARE,
    TAGS, COPYRIGHT, EDITORIAL_NOTE, SOURCE_LINE, DUPLICATE, MARKUP, END_MARK, BLANK_LINES,
)  # fmt: skip

# Character classes: a range such as À-Ỹ holds small letters as well.
UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
LOWER = UPPER.lower()
_CLOSERS = "”\"’')»]"
_SPACE = re.compile(r"\s+")
INVISIBLE = re.compile("[\ufeff\u200b\u2060\u00ad\ufffe\u200e\u200f\x00-\x08\x0e-\x1b\x7f]+")
NBSP = re.compile(r"&nbsp;?")


def squeeze(text: str) -> str:
    """The line as the classifiers see it."""
    return _SPACE.sub(" ", NBSP.sub(" ", INVISIBLE.sub("", text))).strip()


def ends_sentence(line: str) -> bool:
    """Whether the line ends with a full stop, question or exclamation mark, perhaps inside closing quotes."""
    return line.rstrip(_CLOSERS + " ")[-1:] in {".", "!", "?", "…"} or line.endswith((":", ";"))


def is_truncated(line: str) -> bool:
    """Whether the line was cut by a page's template: "… có thể được ..."."""
    return line.endswith((" ...", " …", "[...]", "[…]"))


def is_paragraph(line: str) -> bool:
    """Whether the line reads as running text: a full stop at its end, or too long for anything else."""
    if is_truncated(line):
        return False
    bare = line.rstrip(_CLOSERS + " ")
    if len(line) >= 40 and (bare.endswith((".", "…", ":")) or line.endswith("./.")):
        return True
    return len(line) > 200 or (len(line) >= 40 and ends_sentence(line) and ". " in line)


def is_headline_like(line: str) -> bool:
    """Whether the line could be a headline: short, begins like one, no full stop at its end."""
    if not 12 <= len(line) <= 180 or len(line.split()) < 3 or is_truncated(line):
        return False
    if not (line[0].isupper() or line[0].isdigit() or line[0] in "\"“‘'«("):
        return False
    return line.rstrip(_CLOSERS + " ")[-1:] not in set(".:;,…") and ". " not in line.replace("TP. ", "TP.")


_PHOTO = (
    r"(?:nguồn\s+(?:hình\s+)?ảnh|hình\s+ảnh|hình\s+minh\s+họa|hình\s+minh\s+hoạ|ảnh\s+minh\s+h(?:ọa|oạ)|"
    r"ảnh\s+tư\s+liệu|ảnh\s+chụp(?:\s+(?:màn\s+hình|từ\s+\w+))?|ảnh\s+cắt(?:\s+từ\s+\w+)*|ảnh\s+từ|ảnh\s+internet|"
    r"ảnh|đồ\s+h(?:ọa|oạ)|minh\s+h(?:ọa|oạ)|photo|image|clip|video|hình)"
)
_HOLDER = r"[^.:;()\n]{0,60}(?:\.[^\s.:;()][^.:;()\n]{0,40}|\. ?[A-ZĐ][^.:;()\n]{0,30}){0,3}"
# "(Ảnh: AFP/TTXVN)", "(ảnh minh họa)", "(Ảnh cắt từ clip)"; not "(ảnh hưởng …)".
PAREN_CREDIT = re.compile(
    rf"[(\[]\s*(?:{_PHOTO}\s*[:：][^()\[\]\n]{{0,90}}|(?:ảnh|hình)\s+minh\s+h(?:ọa|oạ)[^()\[\]\n]{{0,60}}|"
    r"ảnh\s+(?:tư\s+liệu|internet|chụp\s+màn\s+hình|chụp\s+từ\s|cắt\s+từ\s)[^()\[\]\n]{0,50})[)\]]",
    re.IGNORECASE,
)
# "(Nguồn: AFP)" is a photo's source; "(Nguồn: Tổng cục Thống kê)" or "(Nguồn: X, 2018)" is where figures come from.
PAREN_SOURCE = re.compile(r"\(\s*nguồn\s*[:：]\s*([^()\n]{1,70})\)", re.IGNORECASE)
_FIGURES_SOURCE = re.compile(
    r"\d|\b(?:tổng cục|cục|bộ|sở|ủy ban|uỷ ban|ngân hàng|niên giám|báo cáo|viện|khảo sát|số liệu|thống kê)\b",
    re.IGNORECASE,
)
_TAIL_CREDIT = re.compile(
    rf"(?:^|[\s.,;|–—-]){_PHOTO}\s*[:：]\s*(?P<holder>{_HOLDER})\.?\s*\|?\s*$", re.IGNORECASE
)
_TAIL_SOURCE = re.compile(r"[;.|–—-]\s*Nguồn\s*[:：]\s*(?P<holder>[^:;()\n]{2,60}?)\s*\|?\s*$")
_TAIL_ILLUSTRATION = re.compile(
    r"(?:^|[.–—-]\s*)(?:Ảnh|Hình)\s+(?:minh\s+h(?:ọa|oạ)|tư\s+liệu|chụp\s+màn\s+hình|internet)"
    r"(?:\s+(?:từ|của)\s[^.\n]{0,40})?\.?\s*\|?\s*$",
    re.IGNORECASE,
)
_TAIL_AGENCY = re.compile(
    r"(?:^|\.\s|\s[-–]\s|\s)(?:©\s?\S.{0,60}|(?:via\s+)?(?:AFP|AP|REUTERS|EPA|GETTY|POOL)(?:\s+(?:via|VIA)\s+\w+)?"
    r"\s?[-/–]\s?[A-Z][A-Z.'’ /-]{3,50})$"
)
_LEAD_CREDIT = re.compile(
    r"^(?:Nguồn hình ảnh|Nguồn ảnh|Chụp lại (?:hình ảnh|video|âm thanh)|Hình ảnh chụp lại)\s*[,:：]", re.IGNORECASE
)
_LEAD_ILLUSTRATION = re.compile(
    r"^(?:Ảnh|Hình)\s+(?:minh\s+h(?:ọa|oạ)|tư\s+liệu|chụp\s+màn\s+hình|cắt\s+từ\s+(?:clip|video))(?=$|[\s.:,(])",
    re.IGNORECASE,
)
_NUMBERED_ALT = re.compile(r"[-–—]\s*(?:Ảnh|Hình|Photo)\s+\d{1,3}\.?$")
_NUMBERED_GLUED = re.compile(r"^.{10,220}?\s(?:ảnh|hình)\s\d{1,2}(?=[" + UPPER + r"][" + LOWER + r"]|[“\"]|$)")
_VIDEO_LEAD = re.compile(r"^(?:VIDEO|Video|CLIP|Clip)\s*[:：]\s*\S")


def is_holder(holder: str) -> bool:
    """Whether this may be the name of a photo's owner."""
    holder = holder.strip(" |")
    return len(holder) <= 70 and len(holder.split()) <= 10 and not _FIGURES_SOURCE.search(holder)


def sentence_count(line: str) -> int:
    """How many sentences a line has, roughly."""
    return max(1, len(re.findall(r"[.!?…][”\"’')]?\s+(?=[" + UPPER + r"“\"‘])", line)) + 1)


def is_caption(line: str) -> str | None:
    """The reason ("caption" or "credit") when the whole line belongs to a picture, else None.

    A line that ends with a credit is a caption when it has at most two sentences and 320 characters; a longer one
    is a paragraph with a credit inside, of which only the credit goes.
    """
    if len(line) > 320:
        return None
    body = line.rstrip(" |")
    whole = _LEAD_CREDIT.match(body)
    if whole:
        return CREDIT if body.casefold().startswith("nguồn") else CAPTION
    bare = body.rstrip(". ")
    for paren in (PAREN_CREDIT, PAREN_SOURCE):
        for match in paren.finditer(bare):
            if paren is PAREN_SOURCE and not is_holder(match.group(1)):
                continue
            if match.start() == 0 and match.end() == len(bare):
                return CREDIT
            if match.end() == len(bare) and sentence_count(line[: match.start()].rstrip()) <= 2:
                return CAPTION
    match = _TAIL_CREDIT.search(body) or _TAIL_SOURCE.search(body)
    if match and is_holder(match.group("holder")):
        before = body[: match.start()].strip(" .–—-|")
        if not before:
            return CREDIT
        if sentence_count(before) <= 2:
            return CAPTION
    if _TAIL_ILLUSTRATION.search(body) and sentence_count(body) <= 3:
        return CAPTION
    if len(line) <= 160 and (_LEAD_ILLUSTRATION.match(body) or (_VIDEO_LEAD.match(body) and sentence_count(body) == 1)):
        return CAPTION
    if _NUMBERED_ALT.search(body):
        return ALT_TEXT
    if _NUMBERED_GLUED.match(body) or _TAIL_AGENCY.search(body):
        return CAPTION
    return None


_SECTIONS = frozenset(
    "trang chủ|thời sự|thế giới|kinh tế|kinh doanh|pháp luật|xã hội|giáo dục|thể thao|giải trí|văn hóa|văn hoá|"
    "sức khỏe|sức khoẻ|đời sống|công nghệ|khoa học|du lịch|xe|nhà đất|bất động sản|chính trị|quốc tế|quân sự|"
    "việt nam|tin tức|tin nóng|phân tích|bình luận quốc tế|góc nhìn|ý kiến|châu á|châu âu|châu mỹ|hồ sơ|tuần việt nam|"
    "thời sự quốc tế|home|news|thông cáo báo chí|blog|số hóa|an ninh|môi trường|quốc phòng|video|podcast|ảnh".split("|")
)
_FOLLOW = re.compile(
    r"^(?:[-*•>» ]*)(?:(?:mời\s+(?:quý\s+)?(?:độc giả|bạn đọc|bạn)\s+)?"
    r"(?:theo dõi|follow)\s+(?:(?:báo|trang|kênh|fanpage|chúng tôi|us|tạp chí|zalo|facebook|fan page|đài)\b.{0,80}|"
    r"(?:\S+\s){0,6}?\S+\.(?:vn|com|net|org)\b.{0,60}|.{2,60}\s(?:trên|tại|qua|on)\s*[:：]?)"
    r"(?:\s*(?:trên|tại|qua|on)\s.{0,60})?|"
    r"(?:nhấn|bấm|ấn)\s+(?:nút\s+)?(?:theo dõi|đăng ký|subscribe)\b.{0,100}|đăng ký (?:nhận (?:bản )?tin|theo dõi)\b.{0,100}|"
    r"đăng ký kênh\b.{0,80}|tải (?:ngay )?ứng dụng\b.{0,80}|"
    r"(?:mời|kính mời) (?:quý )?(?:độc giả|bạn đọc|vị) (?:theo dõi|đón đọc|đón xem|xem thêm|xem video|tham gia|gửi)\b.{0,140}|"
    r"đón đọc\b.{0,120}|quan tâm .{0,30}trên zalo.{0,30})$",
    re.IGNORECASE,
)
_PLATFORM = re.compile(r"google news|facebook|youtube|zalo|tiktok|telegram|twitter|instagram|\.vn\b|\.com\b", re.IGNORECASE)
_FOLLOW_ENDS = re.compile(r"(?:\btrên|\btại|\bqua|\bon)\s*[:：]?$", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:chia sẻ qua|chia sẻ|share|facebook|twitter|zalo|telegram|linkedin|e-?mail|messenger|whatsapp|"
    r"copy link|sao chép liên kết|sao chép link|sao chép|lưu bài viết|lưu bài|lưu|gửi bài viết|gửi bài|gửi|thích|like|"
    r"nghe đọc bài|nghe bài viết|đọc bài|nghe|in bài viết|in bài|in|print|quay lại|google news|bình luận|ý kiến|lượt xem|trở lại|báo lỗi|"
    r"comments?|cỡ chữ|pinterest|aa|tweet)\b",
    re.IGNORECASE,
)
_TAGS = re.compile(r"^(?:(?:tags?|từ khóa|từ khoá|chủ đề|keywords?)\s*[:：]\s*\S.{0,300}|(?:#[\w-]{2,40}[\s,]*){1,20})$", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"^(?:©(?!\s*(?:AFP|AP|REUTERS|EPA|GETTY))|\(c\)\s|copyright\b|bản quyền (?:thuộc|©|bài viết|tác phẩm)|®\s*(?:ghi rõ|vui lòng)|(?:vui lòng |đề nghị )?ghi rõ nguồn|"
    r"cấm sao chép|giấy phép (?:số|hoạt động|xuất bản|thiết lập)|all rights reserved|mọi (?:sao chép|hình thức sao chép))",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(
    r"^[*(\s]*(?:bài viết (?:thể hiện|là) (?:quan điểm|ý kiến|góc nhìn)|(?:tên|danh tính) (?:nhân vật|các nhân vật|của nhân vật)[^.]{0,40} đã (?:được )?thay đổi|"
    r"mọi (?:ý kiến|phản hồi|góp ý)[^.]{0,40}(?:xin|vui lòng|mời)\b|mọi ý kiến đóng góp|quan điểm (?:trong bài|của tác giả))",
    re.IGNORECASE,
)
_TEASER_LEAD = re.compile(
    r"^(?:[>»›]{2,}\s*\S|[>»›➤►▶⇒→]\s?\S|(?:(?:>|»)\s*){2,}|\[?\s*(?:xem thêm|đọc thêm|xem tiếp|đọc tiếp|xem ngay|tin liên quan|bài liên quan|"
    r"xem lại|đọc ngay|xem video|mời xem)\s*(?:[:：]|(?:[>»]\s*)+)\s*\S)",
    re.IGNORECASE,
)
_BRACKET_TEASER = re.compile(r"^\[\s*[" + UPPER + r"“\"‘'0-9][^\[\]\n]{14,220}\]\.?$")

_HARD_TAIL = frozenset(
    "tin cùng chuyên mục|cùng chuyên mục|bài cùng chuyên mục|bài viết cùng chuyên mục|xem nhiều|xem nhiều nhất|đọc nhiều|đọc nhiều nhất|"
    "tin đọc nhiều|tin xem nhiều|bài đọc nhiều|bài viết cùng chủ đề|bài cùng chủ đề|cùng chủ đề|tin cùng chủ đề|tin mới|tin mới nhất|"
    "mới nhất|bài mới|bài mới nhất|tin nổi bật|nổi bật|tin nóng|tin tài trợ|tin khác|các tin khác|bài khác|các bài khác|tin cũ hơn|"
    "tin mới hơn|các tin đã đưa|tin đã đưa|tin cùng loại|cùng tác giả|bài cùng tác giả|tin tức khác|tin bài khác|đừng bỏ lỡ|"
    "đang được quan tâm|được quan tâm|xu hướng|có thể bạn thích|tin hot|tin trong ngày|dành cho bạn|bài nổi bật|most read|"
    "chuyên mục khác|tin ảnh|tin video|video nổi bật|video mới nhất|multimedia|bạn có thể thích|gợi ý cho bạn".split("|")
)
_SOFT_TAIL = frozenset(
    "đọc thêm|xem thêm|tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan|tin, bài liên quan|liên quan|"
    "có thể bạn quan tâm|bạn có thể quan tâm|mời bạn đọc thêm|đọc tiếp|xem tiếp|các bài liên quan|tin, ảnh liên quan|"
    "chủ đề liên quan|bài đọc liên quan|đọc thêm về chủ đề này|related|related articles|read more|tin cùng sự kiện|cùng sự kiện|"
    "bài cùng sự kiện|dòng sự kiện|tiêu điểm|có thể bạn chưa biết|quảng cáo|tin tiếp theo|bài tiếp theo".split("|")
)
_FINAL_TAIL = frozenset(
    "phiên bản di động|ý kiến bạn đọc|ý kiến độc giả|bình luận|bình luận của bạn|gửi bình luận|gửi ý kiến|ý kiến của bạn|"
    "comments|leave a comment|viết bình luận|bình luận mới nhất|đăng nhập|về đầu trang|lên đầu trang|liên hệ quảng cáo|"
    "liên hệ tòa soạn|thông tin tòa soạn|đăng nhập để bình luận|phản hồi|để lại bình luận|bài trước|bài sau".split("|")
)


def tail_marker(line: str) -> str | None:
    """How strongly the line heads what follows an article: "final", "hard" or "soft" (may stand inside one), or None."""
    if len(line) > 60:
        return None
    words = line.casefold().strip(" :：.…>»›|•-–—*▼+#[]")
    words = re.sub(r"\s*\(\d+\)$|\s+\d+$", "", words)
    words = words.replace("hoá", "hóa")
    for kind, phrases in (("final", _FINAL_TAIL), ("hard", _HARD_TAIL), ("soft", _SOFT_TAIL)):
        if words in phrases:
            return kind
    if re.match(r"^(?:tin|bài|tin bài|tin tức) (?:cùng|khác|liên quan|mới|nổi bật)\b", words) and len(words) <= 40:
        return "soft" if "liên quan" in words else "hard"
    return None


def is_breadcrumb(line: str) -> bool:
    """"Trang chủ > Thế giới", or the bare name of a section."""
    if len(line) > 90:
        return False
    parts = [part.strip().casefold() for part in re.split(r"[>»›|/•·]+", line) if part.strip()]
    return bool(parts) and parts[0] in _SECTIONS and (len(parts) == 1 or len(parts) <= 5)


def fixed_reason(line: str) -> str | None:
    """The reason when the wording alone shows that the line is furniture, wherever it stands."""
    if len(line) > 340:
        return None
    if _TEASER_LEAD.match(line) and len(line) <= 260 and line not in {">", "»"}:
        return TEASER
    if _BRACKET_TEASER.match(line) and len(line.split()) >= 4:
        return TEASER
    if _FOLLOW.match(line) and len(line) <= 200 and (_PLATFORM.search(line) or _FOLLOW_ENDS.search(line)):
        return FOLLOW_US
    if _TAGS.match(line):
        return TAGS
    if len(line) <= 200 and _COPYRIGHT.match(line):
        return COPYRIGHT
    if len(line) <= 250 and _NOTE_LINE.match(line):
        return EDITORIAL_NOTE
    caption = is_caption(line)
    if caption:
        return caption
    if len(line) <= 120 and _SHARE.search(line) and not re.search(r"[^\W\d_]", _SHARE.sub("", line)):
        return SHARE
    return None


def own_site(line: str) -> str | None:
    """The site that a "Theo dõi … trên" line names, else None."""
    match = re.search(r"\b([A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:vn|com|net|org))\b", line)
    return match.group(1) if match and fixed_reason(line) == FOLLOW_US else None
