"""An environment for each peer: made once with the versions of a requirements file, then used again."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

from rag.errors import RagError

REQUIREMENTS = Path(__file__).with_name("environments")
_DONE = "complete"


def requirements(name: str) -> Path:
    """The file with the pinned versions of an environment."""
    return REQUIREMENTS / f"{name}.txt"


def python_of(name: str, folder: Path) -> Path:
    """The interpreter of the environment of this name under `folder`; it is made if its pins are not installed yet.

    Raises RagError with the end of pip's output.
    """
    pins = requirements(name)
    digest = hashlib.sha256(f"{sys.version}\0{pins.read_text(encoding='utf-8')}".encode()).hexdigest()[:12]
    home = folder / f"{name}-{digest}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f".{home.name}.lock"):
        if not (home / _DONE).exists():
            shutil.rmtree(home, ignore_errors=True)
            venv.create(home, with_pip=False)
            _install(python, pins, home / "pip.log")
            (home / _DONE).touch()
    return python


def _install(python: Path, pins: Path, log: Path) -> None:
    # This environment's pip works on that one: making it there anew takes longer than most peers.
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-input",
        "--requirement",
        str(pins),
    ]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)  # noqa: S603 (our own file)
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        raise RagError(f"the environment cannot be made: {last}", where=str(pins), remedy=f"All of it is in {log}")
