"""Facts, yes and no, causes, quotations, lists: what is claimed and what is said in short."""

from __future__ import annotations

import pytest

from rag.composing.causes import carrying_neighbour
from rag.composing.choices import sides_offered
from rag.composing.lists import enumeration
from rag.composing.polarity import stated
from rag.question import understand
from tests.composing import a_span, composed, dated, piece, span_in


def test_a_fact_is_the_span_in_short_and_its_sentence_as_claim() -> None:
    article = dated("a.txt", "Mưa lớn. Thủ tướng Anh đến gặp Tổng thống Volodymyr Zelenskiy ở Kiev. Trời tạnh.")
    answer = composed("Thủ tướng Anh đến gặp ai?", [article], [span_in(article, "Volodymyr Zelenskiy", 2.0)])
    assert answer.short_answer == "Volodymyr Zelenskiy"
    assert answer.text == "Thủ tướng Anh đến gặp Tổng thống Volodymyr Zelenskiy ở Kiev. [1]"
    assert answer.citations[0].quote == "Thủ tướng Anh đến gặp Tổng thống Volodymyr Zelenskiy ở Kiev."


def test_a_pronoun_is_named_in_the_claim_and_not_in_the_quotation() -> None:
    article = dated("a.txt", "Ông Dmytro Kuleba đến Brussels. Ukraine cần thêm tên lửa, ông nói.")
    answer = composed("Ukraine cần gì?", [article], [span_in(article, "thêm tên lửa", 2.0)])
    assert answer.claims[0].text == "Ukraine cần thêm tên lửa, ông [Dmytro Kuleba] nói."
    assert answer.citations[0].quote == "Ukraine cần thêm tên lửa, ông nói."
    assert answer.text.endswith("nói. [1]")


def test_a_pronoun_that_stays_open_brings_the_sentence_before() -> None:
    article = dated("a.txt", "Ông Sergei Lavrov gặp ông Antony Blinken. Ông nói Ukraine cần thêm tên lửa.")
    answer = composed("Ukraine cần gì?", [article], [span_in(article, "thêm tên lửa", 2.0)])
    (claim,) = answer.claims
    assert claim.text == "Ông Sergei Lavrov gặp ông Antony Blinken. Ông nói Ukraine cần thêm tên lửa."
    assert [answer.citations[number - 1].quote for number in claim.citations] == [
        "Ông nói Ukraine cần thêm tên lửa.",
        "Ông Sergei Lavrov gặp ông Antony Blinken.",
    ]


