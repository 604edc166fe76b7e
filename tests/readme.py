"""The examples of the README and of two pages in docs/: found, run, compared with what is shown, and written anew.

A `console` block is a session: a line with `$ ` is a command (lines with `> ` go on with it), what follows is what it
prints. A `python` block is a program, and a `text` block right after it is what it prints. A `toml` block is the file
hoibao.toml. All of a page run one after the other in one folder that holds seeds/ and eval/sets/. Blocks of other kinds
do not.

In what is shown, `…` stands for anything in its line, and for any number of lines where it stands alone. Decimal
numbers (times, scores, sizes), the runtime and random names of folders differ from run to run and are compared as such,
not by their value.

    python -m tests.readme                    compare, on all pages
    python -m tests.readme --write [PAGE...]  run all examples of the pages and put what they print into them
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.load import served

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, ROOT / "docs" / "answers.md", ROOT / "docs" / "api.md")
# Where an example asks this address, the library of the page's folder is served meanwhile, wherever there is room.
ADDRESS = "http://127.0.0.1:7860"
SETTINGS_FILE = "hoibao.toml"

_LIMIT_S = 280
_LINE_CHARS = 200
_STRING_CHARS = 70
_LINES = 24
_ELISION = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `info` is what stands behind the fence, `first` and `last` its lines in the file, exclusive."""

    info: str
    first: int
    last: int
    lines: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.info.split()[0] if self.info.split() else ""

    @property
    def most_lines(self) -> int:
        """How many lines of a command's output are shown: `console lines=9`."""
        stated = re.search(r"\blines=(\d+)", self.info)
        return int(stated.group(1)) if stated else _LINES


@dataclass(frozen=True, slots=True)
class Example:
    """A command or program and what the README says that it prints. `block` is where that stands."""

    kind: str
    source: str
    shown: tuple[str, ...]
    block: Block


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a Markdown text."""
    found = []
    lines = text.splitlines()
    opened: int | None = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if opened is None:
            opened = number
        else:
            found.append(Block(lines[opened][3:].strip(), opened + 1, number, tuple(lines[opened + 1 : number])))
            opened = None
    return found


def examples(text: str) -> list[Example]:
    """What is run, in the order of the text."""
    found = []
    all_blocks = blocks(text)
    for at, block in enumerate(all_blocks):
        if block.language == "console":
            found += [Example("console", source, shown, block) for source, shown in _session(block.lines)]
        elif block.language == "python":
            below = all_blocks[at + 1] if at + 1 < len(all_blocks) else None
            if below is None or below.language != "text":
                raise ValueError(f"the python block at line {block.first} has no text block after it")
            found.append(Example("python", "\n".join(block.lines), below.lines, below))
    return found


def settings_text(text: str) -> str:
    """All `toml` blocks together."""
    return "\n".join("\n".join(block.lines) for block in blocks(text) if block.language == "toml")


def run(text: str, folder: Path) -> Iterator[tuple[Example, str]]:
    """Run every example in `folder`, in order; what each prints, on both streams, as a terminal would show it."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(ROOT / "eval" / "sets", folder / "eval" / "sets")
    (folder / SETTINGS_FILE).write_text(settings_text(text), encoding="utf-8")
    # Measuring what they cover costs every third second of some sixty starts; nothing is run here alone.
    left_out = ("HOIBAO_LIBRARY", "COVERAGE_PROCESS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    # `python -c` in another folder has to find the packages as the script does.
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }
    with ExitStack() as stack:
        address = ""
        for example in examples(text):
            if ADDRESS in example.source:
                address = address or stack.enter_context(served(folder / "library"))
            source = example.source.replace(ADDRESS, address)
            command = ["bash", "-c", source]
            if example.kind == "python":
                command = [sys.executable, "-c", source]
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_LIMIT_S,
                check=False,
            )
            output = done.stdout.decode("utf-8")
            yield example, output.replace(address, ADDRESS) if address else output


