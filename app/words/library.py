"""Words of the library view: what there is, and taking out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.words.languages import Language


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """Words of the list, the charts and the article; `{}` stands where a value comes in.

    Where a language tells one from many, both forms stand there with a bar between them, for `counted`.
    """

    language: Language
    thousands: str
    heading: str
    holds: str
    holds_days: str
    empty: str
    empty_remedy: str
    search: str
    search_hint: str
    newspaper: str
    any_newspaper: str
    unnamed: str
    from_day: str
    to_day: str
    order: str
    orders: Mapping[str, str]
    clear: str
    found: str
    found_reprints: str
    nothing: str
    nothing_remedy: str
    wrong_days: str
    more: str
    reprints: str
    reprint_heading: str
    original: str
    choose: str
    chosen: str
    unchoose: str
    characters: str
    no_day: str
    text_more: str
    ask_about: str
    question_about: str
    back: str
    gone: str
    article: str
    # Charts
    charts: str
    by_day: str
    by_month: str
    by_year: str
    by_newspaper: str
    by_newspaper_note: str
    bar: str
    chart_told: str
    no_days: str
    undated: str
    others: str
    as_table: str
    when: str
    all: str
    only_these: str
    # Taking out
    take_out: str
    taken_out: str
    aside: str
    aside_note: str
    aside_none: str
    bring_back: str
    delete_for_good: str
    delete_sure: str
    deleted_for_good: str
    cannot_return: str
    taken_out_at: str
    undo: str


VI = LibraryWords(
    language="vi",
    thousands=".",
    heading="Thư viện",
    holds="{count} bài báo",
    holds_days="từ {first} đến {last}",
    empty="Thư viện chưa có bài báo nào",
    empty_remedy="Kéo tệp vào đây, chọn tệp hoặc dán một bài ở trên. Xong là hỏi được ngay.",
    search="Tìm trong thư viện",
    search_hint="Từ trong tít hay trong bài, có dấu hoặc không dấu; “cụm từ” để trong ngoặc kép",
    newspaper="Báo",
    any_newspaper="Mọi báo",
    unnamed="không rõ báo",
    from_day="Từ ngày",
    to_day="Đến ngày",
    order="Sắp xếp",
    orders={"best": "Khớp nhất", "newest": "Mới đăng nhất", "oldest": "Đăng lâu nhất", "added": "Mới thêm nhất"},
    clear="Bỏ bộ lọc",
    found="{count} bài",
    found_reprints="{count} bài, trong đó {reprints} bài đăng lại được gộp vào bài gốc",
    nothing="Không có bài nào như vậy.",
    nothing_remedy="Thử ít từ hơn, gõ không dấu, hoặc bỏ bớt bộ lọc.",
    wrong_days="Ngày đầu phải trước ngày cuối.",
    more="Xem thêm",
    reprints="+{count} bài đăng lại",
    reprint_heading="Các bài đăng lại nhau",
    original="bài gốc",
    choose="Chọn bài: {title}",
    chosen="Đã chọn {count} bài",
    unchoose="Bỏ chọn",
    characters="{count} ký tự",
    no_day="không rõ ngày",
    text_more="[… còn {count} ký tự …]",
    ask_about="Hỏi về bài này",
    question_about="Tóm tắt bài “{title}”",
    back="Đóng bài",
    gone="Bài này không còn trong thư viện.",
    article="Bài đang xem",
    charts="Biểu đồ",
    by_day="Số bài theo ngày đăng",
    by_month="Số bài theo tháng đăng",
    by_year="Số bài theo năm đăng",
    by_newspaper="Số bài theo báo",
    by_newspaper_note="Bài không ghi tên báo được xếp theo địa chỉ trang.",
    bar="{when}: {count} bài",
    chart_told="{what}: từ {first} đến {last}, nhiều nhất là {most} bài ({peak}).",
    no_days="Không bài nào ở đây ghi ngày đăng.",
    undated="{count} bài không ghi ngày đăng, không có trong biểu đồ này.",
    others="{count} báo khác",
    as_table="Xem dạng bảng",
    when="Thời gian",
    all="Tất cả",
    only_these="Chỉ xem các bài này: {what}",
    take_out="Gỡ khỏi thư viện",
    taken_out="Đã gỡ {count} bài.",
    aside="Bài đã gỡ",
    aside_note="Các bài này không còn được dùng để trả lời, và không quay lại khi tệp của chúng được đọc lần nữa.",
    aside_none="Chưa gỡ bài nào.",
    bring_back="Đưa trở lại",
    delete_for_good="Xoá hẳn",
    delete_sure="Bấm lần nữa để xoá hẳn",
    deleted_for_good="Đã xoá hẳn.",
    cannot_return="đã xoá hẳn nội dung",
    taken_out_at="gỡ ngày {day}",
    undo="Hoàn tác",
)

EN = LibraryWords(
    language="en",
    thousands=",",
    heading="Library",
    holds="{count} article|{count} articles",
    holds_days="from {first} to {last}",
    empty="The library holds no articles yet",
    empty_remedy="Drop files here, choose some, or paste an article above. Then ask right away.",
    search="Search the library",
    search_hint="Words of the headline or the text, with or without diacritics; “a phrase” in quotation marks",
    newspaper="Newspaper",
    any_newspaper="Any newspaper",
    unnamed="newspaper unknown",
    from_day="From",
    to_day="To",
    order="Order",
    orders={"best": "Best match", "newest": "Newest first", "oldest": "Oldest first", "added": "Last added first"},
    clear="Clear the filters",
    found="{count} article|{count} articles",
    found_reprints="{count} articles, {reprints} of them reprints shown with their originals",
    nothing="There is no such article.",
    nothing_remedy="Try fewer words, type them without diacritics, or clear a filter.",
    wrong_days="The first day must come before the last.",
    more="Show more",
    reprints="+{count} reprint|+{count} reprints",
    reprint_heading="Reprints of each other",
    original="original",
    choose="Choose the article: {title}",
    chosen="{count} article chosen|{count} articles chosen",
    unchoose="Choose none",
    characters="{count} characters",
    no_day="no date",
    text_more="[… {count} more characters …]",
    ask_about="Ask about this article",
    question_about="Summarise the article “{title}”",
    back="Close the article",
    gone="This article is no longer in the library.",
    article="The open article",
    charts="Charts",
    by_day="Articles by day",
    by_month="Articles by month",
    by_year="Articles by year",
    by_newspaper="Articles by newspaper",
    by_newspaper_note="Articles that name no newspaper are counted under the host of their address.",
    bar="{when}: {count} article|{when}: {count} articles",
    chart_told="{what}: from {first} to {last}, at most {most} ({peak}).",
    no_days="None of these articles states a date.",
    undated="{count} undated article is not in this chart.|{count} undated articles are not in this chart.",
    others="{count} other newspaper|{count} other newspapers",
    as_table="Show as a table",
    when="Time",
    all="All",
    only_these="Show only these articles: {what}",
    take_out="Take out of the library",
    taken_out="{count} article was taken out.|{count} articles were taken out.",
    aside="Taken out",
    aside_note="These articles no longer serve answers, and indexing their files again does not bring them back.",
    aside_none="Nothing was taken out.",
    bring_back="Bring back",
    delete_for_good="Delete for good",
    delete_sure="Press again to delete for good",
    deleted_for_good="Deleted for good.",
    cannot_return="its text was deleted for good",
    taken_out_at="taken out on {day}",
    undo="Undo",
)
