"""Extract claims: those of the claims file, then those that the documents state."""

import argparse
import logging
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.claims.extraction import extract_claims, read_claims_file
from litreview.claims.score_tuples import score_tuples
from litreview.encoder import load_encoder
from litreview.files import InputError, read_jsonl, write_jsonl
from litreview.schema import Document

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, required=True, help="JSON Lines of documents")
    parser.add_argument("--claims-file", type=Path, required=True, help="YAML, with predicates")
    parser.add_argument("--encoder", type=Path, help="a prepared encoder: better scores of claims")
    parser.add_argument("--output", type=Path, required=True, help="claims, JSON Lines")
    parser.add_argument("--scores", type=Path, help="scores of result tables, JSON Lines")
    flags = parser.parse_args()
    try:
        given = read_claims_file(flags.claims_file)
        documents = read_jsonl(flags.documents, Document)
        # A digest's sentences are findings without a score, so it needs no encoder.
        scored = any(document.kind != "digest" for document in documents)
        encode = load_encoder(flags.encoder) if flags.encoder and scored else None
    except InputError as error:
        raise DataError(str(error)) from error
    found = [claim for document in documents for claim in extract_claims(document, encode)]
    logger.info("%d claims given, %d found in %d documents", len(given), len(found), len(documents))
    write_jsonl(flags.output, [*given, *found])
    if flags.scores:
        tuples = [one for d in documents for one in score_tuples(d.document_id, d.tables)]
        logger.info("%d scores of tables are tied to a data set and a metric", len(tuples))
        write_jsonl(flags.scores, tuples)


if __name__ == "__main__":
    run(main)