def test_an_english_question_gets_the_sources_own_words() -> None:
    article = dated("a.txt", "Ba Lan đề xuất cung cấp hàng chục ngàn quả đạn cho Ukraine.")
    answer = composed(
        "What did Poland offer to supply to Ukraine?", [article], [span_in(article, "hàng chục ngàn quả đạn", 2.0)]
    )
    assert answer.short_answer == "Hàng chục ngàn quả đạn"
    assert answer.citations[0].quote == article.text


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("NATO có lập vùng cấm bay ở Ukraine không?", "NATO đã lập vùng cấm bay ở Ukraine từ hôm qua.", "yes"),
        ("NATO có lập vùng cấm bay ở Ukraine không?", "NATO từ chối lập vùng cấm bay ở Ukraine.", "no"),
        ("NATO có lập vùng cấm bay ở Ukraine không?", "NATO có thể lập vùng cấm bay ở Ukraine.", None),
        ("NATO có lập vùng cấm bay ở Ukraine không?", "Ukraine muốn NATO lập vùng cấm bay ở Ukraine.", None),
        ("NATO có lập vùng cấm bay ở Ukraine không?", "NATO họp về Ukraine ở Brussels.", None),
        ("Tài liệu của Mỹ có được công khai không?", "Tài liệu của Mỹ không được công khai.", "no"),
        ("Đức có gửi xe tăng cho Ukraine không?", "Pháp đã gửi xe tăng cho Ukraine.", None),
        ("Nga có đưa không quân đến Belarus không?", "Nga đã đưa không quân đến Belarus.", "yes"),
        ("NATO có đưa quân tới Ukraine không?", "NATO sẽ không đưa quân tới Ukraine.", "no"),
        ("Mỹ có cung cấp vũ khí hạng nặng cho Ukraine không?", "Mỹ đã cung cấp vũ khí cho Ukraine.", None),
        ("Ukraine có tấn công Nga không?", "Nga đã tấn công Ukraine.", None),
        ("Nga có tấn công Ukraine không?", "Nga bị Ukraine tấn công.", None),
        ("Nga có rút quân khỏi Ukraine không?", "Nếu Nga không rút quân khỏi Ukraine thì Mỹ cấm vận.", None),
        ("Nga có rút quân khỏi Ukraine không?", "Nga không phủ nhận việc rút quân khỏi Ukraine.", None),
        ("Nga có rút quân khỏi Ukraine không?", "Nga có rút quân khỏi Ukraine không?", None),
        ("Nga có phủ nhận việc rút quân khỏi Ukraine không?", "Nga phủ nhận việc rút quân khỏi Ukraine.", "yes"),
        ("Đức có cho phép Huawei bán thiết bị không?", "Đức cấm Huawei bán thiết bị.", "no"),
        ("Kim Kardashian có ly hôn Kanye West không?", "Kim Kardashian đã ly dị Kanye West.", "yes"),
        ("TP HCM có bắn pháo hoa dịp lễ không?", "TPHCM quyết định dừng bắn pháo hoa dịp lễ.", "no"),
        ("Tàu Nanggala 402 của Indonesia có bị vỡ không?", "Tàu Nanggala 402 của Indonesia mất tích.", None),
        (
            "Tàu Nanggala có được tìm thấy không?",
            "Họ tìm thấy vệt dầu và các vật thể là bằng chứng cho thấy tàu Nanggala bị chìm.",
            None,
        ),
        ("Tàu Nanggala có được tìm thấy không?", "Họ đã tìm thấy tàu Nanggala hôm qua.", "yes"),
        ("Mi Mix Fold có hỗ trợ thẻ nhớ không?", "Mi Mix Fold được trang bị chip tốt, không hỗ trợ thẻ nhớ.", "no"),
    ],
)
def test_yes_and_no_need_a_sentence_that_states_it(question: str, sentence: str, verdict: str | None) -> None:
    assert stated(understand(question), sentence) == verdict


def test_yes_or_no_stands_before_the_sentence_that_states_it() -> None:
    article = dated("a.txt", "NATO từ chối lập vùng cấm bay ở Ukraine. Cuộc họp kết thúc.")
    answer = composed("NATO có lập vùng cấm bay ở Ukraine không?", [article], [span_in(article, "từ chối", 2.0)])
    assert answer.short_answer == "Không: NATO từ chối lập vùng cấm bay ở Ukraine."
    assert [claim.text for claim in answer.claims] == ["NATO từ chối lập vùng cấm bay ở Ukraine."]


def test_what_is_denied_at_once_gets_neither_and_both_are_told() -> None:
    article = dated("a.txt", "Nga đã đưa quân đến biên giới Ukraine. Nga phủ nhận điều này.")
    answer = composed("Nga có đưa quân đến biên giới Ukraine không?", [article], [span_in(article, "đã đưa quân", 2.0)])
    assert answer.short_answer == "Nga đã đưa quân đến biên giới Ukraine."
    assert [claim.text for claim in answer.claims] == [
        "Nga đã đưa quân đến biên giới Ukraine.",
        "Nga phủ nhận điều này.",
    ]


def test_sentences_that_state_opposite_things_give_neither() -> None:
    one = dated("a.txt", "Nga đã đưa quân đến biên giới Ukraine.")
    two = dated("b.txt", "Nga không đưa quân đến biên giới Ukraine, theo Điện Kremlin.")
    answer = composed(
        "Nga có đưa quân đến biên giới Ukraine không?",
        [one, two],
        [span_in(one, "đã đưa quân", 2.0), span_in(two, "không đưa quân", 1.5)],
    )
    assert answer.short_answer is not None
    assert not answer.short_answer.startswith(("Có", "Không"))
    assert len(answer.claims) == 2


