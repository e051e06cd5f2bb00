"""From predictions to scores, gains and their uncertainty.

Needs: predictions and the cards of data and encoders.
Makes: study.json, scores.parquet, effects.parquet, draws.parquet, contrasts.parquet,
factorial.parquet and scaling.parquet, the tables from which every figure and every number of the
report is drawn.
"""

STUDY_TABLE = f"{RESULTS}/study.json"


rule describe_study:
    """What the study is: its configuration with the cards of what it prepared."""
    input:
        encoders=[
            f"{RESULTS}/encoders/{name}/card.json"
            for name in dict.fromkeys(map(source_name, study.encoders))
        ],
        training=expand(f"{RESULTS}/data/{{task}}/training.json", task=study.training_tasks()),
        variants=[
            f"{RESULTS}/data/{name}/training.json"
            for name, variant in study.variants.items()
            if variant.changes_data
        ],
        tests=expand(f"{RESULTS}/data/{{target}}/tests.json", target=study.targets),
        script=own("scripts/describe_study.py"),
    output:
        study=STUDY_TABLE,
    log:
        f"{LOGS}/describe_study.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        config=study.model_dump_json(exclude_none=True, exclude={"jobs", "weights"}),
        results=lambda wildcards, output: Path(output.study).parent,
    shell:
        "python {input.script} --config {params.config:q} --results {params.results}"
        " --output {output.study} 2> {log}"


rule score_predictions:
    """Every metric of every cell and language."""
    input:
        predictions=rules.predictions.input,
        study=STUDY_TABLE,
        script=own("scripts/score_predictions.py"),
    output:
        scores=f"{RESULTS}/scores.parquet",
    log:
        f"{LOGS}/score_predictions.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --predictions {input.predictions} --study {input.study}"
        " --output {output.scores} 2> {log}"


rule estimate_effects:
    """Gains over no intermediate task, with intervals and corrected p-values."""
    input:
        predictions=rules.predictions.input,
        study=STUDY_TABLE,
        script=own("scripts/estimate_effects.py"),
    output:
        effects=f"{RESULTS}/effects.parquet",
        draws=f"{RESULTS}/draws.parquet",
        contrasts=f"{RESULTS}/contrasts.parquet",
        factorial=f"{RESULTS}/factorial.parquet",
        scaling=f"{RESULTS}/scaling.parquet",
    log:
        f"{LOGS}/estimate_effects.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        resamples=study.analysis.resamples,
        confidence=study.analysis.confidence,
        seed=study.analysis.seed,
        margin=study.analysis.margin,
    shell:
        "python {input.script} --predictions {input.predictions} --study {input.study}"
        " --resamples {params.resamples} --confidence {params.confidence} --seed {params.seed}"
        " --margin {params.margin} --effects {output.effects} --draws {output.draws}"
        " --contrasts {output.contrasts} --factorial {output.factorial}"
        " --scaling {output.scaling} 2> {log}"


rule effects:
    """Scores and gains."""
    input:
        f"{RESULTS}/scores.parquet",
        rules.estimate_effects.output,
