"""`python -m litreview`: search, read, extract claims, judge, check, report.

Each command reads and writes plain files, whole or not at all: JSON Lines of the records of
`litreview.schema`, YAML claims files, CSV tables. Bad input ends with one message and status 2.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from litreview.files import InputError

_EXAMPLES = {
    "search": """
python -m litreview search --output records.jsonl
python -m litreview search --mode live --settings '{"query": "abs:XTREME"}' --cache cache \\
    --output records.jsonl --outcomes outcomes.json""",
    "read": """
python -m litreview read --papers records.jsonl --output documents.jsonl
python -m litreview read --text notes.txt --output documents.jsonl""",
    "claims": """
python -m litreview claims --documents documents.jsonl --output claims.jsonl
python -m litreview claims --documents documents.jsonl --output claims.jsonl \\
    --llm live --llm-url http://127.0.0.1:8000/v1 --llm-model NAME --llm-store store""",
    "judge": """
python -m litreview judge --claim "Tuning helps." --passage "Tuning hurts." --output verdicts.jsonl
python -m litreview judge --claim "Ours beats BERT." --table results.csv --output verdicts.jsonl
python -m litreview judge --claims claims.yaml --documents documents.jsonl \\
    --output verdicts.jsonl""",
    "tune": """
LITREVIEW_ENCODER=encoders/all-mpnet-base-v2 python -m litreview tune --data mnli.csv \\
    --output learned.safetensors""",
    "check": """
python -m litreview check --claims litreview/claims.yaml --results results/mini \\
    --output checks.jsonl""",
    "report": """
python -m litreview report --results results/mini --output report""",
    "train": """
python -m litreview train --data pairs.csv --output model
python -m litreview train --data pairs.csv --start learned.safetensors --output model
python -m litreview judge --model model --claim "..." --passage "..." --output verdicts.jsonl""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        Exit status: 0, or 2 for input that cannot be used, with one message.
    """
    flags = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr, force=True)
    # The libraries behind the commands take seconds to load, which --help need not wait for.
    from litreview import commands
    from litreview.llm import LLMFailure

    run = {"judge": commands.judge_claims}.get(flags.command) or getattr(commands, flags.command)
    try:
        run(flags)
    except (InputError, LLMFailure) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m litreview",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_search(commands)
    _add_read(commands)
    _add_claims(commands)
    _add_judge(commands)
    _add_check(commands)
    report = _command(commands, "report", "write a study's report from its tables and verdicts")
    report.add_argument("--results", type=Path, required=True, help="folder of the study's results")
    report.add_argument("--date", help="date to print (ISO); the study's own without it")
    report.add_argument("--output", type=Path, required=True, help="folder of synthesis.*")
    train = _command(commands, "train", "fit the model that reads claims against passages")
    train.add_argument("--data", type=Path, required=True, help="labelled pairs, CSV or TSV")
    train.add_argument("--start", type=Path, help="what `tune` wrote: the encoder reads pairs too")
    train.add_argument("--output", type=Path, required=True, help="folder of the model")
    tune = _command(commands, "tune", "tune an encoder on natural language inference")
    tune.add_argument("--data", type=Path, nargs="+", required=True, help="pairs, CSV or TSV")
    tune.add_argument("--output", type=Path, required=True, help="file of what was learned")
    return parser


def _command(
    commands: argparse._SubParsersAction, name: str, about: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=f"examples:{_EXAMPLES[name]}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mode",
        choices=["frozen", "replay", "live"],
        default="frozen",
        help="the package's corpus (frozen), the services (live), or a live run's cache (replay)",
    )
    parser.add_argument("--settings", default="{}", help="JSON object of search settings")
    parser.add_argument("--cache", type=Path, help="folder of raw answers, by date")


def _add_search(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "search", "search for papers")
    _add_source(parser)
    parser.add_argument("--output", type=Path, required=True, help="records, JSON Lines")
    parser.add_argument("--outcomes", type=Path, help="what each source answered, JSON")
    parser.add_argument("--prisma", type=Path, help="counts of the search, JSON")
    parser.add_argument(
        "--freeze", type=Path, help="folder for a frozen corpus of what was found (docs/search.md)"
    )


def _add_read(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "read", "read papers, or texts, into documents")
    _add_source(parser)
    parser.add_argument("--papers", type=Path, help="records of a search, JSON Lines")
    parser.add_argument("--text", type=Path, nargs="+", help="files of running text")
    parser.add_argument("--output", type=Path, required=True, help="documents, JSON Lines")


def _add_claims(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "claims", "find the claims that documents state")
    parser.add_argument("--documents", type=Path, help="documents, JSON Lines")
    parser.add_argument("--claims-file", type=Path, help="claims in YAML, put first")
    parser.add_argument("--output", type=Path, required=True, help="claims, JSON Lines")
    parser.add_argument(
        "--llm",
        choices=["none", "replay", "live"],
        default="none",
        help="let a language model propose more; its key is in the environment (docs/judge.md)",
    )
    parser.add_argument("--llm-url", help="base URL of an OpenAI-compatible service")
    parser.add_argument("--llm-model", help="name of the model")
    parser.add_argument("--llm-store", type=Path, help="folder in which answers are kept")


def _add_claim(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--claim", nargs="+", help="claims in words")
    parser.add_argument(
        "--claims", type=Path, nargs="+", help="claims in JSON Lines, or YAML (.yaml)"
    )


def _add_judge(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "judge", "say what evidence says of claims")
    _add_claim(parser)
    parser.add_argument("--documents", type=Path, help="documents to look for evidence in")
    parser.add_argument("--evidence", type=Path, help="evidence found before, JSON Lines")
    parser.add_argument("--passage", nargs="+", help="passages in words")
    parser.add_argument("--text", type=Path, nargs="+", help="files of running text")
    parser.add_argument("--table", type=Path, nargs="+", help="result tables, CSV")
    parser.add_argument("--caption", help="caption of the tables")
    parser.add_argument("--model", type=Path, help="folder of a model that `train` made")
    parser.add_argument("--output", type=Path, required=True, help="verdicts, JSON Lines")


def _add_check(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "check", "hold claims against a study's measurements")
    _add_claim(parser)
    parser.add_argument("--results", type=Path, required=True, help="folder of the study's results")
    parser.add_argument("--output", type=Path, required=True, help="checks, JSON Lines")
