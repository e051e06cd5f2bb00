"""Find evidence for claims: sentences and table rows of the documents, ranked."""

import argparse
import logging
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.encoder import load_encoder
from litreview.files import InputError, read_jsonl, write_jsonl
from litreview.schema import Claim, Document, Paper
from litreview.verification.evidence import LIMIT, find_evidence

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=Path, required=True, help="claims, JSON Lines")
    parser.add_argument("--documents", type=Path, required=True, help="documents, JSON Lines")
    parser.add_argument("--records", type=Path, required=True, help="records, for their titles")
    parser.add_argument(
        "--limit", type=int, default=LIMIT, help="sentences of the claim's own paper, and of others"
    )
    parser.add_argument(
        "--encoder", type=Path, help="folder of a prepared encoder, to rank by vectors too"
    )
    parser.add_argument("--output", type=Path, required=True, help="evidence, JSON Lines")
    flags = parser.parse_args()
    try:
        claims = read_jsonl(flags.claims, Claim)
        documents = read_jsonl(flags.documents, Document)
        titles = {paper.paper_id: paper.title for paper in read_jsonl(flags.records, Paper)}
        encode = load_encoder(flags.encoder) if flags.encoder else None
    except InputError as error:
        raise DataError(str(error)) from error
    evidence = find_evidence(claims, documents, titles, limit=flags.limit, encode=encode)
    found = len({item.claim_id for item in evidence})
    logger.info("%d passages for %d of %d claims", len(evidence), found, len(claims))
    write_jsonl(flags.output, evidence)


if __name__ == "__main__":
    run(main)
