"""What one line of a crawled news page is, judged by its wording alone; `clean` adds what only the context can tell.

Everything here looks at one line (white space squeezed, invisible characters dropped) and is pure. Patterns are
anchored or bounded, so a line costs time linear in its length.
"""

from __future__ import annotations

import re

from rag.cleaning.phrases import FINAL_TAIL, HARD_TAIL, SECTIONS, SOFT_TAIL

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
    r"(?:nguồn\s+(?:hình\s+)?ảnh|nguồn\s+(?:video|clip)|hình\s+ảnh|hình\s+minh\s+họa|hình\s+minh\s+hoạ|ảnh\s+minh\s+h(?:ọa|oạ)|"
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
_SITE = re.compile(r"\w\.(?:com|net|org|vn|ru|info)\b")
_TAIL_CREDIT = re.compile(rf"(?:^|[\s.,;|–—-]){_PHOTO}\s*[:：]\s*(?P<holder>{_HOLDER})\.?\s*\|?\s*$", re.IGNORECASE)
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


def is_holder(holder: str, *, of_picture: bool) -> bool:
    """Whether this may be the name of a picture's owner; "Nguồn: …" may name the source of figures as well."""
    holder = holder.strip(" |")
    short = len(holder) <= 70 and len(holder.split()) <= 10
    return short and (of_picture or bool(_SITE.search(holder)) or not _FIGURES_SOURCE.search(holder))


def sentence_count(line: str) -> int:
    """How many sentences a line has, roughly."""
    return 1 + len(re.findall(r"[.!?…][”\"’')]?\s+(?=[" + UPPER + r"“\"‘])", line))


# A line that begins like this tells the story on, though a photo credit stands at its end.
_STORY = re.compile(
    r"^(?:(?:tuy nhiên|tuy vậy|ngoài ra|bên cạnh|đặc biệt|không chỉ|trong khi đó|trước đó|theo|đồng thời|"
    r"đến nay|hiện nay|hiện tại|thực tế|mặc dù|về phần|sau đó|do đó|vì vậy|nhưng|cũng|mới đây|"
    r"cụ thể|thậm chí|như vậy|được biết)\b)",
    re.IGNORECASE,
)


def _reads_as_caption(before: str) -> bool:
    """Whether the words before a credit are its caption: one sentence, or two short ones, not telling the story on."""
    sentences = sentence_count(before)
    short = len(before) <= 260 if sentences == 1 else sentences == 2 and len(before) <= 160
    quoted = before.startswith(("“", '"', "‘")) and len(before) > 80
    return short and not quoted and not _STORY.match(before)


def picture_reason(line: str) -> str | None:
    """ "caption", "credit" or "alt text" when the whole line belongs to a picture, else None.

    A line that ends with a credit is a caption when it is one sentence or two short ones; a longer one is a
    paragraph with a credit inside, of which only the credit goes.
    """
    if len(line) > 320:
        return None
    body = line.rstrip(" |")
    if _LEAD_CREDIT.match(body):
        return CREDIT if body.casefold().startswith("nguồn") else CAPTION
    credit = _credit_at_end(body)
    if credit is not None:
        before = body[:credit].strip(" .–—-|")
        if not before:
            return CREDIT
        if _reads_as_caption(body[:credit].rstrip(" –—-|")):
            return CAPTION
    if _begins_as_caption(body) or _NUMBERED_GLUED.match(body) or _TAIL_AGENCY.search(body):
        return CAPTION
    return ALT_TEXT if _NUMBERED_ALT.search(body) else None


def _credit_at_end(body: str) -> int | None:
    """Where the credit begins with which the line ends, "(Ảnh: AFP)." or "- Ảnh: AFP", or None."""
    bare = body.rstrip(". ")
    for match in PAREN_CREDIT.finditer(bare):
        if match.end() == len(bare):
            return match.start()
    for match in PAREN_SOURCE.finditer(bare):
        if match.end() == len(bare) and is_holder(match.group(1), of_picture=False):
            return match.start()
    for pattern, of_picture in ((_TAIL_CREDIT, True), (_TAIL_SOURCE, False)):
        open_end = pattern.search(body)
        if open_end and is_holder(open_end.group("holder"), of_picture=of_picture):
            return open_end.start()
    return None


