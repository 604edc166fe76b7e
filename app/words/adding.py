"""Words of adding to the library, and of the jobs that do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddingWords:
    """Words of adding and of the jobs; `{}` stands where a value comes in."""

    add: str
    drop_here: str
    drop_anywhere: str
    choose_files: str
    formats: str
    bounds: str
    paste: str
    paste_title: str
    paste_day: str
    paste_newspaper: str
    paste_url: str
    paste_text: str
    paste_add: str
    optional: str
    paste_empty: str
    paste_short: str
    paste_day_wrong: str
    paste_url_wrong: str
    sending: str
    not_sent: str
    nothing_to_send: str
    jobs: str
    kinds: Mapping[str, str]
    states: Mapping[str, str]
    reading: str
    passages: str
    new: str
    updated: str
    unchanged: str
    removed: str
    problems: str
    result_new: str
    result_updated: str
    result_unchanged: str
    result_records: str
    result_removed: str
    result_failed: str
    result_undone: str
    result_restored: str
    result_left: str
    result_waiting: str
    reprint_of: str
    also_named: str
    line: str
    and_more: str
    undo: str
    stop: str
    retry: str
    give_up: str
    hide: str
    hide_all: str
    open: str
    articles_out: str
    articles_back: str
    watching: str
    watch_missing: str
    watch_emptied: str
    locked: str
    unwritable: str
    unexpected: str
    detail: str
    # Why something was not taken, by the bound or the reason; `{most}` is the bound.
    refused: Mapping[str, str]


VI = AddingWords(
    add="Thêm bài",
    drop_here="Kéo thả tệp vào đây, hoặc",
    drop_anywhere="Thả tệp để thêm vào thư viện",
    choose_files="Chọn tệp",
    formats="Nhận {formats}. Tệp .jsonl, .csv chứa nhiều bài.",
    bounds="Mỗi tệp không quá {file}, mỗi lượt không quá {files} tệp và {go}.",
    paste="Hoặc dán một bài",
    paste_title="Tít",
    paste_day="Ngày đăng",
    paste_newspaper="Báo",
    paste_url="Địa chỉ trang",
    paste_text="Nội dung bài",
    paste_add="Thêm bài này",
    optional="không bắt buộc",
    paste_empty="Hãy dán nội dung bài vào ô này.",
    paste_short="Bài quá ngắn: cần ít nhất {least} ký tự.",
    paste_day_wrong="Ngày này không đọc được. Hãy ghi theo dạng ngày/tháng/năm.",
    paste_url_wrong="Địa chỉ phải bắt đầu bằng http:// hoặc https://.",
    sending="Đang gửi {name}: {done} / {total}",
    not_sent="Không gửi được tệp này. Hãy kiểm tra kết nối tới chương trình rồi thử lại.",
    nothing_to_send="Trong đó không có tệp nào.",
    jobs="Việc với thư viện",
    kinds={
        "upload": "Thêm {count} tệp",
        "paste": "Thêm bài đã dán",
        "watch": "Thư mục theo dõi “{label}”",
        "resume": "Thêm nốt tệp còn dở",
        "dismiss": "Gỡ {count} bài",
        "return": "Đưa {count} bài trở lại",
    },
    states={
        "arriving": "đang nhận tệp…",
        "queued": "đang đợi việc trước xong…",
        "running": "đang làm…",
        "waiting": "đang đợi: một chương trình khác đang ghi vào thư viện",
        "done": "xong",
        "failed": "không xong",
        "stopped": "đã dừng, không thêm gì",
        "undoing": "đang hoàn tác…",
        "undone": "đã hoàn tác",
    },
    reading="đã đọc {count} bài",
    passages="đã lập chỉ mục {count} đoạn",
    new="{count} bài mới",
    updated="{count} bài cập nhật",
    unchanged="{count} bài đã có",
    removed="{count} bài bị bỏ: không còn trong tệp",
    problems="{count} mục không đọc được",
    result_new="mới",
    result_updated="đã cập nhật",
    result_unchanged="không đổi, đã có trong thư viện",
    result_records="{count} bài",
    result_removed="{count} bài không còn trong tệp",
    result_failed="không thêm được",
    result_undone="đã bỏ",
    result_restored="đã trả lại bản trước",
    result_left="giữ nguyên, vì đã đổi sau đó",
    result_waiting="đang đợi",
    reprint_of="đăng lại bài “{title}”, không tính là nguồn độc lập",
    also_named="lưu với tên {name}, vì tên cũ đã có bài khác",
    line="dòng {number}",
    and_more="… và {count} tệp nữa",
    undo="Hoàn tác",
    stop="Dừng",
    retry="Thử lại",
    give_up="Bỏ",
    hide="Ẩn",
    hide_all="Ẩn các việc đã xong",
    open="Xem bài",
    articles_out="{count} bài không còn được dùng để trả lời.",
    articles_back="{count} bài lại được dùng để trả lời.",
    watching="Đang theo dõi thư mục “{label}”: tệp mới, tệp sửa và tệp xoá được cập nhật tự động.",
    watch_missing="Không thấy thư mục theo dõi “{label}” nữa; các bài của nó được giữ. Hãy kiểm tra ổ đĩa.",
    watch_emptied="Thư mục theo dõi “{label}” bỗng trống; các bài của nó được giữ. Nếu đúng là đã xoá hết, hãy chạy "
    "lệnh hoibao index --prune.",
    locked="Một chương trình khác đang ghi vào thư viện quá lâu. Đợi nó xong (hoặc dừng nó) rồi thử lại.",
    unwritable="Không ghi được vào thư mục của thư viện. Hãy kiểm tra quyền ghi của thư mục đó.",
    unexpected="Chương trình gặp lỗi không lường trước. Chi tiết nằm ở cửa sổ lệnh đang chạy hoibao chat.",
    detail="Chi tiết kỹ thuật",
    refused={
        "format": "không đọc được loại tệp này. Hãy lưu thành {formats}",
        "empty": "tệp trống",
        "file_bytes": "tệp quá lớn: mỗi tệp không quá {most}. Hãy chia nhỏ tệp",
        "lost": "chưa nhận được. Hãy gửi lại",
        "twice": "trùng từng chữ với một tệp khác trong lượt này",
        "files": "Quá nhiều tệp: mỗi lượt không quá {most} tệp. Hãy chia ra nhiều lượt, hoặc chạy lệnh hoibao index.",
        "go_bytes": "Quá nhiều: mỗi lượt không quá {most}. Hãy chia ra nhiều lượt, hoặc chạy lệnh hoibao index.",
        "kept_bytes": "Hết chỗ cho tệp tải lên: tất cả không quá {most}. Hãy xoá hẳn bài cũ, hoặc chạy hoibao index.",
        "waiting": "Đang có {most} việc chờ. Hãy đợi vài việc xong.",
        "paste_chars": "Bài quá dài: không quá {most} ký tự. Hãy lưu thành tệp .txt rồi thêm tệp.",
    },
)

EN = AddingWords(
    add="Add articles",
    drop_here="Drop files here, or",
    drop_anywhere="Drop files to add them to the library",
    choose_files="Choose files",
    formats="Takes {formats}. A .jsonl or .csv file holds many articles.",
    bounds="A file of at most {file}, at a time at most {files} files and {go}.",
    paste="Or paste an article",
    paste_title="Headline",
    paste_day="Published",
    paste_newspaper="Newspaper",
    paste_url="Address of the page",
    paste_text="Text of the article",
    paste_add="Add this article",
    optional="optional",
    paste_empty="Paste the article's text into this field.",
    paste_short="Too short for an article: at least {least} characters.",
    paste_day_wrong="This date cannot be read. Write it as day/month/year.",
    paste_url_wrong="The address must begin with http:// or https://.",
    sending="Sending {name}: {done} of {total}",
    not_sent="This file could not be sent. Check the connection to the program and try again.",
    nothing_to_send="There are no files in it.",
    jobs="What is done to the library",
    kinds={
        "upload": "Add {count} file|Add {count} files",
        "paste": "Add the pasted article",
        "watch": "Watched folder “{label}”",
        "resume": "Add what was left unfinished",
        "dismiss": "Take out {count} article|Take out {count} articles",
        "return": "Bring back {count} article|Bring back {count} articles",
    },
    states={
        "arriving": "receiving files…",
        "queued": "waiting for its turn…",
        "running": "under way…",
        "waiting": "waiting: another program is writing to the library",
        "done": "done",
        "failed": "not done",
        "stopped": "stopped, nothing was added",
        "undoing": "being undone…",
        "undone": "undone",
    },
    reading="{count} article read|{count} articles read",
    passages="{count} passage indexed|{count} passages indexed",
    new="{count} new",
    updated="{count} updated",
    unchanged="{count} there already",
    removed="{count} removed: no longer in their files",
    problems="{count} could not be read",
    result_new="new",
    result_updated="updated",
    result_unchanged="unchanged, in the library already",
    result_records="{count} article|{count} articles",
    result_removed="{count} article is no longer in the file|{count} articles are no longer in the file",
    result_failed="not added",
    result_undone="taken back",
    result_restored="its earlier version is back",
    result_left="left as it is, for it was changed since",
    result_waiting="waiting",
    reprint_of="a reprint of “{title}”, so not an independent source",
    also_named="kept as {name}, for another article has its name",
    line="line {number}",
    and_more="… and {count} more file|… and {count} more files",
    undo="Undo",
    stop="Stop",
    retry="Try again",
    give_up="Give up",
    hide="Hide",
    hide_all="Hide what is finished",
    open="Open the article",
    articles_out="{count} article no longer serves answers.|{count} articles no longer serve answers.",
    articles_back="{count} article serves answers again.|{count} articles serve answers again.",
    watching="The folder “{label}” is watched: new, changed and deleted files are taken over by themselves.",
    watch_missing="The watched folder “{label}” is not there any more; its articles are kept. Check the drive.",
    watch_emptied="The watched folder “{label}” is suddenly empty; its articles are kept. If all was deleted on "
    "purpose, run hoibao index --prune.",
    locked="Another program has been writing to the library for too long. Wait for it (or stop it) and try again.",
    unwritable="The library's folder cannot be written to. Check its permissions.",
    unexpected="The program met an unexpected error. The details are in the terminal where hoibao chat runs.",
    detail="Technical details",
    refused={
        "format": "this kind of file cannot be read. Save it as {formats}",
        "empty": "the file is empty",
        "file_bytes": "too large: a file may have at most {most}. Split it",
        "lost": "did not arrive. Send it again",
        "twice": "the very same as another file of this go",
        "files": "Too many files: at most {most} at a time. Send them in several goes, or run hoibao index.",
        "go_bytes": "Too much: at most {most} at a time. Send it in several goes, or run hoibao index.",
        "kept_bytes": "No room for more uploads: at most {most} in all. Delete old ones for good, or run hoibao index.",
        "waiting": "{most} jobs are waiting already. Wait until some are done.",
        "paste_chars": "Too long: at most {most} characters. Save it as a .txt file and add that.",
    },
)
