"""The commands of `python -m litreview`: plain files in, plain files out."""

import argparse
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from litreview.checks.judging import check_claims
from litreview.claims.extraction import extract_claims, read_claims_file
from litreview.claims.proposals import propose_claims
from litreview.entry_points import claim_of, document_of, judge, measurements
from litreview.files import InputError, read_jsonl, write_json, write_jsonl
from litreview.language.wording import check_words
from litreview.llm import LLMClient, LLMStore
from litreview.schema import Claim, Document, Evidence, Paper, Table, Verdict
from litreview.search.retrieval import read_records
from litreview.sources import freeze, parse_settings, run_search
from litreview.tables import read_table
from litreview.verification.evidence import find_evidence
from litreview.verification.reader import Reader, load_reader
from litreview.verification.verdicts import verify_claims

logger = logging.getLogger(__name__)
Item = TypeVar("Item")


def search(flags: argparse.Namespace) -> None:
    """Search, and write records and outcomes; a search that finds nothing says why, and fails."""
    settings = parse_settings(flags.settings)
    result = run_search(flags.mode, settings, flags.cache)
    for outcome in result.outcomes:
        expected = "?" if outcome.expected is None else outcome.expected
        words = f"{outcome.source}: {outcome.outcome}, {outcome.retrieved} of {expected} records"
        logger.info("%s %s", words, outcome.message)
    if not result.papers:
        said = "; ".join(f"{one.source}: {one.outcome}" for one in result.outcomes)
        raise InputError(f"search: no record ({said}); nothing was written, run again later")
    write_jsonl(flags.output, result.papers)
    if flags.outcomes:
        write_json(flags.outcomes, [one.model_dump() for one in result.outcomes])
    if flags.prisma:
        write_json(flags.prisma, result.prisma.model_dump())
    if flags.freeze:
        freeze(flags.freeze, result)


def read(flags: argparse.Namespace) -> None:
    """Read papers, or files of running text, into documents."""
    documents = [document_of(_text(path), path.stem) for path in flags.text or ()]
    if flags.papers:
        papers = _shown(read_jsonl(flags.papers, Paper), "papers")
        documents += read_records(papers, flags.mode, parse_settings(flags.settings), flags.cache)
    elif not flags.text:
        raise InputError("read: nothing to read; give --papers or --text")
    write_jsonl(flags.output, documents)
    logger.info("%d documents", len(documents))


def claims(flags: argparse.Namespace) -> None:
    """Claims of a claims file, of documents, and those that a language model proposes."""
    found = read_claims_file(flags.claims_file) if flags.claims_file else []
    documents = read_jsonl(flags.documents, Document) if flags.documents else []
    if not found and not documents:
        raise InputError("claims: nothing to take claims from; give --documents or --claims-file")
    for document in _shown(documents, "documents"):
        found += extract_claims(document)
    if flags.llm != "none":
        found += _proposed(documents, flags, {(c.document_id, c.start) for c in found})
    write_jsonl(flags.output, found)
    logger.info("%d claims", len(found))


def _proposed(
    documents: Sequence[Document],
    flags: argparse.Namespace,
    known: set[tuple[str | None, int | None]],
) -> list[Claim]:
    missing = [name for name in ("llm_model", "llm_store") if not getattr(flags, name)]
    if missing:
        named = " and ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise InputError(f"claims: --llm {flags.llm} needs {named}")
    client = LLMClient(flags.llm, LLMStore(flags.llm_store), flags.llm_url)
    found: list[Claim] = []
    for document in _shown(documents, "documents asked about"):
        made = propose_claims(document, client, flags.llm_model)
        found += made.claims
        for reason, number in made.dropped.items():
            logger.info("%s: %d proposals dropped: %s", document.document_id, number, reason)
    both = sum((claim.document_id, claim.start) in known for claim in found)
    logger.info("%d proposals accepted, %d begin where a claim by rules does", len(found), both)
    return found


def judge_claims(flags: argparse.Namespace) -> None:
    """Verdicts on claims by documents, by evidence found before, by texts, or by a table."""
    asked = _claims(flags)
    reader = load_reader(flags.model)
    logger.info("words first; where they decide nothing: %s", reader.note)
    given = _given(flags)
    if given is not None:
        verdicts = [judge(claim, given, reader=reader) for claim in _shown(asked, "claims")]
    else:
        verdicts = _by_documents(asked, flags, reader)
    write_jsonl(flags.output, verdicts)
    counts = Counter(verdict.label for verdict in verdicts)
    logger.info("%s", ", ".join(f"{number} {label}" for label, number in counts.most_common()))


