"""What a study is, in one table for all that read its results: `study.json`."""

import importlib.metadata
import platform
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from crosslift.catalogue import load_tasks
from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.files import read_json
from crosslift.study import Study, Variant

LIBRARIES = ["torch", "transformers", "tokenizers", "datasets", "numpy", "pandas", "snakemake"]


def describe_study(study: Study, results: Path) -> dict[str, Any]:
    """Join the configuration, the catalogue's entries and the cards of all prepared parts.

    Parameters
    ----------
    study : Study
        The validated configuration.
    results : Path
        Folder with `encoders/` and `data/`.
    """
    return {
        "study": study.study,
        "title": study.title,
        "authors": study.authors,
        "date": study.date,
        "question": study.question,
        "encoders": {name: _encoder(name, results) for name in study.encoders},
        "intermediates": {
            name: _intermediate(study, name, results) for name in study.trained_intermediates()
        },
        "targets": {name: _target(study, name, results) for name in study.targets},
        "seeds": study.seeds.model_dump(),
        "recipes": study.recipes.model_dump(),
        "analysis": study.analysis.model_dump(),
        "analogues": study.analogues,
        "steps": ["pretrained encoder", "intermediate", "target", "zero-shot prediction"],
        "config": study.model_dump(mode="json", exclude_none=True),
        "versions": {
            "crosslift": own_version(),
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in LIBRARIES},
        },
    }


def own_version(project: Path = Path(__file__).parents[1]) -> str:
    """The project's version with its commit, `+` behind it if files were changed since.

    The version alone where the project is no git checkout, or git is not there.
    """
    with (project / "pyproject.toml").open("rb") as file:
        number = tomllib.load(file)["project"]["version"]
    if not (project / ".git").exists():  # else git would ask the folders above
        return number
    command = ["git", "-C", str(project), "describe", "--always", "--abbrev=9", "--dirty=+"]
    try:
        found = subprocess.run(
            [*command, "--exclude=*"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return number
    return f"{number} (commit {found.stdout.strip()})"


def _encoder(name: str, results: Path) -> dict[str, Any]:
    entry, depth = parse_encoder_name(name)
    card = read_json(results / "encoders" / entry.name / "card.json")
    layers = depth or card["layers"]
    return {
        "base": entry.name,
        "title": entry.title,
        "layers": layers,
        "of_layers": card["layers"],
        "parameters": card["non_embedding_by_depth"][str(layers)],
        "note": entry.note,
        "reference": entry.reference,
        "source": card["source"],
        "licence": entry.licence,
    }


def _intermediate(study: Study, name: str, results: Path) -> dict[str, Any]:
    members, variant = study.members(name), study.variants.get(name)
    tasks = [load_tasks()[member] for member in members]
    cap = study.mixtures[name].cap if name in study.mixtures else None
    entry = {
        "title": " + ".join(task.title for task in tasks),
        "domain": _only({task.domain for task in tasks}),
        "format": _only({task.format for task in tasks}),
        "regime": "single" if len(members) == 1 else "multi",
        "tasks": members,
        "examples": sum(
            _training_examples(folder, _least(most, cap), results)
            for folder, most in study.tuning_data(name).items()
        ),
        "references": [task.reference for task in tasks],
    }
    return entry if variant is None else entry | _changes(name, variant, entry["title"], results)


def _changes(name: str, variant: Variant, title: str, results: Path) -> dict[str, Any]:
    """What a variant has that differs from its task: a control is of no domain."""
    told, changes = [], {}
    if variant.control:
        card = read_json(results / "data" / name / "training.json")
        changes |= {"control": variant.control, "domain": "mixed", "format": card["format"]}
        told.append(variant.control.replace("_", " "))
    if variant.languages:
        changes["auxiliary"] = "mt"
        told.append(f"translated ({' '.join(variant.languages)})")
    if variant.masked_lm:
        changes["auxiliary"] = "mlm"
        told.append("with masked-language modelling")
    if variant.train_examples:
        told.append(f"{variant.train_examples:,} examples")
    told += [f"{key} {value}" for key, value in variant.recipe if value is not None]
    return {**changes, "variant_of": variant.of, "title": ", ".join([title, *told])}


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _only(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else "mixed"


def _target(study: Study, name: str, results: Path) -> dict[str, Any]:
    task, train_on = load_tasks()[name], study.train_on(name)
    card = read_json(results / "data" / name / "tests.json")
    return {
        "title": task.title,
        "format": task.format,
        "domain": task.domain,
        "metric": task.metric,
        "labels": task.labels,
        "languages": study.languages(name),
        "train_on": train_on,
        "train_examples": (
            _training_examples(train_on, study.train_examples("target", name), results)
            if train_on
            else 0
        ),
        "test_examples": card["counts"],
        "reference": task.reference,
        "notes": task.notes,
    }


def _training_examples(task: str, limit: int | None, results: Path) -> int:
    prepared = read_json(results / "data" / task / "training.json")["counts"]["train"]
    return prepared if limit is None else min(limit, prepared)
