"""Web pages: the main text by trafilatura, and only the metadata that the page itself states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from rag.errors import LoadError
from rag.loading.stated import Stated, one_line, parse_date, web_address

_MAX_DEPTH = 400
_TABLE_RULE = re.compile(r"^\|(?:-+\|)+$\n?", re.MULTILINE)
_TABLE_ROW = re.compile(r"^\| (.*?)[ |]*$", re.MULTILINE)
_DATE_NAME = re.compile(
    r"(?:article:|og:)?published_time|date_?published|date|pubdate|publish_?date|publication_date|dc\.date(?:\.issued)?"
    r"|dcterms\.(?:issued|created)|sailthru\.date|parsely-pub-date|article\.published"
)
_ARTICLE_TYPES = re.compile(r"(?:\w*Article|BlogPosting|Report)\Z")


def read_html(text: str, *, where: str) -> Stated:
    """The main text of a page, and its stated title, day of publication, outlet and address.

    Dates are read only from elements that say "published": nothing is inferred from addresses, footers or the text.
    Raises LoadError where no text is found.
    """
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    # The default throws the structure of a short article away and takes all text of the page in one line.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "40")
    try:
        # An XML declaration with an encoding is refused by the parser for text that is already decoded.
        tree = trafilatura.load_html(re.sub(r"\A\s*<\?xml[^>]*>", "", text))
        if tree is None:
            raise LoadError("not a web page", where=where, remedy="Give it the extension of what it is")
        stated = _metadata(tree)
        _collapse_white_space(tree)
        body = trafilatura.extract(
            tree, include_comments=False, include_tables=True, favor_recall=True, config=config, output_format="txt"
        )
    except LoadError:
        raise
    except Exception as error:  # the parser meets arbitrary markup
        raise LoadError(
            f"the page cannot be parsed ({type(error).__name__})", where=where, remedy="Save it as text"
        ) from error
    if not body:
        raise LoadError("no main text found in the page", where=where, remedy="Save the article's text as .txt")
    body = _TABLE_ROW.sub(r"\1", _TABLE_RULE.sub("", body))
    return Stated(body, *stated)


def _collapse_white_space(tree: Any) -> None:
    """Line breaks of the source are not line breaks of the page; trafilatura would keep them."""
    for element in tree.iter():
        if element.tag in {"pre", "script", "style"}:
            continue
        if element.text:
            element.text = re.sub(r"\s+", " ", element.text)
        if element.tail:
            element.tail = re.sub(r"\s+", " ", element.tail)


def _metadata(tree: Any) -> tuple[str | None, date | None, str | None, str | None]:
    linked = next(_linked_articles(tree), {})
    meta = _meta_values(tree)
    outlet = one_line(meta.get("og:site_name")) or _name_of(linked.get("publisher"))
    title = one_line(linked.get("headline")) or one_line(meta.get("og:title")) or _heading(tree, outlet)
    url = web_address(_attribute(tree, "//link[@rel='canonical']/@href")) or web_address(meta.get("og:url"))
    return title, _published(tree, linked, meta), outlet, url


def _meta_values(tree: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and element.get("content"):
            values.setdefault(name.strip().lower(), element.get("content"))
    return values


def _linked_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of the page that are articles, in order."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            queue = [json.loads(script, strict=False)]
        except (ValueError, RecursionError):
            continue
        while queue:
            item = queue.pop(0)
            if isinstance(item, list):
                queue[:0] = item[:100]
            elif isinstance(item, dict):
                kinds = item.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and _ARTICLE_TYPES.match(kind) for kind in kinds):
                    yield item
                elif isinstance(item.get("@graph"), list):
                    queue[:0] = item["@graph"][:100]


def _published(tree: Any, linked: dict[str, Any], meta: dict[str, str]) -> date | None:
    day = parse_date(linked.get("datePublished"))
    if day:
        return day
    for name, value in meta.items():
        if _DATE_NAME.fullmatch(name):
            day = parse_date(value)
            if day:
                return day
    marked = "//*[@itemprop='datePublished']/@*[name()='content' or name()='datetime'] | //time[@pubdate]/@datetime"
    for values in (tree.xpath(marked), tree.xpath("//time/@datetime")):
        # Teasers of other articles carry times of their own: several days are none.
        days = {parse_date(value) for value in values}
        if len(days) == 1:
            return days.pop()
    return None


def _name_of(publisher: object) -> str | None:
    return one_line(publisher.get("name")) if isinstance(publisher, dict) else None


def _heading(tree: Any, outlet: str | None) -> str | None:
    """The page's only `<h1>`, else its `<title>` without the outlet's name at the end."""
    headings = [one_line(element.text_content()) for element in tree.iter("h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    title = one_line(" ".join(tree.xpath("//head/title/text()")))
    if title and outlet:
        title = re.sub(rf"\s*[-–—|:]\s*{re.escape(outlet)}\s*\Z", "", title, flags=re.IGNORECASE) or title
    return title


def _attribute(tree: Any, path: str) -> object:
    return next(iter(tree.xpath(path)), None)
