"""The work of each measure of the literature module: from labelled data to figures."""

import json
from collections.abc import Iterator

from benchmarks import (
    change_words,
    comparison,
    entailment,
    fit_claim_scorer,
    fit_entity_tagger,
    paper_tables,
    quantity_spans,
    result_tuples,
    screening,
    table_claims,
)
from benchmarks.claimdata import (
    read_healthver,
    read_pilot,
    read_scifact_rte,
    read_scitab,
    read_synergy,
    read_tdmsci,
)
from benchmarks.measure_forms import AbsentError, Figure, Inputs
from benchmarks.scifact_metrics import read_lines, scifact_metrics
from benchmarks.table_wordings import HELD_OUT
from litreview.review.agreement import krippendorff_alpha
from litreview.verification.entailment_model import load as load_entailment
from litreview.verification.verdict_calibration import load as load_calibration

HEALTHVER = "healthver/healthver_dev.csv"


def claim_sentences(inputs: Inputs) -> Iterator[Figure]:
    """F1 of sentences called claims, at both levels of the scorer if there is an encoder."""
    train, validation = (
        fit_claim_scorer.read(inputs.at(f"claim_sentences/{part}_labels.json"), inputs.encode)
        for part in ("train", "validation")
    )
    for level, found in fit_claim_scorer.measure(train, validation).items():
        of = "words and features" if level == "plain" else "and vectors"
        yield Figure("F1, validation part", found["validation"], of)
        yield Figure("F1, five folds of the training part", found["cross_validated"], of)


def evidence(inputs: Inputs) -> Iterator[Figure]:
    """How often a passage that bears on a claim is among the first ten."""
    encode = inputs.encoder()
    for row in entailment.ranked(read_healthver(inputs.at(HEALTHVER)), encode):
        yield Figure("hit@10", row["hit@10"], row["ranking"])


def health_claims(inputs: Inputs) -> Iterator[Figure]:
    """Macro-F1 and calibration of each level that tells pairs apart, by both kinds of folds.

    Levels that take hours to fit again are shown as the shipped model's card states them.
    """
    encode = inputs.encoder()
    measured = list(entailment.judged(read_healthver(inputs.at(HEALTHVER)), encode, None))
    known = {row["level"] for row in measured}
    stated = load_entailment().card["cross_validated"]
    for level in sorted(stated.keys() - known):
        measured.append({"folds by": "claim", "level": f"{level}, by its card", **stated[level]})
    for row in measured:
        folds = f"folds by {row['folds by']}"
        yield Figure(f"macro-F1, {folds}", row["macro_f1"], row["level"])
        yield Figure(f"calibration error, {folds}", row["calibration_error"], row["level"])


def science_claims(inputs: Inputs) -> Iterator[Figure]:
    """Accuracy of the shipped levels by support against refutation."""
    for part, name in (("dev", "development part"), ("train", "training part")):
        pairs = read_scifact_rte(inputs.at(f"scifact_rte/{part}.tsv"))
        _, *levels = entailment.transferred(
            pairs, inputs.encoder(), inputs.reader
        )  # first: majority
        for row in levels:
            yield Figure(f"accuracy, {name}", row["accuracy"], row["level"])


def verdict_confidences(_: Inputs) -> Iterator[Figure]:
    """Calibration error of the confidences of verdicts by words, as their card states it."""
    for label, card in load_calibration().labels.items():
        yield Figure("calibration error", card.unseen.calibration_error, label)


def own_table_claims(_: Inputs) -> Iterator[Figure]:
    """Macro-F1 of the shipped weights on claims that they were not fitted on."""
    sets = {
        "made, other wordings and tables": table_claims.make_claims(
            table_claims.HELD_OUT_TABLES, HELD_OUT, seed=2
        ),
        "composed by hand, in view of the rules": table_claims.claims_by_hand(),
        "composed by hand afterwards": table_claims.claims_by_hand(table_claims.UNSEEN),
    }
    for name, claims in sets.items():
        yield Figure("macro-F1", table_claims.measure(name, claims)["macro-F1"], name)


def paper_table_claims(inputs: Inputs) -> Iterator[Figure]:
    """Macro-F1 on claims made by rules over tables of papers."""
    tables = list(paper_tables.grids(inputs.at("nlp_tdms")))
    claims = paper_tables.make_claims(tables, HELD_OUT, seed=3)
    of = f"{len(claims)} claims, {len(tables)} tables"
    yield Figure("macro-F1", table_claims.measure("tables of papers", claims)["macro-F1"], of)


