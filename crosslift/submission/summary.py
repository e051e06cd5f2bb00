"""One benchmark's view of an arm: its averages, and what its scorer or its labels would refuse."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crosslift.submission.benchmarks import Benchmark, OfficialTask
from crosslift.submission.scoring import Scores, group_averages, task_averages


def benchmark_summary(
    benchmark: Benchmark,
    tasks: Iterable[OfficialTask],
    scores: Mapping[str, Mapping[str, Scores]],
    counts: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Averages, groups and refusals of one benchmark, as ``scores.json`` has them.

    Parameters
    ----------
    benchmark : Benchmark
    tasks : iterable of OfficialTask
        Tasks that are submitted, of any benchmark.
    scores : dict
        Metrics by task and language.
    counts : dict
        Examples by task and language.

    Returns
    -------
    dict
        ``averages`` (of each task over the listed languages at hand), ``groups`` (of tasks with all
        their languages) and ``refused`` (reasons by task).
    """
    tasks = list(tasks)
    refused = {
        task.name: reasons
        for task in tasks
        if (reasons := list(_refusals(benchmark, task, counts[task.name])))
    }
    averages = {
        task.name: found
        for task in tasks
        if (found := task_averages(benchmark, task, scores[task.name]))
    }
    complete = {
        name: found["avg_metric"]
        for name, found in averages.items()
        if not _lacking(benchmark, name, counts[name])
    }
    return {
        "averages": averages,
        "groups": group_averages(benchmark, complete),
        "refused": refused,
    }


def _lacking(benchmark: Benchmark, task: str, counts: Mapping[str, int]) -> list[str]:
    return [code for code in benchmark.languages.get(task, ()) if code not in counts]


def _refusals(benchmark: Benchmark, task: OfficialTask, counts: Mapping[str, int]) -> Iterator[str]:
    listed = benchmark.languages.get(task.name)
    if listed is None:
        return
    if not listed:
        yield "the scorer lists no language for it and passes it over"
        return
    if lacking := _lacking(benchmark, task.name, counts):
        yield (
            f"{len(lacking)} of {len(listed)} languages are not in the study "
            f"({', '.join(lacking)}): evaluate.py ends at the first, with FileNotFoundError"
        )
    other = {
        code: (counts[code], official)
        for code in listed
        if code in counts and (official := task.official_examples(code)) not in (None, counts[code])
    }
    if other:
        first, (own, official) = next(iter(other.items()))
        yield (
            f"examples differ in number from the official test in {len(other)} of {len(listed)} "
            f"languages (the first is {first}: {own} of {official}): against the official "
            "labels evaluate.py "
            + (
                "counts those that are absent as wrong"
                if task.kind in ("answers", "pairs", "rankings")
                else "ends with 'Number of examples ... not matched'"
            )
        )
