"""AdamW with clipping, in as few passes over the weights as it takes.

Small batches on a small encoder spend as long on weights as on pieces. So matrices are kept twice:
in float32, where updates add up, and in the type that products are computed in, which spares a cast
in every step and lets gradients stay small (Micikevicius et al. 2018, section 3.1,
https://arxiv.org/abs/1710.03740). torch's functional AdamW does the arithmetic; its optimizer
classes import a compiler that a CPU job has no use for (more than a second a process).
"""

from collections.abc import Mapping

import torch
from torch import nn
from torch.optim.adamw import adamw

BETAS, EPSILON = (0.9, 0.999), 1e-8


class AdamW:
    """Decoupled weight decay (Loshchilov and Hutter 2019) after clipping the gradients' norm.

    Parameters
    ----------
    model : nn.Module
        Its linear layers are turned to `compute` until `finish`.
    weight_decay : float
        Of matrices; biases, norms and embeddings have none. Embeddings are left out, beyond common
        practice, so that a row that no batch contains stays as it was: training with the trimmed
        vocabulary then equals training with the full one.
    compute : torch.dtype
        Type of the matrix products.
    """

    def __init__(self, model: nn.Module, weight_decay: float, compute: torch.dtype) -> None:
        self._names = [name for name, _ in model.named_parameters()]
        self._parameters = list(model.parameters())
        self._masters = [parameter.detach() for parameter in self._parameters]
        undecayed = _undecayed(model)
        self._decays = [
            0.0 if index in undecayed else weight_decay for index in range(len(self._names))
        ]
        if compute != torch.float32:
            for module in model.modules():
                if isinstance(module, nn.Linear):
                    for parameter in module.parameters():
                        parameter.data = parameter.data.to(compute)
        self._first = [torch.zeros_like(master) for master in self._masters]
        self._second = [torch.zeros_like(master) for master in self._masters]
        self._gradients = [
            None if parameter.dtype == master.dtype else torch.empty_like(master)
            for parameter, master in zip(self._parameters, self._masters, strict=True)
        ]
        self._steps = [
            torch.zeros((), dtype=torch.float32, device=master.device) for master in self._masters
        ]

    @torch.no_grad()
    def step(self, learning_rate: float, clip_norm: float) -> None:
        """Take one step with the gradients that `backward` left, and forget them."""
        active = [i for i, parameter in enumerate(self._parameters) if parameter.grad is not None]
        raw = [self._parameters[i].grad for i in active]
        norms = torch._foreach_norm(raw, 2, torch.float32)
        # Divides the gradients while the step reads them, instead of in a pass of its own.
        scale = ((torch.stack(norms).norm() + 1e-6) / clip_norm).clamp(min=1.0)
        kept = [i for i in active if self._gradients[i] is not None]
        wide = dict(zip(active, raw, strict=True))
        if kept:
            torch._foreach_copy_([self._gradients[i] for i in kept], [wide[i] for i in kept])
            wide.update((i, self._gradients[i]) for i in kept)
        for decay in sorted(set(self._decays)):
            chosen = [i for i in active if self._decays[i] == decay]
            if not chosen:
                continue
            adamw(
                [self._masters[i] for i in chosen],
                [wide[i] for i in chosen],
                [self._first[i] for i in chosen],
                [self._second[i] for i in chosen],
                [],
                [self._steps[i] for i in chosen],
                fused=True,
                grad_scale=scale,
                amsgrad=False,
                beta1=BETAS[0],
                beta2=BETAS[1],
                lr=learning_rate,
                weight_decay=decay,
                eps=EPSILON,
                maximize=False,
            )
        if kept:
            torch._foreach_copy_(
                [self._parameters[i] for i in kept], [self._masters[i] for i in kept]
            )
        for parameter in self._parameters:
            parameter.grad = None

    def finish(self) -> None:
        """Give the model its weights in float32."""
        for parameter, master in zip(self._parameters, self._masters, strict=True):
            parameter.data = master

    def state(self) -> dict[str, torch.Tensor]:
        """All that the next step depends on: weights, moments and step counts, by name."""
        parts = {
            "weight": self._masters,
            "first": self._first,
            "second": self._second,
            "step": self._steps,
        }
        return {
            f"{part}.{name}": tensor
            for part, tensors in parts.items()
            for name, tensor in zip(self._names, tensors, strict=True)
        }

    @torch.no_grad()
    def restore(self, state: Mapping[str, torch.Tensor]) -> None:
        """Go on from what `state` gave."""
        for name, tensor in self.state().items():
            tensor.copy_(state[name])
        for parameter, master in zip(self._parameters, self._masters, strict=True):
            parameter.copy_(master)


def _undecayed(model: nn.Module) -> set[int]:
    """Places among the model's parameters of biases, norms and embeddings."""
    embeddings = {
        id(parameter)
        for module in model.modules()
        if isinstance(module, nn.Embedding)
        for parameter in module.parameters()
    }
    return {
        index
        for index, parameter in enumerate(model.parameters())
        if parameter.ndim < 2 or id(parameter) in embeddings
    }
