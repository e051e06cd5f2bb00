"""Claims about a paper's own design, held against this study's design: exact rules, no interval.

Agreement says that this study does the same. A difference says nothing about the paper, whose own
text must settle it, so it leaves the claim not testable.
"""

from collections.abc import Mapping
from typing import Any

from litreview.checks import predicates as pr
from litreview.checks.findings import Finding
from litreview.checks.measurements import NotTestable
from litreview.language.known_names import same_thing
from litreview.language.wording import SAME_DESIGN, listing, number_word

_ABSENT = object()


def check_design(predicate: pr.Design, study: Mapping[str, Any]) -> Finding:
    """Compare a fact about design with `study.json`.

    Raises
    ------
    NotTestable
        `scope_outside` where this study's design differs, or does not say.
    """
    if isinstance(predicate, pr.Config):
        found = _at(study, predicate.path)
        same = found == predicate.value or _holds(found, predicate.value)
        here = f"{predicate.path} is {_words(found)}"
    elif isinstance(predicate, pr.Card):
        members = [name for name in _at(study, predicate.path) if name != pr.NONE]
        same = len(members) == predicate.count
        here = f"it has {number_word(len(members))} {predicate.path.rsplit('.', 1)[-1]}"
    else:
        steps = _at(study, "steps")
        same = list(steps) == predicate.steps
        here = f"its steps are {listing(steps)}"
    if not same:
        raise NotTestable(
            "scope_outside",
            f"This study's design differs ({here}); the claim describes the paper's own design, "
            "which only its text can settle.",
        )
    return Finding(
        "supported", "exact", (), SAME_DESIGN, f"This study's design is the same: {here}."
    )


def _at(study: Mapping[str, Any], path: str) -> Any:
    value: Any = study
    for key in path.split("."):
        value = value.get(key, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if value is _ABSENT:
            raise NotTestable("scope_outside", f"This study's design does not say its {path}.")
    return value


def _holds(found: Any, value: Any) -> bool:
    if not (isinstance(found, Mapping | list) and isinstance(value, str)):
        return False
    return any(isinstance(one, str) and same_thing(value, one) for one in found)


def _words(found: Any) -> str:
    return listing(map(str, found)) if isinstance(found, Mapping | list) else str(found)
