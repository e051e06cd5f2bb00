"""Figures, each as SVG and PNG with the table it was drawn from.

Needs: effects, contrasts, scaling, scores.
Makes: figures/NAME.{svg,png,csv}.
"""


rule draw_figure:
    """One figure, its table beside it."""
    input:
        table=lambda wildcards: f"{RESULTS}/{FIGURE_TABLES[wildcards.figure]}.parquet",
        study=STUDY_TABLE,
        script=own("scripts/draw_figure.py"),
    output:
        svg=report(
            f"{RESULTS}/figures/{{figure}}.svg",
            caption="report/figure.rst",
            category="Figures",
            labels={"figure": "{figure}"},
        ),
        png=f"{RESULTS}/figures/{{figure}}.png",
        table=f"{RESULTS}/figures/{{figure}}.csv",
    log:
        f"{LOGS}/draw_figure/{{figure}}.log",
    wildcard_constraints:
        figure=one_of(FIGURE_TABLES),
    conda:
        "../envs/crosslift.yaml"
    params:
        table=lambda wildcards: FIGURE_TABLES[wildcards.figure],
        stem=lambda wildcards, output: Path(output.svg).with_suffix(""),
    shell:
        "python {input.script} {wildcards.figure} --{params.table} {input.table}"
        " --study {input.study} --stem {params.stem} 2> {log}"


rule figures:
    """All figures."""
    input:
        expand(
            f"{RESULTS}/figures/{{figure}}.{{kind}}",
            figure=study.figures(),
            kind=["svg", "png", "csv"],
        ),
