"""What the tests of what is shown, kept and exported share: small answers over small articles, and an HTML reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

from rag.datatypes import Answer, Article, Chunk, Citation, Claim, Hit
from rag.errors import LibraryError

FIRST = "Ba Lan gửi đạn cho Ukraine."
SECOND = "Ông Kuleba kêu gọi NATO hành động."
TEXT = f"{FIRST} {SECOND}\nĐoạn sau nói chuyện khác."
VOID = {"input", "br"}

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "![ảnh](http://evil.example/x.png)",
    "[bấm](javascript:alert(1))",
    "${alert(1)} {{value}} {{{value}}} `${1}`",
    '__i18n__{"__type__":"translation_metadata","key":"common.error"}',
    "</div></template></mark><h1>to",
    "' onclick='alert(1)",
    "\\${7*7}\\x3cscript\\x3e",
    "&lt;script&gt; &amp; &#60;",
    "$$\\href{javascript:alert(1)}{x}$$",
]


class Elements(HTMLParser):
    """Collects the elements and the text; what is not closed, or closed without being open, is an error."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if name in attributes.get("class", "").split()]


def an_article(
    text: str = TEXT, *, id: str = "a", title: str = "Viện trợ", stated: bool = True, url: str | None = None
) -> Article:
    return Article(
        id=id,
        source=f"báo/{id}.txt",
        title=title,
        title_stated=stated,
        text=text,
        raw_sha256="0" * 64,
        published_on=date(2022, 4, 7),
        outlet="Báo Thử",
        url=url,
    )


def a_citation(article: Article, number: int, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(
        number=number,
        article_id=article.id,
        source=article.source,
        title=article.title,
        outlet=article.outlet,
        published_on=article.published_on,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def an_answer(article: Article, *quotes: str, short: str | None = None) -> Answer:
    citations = tuple(a_citation(article, number, quote) for number, quote in enumerate(quotes, 1))
    return Answer(
        id="1",
        question="Ai gửi đạn?",
        status="answered",
        text=" ".join(quotes),
        short_answer=short or quotes[0],
        claims=tuple(Claim(citation.quote, (citation.number,), "supported") for citation in citations),
        citations=citations,
    )


def a_hit(text: str, source: str = "báo/b.txt") -> Hit:
    return Hit(chunk=Chunk("b:0000", "b", 0, 0, len(text)), source=source, text=text, score=1.0)


def of(*articles: Article) -> Callable[[str], Article]:
    """The articles by id, as an open library gives them."""
    known = {article.id: article for article in articles}

    def article_of(id: str) -> Article:
        if id not in known:
            raise LibraryError(f"no article {id}")
        return known[id]

    return article_of
