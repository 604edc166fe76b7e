"""Runs a training plan: phase after phase, on from the last checkpoint after being stopped."""

from __future__ import annotations

import hashlib
import itertools
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional

from eval.reader.encoder import Scores, SpanEncoder, load_weights, new_encoder, save_weights, trained
from eval.reader.masters import Masters
from eval.reader.pairs import Pair
from eval.reader.plan import Phase, Plan
from eval.reader.sampling import batches, mixture
from eval.reader.windows import Window, Windows
from rag.errors import SettingsError

logger = logging.getLogger(__name__)

CHECKPOINT: Final = "checkpoint.safetensors"
RESULT: Final = "weights.safetensors"
MINED: Final = "negatives.jsonl"
ANSWERED_SHARE, RELEVANT_SHARE = 0.5, 0.3
_LENGTH_STEP = 8
PADDING = 1
SMOOTHED = 0.98
_MASKED = -1e4

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """n windows padded to t tokens: `ids`, `types` (n, t) int64; `mask`, `allowed` (n, t) bool; the rest (n,).

    `allowed` are the places an answer may have: the passage's tokens, and the first token for "none here". `answered`
    is 1 where the window answers; `judged` is 1 where it is plain whether the window is about the question at all: in
    one that answers, or in one that was found for the question or put beside it, not in an adversarial one.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    allowed: Tensor
    start: Tensor
    end: Tensor
    answered: Tensor
    judged: Tensor
    weight: Tensor


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean losses of a batch: the span's ends, whether it answers, whether it is relevant."""

    span: Tensor
    answered: Tensor
    relevant: Tensor

    def total(self) -> Tensor:
        """What is minimised."""
        return self.span + ANSWERED_SHARE * self.answered + RELEVANT_SHARE * self.relevant


def train(
    plan: Plan, data: Path, model: Path, work: Path, say: Say, *, save_every: int = 200, tell_every: int = 100
) -> Path:
    """Run what is left of the plan on the encoder of the folder `model`, and return the file of the trained tensors.

    `work` holds the mined passages, a file for each finished phase, and the checkpoint of the one that runs. Raises
    RagError; SettingsError for a checkpoint of another plan.
    """
    work.mkdir(parents=True, exist_ok=True)
    before: Path | None = None
    for number, phase in enumerate(plan.phases, 1):
        files = {kind: work / f"phase-{number}-{kind}.safetensors" for kind in ("last", "average")}
        if all(path.is_file() for path in files.values()):
            say(f"phase {number}: done before")
        else:
            encoder = new_encoder(model, phase.seed)
            if before is not None:
                load_weights(encoder, before)
            rng = random.Random(phase.seed)  # noqa: S311 (an order, no secret)
            pairs = mixture(phase, data, work / MINED, rng)
            say(f"phase {number}: {len(pairs)} pairs")
            run = Run(phase, encoder, Windows(model, phase.window_tokens), pairs, rng, work / CHECKPOINT)
            masters = run.all(say, save_every=save_every, tell_every=tell_every)
            save_weights(masters.last, files["last"])
            save_weights(masters.average, files["average"])
            (work / CHECKPOINT).unlink(missing_ok=True)
        following = plan.phases[number].starts_from if number < len(plan.phases) else plan.result
        before = files[following]
    assert before is not None  # noqa: S101 (a plan has at least one phase)
    return before


