"""Sentences that no rule of the checks spoke against for a while, and neighbours of theirs that are said."""

from __future__ import annotations

import pytest

from rag.generation.checking import Checker
from tests.fakes import HashingEmbedder

BUS = "Khoảng 2h sáng 12/7, ôtô khách lao xuống vực tại xã Phúc Than, làm 3 người chết."
STORM = "Chính quyền đã sơ tán hơn 12.000 hộ dân ở Quảng Bình trước khi bão vào bờ."
SOME = "Chính quyền sơ tán một phần trong 12.000 hộ dân ở Quảng Bình."
RAID = "Nga tấn công Kharkiv bằng tên lửa trước khi Ukraine tập kích Belgorod."
ARREST = "Công an tỉnh Đồng Nai bắt giữ 5 nghi phạm trong đường dây ma túy do Trần Văn Lâm cầm đầu."
FEES = "Trường sẽ thu học phí mới từ ngày 1/9/2024."
TAX = "Bộ đề xuất giảm lệ phí trước bạ từ 1/9 đến hết 30/11."
WAGES = (
    "Kể từ 1/7, lương cơ sở tăng từ 1,8 triệu lên 2,34 triệu đồng mỗi tháng. "
    "Lương hưu và trợ cấp bảo hiểm xã hội tăng 15%."
)
GOLD = "Giá vàng miếng SJC sáng 5/6 giảm 2 triệu đồng mỗi lượng, còn 76,98 triệu đồng bán ra."
PETROL = "Giá xăng RON 95 tăng 500 đồng, lên 24.000 đồng một lít; dầu diesel giảm 300 đồng, còn 20.500 đồng một lít."
BOARD = (
    "Bà Mai Kiều Liên tái đắc cử chức Tổng giám đốc Vinamilk. "
    "Ông Nguyễn Hạnh Phúc giữ chức Chủ tịch Hội đồng quản trị thay bà Lê Thị Băng Tâm."
)
OWNER = "Chủ nhà nói nghi phạm đột nhập lúc nửa đêm, lấy đi hai chiếc xe máy."
TALKS = "Cuộc họp tại Geneva được tổ chức giữa Mỹ và Iran về chương trình hạt nhân."
RETIRED = "Ông Minh từ chức vì lý do sức khỏe sau ba năm lãnh đạo tập đoàn Hòa Phát."
MEDAL = "Nữ sinh Trần Thị Hoa là nữ sinh duy nhất trong đoàn bốn học sinh Việt Nam."
SOLD = "Apple bán 58 triệu iPhone trong quý II, ít hơn Samsung với 60 triệu máy."
JAILED = "Tòa án tuyên bị cáo Phạm Thị Lan 12 năm tù về tội lừa đảo, bị cáo Vũ Đức Thành 7 năm tù."
BANK = "Ngân hàng không tăng lãi suất cho vay mua nhà trong quý này."
MINISTRY = "Bộ Quốc phòng không xác nhận thông tin về vụ tập kích."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(None, HashingEmbedder())


