"""What a prediction scores, and how much that score weighs, under each metric.

For every measure here ``value = 100 * sum(score * weight) / sum(weight)``. Keeping the two columns
an example makes any value, and any bootstrap draw of it, recomputable from a prediction table.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np

from crosslift.entities import count_matches

Normalise = Callable[[str, str], str]


class ExampleScores(NamedTuple):
    """Scores in [0, 1] and weights of at least 0, both of shape (n_examples,)."""

    score: np.ndarray
    weight: np.ndarray

    @property
    def value(self) -> float:
        """Metric value, 0 to 100; 0 where the weights sum to nothing (as seqeval has it)."""
        total = self.weight.sum()
        return float(100 * (self.score * self.weight).sum() / total) if total else 0.0


Measure = Callable[[Sequence[Any], Sequence[Any], Sequence[str]], ExampleScores]


def accuracy(
    gold: Sequence[Any], predicted: Sequence[Any], languages: Sequence[str] = ()
) -> ExampleScores:
    """Score 1 where a prediction equals the gold label, weight 1.

    Parameters
    ----------
    gold, predicted : sequence of label, length n_examples
        Labels that compare with ``==``; row i is the same example in both.
    languages : ignored
        Present so that all metrics are called alike.

    Returns
    -------
    ExampleScores
        Source: ``accuracy`` in ``evaluate.py`` of google-research/xtreme.
    """
    _require_equal_lengths(gold, predicted)
    return _unweighted([float(g == p) for g, p in zip(gold, predicted, strict=True)])


def sequence_f1(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    languages: Sequence[str] = (),
) -> ExampleScores:
    """Micro F1 over the chunks of tag sequences, taken apart by sentence.

    A sentence with ``tp`` common chunks, ``n_gold`` and ``n_predicted`` has weight
    ``n_gold + n_predicted`` and score ``2 * tp / weight`` (0 where the weight is 0), hence the
    weighted mean is ``2 * TP / (N_gold + N_predicted)``, which is micro F1. Chunks follow conlleval
    (see `crosslift.entities`), as seqeval's default mode and published scores do.

    XTREME scores both PAN-X and UD-POS this way: ``METRIC_FUNCTION`` in ``evaluate.py`` of
    google-research/xtreme maps ``panx`` and ``udpos`` to one ``f1`` that calls
    ``seqeval.metrics.f1_score`` (so does ``third_party/run_tag.py``). UD-POS is therefore not token
    accuracy: neighbouring tokens that share a UPOS tag form one chunk.

    Parameters
    ----------
    gold, predicted : sequence of list of str, length n_examples
        One tag a token; row i is the same sentence, with equally many tags, in both.
    languages : ignored

    Raises
    ------
    ValueError
        If a sentence has fewer or more predicted than gold tags.
    """
    _require_equal_lengths(gold, predicted)
    counts = np.array(
        [count_matches(g, p) for g, p in zip(gold, predicted, strict=True)], dtype=float
    ).reshape(-1, 3)
    weight = counts[:, 1] + counts[:, 2]
    score = np.divide(2 * counts[:, 0], weight, out=np.zeros_like(weight), where=weight > 0)
    return ExampleScores(score, weight)


def token_accuracy(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    languages: Sequence[str] = (),
) -> ExampleScores:
    """Share of tokens with the right tag, taken apart by sentence: the weight is its tokens.

    It is for tags that make no chunks, as the categories of CCGbank.

    Raises
    ------
    ValueError
        If a sentence has fewer or more predicted than gold tags.
    """
    _require_equal_lengths(gold, predicted)
    for row, (tags, found) in enumerate(zip(gold, predicted, strict=True)):
        if len(tags) != len(found):
            raise ValueError(f"row {row}: {len(tags)} gold tags has {len(found)} predicted")
    weight = np.array([len(tags) for tags in gold], dtype=float)
    right = [
        sum(g == p for g, p in zip(tags, found, strict=True))
        for tags, found in zip(gold, predicted, strict=True)
    ]
    score = np.divide(right, weight, out=np.zeros_like(weight), where=weight > 0)
    return ExampleScores(score, weight)


def label_f1(
    gold: Sequence[Collection[str]],
    predicted: Sequence[Collection[str]],
    languages: Sequence[str] = (),
) -> ExampleScores:
    """Micro F1 over labels where an example may have several, taken apart by example.

    Having none counts as one more label, as ``compute_metrics`` in
    ``experiments/unfair_tos.py`` of coastalcph/lex-glue does, so that a text that is rightly given
    none scores. Score and weight as in `sequence_f1`.
    """
    _require_equal_lengths(gold, predicted)
    return _set_f1([set(g) or {None} for g in gold], [set(p) or {None} for p in predicted])


def pair_f1(
    gold: Sequence[Collection[str]],
    predicted: Sequence[Collection[str]],
    languages: Sequence[str] = (),
) -> ExampleScores:
    """F1 over the set of mined pairs, taken apart by the query of each pair.

    ``2 TP / (N_gold + N_predicted)`` as in ``bucc_f1`` of ``evaluate.py`` of
    google-research/xtreme. A query without gold that is given none weighs nothing.

    Parameters
    ----------
    gold, predicted : sequence of collection of str, length n_queries
        Candidates that a query is paired with, none where it has no counterpart.
    languages : ignored
    """
    _require_equal_lengths(gold, predicted)
    return _set_f1(list(map(set, gold)), list(map(set, predicted)))


def _set_f1(gold: Sequence[set], predicted: Sequence[set]) -> ExampleScores:
    common = np.array([len(g & p) for g, p in zip(gold, predicted, strict=True)], dtype=float)
    weight = np.array([len(g) + len(p) for g, p in zip(gold, predicted, strict=True)], dtype=float)
    score = np.divide(2 * common, weight, out=np.zeros_like(weight), where=weight > 0)
    return ExampleScores(score, weight)


def answer_scores(
    compare: Callable[[str, str, str, Normalise], float],
    normalise: Normalise,
    *,
    may_lack_answers: bool = False,
) -> Measure:
    """Make a question-answering metric: the best of an answer's scores against its golds, weight 1.

    The measure takes ``gold`` (a non-empty list of answers a question), ``predicted`` (one text a
    question) and ``languages`` (one code a question). With `may_lack_answers` golds that normalise
    to nothing are left out, and without any left the gold is "" (``get_raw_scores`` of SQuAD 2.0's
    ``evaluate-v2.0.py``).
    """

    def measure(
        gold: Sequence[Collection[str]], predicted: Sequence[str], languages: Sequence[str]
    ) -> ExampleScores:
        _require_equal_lengths(gold, predicted)
        _require_equal_lengths(gold, languages, "languages")
        if may_lack_answers:
            gold = [
                [answer for answer in answers if normalise(answer, language)] or [""]
                for answers, language in zip(gold, languages, strict=True)
            ]
        bare = [row for row, answers in enumerate(gold) if not answers]
        if bare:
            raise ValueError(
                f"{len(bare)} questions have no gold answer (first at row {bare[0]}); "
                "leave unanswerable or unlabelled questions out of the test set"
            )
        return _unweighted(
            [
                max(compare(text, answer, language, normalise) for answer in answers)
                for answers, text, language in zip(gold, predicted, languages, strict=True)
            ]
        )

    return measure


def mean_of(first: Measure, second: Measure) -> Measure:
    """Make the metric whose score is the mean of two unweighted scores of the same example."""

    def measure(
        gold: Sequence[Any], predicted: Sequence[Any], languages: Sequence[str]
    ) -> ExampleScores:
        left, right = first(gold, predicted, languages), second(gold, predicted, languages)
        return _unweighted((left.score + right.score) / 2)

    return measure


def retrieval_accuracy(
    gold: Sequence[Collection[str]],
    predicted: Sequence[Sequence[str]],
    languages: Sequence[str] = (),
) -> ExampleScores:
    """Score 1 where the first candidate ranked is relevant, weight 1 (Tatoeba's accuracy).

    Parameters
    ----------
    gold : sequence of collection of str
        Relevant candidate ids a query, at least one.
    predicted : sequence of sequence of str
        Candidate ids a query, the nearest first; only the first is looked at.
    languages : ignored
    """
    _require_relevant(gold, predicted)
    return _unweighted(
        [
            float(bool(ranked) and ranked[0] in set(relevant))
            for relevant, ranked in zip(gold, predicted, strict=True)
        ]
    )


def average_precision_at(cutoff: int) -> Measure:
    """Make average precision over the first `cutoff` ranks; its mean is mAP@cutoff.

    ``AP@k = sum(precision@i for each rank i <= k that holds a relevant one) / min(n_relevant, k)``,
    a candidate named twice counting once: ``average_precision_at_k`` in
    ``third_party/utils_lareqa.py`` of google-research/xtreme, which XTREME-R reports with k = 20.
    With one relevant candidate it is the reciprocal rank cut at k (Mewsli-X).
    """

    def average_precision(relevant: Collection[str], ranked: Sequence[str]) -> float:
        wanted = set(relevant)
        divisor = min(len(wanted), cutoff)
        total, hits = 0.0, 0
        for rank, candidate in enumerate(ranked[:cutoff], start=1):
            if candidate in wanted:
                wanted.remove(candidate)
                hits += 1
                total += hits / rank
        return total / divisor

    def measure(
        gold: Sequence[Collection[str]],
        predicted: Sequence[Sequence[str]],
        languages: Sequence[str] = (),
    ) -> ExampleScores:
        _require_relevant(gold, predicted)
        return _unweighted([average_precision(g, p) for g, p in zip(gold, predicted, strict=True)])

    return measure


def _unweighted(scores: Sequence[float] | np.ndarray) -> ExampleScores:
    score = np.asarray(scores, dtype=float)
    return ExampleScores(score, np.ones_like(score))


def _require_equal_lengths(gold: Sequence, other: Sequence, name: str = "predicted") -> None:
    if len(gold) != len(other):
        raise ValueError(
            f"{name} has {len(other)} rows but gold has {len(gold)}; "
            "join both on example_id before scoring"
        )


def _require_relevant(gold: Sequence[Collection[str]], predicted: Sequence) -> None:
    _require_equal_lengths(gold, predicted)
    bare = [row for row, relevant in enumerate(gold) if not relevant]
    if bare:
        raise ValueError(
            f"{len(bare)} queries have no relevant candidate (first at row {bare[0]}); "
            "leave them out of the test set"
        )
