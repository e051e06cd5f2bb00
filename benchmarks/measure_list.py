"""The measures of the literature module: what is measured on which data, and held to what.

Goals are those of the module; floors those of something plainer on data of the same kind, or what
was published, as their source says.
"""

from benchmarks import measure_figures as figures
from benchmarks.measure_forms import Bar, Measure

_FOLDS = "by claim", "by question"
_CALIBRATED = Bar(goal=0.05, rule="<")
_TABLES = Bar(0.45, 0.349, "Flan-T5-XXL, 11B parameters, on SciTab, by its authors")
_BY_CHANCE = {
    "recall after a fifth is read": Bar(floor=0.2, source="any order"),
    "work saved at recall .95": Bar(floor=0.0, source="any order"),
}

MEASURES = [
    Measure(
        "claim-sentences",
        "abstracts of biomedicine (Achakulvisut et al. 2019), 2,946 sentences of the validation "
        "part and 5,823 of the training part",
        "measured with weights and threshold of the training part alone; the shipped ones have "
        "seen both",
        figures.claim_sentences,
        {
            "F1, validation part": Bar(0.82, 0.775, "words, place and cues; on the test part"),
            "F1, five folds of the training part": Bar(0.82),
        },
    ),
    Measure(
        "evidence",
        "160 claims of HealthVer's development pairs, all its 475 passages as the pool",
        "nothing is fitted; the weight of the words and the directions left out were chosen here",
        figures.evidence,
        {"hit@10": Bar(0.80, 0.716, "words and WordLlama's vectors; on the test part")},
    ),
    Measure(
        "health-claims",
        "HealthVer, 1,917 development pairs",
        "cross-validated in five folds, calibration too; settings were chosen on those by claim",
        figures.health_claims,
        {
            **{
                f"macro-F1, folds {by}": Bar(0.65, 0.586, "a lexical model; on the test part")
                for by in _FOLDS
            },
            **{f"calibration error, folds {by}": _CALIBRATED for by in _FOLDS},
        },
    ),
    Measure(
        "science-claims",
        "SciFact, claims with a rationale, 209 and 564 pairs",
        "not fitted to",
        figures.science_claims,
        {
            "accuracy, development part": Bar(138 / 209, 138 / 209, "the majority"),
            "accuracy, training part": Bar(370 / 564, 370 / 564, "the majority"),
        },
    ),
    Measure(
        "verdict-confidence",
        "verdicts by words on the pairs of HealthVer and SciFact, each with four passages of "
        "other claims",
        "cross-validated in five folds by claim; read from the card of what is shipped",
        figures.verdict_confidences,
        {"calibration error": _CALIBRATED},
    ),
    Measure(
        "table-claims",
        "our own claims over our own tables: 1,033 made by rules, 95 and 44 composed by hand",
        "not fitted to; the rules were made with the 95 in view",
        figures.own_table_claims,
        {"macro-F1": _TABLES},
    ),
    Measure(
        "paper-table-claims",
        "our own claims, made by rules, over tables of papers (NLP-TDMS, whole grids of scores)",
        "not fitted to, neither tables nor wordings",
        figures.paper_table_claims,
        {"macro-F1": _TABLES},
    ),
    Measure(
        "published-table-claims",
        "a set in SciTab's format, as claimdata/scitab/sci_tab.json",
        "never looked at",
        figures.published_table_claims,
        {"macro-F1": _TABLES},
    ),
    Measure(
        "quantities",
        "MeasEval, evaluation part, 499 spans",
        "not fitted to; the rules were made with the other parts open",
        figures.quantities,
        {
            "overlap F1": Bar(floor=0.32, source="exact F1 of a plain pattern"),
            "exact F1": Bar(floor=0.32, source="a plain pattern"),
        },
    ),
    Measure(
        "entities",
        "TDMSci, 487 test sentences",
        "fitted on its training part",
        figures.entities,
        {"F1 of mentions": Bar()},
    ),
    Measure(
        "directions",
        "Evidence Inference 2.0, test articles, texts of evidence",
        "not fitted to; the rules were made with the training part open",
        figures.directions,
        {"macro-F1": Bar(floor=0.22, source="always no difference"), "accuracy": Bar()},
    ),
    Measure(
        "score-tuples",
        "NLP-TDMS, 338 papers with tables",
        "not fitted to; its list of leaderboards is given, as it was to AxCell",
        figures.scores,
        {
            "micro-F1": Bar(floor=0.258, source="AxCell, which reads LaTeX"),
            "macro-F1": Bar(floor=0.197, source="AxCell, which reads LaTeX"),
        },
    ),
    Measure(
        "scifact-scorer",
        "fixtures of the official evaluator",
        "nothing is fitted",
        figures.scifact_scorer,
        {"numbers equal to the last digit": Bar(1.0, rule="=")},
    ),
    Measure(
        "review",
        "reports of ten synthetic studies, corrupted and changed without harm",
        "held out: kinds and studies that were not looked at while the reviewers were written; "
        "read from the record of benchmarks.review",
        figures.review,
        {"area under the ROC curve": Bar(0.95, rule=">=")},
    ),
    Measure(
        "agreement",
        "TDMSci's pilot, 2,973 tokens, four annotators",
        "nothing is fitted",
        figures.agreement,
        {"alpha": Bar(0.802, rule="=")},
    ),
    Measure(
        "screening",
        "four reviews of SYNERGY",
        "learned from the reader's labels as reading goes on",
        figures.screened_reviews,
        _BY_CHANCE,
    ),
    Measure(
        "screening-stand-in",
        "passages of HealthVer's development pairs; those of one question stand for a review",
        "learned from the reader's labels as reading goes on",
        figures.screened_questions,
        _BY_CHANCE,
    ),
]
"""In the order in which they are taken and shown."""
