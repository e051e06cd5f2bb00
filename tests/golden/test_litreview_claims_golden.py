"""The claim scorer against expert labels that its weights were not fitted to."""

from pathlib import Path

import pytest

from benchmarks import fit_claim_scorer
from litreview.claims.scorer import model


@pytest.mark.slow
def test_the_f1_of_the_card_is_found_again_on_the_validation_abstracts(data_root: Path):
    # The weights that are shipped have seen the validation abstracts too; those fitted here have
    # not. The last sentence of each abstract alone has F1 .66, every sentence .33.
    folder = data_root / "claimdata" / "claim_sentences"
    train = fit_claim_scorer.read(folder / "train_labels.json", None)
    validation = fit_claim_scorer.read(folder / "validation_labels.json", None)
    assert (len(train.texts), len(validation.texts)) == (5823, 2946)
    found = fit_claim_scorer.measure(train, validation)["plain"]
    card = model()["card"]["f1"]["plain"]
    assert found["cross_validated"] == pytest.approx(card["cross_validated"], abs=0.005)
    assert found["validation"] == pytest.approx(card["validation"], abs=0.005)
    assert found["validation"] > 0.78
