"""Tasks, data sets, metrics, models and languages that a text names.

Names come from a table of aliases (`entity_names.json`), which has every name of the experiment's
catalogue; mentions that the table lacks come from the tagger (`litreview.claims.tagger`), without a
name.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from litreview.claims.tagger import tag_mentions
from litreview.schema import Entity

Kind = Literal["task", "dataset", "metric", "model", "language"]
NAMES = Path(__file__).parent / "entity_names.json"
_SHORTEST_ANY_CASE = 4


def find_entities(text: str, tag: bool = True) -> list[Entity]:
    """Entities of a text, in order, without overlaps.

    Parameters
    ----------
    text : str
        A sentence, a caption or a header.
    tag : bool
        Whether the tagger's mentions are added, which have no name. A mention around a name of the
        table ("the Europarl corpus") has that name.

    Returns
    -------
    list of Entity
        `name` is the catalogue's where it has one ("squad_v2"), a plain one where only the table
        has it ("glue"), else None.
    """
    known = known_entities(text)
    if not tag:
        return known
    merged = list(known)
    for kind, start, end in tag_mentions(text, known):
        inside = [one for one in known if start < one.end and one.start < end]
        if not inside:
            merged.append(Entity(kind=kind, start=start, end=end, name=None))
        elif len(inside) == 1 and inside[0].kind == kind and inside[0] in merged:
            one = inside[0]
            wider = {"start": min(start, one.start), "end": max(end, one.end)}
            merged[merged.index(one)] = one.model_copy(update=wider)
    return _without_overlaps(merged)


def names_of(entities: Iterable[Entity], kind: Kind) -> list[str]:
    """The names of one kind, each once, in order of appearance."""
    return list(dict.fromkeys(one.name for one in entities if one.kind == kind and one.name))


def polarity_of(entities: Iterable[Entity]) -> int | None:
    """1 if more of the first named metric is better, -1 if worse, None where none is named."""
    named = names_of(entities, "metric")
    return metric_polarity(named[0]) if named else None


def metric_polarity(name: str) -> int:
    """1 if more of a metric is better, -1 if worse."""
    return next(e["polarity"] for e in _entries() if (e["kind"], e["name"]) == ("metric", name))


def tasks_of_datasets() -> dict[str, str]:
    """The task of each data set of which the table of names knows one."""
    return {entry["name"]: entry["task"] for entry in _entries() if "task" in entry}


def link(kind: Kind, mention: str) -> str | None:
    """The name behind one mention, or None."""
    matches = [one for one in known_entities(mention) if one.kind == kind]
    return matches[0].name if len(matches) == 1 else None


def known_entities(text: str) -> list[Entity]:
    """Entities that the table of aliases has, in order."""
    pattern, aliases = _table()
    found = []
    for match in pattern.finditer(text):
        kind, name = _looked_up(aliases, match.group())
        found.append(Entity(kind=kind, start=match.start(), end=match.end(), name=name))
    return found


def _without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for one in sorted(entities, key=lambda item: (item.start, -item.end, item.kind)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


@cache
def _table() -> tuple[re.Pattern[str], dict[str, tuple[Kind, str]]]:
    """One pattern for all aliases, and what each stands for."""
    entries = _entries()
    aliases = {
        _plain(alias): (entry["kind"], entry["name"])
        for entry in reversed(entries)
        for alias in entry["aliases"]
    }
    every = {alias for entry in entries for alias in entry["aliases"]}
    ordered = sorted(every, key=lambda alias: (-len(alias), alias))
    options = "|".join(map(_flexible, ordered))
    pattern = re.compile(rf"(?<![\w-])(?:{options})(?![\w]|-(?!\w+(?:ing|ed|based)\b)\w)")
    return pattern, aliases


@cache
def _entries() -> list[dict[str, Any]]:
    return json.loads(NAMES.read_text(encoding="utf-8"))


def _looked_up(aliases: dict[str, tuple[Kind, str]], mention: str) -> tuple[Kind, str]:
    plain = _plain(mention)
    tries = (plain, plain.lower(), plain.lower().removesuffix("s"))
    return next(aliases[one] for one in tries if one in aliases)


def _plain(alias: str) -> str:
    """Aliases that differ in spaces and hyphens are one."""
    return re.sub(r"[\s-]+", "-", alias)


def _flexible(alias: str) -> str:
    """A pattern of an alias; of words such as "accuracy", unlike RACE, case says nothing."""
    words = [re.escape(word) for word in re.split(r"[\s-]+", alias)]
    body = r"[\s-]".join(words)
    if alias.islower() and len(alias) >= _SHORTEST_ANY_CASE:
        return f"(?i:{body})s?"
    return body
