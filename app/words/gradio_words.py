"""Words that stand in for Gradio's own."""

from __future__ import annotations

from app.words.access import EN as ACCESS_EN
from app.words.access import VI as ACCESS_VI
from app.words.chat import EN, VI

# Gradio bundles no Vietnamese locale and ignores one given as `vi`, so these replace the English ones: the whole of
# each section of its dictionary that this page can show.
LOCALE = {
    "blocks.connection_can_break": "Trên điện thoại, kết nối có thể đứt khi chuyển sang ứng dụng khác.",
    "blocks.long_requests_queue": "Có nhiều câu hỏi đang chờ.",
    "blocks.lost_connection": "Mất kết nối vì đã rời trang. Đang kết nối lại…",
    "blocks.waiting_for_inputs": "Hãy đợi tải xong rồi thử lại.",
    "chatbot.cancel": "Thôi",
    "chatbot.clear": "Xoá hội thoại",
    "chatbot.complete": "Xong",
    "chatbot.copied_message": VI.copied,
    "chatbot.copy_message": VI.copy,
    "chatbot.dislike": VI.down,
    "chatbot.edit": VI.edit,
    "chatbot.like": VI.up,
    "chatbot.retry": VI.retry,
    "chatbot.submit": "Gửi",
    "chatbot.undo": VI.undo,
    "common.back_to_app": "Về trang",
    "common.back_to_app_description": "Trở về trang",
    "common.built_with": "làm bằng",
    "common.built_with_gradio": "Làm bằng Gradio",
    "common.clear": "Xoá",
    "common.display_theme": "Sáng hay tối",
    "common.download": "Tải về",
    "common.download_all": "Tải tất cả",
    "common.edit": VI.edit,
    "common.empty": "Trống",
    "common.error": "Lỗi",
    "common.hosted_on": "Đặt tại",
    "common.language": "Ngôn ngữ",
    "common.loading": "Đang tải",
    "common.logo": "biểu trưng",
    "common.no_devices": "Không thấy thiết bị nào",
    "common.or": "hoặc",
    "common.progress": "Tiến độ",
    "common.pwa": "Ứng dụng web",
    "common.record": "Ghi",
    "common.remove": "Bỏ",
    "common.run": "Chạy",
    "common.runs": "Các lần chạy",
    "common.runs_description": "Xem các lần chạy được lưu trong trình duyệt này",
    "common.screen_studio": "Quay màn hình",
    "common.settings": "Cài đặt",
    "common.share": "Chia sẻ",
    "common.share_gradio_tab": "Chia sẻ thẻ này",
    "common.stop_recording": "Dừng ghi",
    "common.submit": "Gửi",
    "common.undo": VI.undo,
    "errors.build_error": "trang bị lỗi",
    "errors.config_error": "trang bị lỗi cấu hình",
    "errors.contact_page_author": "Hãy khởi động lại lệnh hoibao chat.",
    "errors.no_app_file": "thiếu tệp chương trình",
    "errors.runtime_error": "trang bị lỗi khi chạy",
    "errors.space_not_working": "Trang không chạy: {0}",
    "errors.space_paused": "trang đang tạm dừng",
    "errors.use_via_api": "Dùng qua API",
    "errors.use_via_api_or_mcp": "Dùng qua API hoặc MCP",
    "status.queue_position": "Đang chờ: {position}/{size}",
}

# What Gradio says in English of matters that this page does not have.
LOCALE_EN = {
    "blocks.connection_can_break": "On a phone, the connection can break when another app comes to the front.",
    "blocks.long_requests_queue": "Many questions are waiting.",
    "blocks.lost_connection": "Connection lost on leaving the page. Connecting again…",
    "errors.contact_page_author": "Please start hoibao chat again.",
}

_RECONNECTING = "Mất kết nối với chương trình; đang thử kết nối lại. Hãy xem cửa sổ lệnh đang chạy hoibao chat."
_RECONNECTING_EN = (
    "The connection to the program was lost; trying again. Please look at the terminal where hoibao chat runs."
)

# Words that Gradio writes into the page without asking its own dictionary; the page's script replaces them.
FIXED = {
    "chatbot conversation": VI.conversation,
    "user's message: a component of type html": ACCESS_VI.question,
    "assistant's message: a component of type html": ACCESS_VI.answer,
    "bot's message: a component of type html": ACCESS_VI.answer,
    "Scroll down": ACCESS_VI.scroll_down,
    "Loading response": "Đang trả lời",
    "Loading content": "Đang trả lời",
    "Connection errored out.": ACCESS_VI.lost,
    "Connection Lost": "Mất kết nối",
    "Connection to the server was lost. Attempting reconnection...": _RECONNECTING,
    "Could not resolve app config.": ACCESS_VI.lost,
    "Could not resolve app config": ACCESS_VI.lost,
    "Error reloading app": ACCESS_VI.lost,
    "An error occurred": VI.failed_unexpectedly,
    "An error occurred.": VI.failed_unexpectedly,
    "An Unexpected Error Occurred!": VI.failed_unexpectedly,
    "An unknown error occurred while making a prediction.": VI.failed_unexpectedly,
    "Empty value": "Trống",
    "No value": "Trống",
    "Server stopped unexpectedly.": "Chương trình đã dừng. Hãy chạy lại lệnh hoibao chat, rồi tải lại trang.",
    "This application is currently busy. Please try again.": (
        "Đang có quá nhiều câu hỏi nên câu này chưa được nhận. Hãy đợi một chút rồi hỏi lại."
    ),
    "Error": "Lỗi",
    "Warning": "Lưu ý",
    "Info": "Thông tin",
    "Success": "Xong",
    "Close": VI.close,
}
FIXED_EN = {
    "chatbot conversation": EN.conversation,
    "user's message: a component of type html": ACCESS_EN.question,
    "assistant's message: a component of type html": ACCESS_EN.answer,
    "bot's message: a component of type html": ACCESS_EN.answer,
    "Scroll down": ACCESS_EN.scroll_down,
    "Loading response": "Answering",
    "Loading content": "Answering",
    "Connection errored out.": ACCESS_EN.lost,
    "Connection Lost": "Connection lost",
    "Connection to the server was lost. Attempting reconnection...": _RECONNECTING_EN,
    "Could not resolve app config.": ACCESS_EN.lost,
    "Could not resolve app config": ACCESS_EN.lost,
    "Error reloading app": ACCESS_EN.lost,
    "An error occurred": EN.failed_unexpectedly,
    "An error occurred.": EN.failed_unexpectedly,
    "An Unexpected Error Occurred!": EN.failed_unexpectedly,
    "An unknown error occurred while making a prediction.": EN.failed_unexpectedly,
    "Server stopped unexpectedly.": "The program has stopped. Run hoibao chat again, then reload the page.",
    "This application is currently busy. Please try again.": (
        "Too many questions are waiting, so this one was not taken. Please wait a moment and ask again."
    ),
}
