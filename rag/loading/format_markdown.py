"""Markdown with YAML front matter."""

from __future__ import annotations

import re

from rag.config import LoadSettings
from rag.errors import LoadError
from rag.loading.stated import Stated, one_line, parse_date, web_address

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_FRONT_MATTER_CHARS = 64_000
# A plain value with a colon in it, as in many a headline; YAML wants it in quotes.
_WITH_COLON = re.compile(r"^(\w[\w-]*:[ \t]+)([^\s\"'\[\]{}&*|>!%@`#-][^\n#]*?:[ \t][^\n#]*?)[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read_markdown(text: str, settings: LoadSettings, *, where: str) -> Stated:
    """The text without its markup; title, date, outlet and address from the front matter, title else from `# ...`.

    Raises LoadError for front matter that is not valid YAML. A leading `---` that opens no key: value block is a rule.
    """
    if len(text) > settings.max_article_chars:  # before parsing: 15 million characters took 90 seconds and 2 GB
        raise LoadError(
            f"an article of {len(text):,} characters",
            where=where,
            remedy=f"Split it, or raise load.max_article_chars ({settings.max_article_chars:,})",
        )
    fields: dict[str, str] = {}
    found = _FRONT_MATTER.match(text)
    if found and re.search(r"^[^\s#:][^:\n]*:(?:\s|$)", found[1], re.MULTILINE):
        fields = _front_matter(found[1], where)
        text = text[found.end() :]
    body, heading = _plain(text)

    def stated(names: tuple[str, ...]) -> str | None:
        return next((fields[name] for name in names if fields.get(name)), None)

    return Stated(
        text=body,
        title=one_line(stated(settings.title_field)) or heading,
        published_on=parse_date(stated(settings.date_field)),
        outlet=one_line(stated(settings.outlet_field)),
        url=web_address(stated(settings.url_field)),
    )


def _quoted(line: re.Match[str]) -> str:
    value = line[2].replace("'", "''")
    return f"{line[1]}'{value}'"


def _front_matter(block: str, where: str) -> dict[str, str]:
    import yaml
    from frontmatter import YAMLHandler

    remedy = "Mend the lines between the two --- marks, or remove them"
    if len(block) > _MAX_FRONT_MATTER_CHARS:
        raise LoadError(f"front matter of {len(block):,} characters", where=where, remedy=remedy)
    block = _WITH_COLON.sub(_quoted, block)
    try:
        # The base loader builds strings only: no objects, and an impossible date is no error. The pure Python one,
        # because the C parser overruns its stack on deep nesting.
        loaded = YAMLHandler().load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f", line {line + 2}"
        raise LoadError(f"front matter is not valid YAML{place}", where=where, remedy=remedy) from error
    if not isinstance(loaded, dict):
        raise LoadError("front matter holds no fields", where=where, remedy=remedy)
    return {str(name): value for name, value in loaded.items() if isinstance(value, str)}


def _plain(text: str) -> tuple[str, str | None]:
    """The blocks of a Markdown text as plain paragraphs, and its only top heading if it opens the text."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(text)
    blocks: list[str] = []
    heading: str | None = None
    in_item: list[str] = []
    level = ""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = token.tag
        elif token.type == "list_item_open":
            in_item.append("- ")
        elif token.type == "list_item_close":
            in_item.pop()
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            blocks.append(" | ".join(row))
            row = None
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.rstrip("\n"))
        elif token.type == "html_block":
            blocks.append(_TAG.sub("", _without_comments(token.content)))
        elif token.type == "inline":
            content = "".join(_inline(child.type, child.content) for child in token.children or ())
            if row is not None:
                row.append(content)
                continue
            if level == "h1" and heading is None and not blocks:
                heading = one_line(content)
            level = ""
            if in_item and in_item[-1]:
                content, in_item[-1] = in_item[-1] + content, ""
            blocks.append(content)
    return "\n\n".join(block.strip() for block in blocks if block.strip()), heading


def _without_comments(markup: str) -> str:
    """Comments found by plain search: a pattern takes quadratic time where many are opened and none closed."""
    kept: list[str] = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0 and (end := markup.find("-->", start)) >= 0:
        kept.append(markup[at:start])
        at = end + 3
    return "".join([*kept, markup[at:]])


def _inline(kind: str, content: str) -> str:
    if kind in {"text", "code_inline", "text_special"}:
        return content
    # A line break in the source is only a wrapped line; two spaces or a backslash before it make it a real one.
    return {"softbreak": " ", "hardbreak": "\n"}.get(kind, "")
