"""The page's words, its own and those that stand in for Gradio's."""

from __future__ import annotations

from rag.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    LibraryTooNew,
    ModelError,
    QuotationError,
    RagError,
)

TITLE = "Hỏi Báo"
TAGLINE = "Trả lời từ chính các bài báo của bạn, mỗi câu kèm trích dẫn đã đối chiếu."
CONVERSATION = "Hội thoại"
SOURCES = "Nguồn"
SOURCES_LABEL = "Nguồn của câu trả lời"
CLOSE = "Đóng"
ASK = "Câu hỏi của bạn"
SEND = "Hỏi"
NEW = "Hội thoại mới"

WELCOME = "Bạn muốn hỏi gì?"
INVITATION = "Hỏi bằng tiếng Việt, có dấu hay không dấu. Câu hỏi sau được hiểu theo câu hỏi trước."
EMPTY_LIBRARY = "Thư viện chưa có bài báo nào"
EMPTY_LIBRARY_REMEDY = "Thêm bài bằng lệnh {command}, rồi tải lại trang này."
INDEX_COMMAND = "hoibao index THƯ_MỤC"

SEARCHING = "Đang tìm trong các bài báo…"
UNDERSTOOD = "Hiểu là:"
AS_TYPED = "Tìm đúng như đã gõ"
SEARCHED_AS_TYPED = "Đã tìm đúng như đã gõ."
AS_AT_FIRST = "Tìm lại như lúc đầu"
OPEN_SOURCE = "Mở nguồn số {number}"
CITED = "Trích từ"
REPRINTED = "+{count} báo đăng lại"
REPRINTED_NOTE = "Đăng lại bài này, nên không tính là nguồn độc lập:"
MORE_REPRINTS = "… và {count} bài nữa"
UNSUPPORTED = "chưa có nguồn xác nhận"
CONFLICT = "Các nguồn nêu khác nhau"
UPDATE = "Tin sau khác tin trước"
LEADS = "Các đoạn gần nhất (không phải câu trả lời)"
UNTITLED = "bài không ghi tít; đây là câu đầu"
REMOVED = "{count} phần không thuộc bài (chú thích ảnh, tin khác…) đã được để riêng."
ALTERED = "Trích dẫn số {numbers} không còn khớp với bài đã lưu nên không được tô sáng. Hãy chạy lệnh hoibao verify."
ELIDED = "[… lược {count} ký tự …]"
NO_SOURCES = "Bấm vào số {sample} trong câu trả lời để mở bài báo đúng tại câu được trích."

FAILED = "Không trả lời được."
FAILED_UNEXPECTEDLY = "Chương trình gặp lỗi không lường trước. Chi tiết nằm ở cửa sổ lệnh đang chạy hoibao chat."
FAILED_DETAIL = "Chi tiết kỹ thuật"

# The first kind that fits speaks; the error's own words follow as a technical detail.
_FAILURES: tuple[tuple[type[RagError], str], ...] = (
    (LibraryDamaged, "Thư viện bị hỏng. Hãy chạy lệnh hoibao verify, rồi hoibao repair."),
    (QuotationError, "Một trích dẫn không còn khớp với bài đã lưu. Hãy chạy lệnh hoibao verify."),
    (LibraryMissing, "Không còn thư viện ở thư mục đã mở. Hãy tạo lại bằng lệnh hoibao index."),
    (LibraryMismatch, "Thư viện được tạo bằng một mô hình khác. Hãy tạo lại bằng lệnh hoibao index --rebuild."),
    (LibraryTooNew, "Thư viện được ghi bằng phiên bản mới hơn của chương trình. Hãy cập nhật Hỏi Báo."),
    (LibraryLocked, "Một chương trình khác đang ghi vào thư viện. Hãy thử lại sau."),
    (DiskFull, "Đĩa đã đầy. Hãy giải phóng chỗ trống rồi thử lại."),
    (ModelError, "Mô hình ngôn ngữ không chạy được trên máy này."),
    (RagError, "Không đọc được thư viện."),
)


def failure(error: RagError) -> str:
    """What the error means to the reader of the page."""
    return next(text for kind, text in _FAILURES if isinstance(error, kind))


# Gradio bundles no Vietnamese locale and ignores one given as `vi`, so these replace the English ones. Only words that
# this page can show are here; the browser test looks for English left over.
GRADIO = {
    "common.loading": "Đang tải",
    "common.error": "Lỗi",
    "common.clear": "Xoá",
    "common.submit": "Gửi",
    "common.or": "hoặc",
    "common.empty": "Trống",
    "common.progress": "Tiến độ",
    "common.logo": "biểu trưng",
    "chatbot.clear": "Xoá hội thoại",
    "chatbot.copy_message": "Chép",
    "chatbot.copied_message": "Đã chép",
    "chatbot.retry": "Hỏi lại",
    "chatbot.undo": "Hoàn tác",
    "chatbot.edit": "Sửa",
    "chatbot.submit": "Gửi",
    "chatbot.cancel": "Thôi",
    "status.queue_position": "Đang chờ: {position}/{size}",
    "blocks.connection_can_break": "Trên điện thoại, kết nối có thể đứt khi chuyển sang ứng dụng khác.",
    "blocks.lost_connection": "Mất kết nối vì đã rời trang. Đang kết nối lại…",
    "blocks.long_requests_queue": "Có nhiều câu hỏi đang chờ.",
    "blocks.waiting_for_inputs": "Hãy đợi tải xong rồi thử lại.",
    "errors.build_error": "trang bị lỗi",
    "errors.config_error": "trang bị lỗi cấu hình",
    "errors.runtime_error": "trang bị lỗi khi chạy",
    "errors.contact_page_author": "Hãy khởi động lại lệnh hoibao chat.",
}

# Words that Gradio writes into the page without asking its own dictionary; the page's script replaces them.
GRADIO_FIXED = {
    "chatbot conversation": CONVERSATION,
    "user's message: a component of type html": "Câu hỏi",
    "assistant's message: a component of type html": "Trả lời",
    "bot's message: a component of type html": "Trả lời",
    "Scroll down": "Xuống cuối",
    "Loading response": "Đang trả lời",
    "Loading content": "Đang trả lời",
    "Connection errored out.": "Mất kết nối với chương trình. Hãy xem cửa sổ lệnh đang chạy hoibao chat.",
    "Server stopped unexpectedly.": "Chương trình đã dừng. Hãy chạy lại lệnh hoibao chat, rồi tải lại trang.",
    "Error": "Lỗi",
    "Warning": "Lưu ý",
    "Info": "Thông tin",
    "Close": CLOSE,
}
