"""Let three reviewers who see different tables rate the report, before it is laid out.

A report with a cut sentence, a copied passage or a missing claim stops here.
"""

import argparse
import logging
from pathlib import Path

from crosslift.errors import DataError
from crosslift.logs import run
from litreview.files import InputError, write_json
from litreview.review.overlap import is_duplicate
from litreview.schema import Panel
from litreview.synthesis.model import Content
from litreview.synthesis.reading import FILES, read_as, read_inputs
from litreview.synthesis.review import review

logger = logging.getLogger(__name__)

SHOWN = 5
"""Faults of one audit that the log names."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, required=True, help="content of the report (JSON)")
    for name in FILES:
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--studies", type=Path, help="folder of other studies' results, if any")
    parser.add_argument("--output", type=Path, required=True, help="the panel (JSON)")
    flags = parser.parse_args()
    try:
        inputs = read_inputs(None, **{name: getattr(flags, name) for name in FILES})
        panel = review(inputs, read_as(flags.content, Content))
    except InputError as error:
        raise DataError(str(error)) from error
    logger.info("score %.1f [%.1f, %.1f]: %s", panel.score, panel.low, panel.high, panel.tier)
    for audit in (audit for one in panel.reviews for audit in one.audits if audit.faults):
        shown = "; ".join(audit.faults[:SHOWN])
        logger.warning("%s: %d of %d: %s", audit.kind, len(audit.faults), audit.checked, shown)
    if panel.stops:
        faults = "".join(f"\n  - {fault}" for fault in panel.stops)
        raise DataError(
            f"{flags.content}: the report must not leave with these faults; write it anew, or "
            f"mend its templates:{faults}"
        )
    for name in _same_reports(panel, flags.studies, flags.output):
        logger.warning("%s is a report on the same evidence and measurements", name)
    write_json(flags.output, panel.model_dump())


def _same_reports(panel: Panel, studies: Path | None, own: Path) -> list[str]:
    """Reviews of other studies whose reports rest on the same; unreadable ones are passed over."""
    found = []
    for path in sorted(studies.glob("*/report/reviews.json") if studies else ()):
        try:
            other = read_as(path, Panel).fingerprint
        except InputError as error:
            logger.warning("%s", error)
            continue
        if other and path.resolve() != own.resolve() and is_duplicate(panel.fingerprint, other):
            found.append(str(path))
    return found


if __name__ == "__main__":
    run(main)
