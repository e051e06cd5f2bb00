"""AdamW with clipping, in as few passes over the weights as it takes.

Small batches on a small encoder spend as long on weights as on pieces. So matrices are kept twice:
in float32, where updates add up, and in the type that products are computed in, which spares a cast
in every step and lets gradients stay small (Micikevicius et al. 2018, section 3.1,
https://arxiv.org/abs/1710.03740). torch's fused AdamW does the arithmetic; the classes around it
import a compiler that a CPU job has no use for (more than a second a process).
"""

from collections.abc import Mapping

import torch
from torch import nn

from crosslift.parallel import ALONE, Processes, own

BETAS, EPSILON = (0.9, 0.999), 1e-8


class AdamW:
    """Decoupled weight decay (Loshchilov and Hutter 2019) after clipping the gradients' norm.

    Parameters
    ----------
    model : nn.Module
        Its linear layers are turned to `compute` until `finish`. Parameters that need no gradient
        stay as they are.
    weight_decay : float
        Of matrices; biases, norms and embeddings have none. Embeddings are left out, beyond common
        practice, so that a row that no batch contains stays as it was: training with the trimmed
        vocabulary then equals training with the full one.
    compute : torch.dtype
        Type of the matrix products.
    processes : Processes
        Those that hold the model; of a sharded one, each updates its shards.
    """

    def __init__(
        self,
        model: nn.Module,
        weight_decay: float,
        compute: torch.dtype,
        processes: Processes = ALONE,
    ) -> None:
        undecayed = _undecayed(model)
        named = [(name, part) for name, part in model.named_parameters() if part.requires_grad]
        frozen = [part for part in model.parameters() if not part.requires_grad]
        self._frozen = [(part, part.detach()) for part in frozen]
        self._names = [name for name, _ in named]
        self._parameters = [parameter for _, parameter in named]
        self._masters = [own(parameter.detach()) for parameter in self._parameters]
        self._processes = processes
        self._decays = [
            0.0 if id(parameter) in undecayed else weight_decay for parameter in self._parameters
        ]
        if compute != torch.float32 and not processes.sharded:  # whose gathered layers are cast
            for module in model.modules():
                if isinstance(module, nn.Linear):
                    for parameter in module.parameters():
                        parameter.data = parameter.data.to(compute)
        self._first = [torch.zeros_like(master) for master in self._masters]
        self._second = [torch.zeros_like(master) for master in self._masters]
        self._steps = [
            torch.zeros((), dtype=torch.float32, device=master.device) for master in self._masters
        ]
        largest = max(master.numel() for master in self._masters)
        self._wide = torch.empty(largest, device=self._masters[0].device)

    @torch.no_grad()
    def step(self, learning_rate: float, clip_norm: float) -> None:
        """Take one step with the gradients that `backward` left, and forget them."""
        gradients = [
            None if parameter.grad is None else own(parameter.grad)
            for parameter in self._parameters
        ]
        norms = torch._foreach_norm([g for g in gradients if g is not None])
        norm = torch.stack([norm.float() for norm in norms]).norm()
        if self._processes.sharded:
            norm = self._processes.total(norm**2).sqrt()
        # Divides the gradients while the step reads them, instead of in a pass of its own.
        scale = ((norm + 1e-6) / clip_norm).clamp(min=1.0)
        # One matrix after another, so that it is still in the cache when it is rounded.
        for index, (parameter, gradient) in enumerate(
            zip(self._parameters, gradients, strict=True)
        ):
            if gradient is None or not gradient.numel():
                parameter.grad = None
                continue
            master = self._masters[index]
            rounded = parameter.dtype != master.dtype
            if rounded:
                gradient = self._wide[: gradient.numel()].view_as(gradient).copy_(gradient)
            self._steps[index] += 1
            torch._fused_adamw_(
                [master],
                [gradient],
                [self._first[index]],
                [self._second[index]],
                [],
                [self._steps[index]],
                lr=learning_rate,
                beta1=BETAS[0],
                beta2=BETAS[1],
                weight_decay=self._decays[index],
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
                grad_scale=scale,
            )
            if rounded:
                parameter.copy_(master)
            parameter.grad = None

    def finish(self) -> None:
        """Give the model its weights in float32."""
        if self._processes.sharded:
            return  # they are
        tuned = zip(self._parameters, self._masters, strict=True)
        for parameter, full in (*tuned, *self._frozen):
            parameter.data = full

    def weights(self) -> dict[str, torch.Tensor]:
        """The weights in float32, by the model's names."""
        return dict(zip(self._names, self._masters, strict=True))

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
            own(parameter).copy_(master)


def _undecayed(model: nn.Module) -> set[int]:
    """Biases, norms and embeddings, by `id`."""
    embeddings = {
        id(parameter)
        for module in model.modules()
        if isinstance(module, nn.Embedding)
        for parameter in module.parameters()
    }
    return embeddings | {id(parameter) for parameter in model.parameters() if parameter.ndim < 2}
