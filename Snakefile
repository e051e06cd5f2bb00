"""crosslift: what intermediate tasks do to zero-shot cross-lingual transfer, measured.

`snakemake --cores all` derives everything from raw data to the report. Named targets stop earlier:
data, encoders, intermediates, predictions, effects, figures, literature, synthesis, submission.
"""

from snakemake.utils import min_version

min_version("9.20")


# Snakemake merges a --configfile into the default configuration, so the default is read only when
# no study was given: a study's keys are all its own.
if "study" not in config:

    configfile: f"{workflow.basedir}/config.yaml"

elif not workflow.configfiles:
    raise WorkflowError(
        f"--config study={config['study']}: no file gives the rest of this study, since the "
        "default config.yaml is not read where another study is named. Copy config.yaml, change "
        "`study` and what else you like in the copy, and run it with --configfile COPY; or leave "
        "`study` out of --config to change single keys of the default study."
    )


report: "rules/report/workflow.rst"


include: "rules/common.smk"
include: "rules/data.smk"
include: "rules/encoders.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/analyse.smk"
include: "rules/figures.smk"
include: "rules/literature.smk"
include: "rules/synthesis.smk"
include: "rules/submission.smk"


onstart:
    take_lock(RESULTS)


onsuccess:
    if study.weights.intermediate == "remove":
        remove_read_weights()


# Besides the targets, what takes seconds or needs the network, of which a cluster's nodes often have
# none: all but training, prediction and what reads all predictions.
localrules:
    prepare_training,
    prepare_variant,
    prepare_unlabelled,
    prepare_tests,
    prepare_encoder,
    describe_study,
    draw_figure,
    write_submission,
    search_literature,
    read_papers,
    draw_prisma,
    extract_claims,
    find_evidence,
    verify_claims,
    draw_reliability,
    check_claims,
    compose_synthesis,
    review_synthesis,
    write_synthesis,
    pack_synthesis,
    all,
    data,
    encoders,
    intermediates,
    predictions,
    effects,
    figures,
    literature,
    synthesis,


rule all:
    """Scores, figures and report."""
    default_target: True
    input:
        rules.effects.input,
        rules.figures.input,
        rules.draw_prisma.output,
        rules.synthesis.input,
