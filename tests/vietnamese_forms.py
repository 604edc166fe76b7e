"""The forms in which one Vietnamese text reaches us, written independently of the tables that read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

# The 67 accented small letters, and how each is written in TCVN3 (TCVN 5712:1993, VN3; one byte) and in VNI-Windows
# (a Latin-1 sequence).
LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
_TCVN3 = bytes.fromhex(
    "b5b6b7b8b9 a8bbbcbdbec6 a9c7c8c9cacb ae cccecfd0d1 aad2d3d4d5d6 d7d8dcddde dfe1e2e3e4 abe5e6e7e8e9 aceaebecedee"
    "eff1f2f3f4 adf5f6f7f8f9 fafbfcfdfe"
)
_VNI = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î"
)
TO_TCVN3 = dict(zip(LETTERS, _TCVN3.decode("latin-1"), strict=True))
TO_TCVN3 |= dict(zip("ĂÂÊÔƠƯĐ", bytes.fromhex("a1a2a3a4a5a6a7").decode("latin-1"), strict=True))
TO_VNI = dict(zip(LETTERS, _VNI.split(), strict=True))
TO_VNI |= {letter.upper(): written.upper() for letter, written in TO_VNI.items()}


def tcvn3_text(text: str) -> str:
    """As read from a document set in an ABC font; capitals that TCVN3 lacks become small letters."""
    return "".join(TO_TCVN3.get(c) or TO_TCVN3.get(c.lower(), c) for c in unicodedata.normalize("NFC", text))


def vni_text(text: str) -> str:
    return "".join(TO_VNI.get(c, c) for c in unicodedata.normalize("NFC", text))


def cp1258(text: str) -> bytes:
    """Windows-1258: letters with a circumflex, breve or horn are single; tone marks follow as combining characters."""
    encoded = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(m for m in marks if m not in tone))
        encoded += (base + tone).encode("cp1258")
    return bytes(encoded)


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: unicodedata.normalize("NFC", text).encode(),
    "utf-8 decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-8 with \\r\\n": lambda text: text.replace("\n", "\r\n").encode(),
    "utf-16 with mark": lambda text: text.encode("utf-16"),
    "utf-16-be with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-16-le decomposed": lambda text: unicodedata.normalize("NFD", text).encode("utf-16-le"),
    "utf-32 with mark": lambda text: text.encode("utf-32"),
    "cp1258": cp1258,
    "tcvn3": lambda text: tcvn3_text(text).encode("cp1252"),
    "tcvn3 in utf-8": lambda text: tcvn3_text(text).encode(),
    "vni": lambda text: vni_text(text).encode("cp1252"),
    "vni in utf-8": lambda text: vni_text(text).encode(),
    "vni in utf-16": lambda text: vni_text(text).encode("utf-16"),
}
