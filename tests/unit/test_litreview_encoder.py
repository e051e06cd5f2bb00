"""Vectors of texts: unit length, the same alone and in company, and errors that name the remedy."""

import json

import numpy as np
import pytest

from litreview.encoder import FOLDER_VARIABLE, PASSAGE, QUERY, load_encoder
from litreview.files import InputError
from tests.encoder_files import random_folder

TEXTS = ["Masks prevent infection.", "", "word " * 400, "Models gain 8.2 points on XTREME."]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return random_folder(tmp_path_factory.mktemp("encoder"))


def test_vectors_have_length_one_and_do_not_depend_on_their_company(folder):
    encode = load_encoder(folder)
    together = encode(TEXTS)
    alone = np.concatenate([load_encoder(folder)([text]) for text in TEXTS])
    assert together.shape == (4, 32)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert encode([]).shape == (0, 32)


def test_pieces_that_come_later_change_nothing_of_what_came_before(folder):
    encode = load_encoder(folder)
    first = encode(TEXTS[:1])
    encode(["Quite other letters: xyzzy, 12345!"])
    np.testing.assert_allclose(encode(TEXTS[:1]), first, atol=1e-6)


def test_the_vector_is_the_mean_state_that_the_network_gives(folder):
    import torch

    from crosslift.encoders.load import load_encoder as load
    from tests.encoder_files import packed

    loaded = load(folder)
    pieces = loaded.tokenizer.encode(TEXTS[0]).ids
    with torch.inference_mode():
        states = loaded.model(torch.tensor(pieces), packed([len(pieces)]))
    mean = states.mean(0).numpy()
    np.testing.assert_allclose(
        load_encoder(folder)(TEXTS[:1])[0], mean / np.linalg.norm(mean), atol=1e-5
    )


def test_a_prefix_is_put_before_texts_where_the_encoder_was_trained_with_one(tmp_path):
    plain, prefixed = random_folder(tmp_path / "plain"), random_folder(tmp_path / "prefixed")
    (prefixed / "card.json").write_text(json.dumps({"prefix": "query: "}), encoding="utf-8")
    with_prefix = load_encoder(prefixed)(TEXTS, PASSAGE)
    spelled_out = load_encoder(plain)([PASSAGE + text for text in TEXTS])
    np.testing.assert_allclose(with_prefix, spelled_out, atol=1e-5)
    without = load_encoder(plain)
    np.testing.assert_array_equal(without(TEXTS, QUERY), without(TEXTS, PASSAGE))


def test_the_folder_may_come_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert load_encoder()(["a"]).shape == (1, 32)


def test_no_encoder_is_an_error_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    with pytest.raises(InputError, match=r"LITREVIEW_ENCODER.*scripts.prepare_encoder"):
        load_encoder()
    with pytest.raises(InputError, match=r"tokenizer\.json"):
        load_encoder(tmp_path / "none")
