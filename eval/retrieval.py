"""`python -m eval.retrieval`: question sets asked of a pool by every leg, fusion and part of the product, as a table.

Tables go to standard output, what is being done to standard error. Without `--set` and `--pool` it runs the
development sets of `--data`.
"""

from __future__ import annotations

import itertools
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from eval import segmenters
from eval.asked import Asked, read_asked
from eval.forms import ACCENTED, ALL_FORMS, in_form, read_parallel
from eval.methods import GROUPS, Bench, Method, embed_ms
from eval.pool_library import Pool, PoolSet, PoolSpec, make_pool
from eval.retrieval_figures import Outcome, Row, Table, figures, outcome
from eval.retrieval_report import as_markdown
from eval.retrieval_runs import Plan, SetPlan, default_plans, write_page
from eval.vector_cache import CachedEmbedder, default_folder
from rag.commands.options import fail, settings_from, settings_options
from rag.commands.terminal import progress_bar
from rag.config import Settings
from rag.embed import Embedder, open_embedder
from rag.errors import RagError, SettingsError

TABLES_NAME: Final = "retrieval.json"
MARKDOWN_NAME: Final = "retrieval.md"
RANKS_NAME: Final = "ranks.jsonl"
WITHOUT_WORDS: Final = tuple(group for group in GROUPS if group != "words")
DEFAULT_FORMS: Final = (ACCENTED, "unaccented")

Translations: TypeAlias = Mapping[str, Mapping[str, str]]


