"""A run that is killed at any moment, several times over, ends in the very library an undisturbed run makes."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from rag.datatypes import Article
from rag.library import Library
from rag.store.verify import verify

BUILD = """
import sys, time
from pathlib import Path
import rag.indexing
from rag.config import ChunkSettings, Settings
from rag.dense import DenseIndex
from rag.datatypes import Article
from rag.library import Library
from tests.fakes import HashingEmbedder

class Slow(HashingEmbedder):
    def embed_passages(self, texts):
        time.sleep(0.01)
        return super().embed_passages(texts)

rag.indexing.BATCH_CHUNKS = 12
rag.indexing.CATCH_UP_CHUNKS = 100
settings = Settings(chunk=ChunkSettings(target_chars=120, max_chars=160))
with Library.open(sys.argv[1], create=True) as library:
    print("begun", flush=True)
    report = rag.indexing.index_paths(
        ["tin.jsonl", "báo"], library, Slow(), settings, caches=[DenseIndex], progress=lambda state: None
    )
print(report.new, report.unchanged, report.chunks_embedded, flush=True)
"""


def _start(folder: Path, library: str) -> subprocess.Popen[str]:
    root = Path(__file__).parent.parent
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, library],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(folder: Path, library: str) -> tuple[int, int, int]:
    process = _start(folder, library)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    new, unchanged, chunks = (int(word) for word in out.splitlines()[-1].split())
    return new, unchanged, chunks


def _state(folder: Path) -> dict[str, tuple[Article, list[bytes]]]:
    with Library.open(folder) as library:
        report = verify(library)
        assert report.findings == ()
        vectors = {
            int(key): vector.tobytes()
            for keys, batch in library.vectors_since(0)
            for key, vector in zip(keys, batch, strict=True)
        }
        return {
            row.id: (library.article(row.id), [vectors[key] for key in library.chunk_keys(row.id)])
            for row in library.articles()
        }


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")

    def story(number: int) -> str:
        return " ".join(f"Câu {at} của bài {number} nói về việc thứ {number * 31 + at}." for at in range(8))

    with (folder / "tin.jsonl").open("w", encoding="utf-8") as handle:
        for number in range(150):
            handle.write(json.dumps({"id": number, "title": f"Tin {number}", "text": story(number)}) + "\n")
    (folder / "báo").mkdir()
    for number in range(30):
        (folder / "báo" / f"{number}.txt").write_text(story(1000 + number), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(corpus: Path) -> dict[str, tuple[Article, list[bytes]]]:
    assert _finish(corpus, "whole")[:2] == (180, 0)
    return _state(corpus / "whole")


@pytest.mark.parametrize(
    ("seed", "kind"), [(1, signal.SIGKILL), (2, signal.SIGKILL), (3, signal.SIGTERM), (4, signal.SIGINT)]
)
def test_killed_again_and_again(
    corpus: Path, undisturbed: dict[str, tuple[Article, list[bytes]]], seed: int, kind: signal.Signals
) -> None:
    chance = random.Random(seed)  # noqa: S311
    name = f"killed {seed}"
    stored = 0
    for _ in range(3):
        process = _start(corpus, name)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(kind)
        process.communicate(timeout=60)
        if not (corpus / name / "library.db").exists():
            continue
        state = _state(corpus / name)
        assert state.items() <= undisturbed.items()
        assert len(state) >= stored
        stored = len(state)
    new, unchanged, chunks = _finish(corpus, name)
    assert (new, unchanged) == (180 - stored, stored)
    assert _state(corpus / name) == undisturbed
    assert chunks <= sum(len(vectors) for _, vectors in undisturbed.values())
    with closing(sqlite3.connect(corpus / name / "library.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert _finish(corpus, name) == (0, 180, 0)


def test_killed_while_the_library_is_created(corpus: Path) -> None:
    """At most an empty folder or an empty library is left, and the next run makes do with either."""
    for number in range(4):
        name = f"created {number}"
        process = _start(corpus, name)
        deadline = time.monotonic() + 30
        while not (corpus / name).exists() and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(number * 0.003)
        process.kill()
        process.communicate()
        if (corpus / name / "library.db").exists():
            with Library.open(corpus / name) as library:
                assert verify(library).sound
        with Library.open(corpus / name, create=True) as library:
            assert verify(library).sound
