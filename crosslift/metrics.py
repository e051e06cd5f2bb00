"""The closed registry of metrics: how each is computed, reported, and read from tables."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crosslift.answers import (
    Comparison,
    abstaining_token_f1,
    exact_match,
    mlqa_normalise,
    squad_normalise,
    token_f1,
)
from crosslift.errors import ConfigError
from crosslift.measures import (
    ExampleScores,
    Measure,
    Normalise,
    accuracy,
    answer_scores,
    average_precision_at,
    label_f1,
    mean_of,
    pair_f1,
    retrieval_accuracy,
    sequence_f1,
    token_accuracy,
)


def uniform_chance(options: int, relevant: int = 1) -> float:
    """Accuracy, 0 to 100, of choosing one of `options` at random when `relevant` are right."""
    return 100 * relevant / options


def ranking_chance(options: int, relevant: int = 1, cutoff: int = 20) -> float:
    """Expected AP@cutoff, 0 to 100, of a random ranking of `options` candidates.

    Rank i is relevant with probability R/N; given that, the i - 1 ranks before hold on average
    (i - 1)(R - 1)/(N - 1) further relevant ones, so precision there is (1 + that)/i.
    """
    others = max(options - 1, 1)
    ranks = range(1, min(cutoff, options) + 1)
    total = sum((1 + (rank - 1) * (relevant - 1) / others) / rank for rank in ranks)
    return 100 * relevant / options * total / min(relevant, cutoff)


@dataclass(frozen=True)
class Metric:
    """One metric of the closed registry `METRICS`.

    Attributes
    ----------
    name : str
        Key in `METRICS`; what a catalogue entry's ``metric`` names.
    measure : callable
        ``measure(gold, predicted, languages) -> ExampleScores``, the primary score.
    reported_as : str
        Its name in ``scores.parquet``.
    parts : mapping of str to callable
        Further metrics of the same predictions that the score table lists beside the primary.
    chance : callable or None
        ``chance(options, relevant=1)``, the expected value of guessing; None where guessing has no
        closed form (spans, tags and answers), and the score of an untrained model is the floor.
    unit : str
    higher_is_better : bool
    gold_is_json, prediction_is_json : bool
        How the prediction tables write gold and prediction: JSON, or the label or text itself.
    """

    name: str
    measure: Measure
    reported_as: str
    parts: Mapping[str, Measure] = field(default_factory=dict)
    chance: Callable[..., float] | None = None
    unit: str = "points, 0 to 100"
    higher_is_better: bool = True
    gold_is_json: bool = True
    prediction_is_json: bool = True

    def measure_texts(
        self,
        gold: Sequence[str],
        predicted: Sequence[str],
        languages: Sequence[str],
        part: str | None = None,
    ) -> ExampleScores:
        """Score gold and predictions as the prediction tables hold them.

        Labels and answer texts stand there as they are; lists (tags, gold answers, candidate ids)
        stand there as JSON. `part` names one of `parts` in place of the primary score.
        """
        measure = self.parts[part] if part else self.measure
        return measure(
            [json.loads(text) for text in gold] if self.gold_is_json else gold,
            [json.loads(text) for text in predicted] if self.prediction_is_json else predicted,
            languages,
        )


def _label_metric(name: str, measure: Measure) -> Metric:
    return Metric(
        name, measure, name, chance=uniform_chance, gold_is_json=False, prediction_is_json=False
    )


def _answer_metric(
    name: str, normalise: Normalise, f1: Comparison = token_f1, *, may_lack_answers: bool = False
) -> Metric:
    parts = {
        "f1": answer_scores(f1, normalise, may_lack_answers=may_lack_answers),
        "exact_match": answer_scores(exact_match, normalise, may_lack_answers=may_lack_answers),
    }
    both = mean_of(parts["f1"], parts["exact_match"])
    return Metric(name, both, "f1_em", parts, prediction_is_json=False)


# XTREME scores XQuAD and TyDiQA-GoldP by SQuAD's script in every language, MLQA by its own
# (METRIC_FUNCTION in evaluate.py; install_tools.sh names both scripts' origins).
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _label_metric("accuracy", accuracy),
        Metric("span_f1", sequence_f1, "span_f1"),
        Metric("tag_f1", sequence_f1, "tag_f1"),
        Metric("tag_accuracy", token_accuracy, "tag_accuracy"),
        Metric("label_f1", label_f1, "label_f1"),
        _answer_metric("f1_em", squad_normalise),
        _answer_metric("mlqa_f1_em", mlqa_normalise),
        _answer_metric("squad2_f1_em", squad_normalise, abstaining_token_f1, may_lack_answers=True),
        Metric(
            "retrieval_accuracy", retrieval_accuracy, "retrieval_accuracy", chance=uniform_chance
        ),
        Metric("map_at_20", average_precision_at(20), "map_at_20", chance=ranking_chance),
        Metric("bitext_f1", pair_f1, "bitext_f1"),
    )
}


def metric_named(name: str) -> Metric:
    """Look a metric up; raise `ConfigError` listing the known names."""
    if name not in METRICS:
        raise ConfigError(f"metric: {name!r} is unknown; write one of {', '.join(METRICS)}")
    return METRICS[name]
