"""The optimiser's side of the network: float32 masters of bfloat16 parameters, their average, and AdamW over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor, nn

AVERAGED: Final = 0.998
_DECAY, _BETAS, _EPSILON, _MAX_NORM = 0.01, (0.9, 0.98), 1e-6, 1.0
_FIRST, _SECOND = "exp_avg", "exp_avg_sq"


class Masters:
    """Updates would be lost in bfloat16's eight bits, so they are summed up here and copied over after every step.

    `live` are the network's parameters, which hold the gradients.
    """

    def __init__(self, live: Mapping[str, nn.Parameter], masters: Mapping[str, Tensor]) -> None:
        self._live: list[Tensor] = list(live.values())
        self.last = {name: masters[name].detach().clone().float().requires_grad_(True) for name in live}
        self.average = {name: master.detach().clone() for name, master in self.last.items()}
        groups = [
            {"params": [one for one in self.last.values() if one.ndim > 1], "weight_decay": _DECAY},
            {"params": [one for one in self.last.values() if one.ndim <= 1], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=0.0, betas=_BETAS, eps=_EPSILON, fused=True)
        self._copy()

    def step(self, number: int, rate: float) -> None:
        """Take the gradients of the parameters, clip and apply them; `number` counts from 0."""
        masters = list(self.last.values())
        for master, parameter in zip(masters, self._live, strict=True):
            if parameter.grad is None:
                raise ValueError("a parameter has no gradient")
            master.grad, parameter.grad = parameter.grad.float(), None
        nn.utils.clip_grad_norm_(masters, _MAX_NORM)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        self._copy()
        with torch.no_grad():
            moved = 1 - min(AVERAGED, (1 + number) / (10 + number))
            torch._foreach_lerp_(list(self.average.values()), [master.detach() for master in masters], moved)

    def tensors(self) -> dict[str, Tensor]:
        """All that the next step depends on, by name."""
        state = self._optimiser.state
        found: dict[str, Tensor] = {}
        for name, master in self.last.items():
            found |= {f"last/{name}": master.detach(), f"average/{name}": self.average[name]}
            found |= {f"{kind}/{name}": state[master][kind] for kind in (_FIRST, _SECOND)}
        return found

    def restore(self, tensors: Mapping[str, Tensor], steps: int) -> None:
        """Go on from what `tensors` gave after so many steps. Raises KeyError for a tensor that is not there."""
        with torch.no_grad():
            for name, master in self.last.items():
                master.copy_(tensors[f"last/{name}"])
                self.average[name].copy_(tensors[f"average/{name}"])
                moments = {kind: tensors[f"{kind}/{name}"].clone() for kind in (_FIRST, _SECOND)}
                self._optimiser.state[master] = {"step": torch.tensor(float(steps)), **moments}
        self._copy()

    def _copy(self) -> None:
        with torch.no_grad():
            torch._foreach_copy_(self._live, [master.detach() for master in self.last.values()])
