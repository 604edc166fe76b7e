"""Nouns that "nào" and "gì" ask for, by the kind of thing that they are."""

from __future__ import annotations

from typing import Final

from rag import vietnamese


def _set(listed: str) -> frozenset[str]:
    return frozenset(" ".join(noun.split()) for noun in listed.split(","))


PERSONS: Final = _set(
    """
    ai, người, nhân vật, người đàn ông, người phụ nữ, người dân, vị, ông, bà, nhà lãnh đạo, lãnh đạo, quan chức,
    bộ trưởng, thứ trưởng, tổng thống, thủ tướng, ngoại trưởng, chủ tịch, phó chủ tịch, giám đốc, tổng giám đốc,
    phát ngôn viên, người phát ngôn, đại sứ, nghị sĩ, tướng, vua, hoàng tử, công chúa, tỷ phú, doanh nhân, luật sư,
    bác sĩ, giáo sư, tiến sĩ, chuyên gia, nhà khoa học, thầy giáo, cô giáo, giáo viên, học sinh, sinh viên, thí sinh,
    cầu thủ, thủ môn, tiền đạo, tiền vệ, hậu vệ, huấn luyện viên, hlv, trọng tài, vận động viên, tay vợt, võ sĩ, kỳ thủ,
    ca sĩ, diễn viên, nghệ sĩ, nhạc sĩ, đạo diễn, người mẫu, hoa hậu, á hậu, mc, nhà văn, nhà thơ, nhà báo, phóng viên,
    tác giả, họa sĩ, nghi phạm, bị cáo, bị can, nạn nhân, thủ phạm, phi công, tài xế, nhà ngoại giao, ứng viên, công dân
    """
)
PLACES: Final = _set(
    """
    nơi, chỗ, nước, quốc gia, thành phố, tỉnh, tỉnh thành, huyện, quận, xã, phường, thị trấn, thị xã, làng, thôn, bản,
    địa phương, địa điểm, khu vực, vùng, miền, thủ đô, châu lục, châu, bang, đảo, quần đảo, bán đảo, sân, sân vận động,
    sân bay, cảng, biển, sông, hồ, núi, bãi biển, đường, con đường, tuyến đường, tuyến phố, phố, cầu, chợ, công viên,
    lục địa, vịnh, eo biển, cửa khẩu, lãnh thổ, thị trường, hành tinh, điểm đến
    """
)
ORGANISATIONS: Final = _set(
    """
    cơ quan, tổ chức, công ty, tập đoàn, hãng, hãng tin, hãng hàng không, hãng xe, đơn vị, bộ, sở, ngân hàng, trường,
    trường đại học, đại học, đội, đội bóng, đội tuyển, câu lạc bộ, clb, đảng, bên, phía, tòa án, toà án, tòa, bệnh viện,
    doanh nghiệp, nhà mạng, tờ báo, báo, đài, kênh, kênh truyền hình, ban nhạc, nhóm nhạc, liên minh, quỹ, viện, ủy ban,
    chính phủ, quốc hội, hiệp hội, liên đoàn, nhà sản xuất, nhà xuất bản, thương hiệu, mạng xã hội, nền tảng, cục, ban
    """
)
TIMES: Final = _set(
    "ngày, hôm, tháng, năm, tuần, buổi, thời điểm, thời gian, mùa, quý, thế kỷ, thập niên, thứ, dịp, đời"
)
NUMBERS: Final = _set("tỷ số, tỉ số, mức, con số, số, số lượng, thứ hạng, vị trí, điểm số")
SHARES: Final = _set("tỷ lệ, tỉ lệ, phần trăm, tỷ trọng, tỉ trọng, %")
AMOUNTS: Final = _set("giá, mức giá, số tiền, mức lương, chi phí, mức phạt")

_KINDS: Final = (
    ("person", PERSONS), ("place", PLACES), ("organisation", ORGANISATIONS), ("date", TIMES), ("number", NUMBERS),
    ("percent", SHARES), ("money", AMOUNTS),
)  # fmt: skip
_BY_NOUN: Final = {noun: kind for kind, nouns in _KINDS for noun in nouns}
_BY_FOLDED_NOUN: Final = {vietnamese.fold(noun): kind for kind, nouns in _KINDS for noun in nouns if len(noun) > 2}
LONGEST: Final = max(len(noun.split()) for noun in _BY_NOUN)


def kind_of(noun: str, *, accented: bool = True) -> str | None:
    """What a noun in small letters names: a value of `FormKind`; None where the tables do not say."""
    return _BY_NOUN.get(noun) if accented else _BY_FOLDED_NOUN.get(noun)
