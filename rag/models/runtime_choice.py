"""Which runtime is fastest on this machine: measured once, kept in the cache, measured again when anything changed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import logging
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.config import EmbedSettings
from rag.embed import RUNTIMES, Embedder, open_runtime
from rag.errors import ModelError
from rag.models.model_cache import cache_folder
from rag.models.runtime_measure import Measured, as_json, from_json
from rag.weights import ModelFolder

logger = logging.getLogger(__name__)

LEAST_AGREEMENT = 0.999
"""Least cosine between a runtime's vector and torch's in float32, over all samples, for the runtime to be used."""

# torch takes five to ten seconds to load, in every command: what comes first in RUNTIMES stays unless clearly slower.
_WORTH_CHANGING = 1.25
# Part of the key: raised when measuring changes, so that older measurements are made again.
_METHOD = "method 2"
_MEASURING_SECONDS = 300
_UNMEASURED = ("openvino-float32", "torch-float32")
_PACKAGES = ("openvino", "torch", "sentence-transformers", "transformers", "tokenizers")


def choose_runtime(
    model: ModelFolder,
    settings: EmbedSettings,
    *,
    open_one: Callable[[str, ModelFolder, EmbedSettings], Embedder] = open_runtime,
    measure: Callable[[EmbedSettings], tuple[Measured, ...]] | None = None,
) -> Embedder:
    """The embedder on the fastest runtime that agrees with float32. Raises ModelError when none runs."""
    path = _measurements_path(model, settings)
    for name in usable(_read(path))[:1]:
        try:
            return open_one(name, model, settings)
        except (ModelError, ImportError, RuntimeError) as error:
            logger.warning("the runtime %s no longer works, measuring again: %s", name, error)
    failures = []
    for name in _measured_anew(path, settings, measure or measure_apart):
        try:
            return open_one(name, model, settings)
        except (ModelError, ImportError, RuntimeError, ValueError) as error:
            failures.append(f"{name}: {error}")
    raise ModelError(
        "no runtime can run this model: " + "; ".join(failures),
        where=model.name,
        remedy="Check that SentenceTransformer(folder) loads it offline, or name another model",
    )


def runtimes_by_speed(
    model: ModelFolder,
    settings: EmbedSettings,
    *,
    measure: Callable[[EmbedSettings], tuple[Measured, ...]] | None = None,
) -> list[str]:
    """The runtimes for a model, best first: as measured before, or measured now."""
    path = _measurements_path(model, settings)
    return usable(_read(path)) or _measured_anew(path, settings, measure or measure_apart)


def _measured_anew(
    path: Path, settings: EmbedSettings, measure: Callable[[EmbedSettings], tuple[Measured, ...]]
) -> list[str]:
    """The runtimes, best first, after measuring; what was measured is kept if anything can be used."""
    measured = measure(settings)
    if names := usable(measured):
        _write(path, measured)
        return names
    for one in measured:
        logger.warning("the runtime %s cannot be used: %s", one.name, one.error or "it differs from float32")
    return list(_UNMEASURED)


def usable(measured: Sequence[Measured]) -> list[str]:
    """Names of the runtimes that may be used, best first.

    Of those within 25 % of the fastest the one listed first in RUNTIMES is best: noise does not decide, and torch,
    which loads slowly, is taken only where it is clearly faster.
    """
    fit = [one for one in measured if one.error is None and one.agreement >= LEAST_AGREEMENT]
    fastest = max((one.passages_per_second for one in fit), default=0.0)
    order = list(RUNTIMES)

    def rank(one: Measured) -> tuple[int, float]:
        if one.passages_per_second * _WORTH_CHANGING >= fastest:
            return 0, order.index(one.name)
        return 1, -one.passages_per_second

    return [one.name for one in sorted(fit, key=rank)]


def measure_apart(settings: EmbedSettings) -> tuple[Measured, ...]:
    """`measure_runtimes` in a process of its own; empty when that process fails."""
    from rag.commands.terminal import progress_bar

    logger.info("measuring which runtime is fastest on this machine (once)")
    command = [sys.executable, "-m", "rag.models.runtime_measure", settings.model_dump_json()]
    package_parent = str(Path(__file__).resolve().parent.parent)
    paths = [package_parent, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    try:
        with progress_bar() as progress:
            if progress is not None:
                progress.add_task("Measuring which runtime is fastest here (once)", total=None)
            done = subprocess.run(  # noqa: S603
                command,
                env=environment,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_MEASURING_SECONDS,
                check=True,
                stdin=subprocess.DEVNULL,
            )
        return from_json(done.stdout.splitlines()[-1])
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        logger.warning("the runtimes could not be measured: %s", error)
        return ()


def past_measurements(model: ModelFolder, settings: EmbedSettings) -> tuple[Measured, ...]:
    """What was measured here before for this model, empty if nothing."""
    return _read(_measurements_path(model, settings))


def _measurements_path(model: ModelFolder, settings: EmbedSettings) -> Path:
    versions = []
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{package} {importlib.metadata.version(package)}")
    key = "\n".join([_METHOD, model.weights_sha256, str(settings.threads), _processor(), *versions])
    return cache_folder() / f"runtimes-{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"


def _processor(information: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's model and abilities, and how many cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    lines: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in information.read_text(encoding="utf-8").splitlines():
            field, _, value = line.partition(":")
            lines.setdefault(field.strip(), value.strip())
    told = [lines[field] for field in ("model name", "cpu family", "model", "flags", "Features") if field in lines]
    return "\n".join([platform.machine(), platform.processor(), str(cores), *told])


def _read(path: Path) -> tuple[Measured, ...]:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()


def _write(path: Path, measured: Sequence[Measured]) -> None:
    """Kept if it can be: without it the next start measures again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(as_json(measured) + "\n")
        Path(file.name).replace(path)
    except OSError as error:
        logger.warning("the measurement cannot be kept in %s: %s", path.parent, error)
