"""Questions that ask several things are cut into parts that stand alone; all others stay whole."""

from __future__ import annotations

import pytest

from rag.compose import not_found
from rag.composing.combining import combined
from rag.composing.coordination import side_by_side
from rag.composing.parts import asks_again, parts_of
from rag.question import understand
from tests.composing import a_hit, composed, dated, span_in

SEVERAL = [
    (
        "Ông Kuleba gọi khoản 200 triệu USD là gì, và ông nói gì trước phiên họp?",
        ("Ông Kuleba gọi khoản 200 triệu USD là gì?", "Ông Kuleba nói gì trước phiên họp?"),
    ),
    (
        "Elizondo nêu mấy giả thuyết về UFO? Đó là gì?",
        ("Elizondo nêu mấy giả thuyết về UFO?", "Elizondo nêu những giả thuyết nào về UFO?"),
    ),
    (
        "Dự án VNeID gồm mấy trụ cột, là những trụ cột nào?",
        ("Dự án VNeID gồm mấy trụ cột?", "Dự án VNeID gồm những trụ cột nào?"),
    ),
    (
        "Thủ tướng Anh đến gặp ai, còn Bộ trưởng Quốc phòng Anh sẽ hội đàm với ai?",
        ("Thủ tướng Anh đến gặp ai?", "Bộ trưởng Quốc phòng Anh sẽ hội đàm với ai?"),
    ),
    (
        "Ngoại trưởng Mỹ và Ngoại trưởng Anh được nhắc đến là những ai?",
        ("Ngoại trưởng Mỹ được nhắc đến là ai?", "Ngoại trưởng Anh được nhắc đến là ai?"),
    ),
    (
        "Ông Peskov đã nói gì về việc cấp vũ khí và về chuyến thăm Belarus?",
        ("Ông Peskov đã nói gì về việc cấp vũ khí?", "Ông Peskov đã nói gì về chuyến thăm Belarus?"),
    ),
    (
        "Cuộc gặp Nga - Anh năm 2013, cuộc hội đàm 8 giờ và phiên họp NATO diễn ra ở những thành phố nào?",
        (
            "Cuộc gặp Nga - Anh năm 2013 diễn ra ở thành phố nào?",
            "Cuộc hội đàm 8 giờ diễn ra ở thành phố nào?",
            "Phiên họp NATO diễn ra ở thành phố nào?",
        ),
    ),
    (
        "Khi nào và ở đâu giải đấu bóng rổ diễn ra?",
        ("Khi nào giải đấu bóng rổ diễn ra?", "Ở đâu giải đấu bóng rổ diễn ra?"),
    ),
    (
        "Vụ cháy chung cư ở Hà Nội xảy ra ở đâu, khi nào và vì sao?",
        (
            "Vụ cháy chung cư ở Hà Nội xảy ra ở đâu?",
            "Vụ cháy chung cư ở Hà Nội xảy ra khi nào?",
            "Vì sao vụ cháy chung cư ở Hà Nội xảy ra?",
        ),
    ),
    (
        "Công ty Hòa An bị phạt bao nhiêu tiền và vì sao?",
        ("Công ty Hòa An bị phạt bao nhiêu tiền?", "Vì sao công ty Hòa An bị phạt?"),
    ),
    (
        "Vụ sập cầu Nam Ô làm bao nhiêu người chết, và ai chịu trách nhiệm?",
        ("Vụ sập cầu Nam Ô làm bao nhiêu người chết?", "Vụ sập cầu Nam Ô ai chịu trách nhiệm?"),
    ),
    ("Ai là chủ tịch VFF? Đội tuyển thắng mấy trận?", ("Ai là chủ tịch VFF?", "Đội tuyển thắng mấy trận?")),
    (
        "Pavlidis dẫn dắt đội bóng bao lâu, và ông sẽ về câu lạc bộ nào?",
        ("Pavlidis dẫn dắt đội bóng bao lâu?", "Pavlidis sẽ về câu lạc bộ nào?"),
    ),
    (
        "Tổng tài sản của VietABank là bao nhiêu, và ngân hàng này lãi bao nhiêu?",
        ("Tổng tài sản của VietABank là bao nhiêu?", "VietABank lãi bao nhiêu?"),
    ),
    (
        "Nova X5 bản cao cấp bán ở Nhật Bản giá bao nhiêu, còn hàng xách tay ở Việt Nam giá bao nhiêu?",
        ("Nova X5 bản cao cấp bán ở Nhật Bản giá bao nhiêu?", "Nova X5 hàng xách tay ở Việt Nam giá bao nhiêu?"),
    ),
    (
        "Vụ cháy xảy ra ở đâu? Có bao nhiêu người chết?",
        ("Vụ cháy xảy ra ở đâu?", "Vụ cháy có bao nhiêu người chết?"),
    ),
    (
        "Đường sắt Cát Linh - Hà Đông khi nào chạy và giá vé bao nhiêu?",
        ("Đường sắt Cát Linh - Hà Đông khi nào chạy?", "Đường sắt Cát Linh - Hà Đông giá vé bao nhiêu?"),
    ),
    (
        "Ai là huấn luyện viên của Hòa An và ông ấy bao nhiêu tuổi?",
        ("Ai là huấn luyện viên của Hòa An?", "Huấn luyện viên của Hòa An bao nhiêu tuổi?"),
    ),
    (
        "Ba Lan đề xuất gì cho Ukraine, và cuộc hội đàm ở Paris kéo dài bao lâu?",
        ("Ba Lan đề xuất gì cho Ukraine?", "Cuộc hội đàm ở Paris kéo dài bao lâu?"),
    ),
    (
        "Ông Trump nói gì về Iran và nước này phản ứng ra sao?",
        ("Ông Trump nói gì về Iran?", "Iran phản ứng ra sao?"),
    ),
    # What is said once belongs to each: the beginning, and the event, place or time at the end.
    (
        "Bao nhiêu người chết và bao nhiêu người bị thương trong vụ nổ Beirut?",
        ("Bao nhiêu người chết trong vụ nổ Beirut?", "Bao nhiêu người bị thương trong vụ nổ Beirut?"),
    ),
    (
        "Vụ cháy ở Bà Rịa có mấy người chết, mấy người bị thương?",
        ("Vụ cháy ở Bà Rịa có mấy người chết?", "Vụ cháy ở Bà Rịa có mấy người bị thương?"),
    ),
    (
        "VinFast bán được bao nhiêu ôtô và bao nhiêu xe máy điện trong năm 2020?",
        (
            "VinFast bán được bao nhiêu ôtô trong năm 2020?",
            "VinFast bán được bao nhiêu xe máy điện trong năm 2020?",
        ),
    ),
    (
        "Đội nào vô địch, đội nào á quân AFF Cup 2018?",
        ("Đội nào vô địch AFF Cup 2018?", "Đội nào á quân AFF Cup 2018?"),
    ),
    (
        "Ai thắng trận Man City - Chelsea và tỷ số bao nhiêu?",
        ("Ai thắng trận Man City - Chelsea?", "Trận Man City - Chelsea tỷ số bao nhiêu?"),
    ),
    # A part of what was counted.
    (
        "Hòa An đầu tư bao nhiêu tiền, trong đó bao nhiêu cho Nova?",
        ("Hòa An đầu tư bao nhiêu tiền?", "Hòa An đầu tư bao nhiêu tiền cho Nova?"),
    ),
    (
        "Vụ cháy làm bao nhiêu người chết, trong đó có bao nhiêu trẻ em?",
        ("Vụ cháy làm bao nhiêu người chết?", "Vụ cháy làm bao nhiêu trẻ em chết?"),
    ),
    (
        "Dự án có tổng vốn bao nhiêu, trong đó vốn vay chiếm bao nhiêu?",
        ("Dự án có tổng vốn bao nhiêu?", "Dự án có tổng vốn, trong đó vốn vay chiếm bao nhiêu?"),
    ),
    # A word or two behind a comma.
    ("Chelsea thắng ai, tỷ số bao nhiêu?", ("Chelsea thắng ai?", "Chelsea thắng, tỷ số bao nhiêu?")),
    (
        "Man City thắng ai ở bán kết, tỷ số bao nhiêu?",
        ("Man City thắng ai ở bán kết?", "Man City thắng ở bán kết, tỷ số bao nhiêu?"),
    ),
    (
        "Apple bán iPhone 12 khi nào, giá bao nhiêu?",
        ("Apple bán iPhone 12 khi nào?", "Apple bán iPhone 12, giá bao nhiêu?"),
    ),
    (
        "Nova X5 có giá bao nhiêu, pin bao nhiêu mAh, màn hình mấy inch?",
        ("Nova X5 có giá bao nhiêu?", "Nova X5 pin bao nhiêu mAh?", "Nova X5 màn hình mấy inch?"),
    ),
    (
        "Trận Việt Nam gặp Malaysia diễn ra khi nào, ở đâu?",
        ("Trận Việt Nam gặp Malaysia diễn ra khi nào?", "Trận Việt Nam gặp Malaysia diễn ra ở đâu?"),
    ),
    (
        "Vinamilk lãi bao nhiêu và doanh thu bao nhiêu trong quý I/2021?",
        ("Vinamilk lãi bao nhiêu?", "Vinamilk doanh thu bao nhiêu trong quý I/2021?"),
    ),
    (
        "Thủ tướng Anh nói gì và Ngoại trưởng Anh nói gì?",
        ("Thủ tướng Anh nói gì?", "Ngoại trưởng Anh nói gì?"),
    ),
    (
        "Nga đưa bao nhiêu quân đến biên giới, từ đâu và khi nào?",
        (
            "Nga đưa bao nhiêu quân đến biên giới?",
            "Nga đưa quân đến biên giới từ đâu?",
            "Nga đưa quân đến biên giới khi nào?",
        ),
    ),
    (
        "Mỹ gửi cho Ukraine những gì và khi nào?",
        ("Mỹ gửi cho Ukraine những gì?", "Mỹ gửi cho Ukraine khi nào?"),
    ),
    (
        "Ai là huấn luyện viên của Hòa An, thắng mấy trận?",
        ("Ai là huấn luyện viên của Hòa An?", "Huấn luyện viên của Hòa An thắng mấy trận?"),
    ),
    # A title goes on to what is said of it.
    (
        "Phim Phía trên vách núi ra mắt ngày nào, ai đóng?",
        ("Phim Phía trên vách núi ra mắt ngày nào?", "Phim Phía trên vách núi ai đóng?"),
    ),
    ("iPhone 12 có mấy màu và giá bao nhiêu?", ("iPhone 12 có mấy màu?", "iPhone 12 giá bao nhiêu?")),
    (
        "HA Gia Lai thắng Thanh Hóa mấy bàn và trọng tài nào nói Công Phượng không việt vị?",
        ("HA Gia Lai thắng Thanh Hóa mấy bàn?", "Trọng tài nào nói Công Phượng không việt vị?"),
    ),
]
SIDE_BY_SIDE = [
    (
        "Hà Nội, Đà Nẵng và TP.HCM có bao nhiêu ca nhiễm?",
        ("Hà Nội có bao nhiêu ca nhiễm?", "Đà Nẵng có bao nhiêu ca nhiễm?", "TP.HCM có bao nhiêu ca nhiễm?"),
    ),
    (
        "Pin của Nova X5 và Mina Note 10 Pro dung lượng bao nhiêu?",
        ("Pin của Nova X5 dung lượng bao nhiêu?", "Pin của Mina Note 10 Pro dung lượng bao nhiêu?"),
    ),
    (
        "Ngày 2/9/2020 Sầm Sơn và Cửa Lò đón bao nhiêu khách?",
        ("Ngày 2/9/2020 Sầm Sơn đón bao nhiêu khách?", "Ngày 2/9/2020 Cửa Lò đón bao nhiêu khách?"),
    ),
    (
        "Số ca Covid-19 ở Nepal ngày 3/5 và ngày 9/5/2021?",
        ("Số ca Covid-19 ở Nepal ngày 3/5/2021?", "Số ca Covid-19 ở Nepal ngày 9/5/2021?"),
    ),
    (
        "Kết quả trận của Hà Nội FC trước Viettel và của Nam Định trước Bình Dương?",
        ("Kết quả trận của Hà Nội FC trước Viettel?", "Kết quả trận của Nam Định trước Bình Dương?"),
    ),
    (
        "Cơn bão Hải Yến và trận động đất ở Kobe làm bao nhiêu người chết?",
        ("Cơn bão Hải Yến làm bao nhiêu người chết?", "Trận động đất ở Kobe làm bao nhiêu người chết?"),
    ),
    (
        "Ông Nguyễn Văn An và ông Lê Bình giữ chức gì?",
        ("Ông Nguyễn Văn An giữ chức gì?", "Ông Lê Bình giữ chức gì?"),
    ),
    ("Bão số 9 và bão số 10 đổ bộ vào đâu?", ("Bão số 9 đổ bộ vào đâu?", "Bão số 10 đổ bộ vào đâu?")),
    (
        "Khối A và khối D trường Đại học Hòa An lấy bao nhiêu điểm?",
        (
            "Khối A trường Đại học Hòa An lấy bao nhiêu điểm?",
            "Khối D trường Đại học Hòa An lấy bao nhiêu điểm?",
        ),
    ),
    (
        "Quý I và quý II/2021, Hòa An lãi bao nhiêu?",
        ("Quý I/2021, Hòa An lãi bao nhiêu?", "Quý II/2021, Hòa An lãi bao nhiêu?"),
    ),
    (
        "Vaccine Novavax và Sinovac hiệu quả bao nhiêu phần trăm?",
        ("Vaccine Novavax hiệu quả bao nhiêu phần trăm?", "Vaccine Sinovac hiệu quả bao nhiêu phần trăm?"),
    ),
    (
        "Phim Bố già và phim Bẫy ngọt ngào thu bao nhiêu?",
        ("Phim Bố già thu bao nhiêu?", "Phim Bẫy ngọt ngào thu bao nhiêu?"),
    ),
    (
        "Theo WHO và FDA mỗi ngày nên uống bao nhiêu nước?",
        ("Theo WHO mỗi ngày nên uống bao nhiêu nước?", "Theo FDA mỗi ngày nên uống bao nhiêu nước?"),
    ),
    # A name known by itself is not made one of the first one's kind; a place's name says nothing by itself.
    (
        "Vaccine của Đại học Oxford và AstraZeneca hiệu quả bao nhiêu phần trăm?",
        (
            "Vaccine của Đại học Oxford hiệu quả bao nhiêu phần trăm?",
            "Vaccine của AstraZeneca hiệu quả bao nhiêu phần trăm?",
        ),
    ),
    (
        "Bệnh viện Bạch Mai và Chợ Rẫy có bao nhiêu giường?",
        ("Bệnh viện Bạch Mai có bao nhiêu giường?", "Bệnh viện Chợ Rẫy có bao nhiêu giường?"),
    ),
    (
        "Hai bộ phim Parasite và Minari đoạt mấy giải Oscar?",
        ("Bộ phim Parasite đoạt mấy giải Oscar?", "Bộ phim Minari đoạt mấy giải Oscar?"),
    ),
    (
        "Doanh thu và lợi nhuận của Hòa An năm 2020 là bao nhiêu?",
        ("Doanh thu của Hòa An năm 2020 là bao nhiêu?", "Lợi nhuận của Hòa An năm 2020 là bao nhiêu?"),
    ),
    (
        "Giá xăng và giá dầu hôm nay là bao nhiêu?",
        ("Giá xăng hôm nay là bao nhiêu?", "Giá dầu hôm nay là bao nhiêu?"),
    ),
]
TOGETHER = [
    "Ông Putin và ông Biden gặp nhau ở đâu?",
    "Bộ Giáo dục và Đào tạo nói gì về kỳ thi?",
    "Bộ Lao động, Thương binh và Xã hội quy định gì?",
    "Vì sao giá xăng và giá dầu tăng?",
    "Cuộc hội đàm giữa Nga và Mỹ bàn gì?",
    "Mỹ hay Nga và Anh là bên gây hấn?",
    "Ai và ai thắng?",
    "Real Madrid và Barcelona ai thắng?",
    "Trận Việt Nam và Thái Lan diễn ra khi nào?",
    "Vì sao Nga và Ukraine không đạt được thỏa thuận?",
    "Loạt phim Harry Potter và Hòn đá phù thủy thu bao nhiêu?",
    "Bộ phim Tom và Jerry thu bao nhiêu?",
    "“Tom và Jerry” dài bao nhiêu phút?",
    "Nga điều xe tăng và binh sĩ bao nhiêu?",
    "Venera 3 gửi về giá trị áp suất cuối cùng bằng bao nhiêu?",
    "Nga và Ukraine",
    "Huấn luyện viên Park Hang-seo và đội tuyển Việt Nam về nước khi nào?",
    "",
]
WHOLE = [
    "Cuộc gặp giữa bộ trưởng quốc phòng hai nước Nga và Anh diễn ra ở những thành phố nào?",
    "Mỹ và Anh đã chuẩn bị trừng phạt những ai?",
    "Ba Lan đề xuất cung cấp gì cho Ukraine?",
    "Hoàng đế Franz II không còn sống khi nào?",
    "Ngoài việc thanh toán, tiền lẻ mới còn được dùng cho những hoạt động nào?",
    'Báo nào có bài "Phở Hoà, chính quyền ở đâu, làm gì"?',
    "Chủ cơ sở ở số nhà 76/10, phường Tân Hoà là ai?",
    "Nga và Mỹ khác nhau thế nào?",
    "Công ty nào trúng thầu và giá trúng thầu bao nhiêu?",
    "Ai bị bắt, bị bắt khi nào và ở đâu?",
    "Sở Văn hóa và Thể thao Hà Nội nói gì?",
    "Không thấy được Sao Kim tự quay, ông phỏng đoán điều gì?",
    "Ngành nào quan trọng ở Canada có ô tô và hàng không?",
    "Pháp bán vũ khí cho Ai Cập và nước nào?",
    "",
]


