"""Phases 2 and 3.

Needs: prepared splits and encoders.
Makes: intermediate/ENCODER/INTERMEDIATE/seedN/ once for all targets, target/ENCODER/TARGET/ with
one folder of weights a cell, and predictions/ENCODER/TARGET/, with a row an example of a cell.

Weights and the running state, in work/, are folders that Snakemake does not know: trainings share
jobs (`jobs` in the study), a killed job goes on where it stood, and one that is given more to do
keeps what is there. A cell is tested with its weights still in memory, or once more if it is kept.
"""


rule train_intermediate:
    """Tune an encoder on some intermediate tasks or mixtures, each by itself."""
    input:
        card=encoder_card,
        splits=lambda wildcards: expand(
            f"{RESULTS}/data/{{task}}/{{split}}.parquet",
            task=tasks_of_batch(wildcards),
            split=["train", "dev"],
        ),
        texts=texts_of_batch,
    output:
        manifests=kept_while_read(f"{RESULTS}/intermediate/{{encoder}}/batch{{batch}}.json"),
    log:
        f"{LOGS}/train_intermediate/{{encoder}}/batch{{batch}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_intermediate/{{encoder}}/batch{{batch}}.tsv"
    priority: tuning_work
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=study.jobs.processes,
    params:
        script=f"{SCRIPTS}/train_intermediate.py",
        encoder=encoder_flags,
        shard="--shard" if study.jobs.shard else "",
        arms=arms_json,
        work=lambda wildcards, output: work_folder(output.manifests),
    shell:
        f"{LAUNCHER} {{params.script}} {{params.encoder}} --arms {{params.arms:q}}"
        f" --data {FILES}/data"
        " --threads {threads} {params.shard} --work {params.work} --output {output.manifests} 2> {log}"


rule train_target:
    """Tune cells of one encoder and target, and predict every language with each."""
    input:
        card=encoder_card,
        parents=phase_two,
        splits=lambda wildcards: expand(
            f"{RESULTS}/data/{study.train_on(wildcards.target)}/{{split}}.parquet",
            split=["train", "dev"],
        ),
        tests=f"{RESULTS}/data/{{target}}/test.parquet",
    output:
        cells=f"{RESULTS}/target/{{encoder}}/{{target}}/batch{{batch}}.json",
        predictions=f"{RESULTS}/predictions/{{encoder}}/{{target}}/batch{{batch}}.parquet",
    log:
        f"{LOGS}/train_target/{{encoder}}/{{target}}/batch{{batch}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_target/{{encoder}}/{{target}}/batch{{batch}}.tsv"
    wildcard_constraints:
        target=one_of(TUNED),
    priority: testing_work
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=study.jobs.processes,
    params:
        script=f"{SCRIPTS}/train_target.py",
        encoder=encoder_flags,
        shard="--shard" if study.jobs.shard else "",
        data=lambda wildcards: f"{FILES}/data/{study.train_on(wildcards.target)}",
        examples=lambda wildcards: limit(
            "--examples", study.train_examples("target", wildcards.target)
        ),
        work=lambda wildcards, output: work_folder(output.cells),
        cells=cells_json,
        recipe=lambda wildcards: study.recipe("target", wildcards.target).model_dump_json(),
        discard="--remove-weights" if study.weights.target == "remove" else "",
    shell:
        f"{LAUNCHER} {{params.script}} {{params.encoder}} --target {{wildcards.target}} --data {{params.data}}"
        " {params.examples}"
        f" --intermediates {FILES}/intermediate/{{wildcards.encoder}} --cells {{params.cells:q}}"
        " --recipe {params.recipe:q} --threads {threads} {params.shard} {params.discard}"
        " --encoder-name {wildcards.encoder} --tests {input.tests} --work {params.work}"
        " --output {output.cells} --predictions {output.predictions} 2> {log}"


rule intermediates:
    """All phase-2 weights."""
    input:
        expand(
            f"{RESULTS}/intermediate/{{encoder}}/batch{{batch}}.json",
            encoder=study.encoders,
            batch=range(len(study.arm_batches())),
        ),
