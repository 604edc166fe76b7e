"""The chat's own words: questions, answers and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.words import failures, reasons
from app.words.languages import Language


@dataclass(frozen=True, slots=True)
class ChatWords:
    """Words of the conversation and its sources; `{}` stands where a value comes in.

    Where a language tells one from many, both forms stand there with a bar between them, for `counted`.
    """

    language: Language
    title: str
    tagline: str
    conversation: str
    sources: str
    sources_label: str
    close: str
    ask: str
    send: str
    new: str
    welcome: str
    invitation: str
    empty_library: str
    empty_library_remedy: str
    add_articles: str
    index_command: str
    searching: str
    understood: str
    as_typed: str
    searched_as_typed: str
    as_at_first: str
    open_source: str
    cited: str
    reprinted: str
    reprinted_note: str
    more_reprints: str
    unsupported: str
    conflict: str
    update: str
    leads: str
    untitled: str
    removed: str
    altered: str
    elided: str
    no_sources: str
    failed: str
    failed_unexpectedly: str
    failed_detail: str
    language_name: str
    views: str
    view_chat: str
    view_library: str
    view_timeline: str
    conversations: str
    agreed: str
    value: str
    day: str
    quote: str
    no_day: str
    original: str
    gone: str
    removed_more: str
    previous_citation: str
    next_citation: str
    actions: str
    copy: str
    copy_long: str
    copied: str
    edit: str
    edit_long: str
    retry: str
    retry_long: str
    undo: str
    undo_long: str
    changed_elsewhere: str
    stop: str
    up: str
    down: str
    why_down: str
    keep_reason: str
    thanks: str
    next: str
    instead: str
    busy: str
    no_conversations: str
    nothing_found: str
    search_conversations: str
    save_as: str
    questions: str
    more: str
    rename: str
    delete: str
    deleted: str
    restore: str
    new_title: str
    reading: str
    # Why cleaning set a part aside, by the reason that is stored.
    reasons: Mapping[str, str]


VI = ChatWords(
    language="vi",
    title="Hỏi Báo",
    tagline="Trả lời từ chính các bài báo của bạn, mỗi câu kèm trích dẫn đã đối chiếu.",
    conversation="Hội thoại",
    sources="Nguồn",
    sources_label="Nguồn của câu trả lời",
    close="Đóng",
    ask="Câu hỏi của bạn",
    send="Hỏi",
    new="Hội thoại mới",
    welcome="Bạn muốn hỏi gì?",
    invitation="Hỏi bằng tiếng Việt, có dấu hay không dấu. Câu hỏi sau được hiểu theo câu hỏi trước.",
    empty_library="Thư viện chưa có bài báo nào",
    empty_library_remedy="Cả thư mục lớn thì thêm bằng lệnh {command}.",
    add_articles="Thêm bài: kéo thả tệp hoặc dán một bài",
    index_command="hoibao index THƯ_MỤC",
    searching="Đang tìm trong các bài báo…",
    understood="Hiểu là:",
    as_typed="Tìm đúng như đã gõ",
    searched_as_typed="Đã tìm đúng như đã gõ.",
    as_at_first="Tìm lại như lúc đầu",
    open_source="Mở nguồn số {number}",
    cited="Trích từ",
    reprinted="+{count} báo đăng lại",
    reprinted_note="Đăng lại bài này, nên không tính là nguồn độc lập:",
    more_reprints="… và {count} bài nữa",
    unsupported="chưa có nguồn xác nhận",
    conflict="Các nguồn nêu khác nhau",
    update="Tin sau khác tin trước",
    leads="Các đoạn gần nhất (không phải câu trả lời)",
    untitled="bài không ghi tít; đây là câu đầu",
    removed="{count} phần không thuộc bài (chú thích ảnh, tin khác…) đã được để riêng.",
    altered="Trích dẫn số {numbers} không còn khớp với bài đã lưu nên không được tô sáng. Hãy chạy lệnh hoibao verify.",
    elided="[… lược {count} ký tự …]",
    no_sources="Bấm vào số {sample} trong câu trả lời để mở bài báo đúng tại câu được trích.",
    failed="Không trả lời được.",
    failed_unexpectedly=failures.VI.unexpected,
    failed_detail="Chi tiết kỹ thuật",
    language_name="Tiếng Việt",
    views="Các trang",
    view_chat="Hỏi đáp",
    view_library="Thư viện",
    view_timeline="Dòng thời gian",
    conversations="Các cuộc hội thoại",
    agreed="{count} bài cùng nêu",
    value="Nguồn nêu",
    day="Ngày đăng",
    quote="Trích dẫn",
    no_day="không rõ ngày",
    original="bài gốc",
    gone="Bài này không còn trong thư viện; dưới đây là câu trích đã lưu cùng câu trả lời.",
    removed_more="… và {count} phần nữa",
    previous_citation="Trích dẫn trước",
    next_citation="Trích dẫn sau",
    actions="Việc với câu trả lời này",
    copy="Chép",
    copy_long="Chép câu trả lời kèm trích dẫn",
    copied="Đã chép",
    edit="Sửa",
    edit_long="Sửa câu hỏi rồi hỏi lại",
    retry="Hỏi lại",
    retry_long="Hỏi lại câu này",
    undo="Hoàn tác",
    undo_long="Bỏ câu hỏi này",
    changed_elsewhere="Hội thoại này đã thay đổi ở một cửa sổ khác. Đây là bản mới nhất; nếu vẫn cần, xin bấm lại.",
    stop="Dừng",
    up="Câu trả lời tốt",
    down="Câu trả lời chưa tốt",
    why_down="Chưa tốt ở đâu?",
    keep_reason="Lưu",
    thanks="Đã ghi lại, cảm ơn bạn.",
    next="Hỏi tiếp:",
    instead="Thư viện trả lời được:",
    busy="Đang có {count} câu hỏi chờ trước, xin đợi một chút…",
    no_conversations="Chưa có cuộc hội thoại nào.",
    nothing_found="Không tìm thấy cuộc hội thoại nào.",
    search_conversations="Tìm trong các cuộc hội thoại",
    save_as="Lưu thành",
    questions="{count} câu hỏi",
    more="Thêm",
    rename="Đổi tên",
    delete="Xoá",
    deleted="Đã xoá cuộc hội thoại.",
    restore="Khôi phục",
    new_title="Tên mới",
    reading="Đọc",
    reasons=reasons.VI,
)

EN = ChatWords(
    language="en",
    title="Hỏi Báo",
    tagline="Answers from your own articles, every sentence with a checked quotation.",
    conversation="Conversation",
    sources="Sources",
    sources_label="Sources of the answer",
    close="Close",
    ask="Your question",
    send="Ask",
    new="New conversation",
    welcome="What would you like to know?",
    invitation="Ask in Vietnamese, with or without diacritics, or in English. "
    "A follow-up is understood from the question before it.",
    empty_library="The library holds no articles yet",
    empty_library_remedy="A large folder is added with {command}.",
    add_articles="Add articles: drop files or paste one",
    index_command="hoibao index FOLDER",
    searching="Searching the articles…",
    understood="Understood as:",
    as_typed="Search exactly as typed",
    searched_as_typed="Searched exactly as typed.",
    as_at_first="Search as at first",
    open_source="Open source number {number}",
    cited="Quoted from",
    reprinted="+{count} reprint|+{count} reprints",
    reprinted_note="They reprint this article, so they are not counted as independent sources:",
    more_reprints="… and {count} more",
    unsupported="not confirmed by a source",
    conflict="The sources differ",
    update="Later news differs from earlier news",
    leads="The nearest passages (not an answer)",
    untitled="the article has no headline; this is its first sentence",
    removed="{count} part that does not belong to the article (a caption, other news…) was set aside."
    "|{count} parts that do not belong to the article (captions, other news…) were set aside.",
    altered="Quotations {numbers} no longer match the stored article, so they are not marked. Run hoibao verify.",
    elided="[… {count} characters left out …]",
    no_sources="Press a number such as {sample} in an answer to open the article at the quoted sentence.",
    failed="No answer could be given.",
    failed_unexpectedly=failures.EN.unexpected,
    failed_detail="Technical details",
    language_name="English",
    views="Pages",
    view_chat="Chat",
    view_library="Library",
    view_timeline="Timeline",
    conversations="Conversations",
    agreed="{count} articles agree",
    value="Stated",
    day="Published",
    quote="Quotation",
    no_day="no date",
    original="original",
    gone="This article is no longer in the library; below is the quotation kept with the answer.",
    removed_more="… and {count} more part|… and {count} more parts",
    previous_citation="Previous citation",
    next_citation="Next citation",
    actions="What to do with this answer",
    copy="Copy",
    copy_long="Copy the answer with its citations",
    copied="Copied",
    edit="Edit",
    edit_long="Edit the question and ask again",
    retry="Retry",
    retry_long="Ask this question again",
    undo="Undo",
    undo_long="Take back this question",
    changed_elsewhere="This conversation was changed in another window; this is how it stands. Press again if needed.",
    stop="Stop",
    up="Good answer",
    down="Bad answer",
    why_down="What is wrong with it?",
    keep_reason="Save",
    thanks="Noted, thank you.",
    next="Ask next:",
    instead="The library can answer:",
    busy="{count} questions are waiting before this one, please wait a moment…",
    no_conversations="No conversations yet.",
    nothing_found="No conversation found.",
    search_conversations="Search conversations",
    save_as="Save as",
    questions="{count} question|{count} questions",
    more="More",
    rename="Rename",
    delete="Delete",
    deleted="The conversation was deleted.",
    restore="Restore",
    new_title="New title",
    reading="Read",
    reasons=reasons.EN,
)
