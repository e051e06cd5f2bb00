"""Which of a study's arms, targets and encoders a predicate means.

A name is looked up in the study, then among the study's declared analogues. What is not found, or
could mean several things, ends the check with a reason code; it never silently becomes something
else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from litreview.checks.measurements import NotTestable
from litreview.checks.predicate_words import AUXILIARY
from litreview.checks.predicates import BASELINE, MULTI, NONE, Arms, Targets
from litreview.language.known_names import same_thing
from litreview.language.wording import listing, number_word, parameters

Kind = Literal["intermediates", "targets"]


@dataclass(frozen=True)
class Chosen:
    """The study's names for what a predicate selects, and how they differ from what it says.

    `weights` has one an arm where a mean is not a plain one; `best` asks for the best on each
    target.
    """

    names: tuple[str, ...]
    differences: tuple[str, ...] = ()
    analogue: bool = False
    weights: tuple[float, ...] | None = None
    best: bool = False


def choose_arms(arms: Arms, study: Mapping[str, Any]) -> Chosen:
    """Names of the study's intermediates that a selection means.

    `all`, a domain or a format select plain single tasks: neither mixtures, nor controls, nor
    variants of a task, unless the selection asks for auxiliary data.

    Raises
    ------
    NotTestable
        `arm_missing` naming what is missing, or `ambiguous_claim`.
    """
    if arms == BASELINE:
        return Chosen((NONE,))
    known = _known(study)
    if arms.names is not None:
        chosen = _named(arms.names, "intermediates", study)
        members = [
            _auxiliary_of(name, wanted, arms.auxiliary, known)
            for name, wanted in zip(chosen.names, arms.names, strict=True)
        ]
        return replace(chosen, names=tuple(members), best=arms.best_per_target)
    matching = [
        name
        for name, entry in known.items()
        if (arms.best_per_target or _is_plain(entry, arms.auxiliary))
        and arms.domain in (None, entry["domain"])
        and arms.format in (None, entry["format"])
    ]
    if not matching:
        raise NotTestable("arm_missing", f"This study has no arm of the kind {_kind(arms)}.")
    if arms.best_per_target:
        differences = (
            f"the best arm is chosen from this study's {number_word(len(matching))}",
            "it is chosen on the measured scores themselves, whose flattery is taken off, not on "
            "development data",
        )
        return Chosen(tuple(matching), differences, best=True)
    difference = f"the intermediates are this study's {number_word(len(matching))}"
    return Chosen(tuple(matching), (difference,))


def choose_pair(arm: Arms, baseline: Arms, study: Mapping[str, Any]) -> tuple[Chosen, Chosen]:
    """Both sides of a comparison, so that they differ in what is compared alone.

    Variants with auxiliary data are set against the tasks that they are variants of. Where two
    domains are compared, formats that one of them lacks are left out, and each format weighs as
    much as the others: a factorial's effect of domain (Montgomery 2017, Design and Analysis of
    Experiments, chapter 5).

    Raises
    ------
    NotTestable
        As `choose_arms`; `arm_missing` too where the two have no format in common.
    """
    first, second = choose_arms(arm, study), choose_arms(baseline, study)
    if any(side.names is not None or side.best_per_target for side in (arm, baseline)):
        return first, second
    if arm.auxiliary != baseline.auxiliary:
        return _with_their_variants(first, second, arm.auxiliary == "none", study)
    if arm.domain != baseline.domain and arm.format is None and baseline.format is None:
        return _balanced(first, second, study)
    return first, second


def choose_targets(targets: Targets, study: Mapping[str, Any]) -> Chosen:
    """Names of the study's targets that a selection means.

    Raises
    ------
    NotTestable
        `target_missing` naming what is missing, or `ambiguous_claim`.
    """
    if targets.names is not None:
        return _named(targets.names, "targets", study)
    left_out = Chosen(())
    if targets.except_names is not None:
        left_out = _named(targets.except_names, "targets", study)
    matching = [
        name
        for name, entry in study["targets"].items()
        if targets.format in (None, entry["format"])
        and (targets.except_format is None or entry["format"] != targets.except_format)
        and name not in left_out.names
    ]
    if not matching:
        excluded = targets.except_format or listing(targets.except_names or [])
        wanted = f"of the format {targets.format}" if targets.format else f"other than {excluded}"
        raise NotTestable("target_missing", f"This study has no target {wanted}.")
    kind = f"the {targets.format} targets" if targets.format else "the targets"
    if targets.except_format or targets.except_names:
        kind = f"the targets but {targets.except_format or listing(dict.fromkeys(left_out.names))}"
    differences = (*left_out.differences, f"{kind} are this study's {number_word(len(matching))}")
    return Chosen(tuple(matching), differences, left_out.analogue)


def choose_encoder(wanted: str | None, study: Mapping[str, Any]) -> Chosen:
    """The encoder that the claim names, else the study's largest with the difference said."""
    encoders = study["encoders"]
    for name in encoders:
        if wanted is not None and same_thing(wanted, name):
            return Chosen((name,))
    largest = max(encoders, key=lambda name: (encoders[name]["parameters"], name))
    if wanted is None:
        return Chosen((largest,))
    size = parameters(encoders[largest]["parameters"])
    return Chosen((largest,), (f"encoder {largest} ({size} parameters) instead of {wanted}",))