@click.command()
@click.option(
    "--set", "sets", multiple=True, type=click.Path(path_type=Path), help="SQuAD file or JSONL set; repeatable."
)
@click.option(
    "--pool",
    "pools",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File or folder of other articles, as `hoibao index` reads them, or gzip of one; repeatable.",
)
@click.option("--distractors", type=click.IntRange(min=1), help="Only so many articles of each --pool.")
@click.option(
    "--library", type=click.Path(path_type=Path), help="A library to search, copied first; --pool is left out."
)
@click.option("--forms", help=f"Of {', '.join(ALL_FORMS)}; {','.join(DEFAULT_FORMS)} by default.")
@click.option(
    "--parallel", type=click.Path(path_type=Path), help='Translations: lines of {"id", "en", "fr", "ru", "zh"}.'
)
@click.option(
    "--methods", default=",".join(WITHOUT_WORDS), show_default=True, help=f"Of {', '.join(GROUPS)}, or names."
)
@click.option("--limit", type=click.IntRange(min=1), help="Questions of each set, at even distances.")
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option("--vectors", type=click.Path(path_type=Path), help="Where vectors are kept; the user's cache by default.")
@click.option("--work", type=click.Path(path_type=Path), help="Where pools are indexed; a temporary folder by default.")
@click.option(
    "--out", type=click.Path(path_type=Path), help=f"Write {MARKDOWN_NAME}, {TABLES_NAME} and {RANKS_NAME} here."
)
@click.option(
    "--page", type=click.Path(path_type=Path), help="Fill the marked places of this page, with drawings beside."
)
@click.option("--markdown/--json", "markdown", default=True, show_default=True, help="What is printed.")
@settings_options
def retrieval_command(
    sets: tuple[Path, ...],
    pools: tuple[Path, ...],
    distractors: int | None,
    library: Path | None,
    forms: str | None,
    parallel: Path | None,
    methods: str,
    limit: int | None,
    data: Path,
    vectors: Path | None,
    work: Path | None,
    out: Path | None,
    page: Path | None,
    markdown: bool,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Measure retrieval: R@1/5/10/50, MRR@10, nDCG@10 and milliseconds a question, for every way to rank.

    A passage of a SQuAD set joins the pool and is right if it holds the whole answer; a passage is right for a question
    of a JSONL set if it holds at least half of an evidence quote.
    """
    try:
        settings = settings_from(config, assignments)
        wanted = _forms(forms) if forms else DEFAULT_FORMS
        translations = read_parallel(parallel) if parallel is not None else {}
        if sets:
            plans = [Plan(PoolSpec("pool", pools, distractors, library), _named(sets, wanted))]
        elif pools or library:
            raise SettingsError("nothing to ask", remedy="Name a question set with --set")
        else:
            plans = default_plans(data, wanted if forms else None)
        with ExitStack() as stack:
            folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoibao-retrieval-")))
            embedder = open_embedder(settings.embed)
            run = Run(settings, embedder, folder, vectors or default_folder(), methods=_list(methods), limit=limit)
            run.all(plans, translations)
        if out is not None:
            write_out(out, run.tables, run.ranks)
        if page is not None:
            write_page(page, run.tables)
    except RagError as error:
        fail(str(error), status=2 if isinstance(error, SettingsError) else 1)
    _print(run.tables, markdown=markdown)


class Run:
    """What all pools of a run share, and what they gave."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        work: Path,
        vectors: Path | None,
        *,
        methods: Sequence[str],
        limit: int | None = None,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._work = work
        self._vectors = vectors
        self._methods = methods
        self._limit = limit
        self.tables: list[Table] = []
        self.ranks: list[dict[str, Any]] = []

    def all(self, plans: Sequence[Plan], translations: Translations) -> None:
        """Measure every plan. Raises RagError."""
        with CachedEmbedder(self._embedder, self._vectors) as cached:
            for plan in plans:
                say(f"pool {plan.spec.name}: reading and indexing")
                sets = [read_asked(one.path, one.name) for one in plan.sets]
                pool = make_pool(plan.spec, sets, self._work, self._settings, cached)
                cached.write()
                for told in pool.refused:
                    say(f"not taken: {told}")
                with ExitStack() as stack:
                    self._pool(pool, plan, translations, cached, stack)

    def _pool(
        self, pool: Pool, plan: Plan, translations: Translations, cached: CachedEmbedder, stack: ExitStack
    ) -> None:
        texts = [question.text for one in pool.sets for question in one.questions]
        bench = Bench(pool, self._settings, cached, stack, embed_ms=embed_ms(self._embedder, texts))
        methods = chosen(bench, self._methods)
        source_of = {chunk.id: pool.source_of[chunk.article_id] for chunk in pool.chunk_of.values()}
        measured: dict[str, list[Measured]] = {}
        for planned, one in zip(plan.sets, pool.sets, strict=True):
            part = evenly(one, self._limit)
            for form in planned.forms:
                questions = in_form(part.questions, form, {**planned.translations(), **translations})
                if not questions:
                    say(f"{one.name}: no question of it is known in {form}")
                    continue
                cached.embed_queries([question.text for question in questions])
                found = _measured(part, form, questions, methods, source_of)
                measured.setdefault(form, []).append(found)
                self._add(pool, form, found)
        for form, parts in measured.items():
            if plan.together and len(parts) > 1:
                self._add(pool, form, merged(plan.together, parts), ranks=False)

    def _add(self, pool: Pool, form: str, found: Measured, *, ranks: bool = True) -> None:
        rows = tuple(Row(method.name, method.group, figures(of)) for method, of in found.outcomes)
        one = found.set
        self.tables.append(
            Table(
                pool=pool.name,
                set=one.name,
                form=form,
                passages=len(pool.chunk_of),
                articles=pool.articles,
                skipped=one.skipped,
                lost=one.lost,
                is_squad=one.is_squad,
                rows=rows,
            )
        )
        for method, outcomes in found.outcomes if ranks else ():
            where = {"pool": pool.name, "set": one.name, "form": form, "method": method.name}
            self.ranks += [where | {"id": outcome.id, "rank": outcome.first_rank} for outcome in outcomes]


@dataclass(frozen=True, slots=True)
class Measured:
    """A set in one form: what every method gave for each of its questions."""

    set: PoolSet
    outcomes: tuple[tuple[Method, tuple[Outcome, ...]], ...]


def _measured(
    one: PoolSet, form: str, questions: Sequence[Asked], methods: Sequence[Method], source_of: Mapping[str, str]
) -> Measured:
    gold_of = {question.id: gold for question, gold in zip(one.questions, one.gold, strict=True)}
    fitting = [method for method in methods if method.forms is None or form in method.forms]
    found: list[list[Outcome]] = [[] for _ in fitting]
    for question in shown(questions, f"{one.name}, {form}"):
        for method, outcomes in zip(fitting, found, strict=True):
            outcomes.append(outcome(question.id, method.rank(question), gold_of[question.id], source_of))
    return Measured(one, tuple((method, tuple(of)) for method, of in zip(fitting, found, strict=True)))


def merged(name: str, parts: Sequence[Measured]) -> Measured:
    """Several sets in one form as one."""
    skipped: Counter[str] = Counter()
    for part in parts:
        skipped.update(part.set.skipped)
    one = PoolSet(
        name,
        tuple(question for part in parts for question in part.set.questions),
        tuple(gold for part in parts for gold in part.set.gold),
        dict(skipped),
        tuple(lost for part in parts for lost in part.set.lost),
        all(part.set.is_squad for part in parts),
    )
    methods = [method for method, _ in parts[0].outcomes]
    outcomes = [tuple(itertools.chain.from_iterable(dict(part.outcomes)[m] for part in parts)) for m in methods]
    return Measured(one, tuple(zip(methods, outcomes, strict=True)))


def chosen(bench: Bench, names: Sequence[str]) -> list[Method]:
    """The methods of the named groups, and those named themselves. Raises SettingsError for an unknown name."""
    groups = [name for name in names if name in GROUPS]
    if "words" in groups and segmenters.missing():
        say(f"{' and '.join(segmenters.missing())} not installed, left out; pip install 'hoibao[experiments]'")
        groups.remove("words")
    others = [name for name in names if name not in GROUPS]
    known = list(bench.methods(GROUPS if others else groups))
    unknown = set(others).difference(method.name for method in known)
    if unknown:
        raise SettingsError(
            f"no such method: {', '.join(sorted(unknown))}",
            remedy=f"Use {', '.join(GROUPS)}, or a name from the table they make",
        )
    return [method for method in known if method.group in groups or method.name in others]


def evenly(one: PoolSet, limit: int | None) -> PoolSet:
    """At most `limit` questions of a set, at even distances."""
    count = len(one.questions)
    if limit is None or count <= limit:
        return one
    places = [at * count // limit for at in range(limit)]
    kept = frozenset(one.questions[at].id for at in places)
    return replace(
        one,
        questions=tuple(one.questions[at] for at in places),
        gold=tuple(one.gold[at] for at in places),
        lost=tuple(id_ for id_ in one.lost if id_ in kept),
    )


def write_out(out: Path, tables: Sequence[Table], ranks: Iterable[Mapping[str, Any]]) -> None:
    """Write the tables as Markdown and JSON, and the ranks of all questions, to a folder. Raises SettingsError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / MARKDOWN_NAME).write_text(as_markdown(tables), encoding="utf-8")
        text = json.dumps([table.as_json() for table in tables], ensure_ascii=False, indent=1)
        (out / TABLES_NAME).write_text(text + "\n", encoding="utf-8")
        with (out / RANKS_NAME).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(rank, ensure_ascii=False) + "\n" for rank in ranks)
    except OSError as error:
        raise SettingsError(
            f"cannot write ({error.strerror})", where=str(out), remedy="Name a folder that can be written"
        ) from error


def say(what: str) -> None:
    """One line of progress."""
    click.echo(what, err=True)


def shown(questions: Sequence[Asked], what: str) -> Iterator[Asked]:
    """The questions, with a bar on a terminal."""
    with progress_bar() as bar:
        task = bar.add_task(what, total=len(questions)) if bar else None
        for question in questions:
            yield question
            if bar and task is not None:
                bar.advance(task)


def _print(tables: Sequence[Table], *, markdown: bool) -> None:
    if markdown:
        click.echo(as_markdown(tables))
    else:
        click.echo(json.dumps([table.as_json() for table in tables], ensure_ascii=False))


def _named(sets: Sequence[Path], forms: Sequence[str]) -> tuple[SetPlan, ...]:
    """Each set under its file's name, or with its folder's where two files have the same."""
    stems = [path.name.removesuffix(".gz").removesuffix(".json").removesuffix(".jsonl") for path in sets]
    names = [
        f"{path.parent.name}/{stem}" if stems.count(stem) > 1 else stem for path, stem in zip(sets, stems, strict=True)
    ]
    return tuple(SetPlan(path, name, tuple(forms)) for path, name in zip(sets, names, strict=True))


def _list(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(_list(text))
    unknown = [form for form in forms if form not in ALL_FORMS]
    if unknown or not forms:
        raise SettingsError(
            f"no such form: {', '.join(unknown) or 'none is named'}", remedy=f"Use {', '.join(ALL_FORMS)}"
        )
    return forms


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    retrieval_command()
