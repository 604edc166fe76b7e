"""Which runtime is fastest on this machine: measured once, kept in the cache, measured again when anything changed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import logging
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rag.config import EmbedSettings
from rag.embed import RUNTIMES, Embedder, measure_passages_per_second, open_runtime, unavailable
from rag.errors import ModelError
from rag.model_cache import cache_folder
from rag.weights import ModelFolder

logger = logging.getLogger(__name__)

LEAST_AGREEMENT = 0.999
"""Least cosine between a runtime's vector and torch's in float32, over all samples, for the runtime to be used."""

_REFERENCE = "torch-float32"
_PACKAGES = ("openvino", "torch", "sentence-transformers", "transformers", "tokenizers")

# Short and long, with and without diacritics, so that agreement is seen at all lengths.
_SAMPLES = (
    "Ai là người phát biểu tại cuộc họp báo sáng nay?",
    "gia xang dau tang bao nhieu phan tram",
    "Theo thông báo, lãi suất huy động giảm 0,3 điểm phần trăm so với tháng trước, còn 5,2 % một năm. " * 4,
    "Mưa lớn từ đêm qua làm nhiều tuyến phố ngập sâu; cơ quan khí tượng dự báo mưa còn kéo dài đến hết tuần. " * 12,
)
_PASSAGES = (
    "Hội đồng thành phố họp phiên thường kỳ để bàn về ngân sách, giao thông và nhà ở trong năm tới. " * 8,
) * 12


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen of one runtime. `agreement` is the least cosine to float32; `error` says why it did not run."""

    name: str
    passages_per_second: float = 0.0
    agreement: float = 0.0
    error: str | None = None


def choose_runtime(model: ModelFolder, settings: EmbedSettings) -> Embedder:
    """The embedder on the fastest runtime that agrees with float32. Raises ModelError when none runs."""
    path = _measurements_path(model, settings)
    for name in usable(_read(path)):
        try:
            return open_runtime(name, model, settings)
        except (ModelError, ImportError) as error:
            logger.warning("the runtime %s no longer works, measuring again: %s", name, error)
            break
    measured = measure_runtimes(model, settings)
    names = usable(measured)
    if not names:
        raise ModelError(
            "no runtime can run this model: " + "; ".join(f"{one.name}: {one.error}" for one in measured),
            where=model.name,
            remedy="Check that SentenceTransformer(folder) loads it, or name another model",
        )
    _write(path, measured)
    return open_runtime(names[0], model, settings)


def usable(measured: Sequence[Measured]) -> list[str]:
    """Names of the runtimes that may be used, fastest first. A slower one wins only where it is listed first and
    within 5 %, so that noise does not decide."""
    fit = [one for one in measured if one.error is None and one.agreement >= LEAST_AGREEMENT]
    order = {name: position for position, name in enumerate(RUNTIMES)}
    best = max((one.passages_per_second for one in fit), default=0.0)
    near = {one.name for one in fit if one.passages_per_second >= 0.95 * best}
    return [
        one.name
        for one in sorted(
            fit,
            key=lambda one: (one.name not in near, order[one.name] if one.name in near else -one.passages_per_second),
        )
    ]


def measure_runtimes(
    model: ModelFolder,
    settings: EmbedSettings,
    open_one: Callable[[str, ModelFolder, EmbedSettings], Embedder] = open_runtime,
) -> tuple[Measured, ...]:
    """Speed and agreement of every runtime that this machine and model allow; takes some seconds."""
    begun = time.perf_counter()
    measured = []
    reference = open_one(_REFERENCE, model, settings).embed_passages(_SAMPLES)
    for name in RUNTIMES:
        if reason := unavailable(name, model):
            measured.append(Measured(name, error=reason))
            continue
        try:
            embedder = open_one(name, model, settings)
            agreement = float(np.min(np.sum(embedder.embed_passages(_SAMPLES) * reference, axis=1)))
            measured.append(Measured(name, measure_passages_per_second(embedder, _PASSAGES), agreement))
        except (ModelError, ImportError, RuntimeError) as error:
            measured.append(Measured(name, error=str(error)))
        logger.info("%s", measured[-1])
    logger.info("measured the runtimes in %.1f s", time.perf_counter() - begun)
    return tuple(measured)


def past_measurements(model: ModelFolder, settings: EmbedSettings) -> tuple[Measured, ...]:
    """What was measured here before for this model, empty if nothing."""
    return _read(_measurements_path(model, settings))


def _measurements_path(model: ModelFolder, settings: EmbedSettings) -> Path:
    versions = []
    for package in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{package} {importlib.metadata.version(package)}")
    key = "\n".join([model.weights_sha256, str(settings.threads), _processor(), *versions])
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
        content = json.loads(path.read_text(encoding="utf-8"))
        measured = tuple(Measured(**one) for one in content["measured"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(one for one in measured if one.name in RUNTIMES)


def _write(path: Path, measured: Sequence[Measured]) -> None:
    """Kept if it can be: without it the next start measures again."""
    content = json.dumps({"measured": [asdict(one) for one in measured]}, indent=1) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
    except OSError as error:
        logger.warning("the measurement cannot be kept in %s: %s", path.parent, error)
