"""The text of the files that the scorer reads, for one task in one language.

Sources, all in google-research/xtreme: the `read_*` functions of ``evaluate.py`` (what is read);
``mock_test_data/`` and the scripts ``run_tag.py``, ``run_classify.py``, ``run_squad.py``,
``run_xcopa.py`` and ``evaluate_retrieval.py`` of ``third_party/`` (what the reference code writes).
JSON is written in ASCII, since the scorer opens files in the machine's own encoding.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from crosslift.errors import DataError
from crosslift.submission.benchmarks import Kind, OfficialTask

NOWHERE = -1
"""Position of the first candidate of an empty ranking: no label equals it."""


class Files(NamedTuple):
    """Contents of the prediction file and of the label file."""

    predictions: str
    labels: str


def needs_examples(task: OfficialTask) -> bool:
    """Whether the label file holds more than the prediction table does."""
    return task.kind in ("answers", "positions")


def official_files(
    task: OfficialTask, rows: pd.DataFrame, examples: pd.DataFrame | None = None
) -> Files:
    """What the scorer reads of one task in one language.

    Parameters
    ----------
    task : OfficialTask
    rows : DataFrame
        Prediction rows of one cell and one language: ``example_id, gold, prediction``, in the order
        of the test.
    examples : DataFrame, optional
        Test examples of that language (of Tatoeba: of that pool), where `needs_examples`.

    Raises
    ------
    DataError
        If a prediction row has no test example.
    """
    return _FORMS[task.kind](rows, examples)


def answer_pairs(rows: pd.DataFrame) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Gold and predicted pairs of sentence ids of a bitext, in the order of the rows."""
    return (
        [(query, found) for query, found in _exploded(rows["example_id"], rows["gold"])],
        [(query, found) for query, found in _exploded(rows["example_id"], rows["prediction"])],
    )


def _labels(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    return Files(_lines(rows["prediction"]), _lines(rows["gold"]))


def _tags(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    return Files(_sentences(rows["prediction"]), _sentences(rows["gold"]))


def _answers(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    predicted = dict(zip(rows["example_id"], rows["prediction"], strict=True))
    own = _examples_of(rows, examples)
    questions = own.to_dict("records")
    # Articles and titles are not kept; the scorer reads past them. Questions keep their order, so
    # that sums are taken in the same order too.
    paragraphs = [
        {"context": context, "qas": [_question(row) for row in same]}
        for context, same in groupby(questions, key=lambda row: row["context"])
    ]
    data = {"version": "1.1", "data": [{"title": "", "paragraphs": paragraphs}]}
    return Files(_json(predicted), _json(data))


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    answers = zip(row["answers"], row["starts"], strict=True)
    return {
        "id": row["example_id"],
        "question": row["question"],
        "answers": [{"text": text, "answer_start": int(start)} for text, start in answers],
    }


def _positions(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    candidates = examples.loc[examples["role"] == "candidate", "example_id"]
    position = {name: number for number, name in enumerate(candidates)}

    def first(texts: Iterable[str]) -> list[int]:
        found = [json.loads(text) for text in texts]
        unknown = {names[0] for names in found if names} - position.keys()
        if unknown:
            raise DataError(
                f"predictions: candidate {min(unknown)!r} is not in the prepared test; the two are "
                "of different runs, predict again"
            )
        return [position[names[0]] if names else NOWHERE for names in found]

    return Files(_lines(first(rows["prediction"])), _lines(first(rows["gold"])))


def _pairs(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    gold, predicted = answer_pairs(rows)
    return Files(_lines(map("\t".join, predicted)), _lines(map("\t".join, gold)))


def _choices(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    return Files(
        *(
            _lines(json.dumps({"label": int(label)}) for label in rows[column])
            for column in ("prediction", "gold")
        )
    )


def _rankings(rows: pd.DataFrame, examples: pd.DataFrame | None) -> Files:
    return Files(
        *(
            _json(
                {
                    name: json.loads(text)
                    for name, text in zip(rows["example_id"], rows[column], strict=True)
                }
            )
            for column in ("prediction", "gold")
        )
    )


_FORMS: dict[Kind, Callable[[pd.DataFrame, pd.DataFrame | None], Files]] = {
    "labels": _labels,
    "tags": _tags,
    "answers": _answers,
    "positions": _positions,
    "pairs": _pairs,
    "choices": _choices,
    "rankings": _rankings,
}


def _examples_of(rows: pd.DataFrame, examples: pd.DataFrame) -> pd.DataFrame:
    """The test examples of the rows, in the order of the rows."""
    by_id = examples.set_index("example_id", drop=False)
    absent = [name for name in rows["example_id"] if name not in by_id.index]
    if absent:
        raise DataError(
            f"predictions: {len(absent)} examples are not in the prepared test, the first is "
            f"{absent[0]!r}; the two are of different runs, predict again"
        )
    return by_id.loc[list(rows["example_id"])]


def _exploded(queries: Iterable[str], lists: Iterable[str]) -> Iterable[tuple[str, str]]:
    for query, text in zip(queries, lists, strict=True):
        for found in json.loads(text):
            yield query, found


def _lines(values: Iterable[Any]) -> str:
    return "".join(f"{value}\n" for value in values)


def _sentences(texts: Sequence[str]) -> str:
    """One tag a line, an empty line between sentences and none at the end."""
    return "\n".join(_lines(json.loads(text)) for text in texts)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"