def test_numbers_of_the_question_may_stand_elsewhere_in_the_article() -> None:
    question, sentence = (
        understand("Vũng Tàu có cấm tắm biển dịp 30/4 không?"),
        "Vũng Tàu khẳng định không cấm tắm biển.",
    )
    assert stated(question, sentence) is None
    assert stated(question, sentence, f"Ngày 30/4 đông khách. {sentence}") == "no"


def test_whether_something_is_so_is_answered_by_what_speaks_of_it_not_by_the_better_span() -> None:
    article = dated(
        "a.txt",
        "Vắc xin AstraZeneca rẻ nhất hiện nay. Vắc xin AstraZeneca có gây đông máu không? "
        "Châu Âu ghi nhận vài ca đông máu sau tiêm vắc xin AstraZeneca.",
    )
    evidence = [
        span_in(article, "rẻ nhất", 3.0),
        span_in(article, "đông máu không", 2.5),
        span_in(article, "vài ca", 1.0),
    ]
    answer = composed("Vắc xin AstraZeneca có gây đông máu không?", [article], evidence)
    assert [claim.text for claim in answer.claims] == ["Châu Âu ghi nhận vài ca đông máu sau tiêm vắc xin AstraZeneca."]
    silent = composed("Vắc xin AstraZeneca có gây đông máu không?", [article], evidence[:2])
    assert (silent.status, silent.claims) == ("not_found", ())


def test_what_states_it_leads_before_the_better_span() -> None:
    article = dated("a.txt", "Theo kế hoạch, Huế bắn pháo hoa dịp lễ. Huế không bắn pháo hoa dịp lễ.")
    answer = composed(
        "Huế có bắn pháo hoa dịp lễ không?",
        [article],
        [span_in(article, "Theo kế hoạch", 3.0), span_in(article, "không bắn", 1.0)],
    )
    assert answer.short_answer == "Không: Huế không bắn pháo hoa dịp lễ."


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Giá vàng tăng hay giảm?", ("tăng", "giảm")),
        ("Quảng Ninh mở hay đóng cửa vịnh Hạ Long?", ("mở", "đóng cửa")),
        ("Mỹ gửi gần 90 tấn hay hàng trăm tấn hàng?", ("gần 90 tấn", "hàng trăm tấn")),
        ("Tàu do Đông Đức hay Tây Đức đóng?", ("Đông Đức", "Tây Đức")),
        ("Tàu ngầm còn nguyên khối hay đã gãy?", ("nguyên khối", "gãy")),
        ("Nga có rút quân hay không?", None),
        ("Ai thắng hay thua?", None),
        ("Bộ phim hay nhất năm là phim gì?", None),
    ],
)
def test_the_sides_that_a_question_offers(question: str, sides: tuple[str, str] | None) -> None:
    found = sides_offered(understand(question))
    assert (found and tuple(side.text for side in found)) == sides


def test_a_choice_is_answered_with_the_side_that_a_sentence_states() -> None:
    article = dated("a.txt", "Mỹ gửi hàng cho Ukraine từ lâu. Mỹ đã gửi cho Ukraine gần 90 tấn hàng viện trợ.")
    answer = composed(
        "Mỹ đã gửi cho Ukraine gần 90 tấn hay hàng trăm tấn hàng viện trợ?",
        [article],
        [span_in(article, "từ lâu", 3.0), span_in(article, "hàng viện trợ", 1.0)],
    )
    assert answer.short_answer == "Gần 90 tấn"
    assert [claim.text for claim in answer.claims] == ["Mỹ đã gửi cho Ukraine gần 90 tấn hàng viện trợ."]


def test_a_choice_of_which_sources_state_both_sides_is_a_conflict() -> None:
    one = dated("a.txt", "Ông Kuleba nói cấp vũ khí cho Ukraine có ích.")
    two = dated("b.txt", "Ông Peskov nói cấp vũ khí cho Ukraine gây hại cho hòa đàm.")
    question = "Cấp vũ khí cho Ukraine là giúp ích hay gây hại?"
    answer = composed(question, [one, two], [span_in(two, "cho hòa đàm", 2.0), span_in(one, "có ích", 1.0)])
    assert answer.short_answer == "Gây hại"
    assert len(answer.claims) == 2
    assert [value.value for value in answer.conflicts[0].values] == ["gây hại", "có ích"]
    none = dated("c.txt", "Mỹ cấp vũ khí cho Ukraine.")
    assert composed(question, [none], [span_in(none, "Mỹ", 2.0)]).status == "not_found"


