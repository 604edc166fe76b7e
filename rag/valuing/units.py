"""Units of measure, money and time as Vietnamese news writes them, and the nouns that are counted."""

from __future__ import annotations

from typing import Final, NamedTuple

from rag.valuing.value import Kind


class Unit(NamedTuple):
    """A unit: what one of it is in the unit that values of its kind count in."""

    kind: Kind
    name: str
    factor: float = 1.0


def _table(kind: Kind, rows: str) -> dict[str, Unit]:
    """Rows of "canonical factor: spelling, spelling"."""
    found = {}
    for row in rows.strip().splitlines():
        head, spellings = row.split(":")
        name, factor = head.split()
        for spelling in spellings.split(","):
            found[spelling.strip()] = Unit(kind, name, float(factor))
    return found


_DAY = 86_400.0
_YEAR = 365.25 * _DAY
DURATIONS: Final = _table(
    Kind.DURATION,
    f"""
    s 1: giây, second, seconds
    s 60: phút, minute, minutes, min
    s 3600: giờ, tiếng, tiếng đồng hồ, giờ đồng hồ, hour, hours
    s {_DAY}: ngày, hôm, ngày đêm, day, days
    s {7 * _DAY}: tuần, tuần lễ, week, weeks
    s {_YEAR / 12}: tháng, month, months
    s {_YEAR / 4}: quý, quí
    s {_YEAR}: năm, year, years
    s {10 * _YEAR}: thập kỷ, thập kỉ, thập niên, decade, decades
    s {100 * _YEAR}: thế kỷ, thế kỉ, century, centuries
    """,
)
_MONEY: Final = _table(
    Kind.MONEY,
    """
    VND 1: đồng, vnd, vnđ, đ, đồng việt nam, ₫
    USD 1: usd, đô la mỹ, đôla mỹ, đô la, đôla, đô-la, đô-la mỹ, đô, mỹ kim, $, us$, dollars, dollar
    EUR 1: euro, euros, eur, €
    GBP 1: bảng anh, bảng, gbp, £, pounds sterling
    RUB 1: rúp, rúp nga, rub, ruble, rouble, rúp, đồng rúp
    CNY 1: nhân dân tệ, ndt, tệ, cny, rmb, yuan
    JPY 1: yên, yên nhật, yen, jpy, ¥
    KRW 1: won, krw, won hàn quốc
    THB 1: baht, bạt, thb
    INR 1: rupee, rupi, inr
    IDR 1: rupiah, idr
    AUD 1: đô la úc, đôla úc, aud, đô la australia
    CAD 1: đô la canada, cad
    SGD 1: đô la singapore, sgd
    HKD 1: đô la hong kong, đô la hồng kông, hkd
    TWD 1: đài tệ, twd
    CHF 1: franc thụy sĩ, chf
    TRY 1: lira
    UAH 1: hryvnia
    PHP 1: peso
    """,
)
_MEASURES: Final = _table(
    Kind.QUANTITY,
    """
    m 0.001: mm, milimet, milimét, ly
    m 0.01: cm, centimet, xentimét, phân
    m 1: m, mét, met, metres, meters
    m 1000: km, cây số, kilomet, kilômét, ki-lô-mét, ki lô mét, kilometres, kilometers
    m 1609.344: dặm, miles, mile
    m 1852: hải lý, hải lí
    m 0.0254: inch, inches
    m 0.3048: feet, ft
    kg 0.000001: mg, miligam
    kg 0.001: g, gam, gram
    kg 0.1: lạng
    kg 1: kg, cân, kilogam, kilogram, ki-lô-gam, ký, kí, kilo
    kg 10: yến
    kg 100: tạ
    kg 1000: tấn, tonnes, tons, tonne, ton
    kg 0.45359237: pound, pounds
    m2 0.0001: cm2, cm²
    m2 1: m2, m², mét vuông
    m2 10000: ha, héc ta, hecta, héc-ta, hectare, hectares
    m2 1000000: km2, km², kilomet vuông, km vuông, cây số vuông
    l 0.001: ml, mililít
    l 1: lít, litre, litres
    l 1000: m3, m³, mét khối, khối
    °C 1: °c, độ c, ºc
    độ 1: độ, °
    W 1000: kw
    W 1000000: mw, megawatt
    W 1000000000: gw
    Wh 1000: kwh, số điện
    Wh 1000000: mwh
    B 1000000: mb
    B 1000000000: gb
    B 1000000000000: tb
    Hz 1: hz
    kt 1: kiloton
    dB 1: db
    mmHg 1: mmhg
    """,
)
PERCENT: Final = {
    "%": Unit(Kind.PERCENT, "%"),
    "phần trăm": Unit(Kind.PERCENT, "%"),
    "percent": Unit(Kind.PERCENT, "%"),
    "per cent": Unit(Kind.PERCENT, "%"),
    "điểm phần trăm": Unit(Kind.PERCENT, "điểm %"),
    "‰": Unit(Kind.PERCENT, "%", 0.1),
}