def choose_sizes(study: Mapping[str, Any]) -> Chosen:
    """All encoders of the study, by size.

    Raises
    ------
    NotTestable
        `scope_outside` where they have fewer than two sizes.
    """
    sizes = {name: entry["parameters"] for name, entry in study["encoders"].items()}
    if len(set(sizes.values())) < 2:
        raise NotTestable("scope_outside", "This study has encoders of one size only.")
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    ends = " to ".join(parameters(sizes[name]) for name in (ordered[0], ordered[-1]))
    difference = f"the encoders are this study's {number_word(len(ordered))} ({ends} parameters)"
    return Chosen(tuple(ordered), (difference,))


def _known(study: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in study["intermediates"].items() if name != NONE}


def _is_plain(entry: Mapping[str, Any], auxiliary: str) -> bool:
    single = entry.get("regime", "single") == "single" and "control" not in entry
    wanted = entry.get("auxiliary", "none") == auxiliary
    return single and wanted and (auxiliary != "none" or "variant_of" not in entry)


def _with_their_variants(
    first: Chosen, second: Chosen, plain_first: bool, study: Mapping[str, Any]
) -> tuple[Chosen, Chosen]:
    """The plain side cut down to the tasks that the other side has variants of."""
    plain, variants = (first, second) if plain_first else (second, first)
    known = _known(study)
    tasks = [known[name].get("tasks", [name]) for name in variants.names]
    originals = tuple(name for name in plain.names if known[name].get("tasks", [name]) in tasks)
    if not originals:
        raise NotTestable(
            "arm_missing", f"This study lacks the tasks that {listing(variants.names)} vary."
        )
    difference = f"the intermediates are this study's {number_word(len(originals))} with variants"
    cut, kept = Chosen(originals, (difference,)), replace(variants, differences=())
    return (cut, kept) if plain_first else (kept, cut)


def _balanced(first: Chosen, second: Chosen, study: Mapping[str, Any]) -> tuple[Chosen, Chosen]:
    known = _known(study)
    formats = [{known[name]["format"] for name in side.names} for side in (first, second)]
    common = sorted(formats[0] & formats[1])
    if not common:
        raise NotTestable(
            "arm_missing", "The two domains have no format in common, so that they are confounded."
        )
    difference = f"domains are compared in {listing(common)}, the formats that both have here"

    def cut(side: Chosen) -> Chosen:
        names = [name for name in side.names if known[name]["format"] in common]
        each = [known[name]["format"] for name in names]
        shares = tuple(1 / (len(common) * each.count(one)) for one in each)
        return Chosen(tuple(names), (difference,), weights=shares)

    return cut(first), cut(second)


def _named(wanted: list[str], kind: Kind, study: Mapping[str, Any]) -> Chosen:
    found, missing, differences = [], [], []
    for name in wanted:
        here = _resolve(name, kind, study)
        if here is None:
            missing.append(name)
            continue
        found.append(here)
        if not same_thing(name, here) and name != MULTI:
            differences.append(f"{here} stands in for {name}")
    if missing:
        code = "arm_missing" if kind == "intermediates" else "target_missing"
        noun = "intermediate" if kind == "intermediates" else "target"
        raise NotTestable(code, f"This study has no {noun} {listing(missing, 'or')}.")
    return Chosen(tuple(found), tuple(differences), bool(differences))


def _resolve(name: str, kind: Kind, study: Mapping[str, Any]) -> str | None:
    known = study[kind]
    if name in known:
        return name
    for same in (known, study.get("analogues") or {}):
        for other in same:
            if same_thing(name, other):
                found = other if same is known else study["analogues"][other]
                if found in known:
                    return found
    if name == MULTI and kind == "intermediates":
        close = [one for one, entry in known.items() if entry.get("regime") == "multi"]
        exact = close
    else:
        close = sorted(other for other in known if _plain(other).startswith(_plain(name)))
        exact = [other for other in close if _plain(other) == _plain(name)]
    if len(close) > 1:
        raise NotTestable(
            "ambiguous_claim", f"{name} could mean {listing(sorted(close), 'or')} of this study."
        )
    return exact[0] if exact else None


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _auxiliary_of(name: str, wanted: str, auxiliary: str, known: Mapping[str, Any]) -> str:
    """The variant of a named intermediate with the auxiliary data asked for."""
    if auxiliary == "none":
        return name
    tasks = known[name].get("tasks", [name])
    for other, entry in known.items():
        if entry.get("auxiliary", "none") == auxiliary and entry.get("tasks") == tasks:
            return other
    raise NotTestable("arm_missing", f"This study has no arm {wanted} {AUXILIARY[auxiliary]}.")


def _kind(arms: Arms) -> str:
    parts = [arms.domain, arms.format, "single task", AUXILIARY[arms.auxiliary]]
    return " ".join(part for part in parts if part)