def test_a_choice_needs_the_side_of_those_asked_about() -> None:
    article = dated("a.txt", "Man City dẫn bóng nhiều, còn PSG thua trên sân nhà. Man City suýt thua PSG.")
    evidence = [span_in(article, "thua trên sân", 2.0), span_in(article, "suýt thua", 1.9)]
    assert composed("Man City thắng hay thua PSG?", [article], evidence).status == "not_found"


def test_a_reason_that_points_back_brings_the_sentence_before() -> None:
    article = dated("a.txt", "Nga tái vũ trang ở Donbass. Đây là lý do khiến Kiev yêu cầu thêm vũ khí.")
    answer = composed("Vì sao Kiev yêu cầu thêm vũ khí?", [article], [span_in(article, "Kiev yêu cầu", 2.0)])
    assert answer.short_answer == "Nga tái vũ trang ở Donbass."
    assert [claim.text for claim in answer.claims] == [
        "Nga tái vũ trang ở Donbass.",
        "Đây là lý do khiến Kiev yêu cầu thêm vũ khí.",
    ]
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]


def test_a_reason_in_the_next_sentence_is_told_too() -> None:
    article = dated("a.txt", "Cầu Long Biên đóng cửa. Nguyên nhân là trụ cầu bị nứt.")
    found = carrying_neighbour(piece(article, "đóng cửa"))
    assert found is not None
    assert found.of(article.text) == "Nguyên nhân là trụ cầu bị nứt."


def test_a_sentence_with_its_reason_needs_no_neighbour() -> None:
    article = dated("a.txt", "Cầu đóng cửa do trụ nứt. Vì vậy xe đi đường khác.")
    answer = composed("Vì sao cầu đóng cửa?", [article], [span_in(article, "trụ nứt", 2.0)])
    assert answer.short_answer == "Do trụ nứt"
    assert len(answer.claims) == 1


def test_an_effect_in_the_next_sentence_is_no_reason() -> None:
    article = dated("a.txt", "Cầu Long Biên đóng cửa. Do đó, xe đi đường khác.")
    assert carrying_neighbour(piece(article, "đóng cửa")) is None


def test_of_a_named_speaker_their_own_words_come_first() -> None:
    article = dated(
        "a.txt",
        "Ông Sergei Lavrov nói rằng NATO áp sát biên giới. Bà Liz Truss nói rằng NATO ủng hộ Ukraine. Mưa rơi.",
    )
    answer = composed(
        "Bà Liz Truss nói gì về NATO?",
        [article],
        [span_in(article, "NATO áp sát biên giới", 2.0), span_in(article, "NATO ủng hộ Ukraine", 1.6)],
    )
    assert answer.short_answer == "NATO ủng hộ Ukraine"
    assert answer.claims[0].text.startswith("Bà Liz Truss")


