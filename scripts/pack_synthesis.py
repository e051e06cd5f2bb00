"""Put the report into an archive with all that it rests on: a research object to deposit."""

import argparse
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.files import InputError, read_json
from litreview.synthesis.crate import WORKFLOW, describe, pack
from litreview.synthesis.model import Content
from litreview.synthesis.reading import read_as


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, required=True, help="content (JSON)")
    parser.add_argument("--study", type=Path, required=True, help="study.json")
    for kind in ("results", "workflow"):
        parser.add_argument(f"--{kind}", type=Path, required=True, help=f"folder of the {kind}")
        parser.add_argument(f"--{kind}-files", type=Path, nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True, help="the archive (ZIP)")
    flags = parser.parse_args()
    files = {place_in(flags.results, path): path for path in flags.results_files}
    files |= {WORKFLOW + place_in(flags.workflow, path): path for path in flags.workflow_files}
    try:
        metadata = describe(read_as(flags.content, Content), read_json(flags.study), files)
    except InputError as error:
        raise DataError(str(error)) from error
    pack(metadata, files, flags.output)


def place_in(folder: Path, path: Path) -> str:
    """A file's place in the archive: its way from the folder."""
    return path.resolve().relative_to(folder.resolve()).as_posix()


if __name__ == "__main__":
    run(main)
