"""The fitted entailment model: fitting, reading, and what its numbers mean."""

import json

import numpy as np
import pytest

from litreview.encoder import QUERY
from litreview.files import InputError
from litreview.verification.entailment_fitting import (
    cross_fitted,
    fit_head,
    fit_level,
    fit_mixture,
    grouped_folds,
    macro_f1,
    remembering,
    train,
)
from litreview.verification.entailment_model import (
    LABELS,
    SHIPPED,
    EntailmentModel,
    Mixture,
    load,
    log_shares,
    products,
    save,
)
from litreview.verification.labelled_pairs import read_pairs

THINGS = ["masks", "vitamins", "vaccines", "schools", "bats", "zinc", "sunlight", "distancing"]
PLACES = ["cities", "children", "adults", "hospitals", "animals"]


def examples():
    """Pairs whose label the words decide: as said, the contrary, or another subject."""
    pairs, gold, groups = [], [], []
    for place, thing in enumerate(THINGS):
        for where in PLACES:
            claim = f"{thing} reduce infections in {where}"
            other = THINGS[place - 1]
            for label, passage in enumerate(
                (
                    f"We found that {thing} reduce infections in {where}.",
                    f"We found that {thing} do not reduce infections in {where}.",
                    f"The history of {other} is long.",
                )
            ):
                pairs.append((claim, passage))
                gold.append(label)
                groups.append(claim)
    return pairs, np.array(gold), groups


