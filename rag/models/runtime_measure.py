"""How fast each runtime is on this machine, and how well it agrees with float32.

Run as a program (`python -m rag.models.runtime_measure SETTINGS`, settings as JSON) it prints what it saw as JSON. It
is run so, in a process of its own, to keep torch and four loaded models out of the process that asks.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rag.config import EmbedSettings
from rag.embed import RUNTIMES, Embedder, measure_passages_per_second, open_runtime, unavailable
from rag.errors import ModelError
from rag.weights import ModelFolder, resolve

logger = logging.getLogger(__name__)

REFERENCE = "torch-float32"
_ROUNDS = 3
# A runtime that is this many times slower than the fastest in its first turn gets no further one.
_HOPELESS = 2.5

# Short and long, with and without diacritics, so that agreement is seen at all lengths.
_SAMPLES = (
    "Ai là người phát biểu tại cuộc họp báo sáng nay?",
    "gia xang dau tang bao nhieu phan tram",
    "Theo thông báo, lãi suất huy động giảm 0,3 điểm phần trăm so với tháng trước, còn 5,2 % một năm. " * 4,
    "Mưa lớn từ đêm qua làm nhiều tuyến phố ngập sâu; cơ quan khí tượng dự báo mưa còn kéo dài đến hết tuần. " * 12,
)
# Several batches, so that a runtime which works on them side by side is seen at its speed.
_PASSAGES = (
    "Hội đồng thành phố họp phiên thường kỳ để bàn về ngân sách, giao thông và nhà ở trong năm tới. " * 8,
) * 16


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen of one runtime. `agreement` is the least cosine to float32; `error` says why it did not run."""

    name: str
    passages_per_second: float = 0.0
    agreement: float = 0.0
    error: str | None = None


def measure_runtimes(
    model: ModelFolder,
    settings: EmbedSettings,
    open_one: Callable[[str, ModelFolder, EmbedSettings], Embedder] = open_runtime,
) -> tuple[Measured, ...]:
    """Speed and agreement of every runtime that this machine and model allow; takes some seconds.

    The runtimes take turns and the best turn of each counts, so that another program's work in between does not decide.
    """
    embedders: dict[str, Embedder] = {}
    errors: dict[str, str] = {}
    for name in sorted(RUNTIMES, key=lambda name: name != REFERENCE):
        try:
            if reason := unavailable(name, model):
                errors[name] = reason
            else:
                embedders[name] = open_one(name, model, settings)
        except (ModelError, ImportError, RuntimeError) as error:
            errors[name] = str(error)
    if REFERENCE not in embedders:
        return tuple(Measured(name, error=errors.get(name, "nothing to compare it with")) for name in RUNTIMES)
    reference = embedders[REFERENCE].embed_passages(_SAMPLES)
    agreements: dict[str, float] = {}
    speeds: dict[str, float] = dict.fromkeys(embedders, 0.0)
    for turn in range(_ROUNDS):
        for name, embedder in embedders.items():
            if name in errors or 0 < speeds[name] * _HOPELESS < max(speeds.values()):
                continue
            try:
                if turn == 0:
                    agreements[name] = float(np.min(np.sum(embedder.embed_passages(_SAMPLES) * reference, axis=1)))
                speeds[name] = max(speeds[name], measure_passages_per_second(embedder, _PASSAGES))
            except (ModelError, RuntimeError) as error:
                errors[name] = str(error)
    return tuple(
        Measured(name, error=errors[name])
        if name in errors
        else Measured(name, round(speeds[name], 2), round(agreements[name], 7))
        for name in RUNTIMES
    )


def as_json(measured: Sequence[Measured]) -> str:
    """One line."""
    return json.dumps({"measured": [asdict(one) for one in measured]})


def from_json(text: str) -> tuple[Measured, ...]:
    """What `as_json` wrote, of the runtimes that there still are. Raises ValueError for anything else."""
    try:
        measured = tuple(Measured(**one) for one in json.loads(text)["measured"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a list of measurements: {error}") from error
    return tuple(one for one in measured if one.name in RUNTIMES)


def main(arguments: Sequence[str]) -> None:
    """Measure with the settings given as JSON, print JSON."""
    settings = EmbedSettings.model_validate_json(arguments[0])
    sys.stdout.write(as_json(measure_runtimes(resolve(settings.model), settings)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
