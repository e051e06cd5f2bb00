"""Zero-shot predictions of targets without a phase 3 (retrieval).

Needs: encoders and phase-2 weights.
Makes: predictions/ENCODER/TARGET/, as rules/train.smk does for tuned targets.
"""


rule predict_untuned:
    """Predict one target in every language with phase-2 arms of one encoder."""
    input:
        card=encoder_card,
        weights=phase_two,
        tests=f"{RESULTS}/data/{{target}}/test.parquet",
    output:
        predictions=f"{RESULTS}/predictions/{{encoder}}/{{target}}/batch{{batch}}.parquet",
    log:
        f"{LOGS}/predict_untuned/{{encoder}}/{{target}}/batch{{batch}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/predict_untuned/{{encoder}}/{{target}}/batch{{batch}}.tsv"
    wildcard_constraints:
        target=one_of(UNTUNED),
    priority: testing_work
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=1,
    params:
        script=f"{SCRIPTS}/predict_untuned.py",
        encoder=encoder_flags,
        cells=cells_json,
        recipe=retrieval_recipe,
        layer=limit("--layer", study.retrieval.layer),
    shell:
        "python {params.script} {params.encoder} --encoder-name {wildcards.encoder}"
        " --target {wildcards.target} --tests {input.tests} {params.layer}"
        f" --intermediates {FILES}/intermediate/{{wildcards.encoder}} --cells {{params.cells:q}}"
        " --recipe {params.recipe:q} --threads {threads} --output {output.predictions} 2> {log}"


rule predictions:
    """All predictions."""
    input:
        [table for target in study.targets for table in predictions_of(target)],
