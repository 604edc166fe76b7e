"""A phase's mixture of pairs, and its batches of windows of like length. The same seed gives the same batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from eval.reader.negatives import read_mined
from eval.reader.pairs import SEARCH_RESULTS, Pair, few_per_question, read_squad, train_file
from eval.reader.plan import Phase
from eval.reader.windows import Window, Windows
from eval.reader.written import WRITTEN_FILE, read_written

WRITTEN: Final = "written"
_BATCHES_SORTED: Final = 50
"""So many batches are sorted by length together: windows of like length pad little, and yet differ in kind."""


def mixture(phase: Phase, data: Path, mined: Path, rng: random.Random, written: Path = WRITTEN_FILE) -> list[Pair]:
    """All pairs of a phase in the order they are learned. Raises RagError for a file that is missing or altered."""
    pairs: list[Pair] = []
    for name, times in phase.sets.items():
        weight = phase.set_weights.get(name, 1.0)
        found = read_written(data, written) if name == WRITTEN else read_squad(train_file(data, name), weight=weight)
        if name == SEARCH_RESULTS:
            rng.shuffle(found)
            found = few_per_question(found, phase.results_per_question)
        pairs += found * int(times)
        pairs += rng.sample(found, int((times - int(times)) * len(found)))
    if phase.mined:
        questions = read_mined(mined)
        rng.shuffle(questions)
        for question in questions[: phase.mined]:
            pairs.append(Pair(question.text, rng.choice(question.passages), "other", origin="mined"))
    rng.shuffle(pairs)
    return pairs


def batches(pairs: Sequence[Pair], windows: Windows, size: int, rng: random.Random) -> Iterator[list[Window]]:
    """Batches of up to `size` windows. Pairs that give no window are left out, so some may be smaller."""
    together = size * _BATCHES_SORTED
    for start in range(0, len(pairs), together):
        cut = (windows.to_train(pair, rng) for pair in pairs[start : start + together])
        sorted_windows = sorted((window for window in cut if window), key=lambda window: len(window.ids))
        parts = [sorted_windows[at : at + size] for at in range(0, len(sorted_windows), size)]
        rng.shuffle(parts)
        yield from parts
