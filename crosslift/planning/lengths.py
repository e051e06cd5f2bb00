"""How many examples a task has, and of how many word pieces, as far as that is known unread.

Measured with XLM-R's vocabulary (that of e5-small), special pieces included, on what was at hand.
"""

import math
from dataclasses import dataclass

from crosslift.catalogue.tasks import Split, Task
from crosslift.study import Recipe


@dataclass(frozen=True)
class Length:
    """Of one example: its sequences, and the pieces of a whole one, before it is cut.

    Of retrieval, an example is a query with its share of the candidates.
    """

    sequences: float
    pieces: float


MEASURED = {
    "mini-nli": Length(1, 34),
    "mini-choice": Length(2, 37),
    "mini-tagging": Length(1, 32),
    "mini-span": Length(1, 60),
    "mini-retrieval": Length(1.3, 32),
    "mini-general-nli": Length(1, 32),
    "mini-legal-nli": Length(1, 35),
    "mini-medical-nli": Length(1, 33),
    "mini-general-span": Length(1, 58),
    "mini-legal-span": Length(1, 62),
    "mini-medical-span": Length(1, 57),
    "sib200": Length(1, 32),
    "xnli": Length(1, 43),
    "pawsx": Length(1, 62),
    "nusax": Length(1, 42),
    "xcopa": Length(2, 29),
    "udpos": Length(1, 36),
    "wikiann": Length(1, 14),
    "uner": Length(1, 19),
    "xquad": Length(1, 226),
    "tydiqa_goldp": Length(1, 164),
    "lareqa": Length(2, 146),
    "tatoeba": Length(2, 11),
    "mnli": Length(1, 46),
    "rte": Length(1, 81),
    "scitail": Length(1, 46),
    "copa": Length(2, 27),
    "balanced_copa": Length(2, 27),
    "siqa": Length(3, 35),
    "cosmosqa": Length(4, 118),
    "csqa2": Length(1, 16),
    "wnut17": Length(1, 33),
    "policyqa": Length(1, 125),
    "policyie": Length(1, 33),
    "mediqa_rqe": Length(1, 52),
    "pubmedqa": Length(1, 350),
    "covidqa": Length(1, 7400),
    "bc5cdr": Length(1, 41),
}
"""Means over up to 1,500 examples of the training split, else over up to 150 a test language."""

SUPPOSED = {
    "cuad": Length(1, 12_000),  # whole contracts; arXiv 2103.06268 has some of 100 pages
    "contractnli": Length(1, 150),  # the passage that bears on the hypothesis
    "anli_mnli_snli": Length(1, 46),
    "anli": Length(1, 110),
    "snli": Length(1, 30),
    "qqp": Length(1, 32),
    "healthver": Length(1, 80),
    "casehold": Length(5, 220),  # a passage of a ruling beside five holdings
    "ledgar": Length(1, 160),  # a provision of a contract: arXiv 2110.00976, figure 2
    "medqa": Length(4, 200),  # a patient's history
    "medmcqa": Length(4, 35),  # a question of a dozen words
    "hellaswag": Length(4, 110),
    "commonsenseqa": Length(5, 25),
    "mlqa": Length(1, 240),
    "squad": Length(1, 190),
    "squad_v2": Length(1, 190),
    "mewslix": Length(1, 64),  # descriptions, cut to 64 by the reference recipe
    "bucc2018": Length(2, 40),
}
"""Not measured: their data were not at hand."""

SHARED_CANDIDATES = {"mewslix": 1_003_893}
"""Candidates that all languages of a target share: mel/mewsli-x.md of google-research."""

TESTS = {
    "mlqa": 6_035,  # 42,245 questions in seven languages (the catalogue's notes)
    "tydiqa_goldp": 564,  # 5,077 in nine: dataset_infos.json of huggingface/datasets
    "bucc2018": 330_000,  # from memory: 2.7 million sentences, of two sides and four languages
}
"""Mean test examples of a language, where the catalogue has no number for all of them."""

BY_FORMAT = {
    "classification": Length(1, 50),
    "choice": Length(4, 60),
    "tagging": Length(1, 30),
    "span": Length(1, 200),
    "multilabel": Length(1, 60),
    "retrieval": Length(2, 32),
}
"""For all others."""


def length_of(task: Task) -> Length:
    """The length of a task's examples; that of its format where nothing better is known."""
    return MEASURED.get(task.name) or SUPPOSED.get(task.name) or BY_FORMAT[task.format]


def is_measured(task: Task) -> bool:
    """Whether the task's own data were measured."""
    return task.name in MEASURED


def published(task: Task, split: Split) -> int | None:
    """Published examples of a split, of a test in one language; None where none are known."""
    if task.sources.mini:
        return task.sources.mini.sizes.get(split)
    number = getattr(task.sizes, split) if task.sizes else None
    return TESTS.get(task.name) if number is None and split == "test" else number


def as_read(task: Task, recipe: Recipe, training: bool) -> Length:
    """The sequences of an example and the pieces of each, as a recipe cuts or winds them.

    A span task reads contexts longer than `max_length` in windows that share `stride` pieces, and
    is tuned on `windows` of them at most; other tasks cut their texts.

    Parameters
    ----------
    training : bool
        Whether the recipe's limit on windows holds.
    """
    whole = length_of(task)
    if whole.pieces <= recipe.max_length:
        return whole
    if task.format != "span":
        return Length(whole.sequences, recipe.max_length)
    fresh = max(1, recipe.max_length - _QUESTION - recipe.stride)  # pieces that a window adds
    windows = 1 + math.ceil((whole.pieces - recipe.max_length) / fresh)
    if training and recipe.windows is not None:
        windows = min(windows, recipe.windows)
    return Length(windows, recipe.max_length)


_QUESTION = 20  # pieces that every window repeats


def distinct_pieces(pieces: float, languages: int = 1) -> int:
    """Pieces of the vocabulary that a text of so many uses (Heaps 1978, section 7.5).

    Fitted to the tasks above, from 22,000 pieces to 245,000, within a third; several languages use
    about twice as many.
    """
    return int(20 * pieces**0.52 * (2 if languages > 1 else 1))
