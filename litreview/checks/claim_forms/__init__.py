"""The forms of claims about effects and designs, and the predicate that each stands for.

Whatever a form leaves open lowers its certainty: a set named in general words, targets that are not
named, a word of size or of number that stands for a declared figure.
"""

import re
from collections.abc import Callable

from litreview.checks.claim_forms.absence import absence
from litreview.checks.claim_forms.clause import Clause, Form, NotCompiled, without_names
from litreview.checks.claim_forms.comparisons import comparison, contrast
from litreview.checks.claim_forms.counting import counted
from litreview.checks.claim_forms.designs import compile_design
from litreview.checks.claim_forms.phrases import find_phrases, within
from litreview.checks.claim_forms.rankings import ranking
from litreview.checks.claim_forms.sizes import gain, magnitude, sized, trend

__all__ = [
    "Clause",
    "Form",
    "NotCompiled",
    "compile_clause",
    "compile_design",
    "contrast",
    "find_phrases",
    "within",
]

_AUXILIARY = ({"auxiliary": "mlm"}, {"auxiliary": "mt"})
_PRETRAINING = re.compile(r"\bpre-?train(?:ed|ing)\b", re.IGNORECASE)
_LEFT_OPEN = {
    code: re.compile(pattern, re.IGNORECASE)
    for code, pattern in (
        (
            "hedged",
            r"\b(?:may|might|can|could|tends? to|need not|possibly|perhaps|likely|seems?)\b",
        ),
        (
            "conditional",
            r"\b(?:where|when|if|unless|mainly|especially|above all|such as|that calls? for|"
            r"depend\w*|with (?:fewer|less|little|much|only))\b",
        ),
        ("no_counterpart", r"\b(?:to|over|than|beyond|above) the best\b"),
    )
}
_FORMS: tuple[Callable[[Clause], list[Form]], ...] = (
    trend,
    ranking,
    counted,
    comparison,
    absence,
    magnitude,
    sized,
    gain,
)


def compile_clause(clause: Clause) -> list[Form]:
    """The predicates of a clause about effects.

    Raises
    ------
    NotCompiled
        With the reason code.
    """
    if len({one.name for one in clause.of("encoder")}) > 1:
        raise NotCompiled("several_encoders")
    plain = [one for one in clause.arms if one.spec not in _AUXILIARY]
    intermediate = re.search(r"\bintermediate\b", clause.claim, re.IGNORECASE)
    if not intermediate and (not plain or _PRETRAINING.search(clause.claim)):
        raise NotCompiled("other_subject")
    for code, pattern in _LEFT_OPEN.items():
        if pattern.search(without_names(clause)):
            raise NotCompiled(code)
    for form in _FORMS:
        found = form(clause)
        if found:
            return found
    raise NotCompiled("no_effect")
