"""Pairs read as one sequence: tuning learns, what is stored is what was tuned, errors are told."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from crosslift.batching import collate, encoded_from
from crosslift.encoders.load import load_tokenizer
from crosslift.formats.pieces import encode_texts
from crosslift.model import Encoder, build_model, tuned_weights
from litreview.encoder import load_encoder
from litreview.files import InputError
from litreview.pair_encoder import LABELS, PairEncoder, tune
from litreview.verification.entailment_fitting import train
from litreview.verification.entailment_model import load
from litreview.verification.reader import load_reader
from tests.encoder_files import random_folder

WORDS = {"supported": "shows", "refuted": "denies", "insufficient": "mentions"}
PAIRS = [
    (f"Masks help in case {number}.", f"The study {word} it in case {number}.", label)
    for number in range(10)
    for label, word in WORDS.items()
]
FAST = {"learning_rate": 0.005, "epochs": 60, "batch_size": 4, "dropout": 0.0, "precision": "fp32"}


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return random_folder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def tuned(folder, tmp_path_factory):
    output = tmp_path_factory.mktemp("tuned") / "pairs.safetensors"
    tune(PAIRS, folder, output, **FAST)
    return output


def right(encoder: PairEncoder, pairs=PAIRS) -> float:
    guessed = encoder.logits([(claim, passage) for claim, passage, _ in pairs]).argmax(1)
    return float(
        np.mean([LABELS[g] == label for g, (*_, label) in zip(guessed, pairs, strict=True)])
    )


def test_tuning_learns_and_what_is_stored_reads_alike(folder, tuned):
    assert right(PairEncoder(folder, tuned)) > 0.9
    assert [path.name for path in tuned.parent.iterdir()] == ["pairs.safetensors"]


def test_a_second_tuning_goes_on_from_the_first(folder, tuned, tmp_path):
    kept = tune(PAIRS, folder, tmp_path / "more", start=tuned, **{**FAST, "learning_rate": 1e-9})
    np.testing.assert_allclose(
        kept.logits([PAIRS[0][:2]]), PairEncoder(folder, tuned).logits([PAIRS[0][:2]]), atol=0.02
    )
    swapped = [
        (claim, passage, {"supported": "refuted", "refuted": "supported"}.get(label, label))
        for claim, passage, label in PAIRS
    ]
    turned = tune(swapped, folder, tmp_path / "turned", start=tuned, **FAST)
    assert right(turned, swapped) > 0.9


def test_the_same_seed_gives_the_same_bytes(folder, tuned, tmp_path):
    tune(PAIRS, folder, tmp_path / "again.safetensors", **FAST)
    assert (tmp_path / "again.safetensors").read_bytes() == tuned.read_bytes()


def test_an_empty_list_and_long_texts_are_read(folder, tuned):
    encoder = PairEncoder(folder, tuned)
    assert encoder.logits([]).shape == (0, 3)
    assert np.isfinite(encoder.logits([("claim", "word " * 5000)])).all()


def test_a_model_is_trained_with_it_and_a_reader_takes_it_up(folder, tuned, tmp_path, monkeypatch):
    (folder / "card.json").write_text('{"encoder": "random-tiny"}', encoding="utf-8")
    data = tmp_path / "pairs.csv"
    rows = [f"{claim},{passage},{label}" for claim, passage, label in PAIRS * 2]
    data.write_text("\n".join(["claim,evidence,label", *rows]) + "\n", encoding="utf-8")
    monkeypatch.delenv("LITREVIEW_ENCODER", raising=False)
    with pytest.raises(InputError, match="needs its encoder; set LITREVIEW_ENCODER"):
        train(data, tmp_path / "model", start=tuned)
    monkeypatch.setenv("LITREVIEW_ENCODER", str(folder))
    model = train(data, tmp_path / "model", start=tuned)
    assert model.card["cross_validated"]["pairs"]["macro_f1"] > 0.9
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "entailment.json",
        "pairs.safetensors",
    ]
    reader = load_reader(tmp_path / "model")
    assert "by a tuned encoder" in reader.note
    asked = [PAIRS[0][:2], PAIRS[1][:2]]
    expected = load(tmp_path / "model").probabilities(
        asked, load_encoder(folder), PairEncoder(folder, tuned).logits
    )
    np.testing.assert_allclose(reader.shares(asked), expected, atol=1e-6)
    monkeypatch.delenv("LITREVIEW_ENCODER")
    load_reader.cache_clear()
    assert "no encoder is set" in load_reader(tmp_path / "model").note


@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_a_studys_weights_are_read_as_the_study_predicts_with_them(folder, tmp_path, pooling):
    texts = [(passage, claim) for claim, passage, _ in PAIRS[:4]]
    tokenizer = load_tokenizer(folder)
    pieces = encode_texts(tokenizer, *zip(*texts, strict=True), 64)
    model = build_model(Encoder(folder, 1), np.unique(np.concatenate(pieces)), {"nli": 3}, pooling)
    save_file(tuned_weights(model, None), tmp_path / "model.safetensors")
    encoded = encoded_from(pieces, range(len(pieces)))
    batch = collate(
        encoded, np.arange(4), model.vocabulary.to_trimmed(encoded.pieces), torch.device("cpu")
    )
    with torch.inference_mode():
        logits = model.eval().heads["nli"](model(batch)[1]).numpy()
    labels = ["entailment", "neutral", "contradiction"]
    read = PairEncoder(
        folder, tmp_path / "model.safetensors", "nli", labels, pooling=pooling, depth=1
    )
    found = read.logits([pair[:2] for pair in PAIRS[:4]])
    np.testing.assert_allclose(found, logits[:, [0, 2, 1]], atol=1e-5)


def test_weights_that_are_missing_or_of_another_encoder_are_told(folder, tuned, tmp_path):
    with pytest.raises(InputError, match="no weights of a pair encoder"):
        PairEncoder(folder, tmp_path / "none")
    other = random_folder(tmp_path / "other", layers=1)
    with pytest.raises(InputError, match="not for the encoder in"):
        PairEncoder(other, tuned)
