"""What is said in other words passes the rules, and what has changed places does not."""

from __future__ import annotations

import pytest

from rag.generation.checking import Checker
from rag.generation.checks.commonness import weights_in
from rag.generation.checks.covering import cover_of
from rag.generation.checks.tokens import tokens_of
from tests.fakes import HashingEmbedder

PHONE = "Máy có khung nhôm, thay cho titan trên đời trước; giá 1.099 USD, cao hơn 100 USD so với bản 16 Pro."
PRICES = "Chỉ số giá tiêu dùng tháng 4 tăng 0,07% so với tháng trước, do giá điện đi lên."
FLATS = "Các quận rà soát chung cư cũ, báo cáo trước 31/12. Có 474 chung cư, trong đó 16 tòa ở cấp D."
MOVED = "Sau 18 năm, Trần Đình Trọng chia tay CLB Hà Nội để đầu quân cho Bình Định."
FIRE = "Vụ cháy xảy ra lúc 2h sáng 14/3 ở quận 7, không có thương vong về người."
ROUTE = "Vietjet mở đường bay thẳng TP HCM - Auckland, đường bay thẳng đầu tiên nối Việt Nam và New Zealand."
SHIP = "Trung Quốc đưa ba phi hành gia lên trạm Thiên Cung bằng tàu Thần Châu 20 ngày 24/4."
TICKETS = "Huế thu phí tham quan 150.000 đồng một vé từ quý I năm sau, miễn phí cho trẻ dưới 12 tuổi."
RATES = "Fed cắt giảm lãi suất xuống 3,75%, lần thứ hai trong năm. Bà Hồng nói dư địa giảm không còn nhiều."
FESTIVAL = "Thái Nguyên dừng tổ chức lễ hội trà."
TROOPS = "Hamas gọi lập trường đó là “rào cản”, còn Ai Cập phản đối sự hiện diện của lính Israel ở biên giới."
DRONES = "Ukraine phóng 117 UAV vào bốn căn cứ. Trường giữ ba phương thức xét tuyển."
PAID = "Tòa phạt ông Tân 6 năm tù vì nhận hối lộ."
SINGER = "Ca sĩ Adele dừng hát sau đêm diễn ngày 23/11. Nghệ sĩ Anh nói cô muốn dành thời gian chăm con."
ORGANS = "Tạng được ghép cho năm người gồm một tim, một gan, hai thận và một phổi."
PRISON = "Bí thư Bắc Giang bị bắt tối 15/4. Cơ quan điều tra buộc ông nộp lại hồ sơ."
SUED = "“Con cháu có chỗ học là tôi vui rồi”, lão nông Cà Mau nói. Ông Nguyễn Hữu Thọ hiến đất xây trường."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(None, HashingEmbedder())


def reasons(checker: Checker, sentence: str, evidence: str) -> tuple[str, ...]:
    return checker.reasons(sentence, [f"{part.strip('.')}." for part in evidence.split(". ")])


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Máy đắt hơn bản 16 Pro 100 USD.", PHONE),
        ("Chỉ số giá tiêu dùng tháng 4 tăng 0,07% so với tháng 3.", PRICES),
        ("Giá điện là nguyên nhân chính khiến chỉ số giá tiêu dùng tăng.", PRICES),
        ("Các quận phải báo cáo trước cuối năm.", FLATS),
        ("Có 16 chung cư thuộc cấp D.", FLATS),
        ("Trần Đình Trọng rời CLB Hà Nội sang Bình Định.", MOVED),
        ("Anh từng gắn bó với CLB Hà Nội suốt 18 năm.", MOVED),
        ("Không ai thiệt mạng hay bị thương trong vụ cháy.", FIRE),
        ("Cháy xảy ra lúc 2h ở quận 7.", FIRE),
        ("Trước đó, chưa có đường bay thẳng nào giữa Việt Nam và New Zealand.", ROUTE),
        ("Tàu Thần Châu 20 chở ba phi hành gia Trung Quốc lên trạm Thiên Cung.", SHIP),
        ("Trẻ chưa đủ 12 tuổi không phải mua vé.", TICKETS),
        ("Huế thu phí từ quý I năm tới.", TICKETS),
        ("Fed đưa lãi suất về 3,75%.", RATES),
        ("Cơ quan điều tra yêu cầu ông nộp lại hồ sơ.", PRISON),
        ("Adele muốn dành thời gian chăm con.", SINGER),
        ("Ông Thọ chia sẻ: “Con cháu có chỗ học là tôi vui rồi”.", SUED),
    ],
)
def test_no_rule_speaks_against_other_words(checker: Checker, sentence: str, evidence: str) -> None:
    assert reasons(checker, sentence, evidence) == ()


@pytest.mark.parametrize(
    ("sentence", "evidence", "kind"),
    [
        ("Máy có khung titan, thay cho nhôm trên đời trước.", PHONE, "places"),
        ("Trần Đình Trọng chia tay Bình Định để đầu quân cho CLB Hà Nội.", MOVED, "places"),
        ("Ai Cập gọi lập trường đó là “rào cản”, còn Hamas phản đối sự hiện diện của lính Israel.", TROOPS, "places"),
        ("Vietjet mở đường bay thẳng Hà Nội - Auckland.", ROUTE, "name"),
        ("Bà Hồng nói dư địa giảm vẫn còn nhiều.", RATES, "negation"),
        ("Thái Nguyên vẫn tổ chức lễ hội trà.", FESTIVAL, "negation"),
        ("Trường bỏ ba phương thức xét tuyển.", DRONES, "contrary"),
        ("Tòa phạt ông Tân 6 năm tù vì đưa hối lộ.", PAID, "contrary"),
        ("Tạng được ghép gồm một tim, hai gan và một phổi.", ORGANS, "number"),
        ("Các quận phải báo cáo trước giữa năm.", FLATS, "number"),
        ("Fed cắt giảm lãi suất xuống 3,75%, lần thứ ba trong năm.", RATES, "number"),
    ],
)
def test_a_rule_speaks_against(checker: Checker, sentence: str, evidence: str, kind: str) -> None:
    assert kind in {reason.split(":")[0] for reason in reasons(checker, sentence, evidence)}


def test_a_length_of_time_that_is_told_as_more_is_not_exact(checker: Checker) -> None:
    assert reasons(checker, "Ông điều trị hai năm.", "Ông điều trị hơn hai năm.")
    assert not reasons(checker, "Ông điều trị hơn hai năm.", "Ông điều trị hơn hai năm.")


def test_common_words_weigh_less_than_rare_ones() -> None:
    common, rare = (sum(weights_in(tokens_of(text))) for text in ("khu vực", "trật khớp"))
    assert 0 < common < rare


def test_a_rare_word_more_is_a_larger_gap_than_a_common_one() -> None:
    there = [tokens_of("Công an bắt hai nghi phạm tối 3/4.")]
    common, rare = (
        cover_of(tokens_of(f"Công an bắt hai nghi phạm {words} tối 3/4."), there)
        for words in ("trong khu vực", "bằng kính lúp")
    )
    assert common.missing < rare.missing
    assert common.run < rare.run


def test_capitals_that_shorten_a_word_are_covered_by_it() -> None:
    cover = cover_of(tokens_of("Ukraine phóng 117 máy bay không người lái."), [tokens_of(DRONES)])
    assert cover.missing == 0
    assert cover.words == 1


def test_what_is_denied_tells_its_contrary() -> None:
    cover = cover_of(tokens_of("Ai Cập không đồng tình với sự hiện diện của lính Israel."), [tokens_of(TROOPS)])
    assert cover.words == 1
