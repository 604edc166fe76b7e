"""`python -m eval.bench`: how fast it indexes and answers here, how much memory it takes, whether a killed run goes on.

Figures go to standard output and to a file as JSON, what is being done to standard error.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from eval.metrics import percentile
from rag.commands.options import settings_from, settings_options
from rag.commands.terminal import progress_bar
from rag.config import Settings
from rag.errors import RagError, SettingsError

if TYPE_CHECKING:
    from rag.embed import Embedder

BENCHMARKS: Final = ("index", "ask", "cold", "killed")
NEWS: Final = "news/large.jsonl.gz"
QUESTIONS: Final = "reader_dev/news_vi.json.gz"
READING_STAGES: Final = frozenset({"read", "decide", "compose", "total"})
WARM_UP: Final = 10
BATCHES_BEFORE_KILL: Final = 2
# A hung child must not hang the benchmark.
COLD_LIMIT_S: Final = 300

Say = Callable[[str], None]
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """What all benchmarks share. `embedder` is `module:callable` in place of the settings' model, for tests."""

    data: Path
    work: Path
    settings: Settings
    embedder: str = ""

    @property
    def library(self) -> Path:
        return self.work / "bench-library"

    def corpus(self, articles: int) -> Path:
        """The first articles of the news file as plain JSONL: `hoibao index` takes no gzip."""
        path = self.work / f"news-{articles}.jsonl"
        if not path.exists():
            with path.open("w", encoding="utf-8") as file:
                file.writelines(itertools.islice(_gzip_lines(self.data / NEWS), articles))
        return path


def index_events(bench: Bench, corpus: Path, library: Path, *, kill_at: int | None = None) -> Iterator[dict[str, Any]]:
    """The events of an indexing process. With `kill_at`, it gets SIGKILL while it embeds the batch of that number."""
    command = [sys.executable, "-m", "eval.bench_child", str(corpus), str(library)]
    command += [bench.settings.model_dump_json(), bench.embedder]
    batches = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own module)
        assert process.stdout is not None  # noqa: S101 (a pipe was asked for)
        for line in process.stdout:
            event = json.loads(line)
            yield event
            batches += event["event"] == "embedding"
            if kill_at is not None and batches == kill_at:
                process.kill()
                break
    if process.returncode and (kill_at is None or batches < kill_at):
        raise RagError(
            f"indexing ended with status {process.returncode}", where=str(corpus), remedy="Its message stands above"
        )
    if kill_at is not None and batches < kill_at:
        raise RagError(
            f"the run was over after {batches} batches, before it could be killed",
            where=str(corpus),
            remedy="Take more articles with --killed-articles",
        )


def bench_index(bench: Bench, articles: int, step: Step) -> dict[str, Any]:
    """Passages a second of a whole run of indexing, model loading apart, and its peak memory."""
    corpus = bench.corpus(articles)
    shutil.rmtree(bench.library, ignore_errors=True)
    found: dict[str, Any] = {}
    for event in index_events(bench, corpus, bench.library):
        if event["event"] == "opened":
            found["model_opened_s"] = event["seconds"]
        elif event["event"] == "committed":
            step(event["articles"], articles)
        elif event["event"] == "done":
            found |= event
    passages, tokens = found["passages"], found["tokens_per_passage"]
    rate = passages / found["seconds"]
    return {
        "articles": found["articles"],
        "failures": found["failures"],
        "passages": passages,
        "tokens_per_passage": tokens,
        "seconds": found["seconds"],
        "model_opened_s": found["model_opened_s"],
        "passages_per_s": rate,
        "passages_of_200_tokens_per_s": None if tokens is None else rate * tokens / 200,
        "embedding_share": found["embedding_seconds"] / found["seconds"],
        "peak_memory_mib": found["peak_memory_bytes"] / 2**20,
        "library_mib": sum(path.stat().st_size for path in bench.library.rglob("*") if path.is_file()) / 2**20,
        "runtime": found["runtime"],
        "precision": found["precision"],
    }


