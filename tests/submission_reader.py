"""A scorer of submission folders that knows the files alone: nothing of crosslift is used here.

It reads what lies on the disk and scores it by the rules that the two benchmarks publish, in its
own words, so that files and ``scores.json`` can be held against each other. Chunks of BIO tags are
seqeval's, those of parts of speech seqeval's (1.x) and runs of equal tags (as 0.0.12 takes them).
"""

import json
import re
import string
import unicodedata
import warnings
from collections import Counter
from pathlib import Path

from seqeval.metrics import f1_score, precision_score, recall_score

ARTICLES = {
    "en": "a an the",
    "de": "ein eine einen einem eines einer der die das den dem des",
    "es": "un una unos unas el la los las",
    "vi": "của là cái chiếc những",
}


def read_scores(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Task -> language -> metric -> value (0 to 100) of all files below an arm's folder."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for path in sorted((folder / "predictions").glob("*/test-*")):
        task, language = path.parent.name, path.stem.removeprefix("test-")
        labels = folder / "labels" / task / path.name
        if not labels.exists():
            labels = folder / "labels-unscored" / task / path.name
        score = SCORERS[task](path, labels, language)
        scores.setdefault(task, {})[language] = score
    return scores


def lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="ascii").splitlines()]


def sentences(path: Path) -> list[list[str]]:
    return [block.split("\n") for block in path.read_text(encoding="ascii").strip().split("\n\n")]


def share_of_equal_lines(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = lines(predictions), lines(labels)
    assert len(found) == len(right)
    return {"accuracy": 100 * sum(map(str.__eq__, found, right)) / len(right)}


def share_of_equal_choices(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = ([json.loads(line)["label"] for line in lines(p)] for p in (predictions, labels))
    assert len(found) == len(right)
    return {"accuracy": 100 * sum(f == r for f, r in zip(found, right, strict=True)) / len(right)}


def chunks(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = sentences(predictions), sentences(labels)
    assert list(map(len, found)) == list(map(len, right))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "f1": 100 * f1_score(right, found),
            "precision": 100 * precision_score(right, found),
            "recall": 100 * recall_score(right, found),
        }


def runs(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = (
        {(number, *run) for number, tags in enumerate(sentences(path)) for run in runs_of(tags)}
        for path in (predictions, labels)
    )
    by_seqeval = chunks(predictions, labels, language)
    return {
        **overlap_of(found, right),
        **{f"{name}_seqeval_1": value for name, value in by_seqeval.items()},
    }


def runs_of(tags: list[str]) -> list[tuple[str, int, int]]:
    """Runs of one tag with their ends; what begins with S is "single" and makes no run."""
    ends = [
        place
        for place, (tag, after) in enumerate(zip(tags, [*tags[1:], ""], strict=True))
        if tag != after or tag[0] == "S"
    ]
    return [
        (tags[end], start, end)
        for start, end in zip([0, *(e + 1 for e in ends)], ends, strict=False)
    ]


def common_lines(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = set(lines(predictions)), set(lines(labels))
    assert all(line.count("\t") == 1 for line in found | right)
    return overlap_of(found, right)


def overlap_of(found: set, right: set) -> dict[str, float]:
    hits = len(found & right)
    return {
        "f1": 200 * hits / (len(found) + len(right)) if hits else 0,
        "precision": 100 * hits / len(found) if hits else 0,
        "recall": 100 * hits / len(right) if hits else 0,
    }


def answers(rules: str):
    def score(predictions: Path, labels: Path, language: str) -> dict[str, float]:
        found = json.loads(predictions.read_text(encoding="ascii"))
        content = json.loads(labels.read_text(encoding="ascii"))
        questions = [
            question
            for article in content["data"]
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]
        assert {question["id"] for question in questions} == found.keys()
        exact, overlap = [], []
        for question in questions:
            tokens = tokens_of(found[question["id"]], rules, language)
            golds = [tokens_of(a["text"], rules, language) for a in question["answers"]]
            exact.append(any(tokens == gold for gold in golds))
            overlap.append(max(bag_f1(tokens, gold) for gold in golds))
        return {
            "exact_match": 100 * sum(exact) / len(exact),
            "f1": 100 * sum(overlap) / len(overlap),
        }

    return score


def bag_f1(first: list[str], second: list[str]) -> float:
    common = sum((Counter(first) & Counter(second)).values())
    return 2 * common / (len(first) + len(second)) if common else 0


def tokens_of(text: str, rules: str, language: str) -> list[str]:
    own = language if rules == "mlqa" else "en"
    text = text.lower()
    text = "".join(c for c in text if not is_punctuation(c, everywhere=rules == "mlqa"))
    if own in ARTICLES:
        text = re.sub(rf"\b({'|'.join(ARTICLES[own].split())})\b", " ", text)
    if own == "ar":
        text = text.replace("ال", " ")
    if own == "zh":
        text = "".join(f" {c} " if "\u4e00" <= c <= "\u9fa5" else c for c in text)
    return text.split()


def is_punctuation(character: str, everywhere: bool) -> bool:
    if character in string.punctuation:
        return True
    return everywhere and unicodedata.category(character)[0] == "P"


def average_precision(predictions: Path, labels: Path, language: str) -> dict[str, float]:
    found, right = (json.loads(p.read_text(encoding="ascii")) for p in (predictions, labels))
    assert found.keys() == right.keys()
    values = []
    for query, relevant in right.items():
        hits = [place for place, name in enumerate(found[query][:20], 1) if name in relevant]
        precision = [count / place for count, place in enumerate(hits, 1)]
        values.append(sum(precision) / min(len(relevant), 20))
    return {"map@20": 100 * sum(values) / len(values)}


SCORERS = {
    "xnli": share_of_equal_lines,
    "pawsx": share_of_equal_lines,
    "tatoeba": share_of_equal_lines,
    "xcopa": share_of_equal_choices,
    "udpos": runs,
    "panx": chunks,
    "bucc2018": common_lines,
    "xquad": answers("squad"),
    "tydiqa": answers("squad"),
    "mlqa": answers("mlqa"),
    "mewslix": average_precision,
    "lareqa": average_precision,
}
