"""Wordings of claims over result tables: those that weights are fitted on, and those kept apart.

`FIT` and `HELD_OUT` share no sentence. In a template, `{a}` and `{b}` are rows, `{on}` a phrase
for the columns concerned, `{better}` and `{worse}` verbs, `{n}` a number.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wordings:
    """Templates by what they state, and the words that fill them."""

    compare: tuple[str, ...]
    beats: tuple[tuple[str, str], ...]
    best: tuple[str, ...]
    extremes: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    value: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    trend: tuple[str, ...]
    moves: tuple[tuple[str, str], ...]
    similar: tuple[str, ...]
    every: tuple[str, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]
    reasons: tuple[str, ...]
    elsewhere: tuple[str, ...]
    scopes: tuple[str, ...]


FIT = Wordings(
    compare=(
        "{a} {beats} {b}{on}",
        "{a} {beats} {b} by a clear margin{on}",
        "{a} performs {better} than {b}{on}",
        "The results of {a} are {better} than those of {b}{on}",
        "Compared with {b}, {a} is {better}{on}",
        "{a} shows a {higher} score than {b}{on}",
        "{a} obtains {higher} results{on} than {b}",
        "{a} {beats} {b}{on}, and the gap is visible",
    ),
    beats=(
        ("outperforms", "underperforms"),
        ("beats", "falls behind"),
        ("surpasses", "performs worse than"),
        ("is better than", "is worse than"),
        ("improves over", "is inferior to"),
    ),
    best=(
        "{a} achieves the {best} performance{on}",
        "{a} has the {best} score{on} among all systems",
        "Of all models, {a} obtains the {best} results{on}",
        "The {best} result{on} is that of {a}",
        "{a} performs {best}{on}",
    ),
    extremes=(("best", "worst"), ("highest", "lowest")),
    by=(
        "{a} {beats} {b} by {n} points{on}",
        "{a} improves over {b} by {n}{on}",
        "{a} gives a gain of {n} points over {b}{on}",
        "{on_first}{a} is {n} points {higher} than {b}",
    ),
    value=(
        "{a} achieves {n}{on}",
        "{a} reaches a score of {n}{on}",
        "{on_first}{a} scores {n}",
        "With {n}{on}, {a} is reported in the table",
    ),
    removed=(
        "Removing {x} {lowers} the performance{on}",
        "Without {x}, performance {drops}{on}",
        "When {x} is removed, the results {drop}{on}",
    ),
    added=(
        "Adding {x} {improves} the results{on}",
        "{x} {improves} the performance{on}",
        "Using {x} {improves} the model{on}",
    ),
    changes=(("improves", "hurts"), ("increases", "decreases"), ("boosts", "degrades")),
    trend=(
        "As the number of {x} increases, performance {rises}{on}",
        "With more {x} the model gets {better}{on}",
        "Increasing the number of {x} {improves} the results{on}",
    ),
    moves=(("increases", "decreases"), ("improves", "drops"), ("rises", "falls")),
    similar=(
        "{a} and {b} perform similarly{on}",
        "The performance of {a} is comparable to that of {b}{on}",
    ),
    every=(
        "{a} consistently {beats} {b} on all columns",
        "{a} {beats} {b} across all metrics and datasets",
        "{a} {beats} all other models{on}",
    ),
    openings=(
        "As shown in Table 2, ",
        "We can see that ",
        "It can be observed that ",
        "The results show that ",
        "Overall, ",
        "Interestingly, ",
    ),
    endings=(
        ", which demonstrates its effectiveness",
        ", as the table shows",
        ", indicating the benefit of our design",
        " in our experiments",
        ", in line with earlier findings",
    ),
    reasons=(
        "because it captures long-range dependencies",
        "due to the small size of the training data",
        "since it makes use of syntactic information",
        "thanks to its robustness to noisy labels",
        "which suggests that it generalizes better to unseen domains",
        "because the annotators disagree on these cases",
    ),
    elsewhere=(
        "{a} is much faster to train than {b}",
        "Human annotators prefer the output of {a} over {b}",
        "{a} converges after fewer epochs than {b}",
        "{a} has fewer parameters than {b}",
        "The improvement of {a} over {b} is statistically significant",
        "{a} {beats} {b} on long sentences with rare words",
        "{a} {beats} {b} on {other}",
        "{a} {beats} {stranger}{on}",
        "{stranger} achieves the {best} performance{on}",
        "{a} is most useful for low-resource domains",
        "{a} might {beats_bare} {b} with more training data",
        "Larger batches would further improve {a}",
        "{a} could be combined with {b} to improve the results",
    ),
    scopes=(" on {c}", " in terms of {c}", " for {c}", " on the {c} column"),
)

HELD_OUT = Wordings(
    compare=(
        "On average we find {a} to be {better} than {b}{on}",
        "{b} is {beaten} by {a}{on}",
        "{on_first}{a} yields {higher} numbers compared to {b}",
        "There is a clear advantage of {a} over {b}{on}",
        "{a} {beats} {b}{on}",
    ),
    beats=(
        ("exceeds", "lags behind"),
        ("is superior to", "is inferior to"),
        ("outscores", "does worse than"),
        ("is stronger than", "is weaker than"),
    ),
    best=(
        "{on_first}no system gets a {higher} result than {a}",
        "{a} ranks {best} of the compared approaches{on}",
        "{a} clearly yields the {best} numbers{on}",
        "Among the compared approaches, the result of {a} is the {best}{on}",
    ),
    extremes=(("best", "worst"), ("highest", "lowest"), ("strongest", "weakest")),
    by=(
        "the absolute difference between {a} and {b} is {n}{on}, in favour of {a}",
        "{a} surpasses {b}{on} with a margin of {n}",
        "relative to {b}, {a} brings {n} points of improvement{on}",
    ),
    value=(
        "the score of {a} amounts to {n}{on}",
        "{a} gets {n}{on}",
        "we obtain {n}{on} using {a}",
    ),
    removed=(
        "ablating {x} leads to a {drop_noun}{on}",
        "if we leave out {x}, the scores {drop}{on}",
    ),
    added=(
        "incorporating {x} {improves} results{on}",
        "the use of {x} {improves} the scores{on}",
    ),
    changes=(("enhances", "harms"), ("raises", "lowers")),
    trend=(
        "larger numbers of {x} make the scores {rise}{on}",
        "when more {x} are used, results {rise}{on}",
    ),
    moves=(("grow", "decline"), ("go up and improve", "go down and degrade")),
    similar=(
        "{a} is on par with {b}{on}",
        "the scores of {a} and {b} are close to each other{on}",
    ),
    every=(
        "{a} is always {better} than {b}, whatever the column",
        "in every case {a} {beats} {b}",
        "{a} {beats} each of the baselines{on}",
    ),
    openings=(
        "From the table, it is clear that ",
        "Looking at the main results, ",
        "Note that ",
        "In general, ",
        "We also find that ",
    ),
    endings=(
        ", a promising outcome",
        ", confirming our hypothesis",
        " by a considerable amount",
        ", as expected",
    ),
    reasons=(
        "as a result of better calibrated attention weights",
        "owing to the noise in web text",
        "which can be attributed to its larger vocabulary coverage",
        "a behaviour that we explain with overfitting",
    ),
    elsewhere=(
        "{a} needs half the memory of {b} at test time",
        "an error analysis reveals that {a} confuses similar entities less often than {b}",
        "{a} is more interpretable than {b}",
        "{a} {beats} {b} when evaluated on {other}",
        "{stranger} {beats} {a}{on}",
        "users rate {a} as more fluent than {b}",
        "the gap between {a} and {b} shrinks with more training data",
        "{a} may well suffer from catastrophic forgetting",
        "we expect that {a} would do even better with a larger vocabulary",
    ),
    scopes=(" on {c}", " with respect to {c}", " when measured by {c}", " ({c})"),
)
