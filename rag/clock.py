"""How long the stages of a question took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Milliseconds by stage; those of a question's parts are added up."""

    started: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = self.laps.get(stage, 0.0) + (now - self.last) * 1000
        self.last = now

    def add(self, stages: dict[str, float]) -> None:
        """Take over the stages that a part has timed itself."""
        for stage, took in stages.items():
            self.laps[stage] = self.laps.get(stage, 0.0) + took
        self.last = time.perf_counter()

    def total(self) -> dict[str, float]:
        return self.laps | {"total": (time.perf_counter() - self.started) * 1000}