@pytest.mark.parametrize(("question", "parts"), SEVERAL)
def test_a_question_of_several_parts_is_cut_into_questions(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize("question", WHOLE)
def test_a_question_of_one_part_stays_as_it_is(question: str) -> None:
    assert parts_of(question) == (question,)


@pytest.mark.parametrize(("question", "parts"), SIDE_BY_SIDE)
def test_things_named_side_by_side_can_be_asked_of_one_by_one(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == (question,)
    found = side_by_side(question)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize("question", TOGETHER)
def test_what_things_do_together_is_asked_once(question: str) -> None:
    assert side_by_side(question) is None


def test_a_sentence_that_names_all_speaks_of_all() -> None:
    found = side_by_side("Doanh thu của Vingroup và Vinhomes đạt bao nhiêu?")
    assert found is not None
    assert found.spoken_of("Vinhomes góp một nửa doanh thu của VINGROUP.") == ("Vingroup", "Vinhomes")
    assert found.spoken_of("Doanh thu của Vinhomes tăng.") == ("Vinhomes",)
    assert found.spoken_of("Doanh thu tăng.") == ()


def test_a_follow_up_behind_the_question_it_leans_on_is_told() -> None:
    asked = understand("Hai bên đã nói gì?", ["Thủ tướng Anh gặp ai?"])
    assert (asked.standalone, asked.joined) == ("Thủ tướng Anh gặp ai? Hai bên đã nói gì?", True)
    assert not understand("Hai bên đã nói gì?").joined


KIEV = dated("a.txt", "Thủ tướng Anh đến gặp ông Volodymyr Zelenskiy ở Kiev.")
MOSKVA = dated("b.txt", "Bộ trưởng Quốc phòng Anh sẽ hội đàm với ông Sergei Shoigu tại Moskva.")
QUESTION = understand("Thủ tướng Anh đến gặp ai, còn Bộ trưởng Quốc phòng Anh sẽ hội đàm với ai?")
NOTHING = not_found(answer_id="q", question=QUESTION, reason="…", notes=("ghi chú",))
ONE = composed("Thủ tướng Anh đến gặp ai?", [KIEV], [span_in(KIEV, "Volodymyr Zelenskiy", 2.0)], confidence=0.9)
TWO = composed("Bộ trưởng Anh gặp ai?", [MOSKVA], [span_in(MOSKVA, "Sergei Shoigu", 2.0)], confidence=0.7)


def test_the_parts_answers_are_one_list_with_a_citation_each() -> None:
    answer = combined(NOTHING, [ONE, TWO])
    assert (answer.id, answer.question, answer.status) == ("q", QUESTION.text, "answered")
    assert answer.short_answer == "Volodymyr Zelenskiy; Sergei Shoigu"
    assert [(citation.number, citation.source) for citation in answer.citations] == [(1, "a.txt"), (2, "b.txt")]
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    assert answer.text == f"{KIEV.text} [1] {MOSKVA.text} [2]"
    assert answer.confidence == 0.7
    assert answer.notes == ("ghi chú",)


def test_the_same_quotation_is_cited_once() -> None:
    answer = combined(NOTHING, [ONE, TWO, ONE])
    assert len(answer.citations) == 2
    assert len(answer.claims) == 2


HUE = dated("e.txt", "Trận lũ ở Huế làm 2 người chết và 2 người bị thương.")
VINH = dated("f.txt", "Trận lũ ở Vinh làm 2 người chết.")
DEAD = composed("Trận lũ ở Huế làm bao nhiêu người chết?", [HUE], [span_in(HUE, "2 người", 2.0)])
HURT = composed("Trận lũ ở Huế làm bao nhiêu người bị thương?", [HUE], [span_in(HUE, "2 người", 2.0)])
DEAD_IN_VINH = composed("Trận lũ ở Vinh làm bao nhiêu người chết?", [VINH], [span_in(VINH, "2 người", 2.0)])


def test_parts_with_the_same_answer_are_told_each() -> None:
    assert (DEAD.short_answer, HURT.short_answer) == ("2 người", "2 người")
    answer = combined(NOTHING, [DEAD, HURT])
    assert (answer.short_answer, len(answer.citations)) == ("2 người; 2 người", 1)
    answer = combined(NOTHING, [DEAD, DEAD_IN_VINH], of=("Huế", "Vinh"))
    assert answer.short_answer == "Huế: 2 người; Vinh: 2 người"
    answer = combined(NOTHING, [DEAD, DEAD_IN_VINH], of=("lũ ở Huế", "lũ ở Vinh"))
    assert answer.short_answer == "Lũ ở Huế: 2 người; lũ ở Vinh: 2 người"
    assert answer.notes == ("ghi chú",)


def test_what_a_source_says_once_is_not_told_as_the_answer_to_two_parts() -> None:
    born = composed("Trận lũ ở Vinh làm bao nhiêu người mất tích?", [VINH], [span_in(VINH, "2 người", 2.0)])
    answer = combined(NOTHING, [DEAD_IN_VINH, born])
    assert answer.short_answer == "2 người"
    assert all(part.question in answer.notes[-1] for part in (DEAD_IN_VINH, born))


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Mỹ rút quân khỏi Iraq vào năm 2011 nhưng trở lại vào năm 2014.", "Năm 2011; năm 2014"),
        ("Mỹ rút quân khỏi Iraq vào năm 2011 nhưng bán lại kho đạn vào năm 2014.", "Năm 2011"),
        ("Mỹ rút quân khỏi Iraq vào năm 2011, còn Anh năm 2012, nhưng trở lại vào năm 2014.", "Năm 2011"),
    ],
)
def test_another_value_of_the_sentence_is_told_of_the_part_whose_words_stand_with_it(sentence: str, short: str) -> None:
    article = dated("a.txt", sentence)
    questions = ("Mỹ rút quân khỏi Iraq năm nào?", "Mỹ rút quân khỏi Iraq, quay lại năm nào?")
    parts = [composed(question, [article], [span_in(article, "năm 2011", 2.0)]) for question in questions]
    answer = combined(NOTHING, parts)
    assert answer.short_answer == short
    assert any("chỉ nêu một lần" in note for note in answer.notes) is (";" not in short)