def bench_ask(bench: Bench, questions: Sequence[str], step: Step, embedder: Embedder | None = None) -> dict[str, Any]:
    """Times of `ask` in one process by stage in milliseconds, after a warm-up that is not counted."""
    from rag.pipeline import ask, open_engine

    times: dict[str, list[float]] = {}
    answered = 0
    started = time.perf_counter()
    with open_engine(bench.library, bench.settings, embedder=embedder) as engine:
        engine.open_reader()
        opened_s = time.perf_counter() - started
        for question in questions[:WARM_UP]:
            ask(engine, question)
        for done, question in enumerate(questions, start=1):
            answer = ask(engine, question)
            answered += answer.status == "answered"
            stages = answer.timings_ms
            retrieval = sum(value for stage, value in stages.items() if stage not in READING_STAGES)
            for stage, value in (stages | {"retrieval": retrieval}).items():
                times.setdefault(stage, []).append(value)
            step(done, len(questions))
        passages = engine.library.manifest().chunks
    return {
        "questions": len(questions),
        "answered": answered,
        "passages": passages,
        "opened_s": opened_s,
        "stages_ms": {
            stage: {"p50": percentile(values, 50), "p95": percentile(values, 95), "max": max(values)}
            for stage, values in times.items()
        },
    }


def bench_cold(bench: Bench, question: str, runs: int, step: Step) -> dict[str, Any]:
    """Wall time of `hoibao ask` in a new process each time. The files may be in the system's cache from before."""
    command = [sys.executable, "-c", "from rag.cli import main; main()", "ask", "--json"]
    command += ["--library", str(bench.library), "--", question]
    seconds = []
    for done in range(1, runs + 1):
        started = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, timeout=COLD_LIMIT_S, check=False)  # noqa: S603
        seconds.append(time.perf_counter() - started)
        if result.returncode:
            message = result.stderr.strip().splitlines()[-1:] or [f"status {result.returncode}"]
            raise RagError(f"`hoibao ask` failed ({message[0]})", where=str(bench.library), remedy="Ask it by hand")
        step(done, runs)
    return {"runs": runs, "seconds": seconds, "median_s": percentile(seconds, 50), "max_s": max(seconds)}


def bench_killed(bench: Bench, articles: int, step: Step) -> dict[str, Any]:
    """Kill an indexing run in the middle of a batch, run it again: what was embedded twice, and is the library sound?

    `embedded_twice` may be as large as the batch at hand when the process died, `batch_lost`, and no larger.
    """
    from rag.dense import DenseIndex
    from rag.lexical import LexicalIndex
    from rag.library import Library
    from rag.store.verify import verify

    corpus = bench.corpus(articles)
    library = bench.work / "bench-killed"
    shutil.rmtree(library, ignore_errors=True)
    first = list(index_events(bench, corpus, library, kill_at=BATCHES_BEFORE_KILL + 1))
    with Library.open(library) as opened:
        kept = opened.manifest().chunks
    step(1, 2)
    second = list(index_events(bench, corpus, library))
    step(2, 2)
    batches = [event["passages"] for event in first if event["event"] == "embedding"]
    again = sum(event["passages"] for event in second if event["event"] == "embedding")
    with Library.open(library) as opened:
        manifest = opened.manifest()
        findings = verify(opened, deep=True, caches=(DenseIndex, LexicalIndex)).findings
    twice = sum(batches) + again - manifest.chunks
    done = next(event for event in second if event["event"] == "done")
    return {
        "killed_in_batch": len(batches),
        "passages_kept": kept,
        "passages_embedded_by_the_second_run": again,
        "articles": manifest.articles,
        "failures": done["failures"],
        "passages": manifest.chunks,
        "embedded_twice": twice,
        "batch_lost": batches[-1],
        "findings": [f"{finding.where}: {finding.what}" for finding in findings],
        "continued": bool(
            kept == sum(batches[:-1])
            and twice == batches[-1]
            and not findings
            and manifest.articles == articles - done["failures"]
        ),
    }


