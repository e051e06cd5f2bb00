"""What the arms of a study are that are no task by itself, and how weights are chosen, in words."""

from collections.abc import Mapping
from typing import Any

from litreview.language.wording import count_of, listing
from litreview.synthesis.facts import language_name, setting_words

CONTROLS = {
    "shuffled_labels": "has each example's label replaced by that of another example",
    "scrambled_text": "asks of the same texts, without their labels, whether the words of a text "
    "are in their order",
}


def special_arms(study: Mapping[str, Any]) -> list[str]:
    """A sentence for each mixture and each variant, of the configuration in `study.json`."""
    config = study["config"]
    mixtures = (config.get("mixtures") or {}).items()
    variants = (config.get("variants") or {}).items()
    studied = study["intermediates"]
    found = [_mixture(name, settings) for name, settings in mixtures if name in studied]
    return found + [_variant(name, settings) for name, settings in variants if name in studied]


def _mixture(name: str, settings: Mapping[str, Any]) -> str:
    said = f"{name} is {listing(settings['members'])} at once, in proportion to their sizes"
    if settings.get("cap"):
        return f"{said}, of which each counts as at most {settings['cap']:,} examples in an epoch."
    return f"{said}."


def _variant(name: str, settings: Mapping[str, Any]) -> str:
    """How a variant differs from its task."""
    changes = []
    if settings.get("control"):
        changes.append(CONTROLS[settings["control"]])
    if settings.get("languages"):
        names = listing(map(language_name, settings["languages"]))
        changes.append(f"reads each example in one of these languages: {names}")
    if settings.get("masked_lm"):
        share = settings["masked_lm"]["share"]
        changes.append(f"spends {share:.0%} of its steps on masked-language modelling")
    if settings.get("train_examples"):
        changes.append(f"has {count_of(settings['train_examples'], 'training example')}")
    recipe = settings.get("recipe") or {}
    changes += [
        f"is tuned with {setting_words(key, value)}" for key, value in recipe.items() if value
    ]
    return f"{name} is {settings['of']} but {listing(changes)}."


def early_stopping(study: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Phases whose weights are chosen on development data, with the numbers of the recipe."""
    phases = {"intermediate": "two", "target": "three"}
    return [
        {"phase": phases[name], **recipe}
        for name, recipe in study["recipes"].items()
        if recipe.get("evaluate_every")
    ]
