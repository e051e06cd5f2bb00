"""Phases 2 and 3.

Needs: prepared splits and encoders.
Makes: intermediate/ENCODER/INTERMEDIATE/seedN/ once for all targets, target/ENCODER/TARGET/ with
one folder of weights a cell, and predictions/ENCODER/TARGET.parquet, a row an example of a cell.

The running state lies in work/, which Snakemake does not know, so that a killed job resumes. Cells
of one encoder and target share a process, which tests each with the weights still in memory; a cell
whose weights are there already is kept and tested again.
"""


rule train_intermediate:
    """Tune an encoder on one intermediate task, or on a mixture."""
    input:
        card=encoder_card,
        splits=lambda wildcards: expand(
            f"{RESULTS}/data/{{task}}/{{split}}.parquet",
            task=study.members(wildcards.intermediate),
            split=["train", "dev"],
        ),
    output:
        weights=f"{RESULTS}/intermediate/{{encoder}}/{{intermediate}}/seed{{seed}}/model.safetensors",
        manifest=f"{RESULTS}/intermediate/{{encoder}}/{{intermediate}}/seed{{seed}}/manifest.json",
    log:
        f"{LOGS}/train_intermediate/{{encoder}}/{{intermediate}}/seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_intermediate/{{encoder}}/{{intermediate}}/seed{{seed}}.tsv"
    priority: tuning_work
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=1,
    params:
        script=f"{SCRIPTS}/train_intermediate.py",
        encoder=encoder_flags,
        tasks=lambda wildcards: study.members(wildcards.intermediate),
        examples=lambda wildcards: json.dumps(
            {
                task: study.train_examples("intermediate", task)
                for task in study.members(wildcards.intermediate)
            }
        ),
        work=lambda wildcards, output: work_folder(output.manifest),
        recipe=lambda wildcards: study.recipe(
            "intermediate", wildcards.intermediate
        ).model_dump_json(),
    shell:
        "python {params.script} {params.encoder} --tasks {params.tasks}"
        f" --data {RESULTS}/data --examples {{params.examples:q}} --recipe {{params.recipe:q}} --seed {{wildcards.seed}}"
        " --threads {threads} --output $(dirname {output.manifest})"
        " --work {params.work} 2> {log}"


rule train_target:
    """Tune all cells of one encoder and target, and predict every language with each."""
    input:
        card=encoder_card,
        parents=phase_two,
        splits=lambda wildcards: expand(
            f"{RESULTS}/data/{study.train_on(wildcards.target)}/{{split}}.parquet",
            split=["train", "dev"],
        ),
        tests=f"{RESULTS}/data/{{target}}/test.parquet",
    output:
        cells=f"{RESULTS}/target/{{encoder}}/{{target}}/cells.json",
        predictions=f"{RESULTS}/predictions/{{encoder}}/{{target}}.parquet",
    log:
        f"{LOGS}/train_target/{{encoder}}/{{target}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_target/{{encoder}}/{{target}}.tsv"
    wildcard_constraints:
        target=one_of(TUNED),
    priority: testing_work
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=1,
    params:
        script=f"{SCRIPTS}/train_target.py",
        encoder=encoder_flags,
        data=lambda wildcards: f"{RESULTS}/data/{study.train_on(wildcards.target)}",
        examples=lambda wildcards: limit(
            "--examples", study.train_examples("target", wildcards.target)
        ),
        work=lambda wildcards, output: work_folder(output.cells),
        cells=cells_json,
        recipe=lambda wildcards: study.recipe("target", wildcards.target).model_dump_json(),
    shell:
        "python {params.script} {params.encoder} --target {wildcards.target} --data {params.data}"
        " {params.examples}"
        f" --intermediates {RESULTS}/intermediate/{{wildcards.encoder}} --cells {{params.cells:q}}"
        " --recipe {params.recipe:q} --threads {threads}"
        " --encoder-name {wildcards.encoder} --tests {input.tests} --work {params.work}"
        " --output {output.cells} --predictions {output.predictions} 2> {log}"


rule intermediates:
    """All phase-2 weights."""
    input:
        expand(
            f"{RESULTS}/intermediate/{{encoder}}/{{intermediate}}/seed{{seed}}/manifest.json",
            encoder=study.encoders,
            intermediate=TRAINED_INTERMEDIATES,
            seed=study.seeds.intermediate,
        ),
