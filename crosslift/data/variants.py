"""Intermediate tasks changed in one way: controls without content, and translations.

A variant is prepared like a task, from the prepared splits of the task that it changes, so training
does not know that it is one. Its card is that task's, with what was changed.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from crosslift.catalogue.tasks import Task, get_task
from crosslift.data.files import find_data_root, read_json_lines
from crosslift.data.tables import Row, check_rows, read_rows, write_rows
from crosslift.errors import ConfigError, DataError
from crosslift.files import read_json, sha256_of, write_json

logger = logging.getLogger(__name__)

SPLITS = ("train", "dev")
IN_ORDER, SCRAMBLED = "in order", "scrambled"
FEWEST_WORDS = 4
"""Words of a text that is scrambled; fewer are often in order by chance."""

FOLDER = "translations"
"""Below the data root: `TASK/LANGUAGE.jsonl`, a prepared row a line in that language."""


def prepare_variant(
    base: Path,
    output: Path,
    *,
    control: str | None = None,
    languages: Sequence[str] | None = None,
    data_root: Path | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Write `train.parquet`, `dev.parquet` and `training.json` of a variant.

    Parameters
    ----------
    base : Path
        Folder of the prepared task.
    output : Path
        Folder of the variant; its name is the variant's.
    control : {"shuffled_labels", "scrambled_text"}, optional
        Which content is taken away.
    languages : sequence of str, optional
        Languages of the translations; "en" among them keeps English examples as they are.
    data_root : Path, optional
        Folder of the data sets (default: the environment variable CROSSLIFT_DATA).
    seed : int
        Of the permutations, and of the language of each example.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    ConfigError, DataError
        Nothing to change; no data root; translations that are missing or do not fit.
    """
    if not control and not languages:
        raise ConfigError(f"variant {output.name!r} changes no data; give control or languages")
    card = read_json(base / "training.json")
    task = task_of(base)
    name = task.name
    changed, faults = {}, {}
    translations = _translations(name, languages or (), task, data_root)
    for split in SPLITS:
        rows = read_rows(base / f"{split}.parquet")
        rng = np.random.default_rng([seed, SPLITS.index(split)])
        if control == "shuffled_labels":
            changed[split] = shuffled_labels(rows, rng)
        elif control == "scrambled_text":
            changed[split] = scrambled_texts(rows, task.format, rng)
        else:
            changed[split] = translated(rows, translations, languages or (), rng)
        faults[split] = {"left out": len(rows) - len(changed[split])}
        if not changed[split]:
            raise DataError(f"variant {output.name!r} of {name!r}: no {split} example is left")
    if control == "scrambled_text":
        card |= {"format": "classification", "labels": [IN_ORDER, SCRAMBLED], "metric": "accuracy"}
    card |= {
        "variant": {"control": control, "languages": list(languages or ())},
        "counts": {split: len(rows) for split, rows in changed.items()},
        "made_of": {split: sha256_of(base / f"{split}.parquet") for split in SPLITS},
        "faults": faults,
    }
    for split, rows in changed.items():
        check_rows(rows, card["format"], card["labels"], name=f"{output.name}/{split}")
        write_rows(output / f"{split}.parquet", rows, card["format"])
    write_json(output / "training.json", card)
    logger.info("prepared %s from %s: %s", output.name, name, card["counts"])
    return card


def task_of(folder: Path) -> Task:
    """The task of a folder of prepared splits, as a variant changed it."""
    card = read_json(folder / "training.json")
    task = get_task(card["task"])
    if "variant" not in card:
        return task
    return task.model_copy(update={key: card[key] for key in ("format", "labels", "metric")})


def shuffled_labels(rows: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    """Every example with the label of another one: how often each label occurs stays as it was.

    The label of a choice is the place of the right alternative, among as many as there are.
    """
    order = rng.permutation(len(rows))
    labels = [rows[other]["label"] for other in order]
    return [
        {**row, "label": label % len(row["choices"]) if "choices" in row else label}
        for row, label in zip(rows, labels, strict=True)
    ]


def scrambled_texts(rows: Sequence[Row], format_: str, rng: np.random.Generator) -> list[Row]:
    """Is the text in order, or are its words scrambled? Half of each; texts of few words are out.

    Telling real text from scrambled needs no labels and no topic, and helps other tasks all the
    same (Chang and Lu 2021, arXiv 2108.11696, where the false texts are of other kinds too).
    """
    made = []
    for row in rows:
        words = _text(row, format_).split()
        if len(set(words)) < FEWEST_WORDS:
            continue
        scrambled = len(made) % 2 == 1
        if scrambled:
            words = _scrambled(words, rng)
        made.append(
            {
                "example_id": row["example_id"],
                "language": row["language"],
                "text": " ".join(words),
                "text_pair": None,
                "label": SCRAMBLED if scrambled else IN_ORDER,
            }
        )
    return made


def translated(
    rows: Sequence[Row],
    translations: Mapping[str, Mapping[str, Row]],
    languages: Sequence[str],
    rng: np.random.Generator,
) -> list[Row]:
    """Each example in one of the languages, drawn at random: as many examples as in English.

    Examples that the drawn language has no translation of are left out.
    """
    made = []
    for row, drawn in zip(rows, rng.integers(len(languages), size=len(rows)), strict=True):
        language = languages[drawn]
        if language == row["language"]:
            made.append(row)
        elif translation := translations[language].get(row["example_id"]):
            made.append({**row, **translation, "language": language})
    return made


def _text(row: Row, format_: str) -> str:
    if format_ == "tagging":
        return " ".join(row["tokens"])
    return row["context"] if format_ in ("choice", "span") else row["text"]


def _scrambled(words: list[str], rng: np.random.Generator) -> list[str]:
    while True:
        order = [words[place] for place in rng.permutation(len(words))]
        if order != words:
            return order


def _translations(
    name: str, languages: Sequence[str], task: Task, data_root: Path | None
) -> dict[str, dict[str, Row]]:
    foreign = [language for language in languages if language != "en"]
    if not foreign:
        return {}
    root = find_data_root(data_root)
    if root is None:
        raise ConfigError(
            f"translations of {name!r}: no data_root is set; name the folder that holds "
            f"{FOLDER}/{name}/LANGUAGE.jsonl"
        )
    found = {}
    for language in foreign:
        path = root / FOLDER / name / f"{language}.jsonl"
        if not path.is_file():
            raise DataError(
                f"{path}: is missing; put the translations there, one row a line in the columns of "
                f"format {task.format} with the example_id of the English one"
            )
        rows = {str(row["example_id"]): row for _, row in read_json_lines(path)}
        checked = [{**row, "language": language} for row in rows.values()]
        check_rows(checked, task.format, task.labels, name=str(path))
        found[language] = rows
    return found
