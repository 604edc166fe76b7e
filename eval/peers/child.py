"""Run one child in its environment and take what it delivers; keep that, so that the same is not measured twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.peers.environment import python_of, requirements
from eval.peers.registry import PROTOCOL, Peer
from rag.errors import RagError

GIVEN = "given.json"
SYSTEMS = "systems.jsonl"
_COMPLETE = "complete"
_LOG = "child.log"
# Nothing that a peer does may leave the machine.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "PYTHONUTF8": "1",
}


@dataclass(frozen=True, slots=True)
class Task:
    """What every child is given. `model` is a sentence-transformers folder, `precision` the type of its weights."""

    passages: Path
    questions: Path
    model: str
    precision: str
    depth: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a system did: the passages found for each question, best first, and what it took."""

    name: str
    rankings: dict[str, tuple[str, ...]]
    ms: tuple[float, ...]
    index_s: float
    index_cpu_s: float
    peak_memory_bytes: int
    versions: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A system that delivered nothing, and why."""

    name: str
    reason: str


def run_peer(peer: Peer, task: Task, environments: Path, runs: Path, *, force: bool) -> list[Measured | Failed]:
    """What each system of a peer did, in the order of `peer.systems`; a Failed for each that did not deliver.

    A peer that was run before with the same input, pins and script is not run again unless `force`; our own is always.
    """
    folder = runs / f"{peer.name}-{_key(peer, task)}"
    if force or peer.environment is None or not (folder / _COMPLETE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        reason = _run(peer, task, environments, folder)
        if not reason:
            (folder / _COMPLETE).touch()
    else:
        reason = ""
    return _taken(peer, task, folder, reason)


def _key(peer: Peer, task: Task) -> str:
    parts = [task.passages.read_text("utf-8"), task.questions.read_text("utf-8"), task.precision, str(task.depth)]
    parts += [peer.script.read_text("utf-8"), PROTOCOL.read_text("utf-8"), Path(task.model).name, sys.version]
    if peer.environment is not None:
        parts.append(requirements(peer.environment).read_text("utf-8"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _run(peer: Peer, task: Task, environments: Path, folder: Path) -> str:
    """Run the child; why it failed, or nothing."""
    try:
        python = sys.executable if peer.environment is None else str(python_of(peer.environment, environments))
    except (OSError, RagError) as error:
        return str(error)
    given = {
        "passages": str(task.passages),
        "questions": str(task.questions),
        "model": task.model,
        "precision": task.precision,
        "depth": task.depth,
    }
    (folder / GIVEN).write_text(json.dumps(given), encoding="utf-8")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | _OFFLINE
    if peer.environment is None:
        surroundings["PYTHONPATH"] = str(Path(__file__).parents[2])
    log = folder / _LOG
    with log.open("w", encoding="utf-8") as output:
        try:
            done = subprocess.run(  # noqa: S603 (our own script)
                [python, str(peer.script), str(folder)],
                env=surroundings,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=task.timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"not done after {task.timeout_s:g} s"
    if done.returncode:
        last = log.read_text("utf-8", "replace").strip().rpartition("\n")[2]
        return f"ended with status {done.returncode}: {last or 'without a word'}"
    return ""


def _taken(peer: Peer, task: Task, folder: Path, reason: str) -> list[Measured | Failed]:
    told: dict[str, dict[str, Any]] = {}
    if (folder / SYSTEMS).exists():
        with (folder / SYSTEMS).open(encoding="utf-8") as file:
            told = {system["name"]: system for system in map(json.loads, file)}
    known = {record["id"] for record in _records(task.passages)}
    asked = [record["id"] for record in _records(task.questions)]
    found: list[Measured | Failed] = []
    for name in dict.fromkeys((*peer.systems, *told)):
        try:
            found.append(_measured(folder, told[name], known, asked))
        except KeyError:
            found.append(Failed(name, reason or "delivered nothing"))
        except ValueError as error:
            found.append(Failed(name, str(error)))
    return found


def _measured(folder: Path, told: dict[str, Any], known: set[str], asked: Sequence[str]) -> Measured:
    """Raises ValueError where the ranking is not one of these questions over these passages."""
    records = list(_records(folder / told["ranking"]))
    rankings = {record["id"]: tuple(record["passages"]) for record in records}
    if list(rankings) != list(asked):
        raise ValueError(f"answered {len(rankings)} questions that are not the {len(asked)} it was asked")
    if strange := {one for ranking in rankings.values() for one in ranking} - known:
        raise ValueError(f"found passages that are not in the pool, such as {min(strange)!r}")
    return Measured(
        name=told["name"],
        rankings=rankings,
        ms=tuple(record["ms"] for record in records),
        index_s=told["index_s"],
        index_cpu_s=told["index_cpu_s"],
        peak_memory_bytes=told["peak_memory_bytes"],
        versions=told["versions"],
        notes=tuple(told["notes"]),
    )


def _records(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
