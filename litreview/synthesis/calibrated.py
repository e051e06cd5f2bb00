"""What the report may say of its confidences: what they rest on, and which verdicts are unsure."""

from collections.abc import Sequence
from typing import Any

from litreview.language.wording import listing
from litreview.schema import Verdict
from litreview.verification.verdict_calibration import ABSTAINS, is_calibrated, load


def calibration_facts(verdicts: Sequence[Verdict]) -> dict[str, Any] | None:
    """The shipped calibration in figures; None where the verdicts were made without one."""
    if not is_calibrated(verdicts):
        return None
    shipped = load()
    return {
        "data": listing(card.name for card in shipped.data.values()),
        "notes": [f"Of {card.name}, {card.note}." for card in shipped.data.values() if card.note],
        "field": shipped.field,
        "passages": shipped.passages,
        "labels": shipped.labels,
        "few": {label: one for label, one in shipped.left.items() if one.right is not None},
        "unlabelled": [label for label, one in shipped.left.items() if one.right is None],
        "left": list(shipped.left),
        "unsure": sum(ABSTAINS in verdict.reasons for verdict in verdicts),
        "threshold": shipped.abstention.threshold,
        "kept": shipped.abstention,
    }
