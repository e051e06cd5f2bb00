"""How far a check's setting is that of the claim: exact, reduced or an analogue, and why."""

from collections.abc import Mapping
from typing import Any

from litreview.checks.arms import Chosen
from litreview.checks.predicates import Predicate
from litreview.language.known_names import same_thing
from litreview.language.wording import count_of
from litreview.schema import Scope


def scope_of(
    predicate: Predicate,
    study: Mapping[str, Any],
    chosen: tuple[Chosen, ...],
    targets: tuple[str, ...],
    seeds: int,
) -> tuple[Scope, tuple[str, ...]]:
    """Scope of a check, and every difference between the claim's setting and this study's.

    Parameters
    ----------
    predicate : Predicate
        Its benchmark, languages and seeds are the claim's, where it says them.
    study : mapping
        The parsed `study.json`.
    chosen : tuple of Chosen
        What arms, targets and encoder became here.
    targets : tuple of str
        The study's targets that answer.
    seeds : int
        Training seeds behind the measurement.
    """
    differences = dict.fromkeys(text for part in chosen for text in part.differences)
    differences |= dict.fromkeys(_of_setting(predicate, study, targets, seeds))
    limit = training_limit(study)
    if limit is not None:
        differences[f"at most {limit:,} training examples a task"] = None
    analogue = any(part.analogue for part in chosen)
    return ("analogue" if analogue else "reduced" if differences else "exact"), tuple(differences)


def _of_setting(
    predicate: Predicate, study: Mapping[str, Any], targets: tuple[str, ...], seeds: int
) -> list[str]:
    differences = []
    if predicate.benchmark and not same_thing(predicate.benchmark, study["study"]):
        differences.append(
            f"targets of the study {study['study']} instead of the benchmark {predicate.benchmark}"
        )
    languages = {code for name in targets for code in study["targets"][name]["languages"]}
    if predicate.languages is not None and len(languages) < predicate.languages:
        differences.append(
            f"{count_of(len(languages), 'language')} instead of {predicate.languages}"
        )
    if predicate.seeds is not None and seeds < predicate.seeds:
        differences.append(f"{count_of(seeds, 'seed')} instead of {predicate.seeds}")
    return differences


def training_limit(study: Mapping[str, Any]) -> int | None:
    """The largest limit on a training set that is in force; None where a set has no limit."""
    config = study["config"]
    default = (config.get("sizes") or {}).get("train")
    tuned = {
        "intermediates": list(study["intermediates"]),
        "targets": [name for name, entry in study["targets"].items() if entry["train_on"]],
    }
    limits = [
        ((config.get(phase) or {}).get(name) or {}).get("train_examples") or default
        for phase, names in tuned.items()
        for name in names
    ]
    return None if not limits or None in limits else max(limits)
