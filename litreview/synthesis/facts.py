"""What the templates may say of the design of the study."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale

from litreview.checks.scope import training_limit
from litreview.language.wording import count_of, listing
from litreview.synthesis.inputs import Inputs

HEADLINE, ENGLISH = "non-english", "en"


def study_facts(inputs: Inputs) -> dict[str, Any]:
    """Design: encoders by size, intermediates, targets, domains, languages, seeds."""
    study = inputs.study
    encoders = [{"name": name, **entry} for name, entry in study["encoders"].items()]
    encoders.sort(key=lambda entry: (entry["parameters"], entry["name"]))
    intermediates = [{"name": name, **entry} for name, entry in study["intermediates"].items()]
    targets = [{"name": name, **entry} for name, entry in study["targets"].items()]
    codes = dict.fromkeys(code for target in targets for code in target["languages"])
    config = study["config"]
    return {
        "title": study["title"],
        "question": study["question"],
        "encoders": encoders,
        "intermediates": intermediates,
        "targets": targets,
        "domains": distinct(e["domain"] for e in intermediates if e["domain"] != "mixed"),
        "special_domains": [
            domain
            for domain in distinct(entry["domain"] for entry in intermediates)
            if domain not in ("general", "mixed")
        ],
        "languages": [code for code in codes if code != ENGLISH],
        "language_names": [language_name(code) for code in codes if code != ENGLISH],
        "seeds": {phase: len(values) for phase, values in study["seeds"].items()},
        "recipes": study["recipes"],
        "own_recipes": own_recipes(config),
        "analysis": study["analysis"],
        "analogues": study.get("analogues", {}),
        "train_limit": training_limit(study),
        "embedded": _embedded(study),
        "cut_from": one_base(study),
        "intermediate_sizes": _span(entry["examples"] for entry in intermediates),
        "target_sizes": _span(t["train_examples"] for t in targets if t["train_on"]),
        "same_tasks": same_tasks(study),
        "versions": study["versions"],
        "evidence_encoder": (config.get("literature") or {}).get("encoder") or "",
        "language_model": (config.get("literature") or {}).get("llm") or "",
    }


def own_recipes(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tasks whose recipe differs from their phase's, and in what: `(covidqa, epochs 1)`."""
    found = []
    for phase in ("intermediates", "targets"):
        for name, settings in (config.get(phase) or {}).items():
            changes = ((settings or {}).get("recipe") or {}).items()
            words = [setting_words(key, value) for key, value in changes if value is not None]
            if words:
                found.append((name, listing(words)))
    return found


def setting_words(key: str, value: Any) -> str:
    """A setting of a recipe: `learning rate 0.0001`, `lora (rank 16 and alpha 32)`."""
    if isinstance(value, Mapping):
        inner = listing(setting_words(name, one) for name, one in value.items() if one is not None)
        return f"{key.replace('_', ' ')} ({inner})"
    return f"{key.replace('_', ' ')} {value if isinstance(value, str) else f'{value:g}'}"


def one_base(study: Mapping[str, Any]) -> str:
    """Title of the one encoder that all encoders are depths of; empty where there are several."""
    entries = list(study["encoders"].values())
    bases = {entry.get("base") for entry in entries}
    cut = len(entries) > 1 and None not in bases and len(bases) == 1
    return entries[0]["title"] if cut else ""


def same_tasks(study: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Pairs of an intermediate and a target that pose their examples alike, by the reason.

    ``trained_on``: the target's own training set is the intermediate's. ``format``: both are of the
    embedded benchmark, which poses all examples of a format in one way.
    """
    found: dict[str, list[tuple[str, str]]] = {"trained_on": [], "format": []}
    for name, intermediate in study["intermediates"].items():
        for target, entry in study["targets"].items():
            if entry["train_on"] in intermediate["tasks"]:
                found["trained_on"].append((name, target))
            elif (
                _embedded(study) and entry["train_on"] and entry["format"] == intermediate["format"]
            ):
                found["format"].append((name, target))
    return found


def mean_words(study: Mapping[str, Any]) -> str:
    """Which targets the mean is over: the tuned ones where others are not tuned."""
    targets = study["targets"].values()
    tuned = sum(entry["train_on"] is not None for entry in targets)
    return f"the {count_of(tuned, 'tuned target')}" if 0 < tuned < len(targets) else "all targets"


def language_name(code: str) -> str:
    """English name of a language, by CLDR; an unknown code stays as it is."""
    return Locale("en").languages.get(code, code)


def _embedded(study: Mapping[str, Any]) -> bool:
    return "mini" in study["config"].get("sources", [])


def _span(numbers: Iterable[int]) -> str:
    """``150 to 300``, or the one number, or nothing."""
    found = sorted(set(numbers))
    return " to ".join(f"{number:,}" for number in dict.fromkeys([*found[:1], *found[-1:]]))


def distinct(values: Iterable[Any]) -> list[Any]:
    """Each value once, in order of appearance."""
    return list(dict.fromkeys(values))
