"""Forms that say what is best: arms among arms, and where gains are largest."""

import re

from litreview.checks.claim_forms.clause import (
    Clause,
    Form,
    NotCompiled,
    formed,
    selected,
    targeted,
    without_names,
)
from litreview.checks.claim_forms.phrases import Phrase
from litreview.checks.claim_forms.sizes import sized

IS_BEST = re.compile(
    r"\b(?:is|are|was|were|does|do|performs?|works?|comes? out|ranks?)\b[^.;]{0,25}\bbest\b|"
    r"\bbest\b[^.;]{0,40}\b(?:is|are|was|were)\b|\b(?:gains?|helps?) (?:the )?most\b|\bleads\b",
    re.IGNORECASE,
)
_GAINS_MOST = re.compile(
    r"\b(?:gain|benefit|improve|profit)\w*\s+(?:the\s+)?(?:most|best)\b|"
    r"\b(?:largest|greatest|highest)\s+(?:gains?|benefits?|improvements?)\b",
    re.IGNORECASE,
)
_WORST = re.compile(r"\b(?:worst|least|lowest|weakest)\b(?<!at least)", re.IGNORECASE)


def ranking(clause: Clause) -> list[Form]:
    """Read "X is best", "X, Y and Z are the best"; "T gains most" contrasts T with the others."""
    text = without_names(clause)
    if _WORST.search(text):
        raise NotCompiled("worst")
    match = IS_BEST.search(text)
    most = _GAINS_MOST.search(text)
    named = [one for one in clause.of("arm") if one.name or isinstance(one.spec, str)]
    if named and match:
        best = [one.name or one.spec for one in named]
        kind = {"p": "ARGMAX", "best": best[0]} if len(best) == 1 else {"p": "TOPK", "best": best}
        among = {"candidates": "single"} if re.search(r"\bsingle\b", clause.text) else {}
        on = [one for one in clause.targets if one.spec != {} or one.name]
        ranked = formed(clause, {**kind, **among, **targeted(on)}, [*named, *on], "best", 0.9)
        return [ranked, *sized(clause)]
    targets = [one for one in clause.targets if one.spec != {}]
    if targets and most:
        return [_most_of_targets(clause, targets, most.group())]
    return []


def _most_of_targets(clause: Clause, targets: list[Phrase], cue: str) -> Form:
    arms = clause.arms
    first = selected(targets)
    if any(one.name for one in targets):
        second = {"except_names": [one.name for one in targets if one.name]}
    else:
        second = {"except_format": targets[0].spec["format"]}
    predicate = {"p": "CONTRAST", "arms": selected(arms) if arms else "all"}
    predicate |= {"first": first, "second": second}
    return formed(clause, predicate, [*arms, *targets], cue, 0.7)
