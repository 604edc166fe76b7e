"""Why the extractive answer stands, in whole Vietnamese sentences that say what to do.

An error's own words, which are English, are for the log.
"""

from __future__ import annotations

from rag.errors import GeneratorError, GeneratorProblem

NOT_ASKED = "Nguồn không nêu câu trả lời nên mô hình không được hỏi."
NO_EVIDENCE = "Không có câu trích nào để đưa cho mô hình."
NO_ROOM = "Ngữ cảnh của mô hình quá ngắn cho câu hỏi này."
STOPPED = "Mô hình đã được dừng."
EMPTY = "Mô hình không viết gì."
REFUSED = "Mô hình không thấy câu trả lời trong các đoạn trích."
MISSED = "Lời văn của mô hình không nêu đáp án tìm được trong nguồn."
NOTHING_LEFT = "Không câu nào của mô hình được nguồn xác nhận."
CHANGED = "Thư viện thay đổi trong lúc mô hình viết."
UNCHECKED = "Không mở được phần kiểm tra lời của mô hình. Nhật ký của chương trình ghi rõ lỗi và cách khắc phục."
BROKEN = "Chương trình gặp lỗi khi nhờ mô hình viết. Nhật ký của chương trình ghi rõ lỗi."
FAILED = "Mô hình không trả lời được. Hãy thử lại; nếu vẫn lỗi, hãy xem nhật ký của chương trình."

_PROBLEMS: dict[GeneratorProblem, str] = {
    "unreachable": "Không kết nối được với máy chủ của mô hình. Hãy khởi động máy chủ đó, hoặc kiểm tra địa chỉ.",
    "no_reply": "Máy chủ của mô hình không phản hồi. Hãy kiểm tra xem máy chủ đó có đang chạy hay quá tải không.",
    "silent": "Mô hình im lặng quá lâu. Hãy chọn mô hình nhỏ hơn, hoặc tăng thời gian chờ (generate.timeout_s).",
    "broke_off": "Câu trả lời của mô hình bị đứt giữa chừng. Hãy thử lại; nếu vẫn lỗi, hãy xem nhật ký của máy chủ.",
    "thoughts": (
        "Mô hình chỉ kịp suy nghĩ, chưa kịp trả lời. Hãy tắt chế độ suy nghĩ của mô hình, hoặc tăng số token cho câu "
        "trả lời (generate.max_tokens)."
    ),
    "unreadable": (
        "Không hiểu được máy chủ của mô hình. Hãy kiểm tra xem địa chỉ có đúng là của máy chủ tương thích OpenAI không "
        "(phần lớn kết thúc bằng /v1)."
    ),
    "key": (
        "Máy chủ của mô hình không nhận khóa truy cập. Hãy đặt đúng khóa của dịch vụ này vào biến môi trường "
        "(HOIBAO_API_KEY, nếu không đặt tên khác)."
    ),
    "not_there": "Máy chủ không có mô hình này. Hãy kiểm tra tên mô hình và địa chỉ (phần lớn kết thúc bằng /v1).",
    "no_model": "Máy chủ chưa nạp mô hình nào. Hãy nạp một mô hình ở đó, hoặc nêu tên mô hình (generate.model).",
    "moved": "Máy chủ của mô hình đã chuyển sang địa chỉ khác. Hãy đặt lại địa chỉ (generate.generator).",
    "busy": "Máy chủ của mô hình đang nhận quá nhiều yêu cầu. Hãy đợi một lát rồi thử lại.",
    "server": "Máy chủ của mô hình báo lỗi. Hãy xem nhật ký của máy chủ đó.",
    "template": "Mô hình này không biết trả lời câu hỏi (thiếu mẫu hội thoại). Hãy dùng bản “instruct” của mô hình.",
    "context": (
        "Câu hỏi cùng các đoạn trích dài hơn ngữ cảnh của mô hình. Hãy chạy máy chủ với ngữ cảnh dài hơn, hoặc đặt "
        "generate.context_tokens cho khớp."
    ),
    "load": "Không nạp được mô hình. Hãy kiểm tra thư mục hay tệp của mô hình, hoặc chạy mô hình trên một máy chủ.",
    "package": "Thiếu gói để đọc tệp GGUF. Hãy cài: pip install 'hoibao[models]'.",
    "download": "Không tải được mô hình về. Hãy kiểm tra tên và mạng, hoặc chỉ ra thư mục hay tệp có sẵn trên máy.",
    "local": "Mô hình gặp lỗi khi đang viết. Hãy chọn mô hình nhỏ hơn, hoặc chạy mô hình trên một máy chủ.",
}


def problem_of(error: GeneratorError) -> str:
    """What went wrong and what to do about it, for whoever asked."""
    return _PROBLEMS[error.problem] if error.problem else FAILED
