"""What files tasks are read from and where they come from, as text: the tables of docs/pilot.md."""

import re
from collections.abc import Mapping, Sequence

from crosslift.catalogue.tasks import Split, Task

Wanted = Mapping[Split, Sequence[str]]
"""Split -> the languages that are read of it."""


def list_files(task: Task, wanted: Wanted) -> list[str]:
    """A task's folder below the data root, then a line for each split that is read of it.

    Parameters
    ----------
    task : Task
        A task that has files as a source.
    wanted : mapping
        The splits and languages to list; a split that the task lacks is left out.
    """
    source = task.sources.files
    lines = [f"{source.folder}/"]
    for split in [split for split in wanted if split in source.splits]:
        named = " or else ".join(" with ".join(map(_name, one)) for one in source.splits[split])
        lines.append(f"    {split}: {named}")
        if "{language}" in named:
            lines.append(f"        {' '.join(source.code(language) for language in wanted[split])}")
    return lines


def _name(pattern: str) -> str:
    return f"(if there) {pattern[1:]}" if pattern.startswith("?") else pattern


def source_row(task: Task) -> str:
    """A Markdown row: the task, its folder, the page its files are from, its paper, its terms."""
    source = task.sources.files
    cells = [
        task.title,
        f"`{source.folder}`",
        _page(source.revision or "its paper's page"),
        _paper(task.reference),
        task.licence,
    ]
    return f"| {' | '.join(cells)} |"


def _page(revision: str) -> str:
    link = r"github\.com/([\w.-]+/[\w.-]+) at ([0-9a-f]{40})"
    return re.sub(link, r"[\1](https://github.com/\1/tree/\2)", revision)


def _paper(reference: str) -> str:
    arxiv = re.sub(r"^arXiv (\d{4}\.\d{5})$", r"[\g<0>](https://arxiv.org/abs/\1)", reference)
    return re.sub(r"^ACL Anthology (\S+)$", r"[\g<0>](https://aclanthology.org/\1)", arxiv)
