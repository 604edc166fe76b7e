"""Why a file or a record could not become an article, in Vietnamese; the library itself says it in English."""

from __future__ import annotations

import re

from app.words.languages import Language
from rag.errors import LoadError

_SAVE_UTF8 = "Hãy lưu lại thành văn bản UTF-8"
_SPLIT = "Hãy chia nhỏ tệp"
_MEND_LINE = "Hãy sửa hoặc bỏ dòng đó"

# What the error says, as an expression; why it is so and what to do. `{1}` is the first group.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"the file is empty", "tệp trống", "Hãy ghi nội dung vào tệp"),
    (r"no text in the file", "tệp không có chữ nào", "Hãy ghi nội dung vào tệp"),
    (r"no records in the file", "tệp không có bài nào", "Hãy ghi bài vào tệp, mỗi dòng một bài"),
    (r"only (\d+) characters of article text", "chỉ có {1} ký tự nội dung", "Kiểm tra xem tệp có đủ bài không"),
    (r"an article of ([\d,]+) characters", "bài quá dài ({1} ký tự)", _SPLIT),
    (r"([\d,]+) bytes, over the limit of ([\d,]+)", "tệp quá lớn ({1} byte)", _SPLIT),
    (r"too large for this machine's memory", "tệp quá lớn so với bộ nhớ của máy", _SPLIT),
    (r"another record or file has the same name", "trùng tên với bài khác", "Hãy đặt mã (id) hoặc tên khác"),
    (r"the name or a text in it holds characters", "tên hoặc nội dung có ký tự không hợp lệ", _SAVE_UTF8),
    (r"not valid JSON", "không phải JSON hợp lệ", _MEND_LINE),
    (r"not a JSON object", "dòng này không phải một bài", "Hãy ghi mỗi dòng một đối tượng {{…}}"),
    (r"no column for the text", "không có cột nào chứa nội dung", "Hãy đặt tên cột nội dung là text"),
    (r"the rows from here on cannot be read", "từ đây trở đi không đọc được", "Hãy tìm dấu nháy chưa đóng"),
    (r"(\d+) values for (\d+) columns", "{1} giá trị cho {2} cột", "Hãy đặt giá trị có dấu phân cách trong dấu nháy"),
    (r"no text in the fields", "không có trường nào chứa nội dung", "Hãy ghi nội dung vào trường text"),
    (r"nested too deeply", "lồng nhau quá sâu", _MEND_LINE),
    (r"a line of more than ([\d,]+) bytes", "có dòng quá dài", "Hãy ghi mỗi dòng một bài"),
    (r"NUL bytes in the line", "dòng này có byte rỗng", _MEND_LINE),
    (r"the PDF is encrypted", "PDF có mật khẩu", "Hãy bỏ mật khẩu"),
    (r"damaged PDF", "PDF bị hỏng", "Hãy in lại thành PDF mới, hoặc lưu phần chữ"),
    (r"longer than ([\d,]+) characters or", "tài liệu quá dài", _SPLIT),
    (r"the PDF has no text layer", "PDF chỉ có ảnh chụp, không có chữ", "Hãy nhận dạng chữ (OCR) trước"),
    (r"not valid [\w-]+ (?:at byte|from here on)", "mã chữ bị hỏng", _SAVE_UTF8),
    (r"binary data or a damaged text", "không phải văn bản, hoặc văn bản bị hỏng", "Hãy lưu lại thành văn bản"),
    (r"damaged UTF-8", "mã chữ UTF-8 bị hỏng", _SAVE_UTF8),
    (r"the encoding cannot be told", "không nhận ra bảng mã chữ", _SAVE_UTF8),
    (r"damaged Word document|damaged: not a Word document", "tệp Word bị hỏng", "Hãy mở bằng Word và lưu lại"),
    (r"no text in the document", "tài liệu không có chữ nào", "Kiểm tra xem có phải chỉ toàn ảnh không"),
    (r"an encrypted document or one of the old", "tệp có mật khẩu hoặc là .doc đời cũ", "Hãy lưu lại thành .docx"),
    (r"unpacks to more than (\d+) MB", "tài liệu giải nén ra quá lớn", _SPLIT),
    (r"not a web page", "không phải trang web", "Hãy đặt đúng phần mở rộng của tệp"),
    (r"the page cannot be parsed", "không đọc được trang web này", "Hãy lưu phần chữ thành tệp .txt"),
    (r"no main text found in the page", "không thấy bài báo trong trang", "Hãy lưu phần chữ của bài thành tệp .txt"),
    (r"front matter", "phần khai báo đầu tệp (giữa hai dòng ---) bị sai", "Hãy sửa hoặc bỏ phần đó"),
    (r"no permission to read it", "không có quyền đọc", "Kiểm tra quyền của tệp"),
    (r"no such file or folder", "không còn tệp này", "Kiểm tra lại đường dẫn"),
    (r"a symbolic link", "liên kết hỏng", "Hãy bỏ hoặc sửa liên kết"),
    (r"not a regular file|a folder, not a file", "không phải một tệp thường", "Hãy chọn tệp"),
    (r"no file matches the pattern", "không có tệp nào khớp", "Kiểm tra lại mẫu tên"),
    (r"the extension .* is unknown|the file has no extension", "không đọc được loại tệp này", "Hãy lưu thành .txt"),
    (r"cannot be read", "không đọc được", "Kiểm tra ổ đĩa"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), reason, remedy) for pattern, reason, remedy in _KNOWN)


def known(what: str) -> tuple[str, str] | None:
    """Why, and what to do, in Vietnamese; None for what is not known here."""
    for pattern, reason, remedy in _PATTERNS:
        if found := pattern.match(what):
            values = ("", *(group.replace(",", ".") for group in found.groups()))
            return reason.format(*values), remedy.format(*values)
    return None


def told(error: LoadError, language: Language) -> str:
    """The reason and the remedy in one line, in the page's language."""
    if language == "vi" and (found := known(error.what)):
        return f"{found[0]}. {found[1]}"
    return f"{error.what}. {error.remedy}" if error.remedy else error.what
