"""Why cleaning set a part of an article aside, by the reason that is stored."""

from __future__ import annotations

from collections.abc import Mapping

VI: Mapping[str, str] = {
    "headline": "tít",
    "byline": "tên tác giả",
    "dateline": "dòng ngày giờ",
    "breadcrumb": "tên chuyên mục",
    "caption": "chú thích ảnh",
    "credit": "nguồn ảnh",
    "alt text": "chữ thay ảnh",
    "teaser": "lời dẫn tin khác",
    "tail heading": "tiêu đề mục cuối trang",
    "tail": "tin khác cuối trang",
    "follow-us": "lời mời theo dõi",
    "share": "nút chia sẻ",
    "tags": "thẻ chủ đề",
    "copyright": "bản quyền",
    "editorial note": "lời toà soạn",
    "source line": "dòng ghi nguồn",
    "duplicate": "đoạn lặp lại",
    "markup": "mã trang web",
    "end mark": "dấu hết bài",
    "blank lines": "dòng trống",
}

EN: Mapping[str, str] = {
    "headline": "headline",
    "byline": "byline",
    "dateline": "dateline",
    "breadcrumb": "breadcrumb",
    "caption": "caption",
    "credit": "credit",
    "alt text": "alt text",
    "teaser": "teaser",
    "tail heading": "tail heading",
    "tail": "tail",
    "follow-us": "follow us",
    "share": "share buttons",
    "tags": "tags",
    "copyright": "copyright",
    "editorial note": "editorial note",
    "source line": "source line",
    "duplicate": "duplicate",
    "markup": "markup",
    "end mark": "end mark",
    "blank lines": "blank lines",
}
