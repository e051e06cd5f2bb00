"""Names of tasks, encoders and benchmarks in running text, as papers and studies call them."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from litreview.schema import Record

Sort = Literal["tasks", "encoders", "benchmarks"]
_FILE = Path(__file__).with_name("known_names.yaml")
_SEPARATOR = re.compile(r"[\s_-]+")


class Known(Record):
    """One thing with the ids and the names that it goes by; `role` is of tasks alone."""

    ids: list[str]
    names: list[str]
    role: Literal["intermediate", "target", "either"] = "either"


class Mention(Record):
    """A stretch of a text that names one thing, or several where `ids` has more than one entry."""

    sort: Sort
    ids: list[tuple[str, ...]]
    role: Literal["intermediate", "target", "either"]
    start: int
    end: int


@lru_cache(maxsize=1)
def known_names() -> dict[Sort, list[Known]]:
    """The entries of `known_names.yaml`, by sort."""
    content = YAML(typ="safe").load(_FILE)
    return {sort: [Known.model_validate(one) for one in content[sort]] for sort in content}


def same_thing(first: str, second: str) -> bool:
    """Whether two ids name one thing: `bucc` and `bucc2018`."""
    return first == second or any(
        first in one.ids and second in one.ids
        for entries in known_names().values()
        for one in entries
    )


def names_of(study: Mapping[str, Any]) -> dict[Sort, list[Known]]:
    """Known names, with a study's own ids of its tasks and encoders and what it calls them."""
    tasks = [
        Known(ids=[name], names=[name, entry.get("title", name)], role=role)
        for kind, role in (("intermediates", "intermediate"), ("targets", "target"))
        for name, entry in study[kind].items()
        if name != "none"
    ]
    encoders = [
        Known(ids=[name], names=[name, entry.get("title", name)])
        for name, entry in study["encoders"].items()
    ]
    own = {"tasks": tasks, "encoders": encoders, "benchmarks": []}
    return {sort: [*entries, *own[sort]] for sort, entries in known_names().items()}


def find_mentions(text: str, names: Mapping[Sort, Iterable[Known]]) -> list[Mention]:
    """Every name in a text, the longest at each place, in order; spans do not overlap."""
    found: dict[tuple[int, int, Sort], list[Known]] = {}
    for sort, entries in names.items():
        for entry in entries:
            for name in dict.fromkeys(entry.names):
                for match in _pattern(name).finditer(text):
                    found.setdefault((match.start(), match.end(), sort), []).append(entry)
    kept: list[Mention] = []
    for start, end, sort in sorted(found, key=lambda span: (span[0] - span[1], span)):
        if all(end <= one.start or one.end <= start for one in kept):
            kept.append(_mention(start, end, sort, found[start, end, sort]))
    return sorted(kept, key=lambda one: one.start)


def _mention(start: int, end: int, sort: Sort, entries: list[Known]) -> Mention:
    roles = {entry.role for entry in entries}
    ids = sorted({tuple(entry.ids) for entry in entries})
    merged = [one for one in ids if not any(set(one) < set(other) for other in ids)]
    role = roles.pop() if len(roles) == 1 else "either"
    return Mention(sort=sort, ids=merged, role=role, start=start, end=end)


@lru_cache(maxsize=4_096)
def _pattern(name: str) -> re.Pattern[str]:
    """A name as a whole word, its spaces and hyphens any or none ("TyDi QA", "TyDiQA")."""
    body = r"[\s_-]?".join(re.escape(part) for part in _SEPARATOR.split(name) if part)
    return re.compile(rf"(?<![\w-]){body}(?:'s|s)?(?![\w-]*\w)", re.IGNORECASE)