def encode(texts, prefix=QUERY):
    """Bags of letters as unit vectors of 26 numbers."""
    counts = np.array(
        [[text.lower().count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts]
    )
    return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("reads", [None, encode])
def test_a_head_learns_what_the_words_decide_on_claims_it_did_not_see(reads):
    pairs, gold, groups = examples()
    scores, probabilities = cross_fitted(pairs, gold, groups, reads)
    assert macro_f1(scores.argmax(1), gold) > 0.95
    np.testing.assert_allclose(probabilities.sum(1), 1.0)


def test_a_model_reads_back_as_it_was_written(tmp_path):
    pairs, gold, groups = examples()
    heads = {
        "words": fit_level(pairs, gold, groups)[0],
        "vectors": fit_level(pairs, gold, groups, encode)[0],
    }
    model = EntailmentModel(heads, {"encoder": "letters"})
    save(model, tmp_path / SHIPPED.name)
    again = load(tmp_path)
    assert again.card == model.card
    for reads in (None, encode):
        np.testing.assert_allclose(
            again.probabilities(pairs[:9], reads), model.probabilities(pairs[:9], reads), atol=2e-3
        )
    assert again.probabilities([]).shape == (0, 3)


def test_the_level_of_pairs_adds_what_a_tuned_encoder_says(tmp_path):
    pairs, gold, groups = examples()
    head = fit_level(pairs, gold, groups, encode)[0]
    model = EntailmentModel({"words": head}, {"encoder": None}, Mixture(head, 10.0, "letters"))

    def read(asked):
        return np.array([[0.0, 9.0, 0.0]] * len(asked))

    found = model.probabilities(pairs[:6], encode, read)
    assert set(found.argmax(1)) == {1}  # ten times its log-shares outweigh all words
    save(model, tmp_path / SHIPPED.name)
    again = load(tmp_path)
    assert (again.mixture.weight, again.mixture.encoder) == (10.0, "letters")
    np.testing.assert_allclose(again.probabilities(pairs[:6], encode, read), found, atol=1e-3)


def test_a_tuned_encoder_tells_what_words_do_not():
    pairs, gold, groups = examples()
    same = [("masks help", "it is so")] * len(pairs)
    telling = np.eye(3)[gold] * 3 + np.random.default_rng(0).normal(size=(len(gold), 3))
    _, probabilities = fit_mixture(same, gold, groups, None, telling)
    assert macro_f1(probabilities.argmax(1), gold) > 0.8


def test_log_shares_are_those_of_the_softmax():
    # exp(0), exp(log 3) and exp(log 4) are 1, 3 and 4 of 8.
    found = log_shares(np.array([[0.0, np.log(3), np.log(4)]]) + 700)
    np.testing.assert_allclose(np.exp(found), [[1 / 8, 3 / 8, 4 / 8]])


def test_a_pair_means_the_same_alone_and_in_company():
    pairs, gold, _ = examples()
    head = fit_head(pairs, gold, encode)
    together = head.scores(pairs[:6], encode)
    alone = np.vstack([head.scores([pair], encode) for pair in pairs[:6]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_products_give_the_product_of_both_similarities():
    rng = np.random.default_rng(1)
    claims, passages = rng.normal(size=(2, 2, 4))
    origins, directions = np.zeros((2, 4)), np.eye(4)
    found = products(claims, passages, origins, directions)
    unit = [side / np.linalg.norm(side, axis=1, keepdims=True) for side in (claims, passages)]
    expected = (0.5 + unit[0][0] @ unit[0][1]) * (0.5 + unit[1][0] @ unit[1][1])
    assert found[0] @ found[1] == pytest.approx(expected)


def test_groups_are_never_parted_and_folds_are_even():
    groups = [f"g{i % 23}" for i in range(230)]
    folds = grouped_folds(groups)
    assert all(
        len({f for f, g in zip(folds, groups, strict=True) if g == one}) == 1 for one in groups
    )
    assert np.bincount(folds).max() - np.bincount(folds).min() <= 10
    assert (folds == grouped_folds(groups)).all()


def test_macro_f1_by_hand():
    # Label 0: P 1, R 1/2, F 2/3. Label 1: P 1/2, R 1, F 2/3. Label 2: F 1.
    assert macro_f1(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 2])) == pytest.approx(7 / 9)


def test_each_text_is_encoded_once():
    asked = []

    def counted(texts, prefix=QUERY):
        asked.extend(texts)
        return encode(texts, prefix)

    remembered = remembering(counted)
    np.testing.assert_array_equal(remembered(["a", "b", "a"]), encode(["a", "b", "a"]))
    remembered(["b", "c"])
    assert asked == ["a", "b", "c"]


def write_pairs(path, rows, header="claim,evidence,label,question"):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_training_writes_a_model_with_its_card(tmp_path, monkeypatch):
    monkeypatch.delenv("LITREVIEW_ENCODER", raising=False)
    names = ("Supports", "Refutes", "Neutral")
    pairs, gold, _ = examples()
    rows = [f"{c},{p},{names[g]},q" for (c, p), g in zip(pairs, gold, strict=True)]
    model = train(write_pairs(tmp_path / "pairs.csv", rows), tmp_path / "out")
    card = json.loads((tmp_path / "out" / SHIPPED.name).read_text(encoding="utf-8"))["card"]
    assert card == json.loads(json.dumps(model.card))
    assert (card["pairs"], card["claims"], card["encoder"]) == (120, 40, None)
    assert card["cross_validated"]["words"]["macro_f1"] > 0.95
    with pytest.raises(InputError, match=r"fitted with the encoder None.*litreview train"):
        model.probabilities(pairs[:1], encode)


def test_faults_of_a_file_of_pairs_are_named(tmp_path):
    with pytest.raises(InputError, match=r"no column evidence or passage or premise"):
        read_pairs(write_pairs(tmp_path / "a.csv", ["x,y"], "claim,label"))
    with pytest.raises(InputError, match=r"b\.csv: line 2: label 'perhaps' with claim 'c'"):
        read_pairs(write_pairs(tmp_path / "b.csv", ["c,e,perhaps,q"]))
    with pytest.raises(InputError, match=r"1 labelled pairs in 1 files; give 60 to 8000"):
        read_pairs(write_pairs(tmp_path / "c.csv", ["c,e,Neutral,q"]))
    with pytest.raises(
        InputError, match=r"no pair is labelled refuted or insufficient|insufficient or"
    ):
        read_pairs(write_pairs(tmp_path / "d.csv", ["c,e,entailment,q"] * 60))
    with pytest.raises(InputError, match=r"no column topic to group by"):
        read_pairs(write_pairs(tmp_path / "e.csv", ["c,e,Neutral,q"] * 60), by="topic")
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        read_pairs(tmp_path / "none.csv")


def test_a_damaged_model_is_refused(tmp_path):
    path = tmp_path / SHIPPED.name
    path.write_text('{"card": {}, "heads": {"words": {}}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"no entailment model.*train it again"):
        load(tmp_path)


def test_the_shipped_model_tells_a_statement_from_its_denial():
    model = load()
    card = model.card["cross_validated"]
    assert card["vectors"]["calibration_error"] < 0.05
    assert card["words"]["calibration_error"] < 0.05
    claim = "Vitamin D supplements reduce the risk of infection"
    near, far = model.probabilities(
        [(claim, f"{claim} in a large trial."), (claim, "The weather was warm in June.")]
    )
    assert near[LABELS.index("insufficient")] < far[LABELS.index("insufficient")]
    assert SHIPPED.stat().st_size < 2_000_000


def test_the_scorer_has_the_models_support_and_the_words_coverage():
    score = load().scorer()
    found = score("Masks prevent infection", "Masks prevent infection in hospitals.")
    assert 0 <= found.support <= 1
    assert found.coverage == pytest.approx(1.0)
