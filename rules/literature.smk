"""What papers say, and what of it the experiment can speak to.

Needs: a frozen corpus, or the sources (live), or their cached answers (replay); the tables of
effects.
Makes: literature/{records,duplicates,screening,documents,claims,evidence,verdicts,checks}.jsonl,
searches.json, the flow of papers: prisma.{json,svg,png,csv}, and how often verdicts of each
confidence are right on labelled pairs: reliability.{svg,png,csv}.
"""

from litreview.claims.extraction import read_claims_file
from litreview.files import InputError

LITERATURE = f"{RESULTS}/literature"
CLAIMS_FILE = own(study.literature.claims)
CALIBRATION = own("litreview/verification/verdict_calibration.json")

FROZEN_CORPUS = (
    sorted(map(str, Path(study.literature.corpus_folder).glob("*.json*")))
    if study.literature.corpus_folder
    else own_files("litreview/corpus", "*.yaml")
)

try:  # before the hours of training that its checks wait for
    read_claims_file(CLAIMS_FILE)
    if study.literature.mode != "frozen":  # the sources' libraries take a while to load
        from litreview.sources.settings import parse_settings

        parse_settings(study.literature.search())
except InputError as error:
    raise WorkflowError(str(error)) from None


rule search_literature:
    """Bibliographic records, with the outcome of every source, every merge and every exclusion."""
    input:
        corpus=FROZEN_CORPUS,
        script=own("scripts/search_literature.py"),
    output:
        records=f"{LITERATURE}/records.jsonl",
        searches=f"{LITERATURE}/searches.json",
        prisma=f"{LITERATURE}/prisma-search.json",
        duplicates=f"{LITERATURE}/duplicates.jsonl",
        screening=f"{LITERATURE}/screening.jsonl",
    log:
        f"{LOGS}/search_literature.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        mode=study.literature.mode,
        settings=json.dumps(study.literature.search()),
        cache=study.literature.cache,
    shell:
        "python {input.script} --mode {params.mode} --settings {params.settings:q}"
        " --cache {params.cache} --output-records {output.records}"
        " --output-searches {output.searches} --output-prisma {output.prisma}"
        " --output-duplicates {output.duplicates} --output-screening {output.screening} 2> {log}"


rule read_papers:
    """The papers' texts, sentences and tables."""
    input:
        records=f"{LITERATURE}/records.jsonl",
        prisma=f"{LITERATURE}/prisma-search.json",
        corpus=rules.search_literature.input.corpus,
        script=own("scripts/read_papers.py"),
    output:
        documents=f"{LITERATURE}/documents.jsonl",
        prisma=f"{LITERATURE}/prisma.json",
    log:
        f"{LOGS}/read_papers.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        mode=study.literature.mode,
        settings=rules.search_literature.params.settings,
        cache=study.literature.cache,
    shell:
        "python {input.script} --papers {input.records} --mode {params.mode}"
        " --settings {params.settings:q} --cache {params.cache} --prisma {input.prisma}"
        " --output {output.documents} --output-prisma {output.prisma} 2> {log}"


rule draw_prisma:
    """The flow of papers, from those found to those included."""
    input:
        prisma=f"{LITERATURE}/prisma.json",
        script=own("scripts/draw_prisma.py"),
    output:
        svg=report(
            f"{LITERATURE}/prisma.svg",
            caption="report/prisma.rst",
            category="Literature",
        ),
        png=f"{LITERATURE}/prisma.png",
        table=f"{LITERATURE}/prisma.csv",
    log:
        f"{LOGS}/draw_prisma.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        stem=lambda wildcards, output: Path(output.svg).with_suffix(""),
    shell:
        "python {input.script} --prisma {input.prisma} --stem {params.stem} 2> {log}"


rule extract_claims:
    """Claims of the claims file, and claims and scores of tables found in the papers."""
    input:
        documents=f"{LITERATURE}/documents.jsonl",
        claims=CLAIMS_FILE,
        encoder=literature_encoder_card(),
        script=own("scripts/extract_claims.py"),
    output:
        claims=f"{LITERATURE}/claims.jsonl",
        scores=f"{LITERATURE}/scores.jsonl",
    log:
        f"{LOGS}/extract_claims.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        encoder=literature_encoder_flag(),
    shell:
        "python {input.script} --documents {input.documents} --claims-file {input.claims}"
        " {params.encoder} --output {output.claims} --scores {output.scores} 2> {log}"


