"""What papers say, and what of it the experiment can speak to.

Needs: the frozen corpus, or arXiv (live), or its cached answers (replay); the tables of effects.
Makes: literature/{records,documents,claims,evidence,verdicts,checks}.jsonl, searches.json and
prisma.json.
"""

from litreview.claims import read_claims_file
from litreview.files import InputError

LITERATURE = f"{RESULTS}/literature"
CLAIMS_FILE = own(study.literature.claims)

try:  # before the hours of training that its checks wait for
    read_claims_file(CLAIMS_FILE)
except InputError as error:
    raise WorkflowError(str(error)) from None


rule search_literature:
    """Bibliographic records, with the outcome of every source."""
    input:
        corpus=own_files("litreview/corpus", "*.yaml"),
        script=own("scripts/search_literature.py"),
    output:
        records=f"{LITERATURE}/records.jsonl",
        searches=f"{LITERATURE}/searches.json",
        prisma=f"{LITERATURE}/prisma-search.json",
    log:
        f"{LOGS}/search_literature.log",
    conda:
        "../envs/crosslift.yaml"
    params:
        mode=study.literature.mode,
        settings=json.dumps(
            study.literature.model_dump(include={"query", "ids", "max_results"}, exclude_none=True)
        ),
        cache=study.literature.cache,
    shell:
        "python {input.script} --mode {params.mode} --settings {params.settings:q}"
        " --cache {params.cache} --output-records {output.records}"
        " --output-searches {output.searches} --output-prisma {output.prisma} 2> {log}"


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
        cache=study.literature.cache,
    shell:
        "python {input.script} --papers {input.records} --mode {params.mode}"
        " --cache {params.cache} --prisma {input.prisma} --output {output.documents}"
        " --output-prisma {output.prisma} 2> {log}"


rule extract_claims:
    """Claims of the claims file, and those found in the papers."""
    input:
        documents=f"{LITERATURE}/documents.jsonl",
        claims=CLAIMS_FILE,
        script=own("scripts/extract_claims.py"),
    output:
        claims=f"{LITERATURE}/claims.jsonl",
    log:
        f"{LOGS}/extract_claims.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --documents {input.documents} --claims-file {input.claims}"
        " --output {output.claims} 2> {log}"


rule find_evidence:
    """Passages and tables that bear on each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        documents=f"{LITERATURE}/documents.jsonl",
        records=f"{LITERATURE}/records.jsonl",
        script=own("scripts/find_evidence.py"),
    output:
        evidence=f"{LITERATURE}/evidence.jsonl",
    log:
        f"{LOGS}/find_evidence.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --claims {input.claims} --documents {input.documents}"
        " --records {input.records} --output {output.evidence} 2> {log}"


rule verify_claims:
    """What the papers say of each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        evidence=f"{LITERATURE}/evidence.jsonl",
        documents=f"{LITERATURE}/documents.jsonl",
        script=own("scripts/verify_claims.py"),
    output:
        verdicts=f"{LITERATURE}/verdicts.jsonl",
    log:
        f"{LOGS}/verify_claims.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --claims {input.claims} --evidence {input.evidence}"
        " --documents {input.documents} --output {output.verdicts} 2> {log}"


rule check_claims:
    """What this experiment's measurements say of each claim."""
    input:
        claims=f"{LITERATURE}/claims.jsonl",
        effects=f"{RESULTS}/effects.parquet",
        draws=f"{RESULTS}/draws.parquet",
        study=STUDY_TABLE,
        script=own("scripts/check_claims.py"),
    output:
        checks=f"{LITERATURE}/checks.jsonl",
    log:
        f"{LOGS}/check_claims.log",
    conda:
        "../envs/crosslift.yaml"
    shell:
        "python {input.script} --claims {input.claims} --effects {input.effects}"
        " --draws {input.draws} --study {input.study} --output {output.checks} 2> {log}"


rule literature:
    """Verdicts and checks of all claims."""
    input:
        rules.verify_claims.output,
        rules.check_claims.output,
