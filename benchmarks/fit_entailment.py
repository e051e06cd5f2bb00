"""Fit the shipped entailment model on HealthVer's development pairs, and print how good it is.

    python -m benchmarks.fit_entailment --encoder results/mini/encoders/e5-small
    python -m benchmarks.fit_entailment --encoder ... --reader encoders/all-mpnet-base-v2

Writes `litreview/verification/entailment.json` in two minutes of one core. With `--reader`, an
encoder is tuned for the level `pairs` too, on inference data (`benchmarks.inference_pairs`), unless
`--start` names what it learned of them before; half an hour of two cores. Without, that level stays
as it is.
"""

import argparse
import json
import logging
import os
from pathlib import Path

from benchmarks.inference_pairs import inference_pairs
from litreview.pair_encoder import FILE, tune
from litreview.verification.entailment_fitting import train
from litreview.verification.entailment_model import SHIPPED, EntailmentModel, load, save


def main() -> None:
    """Fit, write, print the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--reader", type=Path, help="a prepared encoder, to tune on pairs")
    parser.add_argument("--start", type=Path, help="what it learned of inference before")
    parser.add_argument("--output", type=Path, default=SHIPPED.parent)
    flags = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pairs = flags.data / "claimdata" / "healthver" / "healthver_dev.csv"
    earlier = load(flags.output) if (flags.output / SHIPPED.name).is_file() else None
    mixture, measured = (None, None)
    if flags.reader:
        start = flags.start or flags.output / FILE
        if flags.start is None:
            tune(inference_pairs(flags.data), flags.reader, start)
        tuned = train(pairs, flags.output, flags.reader, start=start)
        mixture, measured = tuned.mixture, tuned.card["cross_validated"]["pairs"]
    elif earlier is not None:
        mixture, measured = earlier.mixture, earlier.card["cross_validated"].get("pairs")
    model = train(pairs, flags.output, flags.encoder)
    card = {
        **model.card,
        "cross_validated": {
            **model.card["cross_validated"],
            **({"pairs": measured} if mixture else {}),
        },
        "data": "HealthVer (Sarrouti et al., Findings of EMNLP 2021), the 1,917 development pairs; "
        "biomedical, from questions on COVID-19",
        "fitted_by": "python -m benchmarks.fit_entailment --encoder FOLDER_OF_E5_SMALL "
        "--reader FOLDER_OF_ALL_MPNET_BASE_V2",
        "start": "given: docs/entailment.md says how it was made"
        if flags.start
        else "inference data of benchmarks.inference_pairs",
        "limits": "Folds by question, of which none is shared with the fitted pairs, are much "
        "harder: docs/entailment.md. Papers on language processing are another domain still.",
    }
    save(EntailmentModel(model.heads, card, mixture), flags.output / SHIPPED.name)
    print(json.dumps(card, indent=2))


if __name__ == "__main__":
    main()
