"""What is measured by default, and how its figures become the page docs/retrieval.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eval.forms import ACCENTED, LANGUAGES, read_parallel
from eval.methods import DENSE, FUSED, LEXICAL, PRODUCT
from eval.pool_library import PoolSpec
from eval.retrieval_figures import Table
from eval.retrieval_report import filled_in, first_by_method, recall_curves, remark, side_by_side, table_markdown
from rag.errors import SettingsError

DISTRACTORS: Final = 2000
NEWS: Final = "news/large.jsonl.gz"
DATED: Final = "news/dated.jsonl.gz"
SETS: Final = Path(__file__).parent / "sets"
SEEDS: Final = Path(__file__).parents[1] / "seeds"
BOTH: Final = (ACCENTED, "unaccented")
TYPED: Final = (*BOTH, "lower", "partly", "typo", *LANGUAGES)
# Of the rows of a set in many forms, what the page shows.
_FEW: Final = (DENSE, LEXICAL, FUSED, PRODUCT)


@dataclass(frozen=True, slots=True)
class SetPlan:
    """A set, its name, and the forms in which it is asked. `parallel` holds its translations."""

    path: Path
    name: str
    forms: tuple[str, ...]
    parallel: Path | None = None

    def translations(self) -> dict[str, dict[str, str]]:
        return read_parallel(self.parallel) if self.parallel is not None else {}


@dataclass(frozen=True, slots=True)
class Plan:
    """A pool and the sets asked of it. With `together` they are also told as one set of that name."""

    spec: PoolSpec
    sets: tuple[SetPlan, ...]
    together: str | None = None


def default_plans(data: Path, forms: tuple[str, ...] | None = None) -> list[Plan]:
    """The development sets: Wikipedia and news passages among 2,000 news articles, the seeds, and dated news.

    What is not there is left out; raises SettingsError if nothing is. `forms` replaces those of every set.
    """

    def squad(name: str, *, typed: tuple[str, ...] = BOTH, parallel: Path | None = None) -> SetPlan:
        return SetPlan(data / f"{name}.json.gz", name, forms or typed, parallel)

    news = data / NEWS
    plans = [
        Plan(
            PoolSpec("wikipedia", (news,), DISTRACTORS),
            (
                squad("reader_train/viquad1_vi"),
                squad("reader_dev/viquad1_vi", typed=TYPED, parallel=SETS / "parallel.jsonl"),
            ),
            "viquad1",
        ),
        Plan(
            PoolSpec("news", (news,), DISTRACTORS),
            (squad("reader_train/news_vi"), squad("reader_dev/news_vi")),
            "news_vi",
        ),
        Plan(PoolSpec("dated", (data / DATED,)), (SetPlan(SETS / "dated.jsonl", "dated", forms or BOTH),)),
        Plan(PoolSpec("seeds", (SEEDS,)), (SetPlan(SETS / "seeds.jsonl", "seeds", forms or BOTH),)),
        Plan(
            PoolSpec("seeds among news", (SEEDS, news), DISTRACTORS),
            (SetPlan(SETS / "seeds.jsonl", "seeds among news", forms or BOTH),),
        ),
    ]
    there = [
        plan for plan in plans if all(path.exists() for path in (*plan.spec.articles, *(one.path for one in plan.sets)))
    ]
    if len(there) == 1:  # the seeds alone need no data
        raise SettingsError(
            "no development sets in this folder", where=str(data), remedy="Name it with --data, or a set with --set"
        )
    return there


def write_page(page: Path, tables: Sequence[Table]) -> None:
    """Fill the marked places of a page, and write its drawings into a folder beside it. Raises SettingsError."""
    drawings = page.parent / page.stem
    try:
        text = page.read_text(encoding="utf-8")
        drawings.mkdir(exist_ok=True)
        parts = page_parts(tables)
        for name, drawing in page_drawings(tables).items():
            if f"{page.stem}/{name}.svg" in text:
                (drawings / f"{name}.svg").write_text(drawing, encoding="utf-8")
        page.write_text(filled_in(text, parts, str(page)), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"cannot be filled in ({error.strerror})", where=str(page), remedy="Name a page that can be written"
        ) from error


def page_parts(tables: Sequence[Table]) -> dict[str, str]:
    """The text of each marked place: a table for each set and form, and one for all forms of a set."""
    parts = {f"{table.set}, {table.form}": f"{remark(table)}\n\n{table_markdown(table)}" for table in tables}
    for name in dict.fromkeys(table.set for table in tables):
        mine = [table for table in tables if table.set == name]
        parts[f"{name}, forms"] = side_by_side(mine, _FEW)
        parts[f"{name}, ablations"] = side_by_side(mine, groups=("product", "ablations"))
    return parts


def page_drawings(tables: Sequence[Table]) -> dict[str, str]:
    """Recall curves of each set and form, and R@1 by method with diacritics and without, by the name of the file."""
    found = {}
    for table in tables:
        if table.form in BOTH:
            found[_file_name(f"recall {table.set} {table.form}")] = recall_curves(table)
        if table.form == ACCENTED:
            other = next((t for t in tables if t.set == table.set and t.form == "unaccented"), None)
            if other is not None:
                found[_file_name(f"first {table.set}")] = first_by_method(table, other)
    return found


def _file_name(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text)
