"""Words that stand in for Gradio's own."""

from __future__ import annotations

from app.words.chat import VI

# Gradio bundles no Vietnamese locale and ignores one given as `vi`, so these replace the English ones. Only words that
# this page can show are here; the browser test looks for English left over.
LOCALE = {
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
FIXED = {
    "chatbot conversation": VI.conversation,
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
    "Close": VI.close,
}
