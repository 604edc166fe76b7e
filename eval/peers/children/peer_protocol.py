"""What every child of `eval.peers` does with the systems it builds: time them, ask them, write their rankings.

A child runs in the environment of its peer and imports nothing of the project but this file, which needs the standard
library alone. It is called as `python run_x.py FOLDER`, where FOLDER/given.json names what it is given; it writes
FOLDER/systems.jsonl, a line a system, and FOLDER/<n>.ranking.jsonl, a line a question.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
WARM_UP = 5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Given:
    """What a child is given. `texts` are the passages in the order of `ids`, each after its title and day, if any."""

    folder: Path
    passages: Path
    ids: list[str]
    texts: list[str]
    questions: list[tuple[str, str]]
    model: str
    precision: str
    depth: int


@dataclass(frozen=True)
class System:
    """A way to search that is ready to be asked.

    `search` takes a question and gives the ids of passages, best first. `after` names a system built before by the
    same child on which this one stands: its time to index counts here too. `notes` are told with the figures.
    """

    name: str
    search: Callable[[str], Sequence[str]]
    versions: tuple[str, ...] = ()
    after: str | None = None
    notes: tuple[str, ...] = field(default=())


def words(text: str) -> list[str]:
    """Lower-case words: for peers that leave the cutting to their user."""
    return _WORD.findall(text.lower())


def serve(build: Callable[[Given], Iterator[System]]) -> None:
    """Ask every system that `build` yields all questions, one at a time, as soon as it is ready.

    The time to index runs from the child's start, or from the end of asking the system before, to the yield: imports
    and loading the model are in it.
    """
    given = _read(Path(sys.argv[1]))
    spent: dict[str, tuple[float, float]] = {}
    wall, cpu = 0.0, 0.0
    for number, system in enumerate(build(given)):
        # The process's own clock has run since the interpreter's start.
        seconds = time.perf_counter() - wall if wall else _since_start()
        cpu_seconds = time.process_time() - cpu
        if system.after is not None:
            seconds, cpu_seconds = seconds + spent[system.after][0], cpu_seconds + spent[system.after][1]
        spent[system.name] = seconds, cpu_seconds
        _ask(given, system, given.folder / f"{number}.ranking.jsonl")
        told = {
            "name": system.name,
            "ranking": f"{number}.ranking.jsonl",
            "index_s": seconds,
            "index_cpu_s": cpu_seconds,
            "peak_memory_bytes": _peak_memory_bytes(),
            "versions": {name: importlib.metadata.version(name) for name in system.versions},
            "notes": list(system.notes),
        }
        with (given.folder / "systems.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
        wall, cpu = time.perf_counter(), time.process_time()


def _read(folder: Path) -> Given:
    given = json.loads((folder / "given.json").read_text(encoding="utf-8"))
    passages = Path(given["passages"])
    records = _lines(passages)
    return Given(
        folder=folder,
        passages=passages,
        ids=[record["id"] for record in records],
        texts=[_headed(record) for record in records],
        questions=[(record["id"], record["text"]) for record in _lines(Path(given["questions"]))],
        model=given["model"],
        precision=given["precision"],
        depth=given["depth"],
    )


def _headed(record: dict[str, str]) -> str:
    """Title, day as day/month/year, and text, a line each."""
    day = "/".join(reversed(record["published_on"].split("-"))) if "published_on" in record else ""
    return "\n".join(filter(None, (record.get("title"), day, record["text"])))


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _ask(given: Given, system: System, path: Path) -> None:
    for _, question in given.questions[:WARM_UP]:
        system.search(question)
    with path.open("w", encoding="utf-8") as file:
        for identifier, question in given.questions:
            started = time.perf_counter()
            found = list(system.search(question))
            ms = (time.perf_counter() - started) * 1000
            ranked = list(dict.fromkeys(found))[: given.depth]
            file.write(json.dumps({"id": identifier, "ms": ms, "passages": ranked}) + "\n")


def _since_start() -> float:
    """Seconds since this process was started; since this module was imported where the system does not tell."""
    try:
        ticks = float(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return time.perf_counter() - _IMPORTED
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def _peak_memory_bytes() -> int:
    """The most memory held so far; Linux's own figure where there is one, as `getrusage` counts the parent's too."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


_IMPORTED = time.perf_counter()
