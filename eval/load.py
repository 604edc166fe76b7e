"""`python -m eval.load`: many people ask at once; how long each waits, and whether anybody gets no answer.

Each visitor has a session of its own and asks questions of a set that nobody else asks in the run, all at the same
moment, round by round. Figures go to standard output and to a file as JSON, what is being done to standard error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import click

from eval.metrics import percentile
from eval.run_files import write_json
from eval.sets_io import load_set
from eval.visitors import ApiVisitor, Asked, Connection, PageVisitor, Visitor
from rag.errors import RagError, SettingsError

GOAL_P95_S: Final = 4.0
_START_S: Final = 120.0
_WARM_UP: Final = 4
_NO_ANSWER: Final = ("failed", "refused", "lost")


@dataclass(frozen=True, slots=True)
class Load:
    """What is done: so many `users` at once, each asking one question in every round, through the page or the API."""

    users: int
    rounds: int
    through: str


def run_load(
    load: Load,
    questions: Sequence[str],
    visitor: Callable[[], Visitor],
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Let the visitors ask. `questions` are shared out, from the first on; those of the last few warm the server up.

    Raises RagError where there are too few questions.
    """
    wanted = load.users * load.rounds
    if len(questions) < wanted:
        raise SettingsError(
            f"{wanted} different questions are needed, the set has {len(questions)}",
            remedy="Take fewer users or rounds, or a larger set",
        )
    first = visitor()
    for question in questions[-_WARM_UP:]:
        first.ask(question)
    first.leave()
    visitors = [visitor() for _ in range(load.users)]
    before = os.getloadavg()[0]
    rounds = []
    try:
        for number in range(load.rounds):
            at = number * load.users
            rounds.append(_at_once(visitors, questions[at : at + load.users]))
            told = _summary(rounds[-1])
            say(f"round {number + 1}: p50 {_s(told['p50_s'])}, p95 {_s(told['p95_s'])}, max {_s(told['max_s'])}")
    finally:
        for each in visitors:
            each.leave()
    every = [asked for one in rounds for asked in one]
    return {
        "through": load.through,
        "users": load.users,
        "rounds": load.rounds,
        "cores": os.cpu_count(),
        "load_average_before": round(before, 2),
        **_summary(every),
        "first_words": _spread([asked.first_words_s for asked in every if asked.first_words_s is not None]),
        "outcomes": dict(sorted(Counter(asked.outcome for asked in every).items())),
        "by_round": [_summary(one) for one in rounds],
        "questions": [asdict(asked) for asked in every],
    }


def _at_once(visitors: Sequence[Visitor], questions: Sequence[str]) -> list[Asked]:
    """One question of each visitor, all sent at the same moment."""
    start = threading.Barrier(len(visitors))
    asked: list[Asked | None] = [None] * len(visitors)

    def one(place: int) -> None:
        start.wait()
        asked[place] = visitors[place].ask(questions[place])

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(len(visitors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [
        each if each is not None else Asked(question, "lost", None, None, "the visitor failed")
        for each, question in zip(asked, questions, strict=True)
    ]


def _summary(asked: Sequence[Asked]) -> dict[str, Any]:
    """The times of all that were answered, and how many were not."""
    times = [each.total_s for each in asked if each.total_s is not None and each.outcome not in _NO_ANSWER]
    return {**_spread(times), "unanswered": sum(each.outcome in _NO_ANSWER for each in asked)}


def _spread(times: Sequence[float]) -> dict[str, float | None]:
    if not times:
        return {"p50_s": None, "p95_s": None, "max_s": None}
    named = {"p50_s": percentile(times, 50), "p95_s": percentile(times, 95), "max_s": max(times)}
    return {name: round(value, 3) for name, value in named.items()}


def _s(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.2f} s"


@contextmanager
def served(library: Path, arguments: Sequence[str] = ()) -> Iterator[str]:
    """The address of `hoibao chat` over a library, in a process of its own. Raises RagError where it does not start."""
    command = [sys.executable, "-c", "from rag.cli import main; main()", "chat", "--library", str(library)]
    with subprocess.Popen(  # noqa: S603 - our own command line
        [*command, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            address: list[str] = []
            reading = threading.Thread(target=lambda: address.append(_address_in(process.stdout)), daemon=True)
            reading.start()
            reading.join(_START_S)
            if not address or not address[0]:
                raise RagError("`hoibao chat` did not start", where=str(library), remedy="Start it by hand to see why")
            yield address[0]
        finally:
            process.terminate()
            process.wait(_START_S)


def _address_in(lines: Any) -> str:
    return next((word for line in lines for word in line.split() if word.startswith("http://")), "")


@click.command()
@click.option("--library", type=click.Path(path_type=Path), help="Serve this library for the run.")
@click.option("--address", help="Ask a page that is served already, such as http://127.0.0.1:7860.")
@click.option("--set", "set_file", type=click.Path(path_type=Path), required=True, help="Where the questions are from.")
@click.option("--users", type=click.IntRange(1, 1_000), default=20, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 1_000), default=3, show_default=True)
@click.option("--through", type=click.Choice(["page", "api"]), default="page", show_default=True)
@click.option("--login", metavar="NAME", help="Log in under this name; the password is read from standard input.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/load"), show_default=True)
def load_command(
    library: Path | None,
    address: str | None,
    set_file: Path,
    users: int,
    rounds: int,
    through: str,
    login: str | None,
    out: Path,
) -> None:
    """Let many people ask at once, and tell how long each waited."""
    if (library is None) == (address is None):
        raise SettingsError("nothing to ask", remedy="Give either --library or --address")
    # A follow-up says little without the questions before it.
    questions = [question.question for question in load_set(set_file) if not question.history]
    password = sys.stdin.readline().rstrip("\r\n") if login else ""

    def measured(place: str) -> dict[str, Any]:
        def visitor() -> Visitor:
            connection = Connection(place)
            if login:
                connection.log_in(login, password)
            return PageVisitor(connection) if through == "page" else ApiVisitor(connection)

        return run_load(Load(users, rounds, through), questions, visitor, lambda line: click.echo(line, err=True))

    if library is not None:
        with served(library) as place:
            found = measured(place)
    else:
        found = measured(str(address))
    found = {"set": str(set_file), "library": str(library) if library else None, **found}
    write_json(out, "load.json", found)
    click.echo(json.dumps({name: value for name, value in found.items() if name != "questions"}, indent=2))
    met = found["p95_s"] is not None and found["p95_s"] < GOAL_P95_S and not found["unanswered"]
    click.echo(f"load: p95 {_s(found['p95_s'])} (goal {GOAL_P95_S} s): {'reached' if met else 'MISSED'}", err=True)


def main() -> None:
    try:
        load_command.main(prog_name="python -m eval.load")
    except RagError as error:
        click.echo(f"load: {error}", err=True)
        raise SystemExit(2 if isinstance(error, SettingsError) else 1) from error


if __name__ == "__main__":
    main()
