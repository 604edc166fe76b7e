"""How the reader is trained: phases, each with its mixture of sets, learning rate and seed (plan.json)."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import SettingsError

PLAN_FILE: Final = Path(__file__).with_name("plan.json")

Weights = Literal["last", "average"]
"""last: as the last step left them. average: averaged over the steps, the last few hundred counting most."""


class Phase(BaseModel):
    """One pass over a mixture of sets, or with `steps` its first so many batches.

    `sets` says how often each training file is taken, "written" standing for the questions written by hand; a fraction
    takes that share of it, drawn by chance. `mined` is how many questions get a passage that the search found for them
    beside their own, `results_per_question` the most search results that one question gets of each kind. `set_weights`
    is the share of a set's pairs in the loss, 1 for the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int
    learning_rate: float = Field(gt=0)
    schedule: Literal["constant", "linear"]
    warm_up_steps: int = Field(ge=1)
    batch_windows: int = Field(ge=1)
    window_tokens: int = Field(ge=32, le=512)
    sets: dict[str, float]
    mined: int = Field(default=0, ge=0)
    results_per_question: int = Field(default=6, ge=1)
    steps: int | None = Field(default=None, ge=1)
    set_weights: dict[str, float] = {}
    starts_from: Weights = "last"

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of a step, counted from 0, of so many."""
        if step < self.warm_up_steps:
            return self.learning_rate * (step + 1) / self.warm_up_steps
        if self.schedule == "constant":
            return self.learning_rate
        left = 1 - (step - self.warm_up_steps) / (steps - self.warm_up_steps)
        return self.learning_rate * max(0.02, left)


class Plan(BaseModel):
    """All phases in order; each starts from the weights of the one before. `result` says which weights are shipped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phases: tuple[Phase, ...] = Field(min_length=1)
    result: Weights


def read_plan(path: Path = PLAN_FILE) -> Plan:
    """A plan file. Raises SettingsError."""
    try:
        return Plan.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"not a training plan ({error})", where=str(path), remedy="See eval/reader/plan.json"
        ) from error