def matches(shown: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what is shown."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == _ELISION else _line_pattern(line) + r"\n" for line in shown)
    text = "".join(f"{_comparable(line)}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, text) is not None


def written_anew(text: str, printed: list[tuple[Example, str]]) -> str:
    """The README with what the examples print now; long lines, long outputs and long lists are cut with `…`."""
    lines = text.splitlines()
    by_block: dict[int, list[str]] = {}
    block_of: dict[int, Block] = {}
    for example, output in printed:
        block_of[example.block.first] = example.block
        into = by_block.setdefault(example.block.first, [])
        if example.kind == "console":
            into += [f"{'> ' if number else '$ '}{line}" for number, line in enumerate(example.source.splitlines())]
        into += abbreviated(output, example.block.most_lines)
    for first in sorted(by_block, reverse=True):
        block = block_of[first]
        lines[block.first : block.last] = by_block[first]
    return "\n".join(lines) + "\n"


def abbreviated(output: str, most_lines: int = _LINES) -> list[str]:
    """What is shown of an output."""
    try:
        value = json.loads(output)
    except ValueError:
        lines = output.splitlines()
    else:
        if "\n" not in output.strip():  # one object a line: cut below
            lines = output.splitlines()
        else:
            text = json.dumps(_shortened(value), ensure_ascii=False, indent=2)
            lines = [line.replace(f'"{_ELISION}"', _ELISION) for line in text.splitlines()]
            most_lines = len(lines)
    lines = [line.rstrip() if len(line) <= _LINE_CHARS else line[:_LINE_CHARS].rstrip() + _ELISION for line in lines]
    if len(lines) > most_lines:
        lines = [*lines[:most_lines], _ELISION]
    return lines


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        kept = [_shortened(inner) for inner in value]
        return [kept[0], _ELISION] if len(kept) > 1 and isinstance(kept[0], dict) else kept
    if isinstance(value, str) and len(value) > _STRING_CHARS:
        return value[:_STRING_CHARS].rstrip() + _ELISION
    return value


def _session(lines: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    command: list[str] = []
    shown: list[str] = []
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), tuple(shown)
            command, shown = [line[2:]], []
        elif line.startswith("> ") and not shown:
            command.append(line[2:])
        else:
            shown.append(line)
    if command:
        yield "\n".join(command), tuple(shown)


_DECIMAL = re.compile(r"[-+]?\d+(?:,\d{3})*\.\d+(?:e[-+]?\d+)?|\d+e-\d+")
_CACHE_FOLDER = re.compile(r"\b\d{12}-[0-9a-f]{8}\b")
_RUNTIME = re.compile(r"\b(?:openvino|torch) (?:bfloat16|float32)\b")


def _comparable(line: str) -> str:
    line = _CACHE_FOLDER.sub("FOLDER", _RUNTIME.sub("RUNTIME", line))
    return " ".join(_DECIMAL.sub("#", line).split())


def _line_pattern(line: str) -> str:
    # A number that the cut fell into is not known: the pieces around each elision are compared.
    if line.endswith(_ELISION):
        line = re.sub(r"[-+]?[\d.,]+…$", _ELISION, line)
    return r".*".join(re.escape(part) for part in _comparable(line).split(_ELISION))


def main(arguments: list[str]) -> int:
    pages = [Path(argument).resolve() for argument in arguments if not argument.startswith("--")] or list(PAGES)
    write = "--write" in arguments
    as_shown = [_compared(page, write=write) for page in pages]
    return 0 if write or all(as_shown) else 1


def _compared(page: Path, *, write: bool) -> bool:
    """Run a page's examples and tell of each; whether all print what is shown."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        printed = []
        for example, output in run(text, Path(folder)):
            verdict = "ok     " if matches(example.shown, output) else "differs"
            sys.stderr.write(f"{verdict} {page.name}: {example.source.splitlines()[0]}\n")
            printed.append((example, output))
    if write:
        page.write_text(written_anew(text, printed), encoding="utf-8")
    return all(matches(example.shown, output) for example, output in printed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