class Run:
    """One phase. The order of its batches follows from the seed, so going on means passing over those seen before."""

    def __init__(
        self,
        phase: Phase,
        encoder: SpanEncoder,
        windows: Windows,
        pairs: Sequence[Pair],
        rng: random.Random,
        checkpoint: Path,
    ) -> None:
        self._phase, self._windows, self._pairs, self._rng, self._checkpoint = phase, windows, pairs, rng, checkpoint
        self._identity = _identity(phase, pairs)
        float32 = {name: parameter.detach().clone() for name, parameter in trained(encoder).items()}
        self._encoder = encoder.to(torch.bfloat16)
        self._masters = Masters(trained(self._encoder), float32)

    def all(self, say: Say, *, save_every: int, tell_every: int) -> Masters:
        """Every step that is left, with a checkpoint after each `save_every`."""
        phase, done = self._phase, self._restored()
        steps = min(-(-len(self._pairs) // phase.batch_windows), phase.steps or len(self._pairs))
        if done:
            say(f"going on after step {done}")
        progress = _Progress(steps, done)
        order = batches(self._pairs, self._windows, phase.batch_windows, self._rng)
        for number, windows in enumerate(itertools.islice(order, done, steps), done):
            batch = padded(windows)
            losses = compute_losses(self._encoder(batch.ids, batch.types, batch.mask), batch)
            losses.total().backward()  # type: ignore[no-untyped-call]
            self._masters.step(number, phase.rate(number, steps))
            progress.add(losses, len(windows))
            if (number + 1) % tell_every == 0:
                say(progress.line(number + 1))
            if (number + 1) % save_every == 0:
                self._save(number + 1)
        return self._masters

    def _save(self, steps: int) -> None:
        from safetensors.torch import save_file

        draft = self._checkpoint.with_suffix(".draft")
        save_file(self._masters.tensors(), draft, {"steps": str(steps), "run": self._identity})
        draft.replace(self._checkpoint)

    def _restored(self) -> int:
        """Steps done before, after taking up where they ended; 0 without a checkpoint."""
        if not self._checkpoint.is_file():
            return 0
        with safe_open(self._checkpoint, "pt") as file:
            facts = file.metadata() or {}
            if facts.get("run") != self._identity:
                raise SettingsError(
                    "a checkpoint of another plan or other data",
                    where=str(self._checkpoint),
                    remedy="Delete it, or name another --work folder",
                )
            steps = int(facts["steps"])
            self._masters.restore({name: file.get_tensor(name) for name in file.keys()}, steps)  # noqa: SIM118
        return steps


def rounded(length: int) -> int:
    """The length that a batch is padded to."""
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def padded(windows: Sequence[Window]) -> Batch:
    """The windows as tensors, as long as the longest of them, in steps of 8 tokens."""
    longest = max(len(window.ids) for window in windows)
    shape = len(windows), rounded(longest)
    ids, types = torch.full(shape, PADDING, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    mask, allowed = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = torch.tensor(window.ids)
        types[row, window.question : length] = 1
        mask[row, :length] = True
        allowed[row, window.base : length - 1] = True
    allowed[:, 0] = True
    return Batch(
        ids=ids,
        types=types,
        mask=mask,
        allowed=allowed,
        start=torch.tensor([window.start for window in windows]),
        end=torch.tensor([window.end for window in windows]),
        answered=torch.tensor([float(window.kind == "answer") for window in windows]),
        judged=torch.tensor([float(window.kind in ("answer", "other")) for window in windows]),
        weight=torch.tensor([window.weight for window in windows]),
    )


def compute_losses(scores: Scores, batch: Batch) -> Losses:
    """Cross entropies of both ends and of the two scores of the whole window, each window with its weight."""
    ends = [
        functional.cross_entropy(logits.masked_fill(~batch.allowed, _MASKED), place, reduction="none")
        for logits, place in ((scores.start, batch.start), (scores.end, batch.end))
    ]
    binary = functional.binary_cross_entropy_with_logits
    answered = binary(scores.answered, batch.answered, reduction="none")
    relevant = binary(scores.relevant, batch.answered, reduction="none")
    return Losses(
        span=((ends[0] + ends[1]) / 2 * batch.weight).mean(),
        answered=(answered * batch.weight).mean(),
        relevant=(relevant * batch.weight * batch.judged).sum() / batch.judged.sum().clamp(min=1),
    )


class _Progress:
    """Smoothed losses, windows a second and the time that is left."""

    def __init__(self, steps: int, done: int) -> None:
        self._steps, self._done, self._windows = steps, done, 0
        self._started = time.monotonic()
        self._losses: list[float] = []

    def add(self, losses: Losses, windows: int) -> None:
        new = [losses.span.item(), losses.answered.item(), losses.relevant.item()]
        old = self._losses or new
        self._losses = [SMOOTHED * was + (1 - SMOOTHED) * now for was, now in zip(old, new, strict=True)]
        self._windows += windows

    def line(self, number: int) -> str:
        seconds = time.monotonic() - self._started
        left = seconds / (number - self._done) * (self._steps - number)
        span, answered, relevant = self._losses
        return (
            f"step {number} of {self._steps}: span {span:.3f}, answered {answered:.3f}, relevant {relevant:.3f}; "
            f"{self._windows / seconds:.1f} windows a second, {left / 60:.0f} minutes left"
        )


def _identity(phase: Phase, pairs: Sequence[Pair]) -> str:
    """Another plan, other data, or another order of it gives another identity."""
    digest = hashlib.sha256(phase.model_dump_json().encode())
    for pair in pairs:
        digest.update(f"\0{pair.question}\0{len(pair.passage)}\0{pair.answer}".encode())
    return digest.hexdigest()