rule find_evidence:
    """Passages and tables that bear on each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        documents=f"{LITERATURE}/documents.jsonl",
        records=f"{LITERATURE}/records.jsonl",
        encoder=literature_encoder_card(),
        script=own("scripts/find_evidence.py"),
    output:
        evidence=f"{LITERATURE}/evidence.jsonl",
    log:
        f"{LOGS}/find_evidence.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        encoder=literature_encoder_flag(),
    shell:
        "python {input.script} --claims {input.claims} --documents {input.documents}"
        " --records {input.records} {params.encoder} --output {output.evidence} 2> {log}"


rule train_entailment:
    """Make an encoder read a claim with a passage, where the study names one."""
    input:
        encoder=inference_encoder,
        splits=inference_splits,
        checkpoint=inference_checkpoint,
        script=own("scripts/train_entailment.py"),
    output:
        pairs=f"{LITERATURE}/pairs.safetensors",
        card=f"{LITERATURE}/pairs.json",
    log:
        f"{LOGS}/train_entailment.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_entailment.tsv"
    conda:
        "../envs/crosslift.yaml"
    threads: 1
    resources:
        gpu=1,
    params:
        encoder=inference_encoder_flags,
        data=lambda wildcards: f"{FILES}/data/{study.literature.inference.task}",
        checkpoint=inference_checkpoint_flag,
    shell:
        "python {input.script} {params.encoder} --data {params.data}"
        " {params.checkpoint} --threads {threads} --output {output.pairs} --card {output.card}"
        " 2> {log}"


PAIR_READING = (
    [rules.train_entailment.output.pairs, rules.train_entailment.output.card]
    if study.literature.inference
    else []
)


rule verify_claims:
    """What the papers say of each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        evidence=f"{LITERATURE}/evidence.jsonl",
        documents=f"{LITERATURE}/documents.jsonl",
        calibration=CALIBRATION,
        reading=PAIR_READING,
        script=own("scripts/verify_claims.py"),
    output:
        verdicts=f"{LITERATURE}/verdicts.jsonl",
    log:
        f"{LOGS}/verify_claims.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        reading=lambda wildcards, input: (
            f"{inference_encoder_flags(wildcards)} --pairs {input.reading[0]}"
            f" --card {input.reading[1]}"
            if input.reading
            else ""
        ),
    shell:
        "python {input.script} --claims {input.claims} --evidence {input.evidence}"
        " --documents {input.documents} --calibration {input.calibration} {params.reading}"
        " --output {output.verdicts} 2> {log}"


rule draw_reliability:
    """How often verdicts of each confidence are right on labelled pairs."""
    input:
        calibration=CALIBRATION,
        script=own("scripts/draw_reliability.py"),
    output:
        svg=report(
            f"{LITERATURE}/reliability.svg",
            caption="report/reliability.rst",
            category="Literature",
        ),
        png=f"{LITERATURE}/reliability.png",
        table=f"{LITERATURE}/reliability.csv",
    log:
        f"{LOGS}/draw_reliability.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        stem=lambda wildcards, output: Path(output.svg).with_suffix(""),
    shell:
        "python {input.script} --calibration {input.calibration} --stem {params.stem} 2> {log}"


rule check_claims:
    """What this experiment's measurements, and each paper's own tables, say of each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        documents=f"{LITERATURE}/documents.jsonl",
        effects=f"{RESULTS}/effects.parquet",
        draws=f"{RESULTS}/draws.parquet",
        study=STUDY_TABLE,
        script=own("scripts/check_claims.py"),
    output:
        checks=f"{LITERATURE}/checks.jsonl",
        published=f"{LITERATURE}/published.jsonl",
        compilation=f"{LITERATURE}/compilation.json",
    log:
        f"{LOGS}/check_claims.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --claims {input.claims} --documents {input.documents}"
        " --effects {input.effects} --draws {input.draws} --study {input.study}"
        " --output {output.checks} --output-published {output.published}"
        " --output-compilation {output.compilation} 2> {log}"


rule literature:
    """Verdicts and checks of all claims."""
    input:
        rules.draw_prisma.output,
        rules.verify_claims.output,
        rules.draw_reliability.output,
        rules.check_claims.output,
