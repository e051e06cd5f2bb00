"""Search the literature: records, one outcome a source, and PRISMA counts."""

import argparse
import logging
from pathlib import Path

from crosslift.errors import ConfigError, FetchError
from crosslift.logs import run
from litreview.files import InputError, write_json, write_jsonl
from litreview.sources import SearchResult, freeze, parse_settings, run_search

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=["frozen", "replay", "live"], default="frozen")
    parser.add_argument(
        "--settings",
        default="{}",
        help='JSON object, such as {"ids": ["2005.13013v2"], "query": "...", "delay_seconds": 3}',
    )
    parser.add_argument("--cache", type=Path, help="folder of raw answers, by date")
    parser.add_argument("--output-records", type=Path, required=True)
    parser.add_argument("--output-searches", type=Path, required=True)
    parser.add_argument("--output-prisma", type=Path, required=True)
    parser.add_argument("--output-duplicates", type=Path, help="every merge of two records")
    parser.add_argument("--output-screening", type=Path, help="why each record is in or out")
    parser.add_argument("--freeze", type=Path, help="folder for a frozen corpus of the records")
    flags = parser.parse_args()
    try:
        settings = parse_settings(flags.settings)
        result = run_search(flags.mode, settings, flags.cache)
    except InputError as error:
        raise ConfigError(str(error)) from error
    report(result, flags.cache)
    write_jsonl(flags.output_records, result.papers)
    write_json(flags.output_searches, [outcome.model_dump() for outcome in result.outcomes])
    write_json(flags.output_prisma, result.prisma.model_dump())
    if flags.output_duplicates:
        write_jsonl(flags.output_duplicates, result.duplicates)
    if flags.output_screening:
        write_jsonl(flags.output_screening, result.decisions)
    if flags.freeze:
        freeze(flags.freeze, result)


def report(result: SearchResult, cache: Path | None) -> None:
    """Log each source's outcome; a search without a paper ends the run, and says why."""
    if not result.papers:
        excluded = sum(not one.included for one in result.decisions)
        if excluded:
            raise ConfigError(
                f"the criteria exclude all {excluded} records found; widen literature.screening"
            )
        if all(one.outcome == "ok" for one in result.outcomes):
            raise ConfigError(
                "every source answered, and none has a paper for this; widen literature.query, or "
                "give it a query or ids at all"
            )
        failures = "; ".join(
            f"{one.source}: {one.outcome}: {one.message}" for one in result.outcomes
        )
        kept = cache is not None and cache.is_dir() and any(cache.iterdir())
        arrived = f"; what has arrived is in the cache ({cache})" if kept else ""
        raise FetchError(
            f"no source answered ({failures}). No records were written{arrived}: run again later, "
            "or set literature.mode to frozen"
        )
    for outcome in result.outcomes:
        expected = "?" if outcome.expected is None else outcome.expected
        counts = f"{outcome.source}: {outcome.outcome}, {outcome.retrieved} of {expected} records"
        if outcome.outcome == "ok":
            logger.info("%s", counts)
        else:
            logger.warning("%s: %s", counts, outcome.message)


if __name__ == "__main__":
    run(main)
