"""Example questions drawn from a library: asked of it beforehand, so that each is one it can answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from rag import vietnamese
from rag.datatypes import Answer, Article, Span

# A syllable of a name: a capital, then letters only, so nothing but letters can come out of an article this way.
_CAPITAL = "A-ZĐÂĂÊÔƠƯÁÀẢÃẠẤẦẨẪẬẮẰẲẴẶÉÈẺẼẸẾỀỂỄỆÍÌỈĨỊÓÒỎÕỌỐỒỔỖỘỚỜỞỠỢÚÙỦŨỤỨỪỬỮỰÝỲỶỸỴ"
_SYLLABLE = rf"[{_CAPITAL}][^\W\d_]*"
_NAME = rf"{_SYLLABLE}(?: {_SYLLABLE}){{0,5}}"
_OFFICE = (
    r"(?:[Pp]hó )?(?:[Nn]goại trưởng|[Tt]hủ tướng|[Tt]ổng thống|[Bb]ộ trưởng|[Tt]hứ trưởng|[Cc]hủ tịch|[Tt]hống đốc|"
    r"[Tt]ổng thư ký|[Tt]ổng bí thư|[Nn]gười phát ngôn|[Đđ]ại sứ|[Gg]iám đốc|[Hh]uấn luyện viên|[Ôô]ng|[Bb]à)"
)
_VERBS = {
    "cho biết": "nói",
    "cho rằng": "nói",
    "khẳng định": "khẳng định",
    "tuyên bố": "tuyên bố",
    "nhận định": "nhận định",
    "cảnh báo": "cảnh báo",
    "kêu gọi": "kêu gọi",
    "đề nghị": "đề nghị",
    "đề xuất": "đề xuất",
    "nhấn mạnh": "nhấn mạnh",
    "phủ nhận": "phủ nhận",
    "thừa nhận": "thừa nhận",
    "thông báo": "thông báo",
}
# The speaker carries an office or opens a clause; after any other word a capital may be the tail of a longer name.
_SPEAKER = re.compile(
    rf"(?:(?P<held>{_OFFICE} {_NAME})(?:, [^,;:.“”\"]{{3,80}},)?|"
    rf"(?:^|[,;:“\"] )(?P<opening>{_SYLLABLE}(?: {_SYLLABLE}){{1,5}})) "
    rf"(?:(?:đã|cũng|vừa) )?(?P<verb>{'|'.join(_VERBS)})\b"
)
_LONGER_NAME = re.compile(rf"(?<=[^\W\d_] ){_SYLLABLE}(?: {_SYLLABLE}){{1,5}}")
_MAX_CHARS = 70
_ARTICLES = 40
_TRIED = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the sentence that should answer it (None: any sentence of the article)."""

    question: str
    sentence: Span | None


def candidates(article: Article) -> Iterator[Candidate]:
    """Questions that the article seems to answer, the ones that name their speaker most fully first.

    They have the form "X nói gì?"; where nobody speaks, they ask what there is about the most frequent name.
    """
    found: dict[str, Span] = {}
    for sentence in vietnamese.sentences(article.text):
        match = _SPEAKER.search(" ".join(sentence.of(article.text).split()))
        if match:
            speaker = match["held"] or match["opening"]
            question = f"{speaker[0].upper()}{speaker[1:]} {_VERBS[match['verb']]} gì?"
            if len(question) <= _MAX_CHARS:
                found.setdefault(question, sentence)
    for question, sentence in sorted(found.items(), key=lambda item: (-len(item[0].split()), item[1], item[0])):
        yield Candidate(question, sentence)
    if found:
        return
    names = Counter(_LONGER_NAME.findall(" ".join(article.text.split())))
    for name, count in sorted(names.items(), key=lambda item: (-item[1], item[0])):
        if count >= 2 and len(name) <= _MAX_CHARS // 2:
            yield Candidate(f"Có tin gì về {name}?", None)


def examples(
    articles: Iterable[Article],
    ask: Callable[[str], Answer],
    *,
    count: int = 4,
    skip: Collection[str] = (),
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Up to `count` questions, one an article, that `ask` answers from that article, as soon as each is found.

    `skip` holds questions not to be taken, without case and end mark. Only the first articles are looked at, and only
    until `stop` says so: a large library must not take long.
    """
    chosen: set[str] = set()
    for position, article in enumerate(articles):
        if position >= _ARTICLES or len(chosen) >= count:
            return
        fresh = (one for one in candidates(article) if one.question.casefold().strip(" ?.") not in skip)
        for tried, candidate in enumerate(fresh):
            if tried >= _TRIED:
                break
            if stop():
                return
            if candidate.question not in chosen and _answers(ask(candidate.question), article, candidate):
                chosen.add(candidate.question)
                yield candidate.question
                break


def _answers(answer: Answer, article: Article, candidate: Candidate) -> bool:
    return answer.status == "answered" and any(
        citation.article_id == article.id
        and (
            candidate.sentence is None
            or (citation.start < candidate.sentence.end and candidate.sentence.start < citation.end)
        )
        for citation in answer.citations
    )
