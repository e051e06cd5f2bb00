"""Inference data of a study as a reader of claims: labels, scaling, and when it is unsure."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from litreview.entry_points import claim_of
from litreview.files import InputError
from litreview.pair_encoder import LABELS
from litreview.schema import Evidence, Verdict
from litreview.verification.entailment import lexical_scorer
from litreview.verification.inference import read_reader, tuned_reader
from litreview.verification.reader import Reader
from litreview.verification.second_reading import read_undecided
from tests.encoder_files import random_folder

SAID = {"entailment": "shows", "contradiction": "denies", "neutral": "mentions"}


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def write_splits(folder, dev: int):
    rows = [
        {"text": f"It {word} this {n}.", "text_pair": f"Masks help {n}.", "label": label}
        for n in range(20)
        for label, word in SAID.items()
    ]
    folder.mkdir()
    pd.DataFrame(rows).to_parquet(folder / "train.parquet")
    pd.DataFrame(rows[:dev], columns=list(rows[0])).to_parquet(folder / "dev.parquet")
    return folder


@pytest.mark.parametrize(("dev", "held"), [(30, 30), (0, 6)])
def test_the_card_says_what_it_was_scaled_on_and_the_reader_gives_shares(tmp_path, dev, held):
    encoder = random_folder(tmp_path / "encoder")
    weights, card = tmp_path / "pairs.safetensors", tmp_path / "pairs.json"
    tuned_reader(write_splits(tmp_path / "data", dev), encoder, weights, card)
    said = json.loads(card.read_text())
    assert (said["pairs"], said["labels"]) == (held, list(LABELS))
    shares = read_reader(encoder, weights, card).shares([("Masks help.", "It shows this.")])
    assert shares.shape == (1, 3)
    np.testing.assert_allclose(shares.sum(), 1.0)


def test_a_card_that_is_none_is_named(tmp_path):
    (tmp_path / "pairs.json").write_text("{}")
    with pytest.raises(InputError, match=r"pairs\.json: no card of a pair encoder"):
        read_reader(tmp_path, tmp_path / "none", tmp_path / "pairs.json")


def passage(text: str) -> Evidence:
    return Evidence(
        claim_id="claim", document_id="d", paper_id="p", sentence_id="s1", table_id=None,
        text=text, start=None, end=None, rank=1, score=0.0, independent=False,
    )  # fmt: skip


def verdict(label: str, ranks: list[int]) -> Verdict:
    return Verdict(
        claim_id="claim", label=label, confidence=0.5, level="V0", evidence_ids=ranks, reasons=[]
    )


@pytest.mark.parametrize(
    ("least", "before", "after"),
    [
        (0.5, verdict("insufficient", []), "supported"),
        (0.9, verdict("insufficient", []), "insufficient"),  # .8 is too unsure
        (0.5, verdict("insufficient", [1]), "insufficient"),  # words decided: numbers are missing
        (0.5, verdict("refuted", [1]), "refuted"),
    ],
)
def test_only_what_words_left_open_is_read_again_and_only_the_sure_counts(least, before, after):
    shares = np.array([[0.8, 0.1, 0.1]])
    reader = Reader(lexical_scorer, None, lambda pairs: shares, "A model read.", least)
    found = read_undecided([claim_of("Masks help.")], [passage("They do.")], [before], reader)
    assert [one.label for one in found] == [after]
