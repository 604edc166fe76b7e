"""The README and docs/answers.md say what is so: every example is run, every name in them exists."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import click
import pytest

from rag.cli import cli
from rag.config import Settings, load_settings
from tests import readme

TEXT = readme.README.read_text(encoding="utf-8")
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in readme.PAGES}
EXAMPLES = [(page, at, example) for page, text in TEXTS.items() for at, example in enumerate(readme.examples(text))]
DOCUMENTS = sorted([readme.README, readme.ROOT / "CHANGELOG.md", *(readme.ROOT / "docs").glob("*.md")])


# ---- the helper itself ----------------------------------------------------------------------------------------------


def test_a_session_is_cut_into_commands_and_what_they_print() -> None:
    text = "```console\n$ one \\\n> more\nfirst\n\nsecond\n$ two\n```\n```sh\n$ not run\n```\n"
    found = readme.examples(text)
    assert [(example.source, example.shown) for example in found] == [
        ("one \\\nmore", ("first", "", "second")),
        ("two", ()),
    ]


def test_a_program_is_followed_by_what_it_prints() -> None:
    (example,) = readme.examples("```python\nprint(1)\n```\nprints\n\n```text\n1\n```\n")
    assert (example.kind, example.source, example.shown) == ("python", "print(1)", ("1",))
    with pytest.raises(ValueError, match="no text block"):
        readme.examples("```python\nprint(1)\n```\n")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a",), "a\nb\n", False),
        (("a", "b"), "a\n", False),
        (("5 in 0.9 s",), "5 in 12.31 s\n", True),
        (("5 in 0.9 s",), "6 in 0.9 s\n", False),
        (('"score": 0.5',), '"score": 1.2e-05\n', True),
        (("a…z",), "a middle z\n", True),
        (("a…z",), "a middle\n", False),
        (("a", "…", "z"), "a\nb\nc\nz\n", True),
        (("a", "…"), "a\n", True),
        (("a", "…", "z"), "a\nb\n", False),
        (("model  e5, openvino bfloat16",), "model e5, torch float32\n", True),
        (("dense/000000000004-b2bf9083 is",), "dense/000000000004-00000000 is\n", True),
        (("dense/000000000004-b2bf9083 is",), "dense/000000000004 is\n", False),
        (("cut at 12.3…",), "cut at 12.345 and more\n", True),
        (("(a) [b] *",), "(a) [b] *\n", True),
        (("(a) [b] *",), "a [b] *\n", False),
    ],
)
def test_what_counts_as_the_same_output(shown: tuple[str, ...], printed: str, same: bool) -> None:
    assert readme.matches(shown, printed) is same


def test_what_is_written_matches_what_was_printed() -> None:
    text = "before\n```console lines=2\n$ a\nold\n$ b\n```\nbetween\n```python\nc\n```\n```text\n```\nafter\n"
    first, second, third = readme.examples(text)
    long_json = '{\n  "hits": [\n    {\n      "n": 1\n    },\n    {\n      "n": 2\n    }\n  ],\n  "text": "%s"\n}\n'
    outputs = ["1\n2\n3\n", long_json % ("x" * 99), "y" * 400 + "\n"]
    anew = readme.written_anew(text, list(zip([first, second, third], outputs, strict=True)))
    assert anew.startswith("before\n```console lines=2\n$ a\n1\n2\n…\n$ b\n{\n")
    assert anew.endswith(f"between\n```python\nc\n```\n```text\n{'y' * 200}…\n```\nafter\n")
    for example, output in zip(readme.examples(anew), outputs, strict=True):
        assert readme.matches(example.shown, output)
        assert not readme.matches(example.shown, "else\n")


# ---- the examples ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """What the examples of a page print; each page is run once."""

    @cache
    def of_page(page: str) -> list[str]:
        return [output for _, output in readme.run(TEXTS[page], tmp_path_factory.mktemp("page"))]

    return of_page


@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("page", "at", "example"),
    EXAMPLES,
    ids=[f"{page}: {' '.join(example.source.split())[:60]}" for page, _, example in EXAMPLES],
)
def test_an_example_prints_what_is_shown(
    printed: Callable[[str], list[str]], page: str, at: int, example: readme.Example
) -> None:
    output = printed(page)[at]
    assert readme.matches(example.shown, output), (
        f"$ {example.source}\n--- shown\n" + "\n".join(example.shown) + f"\n--- printed\n{output}\n"
        "`python -m tests.readme --write` puts what is printed into the page"
    )
    assert "Traceback (most recent call last)" not in output


# ---- names on the pages --------------------------------------------------------------------------------------------


def _commands(text: str) -> list[list[str]]:
    """Every `hoibao …` of a page, as words: in blocks and in inline code."""
    lines = [line for block in readme.blocks(text) if block.language in {"console", "sh"} for line in block.lines]
    code = [line.removeprefix("$ ").removeprefix("> ") for line in lines if line.startswith(("$ ", "> ")) or line]
    code += re.findall(r"`(hoibao [^`\n]+)`", text)
    found = []
    for line in code:
        at = re.search(r"(?:^|[|;&(]\s*)hoibao ", line)
        if at is not None:
            words = shlex.split(re.split(r"\s[|;&>]|;|…", line[at.start() :].lstrip("|;&( "))[0], comments=True)
            found.append(words[1:])
    return found


def test_every_command_and_option_exists() -> None:
    seen = set()
    for words in (words for text in TEXTS.values() for words in _commands(text)):
        context = click.Context(cli)
        command: click.Command = cli
        path = []
        for word in words:
            if isinstance(command, click.Group) and (inner := command.get_command(context, word)) is not None:
                command = inner
                path.append(word)
            elif not word.startswith("-") and command is cli:
                pytest.fail(f"no such command: hoibao {word}")
        seen.add(" ".join(path))
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        known |= {"-h", "--help"} | {option for parameter in cli.params for option in parameter.opts}
        if path:
            parents = [cli.get_command(context, path[0])] if len(path) > 1 else []
            known |= {
                option for parent in parents if parent for parameter in parent.params for option in parameter.opts
            }
        used = {word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)}
        assert used <= known, f"hoibao {' '.join(path)}: {sorted(used - known)}"
    assert {*cli.list_commands(click.Context(cli)), "eval compare"} <= seen, "a command that the README leaves out"


def test_every_make_target_exists() -> None:
    makefile = (readme.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target for text in TEXTS.values() for target in re.findall(r"(?:`|^|\s)make ([a-z-]+)", text, re.MULTILINE)
    }
    assert {"chat", "test", "eval-news"} <= named
    assert named <= targets


def test_every_setting_exists() -> None:
    sections = Settings.model_fields
    whole = "\n".join(TEXTS.values())
    named = set(re.findall(rf"`((?:{'|'.join(sections)})\.[a-z_]+)`", whole))
    named |= {
        word.partition("=")[0] for words in _commands(whole) for word in words if re.match(r"[a-z]+\.[a-z_]+=", word)
    }
    assert named
    for name in named:
        section, _, field = name.partition(".")
        assert field in getattr(Settings(), section).__class__.model_fields, name
    assert tomllib.loads(readme.settings_text(TEXT)), "the README shows a settings file"


def test_the_settings_file_that_is_shown_is_valid(tmp_path: Path) -> None:
    path = tmp_path / readme.SETTINGS_FILE
    path.write_text(readme.settings_text(TEXT), encoding="utf-8")
    assert load_settings(path) != Settings(), "it shows something other than the defaults"


# ---- all documents --------------------------------------------------------------------------------------------------


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{path.name}: {link}"
        if anchor:
            assert anchor in _anchors(target.read_text(encoding="utf-8")), f"{path.name}: {link}"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((readme.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=\[~! ;]", requirement)[0] for requirement in required}
    told = (readme.ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    assert {name for name in names if f"`{name}`" not in told} == set()
