"""The report, regenerated from tables.

Needs: effects, figures and the literature's tables.
Makes: report/content.json (what is said), reviews.json (three reviewers of it),
report/synthesis.{md,html,pdf,txt}, references.bib and corrections.json (what changed since the last
version; earlier ones stay in report/versions), and crate.zip, all that a deposit needs.
"""

REPORT = f"{RESULTS}/report"

SYNTHESIS_TABLES = {
    "study": STUDY_TABLE,
    **{
        name: f"{RESULTS}/{name}.parquet"
        for name in ("effects", "contrasts", "scaling", "factorial")
    },
    "records": f"{LITERATURE}/records.jsonl",
    "searches": f"{LITERATURE}/searches.json",
    "prisma": f"{LITERATURE}/prisma.json",
    **{
        name: f"{LITERATURE}/{name}.jsonl"
        for name in ("documents", "claims", "evidence", "verdicts", "checks", "published")
    },
}
TABLE_FLAGS = " ".join(f"--{name} {local_copy(path)}" for name, path in SYNTHESIS_TABLES.items())
FIGURE_FILES = [
    *expand(f"{RESULTS}/figures/{{figure}}.svg", figure=study.figures()),
    f"{LITERATURE}/prisma.svg",
    f"{LITERATURE}/reliability.svg",
]
TEMPLATES = own_files("litreview/synthesis/templates")


rule compose_synthesis:
    """What the report says, before it is reviewed."""
    input:
        tables=SYNTHESIS_TABLES.values(),
        figures=FIGURE_FILES,
        templates=TEMPLATES,
        script=own("scripts/write_synthesis.py"),
    output:
        content=f"{REPORT}/content.json",
    log:
        f"{LOGS}/compose_synthesis.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        tables=TABLE_FLAGS,
        figures=lambda wildcards, input: folders_of(input.figures),
    shell:
        "python {input.script} content {params.tables} --figures {params.figures}"
        " --output {output.content} 2> {log}"


rule review_synthesis:
    """Three reviewers who see different things."""
    input:
        tables=SYNTHESIS_TABLES.values(),
        content=f"{REPORT}/content.json",
        anchors=own("litreview/review/reviewers.yaml"),
        templates=TEMPLATES,
        script=own("scripts/review_synthesis.py"),
    output:
        reviews=f"{REPORT}/reviews.json",
    log:
        f"{LOGS}/review_synthesis.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        tables=TABLE_FLAGS,
        studies=Path(RESULTS).parent,
    shell:
        "python {input.script} --content {input.content} {params.tables}"
        " --studies {params.studies} --output {output.reviews} 2> {log}"


rule write_synthesis:
    """The report in four forms, its references and what changed in it."""
    input:
        content=f"{REPORT}/content.json",
        reviews=f"{REPORT}/reviews.json",
        figures=FIGURE_FILES,
        templates=TEMPLATES,
        script=own("scripts/write_synthesis.py"),
    output:
        markdown=f"{REPORT}/synthesis.md",
        html=report(
            f"{REPORT}/synthesis.html",
            caption="report/synthesis.rst",
            category="Synthesis",
        ),
        pdf=f"{REPORT}/synthesis.pdf",
        text=f"{REPORT}/synthesis.txt",
        references=f"{REPORT}/references.bib",
        corrections=f"{REPORT}/corrections.json",
    log:
        f"{LOGS}/write_synthesis.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        figures=lambda wildcards, input: folders_of(input.figures),
        folder=lambda wildcards, output: Path(output.html).parent,
    shell:
        "python {input.script} render --content {input.content} --reviews {input.reviews}"
        " --figures {params.figures} --output-folder {params.folder} 2> {log}"


rule pack_synthesis:
    """An archive to deposit: the report with what it rests on, the workflow and its provenance."""
    input:
        results=[
            *rules.write_synthesis.output,
            *rules.effects.input,
            *rules.figures.input,
            *rules.literature.input,
            *SYNTHESIS_TABLES.values(),
            *rules.describe_study.input.encoders,
            *rules.describe_study.input.training,
            *rules.describe_study.input.variants,
            *rules.describe_study.input.tests,
        ],
        content=f"{REPORT}/content.json",
        study=STUDY_TABLE,
        workflow=[
            own("Snakefile"),
            own("LICENSE"),
            own("requirements.txt"),
            *own_files("rules"),
            *own_files("scripts", "*.py"),
        ],
        script=own("scripts/pack_synthesis.py"),
    output:
        crate=f"{REPORT}/crate.zip",
    log:
        f"{LOGS}/pack_synthesis.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        results=lambda wildcards: FILES,
        project=own("."),
    shell:
        "python {input.script} --content {input.content} --study {input.study}"
        " --results {params.results} --results-files {input.results}"
        " --workflow {params.project} --workflow-files {input.workflow}"
        " --output {output.crate} 2> {log}"


rule synthesis:
    """The report, and the archive to deposit."""
    input:
        rules.write_synthesis.output,
        rules.pack_synthesis.output,
