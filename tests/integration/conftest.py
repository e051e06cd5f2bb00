"""What tests of training share: a small encoder, and one thread."""

import pytest


@pytest.fixture(scope="module")
def one_thread():
    """Small tensors are slower on several threads, and equal bits need a fixed number of them."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory):
    """A prepared random encoder of two layers, whole."""
    from crosslift.encoders.prepare import prepare_encoder
    from crosslift.model import Encoder

    folder = tmp_path_factory.mktemp("encoders") / "random-tiny"
    prepare_encoder("random-tiny", folder)
    return Encoder(folder, None)
