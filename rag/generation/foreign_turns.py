"""Whether a foreign sentence turns round what the Vietnamese one says: denial, opposites, what only may be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.generation.checks.compounds import is_denying
from rag.translating.languages import Language

# What denies in any case, and what may stand for it: "từ chối" for "did not accept".
_DENIES: dict[Language, str] = {
    "en": r"\b(?:not|no|never|neither|nor|without|none|nobody|nothing|cannot)\b|n['’]t\b",
    "fr": r"\bne\b|\bn['’]|\bpas\b|\bjamais\b|\bsans\b|\baucune?\b",
    "ru": r"\bне\b|\bни\b|\bнет\b|\bбез\b|\bникогда\b",
    "zh": r"[不没未无非]",
}
_OPPOSES: dict[Language, str] = {
    "en": r"\b(?:refus|reject|den[yi]|oppos|ban(?:s|ned)?\b|stop|lack|absen|fail|un[a-z]{4})",
    "fr": r"\b(?:refus|rejet|ni(?:er|é|e)\b|oppos|interdi|manqu|absen|échou|in[a-z]{5})",
    "ru": r"\b(?:отказ|отверг|отриц|запре|отсутств|против|недо|не[а-я]{4})",
    "zh": r"[拒缺]|否认|驳回|反对|禁|停",
}
# "Vô địch", "phi công" deny nothing.
_OPPOSES_VIETNAMESE = re.compile(
    r"\b(?:từ chối|bác(?! sĩ| học)|phủ nhận|phản đối|thiếu|"
    r"vô(?! địch)|phi(?! công| cơ| vụ)|miễn|trái|cấm|ngừng|ngưng|dừng)\b",
    re.IGNORECASE,
)
# Words that stand for each other's contrary, and the Vietnamese ones: the sentence's own, then the contrary's.
_CONTRARIES: tuple[tuple[dict[Language, str], str, str], ...] = (
    (
        {
            "en": r"\bimport(?:s|ed|ing)?\b",
            "fr": r"\bimport(?:e|é|a|ations?\b)",
            "ru": r"\b(?:импорт|ввоз)",
            "zh": "进口",
        },
        r"\bnhập\b",
        r"\bxuất khẩu\b",
    ),
    (
        {"en": r"\bexport(?:s|ed|ing)?\b", "fr": r"\bexport", "ru": r"\b(?:экспорт|вывоз)", "zh": "出口"},
        r"\bxuất\b",
        r"\bnhập khẩu\b",
    ),
    (
        {
            "en": r"\b(?:rise[sn]?|rising|rose|increas\w+|grew|grow(?:s|n|ing|th)?|climbed|surged?|jumped|soared)\b",
            "fr": r"\b(?:augment|hausse|progress|croissance)",
            "ru": r"\b(?:вырос|рост|повы|увелич|подорожа)",
            "zh": r"上涨|上升|增长|增加|提高",
        },
        r"\b(?:tăng|lên|phát triển|mọc|nâng|cao|leo thang)\b",
        r"\b(?:giảm|hạ|sụt|tụt)\b",
    ),
    (
        {
            "en": r"\b(?:fall(?:s|en|ing)?|fell|decreas\w+|declin\w+|drop(?:s|ped|ping)?|dropped|lowered|reduced)\b",
            "fr": r"\b(?:baiss|dimin|recul|chut)",
            "ru": r"\b(?:сни[жз]|упал|паден|сократ|уменьш|подешев)",
            "zh": r"下降|下跌|减少|降低",
        },
        r"\b(?:giảm|hạ|sụt|tụt|rơi|ngã|đổ|bỏ|thấp|xuống|rụng|mất|thả|thất thủ|bớt|ít)\b",
        r"\btăng\b",
    ),
    (
        {
            "en": r"\b(?:buy(?:s|ing)?|bought|purchas\w+)\b",
            "fr": r"\b(?:achet|achat)",
            "ru": r"\b(?:куп|покуп)",
            "zh": "购买",
        },
        r"\b(?:mua|sắm|thâu tóm)\b",
        r"\bbán\b",
    ),
    (
        {"en": r"\b(?:sell(?:s|ing)?|sold)\b", "fr": r"\b(?:vend|vente)", "ru": r"\b(?:прода)", "zh": "出售|卖"},
        r"\b(?:bán|tiêu thụ)\b",
        r"\bmua\b",
    ),
    (
        {
            "en": r"\b(?:win(?:s|ning)?|won|beat(?:s|en)?|defeated)\b",
            "fr": r"\b(?:gagn|remport|batt)",
            "ru": r"\b(?:выигр|побе[дж])",
            "zh": "赢|获胜",
        },
        r"\b(?:thắng|giành|đoạt|vô địch|đánh bại|hạ|vượt qua|được|trúng|nhận)\b",
        r"\b(?:thua|thất bại)\b",
    ),
)
# What only may be, and that it may.
_MAYBE: dict[Language, str] = {
    "en": r"\b(?:may|might|possibly|perhaps)\b(?! \d)",
    "fr": r"\b(?:pourrai(?:t|ent)|peut-être)\b",
    "ru": r"\b(?:возможно|может быть)\b",
    "zh": r"可能|也许",
}
_MAYBE_BROADLY: dict[Language, str] = {
    "en": r"\b(?:may|might|can|could|would|should|will|able|ability|capab\w+|possib\w+|potential\w*|perhaps|likely|"
    r"probabl\w+|allow\w*|enabl\w*|let|risk\w*|threat\w*|expect\w*|if|chance|likelihood|feasible)\b",
    "fr": r"\b(?:peu(?:t|vent)|pou[rv]\w+|capab\w+|possib\w+|potentiel\w*|probabl\w+|permet\w*|risqu\w+|si|sera\w*)\b",
    "ru": r"\b(?:мо[гж]\w+|возмож\w+|способ\w+|вероят\w+|позвол\w+|риск\w*|если|бы|будет|будут)\b",
    "zh": r"能|可|会|或|如果",
}
_MAYBE_VIETNAMESE = re.compile(
    r"\b(?:có thể|không thể|khả năng|có lẽ|có khi|nguy cơ|dự kiến|dự báo|dự đoán|sẽ|sắp|nếu|được phép|cho phép|"
    r"nghi ngờ|muốn|dự định|ý định|kế hoạch|đang tính|hứa|đe dọa|đe doạ|triển vọng|chưa chắc|biết đâu|hoặc|ước tính)\b",
    re.IGNORECASE,
)
_CAN_VIETNAMESE = re.compile(r"(?<!không )\bcó thể\b", re.IGNORECASE)


def turned(sentence: str, told: str, language: Language) -> bool:
    """Whether one of the two denies what the other says."""
    denies = re.search(_DENIES[language], sentence, re.IGNORECASE) is not None
    opposes = denies or re.search(_OPPOSES[language], sentence, re.IGNORECASE) is not None
    denied = is_denying(told)
    opposed = denied or _OPPOSES_VIETNAMESE.search(told) is not None
    return (denies and not opposed) or (denied and not opposes)


def contraries(sentence: str, told: str, language: Language) -> Iterator[str]:
    """Words of the sentence of which the Vietnamese text says the contrary, and what of the two only may be."""
    for words, own, contrary in _CONTRARIES:
        found = re.search(words[language], sentence, re.IGNORECASE) if language in words else None
        said = found and re.search(own, told, re.IGNORECASE)
        if found and not said and re.search(contrary, told, re.IGNORECASE):
            yield found.group()
    if language in _MAYBE:
        maybe = re.search(_MAYBE[language], sentence)
        if maybe and not _MAYBE_VIETNAMESE.search(told):
            yield maybe.group()
        can = _CAN_VIETNAMESE.search(told)
        if can and not re.search(_MAYBE_BROADLY[language], sentence, re.IGNORECASE):
            yield can.group()
