"""Raw data to prepared Parquet.

Needs: the embedded benchmark, files below data_root, or the hub.
Makes: data/TASK/{train,dev,test}.parquet, each with a card of sources, checksums and faults; the
same for variants of tasks; unlabelled/VARIANT.parquet.
"""


rule prepare_training:
    """English training and development splits of one task."""
    input:
        # Ancient, since a language more or less changes nothing here; `tested` is what does.
        exclude=lambda wildcards: ancient(
            [f"{RESULTS}/data/{target}/test.parquet" for target in tested_on(wildcards)]
        ),
    output:
        train=f"{RESULTS}/data/{{task}}/train.parquet",
        dev=f"{RESULTS}/data/{{task}}/dev.parquet",
        card=f"{RESULTS}/data/{{task}}/training.json",
    log:
        f"{LOGS}/prepare_training/{{task}}.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        script=f"{SCRIPTS}/prepare_training.py",
        sources=study.sources,
        limits=lambda wildcards: " ".join(
            [
                limit("--max-train", study.prepared_examples(wildcards.task)),
                limit("--max-dev", study.sizes.development),
            ]
        ),
        exclude=lambda wildcards, input: f"--exclude {input.exclude}" if input.exclude else "",
        tested=lambda wildcards: [study.test_examples(name) for name in tested_on(wildcards)],
    shell:
        "python {params.script} --task {wildcards.task} --sources {params.sources}"
        " {params.limits} {params.exclude}"
        " --output $(dirname {output.train}) 2> {log}"


rule prepare_variant:
    """A control without content, or translations, of one prepared task."""
    input:
        base=lambda wildcards: expand(
            f"{RESULTS}/data/{study.variants[wildcards.variant].of}/{{file}}",
            file=["train.parquet", "dev.parquet", "training.json"],
        ),
    output:
        train=f"{RESULTS}/data/{{variant}}/train.parquet",
        dev=f"{RESULTS}/data/{{variant}}/dev.parquet",
        card=f"{RESULTS}/data/{{variant}}/training.json",
    log:
        f"{LOGS}/prepare_variant/{{variant}}.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        script=f"{SCRIPTS}/prepare_variant.py",
        change=lambda wildcards: " ".join(
            [
                limit("--control", study.variants[wildcards.variant].control),
                limit(
                    "--languages",
                    " ".join(study.variants[wildcards.variant].languages or []) or None,
                ),
            ]
        ),
    shell:
        "python {params.script} --base $(dirname {input.base[0]}) {params.change}"
        " --output $(dirname {output.train}) 2> {log}"


rule prepare_unlabelled:
    """Texts without labels, for the masked-LM steps of one variant."""
    output:
        texts=f"{RESULTS}/unlabelled/{{variant}}.parquet",
    log:
        f"{LOGS}/prepare_unlabelled/{{variant}}.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        script=f"{SCRIPTS}/prepare_unlabelled.py",
        sources=study.sources,
        languages=lambda wildcards: study.text_languages(wildcards.variant),
        texts=lambda wildcards: study.variants[wildcards.variant].masked_lm.texts,
    shell:
        "python {params.script} --sources {params.sources} --languages {params.languages}"
        " --texts {params.texts} --output {output.texts} 2> {log}"


rule prepare_tests:
    """Test split of one target in every language of the study."""
    output:
        test=f"{RESULTS}/data/{{target}}/test.parquet",
        card=f"{RESULTS}/data/{{target}}/tests.json",
    log:
        f"{LOGS}/prepare_tests/{{target}}.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        script=f"{SCRIPTS}/prepare_tests.py",
        sources=study.sources,
        languages=lambda wildcards: study.languages(wildcards.target),
        limits=lambda wildcards: limit("--max-test", study.test_examples(wildcards.target)),
    shell:
        "python {params.script} --task {wildcards.target} --sources {params.sources}"
        " --languages {params.languages} {params.limits}"
        " --output $(dirname {output.test}) 2> {log}"


rule data:
    """All prepared splits."""
    input:
        expand(f"{RESULTS}/data/{{task}}/train.parquet", task=study.training_tasks()),
        expand(f"{RESULTS}/data/{{target}}/test.parquet", target=study.targets),
        [
            f"{RESULTS}/data/{name}/train.parquet"
            for name, variant in study.variants.items()
            if variant.changes_data
        ],
