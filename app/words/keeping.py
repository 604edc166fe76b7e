"""Words of what is kept: where conversations are, and what is written into the files that they are exported to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepingWords:
    """Words of keeping and exporting; `{}` stands where a value comes in."""

    older: str
    not_kept: str
    unreadable: str
    export_judged: str
    export_judged_long: str
    # The name of a file whose conversation has a title without a single letter.
    file_name: str
    judged_file_name: str
    exported: str
    begun: str
    asked: str
    nobody_asked: str
    place: str
    address: str
    sources: str
    notes: str
    judged_up: str
    judged_down: str
    because: str
    # What stands in the note of a question whose good answer is still to be filled in.
    draft_note: str
    draft_answered: str
    draft_not_found: str
    draft_quoted: str
    note_filters: str
    note_as_typed: str
    # Why conversations are not kept where they belong, by the store's own word for it.
    troubles: Mapping[str, str]


VI = KeepingWords(
    older="Hiện các cuộc cũ hơn",
    not_kept="Không lưu được hội thoại này (đĩa đầy hoặc không ghi được). Hãy chép lại câu trả lời nếu cần giữ.",
    unreadable="Câu trả lời đã lưu không đọc được nữa. Hãy hỏi lại câu này.",
    export_judged="Xuất các đánh giá",
    export_judged_long="Tải các câu trả lời đã được đánh giá, thành bộ câu hỏi cho lệnh hoibao eval",
    file_name="Hội thoại",
    judged_file_name="Đánh giá",
    exported="Xuất từ Hỏi Báo lúc {time}. Mỗi câu trích được đối chiếu với bài đã lưu.",
    begun="Hội thoại bắt đầu lúc {time}.",
    asked="Hỏi lúc {time}.",
    nobody_asked="Cuộc hội thoại này chưa có câu hỏi nào.",
    place="ký tự {start}–{end}",
    address="Bài gốc",
    sources="Nguồn",
    notes="Ghi chú",
    judged_up="Đánh giá: câu trả lời tốt.",
    judged_down="Đánh giá: câu trả lời chưa tốt.",
    because="Lý do: {reason}",
    draft_note="Cần điền câu trả lời đúng rồi bỏ trường draft.",
    draft_answered="Đã trả lời: {answer}",
    draft_not_found="Đã trả lời là không tìm thấy.",
    draft_quoted="Đã trích {source}: “{quote}”",
    note_filters="Khi hỏi có bộ lọc: {filters}.",
    note_as_typed="Khi hỏi đã tìm đúng như đã gõ.",
    troubles={
        "damaged": "Tệp hội thoại cũ bị hỏng nên đã được để riêng trong thư mục thư viện; một tệp mới đã được tạo.",
        "newer": "Các hội thoại cũ được ghi bằng phiên bản mới hơn của chương trình, nên chưa mở được. "
        "Hội thoại hôm nay chỉ giữ đến khi tắt chương trình. Hãy cập nhật Hỏi Báo.",
        "unwritable": "Không ghi được vào thư mục thư viện: hội thoại chỉ giữ đến khi tắt chương trình. "
        "Hãy xuất ra tệp nếu cần giữ lâu hơn.",
    },
)
EN = KeepingWords(
    older="Show older ones",
    not_kept="This conversation could not be saved (the disk is full or cannot be written). "
    "Copy the answer if you need to keep it.",
    unreadable="The saved answer can no longer be read. Please ask this question again.",
    export_judged="Export the judgements",
    export_judged_long="Download the answers that were judged, as a question set for hoibao eval",
    file_name="Conversation",
    judged_file_name="Judgements",
    exported="Exported from Hỏi Báo, {time}. Every quotation is checked against the stored article.",
    begun="The conversation began {time}.",
    asked="Asked {time}.",
    nobody_asked="Nothing has been asked in this conversation yet.",
    place="characters {start}–{end}",
    address="Original",
    sources="Sources",
    notes="Notes",
    judged_up="Judged a good answer.",
    judged_down="Judged a bad answer.",
    because="Reason: {reason}",
    draft_note="Fill in the right answer, then take out the field draft.",
    draft_answered="It answered: {answer}",
    draft_not_found="It answered that nothing was found.",
    draft_quoted="It quoted {source}: “{quote}”",
    note_filters="Asked with a filter: {filters}.",
    note_as_typed="Searched exactly as typed.",
    troubles={
        "damaged": "The old file of conversations was damaged: it was set aside in the library's folder, "
        "and a new one was begun.",
        "newer": "Earlier conversations were written by a newer version of the program and cannot be opened. "
        "Today's last until the program ends. Please update Hỏi Báo.",
        "unwritable": "The library's folder cannot be written: conversations last until the program ends. "
        "Export them to keep them longer.",
    },
)
