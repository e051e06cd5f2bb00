"""Low-rank adaptation: an encoder's matrices stay, and narrow products beside them are tuned.

For encoders whose weights, gradients and moments do not fit a GPU together. It is a recipe of its
own, never taken in place of full tuning: the two need not give the same transfer. What is stored
afterwards are whole matrices, so that everything behind training is as with full tuning.
"""

from torch import nn

from crosslift.study import LowRank


def adapt(encoder: nn.Module, settings: LowRank) -> None:
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
    """
    from peft import LoraConfig, inject_adapter_in_model  # imports seconds' worth of libraries

    names = [name for name, part in encoder.named_modules() if isinstance(part, nn.Linear)]
    config = LoraConfig(r=settings.rank, lora_alpha=settings.alpha, target_modules=names)
    inject_adapter_in_model(config, encoder)


def merge(encoder: nn.Module) -> None:
    """Add the products to the matrices that they stand beside, and take the adapters out."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    adapted = {
        name: part for name, part in encoder.named_modules() if isinstance(part, BaseTunerLayer)
    }
    for name, part in adapted.items():
        part.merge()
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, part.get_base_layer())
    for parameter in encoder.parameters():
        parameter.requires_grad_(True)
