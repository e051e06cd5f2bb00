"""Read the papers found: one document a record, from the frozen corpus or from arXiv."""

import argparse
import logging
from pathlib import Path

from crosslift.errors import ConfigError
from crosslift.logs import run
from litreview.files import InputError, read_as, read_jsonl, write_json, write_jsonl
from litreview.schema import Paper
from litreview.search.prisma import PrismaFlow, after_reading
from litreview.search.retrieval import read_records
from litreview.sources import parse_settings

logger = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=Path, required=True, help="records of the search stage")
    parser.add_argument("--output", type=Path, required=True, help="documents, JSON Lines")
    parser.add_argument("--mode", choices=["frozen", "replay", "live"], default="frozen")
    parser.add_argument("--settings", default="{}", help="JSON object, as for search_literature.py")
    parser.add_argument("--cache", type=Path, help="folder of raw answers, by date")
    parser.add_argument("--prisma", type=Path, help="counts of the search stage, to be completed")
    parser.add_argument("--output-prisma", type=Path, help="the completed counts")
    flags = parser.parse_args()
    if (flags.prisma is None) != (flags.output_prisma is None):
        parser.error("--prisma and --output-prisma go together")
    try:
        papers = read_jsonl(flags.papers, Paper)
        flow = read_as(flags.prisma, PrismaFlow) if flags.prisma else None
        documents = read_records(papers, flags.mode, parse_settings(flags.settings), flags.cache)
    except InputError as error:
        raise ConfigError(str(error)) from error
    kinds = sorted({document.kind for document in documents})
    counts = [f"{sum(one.kind == kind for one in documents)} {kind}" for kind in kinds]
    logger.info("read %d papers: %s", len(documents), ", ".join(counts))
    write_jsonl(flags.output, documents)
    if flow is not None:
        if flow.new_studies is None:
            flow = after_reading(flow, papers, documents, cited=set())
        write_json(flags.output_prisma, flow.model_dump())


if __name__ == "__main__":
    run(main)