# Counted nouns: those of one row count the same things.
_COUNTED_ROWS: Final = """
người|nhân khẩu|công dân|people
binh lính|binh sĩ|lính|quân|quân nhân|chiến sĩ|binh sỹ|troops|soldiers
nước|quốc gia|countries
ca|ca bệnh|ca nhiễm|ca mắc|trường hợp|bệnh nhân|cases
tuổi|vụ|vụ án|trận|trận đấu|bàn|bàn thắng|điểm|lần|lượt|chiếc|cái|con|căn|căn nhà|ngôi|ngôi nhà|tòa|toà|tòa nhà
toà nhà|thuyền|trực thăng
xe|xe tăng|xe bọc thép|ô tô|xe máy|ôtô|máy bay|tàu|tàu ngầm|tàu chiến|tên lửa|quả|quả đạn|viên|viên đạn
hộ|hộ dân|gia đình|hộ gia đình
học sinh|sinh viên|thí sinh|giáo viên|bác sĩ|nhân viên|y bác sĩ|công nhân|lao động|cầu thủ|vận động viên|phóng viên
cổ phiếu|cp|trang|cuốn|bộ|bài|bài hát|tập|phim|tác phẩm|cuốn sách|bức|bức ảnh|bức tranh
tỉnh|thành phố|huyện|xã|phường|quận|làng|thôn|tỉnh thành|địa phương|điểm cầu|khu vực|nơi
công ty|doanh nghiệp|ngân hàng|nhà máy|trường|trường học|bệnh viện|khách sạn|cửa hàng|dự án|tổ chức|đơn vị|đội|hãng
lô|lô hàng|chuyến|chuyến bay|chuyến hàng|chuyến xe|gói|gói hàng|thùng|bao|hộp|chai|lon|liều|liều vaccine|mũi|suất|phòng
lượng|lượng vàng|chỉ|cây vàng
phiếu|phiếu bầu|ghế|đại biểu|nghị sĩ|ứng viên|thành viên|nạn nhân|nghi phạm|bị cáo|bị can|đối tượng
giải|giải thưởng|huy chương|huy chương vàng|hcv|danh hiệu|kỷ lục|cup|cúp
loại|nhóm|phần|tầng|làn|làn xe|bên|phía|vòng|hiệp|set|ván|giai đoạn|cấp|bước|mục|điều|tờ|lá|cây|bông|đôi|cặp
con bò|con lợn|con gà|đứa trẻ|đứa|em|cháu|trẻ|trẻ em|phụ nữ|đàn ông|cô gái|chàng trai|vị|ông|bà|anh|chị|nhà
từ|chữ|câu|câu hỏi|ý kiến|tín chỉ|môn|lớp|khóa|khoá|kỳ|buổi|phiên|cuộc|cuộc gặp|cuộc họp|hội nghị|bản|tin nhắn|cuộc gọi
lượt xem|lượt khách|du khách|khách|khách hàng|người dùng|tài khoản|video|website|máy|máy tính|chip|robot|cảnh|vai|đề cử
quả bom|bom|đạn|khẩu|khẩu súng|súng|khẩu pháo|drone|uav|hệ thống|bệ phóng|tiểu đoàn|lữ đoàn|trung đoàn|sư đoàn
"""
# In these rows every noun counts something of its own.
COUNTED: Final[dict[str, Unit]] = {}
for _row in _COUNTED_ROWS.strip().splitlines():
    _nouns = _row.split("|")
    _same = _nouns[0] in {"người", "binh lính", "nước", "ca", "hộ"}
    for _noun in _nouns:
        COUNTED[_noun] = Unit(Kind.QUANTITY, _nouns[0] if _same else _noun)

UNITS: Final[dict[str, Unit]] = {**COUNTED, **_MEASURES, **PERCENT, **_MONEY, **DURATIONS}
# What measures count in: "m", "kg".
MEASURED: Final = frozenset(unit.name for unit in _MEASURES.values())
LONGEST_UNIT_WORDS: Final = max(len(unit.split()) for unit in UNITS)
CURRENCY_SIGNS: Final = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
