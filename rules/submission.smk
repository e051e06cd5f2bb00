"""What the official XTREME and XTREME-R scorer reads of each arm, and its scores.

Needs: predictions, prepared tests and study.json.
Makes: submission/ARM/ (docs/submission.md), for targets of the two benchmarks alone.
"""


rule write_submission:
    """Predictions and labels of one arm in the official files, and the scores of these."""
    input:
        predictions=submitted_predictions,
        tests=expand(f"{RESULTS}/data/{{target}}/test.parquet", target=SUBMITTED),
        study=STUDY_TABLE,
        script=own("scripts/write_submission.py"),
    output:
        folder=directory(f"{RESULTS}/submission/{{arm}}"),
    log:
        f"{LOGS}/write_submission/{{arm}}.log",
    wildcard_constraints:
        arm=one_of(SUBMISSIONS),
    conda:
        "../envs/crosslift.yaml"
    params:
        arm=submission_flags,
        data=f"{FILES}/data",
    shell:
        "python {input.script} {params.arm} --predictions {input.predictions}"
        " --study {input.study} --data {params.data} --output {output.folder} 2> {log}"


localrules:
    submission,


rule submission:
    """All arms; without a target of the benchmarks it says so and writes nothing."""
    input:
        [f"{RESULTS}/submission/{arm}" for arm in SUBMISSIONS],
    log:
        f"{LOGS}/submission.log",
    params:
        said=(
            f"{len(SUBMISSIONS)} arms are in {RESULTS}/submission"
            if SUBMISSIONS
            else f"study {study.study} has no target of XTREME or XTREME-R: nothing to submit"
        ),
    shell:
        "echo {params.said:q} | tee {log} >&2"
