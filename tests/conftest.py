"""What several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library over the seeds, built once with the real model. Read it, never write to it."""
    from rag.pipeline import build

    folder = tmp_path_factory.mktemp("seeds") / "library"
    report = build([SEEDS], folder)
    assert report.new == 5
    return folder
