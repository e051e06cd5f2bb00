"""Hold the claims against the study's measurements, and against their papers' own tables."""

import argparse
import logging
from collections import Counter
from pathlib import Path

import pandas as pd

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.checks.compilation import compile_claims, counts
from litreview.checks.judging import check_claims
from litreview.checks.published import check_published
from litreview.files import InputError, read_json, read_jsonl, write_json, write_jsonl
from litreview.language.wording import check_words
from litreview.schema import Claim, Document

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=Path, required=True, help="claims, JSON Lines")
    parser.add_argument("--documents", type=Path, required=True, help="papers read, JSON Lines")
    parser.add_argument("--effects", type=Path, required=True, help="gains (Parquet)")
    parser.add_argument("--draws", type=Path, required=True, help="their bootstrap draws (Parquet)")
    parser.add_argument("--study", type=Path, required=True, help="study.json")
    parser.add_argument("--output", type=Path, required=True, help="checks, JSON Lines")
    parser.add_argument(
        "--output-published", type=Path, required=True, help="checks by papers' tables, JSON Lines"
    )
    parser.add_argument(
        "--output-compilation", type=Path, required=True, help="claims without a check, by reason"
    )
    flags = parser.parse_args()
    try:
        claims, study = read_jsonl(flags.claims, Claim), read_json(flags.study)
        compilations = compile_claims(claims, study)
        compilation = counts(compilations)
        tables = pd.read_parquet(flags.effects), pd.read_parquet(flags.draws)
        checks = check_claims(claims, *tables, study, compilations)
        published = check_published(claims, read_jsonl(flags.documents, Document))
    except InputError as error:
        raise DataError(str(error)) from error
    logger.info(
        "claims: %(claims)d, %(written)d with predicates, %(compiled)d compiled", compilation
    )
    for name, found in (("checks", checks), ("published", published)):
        numbers = Counter(check_words(check) for check in found).most_common()
        logger.info("%s: %s", name, ", ".join(f"{n} {words}" for words, n in numbers))
    write_jsonl(flags.output, checks)
    write_jsonl(flags.output_published, published)
    write_json(flags.output_compilation, compilation)


if __name__ == "__main__":
    run(main)
