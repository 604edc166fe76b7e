"""Whether a foreign sentence says what the Vietnamese one does, as far as rules can tell."""

from __future__ import annotations

import pytest

from rag.generation.foreign_numbers import foreign_numbers
from rag.generation.foreign_turns import contraries, turned
from rag.translating.languages import Language


@pytest.mark.parametrize(
    ("language", "sentence", "told", "wrong"),
    [
        ("en", "The bridge cost 1.5 billion dollars.", "Cây cầu có chi phí 1,5 tỷ đồng.", ["dollars"]),
        ("en", "The bridge cost 1.5 billion dong.", "Cây cầu có chi phí 1,5 tỷ đồng.", []),
        ("en", "It cost 1.5 million dollars.", "Chi phí là 1,5 tỷ USD, hơn 2 triệu USD năm ngoái.", ["1.5 million"]),
        ("en", "It cost 1.5 million dollars.", "Chi phí là 1.500.000 USD.", []),
        ("en", "It cost 5.2 trillion dong.", "Chi phí là 5,2 nghìn tỷ đồng.", []),
        ("en", "Some 20 million tonnes.", "Khoảng 20 triệu tấn.", []),
        ("en", "Thirty people died.", "13 người chết.", ["Thirty"]),
        ("en", "Thirteen people died.", "13 người chết.", []),
        ("en", "Twenty-five people died.", "Hai mươi lăm người chết.", []),
        ("en", "Twenty-six people died.", "25 người chết.", ["Twenty-six"]),
        ("en", "Two million people came.", "Hai triệu người đến.", []),
        ("en", "Two hundred people came.", "200 người đến.", []),
        ("en", "Three hundred people came.", "200 người đến.", ["Three"]),
        ("en", "One hundred and twenty people came.", "120 người đến.", []),
        ("en", "One of them came in May 2022.", "Một người đến hồi tháng 5/2022.", []),
        ("fr", "Soixante et onze personnes sont mortes.", "71 người chết.", []),
        ("fr", "Quatre-vingt-dix personnes sont mortes.", "80 người chết.", ["Quatre-vingt-dix"]),
        ("fr", "Le pont a coûté 2 milliards de dongs.", "Cây cầu có chi phí 2 tỷ đồng.", []),
        ("ru", "Погибли двадцать пять человек.", "25 người chết.", []),
        ("ru", "Погибли тринадцать человек.", "30 người chết.", ["тринадцать"]),
        ("ru", "Мост стоит 2 млрд долларов.", "Cây cầu có chi phí 2 tỷ USD.", []),
        ("zh", "出口2000万吨大米。", "Xuất khẩu 20 triệu tấn gạo.", []),
        ("zh", "出口2000亿吨大米。", "Xuất khẩu 20 triệu tấn gạo.", ["2000亿"]),
    ],
)
def test_numbers_are_looked_for_with_their_scale_and_currency(
    language: Language, sentence: str, told: str, wrong: list[str]
) -> None:
    assert [found for found in foreign_numbers(sentence, told, language) if found in wrong or not wrong] == wrong


@pytest.mark.parametrize(
    ("language", "sentence", "told", "wrong"),
    [
        ("en", "Vietnam imported 20 million tonnes of rice.", "Việt Nam xuất khẩu 20 triệu tấn gạo.", "imported"),
        ("en", "Vietnam exported rice.", "Việt Nam nhập khẩu gạo.", "exported"),
        ("en", "Petrol prices rose.", "Giá xăng giảm 5%.", "rose"),
        ("en", "Prices fell.", "Giá xăng tăng.", "fell"),
        ("en", "He sold the house.", "Ông mua căn nhà.", "sold"),
        ("en", "Police may arrest 5 suspects in Hanoi.", "Công an Hà Nội đã bắt 5 nghi phạm.", "may"),
        ("en", "Police arrested 5 suspects.", "Công an có thể bắt 5 người.", "có thể"),
        ("fr", "Le Vietnam importe du riz.", "Việt Nam xuất khẩu gạo.", "importe"),
        ("ru", "Вьетнам экспортировал рис.", "Việt Nam nhập khẩu gạo.", "экспорт"),
        ("zh", "越南进口大米。", "Việt Nam xuất khẩu gạo.", "进口"),
    ],
)
def test_what_says_the_contrary_or_only_may_be_is_found(
    language: Language, sentence: str, told: str, wrong: str
) -> None:
    assert list(contraries(sentence, told, language)) == [wrong]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Vietnam exported 20 million tonnes of rice.", "Việt Nam xuất khẩu 20 triệu tấn gạo."),
        ("Imports rose while exports fell.", "Nhập khẩu tăng còn xuất khẩu giảm."),
        ("The important talks ended in May 2022.", "Cuộc đàm phán quan trọng kết thúc tháng 5/2022."),
        ("Police can arrest them.", "Công an có thể bắt họ."),
        ("It may rain.", "Dự báo trời mưa."),
        ("Prices of the rose fell.", "Giá hoa hồng giảm còn giá gạo tăng."),
        ("They beat Thailand.", "Đội tuyển thắng Thái Lan."),
    ],
)
def test_what_says_the_same_is_no_contrary(sentence: str, told: str) -> None:
    assert list(contraries(sentence, told, "en")) == []


def test_a_bank_that_does_not_do_so_is_no_airline() -> None:
    assert turned("The bank raised lending rates.", "Ngân hàng không tăng lãi suất.", "en")
    assert not turned("The bank did not raise lending rates.", "Ngân hàng không tăng lãi suất.", "en")
    assert not turned("The airline bought planes.", "Hãng hàng không mua máy bay.", "en")
