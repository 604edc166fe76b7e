"""What can go wrong, for the reader of the page: what it means, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class FailureWords:
    """Of `kinds` the first that fits speaks; the error's own words follow as a technical detail."""

    unexpected: str
    kinds: Mapping[type[RagError], str]

    def told(self, error: RagError) -> str:
        """What the error means to the reader of the page."""
        return next(text for kind, text in self.kinds.items() if isinstance(error, kind))

    def retold(self, told: str) -> str:
        """A failure that was kept in the words of another language, in this one's."""
        for other in (VI, EN):
            if told == other.unexpected:
                return self.unexpected
            for kind, text in other.kinds.items():
                if text == told:
                    return self.kinds[kind]
        return told


VI = FailureWords(
    unexpected="Chương trình gặp lỗi không lường trước. Chi tiết nằm ở cửa sổ lệnh đang chạy hoibao chat.",
    kinds={
        LibraryDamaged: "Thư viện bị hỏng. Hãy chạy lệnh hoibao verify, rồi hoibao repair.",
        QuotationError: "Một trích dẫn không còn khớp với bài đã lưu. Hãy chạy lệnh hoibao verify.",
        LibraryMissing: "Không còn thư viện ở thư mục đã mở. Hãy tạo lại bằng lệnh hoibao index.",
        LibraryMismatch: "Thư viện được tạo bằng một mô hình khác. Hãy tạo lại bằng lệnh hoibao index --rebuild.",
        LibraryTooNew: "Thư viện được ghi bằng phiên bản mới hơn của chương trình. Hãy cập nhật Hỏi Báo.",
        LibraryLocked: "Một chương trình khác đang ghi vào thư viện. Hãy thử lại sau.",
        DiskFull: "Đĩa đã đầy. Hãy giải phóng chỗ trống rồi thử lại.",
        ModelError: "Mô hình ngôn ngữ không chạy được trên máy này.",
        RagError: "Không đọc được thư viện.",
    },
)

EN = FailureWords(
    unexpected="The program met an unexpected error. The details are in the terminal where hoibao chat runs.",
    kinds={
        LibraryDamaged: "The library is damaged. Run hoibao verify, then hoibao repair.",
        QuotationError: "A quotation no longer matches the stored article. Run hoibao verify.",
        LibraryMissing: "The library is no longer in the folder that was opened. Make it anew with hoibao index.",
        LibraryMismatch: "The library was made with another model. Make it anew with hoibao index --rebuild.",
        LibraryTooNew: "The library was written by a newer version of the program. Please update Hỏi Báo.",
        LibraryLocked: "Another program is writing to the library. Please try again later.",
        DiskFull: "The disk is full. Free some space and try again.",
        ModelError: "The language model does not run on this machine.",
        RagError: "The library could not be read.",
    },
)