def _begins_as_caption(body: str) -> bool:
    """ "Ảnh minh họa …", "Video: …", or a line that ends with "Ảnh minh họa."."""
    ending = _TAIL_ILLUSTRATION.search(body)
    if ending and _reads_as_caption(body[: ending.start() + 1]):
        return True
    if len(body) > 160:
        return False
    return bool(_LEAD_ILLUSTRATION.match(body) or (_VIDEO_LEAD.match(body) and sentence_count(body) == 1))


_FOLLOW = re.compile(
    r"^(?:[-*•>» ]*)(?:(?:mời\s+(?:quý\s+)?(?:độc giả|bạn đọc|bạn)\s+)?"
    r"(?:theo dõi|follow)\s+(?:(?:báo|trang|kênh|fanpage|chúng tôi|us|tạp chí|zalo|facebook|fan page|đài)\b.{0,80}|"
    r"(?:\S+\s){0,6}?\S+\.(?:vn|com|net|org)\b.{0,60}|.{2,60}\s(?:trên|tại|qua|on)\s*[:：]?)"
    r"(?:\s*(?:trên|tại|qua|on)\s.{0,60})?|"
    r"(?:nhấn|bấm|ấn)\s+(?:nút\s+)?(?:theo dõi|đăng ký|subscribe)\b.{0,100}|"
    r"đăng ký (?:nhận (?:bản )?tin|theo dõi)\b.{0,100}|"
    r"đăng ký kênh\b.{0,80}|tải (?:ngay )?ứng dụng\b.{0,80}|"
    r"(?:mời|kính mời) (?:quý )?(?:độc giả|bạn đọc|vị) "
    r"(?:theo dõi|đón đọc|đón xem|xem thêm|xem video|tham gia|gửi)\b.{0,140}|"
    r"đón đọc\b.{0,120}|quan tâm .{0,30}trên zalo.{0,30})$",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"google news|facebook|youtube|zalo|tiktok|telegram|twitter|instagram|\.vn\b|\.com\b", re.IGNORECASE
)
_FOLLOW_ENDS = re.compile(r"(?:\btrên|\btại|\bqua|\bon)\s*[:：]?$", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:chia sẻ qua|chia sẻ|share|facebook|twitter|zalo|telegram|linkedin|e-?mail|messenger|whatsapp|"
    r"copy link|sao chép liên kết|sao chép link|sao chép|lưu bài viết|lưu bài|lưu|gửi bài viết|gửi bài|gửi|thích|like|"
    r"nghe đọc bài|nghe bài viết|đọc bài|nghe|in bài viết|in bài|in|print|quay lại|google news|bình luận|"
    r"ý kiến|lượt xem|trở lại|báo lỗi|"
    r"comments?|cỡ chữ|pinterest|aa|tweet)\b",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"^(?:(?:tags?|từ khóa|từ khoá|chủ đề|keywords?)\s*[:：]\s*\S.{0,300}|(?:#[\w-]{2,40}[\s,]*){1,20})$", re.IGNORECASE
)
_COPYRIGHT = re.compile(
    r"^(?:©(?!\s*(?:AFP|AP|REUTERS|EPA|GETTY))|\(c\)\s*(?:(?:19|20)\d\d\b|copyright|bản quyền)|copyright\b|"
    r"bản quyền ©|bản quyền (?:(?:bài viết|tác phẩm|nội dung) )?thuộc (?:về )?\S+(?: \S+){0,5}$|"
    r"®\s*(?:ghi rõ|vui lòng)|(?:vui lòng |đề nghị )?ghi rõ nguồn|cấm sao chép|"
    r"giấy phép (?:số|hoạt động|xuất bản|thiết lập)\b.*(?:\bGP\b|BTTTT|thông tin|báo (?:chí|điện tử)|trang tin)|"
    r"all rights reserved|mọi (?:sao chép|hình thức sao chép))",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(
    r"^[*(\s]*(?:(?:còn nữa|còn tiếp)\W*$|bài viết (?:thể hiện|là) (?:quan điểm|ý kiến|góc nhìn)|"
    r"(?:tên|danh tính) (?:nhân vật|các nhân vật|của nhân vật)[^.]{0,40} đã (?:được )?thay đổi|"
    r"mọi (?:ý kiến|phản hồi|góp ý)[^.]{0,40}(?:xin|vui lòng|mời)\b|mọi ý kiến đóng góp|"
    r"quan điểm (?:trong bài|của tác giả))",
    re.IGNORECASE,
)
_TEASER_LEAD = re.compile(
    r"^(?:[>»›]{2,}\s*\S|[>»›➤►▶⇒→]\s?\S.*(?<![^.]\.)$|(?:(?:>|»)\s*){2,}|"
    r"\[?\s*(?:xem thêm|đọc thêm|xem tiếp|đọc tiếp|xem ngay|tin liên quan|bài liên quan|xem lại|"
    r"đọc ngay|xem video|mời xem)\s*(?:[:：]|(?:[>»]\s*)+)\s*\S)",
    re.IGNORECASE,
)
_BRACKET_TEASER = re.compile(r"^\[\s*(?=[" + UPPER + r"“\"‘'0-9])(?:[^\s\[\]]+ ){3,50}[^\s\[\]]+\s?\]\.?$")


def tail_marker(line: str) -> str | None:
    """How strongly the line heads what follows an article, "final", "hard" or "soft" (see `phrases`), or None."""
    if len(line) > 60:
        return None
    words = line.casefold().strip(" :：.…>»›|•-–—*▼+#[]")
    words = re.sub(r"\s*\(\d+\)$|\s+\d+$", "", words)
    words = words.replace("hoá", "hóa")
    for kind, phrases in (("final", FINAL_TAIL), ("hard", HARD_TAIL), ("soft", SOFT_TAIL)):
        if words in phrases:
            return kind
    if re.match(r"^(?:tin|bài|tin bài|tin tức) (?:cùng|khác|liên quan|mới|nổi bật)\b", words) and len(words) <= 40:
        return "soft" if "liên quan" in words else "hard"
    return None


def is_breadcrumb(line: str) -> bool:
    """ "Trang chủ > Thế giới", or the bare name of a section."""
    if len(line) > 90:
        return False
    parts = [part.strip().casefold() for part in re.split(r"[>»›|/•·]+", line) if part.strip()]
    return bool(parts) and parts[0] in SECTIONS and (len(parts) == 1 or len(parts) <= 5)


# (longest line, pattern, reason), the first that matches.
_FIXED: tuple[tuple[int, re.Pattern[str], str], ...] = (
    (260, _TEASER_LEAD, TEASER),
    (240, _BRACKET_TEASER, TEASER),
    (340, _TAGS, TAGS),
    (200, _COPYRIGHT, COPYRIGHT),
    (250, _NOTE_LINE, EDITORIAL_NOTE),
)


def fixed_reason(line: str) -> str | None:
    """The reason when the wording alone shows that the line is furniture, wherever it stands."""
    for longest, pattern, reason in _FIXED:
        if len(line) <= longest and pattern.match(line):
            # "Từ khóa: AI được tìm nhiều nhất trong năm." is a sentence, not a list.
            return None if reason == TAGS and is_paragraph(line) and line.count(",") < 2 else reason
    if len(line) <= 200 and _FOLLOW.match(line) and (_PLATFORM.search(line) or _FOLLOW_ENDS.search(line)):
        return FOLLOW_US
    picture = picture_reason(line)
    if picture is None and len(line) <= 120 and _SHARE.search(line):
        # Nothing but the names of buttons.
        return None if re.search(r"[^\W\d_]", _SHARE.sub("", line)) else SHARE
    return picture


def own_site(line: str) -> str | None:
    """The site that a "Theo dõi … trên" line names, else None."""
    match = re.search(r"\b([A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:vn|com|net|org))\b", line)
    return match.group(1) if match and fixed_reason(line) == FOLLOW_US else None
