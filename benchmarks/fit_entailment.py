"""Fit the shipped entailment model on HealthVer's development pairs, and print how good it is.

    python -m benchmarks.fit_entailment --encoder results/mini/encoders/e5-small

Takes two minutes of one core and writes `litreview/verification/entailment.json`.
"""

import argparse
import json
import os
from pathlib import Path

from litreview.verification.entailment_fitting import train
from litreview.verification.entailment_model import SHIPPED, EntailmentModel, save


def main() -> None:
    """Fit, write, print the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=SHIPPED.parent)
    flags = parser.parse_args()
    pairs = flags.data / "claimdata" / "healthver" / "healthver_dev.csv"
    model = train(pairs, flags.output, flags.encoder)
    card = {
        **model.card,
        "data": "HealthVer (Sarrouti et al., Findings of EMNLP 2021), the 1,917 development pairs; "
        "biomedical, from questions on COVID-19",
        "fitted_by": "python -m benchmarks.fit_entailment --encoder FOLDER_OF_E5_SMALL",
        "limits": "Folds by question, of which none is shared with the fitted pairs, are much "
        "harder: docs/entailment.md. Papers on language processing are another domain still.",
    }
    save(EntailmentModel(model.heads, card), flags.output / SHIPPED.name)
    print(json.dumps(card, indent=2))


if __name__ == "__main__":
    main()
