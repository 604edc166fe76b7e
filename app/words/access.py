"""Words for those who hear the page or go through it by keyboard, and for the moment before it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessWords:
    """What is said aloud, skipped to, or shown while the page opens; `{}` stands where a value comes in."""

    opening: str
    needs_script: str
    skip: str
    close_conversations: str
    examples: str
    question: str
    answer: str
    searching: str
    # What a screen reader says when an answer stands; `{answer}` is its first line.
    answered: str
    sources: str
    no_sources: str
    scroll_down: str
    found: str
    # Where the program does not answer.
    lost: str


VI = AccessWords(
    opening="Đang mở…",
    needs_script="Trang này cần JavaScript: hãy bật JavaScript cho địa chỉ này rồi tải lại.",
    skip="Đến ô đặt câu hỏi",
    close_conversations="Đóng danh sách hội thoại",
    examples="Câu hỏi gợi ý",
    question="Câu hỏi",
    answer="Trả lời",
    searching="Đang tìm trong các bài báo.",
    answered="Trả lời: {answer}",
    sources="Số trích dẫn: {count}.",
    no_sources="Không có trích dẫn.",
    scroll_down="Xuống cuối",
    found="Tìm thấy {count} cuộc hội thoại.",
    lost="Mất kết nối với chương trình. Hãy xem cửa sổ lệnh đang chạy hoibao chat.",
)
EN = AccessWords(
    opening="Opening…",
    needs_script="This page needs JavaScript: please allow it for this address and reload.",
    skip="Skip to the question box",
    close_conversations="Close the list of conversations",
    examples="Suggested questions",
    question="Question",
    answer="Answer",
    searching="Searching the articles.",
    answered="Answer: {answer}",
    sources="Citations: {count}.",
    no_sources="No citations.",
    scroll_down="Scroll to the end",
    found="{count} conversation found.|{count} conversations found.",
    lost="The connection to the program was lost. Please look at the terminal where hoibao chat runs.",
)