@pytest.mark.parametrize(
    ("sentence", "marked", "whole"),
    [
        ("Các nhà ngoại giao từ Nga, Ukraine, Pháp và Đức họp.", "Nga", "Nga, Ukraine, Pháp và Đức"),
        ("Các nhà ngoại giao từ Nga, Ukraine, Pháp và Đức họp.", "Pháp", "Nga, Ukraine, Pháp và Đức"),
        ("Kiev muốn máy bay, tên lửa, hệ thống phòng không hạng nặng.", "máy bay",
         "máy bay, tên lửa, hệ thống phòng không hạng nặng"),
        ("Họ gửi tên lửa, thiết bị bay và đạn dược trước khi có chiến sự.", "tên lửa",
         "tên lửa, thiết bị bay và đạn dược"),
        ("Ông gặp Joe Biden, nhưng không nói gì.", "Joe Biden", "Joe Biden"),
        ("Bang bị nặng gồm Maharashtra, Kerala (miền nam), Karnataka cùng với Delhi.", "Maharashtra",
         "Maharashtra, Kerala (miền nam), Karnataka cùng với Delhi"),
        ("Các đội còn lại là Real Madrid và Barcelona từ Tây Ban Nha, cùng với Juventus và AC Milan.", "Real Madrid",
         "Real Madrid và Barcelona từ Tây Ban Nha, cùng với Juventus và AC Milan"),
        ("Người thừa kế là con trai Lee Jae Yong, con gái Lee Boo Jin, vợ Hong Ra Hee.", "con trai Lee Jae Yong",
         "con trai Lee Jae Yong, con gái Lee Boo Jin, vợ Hong Ra Hee"),
        ("Ba bang mất ghế là New York, California và Tây Virginia.", "California",
         "New York, California và Tây Virginia"),
        ("Ông gặp Tổng thống Pháp Macron và Thủ tướng Đức Merkel.", "Macron",
         "Tổng thống Pháp Macron và Thủ tướng Đức Merkel"),
        ("Theo Sky Italia, AC Milan và Inter Milan rút lui.", "Inter Milan", "AC Milan và Inter Milan"),
        ("Các quốc gia bao gồm Anh, Đức và Mỹ giúp.", "Các quốc gia bao gồm Anh", "Anh, Đức và Mỹ"),
        ("Chúng được tìm thấy sau đó ở Nam Phi và Hoa Kỳ cũng được nghiên cứu.", "Nam Phi", "Nam Phi và Hoa Kỳ"),
        ("Ba ngành ưu tiên gồm: nông nghiệp theo hướng sạch, y tế, du lịch và giáo dục.", "nông nghiệp",
         "nông nghiệp theo hướng sạch, y tế, du lịch và giáo dục"),
        ("5 đặc tính gồm: Gia tốc, hoạt động ở nhiều nơi và bay mà không cần lực nâng.", "Gia tốc",
         "Gia tốc, hoạt động ở nhiều nơi và bay mà không cần lực nâng"),
        ("Hàng gồm gạo, muối và dầu nhằm giúp dân.", "gạo", "gạo, muối và dầu"),
        ("Cây gọi là ô đầu hay phụ tử, thường mọc ở núi cao.", "ô đầu hay phụ tử", "ô đầu hay phụ tử"),
    ],
)  # fmt: skip
def test_a_list_inside_a_sentence_is_taken_whole(sentence: str, marked: str, whole: str) -> None:
    assert enumeration(sentence, a_span(sentence, marked)).of(sentence) == whole


PILLARS = "Dự án gồm 3 trụ cột chính: số hóa trong cơ quan, số hóa trong hãng và số hóa trong dân. Dự án là đổi mới."


@pytest.mark.parametrize("marked", ["3 trụ cột", "số hóa trong cơ quan"])
def test_behind_how_many_there_are_all_members_stand_and_no_others_are_added(marked: str) -> None:
    article = dated("a.txt", PILLARS)
    evidence = [span_in(article, marked, 2.0), span_in(article, "đổi mới", 1.5)]
    answer = composed("Dự án gồm những trụ cột nào?", [article], evidence)
    assert answer.short_answer == "Số hóa trong cơ quan, số hóa trong hãng và số hóa trong dân"
    assert len(answer.claims) == 1


def test_members_named_in_the_sentence_behind_how_many_there_are_are_listed() -> None:
    article = dated("a.txt", "Ông Nam nêu 5 đặc tính của sao. 5 đặc tính bao gồm: gia tốc, tốc độ cao và độ sáng.")
    answer = composed("Ông Nam nêu những đặc tính nào?", [article], [span_in(article, "5 đặc tính", 2.0)])
    assert answer.short_answer == "Gia tốc, tốc độ cao và độ sáng"


def test_what_another_state_gives_is_no_member() -> None:
    article = dated("a.txt", "London gửi đạn và súng cho Ukraine. Mỹ gửi tên lửa, xe tăng và thiết bị cho Ukraine.")
    evidence = [span_in(article, "đạn và súng", 2.0), span_in(article, "tên lửa", 1.5)]
    assert composed("London gửi cho Ukraine những gì?", [article], evidence).short_answer == "Đạn và súng"


