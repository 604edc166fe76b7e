"""Words of the filters: which articles a question is put to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilterWords:
    """Words of the filters; `{}` stands where a value comes in."""

    open: str
    heading: str
    from_day: str
    to_day: str
    outlets: str
    no_outlets: str
    find_outlet: str
    active: str
    since: str
    until: str
    drop: str
    clear: str
    done: str
    wrong_order: str
    library_days: str
    undated: str


VI = FilterWords(
    open="Lọc bài",
    heading="Chỉ tìm trong các bài",
    from_day="Đăng từ ngày",
    to_day="Đến ngày",
    outlets="Báo",
    no_outlets="Không bài nào ghi tên báo.",
    find_outlet="Tìm tên báo",
    active="Chỉ tìm trong:",
    since="từ {day}",
    until="đến {day}",
    drop="Bỏ điều kiện: {what}",
    clear="Bỏ lọc",
    done="Xong",
    wrong_order="Ngày đầu phải trước ngày cuối.",
    library_days="Bài có ngày đăng từ {first} đến {last}.",
    undated="Bài không ghi ngày không qua được bộ lọc ngày.",
)
EN = FilterWords(
    open="Filter",
    heading="Search only in articles",
    from_day="Published from",
    to_day="To",
    outlets="Newspapers",
    no_outlets="No article names its newspaper.",
    find_outlet="Find a newspaper",
    active="Searching only in:",
    since="from {day}",
    until="to {day}",
    drop="Drop condition: {what}",
    clear="Clear",
    done="Done",
    wrong_order="The first day must be before the last.",
    library_days="Dated articles run from {first} to {last}.",
    undated="Articles without a date pass no filter on days.",
)
