"""Pairs of natural language inference to tune a pair encoder on, from the labelled data at hand.

Beside MNLI and SciTail, pairs are made of Evidence Inference's annotations (Lehman et al. 2019,
arXiv 1904.01606; DeYoung et al. 2020, arXiv 2005.04177): a sentence on what an intervention does to
an outcome, in one of several wordings, against the annotated passage (it says so, or the contrary),
or against a passage of the same article on another outcome (it says nothing).
"""

import csv
import random
from collections import defaultdict
from pathlib import Path

from litreview.pair_encoder import INFERENCE
from litreview.schema import Label

Pair = tuple[str, str, Label]
"""Claim, passage, label."""
MNLI = 12_000
SHORTEST, LONGEST = 30, 600
"""Characters of a passage that is used, and after which it is cut."""
WORDINGS = {
    1: (
        "{i} increases {o} compared with {c}.",
        "{o} was higher with {i} than with {c}.",
        "{i} significantly increased {o}.",
        "{o} is higher after {i}.",
    ),
    -1: (
        "{i} reduces {o} compared with {c}.",
        "{o} was lower with {i} than with {c}.",
        "{i} significantly decreased {o}.",
        "{o} is lower after {i}.",
    ),
    0: (
        "{i} has no effect on {o} compared with {c}.",
        "There is no significant difference in {o} between {i} and {c}.",
        "{i} does not change {o}.",
    ),
}
"""By what the outcome does: more, less, the same."""
KINDS: tuple[Label, ...] = ("supported", "supported", "refuted", "refuted", "insufficient")
"""A pair's label is drawn from these."""


def inference_pairs(data: Path, seed: int = 0) -> list[Pair]:
    """All pairs, shuffled; `data` is the folder with `data/` and `claimdata/`."""
    rng = random.Random(seed)
    nli = data / "data" / "english_nli"
    mnli = _inference(nli / "mnli" / "dev.csv", INFERENCE)
    # SciTail's other label is named neutral in the paper (Khot et al. 2018, section 3).
    scitail = _inference(
        nli / "scitail" / "dev.csv", {**INFERENCE, "not_entailment": "insufficient"}
    )
    rng.shuffle(mnli)
    pairs = [
        *mnli[:MNLI],
        *scitail,
        *evidence_pairs(data / "claimdata" / "evidence_inference", rng),
    ]
    rng.shuffle(pairs)
    return pairs


def _inference(path: Path, labels: dict[str, Label]) -> list[Pair]:
    return [(row["hypothesis"], row["premise"], labels[row["label"]]) for row in _rows(path)]


def evidence_pairs(folder: Path, rng: random.Random) -> list[Pair]:
    """A pair of each annotation that its annotators called valid."""
    prompts = {row["PromptID"]: row for row in _rows(folder / "prompts_merged.csv")}
    found = [
        row
        for row in _rows(folder / "v2_annotations.csv")
        if row["Valid Label"] == "True"
        and len(row["Annotations"]) > SHORTEST
        and row["PromptID"] in prompts
    ]
    of_article = defaultdict(list)
    for row in found:
        of_article[row["PMCID"]].append(row)
    pairs = []
    for row in found:
        prompt, truth = prompts[row["PromptID"]], int(row["Label Code"])
        label, passage, direction = rng.choice(KINDS), row["Annotations"], truth
        if label == "refuted":
            direction = rng.choice([one for one in WORDINGS if one != truth])
        elif label == "insufficient":
            others = [
                other["Annotations"]
                for other in of_article[row["PMCID"]]
                if prompt["Outcome"].lower() not in other["Annotations"].lower()
                and prompts[other["PromptID"]]["Outcome"] != prompt["Outcome"]
            ]
            if not others:
                continue
            passage, direction = rng.choice(others), rng.choice(list(WORDINGS))
        names = {"i": "Intervention", "o": "Outcome", "c": "Comparator"}
        parts = {short: prompt[name].strip() for short, name in names.items()}
        claim = rng.choice(WORDINGS[direction]).format(**parts)
        pairs.append((claim[:1].upper() + claim[1:], passage[:LONGEST], label))
    return pairs


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
