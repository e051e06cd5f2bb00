"""How many jobs each rule of the workflow has in a study.

Counted, not asked of Snakemake; tests/end_to_end/test_studies.py holds the two together.
"""

from collections.abc import Iterable

from crosslift.planning.workload import Job
from crosslift.study import Study

ONCE = (
    "describe_study",
    "score_predictions",
    "estimate_effects",
    "search_literature",
    "read_papers",
    "draw_prisma",
    "extract_claims",
    "find_evidence",
    "verify_claims",
    "draw_reliability",
    "check_claims",
    "compose_synthesis",
    "review_synthesis",
    "write_synthesis",
    "pack_synthesis",
)
"""Rules of a single job in every study."""


def jobs_by_rule(study: Study, jobs: Iterable[Job]) -> dict[str, int]:
    """Jobs of each rule that has any, as a dry run of the whole workflow counts them.

    Parameters
    ----------
    jobs : iterable of Job
        Those that train or predict.
    """
    variants = study.variants.values()
    counted = {
        "prepare_training": len(study.training_tasks()),
        "prepare_variant": sum(variant.changes_data for variant in variants),
        "prepare_unlabelled": sum(variant.masked_lm is not None for variant in variants),
        "prepare_tests": len(study.targets),
        "prepare_encoder": len(study.encoder_sources()),
        "train_entailment": int(study.literature.inference is not None),
    }
    for job in jobs:
        counted[job.rule] = counted.get(job.rule, 0) + 1
    counted |= {"draw_figure": len(study.figures()), **dict.fromkeys(ONCE, 1)}
    return {rule: count for rule, count in counted.items() if count}
