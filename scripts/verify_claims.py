"""Judge every claim by its evidence: verdict, confidence, level and reasons."""

import argparse
import logging
from collections import Counter
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.files import InputError, read_jsonl, write_jsonl
from litreview.schema import Claim, Document, Evidence
from litreview.verification.second_reading import read_undecided
from litreview.verification.verdict_calibration import load
from litreview.verification.verdicts import verify_claims

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=Path, required=True, help="claims, JSON Lines")
    parser.add_argument("--evidence", type=Path, required=True, help="evidence, JSON Lines")
    parser.add_argument("--documents", type=Path, required=True, help="documents, JSON Lines")
    parser.add_argument("--calibration", type=Path, help="of confidences, JSON; none without it")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder that reads pairs")
    parser.add_argument("--depth", type=int, help="of that encoder; all layers without it")
    parser.add_argument("--pairs", type=Path, help="what it learned of pairs, safetensors")
    parser.add_argument("--card", type=Path, help="how it reads, JSON")
    parser.add_argument("--output", type=Path, required=True, help="verdicts, JSON Lines")
    flags = parser.parse_args()
    try:
        judge = load(flags.calibration).verify_claims if flags.calibration else verify_claims
        claims, evidence = read_jsonl(flags.claims, Claim), read_jsonl(flags.evidence, Evidence)
        verdicts = judge(claims, evidence, read_jsonl(flags.documents, Document))
        if flags.pairs:
            from litreview.verification.inference import read_reader  # it loads the engine

            reader = read_reader(flags.encoder, flags.pairs, flags.card, flags.depth)
            verdicts = read_undecided(claims, evidence, verdicts, reader)
    except InputError as error:
        raise DataError(str(error)) from error
    counts = Counter(verdict.label for verdict in verdicts)
    logger.info("verdicts: %s", ", ".join(f"{n} {label}" for label, n in counts.most_common()))
    write_jsonl(flags.output, verdicts)


if __name__ == "__main__":
    run(main)
