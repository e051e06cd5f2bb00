"""The README of an arm's folder: what it holds, and what the official script refuses and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TEMPLATE = """\
# {name}

Predictions and labels of one arm, as `evaluate.py` of google-research/xtreme reads them, and in
`scores.json` the scores that it gives them. docs/submission.md of crosslift says more.

```sh
for version in xtreme xtreme-r; do
  python evaluate.py --xtreme_version $version --prediction_folder predictions \\
    --label_folder labels --output_file $version.json
done
```

## What is here

| task | languages | examples |
|---|---|---|
{tasks}

## What the official script, or the official labels, refuse

{refused}

## Notes
{notes}
"""

_NOTES = {
    "tatoeba": "line i is the place, from 0, of the English sentence nearest to sentence i. The "
    "reference code asks the other way round: for each English sentence, in alphabetical order, "
    "the place of the nearest foreign one. So these predictions belong to the labels beside them "
    "and not to the official ones.",
    "udpos": "`f1`, `precision` and `recall` are by seqeval 0.0.12, those in `_seqeval_1` by 1.x; "
    "the script takes whichever is installed.",
    "lareqa": "the script lists no language for it, and fails where it finds the task in both "
    "folders; so its labels are in `labels-unscored`. `pooled` in `scores.json` is the mean over "
    "all questions that evaluate_retrieval.py prints.",
}


def readme(
    name: str,
    scores: Mapping[str, Any],
    counts: Mapping[str, Mapping[str, int]],
    notes: Mapping[str, Sequence[str]],
) -> str:
    """Text of the README.

    Parameters
    ----------
    name : str
        The arm's.
    scores : dict
        Content of ``scores.json``.
    counts : dict
        Examples by task and language.
    notes : dict
        What the catalogue notes of each task.
    """
    rows = [
        f"| {task} | {' '.join(by_language)} | {sum(by_language.values()):,} |"
        for task, by_language in counts.items()
    ]
    own = {task: [_NOTES[task]] if task in _NOTES else [] for task in notes}
    return _TEMPLATE.format(
        name=name,
        tasks="\n".join(rows),
        refused="\n".join(_refused(scores["benchmarks"])),
        notes="".join(
            f"\n- {task}: {line.strip()}" for task in notes for line in [*own[task], *notes[task]]
        ),
    )


def _refused(benchmarks: Mapping[str, Any]) -> Iterator[str]:
    found = False
    for name, benchmark in benchmarks.items():
        for task, reasons in benchmark["refused"].items():
            for reason in reasons:
                found = True
                yield f"- `{name}`, {task}: {reason}."
    if not found:
        yield "Nothing: all tasks that are here have all their languages and examples."
    else:
        yield (
            "\nLabels and predictions that lie here fit, so only an absent language ends a run; "
            "to score the other tasks, move that task's folder out of `predictions`."
        )
