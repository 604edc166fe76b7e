"""Whether evidence speaks of what the question names: found, missing, in another's place, or refuted."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Alternatives, Article, Span, Wording
from rag.dates import dates_of
from rag.entities import Matcher, Sought, affirms, contradicts, refutes, sought_in
from rag.matching.matched import EntityMatch, Level
from rag.matching.times import Opening, opening_of
from rag.matching.view import Form, View, view_of
from rag.matching.wanted import Wanted, wanted_names
from rag.question import understand
from rag.retrieve import NO_TIME, Query
from rag.vietnamese import sentences


def rare(term: str) -> int:
    return 2


def names_of(text: str, alternatives: tuple[Alternatives, ...] = ()) -> tuple[Wanted, ...]:
    return wanted_names(text, alternatives, lambda _: 0, 100, folded=False)


def asked(question: str, alternatives: tuple[Alternatives, ...] = (), today: date | None = None) -> Sought:
    understood = understand(question)
    when = dates_of(question, today) if today else NO_TIME
    return sought_in(understood, Query(understood.standalone, alternatives=alternatives, when=when), rare, 100)


def article(text: str, *, title: str = "", published_on: date | None = None) -> Article:
    return Article("a", "a.txt", title, bool(title), text, "", published_on)


def match(
    question: str,
    text: str,
    *,
    title: str = "",
    sentence: int = 0,
    passage: str | None = None,
    published_on: date | None = None,
    today: date | None = None,
    alternatives: tuple[Alternatives, ...] = (),
) -> EntityMatch:
    """The match of the numbered sentence; the passage is the given part of the text, or all of it."""
    whole = article(text, title=title, published_on=published_on)
    span = sentences(text)[sentence]
    start = 0 if passage is None else text.index(passage)
    around = Span(start, len(text) if passage is None else start + len(passage))
    return Matcher(asked(question, alternatives, today)).match(whole, Span(span.start, span.end), around)


def test_names_of_a_question() -> None:
    found = names_of("Thủ tướng Anh Boris Johnson gặp ai ở thủ đô Ukraine hôm 1/2 cùng 27 nghị sĩ?")
    assert [(one.text, one.kind, " ".join(one.role)) for one in found] == [
        ("Anh", "country", "thủ tướng"),
        ("Boris Johnson", "name", ""),
        ("Ukraine", "country", "thủ đô"),
        ("1/2", "number", ""),
        ("27", "number", ""),
    ]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Ông Putin lưu lại Minsk bao nhiêu giờ?", ["Putin", "Minsk"]),
        ("Vì Nga rút quân nên Ukraine làm gì?", ["Nga", "Ukraine"]),
        ("Nguyễn Đức Anh bị bắt ở đâu?", ["Nguyễn Đức Anh"]),
        ("Ông Đức nói gì?", ["Đức"]),
        ("Không quân Mỹ mất mấy chiếc F-15?", ["Mỹ", "F-15"]),
        ("Chuyến hàng trị giá bao nhiêu USD?", []),
        ("Vì sao giá vàng tăng?", []),
    ],
)
def test_capitals_that_begin_a_sentence_are_no_names(question: str, names: list[str]) -> None:
    assert [one.text for one in names_of(question)] == names


def test_a_person_called_duc_is_no_state() -> None:
    assert [one.state for one in names_of("Ông Đức nói gì?")] == [""]
    assert names_of("Quân Đức ở đâu?")[0].state


def test_a_name_in_the_sentence_counts_more_than_one_nearby_or_elsewhere() -> None:
    text = "Ba Lan đề xuất gửi đạn. Kiev chưa phản hồi. Hai bên còn bàn thêm. Báo chí Đức đưa tin."
    near = "Ba Lan đề xuất gửi đạn. Kiev chưa phản hồi."
    levels = [match("Ba Lan đề xuất gì?", text, sentence=number, passage=near).names[0] for number in (0, 1)]
    assert [(one.level, one.share) for one in levels] == [(Level.SENTENCE, 1.0), (Level.PASSAGE, 0.8)]
    far = match("Đức đề xuất gì?", text, passage=near).names[0]
    assert (far.level, far.share) == (Level.ARTICLE, 0.5)
    assert match("Pháp đề xuất gì?", text).missing == ("Pháp",)


def test_a_german_shipyard_does_not_answer_for_a_korean_one() -> None:
    question = "Nhà máy đóng tàu Hàn Quốc bàn giao mấy tàu?"
    german = match(question, "Nhà máy đóng tàu Đức bàn giao hai tàu.")
    korean = match(question, "Nhà máy đóng tàu Hàn Quốc bàn giao ba tàu.")
    assert german.clashing == ("đức",)
    assert german.covered == 0.0
    assert (korean.clashing, korean.covered) == ((), 1.0)


def test_another_state_beside_the_asked_one_is_no_clash() -> None:
    assert not match("Ba Lan gửi gì cho Ukraine?", "Ba Lan cùng Đức gửi đạn cho Ukraine.").clashing


def test_alternatives_of_a_name_count_as_surely_as_they_mean_it() -> None:
    moskva = Alternatives(0, 1, (Wording("Moskva"), Wording("Nga", 0.5)))
    text = "Moskva ra tuyên bố. Nga ra tuyên bố."
    shares = [match("Mátxcơva tuyên bố gì?", text, sentence=n, alternatives=(moskva,)).in_sentence for n in (0, 1)]
    assert shares == [1.0, 0.5]


def test_a_seat_of_government_is_weaker_than_the_state() -> None:
    assert match("Mỹ nói gì?", "Washington lên tiếng.").in_sentence == 0.5
    assert match("Mỹ nói gì?", "Mỹ lên tiếng.").in_sentence == 1.0


def test_a_state_needs_its_capital_letter() -> None:
    assert match("Nước Anh nói gì?", "Hôm qua anh ấy lên tiếng.").in_sentence == 0.0


def test_part_of_a_foreign_name_is_nearly_the_person() -> None:
    assert match("Boris Johnson nói gì?", "Ông Johnson lên tiếng.").in_sentence == pytest.approx(0.7)
    assert match("Ông Johnson nói gì?", "Boris Johnson lên tiếng.").in_sentence == 1.0


def test_an_office_stands_for_its_holder_where_the_article_says_so() -> None:
    text = "Thủ tướng Anh Boris Johnson đến Kiev. Ông Johnson hứa giúp. Bà Truss im lặng."
    holder = [match("Thủ tướng Anh hứa gì?", text, sentence=n).in_sentence for n in (1, 2)]
    assert holder == pytest.approx([0.9, 0.0])
    office = "Thủ tướng Anh Boris Johnson đến Kiev. Thủ tướng Anh hứa giúp."
    assert match("Boris Johnson hứa gì?", office, sentence=1).in_sentence == pytest.approx(0.9)


def test_a_role_must_be_of_the_state_asked_for() -> None:
    fits = match("Ngoại trưởng Mỹ nói gì?", "Ngoại trưởng Mỹ Blinken lên tiếng về Nga.")
    other = match("Ngoại trưởng Mỹ nói gì?", "Ngoại trưởng Nga Lavrov lên tiếng về Mỹ.")
    assert (fits.roles, other.roles) == (1.0, 0.0)


def test_numbers_must_be_the_same() -> None:
    question = "Công an khám xét 27 tụ điểm lô đề ở đâu?"
    same = match(question, "Công an khám xét 27 tụ điểm lô đề ở Đắk Lắk.")
    other = match(question, "Công an khám xét 30 tụ điểm lô đề ở Đắk Lắk.")
    assert (same.numbers, same.clashing) == (1.0, ())
    assert (other.numbers, other.clashing) == (0.0, ("30 tụ",))
    assert match("3 bà cháu gặp nạn ở đâu?", "Ba bà cháu gặp nạn ở hồ.").numbers == 1.0
    assert match("Ai góp 3.000 cuốn sách?", "Nhóm bạn góp 3000 cuốn sách.").numbers == 1.0


def test_days_are_met_by_the_text_or_the_publication() -> None:
    today, question = date(2022, 12, 31), "Ngày 24/2/2022 Nga làm gì?"
    stated = match(question, "Ngày 24/2/2022, Nga tấn công.", today=today)
    published = match(question, "Nga tấn công.", published_on=date(2022, 2, 24), today=today)
    other = match(question, "Nga tấn công.", published_on=date(2021, 5, 1), today=today)
    unknown = match(question, "Nga tấn công.", today=today)
    assert stated.days == 1.0
    assert stated.days > published.days > unknown.days > other.days == 0.0


@pytest.mark.parametrize(
    ("sentence", "opening"),
    [
        ("Ngày 25/4, Ấn Độ có 349.691 ca.", Opening.ASKED),
        ("Ấn Độ có 349.691 ca, cao hơn ngày 24/4.", Opening.ASKED),
        ("Trước đó, ngày 24/4, Ấn Độ có 346.786 ca.", Opening.ANOTHER),
        ("Hôm qua, Ấn Độ có 346.786 ca.", Opening.ANOTHER),
        ("Trong 7 ngày từ 18/4-25/4, Ấn Độ có 2,25 triệu ca.", Opening.LONGER),
        # What holds from then on, and a month or year of which that day may tell.
        ("Từ ngày 20/4, Ấn Độ phong tỏa thủ đô.", Opening.ASKED),
        ("Trong tháng 3/2021, Ấn Độ có 1 triệu ca.", Opening.ASKED),
        ("Năm 2020, Ấn Độ có 10 triệu ca.", Opening.ASKED),
    ],
)
def test_a_sentence_may_open_with_another_time(sentence: str, opening: Opening) -> None:
    asked = dates_of("Ngày 25/4/2021 Ấn Độ có bao nhiêu ca?", date(2021, 5, 1)).ranges
    assert opening_of(sentence, asked, date(2021, 4, 25)) is opening


def test_a_sentence_that_opens_with_another_day_does_not_tell_of_the_day_of_its_article() -> None:
    today, question = date(2021, 5, 1), "Ngày 25/4/2021 Ấn Độ có bao nhiêu ca?"
    on_the_day = match(question, "Ấn Độ có 349.691 ca.", published_on=date(2021, 4, 25), today=today)
    before = match(question, "Ngày 24/4, Ấn Độ có 346.786 ca.", published_on=date(2021, 4, 25), today=today)
    both = match(question, "Ngày 24/4, Ấn Độ báo 349.691 ca của 25/4.", published_on=date(2021, 4, 25), today=today)
    assert (on_the_day.days, before.days, both.days) == (0.8, 0.2, 1.0)
    # Where a time is asked for, it is another one.
    when = match(
        "Ngày 25/4/2021 báo viết lần họp trước diễn ra khi nào?",
        "Ngày 24/4, hai bên họp.",
        published_on=date(2021, 4, 25),
        today=today,
    )
    assert when.days == 0.8


def test_a_question_without_diacritics_is_compared_without() -> None:
    found = match("ba lan gui gi cho ukraine", "Ba Lan gửi đạn cho Ukraine.")
    assert (found.covered, found.words) == (1.0, 1.0)


def test_the_title_counts_as_nearby() -> None:
    found = match("Ba Lan gửi gì?", "Đạn được gửi đi.", title="Ba Lan giúp Ukraine").names[0]
    assert (found.level, found.share) == (Level.PASSAGE, 0.8)


def test_the_rarest_word_that_is_missing_is_told() -> None:
    assert match("Ba Lan gửi xe tăng khi nào?", "Ba Lan gửi xe tăng hôm qua.").rarest_missing == 0.0
    assert match("Ba Lan gửi tên lửa khi nào?", "Ba Lan gửi xe tăng hôm qua.").rarest_missing > 0.5


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        ("Vì sao ông Shoigu từ chối lời mời của ông Wallace?", "Ông Shoigu đã chấp nhận lời mời gặp ông Wallace."),
        ("Vì sao Nga đồng ý để NATO kết nạp Ukraine?", "Nga phản đối NATO kết nạp Ukraine."),
        ("Anh đưa bao nhiêu lính chiến đấu vào Ukraine?", "Anh không đưa lính chiến đấu vào Ukraine."),
        ("Tại sao Ba Lan từ chối cung cấp đạn?", "Ba Lan đã đề xuất cung cấp đạn."),
        ("Vì sao Đức khen kế hoạch thuế của Pháp?", "Đức chê kế hoạch thuế của Pháp."),
        ("Vì sao Đức ủng hộ kế hoạch thuế của Pháp?", "Đức không hề ủng hộ kế hoạch thuế của Pháp."),
        ("Vì sao Đức không từ chối gửi xe cho Ukraine?", "Đức từ chối gửi xe cho Ukraine."),
        ("Vì sao Đức cấm Huawei bán thiết bị?", "Đức dỡ bỏ lệnh cấm với Huawei về thiết bị."),
        ("Vì sao Man City thua PSG?", "Man City đánh bại PSG 2-1 trên sân khách."),
        ("Vì sao Man City thua PSG?", "PSG thua Man City 1-2."),
        ("Ông Raul Castro thay ông Miguel Canel khi nào?", "Ông Miguel Canel được bầu, kế nhiệm ông Raul Castro."),
        ("VPBank bán FE Credit cho SMBC khi nào?", "SMBC bán FE Credit cho VPBank hôm qua."),
        ("Chiều nay giá dầu Nga tăng bao nhiêu?", "Chiều nay giá dầu Nga giảm 2%."),
        ("Giá dầu Nga tăng bao nhiêu?", "Chiều nay giá dầu Nga giảm 2%."),
    ],
)
def test_a_refuted_premise_is_told(question: str, evidence: str) -> None:
    assert contradicts(asked(question), match(question, evidence))


@pytest.mark.parametrize(
    ("question", "evidence"),
    [
        (
            "Khi nào cả nhóm gặp lại nhau?",
            "Ông Kozak nói cuộc hội đàm không hề đơn giản, và cả nhóm dự kiến gặp lại nhau sau hai tuần nữa.",
        ),
        (
            "Bao nhiêu binh lính được đặt trong tình trạng cảnh báo?",
            "Mỹ bàn việc đưa thêm quân, không tính 8.500 binh lính đã được đặt trong tình trạng cảnh báo.",
        ),
        ("Vì sao ông Shoigu chấp nhận lời mời của ông Wallace?", "Ông Shoigu đã chấp nhận lời mời gặp ông Wallace."),
        ("Nga có đồng ý để NATO kết nạp Ukraine không?", "Nga phản đối NATO kết nạp Ukraine."),
        ("Vì sao Nga đồng ý để NATO kết nạp Ukraine?", "Đức phản đối thuế mới."),
        ("Vì sao Anh không đưa lính chiến đấu vào Ukraine?", "Anh không đưa lính chiến đấu vào Ukraine vì lo ngại."),
        ("Không quân Anh đưa lính chiến đấu đi đâu?", "Không quân Anh đưa lính chiến đấu vào Ukraine."),
        ("Ba Lan từ chối cung cấp gì?", "Ba Lan từ chối cung cấp đạn."),
        ("Đại sứ quán Đức thông báo chuyến hàng khi nào?", "Đại sứ quán Mỹ tại Đức thông báo chuyến hàng hôm qua."),
        ("Thủ tướng Việt Nam nói gì về Ukraine?", "Thủ tướng Anh nói về Ukraine."),
        ("Vì sao Đức ủng hộ Nga?", "Đức không hề phản đối Nga."),
        ("Đồ uống có cồn ở Đức giảm mấy phần?", "Ở Đức đồ uống không cồn giảm 9%, đồ uống có cồn giảm 12%."),
        ("Vì sao Đức cho phép Nga bay qua?", "Đức dỡ bỏ lệnh cấm Nga bay qua."),
        ("Giá dầu Nga tăng hay giảm ở Đức?", "Giá dầu Nga giảm ở Đức."),
        ("Vì sao Đức gửi thêm xe tăng cho Ukraine?", "Đức giảm giá khí đốt cho Ukraine, gửi thêm xe."),
        ("Vì sao Nga thắng Đức ở bán kết?", "Nga mua vé, thắng Đức ở bán kết."),
        ("Vì sao Man City thua PSG?", "PSG thắng Man City 2-1."),
        ("Vì sao MBBank kiện Techcombank?", "MBBank bị Techcombank kiện hôm qua."),
        ("Sáng nay giá dầu Nga tăng bao nhiêu?", "Chiều nay giá dầu Nga giảm 2%."),
        ("Anh đưa bao nhiêu lính chiến đấu vào Ukraine?", "Nếu Anh không đưa lính chiến đấu vào Ukraine, Nga lo."),
    ],
)
def test_what_says_the_same_or_something_else_refutes_nothing(question: str, evidence: str) -> None:
    assert not contradicts(asked(question), match(question, evidence))


def test_only_the_contrary_with_all_names_and_most_words_refutes_whatever_is_read() -> None:
    question = "Vì sao Đức ủng hộ kế hoạch thuế của Pháp?"
    plain, vague, other = (
        match(question, text)
        for text in (
            "Đức chỉ trích kế hoạch thuế của Pháp.",
            "Đức chỉ trích giá điện ở Pháp.",
            "Pháp ủng hộ kế hoạch thuế của Đức.",
        )
    )
    assert refutes(asked(question), plain)
    assert not refutes(asked(question), vague)
    assert not refutes(asked(question), other)
    assert [affirms(one) for one in (plain, other)] == [False, True]


@pytest.mark.parametrize(
    ("question", "evidence", "refuted"),
    [
        (
            "Bao nhiêu người sống sót trong vụ rơi máy bay ở Pakistan?",
            "Vụ rơi máy bay ở Pakistan: 97 người tử nạn.",
            False,
        ),
        ("Ai phản đối dự luật thuế của Pháp?", "Nhiều nghị sĩ ủng hộ dự luật thuế của Pháp.", False),
        ("Ai ủng hộ dự luật thuế của Pháp?", "Nhiều nghị sĩ không ủng hộ dự luật thuế của Pháp.", False),
        ("Nước nào cấm thiết bị mạng của Huawei?", "Hungary cho phép thiết bị mạng của Huawei.", False),
        ("Năm nào Đức cấm thiết bị mạng của Huawei?", "Đức cho phép thiết bị mạng của Huawei.", True),
        ("Khi nào Đức cấm thiết bị mạng của Huawei?", "Đức cho phép thiết bị mạng của Huawei.", True),
    ],
)
def test_that_others_do_the_contrary_does_not_refute_who_does(question: str, evidence: str, refuted: bool) -> None:
    assert refutes(asked(question), match(question, evidence)) is refuted


def test_a_negated_question_is_not_denied() -> None:
    assert asked("Vì sao Anh không đưa lính vào Ukraine?").negated
    assert not asked("Nga có rút quân không?").negated
    assert not asked("Không quân Nga ở đâu?").negated


def test_a_view_keeps_places_and_one_spelling() -> None:
    view = view_of("Hoà bình ở Hòa Bình, 3.000 người.", folded=False)
    assert view.find(Form(("hoà", "bình"))) == [0, 3]
    assert view.find(Form(("hoà",), capital=True)) == [0, 3]
    assert [view.words[at] for at in view.between(20, 40)] == ["3000", "người"]
    assert View("", folded=True).find(Form(("a",))) == []


def test_a_question_without_names_is_met_by_anything() -> None:
    found = match("Vì sao giá vàng tăng?", "Giá dầu giảm mạnh.")
    assert (found.covered, found.in_sentence, found.missing, found.clashing) == (1.0, 1.0, (), ())
    assert found.opposed


@pytest.mark.parametrize("question", ["Diện tích 5 ² là gì?", "Mục ① và ³ nói gì?", "٣ người?"])
def test_signs_that_look_like_numbers_are_taken_as_they_are(question: str) -> None:
    assert wanted_names(question, (), lambda _: 0, 10, folded=False)


def test_the_view_of_a_huge_text_is_not_kept() -> None:
    text = "Huế mưa. " * 20_000
    assert view_of(text, folded=False) is not view_of(text, folded=False)
