"""The order in which to read records: those like the relevant examples first.

Titles and abstracts as TF-IDF of words and pairs of words, and a logistic regression of balanced
classes: the classical active learner of screening tools (Cormack and Grossman 2014,
doi:10.1145/2600428.2609601; van de Schoot et al. 2021, doi:10.1038/s42256-020-00287-7). It
excludes nothing. The same records and examples give the same order: nothing is drawn, and ties
stay in the order given.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from litreview.files import InputError
from litreview.schema import Paper


def rank(
    papers: Sequence[Paper], relevant: Sequence[str], irrelevant: Sequence[str]
) -> dict[str, float]:
    """How likely each paper is relevant, by paper id, learned from examples among them.

    Raises
    ------
    InputError
        If none of the relevant examples is among the papers.
    """
    places = {paper.paper_id: place for place, paper in enumerate(papers)}
    features = text_features([f"{paper.title} {paper.abstract or ''}" for paper in papers])
    scores = relevance(
        features,
        [places[one] for one in relevant if one in places],
        [places[one] for one in irrelevant if one in places],
    )
    return {paper.paper_id: float(score) for paper, score in zip(papers, scores, strict=True)}


def text_features(texts: Sequence[str]) -> csr_matrix:
    """TF-IDF rows of unit length, float64, one a text."""
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, stop_words="english", strip_accents="unicode"
    )
    try:
        return vectorizer.fit_transform(texts)
    except ValueError as error:
        raise InputError("no record has a word to learn from; search for others") from error


def relevance(
    features: csr_matrix, relevant: Sequence[int], irrelevant: Sequence[int]
) -> np.ndarray:
    """How likely each record is like the relevant examples, float64 from 0 to 1, shape (n,).

    Parameters
    ----------
    features : csr_matrix
        Of `text_features`, shape (n, words).
    relevant, irrelevant : sequence of int
        Rows of the examples; without irrelevant ones, all others stand for them.

    Raises
    ------
    InputError
        Without a relevant example.
    """
    if not relevant:
        raise InputError(
            "ranking needs a relevant example among the papers; name its id as in records.jsonl"
        )
    labels = np.zeros(features.shape[0], dtype=int)
    labels[list(relevant)] = 1
    others = list(irrelevant) or [i for i in range(len(labels)) if not labels[i]]
    if not others:
        return np.ones(len(labels))
    rows = [*relevant, *others]
    model = LogisticRegression(class_weight="balanced", C=10.0, max_iter=1_000)
    model.fit(features[rows], labels[rows])
    return model.predict_proba(features)[:, 1]


def simulate_screening(
    texts: Sequence[str], labels: Sequence[bool], start: Sequence[int], batch: int = 10
) -> list[int]:
    """The order in which a reader would have met the records, who labels what is ranked first.

    Parameters
    ----------
    texts : sequence of str
    labels : sequence of bool
        What the reader would say of each.
    start : sequence of int
        The examples that the reader has at the start, relevant ones among them.
    batch : int
        Records read before the order is learned again.

    Returns
    -------
    list of int
        All records, `start` first.
    """
    features = text_features(texts)
    read = list(start)
    while len(read) < len(texts):
        known = set(read)
        scores = relevance(
            features, [i for i in read if labels[i]], [i for i in read if not labels[i]]
        )
        order = [int(i) for i in np.argsort(-scores, kind="stable") if int(i) not in known]
        read += order[:batch]
    return read


def recall_after(order: Sequence[int], labels: Sequence[bool], read: int) -> float:
    """The share of all relevant records that are among the first `read` of an order."""
    relevant = sum(labels)
    return sum(labels[i] for i in order[:read]) / relevant if relevant else 1.0


def work_saved(order: Sequence[int], labels: Sequence[bool], recall: float = 0.95) -> float:
    """Work saved over sampling at a recall: the share not read, less 1 - recall.

    Cohen et al. 2006, doi:10.1197/jamia.M1929, section on measures.
    """
    needed = recall * sum(labels)
    found = np.cumsum([labels[i] for i in order])
    read = int(np.searchsorted(found, needed - 1e-9)) + 1
    return (len(order) - read) / len(order) - (1 - recall)
