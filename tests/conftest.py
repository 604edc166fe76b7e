"""What several test modules share."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Two workers on two cores: each computes on one. Whatever a test starts does so too.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes tells more of what else the machine does.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

LONG_MODULES = frozenset({"test_real_servers", "test_readme", "test_injection"})
SEEDS = Path(__file__).parent.parent / "seeds"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.stem not in LONG_MODULES)


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library over the seeds, built once with the real model. Read it, never write to it."""
    from rag.pipeline import build

    folder = tmp_path_factory.mktemp("seeds") / "library"
    report = build([SEEDS], folder)
    assert report.new == 5
    return folder


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder that other users can reach."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o011 != 0o011:
            folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


@pytest.fixture
def file_size_limit() -> Iterator[None]:
    """No file of this process may grow past 128 KiB: to a database that is a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (128 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser, one a module."""
    from playwright.sync_api import expect, sync_playwright

    from tests.browsing import SLOW

    expect.set_options(timeout=SLOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()