def test_a_value_is_told_of_what_it_is_where_another_is_missing() -> None:
    missing = not_found(answer_id="q", question=understand("Trận lũ ở Vinh làm bao nhiêu người chết?"), reason="…")
    assert combined(NOTHING, [DEAD, missing], of=("của Huế", "của Vinh")).short_answer == "Huế: 2 người"


def test_a_question_that_asks_again_but_stays_whole_is_known() -> None:
    assert asks_again("Công ty nào trúng thầu và giá trúng thầu bao nhiêu?")
    assert not asks_again("Ai gặp ai và ai?")
    assert not asks_again("Sở Văn hóa và Thể thao Hà Nội nói gì?")


def test_a_part_that_is_not_found_is_told() -> None:
    missing = not_found(answer_id="q", question=understand("Ai đến Berlin?"), reason="…")
    answer = combined(NOTHING, [ONE, missing])
    assert answer.status == "answered"
    assert answer.notes[-1] == "Không tìm thấy trong nguồn phần này của câu hỏi: “Ai đến Berlin?”."


def test_what_is_noted_of_a_part_that_is_not_found_stays() -> None:
    missing = not_found(answer_id="q", question=understand("Ai đến Berlin?"), reason="…", notes=("Nguồn viết: “…”",))
    assert "Nguồn viết: “…”" in combined(NOTHING, [ONE, missing]).notes


