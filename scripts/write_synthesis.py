"""Write the synthesis report, in two steps, for the reviewers read its content before the end.

`content` builds the content from the tables; `render` lays it out with the reviews, as Markdown,
HTML, PDF and plain text, with the references as BibTeX and the changes since the last version.
"""

import argparse
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.files import InputError, write_json
from litreview.schema import Panel
from litreview.synthesis.content import build_content
from litreview.synthesis.model import Content
from litreview.synthesis.reading import FILES, read_as, read_inputs
from litreview.synthesis.report import write_report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(required=True)
    content = steps.add_parser("content", help="build the content from the tables")
    for name in FILES:
        content.add_argument(f"--{name}", type=Path, required=True)
    figures = {"type": Path, "nargs": "+", "required": True, "help": "folders of NAME.svg"}
    content.add_argument("--figures", **figures)
    content.add_argument("--date", help="date to print (ISO); the study's own without it")
    content.add_argument("--output", type=Path, required=True, help="content (JSON)")
    content.set_defaults(step=_content)
    render = steps.add_parser("render", help="lay the content out with the reviews")
    render.add_argument("--content", type=Path, required=True, help="content (JSON)")
    render.add_argument("--reviews", type=Path, required=True, help="the panel (JSON)")
    render.add_argument("--figures", **figures)
    render.add_argument("--output-folder", type=Path, required=True, help="of all that it writes")
    render.set_defaults(step=_render)
    flags = parser.parse_args()
    try:
        flags.step(flags)
    except InputError as error:
        raise DataError(str(error)) from error


def _content(flags: argparse.Namespace) -> None:
    inputs = read_inputs(flags.figures, **{name: getattr(flags, name) for name in FILES})
    content = build_content(inputs, date=flags.date)
    write_json(flags.output, content.model_dump(mode="json"))


def _render(flags: argparse.Namespace) -> None:
    content, panel = read_as(flags.content, Content), read_as(flags.reviews, Panel)
    write_report(content, panel, flags.figures, flags.output_folder)


if __name__ == "__main__":
    run(main)