def published_table_claims(inputs: Inputs) -> Iterator[Figure]:
    """Macro-F1 on claims over tables of papers, if such a set is at hand."""
    claims = table_claims.published(read_scitab(inputs.at("scitab/sci_tab.json")))
    yield Figure("macro-F1", table_claims.measure("published", claims)["macro-F1"])


def quantities(inputs: Inputs) -> Iterator[Figure]:
    """F1 of spans of quantities, exact and by overlap."""
    found = quantity_spans.measure(inputs.at("measeval/data/eval"))
    yield Figure("overlap F1", found["overlap_f1"])
    yield Figure("exact F1", found["exact_f1"])


def entities(inputs: Inputs) -> Iterator[Figure]:
    """F1 of mentions, all and by kind."""
    sentences = read_tdmsci(inputs.at("tdmsci/test_500_v2.conll"))
    for kind, f1 in fit_entity_tagger.measure(sentences).items():
        yield Figure("F1 of mentions", f1, kind.lower())


def directions(inputs: Inputs) -> Iterator[Figure]:
    """Macro-F1 and accuracy of increased, decreased and no difference."""
    found = change_words.measure(inputs.at("evidence_inference"), "test")
    yield Figure("macro-F1", found["macro_f1"])
    yield Figure("accuracy", found["accuracy"])


def scores(inputs: Inputs) -> Iterator[Figure]:
    """F1 of (task, data set, metric, score), of all and averaged over papers."""
    found = result_tuples.measure(inputs.at("nlp_tdms"))
    yield Figure("micro-F1", found["micro_f1"] / 100)
    yield Figure("macro-F1", found["macro_f1"] / 100)


def scifact_scorer(inputs: Inputs) -> Iterator[Figure]:
    """The share of the official scorer's numbers that come out to the last digit."""
    folder = inputs.at("scifact_evaluator/fixture")
    gold = read_lines(folder / "gold_small.jsonl")
    for name in ("small", "dummy"):
        found = scifact_metrics(gold, read_lines(folder / f"predictions_{name}.jsonl"))
        text = (folder / f"expected_metrics_{name}.json").read_text(encoding="utf-8")
        expected = json.loads(text)
        equal = sum(found.get(key) == value for key, value in expected.items())
        yield Figure("numbers equal to the last digit", equal / len(expected), f"fixture {name}")


def review(_: Inputs) -> Iterator[Figure]:
    """The area under the ROC curve of sound against corrupted reports, as recorded."""
    path = comparison.RECORDS / "review.json"
    if not path.is_file():
        raise AbsentError(f"{path.name} is not recorded: python -m benchmarks.review")
    separation = json.loads(path.read_text(encoding="utf-8"))["separation"]
    for part in ("all", "held out"):
        of = f"{part}, {separation[part]['corrupted']} corrupted"
        yield Figure("area under the ROC curve", separation[part]["area"], of)


def agreement(inputs: Inputs) -> Iterator[Figure]:
    """Krippendorff's alpha of four annotators."""
    alpha = krippendorff_alpha(read_pilot(inputs.at("tdmsci/pilot")), "nominal")
    yield Figure("alpha", float("nan") if alpha is None else alpha)


def screened_reviews(inputs: Inputs) -> Iterator[Figure]:
    """Reading by likely relevance in reviews as they were screened."""
    folder = inputs.at("synergy")
    reviews = [read_synergy(path) for path in sorted(folder.glob("*.csv"))]
    if not any(reviews):
        raise AbsentError("claimdata/synergy has ids and labels, no titles and abstracts")
    yield from _saved([screening.review_of_records(one) for one in reviews if one])


def screened_questions(inputs: Inputs) -> Iterator[Figure]:
    """Reading by likely relevance where the passages of a question stand for a review."""
    pairs = read_healthver(inputs.at(HEALTHVER))
    yield from _saved(screening.reviews_of_questions(pairs))


def _saved(reviews: list[screening.Review]) -> Iterator[Figure]:
    found = screening.measure(reviews)
    yield Figure("recall after a fifth is read", found["recall"], f"{len(reviews)} reviews")
    yield Figure("work saved at recall .95", found["work_saved"], f"{len(reviews)} reviews")
