"""Tables and drawings of retrieval figures: pure functions to Markdown and SVG, and the marked parts of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from eval.forms import ACCENTED
from eval.methods import DENSE, FUSED, LEXICAL, PRODUCT
from eval.plots import Axis, Dots, Series, dot_chart, legend_sample, line_chart
from eval.retrieval_figures import Row, Table
from rag.errors import SettingsError

DRAWN: Final = (DENSE, LEXICAL, FUSED, PRODUCT)
_STYLE: Final = """<style>
svg { background: #fff; }
text { fill: #59616e; font: 12px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
text.row { fill: #171a1f; }
.grid { stroke: #e1e5ea; } .line { fill: none; stroke-width: 2; } .span { stroke: #c9cfd8; stroke-width: 2; }
.s0 { stroke: #1f5fbf; } .s1 { stroke: #c2560c; } .s2 { stroke: #13795b; } .s3 { stroke: #171a1f; }
.dot, .mark { stroke: none; }
.dot.s0, .mark.s0 { fill: #1f5fbf; } .dot.s1, .mark.s1 { fill: #c2560c; } .dot.s3, .mark.s3 { fill: #171a1f; }
.dot.s2 { fill: #13795b; } .mark.s2 { fill: none; stroke: #13795b; stroke-width: 2; } .touch { fill: none !important; }
</style>"""
_HEAD: Final = "| | R@1 | R@5 | R@10 | R@50 | MRR@10 | nDCG@10 |"
_MARKER: Final = re.compile(r"<!-- figures: (?P<name>[^>]+?) -->.*?<!-- end of figures -->", re.DOTALL)


def as_markdown(tables: Sequence[Table]) -> str:
    """One table a set and form, under headings."""
    lines: list[str] = []
    for table in tables:
        lines += [f"### {title(table)}", "", remark(table), "", table_markdown(table), ""]
    return "\n".join(lines)


def title(table: Table) -> str:
    return f"{table.set}, {table.form}"


def remark(table: Table) -> str:
    """How large the pool is, how many questions there are, and what was left out."""
    asked = table.rows[0].figures.questions if table.rows else 0
    told = [f"{asked:,} questions over {table.passages:,} passages of {table.articles:,} articles (pool {table.pool})"]
    if table.skipped:
        told.append("left out: " + ", ".join(f"{count:,} {reason}" for reason, count in table.skipped.items()))
    if table.lost:
        shown = ", ".join(table.lost[:5]) + (", …" if len(table.lost) > 5 else "")
        told.append(f"not in the pool's texts and counted as not found: {len(table.lost)} ({shown})")
    return "; ".join(told) + "."


def table_markdown(table: Table, methods: Sequence[str] | None = None) -> str:
    """The rows of a table, or those of the named methods; a JSONL set has columns for articles and evidence."""
    more = "" if table.is_squad else " article@1 | evidence@5 |"
    lines = [_HEAD + more + " ms |", "|---" * (_HEAD.count("|") - 1 + more.count("|") + 1) + "|"]
    lines += [_line(row, table) for row in table.rows if methods is None or row.method in methods]
    return "\n".join(lines)


def _line(row: Row, table: Table) -> str:
    f = row.figures
    cells = [f.r1, f.r5, f.r10, f.r50, f.mrr10, f.ndcg10]
    cells += [] if table.is_squad else [f.article1, f.evidence5]
    return f"| {_bold(row.method)} | " + " | ".join(_share(cell) for cell in cells) + f" | {f.ms:.1f} |"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else "1"


def side_by_side(
    tables: Sequence[Table], methods: Sequence[str] | None = None, *, groups: Sequence[str] | None = None
) -> str:
    """R@1 of the named methods or groups over several forms of a set, a column each."""
    names = [
        name
        for name, group in dict.fromkeys((row.method, row.group) for table in tables for row in table.rows)
        if (methods is None or name in methods) and (groups is None or group in groups)
    ]
    lines = ["| R@1 | " + " | ".join(table.form for table in tables) + " |", "|---" * (len(tables) + 1) + "|"]
    counts = [str(table.rows[0].figures.questions) if table.rows else "0" for table in tables]
    lines.append("| *questions* | " + " | ".join(counts) + " |")
    for name in names:
        found = [next((row.figures for row in table.rows if row.method == name), None) for table in tables]
        cells = " | ".join("" if one is None else _share(one.r1) for one in found)
        lines.append(f"| {_bold(name)} | {cells} |")
    return "\n".join(lines)


def _bold(name: str) -> str:
    return f"**{name}**" if name == PRODUCT else name


# ---- drawings ---------------------------------------------------------------------------------------------------


def recall_curves(table: Table) -> str:
    """Recall at 1 to 50 passages of the legs, their fusion and the product."""
    ticks = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    rows = [row for name in DRAWN for row in table.rows if row.method == name]
    low = min((row.figures.r1 for row in rows), default=0.0)
    floor = min(0.9, int(low * 10) / 10)
    y = Axis(
        "", floor, 1.0, tuple(round(floor + 0.1 * at, 1) for at in range(round((1 - floor) * 10) + 1)), percent=True
    )
    series = [
        Series(row.method, tuple((float(k), row.figures.curve[int(k) - 1]) for k in range(1, 51)), at)
        for at, row in enumerate(rows)
    ]
    drawing = line_chart(series, Axis("passages", 1.0, 50.0, ticks, scale="log"), y, title=f"Recall, {title(table)}")
    return _standalone(str(drawing), [row.method for row in rows])


def first_by_method(accented: Table, unaccented: Table) -> str:
    """R@1 of every method with diacritics and without."""
    other = {row.method: row.figures.r1 for row in unaccented.rows}
    rows = [Dots(row.method, (row.figures.r1, other.get(row.method))) for row in accented.rows if row.group != "words"]
    names = (ACCENTED, unaccented.form)
    return _standalone(str(dot_chart(rows, names, title=f"R@1, {accented.set}")), names)


def _standalone(drawing: str, names: Sequence[str]) -> str:
    """A drawing as a file of its own: with colours, a white ground and a legend under it."""
    found = re.match(r'<svg viewBox="0 0 (\d+) (\d+)"', drawing)
    if found is None:
        raise ValueError("not a drawing of eval.plots")
    width, height = int(found[1]), int(found[2])
    legend = []
    for at, name in enumerate(names):
        x, y = 12 + (at % 2) * width // 2, height + 16 + 18 * (at // 2)
        sample = str(legend_sample("line" if 'class="line' in drawing else "mark", at))
        inner = re.sub(r"</?svg[^>]*>", "", sample)
        legend.append(
            f'<g transform="translate({x} {y - 10})">{inner}</g><text x="{x + 28}" y="{y}">{_escaped(name)}</text>'
        )
    total = height + 18 * ((len(names) + 1) // 2) + 10
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" width="{width}" height="{total}"'
    body = drawing[found.end() :].removesuffix("</svg>")
    start, _, rest = body.partition(">")
    ground = f'<rect width="{width}" height="{total}" fill="#fff"/>'
    return f"{head}{start}>{_STYLE}{ground}{rest}{''.join(legend)}</svg>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


# ---- the page ---------------------------------------------------------------------------------------------------


def filled_in(page: str, parts: Mapping[str, str], where: str = "") -> str:
    """The page with the text of each part between its markers; a part that was not measured stays as it is.

    Raises SettingsError for a page without markers.
    """
    if not _MARKER.search(page):
        raise SettingsError(
            "no place for figures in this page",
            where=where,
            remedy="Mark places by <!-- figures: NAME --> and <!-- end of figures -->",
        )

    def fill(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- figures: {name} -->\n{parts[name]}\n<!-- end of figures -->" if name in parts else found[0]

    return _MARKER.sub(fill, page)