def test_members_that_follow_sentence_by_sentence_are_listed_in_their_order() -> None:
    article = dated(
        "a.txt",
        "Ông Nam nêu 3 giả thuyết. Thứ nhất, đó là máy bay. Giả thuyết thứ hai cho rằng, đó là chim. "
        "Cuối cùng, đó là sao. Trời mưa.",
    )
    evidence = [span_in(article, "3 giả thuyết", 2.0), span_in(article, "mưa", 1.5)]
    answer = composed("Ông Nam nêu những giả thuyết nào?", [article], evidence)
    assert answer.short_answer == "Đó là máy bay; đó là chim; đó là sao"
    assert [claim.citations for claim in answer.claims] == [(1,), (2,), (3,), (4,)]


DAYS = "Lễ diễn ra vào tối ngày 10/4/2021 ở biển; tối ngày 24/4/2021 ở phố, báo ngày 2/4/2021 viết."


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Lễ diễn ra vào những ngày nào?", "Tối ngày 10/4/2021; tối ngày 24/4/2021"),
        ("Lễ diễn ra vào ngày nào?", "Tối ngày 10/4/2021"),
    ],
)
def test_of_several_days_asked_for_all_that_are_written_alike_are_told(question: str, days: str) -> None:
    article = dated("a.txt", DAYS)
    assert composed(question, [article], [span_in(article, "10/4/2021", 2.0)]).short_answer == days


QUARREL = "Hai cô gái đánh nhau ác liệt ở Huế. Do mâu thuẫn nhỏ nên hai cô gái hẹn gặp, bạn bè đến xem."


@pytest.mark.parametrize(("score", "cause"), [(1.9, "Do mâu thuẫn nhỏ"), (1.2, "Ác liệt ở Huế")])
def test_a_marked_cause_that_is_about_as_good_leads(score: float, cause: str) -> None:
    article = dated("a.txt", f"Trời mưa. {QUARREL.replace('Huế. ', 'Huế. Họ đã về. ')}")
    evidence = [span_in(article, "ác liệt ở Huế", 2.0), span_in(article, "mâu thuẫn nhỏ", score)]
    assert composed("Vì sao hai cô gái đánh nhau?", [article], evidence).short_answer == cause


def test_on_what_condition_the_manner_holds_is_told_with_it() -> None:
    article = dated("a.txt", "Người nấu nếm thử cháo. Chỉ khi không thấy tê là cháo chín. Trời mưa.")
    answer = composed("Làm sao biết cháo chín?", [article], [span_in(article, "nếm thử cháo", 2.0)])
    assert [claim.text for claim in answer.claims] == ["Người nấu nếm thử cháo.", "Chỉ khi không thấy tê là cháo chín."]


def test_a_list_is_collected_from_several_sentences_each_cited() -> None:
    article = dated(
        "a.txt",
        "Phó Chánh văn phòng Điện Kremlin Dmitri Kozak dự họp ở Paris. "
        "Người phát ngôn Điện Kremlin Dmitry Peskov bác bỏ cáo buộc. Ông Dmitry Peskov nói lại.",
    )
    answer = composed(
        "Những ai ở Điện Kremlin được nhắc đến?",
        [article],
        [
            span_in(article, "Dmitri Kozak", 2.0),
            span_in(article, "Dmitry Peskov", 1.5),
            span_in(article, "Dmitry Peskov", 1.2, after="Ông"),
        ],
    )
    assert answer.short_answer == "Dmitri Kozak; Dmitry Peskov"
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]


def test_members_with_names_are_listed_and_no_descriptions_of_them_or_their_number() -> None:
    article = dated(
        "a.txt",
        "12 bang ở Ấn Độ bị dịch nặng. Các diễn viên ở Ấn Độ bị dịch nặng. "
        "Dịch nặng ở Uttar Pradesh, bang đông dân nhất cả nước. Dịch cũng nặng ở Kerala, Goa và Delhi của Ấn Độ.",
    )
    answer = composed(
        "Những bang nào của Ấn Độ bị dịch nặng?",
        [article],
        [
            span_in(article, "12 bang", 2.0),
            span_in(article, "Các diễn viên", 1.9),
            span_in(article, "bang đông dân", 1.5),
            # A sentence that names several may be weaker.
            span_in(article, "Goa", -0.2),
        ],
    )
    assert answer.short_answer == "Uttar Pradesh; Kerala, Goa và Delhi"