@pytest.mark.parametrize(
    ("sentence", "evidence", "kind"),
    [
        ("Ngân hàng tăng lãi suất cho vay mua nhà trong quý này.", BANK, "negation"),
        ("Bộ Quốc phòng xác nhận thông tin về vụ tập kích.", MINISTRY, "negation"),
        (
            "Khách hàng không được hoàn tiền vé trong 7 ngày.",
            "Khách hàng được hoàn tiền vé trong 7 ngày.",
            "negation",
        ),
        ("Thí sinh gian lận trong kỳ thi.", "Theo kết luận, thí sinh không gian lận trong kỳ thi.", "negation"),
        ("Bị cáo chỉ đạo nhân viên lập hồ sơ.", "Bị cáo khai không chỉ đạo nhân viên lập hồ sơ.", "negation"),
        ("Lô thuốc này không lưu hành tại 12 tỉnh.", "Lô thuốc này được lưu hành tại 12 tỉnh.", "negation"),
        ("Công ty khai báo không trung thực.", "Công ty khai báo trung thực với cơ quan thuế.", "negation"),
        ("Tàu Hải Đăng không vận chuyển 300 tấn dầu.", "Tàu Hải Đăng vận chuyển 300 tấn dầu.", "negation"),
        ("Ôtô khách lao xuống vực lúc 5h sáng 12/7.", BUS, "number"),
        ("Ôtô khách lao xuống vực lúc 2h chiều 12/7.", BUS, "number"),
        ("Hơn 12.000 người dân ở Quảng Bình được sơ tán.", STORM, "number"),
        ("Công an bắt giữ 5 lái xe trong đường dây ma túy.", ARREST, "number"),
        ("Công an thu 5 khẩu súng trong đường dây ma túy.", ARREST, "number"),
        ("Chính quyền sơ tán toàn bộ 12.000 hộ dân ở Quảng Bình.", SOME, "quantity"),
        ("Tất cả 12.000 hộ dân ở Quảng Bình được sơ tán.", SOME, "quantity"),
        ("Một số học sinh đi học lại.", "Tất cả học sinh đi học lại.", "quantity"),
        ("Hơn 12.000 hộ dân được sơ tán sau khi bão vào bờ.", STORM, "moment"),
        ("Nga tấn công Kharkiv sau khi Ukraine tập kích Belgorod.", RAID, "moment"),
        ("Ukraine tập kích Belgorod trước khi Nga tấn công Kharkiv.", RAID, "moment"),
        ("Trường thu học phí mới đến ngày 1/9/2024.", FEES, "moment"),
        ("Trường thu học phí mới trước ngày 1/9/2024.", FEES, "moment"),
        ("Lệ phí trước bạ giảm từ 30/11.", TAX, "moment"),
        ("Giá vàng miếng SJC giảm xuống 2 triệu đồng mỗi lượng.", GOLD, "change"),
        ("Giá vàng miếng SJC giảm 76,98 triệu đồng mỗi lượng.", GOLD, "change"),
        ("Giá xăng RON 95 tăng lên 500 đồng một lít.", PETROL, "change"),
        ("Dầu diesel tăng 500 đồng.", PETROL, "change"),
        ("Lương cơ sở tăng 15% từ 1/7.", WAGES, "change"),
        ("Ông Nguyễn Hạnh Phúc giữ chức Tổng giám đốc Vinamilk.", BOARD, "office"),
        ("Bà Mai Kiều Liên là Chủ tịch Hội đồng quản trị Vinamilk.", BOARD, "office"),
        ("Theo CNN, nghi phạm đột nhập lúc nửa đêm.", OWNER, "name"),
        ("Mỹ cho phép chương trình hạt nhân của Iran.", TALKS, "stance"),
        ("Ông Minh bị cáo buộc sau ba năm lãnh đạo tập đoàn Hòa Phát.", RETIRED, "stance"),
        ("Samsung bán 58 triệu máy trong quý II.", SOLD, "number"),
        ("Phạm Thị Lan lĩnh 7 năm tù.", JAILED, "number"),
        ("Vũ Đức Thành bị phạt 12 năm tù.", JAILED, "number"),
        ("Hoa là nam sinh duy nhất trong đoàn.", MEDAL, "contrary"),
    ],
)
def test_a_rule_speaks_against_it(checker: Checker, sentence: str, evidence: str, kind: str) -> None:
    assert kind in {reason.split(":")[0] for reason in checker.reasons(sentence, (evidence,))}


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Ngân hàng không tăng lãi suất cho vay.", BANK),
        ("Hãng hàng không bay tới Huế.", "Hãng hàng không bay tới Huế hằng ngày."),
        ("Không quân Mỹ tập kích Belgorod.", "Theo CNN, không quân Mỹ tập kích Belgorod."),
        ("Công ty làm trường quay cho phim.", "Công ty không chỉ làm trường quay cho phim mà còn làm nhạc."),
        ("Ôtô khách lao xuống vực lúc 2h sáng 12/7.", BUS),
        ("Ôtô khách lao xuống vực sáng 12/7.", BUS),
        ("Hơn 12.000 hộ gia đình ở Quảng Bình được sơ tán.", STORM),
        ("Công an bắt 5 người trong đường dây ma túy.", ARREST),
        ("Năm đối tượng trong đường dây ma túy bị bắt.", ARREST),
        ("Đoàn có 10 HCV.", "Đoàn có 10 huy chương vàng."),
        ("Ukraine phóng 117 máy bay không người lái.", "Ukraine phóng 117 drone."),
        ("Chính quyền sơ tán một phần trong 12.000 hộ dân ở Quảng Bình.", SOME),
        ("Hầu hết học sinh đi học lại.", "Gần như tất cả học sinh đi học lại."),
        ("Toàn bộ học sinh đi học lại.", "Tất cả học sinh đi học lại."),
        ("Trước khi bão vào bờ, chính quyền đã sơ tán hơn 12.000 hộ dân.", STORM),
        ("Ukraine tập kích Belgorod sau khi Nga tấn công Kharkiv.", RAID),
        ("Trường sẽ thu học phí mới từ 1/9/2024.", FEES),
        ("Bộ đề xuất giảm lệ phí trước bạ đến hết 30/11.", TAX),
        ("Hồ sơ phải nộp trước ngày 5/5.", "Hạn chót phải nộp hồ sơ là ngày 5/5."),
        ("Giá vàng miếng SJC giảm 2 triệu đồng mỗi lượng.", GOLD),
        ("Xăng RON 95 tăng 500 đồng, lên 24.000 đồng một lít.", PETROL),
        ("Dầu diesel giảm 300 đồng một lít.", PETROL),
        ("Lương hưu tăng 15%.", WAGES),
        ("Trợ cấp bảo hiểm xã hội tăng 15%.", WAGES),
        ("Lương cơ sở tăng lên 2,34 triệu đồng mỗi tháng từ 1/7.", WAGES),
        ("Ông Phúc là Chủ tịch Hội đồng quản trị.", BOARD),
        ("Tổng giám đốc Vinamilk là bà Mai Kiều Liên.", BOARD),
        ("Samsung bán 60 triệu máy trong quý II.", SOLD),
        ("Apple bán 58 triệu iPhone, ít hơn Samsung.", SOLD),
        ("Vũ Đức Thành bị phạt 7 năm tù.", JAILED),
        ("Ukraine hứng 40 tên lửa.", "Nga bắn 40 tên lửa, Ukraine bắn 30 tên lửa."),
        ("UBND tỉnh phê duyệt quy hoạch.", "Ủy ban nhân dân tỉnh phê duyệt quy hoạch."),
        ("Em học trường THPT ở Huế.", "Em học trường trung học phổ thông ở Huế."),
    ],
)
def test_no_rule_speaks_against_it(checker: Checker, sentence: str, evidence: str) -> None:
    assert checker.reasons(sentence, (evidence,)) == ()
