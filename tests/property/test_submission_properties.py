"""The figures of the official scorer and of the tables are the same, whatever is predicted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslift.catalogue import load_tasks
from crosslift.metrics import metric_named
from crosslift.submission.benchmarks import TASKS
from crosslift.submission.scoring import official_scores
from tests.submission_rows import CATALOGUE_NAMES, made_up_study


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), task=st.sampled_from(list(TASKS)))
def test_scores_are_those_of_the_projects_own_metrics(seed, task):
    _, predictions, _ = made_up_study(seed, [task], languages=3)
    metric = metric_named(load_tasks()[CATALOGUE_NAMES.get(task, task)].metric)
    for language, rows in predictions.groupby("language", sort=False):
        official = official_scores(TASKS[task], rows, language)
        texts = [list(rows["gold"]), list(rows["prediction"]), [language] * len(rows)]
        for part in metric.parts:
            assert official[part] == pytest.approx(metric.measure_texts(*texts, part).value)
        value = metric.measure_texts(*texts).value
        primary = {"exact_match", "f1"} if metric.parts else {"accuracy", "f1", "map@20"}
        named = [official[name] for name in primary if name in official]
        assert sum(named) / len(named) == pytest.approx(value)
