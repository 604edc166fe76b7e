"""Words of the timeline: a topic, its chart and list, and what is taken along of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.words.languages import Language


@dataclass(frozen=True, slots=True)
class TimelineWords:
    """Words of the timeline; `{}` stands where a value comes in.

    Where a language tells one from many, both forms stand there with a bar between them, for `library.counted`.
    """

    language: Language
    thousands: str
    heading: str
    topic: str
    example: str
    ask: str
    intro: str
    searching: str
    failed: str
    filters: str
    # What was found
    sentences: str
    articles: str
    summary: str
    summary_days: str
    as_typed: str
    searched_as_typed: str
    as_at_first: str
    # The chart
    chart: str
    chart_hint: str
    group: str
    no_chart: str
    nothing_between: str
    named: str
    published: str
    inferred: str
    long: str
    # Days, and stretches of days
    month: str
    month_of: str
    year: str
    week: str
    quarter: str
    day_tick: str
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    # The list
    list: str
    published_tag: str
    inferred_tag: str
    unknown_year: str
    unknown_year_note: str
    undated: str
    undated_note: str
    # Files
    take_along: str
    markdown: str
    csv: str
    columns: tuple[str, ...]
    sources: str


VI = TimelineWords(
    language="vi",
    thousands=".",
    heading="Dòng thời gian",
    topic="Chủ đề hay câu hỏi",
    example="Ví dụ: viện trợ vũ khí cho Ukraine",
    ask="Xếp theo ngày",
    intro="Gõ một chủ đề hay một câu hỏi: những câu trong thư viện nói về điều đó được xếp theo ngày, mỗi câu kèm "
    "nguồn. Câu không nêu ngày thì lấy ngày đăng bài.",
    searching="Đang tìm và xếp các câu theo ngày…",
    failed="Không lập được dòng thời gian.",
    filters="Bộ lọc",
    sentences="{count} câu",
    articles="{count} bài",
    summary="{sentences} trong {articles}.",
    summary_days="{sentences} trong {articles}, từ {first} đến {last}.",
    as_typed="Tìm đúng như đã gõ",
    searched_as_typed="Đã tìm đúng như đã gõ.",
    as_at_first="Tìm lại như lúc đầu",
    chart="Biểu đồ theo thời gian",
    chart_hint="Mỗi chấm là một câu. Bấm vào một cột để tới các câu ấy trong danh sách.",
    group="{when}: {sentences}",
    no_chart="Không câu nào có ngày đầy đủ, nên không có biểu đồ.",
    nothing_between="Không có câu nào từ {first} đến {last}",
    named="ngày nêu trong câu",
    published="ngày đăng bài",
    inferred="năm suy từ bài",
    long="cả tháng, cả năm: đặt ở ngày đầu",
    month="Tháng {month}/{year}",
    month_of="Tháng {month}",
    year="Năm {year}",
    week="{first}–{last}",
    quarter="Quý {quarter}/{year}",
    day_tick="{day}/{month}",
    months=tuple(str(month) for month in range(1, 13)),
    months_short=tuple(f"T{month}" for month in range(1, 13)),
    list="Các câu theo thứ tự thời gian",
    published_tag="ngày đăng bài",
    inferred_tag="năm suy từ bài",
    unknown_year="Không rõ năm",
    unknown_year_note="Câu nêu ngày, nhưng bài không cho biết là năm nào.",
    undated="Không rõ ngày",
    undated_note="Cả câu lẫn bài đều không ghi ngày.",
    take_along="Tải về:",
    markdown="Markdown",
    csv="CSV",
    columns=(
        "Số",
        "Ngày",
        "Từ ngày",
        "Đến ngày",
        "Ngày lấy từ đâu",
        "Câu",
        "Trích nguyên văn",
        "Tít",
        "Báo",
        "Ngày đăng",
        "Tệp",
        "Từ ký tự",
        "Đến ký tự",
        "Báo đăng lại",
    ),
    sources="Nguồn",
)
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
EN = TimelineWords(
    language="en",
    thousands=",",
    heading="Timeline",
    topic="Topic or question",
    example="For instance: viện trợ vũ khí cho Ukraine",
    ask="Put in order",
    intro="Type a topic or a question: what the sentences of the library tell of it is put in order by day, each "
    "with its source. A sentence that names no day stands under the day on which its article was published.",
    searching="Finding sentences and putting them in order…",
    failed="No timeline could be made.",
    filters="Filters",
    sentences="{count} sentence|{count} sentences",
    articles="{count} article|{count} articles",
    summary="{sentences} from {articles}.",
    summary_days="{sentences} from {articles}, {first} to {last}.",
    as_typed="Search exactly as typed",
    searched_as_typed="Searched exactly as typed.",
    as_at_first="Search as at first",
    chart="Chart by time",
    chart_hint="Each dot is a sentence. Press a column to go to its sentences in the list.",
    group="{when}: {sentences}",
    no_chart="No sentence has a full date, so there is no chart.",
    nothing_between="No sentence from {first} to {last}",
    named="day named in the sentence",
    published="day of publication",
    inferred="year inferred from the article",
    long="whole month or year: at its first day",
    month="{month} {year}",
    month_of="{month}",
    year="{year}",
    week="{first}–{last}",
    quarter="Quarter {quarter} of {year}",
    day_tick="{day}/{month}",
    months=tuple(_MONTHS),
    months_short=tuple(month[:3] for month in _MONTHS),
    list="The sentences in the order of time",
    published_tag="day of publication",
    inferred_tag="year inferred from the article",
    unknown_year="Year not known",
    unknown_year_note="The sentence names a day, but nothing in the article says of which year.",
    undated="Day not known",
    undated_note="Neither the sentence nor its article has a date.",
    take_along="Download:",
    markdown="Markdown",
    csv="CSV",
    columns=(
        "Number",
        "Day",
        "From day",
        "To day",
        "Where the day is from",
        "Sentence",
        "Quotation",
        "Headline",
        "Newspaper",
        "Published",
        "File",
        "From character",
        "To character",
        "Reprinted in",
    ),
    sources="Sources",
)
