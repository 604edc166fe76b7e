"""Questions in Chinese: the longest words of the lexicon, and Sino-Vietnamese readings of what it does not know.

Names of China and Vietnam and half of the learned words are the same characters in both languages, so a reading that
the library holds is the word itself: 陈兴道 is "Trần Hưng Đạo".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise, product

from rag.datatypes import Wording
from rag.translating import calendar
from rag.translating.function_words import CHINESE
from rag.translating.lexicon import lexicon, sino_vietnamese
from rag.translating.pieces import Piece, of_wordings
from rag.vietnamese import BIGRAM_JOINT, syllables

Frequency = Callable[[str], int]

_LETTERS = "A-Za-z\u00c0-\u1eff"
_OTHER = re.compile(rf"\d+(?:[.,]\d+)*|[{_LETTERS}][{_LETTERS}\d '’\-]*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
# The characters that transcribe most foreign names.
_SOUNDS = frozenset(
    "丁万丘东丝丰丹乃乌乔于亚亨什仁伊伍休伦伯佐佛佩依修儒克兰兴兹内冈农凡凯切列利加努劳勃勒匈华卓南博卡卢厄古可台史叶"
    "司吉吕吾哈哥唐喀因图土圣坎坦埃基堡塔塞增墨士夏多夫夸奇奈契奥姆威娜孟季宁安宗宜宾密尔尚尤尼山巴布希帕席平库庞康廉"
    "延廷弗张强彭彼德思恩恰戈戴扎托扬拉拿提摩敦文斯施日旺昂明显普曼朗木本朱杜杰松林查柯根格桑梅森欣欧武比毕毛汉汗汤沃"
    "沙治法波泰泽洛津海涅温滕潘澳烈热特狄玛玻珀珍班理琳琴瑞瓦生田申登白皮盖石祖福科穆策简米素索约纳纽维缅罗翁考耶肖肯"
    "胡舍艾芒芝芬苏英茨茹荣莉莎莫莱菲萨蒂蒙西詹让许诺谢豪贝费贾赖赛赞赫路辛达迈连迪逊邓邦里金钦钱锡门阿陀隆雅雪雷霍韦"
    "音香马高魏鲁鲍麦黎默龙"
)
# The commonest surnames of Vietnam and China, apart from those that are more often words.
_SURNAMES = frozenset(
    "阮陈陳黎范黄黃潘裴杜胡吴吳杨楊李王张張刘劉赵趙孙孫徐朱林何郭罗羅梁宋郑鄭谢謝韩韓唐冯馮董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛阎余戴夏钟鍾汪姜"
    "姚谭譚廖邹鄒熊陆陸郝孔崔康邱秦史顾顧侯邵孟龚段雷钱錢汤湯尹易乔賀贺赖賴文莫丘黎郑刁"
)
_MOST_READINGS = 8
_HALF = 0.6


def pieces(text: str, frequency: Frequency | None) -> Iterator[Piece]:
    """The parts of a question. Function words give none.

    Words between two function words or marks come in reverse: what describes a noun precedes it in Chinese and
    follows it in Vietnamese.
    """
    run: list[Piece] = []
    characters: list[str] = []
    for part in _parts(text.replace("的", ""), frequency):
        if isinstance(part, str) and len(part) == 1:
            characters.append(part)
            continue
        run += _run(characters, frequency)
        characters = []
        if isinstance(part, Piece):
            run.append(part)
        elif part:
            run.append(_word(part, frequency))
        else:
            yield from reversed(run)
            run = []
    yield from reversed([*run, *_run(characters, frequency)])


def _parts(text: str, frequency: Frequency | None) -> Iterator[Piece | str]:
    """Finished pieces, words of the lexicon, single characters, and "" for what parts them, in order."""
    entries = lexicon("zh")
    at = 0
    while at < len(text):
        dated = calendar.match("zh", text, at)
        other = _OTHER.match(text, at)
        name = _name(text[at : at + 3], frequency)
        if dated is not None:
            at, piece = dated
            yield piece
        elif name:
            at += len(name)
            yield Piece(_held(name, frequency))
        elif other is not None:
            at = other.end()
            yield Piece(other.group())
        elif not _HAN.match(text, at):
            at += 1
            yield ""
        else:
            reach = range(min(entries.longest, len(text) - at), 0, -1)
            words = (text[at : at + length] for length in reach)
            word = next((word for word in words if word in CHINESE or entries.find((word,))), text[at])
            at += len(word)
            yield "" if word in CHINESE else word


def _name(text: str, frequency: Frequency | None) -> str:
    """The name of a person that the text begins with, if the library holds its reading; "" otherwise.

    It is a surname with one or two characters that, with it, are no word.
    """
    if frequency is None or text[:1] not in _SURNAMES or lexicon("zh").find((text[:2],)):
        return ""
    return next((name for name in (text, text[:2]) if len(name) > 1 and _held(name, frequency)), "")


def _word(word: str, frequency: Frequency | None) -> Piece:
    wordings = lexicon("zh").find((word,)) or ()
    piece = of_wordings(wordings)
    if len(word) > 1 and frequency is not None:
        reading = _held(word, frequency)
        if reading and reading.lower() not in map(str.lower, wordings):
            return Piece(piece.text, (*piece.others, Wording(reading, _HALF)))
    return piece


def _run(run: Sequence[str], frequency: Frequency | None) -> Iterator[Piece]:
    """Characters that no longer word covers: a name or word by its readings, or else each for itself."""
    if not run:
        return
    entries = lexicon("zh")
    whole = "".join(run)
    known = [entries.find((character,)) for character in run]
    if len(run) > 1 and not all(known):
        reading = _held(whole, frequency)
        if reading and (frequency is not None or not _is_sounded(whole)):
            yield Piece(reading)
            return
        if _is_sounded(whole):
            return
    for start, end in _stretches(run, frequency):
        if end - start > 1:
            reading = _held(whole[start:end], frequency)
            if reading:
                yield Piece(reading)
        elif wordings := known[start]:
            yield of_wordings(wordings)


def _is_sounded(word: str) -> bool:
    """Whether characters only spell out a foreign name by sound: "罗斯福"; their readings would mean nothing."""
    return len(word) > 2 and sum(character in _SOUNDS for character in word) > 0.7 * len(word)


def _stretches(run: Sequence[str], frequency: Frequency | None) -> Iterator[tuple[int, int]]:
    """The run cut into the longest stretches, from the left, whose reading the library holds."""
    at = 0
    while at < len(run):
        length = next(
            (length for length in range(len(run) - at, 1, -1) if _held("".join(run[at : at + length]), frequency)), 1
        )
        yield at, at + length
        at += length


def _held(word: str, frequency: Frequency | None) -> str:
    """The reading of a word of which the library holds every two neighbours; "" if there is none.

    Without counts, the usual reading.
    """
    table = sino_vietnamese()
    readings = [table.get(character, ()) for character in word]
    if not all(readings):
        return ""
    for choice in islice(product(*readings), _MOST_READINGS):
        if frequency is None or all(map(frequency, map(BIGRAM_JOINT.join, pairwise(syllables(" ".join(choice)))))):
            return " ".join(choice).title()
    return ""