def test_without_any_part_the_whole_is_not_found() -> None:
    missing = not_found(answer_id="p", question=QUESTION, reason="…")
    assert combined(NOTHING, [missing, missing]) is NOTHING


def test_hits_of_all_parts_are_sorted_and_each_once() -> None:
    answer = combined(NOTHING, [ONE, TWO, ONE], most_hits=2)
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    assert {hit.chunk.id for hit in answer.hits} == {a_hit(KIEV).chunk.id, a_hit(MOSKVA).chunk.id}


def test_conflicts_keep_their_citations_when_numbers_move() -> None:
    low = dated("c.txt", "Chuyến hàng của Mỹ đến Kiev nặng 80 tấn.")
    high = dated("d.txt", "Chuyến hàng của Mỹ đến Kiev nặng 95 tấn.")
    weight = composed(
        "Chuyến hàng của Mỹ đến Kiev nặng bao nhiêu tấn?",
        [low, high],
        [span_in(low, "80", 2.0), span_in(high, "95", 1.8)],
    )
    answer = combined(NOTHING, [ONE, weight])
    (conflict,) = answer.conflicts
    quotes = [answer.citations[value.citations[0] - 1].quote for value in conflict.values]
    assert [value.value in quote for value, quote in zip(conflict.values, quotes, strict=True)] == [True, True]