def questions_for(data: Path, count: int, articles: int) -> list[str]:
    """Half headlines of the indexed articles, evenly spaced, half hand-written questions; in turns."""
    from eval.sets_io import load_squad

    lines = itertools.islice(_gzip_lines(data / NEWS), articles)
    titles = [title for line in lines if (title := json.loads(line).get("title"))]
    asked = [question.question for question in load_squad(data / QUESTIONS)[1]]
    pairs = zip(_spaced(titles, count - count // 2), _spaced(asked, count // 2), strict=False)
    return list(itertools.chain.from_iterable(pairs))


def goals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures that were promised, with what was reached; those not measured are left out."""
    checks: list[tuple[str, float | None, str, float]] = []
    if "index" in found:
        checks += [
            ("index: passages of 200 tokens a second", found["index"]["passages_of_200_tokens_per_s"], ">=", 45.0),
            ("index: peak memory, MiB", found["index"]["peak_memory_mib"], "<=", 3 * 1024.0),
        ]
    if "ask" in found:
        checks.append(("ask: retrieval p95, ms", found["ask"]["stages_ms"]["retrieval"]["p95"], "<=", 60.0))
    if "cold" in found:
        checks.append(("cold `hoibao ask`: median, s", found["cold"]["median_s"], "<=", 4.0))
    if "killed" in found:
        checks.append(("killed run continued", float(found["killed"]["continued"]), ">=", 1.0))
    return [
        {
            "name": name,
            "value": value,
            "goal": f"{sign} {goal:g}",
            "met": value >= goal if sign == ">=" else value <= goal,
        }
        for name, value, sign, goal in checks
        if value is not None
    ]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model, flags = platform.processor() or platform.machine(), ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        fields = dict(line.split(":", 1) for line in cpuinfo.read_text().splitlines() if ":" in line)
        names = {name.strip(): value.strip() for name, value in fields.items()}
        model, flags = names.get("model name", model), names.get("flags", "")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "avx512_bf16": "avx512_bf16" in flags.split(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
    }


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True,
              help=f"The folder with {NEWS} and {QUESTIONS}.")  # fmt: skip
@click.option(
    "--only", type=click.Choice(BENCHMARKS), multiple=True, help="Run this one; may be repeated.  [default: all]"
)
@click.option("--articles", type=click.IntRange(1), default=5_000, show_default=True, help="Articles to index.")
@click.option("--questions", type=click.IntRange(2), default=300, show_default=True, help="Questions to ask.")
@click.option("--cold-runs", type=click.IntRange(1), default=5, show_default=True, help="New processes to ask from.")
@click.option("--killed-articles", type=click.IntRange(1), default=600, show_default=True,
              help="Articles of the run that is killed.")  # fmt: skip
@click.option(
    "--work", type=click.Path(path_type=Path), help="A folder to keep and use again.  [default: a temporary one]"
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/bench"), show_default=True,
              help="The folder for bench.json.")  # fmt: skip
@click.option("--embedder", default="", hidden=True)
@settings_options
def bench_command(
    *,
    data: Path,
    only: tuple[str, ...],
    articles: int,
    questions: int,
    cold_runs: int,
    killed_articles: int,
    work: Path | None,
    out: Path,
    embedder: str,
    config: Path | None,
    assignments: tuple[str, ...],
) -> None:
    """Measure indexing, answering, a cold start, and a killed run."""
    from eval.run_files import write_json

    settings = settings_from(config, assignments)
    chosen = [name for name in BENCHMARKS if name in only or not only]
    found: dict[str, Any] = {"machine": machine()}
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar())
        if work is None:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoibao-bench-")))
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(data, work, settings, embedder)

        def stepper(name: str) -> Step:
            if bar is None:
                click.echo(f"bench: {name} …", err=True)
                return lambda done, total: None
            task = bar.add_task(name)
            return lambda done, total: bar.update(task, completed=done, total=total)

        needed = {"ask", "cold"} & set(chosen) and not bench.library.exists()
        if "index" in chosen or needed:
            found["index"] = bench_index(bench, articles, stepper("index"))
        if "ask" in chosen:
            asked = questions_for(data, questions, articles)
            found["ask"] = bench_ask(bench, asked, stepper("ask"), _embedder_named(embedder))
        if "cold" in chosen:
            found["cold"] = bench_cold(bench, questions_for(data, 2, articles)[1], cold_runs, stepper("cold"))
        if "killed" in chosen:
            found["killed"] = bench_killed(bench, killed_articles, stepper("killed"))
    found = _rounded(found | {"goals": goals(found)})
    write_json(out, "bench.json", found)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    for goal in found["goals"]:
        state = "reached" if goal["met"] else "MISSED"
        click.echo(f"bench: {goal['name']}: {goal['value']:.1f} (goal {goal['goal']}): {state}", err=True)


def _embedder_named(name: str) -> Embedder | None:
    from eval.bench_child import embedder_named

    return embedder_named(name) if name else None


def _gzip_lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read the news file ({getattr(error, 'strerror', None) or error})",
            where=str(path),
            remedy="Name the data folder with --data",
        ) from error


def _rounded(value: Any) -> Any:
    """Three decimals: the rest is noise."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value


def _spaced(items: Sequence[str], count: int) -> list[str]:
    """`count` items at even distances; again from the start where there are fewer."""
    if not items:
        return []
    if count >= len(items):
        return list(itertools.islice(itertools.cycle(items), count))
    return [items[index * len(items) // count] for index in range(count)]


def main() -> None:
    try:
        bench_command.main(prog_name="python -m eval.bench")
    except RagError as error:
        click.echo(f"bench: {error}", err=True)
        raise SystemExit(2 if isinstance(error, SettingsError) else 1) from error


if __name__ == "__main__":
    main()