def _by_documents(asked: list[Claim], flags: argparse.Namespace, reader: Reader) -> list[Verdict]:
    documents = read_jsonl(flags.documents, Document) if flags.documents else []
    if flags.evidence:
        evidence = read_jsonl(flags.evidence, Evidence)
    elif documents:
        evidence = find_evidence(asked, documents, {})
    else:
        raise InputError(
            "judge: nothing to judge by; give --documents, --evidence, --passage, --text or --table"
        )
    corpus = [one.text[s.start : s.end] for one in documents for s in one.sentences]
    score = reader.scorer_for(corpus or [item.text for item in evidence])
    return verify_claims(asked, evidence, documents, score=score, calibrate=reader.calibrate)


def _claims(flags: argparse.Namespace) -> list[Claim]:
    found = [claim_of(text, f"claim{n}") for n, text in enumerate(flags.claim or (), start=1)]
    for path in flags.claims or ():
        yaml = path.suffix in (".yaml", ".yml")
        found += read_claims_file(path) if yaml else read_jsonl(path, Claim)
    if not found:
        raise InputError(f"{flags.command}: no claim; give --claim or --claims")
    return found


def _given(flags: argparse.Namespace) -> list[str] | list[Table] | None:
    """Passages or tables on the command line; None where documents are to be searched."""
    if flags.table:
        return [read_table(path, caption=flags.caption or "") for path in flags.table]
    texts = list(flags.passage or ())
    for path in flags.text or ():
        document = document_of(_text(path), path.stem)
        texts += [document.text[one.start : one.end] for one in document.sentences]
    return texts or None


def check(flags: argparse.Namespace) -> None:
    """Checks of claims against the measurements of a study."""
    effects, draws, study = measurements(flags.results)
    checks = check_claims(_claims(flags), effects, draws, study)
    write_jsonl(flags.output, checks)
    counts = Counter(check_words(one) for one in checks)
    logger.info("%s", ", ".join(f"{n} {words}" for words, n in counts.most_common()) or "no check")


def report(flags: argparse.Namespace) -> None:
    """The report of a study whose tables and verdicts are there, reviewed and laid out."""
    # The report's layout needs fonts and a PDF compiler; nothing else here does.
    from litreview.synthesis.content import build_content
    from litreview.synthesis.reading import FILES, TABLES, read_inputs
    from litreview.synthesis.report import write_report
    from litreview.synthesis.review import review

    folder = flags.results
    paths = {name: folder / "literature" / f"{name}.jsonl" for name in FILES}
    paths |= {name: folder / f"{name}.parquet" for name in TABLES}
    paths |= {name: folder / "literature" / f"{name}.json" for name in ("searches", "prisma")}
    paths["study"] = folder / "study.json"
    figures = [folder / "figures", folder / "literature"]
    inputs = read_inputs(figures, **paths)
    content = build_content(inputs, date=flags.date)
    panel = review(inputs, content)
    if panel.stops:
        raise InputError("report: it must not leave with these faults: " + "; ".join(panel.stops))
    write_report(content, panel, figures, flags.output)
    logger.info("score %.1f [%.1f, %.1f]", panel.score, panel.low, panel.high)


def train(flags: argparse.Namespace) -> None:
    """Fit the model that reads claims against passages."""
    from litreview.verification import entailment_fitting

    entailment_fitting.train(flags.data, flags.output, start=flags.start)


def tune(flags: argparse.Namespace) -> None:
    """Tune an encoder on natural language inference, for `train` to start from."""
    from litreview.encoder import encoder_folder
    from litreview.pair_encoder import tune as tune_pairs
    from litreview.verification.labelled_pairs import read_inference

    folder = encoder_folder()
    if folder is None:
        raise InputError("tune: no encoder; set LITREVIEW_ENCODER to the folder of a prepared one")
    pairs = [(one.claim, one.passage, one.label) for one in read_inference(flags.data)]
    tune_pairs(pairs, folder, flags.output)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; give the path of a text") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; write it as UTF-8") from error


def _shown(items: Sequence[Item], name: str) -> Iterable[Item]:
    """The items, with a bar on a terminal where there are several."""
    return tqdm(items, desc=name, disable=None if len(items) > 1 else True)
