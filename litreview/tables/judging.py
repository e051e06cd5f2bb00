"""The label of a claim over a result table, from what was evaluated and how much was linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from litreview.files import read_json
from litreview.language.lexicon import STOP_WORDS, names
from litreview.schema import Label, Table
from litreview.tables import cues
from litreview.tables.grid import Grid, grid_of
from litreview.tables.linking import Mention, Token, key_of, link, tokenize
from litreview.tables.numbers import NumberInTable, numbers_in_table
from litreview.tables.statements import Statement, statements_of
from litreview.verification.calibration import softmax

LABELS: tuple[Label, ...] = ("supported", "refuted", "insufficient")
SURE, FEW_UNLINKED = 0.85, 0.2
WEIGHTS = Path(__file__).with_name("weights.json")
_SPOKEN = frozenset(
    map(
        key_of,
        """table show shows see seen can observe observed find found report reported present result
        results performance performances score scores accuracy model models method methods
        approach approaches system systems baseline our we achieve achieves obtain obtains
        reach reaches get gets give gives yield yields perform performs compare compared
        comparison term terms respectively point points percent absolute relative average
        case cases setting settings dataset datasets data task tasks set sets test
        evaluation metric metrics number significantly substantially consistently overall
        also however respect among across both all other best worst new state art proposed
        different several value values good well competitive comparable similar margin
        large small variant variants experiment experiments use using used add adding
        without remove removing only even still while whereas first second last row column
        note notice clearly interestingly furthermore moreover additionally particular
        addition contrast""".split(),  # noqa: SIM905
    )
)


@dataclass(frozen=True)
class TableFinding:
    """A label with its probability, and the reasons in words.

    `probabilities` are of `LABELS`, in their order.
    """

    label: Label
    probabilities: tuple[float, float, float]
    reasons: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """Probability of the label."""
        return self.probabilities[LABELS.index(self.label)]


def judge_table(claim: str, table: Table) -> TableFinding:
    """Judge a claim by one result table.

    Parameters
    ----------
    claim : str
    table : Table
        Levels of headers stand as `A | B`; columns of words belong to the row headers.

    Returns
    -------
    TableFinding
        `supported`, `refuted`, or `insufficient` where the table does not show it; the label of
        highest probability in a logistic model of `features` (docs/judge.md).
    """
    grid = grid_of(table)
    if not grid.values.size:
        return TableFinding("insufficient", (0.0, 0.0, 1.0), ("The table has no numbers.",))
    return _judged(read_claim(claim, grid))


def _judged(reading: "Reading") -> TableFinding:
    found = features(reading)
    weights = _weights()
    logits = np.array(
        [
            weights[label]["intercept"] + sum(weights[label][name] * found[name] for name in found)
            for label in LABELS
        ]
    )
    shares = softmax(logits)
    label = LABELS[int(shares.argmax())]
    return TableFinding(label, tuple(float(p) for p in shares), _reasons(reading, label))


def surely_shown(claim: str, table: Table) -> TableFinding | None:
    """What a table shows beyond doubt, for claims that were not made about this table.

    Nothing but a verdict of at least `SURE`, on a statement that holds (or fails) in nearly all
    cells concerned, of a claim of which nearly all words and every name and number are the table's.
    """
    grid = grid_of(table)
    if not grid.values.size:
        return None
    reading = read_claim(claim, grid)
    found = _judged(reading)
    if found.label == "insufficient" or found.confidence < SURE:
        return None
    unlinked, unknown = _unlinked(reading)
    clear = any(abs(one.truth) * one.certainty >= SURE for one in reading.statements)
    placed = all(one.place == "placed" for one in reading.numbers)
    named = {one.axis for one in reading.mentions if one.by == "label"} == {"row", "column"}
    more = cues.EXPLAINED.search(claim) or cues.HEDGED.search(claim)
    told = named and not more and not unknown and unlinked <= FEW_UNLINKED
    return found if clear and told and (placed or found.label == "refuted") else None


@dataclass(frozen=True)
class Reading:
    """A claim as read against a table."""

    claim: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    numbers: tuple[NumberInTable, ...]
    grid: Grid


def read_claim(claim: str, grid: Grid) -> Reading:
    """Link a claim to a table, and evaluate its statements and numbers."""
    tokens = tuple(tokenize(claim))
    mentions = tuple(link(tokens, grid))
    return Reading(
        claim,
        tokens,
        mentions,
        tuple(statements_of(claim, grid)),
        tuple(numbers_in_table(claim, tokens, mentions, grid)),
        grid,
    )


def features(reading: Reading) -> dict[str, float]:
    """What the label is decided by, each about between -1 and 1.

    Returns
    -------
    dict of str to float
        `true` and `false` are the mean truth of the statements, weighted by certainty, by sign;
        `worst` is the falsity of the falsest; `placed`, `elsewhere`, `missing` are shares of the
        numbers; `unlinked` is the share of the claim's telling words that table and caption lack.
    """
    truths = [one.truth * one.certainty for one in reading.statements]
    numbers = [one.place for one in reading.numbers]
    main = reading.grid.entity_axis
    axes = {one.axis == main for one in reading.mentions if one.by == "label"}
    own = any(one.by == "own" for one in reading.mentions)
    text = reading.claim
    unlinked, unknown = _unlinked(reading)
    return {
        "true": float(np.mean([max(0.0, t) for t in truths])) if truths else 0.0,
        "false": float(np.mean([max(0.0, -t) for t in truths])) if truths else 0.0,
        "worst": max([0.0, *(-t for t in truths)]),
        "best": max([0.0, *truths]),
        "nothing_stated": float(not truths),
        "placed": _share(numbers, "placed"),
        "elsewhere": _share(numbers, "elsewhere"),
        "missing": _share(numbers, "missing"),
        "has_numbers": float(bool(numbers)),
        "entity_named": float(True in axes),
        "own_named": float(own and True not in axes),
        "scope_named": float(False in axes),
        "nothing_named": float(not axes and not own),
        "unlinked": unlinked,
        "unknown_names": unknown,
        "explained": float(bool(cues.EXPLAINED.search(text))),
        "inferred": float(bool(cues.INFERRED.search(text))),
        "hedged": float(bool(cues.HEDGED.search(text))),
        "off_table": float(bool(cues.OFF_TABLE.search(_without_labels(reading)))),
        "denied": float(any(t.text.lower() in cues.NEGATIONS for t in reading.tokens)),
    }


def _share(places: Sequence[str], wanted: str) -> float:
    return sum(place == wanted for place in places) / len(places) if places else 0.0


def _unlinked(reading: Reading) -> tuple[float, float]:
    """Share of telling words without a link, and how many names (at most 2, halved) lack one."""
    linked = {place for one in reading.mentions for place in one.places}
    known = _SPOKEN | {token.key for token in tokenize(reading.grid.caption)}
    for facet in reading.grid.facets:
        known |= {token.key for label in set(facet.labels) for token in tokenize(label)}
    telling = [
        (place, token)
        for place, token in enumerate(reading.tokens)
        if token.text[0].isalpha()
        and len(token.text) > 1
        and token.text.lower() not in STOP_WORDS
        and token.key not in cues.COMPARATORS
        and token.text.lower() not in cues.SUPERLATIVES
    ]
    loose = [t for place, t in telling if place not in linked and t.key not in known]
    unknown = sum(bool(names(token.text)) for token in loose)
    return len(loose) / max(1, len(telling)), min(2, unknown) / 2


def _without_labels(reading: Reading) -> str:
    linked = {place for one in reading.mentions for place in one.places}
    return " ".join(t.text for place, t in enumerate(reading.tokens) if place not in linked)


def _reasons(reading: Reading, label: Label) -> tuple[str, ...]:
    """What bears on the label, the statements that speak for it first."""
    said = []
    for one in sorted(
        reading.statements, key=lambda s: -s.truth if label == "supported" else s.truth
    ):
        share = (one.truth + 1) / 2
        verdict = (
            "holds"
            if one.truth > 0.5
            else "does not hold"
            if one.truth < -0.5
            else (f"holds in {min(1.0, max(0.0, share)):.0%} of the cells concerned")
        )
        said.append(f"“{one.words.strip()}” ({one.kind}) {verdict} in the table.")
    said += [f"{one.words[0].upper()}{one.words[1:]}." for one in reading.numbers]
    if not said:
        said.append("The claim states nothing that the table's numbers decide.")
    return tuple(said)


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, float]]:
    return read_json(WEIGHTS)["weights"]
