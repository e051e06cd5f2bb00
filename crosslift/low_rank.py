"""Low-rank adaptation: an encoder's matrices stay, and narrow products beside them are tuned.

For encoders whose weights, gradients and moments do not fit a GPU together. It is a recipe of its
own, never taken in place of full tuning: the two need not give the same transfer. What is stored
afterwards are whole matrices, so that everything behind training is as with full tuning.
"""

import re
from collections.abc import Mapping

import torch
from torch import nn

from crosslift.study import LowRank

Factors = dict[str, tuple[torch.Tensor, torch.Tensor]]
"""Of each adapted matrix by its layer's name: shapes (outputs, rank) and (rank, inputs)."""


def adapt(encoder: nn.Module, settings: LowRank, upper: int | None = None) -> None:
    """Freeze an encoder and put adapters beside all its linear layers (Hu et al. 2021).

    https://arxiv.org/abs/2106.09685, section 4.1, and all matrices as in Dettmers et al. 2023,
    https://arxiv.org/abs/2305.14314, section 4. The product's second factor starts at zero, so that
    the first step starts from the encoder as it is.

    Parameters
    ----------
    encoder : nn.Module
        Changed in place.
    settings : LowRank
        Rank and scale.
    upper : int, optional
        Adapt so many of the upper layers alone; gradients then stop below them.
    """
    from peft import LoraConfig, inject_adapter_in_model  # imports seconds' worth of libraries

    names = [name for name, part in encoder.named_modules() if isinstance(part, nn.Linear)]
    if upper is not None:
        names = _of_upper_layers(names, upper)
    config = LoraConfig(r=settings.rank, lora_alpha=settings.alpha, target_modules=names)
    inject_adapter_in_model(config, encoder)


def _of_upper_layers(names: list[str], upper: int) -> list[str]:
    """Names with a layer's number in them, of the `upper` highest numbers."""
    numbers = {name: int(found[1]) for name in names if (found := re.search(r"\.(\d+)\.", name))}
    first = max(numbers.values()) - upper
    return [name for name, number in numbers.items() if number > first]


def factors(encoder: nn.Module) -> Factors:
    """What an adapted encoder has learned: the narrow matrices, the scale in the first."""
    return {
        name: (
            (part.lora_B["default"].weight * part.scaling["default"]).detach().clone(),
            part.lora_A["default"].weight.detach().clone(),
        )
        for name, part in _adapted(encoder).items()
    }


def lay_on(encoder: nn.Module, learned: Mapping[str, tuple[torch.Tensor, torch.Tensor]]) -> None:
    """Add the products of `factors` to a plain encoder's matrices."""
    with torch.no_grad():
        for name, (up, down) in learned.items():
            encoder.get_submodule(name).weight += up.float() @ down.float()


def _adapted(encoder: nn.Module) -> dict[str, nn.Module]:
    from peft.tuners.tuners_utils import BaseTunerLayer

    return {
        name: part for name, part in encoder.named_modules() if isinstance(part, BaseTunerLayer)
    }


def merge(encoder: nn.Module) -> None:
    """Add the products to the matrices that they stand beside, and take the adapters out."""
    for name, part in _adapted(encoder).items():
        part.merge()
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, part.get_base_layer())
    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
