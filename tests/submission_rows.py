"""Predictions of every task of XTREME and XTREME-R, small enough to work through or made up."""

import json
import random
from collections.abc import Iterable
from typing import Any

import pandas as pd

from crosslift.catalogue import load_tasks
from crosslift.submission.benchmarks import TASKS, XTREME, XTREME_R, OfficialTask

UPOS = load_tasks()["udpos"].labels
BIO = load_tasks()["wikiann"].labels
WORDS = [
    "the",
    "a",
    "House",
    "haus",
    "der",
    "das",
    "el",
    "casa",
    "北京",
    "市",
    "手机",
    "iPhone",
    "。",
]
WORDS += [
    "القاهرة",
    "ال",
    "مصر",
    "những",
    "con",
    "mèo",
    "दिल्ली।",
    "x,",
    "y.",
    "(z)",
    "–",
    "«",
    "1990",
]
CATALOGUE_NAMES = {"panx": "wikiann", "tydiqa": "tydiqa_goldp"}
TARGET_SEED = 1


def rows_of(pairs: Iterable[tuple[Any, Any]]) -> pd.DataFrame:
    """Prediction rows of (gold, prediction) pairs; lists are written as JSON."""
    return pd.DataFrame(
        [
            {"example_id": f"q{number}", "gold": _text(gold), "prediction": _text(predicted)}
            for number, (gold, predicted) in enumerate(pairs)
        ]
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def official_languages(task: str) -> list[str]:
    """All languages that either version lists; two of LAReQA, for which none is listed."""
    listed = [*XTREME.languages.get(task, ()), *XTREME_R.languages.get(task, ())]
    return list(dict.fromkeys(listed)) or ["ar", "de"]


def made_up_study(
    seed: int, tasks: Iterable[str] = TASKS, languages: int | None = None
) -> tuple[dict[str, Any], pd.DataFrame, dict[str, pd.DataFrame]]:
    """A study of one arm: study.json, its prediction rows, and the prepared tests by target."""
    rng = random.Random(seed)
    targets, rows, tests = {}, [], {}
    for name in tasks:
        task = TASKS[name]
        target = CATALOGUE_NAMES.get(name, name)
        codes = official_languages(name)[:languages]
        tuned = task.kind not in ("positions", "pairs", "rankings")
        targets[target] = {
            "languages": codes,
            "train_on": target if tuned else None,
            "notes": [f"A note on {target}."],
        }
        keys = {"target": target, "target_seed": TARGET_SEED if tuned else 0}
        examples: list[dict[str, Any]] = []
        for code in codes:
            for row in _made_up_rows(task, code, rng, examples):
                rows.append({**keys, "language": code, **row})
        tests[target] = pd.DataFrame(examples)
    return {"study": "made-up", "targets": targets}, pd.DataFrame(rows), tests


def _made_up_rows(
    task: OfficialTask, code: str, rng: random.Random, examples: list[dict[str, Any]]
) -> list[dict[str, str]]:
    count = rng.choice([1, 3, 8, 16, 32])
    make = _MAKERS[task.kind]
    return [make(task, code, number, count, rng, examples) for number in range(count)]


def _row(example_id: str, gold: Any, prediction: Any) -> dict[str, str]:
    return {"example_id": example_id, "gold": _text(gold), "prediction": _text(prediction)}


def _labels(task, code, number, count, rng, examples):
    labels = ["0", "1"] if task.name == "pawsx" else ["entailment", "neutral", "contradiction"]
    return _row(f"{number}", rng.choice(labels), rng.choice(labels))


def _choices(task, code, number, count, rng, examples):
    return _row(f"{number}", rng.choice("01"), rng.choice("01"))


def _tags(task, code, number, count, rng, examples):
    tags = UPOS if task.name == "udpos" else BIO
    gold = rng.choices(tags, k=rng.randint(1, 8))
    return _row(
        f"{number}", gold, [tag if rng.random() < 0.7 else rng.choice(tags) for tag in gold]
    )


def _answers(task, code, number, count, rng, examples):
    def text() -> str:
        words = rng.choices(WORDS, k=rng.randint(1, 5))
        return "".join(word + rng.choice([" ", "", "\n"]) for word in words)

    answers = [text() for _ in range(rng.randint(1, 3))]
    examples.append(
        {
            "example_id": f"{number}",
            "language": code,
            "context": f"{code} passage {number // 2}",
            "question": "?",
            "answers": answers,
            "starts": [0] * len(answers),
        }
    )
    return _row(f"{number}", answers, rng.choice([answers[-1], text(), text() + answers[0]]))


def _positions(task, code, number, count, rng, examples):
    candidates = [f"{code}-en-{place}" for place in range(count)]
    common = {"pool": code, "text": "."}
    examples.append({"example_id": f"{number}", "language": code, "role": "query", **common})
    examples.append(
        {"example_id": candidates[number], "language": "en", "role": "candidate", **common}
    )
    ranked = rng.sample(candidates, count)
    return _row(f"{number}", [candidates[number]], ranked[:20])


def _pairs(task, code, number, count, rng, examples):
    gold = [f"en-{number:06d}"] if rng.random() < 0.6 else []
    found = [f"en-{rng.choice([number, number + 1]):06d}"] if rng.random() < 0.6 else []
    return _row(f"{code}-{number:06d}", gold, found)


def _rankings(task, code, number, count, rng, examples):
    candidates = [f"Q{place}" for place in range(40)]
    gold = rng.sample(candidates, 1 if task.name == "mewslix" else rng.randint(1, 30))
    return _row(f"{number}", gold, rng.sample(candidates, 20))


_MAKERS = {
    "labels": _labels,
    "choices": _choices,
    "tags": _tags,
    "answers": _answers,
    "positions": _positions,
    "pairs": _pairs,
    "rankings": _rankings,
}
